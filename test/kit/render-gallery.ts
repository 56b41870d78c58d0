import * as approval from '../../cards/approval.ts';
import * as figures from '../../cards/figures.ts';
import { attestCard, byHandCard, messageQuestionCard, settingCard } from '../../cards/forms.ts';
import type { Card, Frame } from '../../cards/frame.ts';
import { helpCard, statusCard, welcomeCard } from '../../cards/home.ts';
import {
  digestCard,
  mineCard,
  pendingCard,
  type RunsView,
  settingsCard,
  submissionsCard,
  wavesCard,
} from '../../cards/lists.ts';
import * as notice from '../../cards/notice.ts';
import { reviewCard } from '../../cards/review.ts';
import * as run from '../../cards/run.ts';
import { hostile, hostileRun, sampleEvidence, sampleFrame, sampleRun } from '../../cards/sample-data.ts';
import { planCard, type StepView, stepCard, stepsCard } from '../../cards/steps.ts';
import { withNotice } from '../../cards/with-notice.ts';
import type { ReviewedSender } from '../../services/runbook/evidence.ts';
import { runbook, stepIds } from '../../services/runbook/step-id.ts';
import { settingsTable } from '../../services/settings/settings.ts';

const sets = new Map<string, () => Card>();
const kinds = new Map<string, { readonly view: unknown; readonly draw: (view: unknown, frame: Frame) => Card }>();
const add = <V>(name: string, draw: (view: V, frame: Frame) => Card, samples: Readonly<Record<string, V>>): void => {
  for (const [kind, view] of Object.entries(samples)) {
    sets.set(`${name}.${kind}`, () => draw(view, sampleFrame));
    // The door of the tests: a view of the same shape with other texts and longer lists.
    kinds.set(`${name}.${kind}`, { view, draw: (other, frame) => draw(other as V, frame) });
  }
};

const sender = (address: string, name: string, subject: string): ReviewedSender => ({
  detected: {
    sender: address,
    senderDomain: address.split('@')[1] ?? '',
    displayNames: [name],
    messages: 3,
    recipients: 2,
    recipientIds: [],
    detections: ['user-impersonation'],
    firstContact: 1,
    spfPass: 3,
    dkimPass: 1,
    dmarcPass: 0,
    compAuthFail: 3,
    noAction: 3,
    overridden: 0,
    alsoOtherThreat: 0,
    firstSeen: 0,
    lastSeen: 0,
    sampleIds: [],
    subjects: [subject],
  },
  mark: null,
  by: null,
  priorityHits: ['x'],
});
const seen: readonly (readonly [string, string, string, number])[] = [
  ['lea.berg@contoso-payments.example', 'Lea Berg', 'Are you at your desk?', 9],
  ['ceo@contoso-parts.example', 'Tom Ek', 'Invoice 4410 is overdue', 6],
  ['t.ek.private@mail.example', 'Tom Ek', 'My new number', 4],
  ['board@letters.example', 'Ida Lund via Board Letters', 'Papers for Thursday', 2],
];
/** Senders as reviewers meet them: different names, results and marks. */
const several = seen.map(([address, name, subject, messages], i) => {
  const one = sender(address, name, subject);
  return {
    key: `p${i}`,
    sender: {
      ...one,
      detected: {
        ...one.detected,
        messages,
        recipients: Math.max(1, messages - 2),
        firstContact: i === 3 ? 0 : 1,
        spfPass: i === 0 ? 0 : messages,
        dkimPass: i === 3 ? messages : i,
        dmarcPass: i === 3 ? messages : 0,
      },
      mark: i === 1 ? ('bad' as const) : null,
      priorityHits: i === 0 ? ['x', 'y'] : [],
    },
  };
});
const ten = (address: string, name: string, subject: string) =>
  Array.from({ length: 10 }, (_, i) => ({ key: `s${i}`, sender: sender(address, name, subject) }));
const many = (r: typeof sampleRun): RunsView => ({ runs: Array.from({ length: 30 }, () => r) });
const { seals: _, settings: __, choice: ___, fingerprint: ____, step: _____, ...proposal } = sampleRun.plan;
const { seals: a, settings: b, choice: c, fingerprint: d, step: e, ...badProposal } = hostileRun.plan;
void [_, __, ___, ____, _____, b, c, d, e];
const step: StepView = {
  id: 'user-impersonation',
  title: 'User impersonation: quarantine',
  why: 'Mail that poses as your executives is the costliest fraud. The pilot has shown what would be caught.',
  guideSection: 'Tune anti-phishing, impersonation protection',
  answer: {
    is: 'proposal',
    proposal: { ...proposal, seals: [] },
    findings: [
      { tone: 'good', text: '14 people are protected' },
      { tone: 'unknown', text: 'Open tickets were not read' },
    ],
  },
  reviews: true,
  cannotPropose: '',
  ticket: true,
  quorum: 2,
  choice: '',
};
const blocked: StepView = {
  ...step,
  answer: {
    is: 'blocked',
    blockers: [
      {
        id: 'x',
        what: 'Enhanced Filtering is not checked',
        next: 'A named person can attest it',
        attest: 'enhanced-filtering',
      },
    ],
    findings: [],
    evidence: sampleEvidence,
  },
};
const badStep: StepView = {
  ...step,
  title: hostile,
  why: hostile,
  guideSection: hostile,
  cannotPropose: hostile,
  answer: {
    is: 'proposal',
    proposal: { ...badProposal, seals: a },
    findings: Array.from({ length: 40 }, () => ({ tone: 'attention' as const, text: hostile })),
  },
};

add('approval', approval.approvalCard, approval.samples);
add('figures', figures.figuresCard, figures.samples);
const { waiting, approved, applying, ...ended } = run.samples;
add('progress', run.progressCard, { waiting, approved, applying, hostile: ended.hostile });
add('outcome', run.outcomeCard, ended);
add('refusal', notice.refusalCard, notice.samples);
add('notice', notice.noticeCard, notice.noticeSamples);
add('paused', notice.pausedCard, notice.pausedSamples);
add('welcome', welcomeCard, { empty: { name: '' }, full: { name: 'Mia' }, hostile: { name: hostile } });
add('help', helpCard, {
  empty: { groups: [] },
  full: {
    groups: [
      {
        name: 'Where we are',
        words: [
          { word: 'status', description: 'Where we are, what is next' },
          { word: 'steps', description: 'All steps' },
        ],
      },
      { name: 'Change', words: [{ word: 'plan <id>', description: 'What a step would change' }] },
    ],
  },
});
const parts = [...new Set(Object.values(runbook))];
add('status', statusCard, {
  empty: {
    now: 'Prepare: the pilot has not started',
    next: { id: 'pilot-groups', title: 'Pilot groups' },
    blockers: [],
    mustAct: [],
    parts: [],
    forecast: 'unknown: no wave has been settled',
    slackDays: null,
    paused: '',
  },
  full: {
    now: 'Pilot, wave 2 of 4: 480 people',
    next: { id: 'waves', title: 'Grow the pilot to 1,450 people' },
    blockers: ['9 of 14 days in wave 2'],
    mustAct: ['Jon: review 12 senders'],
    parts: parts.map((name, i) => ({
      name,
      done: Math.min(Math.max(0, 6 - i * 2), stepIds.filter((id) => runbook[id] === name).length),
      of: stepIds.filter((id) => runbook[id] === name).length,
    })),
    forecast: 'Mon 1 Mar 2027',
    slackDays: 61,
    paused: '',
  },
  hostile: {
    now: hostile,
    next: { id: 'waves', title: hostile },
    blockers: [hostile],
    mustAct: [hostile],
    parts: [],
    forecast: hostile,
    slackDays: -3,
    paused: hostile,
  },
});
add('steps', stepsCard, {
  hostile: { parts: [{ name: hostile, steps: [{ id: 'waves', title: hostile, standing: 'ready' }] }] },
  empty: { parts: [] },
  full: {
    parts: parts.map((name) => ({
      name,
      steps: stepIds
        .filter((id) => runbook[id] === name)
        .map((id, i) => ({
          id,
          title: id.replaceAll('-', ' '),
          standing: (['done', 'ready', 'blocked', 'later', 'unknown'] as const)[i % 5] ?? 'unknown',
        })),
    })),
  },
});
add('step', stepCard, { full: step, blocked, hostile: badStep });
add('plan', planCard, { full: step, blocked, hostile: badStep });
add('review', reviewCard, {
  empty: { step: 'user-impersonation', title: 'User impersonation', page: 0, pages: 0, undecided: 0, senders: [] },
  full: {
    step: 'user-impersonation',
    title: 'User impersonation',
    page: 0,
    pages: 3,
    undecided: 25,
    senders: ten('ceo@contoso-parts.example', 'Tom Ek', 'Invoice 4410 is overdue'),
  },
  picture: {
    step: 'user-impersonation',
    title: 'Did these four senders really pose as your executives?',
    page: 0,
    pages: 1,
    undecided: 3,
    senders: several,
  },
  hostile: {
    step: 'user-impersonation',
    title: hostile,
    page: 1,
    pages: 3,
    undecided: 25,
    senders: ten(hostile, hostile, hostile),
  },
});
add('attest', attestCard, {
  full: {
    about: 'enhanced-filtering',
    title: 'Enhanced Filtering is on for the old gateway',
    why: 'This version does not check it yet.',
    days: 90,
  },
  hostile: { about: 'x', title: hostile, why: hostile, days: 1 },
});
add('by-hand', byHandCard, {
  full: {
    run: '41',
    version: 5,
    title: 'Grow pilot 480 → 1,450 people?',
    act: { id: 'exempt', when: 'after', text: 'Exempt 970 people at the old service', people: 970 },
  },
  hostile: { run: '41', version: 5, title: hostile, act: { id: 'x', when: 'before', text: hostile, people: 1 } },
});
add('setting', settingCard, {
  full: {
    name: 'waveLimit',
    label: 'Wrong senders in a wave',
    help: 'Upper 95 % bound.',
    value: '0.02',
    standard: '0.02',
  },
  hostile: { name: 'bypassRule', label: 'Bypass rule', help: hostile, value: hostile, standard: hostile },
});
const empty = { sender: '', recipient: '', subject: '', messageId: '', networkMessageId: '', from: '', to: '' };
add('message', messageQuestionCard, {
  empty: { intent: 'find-message', ...empty },
  full: {
    intent: 'why-junk',
    ...empty,
    sender: 'invoice@contoso.example',
    recipient: 'Tom Ek',
    from: '2026-11-23T00:00',
    to: '2026-11-24T00:00',
  },
  hostile: { intent: 'release', ...empty, sender: hostile, subject: hostile },
});
add('pending', pendingCard, { empty: { runs: [] }, full: { runs: [sampleRun] }, hostile: many(hostileRun) });
add('mine', mineCard, { empty: { runs: [] }, full: { runs: [sampleRun] }, hostile: many(hostileRun) });
add('waves', wavesCard, {
  empty: { waves: [] },
  full: {
    waves: [
      { name: 'Wave 1', people: 120, state: '✓ Pass', tone: 'Good', figures: '14 days · 61 senders, 0 wrong' },
      {
        name: 'Wave 2',
        people: 480,
        state: '? Inconclusive',
        tone: 'Warning',
        figures: '9 days · 412 senders, 3 wrong (95 %: ≤ 1.9 %)',
      },
      { name: 'Wave 3', people: 1450, state: '○ To come', tone: 'Default', figures: '' },
    ],
  },
  hostile: { waves: [{ name: hostile, people: 3, state: hostile, tone: 'Warning', figures: hostile }] },
});
const reported = {
  day: 'Tue 24 Nov 2026',
  total: 23,
  yesterday: 18,
  kinds: [
    { label: 'Phish', count: 14 },
    { label: 'Junk', count: 7 },
    { label: 'Not junk', count: 2 },
  ],
  agreement: { agreed: 9, finished: 12 },
  simulations: 2,
  topSenders: [{ sender: 'win@prize.example', reports: 5, reporters: 4 }],
  gap: '',
};
add('submissions', submissionsCard, {
  empty: {
    ...reported,
    total: 0,
    yesterday: 0,
    kinds: [],
    agreement: { agreed: 0, finished: 0 },
    simulations: 0,
    topSenders: [],
  },
  full: reported,
  hostile: { ...reported, gap: hostile, topSenders: [{ sender: hostile, reports: 5, reporters: 4 }] },
});
add('digest', digestCard, {
  full: {
    day: 'Tue 24 Nov 2026',
    headline: 'Pilot, wave 2, day 9',
    lines: ['23 reports, 5 more than yesterday', '12 senders to review'],
  },
  hostile: { day: 'Tue 24 Nov 2026', headline: hostile, lines: [hostile, hostile] },
});
const groups = [...new Set(Object.values(settingsTable).map((s) => s.group))];
add('settings', settingsCard, {
  hostile: {
    groups: [{ name: hostile, settings: [{ name: 'bypassRule', label: hostile, value: hostile, changed: true }] }],
  },
  full: {
    groups: groups.map((name) => ({
      name,
      settings: Object.entries(settingsTable)
        .filter(([, s]) => s.group === name)
        .map(([id, s]) => ({
          name: id,
          label: s.label,
          value: Array.isArray(s.standard) ? s.standard.join(', ') : String(s.standard),
          changed: id === 'waveLimit',
        })),
    })),
  },
});

add(
  'with-notice',
  (view: Parameters<typeof withNotice>[1], frame) =>
    withNotice(approval.approvalCard({ run: sampleRun, reviewedBy: ['Jon'], notices: [] }, frame), view),
  {
    full: {
      what: 'That card was out of date, so nothing was done',
      next: 'Below is how change 41 stands now. Decide on it there.',
    },
    hostile: { what: hostile, next: hostile },
  },
);

/** Every sample of every card, by `<card>.<sample>`, drawn on demand. */
export const gallery: ReadonlyMap<string, () => Card> = sets;

/** Every sample's view with its binder, so that a test can draw it with other texts and longer lists. */
export const views: ReadonlyMap<
  string,
  { readonly view: unknown; readonly draw: (view: unknown, frame: Frame) => Card }
> = kinds;
