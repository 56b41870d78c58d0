import { may } from '../approvals/may.ts';
import { agrees, type Change, invert } from '../runbook/change.ts';
import type { Proposal } from '../runbook/plan.ts';
import type { Run } from '../runbook/run.ts';
import type { Click } from './decide.ts';
import { ask, type Proposed, type Request } from './propose.ts';
import { refusing } from './record.ts';
import { type Refused, seal } from './survey.ts';
import { actsBack, dependents, perhapsMade, references } from './way-back.ts';
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

/** Whether every resource is still as the run left it, or already as it was before: else nothing is proposed. */
async function movedSince(
  world: World,
  changes: readonly Change[],
): Promise<{ readonly is: 'same' } | { readonly is: 'moved' | 'unknown'; readonly why: string }> {
  for (const change of changes) {
    const found = await world.tenant.read(change.kind, change.key);
    if (found.is === 'unknown' || found.is === 'not-licensed')
      return { is: 'unknown', why: found.is === 'unknown' ? found.why : found.instead };
    const value = found.is === 'value' ? found.value : null;
    if (!agrees(change.before, value) && !agrees(change.after, value)) return { is: 'moved', why: `${change.key}.` };
  }
  return { is: 'same' };
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
    world.store.runs({ step: run.plan.step }),
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
  const no = (reason: Refused['reason'], more?: string): Promise<Refused> =>
    refusing(world, click.by.id, 'roll-back', run.plan.step, { is: 'refused', reason, ...(more ? { more } : {}), run });
  if (!verdict.ok) return no(verdict.reason, verdict.more);
  const wanted = perhapsMade(run).map((change) => back(run, change));
  if (wanted.length === 0) return no('nothing-made');
  const moved = await movedSince(world, wanted);
  if (moved.is !== 'same') return no(moved.is === 'unknown' ? 'cannot-recheck' : 'moved-since', moved.why);
  const refers = await references(world, wanted);
  if (refers.is !== 'value') return no('cannot-recheck', refers.is === 'unknown' ? refers.why : undefined);
  const changes = wanted.filter((change) => !refers.value.some((r) => r.change === change));
  const [first] = refers.value;
  if (changes.length === 0 && first) return no('later-depends', `${first.by} refers to ${first.change.key}.`);
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
      ...refers.value.map((r) => `${r.change.key} stays: ${r.by} refers to it.`),
      ...(byHand.length > 0 ? ['Order: the old service first, confirmed by a person, then this.'] : []),
      ...(await mailMeanwhile(world, run)),
    ],
    undo: 'Propose the step again.',
  };
  const beside = { ticket: run.ticket, undoes: run.id, breakGlass: click.breakGlass ?? false };
  const plan = seal(proposal, run.plan.step, [], settings, { undoes: run.id }, beside);
  const request: Request = { by: click.by, ticket: run.ticket, askedIn: click.askedIn ?? null };
  return ask(world, plan, settings, request, {
    undoes: run.id,
    breakGlass: click.breakGlass ?? false,
    roleToAsk: ['operator', 'approver', 'change-approver'],
    reason: (click.reason ?? '').trim(),
  });
}
