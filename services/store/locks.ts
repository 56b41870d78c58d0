import type pg from 'pg';
import type { Log } from './log.ts';
import { wordsOf } from './postgres/trouble.ts';

/** Named locks between processes. They end with the process, however it ends. */
export interface Locks {
  /**
   * Runs `work` while holding the lock; null at once when it is held elsewhere, by another process or by this one. The
   * signal aborts when the connection that holds the lock is lost, because then the lock is too.
   */
  holding<T>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | null>;
  close(): Promise<void>;
}

/** Session advisory locks, all on one connection of their own, opened at first use. */
export function openLocks(connect: () => pg.Client, log: Log): Locks {
  let session: Promise<pg.Client> | null = null;
  let closed = false;
  const held = new Map<string, AbortController>();

  const lose = (why: string): void => {
    session = null;
    if (closed) return;
    if (held.size > 0) log.warn({ locks: held.size, why }, 'the connection that holds the locks was lost');
    for (const controller of held.values()) controller.abort(new Error(`lock lost: ${why}`));
  };
  const open = (): Promise<pg.Client> => {
    session ??= (async () => {
      const client = connect();
      client.on('error', (error) => lose(wordsOf(error)));
      client.on('end', () => lose('closed'));
      await client.connect();
      return client;
    })().catch((error) => {
      session = null;
      throw error;
    });
    return session;
  };

  // One connection answers one question at a time: the questions queue here, in order.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(ask: () => Promise<T>): Promise<T> => {
    const next = queue.then(ask);
    queue = next.catch(() => undefined);
    return next;
  };

  return {
    holding: async (name, work) => {
      if (closed || held.has(name)) return null;
      const controller = new AbortController();
      held.set(name, controller);
      try {
        const client = await open();
        const { rows } = await inTurn(() =>
          client.query<{ got: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 1)) as got', [name]),
        );
        if (rows[0]?.got !== true) return null;
        try {
          return await work(controller.signal);
        } finally {
          if (!controller.signal.aborted)
            await inTurn(() => client.query('select pg_advisory_unlock(hashtextextended($1, 1))', [name])).catch(
              (error) => log.warn({ error: wordsOf(error) }, 'a lock could not be released'),
            );
        }
      } finally {
        held.delete(name);
      }
    },
    close: async () => {
      closed = true;
      const client = await session?.catch(() => null);
      await client?.end().catch(() => undefined);
    },
  };
}
