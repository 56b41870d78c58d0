import type { Bar, Evidence, EvidenceVerdict, Figure } from '../services/runbook/evidence.ts';
import { button } from './actions.ts';
import { type Card, compose, type Frame } from './frame.ts';
import { page, type Row, type Tone } from './page.ts';
import { hostileRun, sampleEvidence } from './sample-data.ts';
import { first, when, withoutLabel } from './words.ts';

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
  text: `${bar.label}: ${withoutLabel('unknown', bar.found)};`,
  note: `wanted ${bar.wanted}`,
});

/** One number as a line, or why it is not known. */
export const figureRow = (f: Figure): Row =>
  f.known
    ? { label: f.label, text: f.value }
    : { mark: '? Unknown', tone: 'Warning', label: f.label, text: withoutLabel('unknown', f.value) };

/** How a verdict reads, with its mark. */
export const verdictWords: Readonly<Record<EvidenceVerdict, { readonly mark: string; readonly tone: Tone }>> = {
  pass: { mark: '✓ PASS', tone: 'Good' },
  fail: { mark: '✗ FAIL', tone: 'Attention' },
  inconclusive: { mark: '? INCONCLUSIVE', tone: 'Warning' },
};

function verdictRow(e: Evidence, frame: Frame): Row {
  const text = `${e.days} days, data ${when(e.window.from, frame)} to ${when(e.window.to, frame)}`;
  if (e.lowEvidence) return { mark: '⚠ Low evidence, never a pass', tone: 'Warning', text };
  return { ...verdictWords[e.verdict], text, note: e.verdict === 'inconclusive' ? '· never promotes' : '' };
}

/** Every bar and every number of the guide's section 4.3, each known, or unknown with the reason. */
export function figuresCard(view: FiguresView, frame: Frame): Card {
  const e = view.evidence;
  const bars = first(e?.bars ?? [], 20);
  const figures = first(e?.figures ?? [], 40);
  const verdict = e === null ? null : verdictRow(e, frame);
  return compose(
    {
      title: view.title,
      wide: true,
      body: page({
        eyebrow: 'Figures',
        tone: 'Accent',
        title: view.title,
        sections: [
          verdict === null
            ? { rows: [{ text: 'There is no evidence from mail here.' }] }
            : { box: verdict.tone ?? 'Default', rows: [verdict] },
          { heading: 'Bars', rows: [...bars.shown.map(barRow), { note: bars.more }] },
          { heading: 'Numbers', rule: true, rows: [...figures.shown.map(figureRow), { note: figures.more }] },
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
