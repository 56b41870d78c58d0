import { DateTime } from 'luxon';

/** A number with thousands separated: 1,450. */
export const count = (n: number): string => n.toLocaleString('en-GB', { maximumFractionDigits: 1 });

/** A number with its noun: "1 person", "480 people". */
export const counted = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`;

/** Names joined for a line: "Lea + Omar"; "nobody" for none. */
export const joined = (names: readonly string[]): string => (names.length === 0 ? 'nobody' : names.join(' + '));

/** A time in the reader's zone: "Tue 08:00" within six days of `now`, else with the date. A zone nobody knows is UTC, and says so. */
export function when(at: number, frame: { readonly zone: string; readonly now: number }): string {
  const local = DateTime.fromMillis(at, { zone: frame.zone, locale: 'en-GB' });
  const time = local.isValid ? local : DateTime.fromMillis(at, { zone: 'utc', locale: 'en-GB' });
  const near = Math.abs(at - frame.now) < 6 * 86_400_000;
  return time.toFormat(near ? 'ccc HH:mm' : 'ccc d LLL HH:mm') + (local.isValid ? '' : ' UTC');
}

/** A date in the reader's zone: "Tue 3 Nov 2026". */
export function day(at: number, frame: { readonly zone: string }): string {
  const local = DateTime.fromMillis(at, { zone: frame.zone, locale: 'en-GB' });
  return (local.isValid ? local : DateTime.fromMillis(at, { zone: 'utc', locale: 'en-GB' })).toFormat('ccc d LLL yyyy');
}

/** The first `max` lines, and how many are left out. */
export function first<T>(rows: readonly T[], max: number): { readonly shown: readonly T[]; readonly more: string } {
  const left = rows.length - max;
  return left > 0 ? { shown: rows.slice(0, max), more: `… and ${count(left)} more` } : { shown: rows, more: '' };
}

/** A text without the label that it begins with, where the card writes that label itself: "Undo: at once" → "at once". */
export function withoutLabel(label: string, text: string): string {
  const start = text.slice(0, label.length + 1).toLowerCase();
  return start === `${label.toLowerCase()}:` || start === `${label.toLowerCase()} `
    ? text.slice(label.length + 1).trim()
    : text;
}

/** Words in backticks as they are quoted for a reader: nothing renders Markdown here. */
export const quoted = (text: string): string => text.replace(/`([^`]{1,60})`/g, '“$1”');
