/**
 * What a question to the tenant can come back with. `unknown` (a timeout, a 403, a partial page) is never treated as
 * `absent`: it blocks approvals, gates and drift. `not-licensed` names what stands in for the missing source.
 */
export type Reading<T> =
  | { readonly is: 'value'; readonly value: T }
  | { readonly is: 'absent' }
  | { readonly is: 'not-licensed'; readonly instead: string }
  | { readonly is: 'unknown'; readonly why: string };

/** Wraps a value that was read. */
export const known = <T>(value: T): Reading<T> => ({ is: 'value', value });

/** The thing asked for is not there; the tenant said so itself. */
export const absent: Reading<never> = { is: 'absent' };

/** Nobody can say; `why` is a sentence for the card. */
export const unknown = (why: string): Reading<never> => ({ is: 'unknown', why });

/** Applies `change` to a value that was read and leaves the other three results as they are. */
export const mapReading = <A, B>(reading: Reading<A>, change: (value: A) => B): Reading<B> =>
  reading.is === 'value' ? known(change(reading.value)) : reading;
