import type { Bound } from './bound.ts';
import { KqlError } from './budget.ts';
import type { Compute, ScalarFunction, Wanted } from './scalar-function.ts';
import { DAY, inRange, type KqlType, KUSTO_ZERO, parseDateTime, textOf, type Value } from './values.ts';

/** A datetime argument; in a dynamic value it is text. */
function when(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : typeof value === 'string' ? parseDateTime(value) : null;
}

function plain(min: number, max: number, wants: readonly Wanted[], type: KqlType, compute: Compute): ScalarFunction {
  return { min, max, wants, type, make: () => compute };
}

function ofDate(type: KqlType, read: (date: Date, ms: number) => number): ScalarFunction {
  return plain(1, 1, ['datetime'], type, ([value]) => {
    const ms = when(value);
    return ms === null ? null : read(new Date(Math.floor(ms)), ms);
  });
}

type Part = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';
const SIZES: Readonly<Record<string, number>> = {
  week: 7 * DAY,
  day: DAY,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};
const MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };

function partOf(name: string, value: Value | undefined): Part {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  const known: readonly Part[] = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'];
  const part = known.find((one) => one === word);
  if (part === undefined)
    throw new KqlError(`${name}(): argument #1 is not a known period. Fix semantic errors in your query.`);
  return part;
}

/** The number of this period since year 1, so that a difference counts the boundaries between two moments. */
function ordinal(part: Part, ms: number): number {
  const date = new Date(Math.floor(ms));
  const months = MONTHS[part];
  if (months !== undefined) return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months);
  const size = SIZES[part] ?? DAY;
  return Math.floor((ms + KUSTO_ZERO + (part === 'week' ? DAY : 0)) / size);
}

function added(part: Part, n: number, ms: number): number | null {
  const size = SIZES[part];
  if (size !== undefined) return inRange(ms + n * size);
  const date = new Date(Math.floor(ms));
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + n * (MONTHS[part] ?? 1));
  const last = new Date(date.getTime());
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  date.setUTCDate(Math.min(day, last.getUTCDate()));
  return inRange(date.getTime());
}

function startOf(part: 'day' | 'week' | 'month' | 'year', ms: number): number {
  const day = Math.floor(ms / DAY) * DAY;
  const date = new Date(day);
  if (part === 'week') return day - date.getUTCDay() * DAY;
  if (part === 'month') return day - (date.getUTCDate() - 1) * DAY;
  if (part === 'year') {
    date.setUTCMonth(0, 1);
    return date.getTime();
  }
  return day;
}

/** The last moment before this one that a number of milliseconds can tell from it (Kusto's is 100 ns earlier; this one is up to 0.5 µs). */
function before(ms: number): number {
  return ms - Math.max(0.0001, Math.abs(ms) * Number.EPSILON * 0.75);
}

function boundary(part: 'day' | 'week' | 'month' | 'year', end: boolean): ScalarFunction {
  return plain(1, 2, ['datetime', 'long'], 'datetime', ([value, offset]) => {
    const ms = when(value);
    if (ms === null) return null;
    const n = typeof offset === 'number' ? Math.trunc(offset) : 0;
    const start = added(part, end ? n + 1 : n, startOf(part, ms));
    return start === null ? null : end ? before(start) : start;
  });
}

const two = (n: number): string => String(n).padStart(2, '0');

function formatted(ms: number, format: string): string {
  const date = new Date(Math.floor(ms));
  if (Number.isNaN(date.getTime())) return '';
  const hour = date.getUTCHours();
  const fraction = String(Math.floor((ms - Math.floor(ms / 1000) * 1000) * 10_000)).padStart(7, '0');
  return format.slice(0, 400).replace(/yyyy|yy|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|F{1,7}|tt/g, (token) => {
    const twelve = hour % 12 === 0 ? 12 : hour % 12;
    const numbers: Readonly<Record<string, number>> = {
      M: date.getUTCMonth() + 1,
      d: date.getUTCDate(),
      H: hour,
      h: twelve,
      m: date.getUTCMinutes(),
      s: date.getUTCSeconds(),
    };
    if (token === 'yyyy') return String(date.getUTCFullYear()).padStart(4, '0');
    if (token === 'yy') return two(date.getUTCFullYear() % 100);
    if (token === 'tt') return hour < 12 ? 'AM' : 'PM';
    if (token.startsWith('f')) return fraction.slice(0, token.length);
    if (token.startsWith('F')) return fraction.slice(0, token.length).replace(/0+$/, '');
    const n = numbers[token.charAt(0)] ?? 0;
    return token.length === 2 ? two(n) : String(n);
  });
}

function formattedSpan(ms: number, format: string): string {
  const size = Math.abs(ms);
  const fraction = String(Math.floor((size % 1000) * 10_000)).padStart(7, '0');
  return format.slice(0, 400).replace(/d{1,8}|HH?|hh?|mm?|ss?|f{1,7}/g, (token) => {
    if (token.startsWith('f')) return fraction.slice(0, token.length);
    const unit = token.charAt(0);
    const n =
      unit === 'd'
        ? Math.floor(size / DAY)
        : unit === 'm'
          ? Math.floor(size / 60_000) % 60
          : unit === 's'
            ? Math.floor(size / 1000) % 60
            : Math.floor(size / 3_600_000) % 24;
    return String(n).padStart(token.length, '0');
  });
}

/** Rounds down to a multiple of a size; datetimes and timespans count from Kusto's zero. */
function binned(args: readonly Bound[]): Compute {
  const type = args[0]?.type;
  return ([value, size]) => {
    const at = type === 'dynamic' ? when(value) : value;
    if (typeof at !== 'number' || typeof size !== 'number' || size <= 0) return null;
    if (type === 'datetime') return Math.floor((at + KUSTO_ZERO) / size) * size - KUSTO_ZERO;
    return Math.floor(at / size) * size;
  };
}

function binType(args: readonly Bound[]): KqlType {
  const [value, size] = [args[0]?.type ?? 'long', args[1]?.type ?? 'long'];
  const spanned = value === 'datetime' || value === 'timespan';
  if (spanned !== (size === 'timespan') || value === 'string' || value === 'bool' || size === 'string') {
    throw new KqlError(`bin(): cannot round a ${value} to a ${size}. Fix semantic errors in your query.`);
  }
  return spanned ? value : size === 'real' ? 'real' : value === 'dynamic' ? 'long' : value;
}

const BIN: ScalarFunction = { min: 2, max: 2, wants: ['any'], type: binType, make: binned };

/** Functions over datetimes and timespans. */
export const DATE_FUNCTIONS: readonly (readonly [string, ScalarFunction])[] = [
  [
    'ago',
    plain(1, 1, ['timespan'], 'datetime', ([span], session) =>
      typeof span === 'number' ? inRange(session.nowMs - span) : null,
    ),
  ],
  [
    'now',
    plain(0, 1, ['timespan'], 'datetime', ([span], session) =>
      inRange(session.nowMs + (typeof span === 'number' ? span : 0)),
    ),
  ],
  ['bin', BIN],
  ['floor', BIN],
  ['startofday', boundary('day', false)],
  ['startofweek', boundary('week', false)],
  ['startofmonth', boundary('month', false)],
  ['startofyear', boundary('year', false)],
  ['endofday', boundary('day', true)],
  ['endofweek', boundary('week', true)],
  ['endofmonth', boundary('month', true)],
  ['endofyear', boundary('year', true)],
  ['dayofweek', ofDate('timespan', (date) => date.getUTCDay() * DAY)],
  ['dayofmonth', ofDate('int', (date) => date.getUTCDate())],
  ['dayofyear', ofDate('int', (_, ms) => Math.floor((ms - startOf('year', ms)) / DAY) + 1)],
  ['hourofday', ofDate('int', (date) => date.getUTCHours())],
  ['monthofyear', ofDate('int', (date) => date.getUTCMonth() + 1)],
  ['getmonth', ofDate('int', (date) => date.getUTCMonth() + 1)],
  ['getyear', ofDate('int', (date) => date.getUTCFullYear())],
  [
    'format_datetime',
    plain(2, 2, ['datetime', 'string'], 'string', ([value, format]) => {
      const ms = when(value);
      return ms === null ? '' : formatted(ms, textOf(format ?? null, 'string'));
    }),
  ],
  [
    'format_timespan',
    plain(2, 2, ['timespan', 'string'], 'string', ([value, format]) =>
      typeof value === 'number' ? formattedSpan(value, textOf(format ?? null, 'string')) : '',
    ),
  ],
  [
    'datetime_diff',
    plain(3, 3, ['string', 'datetime', 'datetime'], 'long', ([part, a, b]) => {
      const known = partOf('datetime_diff', part);
      const [x, y] = [when(a), when(b)];
      return x === null || y === null ? null : ordinal(known, x) - ordinal(known, y);
    }),
  ],
  [
    'datetime_add',
    plain(3, 3, ['string', 'long', 'datetime'], 'datetime', ([part, n, value]) => {
      const known = partOf('datetime_add', part);
      const ms = when(value);
      return ms === null || typeof n !== 'number' ? null : added(known, Math.trunc(n), ms);
    }),
  ],
  [
    'unixtime_seconds_todatetime',
    plain(1, 1, ['number'], 'datetime', ([n]) => (typeof n === 'number' ? inRange(n * 1000) : null)),
  ],
  [
    'unixtime_milliseconds_todatetime',
    plain(1, 1, ['number'], 'datetime', ([n]) => (typeof n === 'number' ? inRange(n) : null)),
  ],
];
