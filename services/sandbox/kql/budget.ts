import type { Value } from './values.ts';

/** A query that the service would refuse with 400: a syntax error, an unknown name, a type that does not fit, or too much work. */
export class KqlError extends Error {
  override readonly name = 'KqlError';
}

/** Words of the refusal when a query asks for more work than one request may do. */
export const EXCEEDED = 'Query exceeded resources';

/** Most characters and members of one cell (Kusto's limit is 1 MB per value). */
const LARGEST_CELL = 1_048_576;

/** Work left for one query, in steps. A step is about one expression node on one row, so that the limit is the same on every machine. */
export interface Budget {
  /** Takes steps away. Throws `KqlError` with `EXCEEDED` when none are left. */
  spend(steps: number): void;
  /** Passes a text through, charged by its length. Throws `KqlError` when it is longer than a cell may be. */
  text(value: string): string;
  /** Passes a value through, charged by its size where it is long or has parts. Throws `KqlError` when it is larger than a cell may be. */
  value(value: Value): Value;
}

/** Adds up a value's characters and members, stopping soon after `most`; a part that stands in several places counts in each. */
function sizeOf(value: Value, most: number): number {
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object' || value === null) return 1;
  let size = 1;
  for (const [key, part] of Object.entries(value)) {
    size += key.length + sizeOf(part, most - size);
    if (size > most) return size;
  }
  return size;
}

/** Makes a budget of this many steps. */
export function makeBudget(steps: number): Budget {
  let left = steps;
  const spend = (n: number): void => {
    left -= n;
    if (left < 0) throw new KqlError(EXCEEDED);
  };
  return {
    spend,
    text(value) {
      if (value.length > LARGEST_CELL) throw new KqlError(EXCEEDED);
      if (value.length > 256) spend(value.length >> 2);
      return value;
    },
    value(value) {
      if (typeof value === 'string' && value.length <= 256) return value;
      if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value;
      const size = sizeOf(value, LARGEST_CELL);
      if (size > LARGEST_CELL) throw new KqlError(EXCEEDED);
      spend(size);
      return value;
    },
  };
}
