import type { RankedRule } from '../../policy/winner.ts';
import type { Person } from '../../tenant/questions.ts';
import type { Reading } from '../../tenant/reading.ts';
import type { AntiPhishPolicy, DistributionGroup, PolicyRule, PolicyValue } from '../../tenant/resources.ts';
import type { Found } from '../../tenant/tenant.ts';
import { type Change, digestOf, sameValue } from '../change.ts';
import {
  blocked,
  everybodyIn,
  type Memberships,
  notStatic,
  plural,
  reachOf,
  readMemberships,
  readValue,
  settledRun,
  touched,
} from '../look.ts';
import type { Blocker, Finding } from '../plan.ts';
import { leftUnprotected, protectedUsers } from '../protected.ts';
import { antiPhishTable, type Level, pilotOverlay, pilotPolicy, stages } from '../recommended.ts';
import { defineStep, type Known } from '../step.ts';

interface Facts {
  readonly policies: Readonly<Record<Level, Reading<AntiPhishPolicy>>>;
  readonly groups: Readonly<Record<Level, Reading<DistributionGroup>>>;
  readonly rules: Reading<readonly Found<'anti-phish-rule'>[]>;
  readonly people: Reading<readonly Person[]>;
  readonly domains: Reading<readonly string[]>;
  /** Of the pilot groups and of every group that a rule names, with what is nested in them. */
  readonly members: Memberships;
}

/** Fields that a later stage or a person decides; once the policy exists they are not set back. */
const decidedLater: ReadonlySet<string> = new Set([...Object.keys(pilotOverlay), 'ExcludedSenders', 'ExcludedDomains']);

/** A rule's name and its place; new rules have none until they are made. */
interface Ranked {
  readonly key: string;
  readonly priority: number;
}

/**
 * The rule order that guide PG12 wants: other people's rules as they are, then Strict, then Standard. The numbers in use
 * stay in use (they may have gaps); only the two pilot rules are moved. From the bottom up: what has been placed at the
 * end is not shifted by a move above it, so every number still holds when all are applied.
 */
function rankChanges(rules: readonly Ranked[], strict: string, standard: string): Change[] {
  const order = rules.map((r) => r.key);
  const numbers = rules.map((r) => r.priority);
  const changes: Change[] = [];
  for (const [name, fromEnd] of [
    [standard, 1],
    [strict, 2],
  ] as const) {
    const at = order.indexOf(name);
    const wanted = order.length - fromEnd;
    const [from, to] = [numbers[at], numbers[wanted]];
    if (at === wanted || from === undefined || to === undefined) continue;
    order.splice(at, 1);
    order.splice(wanted, 0, name);
    changes.push({ kind: 'anti-phish-rule', key: name, before: { priority: from }, after: { priority: to } });
  }
  return changes;
}

/** Lists of the tenant are sets: a seal must not depend on the order in which they came. */
const stateOf = (value: object): string =>
  digestOf(Object.fromEntries(Object.entries(value).map(([f, v]) => [f, Array.isArray(v) ? v.toSorted() : v])));

/** A value as a line shows it. */
const shown = (value: PolicyValue | undefined): string =>
  Array.isArray(value) ? plural(value.length, 'entry', 'entries') : String(value ?? 'not set');

/** The two anti-phishing policies of the pilot with their rules, in their order (guide 1.14, L6 and L7). */
export const antiPhishing = defineStep<Facts>({
  id: 'anti-phishing',
  title: 'Anti-phishing pilot policies',
  why: 'Two policies for the pilot, Standard and Strict. Spoof acts from the first day; impersonation is only observed until each stage has been earned.',
  guide: { section: 'Set up, step 5: pilot protection policies', rows: ['L0', 'L6', 'L7', 'PG7', 'PG12', 'M4'] },
  gate: 'G5',
  needs: ['pilot-groups'],
  uses: [
    'antiPhishStandardName',
    'antiPhishStrictName',
    'pilotGroupStandard',
    'pilotGroupStrict',
    'protectedUsers',
    'protectedDomains',
  ],
  seals: ['anti-phish-policy', 'anti-phish-rule', 'distribution-group'],
  opens: [
    { id: 'user-no-action', what: 'User impersonation: no action', goneBy: 'user-impersonation' },
    { id: 'domain-no-action', what: 'Domain impersonation: no action', goneBy: 'domain-impersonation' },
    { id: 'mailbox-no-action', what: 'Mailbox intelligence: no action', goneBy: 'mailbox-intelligence' },
  ],
  closes: [],
  reviews: false,
  survey: async (tenant, known) => {
    const s = known.settings;
    const [people, rules] = await Promise.all([tenant.ask('people', {}), tenant.list('anti-phish-rule')]);
    const named =
      rules.is === 'value'
        ? rules.value.flatMap((r) =>
            r.value.enabled ? [...r.value.sentToMemberOf, ...r.value.exceptIfSentToMemberOf] : [],
          )
        : [];
    const groups = {
      standard: await tenant.read('distribution-group', s.pilotGroupStandard),
      strict: await tenant.read('distribution-group', s.pilotGroupStrict),
    };
    // Rules name groups by address, so memberships are held by address too.
    const own = [groups.standard, groups.strict].flatMap((g) => (g.is === 'value' ? [g.value.address] : []));
    return {
      policies: {
        standard: await tenant.read('anti-phish-policy', s.antiPhishStandardName),
        strict: await tenant.read('anti-phish-policy', s.antiPhishStrictName),
      },
      groups,
      members: await readMemberships(tenant, [...own, ...named], people),
      rules,
      people,
      domains: await tenant.ask('domains', {}),
    };
  },
  plan: (facts, known) => {
    const s = known.settings;
    const blockers: Blocker[] = [];
    const findings: Finding[] = [];
    const levels = (['strict', 'standard'] as const).map((level) => ({
      level,
      name: level === 'strict' ? s.antiPhishStrictName : s.antiPhishStandardName,
      group: level === 'strict' ? s.pilotGroupStrict : s.pilotGroupStandard,
      policy: readValue(facts.policies[level], `the policy of level ${level}`, blockers),
      found: readValue(facts.groups[level], `the ${level} pilot group`, blockers),
    }));
    for (const [group, members] of facts.members) readValue(members, `the members of ${group}`, blockers);
    const listed = readValue(facts.rules, 'the anti-phishing rules', blockers) ?? [];
    const people = readValue(facts.people, 'the people of the directory', blockers);
    const own = readValue(facts.domains, 'the accepted domains', blockers) ?? [];
    if (blockers.length > 0 || people === null) return blocked(blockers, findings);
    const users = protectedUsers(s, people);
    const domains = [...new Set([...own, ...s.protectedDomains].map((d) => d.toLowerCase()))].toSorted();
    if (users.length === 0)
      blockers.push({
        id: 'no-protected-people',
        what: 'Nobody is on the protected list: neither the setting protectedUsers nor a priority account names anybody.',
        next: 'Tag priority accounts, or fill the setting protectedUsers.',
      });
    const left = leftUnprotected(s, people);
    if (left > 0)
      findings.push({
        tone: 'attention',
        text: `${plural(left, 'entry', 'entries')} of the protected people left out: no name or address, twice, or more than 350.`,
      });
    if (domains.length > 50)
      blockers.push({
        id: 'too-many-domains',
        what: `${domains.length} protected domains; a policy takes 50.`,
        next: 'Shorten the setting protectedDomains.',
      });
    if (s.antiPhishStandardName.toLowerCase() === s.antiPhishStrictName.toLowerCase())
      blockers.push({
        id: 'same-name',
        what: 'Both policies bear the same name.',
        next: 'Give each its own name in the settings.',
      });
    const rules = listed.toSorted((a, b) => a.value.priority - b.value.priority);
    for (const l of levels) blockers.push(...whyNot(l, rules));
    if (blockers.length > 0) return blocked(blockers, findings);

    const ranked: Ranked[] = rules.map((r) => ({ key: r.key, priority: r.value.priority }));
    const others = rules.filter((r) => !levels.some((l) => same(l.name, r.key)));
    const planned: RankedRule[] = others.map((r, i) => ({ ...r.value, name: r.key, priority: i }));
    const changes: Change[] = [];
    const lines: string[] = [];
    for (const l of levels) {
      const wanted = pilotPolicy(l.level, users, domains);
      if (l.policy === null) {
        changes.push({ kind: 'anti-phish-policy', key: l.name, before: null, after: wanted });
        lines.push(
          `New policy ${l.name}: ${l.level === 'strict' ? 'Strict' : 'Standard'} values, impersonation without action`,
        );
      } else {
        const kept = Object.fromEntries(Object.entries(wanted).filter(([field]) => !decidedLater.has(field)));
        const delta = touched<AntiPhishPolicy>(l.policy, kept);
        if (delta) {
          changes.push({ kind: 'anti-phish-policy', key: l.name, ...delta });
          lines.push(
            `${l.name}: ${Object.keys(delta.after)
              .map((f) => `${f} ${shown(delta.before[f])} → ${shown(delta.after[f])}`)
              .join(', ')}`,
          );
        } else findings.push({ tone: 'good', text: `${l.name} has the ${l.level} values.` });
        findings.push(...alreadyActing(l.name, l.policy, known));
      }
      const rule = rules.find((r) => same(r.key, l.name));
      // A rule names its groups by address, whatever name they were asked for by.
      const address = l.found?.address.toLowerCase() ?? l.group;
      const target = {
        policy: l.name,
        enabled: true,
        sentTo: [],
        sentToMemberOf: [address],
        recipientDomainIs: [],
        exceptIfSentTo: [],
        exceptIfSentToMemberOf: [],
        exceptIfRecipientDomainIs: [],
      };
      planned.push({ ...target, name: l.name, priority: planned.length });
      if (!rule) {
        // Without a number a new rule goes last (New-AntiPhishRule), which holds whatever numbers are in use.
        changes.push({ kind: 'anti-phish-rule', key: l.name, before: null, after: target });
        ranked.push({ key: l.name, priority: (ranked.at(-1)?.priority ?? -1) + 1 });
        lines.push(`New rule ${l.name}: members of ${l.group}`);
      } else {
        // The priority is planned apart.
        const difference = touched<PolicyRule>(rule.value, target);
        if (difference) {
          changes.push({ kind: 'anti-phish-rule', key: rule.key, ...difference });
          lines.push(`Rule ${rule.key}: on, for the members of ${l.group} and nobody else`);
        }
      }
    }
    const rank = rankChanges(ranked, ruleKey(rules, s.antiPhishStrictName), ruleKey(rules, s.antiPhishStandardName));
    if (rank.length > 0) lines.push('Rule order: custom rules as they are, then Strict, then Standard');
    changes.push(...rank);
    let wins = 0;
    for (const l of levels) {
      const inside = [...everybodyIn(l.found?.address ?? l.group, facts.members)];
      const reach = reachOf(inside, l.name, planned, facts.members);
      wins += reach.wins;
      for (const [policy, count] of reach.others)
        findings.push({
          tone: 'attention',
          text: `${plural(count, 'member')} of ${l.group} ${count === 1 ? 'keeps' : 'keep'} "${policy}": its rule ranks first.`,
        });
      if (reach.unknown > 0)
        findings.push({
          tone: 'unknown',
          text: `For ${plural(reach.unknown, 'member')} of ${l.group} nobody can say which policy wins: a rule before it names a group that cannot be read.`,
        });
    }
    if (changes.length === 0) return { is: 'nothing-to-do', findings };
    return {
      is: 'proposal',
      findings,
      proposal: {
        title: `Set up the anti-phishing pilot policies for ${plural(wins, 'member')}?`,
        lines: [
          ...lines,
          `Protected: ${plural(users.length, 'person', 'people')}, ${plural(domains.length, 'domain')}`,
        ],
        changes,
        seals: [
          ...levels.map((l) => ({
            kind: 'distribution-group' as const,
            key: l.group,
            state: l.found === null ? null : stateOf(l.found),
          })),
          // The place among the others, not the number: moving the pilot rules shifts numbers, and that is no drift.
          ...others.map((r, place) => {
            const { priority: _, ...rest } = r.value;
            return { kind: 'anti-phish-rule' as const, key: r.key, state: stateOf({ ...rest, place }) };
          }),
        ],
        evidence: null,
        byHand: [],
        risk: 'disruptive',
        affected: wins,
        cautions: [
          'A preset security policy would rank before these; this version does not read presets.',
          'Spoofed mail to the pilot goes to Junk (Standard) or quarantine (Strict) once the bypass no longer holds for it.',
        ],
        undo: 'Undo: new rules and policies are removed, changed values set back; up to 30 minutes to act.',
      },
    };
  },
});

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

const ruleKey = (rules: readonly Found<'anti-phish-rule'>[], name: string): string =>
  rules.find((r) => same(r.key, name))?.key ?? name;

/** Why a level cannot be planned, besides what was not read. */
function whyNot(
  l: {
    readonly name: string;
    readonly group: string;
    readonly found: DistributionGroup | null;
    readonly policy: AntiPhishPolicy | null;
  },
  rules: readonly Found<'anti-phish-rule'>[],
): readonly Blocker[] {
  const blockers: Blocker[] = [];
  if (l.found === null)
    blockers.push({
      id: 'no-group',
      what: `The group ${l.group} is not there.`,
      next: 'Create it with the step pilot-groups.',
    });
  const moving = l.found && notStatic(l.group, l.found);
  if (moving) blockers.push(moving);
  const silent = Object.keys(antiPhishTable).filter((f) => l.policy !== null && l.policy[f] === undefined);
  if (silent.length > 0)
    blockers.push({
      id: 'unknown-values',
      what: `Unknown: ${l.name} came without ${silent.slice(0, 4).join(', ')}${silent.length > 4 ? ` and ${silent.length - 4} more` : ''}.`,
      next: 'Ask again; a value that cannot be read cannot be set back.',
    });
  const taken = rules.find((r) => same(r.value.policy, l.name) && !same(r.key, l.name));
  if (taken)
    blockers.push({
      id: 'policy-in-use',
      what: `The rule "${taken.key}" uses the policy "${l.name}"; a policy has one rule.`,
      next: 'Rename the rule like its policy, or name another policy in the settings.',
    });
  return blockers;
}

/** Stages that act although no change of this record set them: the pilot would begin with them on (guide, L7). */
function alreadyActing(name: string, policy: AntiPhishPolicy, known: Known): readonly Finding[] {
  return Object.entries(stages)
    .filter(([id, { field }]) => !sameValue(policy[field] ?? 'NoAction', 'NoAction') && !settledRun(known, id))
    .map(([id, { field }]) => ({
      tone: 'attention',
      text: `${name}: ${id} is at ${shown(policy[field])} already, and no change of this record set it.`,
    }));
}
