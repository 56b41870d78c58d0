import { quorumOf } from '../approvals/may.ts';
import type { Reason } from '../approvals/reasons.ts';
import { agrees, digestOf } from '../runbook/change.ts';
import { type Answer, fingerprintOf, type Plan, type Proposal } from '../runbook/plan.ts';
import type { Run } from '../runbook/run.ts';
import type { Known, Step } from '../runbook/step.ts';
import type { Settings } from '../settings/settings.ts';
import type { Reads } from '../store/store.ts';
import type { TenantReader } from '../tenant/tenant.ts';
import { actsBack, canBeTakenBack, dependents, references } from './way-back.ts';
import { settingsOf, stepOf, type World } from './world.ts';

/** What the record knows at this moment, as a value for a step. */
export async function knownFor(world: World, reads: Reads, choice: unknown, window: Known['window']): Promise<Known> {
  const [settings, reviews, attestations, milestones] = await Promise.all([
    settingsOf(reads),
    reads.reviews(),
    reads.attestations(),
    reads.milestones(),
  ]);
  const now = world.now();
  return {
    now,
    settings,
    reviews,
    attestations: attestations.filter((a) => a.expiresAt > now),
    milestones,
    choice,
    window,
  };
}

/** Looks at the tenant and says what the step would do. Reads only; `reader` may be one for looking. */
export async function survey(
  world: World,
  step: Step,
  choice: unknown = null,
  reader: TenantReader = world.tenant,
): Promise<{ readonly answer: Answer; readonly settings: Settings }> {
  const known = await knownFor(world, world.store, choice, null);
  return { answer: await step.answer(reader, known), settings: known.settings };
}

/** What is approved together with a plan, beside the plan itself. */
export interface Beside {
  readonly ticket?: string | null;
  readonly notBefore?: number | null;
  readonly notAfter?: number | null;
  readonly undoes?: string | null;
  readonly breakGlass?: boolean;
}

/** The fingerprint of a plan with its ticket, its change window and what it takes back: all that is approved at once. */
const sealOf = (plan: Omit<Plan, 'fingerprint'>, beside: Beside): string =>
  digestOf({
    plan: fingerprintOf(plan),
    ticket: beside.ticket ?? null,
    notBefore: beside.notBefore ?? null,
    notAfter: beside.notAfter ?? null,
    undoes: beside.undoes ?? null,
    breakGlass: beside.breakGlass ?? false,
  });

/** The proposal with every statement that stands in for a check among what approvers must mind. */
export function proposalOf(answer: Extract<Answer, { is: 'proposal' }>): Proposal {
  const attested = answer.findings.filter((f) => f.attested).map((f) => f.text);
  return { ...answer.proposal, cautions: [...attested, ...answer.proposal.cautions] };
}

/** Seals a proposal: with the settings that the step declares, the ticket, and the fingerprint over all of it. */
export function seal(
  proposal: Proposal,
  step: Plan['step'],
  uses: readonly string[],
  settings: Settings,
  choice: unknown,
  beside: Beside = {},
): Plan {
  const used = Object.fromEntries(uses.map((name) => [name, (settings as Readonly<Record<string, unknown>>)[name]]));
  const unsealed = { ...proposal, step, settings: used, choice };
  return { ...unsealed, fingerprint: sealOf(unsealed, beside) };
}

/** What looking again at a run's ground says. */
export type Recheck =
  | { readonly is: 'same' }
  | { readonly is: 'different'; readonly why: string; readonly plan: Plan | null }
  | { readonly is: 'unknown'; readonly why: string };

/**
 * Looks again, over the sealed window, and compares fingerprints. Different: the run is void; `plan` is what would be
 * proposed now, or null where nothing can be. Unknown: nobody can say, so nothing is decided.
 */
export async function recheck(world: World, run: Run): Promise<Recheck> {
  const { fingerprint, ...unsealed } = run.plan;
  if (sealOf(unsealed, run) !== fingerprint)
    return { is: 'different', why: 'Void: what is stored is not what was sealed.', plan: null };
  const ground = await recheckGround(world, run);
  if (ground.is !== 'same') return ground;
  const quorum = quorumOf(run.plan, await settingsOf(world.store), run.breakGlass);
  return run.quorum < quorum
    ? { is: 'different', why: `Void: this now takes ${quorum} approvals, it was ${run.quorum}.`, plan: run.plan }
    : ground;
}

async function recheckGround(world: World, run: Run): Promise<Recheck> {
  if (run.undoes) return recheckWayBack(world, run, run.undoes);
  if (run.plan.step === 'settings') return recheckResources(world, run);
  const step = stepOf(world, run.plan.step);
  if (!step) return { is: 'different', why: 'The step is not in this version.', plan: null };
  const evidence = run.plan.evidence;
  const known = await knownFor(
    world,
    world.store,
    run.plan.choice,
    evidence ? { from: evidence.window.from, to: evidence.window.to } : null,
  );
  const answer = await step.answer(world.tenant, known);
  if (answer.is === 'nothing-to-do') return { is: 'different', why: 'Everything is as wanted already.', plan: null };
  if (answer.is === 'blocked') {
    const why = answer.blockers.map((b) => b.what).join(' ');
    return answer.blockers.some((b) => b.id.startsWith('unknown'))
      ? { is: 'unknown', why }
      : { is: 'different', why, plan: null };
  }
  const plan = seal(proposalOf(answer), step.id, step.uses, known.settings, run.plan.choice, run);
  if (plan.fingerprint === run.plan.fingerprint) return { is: 'same' };
  const why = whatDiffers(run.plan, plan);
  if (!evidence) return { is: 'different', why, plan };
  // The old window proved that the approval is void; what replaces it is decided on present figures.
  const { answer: fresh, settings } = await survey(world, step, run.plan.choice);
  return {
    is: 'different',
    why,
    plan: fresh.is === 'proposal' ? seal(fresh.proposal, step.id, step.uses, settings, run.plan.choice, run) : null,
  };
}

/** A way back: what it takes back still stands, nothing came to build on it, and no act by hand has been added. */
async function recheckWayBack(world: World, run: Run, undoes: string): Promise<Recheck> {
  const original = await world.store.run(undoes);
  const voided = (why: string): Recheck => ({ is: 'different', why: `Void: ${why}`, plan: null });
  if (!original || !canBeTakenBack.includes(original.state))
    return voided(`change ${undoes} is ${original?.state ?? 'not there'}.`);
  const later = await dependents(world, original);
  if (later.length > 0) return voided(`change ${later.join(', ')} builds on change ${undoes} now.`);
  if (actsBack(original).some((act) => !run.plan.byHand.some((b) => b.id === act.id)))
    return voided('an act at the old service has to be ended first, which this did not say.');
  const refers = await references(world, run.plan.changes);
  if (refers.is !== 'value')
    return { is: 'unknown', why: refers.is === 'unknown' ? refers.why : 'The rules could not be read.' };
  const [first] = refers.value;
  if (first) return voided(`${first.by} refers to ${first.change.key}.`);
  return recheckResources(world, run);
}

/** A run without a step's plan (undo, setting): every resource must still be as it was when it was proposed. */
async function recheckResources(world: World, run: Run): Promise<Recheck> {
  for (const change of run.plan.changes) {
    const found = await world.tenant.read(change.kind, change.key);
    if (found.is === 'unknown' || found.is === 'not-licensed')
      return { is: 'unknown', why: found.is === 'unknown' ? found.why : found.instead };
    const value = found.is === 'value' ? found.value : null;
    if (!agrees(change.before, value) && !agrees(change.after, value)) {
      return { is: 'different', why: `${change.key} is no longer as it was when this was proposed.`, plan: null };
    }
  }
  return { is: 'same' };
}

/** Names what voided an approval, for the old card. */
function whatDiffers(was: Plan, is: Plan): string {
  const reasons: string[] = [];
  if (digestOf(was.changes) !== digestOf(is.changes)) reasons.push('the tenant is no longer as it was');
  else if (digestOf(was.seals) !== digestOf(is.seals))
    reasons.push('something it depends on in the tenant has changed');
  if (was.evidence && is.evidence) {
    if (was.evidence.verdict !== is.evidence.verdict)
      reasons.push(`the evidence is now ${is.evidence.verdict}, it was ${was.evidence.verdict}`);
    const newlyWrong = is.evidence.falsePositives.filter((s) => !was.evidence?.falsePositives.includes(s));
    if (newlyWrong.length > 0)
      reasons.push(`${newlyWrong.length} more false positive${newlyWrong.length === 1 ? ' was' : 's were'} confirmed`);
    const newlyHit = is.evidence.priorityHit.filter((s) => !was.evidence?.priorityHit.includes(s));
    if (newlyHit.length > 0) reasons.push('a priority account was hit');
  }
  if (digestOf(was.settings) !== digestOf(is.settings)) reasons.push('a setting that it uses was changed');
  return reasons.length > 0 ? `Void: ${reasons.join('; ')}.` : 'Void: what would be done has changed.';
}

/** An answer of the engine that is no run. */
export interface Refused {
  readonly is: 'refused';
  readonly reason: Reason;
  readonly more?: string;
  /** The run as it stands now, where there is one: an old card answers with the current state. */
  readonly run: Run | null;
}
