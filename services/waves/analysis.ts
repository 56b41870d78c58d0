import { bar, reportsBar } from '../runbook/detections.ts';
import type { Bar, Evidence, EvidenceVerdict, Figure, Review, ReviewedSender } from '../runbook/evidence.ts';
import { percent, plural } from '../runbook/look.ts';
import { lowerBound, upperBound } from '../runbook/statistics.ts';
import type { DetectedSender, Person, Submission, Volume, Window, Zapped } from '../tenant/questions.ts';
import { dayMs, moment } from '../tenant/time.ts';

/** The bars of a wave, out of the settings `waveLimit`, `waveMinimumDays`, `reportRate`, `longestWindowDays`. */
export interface WaveBars {
  /** Share of wrong senders that the upper 95 % bound must not pass, 0..1. */
  readonly limit: number;
  readonly minimumDays: number;
  /** User reports per 100 people a week. */
  readonly reportRate: number;
  readonly longestDays: number;
}

/** What was read of the present wave and what the record knows of it. Times in ms. */
export interface WaveMaterial {
  /** Closed window of the figures. */
  readonly window: Window;
  /** Whole days from the settling of the present wave to the window's end. */
  readonly observedDays: number;
  readonly zone: string;
  /** Detected mail by sender, whether stopped or not. */
  readonly senders: readonly DetectedSender[];
  readonly days: readonly { readonly day: number; readonly messages: number }[];
  /** Object ids of the priority accounts that were hit up to now. */
  readonly priorityHit: readonly string[];
  /** The people of the present wave. */
  readonly people: readonly Person[];
  /** The mark that counts, by sender address in lower case. */
  readonly marks: ReadonlyMap<string, Review>;
  readonly volume: Volume | null;
  readonly zapped: Zapped | null;
  readonly submissions: readonly Submission[] | null;
  /** Why a reading is missing, by name; shown as it is. */
  readonly missing: Readonly<Partial<Record<'volume' | 'zapped' | 'submissions', string>>>;
  /** Whether the old service lets the mail of all these people through, as confirmed by persons. */
  readonly exempt: boolean;
}

/** How the share of wrong distinct senders stands against the limit. */
export interface Judged {
  readonly verdict: EvidenceVerdict;
  /** One-sided 95 % upper bound (Clopper-Pearson), 0..1; 1 where nothing is decided. */
  readonly upper: number;
  /** Further senders marked bad that the upper bound needs to keep the limit; 0 where it does. */
  readonly more: number;
}

/** Reviews beyond which the question "how many more" is answered with "not within reach". */
const mostReviews = 100_000;

/** Judges `wrong` of `decided` distinct senders against a limit (0..1). Nothing decided says nothing. */
export function judgeShare(wrong: number, decided: number, limit: number): Judged {
  const upper = upperBound(wrong, decided);
  // The lower bound never passes the share itself, and is costly to compute.
  const fails = wrong > limit * decided && lowerBound(wrong, decided) > limit;
  const verdict = fails ? 'fail' : decided > 0 && upper <= limit ? 'pass' : 'inconclusive';
  return { verdict, upper, more: verdict === 'pass' ? 0 : reviewsNeeded(wrong, decided, limit) };
}

/** Smallest number of further senders, none of them wrong, that brings the upper bound to the limit. */
function reviewsNeeded(wrong: number, decided: number, limit: number): number {
  if (limit <= 0) return Number.POSITIVE_INFINITY;
  const enough = (more: number): boolean => upperBound(wrong, decided + more) <= limit;
  if (!enough(mostReviews)) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = mostReviews;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Messages of a sender that were stopped: neither left without action nor let through by an override. */
export const stoppedOf = (d: DetectedSender): number => Math.max(0, d.messages - Math.max(d.noAction, d.overridden));

/**
 * Analyses the present wave. Pass: the upper 95 % bound of the share of wrong distinct senders keeps the limit, the
 * days and the report rate are reached, and no false positive hit a priority account. Fail: the lower bound passes the
 * limit, or such a false positive. Anything else, and anything unknown, is inconclusive. Wrong is what a person marked
 * good; a sender that nobody marked, or marked undecided, is neither right nor wrong and not in the share.
 */
export function analyseWave(m: WaveMaterial, bars: WaveBars): Evidence {
  const priority = new Set(m.people.filter((p) => p.priority).map((p) => p.id));
  const senders: ReviewedSender[] = m.senders
    .filter((d) => stoppedOf(d) > 0)
    .toSorted((a, b) => b.messages - a.messages || (a.sender < b.sender ? -1 : 1))
    .map((detected) => {
      const mark = m.marks.get(detected.sender.toLowerCase());
      return {
        detected,
        mark: mark?.mark ?? null,
        by: mark?.byName ?? null,
        priorityHits: detected.recipientIds.filter((id) => priority.has(id)),
      };
    });
  const wrong = senders.filter((s) => s.mark === 'good');
  const undecided = senders.filter((s) => s.mark === 'undecided');
  const unmarked = senders.filter((s) => s.mark === null);
  const decided = senders.length - undecided.length - unmarked.length;
  const wrongPriority = wrong.filter((s) => s.priorityHits.length > 0);
  const judged = judgeShare(wrong.length, decided, bars.limit);
  const reports = reportsOf(m);
  const rate = reports === null ? null : rateOf(reports.length, m);
  const list: Bar[] = [
    bar(
      'days',
      'Days in the wave',
      plural(bars.minimumDays, 'day'),
      `${m.observedDays} of ${bars.minimumDays} days`,
      m.observedDays >= bars.minimumDays,
    ),
    {
      id: 'wrong',
      label: 'Wrong senders',
      wanted: `95 % bound at most ${percent(bars.limit)}`,
      found: `${wrong.length} of ${decided} reviewed${decided > 0 ? ` (95 %: ≤ ${percent(judged.upper)})` : ''}${moreWords(judged, unmarked.length + undecided.length)}`,
      holds: judged.verdict === 'pass' ? 'yes' : 'no',
    },
    bar(
      'priority',
      'Priority accounts',
      'no false positive',
      plural(wrongPriority.length, 'wrong sender'),
      wrongPriority.length === 0,
    ),
    reportsBar(rate, bars.reportRate, m.missing.submissions),
  ];
  const verdict: EvidenceVerdict =
    judged.verdict === 'fail' || wrongPriority.length > 0
      ? 'fail'
      : list.every((b) => b.holds === 'yes')
        ? 'pass'
        : 'inconclusive';
  const upper = decided > 0 ? judged.upper : null;
  // Only what a small wave cannot give is forgiven: the width of the bound and the number of reports.
  const forgiven: ReadonlySet<string> = new Set(['wrong', 'reports']);
  return {
    window: m.window,
    days: m.observedDays,
    verdict,
    bars: list,
    figures: figuresOf(m, { senders, wrong, undecided, unmarked, decided, upper, reports, rate }),
    senders,
    falsePositives: [...m.marks.values()]
      .filter((r) => r.mark === 'good')
      .map((r) => r.sender.toLowerCase())
      .toSorted(),
    priorityHit: [...m.priorityHit].toSorted(),
    judges: [...new Set([...m.marks.values()].map((r) => r.by))].toSorted(),
    upperBound: upper,
    headline: [
      `${verdict.toUpperCase()} on ${plural(m.observedDays, 'day')}, data to ${moment(m.window.to, m.zone)}`,
      `${plural(senders.length, 'sender')} stopped: ${
        upper === null
          ? 'none reviewed'
          : `${decided === senders.length ? '' : `${decided} reviewed, `}${wrong.length} wrong (95 %: ≤ ${percent(upper)})`
      }`,
      `Missed: ${missedWords(m, reports)}; reports ${rate === null ? 'unknown' : `${rate.toFixed(1)}/100/week`}`,
    ],
    lowEvidence:
      verdict === 'inconclusive' &&
      m.observedDays >= bars.longestDays &&
      unmarked.length === 0 &&
      undecided.length === 0 &&
      wrong.length <= bars.limit * decided &&
      list.every((b) => b.holds === 'yes' || (forgiven.has(b.id) && b.holds === 'no')),
    missesOnly: !m.exempt,
  };
}

/** How many more reviews the bound needs, and whether there are so many senders to review. */
function moreWords(judged: Judged, open: number): string {
  if (judged.verdict !== 'inconclusive') return '';
  if (!Number.isFinite(judged.more)) return '; no number of reviews reaches this limit';
  return `; ${judged.more} more needed, ${open >= judged.more ? `${open} wait for review` : `only ${open} left to review: more come with days or people`}`;
}

/** Reports by people of the wave; training mails do not count. */
function reportsOf(m: WaveMaterial): readonly Submission[] | null {
  if (m.submissions === null) return null;
  const addresses = new Set(m.people.map((p) => p.address.toLowerCase()));
  return m.submissions.filter(
    (s) => s.source === 'user' && !s.simulation && addresses.has((s.recipient || s.reporter).toLowerCase()),
  );
}

const windowDays = (m: WaveMaterial): number => (m.window.to - m.window.from) / dayMs;

/** Shared mailboxes report nothing; the rate is over people. */
function rateOf(count: number, m: WaveMaterial): number {
  const people = m.people.filter((p) => p.mailbox === 'user').length;
  return people === 0 || windowDays(m) <= 0 ? 0 : (count / people) * 100 * (7 / windowDays(m));
}

/** Reported phish whose report the service confirmed. */
const confirmedPhish = (reports: readonly Submission[]): number =>
  reports.filter((s) => s.category === 'phishing' && (s.result === 'phishing' || s.result === 'malware')).length;

function missedWords(m: WaveMaterial, reports: readonly Submission[] | null): string {
  const phish = reports === null ? 'reports unknown' : `${confirmedPhish(reports)} phish`;
  return `${phish}, ${m.zapped === null ? 'later removals unknown' : `${m.zapped.messages} removed later`}`;
}

interface Counted {
  readonly senders: readonly ReviewedSender[];
  readonly wrong: readonly ReviewedSender[];
  readonly undecided: readonly ReviewedSender[];
  readonly unmarked: readonly ReviewedSender[];
  readonly decided: number;
  readonly upper: number | null;
  readonly reports: readonly Submission[] | null;
  readonly rate: number | null;
}

/** Every number behind the card: known, or why not. */
function figuresOf(m: WaveMaterial, c: Counted): readonly Figure[] {
  const fact = (id: string, label: string, value: string): Figure => ({ id, label, value, known: true });
  const open = (id: string, label: string, why: string | undefined): Figure => ({
    id,
    label,
    value: `unknown: ${why ?? 'not read'}`,
    known: false,
  });
  const stopped = c.senders.reduce((n, s) => n + stoppedOf(s.detected), 0);
  const waiting = new Set(c.unmarked.map((s) => s.detected.sender.toLowerCase()));
  const disputed = c.reports?.filter((r) => r.category === 'notJunk') ?? [];
  const onPriority = c.senders.filter((s) => s.priorityHits.length > 0);
  return [
    fact('window', 'Data', `${moment(m.window.from, m.zone)} to ${moment(m.window.to, m.zone)}`),
    fact('affected', 'People', `${m.people.filter((p) => p.mailbox === 'user').length}`),
    fact('senders', 'Distinct senders stopped', `${c.senders.length}`),
    fact('messages', 'Messages stopped', `${stopped}`),
    fact(
      'review',
      'Reviewed',
      `${c.decided - c.wrong.length} bad, ${c.wrong.length} good, ${c.undecided.length} undecided, ${c.unmarked.length} not reviewed`,
    ),
    c.upper === null
      ? open('bound', 'Upper 95 % bound', 'nothing reviewed')
      : fact('bound', 'Upper 95 % bound', `${percent(c.upper)} of senders`),
    fact(
      'priority',
      'On priority accounts',
      `${plural(onPriority.length, 'sender')}, ${onPriority.filter((s) => s.mark === 'good').length} wrong`,
    ),
    fact('worst', 'Worst day', `${m.days.reduce((most, d) => Math.max(most, d.messages), 0)} detected messages`),
    c.reports === null || c.rate === null
      ? open('reports', 'User reports', m.missing.submissions)
      : fact(
          'reports',
          'User reports',
          `${c.reports.filter((s) => s.category === 'phishing').length} phish (${confirmedPhish(c.reports)} confirmed), ${disputed.length} not junk; ${c.rate.toFixed(1)} per 100 a week`,
        ),
    c.reports === null
      ? open('disputed', 'Said to be wanted, not reviewed', m.missing.submissions)
      : fact(
          'disputed',
          'Said to be wanted, not reviewed',
          plural(
            new Set(disputed.map((r) => r.sender.toLowerCase()).filter((sender) => waiting.has(sender))).size,
            'sender',
          ),
        ),
    m.zapped === null
      ? open('zapped', 'Taken out after delivery', m.missing.zapped)
      : fact(
          'zapped',
          'Taken out after delivery',
          `${plural(m.zapped.messages, 'message')}, ${plural(m.zapped.senders.length, 'sender')}`,
        ),
    m.volume === null
      ? open('volume', 'Inbound mail', m.missing.volume)
      : fact(
          'volume',
          'Inbound mail',
          `${m.volume.deliveries} deliveries, ${m.volume.bypassed} bypassed, ${m.volume.quarantined} quarantined, ${m.volume.junked} to Junk`,
        ),
    open('tickets', 'Help-desk tickets', 'no ticket system is connected'),
    fact('judges', 'Judged by', [...new Set(c.senders.flatMap((s) => s.by ?? []))].join(', ') || 'nobody yet'),
  ];
}

/** What the next size of the pilot is expected to bring a day; null where the figures are not known. */
export interface WaveForecast {
  /** Quarantine notices a day: one per quarantined message is assumed. */
  readonly notices: number | null;
  /** Release requests a day: the upper bound of wrong senders times the messages stopped is assumed. */
  readonly releases: number | null;
}

/** Forecast for `after` people out of what `m` showed. */
export function forecastWave(m: WaveMaterial, evidence: Evidence, after: number): WaveForecast {
  const people = m.people.filter((p) => p.mailbox === 'user').length;
  const days = windowDays(m);
  if (people === 0 || days <= 0) return { notices: null, releases: null };
  const scale = after / people / days;
  const stopped = evidence.senders.reduce((n, s) => n + stoppedOf(s.detected), 0);
  return {
    notices: m.volume === null ? null : Math.ceil(m.volume.quarantined * scale),
    releases: evidence.upperBound === null ? null : Math.ceil(stopped * scale * evidence.upperBound),
  };
}
