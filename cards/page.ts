import { type Bound, binder, type Element } from './frame.ts';
import pageJson from './templates/page.json' with { type: 'json' };
import sectionJson from './templates/section.json' with { type: 'json' };
import { clean, plain } from './untrusted.ts';
import { first } from './words.ts';

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

/** Lines that belong together. Sections are told apart by space; `rule` draws a line above, `box` a tinted box around. */
export interface Section {
  readonly heading?: string;
  readonly rows: readonly Row[];
  readonly box?: Tone;
  readonly rule?: boolean;
  /** Hidden until a button reveals it by this id. */
  readonly hidden?: string;
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

type HeadData = { eyebrow: string; tone: string; title: string; lead: string };
type RowData = { mark: string; tone: string; label: string; text: string; weight: string; note: string };
type SectionData = { heading: string; rows: readonly RowData[] };

const drawHead = binder<HeadData & Bound>(pageJson);
const drawSection = binder<SectionData & Bound>(sectionJson);

const boxes: Readonly<Record<Tone, string>> = {
  Default: 'emphasis',
  Accent: 'accent',
  Good: 'good',
  Warning: 'warning',
  Attention: 'attention',
};

/** Lines of one section that are drawn at all; binders stay well below. */
const mostRows = 60;

const filled = (row: Row): boolean =>
  [row.mark, row.label, row.text, row.note].some((part) => part !== undefined && part.trim() !== '');

/** Draws lines in a container; nothing when there are none. */
export function section(s: Section): readonly Element[] {
  const all = s.rows.filter(filled);
  if (all.length === 0) return [];
  const { shown, more } = first(all, mostRows);
  const rows: readonly Row[] = more === '' ? shown : [...shown, { note: more }];
  return [
    {
      type: 'Container',
      spacing: 'Medium',
      ...(s.box === undefined ? {} : { style: boxes[s.box] }),
      ...(s.rule ? { separator: true } : {}),
      ...(s.hidden === undefined ? {} : { id: s.hidden, isVisible: false }),
      items: drawSection({
        heading: s.heading ?? '',
        rows: rows.map((r) => ({
          mark: r.mark ?? '',
          tone: r.tone ?? 'Default',
          label: r.label ?? '',
          text: r.text ?? '',
          weight: r.strong ? 'Bolder' : 'Default',
          note: r.note ?? '',
        })),
      }),
    },
  ];
}

/** Draws the page; sections without lines are left out. Trailing blanks between runs come from the template. */
export const page = (p: Page): readonly Element[] => [
  ...drawHead({ eyebrow: p.eyebrow ?? '', tone: p.tone ?? 'Default', title: p.title, lead: p.lead ?? '' }),
  ...(p.sections ?? []).flatMap(section),
  ...section({ rows: [{ note: p.foot ?? '' }] }),
];

/** Lines without decoration. */
export const lines = (texts: readonly string[]): readonly Row[] => texts.map((text) => ({ text }));

/** Lines under one mark: the word stands once, at the first. */
export const marked = (mark: string, tone: Tone, texts: readonly string[]): readonly Row[] =>
  texts.map((text, i) => ({ mark: i === 0 ? mark : [...mark].slice(0, 1).join(''), tone, text }));

/** A form that a button reveals: fixed words, no data but a starting value, and its buttons. */
export function form(f: {
  readonly id: string;
  readonly hidden: boolean;
  readonly inputs: readonly Element[];
  readonly buttons: readonly Element[];
}): Element {
  return {
    type: 'Container',
    id: f.id,
    isVisible: !f.hidden,
    spacing: 'Medium',
    separator: true,
    items: [...f.inputs, { type: 'ActionSet', actions: f.buttons }],
  };
}

/** Ids that travel in a choice are ours: ASCII, and short. Anything else could not be clicked. */
const longestId = 100;

/** A list from which one is opened; at most sixty choices: more are neither read nor fit. */
export const picker = (p: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly title: string; readonly value: string }[];
  readonly button: Element;
}): Element =>
  form({
    id: 'open',
    hidden: false,
    inputs: [
      {
        type: 'Input.ChoiceSet',
        id: 'pick',
        label: p.label,
        style: 'compact',
        value: p.value,
        choices: p.choices
          .filter(({ value }) => value.length <= longestId && /^[ -~]+$/.test(value))
          .slice(0, 60)
          .map(({ title, value }) => ({ title: plain(title, 60) || value, value })),
      },
    ],
    buttons: [p.button],
  });

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
  label: plain(i.label, 200),
  maxLength: i.max ?? 1000,
  ...(i.hint ? { placeholder: i.hint } : {}),
  ...(i.value ? { value: clean(i.value, 1000) } : {}),
  ...(i.long ? { isMultiline: true } : {}),
  ...(i.needed ? { isRequired: true, errorMessage: i.needed } : {}),
});
