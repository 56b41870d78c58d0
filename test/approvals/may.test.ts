import { describe, expect, it } from 'vitest';
import { type Ask, type Asker, may } from '../../services/approvals/may.ts';
import type { Reason } from '../../services/approvals/reasons.ts';
import type { Role } from '../../services/approvals/roles.ts';
import type { Plan } from '../../services/runbook/plan.ts';
import type { Run, RunState } from '../../services/runbook/run.ts';
import { type Settings, standardSettings } from '../../services/settings/settings.ts';
import { known, unknown } from '../../services/tenant/reading.ts';

const hour = 3_600_000;
const plan: Plan = {
  step: 'waves',
  title: 'Grow?',
  lines: [],
  changes: [],
  seals: [],
  evidence: null,
  byHand: [],
  risk: 'disruptive',
  affected: 1,
  cautions: [],
  undo: '',
  settings: {},
  choice: null,
  fingerprint: 'f',
};
const run = (more: Partial<Run> = {}): Run => ({
  id: '41',
  version: 1,
  state: 'proposed',
  plan,
  requestedBy: { id: 'mia', name: 'Mia' },
  requestedAt: 0,
  quorum: 2,
  approvals: [],
  expiresAt: 10 * hour,
  ticket: null,
  notBefore: null,
  notAfter: null,
  undoes: null,
  breakGlass: false,
  replaces: null,
  replacedBy: null,
  progress: [],
  proof: null,
  confirmed: {},
  reason: null,
  resolvedAt: null,
  askedIn: null,
  ...more,
});
const who = (id: string, ...roles: Role[]): Asker => ({ id, roles: known(new Set(roles)), member: true });
const approving = (asker: Asker, r: Run, more: { version?: number; now?: number; settings?: Settings } = {}) =>
  may(asker, {
    act: 'approve',
    run: r,
    version: more.version ?? r.version,
    now: more.now ?? hour,
    settings: more.settings ?? standardSettings,
  });
const because = (v: ReturnType<typeof may>): Reason | 'yes' => (v.ok ? 'yes' : v.reason);

describe('approving', () => {
  const linked = {
    ...standardSettings,
    linkedAccounts: [
      ['mia', 'mia-admin'],
      ['lea', 'lea-admin'],
    ],
  };
  const approvedBy = (id: string) =>
    run({ version: 2, approvals: [{ by: { id, name: id }, at: 1, fingerprint: 'f' }] });
  it.each<[string, Reason | 'yes', ReturnType<typeof may>]>([
    ['an approver who did not ask', 'yes', approving(who('lea', 'approver'), run())],
    [
      'the requester, whatever roles',
      'own-request',
      approving(who('mia', 'operator', 'approver', 'change-approver'), run()),
    ],
    [
      'a second account of the requester',
      'own-request',
      approving(who('mia-admin', 'approver'), run(), { settings: linked }),
    ],
    ['an operator', 'no-role', approving(who('omar', 'operator'), run())],
    ['a change approver on an ordinary step', 'no-role', approving(who('omar', 'change-approver'), run())],
    [
      'somebody whose role cannot be read',
      'role-unknown',
      approving({ id: 'lea', roles: unknown('503'), member: true }, run()),
    ],
    ['a guest', 'guest', approving({ id: 'lea', roles: known(new Set<Role>(['approver'])), member: false }, run())],
    ['the same person twice', 'already-decided', approving(who('lea', 'approver'), approvedBy('lea'))],
    [
      'a second account of one who approved',
      'already-decided',
      approving(who('lea-admin', 'approver'), approvedBy('lea'), { settings: linked }),
    ],
    ['an old card', 'old-card', approving(who('omar', 'approver'), approvedBy('lea'), { version: 1 })],
    ['a card from the future', 'old-card', approving(who('omar', 'approver'), run(), { version: 99 })],
    ['one millisecond before expiry', 'yes', approving(who('lea', 'approver'), run(), { now: 10 * hour - 1 })],
    ['exactly at expiry', 'expired', approving(who('lea', 'approver'), run(), { now: 10 * hour })],
  ])('%s: %s', (_name, expected, verdict) => {
    expect(because(verdict)).toBe(expected);
  });

  it.each<RunState>([
    'approved',
    'applying',
    'verifying',
    'settled',
    'stuck',
    'stopped',
    'rejected',
    'expired',
    'cancelled',
    'superseded',
    'undone',
  ])('a %s run is final', (state) => {
    expect(because(approving(who('lea', 'approver'), run({ state })))).toBe('resolved');
  });

  it('refuses the sole judge of the evidence as the only approver, not as one of two', () => {
    const judged = { ...plan, evidence: { judges: ['jon'] } as unknown as Plan['evidence'] };
    expect(because(approving(who('jon', 'approver'), run({ plan: judged, quorum: 1 })))).toBe('sole-judge');
    expect(because(approving(who('jon', 'approver'), run({ plan: judged, quorum: 2 })))).toBe('yes');
    const second = run({
      plan: judged,
      quorum: 2,
      version: 2,
      approvals: [{ by: { id: 'lea', name: 'Lea' }, at: 1, fingerprint: 'f' }],
    });
    expect(because(approving(who('jon', 'approver'), second))).toBe('yes');
  });

  it('sends MX, bypass and organisation-wide steps to change approvers only', () => {
    const wide = run({ plan: { ...plan, step: 'bypass-off' } });
    expect(because(approving(who('lea', 'approver'), wide))).toBe('no-role');
    expect(because(approving(who('cho', 'change-approver'), wide))).toBe('yes');
  });
});

describe('proposing', () => {
  const ask = (more: Partial<Extract<Ask, { act: 'propose' }>> = {}): Ask => ({
    act: 'propose',
    plan,
    ticket: null,
    eligible: ['lea', 'omar', 'mia'],
    settings: standardSettings,
    openRun: null,
    ...more,
  });
  const settings = (more: Partial<Settings>): Settings => ({ ...standardSettings, ...more });
  it.each<[string, Reason | 'yes', Ask]>([
    ['enough others', 'yes', ask()],
    ['too few once the requester is left out', 'not-enough-approvers', ask({ eligible: ['lea', 'mia'] })],
    [
      'two accounts of one person count once',
      'not-enough-approvers',
      ask({ eligible: ['lea', 'lea-admin'], settings: settings({ linkedAccounts: [['lea', 'lea-admin']] }) }),
    ],
    ['approvers that cannot be counted', 'approvers-unknown', ask({ eligible: null })],
    ['another open run', 'another-open', ask({ openRun: '40' })],
    ['no ticket where one is needed', 'ticket-needed', ask({ settings: settings({ ticketRequired: 'disruptive' }) })],
    [
      'a malformed ticket',
      'ticket-malformed',
      ask({ ticket: 'x', settings: settings({ ticketPattern: 'CHG\\d{7}' }) }),
    ],
    [
      'a good ticket',
      'yes',
      ask({ ticket: 'CHG0041882', settings: settings({ ticketPattern: 'CHG\\d{7}', ticketRequired: 'all' }) }),
    ],
    [
      'a pattern that does not compile matches nothing',
      'ticket-malformed',
      ask({ ticket: 'CHG', settings: settings({ ticketPattern: '(' }) }),
    ],
  ])('%s: %s', (_name, expected, question) => {
    expect(because(may(who('mia', 'operator'), question))).toBe(expected);
  });

  it('asks two people to accept low evidence, however reversible', () => {
    const low = {
      ...plan,
      risk: 'reversible' as const,
      evidence: { lowEvidence: true } as unknown as Plan['evidence'],
    };
    expect(because(may(who('mia', 'operator'), ask({ plan: low, eligible: ['lea'] })))).toBe('not-enough-approvers');
    expect(because(may(who('mia', 'operator'), ask({ plan: low, eligible: ['lea', 'omar'] })))).toBe('yes');
  });
});

describe('the way back, cancelling, confirming', () => {
  const settled = run({ state: 'settled' });
  const undo = (asker: Asker, r: Run, more: Partial<Extract<Ask, { act: 'roll-back' }>> = {}) =>
    because(
      may(asker, {
        act: 'roll-back',
        run: r,
        reason: 'wrong people',
        dependents: [],
        undoneBy: null,
        breakGlass: false,
        ...more,
      }),
    );
  it('takes back what was carried out, with a reason, newest first, once', () => {
    expect(undo(who('mia', 'operator'), settled)).toBe('yes');
    expect(undo(who('mia', 'operator'), settled, { reason: ' ' })).toBe('reason-needed');
    expect(undo(who('mia', 'operator'), settled, { dependents: ['44'] })).toBe('later-depends');
    expect(undo(who('mia', 'operator'), settled, { undoneBy: '45' })).toBe('undone-already');
    expect(undo(who('mia', 'operator'), run())).toBe('not-settled');
    expect(undo(who('mia', 'viewer'), settled)).toBe('no-role');
    expect(undo(who('mia', 'operator'), run({ state: 'settled', undoes: '40' }), { breakGlass: true })).toBe(
      'break-glass-refused',
    );
  });
  it('lets only the requester cancel, and only what is not under way', () => {
    const cancel = (asker: Asker, r: Run, version = r.version) =>
      because(may(asker, { act: 'cancel', run: r, version, settings: standardSettings }));
    expect(cancel(who('mia'), run())).toBe('yes');
    expect(cancel(who('lea', 'approver'), run())).toBe('not-requester');
    expect(cancel(who('mia'), run({ state: 'applying' }))).toBe('resolved');
    expect(cancel(who('mia'), run({ version: 3 }), 2)).toBe('old-card');
  });
  it('lets nobody exempt people at the old service before the proof', () => {
    const acting = run({
      state: 'settled',
      plan: { ...plan, byHand: [{ id: 'exempt', when: 'after', text: '', people: 40 }] },
    });
    const confirm = (effectProved: boolean, proof = 'CHG1 done') =>
      because(
        may(who('mia', 'operator'), { act: 'confirm', run: acting, version: 1, effectProved, actId: 'exempt', proof }),
      );
    expect(confirm(false)).toBe('act-too-early');
    expect(confirm(true)).toBe('yes');
    expect(confirm(true, '')).toBe('proof-missing');
  });
});
