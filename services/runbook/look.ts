import type { SettingName, Settings } from '../settings/settings.ts';
import type { Person } from '../tenant/questions.ts';
import type { Reading } from '../tenant/reading.ts';
import type { GroupMember, TransportRule } from '../tenant/resources.ts';
import type { Found, TenantReader } from '../tenant/tenant.ts';
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
  if (attestation) findings.push({ tone: 'good', text: `${what}: attested by ${attestation.by.name}.` });
  else
    blockers.push({
      id: `attest-${step}`,
      what: `${what}: not checked (the step ${step} comes in a later version).`,
      next: 'Somebody who knows states it by name, with proof.',
      attest: step,
    });
}

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
      what: 'The directory named nobody.',
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

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;
export const percent = (share: number): string => `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`;
export type { SettingName };
