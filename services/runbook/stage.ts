import type { SettingName } from '../settings/settings.ts';
import type { Kind } from '../tenant/resources.ts';
import { readRanking, type Winning, winningFor } from '../waves/winners.ts';
import { type Change, digestOf, sameValue } from './change.ts';
import type { Evidence } from './evidence.ts';
import { attestedBy, blocked, notInVersion, type Pilot, pilotOf, plural, readValue } from './look.ts';
import { observe, pilotStarted } from './observe.ts';
import type { Answer, Blocker, Finding, Proposal } from './plan.ts';
import { type StageId, stages } from './recommended.ts';
import { effect } from './stage-effect.ts';
import { evidenceFor, whatHolds, winsOf } from './stage-evidence.ts';
import { inWords, type LevelNow, type StageFacts, type StageRow, settledSince } from './stage-row.ts';
import { defineStep, type Known, type Step } from './step.ts';

/** Lists have no order, so a seal must not depend on the one they came in. */
const stateOf = (value: object): string =>
  digestOf(Object.fromEntries(Object.entries(value).map(([k, v]) => [k, Array.isArray(v) ? v.toSorted() : v])));

const everyStage: readonly SettingName[] = [
  'antiPhishStandardName',
  'antiPhishStrictName',
  'pilotGroupStandard',
  'pilotGroupStrict',
  'observationDays',
  'stageGapDays',
  'longestWindowDays',
  'pilotMinimumPeople',
  'pilotMinimumShare',
  'pilotMinimumDepartments',
  'reportRate',
  'deskReleasesPerDay',
  'timeZone',
];

/** Makes a stage of the tuning out of its row: one field per pilot policy, earned by evidence. */
export const stageStep = (row: StageRow): Step =>
  defineStep<StageFacts>({
    id: row.id,
    title: row.title,
    why: row.why,
    guide: { section: 'Onboard, step 4: tune impersonation protection', rows: row.rows },
    gate: row.gate,
    needs: [row.previous ?? 'start-pilot'],
    uses: [...everyStage, ...row.uses],
    seals: ['anti-phish-policy', 'anti-phish-rule', 'group-member'],
    opens: [],
    closes: [row.closes],
    reviews: true,
    survey: async (tenant, known) => {
      const s = known.settings;
      const [standard, strict, rules] = await Promise.all([
        tenant.read('anti-phish-policy', s.antiPhishStandardName),
        tenant.read('anti-phish-policy', s.antiPhishStrictName),
        tenant.list('anti-phish-rule'),
      ]);
      const at = (id: StageId): boolean =>
        standard.is === 'value' &&
        strict.is === 'value' &&
        sameValue(standard.value[stages[id].field] ?? 'NoAction', stages[id].standard) &&
        sameValue(strict.value[stages[id].field] ?? 'NoAction', stages[id].strict);
      const next = !at(row.id) && (row.previous === null || at(row.previous));
      const observation = await observe(tenant, known, s, [row.detection], pilotStarted(known), next);
      const ranking = next ? await readRanking(tenant, observation.pilot.people) : null;
      return { observation, policies: { standard, strict }, rules, ranking };
    },
    plan: (facts, known) => plan(row, facts, known),
    effect: (tenant, known) => effect(row, tenant, known),
  });

function plan(row: StageRow, facts: StageFacts, known: Known): Answer {
  const s = known.settings;
  const stage = stages[row.id];
  const blockers: Blocker[] = [];
  const findings: Finding[] = [];
  const pilot = pilotOf(facts.observation.pilot, blockers);
  const rules = readValue(facts.rules, 'the anti-phishing rules', blockers) ?? [];
  const levels: LevelNow[] = [];
  for (const level of ['standard', 'strict'] as const) {
    const name = level === 'standard' ? s.antiPhishStandardName : s.antiPhishStrictName;
    const group = level === 'standard' ? s.pilotGroupStandard : s.pilotGroupStrict;
    const policy = readValue(facts.policies[level], `the policy ${name}`, blockers);
    const rule = rules.find((r) => r.key.toLowerCase() === name.toLowerCase())?.value;
    if (policy && rule?.enabled) levels.push({ level, name, group, policy, rule, people: pilot?.[level].length ?? 0 });
    else if (facts.policies[level].is === 'absent' || (policy && facts.rules.is === 'value'))
      blockers.push({
        id: 'no-policy',
        what: `The pilot policy "${name}" is not there or its rule is off.`,
        next: 'Run the step anti-phishing.',
      });
  }
  if (pilot === null || levels.length < 2) return blocked(blockers, findings);

  const todo = levels.filter((l) => !sameValue(l.policy[stage.field] ?? 'NoAction', stage[l.level]));
  for (const l of levels.filter((x) => !todo.includes(x)))
    findings.push({ tone: 'good', text: `${l.name}: ${row.protection} is at ${inWords(stage[l.level])}.` });
  for (const l of levels) {
    const empty = row.emptyWhen?.(l.name, l.policy);
    if (empty) blockers.push(empty);
  }
  const winning = facts.ranking
    ? winningFor(
        pilot.people,
        levels.map((l) => l.name),
        facts.ranking,
        blockers,
      )
    : null;
  const evidence = evidenceFor(row, facts, known, pilot, levels, todo, winning, blockers);
  if (todo.length === 0) {
    const unread = blockers.filter((b) => b.id.startsWith('unknown'));
    for (const b of unread) findings.push({ tone: 'unknown', text: b.what });
    return { is: 'nothing-to-do', findings, evidence };
  }
  inOrder(row, known, levels, blockers, findings);
  notInVersion(
    known,
    'enhanced-filtering',
    'That Enhanced Filtering still shows the true source on at least 95 % of mail (G3)',
    blockers,
    findings,
  );
  if (evidence && evidence.verdict !== 'pass' && !evidence.lowEvidence)
    blockers.push(...whatHolds(row, evidence, !blockers.some((b) => b.id === 'order')));
  if (blockers.length > 0 || evidence === null) return { is: 'blocked', blockers, findings, evidence };
  return { is: 'proposal', findings, proposal: proposalOf(row, known, pilot, levels, todo, evidence, winning) };
}

/** The order of the stages: the one before has been settled, still stands, and had its time. */
function inOrder(
  row: StageRow,
  known: Known,
  levels: readonly LevelNow[],
  blockers: Blocker[],
  findings: Finding[],
): void {
  if (row.previous === null) {
    if (pilotStarted(known) === null)
      blockers.push({
        id: 'not-started',
        what: 'The pilot has not started: Microsoft has filtered nobody\u2019s mail yet.',
        next: 'Run the step start-pilot.',
        attest: 'start-pilot',
      });
    const spoof = attestedBy(known, 'spoof-intelligence');
    findings.push(
      spoof
        ? { tone: 'good', text: `Spoof detections in order (G6a): attested by ${spoof.by.name}.` }
        : {
            tone: 'unknown',
            text: 'Spoof detections (G6a): not checked, the step spoof-intelligence comes in a later version.',
          },
    );
    return;
  }
  const before = stages[row.previous];
  const back = levels.filter((l) => !sameValue(l.policy[before.field] ?? 'NoAction', before[l.level]));
  if (back.length > 0)
    blockers.push({
      id: 'order',
      what: `First ${row.previous}: ${back.map((l) => `"${l.name}" has ${inWords(l.policy[before.field])} there`).join(', ')}.`,
      next: `Run the step ${row.previous}.`,
    });
  else if (settledSince(known, row.previous) === null)
    blockers.push({
      id: 'order',
      what: `${row.previous} acts, but no change of this record set it, so nobody knows since when.`,
      next: 'Somebody who knows states it by name, with proof.',
      attest: row.previous,
    });
}

function proposalOf(
  row: StageRow,
  known: Known,
  pilot: Pilot,
  levels: readonly LevelNow[],
  todo: readonly LevelNow[],
  evidence: Evidence,
  winning: Winning | null,
): Proposal {
  const stage = stages[row.id];
  const s = known.settings;
  const figure = (id: string): string => {
    const found = evidence.figures.find((f) => f.id === id);
    return found?.known ? found.value : 'unknown';
  };
  const changes: Change[] = todo.map((l) => ({
    kind: 'anti-phish-policy',
    key: l.name,
    before: { [stage.field]: l.policy[stage.field] ?? 'NoAction' },
    after: { [stage.field]: stage[l.level] },
  }));
  const transitions = new Map<string, string[]>();
  for (const l of todo) {
    const words = `${inWords(l.policy[stage.field])} \u2192 ${inWords(stage[l.level])}`;
    const who = `${l.level === 'standard' ? 'Standard' : 'Strict'} pilot, ${plural(l.people, 'person', 'people')}`;
    transitions.set(words, [...(transitions.get(words) ?? []), who]);
  }
  const seals: { readonly kind: Kind; readonly key: string; readonly state: unknown }[] = levels.flatMap((l) => [
    { kind: 'anti-phish-policy' as const, key: l.name, state: stateOf(l.policy) },
    { kind: 'anti-phish-rule' as const, key: l.name, state: stateOf(l.rule) },
    {
      kind: 'group-member' as const,
      key: l.group,
      state: digestOf(pilot[l.level].map((m) => (m.objectId ?? m.address).toLowerCase()).toSorted()),
    },
  ]);
  return {
    title: row.question(
      levels.map((l) => l.policy),
      pilot,
    ),
    lines: [...transitions].flatMap(([words, who]) => [`${row.protection}: ${words}`, ...who]),
    changes,
    seals,
    evidence: {
      ...evidence,
      headline: [
        ...evidence.headline,
        `Priority accounts: ${figure('priority')}; tickets: ${figure('tickets')}`,
        `Trusts added: none; hidden by overrides: ${figure('overrides')}`,
        `Expect a day: notices ${figure('notices')}, releases ${figure('releases')}`,
      ],
    },
    byHand: [],
    risk: 'disruptive',
    affected: winning ? winsOf(levels, winning) : pilot.people.length,
    cautions: [
      ...(winning?.others ?? []).map(
        ([policy, n]) =>
          `Not for ${plural(n, 'member')} of the pilot: "${policy}" wins for ${n === 1 ? 'this one' : 'them'}.`,
      ),
      ...(evidence.missesOnly ? ['Only what the old service missed'] : []),
      ...(evidence.lowEvidence
        ? [
            `Low evidence, never a pass: ${evidence.bars
              .filter((b) => b.holds !== 'yes')
              .map((b) => b.found)
              .join('; ')} after ${s.longestWindowDays} days`,
          ]
        : []),
    ],
    undo: todo.some((l) => stage[l.level] === 'Quarantine')
      ? 'Undo \u2248 30 min; quarantined mail stays until freed'
      : 'Undo \u2248 30 min; mail in Junk stays there',
  };
}
