import type { Log } from './log.ts';
import type { Database } from './schema.ts';

/** Version of the queue's own tables: the pinned pg-boss. A new version is installed by the next migration. */
export const queueVersion = 'pg-boss-12.38.0';

const queue = 'wake';

/** Creates pg-boss's tables and our one queue. Called under the migration lock, as the owner. */
export async function installQueue(connectionString: string, log: Log): Promise<void> {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({ connectionString, max: 2, supervise: false, schedule: false, registerInstance: false });
  boss.on('error', (error) => log.warn({ error: error.message }, 'the queue reports an error'));
  await boss.start();
  try {
    if ((await boss.getQueue(queue)) === null)
      await boss.createQueue(queue, {
        policy: 'standard',
        retryLimit: 0,
        expireInSeconds: 60,
        retentionSeconds: 3600,
        deleteAfterSeconds: 60,
      });
  } finally {
    await boss.stop({ graceful: false });
  }
}

/**
 * Wakes the workers of other processes. The job says only "look at your tables": what is to be done stands in our own
 * rows, so a lost, doubled or abandoned job costs nothing but time.
 */
export interface WakeQueue {
  /** Enqueues inside the transaction: a rollback leaves no job. */
  send(transaction: Database): Promise<void>;
  stop(): Promise<void>;
}

/** Starts pg-boss on `connectionString` (as the owner, for its upkeep). `woken` is called for every job that this process gets. */
export async function startWakeQueue(connectionString: string, woken: () => void, log: Log): Promise<WakeQueue> {
  // Loaded here, not with the process: the first turn need not wait for a queue that only wakes other processes.
  const { fromKysely, PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    connectionString,
    max: 2,
    migrate: false,
    schedule: false,
    reindex: false,
    registerInstance: false,
    application_name: 'cutover queue',
  });
  boss.on('error', (error) => log.warn({ error: error.message }, 'the queue reports an error'));
  await boss.start();
  await boss.work(queue, { pollingIntervalSeconds: 0.5, batchSize: 20 }, async () => woken());
  return {
    send: async (transaction) => {
      await boss.send(queue, null, { db: fromKysely(transaction) });
    },
    stop: () => boss.stop({ graceful: true, timeout: 2000 }),
  };
}
