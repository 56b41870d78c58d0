import { winnersOf } from '../policy/winner.ts';
import { type Memberships, readMemberships, readValue } from '../runbook/look.ts';
import type { Blocker } from '../runbook/plan.ts';
import type { Person } from '../tenant/questions.ts';
import type { Reading } from '../tenant/reading.ts';
import type { Found, TenantReader } from '../tenant/tenant.ts';

/** The anti-phishing rules in force and the members of the groups that they name. */
export interface Ranking {
  readonly rules: Reading<readonly Found<'anti-phish-rule'>[]>;
  readonly members: Memberships;
}

/** Reads what decides which anti-phishing policy wins for whom. Preset security policies are not read in this version. */
export async function readRanking(tenant: TenantReader, people: Reading<readonly Person[]>): Promise<Ranking> {
  const rules = await tenant.list('anti-phish-rule');
  const named =
    rules.is === 'value'
      ? rules.value.flatMap((r) =>
          r.value.enabled ? [...r.value.sentToMemberOf, ...r.value.exceptIfSentToMemberOf] : [],
        )
      : [];
  return { rules, members: await readMemberships(tenant, named, people) };
}

/** Which policy wins for how many people. */
export interface Winning {
  /** Policy in lower case → people. */
  readonly of: ReadonlyMap<string, number>;
  /** The policies by name that are not among the asked ones, with their people. */
  readonly others: readonly (readonly [string, number])[];
  /** People for whom a membership that matters cannot be read. */
  readonly unknown: number;
}

/**
 * For whom which policy wins (guide 1.9, PG12), `own` being the policies that they should get. `joining`: policy → people
 * counted as members of the groups that its rule names already. What cannot be read goes into `blockers`; null where that is
 * the rules.
 */
export function winningFor(
  people: readonly Person[],
  own: readonly string[],
  ranking: Ranking,
  blockers: Blocker[],
  joining: ReadonlyMap<string, readonly Person[]> = new Map(),
): Winning | null {
  readValue(ranking.rules, 'the anti-phishing rules', blockers);
  for (const [group, m] of ranking.members) readValue(m, `the members of ${group}`, blockers);
  if (ranking.rules.is !== 'value' && ranking.rules.is !== 'absent') return null;
  const found = ranking.rules.is === 'value' ? ranking.rules.value : [];
  const rules = found.map((r) => ({ ...r.value, name: r.key }));
  const groups = new Map<string, readonly string[] | null>(
    [...ranking.members].map(([group, m]) => [group, m.is === 'value' ? m.value.map((x) => x.value.address) : null]),
  );
  for (const [policy, joiners] of joining)
    for (const rule of rules.filter((r) => r.policy.toLowerCase() === policy.toLowerCase()))
      for (const group of rule.sentToMemberOf.map((g) => g.toLowerCase())) {
        const inside = groups.get(group);
        if (inside) groups.set(group, [...inside, ...joiners.map((p) => p.address)]);
      }
  const { byPolicy, unknown } = winnersOf(people, {
    strict: null,
    standard: null,
    rules,
    fallback: 'the default policy',
    groups,
  });
  const counts = [...byPolicy].map(([policy, list]) => [policy, list.length] as const);
  const wanted = new Set(own.map((policy) => policy.toLowerCase()));
  return {
    of: new Map(counts.map(([policy, n]) => [policy.toLowerCase(), n])),
    others: counts
      .filter(([policy, n]) => n > 0 && !wanted.has(policy.toLowerCase()))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    unknown: unknown.length,
  };
}
