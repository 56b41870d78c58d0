import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** How far ahead the clock reserves time on disk, so that a killed sandbox never wakes up earlier than it was. */
const reserveMs = 2_000;

/** The sandbox's clock: it ticks one to one with the machine and is moved by jumps. All times in milliseconds. */
export interface SandboxClock {
  now(): number;
  move(byMs: number): number;
  /** Writes down the present for the next start. */
  stop(): void;
}

/** Starts the clock at `epochMs`, or where a former run left it (`file`). */
export function startClock(epochMs: number, machineNow: () => number, file: string | undefined): SandboxClock {
  const left = file !== undefined && existsSync(file) ? Number(readFileSync(file, 'utf8')) : Number.NaN;
  let base = Number.isFinite(left) ? Math.max(left, epochMs) : epochMs;
  const startedAt = machineNow();
  const now = (): number => base + Math.max(0, machineNow() - startedAt);
  const note = (value: number): void => {
    if (file === undefined) return;
    writeFileSync(`${file}.new`, String(Math.ceil(value)));
    renameSync(`${file}.new`, file);
  };
  note(now() + reserveMs);
  const timer = setInterval(() => note(now() + reserveMs), reserveMs / 2);
  timer.unref();
  return {
    now,
    move(byMs) {
      base += byMs;
      note(now() + reserveMs);
      return now();
    },
    stop() {
      clearInterval(timer);
      note(now());
    },
  };
}

const durationPattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Milliseconds of an ISO 8601 duration in weeks, days, hours, minutes and seconds; undefined for anything else. */
export function durationMs(iso: string): number | undefined {
  const match = durationPattern.exec(iso);
  if (match === null || iso === 'P' || iso.endsWith('T')) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
