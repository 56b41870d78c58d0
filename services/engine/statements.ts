import { may } from '../approvals/may.ts';
import { lastMarks } from '../runbook/detections.ts';
import type { Review } from '../runbook/evidence.ts';
import type { Actor } from '../runbook/run.ts';
import type { Unit } from '../store/store.ts';
import { supersede } from './decide.ts';
import { oneAtATime } from './propose.ts';
import { move, refusing, show } from './record.ts';
import { type Refused, recheck } from './survey.ts';
import { openUndo } from './way-back.ts';
import { askerOf, settingsOf, type World } from './world.ts';

type Done = { readonly is: 'done' } | Refused;

/**
 * Records a person's marks of detections. A mark may void a pending approval (a newly confirmed false positive), so
 * open runs of the step are looked at again at once.
 */
export async function review(
  world: World,
  step: string,
  marks: readonly { readonly sender: string; readonly mark: Review['mark'] }[],
  by: Actor,
): Promise<Done> {
  const verdict = may(await askerOf(world, by.id), { act: 'review' });
  if (!verdict.ok)
    return refusing(world, by.id, 'review', step, {
      is: 'refused',
      reason: verdict.reason,
      ...(verdict.more ? { more: verdict.more } : {}),
      run: null,
    });
  await oneAtATime(world, `review:${step}`, async () => {
    const last = lastMarks(await world.store.reviews(step), step);
    const now = world.now();
    await world.store.transaction(async (unit) => {
      for (const { sender, mark } of marks) {
        // Marked so already (a second click, or somebody was quicker): nothing changes, so nothing is recorded.
        if (last.get(sender.toLowerCase())?.mark === mark) continue;
        const id = `${step}:${now}:${by.id}:${sender}:${mark}`;
        await unit.addReview({ id, step, sender, mark, by: by.id, byName: by.name, at: now });
        await unit.append({
          at: now,
          actor: by.id,
          event: 'review',
          subject: `review:${step}`,
          detail: { step, mark },
          personal: { sender },
        });
      }
    });
    return marks;
  });
  for (const run of await world.store.runs({ open: true, step })) {
    if (run.state !== 'proposed' && run.state !== 'approved') continue;
    const ground = await recheck(world, run);
    if (ground.is === 'different') await supersede(world, run, ground);
  }
  return { is: 'done' };
}

/** Records a person's statement, with proof, that something this version cannot check is so. */
export async function attest(world: World, about: string, statement: string, proof: string, by: Actor): Promise<Done> {
  const verdict = may(await askerOf(world, by.id), { act: 'attest', statement, proof });
  if (!verdict.ok)
    return refusing(world, by.id, 'attest', about, {
      is: 'refused',
      reason: verdict.reason,
      ...(verdict.more ? { more: verdict.more } : {}),
      run: null,
    });
  const settings = await settingsOf(world.store);
  const now = world.now();
  await world.store.transaction(async (unit) => {
    await unit.addAttestation({
      about,
      statement: statement.trim(),
      proof: proof.trim(),
      by,
      at: now,
      expiresAt: now + settings.attestationDays * 86_400_000,
    });
    await unit.append({
      at: now,
      actor: by.id,
      event: 'attested',
      subject: `attestation:${about}`,
      detail: { about, expiresAt: now + settings.attestationDays * 86_400_000 },
      personal: { statement, proof },
    });
  });
  return { is: 'done' };
}

/** Says in the security channel how writing stands: one message for each pause, replaced when it ends. */
async function tellChannel(unit: Unit, now: number): Promise<void> {
  const { securityChannel } = await settingsOf(unit);
  if (!securityChannel) return;
  const since = String((await unit.note('paused-since')) ?? now);
  await unit.post({
    conversation: securityChannel,
    dedupe: `writing:${since}:${now}`,
    card: `writing:${since}`,
    show: { view: 'writing', id: since },
  });
}

/** Freezes everything that writes, with a reason; previews go on. */
export async function pause(world: World, reason: string, by: Actor): Promise<Done> {
  const verdict = may(await askerOf(world, by.id), { act: 'freeze' });
  if (!verdict.ok)
    return refusing(world, by.id, 'pause', 'writes', {
      is: 'refused',
      reason: verdict.reason,
      ...(verdict.more ? { more: verdict.more } : {}),
      run: null,
    });
  if (reason.trim().length < 3) return { is: 'refused', reason: 'reason-needed', run: null };
  const now = world.now();
  await world.store.transaction(async (unit) => {
    await unit.setFrozen({ owner: by.name, reason, since: now });
    await unit.setNote('paused-since', now);
    await unit.append({ at: now, actor: by.id, event: 'paused', subject: 'writes', detail: {}, personal: { reason } });
    await tellChannel(unit, now);
  });
  return { is: 'done' };
}

/**
 * Lets writing go on; approved runs that waited are claimed, each after looking again. A stuck run is tried again, as a
 * person has said so, from where it stopped and with every change read first; not one that is being taken back.
 */
export async function resume(world: World, by: Actor): Promise<Done> {
  const verdict = may(await askerOf(world, by.id), { act: 'thaw' });
  if (!verdict.ok)
    return refusing(world, by.id, 'resume', 'writes', {
      is: 'refused',
      reason: verdict.reason,
      ...(verdict.more ? { more: verdict.more } : {}),
      run: null,
    });
  const settings = await settingsOf(world.store);
  const now = world.now();
  await world.store.transaction(async (unit) => {
    await unit.setFrozen(null);
    await unit.append({ at: now, actor: by.id, event: 'resumed', subject: 'writes', detail: {} });
    await unit.setNote('resumed-by', by.name);
    await tellChannel(unit, now);
    for (const run of await unit.runs({ open: true })) {
      if (run.state === 'stuck' && !(await openUndo(unit, run))) {
        const next = await move(
          unit,
          run,
          { state: 'applying', reason: null },
          { event: 'run-state', actor: by.id, at: now, detail: { triedAgain: true } },
        );
        if (next) await show(unit, next, settings.securityChannel);
      }
      if (run.state !== 'proposed') await unit.wake(run.id);
    }
  });
  return { is: 'done' };
}
