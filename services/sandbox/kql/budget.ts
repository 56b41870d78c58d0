/** A query that the service would refuse with 400: a syntax error, an unknown name, a type that does not fit, or too much work. */
export class KqlError extends Error {
  override readonly name = 'KqlError';
}

/** Words of the refusal when a query asks for more work than one request may do. */
export const EXCEEDED = 'Query exceeded resources';

/** Longest text that one cell may hold, in characters (Kusto's limit is 1 MB per value). */
const LONGEST_TEXT = 1_048_576;

/** Work left for one query, in steps. A step is about one expression node on one row, so that the limit is the same on every machine. */
export interface Budget {
  /** Takes steps away. Throws `KqlError` with `EXCEEDED` when none are left. */
  spend(steps: number): void;
  /** Passes a text through, charged by its length. Throws `KqlError` when it is longer than a cell may be. */
  text(value: string): string;
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
      if (value.length > LONGEST_TEXT) throw new KqlError(EXCEEDED);
      if (value.length > 256) spend(value.length >> 6);
      return value;
    },
  };
}
