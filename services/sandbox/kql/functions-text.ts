import type { Bound, Session } from './bound.ts';
import { KqlError } from './budget.ts';
import { compileRegex, type Program } from './regex.ts';
import { findMatch } from './regex-machine.ts';
import { NO_ROW } from './relation.ts';
import type { Compute, ScalarFunction, Wanted } from './scalar-function.ts';
import { convert, type KqlType, textOf, type Value } from './values.ts';

const str = (value: Value | undefined): string =>
  typeof value === 'string' ? value : textOf(value ?? null, 'dynamic');
const num = (value: Value | undefined, otherwise: number): number =>
  typeof value === 'number' ? Math.trunc(value) : otherwise;

function plain(min: number, max: number, wants: readonly Wanted[], type: KqlType, compute: Compute): ScalarFunction {
  const make: ScalarFunction['make'] = () => (args, session) => {
    for (const arg of args) if (typeof arg === 'string' && arg.length > 256) session.budget.spend(arg.length);
    return compute(args, session);
  };
  return { min, max, wants, type, make };
}

/** Gives the program of a pattern, compiled once for each different text. */
export function regexCache(): (pattern: string) => Program {
  const known = new Map<string, Program>();
  return (pattern) => {
    let program = known.get(pattern);
    if (program === undefined) {
      program = compileRegex(pattern);
      if (known.size < 64) known.set(pattern, program);
    }
    return program;
  };
}

/** A maker that compiles the patterns of constant arguments at once, so that a bad one is refused before any row is read. */
function withRegex(
  at: number,
  compute: (args: readonly Value[], program: Program, session: Session) => Value,
): ScalarFunction['make'] {
  return (args) => {
    const programOf = regexCache();
    const pattern = args[at];
    if (pattern?.constant) programOf(str(pattern.eval(NO_ROW)));
    return (values, session) => compute(values, programOf(str(values[at])), session);
  };
}

function replaceAll(text: string, program: Program, rewrite: string, session: Session): string {
  let out = '';
  let at = 0;
  for (let from = 0; from <= text.length; ) {
    const found = findMatch(program, text, from, true, session.budget);
    if (found === null) break;
    const start = found[0] ?? 0;
    const end = found[1] ?? start;
    out += text.slice(at, start);
    out += rewrite.replace(/\\([0-9\\])/g, (_, group: string) => {
      if (group === '\\') return '\\';
      const [a, b] = [found[Number(group) * 2], found[Number(group) * 2 + 1]];
      return a === undefined || b === undefined ? '' : text.slice(a, b);
    });
    session.budget.text(out);
    at = end;
    if (end === start) {
      out += text.slice(end, end + 1);
      at = end + 1;
    }
    from = at;
  }
  return out + text.slice(at);
}

function trimmed(text: string, program: Program, start: boolean, end: boolean, session: Session): string {
  let from = 0;
  let to = text.length;
  if (start) {
    const found = findMatch(program, text, 0, true, session.budget);
    if (found !== null && found[0] === 0) from = found[1] ?? 0;
  }
  for (let at = from; end && at <= to; ) {
    const found = findMatch(program, text, at, true, session.budget);
    if (found === null) break;
    const first = found[0] ?? at;
    if (found[1] === to && first < to) {
      to = first;
      break;
    }
    at = Math.max(first + 1, at + 1);
  }
  return text.slice(from, to);
}

function trimmer(start: boolean, end: boolean): ScalarFunction {
  return {
    min: 2,
    max: 2,
    wants: ['string'],
    type: 'string',
    make: withRegex(0, (args, program, session) => trimmed(str(args[1]), program, start, end, session)),
  };
}

function count(text: string, part: string): number {
  if (part === '') return 0;
  let n = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) n += 1;
  return n;
}

function textJoin(skipFirst: boolean): ScalarFunction {
  return {
    min: skipFirst ? 2 : 1,
    max: 1000,
    wants: ['any'],
    type: 'string',
    make: (args: readonly Bound[]) => {
      const types = args.map((arg) => arg.type);
      return (values, session) => {
        const parts = values.map((value, i) => textOf(value, types[i] ?? 'string'));
        return session.budget.text(skipFirst ? parts.slice(1).join(parts[0] ?? '') : parts.join(''));
      };
    },
  };
}

function lengthOf(value: Value | undefined): number {
  return [...str(value)].length;
}

/** Text in base64 as UTF-8; what is no base64 of UTF-8 text is empty. */
function decoded(text: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return '';
  }
}

/** An IPv4 address as a number, or null; `10.1.2.3/24` gives the masked address and its prefix. */
export function ipv4(text: string): { address: number; prefix: number } | null {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text.trim());
  if (found === null) return null;
  let address = 0;
  for (let i = 1; i <= 4; i += 1) {
    if (Number(found[i]) > 255) return null;
    address = address * 256 + Number(found[i]);
  }
  const prefix = Number(found[5] ?? 32);
  return prefix > 32 ? null : { address: masked(address, prefix), prefix };
}

function masked(address: number, prefix: number): number {
  const size = 2 ** (32 - Math.max(0, Math.min(32, prefix)));
  return Math.floor(address / size) * size;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

function inIpRange(address: string, range: string): boolean | null {
  const [a, r] = [ipv4(address), ipv4(range)];
  return a === null || r === null ? null : masked(a.address, r.prefix) === r.address;
}

function isEmpty(value: Value | undefined): boolean {
  return value === null || value === undefined || value === '';
}

/** Functions over text. */
export const TEXT_FUNCTIONS: readonly (readonly [string, ScalarFunction])[] = [
  ['tolower', plain(1, 1, ['string'], 'string', ([text]) => str(text).toLowerCase())],
  ['toupper', plain(1, 1, ['string'], 'string', ([text]) => str(text).toUpperCase())],
  ['isempty', plain(1, 1, ['any'], 'bool', ([value]) => isEmpty(value))],
  ['isnotempty', plain(1, 1, ['any'], 'bool', ([value]) => !isEmpty(value))],
  ['notempty', plain(1, 1, ['any'], 'bool', ([value]) => !isEmpty(value))],
  ['strcat', textJoin(false)],
  ['strcat_delim', textJoin(true)],
  ['strlen', plain(1, 1, ['string'], 'long', ([text]) => lengthOf(text))],
  ['reverse', plain(1, 1, ['string'], 'string', ([text]) => [...str(text)].reverse().join(''))],
  [
    'substring',
    plain(2, 3, ['string', 'long'], 'string', ([text, start, length]) => {
      const whole = str(text);
      const from = num(start, 0) < 0 ? Math.max(0, whole.length + num(start, 0)) : num(start, 0);
      return whole.slice(
        from,
        length === undefined || length === null ? undefined : from + Math.max(0, num(length, 0)),
      );
    }),
  ],
  [
    'split',
    plain(2, 3, ['string', 'string', 'long'], 'dynamic', ([text, delimiter, index], session) => {
      const parts = str(delimiter) === '' ? [str(text)] : str(text).split(str(delimiter));
      session.budget.spend(parts.length);
      if (typeof index !== 'number') return parts;
      const part = parts[index];
      return part === undefined ? [] : [part];
    }),
  ],
  ['trim', trimmer(true, true)],
  ['trim_start', trimmer(true, false)],
  ['trim_end', trimmer(false, true)],
  [
    'replace_string',
    plain(3, 3, ['string'], 'string', ([text, from, to], session) => {
      const [whole, old, fresh] = [str(text), str(from), str(to)];
      if (old === '') return whole;
      session.budget.spend(1 + (whole.length >> 4));
      if (whole.length + count(whole, old) * Math.max(0, fresh.length - old.length) > 1_048_576)
        session.budget.text('x'.repeat(1_048_577));
      return session.budget.text(whole.split(old).join(fresh));
    }),
  ],
  [
    'replace_regex',
    {
      min: 3,
      max: 3,
      wants: ['string'],
      type: 'string',
      make: withRegex(1, (args, program, session) => replaceAll(str(args[0]), program, str(args[2]), session)),
    },
  ],
  [
    'extract',
    {
      min: 3,
      max: 4,
      wants: ['string', 'long', 'string', 'any'],
      type: (args) => args[3]?.type ?? 'string',
      make: (args, session) => {
        const type = args[3]?.type ?? 'string';
        return withRegex(0, (values, program, session) => {
          const text = str(values[2]);
          const found = findMatch(program, text, 0, true, session.budget);
          const group = num(values[1], 0);
          if (found === null || group < 0 || group > program.groups) return null;
          const [a, b] = [found[group * 2], found[group * 2 + 1]];
          return a === undefined || b === undefined ? null : convert(text.slice(a, b), 'string', type);
        })(args, session);
      },
    },
  ],
  [
    'countof',
    plain(2, 3, ['string'], 'long', ([text, part, kind], session) => {
      if (kind !== 'regex') return count(str(text), str(part));
      const program = compileRegex(str(part));
      let n = 0;
      for (let at = 0; at <= str(text).length; ) {
        const found = findMatch(program, str(text), at, true, session.budget);
        if (found === null) break;
        n += 1;
        at = Math.max(found[1] ?? at, (found[0] ?? at) + 1);
      }
      return n;
    }),
  ],
  [
    'indexof',
    plain(2, 3, ['string', 'string', 'long'], 'long', ([text, part, from]) =>
      str(text).indexOf(str(part), num(from, 0)),
    ),
  ],
  ['base64_decode_tostring', plain(1, 1, ['string'], 'string', ([text]) => decoded(str(text)))],
  [
    'base64_encode_tostring',
    plain(1, 1, ['string'], 'string', ([text]) => Buffer.from(str(text), 'utf8').toString('base64')),
  ],
  [
    'format_ipv4',
    plain(1, 2, ['any', 'long'], 'string', ([ip, prefix]) => {
      const parsed = typeof ip === 'number' ? { address: ip } : ipv4(str(ip));
      const bits = num(prefix, 32);
      return parsed === null || bits < 0 || bits > 32 ? '' : dotted(masked(parsed.address, bits));
    }),
  ],
  ['parse_ipv4', plain(1, 1, ['string'], 'long', ([text]) => ipv4(str(text))?.address ?? null)],
  [
    'ipv4_is_private',
    plain(1, 1, ['string'], 'bool', ([text]) =>
      ipv4(str(text)) === null ? null : PRIVATE.some((range) => inIpRange(str(text), range) === true),
    ),
  ],
  ['ipv4_is_in_range', plain(2, 2, ['string'], 'bool', ([text, range]) => inIpRange(str(text), str(range)))],
  [
    'url_decode',
    plain(1, 1, ['string'], 'string', ([text]) => {
      try {
        return decodeURIComponent(str(text));
      } catch {
        return str(text);
      }
    }),
  ],
  [
    'strrep',
    plain(2, 2, ['string', 'long'], 'string', ([text, times], session) => {
      const n = Math.max(0, num(times, 0));
      if (n > 1024)
        throw new KqlError('strrep(): argument #2 must be at most 1024. Fix semantic errors in your query.');
      session.budget.spend(n);
      return session.budget.text(str(text).length * n > 1_048_576 ? 'x'.repeat(1_048_577) : str(text).repeat(n));
    }),
  ],
];
