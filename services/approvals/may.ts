import type { Plan, Risk } from '../runbook/plan.ts';
import type { Run } from '../runbook/run.ts';
import { isOpen } from '../runbook/run.ts';
import type { Settings } from '../settings/settings.ts';
import { no, type Verdict, yes } from './reasons.ts';
import type { Role, RolesHeld } from './roles.ts';

/** The person who asks, as the authenticated activity and the live group check give it. */
export interface Asker {
  readonly id: string;
  readonly roles: RolesHeld;
  /** False for guests of the tenant. */
  readonly member: boolean;
}

/**
 * Object ids that count as one person with this one (setting `linkedAccounts`), itself included. Groups that share an
 * account are one person (a–b and b–c make a–c), and the letter case of an id carries no meaning.
 */
export function sameperson(id: string, linked: readonly (readonly string[])[]): ReadonlySet<string> {
  const all = new Set([id]);
  const known = new Set([id.toLowerCase()]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const group of linked) {
      if (!group.some((other) => known.has(other.toLowerCase()))) continue;
      for (const other of group) {
        if (known.has(other.toLowerCase()) && all.has(other)) continue;
        known.add(other.toLowerCase()).add(other);
        all.add(other).add(other.toLowerCase());
        grown = true;
      }
    }
  }
  return all;
}

/** Whether two accounts are one person. */
export const onePerson = (a: string, b: string, linked: readonly (readonly string[])[]): boolean => {
  const mine = sameperson(a, linked);
  return mine.has(b) || [...mine].some((id) => id.toLowerCase() === b.toLowerCase());
};

/** How many different people stand behind these accounts. */
function people(ids: readonly string[], linked: readonly (readonly string[])[]): readonly string[] {
  const found: string[] = [];
  for (const id of ids) if (!found.some((other) => onePerson(other, id, linked))) found.push(id);
  return found;
}

/** The role whose members decide a plan (DESIGN of roles: MX, bypass off and organisation-wide go to change approvers). */
export function decidingRole(step: string): 'approver' | 'change-approver' {
  return ['cover-organisation', 'bypass-off', 'switch-mx'].includes(step) ? 'change-approver' : 'approver';
}

/** How many people must approve, the requester excluded. Low evidence always takes two. */
export function quorumFor(
  plan: { readonly risk: Risk; readonly evidence: Plan['evidence'] },
  settings: Settings,
): number {
  const byRisk = plan.risk === 'disruptive' ? settings.quorumDisruptive : settings.quorumReversible;
  return plan.evidence?.lowEvidence ? Math.max(2, byRisk) : byRisk;
}

/**
 * How many people must approve a run. The quick way back takes one. Weakening a bar takes two whatever the bars say:
 * not one where they were lowered, and not more than there are where somebody raised them beyond reach.
 */
export function quorumOf(
  plan: Pick<Plan, 'step' | 'risk' | 'evidence'>,
  settings: Settings,
  breakGlass: boolean,
): number {
  if (breakGlass) return 1;
  return plan.step === 'settings' ? 2 : quorumFor(plan, settings);
}

/** Whether the person holds one of the roles; a doubt is a no. */
function holds(asker: Asker, wanted: readonly Role[]): Verdict {
  if (!asker.member) return no('guest');
  if (asker.roles.is !== 'value') return no('role-unknown');
  const held = asker.roles.value;
  return wanted.some((role) => held.has(role)) ? yes : no('no-role', `It takes: ${wanted.join(' or ')}.`);
}

/** Every question about permission, in one form each. */
export type Ask =
  | { readonly act: 'look' }
  | {
      readonly act: 'propose';
      readonly plan: Pick<Plan, 'step' | 'risk' | 'evidence'>;
      readonly ticket: string | null;
      readonly eligible: readonly string[] | null;
      readonly settings: Settings;
      readonly openRun: string | null;
      readonly roleToAsk?: readonly Role[];
      readonly breakGlass?: boolean;
      /** A way back carries the ticket of what it takes back, and none where that had none. */
      readonly undoes?: boolean;
      readonly now?: number;
      readonly window?: { readonly notBefore: number | null; readonly notAfter: number | null };
    }
  | {
      readonly act: 'approve';
      readonly run: Run;
      readonly version: number;
      readonly now: number;
      readonly settings: Settings;
    }
  | {
      readonly act: 'reject';
      readonly run: Run;
      readonly version: number;
      readonly now: number;
      readonly reason: string;
      readonly settings: Settings;
    }
  | { readonly act: 'cancel'; readonly run: Run; readonly version: number; readonly settings: Settings }
  | {
      readonly act: 'roll-back';
      readonly run: Run;
      readonly reason: string;
      readonly dependents: readonly string[];
      readonly undoneBy: string | null;
      readonly breakGlass: boolean;
    }
  /** Asked by the product itself, at the claim: do the approvals still carry the run? */
  | { readonly act: 'carry-out'; readonly run: Run; readonly fingerprint: string; readonly settings: Settings }
  | {
      readonly act: 'confirm';
      readonly run: Run;
      readonly version: number;
      readonly effectProved: boolean;
      readonly actId: string;
      readonly proof: string;
      /** The open run that takes this one back, if there is one. */
      readonly undoneBy?: string | null;
    }
  | { readonly act: 'review' }
  | { readonly act: 'attest'; readonly statement: string; readonly proof: string }
  | { readonly act: 'set' }
  | { readonly act: 'freeze' | 'thaw' }
  | { readonly act: 'channel' };

/** The present card, or a word on why it is not. */
function fresh(run: Run, version: number): Verdict {
  if (!['proposed'].includes(run.state)) return no('resolved', `Change ${run.id} is ${run.state}.`);
  return run.version === version ? yes : no('old-card');
}

/**
 * All "may we?" logic of the product. Pure: everything that it needs is in the question. Order matters only for which
 * reason a person reads first; every check must hold.
 */
export function may(asker: Asker, ask: Ask): Verdict {
  switch (ask.act) {
    case 'look':
      return holds(asker, ['viewer', 'help-desk', 'operator', 'approver', 'change-approver']);
    case 'review':
      return holds(asker, ['approver', 'change-approver']);
    case 'set':
    case 'freeze':
    case 'thaw':
    case 'channel':
      return holds(asker, ['operator', 'approver', 'change-approver']);
    case 'attest': {
      const role = holds(asker, ['operator', 'approver', 'change-approver']);
      if (!role.ok) return role;
      return ask.statement.trim().length < 3 || ask.proof.trim().length < 3 ? no('proof-needed') : yes;
    }
    case 'propose':
      return mayPropose(asker, ask);
    case 'approve':
      return mayApprove(asker, ask);
    case 'reject': {
      const role = holds(asker, [decidingRole(ask.run.plan.step)]);
      if (!role.ok) return role;
      if (onePerson(asker.id, ask.run.requestedBy.id, ask.settings.linkedAccounts)) return no('own-request');
      const now = fresh(ask.run, ask.version);
      if (!now.ok) return now;
      if (ask.now >= ask.run.expiresAt) return no('expired');
      return ask.reason.trim().length < 3 ? no('reason-needed') : yes;
    }
    case 'cancel': {
      if (!onePerson(asker.id, ask.run.requestedBy.id, ask.settings.linkedAccounts)) return no('not-requester');
      if (ask.run.state !== 'proposed' && ask.run.state !== 'approved')
        return no('resolved', `Change ${ask.run.id} is ${ask.run.state}.`);
      return ask.run.version === ask.version ? yes : no('old-card');
    }
    case 'roll-back': {
      const role = holds(asker, ['operator', 'approver', 'change-approver']);
      if (!role.ok) return role;
      if (!['settled', 'stuck', 'stopped'].includes(ask.run.state))
        return no(ask.run.state === 'undone' ? 'undone-already' : 'not-settled');
      if (ask.undoneBy) return no('undone-already', `Change ${ask.undoneBy} takes it back.`);
      // To a state with one proven filter only: not forward again, and a safeguard is no filter.
      if (ask.breakGlass && (ask.run.undoes || ask.run.plan.step === 'settings')) return no('break-glass-refused');
      if (ask.run.undoes) return no('way-back');
      if (ask.dependents.length > 0) return no('later-depends', `Change ${ask.dependents.join(', ')}.`);
      return ask.reason.trim().length < 3 ? no('reason-needed') : yes;
    }
    case 'carry-out':
      return mayCarryOut(ask);
    case 'confirm': {
      const role = holds(asker, ['operator', 'approver', 'change-approver']);
      if (!role.ok) return role;
      const act = ask.run.plan.byHand.find((a) => a.id === ask.actId);
      if (!act) return no('unknown-act');
      if (ask.run.confirmed[act.id]) return no('confirmed-already');
      if (act.when === 'before' && ask.run.state !== 'approved')
        return no(isOpen(ask.run) ? 'act-too-early' : 'resolved');
      if (act.when === 'after' && ask.run.state !== 'settled')
        return no(isOpen(ask.run) ? 'act-too-early' : 'resolved', `Change ${ask.run.id} is ${ask.run.state}.`);
      if (act.when === 'after' && ask.undoneBy)
        return no('undone-already', `Change ${ask.undoneBy} takes it back: do not do this now.`);
      if (act.when === 'after' && !ask.effectProved) return no('act-too-early');
      if (ask.run.version !== ask.version) return no('old-card');
      return ask.proof.trim().length < 3 ? no('proof-missing') : yes;
    }
  }
}

function mayPropose(asker: Asker, ask: Extract<Ask, { act: 'propose' }>): Verdict {
  const role = holds(asker, ask.roleToAsk ?? ['operator']);
  if (!role.ok) return role;
  if (ask.openRun) return no('another-open', `Change ${ask.openRun}.`);
  const { ticketRequired, ticketPattern } = ask.settings;
  // The way back must not fail for a paper, and a setting of the product is no change of the tenant.
  const exempt = ask.undoes === true || ask.plan.step === 'settings';
  const needed = ticketRequired === 'all' || (ticketRequired === 'disruptive' && ask.plan.risk === 'disruptive');
  if (needed && !exempt && !ask.ticket) return no('ticket-needed');
  if (ask.ticket && !exempt && ticketPattern && !matches(ticketPattern, ask.ticket))
    return no('ticket-malformed', `Expected ${ticketPattern}.`);
  const { notBefore = null, notAfter = null } = ask.window ?? {};
  if (notAfter !== null && (notAfter <= (ask.now ?? 0) || (notBefore !== null && notAfter <= notBefore)))
    return no('bad-window');
  if (ask.eligible === null) return no('approvers-unknown');
  const { linkedAccounts } = ask.settings;
  const others = people(
    ask.eligible.filter((id) => !onePerson(id, asker.id, linkedAccounts)),
    linkedAccounts,
  );
  const quorum = quorumOf(ask.plan, ask.settings, ask.breakGlass ?? false);
  return others.length < quorum ? no('not-enough-approvers', `${quorum} needed, ${others.length} can.`) : yes;
}

/** Enough different people, none of them the requester, have approved exactly this, by the bars now in force. */
function mayCarryOut(ask: Extract<Ask, { act: 'carry-out' }>): Verdict {
  const { run, settings } = ask;
  const { linkedAccounts } = settings;
  const deciders = people(
    run.approvals
      .filter((a) => a.fingerprint === ask.fingerprint)
      .map((a) => a.by.id)
      .filter((id) => !onePerson(id, run.requestedBy.id, linkedAccounts)),
    linkedAccounts,
  );
  const quorum = Math.max(run.quorum, quorumOf(run.plan, settings, run.breakGlass));
  return deciders.length < quorum ? no('not-approved', `${quorum} needed, ${deciders.length} have approved.`) : yes;
}

function mayApprove(asker: Asker, ask: Extract<Ask, { act: 'approve' }>): Verdict {
  const { run, settings } = ask;
  const role = holds(asker, [decidingRole(run.plan.step)]);
  if (!role.ok) return role;
  const mine = (id: string): boolean => onePerson(asker.id, id, settings.linkedAccounts);
  if (mine(run.requestedBy.id)) return no('own-request');
  if (run.state === 'proposed' && run.approvals.some((a) => mine(a.by.id))) return no('already-decided');
  const present = fresh(run, ask.version);
  if (!present.ok) return present;
  if (ask.now >= run.expiresAt) return no('expired');
  const judges = run.plan.evidence?.judges ?? [];
  const deciders = [...run.approvals.map((a) => a.by.id), asker.id];
  const reached = deciders.length >= run.quorum;
  if (reached && judges.length > 0 && judges.every(mine) && deciders.every(mine)) return no('sole-judge');
  return yes;
}

/** A ticket pattern from the settings; one that does not compile matches nothing. */
function matches(pattern: string, ticket: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(ticket);
  } catch {
    return false;
  }
}
