import { describe, expect, test } from 'vitest';
import type { Review } from '../../services/runbook/evidence.ts';
import { type Answer, fingerprintOf, type Proposal } from '../../services/runbook/plan.ts';
import { pilotPolicy, stages } from '../../services/runbook/recommended.ts';
import type { Attestation, Known, Milestone, Step } from '../../services/runbook/step.ts';
import { domainImpersonation } from '../../services/runbook/steps/domain-impersonation.ts';
import { mailboxIntelligence } from '../../services/runbook/steps/mailbox-intelligence.ts';
import { userImpersonation } from '../../services/runbook/steps/user-impersonation.ts';
import { standardSettings as s } from '../../services/settings/settings.ts';
import type { DetectedSender, Detection, Person, Submission } from '../../services/tenant/questions.ts';
import { absent, unknown, known as value } from '../../services/tenant/reading.ts';
import type { PolicyValue } from '../../services/tenant/resources.ts';
import type { TenantReader } from '../../services/tenant/tenant.ts';
import { dayMs } from '../../services/tenant/time.ts';

const now = Date.UTC(2026, 2, 20, 9, 25);
const departments = ['Finance', 'Sales', 'Plant', 'HR'];
const people: readonly Person[] = Array.from({ length: 100 }, (_, i) => ({
  id: `p${i}`,
  name: `Person ${i}`,
  address: `p${i}@contoso.example`,
  department: departments[i % 4] ?? '',
  title: '',
  enabled: true,
  guest: false,
  mailbox: 'user' as const,
  licensed: true,
  priority: i === 0,
  assists: [],
}));

/** The tenant as the steps see it; tests bend it. */
interface Ground {
  policies: Record<string, Record<string, PolicyValue>>;
  enabled: boolean;
  standard: readonly string[];
  strict: readonly string[];
  senders: readonly DetectedSender[];
  submissions: readonly Submission[];
  broken: string;
}

const detected = (sender: string, detection: Detection, more: Partial<DetectedSender> = {}): DetectedSender => ({
  sender,
  senderDomain: sender.slice(sender.indexOf('@') + 1),
  displayNames: [],
  messages: 1,
  recipients: 1,
  recipientIds: ['p1'],
  detections: [detection],
  firstContact: 1,
  spfPass: 1,
  dkimPass: 1,
  dmarcPass: 1,
  compAuthFail: 0,
  noAction: 1,
  overridden: 0,
  alsoOtherThreat: 0,
  firstSeen: now - dayMs,
  lastSeen: now - dayMs,
  sampleIds: [],
  subjects: [],
  ...more,
});
const reports: readonly Submission[] = Array.from({ length: 10 }, (_, i) => ({
  id: `r${i}`,
  createdAt: now - dayMs,
  source: 'user',
  reporter: `p${i}@contoso.example`,
  reporterName: '',
  recipient: `p${i}@contoso.example`,
  sender: 'x@x.example',
  subject: '',
  networkMessageId: null,
  internetMessageId: null,
  category: 'phishing',
  originalCategory: null,
  status: '',
  result: null,
  resultDetail: null,
  simulation: false,
}));

const protectedUsers = ['Ada Eriksen;ada@contoso.example', 'Bo Lund;bo@contoso.example'];
const ground = (detection: Detection, more: Partial<Ground> = {}): Ground => ({
  policies: {
    [s.antiPhishStandardName]: { ...pilotPolicy('standard', protectedUsers, ['contoso.example']) },
    [s.antiPhishStrictName]: { ...pilotPolicy('strict', protectedUsers, ['contoso.example']) },
  },
  enabled: true,
  standard: Array.from({ length: 40 }, (_, i) => `p${i}`),
  strict: ['p50', 'p51'],
  senders: Array.from({ length: 25 }, (_, i) => detected(`s${i}@d${i}.example`, detection)),
  submissions: reports,
  broken: '',
  ...more,
});

function tenantOf(g: Ground): TenantReader {
  const answers: Readonly<Record<string, unknown>> = {
    people,
    'detected-senders': { senders: g.senders, days: [], complete: true },
    volume: { deliveries: 500, bypassed: 0, viaConnector: 0, quarantined: 0, junked: 0 },
    zapped: { messages: 0, senders: [] },
    submissions: g.submissions,
  };
  const members = (ids: readonly string[]) =>
    value(ids.map((m) => ({ key: m, value: { objectId: m, address: `${m}@contoso.example` } })));
  return {
    read: (async (kind: string, key: string) =>
      g.broken === kind
        ? unknown('timed out')
        : g.policies[key]
          ? value(g.policies[key])
          : absent) as TenantReader['read'],
    list: (async (kind: string, within?: string) => {
      if (g.broken === kind) return unknown('timed out');
      if (kind === 'group-member')
        return members(within?.toLowerCase() === s.pilotGroupStrict.toLowerCase() ? g.strict : g.standard);
      return value(
        [s.antiPhishStrictName, s.antiPhishStandardName].map((name, priority) => ({
          key: name,
          value: {
            policy: name,
            enabled: g.enabled,
            priority,
            sentTo: [],
            sentToMemberOf: [priority === 0 ? s.pilotGroupStrict : s.pilotGroupStandard],
            recipientDomainIs: [],
            exceptIfSentTo: [],
            exceptIfSentToMemberOf: [],
            exceptIfRecipientDomainIs: [],
          },
        })),
      );
    }) as TenantReader['list'],
    ask: (async (question: string) =>
      g.broken === question ? unknown('timed out') : value(answers[question])) as TenantReader['ask'],
  };
}

const days = (n: number): number => now - n * dayMs;
const settled = (step: string, at: number, undone = false): Milestone => ({
  run: `${step}-run`,
  step,
  choice: null,
  settledAt: at,
  undone,
});
const attested = (about: string, at = days(1)): Attestation => ({
  about,
  statement: 'so it is',
  proof: 'seen',
  by: { id: 'pia', name: 'Pia' },
  at,
  expiresAt: now + dayMs,
});
const knownOf = (step: Step, g: Ground, more: Partial<Known> = {}): Known => ({
  now,
  settings: s,
  reviews: g.senders.map(
    (d): Review => ({
      id: d.sender,
      step: step.id,
      sender: d.sender,
      mark: 'bad',
      by: 'jon',
      byName: 'Jon',
      at: now - 5,
    }),
  ),
  attestations: [attested('enhanced-filtering')],
  milestones: [
    settled('start-pilot', days(20)),
    settled('mailbox-intelligence', days(10)),
    settled('user-impersonation', days(8)),
  ],
  choice: null,
  window: null,
  ...more,
});
/** Brings the stages before to their values. */
function earned(g: Ground, ...ids: readonly (keyof typeof stages)[]): Ground {
  for (const id of ids) {
    const standard = g.policies[s.antiPhishStandardName];
    const strict = g.policies[s.antiPhishStrictName];
    if (standard) standard[stages[id].field] = stages[id].standard;
    if (strict) strict[stages[id].field] = stages[id].strict;
  }
  return g;
}
const grounds = {
  'mailbox-intelligence': () => ground('mailbox-intelligence'),
  'user-impersonation': () => earned(ground('user-impersonation'), 'mailbox-intelligence'),
  'domain-impersonation': () => earned(ground('domain-impersonation'), 'mailbox-intelligence', 'user-impersonation'),
};
const ask = (step: Step, g: Ground, more: Partial<Known> = {}): Promise<Answer> =>
  step.answer(tenantOf(g), knownOf(step, g, more));
const proposed = (a: Answer): Proposal => {
  if (a.is !== 'proposal') throw new Error(JSON.stringify(a.is === 'blocked' ? a.blockers : a));
  return a.proposal;
};
const blockers = (a: Answer): Record<string, string> => {
  if (a.is !== 'blocked') throw new Error(`It is a ${a.is}.`);
  return Object.fromEntries(a.blockers.map((b) => [b.id, `${b.what} ${b.next}`]));
};

describe('a stage that has been earned', () => {
  test.each([
    [
      mailboxIntelligence,
      'MailboxIntelligenceProtectionAction',
      'MoveToJmf',
      'Junk or quarantine mail posing as known contacts?',
    ],
    [userImpersonation, 'TargetedUserProtectionAction', 'Quarantine', 'Quarantine mail posing as 2 protected people?'],
    [
      domainImpersonation,
      'TargetedDomainProtectionAction',
      'Quarantine',
      'Quarantine mail posing as 1 protected domain?',
    ],
  ] as const)('$id changes its one field on both policies', async (step, field, standard, title) => {
    const g = grounds[step.id as keyof typeof grounds]();
    const p = proposed(await ask(step, g));
    expect(p.title).toBe(title);
    expect(p.changes).toEqual([
      {
        kind: 'anti-phish-policy',
        key: s.antiPhishStandardName,
        before: { [field]: 'NoAction' },
        after: { [field]: standard },
      },
      {
        kind: 'anti-phish-policy',
        key: s.antiPhishStrictName,
        before: { [field]: 'NoAction' },
        after: { [field]: 'Quarantine' },
      },
    ]);
    expect(p).toMatchObject({ risk: 'disruptive', affected: 42, evidence: { verdict: 'pass', lowEvidence: false } });
    expect(p.lines).toContain('Standard pilot, 40 people');
    expect(p.evidence?.figures.find((f) => f.id === 'change')?.value).toContain(
      `${field} NoAction \u2192 ${standard}, undo NoAction`,
    );
  });

  test('nothing is left to do when both policies have the value, and only one is changed when one has it', async () => {
    const g = earned(grounds['user-impersonation'](), 'user-impersonation');
    expect((await ask(userImpersonation, g)).is).toBe('nothing-to-do');
    const standard = g.policies[s.antiPhishStandardName];
    if (standard) standard.TargetedUserProtectionAction = 'NoAction';
    expect(proposed(await ask(userImpersonation, g)).changes.map((c) => c.key)).toEqual([s.antiPhishStandardName]);
  });

  test('an action set by somebody else is changed from what it is, and undone to that', async () => {
    const g = grounds['user-impersonation']();
    const standard = g.policies[s.antiPhishStandardName];
    if (standard) standard.TargetedUserProtectionAction = 'MoveToJmf';
    const p = proposed(await ask(userImpersonation, g));
    expect(p.changes[0]?.before).toEqual({ TargetedUserProtectionAction: 'MoveToJmf' });
    expect(p.lines).toEqual([
      'User impersonation: Junk \u2192 Quarantine',
      'Standard pilot, 40 people',
      'User impersonation: No action \u2192 Quarantine',
      'Strict pilot, 2 people',
    ]);
  });
});

describe('what holds a stage', () => {
  const user = () => grounds['user-impersonation']();
  test.each<[string, Step, () => Ground, Partial<Known>, string, RegExp]>([
    [
      'the pilot has not started',
      mailboxIntelligence,
      grounds['mailbox-intelligence'],
      { milestones: [] },
      'not-started',
      /start-pilot/,
    ],
    [
      'the start was taken back',
      mailboxIntelligence,
      grounds['mailbox-intelligence'],
      { milestones: [settled('start-pilot', days(20), true)] },
      'not-started',
      /start-pilot/,
    ],
    [
      'nine days of fourteen',
      mailboxIntelligence,
      grounds['mailbox-intelligence'],
      { milestones: [settled('start-pilot', days(9))] },
      'bar-days',
      /9 of 14 days/,
    ],
    [
      'the stage before is not set',
      userImpersonation,
      () => ground('user-impersonation'),
      {},
      'order',
      /First mailbox-intelligence/,
    ],
    [
      'the stage before acts, but nobody knows since when',
      userImpersonation,
      user,
      { milestones: [settled('start-pilot', days(20))] },
      'order',
      /no change of this record/,
    ],
    [
      'the stage before is three days old',
      userImpersonation,
      user,
      { milestones: [settled('start-pilot', days(20)), settled('mailbox-intelligence', days(3))] },
      'bar-gap',
      /3 of 7 days/,
    ],
    [
      'nothing is reviewed',
      userImpersonation,
      user,
      { reviews: [] },
      'bar-review',
      /0 of 25 senders reviewed. Say `review user-impersonation`/,
    ],
    [
      'Enhanced Filtering is not attested',
      userImpersonation,
      user,
      { attestations: [] },
      'attest-enhanced-filtering',
      /not checked/,
    ],
  ])('%s', async (_, step, make, more, id, words) => {
    expect(blockers(await ask(step, make(), more))[id]).toMatch(words);
  });

  test('exactly fourteen days are fourteen days', async () => {
    const g = grounds['mailbox-intelligence']();
    proposed(await ask(mailboxIntelligence, g, { milestones: [settled('start-pilot', days(14))] }));
  });

  test('twelve of twenty senders, with the word to say', async () => {
    const g = ground('mailbox-intelligence');
    const known = knownOf(mailboxIntelligence, g);
    const a = await ask(mailboxIntelligence, g, { reviews: known.reviews.slice(0, 12) });
    expect(blockers(a)['bar-minimum-senders']).toBe(
      'Senders to judge by: 12 of 20 senders reviewed. Say `review mailbox-intelligence`.',
    );
    expect(a.is === 'blocked' && a.evidence?.verdict).toBe('inconclusive');
  });

  test('an empty list of protected people, naming the policy', async () => {
    const g = user();
    const strict = g.policies[s.antiPhishStrictName];
    if (strict) strict.TargetedUsersToProtect = [];
    expect(blockers(await ask(userImpersonation, g))['no-protected-people']).toContain(s.antiPhishStrictName);
  });

  test('an attestation stands in for the stage before, from its own day on', async () => {
    const milestones = [settled('start-pilot', days(20))];
    const at = (n: number) => [attested('enhanced-filtering'), attested('mailbox-intelligence', days(n))];
    proposed(await ask(userImpersonation, user(), { milestones, attestations: at(7) }));
    expect(blockers(await ask(userImpersonation, user(), { milestones, attestations: at(6) }))['bar-gap']).toMatch(
      /6 of 7/,
    );
  });

  test('a missing policy, a rule that is off, an empty pilot', async () => {
    const gone = user();
    delete gone.policies[s.antiPhishStrictName];
    expect(blockers(await ask(userImpersonation, gone))['no-policy']).toContain(s.antiPhishStrictName);
    expect(Object.keys(blockers(await ask(userImpersonation, { ...user(), enabled: false })))).toContain('no-policy');
    expect(Object.keys(blockers(await ask(userImpersonation, { ...user(), standard: [], strict: [] })))).toContain(
      'empty-pilot',
    );
  });

  test.each(['anti-phish-policy', 'anti-phish-rule', 'group-member', 'people', 'detected-senders', 'submissions'])(
    'nobody can say when %s cannot be read',
    async (broken) => {
      const ids = Object.keys(blockers(await ask(mailboxIntelligence, { ...ground('mailbox-intelligence'), broken })));
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.every((id) => id.startsWith('unknown'))).toBe(true);
    },
  );

  test('a recurring false positive domain that is not trusted', async () => {
    const make = (): Ground => {
      const g = grounds['domain-impersonation']();
      const many = Array.from({ length: 200 }, (_, i) => detected(`s${i}@d${i}.example`, 'domain-impersonation'));
      return { ...g, senders: [detected('a@sister.example', 'domain-impersonation', { messages: 2 }), ...many] };
    };
    const marked = (g: Ground): Partial<Known> => ({
      reviews: knownOf(domainImpersonation, g).reviews.map((r) =>
        r.sender === 'a@sister.example' ? { ...r, mark: 'good' } : r,
      ),
    });
    const g = make();
    expect(blockers(await ask(domainImpersonation, g, marked(g)))['bar-trusted']).toMatch(/0 of 1 trusted/);
    for (const policy of Object.values(g.policies)) policy.ExcludedDomains = ['Sister.example'];
    proposed(await ask(domainImpersonation, g, marked(g)));
  });
});

describe('the card', () => {
  const g = () => grounds['user-impersonation']();
  test('says that only misses were seen until every exemption is confirmed', async () => {
    const only = 'Only what the old service missed';
    expect(proposed(await ask(userImpersonation, g())).cautions).toContain(only);
    const start = [attested('enhanced-filtering'), attested('run:start-pilot-run:exempt-pilot')];
    expect(proposed(await ask(userImpersonation, g(), { attestations: start })).cautions).not.toContain(only);
    const milestones = [...knownOf(userImpersonation, g()).milestones, settled('waves', days(5))];
    expect(proposed(await ask(userImpersonation, g(), { attestations: start, milestones })).cautions).toContain(only);
  });

  test('reads like the first card of the design', async () => {
    expect(proposed(await ask(userImpersonation, g())).evidence?.headline).toEqual([
      '20 days: 25 caught, 25 senders, worst day 0',
      'All reviewed: 0 wrong (true rate may be 11.3 %)',
      'Priority accounts: 25 caught, 0 wrong; tickets: unknown',
      'Trusts added: none; hidden by overrides: 0',
      'Expect a day: notices 2, releases 1 (desk: 40)',
    ]);
  });

  test('low evidence is proposed as such after the longest window, never as a pass', async () => {
    const few = { ...grounds['mailbox-intelligence'](), senders: [detected('s@d.example', 'mailbox-intelligence')] };
    const at = (n: number) => ({ milestones: [settled('start-pilot', days(n))] });
    expect(Object.keys(blockers(await ask(mailboxIntelligence, few, at(29))))).toEqual(['bar-minimum-senders']);
    const p = proposed(await ask(mailboxIntelligence, few, at(30)));
    expect(p.evidence).toMatchObject({ verdict: 'inconclusive', lowEvidence: true });
    expect(p.cautions.join()).toContain('never a pass');
  });
});

describe('the seal', () => {
  const step = userImpersonation;
  const sealOf = async (g: Ground, more: Partial<Known> = {}): Promise<string> => {
    const window = { from: days(18), to: days(1) };
    const p = proposed(await ask(step, g, { window, ...more }));
    return fingerprintOf({ ...p, step: step.id, settings: {}, choice: null });
  };
  const make = grounds['user-impersonation'];

  test('holds over an hour and over another message of a known sender', async () => {
    const g = make();
    const more = { ...g, senders: g.senders.map((d) => ({ ...d, messages: d.messages + 1 })) };
    expect(await sealOf(more, { now: now + 3_600_000 })).toBe(await sealOf(g));
  });
  test('does not depend on the order of lists', async () => {
    const g = make();
    const turned = make();
    const standard = turned.policies[s.antiPhishStandardName];
    if (standard) standard.TargetedUsersToProtect = protectedUsers.toReversed();
    expect(await sealOf({ ...turned, standard: g.standard.toReversed() })).toBe(await sealOf(g));
  });
  test.each<[string, (g: Ground) => void]>([
    [
      'another field of a policy',
      (g) => void Object.assign(g.policies[s.antiPhishStrictName] ?? {}, { PhishThresholdLevel: 1 }),
    ],
    ['a member of the pilot', (g) => void Object.assign(g, { standard: g.standard.slice(1) })],
    [
      'a priority account that is hit',
      (g) => void Object.assign(g, { senders: g.senders.map((d) => ({ ...d, recipientIds: ['p0'] })) }),
    ],
  ])('breaks with %s', async (_, bend) => {
    const g = make();
    const sealed = await sealOf(make());
    bend(g);
    expect(await sealOf(g)).not.toBe(sealed);
  });
});

describe('the effect on mail', () => {
  const look = async (senders: readonly DetectedSender[], since = now - dayMs, broken = '') => {
    const g = { ...grounds['user-impersonation'](), senders, broken };
    return userImpersonation.effect?.(tenantOf(g), { ...knownOf(userImpersonation, g), since, changes: [] });
  };
  const held = detected('a@a.example', 'user-impersonation', { noAction: 0, messages: 3 });

  test('is proved by a detection that was acted on', async () => {
    expect(await look([held])).toMatchObject({ proved: true, words: expect.stringContaining('3 messages') });
  });
  test.each<[string, readonly DetectedSender[], RegExp]>([
    ['nothing was detected', [], /nothing detected since the change/],
    ['one is left without action', [held, detected('b@b.example', 'user-impersonation')], /1 of 4 messages/],
    [
      'all of it was let through by an override',
      [detected('b@b.example', 'user-impersonation', { overridden: 1 })],
      /nothing to prove it on/,
    ],
  ])('is not proved when %s', async (_, senders, words) => {
    expect(await look(senders)).toMatchObject({ proved: false, words: expect.stringMatching(words) });
  });
  test('what an override let through is no failure of the change', async () => {
    const spared = detected('b@b.example', 'user-impersonation', { messages: 3, overridden: 1 });
    expect(await look([held, spared])).toMatchObject({ proved: true, words: expect.stringContaining('5 messages') });
  });
  test('is not judged in the first half hour, nor when it cannot be read', async () => {
    expect((await look([held], now - 60_000))?.proved).toBe(false);
    expect(await look([held], now - dayMs, 'detected-senders')).toMatchObject({
      proved: false,
      words: expect.stringContaining('timed out'),
    });
  });
  test('a later stage that is still without action does not disprove this one', async () => {
    const both = detected('b@b.example', 'user-impersonation', {
      detections: ['user-impersonation', 'domain-impersonation'],
    });
    expect(await look([held, both])).toMatchObject({ proved: true });
  });
});
