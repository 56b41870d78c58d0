import type { ExchangeObject, TenantState } from '../state.ts';
import type { Bound } from './binding.ts';
import type { Refusal } from './errors.ts';
import type { CmdletFact } from './facts.ts';

/** What a cmdlet did. `changed` says whether the tenant is different afterwards. */
export interface Execution {
  readonly refused: false;
  readonly rows: readonly ExchangeObject[];
  readonly warnings: readonly string[];
  readonly changed: boolean;
}

/** One cmdlet call with everything it may look at. */
export interface Call {
  readonly state: TenantState;
  readonly fact: CmdletFact;
  readonly bound: Bound;
  /** The sandbox clock, milliseconds. */
  readonly nowMs: number;
  /** A label that is unique to this execution, so that new objects get repeatable GUIDs. */
  readonly label: string;
  /** Whether an object has replicated far enough to be read. */
  readonly isVisible: (object: ExchangeObject) => boolean;
}

/** The answer of a cmdlet. */
export type Answer = Execution | Refusal;

/** A successful read. */
export function rows(found: readonly ExchangeObject[], warnings: readonly string[] = []): Execution {
  return { refused: false, rows: found, warnings, changed: false };
}

/** A successful write; `changed` false carries the service's warning about a write without effect. */
export function wrote(changed: boolean, found: readonly ExchangeObject[] = [], unchangedIdentity?: string): Execution {
  const warnings =
    changed || unchangedIdentity === undefined
      ? []
      : [`The command completed successfully but no settings of '${unchangedIdentity}' have been modified.`];
  return { refused: false, rows: found, warnings, changed };
}

/** The objects of a noun; an empty list when the tenant has none. */
export function objectsOf(state: TenantState, noun: string): ExchangeObject[] {
  const found = state.exchange[noun];
  if (found !== undefined) return found;
  const fresh: ExchangeObject[] = [];
  state.exchange[noun] = fresh;
  return fresh;
}
