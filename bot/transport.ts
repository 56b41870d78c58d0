import type { Activity, CloudAdapter, ConversationReference, TurnContext } from 'botbuilder';
import { z } from 'zod';

/** Sends messages outside a turn. Both answers and errors are final for this try; the outbox decides on another. */
export interface Transport {
  /**
   * Sends into the stored conversation (a ConversationReference from an activity; `under` is the activity id of the
   * thread's root in a channel, without it a new thread begins there). Answers the new activity's id.
   */
  post(reference: unknown, activity: Partial<Activity>, under?: string): Promise<string>;
  /** Replaces a message that was sent before; `gone` when it is no longer there. */
  replace(reference: unknown, activityId: string, activity: Partial<Activity>): Promise<void>;
}

/** Why a message did not go out. `gone`: conversation or message is no longer there. `blocked`: the bot was removed or blocked; never try again. */
export type Trouble = 'gone' | 'blocked' | 'throttled' | 'failed';

/** A message that did not go out. `retryAfterMs` is what the service asked for, or null. */
export class TransportError extends Error {
  readonly trouble: Trouble;
  readonly retryAfterMs: number | null;

  constructor(trouble: Trouble, retryAfterMs: number | null, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransportError';
    this.trouble = trouble;
    this.retryAfterMs = retryAfterMs;
  }
}

const referenceDoor = z.looseObject({
  serviceUrl: z.string().min(1),
  channelId: z.string().min(1),
  conversation: z.looseObject({ id: z.string().min(1), conversationType: z.string().optional() }),
});

/** What the SDK throws when the connector refuses (botframework-connector, RestError). */
const restError = z.object({
  statusCode: z.number().optional(),
  code: z.unknown().optional(),
  message: z.string().optional(),
  body: z.unknown().optional(),
  response: z.unknown().optional(),
});
const errorBody = z.object({ error: z.object({ code: z.string() }) });
const headerBag = z.object({ headers: z.object({ get: z.function() }) });

function retryAfter(error: z.infer<typeof restError>, nowMs: number): number | null {
  if (!headerBag.safeParse(error.response).success) return null;
  const { headers } = error.response as { readonly headers: { get(name: string): unknown } };
  const value = headers.get('retry-after');
  if (typeof value !== 'string' || value === '') return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * 1_000));
  const until = Date.parse(value);
  return Number.isFinite(until) ? Math.max(0, until - nowMs) : null;
}

/**
 * Maps what the connector answered to what the outbox has to know.
 * Retry on 412, 429, 502, 503, 504; 403 with MessageWritesBlocked is final (Microsoft Teams documentation,
 * "Optimize your bot with rate limiting", "Send proactive messages").
 */
export function transportErrorOf(cause: unknown, nowMs: number): TransportError {
  if (cause instanceof TransportError) return cause;
  // Parsed as it is: the SDK keeps the response where a copy would not take it along.
  const parsed = restError.safeParse(cause);
  const error = parsed.success ? parsed.data : {};
  const status = error.statusCode;
  const body = errorBody.safeParse(error.body);
  const code = body.success ? body.data.error.code : typeof error.code === 'string' ? error.code : '';
  const say = (what: string): string =>
    `${what}${status === undefined ? '' : ` (${status}${code === '' ? '' : ` ${code}`})`}`;
  if (status === 404 || status === 410)
    return new TransportError('gone', null, say('The conversation or message is no longer there'), { cause });
  if (status === 403)
    return new TransportError('blocked', null, say('Messages to this conversation are refused'), { cause });
  if (status === 429 || status === 412 || status === 502 || status === 503 || status === 504) {
    return new TransportError('throttled', retryAfter(error, nowMs), say('The service asks to wait'), { cause });
  }
  return new TransportError('failed', null, say('The message could not be sent'), { cause });
}

/** The conversation's address in a channel: its own id for a new thread, with `;messageid=` for a reply. */
function addressOf(id: string, type: string | undefined, under: string | undefined): string {
  const base = id.split(';')[0] ?? id;
  if (type !== 'channel') return id;
  return under === undefined ? base : `${base};messageid=${under}`;
}

/**
 * Later messages through the adapter. `botAppId` is '' where authentication is off. `hostAllowed` is asked for every
 * message: a stored address is no better than the activity it came from.
 */
export function createTransport(parts: {
  readonly adapter: Pick<CloudAdapter, 'continueConversationAsync'>;
  readonly botAppId: string;
  readonly hostAllowed: (serviceUrl: string) => boolean;
  readonly now: () => number;
}): Transport {
  async function within<T>(
    reference: unknown,
    under: string | undefined,
    work: (context: TurnContext) => Promise<T>,
  ): Promise<T> {
    const parsed = referenceDoor.safeParse(reference);
    if (!parsed.success) throw new TransportError('gone', null, 'The stored conversation has no address');
    if (!parts.hostAllowed(parsed.data.serviceUrl))
      throw new TransportError('blocked', null, 'The stored conversation points to a host that is not allowed');
    const { conversation } = parsed.data;
    const target = {
      ...parsed.data,
      activityId: undefined,
      conversation: { ...conversation, id: addressOf(conversation.id, conversation.conversationType, under) },
    };
    // The turn's error handler must not answer for us, so whatever happens inside is carried out of the turn as a value.
    let outcome: { readonly value: T } | { readonly cause: unknown } | null = null;
    try {
      await parts.adapter.continueConversationAsync(
        parts.botAppId,
        target as unknown as Partial<ConversationReference>,
        async (context) => {
          outcome = await work(context).then(
            (value) => ({ value }),
            (cause: unknown) => ({ cause }),
          );
        },
      );
    } catch (cause) {
      throw transportErrorOf(cause, parts.now());
    }
    const settled = outcome as { readonly value: T } | { readonly cause: unknown } | null;
    if (settled === null) throw new TransportError('failed', null, 'The conversation could not be opened');
    if ('cause' in settled) throw transportErrorOf(settled.cause, parts.now());
    return settled.value;
  }

  return {
    post: (reference, activity, under) =>
      within(reference, under, async (context) => {
        const sent = await context.sendActivity({ ...activity });
        if (sent?.id === undefined || sent.id === '')
          throw new TransportError('failed', null, 'The service gave the message no id');
        return sent.id;
      }),
    replace: (reference, activityId, activity) =>
      within(reference, undefined, async (context) => {
        await context.updateActivity({ ...activity, id: activityId });
      }),
  };
}
