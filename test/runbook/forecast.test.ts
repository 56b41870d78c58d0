import { describe, expect, test } from 'vitest';
import { type ForecastInput, forecastOf } from '../../services/runbook/forecast.ts';
import type { Answer } from '../../services/runbook/plan.ts';
import type { Attestation, Milestone } from '../../services/runbook/step.ts';
import type { StepId } from '../../services/runbook/step-id.ts';
import { type Settings, standardSettings } from '../../services/settings/settings.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-24T09:00:00Z');
const done: Answer = { is: 'nothing-to-do', findings: [] };
const ready: Answer = {
  is: 'proposal',
  findings: [],
  proposal: {
    title: 'Grow?',
    lines: [],
    changes: [],
    seals: [],
    evidence: null,
    byHand: [],
    risk: 'disruptive',
    affected: 1,
    cautions: [],
    undo: '',
  },
};
const heldBy = (id: string): Answer => ({
  is: 'blocked',
  findings: [],
  blockers: [{ id, what: 'Held.', next: 'Do something.' }],
});
const milestone = (step: StepId, daysAgo: number, undone = false): Milestone => ({
  run: '1',
  step,
  choice: null,
  settledAt: now - daysAgo * day,
  undone,
});
const attestation = (about: string, daysAgo: number, holdsDays = 90): Attestation => ({
  about,
  statement: 'Done.',
  proof: 'INC1',
  by: { id: 'lea', name: 'Lea' },
  at: now - daysAgo * day,
  expiresAt: now + (holdsDays - daysAgo) * day,
});

interface Given {
  readonly milestones?: readonly Milestone[];
  readonly attestations?: readonly Attestation[];
  readonly answers?: readonly (readonly [StepId, Answer])[];
  readonly settings?: Partial<Settings>;
}
const input = (given: Given): ForecastInput => ({
  answers: new Map(given.answers ?? []),
  milestones: given.milestones ?? [],
  attestations: given.attestations ?? [],
  settings: { ...standardSettings, ...given.settings },
  now,
});

// Small, distinct numbers, so that each term shows by itself: the standards would hide one behind another.
const primes = { observationDays: 5, stageGapDays: 3, waveMinimumDays: 2, waveSizes: [1] } as const;
const stagesOnly = { ...primes, waveSizes: [1] };
const wavesOnly = {
  ...primes,
  observationDays: 1,
  stageGapDays: 0,
  waveMinimumDays: 7,
  waveSizes: [0.05, 0.2, 0.5, 1],
};

describe('the earliest MX date', () => {
  const table: readonly (Given & { readonly name: string; readonly inDays: number })[] = [
    {
      name: 'from nothing, on the standard settings: the pilot and three waves of 14 days, then a day without bypass',
      inDays: 57,
    },
    { name: 'stages: observation, two gaps, bypass pause', settings: stagesOnly, inDays: 5 + 3 + 3 + 1 },
    { name: 'waves: the pilot and the waves left stand their days', settings: wavesOnly, inDays: 7 * 4 + 1 },
    {
      name: 'days already observed count',
      settings: stagesOnly,
      milestones: [milestone('start-pilot', 4)],
      inDays: 1 + 3 + 3 + 1,
    },
    {
      name: 'more observation than needed does not shorten the gaps',
      settings: stagesOnly,
      milestones: [milestone('start-pilot', 40)],
      inDays: 0 + 3 + 3 + 1,
    },
    {
      name: 'a pilot that was taken back does not count',
      settings: stagesOnly,
      milestones: [milestone('start-pilot', 40, true)],
      inDays: 5 + 3 + 3 + 1,
    },
    {
      name: 'a pilot of which something is left to do does not count, whatever was recorded',
      settings: stagesOnly,
      milestones: [milestone('start-pilot', 40)],
      answers: [['start-pilot', heldBy('empty-pilot')]],
      inDays: 5 + 3 + 3 + 1,
    },
    {
      name: 'a pilot that cannot be read just now is taken by the record',
      settings: stagesOnly,
      milestones: [milestone('start-pilot', 40)],
      answers: [['start-pilot', heldBy('unknown')]],
      inDays: 3 + 3 + 1,
    },
    {
      name: 'an attested start counts from the statement',
      settings: stagesOnly,
      attestations: [attestation('start-pilot', 4)],
      inDays: 1 + 3 + 3 + 1,
    },
    {
      name: 'an expired statement does not count',
      settings: stagesOnly,
      attestations: [attestation('start-pilot', 4, 3)],
      inDays: 5 + 3 + 3 + 1,
    },
    {
      name: 'a settled stage starts the gap to the next',
      settings: stagesOnly,
      milestones: [milestone('start-pilot', 40), milestone('mailbox-intelligence', 2)],
      inDays: 1 + 3 + 1,
    },
    {
      name: 'a stage that was undone is to be done again',
      settings: stagesOnly,
      milestones: [milestone('start-pilot', 40), milestone('mailbox-intelligence', 2, true)],
      inDays: 3 + 3 + 1,
    },
    {
      name: 'a stage that was there before needs nothing',
      settings: stagesOnly,
      milestones: [milestone('start-pilot', 40)],
      answers: [['mailbox-intelligence', done]],
      inDays: 3 + 1,
    },
    {
      name: 'a settled wave leaves one less, and its days have begun',
      settings: wavesOnly,
      milestones: [milestone('start-pilot', 20), milestone('waves', 5)],
      inDays: 2 + 7 + 7 + 1,
    },
    {
      name: 'waves that are complete leave only the days of the last',
      settings: wavesOnly,
      milestones: [milestone('start-pilot', 60), milestone('waves', 5)],
      answers: [['waves', done]],
      inDays: 2 + 1,
    },
    {
      name: 'waves that still have somebody to add leave one, however many there were',
      settings: { ...wavesOnly, waveSizes: [0.5, 1] },
      milestones: [milestone('start-pilot', 60), milestone('waves', 30), milestone('waves', 5)],
      answers: [['waves', ready]],
      inDays: 2 + 7 + 1,
    },
    {
      name: 'a bypass that is off already needs no second pause',
      settings: stagesOnly,
      milestones: [milestone('start-pilot', 40), milestone('bypass-off', 1)],
      inDays: 3 + 3,
    },
    {
      name: 'with everything done, the TTL still needs 48 hours',
      settings: stagesOnly,
      milestones: [
        milestone('start-pilot', 60),
        milestone('mailbox-intelligence', 40),
        milestone('user-impersonation', 30),
        milestone('domain-impersonation', 20),
        milestone('bypass-off', 10),
      ],
      inDays: 2,
    },
  ];
  test.each(table)('$name', ({ inDays, ...given }) => {
    const { earliestMx } = forecastOf(input(given));
    expect(earliestMx === null ? null : (earliestMx - now) / day).toBe(inDays);
  });

  test('no change falls on a blackout day: the next step waits for the start of the first free local day', () => {
    // The first stage would settle on 29 November; the second three days after it did, and so on.
    const given = input({ settings: { ...stagesOnly, blackout: '2026-11-29/2026-12-01' } });
    const { earliestMx, words } = forecastOf(given);
    expect(new Date(earliestMx ?? 0).toISOString()).toBe('2026-12-08T23:00:00.000Z');
    expect(words).toContain('blackout days skipped');
  });

  test('MX itself does not move on a blackout day', () => {
    const { earliestMx } = forecastOf(input({ settings: { ...stagesOnly, blackout: '2026-12-06' } }));
    expect(new Date(earliestMx ?? 0).toISOString()).toBe('2026-12-06T23:00:00.000Z');
  });

  test('its words name what it assumes, in the numbers of the settings', () => {
    expect(forecastOf(input({})).words).toBe(
      'If the pilot starts today, if all 3 waves left pass at once, if every gate holds in its shortest time (observation 14 days, 7 days between stages, 14 days per wave, bypass off 24 h and TTL lowered 48 h before).',
    );
    expect(forecastOf(input({ milestones: [milestone('start-pilot', 1)], settings: stagesOnly })).words).toMatch(
      /^If every gate holds in its shortest time \(observation 5 days, 3 days between stages, bypass off/,
    );
  });

  test.each([
    {
      name: 'blackout dates that cannot be read',
      settings: { blackout: '2026-12-24, Christmas' },
      words: /"Christmas" in the blackout/,
    },
    { name: 'an impossible date', settings: { blackout: '2026-02-30' }, words: /"2026-02-30"/ },
    { name: 'a blackout without end', settings: { blackout: '2026-01-01/2036-01-01' }, words: /leave no day/ },
    { name: 'an unknown zone', settings: { timeZone: 'Mars/Olympus' }, words: /time zone "Mars\/Olympus"/ },
  ])('it is not told with $name', ({ settings, words }) => {
    const forecast = forecastOf(input({ settings: { ...settings, contractEnds: '2027-06-01' } }));
    expect(forecast.earliestMx).toBeNull();
    expect(forecast.slackDays).toBeNull();
    expect(forecast.words).toMatch(words);
  });

  test('after MX has moved there is nothing to forecast; a statement is named as one', () => {
    expect(forecastOf(input({ milestones: [milestone('switch-mx', 1)] }))).toMatchObject({
      earliestMx: null,
      words: 'MX has moved.',
    });
    expect(forecastOf(input({ milestones: [milestone('switch-mx', 1, true)] })).earliestMx).not.toBeNull();
    expect(forecastOf(input({ attestations: [attestation('switch-mx', 1)] })).words).toContain('attested');
  });
});

describe('slack to the end of the old contract', () => {
  test.each([
    { contractEnds: '2026-12-07', slack: 1 },
    { contractEnds: '2026-12-06', slack: 0 },
    { contractEnds: '2026-12-01', slack: -5 },
    { contractEnds: '2027-04-06', slack: 121 },
    { contractEnds: '', slack: null },
  ])('ending $contractEnds leaves $slack days', ({ contractEnds, slack }) => {
    expect(forecastOf(input({ settings: { ...stagesOnly, contractEnds } })).slackDays).toBe(slack);
  });
});
