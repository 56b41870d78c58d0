import { type PolicyGround, type RankedRule, winnersOf } from '../policy/winner.ts';
import type { Settings } from '../settings/settings.ts';
import type { Person } from '../tenant/questions.ts';
import type { Reading } from '../tenant/reading.ts';
import type { DistributionGroup, GroupMember, TransportRule } from '../tenant/resources.ts';
import type { Found, TenantReader } from '../tenant/tenant.ts';
import { sameValue } from './change.ts';
import type { Answer, Blocker, Finding } from './plan.ts';
import type { Attestation, Known, Milestone } from './step.ts';

/** The value of a reading, or null with its reason added to `blockers`: unknown is never taken as absent. */
export function readValue<T>(reading: Reading<T>, what: string, blockers: Blocker[]): T | null {
  if (reading.is === 'value') return reading.value;
  if (reading.is === 'unknown')
    blockers.push({
      id: 'unknown',
      what: `Unknown: ${what} (${reading.why}).`,
      next: 'Ask again; nothing is proposed while this cannot be read.',
    });
  if (reading.is === 'not-licensed')
    blockers.push({ id: 'unknown-not-licensed', what: `Not licensed: ${what}.`, next: `Instead: ${reading.instead}.` });
  return null;
}

/** The attestation that stands for something, if it has not expired. */
export const attestedBy = (known: Known, about: string): Attestation | undefined =>
  known.attestations.findLast((a) => a.about === about && a.expiresAt > known.now);

/** The last run of a step that settled and was not taken back. */
export const settledRun = (known: Known, step: string): Milestone | undefined =>
  known.milestones.findLast((m) => m.step === step && !m.undone);

/** What a gate needs from a step that is not in this version: a finding when attested, else a blocker. */
export function notInVersion(known: Known, step: string, what: string, blockers: Blocker[], findings: Finding[]): void {
  const attestation = attestedBy(known, step);
  if (attestation)
    findings.push({
      tone: 'good',
      attested: true,
      text: `${what}: attested by ${attestation.by.name}, not checked: “${attestation.statement.slice(0, 80)}” (proof: ${attestation.proof.slice(0, 60)})`,
    });
  else
    blockers.push({
      id: `attest-${step}`,
      what: `${what}: not checked (the step ${step} comes in a later version).`,
      next: 'Somebody who knows states it by name, with proof.',
      attest: step,
    });
}

/** An answer that holds, with its reasons. */
export const blocked = (blockers: readonly Blocker[], findings: readonly Finding[]): Answer => ({
  is: 'blocked',
  blockers,
  findings,
});

/** Both pilot groups of the anti-phishing policies with their people. */
export interface Pilot {
  readonly standard: readonly GroupMember[];
  readonly strict: readonly GroupMember[];
  readonly people: readonly Person[];
  readonly everybody: readonly Person[];
}

/** What was read of the pilot. */
export interface PilotReading {
  readonly standard: Reading<readonly Found<'group-member'>[]>;
  readonly strict: Reading<readonly Found<'group-member'>[]>;
  readonly people: Reading<readonly Person[]>;
}

/** Reads both anti-phishing pilot groups and the people of the directory. */
export async function readPilot(tenant: TenantReader, settings: Settings): Promise<PilotReading> {
  const [standard, strict, people] = await Promise.all([
    tenant.list('group-member', settings.pilotGroupStandard),
    tenant.list('group-member', settings.pilotGroupStrict),
    tenant.ask('people', {}),
  ]);
  return { standard, strict, people };
}

/** The pilot, or null with reasons. An absent group is an empty one here. */
export function pilotOf(read: PilotReading, blockers: Blocker[]): Pilot | null {
  const before = blockers.length;
  const standard = readValue(read.standard, 'the members of the Standard pilot group', blockers) ?? [];
  const strict = readValue(read.strict, 'the members of the Strict pilot group', blockers) ?? [];
  const everybody = readValue(read.people, 'the people of the directory', blockers);
  if (everybody === null && blockers.length === before)
    blockers.push({
      id: 'unknown-people',
      what: 'Unknown: the directory named nobody.',
      next: 'Check the grant User.Read.All.',
    });
  if (blockers.length > before || everybody === null) return null;
  const members = [...standard, ...strict].map((m) => m.value);
  return {
    standard: standard.map((m) => m.value),
    strict: strict.map((m) => m.value),
    people: everybody.filter((p) => members.some((m) => isMember(m, p))),
    everybody,
  };
}

/** Whether an entry of a group is this person, by object id or by primary address. */
export const isMember = (member: GroupMember, person: Person): boolean =>
  member.objectId === person.id || member.address.toLowerCase() === person.address.toLowerCase();

/** The bypass rule: the one the setting names, else the only enabled rule with SCL -1. */
export function bypassRuleOf(
  rules: readonly Found<'transport-rule'>[],
  named: string,
): { readonly rule: Found<'transport-rule'> | null; readonly why: string } {
  const isBypass = (r: TransportRule): boolean => r.enabled && r.setScl === -1;
  if (named !== '') {
    const rule = rules.find((r) => r.key.toLowerCase() === named.toLowerCase());
    if (!rule) return { rule: null, why: `The mail flow rule "${named}" (setting bypassRule) is not there.` };
    return isBypass(rule.value)
      ? { rule, why: '' }
      : { rule: null, why: `"${named}" is not an enabled rule with SCL -1.` };
  }
  const hits = rules.filter((r) => isBypass(r.value));
  if (hits.length === 1) return { rule: hits[0] ?? null, why: '' };
  if (hits.length === 0) return { rule: null, why: 'There is no enabled mail flow rule with SCL -1.' };
  return {
    rule: null,
    why: `${hits.length} enabled mail flow rules set SCL -1: ${hits.map((r) => `"${r.key}"`).join(', ')}.`,
  };
}

/** "1 person", "1,450 people": the number in British grouping with its noun. */
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;
/** A share of 0..1 as "2.5 %". */
export const percent = (share: number): string => `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`;

/** The fields of `wanted` that differ from what was found, on both sides; null where nothing differs. */
export function touched<T extends object>(
  found: T,
  wanted: Partial<T>,
): { readonly before: Partial<T>; readonly after: Partial<T> } | null {
  const before: Partial<T> = {};
  const after: Partial<T> = {};
  for (const field in wanted) {
    if (sameValue(found[field], wanted[field])) continue;
    before[field] = found[field];
    after[field] = wanted[field];
  }
  return Object.keys(after).length > 0 ? { before, after } : null;
}

/**
 * Why a group cannot steer the pilot, or null. Threat policies take no dynamic groups (guide, section 0, finding 6), and
 * the bypass rule takes no Microsoft 365 groups (Exchange reference 2.2): their members would be spared by one and
 * missed by the other.
 */
export function notStatic(name: string, group: DistributionGroup): Blocker | null {
  if (group.type === 'distribution' || group.type === 'security') return null;
  const kind = {
    dynamic: 'a dynamic group',
    'microsoft-365': 'a Microsoft 365 group',
    other: 'no group but another recipient',
  };
  return {
    id: 'not-static',
    what: `${name} is ${kind[group.type]}: policies and the bypass rule would not mean the same people.`,
    next: 'Name a static distribution group or a mail-enabled security group in the settings.',
  };
}

/** Direct members by group, as the tenant named them, with the groups found inside them. */
export type Memberships = ReadonlyMap<string, Reading<readonly Found<'group-member'>[]>>;

/**
 * Lists the members of groups, and of the groups inside them: a member that is no person of the directory is asked for
 * members of its own (Get-DistributionGroupMember is not recursive, Exchange reference 2.3).
 */
export async function readMemberships(
  tenant: TenantReader,
  groups: readonly string[],
  people: Reading<readonly Person[]>,
): Promise<Memberships> {
  const persons = new Set(people.is === 'value' ? people.value.map((p) => p.address.toLowerCase()) : []);
  const lists = new Map<string, Reading<readonly Found<'group-member'>[]>>();
  let waiting = [...new Set(groups.map((g) => g.toLowerCase()))].toSorted();
  while (waiting.length > 0) {
    const found = await Promise.all(waiting.map(async (g) => [g, await tenant.list('group-member', g)] as const));
    const next = new Set<string>();
    for (const [group, members] of found) {
      lists.set(group, members);
      if (members.is !== 'value' || people.is !== 'value') continue;
      for (const { value } of members.value)
        if (!persons.has(value.address.toLowerCase())) next.add(value.address.toLowerCase());
    }
    waiting = [...next].filter((g) => !lists.has(g)).toSorted();
  }
  return lists;
}

/** Everybody in a group, nested groups included: addresses in lower case, without those of the groups themselves. */
export function everybodyIn(group: string, lists: Memberships): ReadonlySet<string> {
  const inside = new Set<string>();
  const seen = new Set<string>();
  const walk = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const members = lists.get(name);
    if (members?.is !== 'value') return;
    for (const { value } of members.value) {
      const address = value.address.toLowerCase();
      if (lists.get(address)?.is === 'value') walk(address);
      else inside.add(address);
    }
  };
  walk(group.toLowerCase());
  return inside;
}

/** For whom a policy wins, of the people who should have it. */
export interface Reach {
  readonly wins: number;
  /** Other policies and how many of these people they keep. */
  readonly others: readonly (readonly [string, number])[];
  /** People for whom a membership that matters cannot be read. */
  readonly unknown: number;
}

/**
 * Who of `recipients` gets which anti-phishing policy under these rules (guide, PG12). Preset security policies rank
 * before every custom rule; this version reads none, so a card that shows the number says so.
 */
export function reachOf(
  recipients: readonly string[],
  policy: string,
  rules: readonly RankedRule[],
  lists: Memberships,
): Reach {
  const groups: PolicyGround['groups'] = new Map(
    [...lists].map(([group, members]) => [
      group,
      members.is === 'value' ? members.value.map((m) => m.value.address) : null,
    ]),
  );
  const ground: PolicyGround = { strict: null, standard: null, rules, fallback: 'the default policy', groups };
  const { byPolicy, unknown } = winnersOf(
    recipients.map((address) => ({ address })),
    ground,
  );
  const counts = [...byPolicy].map(([name, list]) => [name, list.length] as const);
  const ours = counts.find(([name]) => name.toLowerCase() === policy.toLowerCase());
  return {
    wins: ours?.[1] ?? 0,
    others: counts.filter((c) => c !== ours).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    unknown: unknown.length,
  };
}
