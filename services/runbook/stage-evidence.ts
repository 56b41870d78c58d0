import type { AntiPhishPolicy } from '../tenant/resources.ts';
import { dayMs } from '../tenant/time.ts';
import { exemptAtOldService } from '../waves/exemption.ts';
import type { Winning } from '../waves/winners.ts';
import { evidenceOf, lastMarks } from './detections.ts';
import type { Bar, Evidence, Figure } from './evidence.ts';
import { attestedBy, type Pilot } from './look.ts';
import { materialOf } from './observe.ts';
import type { Blocker } from './plan.ts';
import { stages } from './recommended.ts';
import { type LevelNow, listOf, type StageFacts, type StageRow, settledSince } from './stage-row.ts';
import type { Known } from './step.ts';

/** The evidence of the stage, or null with reasons in `blockers`. */
export function evidenceFor(
  row: StageRow,
  facts: StageFacts,
  known: Known,
  pilot: Pilot,
  levels: readonly LevelNow[],
  todo: readonly LevelNow[],
  winning: Winning | null,
  blockers: Blocker[],
): Evidence | null {
  const s = known.settings;
  if (facts.observation.since === null) return null;
  if (pilot.people.length === 0) {
    blockers.push({
      id: 'empty-pilot',
      what: 'Nobody is in the pilot groups.',
      next: 'Add members with the step pilot-groups.',
    });
    return null;
  }
  if (facts.observation.window === null) {
    blockers.push({
      id: 'too-early',
      what: 'The pilot started less than an hour ago.',
      next: 'Come back when there is mail to judge.',
    });
    return null;
  }
  const material = materialOf(facts.observation, known, pilot.people, blockers);
  if (material === null) return null;
  const everybody = pilot.everybody.filter((p) => p.mailbox === 'user' && p.enabled && !p.guest).length;
  const trusted = [...new Set(levels.flatMap((l) => trustsOf(l.policy)))];
  const stage = stages[row.id];
  const extraBars: Bar[] = [];
  if (row.previous !== null) {
    const since = settledSince(known, row.previous);
    const days = since === null ? 0 : Math.floor((known.now - since) / dayMs);
    extraBars.push({
      id: 'gap',
      label: `Since ${row.previous}`,
      wanted: `${s.stageGapDays} days`,
      found: `${days} of ${s.stageGapDays} days`,
      holds: since !== null && days >= s.stageGapDays ? 'yes' : 'no',
    });
  }
  if (row.trustRecurring) extraBars.push(trustBar(row, known, material.senders, trusted));
  return evidenceOf(
    {
      ...material,
      step: row.id,
      zone: s.timeZone,
      pilot: pilot.people,
      reviews: known.reviews,
      exempt: exemptAtOldService(known),
      action: levels.every((l) => stage[l.level] === 'MoveToJmf' || l.people === 0) ? 'Junk' : 'Quarantine',
      deskPerDay: s.deskReleasesPerDay,
      scale: 1,
      extraBars,
      trusted: `none added; ${trusted.length === 0 ? 'none there' : `${trusted.length} there`}`,
      extraFigures: [winnersFigure(levels, winning), ...stageFigures(row, known, levels, todo)],
    },
    {
      minimumDays: s.observationDays,
      wrongBy: 'share',
      reportRate: s.reportRate,
      pilotPeople: Math.max(1, Math.min(s.pilotMinimumPeople, Math.ceil(everybody * s.pilotMinimumShare))),
      pilotDepartments: s.pilotMinimumDepartments,
      longestDays: s.longestWindowDays,
      ...row.bars(s, pilot),
    },
  );
}

const trustsOf = (policy: AntiPhishPolicy): readonly string[] =>
  ['ExcludedSenders', 'ExcludedDomains'].flatMap((field) => listOf(policy[field])).map((e) => e.toLowerCase());

function trustBar(
  row: StageRow,
  known: Known,
  senders: readonly { readonly sender: string; readonly senderDomain: string; readonly messages: number }[],
  trusted: readonly string[],
): Bar {
  const marks = lastMarks(known.reviews, row.id);
  const recurring = senders.filter((d) => marks.get(d.sender.toLowerCase())?.mark === 'good' && d.messages > 1);
  const open = recurring.filter(
    (d) => !trusted.includes(d.sender.toLowerCase()) && !trusted.includes(d.senderDomain.toLowerCase()),
  );
  return {
    id: 'trusted',
    label: 'Recurring false positives',
    wanted: 'each a trusted entry',
    found: `${recurring.length - open.length} of ${recurring.length} trusted`,
    holds: open.length === 0 ? 'yes' : 'no',
  };
}

/** People by the policy that wins for them, not by membership alone. */
function winnersFigure(levels: readonly LevelNow[], winning: Winning | null): Figure {
  if (winning === null)
    return { id: 'affected', label: 'People', value: 'unknown: which policy wins was not asked', known: false };
  const wins = winsOf(levels, winning);
  const rest = [
    ...winning.others.map(([policy, n]) => `${n} under "${policy}"`),
    ...(winning.unknown > 0 ? [`${winning.unknown} unknown: a group cannot be read`] : []),
  ];
  return {
    id: 'affected',
    label: 'People',
    value: [`${wins}`, ...rest].join('; '),
    known: winning.unknown === 0,
  };
}

/** For how many people one of the pilot policies wins. */
export const winsOf = (levels: readonly LevelNow[], winning: Winning): number =>
  levels.reduce((n, l) => n + (winning.of.get(l.name.toLowerCase()) ?? 0), 0);

/** The numbers of guide 4.3 that only the stage knows. */
function stageFigures(row: StageRow, known: Known, levels: readonly LevelNow[], todo: readonly LevelNow[]): Figure[] {
  const stage = stages[row.id];
  const attested = (about: string, id: string, label: string, what: string): Figure[] => {
    const a = attestedBy(known, about);
    return a ? [{ id, label, value: `${what}: attested by ${a.by.name}`, known: true }] : [];
  };
  return [
    {
      id: 'change',
      label: 'Exact change',
      value:
        todo
          .map((l) => {
            const now = String(l.policy[stage.field] ?? 'NoAction');
            return `${l.name}: ${stage.field} ${now} \u2192 ${stage[l.level]}, undo ${now}`;
          })
          .join('; ') || 'none: the values are set',
      known: true,
    },
    {
      id: 'levels',
      label: 'Members',
      value: levels.map((l) => `${l.level === 'standard' ? 'Standard' : 'Strict'} ${l.people}`).join(', '),
      known: true,
    },
    ...attested('enhanced-filtering', 'ef', 'Enhanced Filtering proof', 'at least 95 %'),
    ...attested('tickets', 'tickets', 'Help-desk tickets', 'none open'),
  ];
}

/** Bars whose finding says "n of m" already. */
const counted: ReadonlySet<string> = new Set([
  'days',
  'gap',
  'pilot-size',
  'departments',
  'review',
  'minimum-senders',
  'trusted',
]);

/** Each bar that does not hold, with what would change it. `gapToo`: the stage before is settled, so time is what lacks. */
export function whatHolds(row: StageRow, evidence: Evidence, gapToo: boolean): Blocker[] {
  const review = `Say \`review ${row.id}\`.`;
  const unmarked = evidence.senders.some((s) => s.mark === null);
  const next: Readonly<Record<string, string>> = {
    days: 'Wait; nothing else is needed for it.',
    gap: 'Wait; nothing else is needed for it.',
    review,
    'minimum-senders': unmarked ? review : 'All are reviewed; more come with time or with a larger pilot.',
    undecided: review,
    wrong: unmarked ? review : 'Find out why these are caught; trust single senders, or leave it at No action.',
    priority: 'Find out why; a priority account must not lose mail.',
    trusted: 'Record a trusted entry for each, or leave it at No action.',
    'pilot-size': 'Add members with the step pilot-groups or waves.',
    departments: 'Add members of other departments.',
    reports: 'Remind the pilot of the Report button.',
  };
  return evidence.bars
    .filter((b) => b.holds !== 'yes' && (gapToo || b.id !== 'gap'))
    .map((b) => ({
      id: b.holds === 'unknown' ? `unknown-${b.id}` : `bar-${b.id}`,
      what: counted.has(b.id) ? `${b.label}: ${b.found}.` : `${b.label}: ${b.found} (wanted: ${b.wanted}).`,
      next: b.holds === 'unknown' ? 'Ask again; nothing is proposed while this cannot be read.' : (next[b.id] ?? ''),
    }));
}
