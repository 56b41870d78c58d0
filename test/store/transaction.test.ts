import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../services/store/open-store.ts';
import type { OutboxRow, Store } from '../../services/store/store.ts';
import { asSuperuser, emptyDatabase, openTestStore, testServer } from './kit.ts';
import { move, propose, someRun } from './runs.ts';

beforeAll(async () => {
  await testServer();
});

let store: Store;
let url: string;
beforeEach(async () => {
  ({ store, url } = await openTestStore());
});
afterEach(() => store.close());

const post = (n: number, conversation = 'a') => ({
  conversation,
  dedupe: `${conversation}-${n}`,
  card: `card-${n}`,
  show: { view: 'run', id: String(n) },
});
const idleHandlers = { work: async () => undefined, deliver: async () => ({ done: true }) as const };

describe('a transaction', () => {
  it('lets one of eight racing writers move a run', async () => {
    const run = someRun();
    await store.transaction((unit) => propose(unit, run));
    const won = await Promise.all(
      Array.from({ length: 8 }, (_, n) => store.transaction((unit) => move(unit, run, { reason: `writer ${n}` }))),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await store.run('1'))?.version).toBe(2);
    expect(await store.journal.verify()).toMatchObject({ ok: true, entries: 2 });
  });

  it('leaves nothing behind when it is rolled back', async () => {
    await store.startWorkers(idleHandlers);
    await expect(
      store.transaction(async (unit) => {
        await propose(unit, someRun({ id: await unit.nextRunId() }));
        await unit.post(post(1));
        await unit.wake('1');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const [left] = await asSuperuser<{ n: string }>(
      url,
      "select (select count(*) from cutover.runs) + (select count(*) from cutover.journal) + (select count(*) from cutover.outbox) + (select count(*) from cutover.wakes) + (select count(*) from pgboss.job where name = 'wake') as n",
    );
    expect(Number(left?.n)).toBe(0);
    expect(await store.transaction((unit) => unit.nextRunId())).toBe('1');
  });

  it('refuses a run, a setting or a review that no entry records', async () => {
    await expect(store.transaction((unit) => unit.insertRun(someRun()))).rejects.toThrow(/Unrecorded: run 1 version 1/);
    await expect(store.transaction((unit) => unit.setSetting('digestHour', 9))).rejects.toThrow(
      /Unrecorded: setting digestHour/,
    );
    await expect(
      store.transaction((unit) =>
        unit.addReview({ id: 'r', step: 'waves', sender: 's', mark: 'bad', by: 'lea', byName: 'Lea', at: 1 }),
      ),
    ).rejects.toThrow(/Unrecorded/);
    expect([await store.run('1'), await store.settings(), await store.reviews()]).toEqual([null, {}, []]);
  });

  it('stores submissions once and says what moved', async () => {
    const s = {
      id: 's1',
      createdAt: 5,
      source: 'user',
      reporter: 'a',
      reporterName: 'A',
      recipient: 'a',
      sender: 'b',
      subject: 'nul \u0000 \ud800',
      networkMessageId: null,
      internetMessageId: null,
      category: 'spam',
      originalCategory: null,
      status: 'running',
      result: null,
      resultDetail: null,
      simulation: false,
      seenAt: 6,
    } as const;
    expect(await store.transaction((unit) => unit.putSubmissions([s, s]))).toEqual({ added: 1, changed: 0 });
    expect(await store.transaction((unit) => unit.putSubmissions([{ ...s, seenAt: 9 }]))).toEqual({
      added: 0,
      changed: 0,
    });
    expect(await store.transaction((unit) => unit.putSubmissions([{ ...s, status: 'succeeded', seenAt: 9 }]))).toEqual({
      added: 0,
      changed: 1,
    });
    expect(await store.submissions(5, 6)).toEqual([{ ...s, status: 'succeeded' }]);
    expect(await store.transaction((unit) => unit.firstSeen('k', 1))).toBe(true);
    expect(await store.transaction((unit) => unit.firstSeen('k', 2))).toBe(false);
  });
});

describe('the workers', () => {
  it('deliver a conversation in order although a message is asked to wait', async () => {
    const sent: OutboxRow[] = [];
    let refused = 0;
    await store.startWorkers({
      ...idleHandlers,
      deliver: async (row) => {
        if (row.dedupe === 'a-2' && refused++ < 3) return { retryAfterMs: 30 };
        sent.push(row);
        return { done: true };
      },
    });
    for (const n of [1, 2, 3, 4]) await store.transaction((unit) => unit.post(post(n)));
    await store.transaction((unit) => unit.post(post(2)));
    await store.transaction((unit) => unit.post(post(1, 'b')));
    await expect.poll(() => sent.length, { timeout: 5000 }).toBe(5);
    await store.idle();
    expect(sent.filter((row) => row.conversation === 'a').map((row) => row.dedupe)).toEqual([
      'a-1',
      'a-2',
      'a-3',
      'a-4',
    ]);
  });

  it('work what a stopped process left, and never one run twice at once', async () => {
    await store.transaction(async (unit) => {
      await unit.wake('7');
      await unit.post(post(1));
    });
    await store.close();
    const replicas = await Promise.all(
      [0, 1].map(() => openStore({ home: '/nonexistent', databaseUrl: url, now: () => 0, poolSize: 4 })),
    );
    let atOnce = 0;
    let most = 0;
    let worked = 0;
    const sent: string[] = [];
    const handlers = {
      work: async () => {
        most = Math.max(most, ++atOnce);
        await new Promise((done) => setTimeout(done, 20));
        atOnce--;
        worked++;
      },
      deliver: async (row: OutboxRow) => {
        sent.push(row.dedupe);
        return { done: true } as const;
      },
    };
    try {
      for (const replica of replicas) await replica.startWorkers(handlers);
      for (const replica of replicas) for (let n = 0; n < 5; n++) await replica.transaction((unit) => unit.wake('7'));
      for (const replica of replicas) await replica.idle();
      expect(most).toBe(1);
      expect(worked).toBeGreaterThan(0);
      expect(sent).toEqual(['a-1']);
    } finally {
      for (const replica of replicas) await replica.close();
    }
    store = await openStore({ home: '/nonexistent', databaseUrl: url, now: () => 0 });
  });

  it('hold a named lock against another process', async () => {
    const other = await openStore({ home: '/nonexistent', databaseUrl: url, now: () => 0 });
    expect(await store.holding('x', () => other.holding('x', async () => 'both'))).toBeNull();
    expect(await other.holding('x', async () => 'free')).toBe('free');
    await other.close();
  });
});

describe('bot state', () => {
  it('overwrites without an eTag or with *, else the eTag must match', async () => {
    const state = store.botState;
    expect(await state.read(['none'])).toEqual({});
    await state.write({ k: { n: 1 } });
    const first = (await state.read(['k']))['k'];
    await state.write({ k: { n: 2, eTag: '*' } });
    await expect(state.write({ k: { ...(first as object), n: 3 } })).rejects.toThrow(/eTag conflict/);
    expect(await state.read(['k'])).toMatchObject({ k: { n: 2 } });
    const now = (await state.read(['k']))['k'] as object;
    const won = await Promise.allSettled(Array.from({ length: 8 }, () => state.write({ k: { ...now, n: 4 } })));
    expect(won.filter((w) => w.status === 'fulfilled')).toHaveLength(1);
    await state.delete(['k', 'unknown']);
    expect(await state.read(['k'])).toEqual({});
  });
});

describe('migrations', () => {
  it('run once when four processes open an empty database at the same time', async () => {
    const empty = await emptyDatabase();
    const stores = await Promise.all(
      Array.from({ length: 4 }, () =>
        openStore({ home: '/nonexistent', databaseUrl: empty, now: () => 0, poolSize: 2 }),
      ),
    );
    for (const each of stores) expect(await each.journal.verify()).toMatchObject({ ok: true, entries: 0 });
    for (const each of stores) await each.close();
  });
});
