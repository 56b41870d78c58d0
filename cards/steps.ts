import type { Evidence } from '../services/runbook/evidence.ts';
import type { Answer, Finding, Risk } from '../services/runbook/plan.ts';
import { button, reveal } from './actions.ts';
import { barRow, verdictWords } from './figures.ts';
import { type Card, compose, type Element, type Frame } from './frame.ts';
import { form, lines, marked, page, picker, type Row, type Section, textInput } from './page.ts';
import { counted, first, quoted, withoutLabel } from './words.ts';

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

/** A part: what can be acted on, line by line; what is done, and what this version lacks, in a line each. */
function partSection(part: StepsView['parts'][number]): Section {
  const titles = (standing: Standing): string =>
    part.steps
      .filter((s) => s.standing === standing)
      .map((s) => s.title)
      .join(', ');
  const together = (standing: 'done' | 'later'): readonly Row[] => {
    const text = titles(standing);
    if (text === '') return [];
    return [standing === 'done' ? { ...standings.done, text } : { note: `${standings.later.mark}: ${text}` }];
  };
  return {
    heading: part.name,
    rule: true,
    rows: [
      ...together('done'),
      ...part.steps
        .filter((s) => s.standing !== 'done' && s.standing !== 'later')
        .map((s) => ({ ...standings[s.standing], text: s.title, strong: s.standing === 'ready' })),
      ...together('later'),
    ],
  };
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
        lead: all.length === 0 ? 'No step could be read.' : '',
        sections: view.parts.map(partSection),
      }),
      after:
        all.length === 0
          ? []
          : [
              picker({
                label: 'Open a step',
                value: (all.find((s) => s.standing === 'ready') ?? all[0])?.id ?? '',
                choices: all.map((s) => ({ title: s.title, value: s.id })),
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
  return [...shown.map((f) => ({ ...findingMarks[f.tone], text: quoted(f.text) })), { note: more }];
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
        .flatMap((b, i) => [
          { mark: i === 0 ? '✗ Blocked' : '✗', tone: 'Attention', text: quoted(b.what) } as const,
          { note: b.next === '' ? '' : `→ ${quoted(b.next)}` },
        ])
    : [];

function forms(view: StepView): { readonly actions: readonly Element[]; readonly after: readonly Element[] } {
  const { answer } = view;
  const attest = answer.is === 'blocked' ? answer.blockers.find((b) => b.attest !== undefined)?.attest : undefined;
  const proposable = answer.is === 'proposal' && view.cannotPropose === '';
  const asked = { step: view.id, ...(view.choice === '' ? {} : { choice: view.choice }) };
  return {
    actions: [
      ...(proposable && !view.ticket ? [button('run.propose', asked, 'Propose', { style: 'positive' })] : []),
      ...(proposable && view.ticket ? [{ ...reveal('propose', 'Propose…'), style: 'positive' }] : []),
      ...(view.reviews ? [button('view.show', { view: 'review', id: view.id }, 'Review')] : []),
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
              buttons: [button('run.propose', asked, 'Propose', { style: 'positive', inputs: true })],
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
        tone: 'Accent',
        title: view.title,
        lead: view.why,
        sections: [
          { box: 'Attention', rows: blockerRows(answer) },
          { box: 'Good', rows: answer.is === 'nothing-to-do' ? [{ mark: '✓ Nothing to do', tone: 'Good' }] : [] },
          {
            box: 'Accent',
            rows: answer.is === 'proposal' ? [{ mark: '▶ Ready', tone: 'Accent', text: answer.proposal.title }] : [],
          },
          { heading: 'Found', rows: findingRows(answer.findings) },
          { rows: cannot(view) },
        ],
        foot: view.guideSection === '' ? '' : `Microsoft’s guide: ${view.guideSection}`,
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
  const bars = first(
    (p.evidence?.bars ?? []).filter((b) => b.holds !== 'yes'),
    8,
  );
  const acts = (at: 'before' | 'after'): readonly string[] =>
    p.byHand.filter((act) => act.when === at).map((act) => act.text);
  const changes = first(p.lines, 15);
  return compose(
    {
      title: p.title,
      wide: true,
      body: page({
        eyebrow: `Plan · ${view.id} · nothing is asked yet`,
        tone: 'Accent',
        title: p.title,
        sections: [
          { rows: [...lines(changes.shown), { note: changes.more }] },
          {
            rule: true,
            rows: p.evidence
              ? [
                  p.evidence.lowEvidence
                    ? { mark: '⚠ Low evidence, never a pass', tone: 'Warning' }
                    : { ...verdictWords[p.evidence.verdict], text: `on ${counted(p.evidence.days, 'day', 'days')}` },
                  ...lines(p.evidence.headline.slice(0, 8)),
                  ...bars.shown.map(barRow),
                  { note: bars.more },
                ]
              : [],
          },
          {
            rule: true,
            rows: [
              ...p.cautions.slice(0, 6).map((text) => ({ mark: '⚠', tone: 'Warning', text }) as const),
              ...marked('By hand, first:', 'Accent', acts('before')),
              ...marked('By hand, after my proof:', 'Accent', acts('after')),
              { label: 'Undo', text: withoutLabel('Undo', p.undo) },
              { label: 'Needs', text: needs(view, p.affected, p.risk) },
            ],
          },
          { rows: cannot(view) },
        ],
      }),
      ...forms(view),
    },
    frame,
  );
}

const cannot = (view: StepView): readonly Row[] =>
  view.cannotPropose !== '' && view.answer.is === 'proposal'
    ? [{ mark: '✗ You cannot propose it', tone: 'Attention', text: quoted(view.cannotPropose) }]
    : [];

const needs = (view: StepView, people: number, risk: Risk): string =>
  [
    counted(view.quorum, 'approval', 'approvals'),
    ...(view.ticket ? ['a change ticket'] : []),
    risk,
    ...(people > 0 ? [`${counted(people, 'person', 'people')} affected`] : []),
  ].join(' · ');
