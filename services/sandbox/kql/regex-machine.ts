import type { Budget } from './budget.ts';
import type { Program } from './regex.ts';
import { isWord } from './regex-classes.ts';

/** Ends of the match and of its groups: `[start, end, start of group 1, …]`; undefined where a group took no part. */
export type Match = readonly (number | undefined)[];

interface Thread {
  readonly pc: number;
  readonly slots: Match;
}

const NO_SLOTS: Match = [];

function withSlot(slots: Match, slot: number, at: number): Match {
  const copy = [...slots];
  copy[slot] = at;
  return copy;
}

/**
 * Finds the leftmost match at or after `from`, with RE2's preferences; null when there is none. All ways are followed at once,
 * so that the time is at most text length × program length; it is charged to the budget. Without `wantGroups` only the fact counts.
 */
export function findMatch(
  program: Program,
  text: string,
  from: number,
  wantGroups: boolean,
  budget: Budget,
): Match | null {
  const { steps } = program;
  const marks = new Int32Array(steps.length).fill(-1);
  let current: Thread[] = [];
  let found: Match | null = null;
  const pending: Thread[] = [];
  const holds = (look: string, at: number): boolean => {
    const before = at > 0 ? text.charCodeAt(at - 1) : -1;
    const after = at < text.length ? text.charCodeAt(at) : -1;
    switch (look) {
      case 'start':
        return at === 0;
      case 'end':
        return at === text.length;
      case 'line-start':
        return before === -1 || before === 10;
      case 'line-end':
        return after === -1 || after === 10;
      default:
        return (isWord(before) !== isWord(after)) === (look === 'boundary');
    }
  };
  let visits = 0;
  const follow = (into: Thread[], first: Thread, at: number): void => {
    pending.push(first);
    for (let thread = pending.pop(); thread !== undefined; thread = pending.pop()) {
      const { pc, slots } = thread;
      visits += 1;
      if (marks[pc] === at) continue;
      marks[pc] = at;
      const step = steps[pc];
      if (step === undefined) continue;
      if (step.op === 'jump') pending.push({ pc: step.to, slots });
      else if (step.op === 'split') pending.push({ pc: step.or, slots }, { pc: step.to, slots });
      else if (step.op === 'look') {
        if (holds(step.look, at)) pending.push({ pc: pc + 1, slots });
      } else if (step.op === 'save') {
        visits += slots.length;
        pending.push({ pc: pc + 1, slots: wantGroups ? withSlot(slots, step.slot, at) : slots });
      } else into.push(thread);
    }
  };
  for (let at = from; at <= text.length; at += 1) {
    if (found === null) follow(current, { pc: 0, slots: wantGroups ? [at] : NO_SLOTS }, at);
    budget.spend(1 + (visits >> 1));
    visits = 0;
    if (current.length === 0) continue;
    const code = at < text.length ? text.charCodeAt(at) : -1;
    const next: Thread[] = [];
    for (const thread of current) {
      const step = steps[thread.pc];
      if (step?.op === 'match') {
        found = wantGroups ? withSlot(thread.slots, 1, at) : NO_SLOTS;
        break;
      }
      if (step?.op === 'char' && code >= 0 && step.test(code))
        follow(next, { pc: thread.pc + 1, slots: thread.slots }, at + 1);
    }
    if (found !== null && (!wantGroups || next.length === 0)) return found;
    current = next;
  }
  return found;
}
