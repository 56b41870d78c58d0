import { EXCEEDED, KqlError } from './budget.ts';
import { syntaxError, type Token } from './lexer.ts';

const END: Token = { kind: 'end', text: '', raw: '<EOF>', amount: 0, at: 0 };

/** How deep parentheses, calls and sub-queries may nest. */
const DEEPEST = 150;

/** Reads tokens one after the other, with the refusals that reading can end in. */
export interface Cursor {
  peek(ahead?: number): Token;
  next(): Token;
  /** Whether the token is this mark or word. A quoted text never is. */
  is(text: string, ahead?: number): boolean;
  /** Takes the token when it is this mark or word. */
  take(text: string): boolean;
  expect(text: string): void;
  fail(token?: Token): KqlError;
  /** Runs a reader one level deeper; too many levels are refused. */
  deeper<T>(read: () => T): T;
  /** Names that earlier `let` statements gave to tables. */
  readonly tabularNames: Set<string>;
}

/** Makes a cursor over the tokens of a text. `tabularNames` starts with the tables that exist. */
export function makeCursor(query: string, tokens: readonly Token[], tables: Iterable<string>): Cursor {
  let at = 0;
  let depth = 0;
  const peek = (ahead = 0): Token => tokens[Math.min(at + ahead, tokens.length - 1)] ?? END;
  const is = (text: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token.text === text && (token.kind === 'mark' || token.kind === 'name');
  };
  const fail = (token = peek()): KqlError => syntaxError(query, token.at, token.kind === 'end' ? '<EOF>' : token.text);
  const take = (text: string): boolean => {
    if (!is(text)) return false;
    at += 1;
    return true;
  };
  return {
    peek,
    is,
    take,
    fail,
    next() {
      const token = peek();
      at += 1;
      return token;
    },
    expect(text) {
      if (!take(text)) throw fail();
    },
    deeper(read) {
      depth += 1;
      if (depth > DEEPEST) throw new KqlError(EXCEEDED);
      const value = read();
      depth -= 1;
      return value;
    },
    tabularNames: new Set(tables),
  };
}
