import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../services/store/connection.ts';
import { silent } from '../../services/store/log.ts';
import { openStore } from '../../services/store/open-store.ts';
import type { Store } from '../../services/store/store.ts';
import { asSuperuser, openTestStore, testServer } from './kit.ts';
import { fill } from './runs.ts';

beforeAll(async () => {
  await testServer();
});

let store: Store;
let url: string;
beforeEach(async () => {
  ({ store, url } = await openTestStore());
  await fill(store);
});
afterEach(() => store.close());

describe('the journal', () => {
  it('is intact as it was written, also after reopening', async () => {
    expect(await store.journal.verify()).toMatchObject({ ok: true, entries: 5 });
    const again = await openStore({ home: '/nonexistent', databaseUrl: url, now: () => 0 });
    expect(await again.journal.verify()).toEqual(await store.journal.verify());
    await again.close();
  });

  it('cannot be changed by the role the application works under, nor by the owner while the trigger stands', async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      for (const attempt of [
        "update cutover.journal set actor = 'x'",
        'delete from cutover.journal',
        'truncate cutover.journal',
      ]) {
        await client.query('set role cutover_writer');
        await expect(client.query(attempt)).rejects.toThrow(/permission denied/);
        await client.query('reset role');
        await expect(client.query(attempt)).rejects.toThrow(/append-only/);
      }
    } finally {
      await client.end();
    }
  });

  it('is out of reach of the connections that the store itself works with', async () => {
    const { db, close } = await connect(url, silent, 1);
    await expect(db.updateTable('journal').set({ actor: 'x' }).execute()).rejects.toThrow(/permission denied/);
    await expect(db.deleteFrom('journal').execute()).rejects.toThrow(/permission denied/);
    await expect(db.updateTable('secrets').set({ value: 'x' }).execute()).rejects.toThrow(/permission denied/);
    await close();
  });

  const tampering: readonly (readonly [string, string, number | null])[] = [
    ['an edited entry', "update cutover.journal set actor = 'x' where seq = 2", 2],
    ['an edited detail', `update cutover.journal set detail = '{"name":"digestHour","value":10}' where seq = 4`, 4],
    ['a deleted entry', 'delete from cutover.journal where seq = 2', 2],
    ['a deleted end', 'delete from cutover.journal where seq = 5', 5],
    [
      'two swapped entries',
      'update cutover.journal set seq = case seq when 2 then 1002 else 1003 end where seq in (2, 3); update cutover.journal set seq = 1005 - seq where seq > 1000',
      2,
    ],
    ['edited personal data', `update cutover.journal_personal set body = '{"sender":"x"}'`, 5],
    ['a run moved behind its back', "update cutover.runs set state = 'approved' where id = '2'", 2],
    [
      'a run whose body was edited',
      `update cutover.runs set body = replace(body::text, '"quorum":2', '"quorum":1')::json where id = '2'`,
      2,
    ],
    ['a deleted run', "delete from cutover.runs where id = '3'", 3],
    [
      'a copied run',
      "insert into cutover.runs (id, version, state, step, requested_by, requested_at, digest, body) select '9', version, state, step, requested_by, requested_at, digest, body from cutover.runs where id = '1'",
      null,
    ],
    ['an edited setting', "update cutover.settings set value = '10'", 4],
    ['an added review', `insert into cutover.reviews (id, step, body) values ('r', 'waves', '{}')`, null],
  ];
  for (const [what, sql, at] of tampering)
    it(`shows ${what}`, async () => {
      await asSuperuser(url, `set session_replication_role = replica; ${sql}`);
      const found = await store.journal.verify();
      expect(found.ok).toBe(false);
      if (!found.ok && at !== null) expect(found.at).toBe(at);
    });

  it('stays intact when retention deletes personal data', async () => {
    await asSuperuser(url, 'delete from cutover.journal_personal');
    expect(await store.journal.verify()).toMatchObject({ ok: true });
  });
});
