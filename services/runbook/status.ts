import type { Settings } from '../settings/settings.ts';
import type { Answer } from './plan.ts';
import type { Run } from './run.ts';
import type { Attestation, Milestone } from './step.ts';
import type { StepId } from './step-id.ts';

export interface StatusInput { readonly answers: ReadonlyMap<StepId, Answer>; readonly open: readonly Run[]; readonly milestones: readonly Milestone[]; readonly attestations: readonly Attestation[]; readonly settings: Settings; readonly now: number }
export interface Status { readonly now: string; readonly next: { readonly id: StepId; readonly title: string } | null; readonly blocks: readonly string[]; readonly mustAct: readonly string[]; readonly parts: readonly { readonly name: string; readonly done: number; readonly of: number }[]; readonly forecast: { readonly earliestMx: number | null; readonly words: string; readonly slackDays: number | null } }
export const statusOf = (input: StatusInput): Status => ({ now: String(input.answers.size), next: null, blocks: [], mustAct: [], parts: [], forecast: { earliestMx: null, words: '', slackDays: null } });
