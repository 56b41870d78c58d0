import { type Bound, binder, type Element } from './frame.ts';
import json from './templates/page.json' with { type: 'json' };

/** Colour of a mark; every mark has words beside it. */
export type Tone = 'Default' | 'Accent' | 'Good' | 'Warning' | 'Attention';

/** One line: a mark, a subtle label, the text, a subtle note. Empty parts are left out. */
export interface Row {
  readonly mark?: string;
  readonly tone?: Tone;
  readonly label?: string;
  readonly text?: string;
  readonly strong?: boolean;
  readonly note?: string;
}

export interface Section {
  readonly heading?: string;
  readonly rows: readonly Row[];
}

/** The common page: small line above, title, one sentence, sections of lines, small line below. */
export interface Page {
  readonly eyebrow?: string;
  readonly tone?: Tone;
  readonly title: string;
  readonly lead?: string;
  readonly sections?: readonly Section[];
  readonly foot?: string;
}

type PageData = {
  eyebrow: string;
  tone: string;
  title: string;
  lead: string;
  foot: string;
  sections: readonly { heading: string; rows: readonly RowData[] }[];
};
type RowData = { mark: string; tone: string; label: string; text: string; weight: string; note: string };

const draw = binder<PageData & Bound>(json);

const filled = (row: Row): boolean => Boolean(row.mark ?? '') || Boolean(row.label ?? row.text ?? row.note ?? '');

/** Draws the page; sections without lines are left out. Trailing blanks between runs come from the template. */
export const page = (p: Page): readonly Element[] =>
  draw({
    eyebrow: p.eyebrow ?? '',
    tone: p.tone ?? 'Default',
    title: p.title,
    lead: p.lead ?? '',
    foot: p.foot ?? '',
    sections: (p.sections ?? [])
      .filter((s) => s.rows.some(filled))
      .map((s) => ({
        heading: s.heading ?? '',
        rows: s.rows.filter(filled).map((r) => ({
          mark: r.mark ?? '',
          tone: r.tone ?? 'Default',
          label: r.label ?? '',
          text: r.text ?? '',
          weight: r.strong ? 'Bolder' : 'Default',
          note: r.note ?? '',
        })),
      })),
  });

/** Lines without decoration. */
export const lines = (texts: readonly string[]): readonly Row[] => texts.map((text) => ({ text }));

/** A form that a button reveals: fixed words, no data but a starting value, and one button. */
export function form(f: {
  readonly id: string;
  readonly hidden: boolean;
  readonly inputs: readonly Element[];
  readonly button: Element;
}): Element {
  return {
    type: 'Container',
    id: f.id,
    isVisible: !f.hidden,
    spacing: 'Medium',
    items: [...f.inputs, { type: 'ActionSet', actions: [f.button] }],
  };
}

/** A text input with fixed words. `needed` lets the client stop an empty one; the door checks again. */
export const textInput = (i: {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly value?: string;
  readonly long?: boolean;
  readonly needed?: string;
  readonly max?: number;
}): Element => ({
  type: 'Input.Text',
  id: i.id,
  label: i.label,
  maxLength: i.max ?? 1000,
  ...(i.hint ? { placeholder: i.hint } : {}),
  ...(i.value ? { value: i.value } : {}),
  ...(i.long ? { isMultiline: true } : {}),
  ...(i.needed ? { isRequired: true, errorMessage: i.needed } : {}),
});
