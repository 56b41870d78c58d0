import type { Kind } from '../tenant/resources.ts';
import type { Change } from './change.ts';
import { digestOf } from './change.ts';
import type { Evidence } from './evidence.ts';
import type { StepId } from './step-id.ts';

/** Reversible: undo restores everything. Disruptive: mail can be hidden, delayed or lost meanwhile. */
export type Risk = 'reversible' | 'disruptive';

/** An act that only a person can do, at the old service or in a portal, and when in the life of the run. */
export interface ManualAct {
  readonly id: string;
  /** `before`: confirmed before the first change is applied. `after`: asked for once the proof is there. */
  readonly when: 'before' | 'after';
  readonly text: string;
  readonly people: number;
}

/** Something read that is worth a line: settled already, missing, surprising. */
export interface Finding {
  readonly tone: 'good' | 'missing' | 'attention' | 'unknown';
  readonly text: string;
  /** A person's word stands in for a check: approvers read whose, and what was said. */
  readonly attested?: true;
}

/** Why a step cannot be proposed, in words: what holds it and what would change that. */
export interface Blocker {
  readonly id: string;
  readonly what: string;
  readonly next: string;
  /** An attestation that a named person could give instead, by its key. */
  readonly attest?: string;
}

/** A proposal as a step's `plan` answers it. */
export interface Proposal {
  /** A question with the essential numbers, for example "Quarantine mail posing as 14 executives?". */
  readonly title: string;
  /** What changes, in the reader's words, one line each. */
  readonly lines: readonly string[];
  readonly changes: readonly Change[];
  /** Resources whose state voids an approval when it differs, besides those that are changed. */
  readonly seals: readonly { readonly kind: Kind; readonly key: string; readonly state: unknown }[];
  readonly evidence: Evidence | null;
  readonly byHand: readonly ManualAct[];
  readonly risk: Risk;
  /** People affected, by winner count. */
  readonly affected: number;
  /** What to mind, one line each: "Only what the old service missed". */
  readonly cautions: readonly string[];
  /** How to undo, and how long it takes. */
  readonly undo: string;
}

/** What a step answers. */
export type Answer =
  | { readonly is: 'nothing-to-do'; readonly findings: readonly Finding[]; readonly evidence?: Evidence | null }
  | { readonly is: 'proposal'; readonly proposal: Proposal; readonly findings: readonly Finding[] }
  | {
      readonly is: 'blocked';
      readonly blockers: readonly Blocker[];
      readonly findings: readonly Finding[];
      /** Shown with the reasons, so that a reader sees how far it is. */
      readonly evidence?: Evidence | null;
    };

/** A proposal sealed for a run: what the approvers see and what is recomputed at the click and at the claim. */
export interface Plan extends Proposal {
  readonly step: StepId | 'settings';
  /** Names and values of the settings that the plan used, as they were. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the person chose when asking (the wave's departments, the setting's new value). */
  readonly choice: unknown;
  readonly fingerprint: string;
}

/**
 * The fingerprint covers the changes, the state of every sealed resource, the acts by hand, the settings and, of the
 * evidence, only what may void an approval.
 */
export function fingerprintOf(plan: Omit<Plan, 'fingerprint'>): string {
  return digestOf({
    step: plan.step,
    changes: plan.changes,
    seals: plan.seals,
    byHand: plan.byHand,
    settings: plan.settings,
    risk: plan.risk,
    evidence: plan.evidence
      ? {
          window: plan.evidence.window,
          verdict: plan.evidence.verdict,
          lowEvidence: plan.evidence.lowEvidence,
          falsePositives: [...plan.evidence.falsePositives].sort(),
          priorityHit: [...plan.evidence.priorityHit].sort(),
        }
      : null,
  });
}
