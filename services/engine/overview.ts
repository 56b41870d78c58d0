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

/** The overview, kept for a while. */
export interface Overviews {
  /** The kept one while it is fresh, else a new survey. */
  readonly look: () => Promise<Overview>;
  /** Something was changed here: the next look surveys anew. What another replica changes shows once it is stale. */
  readonly forget: () => void;
}

/**
 * Surveys all steps and keeps the result for a while: a survey of the whole runbook is some thirty calls to the tenant,
 * and `status` must answer in a second. What is decided is never decided on this; a click always looks again.
 */
export function createOverview(world: World, reader: TenantReader, freshMs: number): Overviews {
  let kept: { readonly overview: Overview; readonly machineAt: number } | null = null;
  let under: Promise<Overview> | null = null;
  let changes = 0;

  async function survey(): Promise<Overview> {
    const before = changes;
    const known = await knownFor(world, world.store, null, null);
    const answers = new Map<StepId, Answer>();
    for (const step of world.steps) answers.set(step.id, await step.answer(reader, known));
    const overview = { at: known.now, answers };
    if (changes === before) kept = { overview, machineAt: world.machineNow() };
    return overview;
  }

  return {
    look: async () => {
      const fresh = kept && world.machineNow() - kept.machineAt < freshMs && world.now() - kept.overview.at < 3_600_000;
      if (kept && fresh) return kept.overview;
      under ??= survey().finally(() => {
        under = null;
      });
      return under;
    },
    forget: () => {
      changes += 1;
      kept = null;
      under = null;
    },
  };
}
