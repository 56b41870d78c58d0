/** Types of a Kusto expression. Values carry no tag: the type is known before the first row is read. */
export type KqlType = 'string' | 'datetime' | 'timespan' | 'int' | 'long' | 'real' | 'bool' | 'dynamic';

/** A value at run time. `datetime` is milliseconds since 1970 (UTC), `timespan` milliseconds; `dynamic` is a JSON value; a string is never null. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** A JSON object as a dynamic value. */
export type Bag = { readonly [key: string]: Value };

/** One day in milliseconds. */
export const DAY = 86_400_000;

/** Milliseconds from 0001-01-01 (Kusto's zero, a Monday) to 1970-01-01. */
export const KUSTO_ZERO = 62_135_596_800_000;

const LATEST = 253_402_300_799_999;

/** Whether a dynamic value is an array. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a dynamic value is a property bag. */
export function isBag(value: Value): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The null of a type: empty text for a string, null for all others. */
export function nullOf(type: KqlType): Value {
  return type === 'string' ? '' : null;
}

/** Whether the type is a number. */
export function isNumeric(type: KqlType): boolean {
  return type === 'int' || type === 'long' || type === 'real';
}

/** A datetime inside Kusto's range (years 1 to 9999), otherwise null. */
export function inRange(ms: number): number | null {
  return ms >= -KUSTO_ZERO && ms <= LATEST ? ms : null;
}

/** Any JavaScript value as a JSON value; what JSON cannot hold is null. */
export function toJson(raw: unknown, depth = 0): Value {
  if (raw === null || raw === undefined || depth > 64) return null;
  if (typeof raw === 'string' || typeof raw === 'boolean') return raw;
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : null;
  if (Array.isArray(raw)) return raw.map((item) => toJson(item, depth + 1));
  if (raw instanceof Date) return isoTicks(raw.getTime());
  if (typeof raw === 'object') return bagOf(Object.entries(raw).map(([key, item]) => [key, toJson(item, depth + 1)]));
  return null;
}

/** A bag of these entries; the last of equal keys wins, and no key reaches the prototype. */
export function bagOf(entries: Iterable<readonly [string, Value]>): Bag {
  return Object.fromEntries(entries);
}

/** Parses JSON text; text that is no JSON stays a string, as `parse_json` does. Empty text is null. */
export function parseJsonText(text: string): Value {
  if (text === '') return null;
  try {
    return toJson(JSON.parse(text));
  } catch {
    return text;
  }
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));
const TICKS = 10_000;

function sevenDigits(ms: number): string {
  return String(Math.min(9_999_999, Math.round(ms * TICKS))).padStart(7, '0');
}

/** A datetime with seven decimals, as `tostring` writes it. */
export function isoTicks(ms: number): string {
  if (inRange(ms) === null) return '';
  const whole = Math.floor(ms);
  const text = new Date(whole).toISOString();
  const fraction = ms - Math.floor(ms / 1000) * 1000;
  return `${text.slice(0, 19)}.${sevenDigits(fraction)}Z`;
}

/** A datetime as the service's results write it: ISO 8601 ending in Z, decimals only where they are not zero. */
export function isoShort(ms: number): string {
  return isoTicks(ms).replace(/\.?0*Z$/, 'Z');
}

/** A timespan as Kusto writes it: `[-][d.]hh:mm:ss[.fffffff]`. */
export function timespanText(ms: number): string {
  const size = Math.abs(ms);
  const days = Math.floor(size / DAY);
  const rest = size - days * DAY;
  const seconds = Math.floor(rest / 1000);
  const fraction = rest - seconds * 1000;
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${ms < 0 ? '-' : ''}${days > 0 ? `${days}.` : ''}${clock}${fraction > 0 ? `.${sevenDigits(fraction)}` : ''}`;
}

/** A value of a type as text, as `tostring` does. Null is empty text. */
export function textOf(value: Value, type: KqlType): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'number') {
    if (type === 'datetime') return isoTicks(value);
    if (type === 'timespan') return timespanText(value);
    return type === 'real' && Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
  }
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

/** A value of a type as a member of a dynamic value: datetimes and timespans become text. */
export function dynamicOf(value: Value, type: KqlType): Value {
  if (typeof value !== 'number') return value;
  if (type === 'datetime') return isoTicks(value);
  if (type === 'timespan') return timespanText(value);
  return Number.isFinite(value) ? value : null;
}

const DATE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** The number that the two digits at a place of a text write; not a number where they are no digits. */
function pair(text: string, at: number): number {
  const [a, b] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : Number.NaN;
}

/** Reads `YYYY-MM-DDThh:mm:ss.mmmZ` (a day up to the 28th), which is how rows are stored; ten times as fast. Null for all else. */
function parseStored(text: string): number | null {
  if (text.length !== 24 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':') return null;
  if (text[16] !== ':' || text[19] !== '.' || text[23] !== 'Z') return null;
  const [year, month, day] = [pair(text, 0) * 100 + pair(text, 2), pair(text, 5), pair(text, 8)];
  const [hour, minute, second] = [pair(text, 11), pair(text, 14), pair(text, 17)];
  const last = text.charCodeAt(22) - 48;
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59)
    return null;
  if (last < 0 || last > 9) return null;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, pair(text, 20) * 10 + last);
  return Number.isNaN(ms) ? null : ms;
}

/** Parses an ISO 8601 date or date and time; without a zone it is UTC. Anything else is null. */
export function parseDateTime(text: string): number | null {
  const stored = parseStored(text);
  if (stored !== null) return stored;
  if (text.length > 64) return null;
  const found = DATE.exec(text.trim());
  if (found === null) return null;
  const part = (i: number): number => Number(found[i] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const fraction = found[7] === undefined ? 0 : Number(`0.${found[7]}`) * 1000;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return null;
  const zone = found[8] ?? 'Z';
  const shift =
    zone.toUpperCase() === 'Z'
      ? 0
      : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
  return inRange(date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - shift);
}

const UNITS: Readonly<Record<string, number>> = {
  d: DAY,
  day: DAY,
  days: DAY,
  h: 3_600_000,
  hr: 3_600_000,
  hrs: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  ms: 1,
  milli: 1,
  millis: 1,
  millisecond: 1,
  milliseconds: 1,
  micro: 0.001,
  micros: 0.001,
  microsecond: 0.001,
  microseconds: 0.001,
  tick: 0.0001,
  ticks: 0.0001,
};

/** Milliseconds of a timespan unit (`d`, `hours`, `ms`), or undefined where the word is no unit. */
export function unitOf(word: string): number | undefined {
  return Object.hasOwn(UNITS, word) ? UNITS[word] : undefined;
}

/** Parses `[-][d.]hh:mm[:ss[.fffffff]]`, a number of days, or a number with a unit. Anything else is null. */
export function parseTimespan(text: string): number | null {
  if (text.length > 64) return null;
  const clock = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?$/.exec(text.trim());
  if (clock !== null) {
    const n = (i: number): number => Number(clock[i] ?? 0);
    const fraction = clock[6] === undefined ? 0 : Number(`0.${clock[6]}`) * 1000;
    const size = n(2) * DAY + ((n(3) * 60 + n(4)) * 60 + n(5)) * 1000 + fraction;
    return clock[1] === '-' ? -size : size;
  }
  const short = /^(-?\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.trim());
  if (short === null) return null;
  const unit = short[2] === '' ? DAY : unitOf(short[2] ?? '');
  return unit === undefined ? null : Number(short[1]) * unit;
}

/** Parses a decimal or hexadecimal number. Anything else is null. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed.length > 400 || !/^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|0x[0-9a-f]+)$/i.test(trimmed)) return null;
  const negative = trimmed.startsWith('-');
  const size = Number(trimmed.replace(/^[+-]/, ''));
  return Number.isFinite(size) ? (negative ? -size : size) : null;
}

/** Converts a value of one type to another as the `to…()` functions do; what cannot be converted is the null of the target. */
export function convert(value: Value, from: KqlType, to: KqlType): Value {
  if (to === 'string') return textOf(value, from);
  if (value === null) return null;
  if (to === 'dynamic') return dynamicOf(value, from);
  if (typeof value === 'boolean') return to === 'bool' ? value : isNumeric(to) ? Number(value) : null;
  if (typeof value === 'number') {
    if (to === 'bool') return from === 'datetime' ? null : value !== 0;
    if (to === 'int' || to === 'long')
      return isNumeric(from) || from === 'dynamic' ? Math.trunc(value) : Math.trunc(value * TICKS);
    if (to === 'real') return value;
    if (to === 'timespan') return from === 'timespan' ? value : isNumeric(from) ? value / TICKS : null;
    return from === 'datetime' ? value : null;
  }
  if (typeof value !== 'string') return null;
  if (to === 'datetime') return parseDateTime(value);
  if (to === 'timespan') return parseTimespan(value);
  if (to === 'bool') {
    const word = value.trim().toLowerCase();
    if (word === 'true' || word === 'false') return word === 'true';
    const n = parseNumber(value);
    return n === null ? null : n !== 0;
  }
  const n = parseNumber(value);
  if (n === null || to === 'real') return n;
  return Number.isInteger(n) ? n : null;
}

/** Reads one cell of a source row as its column's type. */
export function fromSource(raw: unknown, type: KqlType): Value {
  if (raw === null || raw === undefined) return type === 'string' ? '' : null;
  if (type === 'string') return typeof raw === 'string' ? raw : textOf(toJson(raw), 'dynamic');
  if (type === 'dynamic') return typeof raw === 'string' && /^\s*[[{]/.test(raw) ? parseJsonText(raw) : toJson(raw);
  if (type === 'datetime') {
    if (typeof raw === 'number') return raw;
    if (raw instanceof Date) return raw.getTime();
    return typeof raw === 'string' ? parseDateTime(raw) : null;
  }
  if (typeof raw === 'number') return type === 'bool' ? raw !== 0 : raw;
  if (typeof raw === 'boolean') return type === 'bool' ? raw : Number(raw);
  return typeof raw === 'string' ? convert(raw, 'string', type) : null;
}

/** Orders two values of the same type, neither null: ordinal for text, false before true. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  const [x, y] = [textOf(a, 'dynamic'), textOf(b, 'dynamic')];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A text that is equal for equal values and different for others: the key of a group, a join or a set. */
export function keyOf(value: Value): string {
  if (typeof value === 'string') return `s${value.length}:${value}`;
  if (typeof value === 'number') return `n${value};`;
  if (value === null) return '~';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  const text = JSON.stringify(value);
  return `j${text.length}:${text}`;
}
