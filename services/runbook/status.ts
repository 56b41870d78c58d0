import { decidingRole } from '../approvals/may.ts';
import type { Settings } from '../settings/settings.ts';
import { dayMs, fromIsoDate, isoDate, moment } from '../tenant/time.ts';
import type { Evidence } from './evidence.ts';
import { type Forecast, forecastOf, pilotSince, wavesLeft } from './forecast.ts';
import { plural } from './look.ts';
import type { Answer } from './plan.ts';
import type { Run } from './run.ts';
import type { Attestation, Milestone } from './step.ts';
import { isStepId, parts, runbook, type StepId, stepIds } from './step-id.ts';
import { steps } from './steps/index.ts';

/** Everything `status` rests on: what was read and recorded. `now` in ms. */
export interface StatusInput {
  /** Answers of the steps that this version has; a step without one comes in a later version. */
  readonly answers: ReadonlyMap<StepId, Answer>;
  readonly open: readonly Run[];
  readonly milestones: readonly Milestone[];
  readonly attestations: readonly Attestation[];
  readonly settings: Settings;
  readonly now: number;
}

/** Where we are, what is next, what blocks, who must act: five seconds of reading. */
export interface Status {
  /** Where we are: one short line. */
  readonly now: string;
  readonly next: { readonly id: StepId; readonly title: string } | null;
  /** What holds the next step, at most four short lines; empty: nothing. */
  readonly blocks: readonly string[];
  /** Who must act and what for, at most four; empty: nobody. */
  readonly mustAct: readonly string[];
  readonly parts: readonly { readonly name: string; readonly done: number; readonly of: number }[];
  readonly forecast: Forecast;
}

const mostLines = 4;
const longestLine = 120;

/** How a step stands: `attested` only where this version cannot check it itself. */
export type StepStanding = 'done' | 'attested' | 'ready' | 'blocked' | 'later';

/** How a step stands by its answer; a person's statement stands in only where no answer is to be had. */
export function standingOf(id: StepId, known: Pick<StatusInput, 'answers' | 'attestations' | 'now'>): StepStanding {
  const answer = known.answers.get(id);
  if (answer === undefined)
    return known.attestations.some((a) => a.about === id && a.expiresAt > known.now) ? 'attested' : 'later';
  if (answer.is === 'nothing-to-do') return 'done';
  return answer.is === 'proposal' ? 'ready' : 'blocked';
}

/** The status of a migration. Pure. */
export function statusOf(input: StatusInput): Status {
  const open = [...input.open].sort((a, b) => a.requestedAt - b.requestedAt || Number(a.id) - Number(b.id));
  const next = nextOf(input, open);
  return {
    now: whereWeAre(input),
    next: next === null ? null : { id: next, title: titleOf(next) },
    blocks: shortened(blocksOf(input, open, next)),
    mustAct: shortened(mustActOf(input, open, next)),
    parts: parts.map((name) => {
      const ids = stepIds.filter((id) => runbook[id] === name);
      return { name, done: ids.filter((id) => isDone(standingOf(id, input))).length, of: ids.length };
    }),
    forecast: forecastOf(input),
  };
}

const isDone = (standing: StepStanding): boolean => standing === 'done' || standing === 'attested';

/** The step's own title; its id in words where this version does not have it. */
function titleOf(id: StepId): string {
  const words = id.replace(/-/g, ' ');
  return steps.find((s) => s.id === id)?.title ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** At most four lines, cut at a word; what is left out is counted, never dropped in silence. */
function shortened(lines: readonly string[]): readonly string[] {
  const distinct = [...new Set(lines)];
  const kept =
    distinct.length <= mostLines
      ? distinct
      : [...distinct.slice(0, mostLines - 1), `and ${distinct.length - mostLines + 1} more`];
  return kept.map((line) => {
    if (line.length <= longestLine) return line;
    const cut = line.slice(0, longestLine - 1);
    return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longestLine / 2))}…`;
  });
}

/** A step waiting in a run, else the first that can be proposed, else the first whose blockers people can clear. */
function nextOf(input: StatusInput, open: readonly Run[]): StepId | null {
  const waiting = open.flatMap((r) => (isStepId(r.plan.step) ? [r.plan.step] : []))[0];
  if (waiting !== undefined) return waiting;
  const standing = (id: StepId): StepStanding => standingOf(id, input);
  const needsHold = (id: StepId): boolean =>
    (steps.find((s) => s.id === id)?.needs ?? []).every((need) => !['ready', 'blocked'].includes(standing(need)));
  return (
    stepIds.find((id) => standing(id) === 'ready' && needsHold(id)) ??
    stepIds.find((id) => standing(id) === 'blocked' && needsHold(id) && clearable(input.answers.get(id))) ??
    stepIds.find((id) => standing(id) === 'blocked' || standing(id) === 'ready') ??
    null
  );
}

/** Whether people can clear what blocks: an unread value only waits for the tenant. */
const clearable = (answer: Answer | undefined): boolean =>
  answer?.is === 'blocked' && answer.blockers.some((b) => !b.id.startsWith('unknown'));

/** Phase, people where a proof named them, and days. */
function whereWeAre(input: StatusInput): string {
  const settled = (step: StepId): number | null =>
    input.milestones.findLast((m) => m.step === step && !m.undone)?.settledAt ?? null;
  const days = (since: number): string => {
    const n = Math.floor((input.now - since) / dayMs);
    return n < 1 ? 'since today' : `for ${plural(n, 'day')}`;
  };
  const closed = standingOf('close-out', input);
  if (isDone(closed)) return 'Closed: the old service is retired';
  const moved = settled('switch-mx');
  if (moved !== null) return `Cut over: MX moved, ${days(moved)}`;
  const off = settled('bypass-off');
  if (off !== null) return `Cut over: bypass off ${days(off)}`;
  const since = pilotSince(input);
  if (since !== null) {
    const people = pilotPeople(input.answers);
    const who = people === null ? 'running' : plural(people, 'person', 'people');
    const waves = input.milestones.filter((m) => m.step === 'waves' && !m.undone).length;
    const wave = waves > 0 ? `, wave ${waves + 1} of ${waves + 1 + wavesLeft(input)}` : '';
    return `Pilot: ${who} ${days(since)}${wave}`;
  }
  const here = parts.find((name) =>
    stepIds.some((id) => runbook[id] === name && ['ready', 'blocked'].includes(standingOf(id, input))),
  );
  return here === undefined ? 'Not started' : `${here}: the pilot has not started`;
}

/** People in the pilot, where an answer's figures say so; null where none does. */
function pilotPeople(answers: ReadonlyMap<StepId, Answer>): number | null {
  for (const answer of answers.values()) {
    const evidence = answer.is === 'proposal' ? answer.proposal.evidence : answer.evidence;
    const figure = evidence?.figures.find((f) => f.known && f.id === 'affected');
    const digits = figure?.value.match(/^\d[\d,]*/)?.[0];
    if (digits !== undefined) return Number(digits.replace(/,/g, ''));
  }
  return null;
}

/** Lines on what holds the next step: runs first, then what the step itself says. */
function blocksOf(input: StatusInput, open: readonly Run[], next: StepId | null): readonly string[] {
  const lines: string[] = [];
  for (const run of open) {
    if (run.state === 'stuck') lines.push(`Change ${run.id} is stuck${run.reason ? `: ${run.reason}` : ''}`);
    else if (run.state === 'proposed' && run.plan.step === next)
      lines.push(`Change ${run.id}: ${run.approvals.length} of ${run.quorum} approvals`);
    else if (run.state === 'approved' && run.plan.step === next && run.notBefore !== null && run.notBefore > input.now)
      lines.push(`Change ${run.id} waits for its window, ${at(run.notBefore, input)}`);
    else if (run.state === 'verifying' && run.plan.step === next && run.proof)
      lines.push(`Change ${run.id}: ${run.proof.words}`);
  }
  const answer = next === null ? undefined : input.answers.get(next);
  const inRun = open.some((r) => r.plan.step === next);
  if (answer?.is === 'blocked' && !inRun)
    for (const blocker of answer.blockers) {
      const bar = answer.evidence?.bars.find((b) => b.id === blocker.id && b.holds !== 'yes');
      const wanted = bar?.found.includes(` of ${bar.wanted}`) ? '' : `, wanted ${bar?.wanted}`;
      lines.push(bar ? `${bar.label}: ${bar.found}${wanted}` : blocker.what);
    }
  return lines;
}

/** A time for a line: weekday and hour when near, else the date; in the tenant's zone, or in UTC and saying so. */
function at(time: number, input: Pick<StatusInput, 'now' | 'settings'>): string {
  const wanted = input.settings.timeZone;
  const zone = fromIsoDate('2026-01-01', wanted) === null ? 'utc' : wanted;
  const text =
    Math.abs(time - input.now) < 6 * dayMs ? moment(time, zone).replace(/ \d+ \S+/, '') : isoDate(time, zone);
  return zone === wanted ? text : `${text} UTC`;
}

/** Who must act: runs first (oldest first), then the marks and statements that the next step waits for. */
function mustActOf(input: StatusInput, open: readonly Run[], next: StepId | null): readonly string[] {
  const lines = [...open.flatMap((run) => actOf(run, input)), ...exemptionsLeft(input)];
  const answer = next === null ? undefined : input.answers.get(next);
  if (next === null || answer === undefined || open.some((r) => r.plan.step === next)) return lines;
  if (answer.is === 'proposal') lines.push(`Operator: propose ${next}`);
  if (answer.is === 'blocked') {
    const unmarked = toReview(answer.evidence ?? null);
    if (unmarked > 0) lines.push(`An approver: review ${plural(unmarked, 'sender')} of ${next}`);
    for (const blocker of answer.blockers) if (blocker.attest) lines.push(`Who knows: attest ${blocker.attest}`);
    const first = answer.blockers.find((b) => !b.id.startsWith('unknown'));
    if (lines.length === 0 && first) lines.push(`Operator: ${first.next}`);
  }
  return lines;
}

/** Senders that a person must still mark: none once the bars on reviewing hold. */
function toReview(evidence: Evidence | null): number {
  const short = (id: string): boolean => evidence?.bars.some((b) => b.id === id && b.holds !== 'yes') ?? false;
  // Mail that is also malware or high confidence phish is held for another reason: it needs no mark.
  const asked = (evidence?.senders ?? []).filter((s) => s.detected.alsoOtherThreat < s.detected.messages);
  const unmarked = short('review') || short('minimum-senders') ? asked.filter((s) => s.mark === null).length : 0;
  const undecided = short('undecided') ? asked.filter((s) => s.mark === 'undecided').length : 0;
  return unmarked + undecided;
}

/** Exemptions at the old service that nobody confirmed: the act is recorded as `run:<id>:<act>`. */
const exemptionsLeft = (input: StatusInput): readonly string[] =>
  input.milestones
    .filter((m) => (m.step === 'start-pilot' || m.step === 'waves') && !m.undone)
    .filter((m) => !input.attestations.some((a) => a.about.startsWith(`run:${m.run}:`)))
    .map((m) => `By hand, once proved: exempt the people of change ${m.run} at the old service`);

function actOf(run: Run, input: StatusInput): readonly string[] {
  const role = decidingRole(run.plan.step) === 'change-approver' ? 'A change approver' : 'An approver';
  const byHand = (when: 'before' | 'after'): readonly string[] =>
    run.plan.byHand
      .filter((act) => act.when === when && run.confirmed[act.id] === undefined)
      .map((act) => `By hand, change ${run.id}: ${act.text}`);
  switch (run.state) {
    case 'proposed':
      return [`${role}: change ${run.id}, ${run.approvals.length} of ${run.quorum}, till ${at(run.expiresAt, input)}`];
    case 'approved':
      return byHand('before');
    case 'verifying':
      return run.proof?.configuration === 'proved' && run.proof.effect !== 'not yet' ? byHand('after') : [];
    case 'stuck':
      return [`${role}: decide on change ${run.id}, which is stuck`];
    default:
      return [];
  }
}
