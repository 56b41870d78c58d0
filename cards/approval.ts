import type { Run } from '../services/runbook/run.ts';
import { button, reveal } from './actions.ts';
import { type Card, compose, type Frame } from './frame.ts';
import { form, lines, page, textInput } from './page.ts';
import { hostileRun, sampleRun } from './sample-data.ts';
import { first, joined, when } from './words.ts';

/** What an approver decides on. `buttons` false: the card as everybody sees it after the decision. */
export interface ApprovalView {
  readonly run: Run;
  /** Names of the people whose marks the evidence rests on. */
  readonly reviewedBy: readonly string[];
  /** Said above the title: why this card replaced another, a bar that was weakened. Empty for none. */
  readonly notices: readonly string[];
}

/** The approval card (what changes, evidence, cautions, undo, who and until when) with its decisions. */
export function approvalCard(view: ApprovalView, frame: Frame): Card {
  const { run } = view;
  const { plan } = run;
  const changes = first(plan.lines, 8);
  const evidence = first(plan.evidence?.headline ?? [], 8);
  const low = plan.evidence?.lowEvidence ?? false;
  const asked = [
    `Asked: ${run.requestedBy.name}`,
    ...(view.reviewedBy.length > 0 ? [`reviewed: ${joined(view.reviewedBy)}`] : []),
    ...(run.approvals.length > 0 ? [`approved: ${joined(run.approvals.map((a) => a.by.name))}`] : []),
    `${run.approvals.length} of ${run.quorum}`,
    `till ${when(run.expiresAt, frame)}`,
  ];
  const window = [
    ...(run.ticket ? [run.ticket] : []),
    ...(run.notBefore === null ? [] : [`not before ${when(run.notBefore, frame)}`]),
    ...(run.notAfter === null ? [] : [`not after ${when(run.notAfter, frame)}`]),
  ];
  const body = page({
    eyebrow: `Approval · change ${run.id}${run.undoes ? ` · takes back change ${run.undoes}` : ''}${run.breakGlass ? ' · BREAK-GLASS' : ''}`,
    tone: run.breakGlass ? 'Attention' : 'Accent',
    title: plan.title,
    sections: [
      { rows: view.notices.slice(0, 4).map((text) => ({ mark: '⚠ Note', tone: 'Warning', text })) },
      { rows: [...lines(changes.shown), { note: changes.more }] },
      {
        rows: [
          ...(low
            ? [{ mark: '⚠ Accepted on low evidence', tone: 'Warning', text: 'if approved, and so for ever' } as const]
            : []),
          ...lines(evidence.shown),
          { note: evidence.more },
        ],
      },
      {
        rows: [
          ...plan.cautions.slice(0, 6).map((text) => ({ mark: '⚠ Mind', tone: 'Warning', text }) as const),
          ...plan.byHand.slice(0, 4).map((act) => ({
            label: act.when === 'before' ? 'By hand, first' : 'By hand, after my proof',
            text: act.text,
          })),
          { label: 'Undo', text: plan.undo },
        ],
      },
      { rows: [{ text: window.join(' · ') }, { note: asked.join('; ') }] },
    ],
  });
  const ids = { run: run.id, version: run.version };
  return compose(
    {
      title: plan.title,
      body,
      wide: true,
      actions: [
        button('run.approve', ids, 'Approve', { style: 'positive' }),
        reveal('reject', 'Reject…'),
        button('view.show', { view: 'figures', id: run.id }, plan.evidence ? 'Figures' : 'Evidence'),
      ],
      after: [
        form({
          id: 'reject',
          hidden: true,
          inputs: [
            textInput({ id: 'reason', label: 'Why not?', hint: 'For the record', long: true, needed: 'Write why.' }),
          ],
          button: button('run.reject', ids, 'Reject', { style: 'destructive', inputs: true }),
        }),
      ],
    },
    frame,
  );
}

export const samples: Readonly<Record<string, ApprovalView>> = {
  empty: {
    run: { ...sampleRun, plan: { ...sampleRun.plan, evidence: null, cautions: [], byHand: [] } },
    reviewedBy: [],
    notices: [],
  },
  full: { run: sampleRun, reviewedBy: ['Jon Vik'], notices: ['Replaces change 40: a false positive was confirmed.'] },
  hostile: { run: hostileRun, reviewedBy: ['**Jon** <at>CEO</at>'], notices: ['[x](https://evil.example)'] },
};
