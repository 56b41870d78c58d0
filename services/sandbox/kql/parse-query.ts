import { EXCEEDED, KqlError } from './budget.ts';
import { type Cursor, makeCursor } from './cursor.ts';
import { tokenize } from './lexer.ts';
import { looksTabular, readExpression, readName, readType, readTypeof } from './parse-expression.ts';
import type { Expansion, Expr, JoinKind, Let, Named, Operator, Query, Script, SortKey, Source } from './syntax.ts';
import type { KqlType } from './values.ts';

/** How many operators one query may chain, and how many definitions and sources it may have. */
const LONGEST = 400;

const JOINS: Readonly<Record<string, JoinKind>> = {
  innerunique: 'innerunique',
  inner: 'inner',
  leftouter: 'leftouter',
  rightouter: 'rightouter',
  fullouter: 'fullouter',
  leftanti: 'leftanti',
  anti: 'leftanti',
  leftantisemi: 'leftanti',
  leftsemi: 'leftsemi',
  rightanti: 'rightanti',
  rightantisemi: 'rightanti',
  rightsemi: 'rightsemi',
};

const scalar = (cursor: Cursor): Expr => readExpression(cursor, readQuery);

function readNamed(cursor: Cursor): Named {
  if (cursor.peek().kind === 'name' && cursor.is('=', 1)) {
    const name = readName(cursor);
    cursor.expect('=');
    return { name, expr: scalar(cursor) };
  }
  return { name: null, expr: scalar(cursor) };
}

function listOf<T>(cursor: Cursor, read: (cursor: Cursor) => T): T[] {
  const items = [read(cursor)];
  while (cursor.take(',')) items.push(read(cursor));
  return items;
}

/** Reads `name=value` settings such as `kind=inner`, `hint.strategy=broadcast`; those that do not change the result are dropped. */
function readSettings(cursor: Cursor): Map<string, string> {
  const settings = new Map<string, string>();
  for (;;) {
    if (cursor.peek().kind !== 'name') return settings;
    if (cursor.is('.', 1) && cursor.is('=', 3)) {
      cursor.next();
      cursor.next();
    } else if (!cursor.is('=', 1)) return settings;
    const key = cursor.next().text;
    cursor.expect('=');
    settings.set(key, cursor.next().text);
  }
}

function checkSettings(cursor: Cursor, settings: ReadonlyMap<string, string>, known: readonly string[]): void {
  for (const key of settings.keys()) {
    if (
      !known.includes(key) &&
      !['strategy', 'shufflekey', 'num_partitions', 'remote', 'concurrency', 'spread'].includes(key)
    ) {
      throw cursor.fail();
    }
  }
}

function readSortKey(cursor: Cursor): SortKey {
  const expr = scalar(cursor);
  const ascending = cursor.take('asc') || (cursor.take('desc') && false);
  let nullsFirst = ascending;
  if (cursor.take('nulls')) {
    nullsFirst = cursor.take('first');
    if (!nullsFirst) cursor.expect('last');
  }
  return { expr, ascending, nullsFirst };
}

/** A column name in which `*` stands for any text, as `project-away` takes it. */
function readPattern(cursor: Cursor): string {
  if (cursor.peek().kind === 'mark' && cursor.is('[')) return readName(cursor);
  let pattern = '';
  let end = -1;
  for (;;) {
    const token = cursor.peek();
    if ((token.kind !== 'name' && token.text !== '*') || token.kind === 'string') break;
    if (end >= 0 && token.at !== end) break;
    pattern += token.text;
    end = token.at + token.text.length;
    cursor.next();
  }
  if (pattern === '') throw cursor.fail();
  return pattern;
}

function readSourceItem(cursor: Cursor): Query {
  if (cursor.take('(')) {
    const query = readQuery(cursor);
    cursor.expect(')');
    return query;
  }
  return { source: { from: 'name', name: readName(cursor) }, operators: [] };
}

function readUnion(cursor: Cursor): { sources: Query[]; withSource: string | null; inner: boolean } {
  const settings = readSettings(cursor);
  checkSettings(cursor, settings, ['kind', 'withsource', 'isfuzzy']);
  const kind = settings.get('kind') ?? 'outer';
  if (kind !== 'outer' && kind !== 'inner') throw cursor.fail();
  const sources = listOf(cursor, readSourceItem);
  if (sources.length > LONGEST) throw new KqlError(EXCEEDED);
  return { sources, withSource: settings.get('withsource') ?? null, inner: kind === 'inner' };
}

function readJoin(cursor: Cursor, op: 'join' | 'lookup'): Operator {
  const settings = readSettings(cursor);
  checkSettings(cursor, settings, ['kind']);
  const word = settings.get('kind') ?? (op === 'join' ? 'innerunique' : 'leftouter');
  const kind = Object.hasOwn(JOINS, word) ? JOINS[word] : undefined;
  if (kind === undefined || (op === 'lookup' && kind !== 'inner' && kind !== 'leftouter')) {
    throw new KqlError(`'${op}' operator: the join kind '${word}' is not supported.`);
  }
  const right = readSourceItem(cursor);
  cursor.expect('on');
  return { op, kind, right, on: listOf(cursor, scalar) };
}

function readExpansion(cursor: Cursor): Expansion {
  const named = readNamed(cursor);
  if (!cursor.take('to')) return { ...named, to: null };
  return { ...named, to: readTypeof(cursor) };
}

function readExpand(cursor: Cursor): Operator {
  let pairs = false;
  let index: string | null = null;
  for (;;) {
    const word = cursor.peek().text;
    if ((word !== 'kind' && word !== 'bagexpansion' && word !== 'with_itemindex') || !cursor.is('=', 1)) break;
    cursor.next();
    cursor.next();
    const value = readName(cursor);
    if (word === 'with_itemindex') index = value;
    else if (value === 'array' || value === 'bag') pairs = value === 'array';
    else throw cursor.fail();
  }
  const items = listOf(cursor, readExpansion);
  return { op: 'mv-expand', items, pairs, index, limit: cursor.take('limit') ? scalar(cursor) : null };
}

function readSummarize(cursor: Cursor): Operator {
  checkSettings(cursor, cursor.is('.', 1) ? readSettings(cursor) : new Map(), []);
  const aggregates = cursor.is('by') ? [] : listOf(cursor, readNamed);
  const by = cursor.take('by') ? listOf(cursor, readNamed) : [];
  return { op: 'summarize', aggregates, by };
}

function readReorder(cursor: Cursor): { pattern: string; order: 'asc' | 'desc' | null } {
  const pattern = readPattern(cursor);
  return { pattern, order: cursor.take('asc') ? 'asc' : cursor.take('desc') ? 'desc' : null };
}

function readRename(cursor: Cursor): { to: string; from: string } {
  const to = readName(cursor);
  cursor.expect('=');
  return { to, from: readName(cursor) };
}

function readOperator(cursor: Cursor): Operator {
  const token = cursor.next();
  if (token.kind !== 'name') throw cursor.fail(token);
  let word = token.text;
  let end = token.at + word.length;
  while (
    cursor.is('-') &&
    cursor.peek().at === end &&
    cursor.peek(1).at === end + 1 &&
    cursor.peek(1).kind === 'name'
  ) {
    cursor.next();
    const part = cursor.next();
    word += `-${part.text}`;
    end = part.at + part.text.length;
  }
  switch (word) {
    case 'where':
    case 'filter':
      return { op: 'where', expr: scalar(cursor) };
    case 'extend':
      return { op: 'extend', items: listOf(cursor, readNamed) };
    case 'project':
      return { op: 'project', items: listOf(cursor, readNamed) };
    case 'project-away':
    case 'project-keep':
      return { op: word, patterns: listOf(cursor, readPattern) };
    case 'project-reorder':
      return { op: word, keys: listOf(cursor, readReorder) };
    case 'project-rename':
      return { op: word, pairs: listOf(cursor, readRename) };
    case 'summarize':
      return readSummarize(cursor);
    case 'distinct':
      if (cursor.take('*')) return { op: 'distinct', items: [] };
      return { op: 'distinct', items: listOf(cursor, readNamed) };
    case 'top': {
      const count = scalar(cursor);
      cursor.expect('by');
      return { op: 'top', count, keys: listOf(cursor, readSortKey) };
    }
    case 'order':
    case 'sort':
      cursor.expect('by');
      return { op: 'sort', keys: listOf(cursor, readSortKey) };
    case 'take':
    case 'limit':
      return { op: 'take', count: scalar(cursor) };
    case 'count':
      return { op: 'count' };
    case 'mv-expand':
    case 'mvexpand':
      return readExpand(cursor);
    case 'join':
    case 'lookup':
      return readJoin(cursor, word);
    case 'union':
      return { op: 'union', ...readUnion(cursor) };
    case 'render': {
      readName(cursor);
      if (cursor.take('with')) {
        cursor.expect('(');
        while (!cursor.is(')') && cursor.peek().kind !== 'end') cursor.next();
        cursor.expect(')');
      }
      return { op: 'ignored' };
    }
    case 'serialize':
      return { op: 'ignored' };
    default:
      throw new KqlError(
        `The name '${word}' does not refer to any known query operator. Fix semantic errors in your query.`,
      );
  }
}

function readDataTable(cursor: Cursor): Source {
  cursor.expect('(');
  const columns = listOf(cursor, (): { name: string; type: KqlType } => {
    const name = readName(cursor);
    cursor.expect(':');
    return { name, type: readType(cursor) };
  });
  cursor.expect(')');
  cursor.expect('[');
  const cells: Expr[] = [];
  while (!cursor.is(']')) {
    cells.push(scalar(cursor));
    if (!cursor.take(',')) break;
  }
  cursor.expect(']');
  return { from: 'datatable', columns, cells };
}

function readSource(cursor: Cursor): Source {
  if (cursor.take('(')) {
    const query = readQuery(cursor);
    cursor.expect(')');
    return { from: 'query', query };
  }
  const token = cursor.peek();
  if (token.kind === 'name' && !cursor.is('|', 1) && cursor.peek(1).kind !== 'end') {
    if (cursor.take('union')) return { from: 'union', ...readUnion(cursor) };
    if (cursor.take('print')) return { from: 'print', items: listOf(cursor, readNamed) };
    if (cursor.take('datatable')) return readDataTable(cursor);
    if (token.text === 'materialize' && cursor.is('(', 1)) {
      cursor.next();
      return readSource(cursor);
    }
    if (cursor.take('range')) {
      const name = readName(cursor);
      cursor.expect('from');
      const start = scalar(cursor);
      cursor.expect('to');
      const stop = scalar(cursor);
      cursor.expect('step');
      return { from: 'range', name, start, stop, step: scalar(cursor) };
    }
  }
  return { from: 'name', name: readName(cursor) };
}

function readQuery(cursor: Cursor): Query {
  return cursor.deeper(() => {
    const source = readSource(cursor);
    const operators: Operator[] = [];
    while (cursor.take('|')) {
      operators.push(readOperator(cursor));
      if (operators.length > LONGEST) throw new KqlError(EXCEEDED);
    }
    return { source, operators };
  });
}

/** Reads a whole Kusto text: `let` statements and one query. `tables` are the names that a bare word may mean. Throws `KqlError`. */
export function parseKql(query: string, tables: Iterable<string>): Script {
  const cursor = makeCursor(query, tokenize(query), tables);
  const lets: Let[] = [];
  let main: Query | null = null;
  while (cursor.peek().kind !== 'end') {
    if (cursor.take(';')) continue;
    if (main !== null) throw cursor.fail();
    if (cursor.is('let') && cursor.peek(1).kind === 'name' && cursor.is('=', 2)) {
      cursor.next();
      const name = readName(cursor);
      cursor.next();
      if (looksTabular(cursor)) {
        lets.push({ name, tabular: readQuery(cursor) });
        cursor.tabularNames.add(name);
      } else lets.push({ name, scalar: scalar(cursor) });
      if (lets.length > LONGEST) throw new KqlError(EXCEEDED);
    } else main = readQuery(cursor);
    if (cursor.peek().kind !== 'end') cursor.expect(';');
  }
  if (main === null) throw new KqlError('No tabular expression statement found. Fix syntax errors in your query.');
  return { lets, query: main };
}
