import { describe, expect, it } from 'vitest';
import type { Review } from '../../services/runbook/evidence.ts';
import type { DetectedSender, Submission } from '../../services/tenant/questions.ts';
import { analyseWave, forecastWave, judgeShare, type WaveMaterial } from '../../services/waves/analysis.ts';
import { dayMs, from, person, report, sender } from './kit.ts';

const bars = { limit: 0.02, minimumDays: 14, reportRate: 1, longestDays: 30 };

interface Given {
  readonly stopped: number;
  readonly wrong?: number;
  readonly undecided?: number;
  readonly unreviewed?: number;
  readonly days?: number;
  readonly reports?: readonly Submission[] | null;
  readonly extra?: readonly DetectedSender[];
  readonly wrongOn?: string;
}

/** A wave of 100 people, the first of them a priority account. */
function wave(given: Given): WaveMaterial {
  const people = Array.from({ length: 100 }, (_, i) => person(i, { priority: i === 0 }));
  const senders = Array.from({ length: given.stopped }, (_, i) =>
    sender(i, { recipientIds: [i === 0 ? (given.wrongOn ?? people[1]?.id ?? '') : (people[1]?.id ?? '')] }),
  );
  const wrong = given.wrong ?? 0;
  const undecided = given.undecided ?? 0;
  const marked = senders.slice(0, given.stopped - (given.unreviewed ?? 0));
  const marks = new Map(
    marked.map((s, i): [string, Review] => [
      s.sender,
      {
        id: String(i),
        step: 'waves',
        sender: s.sender,
        mark: i < wrong ? 'good' : i < wrong + undecided ? 'undecided' : 'bad',
        by: 'jon',
        byName: 'Jon',
        at: from,
      },
    ]),
  );
  const days = given.days ?? 14;
  return {
    window: { from, to: from + days * dayMs },
    observedDays: days,
    zone: 'UTC',
    senders: [...senders, ...(given.extra ?? [])],
    days: [{ day: from, messages: 21 }],
    priorityHit: [],
    people,
    marks,
    volume: { deliveries: 1000, bypassed: 0, viaConnector: 0, quarantined: 140, junked: 70 },
    zapped: { messages: 2, senders: ['z@z.example'] },
    submissions: given.reports === undefined ? [report(1), report(2), report(3)] : given.reports,
    missing: given.reports === null ? { submissions: 'the service did not answer' } : {},
    exempt: true,
  };
}

describe('the verdict on a wave', () => {
  it.each([
    ['much mail, all bad', { stopped: 149 }, 'pass'],
    ['one sender fewer than the bound needs', { stopped: 148 }, 'inconclusive'],
    ['one wrong in enough', { stopped: 236, wrong: 1 }, 'pass'],
    ['one wrong in one too few', { stopped: 235, wrong: 1 }, 'inconclusive'],
    ['many wrong', { stopped: 120, wrong: 20 }, 'fail'],
    ['wrong above the limit, but so few that it may be chance', { stopped: 40, wrong: 1 }, 'inconclusive'],
    ['the lower bound just above the limit', { stopped: 41, wrong: 3 }, 'fail'],
    ['the lower bound just below the limit', { stopped: 42, wrong: 3 }, 'inconclusive'],
    ['hardly any mail', { stopped: 9 }, 'inconclusive'],
    ['no mail at all', { stopped: 0 }, 'inconclusive'],
    ['a day too short', { stopped: 300, days: 13 }, 'inconclusive'],
    ['too few reports', { stopped: 300, reports: [report(1)] }, 'inconclusive'],
    ['reports that cannot be read', { stopped: 300, reports: null }, 'inconclusive'],
    ['one wrong, and it hit a priority account', { stopped: 600, wrong: 1, wrongOn: person(0).id }, 'fail'],
    ['a right stop at a priority account', { stopped: 600, wrongOn: person(0).id }, 'pass'],
    ['enough stopped, but not reviewed', { stopped: 400, unreviewed: 300 }, 'inconclusive'],
    ['a share reviewed that is enough', { stopped: 400, unreviewed: 251 }, 'pass'],
    ['undecided marks do not count as right', { stopped: 160, undecided: 40 }, 'inconclusive'],
  ] as const)('%s', (_, given, verdict) => {
    expect(analyseWave(wave(given), bars).verdict).toBe(verdict);
  });

  it('says how many more reviews the bound needs', () => {
    const found = (given: Given): string =>
      analyseWave(wave(given), bars).bars.find((b) => b.id === 'wrong')?.found ?? '';
    expect(found({ stopped: 400, unreviewed: 300 })).toContain('49 more needed, 300 wait for review');
    expect(found({ stopped: 100 })).toContain('49 more needed, only 0 left to review');
    expect(found({ stopped: 149 })).not.toContain('more needed');
    expect(judgeShare(0, 0, 0.02).more).toBe(149);
    expect(judgeShare(0, 10, 0).more).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts senders, not messages, and only those that were stopped', () => {
    const loud = sender(900, { messages: 60 });
    const idle = sender(901, { messages: 5, noAction: 5 });
    const spared = sender(902, { messages: 5, overridden: 5 });
    const evidence = analyseWave(wave({ stopped: 10, extra: [loud, idle, spared] }), bars);
    expect(evidence.headline[1]).toMatch(/^11 senders stopped: 10 reviewed, 0 wrong/);
    expect(evidence.senders.map((s) => s.detected.sender)).not.toContain(idle.sender);
    expect(evidence.senders.map((s) => s.detected.sender)).not.toContain(spared.sender);
  });

  it('reads like the second card', () => {
    const evidence = analyseWave(wave({ stopped: 412, wrong: 3 }), bars);
    expect(evidence.headline).toEqual([
      'PASS on 14 days, data to Tue 15 Dec 08:00',
      '412 senders stopped: 3 wrong (95 %: ≤ 1.9 %)',
      'Missed: 3 phish, 2 removed later; reports 1.5/100/week',
    ]);
    expect(evidence.falsePositives).toHaveLength(3);
  });

  it('leaves out reports of others, of trainings and of administrators', () => {
    const others = [
      report(1, { recipient: 'elsewhere@contoso.example' }),
      report(2, { simulation: true }),
      report(3, { source: 'administrator' }),
    ];
    const evidence = analyseWave(wave({ stopped: 300, reports: others }), bars);
    expect(evidence.bars.find((b) => b.id === 'reports')).toMatchObject({ holds: 'no' });
    expect(evidence.headline[2]).toContain('Missed: 0 phish');
  });

  it('offers low evidence only after the longest window, when everything is reviewed and nothing speaks against it', () => {
    const low = (given: Given): boolean => analyseWave(wave(given), bars).lowEvidence;
    const some = Array.from({ length: 5 }, (_, i) => report(i));
    expect(low({ stopped: 20, days: 30, reports: some })).toBe(true);
    expect(low({ stopped: 20, days: 29, reports: some })).toBe(false);
    expect(low({ stopped: 20, days: 30, unreviewed: 1, reports: some })).toBe(false);
    expect(low({ stopped: 20, days: 30, undecided: 1, reports: some })).toBe(false);
    expect(low({ stopped: 40, days: 30, wrong: 1, reports: some })).toBe(false);
    expect(low({ stopped: 20, days: 30, reports: null })).toBe(false);
    expect(low({ stopped: 300, days: 30, reports: some })).toBe(false);
  });

  it('forecasts notices and releases for the size after the wave, and says where it cannot', () => {
    const m = wave({ stopped: 149 });
    const forecast = forecastWave(m, analyseWave(m, bars), 300);
    expect(forecast.notices).toBe(30);
    expect(forecast.releases).toBe(1);
    const blind = { ...wave({ stopped: 5, unreviewed: 5 }), volume: null };
    expect(forecastWave(blind, analyseWave(blind, bars), 300)).toEqual({ notices: null, releases: null });
  });
});
