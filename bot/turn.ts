import type { Activity } from 'botbuilder';
import { z } from 'zod';
import type { Actor } from '../services/runbook/run.ts';

/** Where a turn takes place. */
export interface Place {
  /** Stable key of the conversation: a channel's id without the thread suffix. */
  readonly key: string;
  readonly kind: 'personal' | 'channel' | 'group';
}

/** A turn, parsed: who, where, what. Nothing below the handler sees an activity. */
export interface Turn {
  readonly person: Actor;
  readonly place: Place;
  readonly text: string;
  /** IANA zone of the asker, for times. */
  readonly zone: string;
}

const door = z.object({
  type: z.string(),
  channelId: z.string().optional(),
  from: z
    .object({
      id: z.string().optional(),
      name: z.string().optional(),
      aadObjectId: z.string().optional(),
      role: z.string().optional(),
    })
    .optional(),
  conversation: z.object({ id: z.string(), conversationType: z.string().optional(), isGroup: z.boolean().optional() }),
  text: z.string().optional(),
  localTimezone: z.string().optional(),
  entities: z.array(z.object({ type: z.string().optional(), timezone: z.string().optional() }).loose()).optional(),
});

/** Whether the sender is a bot or nobody: answered with silence, so that two bots never talk in circles. */
export function fromBot(activity: Partial<Activity>): boolean {
  return (
    activity.from?.role === 'bot' ||
    (activity.from?.id ?? '').startsWith('28:') ||
    activity.from?.id === activity.recipient?.id
  );
}

const mention = /<at\b[^>]*>[^<]*<\/at>/gi;
/** What rich text wraps lines in. Other angle brackets stay: a message id stands between such. */
const wrapping = /<\/?(?:p|div|br|span|b|i|u|s|em|strong|code|pre|blockquote|ul|ol|li|h[1-6]|font)(?:\s[^<>]*)?\/?>/gi;
const entities: Readonly<Record<string, string>> = {
  nbsp: ' ',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  '#160': ' ',
  amp: '&',
};

/** What a person typed: without mentions and wrapping, entities read, spaces single, at most 4,000 characters. */
export const typed = (raw: string): string =>
  raw
    .slice(0, 20_000)
    .replace(mention, ' ')
    .replace(wrapping, ' ')
    .replace(/&(nbsp|lt|gt|quot|apos|#39|#160|amp);/g, (_, name: string) => entities[name] ?? ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, (c) => (c === '\u200d' ? c : ''))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 4_000)
    // A pair cut in half is no text that a database takes.
    .replace(/[\ud800-\udbff]$/, '');

/** Reads the parts of an activity that the product uses; null for one that is not from a person in a conversation. */
export function turnOf(activity: Partial<Activity>, zoneFallback: string): Turn | null {
  const parsed = door.safeParse(activity);
  if (!parsed.success) return null;
  const { from, conversation, text, localTimezone, entities } = parsed.data;
  const id = conversation.id.split(';')[0] ?? conversation.id;
  const kind =
    conversation.conversationType === 'channel'
      ? 'channel'
      : conversation.conversationType === 'groupChat' || conversation.isGroup
        ? 'group'
        : 'personal';
  const zone = localTimezone ?? entities?.find((e) => e.type === 'clientInfo')?.timezone ?? zoneFallback;
  return {
    person: { id: from?.aadObjectId ?? '', name: (from?.name ?? 'somebody').slice(0, 100) },
    place: { key: id, kind },
    text: typed(text ?? ''),
    zone,
  };
}
