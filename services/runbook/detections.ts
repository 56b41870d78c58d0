import type { DetectedSender, Person, Submission, Volume, Window, Zapped } from '../tenant/questions.ts';
import { dayMs, moment } from '../tenant/time.ts';
import type { Bar, Evidence, EvidenceVerdict, Figure, Review, ReviewedSender } from './evidence.ts';
import { percent, plural } from './look.ts';
import { lowerBound, upperBound } from './statistics.ts';

/** The bars of one decision, out of the settings. */
export interface Bars {
  readonly minimumDays: number;
  readonly limit: number;
  /** `share`: the observed share of reviewed messages must keep the limit. `bound`: the upper 95 % bound of senders must. */
  readonly wrongBy: 'share' | 'bound';
  readonly undecided: number;
  /** Share of messages whose top senders must be reviewed; `senders` and `domains`: all of them. */
  readonly review: number | 'senders' | 'domains';
  readonly minimumSenders: number;
  readonly reportRate: number;
  readonly pilotPeople: number;
  readonly pilotDepartments: number;
  readonly longestDays: number;
}

/** What was read and what the record knows; the evidence is computed from this alone. */
export interface Material {
  readonly step: string;
  readonly window: Window;
  readonly now: number;
  /** Full days since the observation began; the window holds the latest of them. */
  readonly observedDays: number;
  readonly zone: string;
  readonly senders: readonly DetectedSender[];
  readonly days: readonly { readonly day: number; readonly messages: number }[];
  /** Priority accounts hit between the window's start and now. */
  readonly priorityHit: readonly string[];
  /** Messages to priority accounts in the same time; null where nobody asked. */
  readonly priorityMessages: number | null;
  readonly pilot: readonly Person[];
  readonly reviews: readonly Review[];
  readonly volume: Volume | null;
  readonly zapped: Zapped | null;
  readonly submissions: readonly Submission[] | null;
  /** Why a reading is missing, by name; shown as it is. */
  readonly missing: Readonly<Partial<Record<'volume' | 'zapped' | 'submissions', string>>>;
  readonly exempt: boolean;
  /** What happens to a detected message under the new action. */
  readonly action: string;
  readonly deskPerDay: number;
  /** People forecast for, over people observed: a wave forecasts its own size. */
  readonly scale: number;
  /** Bars that the step adds itself: order, gap. */
  readonly extraBars: readonly Bar[];
  /** Trusted entries of the policies, in words. */
  readonly trusted: string;
  /** Numbers that the step adds itself: the exact change, attested proofs. One with an id of this room replaces it. */
  readonly extraFigures?: readonly Figure[];
}

/** The mark that counts: the last per sender. */
export function lastMarks(reviews: readonly Review[], step: string): ReadonlyMap<string, Review> {
  const last = new Map<string, Review>();
  for (const r of reviews.filter((x) => x.step === step)) {
    const sender = r.sender.toLowerCase();
    const present = last.get(sender);
    if (!present || r.at >= present.at) last.set(sender, r);
  }
  return last;
}

/** The bar on users' reports, per 100 people a week; a rate that could not be read is unknown, never low. */
export function reportsBar(rate: number | null, wanted: number, missing: string | undefined): Bar {
  const common = { id: 'reports', label: 'User reports', wanted: `${wanted} per 100 a week` };
  if (rate === null) return { ...common, found: `unknown: ${missing ?? 'not read'}`, holds: 'unknown' };
  const reached = rate >= wanted;
  return {
    ...common,
    found: `${rate.toFixed(1)} per 100 a week${reached ? '' : ': feedback loop not proven'}`,
    holds: reached ? 'yes' : 'no',
  };
}

/** Builds the evidence: bars of guide 4.2, figures of guide 4.3, verdict. Inconclusive never promotes. */
export function evidenceOf(m: Material, bars: Bars): Evidence {
  const marks = lastMarks(m.reviews, m.step);
  const priority = new Set(m.pilot.filter((p) => p.priority).map((p) => p.id));
  const senders: ReviewedSender[] = m.senders
    .toSorted((a, b) => b.messages - a.messages || (a.sender < b.sender ? -1 : 1))
    .map((detected) => {
      const mark = marks.get(detected.sender.toLowerCase());
      return {
        detected,
        mark: mark?.mark ?? null,
        by: mark?.byName ?? null,
        priorityHits: detected.recipientIds.filter((id) => priority.has(id)),
      };
    });
  // Mail that is also malware or high confidence phish is held for another reason: it needs no mark.
  const asked = senders.filter((s) => s.detected.alsoOtherThreat < s.detected.messages);
  const reviewed = asked.filter((s) => s.mark !== null);
  const wrong = reviewed.filter((s) => s.mark === 'good');
  const undecided = reviewed.filter((s) => s.mark === 'undecided');
  const messages = sum(senders);
  const upper = reviewed.length > 0 ? upperBound(wrong.length, reviewed.length) : null;
  const lower = lowerBound(wrong.length, reviewed.length);
  // The window is cut to full hours at both ends: 13 days and 23 hours are 14 days to a reader.
  const days = Math.round(spanOf(m));
  const wrongShare = sum(reviewed) > 0 ? sum(wrong) / sum(reviewed) : 0;
  const falsePositives = [...marks.values()]
    .filter((r) => r.mark === 'good')
    .map((r) => r.sender.toLowerCase())
    .toSorted();
  const wrongPriority = wrong.filter((s) => s.priorityHits.length > 0);
  const allReviewed = reviewed.length === asked.length;
  const coverage = coverageBar(asked, bars);
  const departments = new Set(m.pilot.map((p) => p.department).filter((d) => d !== '')).size;
  const rate = reportRateOf(m);

  const list: Bar[] = [
    bar(
      'days',
      'Observation',
      `${bars.minimumDays} days`,
      `${m.observedDays} of ${bars.minimumDays} days`,
      m.observedDays >= bars.minimumDays,
    ),
    ...m.extraBars,
    bar(
      'pilot-size',
      'Pilot size',
      plural(bars.pilotPeople, 'person', 'people'),
      `${m.pilot.length} of ${bars.pilotPeople} people`,
      m.pilot.length >= bars.pilotPeople,
    ),
    bar(
      'departments',
      'Departments',
      `${bars.pilotDepartments}`,
      `${departments} of ${bars.pilotDepartments} departments`,
      departments >= bars.pilotDepartments,
    ),
    coverage,
    bar(
      'minimum-senders',
      'Senders to judge by',
      `${bars.minimumSenders}`,
      `${reviewed.length} of ${bars.minimumSenders} senders reviewed`,
      reviewed.length >= bars.minimumSenders,
    ),
    wrongBar(bars, wrong.length, reviewed.length, wrongShare, upper),
    bar(
      'undecided',
      'Undecided',
      `at most ${percent(bars.undecided)}`,
      `${undecided.length} of ${reviewed.length} reviewed`,
      undecided.length <= bars.undecided * reviewed.length,
    ),
    bar(
      'priority',
      'Priority accounts',
      'no false positive',
      `${wrongPriority.length} false positives`,
      wrongPriority.length === 0,
    ),
    reportsBar(rate, bars.reportRate, m.missing.submissions),
  ];
  const verdict: EvidenceVerdict =
    lower > bars.limit || wrongPriority.length > 0
      ? 'fail'
      : list.every((b) => b.holds === 'yes')
        ? 'pass'
        : 'inconclusive';
  const small: ReadonlySet<string> = new Set(['pilot-size', 'minimum-senders', 'wrong', 'reports']);
  const onlySmall = list.every((b) => b.holds === 'yes' || (small.has(b.id) && b.holds === 'no'));
  return {
    window: m.window,
    days,
    verdict,
    bars: list,
    figures: figuresOf(m, { senders, reviewed, wrong, undecided, upper, days, messages }),
    senders,
    falsePositives,
    priorityHit: [...m.priorityHit].toSorted(),
    judges: [...new Set([...marks.values()].map((r) => r.by))].toSorted(),
    upperBound: upper,
    headline: [
      `${plural(days, 'day')}: ${messages} caught, ${plural(senders.length, 'sender')}, worst day ${worst(m)}`,
      upper === null
        ? 'Nothing reviewed yet'
        : `${allReviewed ? 'All reviewed' : `${reviewed.length} of ${asked.length} reviewed`}: ${wrong.length} wrong (true rate may be ${percent(upper)})`,
    ],
    // A share above the limit is no lack of evidence: only the width of the bound is forgiven.
    lowEvidence:
      verdict === 'inconclusive' &&
      m.observedDays >= bars.longestDays &&
      allReviewed &&
      onlySmall &&
      wrongShare <= bars.limit &&
      undecided.length === 0,
    missesOnly: !m.exempt,
  };
}

/** Length of the window in days, at least an hour. */
const spanOf = (m: Material): number => Math.max(1 / 24, (m.window.to - m.window.from) / dayMs);
const sum = (list: readonly ReviewedSender[]): number => list.reduce((n, s) => n + s.detected.messages, 0);
const worst = (m: Material): number => m.days.reduce((most, d) => Math.max(most, d.messages), 0);

/** A bar that was read: it holds or it does not. */
export const bar = (id: string, label: string, wanted: string, found: string, holds: boolean): Bar => ({
  id,
  label,
  wanted,
  found,
  holds: holds ? 'yes' : 'no',
});

function wrongBar(bars: Bars, wrong: number, n: number, share: number, upper: number | null): Bar {
  const wanted =
    bars.wrongBy === 'bound'
      ? `95 % bound at most ${percent(bars.limit)}`
      : `at most ${percent(bars.limit)} of reviewed messages`;
  if (upper === null) return bar('wrong', 'Wrong', wanted, 'nothing reviewed', false);
  const found = `${wrong} of ${n} senders, ${percent(share)} of messages (95 %: at most ${percent(upper)} of senders)`;
  return bar('wrong', 'Wrong', wanted, found, bars.wrongBy === 'bound' ? upper <= bars.limit : share <= bars.limit);
}

function coverageBar(asked: readonly ReviewedSender[], bars: Bars): Bar {
  if (bars.review === 'domains') {
    const all = new Set(asked.map((s) => s.detected.senderDomain.toLowerCase()));
    const done = new Set(asked.filter((s) => s.mark !== null).map((s) => s.detected.senderDomain.toLowerCase()));
    return bar(
      'review',
      'Reviewed',
      'every sender domain',
      `${done.size} of ${all.size} sender domains reviewed`,
      done.size === all.size,
    );
  }
  const share = bars.review === 'senders' ? 1 : bars.review;
  const total = sum(asked);
  let covered = 0;
  const needed: ReviewedSender[] = [];
  for (const s of asked) {
    if (share < 1 && covered >= share * total - 1e-9 && needed.length >= bars.minimumSenders) break;
    needed.push(s);
    covered += s.detected.messages;
  }
  const done = needed.filter((s) => s.mark !== null).length;
  return bar(
    'review',
    'Reviewed',
    share < 1 ? `top senders of ${percent(share)} of messages` : 'every sender',
    `${done} of ${needed.length} senders reviewed`,
    done === needed.length,
  );
}

const reports = (m: Material): readonly Submission[] | null => {
  if (m.submissions === null) return null;
  const people = new Set(m.pilot.map((p) => p.address.toLowerCase()));
  return m.submissions.filter(
    (s) => s.source === 'user' && !s.simulation && people.has((s.recipient || s.reporter).toLowerCase()),
  );
};

function reportRateOf(m: Material): number | null {
  const list = reports(m);
  return list === null ? null : m.pilot.length === 0 ? 0 : (list.length / m.pilot.length) * 100 * (7 / spanOf(m));
}

interface Counted {
  readonly senders: readonly ReviewedSender[];
  readonly reviewed: readonly ReviewedSender[];
  readonly wrong: readonly ReviewedSender[];
  readonly undecided: readonly ReviewedSender[];
  readonly upper: number | null;
  readonly days: number;
  readonly messages: number;
}

/** Every number of guide 4.3: known, or why not. */
function figuresOf(m: Material, c: Counted): readonly Figure[] {
  const fact = (id: string, label: string, value: string): Figure => ({ id, label, value, known: true });
  const open = (id: string, label: string, why: string): Figure => ({
    id,
    label,
    value: `unknown: ${why}`,
    known: false,
  });
  const mean = c.messages / spanOf(m);
  const recipients = new Set(c.senders.flatMap((s) => s.detected.recipientIds)).size;
  const onPriority = c.senders.filter((s) => s.priorityHits.length > 0);
  const user = reports(m);
  const flagged = new Set(c.senders.map((s) => s.detected.sender.toLowerCase()));
  const admin = m.submissions?.filter((s) => s.source === 'administrator') ?? null;
  const overridden = c.senders.reduce((n, s) => n + s.detected.overridden, 0);
  const perDay = mean * m.scale;
  const wrongRate =
    c.upper === null
      ? null
      : Math.min(1, c.upper + (c.reviewed.length > 0 ? c.undecided.length / c.reviewed.length : 0));
  const releases = wrongRate === null ? null : perDay * wrongRate;
  const own: readonly Figure[] = [
    fact(
      'window',
      'Data',
      `${moment(m.window.from, m.zone)} to ${moment(m.window.to, m.zone)}, ${plural(c.days, 'day')}`,
    ),
    fact('affected', 'People', `${m.pilot.length}`),
    fact('messages', 'Messages detected', `${c.messages}`),
    fact('senders', 'Distinct senders', `${c.senders.length}`),
    fact('recipients', 'Distinct recipients', `${recipients}`),
    m.priorityMessages === null
      ? open('priority', 'On priority accounts, up to now', 'asked only when this decision is next')
      : fact(
          'priority',
          'On priority accounts, up to now',
          `${m.priorityMessages} caught, ${onPriority.filter((s) => s.mark === 'good').length} wrong`,
        ),
    fact(
      'review',
      'Reviewed',
      `${c.reviewed.length}: ${c.reviewed.length - c.wrong.length - c.undecided.length} bad, ${c.wrong.length} good, ${c.undecided.length} undecided`,
    ),
    c.upper === null
      ? open('bound', 'Upper 95 % bound', 'nothing reviewed')
      : fact('bound', 'Upper 95 % bound', percent(c.upper)),
    fact('per-day', 'Per day', `mean ${mean.toFixed(1)}, worst ${worst(m)}`),
    fact(
      'top',
      'Top senders',
      c.senders
        .slice(0, 5)
        .map((s) => `${s.detected.sender} ${s.detected.messages} (${s.mark ?? 'not reviewed'})`)
        .join('; ') || 'none',
    ),
    fact('trusted', 'Trusted entries', m.trusted),
    user === null
      ? open('reports', 'User reports', m.missing.submissions ?? 'not read')
      : fact(
          'reports',
          'User reports',
          `${user.filter((s) => s.category === 'phishing').length} phish, ${user.filter((s) => s.category === 'notJunk').length} not junk; ${user.filter((s) => s.category === 'phishing' && flagged.has(s.sender.toLowerCase())).length} agree with the detection`,
        ),
    admin === null
      ? open('admin-submissions', 'Admin submissions', m.missing.submissions ?? 'not read')
      : fact('admin-submissions', 'Admin submissions', admin.length === 0 ? 'none' : resultsOf(admin)),
    m.zapped === null
      ? open('misses', 'Missed', m.missing.zapped ?? 'not read')
      : fact(
          'misses',
          'Missed',
          `${m.zapped.messages} taken out after delivery, ${plural(m.zapped.senders.length, 'sender')}`,
        ),
    m.volume === null
      ? open('volume', 'Inbound mail', m.missing.volume ?? 'not read')
      : fact(
          'volume',
          'Inbound mail',
          `${m.volume.deliveries} deliveries, ${m.volume.bypassed} bypassed, ${m.volume.quarantined} quarantined, ${m.volume.junked} to Junk`,
        ),
    fact('overrides', 'Hidden by overrides', `${overridden}`),
    open('tickets', 'Help-desk tickets', 'no ticket system is connected'),
    {
      id: 'ef',
      label: 'Enhanced Filtering proof',
      value: 'not checked: the step enhanced-filtering comes in a later version',
      known: false,
    },
    m.action === 'Junk'
      ? fact('notices', 'Notices a day (mail in Junk causes none)', '0')
      : fact('notices', 'Notices a day (assumed: one per quarantined message)', `${Math.ceil(perDay)}`),
    releases === null
      ? open('releases', 'Release requests a day', 'nothing reviewed, so no rate')
      : fact(
          'releases',
          'Release requests a day (assumed: upper bound of wrong, and undecided)',
          `${Math.ceil(releases)} (desk: ${m.deskPerDay}${releases > m.deskPerDay ? ', too many' : ''})`,
        ),
    fact('judges', 'Judged by', [...new Set(c.reviewed.flatMap((s) => s.by ?? []))].join(', ') || 'nobody yet'),
  ];
  const extra = m.extraFigures ?? [];
  return [...extra, ...own.filter((f) => !extra.some((e) => e.id === f.id))];
}

function resultsOf(list: readonly Submission[]): string {
  const counts = new Map<string, number>();
  for (const s of list) counts.set(s.result ?? 'no result yet', (counts.get(s.result ?? 'no result yet') ?? 0) + 1);
  return [...counts].map(([result, n]) => `${result} ${n}`).join(', ');
}
