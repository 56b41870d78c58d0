import { z } from 'zod';
import type { Element } from './frame.ts';

const id = z.string().min(1).max(200);
const words = z.string().max(2000).optional();
const version = z.number().int().min(0);
const run = { run: id, version };
const input = z.string().max(1000).optional();

/** What a question about a message wants (the action's `intent`). */
export const intents = [
  'find-message',
  'why-junk',
  'why-quarantine',
  'release',
  'explain-headers',
  'report-false-positive',
  'report-false-negative',
] as const;
export type Intent = (typeof intents)[number];

/**
 * Every click that a card can send: the verb, the ids on the button, and the inputs that the card adds (all optional,
 * because an input that was left empty may be missing). Unknown fields are dropped. Facts never travel in a click.
 */
export const clickSchema = z.discriminatedUnion('verb', [
  z.object({
    verb: z.literal('run.propose'),
    step: id,
    choice: z.union([z.string().max(2000), z.array(z.string().max(200)).max(100)]).optional(),
    ticket: z.string().max(200).optional(),
  }),
  z.object({ verb: z.literal('run.approve'), ...run, reason: words }),
  z.object({ verb: z.literal('run.reject'), ...run, reason: words }),
  z.object({ verb: z.literal('run.cancel'), ...run, reason: words }),
  z.object({ verb: z.literal('run.roll-back'), ...run, reason: words, breakGlass: z.boolean().optional() }),
  z.object({ verb: z.literal('run.confirm'), ...run, act: id, proof: words }),
  z.looseObject({ verb: z.literal('review.mark'), step: id, page: z.number().int().min(0).optional() }),
  z.object({
    verb: z.literal('message.find'),
    intent: z.enum(intents),
    sender: input,
    recipient: input,
    subject: input,
    messageId: input,
    networkMessageId: input,
    from: input,
    to: input,
  }),
  z.object({ verb: z.literal('gate.attest'), about: id, statement: words, proof: words }),
  z.object({ verb: z.literal('setting.change'), setting: id, value: words, reason: words }),
  z.object({
    verb: z.literal('view.show'),
    view: z.string().min(1).max(40),
    id: z.string().max(200).default(''),
    /** Chosen in a list of the card; where present it is meant instead of `id`. */
    pick: z.string().max(200).optional(),
    page: z.number().int().min(0).optional(),
  }),
]);

/** A click as the door accepts it. */
export type Click = z.output<typeof clickSchema>;
export type Verb = Click['verb'];

/** What a button of this verb carries. */
export type DataOf<V extends Verb> = Omit<Extract<z.input<typeof clickSchema>, { verb: V }>, 'verb'>;

/** Reads a click; null when the verb or a field is not one of ours. The verb of the activity wins over one in the data. */
export function parseClick(verb: string, data: unknown): Click | null {
  const fields = z.record(z.string(), z.unknown()).safeParse(data ?? {});
  if (!fields.success) return null;
  const click = clickSchema.safeParse({ ...fields.data, verb });
  return click.success ? click.data : null;
}

const mark = z.enum(['bad', 'good', 'undecided']);

/** The marks in a review click: input ids are `mark-<key>`, with the key that the review view gave each sender. */
export function marksOf(
  click: Readonly<Record<string, unknown>>,
): readonly { readonly key: string; readonly mark: z.infer<typeof mark> }[] {
  return Object.entries(click).flatMap(([name, value]) => {
    const chosen = mark.safeParse(value);
    return name.startsWith('mark-') && chosen.success ? [{ key: name.slice(5), mark: chosen.data }] : [];
  });
}

/** How a button looks and whether it sends the card's inputs. */
export interface ButtonStyle {
  readonly style?: 'positive' | 'destructive';
  /** Send the inputs of the card along; they are then checked by the client first. */
  readonly inputs?: boolean;
}

/** A button: Action.Execute, and for clients without it an Action.Submit with the same verb and data. */
export function button<V extends Verb>(verb: V, data: DataOf<V>, title: string, look: ButtonStyle = {}): Element {
  const common = {
    title,
    ...(look.style ? { style: look.style } : {}),
    ...(look.inputs ? {} : { associatedInputs: 'none' }),
  };
  return {
    type: 'Action.Execute',
    ...common,
    verb,
    data: { ...data },
    fallback: { type: 'Action.Submit', ...common, data: { ...data, verb } },
  };
}

/** A button that shows or hides a part of the card; nothing is sent. */
export const reveal = (target: string, title: string): Element => ({
  type: 'Action.ToggleVisibility',
  title,
  targetElements: [target],
});
