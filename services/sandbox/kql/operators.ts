import { bind, impliedName } from './bind.ts';
import { refused, type Session, scopeOf } from './bound.ts';
import { KqlError } from './budget.ts';
import { join, union } from './operators-combine.ts';
import { where } from './operators-where.ts';
import { type Column, collect, fromRows, NO_ROW, type Relation, valueColumn, valueRow } from './relation.ts';
import { distinct, kept, summarize } from './summarize.ts';
import type { Expr, Operator, SortKey } from './syntax.ts';
import { bagOf, compareValues, convert, isBag, isList, type Value } from './values.ts';

function project(input: Relation, op: Extract<Operator, { op: 'extend' | 'project' }>, session: Session): Relation {
  const scope = scopeOf(session, op.op, input.columns);
  const bounds = op.items.map((item) => bind(item.expr, scope));
  const cost = bounds.reduce((sum, one) => sum + one.cost, 1);
  const made = op.items.map((item, i) =>
    valueColumn(item.name ?? impliedName(item.expr) ?? `Column${i + 1}`, bounds[i]?.type ?? 'dynamic', i),
  );
  const fresh = new Map(made.map((column) => [column.name, column]));
  if (fresh.size !== made.length) throw refused(scope, 'a column is named twice');
  const columns =
    op.op === 'project'
      ? made
      : [
          ...input.columns.map((column) => fresh.get(column.name) ?? kept(column)),
          ...made.filter((column) => !scope.columns.has(column.name)),
        ];
  return {
    columns,
    each: (sink) =>
      input.each((row) => {
        session.budget.spend(cost);
        return sink(
          valueRow(
            bounds.map((of) => of.eval(row)),
            op.op === 'extend' ? row : null,
          ),
        );
      }),
  };
}

function amount(expr: Expr, operator: string, session: Session): number {
  const value = bind(expr, scopeOf(session, operator, [])).eval(NO_ROW);
  if (typeof value !== 'number' || value < 0)
    throw new KqlError(`'${operator}' operator: expected a number. Fix semantic errors in your query.`);
  return value;
}

function sorted(
  input: Relation,
  keys: readonly SortKey[],
  limit: number,
  operator: string,
  session: Session,
): Relation {
  const scope = scopeOf(session, operator, input.columns);
  const bounds = keys.map((key) => bind(key.expr, scope));
  for (const one of bounds) if (one.type === 'dynamic') throw refused(scope, "key can't be of dynamic type");
  return fromRows(input.columns, () => {
    const rows = collect(input, session.budget).map((row) => ({ row, by: bounds.map((of) => of.eval(row)) }));
    session.budget.spend(rows.length * keys.length * 4);
    rows.sort((a, b) => {
      for (const [i, key] of keys.entries()) {
        const [x, y] = [a.by[i] ?? null, b.by[i] ?? null];
        if (x === null && y === null) continue;
        if (x === null || y === null) return (x === null) === key.nullsFirst ? -1 : 1;
        const order = compareValues(x, y);
        if (order !== 0) return key.ascending ? order : -order;
      }
      return 0;
    });
    return rows.slice(0, limit).map(({ row }) => row);
  });
}

function take(input: Relation, limit: number): Relation {
  return {
    columns: input.columns,
    each: (sink) => {
      let n = 0;
      if (limit > 0)
        input.each((row) => {
          n += 1;
          return sink(row) && n < limit;
        });
    },
  };
}

function expand(input: Relation, op: Extract<Operator, { op: 'mv-expand' }>, session: Session): Relation {
  const scope = scopeOf(session, 'mv-expand', input.columns);
  const bounds = op.items.map((item) => bind(item.expr, scope));
  for (const one of bounds)
    if (one.type !== 'dynamic')
      throw refused(scope, `expanded expression expected to have dynamic type, received ${one.type}`);
  const made = op.items.map((item, i) =>
    valueColumn(item.name ?? impliedName(item.expr) ?? `Column${i + 1}`, item.to ?? 'dynamic', i),
  );
  if (op.index !== null) made.push(valueColumn(op.index, 'long', bounds.length));
  const fresh = new Map(made.map((column) => [column.name, column]));
  const columns = [
    ...input.columns.map((column) => fresh.get(column.name) ?? kept(column)),
    ...made.filter((column) => !scope.columns.has(column.name)),
  ];
  const limit = op.limit === null ? Number.POSITIVE_INFINITY : amount(op.limit, 'mv-expand', session);
  const items = (value: Value): readonly Value[] =>
    isList(value)
      ? value
      : isBag(value)
        ? Object.entries(value).map(([key, of]): Value => (op.pairs ? [key, of] : bagOf([[key, of]])))
        : [value];
  return {
    columns,
    each: (sink) =>
      input.each((row) => {
        const lists = bounds.map((of) => items(of.eval(row)));
        const size = Math.min(limit, Math.max(1, ...lists.map((list) => list.length)));
        for (let i = 0; i < size; i += 1) {
          session.budget.spend(bounds.length + 1);
          const values = lists.map((list, j) => convert(list[i] ?? null, 'dynamic', made[j]?.type ?? 'dynamic'));
          if (!sink(valueRow(op.index === null ? values : [...values, i], row))) return false;
        }
        return true;
      }),
  };
}

function chosen(
  input: Relation,
  op: Extract<Operator, { op: 'project-away' | 'project-keep' | 'project-rename' | 'project-reorder' }>,
  session: Session,
): Relation {
  const scope = scopeOf(session, op.op, input.columns);
  const test = (pattern: string): ((name: string) => boolean) => {
    if (!pattern.includes('*') && !scope.columns.has(pattern))
      throw refused(scope, `Failed to resolve column or scalar expression named '${pattern}'`);
    const parts = pattern.split('*');
    return (name) =>
      parts.length === 1
        ? name === pattern
        : name.length >= pattern.length - parts.length + 1 &&
          name.startsWith(parts[0] ?? '') &&
          name.endsWith(parts.at(-1) ?? '') &&
          parts.slice(1, -1).every((part) => name.includes(part));
  };
  if (op.op === 'project-rename') {
    const names = new Map(
      op.pairs.map(({ to, from }) => {
        test(from);
        return [from, to];
      }),
    );
    return {
      each: input.each,
      columns: input.columns.map((column) => ({ ...column, name: names.get(column.name) ?? column.name })),
    };
  }
  if (op.op === 'project-reorder') {
    const first = new Set<Column>();
    for (const { pattern, order } of op.keys) {
      const found = input.columns.filter((column) => test(pattern)(column.name));
      if (order !== null) found.sort((a, b) => compareValues(a.name, b.name) * (order === 'asc' ? 1 : -1));
      for (const column of found) first.add(column);
    }
    return { each: input.each, columns: [...first, ...input.columns.filter((column) => !first.has(column))] };
  }
  const tests = op.patterns.map(test);
  return {
    each: input.each,
    columns: input.columns.filter((column) => tests.some((one) => one(column.name)) === (op.op === 'project-keep')),
  };
}

/** Binds one operator over its input. Throws `KqlError`. */
export function applyOperator(input: Relation, op: Operator, session: Session, sourceName: string): Relation {
  switch (op.op) {
    case 'where':
      return where(input, op.expr, session);
    case 'extend':
    case 'project':
      return project(input, op, session);
    case 'project-away':
    case 'project-keep':
    case 'project-rename':
    case 'project-reorder':
      return chosen(input, op, session);
    case 'summarize':
      return summarize(input, op.aggregates, op.by, session);
    case 'distinct':
      return distinct(input, op.items, session);
    case 'top':
      return sorted(input, op.keys, amount(op.count, 'top', session), 'top', session);
    case 'sort':
      return sorted(input, op.keys, Number.POSITIVE_INFINITY, 'order', session);
    case 'take':
      return take(input, amount(op.count, 'take', session));
    case 'count':
      return summarize(
        input,
        [{ name: 'Count', expr: { kind: 'call', name: 'count', args: [], depth: 1 } }],
        [],
        session,
      );
    case 'mv-expand':
      return expand(input, op, session);
    case 'join':
    case 'lookup':
      return join(input, op, session);
    case 'union':
      return union(
        [
          { name: sourceName, relation: input },
          ...op.sources.map((query) => ({
            name: query.source.from === 'name' ? query.source.name : '',
            relation: session.relationOf(query),
          })),
        ],
        op.withSource,
        op.inner,
        session.budget,
      );
    case 'ignored':
      return input;
  }
}
