import { agrees, type Change, canonical, invert } from '../../services/runbook/change.ts';
import type { Person, QuestionName, Questions } from '../../services/tenant/questions.ts';
import { absent, known, type Reading, unknown } from '../../services/tenant/reading.ts';
import type { Kind, PolicyRule, Resources } from '../../services/tenant/resources.ts';
import type { Found, Membership, TenantReader } from '../../services/tenant/tenant.ts';

/** What a memory tenant starts with. Exceptions, members and trusted entries are given by key like everything else. */
export interface Given {
  readonly resources: { readonly [K in Kind]?: Readonly<Record<string, Resources[K]>> };
  readonly people: readonly Person[];
  readonly answers: {
    readonly [Q in Exclude<QuestionName, 'people'>]: (ask: Questions[Q]['ask']) => Questions[Q]['answer'];
  };
  /** Directory group id → people's object ids. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
}

/** A tenant held in maps: answers reads, takes changes, and remembers what it was asked. */
export interface MemoryTenant extends TenantReader, Membership {
  /** Applies changes in order; throws where one does not find its `before`, or is refused as the service would. */
  readonly apply: (changes: readonly Change[]) => void;
  /** Takes changes back: their inverses, last first. */
  readonly revert: (changes: readonly Change[]) => void;
  /** What was asked so far, one line per read, in order. */
  readonly asked: () => readonly string[];
  /** From now on this one read (a line of `asked`) is unknown; null: none. */
  readonly fault: (line: string | null) => void;
  /** The whole content as text; "not set" and the order of sets make no difference. */
  readonly content: () => string;
}

type Shelves = { readonly [K in Kind]: Map<string, Resources[K]> };

const noConditions = {
  sentTo: [],
  sentToMemberOf: [],
  recipientDomainIs: [],
  exceptIfSentTo: [],
  exceptIfSentToMemberOf: [],
  exceptIfRecipientDomainIs: [],
} as const;

/** What a new resource has where its creation says nothing. */
const fresh: { readonly [K in Kind]: Resources[K] } = {
  'distribution-group': { name: '', address: '', type: 'distribution', joinRestriction: 'Closed' },
  'group-member': { objectId: null, address: '' },
  'anti-phish-policy': {
    EnableMailboxIntelligence: true,
    PhishThresholdLevel: 1,
    TargetedUserProtectionAction: 'NoAction',
    TargetedDomainProtectionAction: 'NoAction',
    MailboxIntelligenceProtectionAction: 'NoAction',
  },
  'anti-phish-rule': { policy: '', enabled: true, priority: -1, ...noConditions },
  'transport-rule': {
    enabled: true,
    mode: 'Enforce',
    priority: 0,
    setScl: null,
    header: null,
    senderIpRanges: [],
    exceptIfSentToMemberOf: [],
    stopRuleProcessing: false,
  },
  'rule-exception': { rule: '', group: '' },
  'trusted-sender': { policy: '', entry: '', kind: 'sender' },
  'report-submission-policy': {
    reportToMicrosoft: false,
    thirdPartyAddress: false,
    junkToMailbox: false,
    notJunkToMailbox: false,
    phishToMailbox: false,
    junkAddresses: [],
    notJunkAddresses: [],
    phishAddresses: [],
    thirdPartyAddresses: [],
  },
  'report-submission-rule': { policy: '', sentTo: [] },
  setting: { value: null },
};

const inside: ReadonlySet<Kind> = new Set(['group-member', 'rule-exception', 'trusted-sender']);
const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Makes a tenant. `reversed` lists everything the other way round: no plan may depend on the order of an answer. */
export function memoryTenant(given: Given, more: { readonly reversed?: boolean } = {}): MemoryTenant {
  const shelves: Shelves = {
    'distribution-group': new Map(Object.entries(given.resources['distribution-group'] ?? {})),
    'group-member': new Map(Object.entries(given.resources['group-member'] ?? {})),
    'anti-phish-policy': new Map(Object.entries(given.resources['anti-phish-policy'] ?? {})),
    'anti-phish-rule': new Map(Object.entries(given.resources['anti-phish-rule'] ?? {})),
    'transport-rule': new Map(Object.entries(given.resources['transport-rule'] ?? {})),
    'rule-exception': new Map(Object.entries(given.resources['rule-exception'] ?? {})),
    'trusted-sender': new Map(Object.entries(given.resources['trusted-sender'] ?? {})),
    'report-submission-policy': new Map(Object.entries(given.resources['report-submission-policy'] ?? {})),
    'report-submission-rule': new Map(Object.entries(given.resources['report-submission-rule'] ?? {})),
    setting: new Map(Object.entries(given.resources.setting ?? {})),
  };
  const log: string[] = [];
  let fault: string | null = null;

  /** A group's address, whichever of name and address was used; the text itself where there is no such group. */
  const addressOf = (identity: string): string => {
    for (const g of shelves['distribution-group'].values())
      if (same(g.name, identity) || same(g.address, identity)) return g.address.toLowerCase();
    return identity.trim().toLowerCase();
  };
  const isGroup = (identity: string): boolean =>
    [...shelves['distribution-group'].values()].some((g) => same(g.name, identity) || same(g.address, identity));

  /** The key that all spellings of a key share. */
  const meaning = (kind: Kind, key: string): string => {
    if (kind === 'distribution-group') return addressOf(key);
    if (!inside.has(kind)) return key.trim().toLowerCase();
    const at = key.lastIndexOf('|');
    const [container, element] = [key.slice(0, at), key.slice(at + 1)];
    return `${kind === 'group-member' ? addressOf(container) : container.toLowerCase()}|${kind === 'rule-exception' ? addressOf(element) : element.toLowerCase()}`;
  };
  const keyOn = (kind: Kind, key: string): string | undefined => {
    const shelf: ReadonlyMap<string, unknown> = shelves[kind];
    if (kind === 'distribution-group')
      return [...shelves[kind]].find(([, g]) => same(g.name, key) || same(g.address, key))?.[0];
    return [...shelf.keys()].find((k) => meaning(kind, k) === meaning(kind, key));
  };
  const find = <K extends Kind>(kind: K, key: string): Resources[K] | null => {
    const shelf: ReadonlyMap<string, Resources[K]> = shelves[kind];
    const at = keyOn(kind, key);
    return (at === undefined ? undefined : shelf.get(at)) ?? null;
  };

  const rules = shelves['anti-phish-rule'];
  /** The rules in the order in which they are evaluated. */
  const ranked = (): readonly (readonly [string, PolicyRule])[] =>
    [...rules].toSorted((a, b) => a[1].priority - b[1].priority);

  /** A rule with its place: the numbers in use stay in use, the rules between move over; a new one goes last unless told. */
  function putRule(key: string, after: Partial<PolicyRule> | null): void {
    const present = rules.get(key);
    const others = ranked()
      .map(([k]) => k)
      .filter((k) => k !== key);
    const numbers = ranked().map(([, r]) => r.priority);
    if (present === undefined) numbers.push((numbers.at(-1) ?? -1) + 1);
    let order = others;
    if (after === null) rules.delete(key);
    else {
      const rule: PolicyRule = { ...(present ?? fresh['anti-phish-rule']), ...after };
      if (find('anti-phish-policy', rule.policy) === null) throw new Error(`refused: no policy ${rule.policy}`);
      for (const g of rule.sentToMemberOf) if (!isGroup(g)) throw new Error(`refused: no group ${g}`);
      const wanted = after.priority ?? present?.priority;
      const at = wanted === undefined ? others.length : numbers.indexOf(wanted);
      if (at < 0) throw new Error(`refused: there is no place ${wanted} among the rules`);
      // The service answers with addresses, whatever name it was given.
      rules.set(key, { ...rule, sentToMemberOf: rule.sentToMemberOf.map(addressOf) });
      order = others.toSpliced(at, 0, key);
    }
    order.forEach((k, i) => {
      const rule = rules.get(k);
      if (rule) rules.set(k, { ...rule, priority: numbers[i] ?? i });
    });
  }

  function put<K extends Kind>(kind: K, key: string, after: Partial<Resources[K]> | null): void {
    const shelf: Map<string, Resources[K]> = shelves[kind];
    const [container, element] = [key.slice(0, key.lastIndexOf('|')), key.slice(key.lastIndexOf('|') + 1)];
    if (kind === 'group-member' && !isGroup(container)) throw new Error(`refused: no group ${container}`);
    if (kind === 'rule-exception' && after !== null && !isGroup(element))
      throw new Error(`refused: the exception ${key} names no group`);
    const at = keyOn(kind, key) ?? key;
    if (after !== null) shelf.set(at, { ...(shelf.get(at) ?? fresh[kind]), ...after });
    else {
      if (kind === 'distribution-group')
        for (const k of [...shelves['group-member'].keys()])
          if (meaning('group-member', k).startsWith(`${addressOf(key)}|`)) shelves['group-member'].delete(k);
      shelf.delete(at);
    }
  }

  const putTyped = <K extends Kind>(change: {
    readonly kind: K;
    readonly key: string;
    readonly after: Partial<Resources[K]> | null;
  }): void => put(change.kind, change.key, change.after);
  const write = (change: Change): void => {
    if (!agrees(change.before, find(change.kind, change.key)))
      throw new Error(`drift: ${change.kind} ${change.key} is not as the change says it was`);
    if (change.kind === 'anti-phish-rule') putRule(keyOn(change.kind, change.key) ?? change.key, change.after);
    else putTyped(change);
    if (!agrees(change.after, find(change.kind, change.key)))
      throw new Error(`read back: ${change.kind} ${change.key} is not as it was written`);
  };

  function heard<T>(line: string, answer: () => Reading<T>): Reading<T> {
    log.push(line);
    return line === fault ? unknown('switched off by the test') : answer();
  }

  const answers: { readonly [Q in QuestionName]: (ask: Questions[Q]['ask']) => Questions[Q]['answer'] } = {
    ...given.answers,
    people: () => (more.reversed ? given.people.toReversed() : given.people),
  };
  const answerOf = <Q extends QuestionName>(question: Q): ((ask: Questions[Q]['ask']) => Questions[Q]['answer']) =>
    answers[question];

  /** Exceptions stand in the rule's own list too. */
  const seen = <K extends Kind>(kind: K, key: string, value: Resources[K]): Resources[K] =>
    kind === 'transport-rule'
      ? {
          ...value,
          exceptIfSentToMemberOf: [...shelves['rule-exception'].keys()]
            .filter((k) => same(k.slice(0, k.lastIndexOf('|')), key))
            .map((k) => addressOf(k.slice(k.lastIndexOf('|') + 1))),
        }
      : value;

  return {
    read: async (kind, key) =>
      heard(`read ${kind} ${key}`, () => {
        const value = find(kind, key);
        return value === null ? absent : known(seen(kind, key, value));
      }),
    list: async <K extends Kind>(kind: K, within?: string) =>
      heard<readonly Found<K>[]>(`list ${kind} ${within ?? ''}`, () => {
        if (inside.has(kind) && within === undefined)
          return unknown(`${kind} can only be listed inside its container.`);
        if (kind === 'group-member' && !isGroup(within ?? '')) return absent;
        const shelf: ReadonlyMap<string, Resources[K]> = shelves[kind];
        const prefix = kind === 'group-member' ? `${addressOf(within ?? '')}|` : `${(within ?? '').toLowerCase()}|`;
        const found = [...shelf]
          .filter(([key]) => !inside.has(kind) || meaning(kind, key).startsWith(prefix))
          .map(([key, value]) => ({
            key: inside.has(kind) ? `${within}|${meaning(kind, key).slice(prefix.length)}` : key,
            value: seen(kind, key, value),
          }));
        return known(more.reversed ? found.toReversed() : found);
      }),
    ask: async (question, ask) =>
      heard(`ask ${question} ${canonical(ask)}`, () => {
        return known(answerOf(question)(ask));
      }),
    memberOf: async (person, groups) =>
      known(new Set(groups.filter((g) => given.roles?.[g]?.includes(person) ?? false))),
    membersOf: async (group) =>
      known(
        given.people
          .filter((p) => given.roles?.[group]?.includes(p.id) ?? false)
          .map((p) => ({ id: p.id, name: p.name })),
      ),
    apply: (changes) => {
      for (const change of changes) write(change);
    },
    revert: (changes) => {
      for (const change of changes.toReversed()) write(invert(change));
    },
    asked: () => [...log],
    fault: (line) => {
      fault = line;
    },
    content: () =>
      canonical(
        Object.fromEntries(
          Object.entries(shelves).map(([kind, shelf]) => [
            kind,
            Object.fromEntries([...shelf].map(([key, value]) => [key.toLowerCase(), plain(value)])),
          ]),
        ),
      ),
  };
}

/** Without what is not set, and with sets in one order. */
const plain = (value: object): object =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== null && v !== undefined && !(Array.isArray(v) && v.length === 0))
      .map(([field, v]) => [field, Array.isArray(v) ? v.map(String).toSorted() : v]),
  );
