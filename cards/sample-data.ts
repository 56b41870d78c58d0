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
    { id: 'days', label: 'Days observed', wanted: '14 or more', found: '19', holds: 'yes' },
    { id: 'wrong', label: 'Wrong senders, 95 % upper bound', wanted: '2 % or less', found: '2.4 %', holds: 'no' },
    { id: 'tickets', label: 'Open tickets', wanted: 'none older than 2 days', found: 'not read', holds: 'unknown' },
  ],
  figures: [
    { id: 'caught', label: 'Messages detected', value: '168', known: true },
    { id: 'senders', label: 'Distinct senders', value: '152', known: true },
    { id: 'worst', label: 'Worst day', value: '21', known: true },
    { id: 'tickets', label: 'Open tickets', value: 'this version reads no ticket system', known: false },
  ],
  senders: [],
  falsePositives: [],
  priorityHit: [],
  judges: ['j'],
  upperBound: 0.02,
  headline: [
    '19 days: 168 caught, 152 senders, worst day 21',
    'All reviewed: 0 wrong (true rate may be 2 %)',
    'Priority accounts: 6 caught, 0 wrong; tickets 0',
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
    lines: ['User impersonation: No action → Quarantine', 'Standard pilot, 480 people, CHG0041882'],
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
    byHand: [{ id: 'exempt', when: 'after', text: 'exempt 970 people at the old service', people: 970 }],
    risk: 'disruptive',
    affected: 480,
    cautions: ['Only what the old service missed'],
    undo: '≈ 30 min; quarantined mail stays until freed',
    settings: {},
    choice: null,
    fingerprint: 'f'.repeat(64),
  },
  requestedBy: { id: 'mia', name: 'Mia Holm' },
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

export const hostileRun: Run = {
  ...sampleRun,
  breakGlass: true,
  undoes: '40',
  requestedBy: { id: 'm', name: hostile },
  reason: hostile,
  ticket: hostile,
  plan: {
    ...sampleRun.plan,
    title: hostile,
    lines: Array.from({ length: 40 }, () => hostile),
    cautions: Array.from({ length: 20 }, () => hostile),
    undo: hostile,
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
