import { bind } from './bind.ts';
import { type Bound, refused, type Scope } from './bound.ts';
import { type Budget, KqlError } from './budget.ts';
import { NO_ROW, type Row } from './relation.ts';
import type { Expr } from './syntax.ts';
import { compareValues, dynamicOf, isList, isNumeric, type KqlType, keyOf, nullOf, type Value } from './values.ts';

/** The state of one aggregate for one group. */
export interface Accumulator {
  add(row: Row): void;
  result(): Value;
}

/** A bound aggregate: its type and a maker of states. */
export interface Aggregate {
  readonly type: KqlType;
  readonly make: () => Accumulator;
}

/** Steps for a value that an aggregate holds. */
const CELL = 5;
const LONGEST_LIST = 1_048_576;
const NAMES = new Set(
  'count countif dcount dcountif count_distinct count_distinctif sum sumif avg avgif min minif max maxif make_set make_set_if make_list make_list_if take_any take_anyif any percentile stdev'.split(
    ' ',
  ),
);

/** Whether a function is an aggregate, `arg_max` and `arg_min` apart: those give several columns. */
export function isAggregate(name: string): boolean {
  return NAMES.has(name);
}

function folding(
  type: KqlType,
  start: Value,
  step: (so: Value, value: Value) => Value,
  of: Bound['eval'],
  when: Bound['eval'] | null,
): Aggregate {
  return {
    type,
    make: () => {
      let so = start;
      return {
        add(row) {
          if (when !== null && when(row) !== true) return;
          const value = of(row);
          if (value !== null) so = step(so, value);
        },
        result: () => so,
      };
    },
  };
}

function collecting(
  of: Bound,
  when: Bound['eval'] | null,
  limit: number,
  distinct: boolean,
  budget: Budget,
): Aggregate {
  return {
    type: 'dynamic',
    make: () => {
      const values: Value[] = [];
      const seen = new Set<string>();
      const put = (value: Value): void => {
        if (value === null || values.length >= limit) return;
        budget.spend(CELL);
        budget.value(value);
        if (distinct) {
          const key = keyOf(value);
          if (seen.has(key)) return;
          seen.add(key);
        }
        values.push(value);
      };
      return {
        add(row) {
          if (when !== null && when(row) !== true) return;
          const value = dynamicOf(of.eval(row), of.type);
          if (distinct && isList(value)) for (const one of value) put(one);
          else put(value);
        },
        result: () => values,
      };
    },
  };
}

function listing(type: KqlType, of: Bound['eval'], finish: (sorted: number[]) => Value): Aggregate {
  return {
    type,
    make: () => {
      const values: number[] = [];
      return {
        add(row) {
          const value = of(row);
          if (typeof value === 'number') values.push(value);
        },
        result: () => finish(values.sort((a, b) => a - b)),
      };
    },
  };
}

function deviation(values: readonly number[]): Value {
  if (values.length < 2) return values.length === 0 ? null : 0;
  const mean = values.reduce((sum, n) => sum + n, 0) / values.length;
  return Math.sqrt(values.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (values.length - 1));
}

/** Binds a call of an aggregate function over the rows of a group. Throws `KqlError`. */
export function bindAggregate(name: string, exprs: readonly Expr[], scope: Scope): Aggregate {
  const args = exprs.map((expr) => bind(expr, scope));
  const conditional = name.endsWith('if') && name !== 'countif';
  const base = name.replace(/_?if$/, '');
  const wrong = new KqlError(
    `${name}(): function called with a wrong number of arguments. Fix semantic errors in your query.`,
  );
  const [first, second, third] = args;
  const condition = name === 'countif' ? first : conditional ? second : undefined;
  if ((conditional || name === 'countif') && condition === undefined) throw wrong;
  if (condition !== undefined && condition.type !== 'bool')
    throw refused(scope, `${name}(): the predicate expected a bool expression`);
  const when = condition?.eval ?? null;
  if (base === 'count') {
    if (args.length !== (name === 'count' ? 0 : 1)) throw wrong;
    return folding(
      'long',
      0,
      (so) => (typeof so === 'number' ? so + 1 : 1),
      () => true,
      when,
    );
  }
  if (first === undefined || args.length > 3) throw wrong;
  const numeric = isNumeric(first.type) || first.type === 'timespan' || first.type === 'dynamic';
  const of = first.eval;
  const { budget } = scope.session;
  switch (base) {
    case 'dcount':
    case 'count_distinct':
      return {
        type: 'long',
        make: () => {
          const seen = new Set<string>();
          return {
            add(row) {
              if (when !== null && when(row) !== true) return;
              const value = of(row);
              if (value === null) return;
              budget.spend(CELL);
              seen.add(keyOf(budget.value(value)));
            },
            result: () => seen.size,
          };
        },
      };
    case 'sum':
      if (!numeric)
        throw refused(scope, `${name}(): argument #1 expected to be a numeric expression, received ${first.type}`);
      return folding(
        first.type === 'dynamic' ? 'real' : first.type,
        0,
        (so, value) => (typeof so === 'number' && typeof value === 'number' ? so + value : so),
        of,
        when,
      );
    case 'avg': {
      if (!numeric && first.type !== 'datetime')
        throw refused(scope, `${name}(): argument #1 expected to be a numeric expression, received ${first.type}`);
      return {
        type: first.type === 'timespan' || first.type === 'datetime' ? first.type : 'real',
        make: () => {
          let sum = 0;
          let n = 0;
          return {
            add(row) {
              if (when !== null && when(row) !== true) return;
              const value = of(row);
              if (typeof value !== 'number') return;
              sum += value;
              n += 1;
            },
            result: () => (n === 0 ? null : sum / n),
          };
        },
      };
    }
    case 'min':
    case 'max': {
      const sign = base === 'max' ? 1 : -1;
      const extreme = folding(
        first.type,
        null,
        (so, value) => (so === null || compareValues(value, so) * sign > 0 ? value : so),
        of,
        when,
      );
      return first.type === 'string' ? { type: 'string', make: () => orEmpty(extreme.make()) } : extreme;
    }
    case 'make_set':
    case 'make_list': {
      const size = conditional ? third : second;
      const limit = size === undefined ? LONGEST_LIST : Number(size.eval(NO_ROW));
      if (size !== undefined && (!size.constant || !isNumeric(size.type)))
        throw refused(scope, `${name}(): the limit expected to be a constant number`);
      return collecting(first, when, Math.min(LONGEST_LIST, limit), base === 'make_set', scope.session.budget);
    }
    case 'any':
    case 'take_any':
      return {
        type: first.type,
        make: () => orNull(folding(first.type, null, (so, value) => so ?? value, of, when).make(), first.type),
      };
    case 'percentile': {
      const rank = Number(second?.constant ? second.eval(NO_ROW) : Number.NaN);
      if (!(rank >= 0 && rank <= 100) || (!numeric && first.type !== 'datetime')) throw wrong;
      return listing(
        first.type,
        of,
        (sorted) => sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? null,
      );
    }
    default:
      return listing('real', of, deviation);
  }
}

function orNull(inner: Accumulator, type: KqlType): Accumulator {
  return { add: inner.add, result: () => inner.result() ?? nullOf(type) };
}

function orEmpty(inner: Accumulator): Accumulator {
  return orNull(inner, 'string');
}

/** The column name of an aggregate without one, as Kusto gives it; null where it numbers the column. */
export function aggregateName(name: string, firstName: string | null, second: Expr | undefined): string | null {
  if (name === 'take_any') return firstName;
  const prefix = name.startsWith('make_') ? name.slice(5).replace(/_if$/, '') : name;
  if (name === 'count' || name === 'countif') return `${prefix}_`;
  const tail = name === 'percentile' && second?.kind === 'literal' ? `_${String(second.value)}` : '';
  return `${prefix}_${firstName ?? ''}${tail}`;
}
