import type { StoredSubmission } from '../store/store.ts';

/** A day's user reports in numbers. */
export interface SubmissionDay {
  readonly total: number;
  readonly byKind: Readonly<Record<'phishing' | 'spam' | 'malware' | 'notJunk' | 'unknown', number>>;
  readonly simulations: number;
  /** Finished ones where the service came to the reporter's view, and all finished ones. */
  readonly agreement: { readonly agreed: number; readonly finished: number };
  /** Most reported senders, most first. */
  readonly topSenders: readonly { readonly sender: string; readonly reports: number; readonly reporters: number }[];
  readonly reporters: number;
  /** Yesterday's total to the same hour of the day, for comparison. */
  readonly yesterday: number;
}

const threats = new Set([
  'phishing',
  'malware',
  'spam',
  'threatsFound',
  'spoof',
  'bulk',
  'domainImpersonation',
  'userImpersonation',
  'brandImpersonation',
]);
const clean = new Set([
  'notJunk',
  'noThreatsFound',
  'allowedByPolicy',
  'allowedDueToOrganizationOverride',
  'allowedDueToUserOverride',
]);

/** Whether the service's result agrees with what the person reported; null while there is no result to compare. */
export function agrees(submission: Pick<StoredSubmission, 'category' | 'result'>): boolean | null {
  const { category, result } = submission;
  if (!result || category === 'unknown') return null;
  if (category === 'notJunk') return clean.has(result) ? true : threats.has(result) ? false : null;
  if (threats.has(result)) return true;
  return clean.has(result) ? false : null;
}

/** Sums a day up. Simulations are counted apart: a reported exercise is no threat. */
export function summarise(today: readonly StoredSubmission[], yesterdayTotal: number): SubmissionDay {
  const real = today.filter((s) => !s.simulation && s.source === 'user');
  const byKind = { phishing: 0, spam: 0, malware: 0, notJunk: 0, unknown: 0 };
  for (const s of real) byKind[s.category] += 1;
  const judged = real.map(agrees).filter((a) => a !== null);
  const senders = new Map<string, { reports: number; reporters: Set<string> }>();
  for (const s of real) {
    const entry = senders.get(s.sender) ?? { reports: 0, reporters: new Set<string>() };
    entry.reports += 1;
    entry.reporters.add(s.reporter);
    senders.set(s.sender, entry);
  }
  return {
    total: real.length,
    byKind,
    simulations: today.filter((s) => s.simulation).length,
    agreement: { agreed: judged.filter(Boolean).length, finished: judged.length },
    topSenders: [...senders]
      .map(([sender, e]) => ({ sender, reports: e.reports, reporters: e.reporters.size }))
      .sort((a, b) => b.reports - a.reports || (a.sender < b.sender ? -1 : 1))
      .slice(0, 5),
    reporters: new Set(real.map((s) => s.reporter)).size,
    yesterday: yesterdayTotal,
  };
}
