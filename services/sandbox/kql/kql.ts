import { bind, impliedName } from './bind.ts';
import { type Definition, type Session, scopeOf } from './bound.ts';
import { type Budget, EXCEEDED, KqlError, makeBudget } from './budget.ts';
import { applyOperator } from './operators.ts';
import { union } from './operators-combine.ts';
import { parseKql } from './parse-query.ts';
import {
  type Column,
  collect,
  fromRows,
  HELD,
  NO_ROW,
  type Relation,
  type Row,
  sourceRow,
  valueColumn,
  valueRow,
} from './relation.ts';
import type { Query, Source } from './syntax.ts';
import { windowOf } from './timespan.ts';
import { convert, fromSource, isoShort, type KqlType, timespanText, type Value } from './values.ts';

/** A hunting table. `rows` gives the records whose `Timestamp` lies in [fromMs, toMs); more is allowed, they are cut again. */
export interface Table {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: 'string' | 'datetime' | 'int' | 'long' | 'bool' | 'dynamic' | 'real';
  }[];
  rows(fromMs: number, toMs: number): Iterable<Readonly<Record<string, unknown>>>;
}

/** What `runHuntingQuery` answers: rows by column name, or the words of a 400. */
export type KqlAnswer =
  | {
      readonly ok: true;
      readonly schema: { name: string; type: string }[];
      readonly results: Record<string, unknown>[];
    }
  | { readonly ok: false; readonly code: 'BadRequest'; readonly message: string };

/** Most rows of an answer (Graph `security-api-overview`). */
const MOST_ROWS = 100_000;
const STEPS = 150_000_000;
const LONGEST_QUERY = 1_048_576;
/** Most columns of a table (Kusto's limit is 10,000). */
const MOST_COLUMNS = 10_000;
/** Steps for one cell of the answer. */
const CELL = 5;
/** Most characters of text in an answer: Kusto cuts results at 64 MB. */
const LARGEST_ANSWER = 67_108_864;
const TYPE_NAMES: Readonly<Record<KqlType, string>> = {
  string: 'String',
  datetime: 'DateTime',
  timespan: 'TimeSpan',
  int: 'Int32',
  long: 'Int64',
  real: 'Double',
  bool: 'SByte',
  dynamic: 'Object',
};

/** The rows of a table in a window. `Timestamp` is read once for each row, since nearly every query asks for it several times. */
function scan(table: Table, fromMs: number, toMs: number): Relation {
  const stamped = table.columns.some(({ name, type }) => name === 'Timestamp' && type === 'datetime');
  const columns = table.columns.map(
    ({ name, type }): Column =>
      stamped && name === 'Timestamp'
        ? valueColumn(name, type, 0)
        : { name, type, get: (row) => fromSource(row.source?.[name], type) },
  );
  const cut = (from: number, to: number): Relation => ({
    columns,
    each: (sink) => {
      if (from > to) return;
      for (const record of table.rows(from, to + 1)) {
        const at = stamped ? fromSource(record['Timestamp'], 'datetime') : null;
        if (typeof at === 'number' && (at < from || at > to)) continue;
        if (!sink(sourceRow(record, stamped ? [at] : undefined))) return;
      }
    },
    ...(stamped ? { narrow: (a: number, b: number) => cut(Math.max(a, from), Math.min(b, to)) } : {}),
  });
  return cut(fromMs, toMs);
}

function sourceOf(source: Source, session: Session): Relation {
  switch (source.from) {
    case 'query':
      return session.relationOf(source.query);
    case 'union':
      return union(
        source.sources.map((query) => ({
          name: query.source.from === 'name' ? query.source.name : '',
          relation: session.relationOf(query),
        })),
        source.withSource,
        source.inner,
        session.budget,
      );
    case 'name': {
      const table = session.tableOf(source.name);
      if (table === null)
        throw new KqlError(
          `Failed to resolve table or column expression named '${source.name}'. Fix semantic errors in your query.`,
        );
      return table;
    }
    case 'print': {
      const scope = scopeOf(session, 'print', []);
      const bounds = source.items.map((item) => bind(item.expr, scope));
      return fromRows(
        source.items.map((item, i) =>
          valueColumn(item.name ?? impliedName(item.expr) ?? `print_${i}`, bounds[i]?.type ?? 'dynamic', i),
        ),
        () => [valueRow(bounds.map((of) => of.eval(NO_ROW)))],
      );
    }
    case 'range': {
      const scope = scopeOf(session, 'range', []);
      const [start, stop, step] = [bind(source.start, scope), bind(source.stop, scope), bind(source.step, scope)];
      const [from, to, by] = [start.eval(NO_ROW), stop.eval(NO_ROW), step.eval(NO_ROW)];
      if (typeof from !== 'number' || typeof to !== 'number' || typeof by !== 'number' || by === 0)
        throw new KqlError("'range' operator: expected numbers or datetimes. Fix semantic errors in your query.");
      return {
        columns: [valueColumn(source.name, start.type, 0)],
        each: (sink) => {
          for (let at = from; by > 0 ? at <= to : at >= to; at += by) {
            session.budget.spend(10);
            if (!sink(valueRow([at]))) return;
          }
        },
      };
    }
    case 'datatable': {
      const scope = scopeOf(session, 'datatable', []);
      const width = source.columns.length;
      if (source.cells.length % width !== 0)
        throw new KqlError(
          "'datatable' operator: the number of values does not fit the columns. Fix semantic errors in your query.",
        );
      const cells = source.cells.map((cell, i) => {
        const of = bind(cell, scope);
        return convert(of.eval(NO_ROW), of.type, source.columns[i % width]?.type ?? 'string');
      });
      const rows = Array.from({ length: cells.length / width }, (_, i) =>
        valueRow(cells.slice(i * width, (i + 1) * width)),
      );
      return fromRows(
        source.columns.map(({ name, type }, i) => valueColumn(name, type, i)),
        () => rows,
      );
    }
  }
}

function shown(value: Value, type: KqlType): unknown {
  if (typeof value !== 'number') return value;
  if (type === 'datetime') return isoShort(value);
  if (type === 'timespan') return timespanText(value);
  return Number.isFinite(value) ? value : null;
}

/** Refuses a relation of so many columns that they alone would fill the memory, as joins of joins can have. */
function ofBearableWidth(relation: Relation): Relation {
  if (relation.columns.length > MOST_COLUMNS) throw new KqlError(EXCEEDED);
  return relation;
}

/** The table that a `let` names. It is computed once, when it is first read, unless it is a stored table and nothing more. */
function remembered(relation: Relation, query: Query, budget: Budget): Relation {
  if (query.source.from === 'name' && query.operators.length === 0) return relation;
  let rows: readonly Row[] | null = null;
  const { narrow } = relation;
  return {
    ...fromRows(relation.columns, () => {
      rows ??= collect(relation, budget);
      return rows;
    }),
    ...(narrow === undefined ? {} : { narrow }),
  };
}

/** All rows as the answer shows them, up to the most that an answer may have. */
function answerRows(answer: Relation, budget: Budget): Record<string, unknown>[] {
  const results: Record<string, unknown>[] = [];
  let size = 0;
  answer.each((row) => {
    budget.spend(HELD + answer.columns.length * CELL);
    const entries = answer.columns.map((column): [string, unknown] => {
      const value = budget.value(column.get(row));
      if (typeof value === 'string') size += value.length;
      return [column.name, shown(value, column.type)];
    });
    if (size > LARGEST_ANSWER) throw new KqlError(EXCEEDED);
    results.push(Object.fromEntries(entries));
    return results.length < MOST_ROWS;
  });
  return results;
}

function execute(
  query: string,
  tables: ReadonlyMap<string, Table>,
  nowMs: number,
  timespan: string | undefined,
): KqlAnswer {
  if (query.length > LONGEST_QUERY) throw new KqlError(EXCEEDED);
  const { fromMs, toMs } = windowOf(timespan, nowMs);
  const script = parseKql(query, tables.keys());
  const budget = makeBudget(STEPS);
  const lets = new Map<string, Definition>();
  const session: Session = {
    nowMs,
    budget,
    lets,
    tableOf: (name) => {
      const known = lets.get(name);
      if (known !== undefined) return 'tabular' in known ? known.tabular : null;
      const table = tables.get(name);
      return table === undefined ? null : scan(table, fromMs, toMs);
    },
    relationOf: (part: Query) =>
      part.operators.reduce(
        (input, op) =>
          ofBearableWidth(applyOperator(input, op, session, part.source.from === 'name' ? part.source.name : '')),
        ofBearableWidth(sourceOf(part.source, session)),
      ),
  };
  for (const one of script.lets) {
    if ('scalar' in one) lets.set(one.name, { scalar: bind(one.scalar, scopeOf(session, 'let', [])) });
    else {
      lets.set(one.name, { tabular: remembered(session.relationOf(one.tabular), one.tabular, budget) });
    }
  }
  const answer = session.relationOf(script.query);
  const schema = answer.columns.map(({ name, type }) => ({ name, type: TYPE_NAMES[type] }));
  return { ok: true, schema, results: answerRows(answer, budget) };
}

/**
 * Runs a Kusto text over the tables at a moment of the tenant's clock. `timespan` is the ISO 8601 text of the request; never more than
 * 30 days back. What the service would refuse, or what takes too many steps, is a `BadRequest`. Distinct counts are exact here.
 */
export function runKql(query: string, tables: ReadonlyMap<string, Table>, nowMs: number, timespan?: string): KqlAnswer {
  try {
    return execute(query, tables, nowMs, timespan);
  } catch (error) {
    if (error instanceof KqlError) return { ok: false, code: 'BadRequest', message: error.message };
    if (error instanceof RangeError && error.message.includes('call stack'))
      return { ok: false, code: 'BadRequest', message: EXCEEDED };
    throw error;
  }
}
