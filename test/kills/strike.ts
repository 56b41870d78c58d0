import { setTimeout as pause } from 'node:timers/promises';
import type { Replicas } from './replicas.ts';

/**
 * A kill with its moment: some time after the run was begun, after it was seen applying, or after a write of it went
 * out to the tenant (then the replica that wrote is the victim).
 */
export interface Moment {
  readonly after: 'begun' | 'applying' | 'write';
  readonly ms: number;
  /** All replicas at once. */
  readonly all: boolean;
}

/** Draws a moment. `typical` is how long a quiet run takes, ms; a write takes the sandbox 12 ms. */
export function drawMoment(chance: () => number, typical: number, mayAll: boolean): Moment {
  const kind = chance();
  const after = kind < 0.4 ? 'write' : kind < 0.7 ? 'applying' : 'begun';
  const within = after === 'write' ? 16 : after === 'applying' ? 120 : typical;
  return { after, ms: Math.floor(chance() * within), all: mayAll && chance() < 0.2 };
}

/** Tells which replica sends the next write. */
export interface WriteWatch {
  readonly wrote: (which: number) => void;
  /** The replica of the next write, or null where `over` comes first. */
  readonly next: (over: () => boolean) => Promise<number | null>;
}

export function watchWrites(): WriteWatch {
  let waiting: ((which: number) => void) | null = null;
  return {
    wrote: (which) => {
      waiting?.(which);
      waiting = null;
    },
    next: (over) =>
      new Promise((resolve) => {
        const look = setInterval(() => {
          if (!over()) return;
          clearInterval(look);
          waiting = null;
          resolve(null);
        }, 20);
        waiting = (which) => {
          clearInterval(look);
          resolve(which);
        };
      }),
  };
}

/** Carries one kill out, beside its run. A run that ended before the moment came is struck at its end. Answers how many replicas fell. */
export async function strike(
  moment: Moment,
  replicas: Replicas,
  watch: WriteWatch,
  chance: () => number,
  isApplying: () => Promise<boolean>,
  over: () => boolean,
): Promise<number> {
  let first = Math.floor(chance() * replicas.count);
  if (moment.after === 'write') first = (await watch.next(over)) ?? first;
  if (moment.after === 'applying') while (!over() && !(await isApplying())) await pause(3);
  if (moment.ms > 0) await pause(moment.ms);
  const order = Array.from({ length: replicas.count }, (_, i) => (first + i) % replicas.count);
  for (;;) {
    const hit = order.filter((which, i) => (moment.all || i === 0) && replicas.kill(which)).length;
    if (hit > 0) return hit;
    await pause(5);
  }
}
