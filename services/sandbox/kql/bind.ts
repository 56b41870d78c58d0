import { type Bound, refused, type Scope, unresolved } from './bound.ts';
import { KqlError } from './budget.ts';
import { bindCall, scalarFunction } from './functions.ts';
import { commonType } from './functions-number.ts';
import { bindComparison, bindList } from './operators-scalar.ts';
import { collect, NO_ROW, type Row } from './relation.ts';
import type { Expr } from './syntax.ts';
import { isBag, isList, isNumeric, type KqlType, nullOf, type Value } from './values.ts';

/** A constant of a type. */
export function constantOf(type: KqlType, value: Value): Bound {
  return { type, eval: () => value, constant: true, cost: 1 };
}

/** Computes a constant expression once. */
function settled(bound: Bound): Bound {
  return bound.constant ? constantOf(bound.type, bound.eval(NO_ROW)) : bound;
}

function bool(parts: readonly Bound[], evaluate: Bound['eval']): Bound {
  return {
    type: 'bool',
    eval: evaluate,
    constant: parts.every((part) => part.constant),
    cost: parts.reduce((sum, part) => sum + part.cost, 1),
  };
}

/** Passes a condition through. Throws `KqlError` where it is neither a bool nor dynamic. */
export function requireBool(scope: Scope, part: Bound, where: string): Bound {
  if (part.type === 'bool' || part.type === 'dynamic') return part;
  throw refused(scope, `${where} expected a bool expression, received ${part.type}`);
}

function bindLogic(expr: Extract<Expr, { kind: 'all' | 'any' }>, scope: Scope): Bound {
  const parts = expr.parts.map((part) => requireBool(scope, bind(part, scope), expr.kind === 'all' ? "'and'" : "'or'"));
  const evals = parts.map((part) => part.eval);
  const decisive = expr.kind === 'any';
  return bool(parts, (row) => {
    let unknown = false;
    for (const of of evals) {
      const value = of(row);
      if (value === decisive) return decisive;
      if (value === null) unknown = true;
    }
    return unknown ? null : !decisive;
  });
}

function arithmeticType(scope: Scope, op: string, a: KqlType, b: KqlType): KqlType {
  if (isNumeric(a) && isNumeric(b)) return a === 'real' || b === 'real' ? 'real' : 'long';
  if (op === '-' && a === 'datetime' && b === 'datetime') return 'timespan';
  if ((op === '+' || op === '-') && a === 'datetime' && b === 'timespan') return 'datetime';
  if (op === '+' && a === 'timespan' && b === 'datetime') return 'datetime';
  if ((op === '+' || op === '-' || op === '%') && a === 'timespan' && b === 'timespan') return 'timespan';
  if (op === '/' && a === 'timespan' && b === 'timespan') return 'real';
  if ((op === '*' || op === '/') && a === 'timespan' && isNumeric(b)) return 'timespan';
  if (op === '*' && isNumeric(a) && b === 'timespan') return 'timespan';
  throw refused(scope, `arithmetic expression cannot be carried out between types ${a} and ${b}`);
}

function bindArithmetic(op: string, left: Bound, right: Bound, scope: Scope): Bound {
  const type = arithmeticType(scope, op, left.type, right.type);
  const [a, b] = [left.eval, right.eval];
  const whole = type === 'long' && op === '/';
  return {
    type,
    constant: left.constant && right.constant,
    cost: left.cost + right.cost + 1,
    eval: (row) => {
      const [x, y] = [a(row), b(row)];
      if (typeof x !== 'number' || typeof y !== 'number') return null;
      const answer = op === '+' ? x + y : op === '-' ? x - y : op === '*' ? x * y : op === '/' ? x / y : x % y;
      if (!Number.isFinite(answer)) return null;
      return whole ? Math.trunc(answer) : answer;
    },
  };
}

function memberOf(scope: Scope, of: Bound, read: (value: Value, row: Row) => Value): Bound {
  if (of.type !== 'dynamic') {
    throw refused(
      scope,
      `Path expression source must be of type 'dynamic'. Received a source of type ${of.type} instead`,
    );
  }
  return { type: 'dynamic', constant: of.constant, cost: of.cost + 1, eval: (row) => read(of.eval(row), row) };
}

/** Reads a member of a bag or, with a number, of an array (from the end when negative). */
function elementOf(value: Value, key: Value): Value {
  if (isList(value)) return typeof key === 'number' ? (value[key < 0 ? value.length + key : key] ?? null) : null;
  return isBag(value) && typeof key === 'string' && Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

function bindChoice(name: 'iff' | 'case' | 'coalesce', args: readonly Bound[], scope: Scope): Bound {
  const shape =
    name === 'coalesce'
      ? args.length >= 2
      : name === 'iff'
        ? args.length === 3
        : args.length >= 3 && args.length % 2 === 1;
  if (!shape)
    throw new KqlError(
      `${name}(): function called with a wrong number of arguments. Fix semantic errors in your query.`,
    );
  const isResult = (i: number): boolean => name === 'coalesce' || i % 2 === 1 || i === args.length - 1;
  for (const [i, arg] of args.entries()) if (!isResult(i)) requireBool(scope, arg, `${name}(): argument #${i + 1}`);
  const results = args.filter((_, i) => isResult(i));
  const type = commonType(
    name,
    results.map((arg) => arg.type),
  );
  const evals = args.map((arg) => arg.eval);
  const empty = nullOf(type);
  const shared = {
    type,
    constant: args.every((arg) => arg.constant),
    cost: args.reduce((sum, arg) => sum + arg.cost, 1),
  };
  if (name === 'coalesce') {
    return {
      ...shared,
      eval: (row) => {
        for (const of of evals) {
          const value = of(row);
          if (value !== null && value !== '') return value;
        }
        return empty;
      },
    };
  }
  return {
    ...shared,
    eval: (row) => {
      for (let i = 0; i + 1 < evals.length; i += 2) if (evals[i]?.(row) === true) return evals[i + 1]?.(row) ?? empty;
      return evals[evals.length - 1]?.(row) ?? empty;
    },
  };
}

function bindFunction(expr: Extract<Expr, { kind: 'call' }>, scope: Scope): Bound {
  const aggregate = scope.aggregate?.(expr.name, expr.args) ?? null;
  if (aggregate !== null) return aggregate;
  const args = (): Bound[] => expr.args.map((arg) => bind(arg, scope));
  switch (expr.name) {
    case 'iff':
    case 'iif':
      return bindChoice('iff', args(), scope);
    case 'case':
    case 'coalesce':
      return bindChoice(expr.name, args(), scope);
    case 'not': {
      const [of, more] = args();
      if (of === undefined || more !== undefined)
        throw new KqlError('not(): function expects 1 argument(s). Fix semantic errors in your query.');
      requireBool(scope, of, 'not()');
      return bool([of], (row) => {
        const value = of.eval(row);
        return typeof value === 'boolean' ? !value : null;
      });
    }
    default: {
      const fn = scalarFunction(expr.name);
      if (fn === undefined)
        throw new KqlError(
          `'${scope.operator}' operator: Unknown function: '${expr.name}'. Fix semantic errors in your query.`,
        );
      return bindCall(expr.name, fn, args(), scope.session);
    }
  }
}

/** Gives an expression its types and turns it into closures. Throws `KqlError` for unknown names and types that do not fit. */
export function bind(expr: Expr, scope: Scope): Bound {
  return settled(bindOpen(expr, scope));
}

function bindOpen(expr: Expr, scope: Scope): Bound {
  switch (expr.kind) {
    case 'literal':
      return constantOf(expr.type, expr.value);
    case 'typeof':
      return constantOf(expr.type, nullOf(expr.type));
    case 'name': {
      const column = scope.columns.get(expr.name);
      if (column !== undefined) return { type: column.type, eval: column.get, constant: false, cost: 1 };
      const known = scope.session.lets.get(expr.name);
      if (known !== undefined && 'scalar' in known) return known.scalar;
      throw unresolved(scope, expr.name);
    }
    case 'call':
      return bindFunction(expr, scope);
    case 'all':
    case 'any':
      return bindLogic(expr, scope);
    case 'binary': {
      const [left, right] = [bind(expr.left, scope), bind(expr.right, scope)];
      return '+-*/%'.includes(expr.op)
        ? bindArithmetic(expr.op, left, right, scope)
        : bindComparison(expr.op, left, right, scope);
    }
    case 'list': {
      const [first] = expr.items;
      if (expr.items.length === 1 && first?.kind === 'name' && !scope.columns.has(first.name)) {
        const table = scope.session.tableOf(first.name);
        const scalar = scope.session.lets.get(first.name);
        if (table !== null && (scalar === undefined || !('scalar' in scalar))) {
          return bindOpen(
            {
              kind: 'within',
              op: expr.op,
              left: expr.left,
              query: { source: { from: 'name', name: first.name }, operators: [] },
              depth: 1,
            },
            scope,
          );
        }
      }
      return bindList(
        expr.op,
        bind(expr.left, scope),
        expr.items.map((item) => bind(item, scope)),
        scope,
      );
    }
    case 'within': {
      const relation = scope.session.relationOf(expr.query);
      const [column] = relation.columns;
      if (column === undefined) throw refused(scope, `'${expr.op}' expects a table with a column`);
      const values = collect(relation, scope.session.budget).map(column.get);
      return bindList(
        expr.op,
        bind(expr.left, scope),
        values.map((value) => constantOf(column.type, value)),
        scope,
      );
    }
    case 'between': {
      const of = bind(expr.left, scope);
      const low = bind(expr.low, scope);
      const high = bind(expr.high, scope);
      const from = bindComparison('>=', of, low, scope);
      const end = of.type === 'datetime' && high.type === 'timespan' ? bindArithmetic('+', low, high, scope) : high;
      const to = bindComparison('<=', of, end, scope);
      const { not } = expr;
      return bool([from, to], (row) => {
        const [a, b] = [from.eval(row), to.eval(row)];
        if (a === false || b === false) return not;
        return a === null || b === null ? null : !not;
      });
    }
    case 'minus': {
      const of = bind(expr.of, scope);
      if (!isNumeric(of.type) && of.type !== 'timespan') throw refused(scope, `cannot negate a ${of.type}`);
      return {
        type: of.type,
        constant: of.constant,
        cost: of.cost + 1,
        eval: (row) => {
          const value = of.eval(row);
          return typeof value === 'number' ? -value : null;
        },
      };
    }
    case 'member': {
      const { name } = expr;
      return memberOf(scope, bind(expr.of, scope), (value) => elementOf(value, name));
    }
    case 'element': {
      const index = bind(expr.index, scope);
      const member = memberOf(scope, bind(expr.of, scope), (value, row) => elementOf(value, index.eval(row)));
      return { ...member, constant: member.constant && index.constant };
    }
    case 'toscalar': {
      const relation = scope.session.relationOf(expr.query);
      const [column] = relation.columns;
      const [row] = collect(relation, scope.session.budget);
      if (column === undefined) throw refused(scope, 'toscalar() expects a column');
      return constantOf(column.type, row === undefined ? nullOf(column.type) : column.get(row));
    }
    case 'side':
      throw unresolved(scope, expr.side);
    case 'star':
      throw refused(scope, "'*' is not expected here");
  }
}

/** The name that Kusto gives to an expression without one, or null where it numbers the column. */
export function impliedName(expr: Expr): string | null {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'member') {
    const of = impliedName(expr.of);
    return of === null ? expr.name : `${of}_${expr.name}`;
  }
  if (expr.kind === 'element') {
    const of = impliedName(expr.of);
    return of !== null && expr.index.kind === 'literal' ? `${of}_${String(expr.index.value)}` : null;
  }
  const [first] = expr.kind === 'call' ? expr.args : [];
  return expr.kind === 'call' &&
    first !== undefined &&
    /^(?:bin|floor|to(?:string|int|long|real|double|bool|datetime))$/.test(expr.name)
    ? impliedName(first)
    : null;
}
