import { EXCEEDED, KqlError } from './budget.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './lexer.ts';
import type { Expr, Query } from './syntax.ts';
import { bagOf, convert, type KqlType, parseDateTime, parseNumber, parseTimespan, type Value } from './values.ts';

/** How tall an expression may be: a chain of additions counts one for each. */
const TALLEST = 400;

/** Reads a tabular query up to what cannot belong to it; given by the reader of queries. */
export type ReadQuery = (cursor: Cursor) => Query;

const TYPES: Readonly<Record<string, KqlType>> = {
  string: 'string',
  datetime: 'datetime',
  date: 'datetime',
  timespan: 'timespan',
  time: 'timespan',
  int: 'int',
  long: 'long',
  real: 'real',
  double: 'real',
  decimal: 'real',
  bool: 'bool',
  boolean: 'bool',
  dynamic: 'dynamic',
  guid: 'string',
};

const COMPARISONS = new Set(['==', '!=', '<>', '<', '>', '<=', '>=', '=~', '!~']);
const WORDS = new Set(
  ['has', 'contains', 'startswith', 'endswith', 'hasprefix', 'hassuffix'].flatMap((word) => [
    word,
    `!${word}`,
    `${word}_cs`,
    `!${word}_cs`,
  ]),
);
const LISTS = new Set(['in', '!in', 'in~', '!in~', 'has_any', 'has_all']);

function overAll(parts: readonly Expr[]): number {
  let tallest = 0;
  for (const part of parts) if (part.depth > tallest) tallest = part.depth;
  if (tallest >= TALLEST) throw new KqlError(EXCEEDED);
  return tallest + 1;
}

function over(...parts: readonly Expr[]): number {
  return overAll(parts);
}

/** Reads a type name such as `string` or `long`. */
export function readType(cursor: Cursor): KqlType {
  const token = cursor.next();
  const type = token.kind === 'name' && Object.hasOwn(TYPES, token.text) ? TYPES[token.text] : undefined;
  if (type === undefined) throw cursor.fail(token);
  return type;
}

/** Reads `typeof(type)`. */
export function readTypeof(cursor: Cursor): KqlType {
  cursor.expect('typeof');
  cursor.expect('(');
  const type = readType(cursor);
  cursor.expect(')');
  return type;
}

/** Reads a name: a bare word, or `['any text']`. */
export function readName(cursor: Cursor): string {
  const token = cursor.next();
  if (token.kind === 'name' && !token.text.startsWith('!') && token.text !== 'in~') return token.text;
  if (token.kind === 'mark' && token.text === '[' && cursor.peek().kind === 'string') {
    const name = cursor.next().text;
    cursor.expect(']');
    return name;
  }
  throw cursor.fail(token);
}

function literal(type: KqlType, value: Value): Expr {
  return { kind: 'literal', type, value, depth: 1 };
}

/** The value of a literal such as `datetime(2026-01-01)`, `time(1.00:00:00)`, `int(null)`. */
function readLiteral(cursor: Cursor, token: Token): Expr {
  const type = TYPES[token.text] ?? 'string';
  const quotes = /^(["'])(.*)\1$/s.exec(token.raw);
  const raw = quotes?.[2] ?? token.raw;
  if (token.text === 'guid') {
    if (raw === 'null') return literal('string', '');
    if (!/^[0-9a-f-]{32,36}$/i.test(raw)) throw cursor.fail(token);
    return literal('string', raw.toLowerCase());
  }
  if (raw === 'null') return literal(type, null);
  const value =
    type === 'datetime' ? parseDateTime(raw) : type === 'timespan' ? parseTimespan(raw) : convert(raw, 'string', type);
  if (value === null) throw cursor.fail(token);
  return literal(type, value);
}

/** Reads the inside of `dynamic(…)`: JSON, with either kind of quote. */
function readDynamic(cursor: Cursor): Value {
  return cursor.deeper(() => {
    const token = cursor.next();
    if (token.kind === 'string') return token.text;
    if (token.kind === 'number') return parseNumber(token.text);
    if (token.kind === 'timespan') return token.text;
    if (token.kind === 'literal') {
      const inner = readLiteral(cursor, token);
      return inner.kind === 'literal' ? convert(inner.value, inner.type, 'dynamic') : null;
    }
    if (token.kind === 'name') {
      if (token.text === 'null') return null;
      if (token.text === 'true' || token.text === 'false') return token.text === 'true';
      throw cursor.fail(token);
    }
    if (token.text === '-' && cursor.peek().kind === 'number') return -(parseNumber(cursor.next().text) ?? 0);
    if (token.text === '[') {
      const items: Value[] = [];
      if (!cursor.take(']')) {
        do items.push(readDynamic(cursor));
        while (cursor.take(','));
        cursor.expect(']');
      }
      return items;
    }
    if (token.text !== '{') throw cursor.fail(token);
    const entries: [string, Value][] = [];
    if (!cursor.take('}')) {
      do {
        const key = cursor.next();
        if (key.kind !== 'string') throw cursor.fail(key);
        cursor.expect(':');
        entries.push([key.text, readDynamic(cursor)]);
      } while (cursor.take(','));
      cursor.expect('}');
    }
    return bagOf(entries);
  });
}

function startsQuery(cursor: Cursor, ahead: number): boolean {
  let at = ahead;
  while (cursor.is('(', at) && at < ahead + 20) at += 1;
  const first = cursor.peek(at);
  if (first.kind !== 'name') return false;
  if (cursor.is('|', at + 1)) return true;
  if (first.text === 'datatable' || first.text === 'range')
    return cursor.is('(', at + 1) || cursor.peek(at + 1).kind === 'name';
  return (
    cursor.tabularNames.has(first.text) &&
    (cursor.is(')', at + 1) || cursor.is(';', at + 1) || cursor.peek(at + 1).kind === 'end')
  );
}

/** Whether a tabular query, rather than a scalar, begins at this many tokens ahead. */
export function looksTabular(cursor: Cursor): boolean {
  const first = cursor.peek();
  if (first.kind !== 'name' && first.text !== '(') return false;
  if ((first.text === 'union' || first.text === 'print') && first.kind === 'name' && !cursor.is(';', 1)) return true;
  if (first.text === 'materialize' && first.kind === 'name') return true;
  return startsQuery(cursor, 0);
}

function readArguments(cursor: Cursor, readQuery: ReadQuery): Expr[] {
  const args: Expr[] = [];
  if (cursor.take(')')) return args;
  do {
    if (cursor.take('*')) args.push({ kind: 'star', depth: 1 });
    else if (cursor.is('typeof') && cursor.is('(', 1))
      args.push({ kind: 'typeof', type: readTypeof(cursor), depth: 1 });
    else args.push(readExpression(cursor, readQuery));
  } while (cursor.take(','));
  cursor.expect(')');
  return args;
}

function readPrimary(cursor: Cursor, readQuery: ReadQuery): Expr {
  const token = cursor.next();
  switch (token.kind) {
    case 'string': {
      let text = token.text;
      while (cursor.peek().kind === 'string') text += cursor.next().text;
      return literal('string', text);
    }
    case 'number': {
      const value = parseNumber(token.text);
      if (value === null) throw cursor.fail(token);
      return literal(/^\d+$|^0x/i.test(token.text) ? 'long' : 'real', value);
    }
    case 'timespan':
      return literal('timespan', token.amount);
    case 'literal':
      return readLiteral(cursor, token);
    case 'end':
      throw cursor.fail(token);
    case 'mark': {
      if (token.text === '(') {
        const inner = readExpression(cursor, readQuery);
        cursor.expect(')');
        return inner;
      }
      if (token.text === '[' && cursor.peek().kind === 'string') {
        const name = cursor.next().text;
        cursor.expect(']');
        return { kind: 'name', name, depth: 1 };
      }
      throw cursor.fail(token);
    }
    case 'name':
      break;
  }
  const name = token.text;
  if (name.startsWith('!') || LISTS.has(name)) throw cursor.fail(token);
  if (name === '$left' || name === '$right') {
    cursor.expect('.');
    return { kind: 'side', side: name, name: readName(cursor), depth: 1 };
  }
  if (cursor.is('(')) {
    cursor.next();
    if (name === 'dynamic') {
      const value = readDynamic(cursor);
      cursor.expect(')');
      return literal('dynamic', value);
    }
    if (name === 'toscalar') {
      const query = readQuery(cursor);
      cursor.expect(')');
      return { kind: 'toscalar', query, depth: 1 };
    }
    const args = readArguments(cursor, readQuery);
    return { kind: 'call', name, args, depth: overAll(args) };
  }
  if (name === 'true' || name === 'false') return literal('bool', name === 'true');
  return { kind: 'name', name, depth: 1 };
}

function readPostfix(cursor: Cursor, readQuery: ReadQuery): Expr {
  let expr = readPrimary(cursor, readQuery);
  for (;;) {
    if (cursor.take('.')) {
      expr = { kind: 'member', of: expr, name: readName(cursor), depth: over(expr) };
    } else if (cursor.is('[')) {
      cursor.next();
      const index = readExpression(cursor, readQuery);
      cursor.expect(']');
      expr = { kind: 'element', of: expr, index, depth: over(expr, index) };
    } else return expr;
  }
}

function readUnary(cursor: Cursor, readQuery: ReadQuery): Expr {
  if (cursor.take('+')) return cursor.deeper(() => readUnary(cursor, readQuery));
  if (!cursor.take('-')) return readPostfix(cursor, readQuery);
  const of = cursor.deeper(() => readUnary(cursor, readQuery));
  if (of.kind === 'literal' && typeof of.value === 'number' && of.type !== 'datetime')
    return literal(of.type, -of.value);
  return { kind: 'minus', of, depth: over(of) };
}

function readChain(cursor: Cursor, marks: readonly string[], read: () => Expr): Expr {
  let left = read();
  for (;;) {
    const op = marks.find((mark) => cursor.is(mark));
    if (op === undefined || cursor.peek().kind !== 'mark') return left;
    cursor.next();
    const right = read();
    left = { kind: 'binary', op, left, right, depth: over(left, right) };
  }
}

function readComparison(cursor: Cursor, readQuery: ReadQuery): Expr {
  const product = (): Expr => readChain(cursor, ['*', '/', '%'], () => readUnary(cursor, readQuery));
  const sum = (): Expr => readChain(cursor, ['+', '-'], product);
  let left = sum();
  for (;;) {
    const token = cursor.peek();
    if (token.kind !== 'mark' && token.kind !== 'name') return left;
    const op = token.text;
    if ((token.kind === 'mark' && COMPARISONS.has(op)) || (token.kind === 'name' && WORDS.has(op))) {
      cursor.next();
      const right = sum();
      left = { kind: 'binary', op: op === '<>' ? '!=' : op, left, right, depth: over(left, right) };
    } else if (token.kind !== 'name') {
      return left;
    } else if (op === 'matches') {
      cursor.next();
      cursor.expect('regex');
      const right = sum();
      left = { kind: 'binary', op: 'matches regex', left, right, depth: over(left, right) };
    } else if (LISTS.has(op)) {
      cursor.next();
      cursor.expect('(');
      if (looksTabular(cursor)) {
        const query = readQuery(cursor);
        cursor.expect(')');
        left = { kind: 'within', op, left, query, depth: over(left) };
      } else {
        const items = readArguments(cursor, readQuery);
        left = { kind: 'list', op, left, items, depth: over(left) };
      }
    } else if (op === 'between' || op === '!between') {
      cursor.next();
      cursor.expect('(');
      const low = sum();
      cursor.expect('..');
      const high = sum();
      cursor.expect(')');
      left = { kind: 'between', not: op === '!between', left, low, high, depth: over(left, low, high) };
    } else return left;
  }
}

function readAll(cursor: Cursor, readQuery: ReadQuery): Expr {
  const parts = [readComparison(cursor, readQuery)];
  while (cursor.take('and')) parts.push(readComparison(cursor, readQuery));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'all', parts, depth: overAll(parts) };
}

/** Reads one scalar expression. */
export function readExpression(cursor: Cursor, readQuery: ReadQuery): Expr {
  return cursor.deeper(() => {
    const parts = [readAll(cursor, readQuery)];
    while (cursor.take('or')) parts.push(readAll(cursor, readQuery));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'any', parts, depth: overAll(parts) };
  });
}
