import type { SettingName, Settings } from '../settings/settings.ts';
import type { Kind } from '../tenant/resources.ts';
import type { TenantReader } from '../tenant/tenant.ts';
import type { Change } from './change.ts';
import type { Review } from './evidence.ts';
import type { Answer } from './plan.ts';
import type { Actor } from './run.ts';
import { type GateId, type Part, runbook, type StepId } from './step-id.ts';

/** A person's statement with proof, owner and expiry. `about` is a step id or an act's id. */
export interface Attestation {
  readonly about: string;
  readonly statement: string;
  readonly proof: string;
  readonly by: Actor;
  readonly at: number;
  readonly expiresAt: number;
}

/** What has been settled before, newest last: for minimum days between stages. */
export interface Milestone {
  readonly run: string;
  readonly step: string;
  readonly choice: unknown;
  readonly settledAt: number;
  readonly undone: boolean;
}

/** What the record knows and a step may use besides the tenant. A value: no I/O behind it. */
export interface Known {
  readonly now: number;
  readonly settings: Settings;
  readonly reviews: readonly Review[];
  readonly attestations: readonly Attestation[];
  readonly milestones: readonly Milestone[];
  /** What the person chose for this plan; null for the default. */
  readonly choice: unknown;
  /** Recompute over this closed window instead of a fresh one ending now (sealed evidence). */
  readonly window: { readonly from: number; readonly to: number } | null;
}

/** A deviation from Microsoft's baseline that a step needs for a while. */
export interface Deviation {
  readonly id: string;
  readonly what: string;
  readonly goneBy: StepId;
}

/** A step as its file declares it. `Facts` is private to the file. */
export interface StepDeclaration<Facts> {
  readonly id: StepId;
  readonly title: string;
  /** Why the step exists, for a newcomer; two sentences at most. */
  readonly why: string;
  /** Section of Microsoft's guide, and the row ids of the requirements it implements. */
  readonly guide: { readonly section: string; readonly rows: readonly string[] };
  readonly gate: GateId;
  readonly needs: readonly StepId[];
  readonly uses: readonly SettingName[];
  /** Kinds whose state the plan seals. */
  readonly seals: readonly Kind[];
  readonly opens: readonly Deviation[];
  readonly closes: readonly string[];
  /** Whether detections of this step are reviewed by people, and which choice the person has. */
  readonly reviews: boolean;
  /** Reads what the plan needs. Read-only by type. */
  readonly survey: (tenant: TenantReader, known: Known) => Promise<Facts>;
  /** Pure: facts in, answer out. */
  readonly plan: (facts: Facts, known: Known) => Answer;
  /** Evidence that the change acts on mail, asked after the configuration was read back. Absent: nothing to prove on mail. */
  readonly effect?: (
    tenant: TenantReader,
    known: Known & { readonly since: number; readonly changes: readonly Change[] },
  ) => Promise<{ readonly proved: boolean; readonly words: string }>;
}

/** A step as the rest of the house sees it. */
export interface Step extends Omit<StepDeclaration<unknown>, 'survey' | 'plan'> {
  readonly part: Part;
  /** Survey and plan in one. */
  readonly answer: (tenant: TenantReader, known: Known) => Promise<Answer>;
}

/** Hides a step's private facts, so that the list holds plain steps. */
export function defineStep<Facts>(declaration: StepDeclaration<Facts>): Step {
  const { survey, plan, ...rest } = declaration;
  return {
    ...rest,
    part: runbook[declaration.id],
    answer: async (tenant, known) => plan(await survey(tenant, known), known),
  };
}
