import { type DueHandlers, engineDue, runDue } from '../services/engine/due.ts';
import { work } from '../services/engine/work.ts';
import type { World } from '../services/engine/world.ts';
import { createRelay } from '../services/relay/relay.ts';
import type { Store } from '../services/store/store.ts';

/** Timed and queued work of the process. */
export interface Jobs {
  /** Starts the workers, resumes what a crash left open and begins to tick. */
  start(): Promise<void>;
  /** Runs everything due by now and waits until its work and messages are done: after a jump of the clock. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** How often the due table is looked at, ms of machine time. */
const tick = 1_000;

/** Wires due times, workers and delivery. Workers find their runs in the tables, so a restart resumes by itself. */
export function createJobs(
  world: World,
  store: Store,
  deliver: Parameters<Store['startWorkers']>[0]['deliver'],
  changed: () => void = () => undefined,
): Jobs {
  const relay = createRelay(world);
  const engine = engineDue(world);
  const telling =
    (then: DueHandlers[keyof DueHandlers]): DueHandlers[keyof DueHandlers] =>
    (due) =>
      then(due).finally(changed);
  const handlers: DueHandlers = {
    expire: telling(engine.expire),
    remind: engine.remind,
    verify: telling(engine.verify),
    window: engine.window,
    ...relay.due,
  };
  let timer: NodeJS.Timeout | null = null;
  let under: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const once = (): Promise<boolean> => {
    const next = under.then(() => runDue(world, handlers));
    under = next.catch((trouble: unknown) => world.log.error({ err: trouble }, 'the due table could not be worked'));
    return next;
  };

  return {
    start: async () => {
      await store.startWorkers({ work: (run) => work(world, run).finally(changed), deliver });
      await relay.schedule();
      const loop = (): void => {
        if (stopped) return;
        once()
          .catch(() => false)
          .finally(() => {
            if (!stopped) timer = setTimeout(loop, tick);
          });
      };
      loop();
    },
    settle: async () => {
      for (let round = 0; round < 200; round += 1) {
        await once();
        await store.idle();
        if ((await store.due(world.now())).length === 0) return;
      }
    },
    stop: async () => {
      stopped = true;
      if (timer) clearTimeout(timer);
      await under;
    },
  };
}
