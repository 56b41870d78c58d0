import { stepOf } from '../../services/engine/world.ts';
import { type StepId, stepIds } from '../../services/runbook/step-id.ts';
import { type Desk, notice } from '../desk.ts';
import type { Reply } from '../reply.ts';
import type { Session } from '../session.ts';
import { nearestOf } from './nearness.ts';

/** Steps that a typed name may mean: by id or title, whole, as a beginning, as a part, or nearly. */
function stepsLike(desk: Desk, typed: string): { readonly sure: StepId | null; readonly like: readonly StepId[] } {
  const flat = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const wanted = flat(typed.replace(/^\s*(?:the|a|step)\s+/i, '').replace(/\s+step\s*$/i, ''));
  if (wanted === '') return { sure: null, like: [] };
  const known = stepIds.map((id) => ({ id, flat: flat(id), title: flat(stepOf(desk.world, id)?.title ?? '') }));
  const sure = known.find((s) => s.flat === wanted || s.title === wanted);
  if (sure) return { sure: sure.id, like: [] };
  const part = wanted.length < 3 ? [] : known.filter((s) => s.flat.includes(wanted) || s.title.includes(wanted));
  const near = nearestOf(wanted, stepIds) as StepId | null;
  return { sure: null, like: part.length > 0 ? part.slice(0, 3).map((s) => s.id) : near ? [near] : [] };
}

/** A step id as typed, or a question that leads to one; `word` is what was to be done with it. */
export function stepFrom(
  desk: Desk,
  session: Session,
  typed: string,
  word: 'step' | 'plan' | 'review' | 'attest' = 'step',
): { readonly id: StepId } | { readonly reply: Reply } {
  const { sure, like } = stepsLike(desk, typed);
  if (sure) return { id: sure };
  const all = { title: 'All steps', view: 'steps', id: '' };
  const verb = { step: 'Show', plan: 'Plan', review: 'Review', attest: 'Attest' }[word];
  if (typed.trim() === '')
    return {
      reply: notice(desk, session, 'Which step?', [`Say its id, for example \`${word} anti-phishing\`.`], [all]),
    };
  return {
    reply: notice(
      desk,
      session,
      `There is no step “${short(typed)}”`,
      like.length > 0 ? [`Did you mean ${like.join(' or ')}?`] : [`Say its id, for example \`${word} anti-phishing\`.`],
      [...like.map((id) => ({ title: `${verb} ${id}`, view: word, id })), all],
    ),
  };
}

/** What somebody typed, short enough for a line. */
export const short = (typed: string): string => (typed.length > 40 ? `${[...typed].slice(0, 40).join('')}…` : typed);
