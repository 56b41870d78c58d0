import { nextMorning } from '../approvals/business-time.ts';
import { type Asker, may } from '../approvals/may.ts';
import { agrees } from '../runbook/change.ts';
import type { Proof, Run } from '../runbook/run.ts';
import type { Unit } from '../store/store.ts';
import { applyChange } from './apply.ts';
import { ended, resolve, supersede } from './decide.ts';
import { move, say, show } from './record.ts';
import { knownFor, recheck } from './survey.ts';
import { openUndo } from './way-back.ts';
import { settingsOf, stepOf, type World } from './world.ts';

/** After a proved configuration the effect on mail is looked for at these ages, product time. */
const effectAges = [30 * 60_000, 60 * 60_000, 4 * 3_600_000, 24 * 3_600_000, 48 * 3_600_000, 7 * 86_400_000];

/** How often a run that could not be read or written is tried before it is called stuck. */
const patience = 12;

/**
 * Works a run as far as it goes: claim, changes, verification. Called by a worker that owns the run; safe to be called
 * again at any point and by any replica.
 */
export async function work(world: World, id: string): Promise<void> {
  let done = -1;
  for (let tries = 0; tries < patience; tries += 1) {
    const run = await world.store.run(id);
    if (!run) return;
    if (run.state === 'approved') {
      const claimed = await world.store.holding('tenant-writes', async () => ({ go: await claim(world, run) }));
      if (claimed === null) {
        await world.sleep(200);
        tries -= 1;
        continue;
      }
      if (!claimed.go) return;
      continue;
    }
    if (run.state === 'applying') {
      if (await world.store.frozen()) return;
      const held = await world.store.holding('tenant-writes', () => applyAll(world, run));
      if (held === null) {
        await world.sleep(200);
        tries -= 1;
        continue;
      }
      if (held.wait > 0) await world.sleep(Math.min(held.wait, 30_000));
      if (held.wait < 0) return;
      // Patience is for one change that does not go through, not for all of them together.
      if (held.done > done) tries = 0;
      done = Math.max(done, held.done);
      continue;
    }
    if (run.state === 'verifying') {
      if (await verify(world, run)) return;
      await world.sleep(Math.min(500 * 2 ** tries, 15_000));
      continue;
    }
    return;
  }
  const run = await world.store.run(id);
  if (run && (run.state === 'applying' || run.state === 'verifying'))
    await stick(world, run, 'It could not be finished within the time allowed; the tenant did not answer as needed.');
}

/**
 * Takes an approved run, if its time has come and the ground is still what was approved. One run at a time changes the
 * tenant, from its claim until it is settled, stopped or stuck: what was looked at cannot move under another's hands.
 */
async function claim(world: World, run: Run): Promise<boolean> {
  const now = world.now();
  if (await world.store.frozen()) return false;
  if (run.plan.byHand.some((a) => a.when === 'before' && !run.confirmed[a.id])) return false;
  if (run.notBefore !== null && now < run.notBefore) {
    const opens = run.notBefore;
    await world.store.transaction((unit) =>
      unit.setDue({ key: `window:${run.id}`, at: opens, kind: 'window', data: { run: run.id } }),
    );
    return false;
  }
  if (run.notAfter !== null && now >= run.notAfter) {
    await resolve(world, run, 'expired', 'cutover', 'Its change window closed before it could start.', 'run-state');
    return false;
  }
  // The one that is under way wakes those that wait when it ends.
  const open = await world.store.runs({ open: true });
  if (open.some((r) => r.id !== run.id && (r.state === 'applying' || r.state === 'verifying'))) return false;
  const ground = await recheck(world, run);
  if (ground.is === 'unknown') {
    await world.store.transaction((unit) =>
      unit.setDue({ key: `window:${run.id}`, at: now + 60_000, kind: 'window', data: { run: run.id } }),
    );
    return false;
  }
  if (ground.is === 'different') {
    await supersede(world, run, ground);
    return false;
  }
  const settings = await settingsOf(world.store);
  const carried = may(cutover, { act: 'carry-out', run, fingerprint: run.plan.fingerprint, settings });
  if (!carried.ok) {
    const why = `Void: the approvals no longer carry it. ${carried.more ?? ''}`.trim();
    await supersede(world, run, { is: 'different', why, plan: run.plan });
    return false;
  }
  const taken = await step(world, run, { state: 'applying' }, {}, async (unit) => {
    await unit.clearDue(`expire:${run.id}`);
    await unit.clearDue(`window:${run.id}`);
    if (run.breakGlass)
      await unit.setDue({
        key: `review:${run.id}`,
        at: nextMorning(world.now(), settings.timeZone, settings.businessHours),
        kind: 'remind',
        data: { run: run.id, what: 'break-glass-review' },
      });
  });
  return taken !== null;
}

/** The product itself, where it asks what it may do. */
const cutover: Asker = { id: 'cutover', roles: { is: 'absent' }, member: true };

/** Wakes the approved runs that waited for this one to end. */
async function wakeWaiting(unit: Unit): Promise<void> {
  for (const run of await unit.runs({ open: true })) if (run.state === 'approved') await unit.wake(run.id);
}

/** Moves a run and redraws its card. */
async function step(
  world: World,
  run: Run,
  change: Partial<Run>,
  detail: Readonly<Record<string, unknown>>,
  also?: (unit: Unit, next: Run) => Promise<void>,
  personal?: unknown,
): Promise<Run | null> {
  const settings = await settingsOf(world.store);
  return world.store.transaction(async (unit) => {
    const next = await move(unit, run, change, {
      event: 'run-state',
      actor: 'cutover',
      at: world.now(),
      detail,
      personal,
    });
    if (!next) return null;
    await show(unit, next, settings.securityChannel);
    await also?.(unit, next);
    return next;
  });
}

/** Applies what is left, in order. `wait`: try again after so many ms; 0: go on; negative: over. */
async function applyAll(world: World, start: Run): Promise<{ readonly wait: number; readonly done: number }> {
  let run = start;
  for (const index of run.plan.changes.keys()) {
    // Somebody may pause while a long change is under way: nothing more is written, and `resume` goes on from here.
    if (await world.store.frozen()) return { wait: -1, done: index };
    const applied = await applyChange(world, run, index);
    run = applied.run;
    if (applied.is === 'ok') continue;
    if (applied.is === 'later') return { wait: applied.afterMs, done: index };
    await halt(world, run, 'stopped', applied.why);
    return { wait: -1, done: index };
  }
  await step(
    world,
    run,
    {
      state: 'verifying',
      proof: { configuration: 'not yet', effect: 'not yet', words: 'Reading everything back.', at: world.now() },
    },
    {},
  );
  return { wait: 0, done: run.plan.changes.length };
}

/** Stops a run for a person to look at; what it made stays, and can be taken back. */
async function halt(world: World, run: Run, state: 'stopped' | 'stuck', why: string): Promise<void> {
  const settings = await settingsOf(world.store);
  await step(
    world,
    run,
    { state, reason: why, resolvedAt: state === 'stopped' ? world.now() : null },
    {},
    async (unit, next) => {
      if (state === 'stopped') await ended(unit, next, settings.securityChannel);
      else if (next.askedIn) await say(unit, next, next.askedIn, 'outcome');
      await wakeWaiting(unit);
    },
    { why },
  );
}

/** Gives up for now. A run that wrote nothing just ends; one that did stays for a person, who has two ways on. */
const stick = (world: World, run: Run, why: string): Promise<void> =>
  run.progress.some((p) => p.state === 'did' || p.state === 'about-to')
    ? halt(world, run, 'stuck', `${why} Say \`resume\` to try again, or take it back.`)
    : halt(world, run, 'stopped', `${why} Nothing was written.`);

/**
 * Reads every target again. Settled means that nothing of the run's own sealed target is left to do; the effect on mail
 * is proved later and shown apart.
 */
async function verify(world: World, run: Run): Promise<boolean> {
  for (const change of run.plan.changes) {
    const found = await world.tenant.read(change.kind, change.key);
    if (found.is === 'unknown' || found.is === 'not-licensed') return false;
    if (!agrees(change.after, found.is === 'value' ? found.value : null)) return false;
  }
  const settings = await settingsOf(world.store);
  const now = world.now();
  const awaits = run.undoes === null && stepOf(world, run.plan.step)?.effect !== undefined;
  const proof: Proof = {
    configuration: 'proved',
    effect: awaits ? 'not yet' : 'not applicable',
    words: awaits
      ? 'Configuration read back. The effect on mail is looked for from 30 minutes on.'
      : 'Configuration read back.',
    at: now,
  };
  const settled = await step(
    world,
    run,
    { state: 'settled', proof, resolvedAt: now },
    { proof },
    async (unit, next) => {
      await ended(unit, next, settings.securityChannel);
      if (awaits)
        await unit.setDue({
          key: `verify:${run.id}`,
          at: now + (effectAges[0] ?? 0),
          kind: 'verify',
          data: { run: run.id, age: 0 },
        });
      if (next.undoes) await markUndone(world, unit, next, settings.securityChannel);
      await wakeWaiting(unit);
    },
  );
  return settled !== null;
}

/** The run that was taken back says so. */
async function markUndone(world: World, unit: Unit, undo: Run, channel: string): Promise<void> {
  const original = undo.undoes ? await unit.run(undo.undoes) : null;
  if (!original || original.state === 'undone') return;
  const now = world.now();
  const next = await move(
    unit,
    original,
    { state: 'undone', reason: `Taken back by change ${undo.id}.` },
    { event: 'run-state', actor: 'cutover', at: now, detail: { undoneBy: undo.id } },
  );
  if (!next) throw new Error(`Run ${original.id} moved while it was being marked as taken back.`);
  await unit.clearDue(`verify:${original.id}`);
  await ended(unit, next, channel);
  // Whoever still reads the card that asked for an exemption would now leave these people without a filter.
  const wasAsked = original.proof?.effect === 'proved' && next.plan.byHand.some((a) => a.when === 'after');
  if (wasAsked) await say(unit, next, channel || next.askedIn || '', 'by-hand');
}

/** Looks for the effect on mail at an age of the settled run; asks for the act by hand once it is proved. */
export async function proveEffect(world: World, id: string, age: number): Promise<void> {
  const run = await world.store.run(id);
  if (run?.state !== 'settled' || run.proof?.effect !== 'not yet') return;
  const effect = stepOf(world, run.plan.step)?.effect;
  if (!effect) return;
  if (await openUndo(world.store, run)) {
    // Being taken back: nobody is asked to exempt people now. Should that come to nothing, this is looked at again.
    await world.store.transaction((unit) =>
      unit.setDue({ key: `verify:${id}`, at: world.now() + 1_800_000, kind: 'verify', data: { run: id, age } }),
    );
    return;
  }
  const since = run.resolvedAt ?? run.requestedAt;
  const known = await knownFor(world, world.store, run.plan.choice, null);
  const seen = await effect(world.tenant, { ...known, since, changes: run.plan.changes });
  const settings = await settingsOf(world.store);
  const now = world.now();
  const next = effectAges.findIndex((a, i) => i > age && since + a > now);
  const proof: Proof = {
    configuration: 'proved',
    effect: seen.proved ? 'proved' : 'not yet',
    words: seen.words,
    at: now,
  };
  await step(world, run, { proof }, { effect: proof }, async (unit, moved) => {
    if (seen.proved) {
      if (moved.plan.byHand.some((a) => a.when === 'after'))
        await say(unit, moved, settings.securityChannel || moved.askedIn || '', 'by-hand');
      return;
    }
    if (next > 0)
      await unit.setDue({
        key: `verify:${id}`,
        at: since + (effectAges[next] ?? 0),
        kind: 'verify',
        data: { run: id, age: next },
      });
    else {
      await unit.append({
        at: now,
        actor: 'cutover',
        event: 'alarm',
        subject: `effect:${id}`,
        detail: { words: seen.words },
      });
      await say(unit, moved, settings.securityChannel || moved.askedIn || '', 'effect-missing');
    }
  });
}
