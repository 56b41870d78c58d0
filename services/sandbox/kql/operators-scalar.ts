import { type Bound, refused, type Scope } from './bound.ts';
import { regexCache } from './functions-text.ts';
import { findMatch } from './regex-machine.ts';
import { NO_ROW } from './relation.ts';
import { hasTerm } from './terms.ts';
import {
  compareValues,
  dynamicOf,
  isList,
  isNumeric,
  type KqlType,
  keyOf,
  parseDateTime,
  textOf,
  type Value,
} from './values.ts';

function textual(scope: Scope, op: string, bound: Bound): (value: Value) => string {
  if (bound.type === 'string') return (value) => (typeof value === 'string' ? value : '');
  if (bound.type === 'dynamic') return (value) => textOf(value, 'dynamic');
  throw refused(scope, `'${op}' cannot be applied to a value of type ${bound.type}`);
}

const TESTS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  has: (text, part) => hasTerm(text, part),
  hasprefix: (text, part) => hasTerm(text, part, 'start'),
  hassuffix: (text, part) => hasTerm(text, part, 'end'),
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  '=~': (text, part) => text === part,
};

function bindText(op: string, left: Bound, right: Bound, scope: Scope): Bound {
  const negated = op.startsWith('!');
  const sensitive = op.endsWith('_cs');
  const word = op === '!~' ? '=~' : op.replace(/^!/, '').replace(/_cs$/, '');
  const test = TESTS[word];
  if (test === undefined) throw refused(scope, `unknown operator '${op}'`);
  const fold = sensitive ? (text: string): string => text : (text: string): string => text.toLowerCase();
  const [a, b] = [textual(scope, op, left), textual(scope, op, right)];
  const fixed = right.constant ? fold(b(right.eval(NO_ROW))) : null;
  return {
    type: 'bool',
    constant: left.constant && right.constant,
    cost: left.cost + right.cost + 2,
    eval: (row) => {
      const text = a(left.eval(row));
      if (text.length > 256) scope.session.budget.spend(text.length >> 2);
      return test(fold(text), fixed ?? fold(b(right.eval(row)))) !== negated;
    },
  };
}

function bindRegex(left: Bound, right: Bound, scope: Scope): Bound {
  const [a, b] = [textual(scope, 'matches regex', left), textual(scope, 'matches regex', right)];
  const programOf = regexCache();
  if (right.constant) programOf(b(right.eval(NO_ROW)));
  const { budget } = scope.session;
  return {
    type: 'bool',
    constant: left.constant && right.constant,
    cost: left.cost + right.cost + 4,
    eval: (row) => findMatch(programOf(b(right.eval(row))), a(left.eval(row)), 0, false, budget) !== null,
  };
}

/** Brings a dynamic value to what the other side can be compared with. */
function unwrap(type: KqlType, other: KqlType): (value: Value) => Value {
  if (type !== 'dynamic') return (value) => value;
  if (other === 'datetime') return (value) => (typeof value === 'string' ? parseDateTime(value) : null);
  return (value) => value;
}

function comparable(a: KqlType, b: KqlType): boolean {
  return a === b || (isNumeric(a) && isNumeric(b)) || a === 'dynamic' || b === 'dynamic';
}

/** Binds a comparison or text operator. Null compares as at the service: null == null is null, null == x false, null != x true, else null. */
export function bindComparison(op: string, left: Bound, right: Bound, scope: Scope): Bound {
  if (op === 'matches regex') return bindRegex(left, right, scope);
  if (!['==', '!=', '<', '>', '<=', '>='].includes(op)) return bindText(op, left, right, scope);
  if (!comparable(left.type, right.type)) {
    throw refused(scope, `Cannot compare values of types ${left.type} and ${right.type}. Try adding explicit casts`);
  }
  const [a, b] = [unwrap(left.type, right.type), unwrap(right.type, left.type)];
  const shared: Omit<Bound, 'eval'> = {
    type: 'bool',
    constant: left.constant && right.constant,
    cost: left.cost + right.cost + 1,
  };
  if (op === '==' || op === '!=') {
    const negated = op === '!=';
    const { budget } = scope.session;
    return {
      ...shared,
      eval: (row) => {
        const [x, y] = [a(left.eval(row)), b(right.eval(row))];
        if (x === null && y === null) return null;
        const parts = typeof x === 'object' || typeof y === 'object';
        const same = parts ? keyOf(budget.value(x)) === keyOf(budget.value(y)) : x === y;
        return same !== negated;
      },
    };
  }
  return {
    ...shared,
    eval: (row) => {
      const [x, y] = [a(left.eval(row)), b(right.eval(row))];
      if (x === null || y === null || typeof x !== typeof y) return null;
      const order = compareValues(x, y);
      return op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
    },
  };
}

function flatten(items: readonly Bound[], row: Parameters<Bound['eval']>[0]): Value[] {
  const values: Value[] = [];
  for (const item of items) {
    const value = item.eval(row);
    if (isList(value)) for (const one of value) values.push(one);
    else values.push(dynamicOf(value, item.type));
  }
  return values;
}

/** Binds `in`, `has_any` and their kin; a dynamic array among the items stands for its elements. */
export function bindList(op: string, left: Bound, items: readonly Bound[], scope: Scope): Bound {
  const constant = items.every((item) => item.constant);
  for (const item of items) {
    if (!comparable(left.type, item.type)) {
      throw refused(scope, `Cannot compare values of types ${left.type} and ${item.type}. Try adding explicit casts`);
    }
  }
  const { budget } = scope.session;
  const negated = op.startsWith('!');
  const cost = left.cost + 2 + Math.min(64, items.length);
  const shared: Omit<Bound, 'eval'> = { type: 'bool', constant: constant && left.constant, cost };
  if (op === 'has_any' || op === 'has_all') {
    const text = textual(scope, op, left);
    const needles = (row: Parameters<Bound['eval']>[0]): string[] =>
      flatten(items, row).map((value) => textOf(value, 'dynamic').toLowerCase());
    const fixed = constant ? needles(NO_ROW) : null;
    return {
      ...shared,
      eval: (row) => {
        const hay = text(left.eval(row)).toLowerCase();
        const wanted = fixed ?? needles(row);
        budget.spend(wanted.length * (1 + (hay.length >> 4)));
        return op === 'has_any'
          ? wanted.some((needle) => hasTerm(hay, needle))
          : wanted.every((needle) => hasTerm(hay, needle));
      },
    };
  }
  const folds = op.endsWith('~');
  if (folds) textual(scope, op, left);
  const keyed = (value: Value): string => keyOf(folds && typeof value === 'string' ? value.toLowerCase() : value);
  const keys = (row: Parameters<Bound['eval']>[0]): Set<string> => new Set(flatten(items, row).map(keyed));
  const fixed = constant ? keys(NO_ROW) : null;
  return {
    ...shared,
    eval: (row) => {
      if (fixed === null) budget.spend(items.length);
      return (fixed ?? keys(row)).has(keyed(dynamicOf(left.eval(row), left.type))) !== negated;
    },
  };
}
