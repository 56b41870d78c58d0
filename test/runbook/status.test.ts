import { describe, expect, test } from 'vitest';
import type { Evidence, ReviewedSender } from '../../services/runbook/evidence.ts';
import type { Answer, Blocker, Plan, Proposal } from '../../services/runbook/plan.ts';
import type { Run, RunState } from '../../services/runbook/run.ts';
import { type StatusInput, standingOf, statusOf } from '../../services/runbook/status.ts';
import type { Attestation, Milestone } from '../../services/runbook/step.ts';
import { type StepId, stepIds } from '../../services/runbook/step-id.ts';
import { type Settings, standardSettings } from '../../services/settings/settings.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A Tuesday, 10:00 in Copenhagen. */
const now = Date.parse('2026-11-24T09:00:00Z');

const sender = (name: string, mark: ReviewedSender['mark'], alsoOtherThreat = 0): ReviewedSender => ({
  detected: {
    sender: name,
    senderDomain: 'far.example',
    displayNames: [],
    messages: 2,
    recipients: 1,
    recipientIds: [],
    detections: [],
    firstContact: 0,
    spfPass: 0,
    dkimPass: 0,
    dmarcPass: 0,
    compAuthFail: 0,
    noAction: 0,
    overridden: 0,
    alsoOtherThreat,
    firstSeen: 0,
    lastSeen: 0,
    sampleIds: [],
    subjects: [],
  },
  mark,
  by: null,
  priorityHits: [],
});
const evidence = (given: Partial<Evidence>): Evidence => ({
  window: { from: now - 9 * day, to: now },
  days: 9,
  verdict: 'inconclusive',
  bars: [],
  figures: [],
  senders: [],
  falsePositives: [],
  priorityHit: [],
  judges: [],
  upperBound: null,
  headline: [],
  lowEvidence: false,
  missesOnly: false,
  ...given,
});
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
const done: Answer = { is: 'nothing-to-do', findings: [] };
const ready: Answer = { is: 'proposal', proposal, findings: [] };
const blocker = (id: string, more: Partial<Blocker> = {}): Blocker => ({
  id,
  what: `What ${id} is.`,
  next: `Clear ${id}.`,
  ...more,
});
const heldBy = (blockers: readonly Blocker[], found: Evidence | null = null): Answer => ({
  is: 'blocked',
  findings: [],
  blockers,
  evidence: found,
});
const run = (
  id: string,
  step: Plan['step'],
  state: RunState,
  more: Partial<Run> = {},
  plan: Partial<Plan> = {},
): Run => ({
  id,
  version: 1,
  state,
  plan: { ...proposal, step, settings: {}, choice: null, fingerprint: 'f', ...plan },
  requestedBy: { id: 'mia', name: 'Mia' },
  requestedAt: now - hour,
  quorum: 2,
  approvals: [{ by: { id: 'lea', name: 'Lea' }, at: now, fingerprint: 'f' }],
  expiresAt: now + 2 * day + 6 * hour,
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
const milestone = (step: StepId, daysAgo: number, id = '7', undone = false): Milestone => ({
  run: id,
  step,
  choice: null,
  settledAt: now - daysAgo * day,
  undone,
});
const attested = (about: string, expiresAt = now + day): Attestation => ({
  about,
  statement: 'So it is.',
  proof: 'INC1',
  by: { id: 'lea', name: 'Lea' },
  at: now - day,
  expiresAt,
});

interface Given {
  readonly answers?: readonly (readonly [StepId, Answer])[];
  readonly open?: readonly Run[];
  readonly milestones?: readonly Milestone[];
  readonly attestations?: readonly Attestation[];
  readonly settings?: Partial<Settings>;
}
const input = (given: Given): StatusInput => ({
  answers: new Map(given.answers ?? []),
  open: given.open ?? [],
  milestones: given.milestones ?? [],
  attestations: given.attestations ?? [],
  settings: { ...standardSettings, ...given.settings },
  now,
});
const status = (given: Given) => statusOf(input(given));

describe('where we are', () => {
  const pilot = evidence({ figures: [{ id: 'affected', label: 'People', value: '1,042', known: true }] });
  const table: readonly (Given & { readonly name: string; readonly says: string })[] = [
    { name: 'nothing answered', says: 'Not started' },
    { name: 'something to prepare', answers: [['pilot-groups', ready]], says: 'Prepare: the pilot has not started' },
    {
      name: 'pilot policies to make',
      answers: [
        ['pilot-groups', done],
        ['anti-phishing', ready],
      ],
      says: 'Pilot: the pilot has not started',
    },
    {
      name: 'the pilot since today, its people not known',
      milestones: [milestone('start-pilot', 0.5)],
      says: 'Pilot: running since today',
    },
    {
      name: 'the pilot for days, with the people that the evidence counts',
      milestones: [milestone('start-pilot', 12)],
      answers: [['mailbox-intelligence', heldBy([], pilot)]],
      says: 'Pilot: 1,042 people for 12 days',
    },
    {
      name: 'people that could not be counted are not shown',
      milestones: [milestone('start-pilot', 1)],
      answers: [
        [
          'mailbox-intelligence',
          heldBy([], evidence({ figures: [{ id: 'affected', label: 'People', value: '40', known: false }] })),
        ],
      ],
      says: 'Pilot: running for 1 day',
    },
    {
      name: 'waves',
      milestones: [milestone('start-pilot', 20), milestone('waves', 3)],
      says: 'Pilot: running for 20 days, wave 2 of 4',
    },
    {
      name: 'a pilot that was taken back',
      milestones: [milestone('start-pilot', 3, '7', true)],
      answers: [['start-pilot', ready]],
      says: 'Pilot: the pilot has not started',
    },
    {
      name: 'bypass off',
      milestones: [milestone('start-pilot', 90), milestone('bypass-off', 2)],
      says: 'Cut over: bypass off for 2 days',
    },
    {
      name: 'MX moved',
      milestones: [milestone('bypass-off', 9), milestone('switch-mx', 2)],
      says: 'Cut over: MX moved, for 2 days',
    },
    { name: 'closed', attestations: [attested('close-out')], says: 'Closed: the old service is retired' },
  ];
  test.each(table)('$name: $says', ({ says, ...given }) => {
    expect(status(given).now).toBe(says);
  });
});

describe('what is next', () => {
  const table: readonly (Given & { readonly name: string; readonly id: StepId | null; readonly title?: string })[] = [
    { name: 'nothing, where every step of this version is done', answers: [['pilot-groups', done]], id: null },
    { name: 'nothing, where this version has no step: a later one is never next', id: null },
    {
      name: 'the first step with a proposal',
      answers: [
        ['user-reporting', ready],
        ['pilot-groups', ready],
      ],
      id: 'pilot-groups',
      title: 'Pilot groups',
    },
    {
      name: 'a step with a proposal before an earlier one that is blocked',
      answers: [
        ['pilot-groups', heldBy([blocker('choice')])],
        ['user-reporting', ready],
      ],
      id: 'user-reporting',
    },
    {
      name: 'not a proposal whose needs are open',
      answers: [
        ['pilot-groups', heldBy([blocker('choice')])],
        ['anti-phishing', ready],
      ],
      id: 'pilot-groups',
    },
    {
      name: 'the first that people can clear, before one that only cannot be read',
      answers: [
        ['pilot-groups', heldBy([blocker('unknown')])],
        ['user-reporting', heldBy([blocker('mailbox')])],
      ],
      id: 'user-reporting',
    },
    {
      name: 'one that cannot be read, where there is nothing else',
      answers: [['pilot-groups', heldBy([blocker('unknown')])]],
      id: 'pilot-groups',
    },
    {
      name: 'a step that waits in a run, before any proposal',
      answers: [
        ['pilot-groups', ready],
        ['start-pilot', ready],
      ],
      open: [run('41', 'start-pilot', 'proposed')],
      id: 'start-pilot',
      title: 'Start the pilot',
    },
    {
      name: 'the older run of two',
      answers: [],
      open: [
        run('41', 'anti-phishing', 'proposed'),
        run('42', 'switch-mx', 'proposed', { requestedAt: now - 2 * hour }),
      ],
      id: 'switch-mx',
      title: 'Switch mx',
    },
    {
      name: 'not a change of settings',
      answers: [['pilot-groups', ready]],
      open: [run('41', 'settings', 'proposed')],
      id: 'pilot-groups',
    },
  ];
  test.each(table)('$name', ({ id, title, ...given }) => {
    const { next } = status(given);
    expect(next?.id ?? null).toBe(id);
    if (title !== undefined) expect(next?.title).toBe(title);
  });
});

describe('what blocks it', () => {
  const bars = [
    { id: 'days', label: 'Observation', wanted: '14 days', found: '9 of 14 days', holds: 'no' },
    { id: 'undecided', label: 'Undecided', wanted: 'at most 10 %', found: '3 of 20 reviewed', holds: 'no' },
  ] as const;
  const table: readonly (Given & { readonly name: string; readonly blocks: readonly string[] })[] = [
    { name: 'nothing, where it can be proposed', answers: [['pilot-groups', ready]], blocks: [] },
    {
      name: 'the bars in numbers, what was wanted once',
      answers: [
        ['mailbox-intelligence', heldBy([blocker('days'), blocker('undecided'), blocker('other')], evidence({ bars }))],
      ],
      blocks: ['Observation: 9 of 14 days', 'Undecided: 3 of 20 reviewed, wanted at most 10 %', 'What other is.'],
    },
    {
      name: 'four lines at most, the rest counted',
      answers: [['pilot-groups', heldBy(['a', 'b', 'c', 'd', 'e'].map((id) => blocker(id)))]],
      blocks: ['What a is.', 'What b is.', 'What c is.', 'and 2 more'],
    },
    {
      name: 'approvals that are missing',
      answers: [['start-pilot', ready]],
      open: [run('41', 'start-pilot', 'proposed')],
      blocks: ['Change 41: 1 of 2 approvals'],
    },
    {
      name: 'a window that has not come',
      open: [run('41', 'start-pilot', 'approved', { notBefore: now + 3 * hour })],
      blocks: ['Change 41 waits for its window, Tue 13:00'],
    },
    {
      name: 'a stuck run, whatever is next',
      answers: [['pilot-groups', ready]],
      open: [run('41', 'settings', 'stuck', { reason: 'it drifted' })],
      blocks: ['Change 41 is stuck: it drifted'],
    },
  ];
  test.each(table)('$name', ({ blocks, ...given }) => {
    expect(status(given).blocks).toEqual(blocks);
  });

  test('a long line is cut at a word', () => {
    const [line = ''] = status({
      answers: [['pilot-groups', heldBy([blocker('a', { what: 'word '.repeat(60) })])]],
    }).blocks;
    expect(line.length).toBeLessThanOrEqual(120);
    expect(line).toMatch(/word…$/);
  });
});

describe('who must act', () => {
  const byHand = [
    { id: 'first', when: 'before', text: 'Tell the desk.', people: 1 },
    { id: 'last', when: 'after', text: 'Exempt them.', people: 1 },
  ] as const;
  const senders = [
    sender('a@far.example', null),
    sender('b@far.example', null),
    sender('c@far.example', 'undecided'),
    sender('d@far.example', 'bad'),
    sender('e@far.example', null, 2),
  ];
  const short = (id: string) => ({ id, label: id, wanted: '', found: '', holds: 'no' }) as const;
  const table: readonly (Given & { readonly name: string; readonly mustAct: readonly string[] })[] = [
    { name: 'nobody, where nothing waits', mustAct: [] },
    {
      name: 'an operator, for what can be proposed',
      answers: [['user-reporting', ready]],
      mustAct: ['Operator: propose user-reporting'],
    },
    {
      name: 'an approver, for a run; nobody proposes it again',
      answers: [['start-pilot', ready]],
      open: [run('41', 'start-pilot', 'proposed')],
      mustAct: ['An approver: change 41, 1 of 2, till Thu 16:00'],
    },
    {
      name: 'a change approver, for MX; a far day as a date',
      open: [run('41', 'switch-mx', 'proposed', { expiresAt: now + 9 * day })],
      mustAct: ['A change approver: change 41, 1 of 2, till 2026-12-03'],
    },
    {
      name: 'a time in a zone that nobody knows says UTC',
      open: [run('41', 'start-pilot', 'proposed')],
      settings: { timeZone: 'Mars/Olympus' },
      mustAct: ['An approver: change 41, 1 of 2, till Thu 15:00 UTC'],
    },
    {
      name: 'a hand, before an approved run',
      open: [run('41', 'start-pilot', 'approved', {}, { byHand })],
      mustAct: ['By hand, change 41: Tell the desk.'],
    },
    {
      name: 'nobody, once it was confirmed',
      open: [
        run(
          '41',
          'start-pilot',
          'approved',
          { confirmed: { first: { by: { id: 'x', name: 'X' }, at: now, proof: 'p' } } },
          { byHand },
        ),
      ],
      mustAct: [],
    },
    {
      name: 'an approver, for a stuck run',
      open: [run('41', 'start-pilot', 'stuck')],
      mustAct: ['An approver: decide on change 41, which is stuck'],
    },
    {
      name: 'an approver, for senders without a mark, those held for another reason left out',
      answers: [['mailbox-intelligence', heldBy([blocker('review')], evidence({ senders, bars: [short('review')] }))]],
      mustAct: ['An approver: review 2 senders of mailbox-intelligence'],
    },
    {
      name: 'an approver, for undecided senders where there are too many',
      answers: [
        ['mailbox-intelligence', heldBy([blocker('undecided')], evidence({ senders, bars: [short('undecided')] }))],
      ],
      mustAct: ['An approver: review 1 sender of mailbox-intelligence'],
    },
    {
      name: 'nobody reviews more than the bars ask',
      answers: [
        [
          'mailbox-intelligence',
          heldBy([blocker('days', { next: 'Wait 5 days.' })], evidence({ senders, bars: [short('days')] })),
        ],
      ],
      mustAct: ['Operator: Wait 5 days.'],
    },
    {
      name: 'who knows, for statements',
      answers: [
        [
          'start-pilot',
          heldBy([
            blocker('attest-bypass-rule', { attest: 'bypass-rule' }),
            blocker('attest-routing', { attest: 'routing' }),
          ]),
        ],
      ],
      mustAct: ['Who knows: attest bypass-rule', 'Who knows: attest routing'],
    },
    {
      name: 'nobody, for what only cannot be read',
      answers: [['pilot-groups', heldBy([blocker('unknown')])]],
      mustAct: [],
    },
    {
      name: 'a hand at the old service, while an exemption is not confirmed',
      milestones: [milestone('start-pilot', 2, '41')],
      attestations: [attested('run:4:exempt-pilot')],
      mustAct: ['By hand, once proved: exempt the people of change 41 at the old service'],
    },
    {
      name: 'nobody, once the exemption was confirmed, even when that statement has expired since',
      milestones: [milestone('start-pilot', 2, '41')],
      attestations: [attested('run:41:exempt-pilot', now - hour)],
      mustAct: [],
    },
    {
      name: 'nobody exempts the people of a run that was undone',
      milestones: [milestone('start-pilot', 2, '41', true)],
      mustAct: [],
    },
    {
      name: 'at most four, the rest counted, runs first and oldest first',
      answers: [['pilot-groups', ready]],
      open: ['45', '44', '43', '42', '41'].map((id) => run(id, 'settings', 'proposed')),
      mustAct: [
        'An approver: change 41, 1 of 2, till Thu 16:00',
        'An approver: change 42, 1 of 2, till Thu 16:00',
        'An approver: change 43, 1 of 2, till Thu 16:00',
        'and 3 more',
      ],
    },
  ];
  test.each(table)('$name', ({ mustAct, ...given }) => {
    expect(status(given).mustAct).toEqual(mustAct);
  });
});

describe('the parts', () => {
  test('hold every step of the runbook, and count what is done or attested in time', () => {
    const { parts } = status({
      answers: [
        ['pilot-groups', done],
        ['user-reporting', ready],
        ['start-pilot', done],
      ],
      attestations: [
        attested('routing'),
        attested('inventory', now),
        attested('user-reporting'),
        attested('switch-mx'),
      ],
    });
    expect(parts).toEqual([
      { name: 'Prepare', done: 2, of: 13 },
      { name: 'Set up', done: 0, of: 2 },
      { name: 'Pilot', done: 1, of: 5 },
      { name: 'Tune', done: 0, of: 8 },
      { name: 'Cut over', done: 1, of: 5 },
    ]);
    expect(parts.reduce((n, p) => n + p.of, 0)).toBe(stepIds.length);
  });
  test('a statement stands in for a check that this version lacks, and says so', () => {
    const given = input({
      answers: [['user-reporting', ready]],
      attestations: [attested('routing'), attested('user-reporting')],
    });
    expect(standingOf('routing', given)).toBe('attested');
    expect(standingOf('user-reporting', given)).toBe('ready');
    expect(standingOf('bulk-mail', given)).toBe('later');
  });
});

test('the forecast is part of it', () => {
  expect(status({ settings: { contractEnds: '2027-01-30' } }).forecast).toMatchObject({
    earliestMx: now + 57 * day,
    slackDays: 10,
  });
});
