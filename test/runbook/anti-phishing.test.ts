import { expect, test } from 'vitest';
import { agrees } from '../../services/runbook/change.ts';
import { pilotPolicy } from '../../services/runbook/recommended.ts';
import { antiPhishing } from '../../services/runbook/steps/anti-phishing.ts';
import { standardSettings } from '../../services/settings/settings.ts';
import type { AntiPhishPolicy, DistributionGroup, PolicyRule } from '../../services/tenant/resources.ts';
import { type Given, memoryTenant } from '../kit/memory-tenant.ts';
import { livedInTenant } from '../kit/tenants.ts';
import { knownWith, proposalOf, reasonsOf } from './known.ts';

const s = standardSettings;
const [strict, standard] = [s.antiPhishStrictName, s.antiPhishStandardName];
const group = (name: string, type: DistributionGroup['type'] = 'distribution'): DistributionGroup => ({
  name,
  address: `${name.toLowerCase()}@contoso.example`,
  type,
  joinRestriction: 'Closed',
});
const rule = (policy: string, priority: number, more: Partial<PolicyRule> = {}): PolicyRule => ({
  policy,
  enabled: true,
  priority,
  sentTo: [],
  sentToMemberOf: ['it@contoso.example'],
  recipientDomainIs: [],
  exceptIfSentTo: [],
  exceptIfSentToMemberOf: [],
  exceptIfRecipientDomainIs: [],
  ...more,
});

/** The lived-in tenant with both pilot groups, four Standard members of whom one is in IT, and these rules in this order. */
function ground(rules: Readonly<Record<string, PolicyRule>>, more: Given['resources'] = {}): Given {
  const given = livedInTenant();
  const member = (address: string) => ({
    objectId: given.people.find((p) => p.address === address)?.id ?? null,
    address,
  });
  const address = `${s.pilotGroupStandard.toLowerCase()}@contoso.example`;
  return {
    ...given,
    resources: {
      ...given.resources,
      'distribution-group': {
        ...given.resources['distribution-group'],
        [address]: group(s.pilotGroupStandard),
        strict: group(s.pilotGroupStrict),
      },
      'group-member': {
        'it@contoso.example|person3@contoso.example': member('person3@contoso.example'),
        ...Object.fromEntries(
          [1, 2, 3, 4].map((n) => [`${address}|person${n}@contoso.example`, member(`person${n}@contoso.example`)]),
        ),
      },
      'anti-phish-policy': Object.fromEntries(
        ['A', 'B', strict, standard].map((name): [string, AntiPhishPolicy] => [
          name,
          pilotPolicy(name === strict ? 'strict' : 'standard', ['x;x@contoso.example'], []),
        ]),
      ),
      'anti-phish-rule': rules,
      ...more,
    },
  };
}

const pilotRule = (name: string, priority: number): PolicyRule =>
  rule(name, priority, {
    sentToMemberOf: [group(name === strict ? s.pilotGroupStrict : s.pilotGroupStandard).address],
  });

test.each<[string, Readonly<Record<string, number>>]>([
  ['nothing there', {}],
  ['custom rules only', { A: 0, B: 1 }],
  ['custom rules with gaps', { A: 0, B: 7 }],
  ['Standard alone, before a custom rule', { [standard]: 0, A: 1 }],
  ['Strict alone, before a custom rule', { [strict]: 0, A: 1 }],
  ['both, the wrong way round', { [standard]: 0, [strict]: 1 }],
  ['both before custom rules', { [strict]: 0, [standard]: 1, A: 2, B: 3 }],
  ['both around a custom rule, with gaps', { [standard]: 2, A: 5, [strict]: 9 }],
  ['in order already', { A: 0, [strict]: 4, [standard]: 6 }],
])('custom rules come first, then Strict, then Standard: %s', async (_, numbers) => {
  const rules = Object.fromEntries(
    Object.entries(numbers).map(([name, n]) => [
      name,
      name === 'A' || name === 'B' ? rule(name, n) : pilotRule(name, n),
    ]),
  );
  const tenant = memoryTenant(ground(rules));
  const before = tenant.content();
  const { changes } = proposalOf(await antiPhishing.answer(tenant, knownWith()));
  tenant.apply(changes);
  const found = await tenant.list('anti-phish-rule');
  const order =
    found.is === 'value' ? found.value.toSorted((a, b) => a.value.priority - b.value.priority).map((r) => r.key) : [];
  expect(order).toEqual([...Object.keys(numbers).filter((n) => n === 'A' || n === 'B'), strict, standard]);
  // Every number that the plan gave still holds at the end: the engine verifies all of them together.
  for (const change of changes) {
    const now = await tenant.read(change.kind, change.key);
    expect(agrees(change.after, now.is === 'value' ? now.value : null)).toBe(true);
  }
  expect(changes.filter((c) => c.key === 'A' || c.key === 'B')).toEqual([]);
  tenant.revert(changes);
  expect(tenant.content()).toBe(before);
});

test('people affected are those for whom the pilot policies win, and the others are named', async () => {
  const answer = await antiPhishing.answer(memoryTenant(ground({ A: rule('A', 0) })), knownWith());
  expect(proposalOf(answer).affected).toBe(3);
  expect(answer.findings.map((f) => f.text).join(' ')).toContain('1 member of MDOPilot_SpamPhish_Standard keeps "A"');
});

test.each<[string, (tenant: ReturnType<typeof memoryTenant>) => void]>([
  [
    'the order of other rules',
    (t) => t.apply([{ kind: 'anti-phish-rule', key: 'A', before: { priority: 0 }, after: { priority: 1 } }]),
  ],
  [
    'a rule that was switched off',
    (t) => t.apply([{ kind: 'anti-phish-rule', key: 'A', before: { enabled: true }, after: { enabled: false } }]),
  ],
  [
    'a rule that is gone',
    (t) => t.apply([{ kind: 'anti-phish-rule', key: 'B', before: { policy: 'B' }, after: null }]),
  ],
  [
    'a group that others may join now',
    (t) =>
      t.apply([
        {
          kind: 'distribution-group',
          key: s.pilotGroupStrict,
          before: { joinRestriction: 'Closed' },
          after: { joinRestriction: 'Open' },
        },
      ]),
  ],
])('what the proposal depends on is sealed: %s', async (_, meddle) => {
  const tenant = memoryTenant(ground({ A: rule('A', 0), B: rule('B', 1) }));
  const before = proposalOf(await antiPhishing.answer(tenant, knownWith())).seals;
  meddle(tenant);
  expect(proposalOf(await antiPhishing.answer(tenant, knownWith())).seals).not.toEqual(before);
});

test('a stage that acts already is not set back, and is named', async () => {
  const given = ground({ [strict]: pilotRule(strict, 0), [standard]: pilotRule(standard, 1) });
  const tenant = memoryTenant(given);
  tenant.apply([
    {
      kind: 'anti-phish-policy',
      key: standard,
      before: { TargetedUserProtectionAction: 'NoAction' },
      after: { TargetedUserProtectionAction: 'Quarantine' },
    },
  ]);
  const answer = await antiPhishing.answer(tenant, knownWith());
  const touched = proposalOf(answer).changes.flatMap((c) => Object.keys(c.after ?? {}));
  expect(touched).not.toContain('TargetedUserProtectionAction');
  expect(answer.findings.map((f) => f.text).join(' ')).toContain('user-impersonation is at Quarantine already');
});

test('a value that the tenant does not show is unknown, not absent', async () => {
  const { PhishThresholdLevel: _, ...rest } = pilotPolicy('strict', [], []);
  const given = ground({}, { 'anti-phish-policy': { [strict]: rest } });
  expect(reasonsOf(await antiPhishing.answer(memoryTenant(given), knownWith()))).toEqual(['unknown-values']);
});

test('a dynamic pilot group is refused, and so is a policy that another rule uses', async () => {
  const dynamic = ground(
    {},
    { 'distribution-group': { a: group(s.pilotGroupStandard), b: group(s.pilotGroupStrict, 'dynamic') } },
  );
  expect(reasonsOf(await antiPhishing.answer(memoryTenant(dynamic), knownWith()))).toEqual(['not-static']);
  const taken = ground({ A: rule(strict, 0) });
  expect(reasonsOf(await antiPhishing.answer(memoryTenant(taken), knownWith()))).toEqual(['policy-in-use']);
});
