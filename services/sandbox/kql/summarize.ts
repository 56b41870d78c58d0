import { type Accumulator, type Aggregate, aggregateName, bindAggregate, isAggregate } from './aggregates.ts';
import { bind, impliedName } from './bind.ts';
import { type Bound, refused, type Scope, type Session, scopeOf } from './bound.ts';
import {
  type Column,
  fromRows,
  HELD,
  namer,
  type Relation,
  type Row,
  throughBase,
  valueColumn,
  valueRow,
} from './relation.ts';
import type { Named } from './syntax.ts';
import { compareValues, keyOf, nullOf, type Value } from './values.ts';

/** Refuses a key that is dynamic, as the service does. */
export function requireKey(scope: Scope, bound: Bound, name: string): Bound {
  if (bound.type !== 'dynamic') return bound;
  throw refused(
    scope,
    `Summarize group key '${name}' is of a 'dynamic' type. Please use an explicit cast (for example, 'tostring(${name})')`,
  );
}

interface Group {
  readonly keys: Value[];
  readonly states: Accumulator[];
  readonly best: (Row | null)[];
  readonly bestBy: Value[];
}

interface Arg {
  readonly by: Bound;
  readonly sign: number;
}

/** Binds `summarize`. Groups come in the order in which they first appear. */
export function summarize(
  input: Relation,
  aggregates: readonly Named[],
  by: readonly Named[],
  session: Session,
): Relation {
  const scope = scopeOf(session, 'summarize', input.columns);
  const nameOf = namer();
  const slots: Aggregate[] = [];
  const args: Arg[] = [];
  const columns: Column[] = [];
  const keys: Bound[] = [];
  let unnamed = 0;
  const auto = (): string => {
    unnamed += 1;
    return `Column${unnamed}`;
  };
  for (const item of by) {
    const name = nameOf(item.name ?? impliedName(item.expr) ?? auto());
    const bound = requireKey(scope, bind(item.expr, scope), name);
    columns.push(valueColumn(name, bound.type, keys.length));
    keys.push(bound);
  }
  const keyCount = keys.length;
  const keyNames = new Set(columns.map((column) => column.name));
  const outer: Scope = {
    session,
    operator: 'summarize',
    columns: new Map(columns.map((column) => [column.name, column])),
    aggregate: (name, exprs) => {
      if (!isAggregate(name)) return null;
      const aggregate = bindAggregate(name, exprs, scope);
      const at = keyCount + slots.length;
      slots.push(aggregate);
      return { type: aggregate.type, eval: (row) => row.values[at] ?? null, constant: false, cost: 1 };
    },
  };
  for (const item of aggregates) {
    const call = item.expr.kind === 'call' ? item.expr : null;
    if (call !== null && (call.name === 'arg_max' || call.name === 'arg_min')) {
      const [of, ...rest] = call.args;
      if (of === undefined) throw refused(scope, `${call.name}() expects an expression`);
      const order = bind(of, scope);
      const at = args.length;
      args.push({ by: order, sign: call.name === 'arg_max' ? 1 : -1 });
      const pick = (name: string, bound: Pick<Bound, 'type' | 'eval'>): void => {
        const missing = nullOf(bound.type);
        columns.push({
          name: nameOf(name),
          type: bound.type,
          get: (row) => {
            const best = at === 0 ? row.base : bests.get(row)?.[at];
            return best ? bound.eval(best) : missing;
          },
        });
      };
      const first = item.name ?? impliedName(of) ?? `${call.name === 'arg_max' ? 'max' : 'min'}_`;
      pick(first, order);
      for (const expr of rest) {
        if (expr.kind !== 'star') pick(impliedName(expr) ?? auto(), bind(expr, scope));
        else
          for (const column of input.columns)
            if (!keyNames.has(column.name) && column.name !== impliedName(of))
              pick(column.name, { type: column.type, eval: column.get });
      }
      continue;
    }
    const bound = bind(item.expr, outer);
    const [of, second] = call?.args ?? [];
    const implied =
      call !== null && isAggregate(call.name)
        ? aggregateName(call.name, of === undefined ? null : impliedName(of), second)
        : impliedName(item.expr);
    columns.push({ name: nameOf(item.name ?? implied ?? auto()), type: bound.type, get: bound.eval });
  }
  const bests = new WeakMap<Row, readonly (Row | null)[]>();
  return fromRows(columns, () => grouped(input, keys, slots, args, session, bests));
}

function grouped(
  input: Relation,
  keys: readonly Bound[],
  slots: readonly Aggregate[],
  args: readonly Arg[],
  session: Session,
  bests: WeakMap<Row, readonly (Row | null)[]>,
): Row[] {
  const groups = new Map<string, Group>();
  const cost = 1 + slots.length + args.length + keys.reduce((sum, key) => sum + key.cost, 0);
  const opened = (values: Value[]): Group => ({
    keys: values,
    states: slots.map((slot) => slot.make()),
    best: args.map(() => null),
    bestBy: args.map(() => null),
  });
  if (keys.length === 0) groups.set('', opened([]));
  input.each((row) => {
    session.budget.spend(cost);
    let id = '';
    const values: Value[] = [];
    for (const key of keys) {
      const value = key.eval(row);
      values.push(value);
      id += keyOf(session.budget.value(value));
    }
    let group = groups.get(id);
    if (group === undefined) {
      session.budget.spend(HELD + slots.length * HELD);
      group = opened(values);
      groups.set(id, group);
    }
    for (const state of group.states) state.add(row);
    for (let i = 0; i < args.length; i += 1) {
      const arg = args[i];
      if (arg === undefined) continue;
      const value = arg.by.eval(row);
      const so = group.bestBy[i] ?? null;
      if (group.best[i] === null || (value !== null && (so === null || compareValues(value, so) * arg.sign > 0))) {
        group.best[i] = row;
        group.bestBy[i] = value;
      }
    }
    return true;
  });
  const rows: Row[] = [];
  for (const group of groups.values()) {
    const row = valueRow([...group.keys, ...group.states.map((state) => state.result())], group.best[0] ?? null);
    if (args.length > 1) bests.set(row, group.best);
    rows.push(row);
  }
  return rows;
}

/** Binds `distinct`; no items means all columns. */
export function distinct(input: Relation, items: readonly Named[], session: Session): Relation {
  const scope = scopeOf(session, 'distinct', input.columns);
  const nameOf = namer();
  const bound =
    items.length === 0
      ? input.columns.map((column): { name: string; of: Bound } => ({
          name: column.name,
          of: { type: column.type, eval: column.get, constant: false, cost: 1 },
        }))
      : items.map((item, i) => ({
          name: item.name ?? impliedName(item.expr) ?? `Column${i + 1}`,
          of: bind(item.expr, scope),
        }));
  const keys = bound.map(({ name, of }) => (items.length === 0 ? of : requireKey(scope, of, name)));
  const columns = bound.map(({ name, of }, i) => valueColumn(nameOf(name), of.type, i));
  return fromRows(columns, () => grouped(input, keys, [], [], session, new WeakMap()));
}

/** A column read through a row of `extend`. */
export function kept(column: Column): Column {
  return throughBase(column, nullOf(column.type));
}
