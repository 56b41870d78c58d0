import type { Run } from '../runbook/run.ts';
import type { Due } from '../store/store.ts';
import { resolve } from './decide.ts';
import { say } from './record.ts';
import { proveEffect } from './work.ts';
import { settingsOf, type World } from './world.ts';

/** What happens when something falls due. Another room adds its kinds (digest, poll). */
export type DueHandlers = { readonly [K in Due['kind']]: (due: Due) => Promise<void> };

const runOf = (due: Due): string => String((due.data as { readonly run?: unknown }).run ?? '');

const whatOf = (due: Due): unknown => (due.data as { readonly what?: unknown }).what;

/** The morning after the quick way was taken: the team is asked to look at it, on the record. */
async function reviewBreakGlass(world: World, run: Run): Promise<void> {
  const settings = await settingsOf(world.store);
  await world.store.transaction(async (unit) => {
    await unit.append({
      at: world.now(),
      actor: 'cutover',
      event: 'alarm',
      subject: `break-glass-review:${run.id}`,
      detail: {
        run: run.id,
        state: run.state,
        asked: run.requestedBy.id,
        approved: run.approvals.map((a) => a.by.id),
      },
    });
    await say(unit, run, settings.securityChannel || run.askedIn || '', 'break-glass-review');
  });
}

/** The engine's own due kinds. */
export function engineDue(world: World): Pick<DueHandlers, 'expire' | 'remind' | 'verify' | 'window'> {
  return {
    expire: async (due) => {
      // Somebody may be deciding at this very moment: look until it is no longer to be ended, or has ended.
      for (;;) {
        const run = await world.store.run(runOf(due));
        if (!run || (run.state !== 'proposed' && run.state !== 'approved') || world.now() < run.expiresAt) return;
        const why =
          run.state === 'proposed'
            ? 'Nobody decided in time, so the answer is no.'
            : 'It was approved but not carried out in time, so the approval has lapsed.';
        const ended = await resolve(world, run, 'expired', 'cutover', why, 'run-state');
        if (ended.is === 'done') return;
      }
    },
    remind: async (due) => {
      const run = await world.store.run(runOf(due));
      if (run && whatOf(due) === 'break-glass-review') return reviewBreakGlass(world, run);
      if (run?.state !== 'proposed') return;
      const settings = await settingsOf(world.store);
      await world.store.transaction(async (unit) => {
        await unit.append({
          at: world.now(),
          actor: 'cutover',
          event: 'reminded',
          subject: `reminder:${run.id}`,
          detail: { run: run.id },
        });
        await say(unit, run, settings.securityChannel || run.askedIn || '', 'reminder');
      });
    },
    verify: (due) => proveEffect(world, runOf(due), Number((due.data as { readonly age?: unknown }).age ?? 0)),
    window: (due) => world.store.transaction((unit) => unit.wake(runOf(due))),
  };
}

/**
 * Runs everything due by now, in order of time, until nothing is. One process at a time; the others skip. Every handler
 * may be called twice after a crash and must not mind.
 */
export async function runDue(world: World, handlers: DueHandlers): Promise<boolean> {
  const ran = await world.store.holding('due', async () => {
    for (let round = 0; round < 1_000; round += 1) {
      const batch = await world.store.due(world.now());
      if (batch.length === 0) return;
      for (const due of [...batch].sort((a, b) => a.at - b.at)) {
        try {
          await handlers[due.kind](due);
        } catch (trouble) {
          world.log.error(
            { key: due.key, err: trouble },
            'something due could not be done; it is tried again in a minute',
          );
          await world.store.transaction((unit) => unit.setDue({ ...due, at: world.now() + 60_000 }));
          continue;
        }
        await world.store.transaction(async (unit) => {
          const still = (await unit.due(world.now())).find((d) => d.key === due.key && d.at === due.at);
          if (still) await unit.clearDue(due.key);
        });
      }
    }
  });
  return ran !== null;
}
