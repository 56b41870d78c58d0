import type { Run, RunState } from '../services/runbook/run.ts';
import { button, reveal } from './actions.ts';
import { type Card, compose, type Frame } from './frame.ts';
import { form, lines, page, type Row, type Tone, textInput } from './page.ts';
import { hostileRun, sampleFrame, sampleRun } from './sample-data.ts';
import { first, joined, when } from './words.ts';

/** A run on its way or at its end. */
export interface RunView {
  readonly run: Run;
  /** Whether the run can be taken back now; else the reason is in `run.reason` or nothing was made. */
  readonly canUndo: boolean;
  /** Names of the people who may decide it now; absent or empty: not looked up. */
  readonly asked?: readonly string[];
}

/** How a state reads, with its mark; also used in lists. */
export const stateWords: Readonly<Record<RunState, { readonly mark: string; readonly tone: Tone }>> = {
  proposed: { mark: '◔ Waiting for approval', tone: 'Accent' },
  approved: { mark: '◑ Approved, about to start', tone: 'Accent' },
  applying: { mark: '◑ Being applied', tone: 'Accent' },
  verifying: { mark: '◕ Applied, being proved', tone: 'Accent' },
  settled: { mark: '✓ Settled', tone: 'Good' },
  stuck: { mark: '⚠ Stuck', tone: 'Attention' },
  stopped: { mark: '■ Stopped', tone: 'Attention' },
  rejected: { mark: '✗ Rejected', tone: 'Attention' },
  expired: { mark: '✗ Expired, so the answer is no', tone: 'Warning' },
  cancelled: { mark: '✗ Cancelled', tone: 'Default' },
  superseded: { mark: '→ Replaced', tone: 'Warning' },
  undone: { mark: '↩ Taken back', tone: 'Default' },
};

const proofWords = {
  proved: { mark: '✓ proved', tone: 'Good' },
  'not yet': { mark: '◔ not yet', tone: 'Warning' },
  'not applicable': { mark: '○ nothing to prove on mail', tone: 'Default' },
} as const;

/** Step n of m and the last thing done. */
function progressRows(run: Run): readonly Row[] {
  const done = run.progress.filter((p) => p.state === 'did' || p.state === 'was-so-already').length;
  const last = run.progress.at(-1);
  const change = last ? run.plan.changes[last.index] : undefined;
  const word = {
    'about-to': 'Writing',
    did: 'Done',
    'was-so-already': 'Was so already',
    drifted: 'Found changed by others',
  };
  return [
    { label: 'Progress', text: `${done} of ${run.plan.changes.length} changes` },
    ...(last && change ? [{ label: word[last.state], text: change.key }] : []),
  ];
}

const frameRows = (run: Run, frame: Frame): readonly Row[] => [
  { label: 'Asked', text: `${run.requestedBy.name}, ${when(run.requestedAt, frame)}` },
  ...(run.approvals.length > 0 ? [{ label: 'Approved', text: joined(run.approvals.map((a) => a.by.name)) }] : []),
];

/** What a run waits for, for its requester: how many of how many, till when, who was asked, what starts it. */
function waitingRows(view: RunView, frame: Frame): readonly Row[] {
  const { run } = view;
  if (run.state === 'proposed') {
    const asked = first(view.asked ?? [], 6);
    return [
      {
        mark: stateWords.proposed.mark,
        tone: 'Accent',
        text: `${run.approvals.length} of ${run.quorum}, till ${when(run.expiresAt, frame)}`,
      },
      {
        label: 'Asked',
        text: asked.shown.length === 0 ? 'everybody who may approve it, except you' : asked.shown.join(', '),
        note: asked.more,
      },
      { note: 'No answer in time is a no.' },
    ];
  }
  if (run.state !== 'approved') return [];
  const byHand = run.plan.byHand.find((act) => act.when === 'before' && !run.confirmed[act.id]);
  return [
    { mark: stateWords.approved.mark, tone: 'Accent' },
    ...(run.notBefore !== null && run.notBefore > frame.now
      ? [{ label: 'Starts', text: `not before ${when(run.notBefore, frame)}` }]
      : []),
    ...(byHand ? [{ label: 'Waits for a person', text: byHand.text }] : []),
  ];
}

/** What is happening: shown at once after a click, and replaced as the work goes on. Cancel while nothing was written. */
export function progressCard(view: RunView, frame: Frame): Card {
  const { run } = view;
  const state = stateWords[run.state];
  const waiting = waitingRows(view, frame);
  return compose(
    {
      title: `Change ${run.id}: ${run.plan.title}`,
      wide: true,
      body: page({
        eyebrow: `Change ${run.id}`,
        tone: 'Accent',
        title: run.plan.title,
        sections: [
          {
            rows:
              waiting.length > 0
                ? waiting
                : [{ mark: state.mark, tone: state.tone }, ...progressRows(run), { text: run.reason ?? '' }],
          },
          { rows: frameRows(run, frame) },
        ],
      }),
      actions: [
        ...(waiting.length > 0
          ? [button('run.cancel', { run: run.id, version: run.version }, 'Cancel', { style: 'destructive' })]
          : []),
        button('view.show', { view: 'run', id: run.id }, 'Refresh'),
      ],
    },
    frame,
  );
}

const stuckWords = (canUndo: boolean): string =>
  canUndo
    ? 'A person decides: find the cause, then roll back what was made. Nothing more is written by itself.'
    : 'A person decides: find the cause and look at the tenant. Nothing was made that could be rolled back.';

/** How a run ended or is held; proof of configuration and of effect apart; "Roll back" where it can be taken back. */
export function outcomeCard(view: RunView, frame: Frame): Card {
  const { run } = view;
  const state = stateWords[run.state];
  const changes = first(run.plan.lines, 8);
  const ids = { run: run.id, version: run.version };
  const proof = run.proof;
  return compose(
    {
      title: `Change ${run.id}: ${state.mark}`,
      wide: true,
      body: page({
        eyebrow: `Change ${run.id}${run.resolvedAt === null ? '' : ` · ${when(run.resolvedAt, frame)}`}`,
        title: run.plan.title,
        sections: [
          {
            rows: [
              { mark: state.mark, tone: state.tone, text: run.replacedBy ? `by change ${run.replacedBy}` : '' },
              { label: 'Why', text: run.reason ?? '' },
              { label: 'What to do', text: run.state === 'stuck' ? stuckWords(view.canUndo) : '' },
            ].filter((row) => row.label === undefined || row.text !== ''),
          },
          { rows: [...lines(changes.shown), { note: changes.more }] },
          {
            heading: 'Proof',
            rows: proof
              ? [
                  { label: 'Configuration', ...proofWords[proof.configuration] },
                  { label: 'Effect on mail', ...proofWords[proof.effect] },
                  { note: proof.words },
                ]
              : [],
          },
          {
            rows: [
              ...(run.progress.length > 0 ? progressRows(run) : []),
              ...frameRows(run, frame),
              { label: 'Undo', text: view.canUndo ? run.plan.undo : '' },
            ].filter((r) => r.text !== ''),
          },
        ],
      }),
      actions: [
        ...(view.canUndo ? [reveal('roll-back', 'Roll back…')] : []),
        button('view.show', { view: 'figures', id: run.id }, 'Figures'),
      ],
      after: view.canUndo
        ? [
            form({
              id: 'roll-back',
              hidden: true,
              inputs: [
                textInput({
                  id: 'reason',
                  label: 'Why take it back?',
                  hint: 'For the record',
                  long: true,
                  needed: 'Write why.',
                }),
              ],
              button: button('run.roll-back', ids, 'Ask to roll back', { style: 'destructive', inputs: true }),
            }),
          ]
        : [],
    },
    frame,
  );
}

const at = sampleFrame.now;
const lea = { by: { id: 'l', name: 'Lea Berg' }, at, fingerprint: 'f' };
const settled: Run = {
  ...sampleRun,
  state: 'settled',
  approvals: [lea, { ...lea, by: { id: 'o', name: 'Omar Aziz' } }],
  progress: [{ index: 0, state: 'did', at }],
  proof: {
    configuration: 'proved',
    effect: 'not yet',
    words: 'Headers of the next detected message will show it.',
    at,
  },
  resolvedAt: at,
};

export const samples: Readonly<Record<string, RunView>> = {
  waiting: { run: { ...sampleRun, approvals: [lea] }, canUndo: false, asked: ['Omar Aziz', 'Jon Vik', 'Ida Lund'] },
  approved: {
    run: {
      ...sampleRun,
      state: 'approved',
      approvals: settled.approvals,
      notBefore: at + 7_200_000,
    },
    canUndo: false,
  },
  empty: {
    run: { ...sampleRun, state: 'rejected', reason: 'Finance closes its month first.', resolvedAt: at },
    canUndo: false,
  },
  full: { run: settled, canUndo: true },
  stuck: {
    run: {
      ...settled,
      state: 'stuck',
      proof: null,
      resolvedAt: null,
      reason: 'The policy was changed by somebody else meanwhile.',
    },
    canUndo: true,
  },
  superseded: { run: { ...sampleRun, state: 'superseded', replacedBy: '43' }, canUndo: false },
  hostile: { run: { ...hostileRun, state: 'stopped' }, canUndo: true },
};
