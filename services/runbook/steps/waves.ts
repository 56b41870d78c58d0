import type { Settings } from '../../settings/settings.ts';
import type { Detection, Person } from '../../tenant/questions.ts';
import type { Reading } from '../../tenant/reading.ts';
import type { AntiPhishPolicy, PolicyRule } from '../../tenant/resources.ts';
import type { Found } from '../../tenant/tenant.ts';
import { dayMs } from '../../tenant/time.ts';
import { analyseWave, forecastWave, type WaveForecast, type WaveMaterial } from '../../waves/analysis.ts';
import { exemptAtOldService } from '../../waves/exemption.ts';
import { countable, departmentsOf } from '../../waves/membership.ts';
import { type Level, type NextWave, nextWave } from '../../waves/next-wave.ts';
import { type Ranking, readRanking, winningFor } from '../../waves/winners.ts';
import { type Change, digestOf } from '../change.ts';
import { lastMarks } from '../detections.ts';
import type { Evidence } from '../evidence.ts';
import {
  blocked,
  bypassRuleOf,
  type Pilot,
  percent,
  pilotOf,
  plural,
  readPilot,
  readValue,
  settledRun,
} from '../look.ts';
import { materialOf, type Observation, observe, pilotStarted } from '../observe.ts';
import type { Blocker, Finding, Proposal } from '../plan.ts';
import { defineStep, type Known } from '../step.ts';

/** What stops mail. Bulk is not among them: it has a step of its own, and wanted bulk mail is nobody's false positive. */
const stopping: readonly Detection[] = [
  'mailbox-intelligence',
  'user-impersonation',
  'domain-impersonation',
  'brand-impersonation',
  'spoof',
  'phish',
  'high-confidence-phish',
  'malware',
  'spam',
];

interface Facts {
  readonly observation: Observation;
  readonly rules: Reading<readonly Found<'transport-rule'>[]>;
  /** Group → whether the bypass rule spares it; empty where there is no one bypass rule. */
  readonly spared: readonly { readonly level: Level; readonly key: string; readonly there: Reading<unknown> }[];
  readonly policies: readonly {
    readonly level: Level;
    readonly name: string;
    readonly policy: Reading<AntiPhishPolicy>;
    readonly rule: Reading<PolicyRule>;
  }[];
  readonly ranking: Ranking;
}

const groupOf = (s: Settings, level: Level): string => (level === 'strict' ? s.pilotGroupStrict : s.pilotGroupStandard);
const levels: readonly Level[] = ['standard', 'strict'];

/** The present wave: since the last one settled, else since the pilot started. */
const waveStarted = (known: Known): number | null => {
  const started = pilotStarted(known);
  const last = settledRun(known, 'waves')?.settledAt ?? null;
  return started === null ? null : Math.max(started, last ?? started);
};

export const waves = defineStep<Facts>({
  id: 'waves',
  title: 'Waves',
  why: 'The pilot grows only when the figures of the present wave say so. Everybody who joins is filtered by Microsoft first and exempt at the old service after the proof.',
  guide: { section: 'Onboard, step 4: tuning; add users in waves', rows: ['K1', 'PG6'] },
  gate: 'G7',
  needs: ['start-pilot'],
  uses: [
    'pilotGroupStandard',
    'pilotGroupStrict',
    'antiPhishStandardName',
    'antiPhishStrictName',
    'bypassRule',
    'waveLimit',
    'waveMinimumDays',
    'waveSizes',
    'reportRate',
    'longestWindowDays',
    'deskReleasesPerDay',
    'timeZone',
  ],
  seals: ['rule-exception', 'transport-rule', 'anti-phish-policy', 'anti-phish-rule'],
  opens: [],
  closes: [],
  reviews: true,
  survey: async (tenant, known) => {
    const s = known.settings;
    const [observation, rules] = await Promise.all([
      observe(tenant, known, s, stopping, waveStarted(known)),
      tenant.list('transport-rule'),
    ]);
    const bypass = rules.is === 'value' ? bypassRuleOf(rules.value, s.bypassRule).rule : null;
    const [ranking, spared, policies] = await Promise.all([
      readRanking(tenant, observation.pilot.people),
      Promise.all(
        (bypass ? levels : []).map(async (level) => {
          const key = `${bypass?.key ?? ''}|${groupOf(s, level)}`;
          return { level, key, there: await tenant.read('rule-exception', key) };
        }),
      ),
      Promise.all(
        levels.map(async (level) => {
          const name = level === 'strict' ? s.antiPhishStrictName : s.antiPhishStandardName;
          const [policy, rule] = await Promise.all([
            tenant.read('anti-phish-policy', name),
            tenant.read('anti-phish-rule', name),
          ]);
          return { level, name, policy, rule };
        }),
      ),
    ]);
    return { observation, rules, spared, policies, ranking };
  },
  plan: (facts, known) => {
    const blockers: Blocker[] = [];
    const findings: Finding[] = [];
    const pilot = pilotOf(facts.observation.pilot, blockers);
    if (pilot === null) return blocked(blockers, findings);
    const all = countable(pilot.everybody);
    const inside = countable(pilot.people);
    const present = presentWave(facts, known, pilot, inside, blockers);
    const evidence = present?.evidence ?? null;
    if (all.length > 0 && inside.length === all.length)
      return {
        is: 'nothing-to-do',
        findings: [{ tone: 'good', text: `All ${plural(all.length, 'person', 'people')} are in the pilot groups.` }],
        evidence,
      };
    if (blockers.some((b) => b.id === 'not-started')) return blocked(blockers, findings);
    const seals = sealsOf(facts, known, blockers);
    const wave = nextWave(pilot, known, blockers, findings);
    const gets = wave && whoGets(wave, known.settings, facts.ranking, blockers);
    if (evidence) blockers.push(...whatHolds(evidence, known.settings));
    if (blockers.length > 0 || present === null || wave === null || gets === null)
      return { is: 'blocked', blockers, findings, evidence };
    return {
      is: 'proposal',
      findings,
      proposal: proposalOf(wave, present, inside, known.settings, seals, gets),
    };
  },
  effect: async (tenant, known) => {
    const pilot = pilotOf(await readPilot(tenant, known.settings), []);
    if (pilot === null) return { proved: false, words: 'The pilot groups cannot be read.' };
    // Rules and memberships act up to 30 minutes late (Exchange reference 5.1): mail before that proves nothing.
    const from = Math.max(known.since + 30 * 60_000, known.now - 7 * dayMs);
    if (from >= known.now) return { proved: false, words: 'The first 30 minutes prove nothing; looking again.' };
    // Mail of those who were in before proves nothing about those who joined.
    const joined = new Set(
      known.changes.flatMap((c) => (c.kind === 'group-member' ? [c.key.split('|')[1]?.toLowerCase() ?? ''] : [])),
    );
    const joiners = pilot.people.filter((p) => joined.has(p.address.toLowerCase()));
    if (joiners.length === 0) return { proved: false, words: 'Those who joined are not in the pilot groups.' };
    const volume = await tenant.ask('volume', {
      recipients: joiners.map((p) => p.id),
      window: { from, to: known.now },
      connectors: [],
    });
    if (volume.is !== 'value')
      return {
        proved: false,
        words: `The mail of the wave cannot be seen: ${volume.is === 'unknown' ? volume.why : volume.is}.`,
      };
    const { deliveries, bypassed } = volume.value;
    if (deliveries === 0) return { proved: false, words: 'No inbound mail yet to those who joined.' };
    return bypassed === 0
      ? {
          proved: true,
          words: `${plural(deliveries, 'message')} to those who joined, none bypassed.`,
        }
      : {
          proved: false,
          words: `${bypassed} of ${deliveries} messages to those who joined still bypassed (${percent(bypassed / deliveries)}).`,
        };
  },
});

interface Present {
  readonly material: WaveMaterial;
  readonly evidence: Evidence;
}

/** The figures of the present wave, or null with reasons. */
function presentWave(
  facts: Facts,
  known: Known,
  pilot: Pilot,
  inside: readonly Person[],
  blockers: Blocker[],
): Present | null {
  const s = known.settings;
  const unready = (id: string, what: string, next: string, attest?: string): null => {
    blockers.push({ id, what, next, ...(attest ? { attest } : {}) });
    return null;
  };
  if (facts.observation.since === null)
    return unready(
      'not-started',
      'The pilot has not started: Microsoft has filtered nobody\u2019s mail yet.',
      'Run the step start-pilot.',
      'start-pilot',
    );
  if (inside.length === 0)
    return unready('empty-pilot', 'Nobody is in the pilot groups.', 'Add members with the step pilot-groups.');
  if (facts.observation.window === null)
    return unready('too-early', 'The wave began less than an hour ago.', 'Come back when there is mail to judge.');
  const read = materialOf(facts.observation, known, pilot.people, blockers);
  if (read === null) return null;
  const material: WaveMaterial = {
    ...read,
    zone: s.timeZone,
    people: pilot.people,
    marks: lastMarks(known.reviews, 'waves'),
    exempt: exemptAtOldService(known),
  };
  const bars = {
    limit: s.waveLimit,
    minimumDays: s.waveMinimumDays,
    reportRate: s.reportRate,
    longestDays: s.longestWindowDays,
  };
  return { material, evidence: analyseWave(material, bars) };
}

/** Lists have no order, so a seal must not depend on the one they came in. */
const stateOf = (value: object | null): string =>
  digestOf(Object.fromEntries(Object.entries(value ?? {}).map(([k, v]) => [k, Array.isArray(v) ? v.toSorted() : v])));

/** What the wave rests on in the tenant: the groups are spared by the bypass rule, and policies filter them. */
function sealsOf(facts: Facts, known: Known, blockers: Blocker[]): Proposal['seals'] {
  const seals: Proposal['seals'][number][] = [];
  const rules = readValue(facts.rules, 'the mail flow rules', blockers);
  if (rules !== null) {
    const { rule, why } = bypassRuleOf(rules, known.settings.bypassRule);
    if (rule === null)
      blockers.push({
        id: 'bypass-rule',
        what: why,
        next: 'Agree on one bypass rule and name it in the setting bypassRule.',
      });
    else {
      const { exceptIfSentToMemberOf: _, ...rest } = rule.value;
      seals.push({ kind: 'transport-rule', key: rule.key, state: stateOf(rest) });
    }
  }
  for (const { level, key, there } of facts.spared) {
    const before = blockers.length;
    const spared = readValue(there, `the exception for ${groupOf(known.settings, level)}`, blockers);
    if (spared === null && blockers.length === before)
      blockers.push({
        id: 'not-spared',
        what: `The bypass rule does not spare ${groupOf(known.settings, level)}: Microsoft does not filter its members.`,
        next: 'Run the step start-pilot.',
      });
    seals.push({ kind: 'rule-exception', key, state: spared !== null });
  }
  for (const p of facts.policies) {
    const before = blockers.length;
    const policy = readValue(p.policy, `the policy ${p.name}`, blockers);
    const rule = readValue(p.rule, `the rule ${p.name}`, blockers);
    if ((policy === null || !rule?.enabled) && blockers.length === before)
      blockers.push({
        id: 'no-policy',
        what: `The pilot policy "${p.name}" is not there or its rule is off.`,
        next: 'Run the step anti-phishing.',
      });
    seals.push(
      { kind: 'anti-phish-policy', key: p.name, state: stateOf(policy) },
      { kind: 'anti-phish-rule', key: p.name, state: stateOf(rule) },
    );
  }
  return seals;
}

/** Each bar that does not hold, with what would change it. */
function whatHolds(evidence: Evidence, s: Settings): Blocker[] {
  if (evidence.verdict === 'pass' || evidence.lowEvidence) return [];
  const review = evidence.senders.some((x) => x.mark === null || x.mark === 'undecided');
  const next: Readonly<Record<string, string>> = {
    days: 'Wait; nothing else is needed for it.',
    wrong:
      evidence.verdict === 'fail'
        ? 'Find out why these senders are stopped and correct it; the wave stays as it is, or is taken back.'
        : review
          ? 'Say `review waves`.'
          : `All are reviewed; more come with time. After ${s.longestWindowDays} days two approvers may accept low evidence.`,
    priority: 'Release it and correct the cause; no wave joins on it.',
    reports: 'Tell people how to report; the button is the step user-reporting.',
  };
  return evidence.bars
    .filter((b) => b.holds !== 'yes')
    .map((b) => ({
      id: b.holds === 'unknown' ? 'unknown' : `bar-${b.id}`,
      what: `${evidence.verdict === 'fail' && (b.id === 'wrong' || b.id === 'priority') ? 'FAIL: ' : ''}${b.label}: ${b.found}; wanted: ${b.wanted}.`,
      next: next[b.id] ?? 'See the figures.',
    }));
}

function proposalOf(
  wave: NextWave,
  present: Present,
  inside: readonly Person[],
  s: Settings,
  seals: Proposal['seals'],
  gets: Gets,
): Proposal {
  const { evidence, material } = present;
  const joining = wave.joining.map((j) => j.person);
  const people = countable(joining).length;
  const after = inside.length + people;
  const shared = joining.length - people;
  const spread = departmentsOf(joining);
  const forecast = forecastWave(material, evidence, after);
  const changes: Change[] = wave.joining.map(({ person, level }) => {
    const address = person.address.toLowerCase();
    return {
      kind: 'group-member',
      key: `${groupOf(s, level)}|${address}`,
      before: null,
      after: { objectId: person.id, address },
    };
  });
  return {
    title: `Grow pilot ${inside.length.toLocaleString('en-GB')} → ${after.toLocaleString('en-GB')} people?`,
    lines: [
      `Joining: ${spread
        .slice(0, 6)
        .map(([d, n]) => `${d} ${n}`)
        .join(', ')}${spread.length > 6 ? ` and ${plural(spread.length - 6, 'more department')}` : ''}`,
      `${people} licensed, ${gets.words}${shared > 0 ? `, ${plural(shared, 'shared mailbox', 'shared mailboxes')}` : ''}, ${wave.stillSplit === 0 ? 'no assistant split' : `${plural(wave.stillSplit, 'unit')} still split`}`,
      forecastWords(forecast, s.deskReleasesPerDay),
    ],
    changes,
    seals,
    evidence,
    byHand: [
      {
        id: 'exempt-wave',
        when: 'after',
        // Everybody whose mail the old service is to let through: the way back counts them by this number.
        people: joining.length,
        text: `At the old service, after the proof here: exempt the ${people} new members${shared > 0 ? ` and ${plural(shared, 'shared mailbox', 'shared mailboxes')}` : ''}.`,
      },
    ],
    risk: 'disruptive',
    affected: people,
    cautions: [
      ...(evidence.verdict === 'pass' ? [] : ['Accepted on low evidence: the bars are not all met.']),
      ...gets.cautions,
      ...(evidence.missesOnly ? ['Only what the old service missed: not all of the pilot is exempt there.'] : []),
      ...(forecast.releases !== null && forecast.releases > s.deskReleasesPerDay
        ? [
            `More release requests than the desk can handle: ${forecast.releases} a day, it can do ${s.deskReleasesPerDay}.`,
          ]
        : []),
    ],
    undo: 'Undo: end the exemption at the old service first, then they leave the group.',
  };
}

interface Gets {
  readonly words: string;
  readonly cautions: readonly string[];
}

/** Which policies the joiners will get: by what wins for them then, never by the group alone. */
function whoGets(wave: NextWave, s: Settings, ranking: Ranking, blockers: Blocker[]): Gets | null {
  const nameOf = (level: Level): string => (level === 'strict' ? s.antiPhishStrictName : s.antiPhishStandardName);
  const of = (level: Level): readonly Person[] => wave.joining.filter((j) => j.level === level).map((j) => j.person);
  const winning = winningFor(
    countable(wave.joining.map((j) => j.person)),
    levels.map(nameOf),
    ranking,
    blockers,
    new Map(levels.map((level) => [nameOf(level), of(level)])),
  );
  if (winning === null) return null;
  const wins = (level: Level): number => winning.of.get(nameOf(level).toLowerCase()) ?? 0;
  return {
    words: [
      ...(wins('standard') > 0 ? [`${wins('standard')} get Standard`] : []),
      ...(wins('strict') > 0 ? [`${wins('strict')} get Strict`] : []),
      ...winning.others.map(([policy, n]) => `${n} ${n === 1 ? 'keeps' : 'keep'} "${policy}"`),
      ...(winning.unknown > 0 ? [`policy of ${winning.unknown} unknown`] : []),
    ].join(', '),
    cautions: winning.others.map(
      ([policy, n]) =>
        `${plural(n, 'joiner')} ${n === 1 ? 'keeps' : 'keep'} "${policy}", which ranks first: their mail says nothing of the pilot policies.`,
    ),
  };
}

const forecastWords = (f: WaveForecast, desk: number): string =>
  `Expect ${f.notices === null ? 'unknown notices' : plural(f.notices, 'notice')}, ${f.releases === null ? 'unknown releases' : plural(f.releases, 'release')}/day (desk: ${desk})`;
