import { EXCEEDED, KqlError } from './budget.ts';
import type { Test } from './regex-classes.ts';
import { type Look, parseRegex, type RegexNode } from './regex-parse.ts';

/** One step of the matching machine. `split` tries `to` before `or`. */
type Step =
  | { readonly op: 'char'; readonly test: Test }
  | { readonly op: 'look'; readonly look: Look }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'split'; to: number; or: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'match' };

/** A compiled regular expression: its steps and how many groups it captures. */
export interface Program {
  readonly steps: readonly Step[];
  readonly groups: number;
}

const BIGGEST = 5000;

/** Collects steps, up to the most that a program may have. */
interface Assembly {
  readonly steps: Step[];
  visits: number;
}

function put<T extends Step>(into: Assembly, step: T): T {
  if (into.steps.length >= BIGGEST) throw new KqlError(EXCEEDED);
  into.steps.push(step);
  return step;
}

function emitChoice(into: Assembly, parts: readonly RegexNode[]): void {
  const jumps: { to: number }[] = [];
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    const split = last ? null : put(into, { op: 'split', to: into.steps.length + 1, or: 0 });
    emit(into, part);
    if (split !== null) {
      jumps.push(put(into, { op: 'jump', to: 0 }));
      split.or = into.steps.length;
    }
  }
  for (const jump of jumps) jump.to = into.steps.length;
}

/** Puts a choice between what follows and a later place; the answer sets that place. A lazy one prefers the later place. */
function putOption(into: Assembly, lazy: boolean): () => void {
  const next = into.steps.length + 1;
  const split = put(into, { op: 'split', to: next, or: next });
  return () => {
    if (lazy) split.to = into.steps.length;
    else split.or = into.steps.length;
  };
}

function emitRepeat(into: Assembly, node: Extract<RegexNode, { kind: 'repeat' }>): void {
  for (let i = 0; i < node.min; i += 1) emit(into, node.of);
  if (node.max === Number.POSITIVE_INFINITY) {
    const top = into.steps.length;
    const past = putOption(into, node.lazy);
    emit(into, node.of);
    put(into, { op: 'jump', to: top });
    past();
    return;
  }
  const options: (() => void)[] = [];
  for (let i = node.min; i < node.max; i += 1) {
    options.push(putOption(into, node.lazy));
    emit(into, node.of);
  }
  for (const past of options) past();
}

function emit(into: Assembly, node: RegexNode): void {
  into.visits += 1;
  if (into.visits > BIGGEST * 4) throw new KqlError(EXCEEDED);
  switch (node.kind) {
    case 'char':
      put(into, { op: 'char', test: node.test });
      return;
    case 'look':
      put(into, { op: 'look', look: node.look });
      return;
    case 'sequence':
      for (const part of node.parts) emit(into, part);
      return;
    case 'group':
      put(into, { op: 'save', slot: node.index * 2 });
      emit(into, node.of);
      put(into, { op: 'save', slot: node.index * 2 + 1 });
      return;
    case 'choice':
      emitChoice(into, node.parts);
      return;
    case 'repeat':
      emitRepeat(into, node);
      return;
  }
}

/**
 * Compiles an RE2 expression, the dialect of Kusto: no look-around and no back references, so that matching takes linear time.
 * Throws `KqlError` for what RE2 refuses and for expressions that would be too big.
 */
export function compileRegex(pattern: string): Program {
  const { tree, groups } = parseRegex(pattern);
  const into: Assembly = { steps: [], visits: 0 };
  emit(into, tree);
  put(into, { op: 'match' });
  return { steps: into.steps, groups };
}
