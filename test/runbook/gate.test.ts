import { describe, expect, test } from 'vitest';
import { type GateInput, gates, gatesOf } from '../../services/runbook/gate.ts';
import type { Answer, Proposal } from '../../services/runbook/plan.ts';
import type { Attestation, Milestone } from '../../services/runbook/step.ts';
import { type GateId, type StepId, stepIds } from '../../services/runbook/step-id.ts';
import { steps } from '../../services/runbook/steps/index.ts';

const hour = 3_600_000;
const now = Date.parse('2026-11-24T09:00:00Z');
const done: Answer = { is: 'nothing-to-do', findings: [] };
const proposal: Proposal = {
  title: 'Set it up?',
  lines: [],
  changes: [],
  seals: [],
  evidence: null,
  byHand: [],
  risk: 'reversible',
  affected: 1,
  cautions: [],
  undo: '',
};
const ready: Answer = { is: 'proposal', proposal, findings: [] };
const heldBy = (...ids: readonly string[]): Answer => ({
  is: 'blocked',
  findings: [],
  blockers: ids.map((id) => ({ id, what: `What ${id} is.`, next: `Clear ${id}.` })),
});
const attested = (about: string, expiresAt = now + hour): Attestation => ({
  about,
  statement: 'So it is.',
  proof: 'INC1',
  by: { id: 'lea', name: 'Lea' },
  at: now - hour,
  expiresAt,
});
const off = (hoursAgo: number, undone = false): Milestone => ({
  run: '9',
  step: 'bypass-off',
  choice: null,
  settledAt: now - hoursAgo * hour,
  undone,
});
interface Given {
  readonly answers?: readonly (readonly [StepId, Answer])[];
  readonly attestations?: readonly Attestation[];
  readonly milestones?: readonly Milestone[];
}
const input = (given: Given): GateInput => ({
  answers: new Map(given.answers ?? []),
  attestations: given.attestations ?? [],
  milestones: given.milestones ?? [],
  now,
});
const standing = (id: GateId, given: Given) => {
  const found = gatesOf(input(given)).find((g) => g.gate.id === id);
  if (!found) throw new Error(`no gate ${id}`);
  return found;
};

describe('the gates', () => {
  test('are the fourteen of the guide, in its order', () => {
    expect(gates.map((g) => g.id)).toEqual([
      'G0',
      'G1',
      'G2',
      'G3',
      'G4',
      'G5',
      'G6a',
      'G6b',
      'G6c',
      'G6d',
      'G7',
      'G8',
      'G9',
      'G10',
    ]);
  });
  test('ask for every step of the runbook once', () => {
    expect(gates.flatMap((g) => g.steps).toSorted()).toEqual(stepIds.toSorted());
  });
  test('agree with the gate that each step declares', () => {
    for (const step of steps)
      expect([step.id, gates.find((g) => g.steps.includes(step.id))?.id]).toEqual([step.id, step.gate]);
  });
});

describe('a gate', () => {
  const table: readonly (Given & {
    readonly name: string;
    readonly gate: GateId;
    readonly is: string;
    readonly why: RegExp;
    readonly change: RegExp;
  })[] = [
    {
      name: 'of steps that this version has not is not checked, and takes a statement',
      gate: 'G3',
      is: 'not checked',
      why: /enhanced-filtering is not checked/,
      change: /^attest enhanced-filtering, with proof$/,
    },
    {
      name: 'holds on a named statement',
      gate: 'G3',
      attestations: [attested('enhanced-filtering')],
      is: 'holds',
      why: /attested by Lea/,
      change: /^$/,
    },
    {
      name: 'does not hold on an expired statement',
      gate: 'G3',
      attestations: [attested('enhanced-filtering', now)],
      is: 'not checked',
      why: /statement of Lea has expired/,
      change: /attest again/,
    },
    {
      name: 'holds when its step is done',
      gate: 'G6b',
      answers: [['mailbox-intelligence', done]],
      is: 'holds',
      why: /is done/,
      change: /^$/,
    },
    {
      name: 'does not hold while its step can be proposed',
      gate: 'G6b',
      answers: [['mailbox-intelligence', ready]],
      is: 'not yet',
      why: /Set it up\?/,
      change: /propose mailbox-intelligence/,
    },
    {
      name: 'does not hold on a statement where the tenant says otherwise',
      gate: 'G6b',
      answers: [['mailbox-intelligence', ready]],
      attestations: [attested('mailbox-intelligence')],
      is: 'not yet',
      why: /Set it up/,
      change: /propose/,
    },
    {
      name: 'says what its step waits for',
      gate: 'G6b',
      answers: [['mailbox-intelligence', heldBy('unknown', 'days')]],
      is: 'not yet',
      why: /What days is\./,
      change: /Clear days\./,
    },
    {
      name: 'is not checked where nothing could be read',
      gate: 'G6b',
      answers: [['mailbox-intelligence', heldBy('unknown-people')]],
      is: 'not checked',
      why: /What unknown-people is\./,
      change: /Clear unknown-people\./,
    },
    {
      name: 'with a known no and an open question is a no, with both reasons',
      gate: 'G1',
      answers: [['routing', ready]],
      attestations: [attested('inventory')],
      is: 'not yet',
      why: /^existing-protection is not checked; routing: Set it up\?$/,
      change: /attest existing-protection, with proof; propose routing/,
    },
    {
      name: 'with one step of two open does not hold',
      gate: 'G2',
      answers: [['bypass-rule', done]],
      is: 'not checked',
      why: /^message-modifying is not checked$/,
      change: /attest message-modifying/,
    },
    {
      name: 'G8 waits for a day with the bypass off',
      gate: 'G8',
      answers: [['bypass-off', done]],
      milestones: [off(5)],
      is: 'not yet',
      why: /5 of 24 hours/,
      change: /wait 19 hours/,
    },
    {
      name: 'G8 holds after the day',
      gate: 'G8',
      answers: [['bypass-off', done]],
      milestones: [off(24)],
      is: 'holds',
      why: /24 hours/,
      change: /^$/,
    },
    {
      name: 'G8 does not count a run that was undone',
      gate: 'G8',
      answers: [['bypass-off', done]],
      milestones: [off(48, true)],
      is: 'not checked',
      why: /since when is not recorded/,
      change: /attest bypass-off/,
    },
  ];
  test.each(table)('$name', ({ gate, is, why, change, ...given }) => {
    const found = standing(gate, given);
    expect(found.is).toBe(is);
    expect(found.why).toMatch(why);
    expect(found.change).toMatch(change);
  });
});

describe('MX', () => {
  const everythingBut = (...left: readonly StepId[]): Given => ({
    attestations: stepIds.filter((id) => !left.includes(id)).map((id) => attested(id)),
  });
  test('holds when everything before it does', () => {
    expect(gatesOf(input(everythingBut())).map((g) => g.is)).toEqual(gates.map(() => 'holds'));
  });
  test.each([
    { left: 'anti-spam', gate: 'G5' },
    { left: 'user-impersonation', gate: 'G6c' },
    { left: 'cover-organisation', gate: 'G7' },
    { left: 'bypass-off', gate: 'G8' },
  ] as const)('does not hold while $gate is open, and neither does the close', ({ left, gate }) => {
    expect(standing('G9', everythingBut(left))).toMatchObject({
      is: 'not checked',
      why: `${gate} is not checked`,
      change: `pass ${gate}`,
    });
    expect(standing('G10', everythingBut(left)).is).toBe('not checked');
  });
  test('is refused, not only unchecked, when the whole organisation is known not to be covered', () => {
    const given = { ...everythingBut('cover-organisation'), answers: [['cover-organisation', ready]] as const };
    expect(standing('G9', given)).toMatchObject({ is: 'not yet', why: 'G7 does not hold yet' });
  });
});
