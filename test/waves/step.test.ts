import { describe, expect, it } from 'vitest';
import type { Change } from '../../services/runbook/change.ts';
import type { Answer, Proposal } from '../../services/runbook/plan.ts';
import type { Known } from '../../services/runbook/step.ts';
import { waves } from '../../services/runbook/steps/waves.ts';
import { standardSettings } from '../../services/settings/settings.ts';
import type { DetectedSender, Person } from '../../services/tenant/questions.ts';
import { absent, unknown, known as value } from '../../services/tenant/reading.ts';
import type { TenantReader } from '../../services/tenant/tenant.ts';
import { dayMs, from, person, report, sender } from './kit.ts';

interface Ground {
  readonly people: readonly Person[];
  readonly standard: readonly Person[];
  readonly strict?: readonly Person[];
  readonly senders?: readonly DetectedSender[];
  readonly spared?: boolean;
  readonly peopleUnknown?: boolean;
  readonly bypassed?: number;
  /** A policy of somebody else's whose rule ranks first, with the people of its group. */
  readonly firstRule?: { readonly policy: string; readonly people: readonly Person[] };
}

const s = standardSettings;

/** A tenant made by hand: the pilot runs, 160 senders were stopped, three people reported. Writes nothing. */
function tenantOf(g: Ground): TenantReader {
  const members = (list: readonly Person[], group: string) =>
    value(list.map((p) => ({ key: `${group}|${p.address}`, value: { objectId: p.id, address: p.address } })));
  const resources: Readonly<Record<string, unknown>> = {
    [`list group-member ${s.pilotGroupStandard}`]: members(g.standard, s.pilotGroupStandard),
    [`list group-member ${s.pilotGroupStrict}`]: members(g.strict ?? [], s.pilotGroupStrict),
    'list transport-rule ': value([
      { key: 'Bypass', value: { enabled: true, mode: 'Enforce', priority: 0, setScl: -1, exceptIfSentToMemberOf: [] } },
    ]),
  };
  const scope = {
    sentTo: [],
    recipientDomainIs: [],
    exceptIfSentTo: [],
    exceptIfSentToMemberOf: [],
    exceptIfRecipientDomainIs: [],
  };
  const pilotRules = [
    [s.antiPhishStrictName, s.pilotGroupStrict],
    [s.antiPhishStandardName, s.pilotGroupStandard],
  ] as const;
  const rules = [
    ...(g.firstRule ? [{ policy: g.firstRule.policy, sentToMemberOf: ['first@contoso.example'] }] : []),
    ...pilotRules.map(([policy, group]) => ({ policy, sentToMemberOf: [group] })),
  ];
  Object.assign(resources, {
    'list anti-phish-rule ': value(
      rules.map((r, priority) => ({ key: r.policy, value: { ...scope, ...r, enabled: true, priority } })),
    ),
    'list group-member first@contoso.example': members(g.firstRule?.people ?? [], 'first@contoso.example'),
  });
  for (const group of [s.pilotGroupStandard, s.pilotGroupStrict])
    Object.assign(resources, {
      [`list group-member ${group.toLowerCase()}`]: resources[`list group-member ${group}`],
      [`read rule-exception Bypass|${group}`]: g.spared === false ? absent : value({ rule: 'Bypass', group }),
    });
  for (const name of [s.antiPhishStandardName, s.antiPhishStrictName])
    Object.assign(resources, {
      [`read anti-phish-policy ${name}`]: value({ PhishThresholdLevel: 3 }),
      [`read anti-phish-rule ${name}`]: value({ enabled: true, priority: 0, sentToMemberOf: [] }),
    });
  const answers: Readonly<Record<string, unknown>> = {
    people: g.peopleUnknown ? unknown('403') : value(g.people),
    'detected-senders': value({
      senders: g.senders ?? Array.from({ length: 160 }, (_, i) => sender(i)),
      days: [],
      complete: true,
    }),
    volume: value({ deliveries: 900, bypassed: g.bypassed ?? 0, viaConnector: 0, quarantined: 100, junked: 50 }),
    zapped: value({ messages: 0, senders: [] }),
    submissions: value([report(0), report(1), report(2)]),
  };
  const found = (at: string) => resources[at] ?? absent;
  // The door of this file: hand-made values stand for typed readings.
  return {
    read: async (kind: string, key: string) => found(`read ${kind} ${key}`),
    list: async (kind: string, within = '') => found(`list ${kind} ${within}`),
    ask: async (question: string) => answers[question] ?? unknown('not made'),
  } as unknown as TenantReader;
}

const everySender = (n: number, wrong = 0) =>
  Array.from({ length: n }, (_, i) => ({
    id: String(i),
    step: 'waves',
    sender: `s${i}@outside.example`,
    mark: i < wrong ? ('good' as const) : ('bad' as const),
    by: 'jon',
    byName: 'Jon',
    at: from,
  }));

const knownAt = (more: Partial<Known> = {}): Known => ({
  now: from + 15 * dayMs,
  settings: s,
  reviews: everySender(160),
  attestations: [],
  milestones: [{ run: '4', step: 'start-pilot', choice: null, settledAt: from, undone: false }],
  choice: null,
  window: null,
  ...more,
});

const staff = (n: number): readonly Person[] => Array.from({ length: n }, (_, i) => person(i));
const organisation = staff(240);
const ground: Ground = { people: organisation, standard: organisation.slice(0, 12) };
const ask = (g: Ground, more: Partial<Known> = {}): Promise<Answer> => waves.answer(tenantOf(g), knownAt(more));
const proposed = (a: Answer): Proposal => {
  if (a.is !== 'proposal') throw new Error(JSON.stringify(a));
  return a.proposal;
};
const reasons = (a: Answer): string =>
  a.is === 'blocked' ? a.blockers.map((b) => `${b.id}: ${b.what}`).join('\n') : a.is;

describe('the next wave', () => {
  it('grows to the next size with members of the group and nothing else, and says what to do by hand', async () => {
    const p = proposed(await ask(ground));
    expect(p.title).toBe('Grow pilot 12 → 48 people?');
    expect(p.changes).toHaveLength(36);
    expect(p.changes.every((c) => c.kind === 'group-member' && c.before === null)).toBe(true);
    expect(p.changes.every((c) => c.key.startsWith(`${s.pilotGroupStandard}|`))).toBe(true);
    expect(p.lines[0]).toBe('Joining: Finance 9, IT 9, Plant 9, Sales 9');
    expect(p.risk).toBe('disruptive');
    expect(p.byHand).toEqual([expect.objectContaining({ id: 'exempt-wave', when: 'after', people: 36 })]);
    expect(p.byHand[0]?.text).toContain('exempt the 36 new members');
    expect([...new Set(p.seals.map((x) => x.kind))].toSorted()).toEqual([
      'anti-phish-policy',
      'anti-phish-rule',
      'rule-exception',
      'transport-rule',
    ]);
    expect(p.evidence?.verdict).toBe('pass');
  });

  it('puts no list of hundreds of names on the card', async () => {
    const everybody = staff(3000);
    const p = proposed(
      await ask({ people: everybody, standard: everybody.slice(0, 12) }, { choice: { people: 3000 } }),
    );
    expect(p.changes).toHaveLength(2988);
    const { changes: _, seals: __, evidence: ___, ...shown } = p;
    expect(JSON.stringify(shown).length).toBeLessThan(2000);
  });

  it('takes a size, departments and a group as chosen', async () => {
    expect(proposed(await ask(ground, { choice: { people: 20, departments: null } })).title).toContain('12 → 20');
    const plant = proposed(await ask(ground, { choice: { departments: ['plant'], group: 'strict' } }));
    expect(plant.changes).toHaveLength(57);
    expect(plant.changes.every((c) => c.key.startsWith(`${s.pilotGroupStrict}|`))).toBe(true);
  });

  it.each([
    ['a size that is reached', { people: 12 }, 'size: '],
    ['a department that is not there', { departments: ['Nowhere'] }, 'department: Nobody is in: Nowhere.'],
    ['a choice of another shape', { people: 'many' }, 'choice: '],
  ])('refuses %s', async (_, choice, words) => {
    expect(reasons(await ask(ground, { choice }))).toContain(words);
  });

  it('leaves people without a licence out by itself, and stops with their names where a department was named', async () => {
    const people = organisation.map((p, i) => (i === 14 || i === 18 ? { ...p, licensed: false } : p));
    const g = { ...ground, people };
    const answer = await ask(g);
    expect(proposed(answer).changes.map((c) => c.key)).not.toContain(`${s.pilotGroupStandard}|${people[14]?.address}`);
    expect(answer.findings.map((f) => f.text).join()).toContain('2 people without a licence');
    expect(reasons(await ask(g, { choice: { departments: ['Plant'] } }))).toContain('Person 14, Person 18');
  });

  it('completes a unit that is in by half first, in the group of the half that is in', async () => {
    const people = organisation.map((p, i) => (i === 200 ? { ...p, assists: [person(3).id] } : p));
    const g = { people, standard: people.slice(0, 3), strict: [person(3)] };
    const p = proposed(await ask(g, { choice: { people: 5 } }));
    expect(p.changes.map((c) => c.key)).toEqual([`${s.pilotGroupStrict}|${person(200).address}`]);
    expect(p.lines[1]).toContain('no assistant split');
  });

  it('has nothing to do when everybody who counts is in', async () => {
    const guests = [person(900, { guest: true }), person(901, { enabled: false }), person(902, { mailbox: 'room' })];
    expect((await ask({ people: [...organisation, ...guests], standard: organisation })).is).toBe('nothing-to-do');
  });

  it('proposes the same however often and in whatever order it is asked', async () => {
    const again = await ask({ ...ground, people: organisation.toReversed() }, { now: from + 15 * dayMs + 5000 });
    expect(proposed(again).changes).toEqual(proposed(await ask(ground)).changes);
  });
});

describe('what holds the next wave', () => {
  it.each<readonly [string, Ground, Partial<Known>, string]>([
    ['a pilot that has not started', ground, { milestones: [] }, 'not-started: '],
    ['a group that the bypass rule covers', { ...ground, spared: false }, {}, 'not-spared: '],
    ['an empty pilot', { ...ground, standard: [] }, {}, 'empty-pilot: '],
    ['a directory that cannot be read', { ...ground, peopleUnknown: true }, {}, 'unknown'],
    ['days', ground, { now: from + 5 * dayMs }, 'bar-days: Days in the wave: 5 of 14 days'],
    [
      'days since the last wave, not since the pilot',
      ground,
      {
        milestones: [
          ...knownAt().milestones,
          { run: '5', step: 'waves', choice: null, settledAt: from + 10 * dayMs, undone: false },
        ],
      },
      'bar-days: Days in the wave: 5 of 14 days',
    ],
    ['missing reviews', ground, { reviews: [] }, '149 more needed, 160 wait for review'],
    ['wrong senders', ground, { reviews: everySender(160, 12) }, 'FAIL: Wrong senders: 12 of 160'],
    ['reports', ground, { settings: { ...s, reportRate: 90 } }, 'feedback loop not proven'],
  ])('%s', async (_, g, more, words) => {
    const answer = await ask(g, more);
    expect(answer.is).toBe('blocked');
    expect(reasons(answer)).toContain(words);
  });

  it('takes a statement in place of the recorded start of the pilot', async () => {
    const attestations = [
      {
        about: 'start-pilot',
        statement: 's',
        proof: 'p',
        by: { id: 'l', name: 'Lea' },
        at: from,
        expiresAt: from + 90 * dayMs,
      },
    ];
    expect((await ask(ground, { milestones: [], attestations })).is).toBe('proposal');
  });

  it('says where only the misses of the old service are seen, and ends saying it once the exemption is confirmed', async () => {
    const cautions = async (more: Partial<Known>): Promise<string> => proposed(await ask(ground, more)).cautions.join();
    expect(await cautions({})).toContain('Only what the old service missed');
    const attestations = [
      {
        about: 'run:4:exempt-pilot',
        statement: 's',
        proof: 'p',
        by: { id: 'l', name: 'Lea' },
        at: from,
        expiresAt: from + 90 * dayMs,
      },
    ];
    expect(await cautions({ attestations })).toBe('');
  });

  it('says for whom another policy wins, as the rules rank, not what the group alone would mean', async () => {
    const p = proposed(await ask(ground));
    const joining = new Set(p.changes.map((c) => c.key.slice(c.key.indexOf('|') + 1)));
    expect(p.lines[1]).toContain('36 get Standard');
    const trial = organisation.filter((x) => joining.has(x.address)).slice(0, 7);
    const other = proposed(await ask({ ...ground, firstRule: { policy: 'Trial 2024', people: trial } }));
    expect(other.lines[1]).toContain('29 get Standard, 7 keep "Trial 2024"');
    expect(other.cautions.join()).toContain('7 joiners keep "Trial 2024"');
  });

  it('counts shared mailboxes among those whom the old service is to let through', async () => {
    const shared = person(400, { mailbox: 'shared', licensed: false, department: '' });
    const assistant = person(401, { assists: [shared.id] });
    const p = proposed(
      await ask({ ...ground, people: [...organisation, shared, assistant] }, { choice: { people: 241 } }),
    );
    expect(p.changes.some((c) => c.key.endsWith(shared.address))).toBe(true);
    expect(p.byHand[0]?.people).toBe(p.changes.length);
  });

  it('takes an exemption for confirmed only when it is for those who started the pilot too', async () => {
    const said = (about: string) => ({
      about,
      statement: 's',
      proof: 'p',
      by: { id: 'l', name: 'Lea' },
      at: from,
      expiresAt: from + 90 * dayMs,
    });
    const milestones = [{ run: '7', step: 'waves', choice: null, settledAt: from, undone: false }];
    const cautions = async (...about: readonly string[]): Promise<string> =>
      proposed(
        await ask(ground, { milestones, attestations: ['start-pilot', 'run:7:exempt-wave', ...about].map(said) }),
      ).cautions.join();
    expect(await cautions()).toContain('Only what the old service missed');
    expect(await cautions('exempt-pilot')).toBe('');
  });

  it('warns where the desk cannot handle the releases', async () => {
    const p = proposed(await ask(ground, { settings: { ...s, deskReleasesPerDay: 0 } }));
    expect(p.cautions.join()).toContain('More release requests than the desk can handle');
    expect(p.lines[2]).toBe('Expect 27 notices, 1 release/day (desk: 0)');
  });
});

describe('the proof on mail', () => {
  it('holds when nothing to the pilot is bypassed any more, and not in the first half hour', async () => {
    const joined = (people: readonly Person[]): readonly Change[] =>
      people.map((p) => ({
        kind: 'group-member',
        key: `${s.pilotGroupStandard}|${p.address}`,
        before: null,
        after: { objectId: p.id, address: p.address },
      }));
    const effect = async (bypassed: number, now: number, who = ground.standard.slice(8)) =>
      waves.effect?.(tenantOf({ ...ground, bypassed }), { ...knownAt({ now }), since: from, changes: joined(who) });
    // Somebody who never came into the groups proves nothing, whatever the others' mail says.
    expect(await effect(0, from + 6 * 3_600_000, organisation.slice(12, 14))).toMatchObject({ proved: false });
    expect(await effect(0, from + 6 * 3_600_000)).toMatchObject({ proved: true });
    expect(await effect(4, from + 6 * 3_600_000)).toMatchObject({ proved: false });
    expect(await effect(0, from + 600_000)).toMatchObject({ proved: false });
  });
});
