import { Template } from 'adaptivecards-templating';
import { z } from 'zod';
import { bytesOf, type Element, limits, trimmed } from './fit.ts';
import { plain } from './untrusted.ts';

export type { Element } from './fit.ts';

/** A finished card: Adaptive Card 1.5, at most 25 KB. */
export interface Card {
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  readonly body: readonly Element[];
  readonly [field: string]: unknown;
}

/** Where and when a card is drawn. */
export interface Frame {
  /** IANA zone in which times are written. */
  readonly zone: string;
  /** Product time, ms. */
  readonly now: number;
  /** Adds the watermark of the sandbox tenant. */
  readonly rehearsal: boolean;
}

/** What may be bound: texts, numbers, yes/no and rows of these. An object where a text is meant does not compile. */
export type Bound = { readonly [name: string]: string | number | boolean | readonly Bound[] };

const expanded = z.object({ body: z.array(z.looseObject({ type: z.string() })) });

/** The values with every text made plain: names of policies and groups come from outside too. */
function safe(data: Bound): Bound {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      if (Array.isArray(value)) return [name, value.map((row: Bound) => safe(row))];
      if (typeof value === 'string') return [name, plain(value, 600)];
      if (typeof value === 'number' || typeof value === 'boolean') return [name, value];
      throw new TypeError(`card: "${name}" is not a text, a number or rows`);
    }),
  );
}

/** Turns a template file into its binder: typed data in, elements out. */
export function binder<D extends Bound>(json: unknown): (data: D) => readonly Element[] {
  const template = new Template(json);
  return (data) => expanded.parse(template.expand({ $root: safe(data) })).body;
}

const allowed = new Set([
  'AdaptiveCard',
  'TextBlock',
  'RichTextBlock',
  'TextRun',
  'Container',
  'ColumnSet',
  'Column',
  'ActionSet',
  'Input.Text',
  'Input.ChoiceSet',
  'Action.Execute',
  'Action.Submit',
  'Action.ToggleVisibility',
]);

function unknownType(value: unknown): string | null {
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = unknownType(item);
      if (found !== null) return found;
    }
    return null;
  }
  if (value === null || typeof value !== 'object') return null;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'type' && typeof inner === 'string' && !allowed.has(inner)) return inner;
    const found = name === 'data' ? null : unknownType(inner);
    if (found !== null) return found;
  }
  return null;
}

const watermark: Element = {
  type: 'TextBlock',
  text: 'Rehearsal – sandbox tenant',
  size: 'Small',
  isSubtle: true,
  spacing: 'Medium',
  wrap: true,
};

/** Largest card in bytes of UTF-8 that keeps every client's limit (Graph reference, section 8). */
export const largestCard = 25 * 1024;

/**
 * Puts a card together and checks it: no unbound name, no element or action that we do not draw, at most 25 KB. What is
 * too long is cut, and said to be. `after` stands below the watermark: forms that a button reveals.
 */
export function compose(
  parts: {
    readonly title: string;
    readonly body: readonly Element[];
    readonly actions?: readonly Element[];
    readonly after?: readonly Element[];
    readonly wide?: boolean;
  },
  frame: Frame,
): Card {
  const title = plain(parts.title, 200);
  const whole: Card = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: title,
    speak: title.replace(/[<>&]/g, ' '),
    ...(parts.wide ? { msteams: { width: 'Full' } } : {}),
    body: [...parts.body, ...(frame.rehearsal ? [watermark] : []), ...(parts.after ?? [])],
    ...(parts.actions && parts.actions.length > 0 ? { actions: parts.actions } : {}),
  };
  const card = fitted(whole);
  if (JSON.stringify(card).includes('${')) throw new Error('card: a name was left unbound');
  const stranger = unknownType(card);
  if (stranger !== null) throw new Error(`card: ${stranger} is not an element that we draw`);
  return card;
}

/** The card within the largest size, cut as little as that needs. */
export function fitted(card: Card): Card {
  if (bytesOf(card) <= largestCard) return card;
  for (const limit of limits) {
    const shorter = { ...card, body: trimmed(card.body, limit) };
    if (bytesOf(shorter) <= largestCard) return shorter;
  }
  throw new Error(`card: ${bytesOf(card)} bytes cannot be cut to what a client takes`);
}
