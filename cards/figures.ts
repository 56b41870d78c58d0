import type { Bar, Evidence } from '../services/runbook/evidence.ts';
import { button } from './actions.ts';
import { type Card, compose, type Frame } from './frame.ts';
import { page, type Row } from './page.ts';
import { hostileRun, sampleEvidence } from './sample-data.ts';
import { first, when } from './words.ts';

/** All figures behind a change or a step. `back` is where the button leads. */
export interface FiguresView {
  readonly title: string;
  readonly evidence: Evidence | null;
  readonly back: { readonly view: string; readonly id: string };
}

const held = {
  yes: ['✓ Holds', 'Good'],
  no: ['✗ Does not hold', 'Attention'],
  unknown: ['? Unknown', 'Warning'],
} as const;

/** One bar as a line: mark with words, what it is, found and wanted. */
export const barRow = (bar: Bar): Row => ({
  mark: held[bar.holds][0],
  tone: held[bar.holds][1],
  text: `${bar.label}: ${bar.found}`,
  note: `wanted ${bar.wanted}`,
});

const verdicts = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE, which never promotes' } as const;

/** Every bar and every number of the guide's section 4.3, each known, or unknown with the reason. */
export function figuresCard(view: FiguresView, frame: Frame): Card {
  const e = view.evidence;
  const bars = first(e?.bars ?? [], 15);
  const figures = first(e?.figures ?? [], 30);
  return compose(
    {
      title: view.title,
      wide: true,
      body: page({
        eyebrow: 'Figures',
        title: view.title,
        lead: e
          ? `${e.lowEvidence ? 'Low evidence, never a pass' : verdicts[e.verdict]} · ${e.days} days, ${when(e.window.from, frame)} to ${when(e.window.to, frame)}`
          : 'This change needs no evidence from mail.',
        sections: [
          { heading: 'Bars', rows: [...bars.shown.map(barRow), { note: bars.more }] },
          {
            heading: 'Numbers',
            rows: [
              ...figures.shown.map((f) =>
                f.known
                  ? { label: f.label, text: f.value }
                  : ({ label: f.label, mark: '? Unknown', tone: 'Warning', text: f.value } as const),
              ),
              { note: figures.more },
            ],
          },
        ],
      }),
      actions: [button('view.show', view.back, 'Back')],
    },
    frame,
  );
}

export const samples: Readonly<Record<string, FiguresView>> = {
  empty: { title: 'No evidence needed', evidence: null, back: { view: 'run', id: '41' } },
  full: {
    title: 'Quarantine mail posing as 14 executives?',
    evidence: sampleEvidence,
    back: { view: 'run', id: '41' },
  },
  hostile: { title: hostileRun.plan.title, evidence: hostileRun.plan.evidence, back: { view: 'run', id: '41' } },
};
