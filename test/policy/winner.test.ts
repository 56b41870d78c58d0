import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type PolicyGround,
  type Preset,
  type RankedRule,
  type Scope,
  winnerOf,
  winnersOf,
} from '../../services/policy/winner.ts';

const nobody: Scope = {
  sentTo: [],
  sentToMemberOf: [],
  recipientDomainIs: [],
  exceptIfSentTo: [],
  exceptIfSentToMemberOf: [],
  exceptIfRecipientDomainIs: [],
};
const rule = (name: string, priority: number, scope: Partial<Scope>, enabled = true): RankedRule => ({
  ...nobody,
  ...scope,
  name,
  policy: `policy of ${name}`,
  enabled,
  priority,
});
const preset = (policy: string, scope: Partial<Scope>, enabled = true): Preset => ({
  ...nobody,
  ...scope,
  policy,
  enabled,
});
const ground = (given: Partial<PolicyGround>): PolicyGround => ({
  strict: null,
  standard: null,
  rules: [],
  fallback: 'Office365 AntiPhish Default',
  groups: new Map(),
  ...given,
});

const ann = { address: 'Ann@contoso.example' };
const pilot = new Map([['pilot@contoso.example', ['ann@contoso.example', 'bob@contoso.example']]]);

describe('the winning anti-phishing policy', () => {
  const table: readonly {
    readonly name: string;
    readonly ground: PolicyGround;
    readonly wins: string;
    readonly why: RegExp;
  }[] = [
    {
      name: 'nothing configured leaves the default policy',
      ground: ground({}),
      wins: 'Office365 AntiPhish Default',
      why: /no preset and no rule/,
    },
    {
      name: 'Strict comes before Standard and before any custom rule',
      ground: ground({
        strict: preset('Strict', { recipientDomainIs: ['contoso.example'] }),
        standard: preset('Standard', {}),
        rules: [rule('first', 0, { sentTo: ['ann@contoso.example'] })],
      }),
      wins: 'Strict',
      why: /Strict preset takes this recipient by domain \(contoso\.example\)/,
    },
    {
      name: 'Standard comes before any custom rule',
      ground: ground({
        strict: preset('Strict', { sentTo: ['bob@contoso.example'] }),
        standard: preset('Standard', {}),
        rules: [rule('first', 0, { sentTo: ['ann@contoso.example'] })],
      }),
      wins: 'Standard',
      why: /Standard preset has no condition: it takes everybody/,
    },
    {
      name: 'a preset that is off takes nobody',
      ground: ground({
        strict: preset('Strict', {}, false),
        rules: [rule('first', 0, { sentTo: ['ann@contoso.example'] })],
      }),
      wins: 'policy of first',
      why: /first takes this recipient by recipient/,
    },
    {
      name: 'custom rules go by priority, not by their order in the list',
      ground: ground({
        rules: [
          rule('late', 1, { sentToMemberOf: ['pilot@contoso.example'] }),
          rule('early', 0, { recipientDomainIs: ['CONTOSO.example'] }),
        ],
        groups: pilot,
      }),
      wins: 'policy of early',
      why: /early takes this recipient by domain/,
    },
    {
      name: 'a disabled rule is passed over',
      ground: ground({
        rules: [
          rule('early', 0, { recipientDomainIs: ['contoso.example'] }, false),
          rule('late', 1, { sentToMemberOf: ['PILOT@contoso.example'] }),
        ],
        groups: pilot,
      }),
      wins: 'policy of late',
      why: /late takes this recipient by group \(PILOT@contoso\.example\)/,
    },
    {
      name: 'conditions of different types are ANDed',
      ground: ground({
        rules: [rule('both', 0, { sentToMemberOf: ['pilot@contoso.example'], recipientDomainIs: ['other.example'] })],
        groups: pilot,
      }),
      wins: 'Office365 AntiPhish Default',
      why: /the default policy does/,
    },
    {
      name: 'values of one type are ORed',
      ground: ground({ rules: [rule('any', 0, { recipientDomainIs: ['other.example', 'contoso.example'] })] }),
      wins: 'policy of any',
      why: /domain \(contoso\.example\)/,
    },
    {
      name: 'one exception is enough to be spared',
      ground: ground({
        rules: [
          rule('wide', 0, {
            recipientDomainIs: ['contoso.example'],
            exceptIfSentToMemberOf: ['pilot@contoso.example'],
            exceptIfSentTo: ['someone@contoso.example'],
          }),
        ],
        groups: pilot,
      }),
      wins: 'Office365 AntiPhish Default',
      why: /the default policy does/,
    },
    {
      name: 'a member of a nested group is a member, and a group that contains itself ends',
      ground: ground({
        rules: [rule('nested', 0, { sentToMemberOf: ['all@contoso.example'] })],
        groups: new Map([['all@contoso.example', ['all@contoso.example', 'pilot@contoso.example']], ...pilot]),
      }),
      wins: 'policy of nested',
      why: /group \(all@contoso\.example\)/,
    },
    {
      name: 'a parent domain or a suffix is not the domain',
      ground: ground({ rules: [rule('near', 0, { recipientDomainIs: ['example', 'oso.example'] })] }),
      wins: 'Office365 AntiPhish Default',
      why: /the default policy does/,
    },
  ];
  test.each(table)('$name', ({ ground: given, wins, why }) => {
    const winner = winnerOf(ann, given);
    expect(winner.is === 'policy' ? winner.policy : winner.is).toBe(wins);
    expect(winner.why).toMatch(why);
  });

  test('a group that cannot be read makes the winner unknown, and names the group', () => {
    const given = ground({
      rules: [
        rule('pilot', 0, { sentToMemberOf: ['gone@contoso.example'] }),
        rule('all', 1, { recipientDomainIs: ['contoso.example'] }),
      ],
    });
    const winner = winnerOf(ann, given);
    expect(winner.is).toBe('unknown');
    expect(winner.why).toContain('gone@contoso.example');
    expect(winner.considered.map((c) => c.name)).toEqual(['pilot']);
  });

  test('an unreadable group does not matter where another condition or exception already says no', () => {
    const given = ground({
      rules: [
        rule('elsewhere', 0, { sentToMemberOf: ['gone'], recipientDomainIs: ['other.example'] }),
        rule('spared', 1, { sentToMemberOf: ['gone'], exceptIfSentTo: ['ann@contoso.example'] }),
        rule('mine', 2, { sentTo: ['ann@contoso.example'] }),
      ],
    });
    expect(winnerOf(ann, given)).toMatchObject({ is: 'policy', policy: 'policy of mine' });
  });

  test('the reasons of those passed over are kept in order', () => {
    const given = ground({
      strict: preset('Strict', { sentTo: ['ceo@contoso.example'] }),
      rules: [
        rule('off', 0, { sentTo: ['ann@contoso.example'] }, false),
        rule('on', 1, { sentTo: ['ann@contoso.example'] }),
      ],
    });
    expect(winnerOf(ann, given).considered).toEqual([
      {
        name: 'Strict preset',
        policy: 'Strict',
        took: 'no',
        why: 'does not name this recipient by recipient (ceo@contoso.example)',
      },
      { name: 'off', policy: 'policy of off', took: 'no', why: 'is off' },
      {
        name: 'on',
        policy: 'policy of on',
        took: 'yes',
        why: 'takes this recipient by recipient (ann@contoso.example)',
      },
    ]);
  });

  test('recipients are gathered by winner, the unknown apart', () => {
    const given = ground({
      rules: [
        rule('ann', 0, { sentTo: ['ann@contoso.example'] }),
        rule('gone', 1, { sentToMemberOf: ['gone'], recipientDomainIs: ['contoso.example'] }),
      ],
    });
    const { byPolicy, unknown } = winnersOf(
      [ann, { address: 'bob@contoso.example' }, { address: 'eve@other.example' }],
      given,
    );
    expect(unknown).toEqual([{ address: 'bob@contoso.example' }]);
    expect([...byPolicy].map(([policy, who]) => [policy, who.map((w) => w.address)])).toEqual([
      ['policy of ann', ['Ann@contoso.example']],
      ['Office365 AntiPhish Default', ['eve@other.example']],
    ]);
  });
});

/**
 * A slow model written another way: groups grow by fixpoint over one imagined world in which every unread group either
 * holds the recipient or does not; a rule is a plain formula over sets.
 */
function modelled(address: string, given: PolicyGround, holding: ReadonlySet<string>): string {
  const inside = new Set(holding);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [group, members] of given.groups)
      if (members !== null && !inside.has(group) && members.some((m) => m === address || inside.has(m))) {
        inside.add(group);
        grew = true;
      }
  }
  const domain = address.split('@')[1] ?? '';
  const says = (s: Scope): boolean =>
    (s.sentTo.length === 0 || s.sentTo.includes(address)) &&
    (s.sentToMemberOf.length === 0 || s.sentToMemberOf.filter((g) => inside.has(g)).length > 0) &&
    (s.recipientDomainIs.length === 0 || s.recipientDomainIs.includes(domain)) &&
    !s.exceptIfSentTo.includes(address) &&
    s.exceptIfSentToMemberOf.filter((g) => inside.has(g)).length === 0 &&
    !s.exceptIfRecipientDomainIs.includes(domain);
  if (given.strict?.enabled && says(given.strict)) return given.strict.policy;
  if (given.standard?.enabled && says(given.standard)) return given.standard.policy;
  let best: RankedRule | null = null;
  for (const r of given.rules) if (r.enabled && says(r) && (best === null || r.priority < best.priority)) best = r;
  return best?.policy ?? given.fallback;
}

const people = ['a@one.example', 'b@one.example', 'c@two.example'];
const groupNames = ['g1', 'g2', 'g3', 'g4'];
const few = (values: readonly string[]) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.subarray([...values], { maxLength: 2 }));
const scopes = fc.record({
  sentTo: few(people),
  sentToMemberOf: few(groupNames),
  recipientDomainIs: few(['one.example', 'two.example']),
  exceptIfSentTo: few(people),
  exceptIfSentToMemberOf: few(groupNames),
  exceptIfRecipientDomainIs: few(['one.example', 'two.example']),
});
const presets = (policy: string) =>
  fc.option(
    fc.tuple(scopes, fc.boolean()).map(([scope, enabled]) => preset(policy, scope, enabled)),
    { nil: null },
  );
const grounds = fc
  .record({
    strict: presets('Strict'),
    standard: presets('Standard'),
    scopes: fc.array(fc.tuple(scopes, fc.boolean()), { maxLength: 5 }),
    order: fc.constant([3, 0, 4, 1, 2]),
    members: fc.tuple(
      ...groupNames.map(() =>
        fc.option(fc.subarray([...people, ...groupNames], { maxLength: 3 }), { nil: null, freq: 5 }),
      ),
    ),
  })
  .map((g) =>
    ground({
      strict: g.strict,
      standard: g.standard,
      rules: g.scopes.map(([scope, enabled], i) => rule(`r${i}`, g.order[i] ?? i, scope, enabled)),
      groups: new Map(groupNames.map((name, i) => [name, g.members[i] ?? null])),
    }),
  );

describe('against a slow model', () => {
  test('the winner named is the winner in every world that the unread groups allow; with all read, it is always named', () => {
    fc.assert(
      fc.property(fc.constantFrom(...people), grounds, (address, given) => {
        const unread = groupNames.filter((g) => given.groups.get(g) === null);
        const worlds = Array.from({ length: 2 ** unread.length }, (_, n) =>
          modelled(address, given, new Set(unread.filter((_g, i) => (n >> i) & 1))),
        );
        const winner = winnerOf({ address }, given);
        if (winner.is === 'unknown') expect(unread.length).toBeGreaterThan(0);
        else expect(worlds).toEqual(worlds.map(() => winner.policy));
      }),
      { numRuns: 3000 },
    );
  });

  test('where worlds differ the answer is unknown, never one of them', () => {
    let differing = 0;
    fc.assert(
      fc.property(fc.constantFrom(...people), grounds, (address, given) => {
        const unread = groupNames.filter((g) => given.groups.get(g) === null);
        const worlds = new Set(
          Array.from({ length: 2 ** unread.length }, (_, n) =>
            modelled(address, given, new Set(unread.filter((_g, i) => (n >> i) & 1))),
          ),
        );
        if (worlds.size < 2) return;
        differing += 1;
        expect(winnerOf({ address }, given).is).toBe('unknown');
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(differing).toBeGreaterThan(50);
  });
});
