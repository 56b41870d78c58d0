import { KqlError } from './budget.ts';
import { unitOf } from './values.ts';

/**
 * One token. `literal` is the raw inside of `datetime(…)`, `time(…)`, `int(…)` and the like, its `text` the word before the parenthesis.
 * `number` keeps its text; `timespan` has its milliseconds in `amount`.
 */
export interface Token {
  readonly kind: 'name' | 'number' | 'timespan' | 'string' | 'literal' | 'mark' | 'end';
  readonly text: string;
  readonly raw: string;
  readonly amount: number;
  readonly at: number;
}

/** Words whose parentheses hold a literal rather than an expression. */
const LITERAL_WORDS = new Set([
  'datetime',
  'date',
  'time',
  'timespan',
  'int',
  'long',
  'real',
  'double',
  'bool',
  'boolean',
  'guid',
]);
const MARKS = ['==', '=~', '!=', '!~', '<=', '>=', '<>', '..', '=>'];
const SINGLE = '|()[]{},;=<>+-*/%.:$';
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};
const NAME_START = /[A-Za-z_$]/;
const NAME = /[A-Za-z0-9_$]+/y;
const NUMBER = /0[xX][0-9a-fA-F]+|\d+(?:\.(?!\.)\d*)?(?:[eE][+-]?\d+)?/y;
const SPACE = /(?:\s|\/\/[^\n]*)+/y;

/** The refusal for a text that is not Kusto, with the place where reading stopped (lines and positions count from 1). */
export function syntaxError(query: string, at: number, token: string): KqlError {
  const before = query.slice(0, at);
  const line = before.split('\n').length;
  const position = at - (before.lastIndexOf('\n') + 1) + 1;
  const shown = token.length > 40 ? token.slice(0, 40) : token;
  return new KqlError(
    `A recognition error occurred. Token: '${shown}' Line: ${line}, Position: ${position}. Fix syntax errors in your query.`,
  );
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** Reads a quoted text from its opening quote; gives the value and the place after the closing quote. */
function quoted(query: string, start: number, verbatim: boolean): { value: string; next: number } {
  const quote = query.charAt(start);
  let value = '';
  let from = start + 1;
  for (let at = from; at < query.length; at += 1) {
    const char = query.charAt(at);
    if (char === quote) {
      value += query.slice(from, at);
      if (!verbatim || query.charAt(at + 1) !== quote) return { value, next: at + 1 };
      value += quote;
      at += 1;
      from = at + 1;
    } else if (!verbatim && (char === '\n' || char === '\r')) {
      break;
    } else if (!verbatim && char === '\\') {
      value += query.slice(from, at);
      at += 1;
      const escaped = query.charAt(at);
      const hex = escaped === 'u' ? 4 : escaped === 'x' ? 2 : escaped === 'U' ? 8 : 0;
      if (hex > 0) {
        const digits = query.slice(at + 1, at + 1 + hex);
        const code = Number.parseInt(digits, 16);
        if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length !== hex || code > 0x10ffff)
          throw syntaxError(query, at, `\\${escaped}`);
        value += String.fromCodePoint(code);
        at += hex;
      } else if (Object.hasOwn(ESCAPES, escaped)) {
        value += ESCAPES[escaped] ?? '';
      } else if (escaped === '\\' || escaped === '"' || escaped === "'") {
        value += escaped;
      } else {
        throw syntaxError(query, at - 1, `\\${escaped}`);
      }
      from = at + 1;
    }
  }
  throw syntaxError(query, start, query.slice(start, start + 20));
}

/** Splits a Kusto text into tokens; comments and white space are dropped. Throws `KqlError` at what no token begins with. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token['kind'], text: string, next: number, raw = text, amount = 0): void => {
    tokens.push({ kind, text, raw, amount, at });
    at = next;
  };
  for (;;) {
    at += match(SPACE, query, at)?.length ?? 0;
    if (at >= query.length) break;
    const char = query.charAt(at);
    const prefix = (char === 'h' || char === 'H') && /["'@]/.test(query.charAt(at + 1)) ? 1 : 0;
    const opener = query.charAt(at + prefix);
    if (query.startsWith('```', at)) {
      const end = query.indexOf('```', at + 3);
      if (end < 0) throw syntaxError(query, at, '```');
      push('string', query.slice(at + 3, end), end + 3);
    } else if (opener === '"' || opener === "'") {
      const { value, next } = quoted(query, at + prefix, false);
      push('string', value, next);
    } else if (opener === '@') {
      const quote = query.charAt(at + prefix + 1);
      if (quote !== '"' && quote !== "'") throw syntaxError(query, at, opener);
      const { value, next } = quoted(query, at + prefix + 1, true);
      push('string', value, next);
    } else if (/\d/.test(char)) {
      const digits = match(NUMBER, query, at) ?? char;
      const tail = match(NAME, query, at + digits.length) ?? '';
      const unit = tail === '' ? undefined : unitOf(tail);
      if (tail !== '' && unit === undefined) throw syntaxError(query, at, digits + tail);
      if (unit === undefined) push('number', digits, at + digits.length);
      else push('timespan', digits + tail, at + digits.length + tail.length, digits + tail, Number(digits) * unit);
    } else if (NAME_START.test(char)) {
      const name = match(NAME, query, at) ?? char;
      const gap = match(SPACE, query, at + name.length)?.length ?? 0;
      const open = at + name.length + gap;
      if (LITERAL_WORDS.has(name) && query.charAt(open) === '(') {
        const close = query.indexOf(')', open);
        if (close < 0) throw syntaxError(query, at, name);
        push('literal', name, close + 1, query.slice(open + 1, close).trim());
      } else if (name === 'in' && query.charAt(at + 2) === '~') {
        push('name', 'in~', at + 3);
      } else {
        push('name', name, at + name.length);
      }
    } else if (char === '!' && /[a-z]/.test(query.charAt(at + 1))) {
      const name = match(NAME, query, at + 1) ?? '';
      const tilde = name === 'in' && query.charAt(at + 3) === '~' ? '~' : '';
      push('name', `!${name}${tilde}`, at + 1 + name.length + tilde.length);
    } else {
      const mark = MARKS.find((candidate) => query.startsWith(candidate, at)) ?? (SINGLE.includes(char) ? char : null);
      if (mark === null) throw syntaxError(query, at, char);
      push('mark', mark, at + mark.length);
    }
  }
  push('end', '', at, '<EOF>');
  return tokens;
}
