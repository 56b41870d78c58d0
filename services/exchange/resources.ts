import { z } from 'zod';
import { absent, known, type Reading } from '../tenant/reading.ts';
import type { Kind, Resources } from '../tenant/resources.ts';
import { TenantError } from '../tenant/tenant-error.ts';
import { antiPhishPolicy, antiPhishRule, trustedSender } from './anti-phish.ts';
import type { ParameterValue } from './cmdlets.ts';
import type { ExchangeClient } from './exchange.ts';
import type { GroupRow, ResourceEntry } from './rows.ts';
import {
  findGroup,
  groupRow,
  isGroup,
  named,
  needsWithin,
  reportParameters,
  reportPolicyOf,
  same,
  splitKey,
  transportRuleOf,
  unsuited,
} from './rows.ts';
import type { Row } from './wire.ts';
import { list, text } from './wire.ts';

/** The kinds that Exchange holds; settings live in the store. */
export type ExchangeKind = Exclude<Kind, 'setting'>;

const groupValue = (row: GroupRow): Resources['distribution-group'] => ({
  name: row.Name,
  address: row.PrimarySmtpAddress.toLowerCase(),
  type: /security/i.test(`${row.RecipientTypeDetails} ${row.GroupType}`) ? 'security' : 'distribution',
  joinRestriction: same(row.MemberJoinRestriction, 'Open')
    ? 'Open'
    : same(row.MemberJoinRestriction, 'ApprovalRequired')
      ? 'ApprovalRequired'
      : 'Closed',
});

const recipient = z.object({ Name: text, PrimarySmtpAddress: text, RecipientTypeDetails: text });

/**
 * What bears the name where no distribution group does: Get-DistributionGroup answers neither dynamic nor Microsoft 365
 * groups, and a new group could not take the name of any recipient.
 */
async function otherRecipient(
  exchange: ExchangeClient,
  key: string,
): Promise<Reading<Resources['distribution-group']>> {
  const { rows } = await exchange.invoke('Get-Recipient', { Identity: key });
  const [row] = rows.map((r) => recipient.parse(r));
  if (row === undefined) return absent;
  return known({
    name: row.Name,
    address: row.PrimarySmtpAddress.toLowerCase(),
    type: /dynamic/i.test(row.RecipientTypeDetails)
      ? 'dynamic'
      : /groupmailbox/i.test(row.RecipientTypeDetails)
        ? 'microsoft-365'
        : 'other',
    joinRestriction: 'Closed',
  });
}

const distributionGroup: ResourceEntry<'distribution-group'> = {
  read: async (exchange, key) => {
    const row = await findGroup(exchange, key);
    return row === null ? otherRecipient(exchange, key) : known(groupValue(row));
  },
  list: async (exchange) => {
    const { rows } = await exchange.invoke('Get-DistributionGroup', { ResultSize: 'Unlimited' });
    return known(
      rows.map(groupRow).map((row) => ({ key: row.PrimarySmtpAddress.toLowerCase(), value: groupValue(row) })),
    );
  },
  write: async (exchange, key, before, after) => {
    const restriction = after?.joinRestriction === undefined ? {} : { MemberJoinRestriction: after.joinRestriction };
    const address = after?.address || (key.includes('@') ? key : '');
    if (after !== null && before === null) {
      await exchange.invoke('New-DistributionGroup', {
        Name: after.name || key,
        Type: after.type === 'security' ? 'Security' : 'Distribution',
        ...(address === '' ? {} : { PrimarySmtpAddress: address }),
        ...restriction,
      });
    } else if (after !== null) {
      if (after.type !== undefined && after.type !== before?.type)
        throw new TenantError('refused', `The type of the group "${key}" cannot be changed.`);
      await exchange.invoke('Set-DistributionGroup', {
        Identity: key,
        ...restriction,
        ...(after.name === undefined || after.name === before?.name ? {} : { Name: after.name }),
        ...(after.address === undefined || after.address === before?.address
          ? {}
          : { PrimarySmtpAddress: after.address }),
        BypassSecurityGroupManagerCheck: true,
      });
    } else if (before !== null)
      await exchange.invoke('Remove-DistributionGroup', {
        Identity: key,
        BypassSecurityGroupManagerCheck: true,
        Confirm: false,
      });
    else throw unsuited('distribution-group', key);
  },
};

const member = z.object({ ExternalDirectoryObjectId: text, PrimarySmtpAddress: text });

/** The members of a group, or null when there is no such group. Not recursive. */
async function membersOf(exchange: ExchangeClient, group: string): Promise<Resources['group-member'][] | null> {
  const { rows, missing } = await exchange.invoke('Get-DistributionGroupMember', {
    Identity: group,
    ResultSize: 'Unlimited',
  });
  if (missing) return null;
  return rows
    .map((row) => member.parse(row))
    .map((m) => ({ objectId: m.ExternalDirectoryObjectId || null, address: m.PrimarySmtpAddress.toLowerCase() }));
}

const groupMember: ResourceEntry<'group-member'> = {
  read: async (exchange, key) => {
    const [group, address] = splitKey('group-member', key);
    const found = (await membersOf(exchange, group))?.find((m) => same(m.address, address));
    return found === undefined ? absent : known(found);
  },
  list: async (exchange, within) => {
    if (within === undefined) return needsWithin('group-member');
    const members = await membersOf(exchange, within);
    return members === null ? absent : known(members.map((value) => ({ key: `${within}|${value.address}`, value })));
  },
  write: async (exchange, key, before, after) => {
    const [group, address] = splitKey('group-member', key);
    const parameters = { Identity: group, Member: address, BypassSecurityGroupManagerCheck: true };
    if (before === null && after !== null) await exchange.invoke('Add-DistributionGroupMember', parameters);
    else if (before !== null && after === null)
      await exchange.invoke('Remove-DistributionGroupMember', { ...parameters, Confirm: false });
    else throw unsuited('group-member', key);
  },
};

const findRule = async (exchange: ExchangeClient, rule: string): Promise<Row | null> =>
  named((await exchange.invoke('Get-TransportRule', { Identity: rule })).rows, rule);

const transportRule: ResourceEntry<'transport-rule'> = {
  read: async (exchange, key) => {
    const row = await findRule(exchange, key);
    return row === null ? absent : known(transportRuleOf(row).value);
  },
  list: async (exchange) =>
    known((await exchange.invoke('Get-TransportRule', { ResultSize: 'Unlimited' })).rows.map(transportRuleOf)),
  write: async (_exchange, key) => {
    throw new TenantError('refused', `Of the mail flow rule "${key}" only the exceptions may be changed.`);
  },
};

/** Elements of the rule's exception list that mean the group; a group is named by name, alias or address. */
const meaning = (elements: readonly string[], identity: string, group: GroupRow | null): readonly string[] =>
  elements.filter((element) => same(element, identity) || (group !== null && isGroup(group, element)));

const ruleException: ResourceEntry<'rule-exception'> = {
  read: async (exchange, key) => {
    const [rule, group] = splitKey('rule-exception', key);
    const row = await findRule(exchange, rule);
    const elements = row === null ? [] : list.parse(row['ExceptIfSentToMemberOf']);
    if (elements.length === 0) return absent;
    const hits = meaning(
      elements,
      group,
      elements.some((e) => same(e, group)) ? null : await findGroup(exchange, group),
    );
    return hits.length === 0 ? absent : known({ rule, group });
  },
  list: async (exchange, within) => {
    if (within === undefined) return needsWithin('rule-exception');
    const row = await findRule(exchange, within);
    const elements = row === null ? [] : list.parse(row['ExceptIfSentToMemberOf']);
    return known(
      elements.map((group) => ({
        key: `${within}|${group.toLowerCase()}`,
        value: { rule: within, group: group.toLowerCase() },
      })),
    );
  },
  write: async (exchange, key, before, after) => {
    const [rule, identity] = splitKey('rule-exception', key);
    if ((before === null) === (after === null)) throw unsuited('rule-exception', key);
    const row = await findRule(exchange, rule);
    if (row === null) throw new TenantError('refused', `The mail flow rule "${rule}" is not there.`);
    const elements = list.parse(row['ExceptIfSentToMemberOf']);
    const group = await findGroup(exchange, identity);
    const hits = meaning(elements, identity, group);
    if (after !== null) {
      if (hits.length > 0) throw new TenantError('conflict', `"${rule}" spares "${identity}" already.`);
      if (group === null)
        throw new TenantError(
          'refused',
          `The group "${identity}" is not there; an exception for it would spare nobody.`,
        );
      await exchange.invoke('Set-TransportRule', {
        Identity: rule,
        ExceptIfSentToMemberOf: [...elements, group.PrimarySmtpAddress],
      });
    } else {
      if (hits.length === 0) throw new TenantError('conflict', `"${rule}" does not spare "${identity}".`);
      const rest = elements.filter((element) => !hits.includes(element));
      await exchange.invoke('Set-TransportRule', {
        Identity: rule,
        ExceptIfSentToMemberOf: rest.length === 0 ? null : rest,
      });
    }
  },
};

const reportPolicy: ResourceEntry<'report-submission-policy'> = {
  read: async (exchange, key) => {
    const row = named((await exchange.invoke('Get-ReportSubmissionPolicy', { Identity: key })).rows, key);
    return row === null ? absent : known(reportPolicyOf(row));
  },
  list: async (exchange) =>
    known(
      (await exchange.invoke('Get-ReportSubmissionPolicy', {})).rows.map((row) => ({
        key: text.parse(row['Name'] ?? row['Identity']),
        value: reportPolicyOf(row),
      })),
    ),
  write: async (exchange, key, before, after) => {
    const sent: Partial<Record<(typeof reportParameters)[keyof typeof reportParameters], ParameterValue>> = {};
    for (const [field, parameter] of Object.entries(reportParameters)) {
      const value = Object.entries(after ?? {}).find(([name]) => name === field)?.[1];
      if (value === undefined) continue;
      if (Array.isArray(value) && value.length === 0) {
        if (before !== null) sent[parameter] = null;
      } else sent[parameter] = value;
    }
    if (after !== null && before === null) await exchange.invoke('New-ReportSubmissionPolicy', sent);
    else if (after !== null) await exchange.invoke('Set-ReportSubmissionPolicy', { ...sent, Identity: key });
    else if (before !== null) await exchange.invoke('Remove-ReportSubmissionPolicy', { Identity: key });
    else throw unsuited('report-submission-policy', key);
  },
};

const reportRuleOf = (row: Row): Resources['report-submission-rule'] => ({
  policy: text.parse(row['ReportSubmissionPolicy']),
  sentTo: list.parse(row['SentTo']),
});

const reportRule: ResourceEntry<'report-submission-rule'> = {
  read: async (exchange, key) => {
    const row = named((await exchange.invoke('Get-ReportSubmissionRule', { Identity: key })).rows, key);
    return row === null ? absent : known(reportRuleOf(row));
  },
  list: async (exchange) =>
    known(
      (await exchange.invoke('Get-ReportSubmissionRule', {})).rows.map((row) => ({
        key: text.parse(row['Name'] ?? row['Identity']),
        value: reportRuleOf(row),
      })),
    ),
  write: async (exchange, key, before, after) => {
    const sentTo = after?.sentTo === undefined ? {} : { SentTo: after.sentTo.length === 0 ? null : after.sentTo };
    if (after !== null && before === null)
      await exchange.invoke('New-ReportSubmissionRule', {
        Name: key,
        ReportSubmissionPolicy: after.policy ?? 'DefaultReportSubmissionPolicy',
        ...sentTo,
      });
    else if (after !== null)
      await exchange.invoke('Set-ReportSubmissionRule', {
        Identity: key,
        ...sentTo,
        ...(after.policy === undefined ? {} : { ReportSubmissionPolicy: after.policy }),
      });
    else if (before !== null) await exchange.invoke('Remove-ReportSubmissionRule', { Identity: key, Confirm: false });
    else throw unsuited('report-submission-rule', key);
  },
};

/**
 * One entry per kind. Key rule: where a key names a group (`distribution-group`, `group-member`, `rule-exception`) its
 * part is whatever identity the caller uses (name, alias or address), compared without letter case; lists return the
 * container as the caller wrote it and addresses in lower case.
 */
export const exchangeResources: { readonly [K in ExchangeKind]: ResourceEntry<K> } = {
  'distribution-group': distributionGroup,
  'group-member': groupMember,
  'anti-phish-policy': antiPhishPolicy,
  'anti-phish-rule': antiPhishRule,
  'transport-rule': transportRule,
  'rule-exception': ruleException,
  'trusted-sender': trustedSender,
  'report-submission-policy': reportPolicy,
  'report-submission-rule': reportRule,
};
