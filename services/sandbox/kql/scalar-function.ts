import type { Bound, Session } from './bound.ts';
import type { KqlType, Value } from './values.ts';

/** What an argument must be: `any`, or a type; a dynamic value is taken for each and converted. */
export type Wanted = KqlType | 'number' | 'any';

/** Computes one function from its arguments' values; `types` are the arguments' types as written. */
export type Compute = (args: readonly Value[], session: Session) => Value;

/** A scalar function. `wants` are its arguments in order, the last repeated up to `max`. */
export interface ScalarFunction {
  readonly min: number;
  readonly max: number;
  readonly wants: readonly Wanted[];
  /** The type of the answer, or the refusal in words. */
  readonly type: KqlType | ((args: readonly Bound[]) => KqlType);
  /** Made once per call in the text, so that constant arguments can be prepared. */
  readonly make: (args: readonly Bound[], session: Session) => Compute;
}
