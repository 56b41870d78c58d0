import { sql } from 'kysely';
import { z } from 'zod';
import { type Database, json } from './schema.ts';
import type { BotStorage } from './store.ts';

const item = z.record(z.string(), z.unknown());

/**
 * The Storage contract of the Bot Framework (storageBaseTests.js of botbuilder-core): unknown keys are left out of a
 * read; a write whose eTag is absent or `*` overwrites, any other must match; deleting an unknown key is fine.
 */
export function botStateOn(db: Database): BotStorage {
  return {
    read: async (keys) => {
      if (keys.length === 0) return {};
      const rows = await db.selectFrom('bot_state').select(['key', 'etag', 'body']).where('key', 'in', keys).execute();
      return Object.fromEntries(rows.map((row) => [row.key, { ...row.body, eTag: String(row.etag) }]));
    },
    write: async (changes) => {
      // In the order of keys: two writers with the same keys then queue instead of deadlocking.
      const entries = Object.entries(changes).sort(([a], [b]) => (a < b ? -1 : 1));
      if (entries.length === 0) return;
      await db.transaction().execute(async (trx) => {
        for (const [key, value] of entries) {
          const { eTag, ...body } = item.parse(value);
          if (eTag === undefined || eTag === null || eTag === '*') {
            await trx
              .insertInto('bot_state')
              .values({ key, body: json(body) })
              .onConflict((c) => c.column('key').doUpdateSet({ body: json(body), etag: sql`bot_state.etag + 1` }))
              .execute();
            continue;
          }
          const { numUpdatedRows } = await trx
            .updateTable('bot_state')
            .set({ body: json(body), etag: sql`etag + 1` })
            .where('key', '=', key)
            .where(sql<string>`etag::text`, '=', String(eTag))
            .executeTakeFirst();
          if (numUpdatedRows === 0n) throw new Error(`Storage: error writing "${key}" due to eTag conflict.`);
        }
      });
    },
    delete: async (keys) => {
      if (keys.length > 0) await db.deleteFrom('bot_state').where('key', 'in', keys).execute();
    },
  };
}
