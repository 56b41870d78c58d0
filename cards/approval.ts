import type { Evidence } from '../services/runbook/evidence.ts';
import type { Run } from '../services/runbook/run.ts';
import { button, reveal } from './actions.ts';
import { barRow, figureRow, verdictWords } from './figures.ts';
import { type Card, compose, type Element, type Frame } from './frame.ts';
import { form, lines, marked, page, type Row, section, textInput } from './page.ts';
import { hostileRun, sampleGrowth, sampleRun } from './sample-data.ts';
import { joined, when, withoutLabel } from './words.ts';

/** What an approver decides on. */
export interface ApprovalView {
  readonly run: Run;
  /** Names of the people whose marks the evidence rests on. */
  readonly reviewedBy: readonly string[];
  /** Said first: why this card replaced another, a bar that was weakened. Empty for none. */
  readonly notices: readonly string[];
}

/** Lines of a change that stand open; what exceeds them is behind a button of the same card, never left out. */
const openLines = 8;

/** What changes: all lines, the first ones in sight. */
function changeSections(texts: readonly string[]): readonly Element[] {
  if (texts.length <= openLines) return section({ rows: lines(texts) });
  return [
    ...section({ rows: lines(texts.slice(0, openLines - 1)) }),
    {
      type: 'ActionSet',
      spacing: 'Small',
      actions: [reveal('all-lines', `Show ${texts.length - openLines + 1} more changes`)],
    },
    ...section({ rows: lines(texts.slice(openLines - 1)), hidden: 'all-lines' }),
  ];
}

/** The evidence in a few lines: verdict, headline, every bar that does not hold, every number that is not known. */
function evidenceRows(e: Evidence | null): readonly Row[] {
  if (e === null) return [];
  const unknown = e.figures.filter((f) => !f.known).map((f) => f.label);
  return [
    e.lowEvidence
      ? { mark: '⚠ Accepted on low evidence', tone: 'Warning', text: 'if approved, and never called a pass' }
      : { ...verdictWords[e.verdict], text: `on ${e.days} days` },
    ...lines(e.headline.slice(0, 8)),
    ...e.bars
      .filter((b) => b.holds !== 'yes')
      .slice(0, 6)
      .map(barRow),
    ...(unknown.length > 0
      ? [{ mark: '? Not known', tone: 'Warning', text: unknown.slice(0, 8).join(', ') } as const]
      : []),
  ];
}

/** Who asked, who judged, who approved, how many of how many, and until when. */
function askedWords(view: ApprovalView, frame: Frame): string {
  const { run } = view;
  return [
    `Asked: ${run.requestedBy.name}`,
    ...(view.reviewedBy.length > 0 ? [`reviewed: ${joined(view.reviewedBy)}`] : []),
    ...(run.approvals.length > 0 ? [`approved: ${joined(run.approvals.map((a) => a.by.name))}`] : []),
    `${run.approvals.length} of ${run.quorum}`,
    `till ${when(run.expiresAt, frame)}`,
  ].join('; ');
}

const windowWords = (run: Run, frame: Frame): string =>
  [
    ...(run.ticket ? [run.ticket] : []),
    ...(run.notBefore === null ? [] : [`not before ${when(run.notBefore, frame)}`]),
    ...(run.notAfter === null ? [] : [`not after ${when(run.notAfter, frame)}`]),
  ].join(' · ');

/** The approval card (what changes, evidence, cautions, undo, who and until when) with its decisions. */
export function approvalCard(view: ApprovalView, frame: Frame): Card {
  const { run } = view;
  const { plan } = run;
  const e = plan.evidence;
  const ids = { run: run.id, version: run.version };
  return compose(
    {
      title: plan.title,
      wide: true,
      body: [
        ...page({
          eyebrow: `Approval · change ${run.id}${run.undoes ? ` · takes back change ${run.undoes}` : ''}`,
          tone: 'Accent',
          title: plan.title,
        }),
        ...section({
          box: run.breakGlass ? 'Attention' : 'Warning',
          rows: [
            ...(run.breakGlass
              ? [
                  {
                    mark: '⚠ BREAK-GLASS',
                    tone: 'Attention',
                    text: 'One approver is enough; reviewed next morning.',
                  } as const,
                ]
              : []),
            ...lines(view.notices.slice(0, 4)),
          ],
        }),
        ...changeSections(plan.lines),
        ...section({ rule: true, rows: evidenceRows(e) }),
        ...section({
          rule: true,
          rows: [
            ...plan.cautions.slice(0, 6).map((text) => ({ mark: '⚠', tone: 'Warning', text }) as const),
            ...marked('By hand, first:', 'Accent', actsOf(run, 'before')),
            ...marked('By hand, after my proof:', 'Accent', actsOf(run, 'after')),
            { label: 'Undo', text: withoutLabel('Undo', plan.undo) },
          ],
        }),
        ...section({ box: 'Default', rows: [{ text: askedWords(view, frame) }, { note: windowWords(run, frame) }] }),
        ...(e === null
          ? []
          : section({
              hidden: 'figures',
              heading: 'All figures',
              rows: [...e.bars.map(barRow), ...e.figures.map(figureRow)],
            })),
      ],
      actions: [
        button('run.approve', ids, 'Approve', { style: 'positive' }),
        reveal('reject', 'Reject…'),
        ...(e === null ? [] : [reveal('figures', 'Figures')]),
      ],
      after: [
        form({
          id: 'reject',
          hidden: true,
          inputs: [
            textInput({ id: 'reason', label: 'Why not?', hint: 'For the record', long: true, needed: 'Write why.' }),
          ],
          buttons: [button('run.reject', ids, 'Reject', { style: 'destructive', inputs: true })],
        }),
      ],
    },
    frame,
  );
}

const actsOf = (run: Run, at: 'before' | 'after'): readonly string[] =>
  run.plan.byHand.filter((act) => act.when === at).map((act) => act.text);

export const samples: Readonly<Record<string, ApprovalView>> = {
  empty: {
    run: { ...sampleRun, plan: { ...sampleRun.plan, evidence: null, cautions: [], byHand: [] } },
    reviewedBy: [],
    notices: [],
  },
  full: { run: sampleRun, reviewedBy: ['Jon'], notices: [] },
  growth: { run: sampleGrowth, reviewedBy: ['Jon'], notices: ['Replaces change 40: a false positive was confirmed.'] },
  'break-glass': {
    run: {
      ...sampleRun,
      breakGlass: true,
      undoes: '38',
      quorum: 1,
      plan: { ...sampleRun.plan, title: 'Take back change 38: user impersonation?', evidence: null },
    },
    reviewedBy: [],
    notices: [],
  },
  hostile: { run: hostileRun, reviewedBy: ['**Jon** <at>CEO</at>'], notices: ['[x](https://evil.example)'] },
};
