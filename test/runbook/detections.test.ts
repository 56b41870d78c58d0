import { describe, expect, test } from 'vitest';
import { type Bars, evidenceOf, lastMarks, type Material } from '../../services/runbook/detections.ts';
import type { Review } from '../../services/runbook/evidence.ts';
import type { DetectedSender, Person, Submission } from '../../services/tenant/questions.ts';
import { dayMs } from '../../services/tenant/time.ts';

const now = Date.UTC(2026, 2, 20, 9);
const from = now - 20 * dayMs;

const person = (id: string, department: string, priority = false): Person => ({
  id,
  name: id,
  address: `${id}@contoso.example`,
  department,
  title: '',
  enabled: true,
  guest: false,
  mailbox: 'user',
  licensed: true,
  priority,
  assists: [],
});
const pilot = [
  ...Array.from({ length: 12 }, (_, i) => person(`p${i}`, ['Finance', 'Sales', 'Plant'][i % 3] ?? '')),
  person('chief', 'Executive', true),
];
const detected = (sender: string, messages = 1, more: Partial<DetectedSender> = {}): DetectedSender => ({
  sender,
  senderDomain: sender.slice(sender.indexOf('@') + 1),
  displayNames: ['Somebody'],
  messages,
  recipients: 1,
  recipientIds: ['p0'],
  detections: ['user-impersonation'],
  firstContact: messages,
  spfPass: 0,
  dkimPass: 0,
  dmarcPass: 0,
  compAuthFail: 0,
  noAction: messages,
  overridden: 0,
  alsoOtherThreat: 0,
  firstSeen: from,
  lastSeen: now,
  sampleIds: [],
  subjects: [],
  ...more,
});
const senders = (n: number): readonly DetectedSender[] =>
  Array.from({ length: n }, (_, i) => detected(`s${String(i).padStart(3, '0')}@d${i}.example`));
const review = (sender: string, mark: Review['mark'], at = now - dayMs, more: Partial<Review> = {}): Review => ({
  id: `${sender} ${at}`,
  step: 'user-impersonation',
  sender,
  mark,
  by: 'jon',
  byName: 'Jon Vik',
  at,
  ...more,
});
const reviewed = (list: readonly DetectedSender[], marks: Readonly<Record<string, Review['mark']>> = {}): Review[] =>
  list.map((d) => review(d.sender, marks[d.sender] ?? 'bad'));
const report = (i: number, more: Partial<Submission> = {}): Submission => ({
  id: `r${i}`,
  createdAt: now - dayMs,
  source: 'user',
  reporter: `p${i % 12}@contoso.example`,
  reporterName: '',
  recipient: `p${i % 12}@contoso.example`,
  sender: 's000@d0.example',
  subject: '',
  networkMessageId: null,
  internetMessageId: null,
  category: 'phishing',
  originalCategory: null,
  status: 'completed',
  result: null,
  resultDetail: null,
  simulation: false,
  ...more,
});

const material = (more: Partial<Material> = {}): Material => {
  const list = more.senders ?? senders(25);
  return {
    step: 'user-impersonation',
    window: { from, to: now },
    now,
    observedDays: 20,
    zone: 'UTC',
    senders: list,
    days: [
      { day: from, messages: 3 },
      { day: from + dayMs, messages: 9 },
    ],
    priorityHit: [],
    priorityMessages: 0,
    pilot,
    reviews: reviewed(list),
    volume: { deliveries: 900, bypassed: 0, viaConnector: 0, quarantined: 4, junked: 7 },
    zapped: { messages: 2, senders: ['z@z.example'] },
    submissions: [report(1), report(2)],
    missing: {},
    exempt: true,
    action: 'Quarantine',
    deskPerDay: 40,
    scale: 1,
    extraBars: [],
    trusted: 'none added',
    ...more,
  };
};
const bars: Bars = {
  minimumDays: 14,
  limit: 0.02,
  wrongBy: 'share',
  undecided: 0,
  review: 'senders',
  minimumSenders: 20,
  reportRate: 1,
  pilotPeople: 12,
  pilotDepartments: 3,
  longestDays: 30,
};
const holds = (m: Material, b: Bars = bars) =>
  Object.fromEntries(evidenceOf(m, b).bars.map((x) => [x.id, x.holds] as const));
const first = 's000@d0.example';

describe('verdicts', () => {
  const few = senders(4);
  const many = senders(200);
  const cases: readonly [string, Partial<Material>, Partial<Bars>, string][] = [
    ['everything clears its bar', {}, {}, 'pass'],
    ['too few days', { observedDays: 13 }, {}, 'inconclusive'],
    ['one sender is not reviewed', { reviews: reviewed(senders(24)) }, {}, 'inconclusive'],
    ['nothing is reviewed', { reviews: [] }, {}, 'inconclusive'],
    ['nothing was detected', { senders: [], reviews: [] }, {}, 'inconclusive'],
    ['one is undecided', { reviews: reviewed(senders(25), { [first]: 'undecided' }) }, {}, 'inconclusive'],
    [
      'one of 25 is wrong: above the limit, not proved to be',
      { reviews: reviewed(senders(25), { [first]: 'good' }) },
      {},
      'inconclusive',
    ],
    [
      'one of 200 is wrong, within the limit',
      { senders: many, reviews: reviewed(many, { [first]: 'good' }) },
      {},
      'pass',
    ],
    [
      'one of two is wrong: surely above the limit',
      { senders: senders(2), reviews: reviewed(senders(2), { [first]: 'good' }) },
      {},
      'fail',
    ],
    ['the bound must hold and does not at 25', {}, { wrongBy: 'bound' }, 'inconclusive'],
    ['the bound must hold and does at 200', { senders: many, reviews: reviewed(many) }, { wrongBy: 'bound' }, 'pass'],
    ['four senders are too few', { senders: few, reviews: reviewed(few) }, {}, 'inconclusive'],
    ['the pilot is too small', { pilot: pilot.slice(0, 11) }, {}, 'inconclusive'],
    ['one department only', { pilot: pilot.map((p) => ({ ...p, department: 'Sales' })) }, {}, 'inconclusive'],
    ['nobody reports', { submissions: [] }, {}, 'inconclusive'],
    ['reports cannot be read', { submissions: null, missing: { submissions: 'HTTP 403' } }, {}, 'inconclusive'],
    [
      'a bar of the step does not hold',
      { extraBars: [{ id: 'gap', label: 'Gap', wanted: '7', found: '3 of 7', holds: 'no' }] },
      {},
      'inconclusive',
    ],
  ];
  test.each(cases)('%s', (_, m, b, verdict) => {
    expect(evidenceOf(material(m), { ...bars, ...b }).verdict).toBe(verdict);
  });

  test('a false positive of a priority account fails, however many others are right', () => {
    const list = [...senders(400), detected('boss@home.example', 1, { recipientIds: ['chief'] })];
    const m = material({ senders: list, reviews: reviewed(list, { 'boss@home.example': 'good' }) });
    expect(evidenceOf(m, bars)).toMatchObject({ verdict: 'fail', falsePositives: ['boss@home.example'] });
    expect(holds(m).priority).toBe('no');
  });

  test('an unreadable report rate is unknown, never met and never missed', () => {
    expect(holds(material({ submissions: null, missing: { submissions: 'HTTP 403' } })).reports).toBe('unknown');
  });
});

describe('marks', () => {
  test('the last mark per sender counts, in any letter case, and only of this step', () => {
    const marks = lastMarks(
      [
        review('A@x.example', 'good', 10),
        review('a@X.example', 'bad', 30, { byName: 'Lea' }),
        review('a@x.example', 'undecided', 20),
        review('b@x.example', 'good', 10, { step: 'mailbox-intelligence' }),
      ],
      'user-impersonation',
    );
    expect([...marks].map(([s, r]) => [s, r.mark, r.byName])).toEqual([['a@x.example', 'bad', 'Lea']]);
  });

  test('a mark taken back is no false positive any more', () => {
    const list = senders(25);
    const reviews = [...reviewed(list), review(first, 'good', now - 10), review(first, 'bad', now - 5)];
    expect(evidenceOf(material({ reviews }), bars)).toMatchObject({ verdict: 'pass', falsePositives: [] });
  });

  test('mail that is held as malware anyway needs no mark and proves nothing', () => {
    const list = [...senders(25), detected('m@m.example', 2, { alsoOtherThreat: 2 })];
    const m = material({ senders: list, reviews: reviewed(senders(25)) });
    expect(evidenceOf(m, bars).verdict).toBe('pass');
    expect(evidenceOf(m, bars).bars.find((b) => b.id === 'review')?.found).toBe('25 of 25 senders reviewed');
  });
});

describe('coverage', () => {
  test('the top senders of 90 % of messages, and never fewer than the minimum', () => {
    const list = [detected('big@big.example', 900), ...senders(40)];
    const top = list.slice(0, 20);
    const b: Bars = { ...bars, review: 0.9 };
    expect(holds(material({ senders: list, reviews: reviewed(top) }), b)).toMatchObject({
      review: 'yes',
      'minimum-senders': 'yes',
    });
    expect(holds(material({ senders: list, reviews: reviewed(top.slice(1)) }), b).review).toBe('no');
  });

  test('every sender domain, one sender each', () => {
    const list = [detected('a@one.example'), detected('b@one.example'), detected('c@two.example')];
    const b: Bars = { ...bars, review: 'domains', minimumSenders: 1 };
    expect(holds(material({ senders: list, reviews: [review('a@one.example', 'bad')] }), b).review).toBe('no');
    const two = [review('a@one.example', 'bad'), review('c@two.example', 'bad')];
    expect(holds(material({ senders: list, reviews: two }), b).review).toBe('yes');
  });
});

describe('reports', () => {
  test('the rate counts what pilot members reported, per 100 people and week', () => {
    const found = (submissions: readonly Submission[]) =>
      evidenceOf(material({ pilot: pilot.slice(0, 12), submissions }), bars).bars.find((b) => b.id === 'reports')
        ?.found;
    // 6 reports of 12 people in 20 days: 50 per 100 in 20 days, 17.5 in a week.
    expect(found(Array.from({ length: 6 }, (_, i) => report(i)))).toBe('17.5 per 100 a week');
    expect(
      found([
        report(1, { recipient: 'else@contoso.example', reporter: 'else@contoso.example' }),
        report(2, { simulation: true }),
        report(3, { source: 'administrator' }),
      ]),
    ).toBe('0.0 per 100 a week: feedback loop not proven');
  });
});

describe('low evidence', () => {
  const few = senders(4);
  const small: Partial<Material> = { senders: few, reviews: reviewed(few), observedDays: 30 };
  const low = (m: Partial<Material>, b: Partial<Bars> = {}): boolean =>
    evidenceOf(material(m), { ...bars, ...b }).lowEvidence;

  test('is offered when the longest window has passed, all is reviewed and only numbers are lacking', () => {
    expect(low(small)).toBe(true);
    expect(low({ ...small, pilot: pilot.slice(0, 5) })).toBe(true);
    expect(evidenceOf(material(small), bars).verdict).toBe('inconclusive');
  });
  test('is not offered over an undecided sender, even where the bar allows some', () => {
    expect(low({ ...small, reviews: reviewed(few, { [first]: 'undecided' }) }, { undecided: 0.5 })).toBe(false);
    expect(low(small, { undecided: 0.5 })).toBe(true);
  });
  test.each<[string, Partial<Material>]>([
    ['a day too early', { observedDays: 29 }],
    ['one is not reviewed', { reviews: reviewed(few.slice(1)) }],
    ['one is undecided', { reviews: reviewed(few, { [first]: 'undecided' }) }],
    ['one is wrong', { reviews: reviewed(few, { [first]: 'good' }) }],
    ['something is unknown', { submissions: null, missing: { submissions: 'HTTP 403' } }],
    ['the stage before is too fresh', { extraBars: [{ id: 'gap', label: '', wanted: '', found: '', holds: 'no' }] }],
    ['the evidence passes', { senders: senders(25), reviews: reviewed(senders(25)) }],
  ])('is not offered when %s', (_, more) => {
    expect(low({ ...small, ...more })).toBe(false);
  });
});

describe('figures', () => {
  const ids = [
    'window',
    'affected',
    'messages',
    'senders',
    'recipients',
    'priority',
    'review',
    'bound',
    'per-day',
    'top',
    'trusted',
    'reports',
    'admin-submissions',
    'misses',
    'volume',
    'overrides',
    'tickets',
    'ef',
    'notices',
    'releases',
    'judges',
  ];
  const figures = (m: Partial<Material>) =>
    Object.fromEntries(evidenceOf(material(m), bars).figures.map((f) => [f.id, f] as const));

  test('every number of the guide is there, whatever could not be read', () => {
    for (const m of [
      {},
      { volume: null, zapped: null, submissions: null, priorityMessages: null, senders: [], reviews: [] },
    ])
      expect(Object.keys(figures(m))).toEqual(ids);
  });

  test('what nobody knows says why', () => {
    const f = figures({
      volume: null,
      zapped: null,
      submissions: null,
      reviews: [],
      missing: { volume: 'HTTP 403', zapped: 'timed out', submissions: 'not licensed' },
    });
    expect(f.volume).toMatchObject({ known: false, value: 'unknown: HTTP 403' });
    expect(f.misses).toMatchObject({ known: false, value: 'unknown: timed out' });
    expect(f.reports).toMatchObject({ known: false, value: 'unknown: not licensed' });
    expect(f['admin-submissions']?.known).toBe(false);
    expect(f.bound?.known).toBe(false);
    expect(f.releases?.known).toBe(false);
    expect(f.tickets).toMatchObject({ known: false, value: 'unknown: no ticket system is connected' });
  });

  test('what is known is counted', () => {
    const list = [detected(first, 40, { recipientIds: ['p0', 'p1', 'chief'], overridden: 3 }), ...senders(25).slice(1)];
    const f = figures({
      senders: list,
      reviews: reviewed(list, { 's001@d1.example': 'undecided' }),
      priorityMessages: 6,
      submissions: [
        report(1),
        report(2, { sender: 'x@x.example', category: 'notJunk' }),
        report(3, { source: 'administrator', result: 'noThreatsFound' }),
      ],
    });
    expect(f.messages?.value).toBe('64');
    expect(f.senders?.value).toBe('25');
    expect(f.recipients?.value).toBe('3');
    expect(f.priority?.value).toBe('6 caught, 0 wrong');
    expect(f.review?.value).toBe('25: 24 bad, 0 good, 1 undecided');
    expect(f.overrides?.value).toBe('3');
    expect(f['per-day']?.value).toBe('mean 3.2, worst 9');
    expect(f.notices?.value).toBe('4');
    // 3.2 a day times (upper bound 11.3 % + 4 % undecided) = 0.5, rounded up.
    expect(f.releases?.value).toBe('1 (desk: 40)');
    expect(f.reports?.value).toBe('1 phish, 1 not junk; 1 agree with the detection');
    expect(f['admin-submissions']?.value).toBe('noThreatsFound 1');
    expect(f.top?.value.startsWith('s000@d0.example 40 (bad); s001@d1.example 1 (undecided)')).toBe(true);
  });

  test('mail moved to Junk causes no notices; a forecast beyond the desk says so', () => {
    expect(figures({ action: 'Junk' }).notices?.value).toBe('0');
    expect(figures({ deskPerDay: 2, scale: 100 }).releases?.value).toMatch(/^\d+ \(desk: 2, too many\)$/);
  });
});

test('the headline names the window, the worst day and what the numbers cannot prove', () => {
  expect(evidenceOf(material(), bars).headline).toEqual([
    '20 days: 25 caught, 25 senders, worst day 9',
    'All reviewed: 0 wrong (true rate may be 11.3 %)',
  ]);
});

test('people who are not exempt at the old service show only what it missed', () => {
  expect(evidenceOf(material({ exempt: false }), bars).missesOnly).toBe(true);
  expect(evidenceOf(material(), bars).missesOnly).toBe(false);
});
