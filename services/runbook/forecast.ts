import { blackedOut } from '../approvals/business-time.ts';
import type { Settings } from '../settings/settings.ts';
import { dayMs, fromIsoDate, isoDate } from '../tenant/time.ts';
import { plural } from './look.ts';
import type { Answer } from './plan.ts';
import type { Attestation, Milestone } from './step.ts';
import type { StepId } from './step-id.ts';
import { steps } from './steps/index.ts';

/** What the earliest MX date is reckoned from. `now` in ms. */
export interface ForecastInput {
  readonly answers: ReadonlyMap<StepId, Answer>;
  readonly milestones: readonly Milestone[];
  readonly attestations: readonly Attestation[];
  readonly settings: Settings;
  readonly now: number;
}

/** The earliest MX date. It is a lower bound under the stated assumption, never a promise. */
export interface Forecast {
  /** Start of a day on which changes are allowed, or now (ms); null when it cannot be told or MX has moved. */
  readonly earliestMx: number | null;
  /** What it assumes, or why it cannot be told; one line. */
  readonly words: string;
  /** Whole days from the earliest MX date to the old contract's end; negative: too late; null: not known. */
  readonly slackDays: number | null;
}

/** The bypass rule is off this long before MX moves (guide 5.1, row 6: [B], our own rule). */
const bypassPauseDays = 1;
/** The lowered TTL, and then the old one, must have run out: propagation takes up to 48 h (guide 1.16, D1 and D2). */
const ttlDays = 2;
/** A blackout longer than this hides a mistake in the setting rather than a quiet season. */
const furthestDays = 730;

const stageOrder = ['mailbox-intelligence', 'user-impersonation', 'domain-impersonation'] as const;

/** When Microsoft began to filter the pilot (ms): the run that settled and was not undone, else a valid attestation. */
export const pilotSince = (
  known: Pick<ForecastInput, 'answers' | 'milestones' | 'attestations' | 'now'>,
): number | null => doneAt(known, 'start-pilot');

/** Waves that are still to come: the first of `waveSizes` is the pilot itself. */
export function wavesLeft(input: Pick<ForecastInput, 'answers' | 'milestones' | 'attestations' | 'settings' | 'now'>) {
  const isDone = input.answers.get('waves')?.is === 'nothing-to-do' || attestedAt(input, 'waves') !== null;
  if (isDone) return 0;
  const taken = input.milestones.filter((m) => m.step === 'waves' && !m.undone).length;
  const answer = input.answers.get('waves');
  // Smaller waves than planned: where the step itself still has somebody to add, at least one is left.
  const atLeast = answer?.is === 'proposal' ? 1 : 0;
  return Math.max(atLeast, input.settings.waveSizes.length - 1 - taken);
}

/**
 * The earliest MX date from minimum days (guide 4.2, 5.2): observation and gaps of the impersonation stages, minimum
 * days of the waves left, side by side where the waves need no stage; then the pause with the bypass
 * off and the TTL, and no change on a blackout day.
 */
export function forecastOf(input: ForecastInput): Forecast {
  const { settings, now } = input;
  if (settledAt(input.milestones, 'switch-mx') !== null || input.answers.get('switch-mx')?.is === 'nothing-to-do')
    return { earliestMx: null, words: 'MX has moved.', slackDays: null };
  const attestedMove = attestedAt(input, 'switch-mx');
  if (attestedMove !== null)
    return { earliestMx: null, words: 'MX has moved, as attested; not checked.', slackDays: null };
  const calendar = calendarOf(settings);
  if (calendar === null)
    return {
      earliestMx: null,
      words: `Cannot be told: the time zone "${settings.timeZone.slice(0, 40)}" is not known.`,
      slackDays: null,
    };
  const blackout = unreadableBlackout(settings);
  if (blackout !== null)
    return {
      earliestMx: null,
      words: `Cannot be told: "${blackout}" in the blackout dates is no date.`,
      slackDays: null,
    };

  const started = pilotSince(input);
  const pilot = started ?? calendar.free(now);
  const stages = stagesEnd(input, pilot, calendar.free);
  const left = wavesLeft(input);
  const waves = wavesEnd(input, pilot, stages, left, calendar.free);
  const bypassOff = doneAt(input, 'bypass-off');
  const off =
    stages === null || waves === null || pilot === null
      ? null
      : (bypassOff ?? calendar.free(Math.max(now, stages, waves)));
  // The TTL can be lowered today, so that its wait runs beside everything else.
  const earliest =
    off === null
      ? null
      : calendar.free(Math.max(off + bypassPauseDays * dayMs, now + ttlDays * dayMs, stages ?? 0, waves ?? 0));
  if (earliest === null)
    return { earliestMx: null, words: 'Cannot be told: the blackout dates leave no day for it.', slackDays: null };

  const parts = [
    started === null ? 'if the pilot starts today' : '',
    left > 0 ? `if ${left === 1 ? 'the wave left passes' : `all ${left} waves left pass`} at once` : '',
    'if every gate holds in its shortest time',
  ].filter(Boolean);
  const ends = settings.contractEnds === '' ? null : fromIsoDate(settings.contractEnds, settings.timeZone);
  return {
    earliestMx: earliest,
    words: `${sentence(parts)} (${assumed(input, left)}).`,
    slackDays: ends === null ? null : daysBetween(earliest, ends, settings.timeZone),
  };
}

const sentence = (parts: readonly string[]): string => {
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** The minimum times in numbers, so that the reader sees what the date rests on. */
function assumed(input: ForecastInput, left: number): string {
  const s = input.settings;
  return [
    `observation ${plural(s.observationDays, 'day')}`,
    `${plural(s.stageGapDays, 'day')} between stages`,
    left > 0 ? `${plural(s.waveMinimumDays, 'day')} per wave` : '',
    'bypass off 24 h and TTL lowered 48 h before',
    s.blackout.trim() === '' ? '' : 'blackout days skipped',
  ]
    .filter(Boolean)
    .join(', ');
}

function settledAt(milestones: readonly Milestone[], step: StepId): number | null {
  return milestones.findLast((m) => m.step === step && !m.undone)?.settledAt ?? null;
}

/**
 * When a step was done (ms), by its settled run, else by a statement. A step that says now that something is left to do
 * is not done, whatever is recorded; one that cannot be read at present is taken by the record.
 */
function doneAt(
  known: Pick<ForecastInput, 'answers' | 'milestones' | 'attestations' | 'now'>,
  step: StepId,
): number | null {
  const answer = known.answers.get(step);
  const unread = answer?.is === 'blocked' && answer.blockers.every((b) => b.id.startsWith('unknown'));
  if (answer !== undefined && answer.is !== 'nothing-to-do' && !unread) return null;
  return settledAt(known.milestones, step) ?? attestedAt(known, step);
}

function attestedAt(known: Pick<ForecastInput, 'attestations' | 'now'>, about: StepId): number | null {
  return known.attestations.findLast((a) => a.about === about && a.expiresAt > known.now)?.at ?? null;
}

/** When the last stage may settle; null where no free day is found. */
function stagesEnd(input: ForecastInput, pilot: number | null, free: (at: number) => number | null): number | null {
  if (pilot === null) return null;
  const { observationDays, stageGapDays } = input.settings;
  let at: number | null = null;
  for (const stage of stageOrder) {
    const done = doneAt(input, stage);
    if (done !== null) {
      at = done;
      continue;
    }
    if (input.answers.get(stage)?.is === 'nothing-to-do') continue;
    const due: number = Math.max(
      input.now,
      pilot + observationDays * dayMs,
      at === null ? 0 : at + stageGapDays * dayMs,
    );
    at = free(due);
    if (at === null) return null;
  }
  return at ?? input.now;
}

/** When the last wave may have stood its days; null where no free day is found. */
function wavesEnd(
  input: ForecastInput,
  pilot: number | null,
  stages: number | null,
  left: number,
  free: (at: number) => number | null,
): number | null {
  if (pilot === null || stages === null) return null;
  const minimum = input.settings.waveMinimumDays * dayMs;
  let joined = Math.max(pilot, settledAt(input.milestones, 'waves') ?? 0);
  const afterStages = steps
    .find((s) => s.id === 'waves')
    ?.needs.some((need) => stageOrder.some((stage) => stage === need));
  for (let n = 0; n < left; n += 1) {
    const next = free(Math.max(input.now, joined + minimum, afterStages ? stages : 0));
    if (next === null) return null;
    joined = next;
  }
  return joined + minimum;
}

/** The calendar of the tenant's zone; null where the zone is not known. */
function calendarOf(settings: Settings): { readonly free: (at: number) => number | null } | null {
  if (fromIsoDate('2026-01-01', settings.timeZone) === null) return null;
  return {
    free: (at) => {
      let moment = at;
      for (let n = 0; n < furthestDays; n += 1) {
        if (!blackedOut(moment, settings.blackout, settings.timeZone)) return moment;
        const today = isoDate(moment, settings.timeZone);
        const midnight = fromIsoDate(today, settings.timeZone) ?? moment;
        // Thirty hours after midnight is always within the next local day, however long this one is.
        moment =
          fromIsoDate(isoDate(midnight + 30 * 3_600_000, settings.timeZone), settings.timeZone) ?? moment + dayMs;
      }
      return null;
    },
  };
}

/** The first part of the blackout setting that is no date; null when all are. */
function unreadableBlackout(settings: Settings): string | null {
  const bad = settings.blackout
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .find((part) =>
      part.split('/').some((d) => !/^\d{4}-\d{2}-\d{2}$/.test(d) || fromIsoDate(d, settings.timeZone) === null),
    );
  return bad?.slice(0, 40) ?? null;
}

/** Whole local days from one moment to the start of another day. */
function daysBetween(from: number, to: number, zone: string): number {
  const start = fromIsoDate(isoDate(from, zone), zone) ?? from;
  return Math.round((to - start) / dayMs);
}
