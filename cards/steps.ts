import type { Evidence } from '../services/runbook/evidence.ts';
import type { Answer, Finding } from '../services/runbook/plan.ts';
import { button, reveal } from './actions.ts';
import { barRow } from './figures.ts';
import { type Card, compose, type Element, type Frame } from './frame.ts';
import { form, lines, page, type Row, textInput } from './page.ts';
import { counted, first } from './words.ts';

/** How a step stands, in a list. */
export type Standing = 'done' | 'ready' | 'blocked' | 'waiting' | 'later' | 'unknown';

const standings = {
  done: { mark: '✓ Done', tone: 'Good' },
  ready: { mark: '▶ Ready', tone: 'Accent' },
  blocked: { mark: '✗ Blocked', tone: 'Attention' },
  waiting: { mark: '◔ Waiting', tone: 'Warning' },
  later: { mark: '○ Not in this version', tone: 'Default' },
  unknown: { mark: '? Not checked', tone: 'Warning' },
} as const;

export interface StepsView {
  readonly parts: readonly {
    readonly name: string;
    readonly steps: readonly { readonly id: string; readonly title: string; readonly standing: Standing }[];
  }[];
}

/** Every step by part; one is chosen and opened from the list at the end. */
export function stepsCard(view: StepsView, frame: Frame): Card {
  const all = view.parts.flatMap((p) => p.steps);
  return compose(
    {
      title: 'Steps',
      wide: true,
      body: page({
        title: 'Steps',
        sections: view.parts.map((p) => ({
          heading: p.name,
          rows: p.steps.map((s) => ({ ...standings[s.standing], text: s.title })),
        })),
      }),
      after:
        all.length === 0
          ? []
          : [
              form({
                id: 'open',
                hidden: false,
                inputs: [
                  {
                    type: 'Input.ChoiceSet',
                    id: 'pick',
                    label: 'Open a step',
                    style: 'compact',
                    value: (all.find((s) => s.standing === 'ready') ?? all[0])?.id ?? '',
                    choices: all.map((s) => ({ title: s.id, value: s.id })),
                  },
                ],
                button: button('view.show', { view: 'step' }, 'Open', { inputs: true }),
              }),
            ],
    },
    frame,
  );
}

const findingMarks = {
  good: { mark: '✓ Good', tone: 'Good' },
  missing: { mark: '○ Missing', tone: 'Accent' },
  attention: { mark: '⚠ Mind', tone: 'Warning' },
  unknown: { mark: '? Unknown', tone: 'Warning' },
} as const;

const findingRows = (findings: readonly Finding[]): readonly Row[] => {
  const { shown, more } = first(findings, 12);
  return [...shown.map((f) => ({ ...findingMarks[f.tone], text: f.text })), { note: more }];
};

/** A step with its answer: why it exists, what was found, what blocks it. Also the plan's preview. */
export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly guideSection: string;
  readonly answer: Answer;
  readonly reviews: boolean;
  /** Why it cannot be proposed by this person now; empty: it can. */
  readonly cannotPropose: string;
  /** Whether a change ticket is asked for. */
  readonly ticket: boolean;
  /** Approvals that the change would need. */
  readonly quorum: number;
  /** Id of what was chosen while asking (the wave's members); '' for none. The id travels in the click, never the choice. */
  readonly choice: string;
}

const evidenceOf = (answer: Answer): Evidence | null =>
  answer.is === 'proposal' ? answer.proposal.evidence : (answer.evidence ?? null);

const blockerRows = (answer: Answer): readonly Row[] =>
  answer.is === 'blocked'
    ? answer.blockers
        .slice(0, 8)
        .map((b) => ({ mark: '✗ Blocked', tone: 'Attention', text: b.what, note: b.next }) as const)
    : [];

function forms(view: StepView): { readonly actions: readonly Element[]; readonly after: readonly Element[] } {
  const { answer } = view;
  const attest = answer.is === 'blocked' ? answer.blockers.find((b) => b.attest !== undefined)?.attest : undefined;
  const proposable = answer.is === 'proposal' && view.cannotPropose === '';
  const asked = { step: view.id, ...(view.choice === '' ? {} : { choice: view.choice }) };
  return {
    actions: [
      ...(proposable && !view.ticket
        ? [button('run.propose', asked, 'Propose', { style: 'positive' })]
        : []),
      ...(proposable && view.ticket ? [reveal('propose', 'Propose…')] : []),
      ...(view.reviews ? [button('view.show', { view: 'review', id: view.id }, 'Review detections')] : []),
      ...(attest === undefined ? [] : [button('view.show', { view: 'attest', id: attest }, 'Attest…')]),
      ...(evidenceOf(answer) ? [button('view.show', { view: 'step-figures', id: view.id }, 'Figures')] : []),
    ],
    after:
      proposable && view.ticket
        ? [
            form({
              id: 'propose',
              hidden: true,
              inputs: [
                textInput({ id: 'ticket', label: 'Change ticket', max: 200, needed: 'Give the ticket number.' }),
              ],
              button: button('run.propose', asked, 'Propose', { style: 'positive', inputs: true }),
            }),
          ]
        : [],
  };
}

/** One step: why, guide, findings, blockers, ways on. */
export function stepCard(view: StepView, frame: Frame): Card {
  const { answer } = view;
  return compose(
    {
      title: view.title,
      wide: true,
      body: page({
        eyebrow: `Step ${view.id}`,
        title: view.title,
        lead: view.why,
        sections: [
          { rows: blockerRows(answer) },
          {
            rows:
              answer.is === 'nothing-to-do'
                ? [{ mark: '✓ Nothing to do', tone: 'Good' }]
                : answer.is === 'proposal'
                  ? [{ mark: '▶ Proposed', tone: 'Accent', text: answer.proposal.title }]
                  : [],
          },
          { heading: 'Found', rows: findingRows(answer.findings) },
          {
            rows:
              view.cannotPropose !== '' && answer.is === 'proposal'
                ? [{ mark: '✗ Cannot be proposed', tone: 'Attention', text: view.cannotPropose }]
                : [],
          },
        ],
        foot: `Microsoft’s guide: ${view.guideSection}`,
      }),
      ...forms(view),
    },
    frame,
  );
}

/** What a step would change, with the evidence, and [Propose] or the reason why not. */
export function planCard(view: StepView, frame: Frame): Card {
  const { answer } = view;
  if (answer.is !== 'proposal') return stepCard(view, frame);
  const p = answer.proposal;
  const bars = first(p.evidence?.bars ?? [], 8);
  return compose(
    {
      title: p.title,
      wide: true,
      body: page({
        eyebrow: `Plan · ${view.id} · not proposed yet`,
        tone: 'Accent',
        title: p.title,
        sections: [
          { rows: lines(p.lines.slice(0, 10)) },
          { rows: lines((p.evidence?.headline ?? []).slice(0, 8)) },
          { heading: 'Bars', rows: [...bars.shown.map(barRow), { note: bars.more }] },
          {
            rows: [
              ...p.cautions.slice(0, 6).map((text) => ({ mark: '⚠ Mind', tone: 'Warning', text }) as const),
              ...p.byHand.slice(0, 4).map((act) => ({
                label: act.when === 'before' ? 'By hand, first' : 'By hand, after my proof',
                text: act.text,
              })),
              { label: 'Undo', text: p.undo },
              { label: 'People', text: counted(p.affected, 'person', 'people'), note: p.risk },
            ],
          },
          {
            rows:
              view.cannotPropose === ''
                ? []
                : [{ mark: '✗ Cannot be proposed', tone: 'Attention', text: view.cannotPropose }],
          },
        ],
      }),
      ...forms(view),
    },
    frame,
  );
}
