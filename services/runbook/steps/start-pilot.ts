import type { Reading } from '../../tenant/reading.ts';
import type { AntiPhishPolicy, PolicyRule } from '../../tenant/resources.ts';
import type { Found } from '../../tenant/tenant.ts';
import { dayMs } from '../../tenant/time.ts';
import { type Change, digestOf } from '../change.ts';
import {
  blocked,
  bypassRuleOf,
  notInVersion,
  type PilotReading,
  percent,
  pilotOf,
  plural,
  readPilot,
  readValue,
} from '../look.ts';
import type { Blocker, Finding } from '../plan.ts';
import { defineStep } from '../step.ts';

interface Facts extends PilotReading {
  readonly rules: Reading<readonly Found<'transport-rule'>[]>;
  /** Group name → whether the exception is there, as the tenant resolves the name. */
  readonly spared: readonly { readonly group: string; readonly there: Reading<unknown> }[];
  readonly policies: readonly {
    readonly name: string;
    readonly policy: Reading<AntiPhishPolicy>;
    readonly rule: Reading<PolicyRule>;
  }[];
}

/** Lists of the tenant are sets: a seal must not depend on the order in which they came. */
const stateOf = (value: object): string =>
  digestOf(Object.fromEntries(Object.entries(value).map(([f, v]) => [f, Array.isArray(v) ? v.toSorted() : v])));

/** Takes the pilot groups out of the bypass rule; the exemption at the old service follows the proof (guide 1.7, B4). */
export const startPilot = defineStep<Facts>({
  id: 'start-pilot',
  title: 'Start the pilot',
  why: 'The pilot groups become exceptions to the bypass rule: from then on Microsoft filters their mail. The old service lets them through only after that is proved.',
  guide: { section: 'Onboard, step 2: exempt pilot users', rows: ['B4', 'PG6', 'Q1', 'Q2'] },
  gate: 'G5',
  needs: ['pilot-groups', 'anti-phishing', 'user-reporting'],
  uses: ['bypassRule', 'pilotGroupStandard', 'pilotGroupStrict', 'antiPhishStandardName', 'antiPhishStrictName'],
  seals: ['rule-exception', 'transport-rule', 'anti-phish-policy', 'anti-phish-rule', 'group-member'],
  opens: [],
  closes: [],
  reviews: false,
  survey: async (tenant, known) => {
    const s = known.settings;
    const rules = await tenant.list('transport-rule');
    const bypass = rules.is === 'value' ? bypassRuleOf(rules.value, s.bypassRule).rule : null;
    const groups = [s.pilotGroupStandard, s.pilotGroupStrict];
    return {
      ...(await readPilot(tenant, s)),
      rules,
      spared: bypass
        ? await Promise.all(
            groups.map(async (group) => ({
              group,
              there: await tenant.read('rule-exception', `${bypass.key}|${group}`),
            })),
          )
        : [],
      policies: await Promise.all(
        [s.antiPhishStandardName, s.antiPhishStrictName].map(async (name) => ({
          name,
          policy: await tenant.read('anti-phish-policy', name),
          rule: await tenant.read('anti-phish-rule', name),
        })),
      ),
    };
  },
  plan: (facts, known) => {
    const s = known.settings;
    const blockers: Blocker[] = [];
    const findings: Finding[] = [];
    const rules = readValue(facts.rules, 'the mail flow rules', blockers) ?? [];
    const pilot = pilotOf(facts, blockers);
    const missing: string[] = [];
    for (const spared of facts.spared)
      if (readValue(spared.there, `the exception for ${spared.group}`, blockers) === null) missing.push(spared.group);
    const seals: { kind: 'anti-phish-policy' | 'anti-phish-rule' | 'transport-rule'; key: string; state: unknown }[] =
      [];
    for (const p of facts.policies) {
      const policy = readValue(p.policy, `the policy ${p.name}`, blockers);
      const rule = readValue(p.rule, `the rule ${p.name}`, blockers);
      seals.push(
        { kind: 'anti-phish-policy', key: p.name, state: policy && stateOf(policy) },
        { kind: 'anti-phish-rule', key: p.name, state: rule && stateOf(rule) },
      );
      if ((policy === null || !rule?.enabled) && !blockers.some((b) => b.id.startsWith('unknown')))
        blockers.push({
          id: 'no-policy',
          what: `The pilot policy "${p.name}" is not there or its rule is off.`,
          next: 'Run the step anti-phishing.',
        });
    }
    if (blockers.some((b) => b.id.startsWith('unknown')) || pilot === null) return blocked(blockers, findings);
    const { rule, why } = bypassRuleOf(rules, s.bypassRule);
    if (rule === null) {
      blockers.push({
        id: 'bypass-rule',
        what: why,
        next: 'Agree on one bypass rule and name it in the setting bypassRule.',
      });
      return blocked(blockers, findings);
    }
    if (missing.length === 0)
      return {
        is: 'nothing-to-do',
        findings: [
          ...findings,
          { tone: 'good', text: `"${rule.key}" spares the pilot groups.` },
          ...blockers.map((b): Finding => ({ tone: 'attention', text: `${b.what} ${b.next}` })),
        ],
      };
    if (pilot.people.length === 0)
      blockers.push({
        id: 'empty-pilot',
        what: 'Nobody is in the pilot groups.',
        next: 'Add members with the step pilot-groups.',
      });
    notInVersion(
      known,
      'bypass-rule',
      'That the bypass rule is the agreed one and correctly conditioned (G2)',
      blockers,
      findings,
    );
    notInVersion(
      known,
      'enhanced-filtering',
      'That Enhanced Filtering shows the true source on at least 95 % of mail (G3)',
      blockers,
      findings,
    );
    notInVersion(known, 'security-team', 'That the security team is ready (G4)', blockers, findings);
    if (blockers.length > 0) return blocked(blockers, findings);
    const changes: Change[] = missing.map((group) => ({
      kind: 'rule-exception',
      key: `${rule.key}|${group}`,
      before: null,
      after: { rule: rule.key, group },
    }));
    const { exceptIfSentToMemberOf: _, ...sealedRule } = rule.value;
    return {
      is: 'proposal',
      findings,
      proposal: {
        title: `Let Microsoft filter the mail of ${plural(pilot.people.length, 'pilot member')}?`,
        lines: [`"${rule.key}" no longer covers: ${missing.join(', ')}`],
        changes,
        seals: [
          ...seals,
          { kind: 'transport-rule', key: rule.key, state: stateOf(sealedRule) },
          {
            kind: 'group-member',
            key: s.pilotGroupStandard,
            state: digestOf(pilot.standard.map((m) => m.address).toSorted()),
          },
          {
            kind: 'group-member',
            key: s.pilotGroupStrict,
            state: digestOf(pilot.strict.map((m) => m.address).toSorted()),
          },
        ],
        evidence: null,
        byHand: [
          {
            id: 'exempt-pilot',
            when: 'after',
            people: pilot.people.length,
            text: `At the old service, after the proof here: exempt these ${pilot.people.length} people.`,
          },
        ],
        risk: 'disruptive',
        affected: pilot.people.length,
        cautions: [
          'Group first, proof, then the exemption at the old service: nobody is left without a filter.',
          'Until the exemption, the pilot shows only what the old service missed.',
        ],
        undo: 'Undo: end the exemption at the old service first, then the exceptions are taken out; about 30 minutes.',
      },
    };
  },
  effect: async (tenant, known) => {
    const read = await readPilot(tenant, known.settings);
    const pilot = pilotOf(read, []);
    if (pilot === null) return { proved: false, words: 'The pilot groups cannot be read.' };
    // Mail flow rules act up to 30 minutes late (Exchange reference 5.1): mail before that proves nothing.
    const from = Math.max(known.since + 30 * 60_000, known.now - 7 * dayMs);
    if (from >= known.now) return { proved: false, words: 'The first 30 minutes prove nothing; looking again.' };
    const volume = await tenant.ask('volume', {
      recipients: pilot.people.map((p) => p.id),
      window: { from, to: known.now },
      connectors: [],
    });
    if (volume.is !== 'value')
      return {
        proved: false,
        words: `The pilot\u2019s mail cannot be seen: ${volume.is === 'unknown' ? volume.why : volume.is}.`,
      };
    const { deliveries, bypassed } = volume.value;
    if (deliveries === 0) return { proved: false, words: 'No inbound mail to the pilot yet.' };
    return bypassed === 0
      ? { proved: true, words: `${plural(deliveries, 'message')} to the pilot, none bypassed.` }
      : {
          proved: false,
          words: `${bypassed} of ${deliveries} messages to the pilot still bypassed (${percent(bypassed / deliveries)}).`,
        };
  },
});
