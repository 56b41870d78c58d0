import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Locks } from './locks.ts';
import type { Log } from './log.ts';
import { wordsOf } from './postgres/trouble.ts';
import type { Database } from './schema.ts';
import type { Handlers } from './store.ts';

/** Works what the tables say is open. */
export interface Workers {
  /** Looks at the tables now. Cheap, and safe to call at any time. */
  nudge(): void;
  /** Whether something is under way in this process. */
  busy(): boolean;
  stop(): Promise<void>;
}

/** A message that failed so often is put aside, so that its conversation goes on; `health` counts it. */
const deadAfter = 20;
const atOnce = 8;
const sweepEvery = 1000;
const reopenEvery = 60_000;

/** Adds a wake-up for every run that should be under way and has none: what a crash may have left. */
export const reopen = (db: Database): Promise<unknown> =>
  sql`insert into wakes (run) select id from runs where state in ('approved', 'applying', 'verifying')
      and not exists (select 1 from wakes where wakes.run = runs.id)`.execute(db);

/** Wake-ups that can be worked now, and messages at the front of their conversation whose time has come. */
export async function countOpen(db: Database): Promise<number> {
  const { rows } = await sql<{ n: number }>`select
    (select count(*) from wakes where not_before <= clock_timestamp()) +
    (select count(*) from (select distinct on (conversation) not_before from outbox where state = 'waiting' order by conversation, id) as fronts
      where not_before <= clock_timestamp()) as n`.execute(db);
  return rows[0]?.n ?? 0;
}

const later = (ms: number) => sql`clock_timestamp() + make_interval(secs => ${ms / 1000})`;
const backOff = (attempts: number): number => Math.min(60_000, 250 * 2 ** Math.min(attempts, 10));

/**
 * Starts the loop. A run, and a conversation, is worked by one process at a time (session lock), so nothing is left
 * locked by a process that died; its rows stay and the next look finds them.
 */
export function startWorkers(db: Database, locks: Locks, handlers: Handlers, log: Log): Workers {
  const inFlight = new Map<string, Promise<void>>();
  let stopped = false;
  let looking: Promise<void> | null = null;
  let again = false;
  const stopping = new AbortController();

  const workRun = async (run: string, lost: AbortSignal): Promise<void> => {
    for (;;) {
      if (stopped || lost.aborted) return;
      const wakes = await db
        .selectFrom('wakes')
        .select(['id', 'attempts'])
        .where('run', '=', run)
        .where(sql<boolean>`not_before <= clock_timestamp()`)
        .execute();
      if (wakes.length === 0) return;
      const ids = wakes.map((wake) => wake.id);
      try {
        await handlers.work(run, AbortSignal.any([lost, stopping.signal]));
        // Exactly the wake-ups seen before working: one that came meanwhile may know of something newer.
        if (!stopped && !lost.aborted) await db.deleteFrom('wakes').where('id', 'in', ids).execute();
      } catch (error) {
        if (stopped || lost.aborted) return;
        const attempts = Math.max(...wakes.map((wake) => wake.attempts)) + 1;
        log.error(
          { run, attempts, error: wordsOf(error), stack: error instanceof Error ? error.stack : undefined },
          'working a run failed; it is tried again',
        );
        await db
          .updateTable('wakes')
          .set({ attempts, not_before: later(backOff(attempts)) })
          .where('id', 'in', ids)
          .execute();
        return;
      }
    }
  };

  const deliverAll = async (conversation: string, lost: AbortSignal): Promise<void> => {
    for (;;) {
      if (stopped || lost.aborted) return;
      const front = await db
        .selectFrom('outbox')
        .select([
          'id',
          'conversation',
          'dedupe',
          'card',
          'show',
          'under',
          'attempts',
          sql<boolean>`not_before <= clock_timestamp()`.as('ready'),
        ])
        .where('conversation', '=', conversation)
        .where('state', '=', 'waiting')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      if (front === undefined || !front.ready) return;
      const { attempts: before, ready: _, under, ...post } = front;
      const attempts = before + 1;
      try {
        const answer = await handlers.deliver({ ...post, ...(under === null ? {} : { under }) });
        if ('done' in answer) {
          await sql`update outbox set state = 'done', attempts = ${attempts} where id = ${front.id}`.execute(db);
          continue;
        }
        await db
          .updateTable('outbox')
          .set({ attempts, not_before: later(Math.max(1, answer.retryAfterMs)) })
          .where('id', '=', front.id)
          .execute();
        wait(answer.retryAfterMs);
        return;
      } catch (error) {
        if (stopped) return;
        const dead = attempts >= deadAfter;
        log.error(
          { conversation, dedupe: post.dedupe, attempts, error: wordsOf(error) },
          dead ? 'a message could not be delivered and is put aside' : 'delivering a message failed; it is tried again',
        );
        await sql`update outbox set state = ${dead ? 'dead' : 'waiting'}, attempts = ${attempts}, not_before = ${later(backOff(attempts))} where id = ${front.id}`.execute(
          db,
        );
        if (!dead) return;
      }
    }
  };

  const timers = new Set<NodeJS.Timeout>();
  /** Looks again when a message may be retried, where that is sooner than the regular look. */
  const wait = (ms: number): void => {
    if (ms >= sweepEvery || stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      nudge();
    }, ms + 2);
    timers.add(timer);
  };

  const start = (name: string, work: (signal: AbortSignal) => Promise<void>): void => {
    const task = locks
      .holding(name, work)
      .then(() => undefined)
      .catch((error) => log.error({ name, error: wordsOf(error) }, 'a worker failed; its rows are looked at again'))
      .finally(() => {
        inFlight.delete(name);
      });
    inFlight.set(name, task);
  };

  const look = async (): Promise<void> => {
    const { rows } = await sql<{ kind: 'run' | 'conversation'; key: string }>`
      (select 'run' as kind, run as key from wakes where not_before <= clock_timestamp() group by run order by min(id) limit 64)
      union all
      (select 'conversation', conversation from (select distinct on (conversation) conversation, not_before from outbox
        where state = 'waiting' order by conversation, id) as fronts where not_before <= clock_timestamp() limit 64)`.execute(
      db,
    );
    const counts = { run: 0, conversation: 0 };
    for (const name of inFlight.keys()) counts[name.startsWith('worker:run:') ? 'run' : 'conversation']++;
    for (const { kind, key } of rows) {
      const name = `worker:${kind}:${key}`;
      if (stopped || inFlight.has(name) || counts[kind] >= atOnce) continue;
      counts[kind]++;
      start(name, kind === 'run' ? (signal) => workRun(key, signal) : (signal) => deliverAll(key, signal));
    }
  };

  const nudge = (): void => {
    again = true;
    if (looking !== null || stopped) return;
    looking = (async () => {
      while (again && !stopped) {
        again = false;
        await look();
      }
    })()
      .catch((error) => {
        if (!stopped) log.warn({ error: wordsOf(error) }, 'the tables could not be looked at; trying again');
      })
      .finally(() => {
        looking = null;
      });
  };

  const sweeping = setInterval(nudge, sweepEvery);
  const reopening = setInterval(() => {
    reopen(db).then(nudge, (error) => log.warn({ error: wordsOf(error) }, 'open runs could not be woken'));
  }, reopenEvery);
  nudge();

  return {
    nudge,
    busy: () => inFlight.size > 0 || looking !== null,
    stop: async () => {
      stopped = true;
      stopping.abort(new Error('stopping'));
      clearInterval(sweeping);
      clearInterval(reopening);
      for (const timer of timers) clearTimeout(timer);
      await looking;
      await Promise.race([Promise.all(inFlight.values()), pause(5000, undefined, { ref: false })]);
    },
  };
}
