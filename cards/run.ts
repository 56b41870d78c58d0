import type { Run, RunState } from '../services/runbook/run.ts';
import { button, reveal } from './actions.ts';
import { type Card, compose, type Element, type Frame } from './frame.ts';
import { form, lines, page, type Row, type Tone, textInput } from './page.ts';
import { hostileRun, sampleFrame, sampleRun } from './sample-data.ts';
import { counted, first, joined, when, withoutLabel } from './words.ts';

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
  proved: { mark: '✓', tone: 'Good', text: 'proved' },
  'not yet': { mark: '◔', tone: 'Warning', text: 'not proved yet' },
  'not applicable': { mark: '○', tone: 'Default', text: 'nothing to prove on mail' },
} as const;

/** Step n of m, drawn as a bar with words, and the last thing done. */
function progressRows(run: Run): readonly Row[] {
  const of = run.plan.changes.length;
  const done = run.progress.filter((p) => p.state === 'did' || p.state === 'was-so-already').length;
  const last = run.progress.at(-1);
  const change = last ? run.plan.changes[last.index] : undefined;
  const word = {
    'about-to': 'Writing',
    did: 'Last done',
    'was-so-already': 'Was so already',
    drifted: 'Changed by others',
  };
  const full = Math.round((Math.min(done, of) / Math.max(of, 1)) * 10);
  return [
    {
      mark: '●'.repeat(full) + '○'.repeat(10 - full),
      tone: 'Accent',
      text: `${done} of ${counted(of, 'change', 'changes')}`,
    },
    ...(last && change ? [{ label: word[last.state], text: change.key }] : []),
  ];
}

const askedRows = (run: Run, frame: Frame): readonly Row[] => [
  {
    note: [
      `Asked: ${run.requestedBy.name}, ${when(run.requestedAt, frame)}`,
      ...(run.approvals.length > 0 ? [`approved: ${joined(run.approvals.map((a) => a.by.name))}`] : []),
    ].join('; '),
  },
];

/** What a run waits for, for its requester: how many of how many, till when, who was asked, what starts it. */
function waitingRows(view: RunView, frame: Frame): readonly Row[] {
  const { run } = view;
  if (run.state === 'proposed') {
    const asked = first(view.asked ?? [], 6);
    return [
      { text: `${run.approvals.length} of ${run.quorum}, till ${when(run.expiresAt, frame)}`, strong: true },
      {
        label: 'Asked to approve',
        text: asked.shown.length === 0 ? 'everybody who may, except you' : asked.shown.join(', '),
        note: asked.more,
      },
      { note: 'No answer in time is a no.' },
    ];
  }
  if (run.state !== 'approved') return [];
  const byHand = run.plan.byHand.find((act) => act.when === 'before' && !run.confirmed[act.id]);
  return [
    ...(run.notBefore !== null && run.notBefore > frame.now
      ? [{ label: 'Starts', text: `not before ${when(run.notBefore, frame)}` }]
      : []),
    ...(byHand ? [{ label: 'Waits for a person', text: byHand.text }] : []),
    { note: 'Nothing has been written yet.' },
  ];
}

/** What is happening: shown at once after a click, and replaced as the work goes on. Cancel while nothing was written. */
export function progressCard(view: RunView, frame: Frame): Card {
  const { run } = view;
  const state = stateWords[run.state];
  const waits = run.state === 'proposed' || run.state === 'approved';
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
            box: 'Accent',
            rows: [
              { mark: state.mark, tone: state.tone },
              ...(waits ? waitingRows(view, frame) : progressRows(run)),
              { text: run.reason ?? '' },
            ],
          },
          { rows: askedRows(run, frame) },
        ],
      }),
      actions: [
        button('view.show', { view: 'run', id: run.id }, 'Refresh'),
        ...(waits ? [button('run.cancel', { run: run.id, version: run.version }, 'Cancel')] : []),
      ],
    },
    frame,
  );
}

/** What a person can do about a run that is held; empty: nothing is asked. */
function toDo(view: RunView): string {
  if (view.run.state === 'stuck')
    return view.canUndo
      ? 'A person decides: find the cause, then roll back what was made. Nothing more is written by itself.'
      : 'A person decides: find the cause and look at the tenant. Nothing was made that could be rolled back.';
  if (view.run.state === 'stopped')
    return view.canUndo
      ? 'Roll back what was made, or ask for the step again: it starts from what is there now.'
      : 'Ask for the step again: it starts from what is there now.';
  if (view.run.state === 'superseded' || view.run.state === 'expired')
    return view.run.replacedBy ? `Decide on change ${view.run.replacedBy}.` : 'Ask for the step again.';
  return '';
}

/** How a run ended or is held; proof of configuration and of effect apart; "Roll back" where it can be taken back. */
export function outcomeCard(view: RunView, frame: Frame): Card {
  const { run } = view;
  const state = stateWords[run.state];
  const changes = first(run.plan.lines, 8);
  const ids = { run: run.id, version: run.version };
  const proof = run.proof;
  const act = toDo(view);
  return compose(
    {
      title: `Change ${run.id}: ${state.mark}`,
      wide: true,
      body: page({
        eyebrow: `Change ${run.id}${run.resolvedAt === null ? '' : ` · ${when(run.resolvedAt, frame)}`}`,
        tone: 'Accent',
        title: run.plan.title,
        sections: [
          {
            box: state.tone,
            rows: [
              { mark: state.mark, tone: state.tone, text: run.replacedBy ? `by change ${run.replacedBy}` : '' },
              { text: run.reason ?? '' },
              ...(act === '' ? [] : [{ label: 'What to do', text: act }]),
            ],
          },
          { rows: [...lines(changes.shown), { note: changes.more }] },
          {
            rule: true,
            rows: proof
              ? [
                  {
                    ...proofWords[proof.configuration],
                    text: `Configuration: ${proofWords[proof.configuration].text}`,
                  },
                  { ...proofWords[proof.effect], text: `Effect on mail: ${proofWords[proof.effect].text}` },
                  { note: proof.words },
                ]
              : [],
          },
          {
            rule: true,
            rows: [
              ...(run.progress.length > 0 && run.state !== 'settled' ? progressRows(run) : []),
              ...(view.canUndo ? [{ label: 'Undo', text: withoutLabel('Undo', run.plan.undo) }] : []),
              ...askedRows(run, frame),
            ],
          },
        ],
      }),
      actions: [
        ...(view.canUndo ? [reveal('roll-back', 'Roll back…')] : []),
        ...(run.replacedBy
          ? [button('view.show', { view: 'run', id: run.replacedBy }, `Change ${run.replacedBy}`)]
          : []),
        ...(run.plan.evidence ? [button('view.show', { view: 'figures', id: run.id }, 'Figures')] : []),
        ...(run.state === 'stuck' ? [button('view.show', { view: 'run', id: run.id }, 'Refresh')] : []),
      ],
      after: view.canUndo ? [rollBackForm(run, ids)] : [],
    },
    frame,
  );
}

/** Taking back needs a reason and approval; in an emergency one approver who did not ask is enough. */
const rollBackForm = (run: Run, ids: { readonly run: string; readonly version: number }): Element =>
  form({
    id: 'roll-back',
    hidden: true,
    inputs: [
      textInput({ id: 'reason', label: 'Why take it back?', hint: 'For the record', long: true, needed: 'Write why.' }),
    ],
    buttons: [
      button('run.roll-back', ids, 'Ask to roll back', { style: 'destructive', inputs: true }),
      ...(run.undoes === null
        ? [button('run.roll-back', { ...ids, breakGlass: true }, 'Emergency: one approver', { inputs: true })]
        : []),
    ],
  });

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

export const samples = {
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
  applying: { run: { ...settled, state: 'applying', proof: null, resolvedAt: null }, canUndo: false },
  hostile: { run: { ...hostileRun, state: 'stopped' }, canUndo: true },
} as const satisfies Readonly<Record<string, RunView>>;
