import type { DetectedSender, Window } from '../tenant/questions.ts';

export type EvidenceVerdict = 'pass' | 'fail' | 'inconclusive';

/** One bar that the evidence must clear: what was wanted, what was found, and whether it holds. */
export interface Bar {
  readonly id: string;
  readonly label: string;
  readonly wanted: string;
  readonly found: string;
  readonly holds: 'yes' | 'no' | 'unknown';
}

/** One number of the approval card (guide, section 4.3). `unknown` figures say why in `value`. */
export interface Figure {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly known: boolean;
}

/** What one person said of one sender's detections. Only a person's mark makes a false positive. */
export interface Review {
  readonly id: string;
  /** Step whose evidence it belongs to. */
  readonly step: string;
  readonly sender: string;
  readonly mark: 'bad' | 'good' | 'undecided';
  readonly by: string;
  readonly byName: string;
  readonly at: number;
}

/** A sender as the review card lists it, with the mark that counts now. */
export interface ReviewedSender {
  readonly detected: DetectedSender;
  readonly mark: Review['mark'] | null;
  readonly by: string | null;
  readonly priorityHits: readonly string[];
}

/**
 * The figures behind a decision, over a closed window. The seal of a run takes the parts that may void an approval
 * (`verdict`, `falsePositives`, `priorityHit`), never the message counts: another message arriving changes nothing.
 */
export interface Evidence {
  readonly window: Window;
  readonly days: number;
  readonly verdict: EvidenceVerdict;
  readonly bars: readonly Bar[];
  readonly figures: readonly Figure[];
  readonly senders: readonly ReviewedSender[];
  /** Senders that a person marked good: confirmed false positives. */
  readonly falsePositives: readonly string[];
  /** Object ids of priority accounts that were hit up to the moment of asking. */
  readonly priorityHit: readonly string[];
  /** Object ids of the people whose marks the evidence rests on. */
  readonly judges: readonly string[];
  /** Upper 95 % bound of the share of wrong senders, 0..1; null when nothing was reviewed. */
  readonly upperBound: number | null;
  /** One short sentence for the top of the card, for example "19 days: 168 caught, 152 senders, worst day 21". */
  readonly headline: readonly string[];
  /** Set where the longest window has passed, everything is reviewed and it is still inconclusive. */
  readonly lowEvidence: boolean;
  /** Only what the old service missed: the people are not exempt there. */
  readonly missesOnly: boolean;
}
