import { z } from 'zod';

/** The faults that can be switched on (DESIGN 7). */
export const faultNames = [
  'throttle',
  'timeout',
  'reset',
  'torn',
  'partial-page',
  'drift',
  'denied',
  'slow-replication',
  'not-licensed',
] as const;
/** One of {@link faultNames}. */
export type FaultName = (typeof faultNames)[number];

const entrySchema = z.union([
  z.enum(faultNames).transform((fault) => ({ fault, times: 1 })),
  z.object({
    fault: z.enum(faultNames),
    /** Only this cmdlet (Exchange). */
    cmdlet: z.string().optional(),
    /** Only Graph paths that contain this text. */
    path: z.string().optional(),
    times: z.number().int().min(1).max(1000).default(1),
    /** For `timeout`, `reset` and `torn` on a write: whether it takes effect all the same (default true). */
    executes: z.boolean().optional(),
    /** For `slow-replication`: how long a new object stays invisible. Milliseconds of machine time, default 3000. */
    delayMs: z.number().int().min(0).optional(),
    /** For `throttle`: seconds in Retry-After, default 1. */
    retryAfter: z.number().int().min(0).optional(),
    /** For `drift`: which object and which properties, instead of the sandbox's own choice. */
    identity: z.string().optional(),
    set: z.record(z.string(), z.unknown()).optional(),
  }),
]);

/** The body of `POST /sandbox/faults`. */
export const faultsSchema = z.object({ next: z.array(entrySchema).max(1000) });

/** What a request is, as far as faults care. */
export interface Occasion {
  readonly surface: 'exchange' | 'graph';
  /** Cmdlet name, or the Graph path. */
  readonly name: string;
  readonly isWrite: boolean;
  readonly isList: boolean;
  readonly isHunting: boolean;
}

/** A fault that waits for its request. */
export interface Waiting {
  readonly fault: FaultName;
  readonly cmdlet?: string | undefined;
  readonly path?: string | undefined;
  readonly executes?: boolean | undefined;
  readonly delayMs?: number | undefined;
  readonly retryAfter?: number | undefined;
  readonly identity?: string | undefined;
  readonly set?: Record<string, unknown> | undefined;
  times: number;
}

/** Faults that wait for a request that they suit. */
export interface FaultQueue {
  add(next: readonly Waiting[]): number;
  /** Takes the first waiting fault that suits the request, at most one per request. */
  take(occasion: Occasion): Waiting | undefined;
  pending(): number;
  clear(): void;
}

function suits(fault: Waiting, occasion: Occasion): boolean {
  if (
    fault.cmdlet !== undefined &&
    (occasion.surface !== 'exchange' || fault.cmdlet.toLowerCase() !== occasion.name.toLowerCase())
  )
    return false;
  if (fault.path !== undefined && (occasion.surface !== 'graph' || !occasion.name.includes(fault.path))) return false;
  if (fault.fault === 'partial-page') return occasion.isList;
  if (fault.fault === 'drift') return occasion.surface === 'exchange' && !occasion.isWrite;
  if (fault.fault === 'slow-replication')
    return occasion.surface === 'exchange' && occasion.name.toLowerCase().startsWith('new-');
  if (fault.fault === 'not-licensed') return occasion.isHunting;
  return true;
}

/** An empty queue. */
export function createFaultQueue(): FaultQueue {
  let waiting: Waiting[] = [];
  return {
    add(next) {
      waiting.push(...next.map((fault) => ({ ...fault })));
      return waiting.length;
    },
    take(occasion) {
      const found = waiting.find((fault) => suits(fault, occasion));
      if (found === undefined) return undefined;
      found.times -= 1;
      if (found.times <= 0) waiting = waiting.filter((fault) => fault !== found);
      return found;
    },
    pending: () => waiting.length,
    clear() {
      waiting = [];
    },
  };
}
