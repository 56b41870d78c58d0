import { KqlError } from './budget.ts';

/** Whether a UTF-16 unit is one of a set. */
export type Test = (code: number) => boolean;

/** The flags that hold at a place of a regular expression: ignore case, dot takes newlines, lines, ungreedy. */
export interface Flags {
  readonly i: boolean;
  readonly s: boolean;
  readonly m: boolean;
  readonly U: boolean;
}

/** A regular expression being read: how far, inside how many groups, how many of them capture so far, and with which flags. */
export interface Reader {
  readonly pattern: string;
  at: number;
  groups: number;
  depth: number;
  flags: Flags;
}

const isDigit: Test = (c) => c >= 48 && c <= 57;
/** Whether a UTF-16 unit is a word character of RE2: an ASCII letter, digit or underscore. */
export const isWord: Test = (c) => isDigit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
const isSpace: Test = (c) => c === 32 || (c >= 9 && c <= 13);
const not =
  (test: Test): Test =>
  (c) =>
    !test(c);
const CLASSES: Readonly<Record<string, Test>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const NAMED: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  punct: /[!-/:-@[-`{-~]/,
  word: /\w/,
  xdigit: /[0-9A-Fa-f]/,
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 };

/** The refusal of a regular expression, in RE2's words. */
export function badRegex(reader: Reader, why: string): KqlError {
  return new KqlError(`Invalid regular expression '${reader.pattern.slice(0, 60)}': ${why}`);
}

/** The same set without regard to case. */
export function folded(test: Test): Test {
  return (c) => {
    if (test(c)) return true;
    const char = String.fromCharCode(c);
    const lower = char.toLowerCase();
    const upper = char.toUpperCase();
    return (lower.length === 1 && test(lower.charCodeAt(0))) || (upper.length === 1 && test(upper.charCodeAt(0)));
  };
}

/** Reads what follows `\p` or `\P`: a general category or a script. */
function readProperty(reader: Reader, negated: boolean): Test {
  const found = /^\{(\^?)([A-Za-z_]{1,20})\}|^([A-Za-z])/.exec(reader.pattern.slice(reader.at, reader.at + 30));
  if (found === null) throw badRegex(reader, 'invalid character class');
  reader.at += found[0].length;
  const name = found[2] ?? found[3] ?? '';
  let matcher: RegExp;
  try {
    matcher = new RegExp(name.length <= 2 ? `^\\p{${name}}$` : `^\\p{Script=${name}}$`, 'u');
  } catch {
    throw badRegex(reader, 'invalid character class');
  }
  const test: Test = (c) => matcher.test(String.fromCharCode(c));
  return negated !== (found[1] === '^') ? not(test) : test;
}

/** Reads what follows a backslash when it stands for one character. Throws `KqlError` where RE2 knows no such escape. */
export function readEscapedCode(reader: Reader): number {
  const { pattern } = reader;
  const char = pattern.charAt(reader.at);
  reader.at += 1;
  if (char === 'x') {
    const found = /^(?:\{([0-9a-fA-F]{1,4})\}|([0-9a-fA-F]{2}))/.exec(pattern.slice(reader.at, reader.at + 8));
    if (found === null) throw badRegex(reader, 'invalid escape sequence');
    reader.at += found[0].length;
    return Number.parseInt(found[1] ?? found[2] ?? '0', 16);
  }
  const control = Object.hasOwn(CONTROLS, char) ? CONTROLS[char] : undefined;
  if (control !== undefined) return control;
  if (char === '' || /[A-Za-z0-9]/.test(char)) throw badRegex(reader, 'invalid escape sequence');
  return char.charCodeAt(0);
}

/** Reads what follows a backslash when it stands for a set (`\d`, `\pL` …); null, with nothing read, when it does not. */
export function readEscapedClass(reader: Reader): Test | null {
  const char = reader.pattern.charAt(reader.at);
  if (char === 'p' || char === 'P') {
    reader.at += 1;
    return readProperty(reader, char === 'P');
  }
  const test = Object.hasOwn(CLASSES, char) ? CLASSES[char] : undefined;
  if (test !== undefined) reader.at += 1;
  return test ?? null;
}

/** Reads `[:alpha:]` and the like; null, with nothing read, when there is none. */
function readNamedClass(reader: Reader): Test | null {
  const found = /^\[:(\^?)(alpha|digit|alnum|upper|lower|space|punct|word|xdigit):\]/.exec(
    reader.pattern.slice(reader.at, reader.at + 12),
  );
  if (found === null) return null;
  reader.at += found[0].length;
  const matcher = NAMED[found[2] ?? ''] ?? /\d/;
  const test: Test = (c) => matcher.test(String.fromCharCode(c));
  return found[1] === '^' ? not(test) : test;
}

function readMember(reader: Reader): number | Test {
  const char = reader.pattern.charAt(reader.at);
  reader.at += 1;
  if (char !== '\\') return char.charCodeAt(0);
  return readEscapedClass(reader) ?? readEscapedCode(reader);
}

/** Reads a bracketed set from behind its opening bracket to behind its closing one. */
export function readClass(reader: Reader): Test {
  const { pattern } = reader;
  const negated = pattern.charAt(reader.at) === '^';
  if (negated) reader.at += 1;
  const tests: Test[] = [];
  for (let first = true; first || pattern.charAt(reader.at) !== ']'; first = false) {
    if (reader.at >= pattern.length) throw badRegex(reader, 'missing closing ]');
    const low = readNamedClass(reader) ?? readMember(reader);
    if (typeof low !== 'number') {
      tests.push(low);
    } else if (pattern.charAt(reader.at) === '-' && !['', ']'].includes(pattern.charAt(reader.at + 1))) {
      reader.at += 1;
      const high = readMember(reader);
      if (typeof high !== 'number' || high < low) throw badRegex(reader, 'invalid character class range');
      tests.push((c) => c >= low && c <= high);
    } else tests.push((c) => c === low);
  }
  reader.at += 1;
  const any: Test = (c) => tests.some((test) => test(c));
  const test = reader.flags.i ? folded(any) : any;
  return negated ? not(test) : test;
}
