import { expect, it } from 'vitest';
import type { Plan } from '../../services/runbook/plan.ts';
import type { Run } from '../../services/runbook/run.ts';
import type { WriteLogEntry } from '../../services/sandbox/sandbox.ts';
import { judge } from './judge.ts';

const key = 'Pilot|ann@contoso.example';
const member = { objectId: 'a', address: 'ann@contoso.example' };
const plan: Plan = {
  step: 'pilot-groups',
  settings: {},
  choice: null,
  fingerprint: 'f',
  title: 'Add',
  lines: [],
  changes: [{ kind: 'group-member', key, before: null, after: member }],
  seals: [],
  evidence: null,
  byHand: [],
  risk: 'reversible',
  affected: 1,
  cautions: [],
  undo: '',
};
const run: Run = {
  id: '1',
  version: 5,
  state: 'settled',
  plan,
  requestedBy: { id: 'm', name: 'Mia' },
  requestedAt: 0,
  quorum: 1,
  approvals: [],
  expiresAt: 1,
  ticket: null,
  notBefore: null,
  notAfter: null,
  undoes: null,
  breakGlass: false,
  replaces: null,
  replacedBy: null,
  progress: [{ index: 0, state: 'did', at: 0 }],
  proof: null,
  confirmed: {},
  reason: null,
  resolvedAt: 1,
  askedIn: null,
};
const write: WriteLogEntry = {
  n: 1,
  at: 0,
  machineAt: 0,
  cmdlet: 'Add-DistributionGroupMember',
  parameters: { Identity: 'Pilot', Member: 'ann@contoso.example' },
  changed: true,
  outcome: 'ok',
  clientGone: false,
  by: 'client',
};
const there = new Map<string, object | null>([[`group-member ${key}`, member]]);

it('finds nothing wrong with one execution of one change that is there', () => {
  expect(judge([run], [write], there)).toEqual({ twice: [], lost: [], repeated: [], unsettled: [] });
});

it('calls a second execution twice, and one without effect repeated', () => {
  const again = { ...write, n: 2 };
  expect(judge([run], [write, again], there).twice).toHaveLength(2);
  expect(judge([run], [write, { ...again, changed: false, outcome: 'Exists' }], there)).toMatchObject({
    twice: [],
    repeated: [expect.stringContaining('Exists')],
  });
});

it('calls a change lost that is not in the tenant, was never executed, or was never done', () => {
  expect(judge([run], [write], new Map()).lost).toHaveLength(1);
  expect(judge([run], [], there).lost).toHaveLength(1);
  expect(judge([{ ...run, progress: [] }], [], there).lost).toHaveLength(1);
});

it('calls an execution that no run asked for twice, and a run that stopped not settled', () => {
  expect(judge([], [write], there).twice).toHaveLength(1);
  expect(judge([{ ...run, state: 'stopped', reason: 'drift' }], [write], there).unsettled).toEqual([
    'change 1 is stopped: drift',
  ]);
});
