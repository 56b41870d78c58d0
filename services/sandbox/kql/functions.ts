import type { Bound, Session } from './bound.ts';
import { KqlError } from './budget.ts';
import { DATE_FUNCTIONS } from './functions-date.ts';
import { DYNAMIC_FUNCTIONS } from './functions-dynamic.ts';
import { NUMBER_FUNCTIONS } from './functions-number.ts';
import { TEXT_FUNCTIONS } from './functions-text.ts';
import type { ScalarFunction } from './scalar-function.ts';
import { nullOf } from './values.ts';

const ALL: ReadonlyMap<string, ScalarFunction> = new Map([
  ...TEXT_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...DYNAMIC_FUNCTIONS,
]);

/** The scalar function of this name, or undefined. */
export function scalarFunction(name: string): ScalarFunction | undefined {
  return ALL.get(name);
}

/** A call with its types checked and its constant parts prepared. Throws `KqlError`. */
export function bindCall(name: string, fn: ScalarFunction, args: readonly Bound[], session: Session): Bound {
  if (args.length < fn.min || args.length > fn.max) {
    const wanted = fn.min === fn.max ? String(fn.min) : `${fn.min} or more`;
    throw new KqlError(`${name}(): function expects ${wanted} argument(s). Fix semantic errors in your query.`);
  }
  for (const [i, arg] of args.entries()) {
    const wanted = fn.wants[Math.min(i, fn.wants.length - 1)] ?? 'any';
    const fits =
      wanted === 'any' ||
      arg.type === wanted ||
      arg.type === 'dynamic' ||
      ((wanted === 'number' || wanted === 'long' || wanted === 'real') &&
        (arg.type === 'int' || arg.type === 'long' || arg.type === 'real'));
    if (!fits)
      throw new KqlError(
        `${name}(): argument #${i + 1} expected to be a ${wanted} expression. Fix semantic errors in your query.`,
      );
  }
  const type = typeof fn.type === 'string' ? fn.type : fn.type(args);
  const compute = fn.make(args, session);
  const evals = args.map((arg) => arg.eval);
  const [one, second] = evals;
  const evaluate: Bound['eval'] =
    evals.length === 1 && one !== undefined
      ? (row) => compute([one(row)], session)
      : evals.length === 2 && one !== undefined && second !== undefined
        ? (row) => compute([one(row), second(row)], session)
        : (row) =>
            compute(
              evals.map((of) => of(row)),
              session,
            );
  return {
    type,
    eval: (row) => evaluate(row) ?? nullOf(type),
    constant: args.every((arg) => arg.constant),
    cost: args.reduce((sum, arg) => sum + arg.cost, 2),
  };
}
