import type { Bound } from './bound.ts';
import { KqlError } from './budget.ts';
import type { Compute, ScalarFunction } from './scalar-function.ts';
import { compareValues, convert, isNumeric, type KqlType, type Value } from './values.ts';

function numeric(max: number, type: KqlType | 'same', compute: (n: number, second: number) => number): ScalarFunction {
  return {
    min: 1,
    max,
    wants: ['number'],
    type: type === 'same' ? (args) => (args[0]?.type === 'dynamic' ? 'real' : (args[0]?.type ?? 'real')) : type,
    make:
      () =>
      ([a, b]) => {
        if (typeof a !== 'number') return null;
        const answer = compute(a, typeof b === 'number' ? b : 0);
        return Number.isFinite(answer) ? answer : null;
      },
  };
}

function to(type: KqlType): ScalarFunction {
  return {
    min: 1,
    max: 1,
    wants: ['any'],
    type,
    make: (args) => {
      const from = args[0]?.type ?? 'string';
      return ([value]) => convert(value ?? null, from, type);
    },
  };
}

/** The one type that values of all these types can have. Throws `KqlError` where there is none. */
export function commonType(name: string, types: readonly KqlType[]): KqlType {
  let common = types[0] ?? 'string';
  for (const type of types) {
    if (type === common) continue;
    if (isNumeric(type) && isNumeric(common)) common = type === 'real' || common === 'real' ? 'real' : 'long';
    else if (type === 'dynamic' || common === 'dynamic') common = 'dynamic';
    else
      throw new KqlError(
        `${name}(): arguments have different types: ${common} and ${type}. Fix semantic errors in your query.`,
      );
  }
  return common;
}

function extreme(name: string, sign: number): ScalarFunction {
  return {
    min: 1,
    max: 64,
    wants: ['any'],
    type: (args) =>
      commonType(
        name,
        args.map((arg) => arg.type),
      ),
    make: (): Compute => (values) => {
      let best: Value = null;
      for (const value of values) {
        if (value === null || (best !== null && compareValues(value, best) * sign <= 0)) continue;
        best = value;
      }
      return best;
    },
  };
}

function nullTest(expected: boolean): ScalarFunction {
  return {
    min: 1,
    max: 1,
    wants: ['any'],
    type: 'bool',
    make: (args: readonly Bound[]) => {
      const text = args[0]?.type === 'string';
      return ([value]) => (!text && (value ?? null) === null) === expected;
    },
  };
}

/** Functions over numbers, and conversions. */
export const NUMBER_FUNCTIONS: readonly (readonly [string, ScalarFunction])[] = [
  ['tostring', to('string')],
  ['toint', to('int')],
  ['tolong', to('long')],
  ['todouble', to('real')],
  ['toreal', to('real')],
  ['tobool', to('bool')],
  ['toboolean', to('bool')],
  ['todatetime', to('datetime')],
  ['totimespan', to('timespan')],
  ['toguid', to('string')],
  ['isnull', nullTest(true)],
  ['isnotnull', nullTest(false)],
  ['notnull', nullTest(false)],
  ['abs', numeric(1, 'same', (n) => Math.abs(n))],
  ['ceiling', numeric(1, 'same', (n) => Math.ceil(n))],
  ['sign', numeric(1, 'same', (n) => Math.sign(n))],
  ['sqrt', numeric(1, 'real', (n) => Math.sqrt(n))],
  ['exp', numeric(1, 'real', (n) => Math.exp(n))],
  ['log', numeric(1, 'real', (n) => Math.log(n))],
  ['log2', numeric(1, 'real', (n) => Math.log2(n))],
  ['log10', numeric(1, 'real', (n) => Math.log10(n))],
  ['pow', numeric(2, 'real', (n, power) => n ** power)],
  [
    'round',
    numeric(2, 'same', (n, digits) => {
      const scale = 10 ** Math.max(-15, Math.min(15, Math.trunc(digits)));
      return (Math.sign(n) * Math.round(Math.abs(n) * scale)) / scale;
    }),
  ],
  ['min_of', extreme('min_of', -1)],
  ['max_of', extreme('max_of', 1)],
];
