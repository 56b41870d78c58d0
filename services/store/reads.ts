import type { RunState } from '../runbook/run.ts';
import type { Database } from './schema.ts';
import type { Reads } from './store.ts';

const open: readonly RunState[] = ['proposed', 'approved', 'applying', 'verifying', 'stuck'];

/** The questions of the port, on the database or inside a transaction. */
export function readsOn(db: Database): Reads {
  return {
    run: async (id) =>
      (await db.selectFrom('runs').select('body').where('id', '=', id).executeTakeFirst())?.body ?? null,
    runs: async (filter) => {
      let query = db.selectFrom('runs').select('body').orderBy('ordinal', 'desc');
      if (filter.open !== undefined) query = query.where('state', filter.open ? 'in' : 'not in', open);
      if (filter.step !== undefined) query = query.where('step', '=', filter.step);
      if (filter.requestedBy !== undefined) query = query.where('requested_by', '=', filter.requestedBy);
      if (filter.limit !== undefined) query = query.limit(filter.limit);
      return (await query.execute()).map((row) => row.body);
    },
    reviews: async (step) => {
      let query = db.selectFrom('reviews').select('body').orderBy('ordinal');
      if (step !== undefined) query = query.where('step', '=', step);
      return (await query.execute()).map((row) => row.body);
    },
    attestations: async () =>
      (await db.selectFrom('attestations').select('body').orderBy('ordinal').execute()).map((row) => row.body),
    milestones: async () =>
      (
        await db
          .selectFrom('runs')
          .select(['body', 'settled_at'])
          .where('state', 'in', ['settled', 'undone'])
          .orderBy('settled_at')
          .orderBy('ordinal')
          .execute()
      )
        // A run that takes another back reaches no milestone: it removes one.
        .filter(({ body }) => body.undoes === null)
        .map(({ body, settled_at }) => ({
          run: body.id,
          step: body.plan.step,
          choice: body.plan.choice,
          settledAt: settled_at ?? body.resolvedAt ?? body.requestedAt,
          undone: body.state === 'undone',
        })),
    settings: async () =>
      Object.fromEntries(
        (await db.selectFrom('settings').select(['name', 'value']).execute()).map((row) => [row.name, row.value]),
      ),
    frozen: async () => (await db.selectFrom('frozen').select(['owner', 'reason', 'since']).executeTakeFirst()) ?? null,
    conversation: async (key) =>
      (await db
        .selectFrom('conversations')
        .select(['key', 'kind', 'person', 'reference'])
        .where('key', '=', key)
        .executeTakeFirst()) ?? null,
    personalChat: async (person) =>
      (await db
        .selectFrom('conversations')
        .select(['key', 'kind', 'person', 'reference'])
        .where('kind', '=', 'personal')
        .where('person', '=', person)
        .limit(1)
        .executeTakeFirst()) ?? null,
    posted: async (conversation, card) =>
      (await db
        .selectFrom('posted')
        .select(['conversation', 'card', 'activity_id as activityId', 'digest'])
        .where('conversation', '=', conversation)
        .where('card', '=', card)
        .executeTakeFirst()) ?? null,
    submissions: async (from, to) =>
      (
        await db
          .selectFrom('submissions')
          .select(['body', 'seen_at'])
          .where('created_at', '>=', from)
          .where('created_at', '<', to)
          .orderBy('created_at')
          .orderBy('id')
          .execute()
      ).map((row) => ({ ...row.body, seenAt: row.seen_at })),
    due: async (until) =>
      await db
        .selectFrom('due')
        .select(['key', 'at', 'kind', 'data'])
        .where('at', '<=', until)
        .orderBy('at')
        .orderBy('key')
        .execute(),
    note: async (key) =>
      (await db.selectFrom('notes').select('value').where('key', '=', key).executeTakeFirst())?.value ?? null,
  };
}
