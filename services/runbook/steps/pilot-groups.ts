import { z } from 'zod';
import type { Settings } from '../../settings/settings.ts';
import type { Person } from '../../tenant/questions.ts';
import type { Reading } from '../../tenant/reading.ts';
import type { DistributionGroup } from '../../tenant/resources.ts';
import type { Found } from '../../tenant/tenant.ts';
import { chooseUnits, countable, departmentsOf, unitsOf, unlicensedOf } from '../../waves/membership.ts';
import type { Change } from '../change.ts';
import { blocked, everybodyIn, type Memberships, notStatic, plural, readMemberships, readValue } from '../look.ts';
import type { Blocker, Finding } from '../plan.ts';
import { defineStep, type Known } from '../step.ts';

/** Members by group, as addresses or whole departments. */
const choiceSchema = z.object({
  members: z.array(
    z.object({
      group: z.enum(['standard', 'strict', 'safe-attachments', 'safe-links']),
      addresses: z.array(z.string()).optional(),
      departments: z.array(z.string()).optional(),
    }),
  ),
});
/** What a person may choose: who joins which group. */
export type PilotGroupsChoice = z.infer<typeof choiceSchema>;
type Role = PilotGroupsChoice['members'][number]['group'];

const namesOf = (s: Settings): readonly (readonly [Role, string])[] => [
  ['standard', s.pilotGroupStandard],
  ['strict', s.pilotGroupStrict],
  ['safe-attachments', s.pilotGroupSafeAttachments],
  ['safe-links', s.pilotGroupSafeLinks],
];

interface Facts {
  readonly groups: readonly {
    readonly role: Role;
    readonly name: string;
    readonly group: Reading<DistributionGroup>;
    readonly members: Reading<readonly Found<'group-member'>[]>;
  }[];
  readonly people: Reading<readonly Person[]>;
  readonly domains: Reading<readonly string[]>;
  /** Of the Standard and Strict groups, with what is nested in them. */
  readonly nested: Memberships;
}

/**
 * The default: a balanced pilot without unlicensed people and without the units of priority accounts. Departments come
 * in turn, so that as many as the setting asks for are in it wherever there are so many.
 */
function proposed(people: readonly Person[], s: Settings): readonly Person[] {
  const all = countable(people);
  // Beyond the smallest pilot that the bar allows, up to a fifth of the people: a dozen see too few detections to prove
  // anything within the window.
  const smallest = Math.min(s.pilotMinimumPeople, Math.ceil(all.length * s.pilotMinimumShare));
  const wanted = Math.max(smallest, Math.min(s.pilotMinimumPeople, Math.ceil(all.length / 5)));
  const units = unitsOf(people).filter(
    (u) =>
      unlicensedOf(u.people).length === 0 &&
      u.people.some((p) => p.mailbox === 'user') &&
      !u.people.some((p) => p.priority),
  );
  const named = units.filter((u) => u.department !== '');
  const spread = chooseUnits(named, Math.max(wanted, s.pilotMinimumDepartments), null).joining;
  return spread.length > 0 ? spread : chooseUnits(units, wanted, null).joining;
}

/** Distinct departments of people; those without one count for none. */
const departmentCount = (people: readonly Person[]): number =>
  new Set(people.map((p) => p.department.trim().toLowerCase()).filter((d) => d !== '')).size;

/** The four static groups that steer the pilot, with their first members (guide 1.9, PG1 to PG5). */
export const pilotGroups = defineStep<Facts>({
  id: 'pilot-groups',
  title: 'Pilot groups',
  why: 'The pilot is steered by group membership alone: who is in a group is filtered by Microsoft, by that group\u2019s policies.',
  guide: { section: 'Prepare, step 4: pilot groups', rows: ['PG1', 'PG2', 'PG3', 'PG4', 'PG5'] },
  gate: 'G5',
  needs: [],
  uses: [
    'pilotGroupStandard',
    'pilotGroupStrict',
    'pilotGroupSafeAttachments',
    'pilotGroupSafeLinks',
    'pilotMinimumPeople',
    'pilotMinimumShare',
    'pilotMinimumDepartments',
  ],
  seals: ['distribution-group', 'group-member'],
  opens: [],
  closes: [],
  reviews: false,
  survey: async (tenant, known) => {
    const people = await tenant.ask('people', {});
    const { pilotGroupStandard, pilotGroupStrict } = known.settings;
    return {
      groups: await Promise.all(
        namesOf(known.settings).map(async ([role, name]) => ({
          role,
          name,
          group: await tenant.read('distribution-group', name),
          members: await tenant.list('group-member', name),
        })),
      ),
      people,
      domains: await tenant.ask('domains', {}),
      nested: await readMemberships(tenant, [pilotGroupStandard, pilotGroupStrict], people),
    };
  },
  plan: (facts, known) => {
    const blockers: Blocker[] = [];
    const findings: Finding[] = [];
    const people = readValue(facts.people, 'the people of the directory', blockers);
    const domains = readValue(facts.domains, 'the accepted domains', blockers);
    const groups = facts.groups.map((g) => ({
      ...g,
      found: readValue(g.group, `the group ${g.name}`, blockers),
      inside: readValue(g.members, `the members of ${g.name}`, blockers) ?? [],
    }));
    for (const [group, members] of facts.nested) readValue(members, `the members of ${group}`, blockers);
    if (blockers.length > 0 || people === null) return blocked(blockers, findings);
    for (const g of groups) {
      const moving = g.found && notStatic(g.name, g.found);
      if (moving) blockers.push(moving);
    }
    const domain = domains?.[0];
    const names = groups.map((g) => g.name.toLowerCase());
    if (new Set(names).size < names.length)
      blockers.push({
        id: 'same-group-twice',
        what: 'Two pilot groups bear the same name.',
        next: 'Give each its own name in the settings.',
      });
    if (domain === undefined && groups.some((g) => g.found === null && !g.name.includes('@')))
      blockers.push({
        id: 'no-domain',
        what: 'No accepted domain is known for the addresses of new groups.',
        next: 'Name the groups by address in the settings.',
      });

    const joining = wantedMembers(people, groups, known, blockers);
    // By person, not by address: a member may be listed under another address of the same account.
    const who = (address: string, objectId: string | null): string =>
      people
        .find((p) => p.id === objectId || p.address.toLowerCase() === address.toLowerCase())
        ?.address.toLowerCase() ?? address.toLowerCase();
    const everybody = (role: Role): ReadonlySet<string> => {
      const g = groups.find((x) => x.role === role);
      return new Set([
        ...(g?.inside.map((m) => who(m.value.address, m.value.objectId)) ?? []),
        ...[...everybodyIn(g?.name ?? '', facts.nested)].map((a) => who(a, null)),
        ...(joining.get(role) ?? []).map((p) => p.address.toLowerCase()),
      ]);
    };
    const strict = everybody('strict');
    const both = [...everybody('standard')].filter((a) => strict.has(a)).toSorted();
    if (both.length > 0)
      blockers.push({
        id: 'in-both',
        what: `In Standard and in Strict: ${both.slice(0, 5).join(', ')}${both.length > 5 ? ` and ${both.length - 5} more` : ''}.`,
        next: 'Leave each in one of the two groups.',
      });
    for (const g of groups)
      if (g.found && g.found.joinRestriction !== 'Closed')
        findings.push({
          tone: 'attention',
          text: `${g.name}: anybody may ${g.found.joinRestriction === 'Open' ? 'join' : 'ask to join'}.`,
        });
    for (const g of groups.filter((x) => x.role === 'standard' || x.role === 'strict')) {
      const direct = new Set(g.inside.map((m) => m.value.address.toLowerCase()));
      const inner = [...direct].filter((a) => facts.nested.get(a)?.is === 'value').toSorted();
      if (inner.length > 0)
        findings.push({ tone: 'attention', text: `${g.name} holds other groups: ${inner.slice(0, 5).join(', ')}.` });
    }
    if (blockers.length > 0) return blocked(blockers, findings);

    const changes: Change[] = [];
    for (const g of groups) {
      if (g.found !== null) continue;
      const address = g.name.includes('@') ? g.name.toLowerCase() : `${g.name.toLowerCase()}@${domain ?? ''}`;
      changes.push({
        kind: 'distribution-group',
        key: g.name,
        before: null,
        after: { name: g.name.split('@')[0] ?? g.name, address, type: 'distribution', joinRestriction: 'Closed' },
      });
    }
    for (const g of groups) {
      const present = new Set(g.inside.map((m) => who(m.value.address, m.value.objectId)));
      for (const p of joining.get(g.role) ?? []) {
        const address = p.address.toLowerCase();
        if (!present.has(address))
          changes.push({
            kind: 'group-member',
            key: `${g.name}|${address}`,
            before: null,
            after: { objectId: p.id, address },
          });
      }
    }
    for (const g of groups.filter((x) => x.found !== null))
      findings.push({ tone: 'good', text: `${g.name}: ${plural(g.inside.length, 'member')}.` });
    if (changes.length === 0) return { is: 'nothing-to-do', findings };
    const creating = changes.filter((c) => c.kind === 'distribution-group').length;
    const members = new Set([...joining.values()].flat().map((p) => p.id)).size;
    const spread = departmentsOf(
      [...joining.values()].flat().filter((p, i, all) => all.findIndex((q) => q.id === p.id) === i),
    );
    const pilot = new Set([...everybody('standard'), ...strict]);
    const pilotDepartments = departmentCount(people.filter((p) => pilot.has(p.address.toLowerCase())));
    return {
      is: 'proposal',
      findings,
      proposal: {
        title:
          creating > 0
            ? `Create ${plural(creating, 'pilot group')}${members > 0 ? ` with ${plural(members, 'member')}` : ''}?`
            : `Add ${plural(members, 'member')} to the pilot groups?`,
        lines: [
          ...groups.flatMap((g) => {
            const added = changes.filter((c) => c.kind === 'group-member' && c.key.startsWith(`${g.name}|`)).length;
            if (g.found === null) return [`New, closed to joining: ${g.name}, ${plural(added, 'member')}`];
            return added > 0 ? [`${g.name}: ${g.inside.length} → ${plural(g.inside.length + added, 'member')}`] : [];
          }),
          ...(spread.length > 0 ? [`Joining: ${spread.map(([d, n]) => `${d} ${n}`).join(', ')}`] : []),
        ],
        changes,
        seals: [],
        evidence: null,
        byHand: [],
        risk: 'reversible',
        affected: members,
        cautions: [
          'Membership alone changes no filtering until start-pilot is approved.',
          ...(pilotDepartments < known.settings.pilotMinimumDepartments
            ? [
                `The pilot has ${plural(pilotDepartments, 'department')}; evidence wants ${known.settings.pilotMinimumDepartments}.`,
              ]
            : []),
        ],
        undo: 'Undo: the same members and groups are taken away, at once.',
      },
    };
  },
});

/** Who joins which group: by choice, else the balanced default where the Standard and Strict groups are empty. */
function wantedMembers(
  people: readonly Person[],
  groups: readonly { readonly role: Role; readonly inside: readonly unknown[] }[],
  known: Known,
  blockers: Blocker[],
): ReadonlyMap<Role, readonly Person[]> {
  const wanted = new Map<Role, readonly Person[]>();
  if (known.choice === null) {
    const empty = groups.every((g) => (g.role !== 'standard' && g.role !== 'strict') || g.inside.length === 0);
    if (!empty) return wanted;
    const pilot = proposed(people, known.settings);
    wanted.set('standard', pilot);
    wanted.set('safe-attachments', pilot);
    return wanted;
  }
  const choice = choiceSchema.safeParse(known.choice);
  if (!choice.success) {
    blockers.push({
      id: 'choice',
      what: 'The choice of members was not understood.',
      next: 'Name groups with addresses or departments.',
    });
    return wanted;
  }
  for (const { group, addresses = [], departments = [] } of choice.data.members) {
    const lower = new Set(addresses.map((a) => a.trim().toLowerCase()));
    const chosen = people.filter((p) => lower.has(p.address.toLowerCase()));
    const missing = [...lower].filter((a) => !chosen.some((p) => p.address.toLowerCase() === a));
    if (missing.length > 0)
      blockers.push({
        id: 'not-found',
        what: `Nobody with a mailbox has this address: ${missing.slice(0, 5).join(', ')}.`,
        next: 'Check the addresses.',
      });
    const whole =
      departments.length > 0
        ? chooseUnits(
            unitsOf(people),
            Number.POSITIVE_INFINITY,
            departments.map((d) => d.trim()),
          ).joining
        : [];
    const strangers = departments.filter(
      (d) => !people.some((p) => p.department.toLowerCase() === d.trim().toLowerCase()),
    );
    if (strangers.length > 0)
      blockers.push({
        id: 'no-such-department',
        what: `No department of this name: ${strangers.slice(0, 5).join(', ')}.`,
        next: 'Check the names.',
      });
    const all = [...chosen, ...whole.filter((p) => !chosen.includes(p))];
    const unlicensed = unlicensedOf(all);
    if (unlicensed.length > 0)
      blockers.push({
        id: 'unlicensed',
        what: `Without a licence of Defender for Office 365: ${unlicensed
          .slice(0, 5)
          .map((p) => p.name)
          .join(', ')}${unlicensed.length > 5 ? ` and ${unlicensed.length - 5} more` : ''}.`,
        next: 'Assign licences or leave them out.',
      });
    wanted.set(group, [...(wanted.get(group) ?? []), ...all.filter((p) => !(wanted.get(group) ?? []).includes(p))]);
  }
  return wanted;
}
