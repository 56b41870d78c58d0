import { digestOf } from '../runbook/change.ts';
import type { Run } from '../runbook/run.ts';
import type { JournalEvent, Unit } from '../store/store.ts';
import type { Refused } from './survey.ts';
import type { World } from './world.ts';

/** Conversation key of the security channel, or empty. */
export type Channel = string;

/** What every journal entry about a run carries, so that replaying the journal can be held against the table. */
export const sealOf = (
  run: Run,
): { readonly id: string; readonly version: number; readonly state: string; readonly digest: string } => ({
  id: run.id,
  version: run.version,
  state: run.state,
  digest: digestOf(run),
});

/** The entry of a run: event, who, and what happened beside the seal. */
export interface Told {
  readonly event: JournalEvent;
  readonly actor: string;
  readonly at: number;
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly personal?: unknown;
}

/** Kinds whose keys are people's addresses, and fields that hold them. */
const ofPeople: ReadonlySet<string> = new Set(['group-member', 'trusted-sender']);
const fieldsOfPeople: ReadonlySet<string> = new Set(['TargetedUsersToProtect', 'ExcludedSenders']);

/**
 * A change, or what was read of one, as the chain may hold it for ever: without the addresses of people. The whole of
 * it goes with the entry's personal part, which the chain names by keyed digest and retention can delete.
 */
export function withoutPeople<T extends { readonly kind?: string | undefined }>(told: T): object {
  if (ofPeople.has(told.kind ?? '')) return { kind: told.kind };
  const strip = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        fieldsOfPeople.has(name) && Array.isArray(inner) ? { count: inner.length } : strip(inner),
      ]),
    );
  };
  return Object.fromEntries(Object.entries(told).map(([name, inner]) => [name, strip(inner)]));
}

/** Stores a new run with its journal entry. */
export async function begin(unit: Unit, run: Run, told: Told): Promise<void> {
  await unit.insertRun(run);
  await unit.append({
    at: told.at,
    actor: told.actor,
    event: told.event,
    subject: `run:${run.id}`,
    detail: { run: sealOf(run), ...told.detail },
    personal: told.personal,
  });
}

/**
 * Moves a run by compare-and-set and journals it in the same transaction. `null` when somebody else moved it first:
 * the caller reads again.
 */
export async function move(unit: Unit, from: Run, change: Partial<Run>, told: Told): Promise<Run | null> {
  const next: Run = { ...from, ...change, version: from.version + 1 };
  if (!(await unit.advanceRun(from.version, next))) return null;
  await unit.append({
    at: told.at,
    actor: told.actor,
    event: told.event,
    subject: `run:${next.id}`,
    detail: { run: sealOf(next), ...told.detail },
    personal: told.personal,
  });
  return next;
}

/** Shows a run's card anew wherever it belongs: the security channel and the chat in which it was asked for. */
export async function show(unit: Unit, run: Run, channel: Channel): Promise<void> {
  const places = new Set([channel, run.askedIn ?? ''].filter(Boolean));
  for (const conversation of places) {
    await unit.post({
      conversation,
      dedupe: `run:${run.id}:${run.version}:${conversation}`,
      card: `run:${run.id}`,
      show: { view: 'run', id: run.id },
    });
  }
}

/** A short message of its own under a run's card (reminders, requests to act by hand, the outcome). */
export async function say(unit: Unit, run: Run, conversation: string, what: string): Promise<void> {
  if (!conversation) return;
  await unit.post({
    conversation,
    dedupe: `note:${run.id}:${what}:${run.version}`,
    card: `note:${run.id}:${what}`,
    show: { view: `note-${what}`, id: run.id },
    under: `run:${run.id}`,
  });
}

/** Records a refusal (who tried what, and why not) and hands it on. */
export async function refusing(world: World, actor: string, act: string, about: string, no: Refused): Promise<Refused> {
  await world.store.transaction((unit) =>
    unit.append({
      at: world.now(),
      actor: actor || 'unknown',
      event: 'refused',
      subject: no.run ? `run-refusal:${no.run.id}` : `refusal:${act}`,
      detail: { act, about, reason: no.reason },
    }),
  );
  return no;
}
