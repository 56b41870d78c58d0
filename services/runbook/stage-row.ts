import type { SettingName, Settings } from '../settings/settings.ts';
import type { Detection } from '../tenant/questions.ts';
import type { Reading } from '../tenant/reading.ts';
import type { AntiPhishPolicy, PolicyRule, PolicyValue } from '../tenant/resources.ts';
import type { Found } from '../tenant/tenant.ts';
import type { Ranking } from '../waves/winners.ts';
import type { Bars } from './detections.ts';
import { attestedBy, type Pilot, settledRun } from './look.ts';
import type { Observation } from './observe.ts';
import type { Blocker } from './plan.ts';
import type { Level, StageId } from './recommended.ts';
import type { Known } from './step.ts';
import type { GateId } from './step-id.ts';

/** One stage of the tuning as its table row: a detection that begins to act (guide 4.1, 4.2). */
export interface StageRow {
  readonly id: StageId;
  readonly title: string;
  readonly why: string;
  readonly rows: readonly string[];
  readonly gate: GateId;
  readonly detection: Detection;
  /** The protection in the reader's words: "User impersonation". */
  readonly protection: string;
  /** Id of the deviation that the anti-phishing step opened and this stage closes. */
  readonly closes: string;
  /** The stage that must have been settled before; null for the first, which follows the start of the pilot. */
  readonly previous: StageId | null;
  /** Settings behind the bars of this stage, besides those of every stage. */
  readonly uses: readonly SettingName[];
  readonly bars: (settings: Settings, pilot: Pilot) => Pick<Bars, 'limit' | 'undecided' | 'review' | 'minimumSenders'>;
  /** The question on the card. */
  readonly question: (policies: readonly AntiPhishPolicy[], pilot: Pilot) => string;
  /** What of the policies makes the stage empty: a sentence and what to do, or null. */
  readonly emptyWhen?: (name: string, policy: AntiPhishPolicy) => Blocker | null;
  /** Every false positive that came back must be a trusted entry before the action is on (guide 4.2, domains). */
  readonly trustRecurring: boolean;
}

/** What a stage reads. */
export interface StageFacts {
  readonly observation: Observation;
  readonly policies: Readonly<Record<Level, Reading<AntiPhishPolicy>>>;
  readonly rules: Reading<readonly Found<'anti-phish-rule'>[]>;
  /** Null where this decision is not next. */
  readonly ranking: Ranking | null;
}

/** One pilot policy as it stands, with the people of its group. */
export interface LevelNow {
  readonly level: Level;
  readonly name: string;
  readonly group: string;
  readonly policy: AntiPhishPolicy;
  readonly rule: PolicyRule;
  readonly people: number;
}

const actionWords: Readonly<Record<string, string>> = {
  NoAction: 'No action',
  MoveToJmf: 'Junk',
  Quarantine: 'Quarantine',
};
/** An action value in the reader's words: "No action", "Junk", "Quarantine". */
export const inWords = (value: PolicyValue | undefined): string =>
  actionWords[String(value ?? 'NoAction')] ?? String(value);
/** A list parameter, empty where it is not set. */
export const listOf = (value: PolicyValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.map(String) : [];
/** Since when a step is settled: by a run that still stands, else by an attestation; null where nobody knows. */
export const settledSince = (known: Known, step: string): number | null =>
  settledRun(known, step)?.settledAt ?? attestedBy(known, step)?.at ?? null;
