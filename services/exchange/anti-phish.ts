import { absent, known } from '../tenant/reading.ts';
import type { AntiPhishPolicy, PolicyRule, PolicyValue } from '../tenant/resources.ts';
import { TenantError } from '../tenant/tenant-error.ts';
import type { ParameterValue } from './cmdlets.ts';
import { antiPhishParameters, isAntiPhishParameter } from './cmdlets.ts';
import type { ExchangeClient } from './exchange.ts';
import type { ResourceEntry } from './rows.ts';
import { named, needsWithin, policyRuleOf, same, splitKey, unsuited } from './rows.ts';
import type { Row } from './wire.ts';
import { flag, numberOrNull, text, wholeList } from './wire.ts';

const actions = [
  'NoAction',
  'BccMessage',
  'Delete',
  'MoveToJmf',
  'Quarantine',
  'Redirect',
  'Reject',
  'Automatic',
  'Manual',
  'Off',
];
/** Enumeration names come in any letter case; the documented spelling is kept. */
const spelled = (value: string): string => actions.find((action) => same(action, value)) ?? value;

/** Settings of a row by the names of Set-AntiPhishPolicy. A setting that the row lacks is left out, not guessed. */
function settingsOf(row: Row): AntiPhishPolicy {
  const settings: Record<string, PolicyValue> = {};
  for (const [name, type] of Object.entries(antiPhishParameters)) {
    if (!(name in row)) continue;
    const value = row[name];
    settings[name] =
      type === 'flag'
        ? flag.parse(value)
        : type === 'number'
          ? numberOrNull.parse(value)
          : type === 'list'
            ? wholeList.parse(value)
            : spelled(text.parse(value));
  }
  return settings;
}

/** Checks the names; an empty list clears with null on Set and is left out on New. */
function parametersOf(key: string, settings: AntiPhishPolicy, creating: boolean): Record<string, ParameterValue> {
  const parameters: Record<string, ParameterValue> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (!isAntiPhishParameter(name))
      throw new TenantError('refused', `${name} is not a setting of "${key}" that may be written.`);
    const empty = value === null || (Array.isArray(value) && value.length === 0);
    if (!empty) parameters[name] = value;
    else if (!creating) parameters[name] = null;
  }
  return parameters;
}

const findPolicy = async (exchange: ExchangeClient, key: string): Promise<Row | null> =>
  named((await exchange.invoke('Get-AntiPhishPolicy', { Identity: key })).rows, key);

/** The policy, if it may be written: preset policies belong to the portal (exchange reference 2.4). */
async function writable(exchange: ExchangeClient, key: string): Promise<Row> {
  const row = await findPolicy(exchange, key);
  if (row === null) throw new TenantError('conflict', `The anti-phishing policy "${key}" is not there.`);
  if (/^(standard|strict)$/i.test(String(row['RecommendedPolicyType'] ?? '')))
    throw new TenantError('refused', `"${key}" belongs to a preset security policy and is never written.`);
  return row;
}

/** Anti-phishing policies: New with every setting in one call, Set with the touched ones only. */
export const antiPhishPolicy: ResourceEntry<'anti-phish-policy'> = {
  read: async (exchange, key) => {
    const row = await findPolicy(exchange, key);
    return row === null ? absent : known(settingsOf(row));
  },
  list: async (exchange) =>
    known(
      (await exchange.invoke('Get-AntiPhishPolicy', {})).rows.map((row) => ({
        key: text.parse(row['Name']),
        value: settingsOf(row),
      })),
    ),
  write: async (exchange, key, before, after) => {
    if (after !== null && before === null) {
      await exchange.invoke('New-AntiPhishPolicy', { ...parametersOf(key, definedOf(after), true), Name: key });
    } else if (after !== null) {
      await writable(exchange, key);
      await exchange.invoke('Set-AntiPhishPolicy', { ...parametersOf(key, definedOf(after), false), Identity: key });
    } else if (before !== null) {
      await writable(exchange, key);
      await exchange.invoke('Remove-AntiPhishPolicy', { Identity: key, Confirm: false });
    } else throw unsuited('anti-phish-policy', key);
  },
};

const definedOf = (settings: Partial<AntiPhishPolicy>): AntiPhishPolicy =>
  Object.fromEntries(Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const conditions = {
  sentTo: 'SentTo',
  sentToMemberOf: 'SentToMemberOf',
  recipientDomainIs: 'RecipientDomainIs',
  exceptIfSentTo: 'ExceptIfSentTo',
  exceptIfSentToMemberOf: 'ExceptIfSentToMemberOf',
  exceptIfRecipientDomainIs: 'ExceptIfRecipientDomainIs',
} as const satisfies Partial<Record<keyof PolicyRule, string>>;

function conditionsOf(
  rule: Partial<PolicyRule>,
  creating: boolean,
): Partial<Record<(typeof conditions)[keyof typeof conditions], ParameterValue>> {
  const sent: Partial<Record<(typeof conditions)[keyof typeof conditions], ParameterValue>> = {};
  for (const field of [
    'sentTo',
    'sentToMemberOf',
    'recipientDomainIs',
    'exceptIfSentTo',
    'exceptIfSentToMemberOf',
    'exceptIfRecipientDomainIs',
  ] as const) {
    const value = rule[field];
    if (value === undefined) continue;
    if (value.length > 0) sent[conditions[field]] = value;
    else if (!creating) sent[conditions[field]] = null;
  }
  return sent;
}

/** Anti-phishing rules: state changes only through Enable- and Disable-; disabling comes first, enabling last. */
export const antiPhishRule: ResourceEntry<'anti-phish-rule'> = {
  read: async (exchange, key) => {
    const row = named((await exchange.invoke('Get-AntiPhishRule', { Identity: key })).rows, key);
    return row === null ? absent : known(policyRuleOf(row).value);
  },
  list: async (exchange) => known((await exchange.invoke('Get-AntiPhishRule', {})).rows.map(policyRuleOf)),
  write: async (exchange, key, before, after) => {
    if (after !== null && before === null) {
      if (!after.policy) throw new TenantError('refused', `The rule "${key}" names no policy.`);
      const { priority } = after;
      // One call: a crash leaves either nothing or the whole rule.
      await exchange.invoke('New-AntiPhishRule', {
        Name: key,
        AntiPhishPolicy: after.policy,
        Enabled: after.enabled ?? true,
        ...(priority === undefined ? {} : { Priority: priority }),
        ...conditionsOf(after, true),
      });
    } else if (after !== null) {
      if (after.enabled === false) await exchange.invoke('Disable-AntiPhishRule', { Identity: key, Confirm: false });
      const touched = {
        ...(after.policy === undefined ? {} : { AntiPhishPolicy: after.policy }),
        ...(after.priority === undefined ? {} : { Priority: after.priority }),
        ...conditionsOf(after, false),
      };
      if (Object.keys(touched).length > 0) await exchange.invoke('Set-AntiPhishRule', { Identity: key, ...touched });
      if (after.enabled === true) await exchange.invoke('Enable-AntiPhishRule', { Identity: key, Confirm: false });
    } else if (before !== null) await exchange.invoke('Remove-AntiPhishRule', { Identity: key, Confirm: false });
    else throw unsuited('anti-phish-rule', key);
  },
};

/** Trusted entries of a policy, changed one by one so that other people's entries stay. */
export const trustedSender: ResourceEntry<'trusted-sender'> = {
  read: async (exchange, key) => {
    const [policy, entry] = splitKey('trusted-sender', key);
    const row = await findPolicy(exchange, policy);
    const kind = entry.includes('@') ? 'sender' : 'domain';
    const entries = row === null ? [] : wholeList.parse(row[kind === 'sender' ? 'ExcludedSenders' : 'ExcludedDomains']);
    return entries.some((e) => same(e, entry)) ? known({ policy, entry, kind }) : absent;
  },
  list: async (exchange, within) => {
    if (within === undefined) return needsWithin('trusted-sender');
    const row = await findPolicy(exchange, within);
    if (row === null) return known([]);
    const found = (kind: 'sender' | 'domain') => (entry: string) => ({
      key: `${within}|${entry.toLowerCase()}`,
      value: { policy: within, entry: entry.toLowerCase(), kind },
    });
    return known([
      ...wholeList.parse(row['ExcludedSenders']).map(found('sender')),
      ...wholeList.parse(row['ExcludedDomains']).map(found('domain')),
    ]);
  },
  write: async (exchange, key, before, after) => {
    const [policy, entry] = splitKey('trusted-sender', key);
    if ((before === null) === (after === null)) throw unsuited('trusted-sender', key);
    await writable(exchange, policy);
    const delta = after === null ? { remove: [entry] } : { add: [entry] };
    await exchange.invoke(
      'Set-AntiPhishPolicy',
      entry.includes('@') ? { Identity: policy, ExcludedSenders: delta } : { Identity: policy, ExcludedDomains: delta },
    );
  },
};
