import { may } from '../approvals/may.ts';
import { type Change, canonical, invert } from '../runbook/change.ts';
import type { ManualAct, Proposal } from '../runbook/plan.ts';
import { made, type Run } from '../runbook/run.ts';
import type { Click } from './decide.ts';
import { ask, type Proposed, type Request } from './propose.ts';
import { seal } from './survey.ts';
import { askerOf, settingsOf, type World } from './world.ts';

/**
 * The change back. It starts from what was observed after the write, field by field: the service may have normalised a
 * value, and an undo that expects the spelling that was sent would take that for somebody's change.
 */
function back(run: Run, change: Change): Change {
  const observed = run.progress.find((p) => p.index === run.plan.changes.indexOf(change))?.observed as
    | Readonly<Record<string, unknown>>
    | null
    | undefined;
  const inverse = invert(change);
  if (!observed || inverse.before === null) return inverse;
  const before = Object.fromEntries(Object.keys(inverse.before).map((field) => [field, observed[field] ?? null]));
  return { ...inverse, before } as Change;
}

/** Whether a later change touches or names what an earlier one made. */
function buildsOn(later: Change, earlier: Change): boolean {
  if (later.kind === earlier.kind && later.key === earlier.key) return true;
  if (earlier.before !== null) return false;
  const name = earlier.key.toLowerCase();
  return (
    later.key.toLowerCase().split('|').includes(name) ||
    canonical(later.after ?? {})
      .toLowerCase()
      .includes(JSON.stringify(name))
  );
}

/** Ids of later settled runs that build on this one: they must be taken back first. */
export async function dependents(world: World, run: Run): Promise<readonly string[]> {
  const runs = await world.store.runs({ limit: 500 });
  const mine = made(run);
  return runs
    .filter(
      (r) =>
        Number(r.id) > Number(run.id) &&
        r.undoes !== run.id &&
        ['settled', 'stopped', 'stuck', 'applying', 'verifying'].includes(r.state),
    )
    .filter((r) => !r.undoes && made(r).some((later) => mine.some((earlier) => buildsOn(later, earlier))))
    .map((r) => r.id);
}

/** Acts by hand of a way back, in the order that leaves nobody without a filter: the old service first, then us. */
function actsBack(run: Run): readonly ManualAct[] {
  return run.plan.byHand
    .filter((act) => act.when === 'after' && run.confirmed[act.id])
    .map((act) => ({
      id: `end-${act.id}`,
      when: 'before' as const,
      people: act.people,
      text: `At the old service, first: end the exemption of these ${act.people} people, so that it filters their mail again.`,
    }));
}

/** What happened to mail since the change: it stays where it is, its release is a decision of its own. */
async function mailMeanwhile(world: World, run: Run): Promise<readonly string[]> {
  const touches = run.plan.changes.some(
    (c) => c.kind === 'anti-phish-policy' || c.kind === 'group-member' || c.kind === 'rule-exception',
  );
  if (!touches || run.resolvedAt === null) return [];
  const settings = await settingsOf(world.store);
  const ids = new Set<string>();
  for (const group of [settings.pilotGroupStandard, settings.pilotGroupStrict]) {
    const members = await world.tenant.list('group-member', group);
    if (members.is === 'unknown') return [`Mail held meanwhile: unknown (${members.why}).`];
    if (members.is === 'value') for (const m of members.value) if (m.value.objectId) ids.add(m.value.objectId);
  }
  if (ids.size === 0) return [];
  const volume = await world.tenant.ask('volume', {
    recipients: [...ids],
    window: { from: run.resolvedAt, to: world.now() },
    connectors: [],
  });
  if (volume.is !== 'value')
    return [`Mail held meanwhile: unknown (${volume.is === 'unknown' ? volume.why : 'not available'}).`];
  return [
    `Since then ${volume.value.quarantined} quarantined and ${volume.value.junked} junked messages to the pilot; they stay there until released, which is decided apart.`,
  ];
}

/** Proposes to take a run back. Break-glass: one approver who is not the requester, loud. */
export async function rollBack(
  world: World,
  click: Click & { readonly breakGlass?: boolean; readonly askedIn?: string | null },
): Promise<Proposed> {
  const run = await world.store.run(click.run);
  if (!run) return { is: 'refused', reason: 'unknown-run', run: null };
  const [asker, settings, later, others] = await Promise.all([
    askerOf(world, click.by.id),
    settingsOf(world.store),
    dependents(world, run),
    world.store.runs({ limit: 500 }),
  ]);
  const undoneBy =
    others.find(
      (r) => r.undoes === run.id && !['rejected', 'expired', 'cancelled', 'superseded', 'stopped'].includes(r.state),
    )?.id ?? null;
  const verdict = may(asker, {
    act: 'roll-back',
    run,
    reason: click.reason ?? '',
    dependents: later,
    undoneBy,
    breakGlass: click.breakGlass ?? false,
  });
  if (!verdict.ok)
    return { is: 'refused', reason: verdict.reason, ...(verdict.more ? { more: verdict.more } : {}), run };
  const changes = made(run).map((change) => back(run, change));
  if (changes.length === 0) return { is: 'refused', reason: 'nothing-made', run };
  const byHand = actsBack(run);
  const proposal: Proposal = {
    title: `Take back change ${run.id}?`,
    lines: [`It was: ${run.plan.title}`, `Reason: ${(click.reason ?? '').trim()}`],
    changes,
    seals: [],
    evidence: null,
    byHand,
    risk: click.breakGlass ? 'reversible' : run.plan.risk,
    affected: run.plan.affected,
    cautions: [
      ...(click.breakGlass
        ? ['Break-glass: one approver who is not the requester is enough. It is reviewed next morning.']
        : []),
      ...(byHand.length > 0 ? ['Order: the old service first, confirmed by a person, then this.'] : []),
      ...(await mailMeanwhile(world, run)),
    ],
    undo: 'Propose the step again.',
  };
  const plan = seal(proposal, run.plan.step, [], settings, { undoes: run.id });
  const request: Request = { by: click.by, ticket: run.ticket, askedIn: click.askedIn ?? null };
  return ask(world, plan, settings, request, {
    undoes: run.id,
    breakGlass: click.breakGlass ?? false,
    roleToAsk: ['operator', 'approver', 'change-approver'],
    reason: (click.reason ?? '').trim(),
    ...(click.breakGlass ? { quorum: 1 } : {}),
  });
}
