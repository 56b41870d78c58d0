import { agrees, type Change, canonical, verbOf } from '../../services/runbook/change.ts';
import type { Run } from '../../services/runbook/run.ts';
import type { WriteLogEntry } from '../../services/sandbox/sandbox.ts';

/** What the write log and the tenant say about the runs. Each finding is a sentence. */
export interface Judgement {
  /** State-changing executions beyond the one that each change was approved for. */
  readonly twice: readonly string[];
  /** Approved changes that are not in the tenant, or were never executed. */
  readonly lost: readonly string[];
  /** Executions that found their work done already: harmless, and still one too many. */
  readonly repeated: readonly string[];
  /** Runs that came to no good end. */
  readonly unsettled: readonly string[];
}

const parameter = (entry: WriteLogEntry, name: string): string => String(entry.parameters[name] ?? '').toLowerCase();

/** The one execution that a change of these kinds takes, as a word; null for a kind that this judge does not know. */
function wordOfChange(change: Change): string | null {
  const key = change.key.toLowerCase();
  const verb = verbOf(change);
  if (change.kind === 'group-member') return `${verb} member ${key}`;
  if (change.kind === 'distribution-group') return `${verb} group ${key}`;
  return null;
}

function wordOfWrite(entry: WriteLogEntry): string | null {
  const member = `${parameter(entry, 'Identity')}|${parameter(entry, 'Member')}`;
  switch (entry.cmdlet) {
    case 'Add-DistributionGroupMember':
      return `create member ${member}`;
    case 'Remove-DistributionGroupMember':
      return `remove member ${member}`;
    case 'New-DistributionGroup':
      return `create group ${parameter(entry, 'Name')}`;
    case 'Remove-DistributionGroup':
      return `remove group ${parameter(entry, 'Identity')}`;
    default:
      return null;
  }
}

const count = (words: readonly (string | null)[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const word of words) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
};

/**
 * Holds the sandbox's write log against what was approved. Two independent counts: every change that a run says it did
 * has exactly one state-changing execution; and no execution is followed by its like without another of the same target
 * between. `present` is each target as the tenant holds it at the end, null when absent.
 */
export function judge(
  runs: readonly Run[],
  writes: readonly WriteLogEntry[],
  present: ReadonlyMap<string, object | null>,
): Judgement {
  const twice: string[] = [];
  const lost: string[] = [];
  const unsettled = runs
    .filter((run) => run.state !== 'settled' && run.state !== 'undone')
    .map((run) => `change ${run.id} is ${run.state}: ${run.reason ?? 'no reason given'}`);

  const mine = writes.filter((entry) => entry.by === 'client');
  const changing = mine.filter((entry) => entry.changed);
  const done = runs.flatMap((run) =>
    run.progress
      .filter((line) => line.state === 'did')
      .flatMap((line) => {
        const change = run.plan.changes[line.index];
        return change === undefined ? [] : [change];
      }),
  );
  const wanted = count(done.map(wordOfChange));
  const executed = count(changing.map(wordOfWrite));
  for (const word of new Set([...wanted.keys(), ...executed.keys()])) {
    const [asked, happened] = [wanted.get(word) ?? 0, executed.get(word) ?? 0];
    if (happened > asked) twice.push(`${word}: approved ${asked}, executed ${happened}`);
    if (happened < asked) lost.push(`${word}: approved and reported ${asked}, executed ${happened}`);
  }
  const last = new Map<string, string>();
  for (const entry of changing) {
    const noun = entry.cmdlet.slice(entry.cmdlet.indexOf('-'));
    const target = `${noun} ${parameter(entry, 'Identity') || parameter(entry, 'Name')} ${parameter(entry, 'Member')}`;
    const deed = `${entry.cmdlet} ${canonical(entry.parameters)}`;
    if (last.get(target) === deed) twice.push(`write ${entry.n} did again what was done: ${deed}`);
    last.set(target, deed);
  }

  // The last word on each target: what it must be now.
  const final = new Map<string, { readonly run: Run; readonly change: Change }>();
  for (const run of [...runs].sort((a, b) => Number(a.id) - Number(b.id))) {
    if (run.state !== 'settled' && run.state !== 'undone') continue;
    for (const change of run.plan.changes) final.set(`${change.kind} ${change.key}`, { run, change });
    if (run.plan.changes.some((_, index) => !run.progress.some((p) => p.index === index && p.state !== 'about-to')))
      lost.push(`change ${run.id} settled with a part that was never done`);
  }
  for (const [target, { run, change }] of final)
    if (!agrees(change.after, present.get(target) ?? null))
      lost.push(`${target} is not as change ${run.id} (${run.state}) left it`);

  const repeated = mine
    .filter((entry) => !entry.changed)
    .map((entry) => `write ${entry.n} ${entry.cmdlet} ${canonical(entry.parameters)}: ${entry.outcome}`);
  return { twice, lost, repeated, unsettled };
}
