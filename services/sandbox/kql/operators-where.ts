import { bind, requireBool } from './bind.ts';
import { type Bound, type Scope, type Session, scopeOf } from './bound.ts';
import { NO_ROW, type Relation } from './relation.ts';
import type { Expr } from './syntax.ts';

/** A window of `Timestamp`, both ends in ms and inclusive; an open end is infinite. */
interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

const OPEN: Window = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

function isStamp(expr: Expr): boolean {
  return expr.kind === 'name' && expr.name === 'Timestamp';
}

/** The moment that an expression means for every row alike, or null. */
function momentOf(expr: Expr, scope: Scope): number | null {
  if (expr.kind === 'toscalar') return null;
  const bound = bind(expr, scope);
  const value = bound.constant && bound.type === 'datetime' ? bound.eval(NO_ROW) : null;
  return typeof value === 'number' ? value : null;
}

function windowOfEnds(op: string, at: number): Window {
  if (op === '>' || op === '>=') return { ...OPEN, fromMs: at };
  if (op === '<' || op === '<=') return { ...OPEN, toMs: at };
  return op === '==' ? { fromMs: at, toMs: at } : OPEN;
}

const MIRRORED: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=', '==': '==' };

/** The window outside which this condition cannot hold. It only ever cuts what the condition itself would refuse. */
function windowOf(expr: Expr, scope: Scope): Window {
  if (expr.kind === 'all') {
    return expr.parts
      .map((part) => windowOf(part, scope))
      .reduce((a, b) => ({ fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) }), OPEN);
  }
  if (expr.kind === 'binary' && MIRRORED[expr.op] !== undefined) {
    const stampLeft = isStamp(expr.left);
    if (!stampLeft && !isStamp(expr.right)) return OPEN;
    const at = momentOf(stampLeft ? expr.right : expr.left, scope);
    return at === null ? OPEN : windowOfEnds(stampLeft ? expr.op : (MIRRORED[expr.op] ?? ''), at);
  }
  if (expr.kind === 'between' && !expr.not && isStamp(expr.left)) {
    const from = momentOf(expr.low, scope);
    const high = bind(expr.high, scope);
    const end = high.constant ? high.eval(NO_ROW) : null;
    if (from === null || typeof end !== 'number') return OPEN;
    if (high.type === 'timespan') return { fromMs: from, toMs: from + end };
    return high.type === 'datetime' ? { fromMs: from, toMs: end } : OPEN;
  }
  return OPEN;
}

function filtered(input: Relation, test: Bound, session: Session): Relation {
  const { narrow } = input;
  return {
    columns: input.columns,
    each: (sink) =>
      input.each((row) => {
        session.budget.spend(test.cost);
        return test.eval(row) === true ? sink(row) : true;
      }),
    ...(narrow === undefined
      ? {}
      : { narrow: (fromMs: number, toMs: number) => filtered(narrow(fromMs, toMs), test, session) }),
  };
}

/**
 * Binds `where`. Over the rows of stored tables, a condition on `Timestamp` also narrows what is read from them,
 * so that a question about a day does not read a month.
 */
export function where(input: Relation, expr: Expr, session: Session): Relation {
  const scope = scopeOf(session, 'where', input.columns);
  const test = requireBool(scope, bind(expr, scope), 'the condition');
  if (input.narrow === undefined) return filtered(input, test, session);
  const { fromMs, toMs } = windowOf(expr, scope);
  const bounded = fromMs > OPEN.fromMs || toMs < OPEN.toMs;
  return filtered(bounded ? input.narrow(fromMs, toMs) : input, test, session);
}
