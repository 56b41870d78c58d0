import { bind } from './bind.ts';
import { type Bound, refused, type Session, scopeOf } from './bound.ts';
import type { Budget } from './budget.ts';
import {
  type Column,
  collect,
  namer,
  pairRow,
  type Relation,
  type Row,
  throughBase,
  throughOther,
  valueColumn,
  valueRow,
} from './relation.ts';
import type { Operator } from './syntax.ts';
import { keyOf, nullOf } from './values.ts';

/** Binds `join` and `lookup`. The right side is held in memory; rows come in the order of the left side, unmatched right ones last. */
export function join(left: Relation, op: Extract<Operator, { op: 'join' | 'lookup' }>, session: Session): Relation {
  const right = session.relationOf(op.right);
  const [ls, rs] = [scopeOf(session, op.op, left.columns), scopeOf(session, op.op, right.columns)];
  const on = op.on
    .flatMap((expr) => (expr.kind === 'all' ? expr.parts : [expr]))
    .map((expr): { l: Bound; r: Bound; name: string } => {
      if (expr.kind === 'name') return { l: bind(expr, ls), r: bind(expr, rs), name: expr.name };
      if (
        expr.kind !== 'binary' ||
        expr.op !== '==' ||
        expr.left.kind !== 'side' ||
        expr.right.kind !== 'side' ||
        expr.left.side === expr.right.side
      )
        throw refused(ls, 'only equality of columns is supported in the join condition');
      const [l, r] = expr.left.side === '$left' ? [expr.left, expr.right] : [expr.right, expr.left];
      return {
        l: bind({ kind: 'name', name: l.name, depth: 1 }, ls),
        r: bind({ kind: 'name', name: r.name, depth: 1 }, rs),
        name: r.name,
      };
    });
  for (const { l, r } of on)
    if (l.type === 'dynamic' || r.type === 'dynamic')
      throw refused(ls, 'join key is of a dynamic type. Please use an explicit cast');
  const nameOf = namer();
  const leftColumns = left.columns.map((column) =>
    throughBase({ ...column, name: nameOf(column.name) }, nullOf(column.type)),
  );
  const shown =
    op.op === 'lookup' ? right.columns.filter((column) => !on.some(({ name }) => name === column.name)) : right.columns;
  const { kind } = op;
  const onlyRight = kind === 'rightsemi' || kind === 'rightanti';
  const rightColumns = shown.map((column) =>
    throughOther({ ...column, name: onlyRight ? column.name : nameOf(column.name) }, nullOf(column.type)),
  );
  const columns = onlyRight
    ? rightColumns
    : kind === 'leftsemi' || kind === 'leftanti'
      ? leftColumns
      : [...leftColumns, ...rightColumns];
  return {
    columns,
    each: (sink) => {
      const index = new Map<string, Row[]>();
      const rightRows = collect(right, session.budget).map((row) => ({
        row,
        key: on.map(({ r }) => keyOf(r.eval(row))).join(''),
      }));
      for (const { row, key } of rightRows) {
        const rows = index.get(key);
        if (rows === undefined) index.set(key, [row]);
        else rows.push(row);
      }
      const seen = new Set<string>();
      let going = true;
      const emit = (l: Row | null, r: Row | null): boolean => {
        session.budget.spend(2);
        going = sink(pairRow(l, r));
        return going;
      };
      left.each((row) => {
        session.budget.spend(on.length + 1);
        const key = on.map(({ l }) => keyOf(l.eval(row))).join('');
        const matches = index.get(key) ?? [];
        if (kind === 'innerunique' && seen.has(key)) return true;
        seen.add(key);
        if (onlyRight) return true;
        if (kind === 'leftsemi' || kind === 'leftanti')
          return matches.length > 0 === (kind === 'leftsemi') ? emit(row, null) : true;
        if (matches.length === 0) return kind === 'leftouter' || kind === 'fullouter' ? emit(row, null) : true;
        for (const match of matches) if (!emit(row, match)) return false;
        return true;
      });
      for (const { row, key } of rightRows) {
        if (!going) return;
        const matched = seen.has(key);
        if (
          kind === 'rightsemi'
            ? matched
            : (kind === 'rightanti' || kind === 'rightouter' || kind === 'fullouter') && !matched
        )
          emit(null, row);
      }
    },
  };
}

/** Steps for one part of a union, so that unions of unions of unions are refused even when they hold no rows. */
const PART = 1000;

/** Rows of several relations one after the other. Columns of one name and type are one; a missing one is null. */
export function union(
  parts: readonly { readonly name: string; readonly relation: Relation }[],
  withSource: string | null,
  inner: boolean,
  budget: Budget,
): Relation {
  const columns = new Map<string, Column>();
  for (const { relation } of parts)
    for (const column of relation.columns) {
      const known = columns.get(column.name);
      const name = known !== undefined && known.type !== column.type ? `${column.name}_${column.type}` : column.name;
      if (!inner || parts.every((part) => part.relation.columns.some((one) => one.name === name)))
        columns.set(name, { ...column, name });
    }
  const list = [...columns.values()];
  const shift = withSource === null ? 0 : 1;
  const nameOf = namer(withSource === null ? [] : [withSource]);
  const out = list.map((column, i) => valueColumn(nameOf(column.name), column.type, i + shift));
  if (withSource !== null) out.unshift(valueColumn(withSource, 'string', 0));
  const narrowable = withSource !== 'Timestamp' && parts.every(({ relation }) => relation.narrow !== undefined);
  const narrow = (fromMs: number, toMs: number): Relation => {
    budget.spend(parts.length * PART);
    const cut = parts.map(({ name, relation }) => ({ name, relation: relation.narrow?.(fromMs, toMs) ?? relation }));
    return { ...union(cut, withSource, inner, budget), columns: out };
  };
  return {
    columns: out,
    ...(narrowable ? { narrow } : {}),
    each: (sink) => {
      let going = true;
      for (const { name, relation } of parts) {
        budget.spend(PART);
        const gets = list.map((column) =>
          relation.columns.find(
            (one) =>
              (one.name === column.name || `${one.name}_${one.type}` === column.name) && one.type === column.type,
          ),
        );
        if (going)
          relation.each((row) => {
            const values = gets.map((of, i) => of?.get(row) ?? nullOf(list[i]?.type ?? 'dynamic'));
            going = sink(valueRow(withSource === null ? values : [name, ...values]));
            return going;
          });
      }
    },
  };
}
