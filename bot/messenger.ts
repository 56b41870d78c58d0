import type { Log } from '../services/engine/world.ts';
import { digestOf } from '../services/runbook/change.ts';
import type { OutboxRow, Store } from '../services/store/store.ts';
import { activityOf, type Shown } from './reply.ts';
import { type Transport, TransportError } from './transport.ts';

/** Draws what an outbox row names, from the state at this moment; null when there is nothing (any more) to show. */
export type Presenter = (show: OutboxRow['show'], place: { readonly conversation: string }) => Promise<Shown | null>;

/**
 * Delivers outbox rows: a card that was posted before is replaced in place, one whose message is gone is posted anew,
 * one whose content did not change is left alone. Called one at a time for a conversation, in order.
 */
export function createMessenger(store: Store, transport: Transport, present: Presenter, log: Log) {
  return async function deliver(row: OutboxRow): Promise<{ readonly done: true } | { readonly retryAfterMs: number }> {
    const conversation = await store.conversation(row.conversation);
    if (!conversation) {
      log.warn({ row: row.id }, 'a message has nowhere to go: its conversation is not known');
      return { done: true };
    }
    const shown = await present(row.show, { conversation: row.conversation });
    if (!shown) return { done: true };
    const digest = digestOf(shown.card);
    const posted = await store.posted(row.conversation, row.card);
    if (posted?.digest === digest) return { done: true };
    try {
      const activityId = await send(conversation.reference, shown, posted?.activityId ?? null, row);
      await store.transaction((unit) =>
        unit.setPosted({ conversation: row.conversation, card: row.card, activityId, digest }),
      );
      return { done: true };
    } catch (trouble) {
      if (!(trouble instanceof TransportError)) throw trouble;
      if (trouble.trouble === 'throttled') return { retryAfterMs: trouble.retryAfterMs ?? 2_000 };
      if (trouble.trouble === 'blocked' || trouble.trouble === 'gone') {
        log.warn(
          { row: row.id, trouble: trouble.trouble },
          'a message could not be delivered: the bot was removed there',
        );
        return { done: true };
      }
      return { retryAfterMs: 2_000 };
    }
  };

  async function send(reference: unknown, shown: Shown, before: string | null, row: OutboxRow): Promise<string> {
    if (before) {
      try {
        await transport.replace(reference, before, activityOf(shown));
        return before;
      } catch (trouble) {
        if (!(trouble instanceof TransportError) || trouble.trouble !== 'gone') throw trouble;
      }
    }
    const root = row.under ? await store.posted(row.conversation, row.under) : null;
    return transport.post(reference, activityOf(shown), root?.activityId);
  }
}
