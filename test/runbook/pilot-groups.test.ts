import { expect, test } from 'vitest';
import { pilotGroups } from '../../services/runbook/steps/pilot-groups.ts';
import { standardSettings } from '../../services/settings/settings.ts';
import { type Given, memoryTenant } from '../kit/memory-tenant.ts';
import { emptyTenant, livedInTenant, person } from '../kit/tenants.ts';
import { knownWith, proposalOf, reasonsOf } from './known.ts';

const standard = standardSettings.pilotGroupStandard;
const strict = standardSettings.pilotGroupStrict;
const joins = (group: string, given: Given, settings = standardSettings) =>
  pilotGroups
    .answer(memoryTenant(given), knownWith({ settings }))
    .then((answer) =>
      proposalOf(answer).changes.flatMap((c) =>
        c.kind === 'group-member' && c.key.startsWith(`${group}|`) ? [c.key.slice(group.length + 1)] : [],
      ),
    );

test.each([2, 3, 5, 6])(
  'the proposed pilot spreads over %i departments where the setting asks for so many',
  async (n) => {
    const given = livedInTenant();
    const members = await joins(standard, given, {
      ...standardSettings,
      pilotMinimumPeople: 1,
      pilotMinimumDepartments: n,
    });
    const departments = new Set(given.people.filter((p) => members.includes(p.address)).map((p) => p.department));
    expect(departments.size).toBeGreaterThanOrEqual(n);
    expect(members.length).toBe(n);
  },
);

test('the proposed pilot leaves out unlicensed people, priority accounts and whoever works for them', async () => {
  const given = livedInTenant();
  const members = given.people.filter((p) => p.mailbox === 'user');
  const chosen = await joins(standard, given, { ...standardSettings, pilotMinimumPeople: 500, pilotMinimumShare: 1 });
  const people = members.filter((p) => chosen.includes(p.address));
  expect(people.length).toBeGreaterThan(100);
  expect(people.filter((p) => !p.licensed || p.priority || p.assists.length > 0 || !p.enabled || p.guest)).toEqual([]);
});

test('a pilot of too few departments says so', async () => {
  const given = emptyTenant();
  const settings = { ...standardSettings, pilotMinimumDepartments: 4 };
  const answer = await pilotGroups.answer(memoryTenant(given), knownWith({ settings }));
  expect(proposalOf(answer).cautions.join(' ')).toContain('3 departments; evidence wants 4');
});

const withGroups = (members: Readonly<Record<string, number>>, more: Given['resources'] = {}): Given => {
  const given = emptyTenant();
  const group = (name: string) =>
    ({
      name,
      address: `${name.toLowerCase()}@contoso.example`,
      type: 'distribution',
      joinRestriction: 'Closed',
    }) as const;
  return {
    ...given,
    resources: {
      'distribution-group': { a: group(standard), b: group(strict), c: group('Inner') },
      'group-member': Object.fromEntries(
        Object.entries(members).map(([key, n]) => [
          key,
          { objectId: person(n, '').id, address: key.split('|')[1] ?? '' },
        ]),
      ),
      ...more,
    },
  };
};

test('nobody may be in Standard and in Strict, also under another address of the same account', async () => {
  const given = withGroups({ [`${standard}|person1@contoso.example`]: 1, [`${strict}|alias1@contoso.example`]: 1 });
  expect(reasonsOf(await pilotGroups.answer(memoryTenant(given), knownWith()))).toEqual(['in-both']);
});

test('nobody may be in Standard and in Strict, also through a nested group', async () => {
  const given = withGroups({
    [`${standard}|person1@contoso.example`]: 1,
    [`${strict}|inner@contoso.example`]: 900,
    'Inner|person1@contoso.example': 1,
  });
  expect(reasonsOf(await pilotGroups.answer(memoryTenant(given), knownWith()))).toEqual(['in-both']);
});

test('a choice cannot put somebody of Standard into Strict', async () => {
  const given = withGroups({ [`${standard}|person1@contoso.example`]: 1 });
  const choice = { members: [{ group: 'strict', addresses: ['person1@contoso.example'] }] };
  expect(reasonsOf(await pilotGroups.answer(memoryTenant(given), knownWith({ choice })))).toEqual(['in-both']);
});

test.each(['dynamic', 'microsoft-365', 'other'] as const)('a group that is %s is refused', async (type) => {
  const given = withGroups(
    {},
    {
      'distribution-group': {
        a: { name: standard, address: 'x@contoso.example', type, joinRestriction: 'Closed' },
      },
    },
  );
  expect(reasonsOf(await pilotGroups.answer(memoryTenant(given), knownWith()))).toEqual(['not-static']);
});

test.each([
  [{ members: [{ group: 'standard', addresses: ['nobody@contoso.example'] }] }, 'not-found'],
  [{ members: [{ group: 'standard', departments: ['Astronomy'] }] }, 'no-such-department'],
  [{ members: [{ group: 'standard', addresses: ['person230@contoso.example'] }] }, 'unlicensed'],
  [{ members: 'everybody' }, 'choice'],
])('the choice %j is refused', async (choice, reason) => {
  expect(reasonsOf(await pilotGroups.answer(memoryTenant(livedInTenant()), knownWith({ choice })))).toEqual([reason]);
});
