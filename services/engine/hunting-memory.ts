import { canonical } from '../runbook/change.ts';
import type { QuestionName, Questions, Window } from '../tenant/questions.ts';
import type { Reading } from '../tenant/reading.ts';
import type { Tenant, TenantReader } from '../tenant/tenant.ts';

/** Questions that hunting answers: 45 calls a minute for the whole tenant (Graph reference, section 2). */
const hunted: ReadonlySet<QuestionName> = new Set(['detected-senders', 'volume', 'zapped']);

const minute = 60_000;
const windowOf = (ask: Questions[QuestionName]['ask']): Window | null =>
  (ask as { readonly window?: Window }).window ?? null;

type Asking = <Q extends QuestionName>(
  question: Q,
  ask: Questions[Q]['ask'],
) => Promise<Reading<Questions[Q]['answer']>>;

/** Asks through a memory: `keyOf` names what may be answered again, null asks afresh. Trouble is never kept. */
function remembering(
  asking: Asking,
  keyOf: (question: QuestionName, window: Window) => string | null,
  machineNow: () => number,
  freshMs: number,
): Asking {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<Reading<unknown>> }>();
  return (question, ask) => {
    const window = windowOf(ask);
    const place = hunted.has(question) && window ? keyOf(question, window) : null;
    if (place === null) return asking(question, ask);
    const key = `${place} ${canonical({ ...ask, window: null })}`;
    const now = machineNow();
    const before = kept.get(key);
    if (before && now - before.at < freshMs) return before.answer as ReturnType<typeof asking<typeof question>>;
    const answer = asking(question, ask);
    for (const [old, { at }] of kept) if (now - at >= freshMs) kept.delete(old);
    kept.set(key, { at: now, answer });
    const forget = (): void => void kept.delete(key);
    answer.then((reading) => reading.is !== 'value' && forget(), forget);
    return answer;
  };
}

/**
 * A tenant for deciding. The answer over a window that closed at least an hour ago is used again for a few minutes: the
 * two approvals and the claim of one change ask for the same closed window. Whatever reaches up to now is asked afresh.
 */
export function forDeciding(
  tenant: Tenant,
  clock: { readonly now: () => number; readonly machineNow: () => number },
  freshMs: number,
): Tenant {
  const closed = (question: QuestionName, window: Window): string | null =>
    window.to <= Math.floor(clock.now() / (60 * minute)) * 60 * minute
      ? `${question} ${window.from} ${window.to}`
      : null;
  return {
    ...tenant,
    ask: remembering((question, ask) => tenant.ask(question, ask), closed, clock.machineNow, freshMs),
  };
}

/**
 * A reader for looking only: what hunting answered is shown again for a while, so that paging through a review does not
 * spend the tenant's hunting budget. Nothing is decided on it.
 */
export function forLooking(tenant: TenantReader, machineNow: () => number, freshMs: number): TenantReader {
  const sameMinute = (question: QuestionName, window: Window): string =>
    `${question} ${Math.floor(window.from / minute)} ${Math.floor(window.to / minute)}`;
  return {
    read: (kind, key) => tenant.read(kind, key),
    list: (kind, within) => tenant.list(kind, within),
    ask: remembering((question, ask) => tenant.ask(question, ask), sameMinute, machineNow, freshMs),
  };
}
