import type { Plan } from './plan.ts';

/** Where a run is. `resolved` states are final. */
export type RunState =
  | 'proposed'
  | 'approved'
  | 'applying'
  | 'verifying'
  | 'settled'
  | 'stuck'
  | 'stopped'
  | 'rejected'
  | 'expired'
  | 'cancelled'
  | 'superseded'
  | 'undone';

/** A person as the authenticated activity named them. */
export interface Actor {
  /** Entra object id. */
  readonly id: string;
  readonly name: string;
}

export interface Approval {
  readonly by: Actor;
  readonly at: number;
  /** The fingerprint that was approved. */
  readonly fingerprint: string;
}

/** How far one change of a run has come. `observed` is what was read back, which undo starts from. */
export interface Progress {
  readonly index: number;
  readonly state: 'about-to' | 'did' | 'was-so-already' | 'drifted';
  readonly at: number;
  readonly observed?: object | null;
}

/** Verification shows two things apart: the configuration that was read back, and the effect on mail. */
export interface Proof {
  readonly configuration: 'not yet' | 'proved';
  readonly effect: 'not yet' | 'proved' | 'not applicable';
  /** Sentence on what was seen, or what is awaited. */
  readonly words: string;
  readonly at: number;
}

/** One plan on its way. The row in the store is this value; `version` rises with every write (compare-and-set). */
export interface Run {
  /** Running number as text: "change 41". */
  readonly id: string;
  readonly version: number;
  readonly state: RunState;
  readonly plan: Plan;
  readonly requestedBy: Actor;
  readonly requestedAt: number;
  readonly quorum: number;
  readonly approvals: readonly Approval[];
  /** Product time at which a pending approval turns into a no. */
  readonly expiresAt: number;
  readonly ticket: string | null;
  /** Change window: not applied before, void after. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
  /** Set on a run that takes another back. */
  readonly undoes: string | null;
  readonly breakGlass: boolean;
  /** Set on a run that replaced a void one, and on the one replaced. */
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  readonly progress: readonly Progress[];
  readonly proof: Proof | null;
  /** Acts by hand that were confirmed: id → who and when. */
  readonly confirmed: Readonly<Record<string, { readonly by: Actor; readonly at: number; readonly proof: string }>>;
  /** Why it ended as it did, or is where it is. */
  readonly reason: string | null;
  readonly resolvedAt: number | null;
  /** Conversation in which it was asked for, for the outcome to the requester. */
  readonly askedIn: string | null;
}

const open: ReadonlySet<RunState> = new Set(['proposed', 'approved', 'applying', 'verifying', 'stuck']);

/** Whether something can still happen to the run by itself or by a click. */
export const isOpen = (run: Run): boolean => open.has(run.state);
