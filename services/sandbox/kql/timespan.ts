import { KqlError } from './budget.ts';
import { DAY, parseDateTime } from './values.ts';

const LOOK_BACK = 30 * DAY;
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

function durationOf(text: string): number | null {
  const found = DURATION.exec(text);
  if (found === null || text === 'P' || text.endsWith('T')) return null;
  const sizes = [365 * DAY, 30 * DAY, 7 * DAY, DAY, 3_600_000, 60_000, 1000];
  return sizes.reduce((sum, size, i) => sum + size * Number(found[i + 1] ?? 0), 0);
}

/** The window that a request's ISO 8601 `Timespan` means (both ends in ms, inclusive), at most 30 days back. Throws `KqlError`. */
export function windowOf(timespan: string | undefined, nowMs: number): { fromMs: number; toMs: number } {
  const [a = '', b, more] = (timespan ?? 'P30D').split('/');
  const bad = new KqlError(`Timespan '${(timespan ?? '').slice(0, 80)}' is not a valid ISO 8601 interval.`);
  if (more !== undefined) throw bad;
  const [length, start] = [durationOf(a), parseDateTime(a)];
  let fromMs = length === null ? start : nowMs - length;
  let toMs: number | null = nowMs;
  if (b !== undefined) {
    const [second, end] = [durationOf(b), parseDateTime(b)];
    toMs = end ?? (start !== null && second !== null ? start + second : null);
    if (length !== null) fromMs = end === null ? null : end - length;
  }
  if (fromMs === null || toMs === null) throw bad;
  return { fromMs: Math.max(fromMs, nowMs - LOOK_BACK), toMs: Math.min(toMs, nowMs) };
}
