import type { Settings } from '../settings/settings.ts';
import type { Detection, Person, Questions, Window } from '../tenant/questions.ts';
import { type Reading, unknown } from '../tenant/reading.ts';
import type { TenantReader } from '../tenant/tenant.ts';
import { dayMs } from '../tenant/time.ts';
import type { Material } from './detections.ts';
import { attestedBy, type PilotReading, pilotOf, readPilot, readValue, settledRun } from './look.ts';
import type { Blocker } from './plan.ts';
import type { Known } from './step.ts';

/** What the steps with evidence read of mail. */
export interface Observation {
  readonly pilot: PilotReading;
  /** Null where the pilot has not started: there is nothing to observe. */
  readonly window: Window | null;
  /** When the observation began, ms; null where it has not. */
  readonly since: number | null;
  /** False: detections and submissions only. */
  readonly whole: boolean;
  readonly detected: Reading<Questions['detected-senders']['answer']>;
  readonly recent: Reading<Questions['detected-senders']['answer']>;
  readonly volume: Reading<Questions['volume']['answer']>;
  readonly zapped: Reading<Questions['zapped']['answer']>;
  readonly submissions: Reading<Questions['submissions']['answer']>;
}

const hourMs = 3_600_000;

/** How far hunting reaches back (guide 4.5, [B]). */
const reachDays = 30;

/** Room for the approval: the sealed window must still be within reach when it is looked at for the last time. */
const decisionDays = 6;

/**
 * The closed window: the sealed one, else from the later of `since` and as far back as may be asked, to the last full
 * hour. Null where there is no full hour to look at yet.
 */
export function windowOf(known: Known, longestDays: number, since: number | null): Window | null {
  if (known.window) return known.window;
  if (since === null) return null;
  const to = Math.floor(known.now / hourMs) * hourMs;
  const from = Math.max(
    Math.ceil(since / hourMs) * hourMs,
    to - Math.min(longestDays, reachDays - decisionDays) * dayMs,
  );
  return from < to ? { from, to } : null;
}

/** When Microsoft began to filter the pilot: the run that settled, else what a person attested. */
export const pilotStarted = (known: Known): number | null =>
  settledRun(known, 'start-pilot')?.settledAt ?? attestedBy(known, 'start-pilot')?.at ?? null;

/**
 * Reads the pilot and, over the window, what hunting and the submissions know of its mail. Queries run side by side.
 * `whole` false reads the detections only, for a decision that is not next: hunting takes 45 calls a minute in all.
 */
export async function observe(
  tenant: TenantReader,
  known: Known,
  settings: Settings,
  detections: readonly Detection[],
  since: number | null,
  whole = true,
): Promise<Observation> {
  const pilot = await readPilot(tenant, settings);
  const window = windowOf(known, settings.longestWindowDays, since);
  const people: readonly Person[] = pilotOf(pilot, [])?.people ?? [];
  if (window === null || people.length === 0) {
    const none = unknown('nothing to observe yet');
    return { pilot, window, since, whole, detected: none, recent: none, volume: none, zapped: none, submissions: none };
  }
  const recipients = people.map((p) => p.id).toSorted();
  const priority = people
    .filter((p) => p.priority)
    .map((p) => p.id)
    .toSorted();
  const spared = unknown('asked only when this decision is next');
  const [detected, recent, volume, zapped, submissions] = await Promise.all([
    tenant.ask('detected-senders', { recipients, detections, window }),
    !whole || priority.length === 0
      ? { is: 'value' as const, value: { senders: [], days: [], complete: true } }
      : tenant.ask('detected-senders', {
          recipients: priority,
          detections,
          window: { from: window.from, to: Math.max(window.to, known.now) },
        }),
    whole ? tenant.ask('volume', { recipients, window, connectors: [] }) : spared,
    whole ? tenant.ask('zapped', { recipients, window }) : spared,
    tenant.ask('submissions', { window }),
  ]);
  return { pilot, window, since, whole, detected, recent, volume, zapped, submissions };
}

const why = (r: Reading<unknown>): string =>
  r.is === 'unknown' ? r.why : r.is === 'not-licensed' ? `not licensed; instead: ${r.instead}` : 'absent';

type FromMail = Pick<
  Material,
  | 'window'
  | 'now'
  | 'observedDays'
  | 'senders'
  | 'days'
  | 'priorityHit'
  | 'priorityMessages'
  | 'volume'
  | 'zapped'
  | 'submissions'
  | 'missing'
>;

/** The material of the evidence, or null with reasons: detections that cannot be read whole are no evidence. */
export function materialOf(
  o: Observation,
  known: Known,
  people: readonly Person[],
  blockers: Blocker[],
): FromMail | null {
  const detected = readValue(o.detected, 'the detections', blockers);
  const recent = readValue(o.recent, 'the detections on priority accounts', blockers);
  if (detected === null || recent === null || o.window === null) return null;
  if (!detected.complete || !recent.complete) {
    blockers.push({
      id: 'unknown',
      what: 'Unknown: the detections came back in part only.',
      next: 'Ask again; a partial answer is no evidence.',
    });
    return null;
  }
  const priority = new Set(people.filter((p) => p.priority).map((p) => p.id));
  const missing: Partial<Record<'volume' | 'zapped' | 'submissions', string>> = {};
  if (o.volume.is !== 'value') missing.volume = why(o.volume);
  if (o.zapped.is !== 'value') missing.zapped = why(o.zapped);
  if (o.submissions.is !== 'value') missing.submissions = why(o.submissions);
  return {
    window: o.window,
    now: known.now,
    observedDays: o.since === null ? 0 : Math.max(0, Math.floor((known.now - o.since) / dayMs)),
    senders: detected.senders,
    days: detected.days,
    priorityMessages: o.whole ? recent.senders.reduce((n, s) => n + s.messages, 0) : null,
    priorityHit: [...new Set(recent.senders.flatMap((s) => s.recipientIds).filter((id) => priority.has(id)))],
    volume: o.volume.is === 'value' ? o.volume.value : null,
    zapped: o.zapped.is === 'value' ? o.zapped.value : null,
    submissions: o.submissions.is === 'value' ? o.submissions.value : null,
    missing,
  };
}
