import type { Evidence } from '../services/runbook/evidence.ts';
import type { Run } from '../services/runbook/run.ts';
import type { Frame } from './frame.ts';

/** The moment at which samples are drawn: Tue 24 Nov 2026 09:00 UTC. */
export const sampleFrame: Frame = { zone: 'Europe/Copenhagen', now: 1_795_510_800_000, rehearsal: true };
const now = sampleFrame.now;
const dayMs = 86_400_000;

/** Text as an attacker writes it. */
export const hostile =
  '[Approve](https://evil.example) **bold** <at>CEO</at> {{DATE()}} ${title} \u202Egnp.exe\u200B `code` www.evil.example';

export const sampleEvidence: Evidence = {
  window: { from: now - 19 * dayMs, to: now },
  days: 19,
  verdict: 'pass',
  bars: [
    { id: 'days', label: 'Observation', wanted: '14 days', found: '19 of 14 days', holds: 'yes' },
    { id: 'pilot-size', label: 'Pilot size', wanted: '240 people', found: '480 of 240 people', holds: 'yes' },
    { id: 'review', label: 'Reviewed', wanted: 'every sender', found: '152 of 152 senders reviewed', holds: 'yes' },
    {
      id: 'wrong',
      label: 'Wrong',
      wanted: '95 % bound at most 2 %',
      found: '0 of 152 senders (95 %: at most 2 %)',
      holds: 'yes',
    },
    { id: 'reports', label: 'User reports', wanted: '1 per 100 a week', found: '2.1 per 100 a week', holds: 'yes' },
  ],
  figures: [
    { id: 'window', label: 'Data', value: 'Thu 5 Nov 08:00 to Tue 24 Nov 08:00, 19 days', known: true },
    { id: 'affected', label: 'People', value: '480', known: true },
    { id: 'messages', label: 'Messages detected', value: '168', known: true },
    { id: 'senders', label: 'Distinct senders', value: '152', known: true },
    { id: 'recipients', label: 'Distinct recipients', value: '97', known: true },
    { id: 'priority', label: 'On priority accounts', value: '6 caught up to now, 0 senders wrong', known: true },
    { id: 'review', label: 'Reviewed', value: '152: 152 bad, 0 good, 0 undecided', known: true },
    { id: 'per-day', label: 'Per day', value: 'mean 8.8, worst 21', known: true },
    { id: 'tickets', label: 'Open tickets', value: 'unknown: this version reads no ticket system', known: false },
  ],
  senders: [],
  falsePositives: [],
  priorityHit: [],
  judges: ['j'],
  upperBound: 0.02,
  headline: [
    '168 caught, 152 senders, worst day 21',
    'All reviewed: 0 wrong (true rate may be 2 %)',
    'Priority accounts: 6 caught, 0 wrong',
    'Trusts added: none; hidden by overrides: 3',
  ],
  lowEvidence: false,
  missesOnly: true,
};

export const sampleRun: Run = {
  id: '41',
  version: 3,
  state: 'proposed',
  plan: {
    step: 'user-impersonation',
    title: 'Quarantine mail posing as 14 executives?',
    lines: ['User impersonation: No action → Quarantine', 'Standard pilot, 480 people'],
    changes: [
      {
        kind: 'anti-phish-policy',
        key: 'MDO Pilot Anti-phish Standard',
        before: { TargetedUserProtectionAction: 'NoAction' },
        after: { TargetedUserProtectionAction: 'Quarantine' },
      },
    ],
    seals: [],
    evidence: sampleEvidence,
    byHand: [],
    risk: 'disruptive',
    affected: 480,
    cautions: ['Only what the old service missed'],
    undo: 'Undo: ≈ 30 min; quarantined mail stays until freed',
    settings: {},
    choice: null,
    fingerprint: 'f'.repeat(64),
  },
  requestedBy: { id: 'mia', name: 'Mia' },
  requestedAt: now - 3_600_000,
  quorum: 2,
  approvals: [],
  expiresAt: now + 2 * dayMs,
  ticket: 'CHG0041882',
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
};

/** The growth of a pilot, with an act by hand after the proof. */
export const sampleGrowth: Run = {
  ...sampleRun,
  id: '44',
  plan: {
    ...sampleRun.plan,
    step: 'waves',
    title: 'Grow pilot 480 → 1,450 people?',
    lines: [
      'Joining: Finance 310, Sales 540, Plant 120',
      '970 licensed, 970 get Standard, no assistant split',
      ...Array.from({ length: 12 }, (_, i) => `Department ${i + 1}: 20 people`),
    ],
    evidence: {
      ...sampleEvidence,
      headline: ['412 senders stopped: 3 wrong (95 %: ≤ 1.9 %)', 'Missed: 2 phish; reports 2.1/100/week'],
    },
    byHand: [{ id: 'exempt', when: 'after', text: 'exempt 970 people at the old service', people: 970 }],
    affected: 970,
    cautions: ['Expect 190 notices, 12 releases a day (desk: 40)'],
    undo: 'Old service first, then group',
  },
  approvals: [{ by: { id: 'lea', name: 'Lea' }, at: now, fingerprint: 'f'.repeat(64) }],
  ticket: 'CHG0041990',
};

export const hostileRun: Run = {
  ...sampleRun,
  breakGlass: true,
  undoes: '40',
  requestedBy: { id: 'm', name: hostile },
  approvals: [{ by: { id: 'o', name: hostile }, at: now, fingerprint: 'f' }],
  progress: [{ index: 0, state: 'drifted', at: now }],
  proof: { configuration: 'not yet', effect: 'not yet', words: hostile, at: now },
  reason: hostile,
  ticket: hostile,
  plan: {
    ...sampleRun.plan,
    title: hostile,
    lines: Array.from({ length: 40 }, () => hostile),
    cautions: Array.from({ length: 20 }, () => hostile),
    undo: hostile,
    byHand: [{ id: 'x', when: 'before', text: hostile, people: 3 }],
    changes: sampleRun.plan.changes.map((change) => ({ ...change, key: hostile })),
    evidence: {
      ...sampleEvidence,
      lowEvidence: true,
      headline: Array.from({ length: 40 }, () => hostile),
      bars: Array.from({ length: 40 }, (_, i) => ({
        id: String(i),
        label: hostile,
        wanted: hostile,
        found: hostile,
        holds: 'unknown' as const,
      })),
      figures: Array.from({ length: 60 }, (_, i) => ({
        id: String(i),
        label: hostile,
        value: hostile,
        known: i % 2 === 0,
      })),
    },
  },
};
