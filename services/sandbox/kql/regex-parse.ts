import { EXCEEDED, KqlError } from './budget.ts';
import {
  badRegex,
  folded,
  type Reader,
  readClass,
  readEscapedClass,
  readEscapedCode,
  type Test,
} from './regex-classes.ts';

/** What must hold between two characters. */
export type Look = 'start' | 'end' | 'line-start' | 'line-end' | 'boundary' | 'no-boundary';

/** A regular expression as a tree. */
export type RegexNode =
  | { readonly kind: 'char'; readonly test: Test }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly of: RegexNode; readonly index: number }
  | {
      readonly kind: 'repeat';
      readonly of: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

const DEEPEST = 100;
const LOOKS: Readonly<Record<string, Look>> = { b: 'boundary', B: 'no-boundary', A: 'start', z: 'end' };

/** Reads `(?:`, `(?i:`, `(?P<name>` or a plain group's start. `index` is 0 where it does not capture; `whole` where flags end it at once. */
function readGroupStart(reader: Reader): { readonly index: number; readonly whole: boolean } {
  const { pattern, at, flags } = reader;
  if (pattern.charAt(at) !== '?') {
    reader.groups += 1;
    return { index: reader.groups, whole: false };
  }
  const named = /^\?P?<[A-Za-z_]\w{0,40}>/.exec(pattern.slice(at, at + 50));
  if (named !== null) {
    reader.at += named[0].length;
    reader.groups += 1;
    return { index: reader.groups, whole: false };
  }
  const flagged = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(pattern.slice(at, at + 20));
  if (flagged === null) throw badRegex(reader, 'invalid or unsupported Perl syntax');
  reader.at += flagged[0].length;
  const [, on = '', off = ''] = flagged;
  const flag = (f: 'i' | 's' | 'm' | 'U'): boolean => (flags[f] || on.includes(f)) && !off.includes(f);
  reader.flags = { i: flag('i'), s: flag('s'), m: flag('m'), U: flag('U') };
  return { index: 0, whole: flagged[3] === ')' };
}

function readGroup(reader: Reader): RegexNode {
  if (reader.depth >= DEEPEST) throw new KqlError(EXCEEDED);
  const before = reader.flags;
  const { index, whole } = readGroupStart(reader);
  if (whole) return { kind: 'sequence', parts: [] };
  reader.depth += 1;
  const of = readChoice(reader);
  if (reader.pattern.charAt(reader.at) !== ')') throw badRegex(reader, 'missing closing )');
  reader.at += 1;
  reader.depth -= 1;
  reader.flags = before;
  return index === 0 ? of : { kind: 'group', of, index };
}

function single(reader: Reader, code: number): RegexNode {
  const test: Test = (c) => c === code;
  return { kind: 'char', test: reader.flags.i ? folded(test) : test };
}

function readEscape(reader: Reader): RegexNode {
  const char = reader.pattern.charAt(reader.at);
  const look = Object.hasOwn(LOOKS, char) ? LOOKS[char] : undefined;
  if (look !== undefined) {
    reader.at += 1;
    return { kind: 'look', look };
  }
  const test = readEscapedClass(reader);
  return test === null ? single(reader, readEscapedCode(reader)) : { kind: 'char', test };
}

function readAtom(reader: Reader): RegexNode {
  const char = reader.pattern.charAt(reader.at);
  reader.at += 1;
  switch (char) {
    case '(':
      return readGroup(reader);
    case '[':
      return { kind: 'char', test: readClass(reader) };
    case '.':
      return { kind: 'char', test: reader.flags.s ? () => true : (c) => c !== 10 };
    case '^':
      return { kind: 'look', look: reader.flags.m ? 'line-start' : 'start' };
    case '$':
      return { kind: 'look', look: reader.flags.m ? 'line-end' : 'end' };
    case '*':
    case '+':
    case '?':
      throw badRegex(reader, 'missing argument to repetition operator');
    case '\\':
      return readEscape(reader);
    default:
      return single(reader, char.charCodeAt(0));
  }
}

/** Reads `*`, `+`, `?` or `{2,5}`; null, with nothing read, when there is none. */
function readTimes(reader: Reader): { readonly min: number; readonly max: number } | null {
  const { pattern, at } = reader;
  const mark = pattern.charAt(at);
  if (mark === '*' || mark === '+' || mark === '?') {
    reader.at += 1;
    return { min: mark === '+' ? 1 : 0, max: mark === '?' ? 1 : Number.POSITIVE_INFINITY };
  }
  const counted = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(pattern.slice(at, at + 14));
  if (counted === null) return null;
  const min = Number(counted[1]);
  const max = counted[2] === undefined ? min : counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3]);
  if (min > 1000 || (Number.isFinite(max) && (max > 1000 || max < min))) throw badRegex(reader, 'invalid repeat count');
  reader.at += counted[0].length;
  return { min, max };
}

function readRepeat(reader: Reader): RegexNode {
  const of = readAtom(reader);
  const times = readTimes(reader);
  if (times === null) return of;
  const turned = reader.pattern.charAt(reader.at) === '?';
  if (turned) reader.at += 1;
  if (readTimes(reader) !== null) throw badRegex(reader, 'bad repetition operator');
  return { kind: 'repeat', of, ...times, lazy: turned !== reader.flags.U };
}

function readChoice(reader: Reader): RegexNode {
  const { pattern } = reader;
  const choices: RegexNode[] = [];
  let parts: RegexNode[] = [];
  while (reader.at < pattern.length && pattern.charAt(reader.at) !== ')') {
    if (pattern.charAt(reader.at) === '|') {
      reader.at += 1;
      choices.push({ kind: 'sequence', parts });
      parts = [];
    } else parts.push(readRepeat(reader));
  }
  choices.push({ kind: 'sequence', parts });
  const [only] = choices;
  return choices.length === 1 && only !== undefined ? only : { kind: 'choice', parts: choices };
}

/** Reads an RE2 expression into a tree, with the number of groups that it captures. Throws `KqlError` for what RE2 refuses. */
export function parseRegex(pattern: string): { readonly tree: RegexNode; readonly groups: number } {
  const reader: Reader = {
    pattern,
    at: 0,
    groups: 0,
    depth: 0,
    flags: { i: false, s: false, m: false, U: false },
  };
  const tree = readChoice(reader);
  if (reader.at < pattern.length) throw badRegex(reader, 'unexpected )');
  return { tree, groups: reader.groups };
}
