import type { PolicyRule } from '../tenant/resources.ts';

/** Recipient conditions and exceptions of one rule, as Exchange holds them. Empty: not set. */
export type Scope = Pick<
  PolicyRule,
  | 'sentTo'
  | 'sentToMemberOf'
  | 'recipientDomainIs'
  | 'exceptIfSentTo'
  | 'exceptIfSentToMemberOf'
  | 'exceptIfRecipientDomainIs'
>;

/** A custom policy's rule by name. Priority 0 is evaluated first. */
export interface RankedRule extends PolicyRule {
  readonly name: string;
}

/** A preset's recipients; null: the preset was never turned on. A preset without conditions covers everybody. */
export interface Preset extends Scope {
  readonly policy: string;
  readonly enabled: boolean;
}

/** Everything that decides which anti-phishing policy a recipient gets. */
export interface PolicyGround {
  readonly strict: Preset | null;
  readonly standard: Preset | null;
  readonly rules: readonly RankedRule[];
  /** Name of the default policy, which takes whom nothing else takes. */
  readonly fallback: string;
  /**
   * Group, as rules and member lists name it → its direct members' primary addresses, nested groups among them by their
   * own keys. A group that a rule names but that is missing here is unknown, and so is a list given as null (a nested
   * group that could not be read has to stand here as null): neither is taken as empty.
   */
  readonly groups: ReadonlyMap<string, readonly string[] | null>;
}

/** A recipient by primary address: only the primary domain decides scope (guide 1.14, L9). */
export interface Recipient {
  readonly address: string;
}

/** Why a candidate took the recipient or did not. */
export interface Considered {
  /** `Strict preset`, `Standard preset`, or the rule's name. */
  readonly name: string;
  readonly policy: string;
  readonly took: 'yes' | 'no' | 'unknown';
  readonly why: string;
}

/**
 * Which policy wins. `unknown` where a membership that matters could not be read: then no policy after it may be named.
 * `considered` holds what was looked at, in order, up to and with the one that decided.
 */
export type Winner =
  | {
      readonly is: 'policy';
      readonly policy: string;
      readonly by: 'strict-preset' | 'standard-preset' | 'custom' | 'default';
      readonly why: string;
      readonly considered: readonly Considered[];
    }
  | { readonly is: 'unknown'; readonly why: string; readonly considered: readonly Considered[] };

/**
 * The winning anti-phishing policy of one recipient: Strict preset, Standard preset, custom rules by priority, default;
 * the first that takes the recipient ends the search (recommended settings, notes on scope). Within a rule the types of
 * condition are ANDed and the values of one type ORed; any one exception spares the recipient (guide 1.9, PG7 and
 * PG12).
 */
export function winnerOf(recipient: Recipient, ground: PolicyGround): Winner {
  const groups = groupsOf(recipient.address, ground.groups);
  const considered: Considered[] = [];
  for (const candidate of candidatesOf(ground)) {
    const { took, why } = candidate.enabled
      ? takes(candidate.scope, recipient.address, groups)
      : ({ took: 'no', why: 'is off' } as const);
    considered.push({ name: candidate.name, policy: candidate.policy, took, why });
    if (took === 'yes')
      return {
        is: 'policy',
        policy: candidate.policy,
        by: candidate.by,
        why: `${candidate.name} ${why}`,
        considered,
      };
    if (took === 'unknown') return { is: 'unknown', why: `${candidate.name}: ${why}`, considered };
  }
  return {
    is: 'policy',
    policy: ground.fallback,
    by: 'default',
    why:
      considered.length === 0
        ? 'there is no preset and no rule: the default policy takes everybody'
        : 'no preset and no enabled rule takes this recipient: the default policy does',
    considered,
  };
}

/** Recipients by the policy that wins for them, and those for whom it is unknown. Order of input is kept. */
export function winnersOf(
  recipients: readonly Recipient[],
  ground: PolicyGround,
): { readonly byPolicy: ReadonlyMap<string, readonly Recipient[]>; readonly unknown: readonly Recipient[] } {
  const byPolicy = new Map<string, Recipient[]>();
  const unknown: Recipient[] = [];
  for (const recipient of recipients) {
    const winner = winnerOf(recipient, ground);
    if (winner.is === 'unknown') unknown.push(recipient);
    else {
      const list = byPolicy.get(winner.policy);
      if (list) list.push(recipient);
      else byPolicy.set(winner.policy, [recipient]);
    }
  }
  return { byPolicy, unknown };
}

interface Candidate {
  readonly name: string;
  readonly policy: string;
  readonly by: 'strict-preset' | 'standard-preset' | 'custom';
  readonly enabled: boolean;
  readonly scope: Scope;
}

function candidatesOf(ground: PolicyGround): readonly Candidate[] {
  const preset = (found: Preset | null, name: string, by: Candidate['by']): readonly Candidate[] =>
    found === null ? [] : [{ name, policy: found.policy, by, enabled: found.enabled, scope: found }];
  return [
    ...preset(ground.strict, 'Strict preset', 'strict-preset'),
    ...preset(ground.standard, 'Standard preset', 'standard-preset'),
    ...ground.rules
      .toSorted((a, b) => a.priority - b.priority)
      .map((r) => ({ name: r.name, policy: r.policy, by: 'custom' as const, enabled: r.enabled, scope: r })),
  ];
}

interface Memberships {
  /** Whether the recipient is in the group, nested groups included; unknown where a list on the way is. */
  readonly in: (group: string) => 'yes' | 'no' | 'unknown';
}

/** Memberships of one recipient, walked once per group; a group that contains itself ends the walk. */
function groupsOf(address: string, groups: PolicyGround['groups']): Memberships {
  const wanted = address.toLowerCase();
  const lists = new Map([...groups].map(([group, members]) => [group.toLowerCase(), members]));
  const isIn = (group: string): 'yes' | 'no' | 'unknown' => {
    const seen = new Set<string>();
    const waiting = [group.toLowerCase()];
    let gap = false;
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const members = lists.get(at);
      if (members === undefined || members === null) {
        gap = true;
        continue;
      }
      for (const member of members) {
        const found = member.toLowerCase();
        if (found === wanted) return 'yes';
        if (lists.has(found)) waiting.push(found);
      }
    }
    return gap ? 'unknown' : 'no';
  };
  return { in: isIn };
}

type Took = { readonly took: 'yes' | 'no' | 'unknown'; readonly why: string };

interface Match {
  readonly holds: 'yes' | 'no' | 'unknown';
  readonly by: string;
}

/** Any of the values; unknown only where none is certain. */
function anyOf(values: readonly string[], holds: (value: string) => Match['holds']): Match {
  const judged = values.map((value) => ({ by: value, holds: holds(value) }));
  return (
    judged.find((j) => j.holds === 'yes') ??
    judged.find((j) => j.holds === 'unknown') ?? { holds: 'no', by: values.join(', ') }
  );
}

/** Conditions ANDed between types, ORed inside; then exceptions, of which any one spares. */
function takes(scope: Scope, address: string, groups: Memberships): Took {
  const lower = address.toLowerCase();
  const domain = lower.slice(lower.lastIndexOf('@') + 1);
  const isAddress = (value: string): Match['holds'] => (value.toLowerCase() === lower ? 'yes' : 'no');
  const isDomain = (value: string): Match['holds'] => (value.toLowerCase() === domain ? 'yes' : 'no');
  const conditions = [
    { type: 'recipient', values: scope.sentTo, holds: isAddress },
    { type: 'group', values: scope.sentToMemberOf, holds: groups.in },
    { type: 'domain', values: scope.recipientDomainIs, holds: isDomain },
  ].filter((c) => c.values.length > 0);
  const exceptions = [
    { type: 'recipient', values: scope.exceptIfSentTo, holds: isAddress },
    { type: 'group', values: scope.exceptIfSentToMemberOf, holds: groups.in },
    { type: 'domain', values: scope.exceptIfRecipientDomainIs, holds: isDomain },
  ].filter((c) => c.values.length > 0);
  const met = conditions.map((c) => ({ type: c.type, match: anyOf(c.values, c.holds) }));
  const missed = met.find((m) => m.match.holds === 'no');
  if (missed) return { took: 'no', why: `does not name this recipient by ${missed.type} (${missed.match.by})` };
  const spared = exceptions.map((c) => ({ type: c.type, match: anyOf(c.values, c.holds) }));
  const out = spared.find((m) => m.match.holds === 'yes');
  if (out) return { took: 'no', why: `excepts this recipient by ${out.type} (${out.match.by})` };
  const open = [...met, ...spared].find((m) => m.match.holds === 'unknown');
  if (open) return { took: 'unknown', why: `the members of ${open.match.by} are not known` };
  if (met.length === 0) return { took: 'yes', why: 'has no condition: it takes everybody' };
  return { took: 'yes', why: `takes this recipient by ${met.map((m) => `${m.type} (${m.match.by})`).join(' and ')}` };
}
