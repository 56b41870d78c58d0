import { type Change, canonical } from '../runbook/change.ts';
import type { ManualAct } from '../runbook/plan.ts';
import type { Run, RunState } from '../runbook/run.ts';
import type { Reads } from '../store/store.ts';
import { known, type Reading } from '../tenant/reading.ts';
import type { World } from './world.ts';

/** States in which a run has left something in the tenant that can be taken back. */
export const canBeTakenBack: readonly RunState[] = ['settled', 'stuck', 'stopped'];

/**
 * The changes that a run made or may have made, last first. An open "about to" counts: nobody saw whether that write
 * was carried out, and taking back one that was not finds everything as wanted and writes nothing.
 */
export const perhapsMade = (run: Run): readonly Change[] =>
  [...run.progress]
    .filter((p) => p.state === 'did' || p.state === 'about-to')
    .sort((a, b) => b.index - a.index)
    .flatMap((p) => run.plan.changes[p.index] ?? []);

/** Whether a later change touches or names what an earlier one made. */
function buildsOn(later: Change, earlier: Change): boolean {
  if (later.kind === earlier.kind && later.key.toLowerCase() === earlier.key.toLowerCase()) return true;
  if (earlier.before !== null) return false;
  const name = earlier.key.toLowerCase();
  return (
    later.key.toLowerCase().split('|').includes(name) ||
    canonical(later.after ?? {})
      .toLowerCase()
      .includes(JSON.stringify(name))
  );
}

/** Whether a later run was approved on the strength of something that an earlier one made: it sealed it. */
const restsOn = (later: Run, earlier: Change): boolean =>
  earlier.before === null &&
  later.plan.seals.some((s) => s.kind === earlier.kind && s.key.toLowerCase() === earlier.key.toLowerCase());

const beganAt = (run: Run): number => Math.min(...run.progress.map((p) => p.at));

/** Ids of later runs, carried out or under way, that build on this one: they must be taken back first. */
export async function dependents(world: World, run: Run): Promise<readonly string[]> {
  const mine = perhapsMade(run);
  if (mine.length === 0) return [];
  const later = (r: Run): boolean =>
    beganAt(r) === beganAt(run) ? Number(r.id) > Number(run.id) : beganAt(r) > beganAt(run);
  return (await world.store.runs({}))
    .filter((r) => r.id !== run.id && !r.undoes && [...canBeTakenBack, 'applying', 'verifying'].includes(r.state))
    .filter((r) => r.progress.length > 0 && later(r))
    .filter(
      (r) =>
        perhapsMade(r).some((theirs) => mine.some((earlier) => buildsOn(theirs, earlier))) ||
        mine.some((earlier) => restsOn(r, earlier)),
    )
    .map((r) => r.id);
}

/** The open run that takes this one back, if there is one. */
export async function openUndo(reads: Pick<Reads, 'runs'>, run: Run): Promise<string | null> {
  const open = await reads.runs({ open: true, step: run.plan.step });
  return open.find((r) => r.undoes === run.id)?.id ?? null;
}

/**
 * Acts by hand of a way back, in the order that leaves nobody without a filter: the old service first, then us. An act
 * that was asked for may have been done without anybody saying so, so it counts like a confirmed one.
 */
export function actsBack(run: Run): readonly ManualAct[] {
  const askedFor =
    run.state === 'settled' && (run.proof?.effect === 'proved' || run.proof?.effect === 'not applicable');
  return run.plan.byHand
    .filter((act) => act.when === 'after' && (run.confirmed[act.id] || askedFor))
    .map((act) => ({
      id: `end-${act.id}`,
      when: 'before' as const,
      people: act.people,
      text: run.confirmed[act.id]
        ? `At the old service, first: end the exemption of these ${act.people} people, so that it filters their mail again.`
        : `At the old service, first: make sure that none of these ${act.people} people is exempt. It was asked for and nobody confirmed it.`,
    }));
}

/** Something that still refers to what a change would remove. */
export interface Reference {
  readonly change: Change;
  readonly by: string;
}

/** What in the tenant refers to the groups and policies that these changes remove, these changes themselves excepted. */
export async function references(world: World, changes: readonly Change[]): Promise<Reading<readonly Reference[]>> {
  const removed = changes.filter((c) => c.after === null);
  const named = removed.filter((c) => c.kind === 'distribution-group' || c.kind === 'anti-phish-policy');
  if (named.length === 0) return known([]);
  const [rules, flow] = await Promise.all([world.tenant.list('anti-phish-rule'), world.tenant.list('transport-rule')]);
  if (rules.is === 'unknown') return rules;
  if (flow.is === 'unknown') return flow;
  const gone = (kind: Change['kind'], key: string): boolean =>
    removed.some((c) => c.kind === kind && c.key.toLowerCase() === key.toLowerCase());
  const names = (list: readonly string[], key: string): boolean =>
    list.some((entry) => entry.toLowerCase() === key.toLowerCase());
  const found: Reference[] = [];
  for (const change of named) {
    for (const { key, value } of rules.is === 'value' ? rules.value : []) {
      const refers =
        change.kind === 'anti-phish-policy'
          ? names([value.policy], change.key)
          : names([...value.sentToMemberOf, ...value.exceptIfSentToMemberOf], change.key);
      if (refers && !gone('anti-phish-rule', key)) found.push({ change, by: `rule "${key}"` });
    }
    if (change.kind !== 'distribution-group') continue;
    for (const { key, value } of flow.is === 'value' ? flow.value : [])
      if (names(value.exceptIfSentToMemberOf, change.key) && !gone('rule-exception', `${key}|${change.key}`))
        found.push({ change, by: `mail flow rule "${key}"` });
  }
  return known(found);
}
