import { agrees, type Change, sameValue } from '../runbook/change.ts';
import type { Progress, Run } from '../runbook/run.ts';
import type { Kind, Resources } from '../tenant/resources.ts';
import { TenantError } from '../tenant/tenant-error.ts';
import { move, withoutPeople } from './record.ts';
import type { World } from './world.ts';

/** How one change ended. */
export type Applied =
  | { readonly is: 'ok'; readonly run: Run }
  /** The resource is neither as before nor as after: a person decides. */
  | { readonly is: 'drifted'; readonly run: Run; readonly why: string }
  | { readonly is: 'refused'; readonly run: Run; readonly why: string }
  /** Could not be read or written for now; worked again later. */
  | { readonly is: 'later'; readonly run: Run; readonly why: string; readonly afterMs: number };

/** The resource as it is, null when absent, or why nobody can say. */
async function look(
  world: World,
  change: Change,
): Promise<{ readonly ok: true; readonly value: object | null } | { readonly ok: false; readonly why: string }> {
  const found = await world.tenant.read(change.kind, change.key);
  if (found.is === 'value') return { ok: true, value: found.value };
  if (found.is === 'absent') return { ok: true, value: null };
  return { ok: false, why: found.is === 'unknown' ? found.why : found.instead };
}

/** Moves the run and its progress line in one transaction; the worker owns the run, so losing the race is a surprise. */
async function note(
  world: World,
  run: Run,
  index: number,
  state: Progress['state'],
  observed?: object | null,
): Promise<Run> {
  const at = world.now();
  const line: Progress = observed === undefined ? { index, state, at } : { index, state, at, observed };
  const progress = [...run.progress.filter((p) => p.index !== index), line].sort((a, b) => a.index - b.index);
  const change = run.plan.changes[index];
  const told = { kind: change?.kind, key: change?.key, ...(observed === undefined ? {} : { observed }) };
  const next = await world.store.transaction((unit) =>
    move(
      unit,
      run,
      { progress },
      {
        event: state === 'about-to' ? 'change-about-to' : 'change-did',
        actor: 'cutover',
        at,
        detail: { index, state, ...withoutPeople(told) },
        personal: told,
      },
    ),
  );
  if (!next) throw new Error(`Run ${run.id} was moved by another worker while its changes were applied.`);
  return next;
}

/**
 * Brings one resource to its target: read, compare with before, journal, write, read back, journal. Safe to be called
 * again after a crash at any point: an open "about to" is resolved by reading, once a write that may still be under
 * way has had its time.
 */
export async function applyChange(world: World, start: Run, index: number): Promise<Applied> {
  let run = start;
  const change = run.plan.changes[index];
  if (!change) return { is: 'ok', run };
  const line = run.progress.find((p) => p.index === index);
  if (line && line.state !== 'about-to') return { is: 'ok', run };
  const resumed = line?.state === 'about-to';
  if (resumed) await world.sleep(world.writeGraceMs);

  const present = await look(world, change);
  if (!present.ok) return { is: 'later', run, why: present.why, afterMs: 5_000 };
  if (agrees(change.after, present.value)) {
    run = await note(world, run, index, resumed ? 'did' : 'was-so-already', present.value);
    return { is: 'ok', run };
  }
  if (!agrees(change.before, present.value)) {
    run = await note(world, run, index, 'drifted', present.value);
    return {
      is: 'drifted',
      run,
      why: `${change.key} is neither as it was nor as wanted: somebody changed it meanwhile (${differences(change.before, present.value)}).`,
    };
  }
  if (!resumed) run = await note(world, run, index, 'about-to');

  const written = await write(world, change);
  if (written.is === 'refused') return { is: 'refused', run, why: written.why };
  if (written.is === 'later') return { is: 'later', run, why: written.why, afterMs: written.afterMs };
  if (written.is === 'uncertain') await world.sleep(world.writeGraceMs);

  const seen = await readBack(world, change);
  if (seen.is === 'wanted') return { is: 'ok', run: await note(world, run, index, 'did', seen.value) };
  if (seen.is === 'drifted') {
    // It was written, so it is this run's to take back, from what was observed.
    run = await note(world, run, index, 'did', seen.value);
    return {
      is: 'drifted',
      run,
      why: `${change.key} came back different from what was written: ${differences(change.after, seen.value)}.`,
    };
  }
  return { is: 'later', run, why: seen.why, afterMs: 5_000 };
}

/** Names the fields in which the tenant differs from one side of a change, shortly. */
function differences(side: object | null, found: object | null): string {
  if (side === null || found === null) return found === null ? 'it is not there' : 'it is there';
  const present = found as Readonly<Record<string, unknown>>;
  return Object.entries(side)
    .filter(([field, wanted]) => !sameValue(wanted, present[field]))
    .slice(0, 3)
    .map(([field, wanted]) => `${field} is ${short(present[field])}, not ${short(wanted)}`)
    .join('; ');
}

const short = (value: unknown): string => JSON.stringify(value ?? null).slice(0, 80);

type Written =
  | { readonly is: 'sent' }
  | { readonly is: 'uncertain' }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'later'; readonly why: string; readonly afterMs: number };

async function write(world: World, change: Change): Promise<Written> {
  try {
    await writeTyped(world, change);
    return { is: 'sent' };
  } catch (trouble) {
    if (!(trouble instanceof TenantError)) throw trouble;
    world.log.warn({ kind: change.kind, trouble: trouble.trouble }, 'a write did not go through');
    switch (trouble.trouble) {
      case 'uncertain':
      case 'conflict':
        return { is: 'uncertain' };
      case 'throttled':
        return { is: 'later', why: trouble.message, afterMs: trouble.retryAfterMs ?? 5_000 };
      case 'unreachable':
        return { is: 'later', why: trouble.message, afterMs: 5_000 };
      case 'denied':
      case 'refused':
      case 'unintelligible':
        return { is: 'refused', why: trouble.message };
    }
  }
}

function writeTyped<K extends Kind>(
  world: World,
  change: {
    readonly kind: K;
    readonly key: string;
    readonly before: Partial<Resources[K]> | null;
    readonly after: Partial<Resources[K]> | null;
  },
): Promise<void> {
  return world.tenant.write(change.kind, change.key, change.before, change.after);
}

type Seen =
  | { readonly is: 'wanted'; readonly value: object | null }
  | { readonly is: 'drifted'; readonly value: object | null }
  | { readonly is: 'not-yet'; readonly why: string };

/** Reads until the write shows, bounded: directories replicate, seconds to minutes (Exchange reference 5.1). */
async function readBack(world: World, change: Change): Promise<Seen> {
  const until = world.machineNow() + world.readBackMs;
  for (let wait = 20; ; wait = Math.min(wait * 2, 5_000)) {
    const found = await look(world, change);
    if (found.ok && agrees(change.after, found.value)) return { is: 'wanted', value: found.value };
    const lagging = !found.ok || agrees(change.before, found.value);
    if (world.machineNow() >= until) {
      if (!found.ok) return { is: 'not-yet', why: found.why };
      return lagging
        ? { is: 'not-yet', why: `${change.key} does not show the change yet.` }
        : { is: 'drifted', value: found.value };
    }
    await world.sleep(wait);
  }
}
