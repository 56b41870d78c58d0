import type { Budget } from './budget.ts';
import type { KqlType, Value } from './values.ts';

/**
 * One row on its way. A scanned row is its source record; `extend` puts new values before the row it came from (`base`), so that
 * fifty columns are not copied to add one; a join has the other side's row in `other`. Only a column's `get` knows where its value is.
 */
export interface Row {
  readonly base: Row | null;
  readonly other: Row | null;
  readonly values: readonly Value[];
  readonly source: Readonly<Record<string, unknown>> | null;
}

const NONE: readonly Value[] = [];

/** The row of an expression that reads none. */
export const NO_ROW: Row = { base: null, other: null, values: NONE, source: null };

/** A row that holds a source record; `values` are cells that were read from it already. */
export function sourceRow(source: Readonly<Record<string, unknown>>, values: readonly Value[] = NONE): Row {
  return { base: null, other: null, values, source };
}

/** A row of these values, optionally before the row that it extends. */
export function valueRow(values: readonly Value[], base: Row | null = null): Row {
  return { base, other: null, values, source: null };
}

/** A row of a join; a side without a match is null. */
export function pairRow(base: Row | null, other: Row | null): Row {
  return { base, other, values: NONE, source: null };
}

/** A column of a relation. */
export interface Column {
  readonly name: string;
  readonly type: KqlType;
  readonly get: (row: Row) => Value;
}

/** Takes a row; answers whether it wants more. */
export type Sink = (row: Row) => boolean;

/** Rows that can be read any number of times. */
export interface Relation {
  readonly columns: readonly Column[];
  readonly each: (sink: Sink) => void;
  /** Only where every row is one of a stored table: the same rows, cut to a smaller window of their `Timestamp` (both ends in ms, inclusive). */
  readonly narrow?: (fromMs: number, toMs: number) => Relation;
}

/** A column that reads a place in `values`. */
export function valueColumn(name: string, type: KqlType, at: number): Column {
  return { name, type, get: (row) => row.values[at] ?? null };
}

/** The same column, seen through a row that has the column's row as `base`. `missing` is the value where there is no such row. */
export function throughBase(column: Column, missing: Value): Column {
  const { get } = column;
  return { name: column.name, type: column.type, get: (row) => (row.base === null ? missing : get(row.base)) };
}

/** The same column, seen through a row that has the column's row as `other`. */
export function throughOther(column: Column, missing: Value): Column {
  const { get } = column;
  return { name: column.name, type: column.type, get: (row) => (row.other === null ? missing : get(row.other)) };
}

/** Steps for a row that is held in memory: the budget bounds memory as well as time. */
export const HELD = 50;

/** All rows of a relation, `HELD` steps each. */
export function collect(relation: Relation, budget: Budget): Row[] {
  const rows: Row[] = [];
  relation.each((row) => {
    budget.spend(HELD);
    rows.push(row);
    return true;
  });
  return rows;
}

/** A relation over rows in memory. */
export function fromRows(columns: readonly Column[], rows: () => readonly Row[]): Relation {
  return {
    columns,
    each(sink) {
      for (const row of rows()) if (!sink(row)) return;
    },
  };
}

/** Gives out column names, adding 1, 2 … to one that is taken, as Kusto does. */
export function namer(taken: Iterable<string> = []): (wanted: string) => string {
  const used = new Set(taken);
  const following = new Map<string, number>();
  return (wanted) => {
    let name = wanted;
    for (let n = following.get(wanted) ?? 1; used.has(name); n += 1) {
      name = `${wanted}${n}`;
      following.set(wanted, n + 1);
    }
    used.add(name);
    return name;
  };
}
