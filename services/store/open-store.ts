import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { botStateOn } from './bot-state.ts';
import { connect } from './connection.ts';
import { headOf, personalKey, personalOf, readJournal, verifyJournal } from './journal.ts';
import { openLocks } from './locks.ts';
import { type Log, silent } from './log.ts';
import { findRunning, startServer } from './postgres/server.ts';
import { claim, heldBy, holderOf } from './postgres/state-folder.ts';
import { codeOf, wordsOf } from './postgres/trouble.ts';
import { readsOn } from './reads.ts';
import type { Store } from './store.ts';
import { openUnit } from './unit.ts';
import { startWakeQueue, type WakeQueue } from './wake-queue.ts';
import { countOpen, reopen, startWorkers, type Workers } from './workers.ts';

/** How a store is opened. */
export interface StoreOptions {
  /** State folder; holds the embedded server. Not touched where `databaseUrl` is given. */
  readonly home: string;
  /** A PostgreSQL 15 or later to use instead of the embedded one. Any number of replicas may share it. */
  readonly databaseUrl?: string;
  /** Product time, ms. */
  readonly now: () => number;
  readonly log?: Log;
  /** Database on the embedded server. */
  readonly name?: string;
  readonly poolSize?: number;
  /** Looks into a state folder that another process may hold: uses its server, and does not become the holder. */
  readonly beside?: boolean;
}

/** The store, with what only its own commands need. */
export interface DurableStore extends Store {
  /** The personal data that belongs to an entry, as long as it is kept; else null. */
  personal(seq: number): Promise<unknown>;
}

/** The database behind a store, and what gives it back. */
interface Ground {
  readonly url: string;
  readonly release: () => Promise<void>;
}

async function embedded(options: StoreOptions, log: Log): Promise<Ground> {
  const name = options.name ?? 'postgres';
  const holder = holderOf(options.home);
  if (options.beside === true && holder !== null) {
    const running = await findRunning(options.home);
    if (running === null) throw heldBy(options.home, holder);
    return { url: running.url(name), release: async () => undefined };
  }
  const letGo = claim(options.home);
  try {
    const server = await startServer(options.home, log);
    return {
      url: server.url(name),
      release: async () => {
        await server.stop();
        letGo();
      },
    };
  } catch (error) {
    letGo();
    throw error;
  }
}

/** Serialisation failure and deadlock: PostgreSQL asks to try the transaction again. */
const mayRetry = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error));

/**
 * Opens the durable store: starts or adopts the engine, checks it, migrates it. A transaction that PostgreSQL breaks off
 * because of a deadlock is worked again, so its `work` must do nothing but read and write the unit.
 * @throws StoreTrouble with one line for the operator (no engine for this machine, folder held, unsafe server).
 */
export async function openStore(options: StoreOptions): Promise<DurableStore> {
  const log = options.log ?? silent;
  const ground: Ground =
    options.databaseUrl === undefined || options.databaseUrl === ''
      ? await embedded(options, log)
      : { url: options.databaseUrl, release: async () => undefined };
  const connected = await connect(ground.url, log, options.poolSize ?? 10).catch(async (error) => {
    await ground.release();
    throw error;
  });
  const { db } = connected;
  const locks = openLocks(connected.client, log);
  let workers: Workers | null = null;
  let queue: WakeQueue | null = null;
  let queueing: Promise<WakeQueue | null> = Promise.resolve(null);
  let key: Promise<string> | null = null;
  const secret = (): Promise<string> => {
    key ??= personalKey(db).catch((error) => {
      key = null;
      throw error;
    });
    return key;
  };

  const store: DurableStore = {
    ...readsOn(db),
    transaction: async (work) => {
      for (let attempt = 1; ; attempt++) {
        try {
          let woke = false;
          const result = await db.transaction().execute(async (trx) => {
            const open = openUnit(trx, secret, async () => queue?.send(trx));
            const answer = await work(open.unit);
            await open.settle();
            woke = open.woke();
            return answer;
          });
          if (woke) workers?.nudge();
          return result;
        } catch (error) {
          if (!mayRetry(error) || attempt === 5) throw error;
        }
      }
    },
    holding: (name, work) => locks.holding(name, work),
    startWorkers: async (handlers) => {
      if (workers !== null) throw new Error('The workers run already.');
      await reopen(db);
      const started = startWorkers(db, locks, handlers, log);
      workers = started;
      // In the background: this process looks at its tables by itself, the queue only tells it of other processes.
      queueing = startWakeQueue(ground.url, started.nudge, log).then(
        (running) => {
          queue = running;
          return running;
        },
        (error) => {
          log.error({ error: wordsOf(error) }, 'the queue did not start; work of other processes is found by looking');
          return null;
        },
      );
    },
    idle: async () => {
      for (;;) {
        if (workers?.busy() !== true) {
          if ((await countOpen(db)) === 0 && workers?.busy() !== true) return;
          workers?.nudge();
        }
        await pause(workers === null ? 50 : 5);
      }
    },
    journal: { read: (after) => readJournal(db, after), verify: () => verifyJournal(db), head: () => headOf(db) },
    personal: (seq) => personalOf(db, seq),
    botState: botStateOn(db),
    health: async () => {
      const { rows } = await sql<{ waiting: number; dead: number }>`select
        (select count(*) from wakes) + (select count(*) from outbox where state = 'waiting') as waiting,
        (select count(*) from wakes where attempts >= 10) + (select count(*) from outbox where state = 'dead') as dead`.execute(
        db,
      );
      return {
        engine: connected.engine,
        durable: connected.durable,
        waiting: rows[0]?.waiting ?? 0,
        dead: rows[0]?.dead ?? 0,
      };
    },
    close: async () => {
      const [stopping, ending] = [workers, await queueing];
      queue = null;
      await stopping?.stop();
      await ending?.stop();
      await locks.close();
      await connected.close();
      await ground.release();
    },
  };
  return store;
}
