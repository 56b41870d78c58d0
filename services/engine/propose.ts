import { addBusinessHours } from '../approvals/business-time.ts';
import { decidingRole, may, onePerson, quorumOf } from '../approvals/may.ts';
import { type Change, canonical } from '../runbook/change.ts';
import type { Answer, Plan } from '../runbook/plan.ts';
import type { Actor, Run } from '../runbook/run.ts';
import { type Settings, settingsTable } from '../settings/settings.ts';
import type { Unit } from '../store/store.ts';
import { begin, refusing, say, show, withoutPeople } from './record.ts';
import { proposalOf, type Refused, seal, survey } from './survey.ts';
import { askerOf, settingsOf, stepOf, type World } from './world.ts';

/** How a change is asked for. */
export interface Request {
  readonly by: Actor;
  readonly choice?: unknown;
  readonly ticket?: string | null;
  readonly notBefore?: number | null;
  readonly notAfter?: number | null;
  readonly askedIn?: string | null;
}

export type Proposed =
  | { readonly is: 'proposed'; readonly run: Run }
  | { readonly is: 'answer'; readonly answer: Answer }
  | Refused;

/** Looks at the tenant, seals what the step proposes and asks for approval. */
export async function propose(world: World, stepId: string, request: Request): Promise<Proposed> {
  const step = stepOf(world, stepId);
  if (!step) return { is: 'refused', reason: 'unknown-step', run: null };
  const { answer, settings } = await survey(world, step, request.choice ?? null);
  if (answer.is !== 'proposal') return { is: 'answer', answer };
  const plan = seal(proposalOf(answer), step.id, step.uses, settings, request.choice ?? null, request);
  return ask(world, plan, settings, request, {});
}

/** What a run that takes another back, or replaces one, carries beside its plan. */
export interface Ancestry {
  readonly undoes?: string;
  readonly replaces?: string;
  readonly breakGlass?: boolean;
  readonly roleToAsk?: readonly ('operator' | 'approver' | 'change-approver')[];
  readonly reason?: string;
}

/** People who could decide a plan: the role's members now, or null where that cannot be known. */
export async function eligible(world: World, step: string): Promise<readonly string[] | null> {
  const members = await world.tenant.membersOf(world.roleGroups[decidingRole(step)]);
  return members.is === 'value' ? members.value.map((m) => m.id) : null;
}

/** Puts a sealed plan before the approvers. One at a time for a step, so that ten clicks at once ask once. */
export async function ask(
  world: World,
  plan: Plan,
  settings: Settings,
  request: Request,
  ancestry: Ancestry,
): Promise<Proposed> {
  const [asker, people] = await Promise.all([askerOf(world, request.by.id), eligible(world, plan.step)]);
  return oneAtATime(world, `propose:${plan.step}`, async () => {
    const open = await world.store.runs({ open: true, step: plan.step });
    const competing = open.find((r) => competes(r, plan, ancestry));
    const verdict = may(asker, {
      act: 'propose',
      plan,
      ticket: request.ticket ?? null,
      eligible: people,
      settings,
      openRun: competing?.id ?? null,
      breakGlass: ancestry.breakGlass ?? false,
      undoes: ancestry.undoes !== undefined,
      now: world.now(),
      window: { notBefore: request.notBefore ?? null, notAfter: request.notAfter ?? null },
      ...(ancestry.roleToAsk ? { roleToAsk: ancestry.roleToAsk } : {}),
    });
    if (!verdict.ok)
      return refusing(world, request.by.id, 'propose', plan.step, {
        is: 'refused',
        reason: verdict.reason,
        ...(verdict.more ? { more: verdict.more } : {}),
        run: competing ?? null,
      });
    const run = await world.store.transaction((unit) => openRun(world, unit, plan, settings, request, ancestry));
    return { is: 'proposed', run };
  });
}

/**
 * Whether an open run stands in the way of another proposal. A stuck one may be taken back; and a way back does not
 * wait for a question that nobody has answered: that question is void once its ground is gone.
 */
function competes(open: Run, plan: Plan, ancestry: Ancestry): boolean {
  if (open.id === ancestry.replaces || open.id === ancestry.undoes) return false;
  if (ancestry.undoes)
    return open.undoes === ancestry.undoes || open.state === 'applying' || open.state === 'verifying';
  if (plan.step === 'settings') return open.plan.changes[0]?.key === plan.changes[0]?.key;
  return true;
}

/** Waits for its turn under a lock that all replicas share. */
export async function oneAtATime<T extends object>(world: World, name: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const done = await world.store.holding(name, work);
    if (done !== null) return done;
    await world.sleep(25);
  }
}

/** Writes the proposed run, its due times and its card, in the caller's transaction. */
export async function openRun(
  world: World,
  unit: Unit,
  plan: Plan,
  settings: Settings,
  request: Request,
  ancestry: Ancestry,
): Promise<Run> {
  const now = world.now();
  const notAfter = request.notAfter ?? null;
  const silence = addBusinessHours(now, settings.approvalHours, settings.timeZone, settings.businessHours);
  // A question outlives its change window in no case.
  const expiresAt = notAfter === null ? silence : Math.min(silence, notAfter);
  const run: Run = {
    id: await unit.nextRunId(),
    version: 1,
    state: 'proposed',
    plan,
    requestedBy: request.by,
    requestedAt: now,
    quorum: quorumOf(plan, settings, ancestry.breakGlass ?? false),
    approvals: [],
    expiresAt,
    ticket: request.ticket ?? null,
    notBefore: request.notBefore ?? null,
    notAfter,
    undoes: ancestry.undoes ?? null,
    breakGlass: ancestry.breakGlass ?? false,
    replaces: ancestry.replaces ?? null,
    replacedBy: null,
    progress: [],
    proof: null,
    confirmed: {},
    reason: ancestry.reason ?? null,
    resolvedAt: null,
    askedIn: request.askedIn ?? null,
  };
  await begin(unit, run, {
    event: 'run-proposed',
    actor: request.by.id,
    at: now,
    detail: {
      step: plan.step,
      fingerprint: plan.fingerprint,
      changes: plan.changes.map(withoutPeople),
      quorum: run.quorum,
      expiresAt,
      undoes: run.undoes,
      replaces: run.replaces,
      breakGlass: run.breakGlass,
      ticket: run.ticket,
      notBefore: run.notBefore,
      notAfter: run.notAfter,
    },
    personal: { changes: plan.changes, ...(run.reason ? { reason: run.reason } : {}) },
  });
  await unit.setDue({ key: `expire:${run.id}`, at: expiresAt, kind: 'expire', data: { run: run.id } });
  const hours = settings.approvalHours - settings.reminderHours;
  if (settings.reminderHours > 0 && hours > 0) {
    await unit.setDue({
      key: `remind:${run.id}`,
      at: addBusinessHours(now, hours, settings.timeZone, settings.businessHours),
      kind: 'remind',
      data: { run: run.id },
    });
  }
  await show(unit, run, settings.securityChannel);
  if (run.breakGlass) {
    await unit.append({ at: now, actor: request.by.id, event: 'alarm', subject: `break-glass:${run.id}`, detail: {} });
    await say(unit, run, settings.securityChannel || run.askedIn || '', 'break-glass');
  }
  return run;
}

/** Who can still approve a run, for words: the eligible without the requester's accounts and those who have. */
export async function whoCan(world: World, run: Run): Promise<readonly string[] | null> {
  const settings = await settingsOf(world.store);
  const members = await world.tenant.membersOf(world.roleGroups[decidingRole(run.plan.step)]);
  if (members.is !== 'value') return null;
  const out = [run.requestedBy.id, ...run.approvals.map((a) => a.by.id)];
  return members.value
    .filter((m) => !out.some((id) => onePerson(id, m.id, settings.linkedAccounts)))
    .map((m) => m.name);
}

export type SettingAnswer = Proposed | { readonly is: 'set'; readonly name: string; readonly value: unknown };

/**
 * Changes a setting. Weakening a bar goes through approval by two people; anything else is done at once. Both are
 * journalled.
 */
export async function changeSetting(
  world: World,
  name: string,
  value: unknown,
  request: Request,
): Promise<SettingAnswer> {
  if (!Object.hasOwn(settingsTable, name))
    return { is: 'refused', reason: 'bad-value', more: `There is no setting "${name}".`, run: null };
  const entry = settingsTable[name as keyof typeof settingsTable];
  const parsed = entry.schema.safeParse(value);
  if (!parsed.success)
    return { is: 'refused', reason: 'bad-value', more: parsed.error.issues.map((i) => i.message).join(' '), run: null };
  const asker = await askerOf(world, request.by.id);
  const verdict = may(asker, { act: 'set' });
  if (!verdict.ok)
    return refusing(world, request.by.id, 'set', name, {
      is: 'refused',
      reason: verdict.reason,
      ...(verdict.more ? { more: verdict.more } : {}),
      run: null,
    });
  const weaker = entry.weaker as (from: unknown, to: unknown) => boolean;
  // One at a time: of two raises at once the lower, landing last, would weaken the bar that the other had just set.
  const result = await oneAtATime(world, `setting:${name}`, async () => {
    const settings = await settingsOf(world.store);
    const before = (settings as Readonly<Record<string, unknown>>)[name];
    if (weaker(before, parsed.data)) return { is: 'weaker' as const, settings, before };
    // Set already (a second click): nothing changes, so nothing is recorded.
    if (canonical(before) !== canonical(parsed.data))
      await world.store.transaction(async (unit) => {
        await unit.setSetting(name, parsed.data);
        await unit.append({
          at: world.now(),
          actor: request.by.id,
          event: 'setting',
          subject: `setting:${name}`,
          detail: { name, value: parsed.data, before },
        });
      });
    return { is: 'set' as const, name, value: parsed.data };
  });
  if (result.is === 'set') return result;
  const { settings, before } = result;
  const change: Change = { kind: 'setting', key: name, before: { value: before }, after: { value: parsed.data } };
  const plan = seal(
    {
      title: `Lower a bar: ${entry.label}?`,
      lines: [`${entry.label}: ${words(before)} → ${words(parsed.data)}`, entry.help],
      changes: [change],
      seals: [],
      evidence: null,
      byHand: [],
      risk: 'disruptive',
      affected: 0,
      cautions: ['This weakens a safeguard; later cards will show it.'],
      undo: 'Set it back, at once.',
    },
    'settings',
    [],
    settings,
    { name, value: parsed.data },
    request,
  );
  return ask(world, plan, settings, request, { roleToAsk: ['operator', 'approver', 'change-approver'] });
}

const words = (value: unknown): string => (typeof value === 'string' ? value || 'none' : JSON.stringify(value));
