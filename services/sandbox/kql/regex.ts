import { EXCEEDED, KqlError } from './budget.ts';

type Test = (code: number) => boolean;
type Node =
  | { readonly kind: 'char'; readonly test: Test }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'group'; readonly of: Node; readonly index: number }
  | { readonly kind: 'repeat'; readonly of: Node; readonly min: number; readonly max: number; readonly lazy: boolean };
type Look = 'start' | 'end' | 'line-start' | 'line-end' | 'boundary' | 'no-boundary';

/** One step of the matching machine. `split` tries `to` before `or`. */
export type Step =
  | { readonly op: 'char'; readonly test: Test }
  | { readonly op: 'look'; readonly look: Look }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'split'; to: number; or: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'match' };

/** A compiled regular expression: its steps and how many groups it captures. */
export interface Program {
  readonly steps: readonly Step[];
  readonly groups: number;
}

const BIGGEST = 5000;
const DEEPEST = 100;
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
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 };

function folded(test: Test): Test {
  return (c) => {
    if (test(c)) return true;
    const char = String.fromCharCode(c);
    const lower = char.toLowerCase();
    const upper = char.toUpperCase();
    return (lower.length === 1 && test(lower.charCodeAt(0))) || (upper.length === 1 && test(upper.charCodeAt(0)));
  };
}

/**
 * Compiles an RE2 expression, the dialect of Kusto: no look-around and no back references, so that matching takes linear time.
 * Throws `KqlError` for what RE2 refuses and for expressions that would be too big.
 */
export function compileRegex(pattern: string): Program {
  const steps: Step[] = [];
  let groups = 0;
  let at = 0;
  let depth = 0;
  let flags = { i: false, s: false, m: false, U: false };
  const bad = (why: string): KqlError => new KqlError(`Invalid regular expression '${pattern.slice(0, 60)}': ${why}`);
  const single = (test: Test): Node => ({ kind: 'char', test: flags.i ? folded(test) : test });
  const look = (kind: Look): Node => ({ kind: 'look', look: kind });

  const property = (negated: boolean): Test => {
    const found = /^\{(\^?)([A-Za-z_]{1,20})\}|^([A-Za-z])/.exec(pattern.slice(at, at + 30));
    if (found === null) throw bad('invalid character class');
    at += found[0].length;
    const name = found[2] ?? found[3] ?? '';
    let matcher: RegExp;
    try {
      matcher = new RegExp(name.length <= 2 ? `^\\p{${name}}$` : `^\\p{Script=${name}}$`, 'u');
    } catch {
      throw bad('invalid character class');
    }
    const test: Test = (c) => matcher.test(String.fromCharCode(c));
    return negated !== (found[1] === '^') ? not(test) : test;
  };

  const escapedCode = (): number => {
    const char = pattern.charAt(at);
    at += 1;
    if (char === 'x') {
      const found = /^(?:\{([0-9a-fA-F]{1,4})\}|([0-9a-fA-F]{2}))/.exec(pattern.slice(at, at + 8));
      if (found === null) throw bad('invalid escape sequence');
      at += found[0].length;
      return Number.parseInt(found[1] ?? found[2] ?? '0', 16);
    }
    const control = Object.hasOwn(CONTROLS, char) ? CONTROLS[char] : undefined;
    if (control !== undefined) return control;
    if (char === '' || /[A-Za-z0-9]/.test(char)) throw bad('invalid escape sequence');
    return char.charCodeAt(0);
  };

  const escapedClass = (): Test | null => {
    const char = pattern.charAt(at);
    if (char === 'p' || char === 'P') {
      at += 1;
      return property(char === 'P');
    }
    const test = Object.hasOwn(CLASSES, char) ? CLASSES[char] : undefined;
    if (test !== undefined) at += 1;
    return test ?? null;
  };

  const readClass = (): Node => {
    const negated = pattern.charAt(at) === '^';
    if (negated) at += 1;
    const tests: Test[] = [];
    for (let first = true; first || pattern.charAt(at) !== ']'; first = false) {
      if (at >= pattern.length) throw bad('missing closing ]');
      const named = /^\[:(\^?)(alpha|digit|alnum|upper|lower|space|punct|word|xdigit):\]/.exec(
        pattern.slice(at, at + 12),
      );
      if (named !== null) {
        at += named[0].length;
        const source: Readonly<Record<string, RegExp>> = {
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
        const matcher = source[named[2] ?? ''] ?? /\d/;
        const test: Test = (c) => matcher.test(String.fromCharCode(c));
        tests.push(named[1] === '^' ? not(test) : test);
        continue;
      }
      const next = (): number | Test => {
        const char = pattern.charAt(at);
        at += 1;
        if (char !== '\\') return char.charCodeAt(0);
        return escapedClass() ?? escapedCode();
      };
      const low = next();
      if (typeof low !== 'number') {
        tests.push(low);
        continue;
      }
      if (pattern.charAt(at) === '-' && at + 1 < pattern.length && pattern.charAt(at + 1) !== ']') {
        at += 1;
        const high = next();
        if (typeof high !== 'number' || high < low) throw bad('invalid character class range');
        tests.push((c) => c >= low && c <= high);
      } else tests.push((c) => c === low);
    }
    at += 1;
    const any: Test = (c) => tests.some((test) => test(c));
    const test = flags.i ? folded(any) : any;
    return { kind: 'char', test: negated ? not(test) : test };
  };

  const readGroup = (): Node => {
    depth += 1;
    if (depth > DEEPEST) throw new KqlError(EXCEEDED);
    const before = flags;
    let index = 0;
    if (pattern.charAt(at) === '?') {
      const named = /^\?P?<[A-Za-z_]\w{0,40}>/.exec(pattern.slice(at, at + 50));
      const flagged = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(pattern.slice(at, at + 20));
      if (named !== null) {
        at += named[0].length;
        groups += 1;
        index = groups;
      } else if (flagged !== null) {
        at += flagged[0].length;
        const on = flagged[1] ?? '';
        const off = flagged[2] ?? '';
        const flag = (f: 'i' | 's' | 'm' | 'U'): boolean => (flags[f] || on.includes(f)) && !off.includes(f);
        flags = { i: flag('i'), s: flag('s'), m: flag('m'), U: flag('U') };
        if (flagged[3] === ')') {
          depth -= 1;
          return { kind: 'sequence', parts: [] };
        }
      } else throw bad('invalid or unsupported Perl syntax');
    } else {
      groups += 1;
      index = groups;
    }
    const of = readChoice();
    if (pattern.charAt(at) !== ')') throw bad('missing closing )');
    at += 1;
    flags = before;
    depth -= 1;
    return index === 0 ? of : { kind: 'group', of, index };
  };

  const readAtom = (): Node => {
    const char = pattern.charAt(at);
    at += 1;
    switch (char) {
      case '(':
        return readGroup();
      case '[':
        return readClass();
      case '.':
        return { kind: 'char', test: flags.s ? () => true : (c) => c !== 10 };
      case '^':
        return look(flags.m ? 'line-start' : 'start');
      case '$':
        return look(flags.m ? 'line-end' : 'end');
      case '*':
      case '+':
      case '?':
        throw bad('missing argument to repetition operator');
      case '\\': {
        const looks: Readonly<Record<string, Look>> = { b: 'boundary', B: 'no-boundary', A: 'start', z: 'end' };
        const found = looks[pattern.charAt(at)];
        if (found !== undefined) {
          at += 1;
          return look(found);
        }
        const test = escapedClass();
        if (test !== null) return { kind: 'char', test };
        const code = escapedCode();
        return single((c) => c === code);
      }
      default: {
        const code = char.charCodeAt(0);
        return single((c) => c === code);
      }
    }
  };

  const readRepeat = (): Node => {
    let node = readAtom();
    let times = 0;
    for (;;) {
      const counted = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(pattern.slice(at, at + 14));
      const mark = pattern.charAt(at);
      let min = 0;
      let max = Number.POSITIVE_INFINITY;
      if (counted !== null) {
        min = Number(counted[1]);
        max = counted[2] === undefined ? min : counted[3] === '' ? max : Number(counted[3]);
        if (min > 1000 || (Number.isFinite(max) && (max > 1000 || max < min))) throw bad('invalid repeat count');
        at += counted[0].length;
      } else if (mark === '*' || mark === '+' || mark === '?') {
        min = mark === '+' ? 1 : 0;
        if (mark === '?') max = 1;
        at += 1;
      } else return node;
      times += 1;
      if (times > 1) throw bad('bad repetition operator');
      const turned = pattern.charAt(at) === '?';
      if (turned) at += 1;
      node = { kind: 'repeat', of: node, min, max, lazy: turned !== flags.U };
    }
  };

  const readChoice = (): Node => {
    const choices: Node[] = [];
    let parts: Node[] = [];
    while (at < pattern.length && pattern.charAt(at) !== ')') {
      if (pattern.charAt(at) === '|') {
        at += 1;
        choices.push({ kind: 'sequence', parts });
        parts = [];
      } else parts.push(readRepeat());
    }
    choices.push({ kind: 'sequence', parts });
    const [only] = choices;
    return choices.length === 1 && only !== undefined ? only : { kind: 'choice', parts: choices };
  };

  const put = <T extends Step>(step: T): T => {
    if (steps.length >= BIGGEST) throw new KqlError(EXCEEDED);
    steps.push(step);
    return step;
  };
  let visits = 0;
  const emit = (node: Node): void => {
    visits += 1;
    if (visits > BIGGEST * 4) throw new KqlError(EXCEEDED);
    switch (node.kind) {
      case 'char':
        put({ op: 'char', test: node.test });
        return;
      case 'look':
        put({ op: 'look', look: node.look });
        return;
      case 'sequence':
        for (const part of node.parts) emit(part);
        return;
      case 'group':
        put({ op: 'save', slot: node.index * 2 });
        emit(node.of);
        put({ op: 'save', slot: node.index * 2 + 1 });
        return;
      case 'choice': {
        const jumps: { to: number }[] = [];
        for (const [i, part] of node.parts.entries()) {
          const last = i === node.parts.length - 1;
          const split = last ? null : put({ op: 'split', to: steps.length + 1, or: 0 });
          emit(part);
          if (split !== null) {
            jumps.push(put({ op: 'jump', to: 0 }));
            split.or = steps.length;
          }
        }
        for (const jump of jumps) jump.to = steps.length;
        return;
      }
      case 'repeat': {
        const split = (): { into: () => void; past: () => void } => {
          const step = put({ op: 'split', to: 0, or: 0 });
          const set = (first: boolean): void => {
            if (first) step.to = steps.length;
            else step.or = steps.length;
          };
          return { into: () => set(!node.lazy), past: () => set(node.lazy) };
        };
        for (let i = 0; i < node.min; i += 1) emit(node.of);
        if (node.max === Number.POSITIVE_INFINITY) {
          const top = steps.length;
          const loop = split();
          loop.into();
          emit(node.of);
          put({ op: 'jump', to: top });
          loop.past();
          return;
        }
        const options: { past: () => void }[] = [];
        for (let i = node.min; i < node.max; i += 1) {
          const option = split();
          option.into();
          emit(node.of);
          options.push(option);
        }
        for (const option of options) option.past();
        return;
      }
    }
  };

  const tree = readChoice();
  if (at < pattern.length) throw bad('unexpected )');
  emit(tree);
  put({ op: 'match' });
  return { steps, groups };
}
