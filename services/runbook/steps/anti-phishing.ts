import type { Person } from '../../tenant/questions.ts';
import type { Reading } from '../../tenant/reading.ts';
import type { AntiPhishPolicy, DistributionGroup, PolicyRule, PolicyValue } from '../../tenant/resources.ts';
import type { Found } from '../../tenant/tenant.ts';
import { type Change, sameValue } from '../change.ts';
import { blocked, plural, readValue } from '../look.ts';
import type { Blocker, Finding } from '../plan.ts';
import { protectedUsers } from '../protected.ts';
import { type Level, pilotOverlay, pilotPolicy } from '../recommended.ts';
import { defineStep } from '../step.ts';

interface Facts {
  readonly policies: Readonly<Record<Level, Reading<AntiPhishPolicy>>>;
  readonly groups: Readonly<Record<Level, Reading<DistributionGroup>>>;
  readonly rules: Reading<readonly Found<'anti-phish-rule'>[]>;
  readonly people: Reading<readonly Person[]>;
  readonly domains: Reading<readonly string[]>;
  readonly members: Readonly<Record<Level, Reading<readonly unknown[]>>>;
}

/** Fields that a later stage or a person decides; once the policy exists they are not set back. */
const decidedLater: ReadonlySet<string> = new Set([...Object.keys(pilotOverlay), 'ExcludedSenders', 'ExcludedDomains']);

/** The rule order that guide PG12 wants: other people's custom rules as they are, then Strict, then Standard. */
function rankChanges(rules: readonly { readonly key: string }[], strict: string, standard: string): Change[] {
  const order = rules.map((r) => r.key);
  const changes: Change[] = [];
  // From the bottom up: a move to the end never shifts what has been placed before it.
  for (const [name, fromEnd] of [
    [standard, 1],
    [strict, 2],
  ] as const) {
    const at = order.indexOf(name);
    const wanted = order.length - fromEnd;
    if (at < 0 || at === wanted) continue;
    order.splice(at, 1);
    order.splice(wanted, 0, name);
    changes.push({ kind: 'anti-phish-rule', key: name, before: { priority: at }, after: { priority: wanted } });
  }
  return changes;
}

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
  seals: ['anti-phish-policy', 'anti-phish-rule'],
  opens: [
    { id: 'user-no-action', what: 'User impersonation: no action', goneBy: 'user-impersonation' },
    { id: 'domain-no-action', what: 'Domain impersonation: no action', goneBy: 'domain-impersonation' },
    { id: 'mailbox-no-action', what: 'Mailbox intelligence: no action', goneBy: 'mailbox-intelligence' },
  ],
  closes: [],
  reviews: false,
  survey: async (tenant, known) => {
    const s = known.settings;
    return {
      policies: {
        standard: await tenant.read('anti-phish-policy', s.antiPhishStandardName),
        strict: await tenant.read('anti-phish-policy', s.antiPhishStrictName),
      },
      groups: {
        standard: await tenant.read('distribution-group', s.pilotGroupStandard),
        strict: await tenant.read('distribution-group', s.pilotGroupStrict),
      },
      members: {
        standard: await tenant.list('group-member', s.pilotGroupStandard),
        strict: await tenant.list('group-member', s.pilotGroupStrict),
      },
      rules: await tenant.list('anti-phish-rule'),
      people: await tenant.ask('people', {}),
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
      // A rule names its groups by address, whatever name they were asked for by.
      address: readValue(facts.groups[level], `the ${level} pilot group`, blockers)?.address.toLowerCase() ?? null,
      members: (readValue(facts.members[level], `the members of the ${level} pilot group`, blockers) ?? []).length,
    }));
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
    for (const l of levels)
      if (l.address === null)
        blockers.push({
          id: 'no-group',
          what: `The group ${l.group} is not there.`,
          next: 'Create it with the step pilot-groups.',
        });
    if (blockers.length > 0) return blocked(blockers, findings);

    const rules = listed.toSorted((a, b) => a.value.priority - b.value.priority);
    const ranked = rules.map((r) => ({ key: r.key }));
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
        const before: Record<string, PolicyValue> = {};
        const after: Record<string, PolicyValue> = {};
        for (const [field, value] of Object.entries(wanted)) {
          if (decidedLater.has(field) || sameValue(l.policy[field], value)) continue;
          before[field] = l.policy[field] ?? null;
          after[field] = value;
        }
        if (Object.keys(after).length > 0) {
          changes.push({ kind: 'anti-phish-policy', key: l.name, before, after });
          lines.push(`${l.name}: ${plural(Object.keys(after).length, 'value')} to the ${l.level} recommendation`);
        } else findings.push({ tone: 'good', text: `${l.name} has the ${l.level} values.` });
      }
      const rule = rules.find((r) => r.key.toLowerCase() === l.name.toLowerCase());
      const target = {
        policy: l.name,
        enabled: true,
        sentTo: [],
        sentToMemberOf: [l.address ?? l.group],
        recipientDomainIs: [],
        exceptIfSentTo: [],
        exceptIfSentToMemberOf: [],
        exceptIfRecipientDomainIs: [],
      };
      if (!rule) {
        const created: PolicyRule = { ...target, priority: ranked.length };
        changes.push({ kind: 'anti-phish-rule', key: l.name, before: null, after: created });
        ranked.push({ key: l.name });
        lines.push(`New rule ${l.name}: members of ${l.group}`);
      } else {
        const difference = ruleDelta(rule.value, target);
        if (difference) changes.push({ kind: 'anti-phish-rule', key: rule.key, ...difference });
      }
    }
    const rank = rankChanges(ranked, ruleKey(rules, s.antiPhishStrictName), ruleKey(rules, s.antiPhishStandardName));
    if (rank.length > 0) lines.push('Rule order: custom rules as they are, then Strict, then Standard');
    changes.push(...rank);
    for (const r of rules.filter(
      (r) => r.value.enabled && !levels.some((l) => l.name.toLowerCase() === r.key.toLowerCase()),
    ))
      findings.push({
        tone: 'attention',
        text: `The custom rule "${r.key}" ranks before the pilot policies: its people keep its policy.`,
      });
    if (changes.length === 0) return { is: 'nothing-to-do', findings };
    const people0 = levels.reduce((n, l) => n + l.members, 0);
    return {
      is: 'proposal',
      findings,
      proposal: {
        title: `Set up the anti-phishing pilot policies for ${plural(people0, 'member')}?`,
        lines: [
          ...lines,
          `Protected: ${plural(users.length, 'person', 'people')}, ${plural(domains.length, 'domain')}`,
        ],
        changes,
        seals: [],
        evidence: null,
        byHand: [],
        risk: 'disruptive',
        affected: people0,
        cautions: [
          'Spoofed mail to the pilot goes to Junk (Standard) or quarantine (Strict) once the bypass no longer holds for it.',
        ],
        undo: 'Undo: new rules and policies are removed, changed values set back; up to 30 minutes to act.',
      },
    };
  },
});

const ruleKey = (rules: readonly Found<'anti-phish-rule'>[], name: string): string =>
  rules.find((r) => r.key.toLowerCase() === name.toLowerCase())?.key ?? name;

/** What of a rule differs from the target; the priority is planned apart. */
function ruleDelta(
  found: PolicyRule,
  target: Omit<PolicyRule, 'priority'>,
): { readonly before: Partial<PolicyRule>; readonly after: Partial<PolicyRule> } | null {
  const fields = Object.entries(target).filter(
    ([field, value]) => !sameValue(Object.entries(found).find(([f]) => f === field)?.[1], value),
  );
  if (fields.length === 0) return null;
  const names = new Set(fields.map(([f]) => f));
  return {
    before: Object.fromEntries(Object.entries(found).filter(([f]) => names.has(f))),
    after: Object.fromEntries(fields),
  };
}
