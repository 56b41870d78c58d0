import type { Answer } from '../runbook/plan.ts';
import type { StepId } from '../runbook/step-id.ts';
import type { TenantReader } from '../tenant/tenant.ts';
import { knownFor } from './survey.ts';
import type { World } from './world.ts';

/** What every step answers at a moment: the ground of `status`, `steps` and `next`. */
export interface Overview {
  readonly at: number;
  readonly answers: ReadonlyMap<StepId, Answer>;
}

/**
 * Surveys all steps and keeps the result for a while: a survey of the whole runbook is some thirty calls to the tenant,
 * and `status` must answer in a second. What is decided is never decided on this; a click always looks again.
 */
export function createOverview(world: World, reader: TenantReader, freshMs: number) {
  let kept: { readonly overview: Overview; readonly head: number; readonly machineAt: number } | null = null;
  let under: Promise<Overview> | null = null;

  async function look(): Promise<Overview> {
    const head = await world.store.journal.head();
    const known = await knownFor(world, world.store, null, null);
    const answers = new Map<StepId, Answer>();
    for (const step of world.steps) answers.set(step.id, await step.answer(reader, known));
    const overview = { at: known.now, answers };
    kept = { overview, head: head.seq, machineAt: world.machineNow() };
    return overview;
  }

  /** The overview: the kept one while it is fresh and nothing was journalled since, else a new survey. */
  return async function overview(): Promise<Overview> {
    if (kept && world.machineNow() - kept.machineAt < freshMs && world.now() - kept.overview.at < 3_600_000) {
      const head = await world.store.journal.head();
      if (head.seq === kept.head) return kept.overview;
    }
    under ??= look().finally(() => {
      under = null;
    });
    return under;
  };
}
