/** An element or action of an Adaptive Card. */
export interface Element {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Bytes of a value as it is sent: JSON in UTF-8. */
export const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts a text at a character that a reader sees, so that it is sent in at most `max` bytes, the sign of the cut included. */
export function cutBytes(text: string, max: number): string {
  if (bytesOf(text) - 2 <= max) return text;
  let kept = '';
  let used = 3;
  for (const { segment } of segmenter.segment(text)) {
    used += bytesOf(segment) - 2;
    if (used > max) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

const isList = (value: unknown): value is readonly Element[] => Array.isArray(value);

/** Whether an element holds nothing but text: only such may be left out. */
function onlyText(element: Element): boolean {
  if (element.type === 'RichTextBlock') return true;
  return element.type === 'Container' && isList(element['items']) && element['items'].every(onlyText);
}

const linesIn = (element: Element): number =>
  isList(element['items']) ? element['items'].reduce((n, item) => n + linesIn(item), 0) : 1;

/** Lines kept of one list, and bytes kept of one text. */
export interface Limits {
  readonly text: number;
  readonly lines: number;
}

/** From mild to harsh: texts are shortened before lines are left out. */
export const limits: readonly Limits[] = [
  { text: 2400, lines: 400 },
  { text: 600, lines: 400 },
  { text: 300, lines: 60 },
  { text: 200, lines: 30 },
  { text: 120, lines: 20 },
  { text: 80, lines: 12 },
  { text: 60, lines: 8 },
  { text: 40, lines: 5 },
];

const left = (n: number): Element => ({
  type: 'RichTextBlock',
  spacing: 'Small',
  inlines: [
    { type: 'TextRun', text: `… ${n} more ${n === 1 ? 'line' : 'lines'}, too long for one card`, isSubtle: true },
  ],
});

/** Elements within limits: texts cut, lines beyond the limit named by their number. Inputs and buttons all stay. */
export function trimmed(elements: readonly Element[], limit: Limits): readonly Element[] {
  const text = elements.filter(onlyText);
  const dropped = new Set(text.slice(limit.lines));
  const first = text[limit.lines];
  const lost = [...dropped].reduce((n, element) => n + linesIn(element), 0);
  return elements.flatMap((element) => {
    if (element === first) return [left(lost)];
    if (dropped.has(element)) return [];
    return [cut(element, limit)];
  });
}

function cut(element: Element, limit: Limits): Element {
  const short = (name: string): Record<string, string> => {
    const value = element[name];
    return typeof value === 'string' ? { [name]: cutBytes(value, limit.text) } : {};
  };
  const inner = (name: string, list: (elements: readonly Element[]) => readonly Element[]): Record<string, unknown> =>
    isList(element[name]) ? { [name]: list(element[name]) } : {};
  switch (element.type) {
    case 'TextRun':
      return { ...element, ...short('text') };
    case 'Input.Text':
      return { ...element, ...short('label'), ...short('value') };
    case 'Input.ChoiceSet':
      return {
        ...element,
        ...short('label'),
        ...inner('choices', (choices) =>
          choices.map((choice) => ({ ...choice, title: cutBytes(String(choice['title']), 60) })),
        ),
      };
    default:
      return {
        ...element,
        ...inner('inlines', (runs) => runs.map((run) => cut(run, limit))),
        ...inner('items', (items) => trimmed(items, limit)),
      };
  }
}
