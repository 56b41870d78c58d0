import { addBusinessHours } from '../approvals/business-time.ts';
import { may } from '../approvals/may.ts';
import type { Verdict } from '../approvals/reasons.ts';
import type { Actor, Run } from '../runbook/run.ts';
import type { Settings } from '../settings/settings.ts';
import type { Unit } from '../store/store.ts';
import { openRun } from './propose.ts';
import { move, say, show } from './record.ts';
import { type Recheck, type Refused, recheck } from './survey.ts';
import { openUndo } from './way-back.ts';
import { askerOf, settingsOf, type World } from './world.ts';

export type Decided =
  | { readonly is: 'done'; readonly run: Run }
  /** The run was void; `run` is the old one, `replacement` what is proposed in its place, if anything is. */
  | { readonly is: 'void'; readonly run: Run; readonly replacement: Run | null }
  | Refused;

/** A click on a run's card. */
export interface Click {
  readonly run: string;
  readonly version: number;
  readonly by: Actor;
  readonly reason?: string;
}

const refused = (verdict: Verdict, run: Run | null): Refused =>
  verdict.ok
    ? { is: 'refused', reason: 'old-card', run }
    : { is: 'refused', reason: verdict.reason, ...(verdict.more ? { more: verdict.more } : {}), run };

/** Records a refusal: who tried what, and why not. */
async function refuse(world: World, verdict: Verdict, run: Run, click: Click, act: string): Promise<Refused> {
  const answer = refused(verdict, run);
  await world.store.transaction((unit) =>
    unit.append({
      at: world.now(),
      actor: click.by.id || 'unknown',
      event: 'refused',
      subject: `run-refusal:${run.id}`,
      detail: { act, reason: answer.reason, version: click.version },
    }),
  );
  return answer;
}

/** Approves a run, after looking at the tenant again. */
export async function approve(world: World, click: Click): Promise<Decided> {
  const run = await world.store.run(click.run);
  if (!run) return { is: 'refused', reason: 'unknown-run', run: null };
  const verdict = await mayApproveNow(world, run, click);
  if (!verdict.ok) return refuse(world, verdict, run, click, 'approve');

  const ground = await recheck(world, run);
  if (ground.is === 'unknown')
    return refuse(world, { ok: false, reason: 'cannot-recheck', more: ground.why }, run, click, 'approve');
  if (ground.is === 'different') return supersede(world, run, ground);

  // Looking again takes seconds in which time, roles and settings may have moved.
  const still = await mayApproveNow(world, run, click);
  if (!still.ok) return refuse(world, still, run, click, 'approve');
  const settings = await settingsOf(world.store);
  const now = world.now();
  const approvals = [...run.approvals, { by: click.by, at: now, fingerprint: run.plan.fingerprint }];
  const reached = approvals.length >= run.quorum;
  const moved = await world.store.transaction(async (unit) => {
    const next = await move(
      unit,
      run,
      reached
        ? { approvals, state: 'approved', expiresAt: lapsesAt(run, now, settings) }
        : { approvals, state: 'proposed' },
      {
        event: 'run-decided',
        actor: click.by.id,
        at: now,
        detail: { decision: 'approve', fingerprint: run.plan.fingerprint, count: approvals.length, quorum: run.quorum },
      },
    );
    if (!next) return null;
    if (reached) {
      // Approved and unused, it lapses: what was seen grows old.
      await unit.setDue({ key: `expire:${run.id}`, at: next.expiresAt, kind: 'expire', data: { run: run.id } });
      await unit.clearDue(`remind:${run.id}`);
      if (next.plan.byHand.some((a) => a.when === 'before'))
        await say(unit, next, settings.securityChannel || next.askedIn || '', 'by-hand');
      await unit.wake(run.id);
    }
    await show(unit, next, settings.securityChannel);
    return next;
  });
  if (!moved) return { is: 'refused', reason: 'old-card', run: await world.store.run(run.id) };
  return { is: 'done', run: moved };
}

async function mayApproveNow(world: World, run: Run, click: Click): Promise<Verdict> {
  const [asker, settings] = await Promise.all([askerOf(world, click.by.id), settingsOf(world.store)]);
  return may(asker, { act: 'approve', run, version: click.version, now: world.now(), settings });
}

/** When an approval that is not carried out lapses: with its window, else as long again as there was to decide. */
function lapsesAt(run: Run, now: number, settings: Settings): number {
  if (run.notAfter !== null) return run.notAfter;
  const from = Math.max(now, run.notBefore ?? now);
  return addBusinessHours(from, settings.approvalHours, settings.timeZone, settings.businessHours);
}

/** Rejects a run; final. */
export async function reject(world: World, click: Click): Promise<Decided> {
  const run = await world.store.run(click.run);
  if (!run) return { is: 'refused', reason: 'unknown-run', run: null };
  const [asker, settings] = await Promise.all([askerOf(world, click.by.id), settingsOf(world.store)]);
  const verdict = may(asker, {
    act: 'reject',
    run,
    version: click.version,
    now: world.now(),
    reason: click.reason ?? '',
    settings,
  });
  if (!verdict.ok) return refuse(world, verdict, run, click, 'reject');
  return resolve(
    world,
    run,
    'rejected',
    click.by.id,
    `${click.by.name}: ${(click.reason ?? '').trim()}`,
    'run-decided',
  );
}

/** Cancels one's own request. */
export async function cancel(world: World, click: Click): Promise<Decided> {
  const run = await world.store.run(click.run);
  if (!run) return { is: 'refused', reason: 'unknown-run', run: null };
  const [asker, settings] = await Promise.all([askerOf(world, click.by.id), settingsOf(world.store)]);
  const verdict = may(asker, { act: 'cancel', run, version: click.version, settings });
  if (!verdict.ok) return refuse(world, verdict, run, click, 'cancel');
  return resolve(world, run, 'cancelled', click.by.id, `Cancelled by ${click.by.name}.`, 'run-decided');
}

/** Ends a run that made nothing, and tells whoever asked. */
export async function resolve(
  world: World,
  run: Run,
  state: 'rejected' | 'cancelled' | 'expired',
  actor: string,
  reason: string,
  event: 'run-decided' | 'run-state',
): Promise<Decided> {
  const settings = await settingsOf(world.store);
  const now = world.now();
  const moved = await world.store.transaction(async (unit) => {
    const next = await move(
      unit,
      run,
      { state, reason, resolvedAt: now },
      { event, actor, at: now, detail: { decision: state }, personal: { reason } },
    );
    if (next) await ended(unit, next, settings.securityChannel);
    return next;
  });
  return moved ? { is: 'done', run: moved } : { is: 'refused', reason: 'old-card', run: await world.store.run(run.id) };
}

/** What follows every end of a run: its due times go, its card is redrawn, the requester hears of it. */
export async function ended(unit: Unit, run: Run, channel: string): Promise<void> {
  await unit.clearDue(`expire:${run.id}`);
  await unit.clearDue(`remind:${run.id}`);
  await show(unit, run, channel);
  if (run.askedIn && run.askedIn !== channel) await say(unit, run, run.askedIn, 'outcome');
}

/** Voids a run whose ground has changed and proposes what holds now, for the same requester. */
export async function supersede(
  world: World,
  run: Run,
  ground: Extract<Recheck, { is: 'different' }>,
): Promise<Decided> {
  const settings = await settingsOf(world.store);
  const now = world.now();
  const result = await world.store
    .transaction(async (unit) => {
      const replacement = ground.plan
        ? await openRun(
            world,
            unit,
            ground.plan,
            settings,
            {
              by: run.requestedBy,
              ticket: run.ticket,
              notBefore: run.notBefore,
              notAfter: run.notAfter,
              askedIn: run.askedIn,
            },
            {
              replaces: run.id,
              breakGlass: run.breakGlass,
              ...(run.undoes ? { undoes: run.undoes } : {}),
              ...(run.undoes && run.reason ? { reason: run.reason } : {}),
            },
          )
        : null;
      const old = await move(
        unit,
        run,
        { state: 'superseded', reason: ground.why, resolvedAt: now, replacedBy: replacement?.id ?? null },
        {
          event: 'run-state',
          actor: 'cutover',
          at: now,
          detail: { replacedBy: replacement?.id ?? null },
          personal: { why: ground.why },
        },
      );
      if (!old) throw new Lost();
      await ended(unit, old, settings.securityChannel);
      return { old, replacement };
    })
    .catch((trouble: unknown) => {
      if (trouble instanceof Lost) return null;
      throw trouble;
    });
  if (!result) return { is: 'refused', reason: 'old-card', run: await world.store.run(run.id) };
  return { is: 'void', run: result.old, replacement: result.replacement };
}

/** Somebody else moved the run first: the transaction is taken back whole. */
class Lost extends Error {}

/** Confirms an act by hand with its proof. */
export async function confirm(
  world: World,
  click: Click & { readonly act: string; readonly proof: string },
): Promise<Decided> {
  const run = await world.store.run(click.run);
  if (!run) return { is: 'refused', reason: 'unknown-run', run: null };
  const [asker, settings] = await Promise.all([askerOf(world, click.by.id), settingsOf(world.store)]);
  const effectProved = run.proof?.effect === 'proved' || run.proof?.effect === 'not applicable';
  const verdict = may(asker, {
    act: 'confirm',
    run,
    version: click.version,
    effectProved,
    actId: click.act,
    proof: click.proof,
    undoneBy: await openUndo(world.store, run),
  });
  if (!verdict.ok) return refuse(world, verdict, run, click, 'confirm');
  const now = world.now();
  const moved = await world.store.transaction(async (unit) => {
    // Two entries may race: the way back, asked for meanwhile, did not know of this act.
    if (run.state === 'settled' && (await openUndo(unit, run))) return null;
    const next = await move(
      unit,
      run,
      { confirmed: { ...run.confirmed, [click.act]: { by: click.by, at: now, proof: click.proof.trim() } } },
      {
        event: 'run-confirmed',
        actor: click.by.id,
        at: now,
        detail: { act: click.act },
        personal: { proof: click.proof },
      },
    );
    if (!next) return null;
    await unit.addAttestation({
      about: `run:${run.id}:${click.act}`,
      statement: run.plan.byHand.find((a) => a.id === click.act)?.text ?? click.act,
      proof: click.proof.trim(),
      by: click.by,
      at: now,
      expiresAt: now + settings.attestationDays * 86_400_000,
    });
    await unit.append({
      at: now,
      actor: click.by.id,
      event: 'attested',
      subject: `attestation:run:${run.id}:${click.act}`,
      detail: { about: `run:${run.id}:${click.act}` },
    });
    await show(unit, next, settings.securityChannel);
    // The card that asked must not go on asking.
    await say(unit, next, settings.securityChannel || next.askedIn || '', 'by-hand');
    await unit.wake(run.id);
    return next;
  });
  return moved ? { is: 'done', run: moved } : { is: 'refused', reason: 'old-card', run: await world.store.run(run.id) };
}
