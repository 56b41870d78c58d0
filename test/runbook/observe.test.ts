import { describe, expect, test } from 'vitest';
import { materialOf, type Observation, observe, pilotStarted, windowOf } from '../../services/runbook/observe.ts';
import type { Blocker } from '../../services/runbook/plan.ts';
import type { Known } from '../../services/runbook/step.ts';
import { standardSettings } from '../../services/settings/settings.ts';
import type { DetectedSender, Person } from '../../services/tenant/questions.ts';
import { absent, unknown, known as value } from '../../services/tenant/reading.ts';
import type { TenantReader } from '../../services/tenant/tenant.ts';
import { dayMs } from '../../services/tenant/time.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 2, 20, 9, 25);
const known = (more: Partial<Known> = {}): Known => ({
  now,
  settings: standardSettings,
  reviews: [],
  attestations: [],
  milestones: [],
  choice: null,
  window: null,
  ...more,
});
const milestone = (settledAt: number, undone = false) => ({
  run: '1',
  step: 'start-pilot',
  choice: null,
  settledAt,
  undone,
});

describe('the window', () => {
  test('is closed: it ends at the last full hour and begins at a full hour', () => {
    expect(windowOf(known(), 30, now - 10 * dayMs)).toEqual({
      from: Date.UTC(2026, 2, 10, 10),
      to: Date.UTC(2026, 2, 20, 9),
    });
  });
  test('a sealed window is used as it is', () => {
    expect(windowOf(known({ window: { from: 5, to: 9 } }), 30, null)).toEqual({ from: 5, to: 9 });
  });
  test('there is none before the pilot started, nor in its first hour', () => {
    expect(windowOf(known(), 30, null)).toBeNull();
    expect(windowOf(known(), 30, now - 10 * 60_000)).toBeNull();
  });
  test('is no longer than asked', () => {
    const w = windowOf(known(), 10, now - 90 * dayMs);
    expect((w?.to ?? 0) - (w?.from ?? 0)).toBe(10 * dayMs);
  });
  test('can still be read in full when an approval is decided days later: hunting goes back 30 days', () => {
    const w = windowOf(known(), 30, now - 90 * dayMs);
    expect(now + 5 * dayMs - (w?.from ?? 0)).toBeLessThan(30 * dayMs);
  });
});

describe('the start of the pilot', () => {
  test('is the run that still stands, else what a person attested', () => {
    const attested = {
      about: 'start-pilot',
      statement: '',
      proof: '',
      by: { id: 'a', name: 'A' },
      at: 7,
      expiresAt: now + 1,
    };
    expect(pilotStarted(known({ milestones: [milestone(5)], attestations: [attested] }))).toBe(5);
    expect(pilotStarted(known({ milestones: [milestone(5, true)], attestations: [attested] }))).toBe(7);
    expect(pilotStarted(known({ milestones: [milestone(5, true)] }))).toBeNull();
    expect(pilotStarted(known({ attestations: [{ ...attested, expiresAt: now }] }))).toBeNull();
  });
});

const person = (id: string, priority = false): Person => ({
  id,
  name: id,
  address: `${id}@c.example`,
  department: 'd',
  title: '',
  enabled: true,
  guest: false,
  mailbox: 'user',
  licensed: true,
  priority,
  assists: [],
});
const hit = (recipientIds: readonly string[]): DetectedSender => ({
  sender: 's@s.example',
  senderDomain: 's.example',
  displayNames: [],
  messages: 3,
  recipients: recipientIds.length,
  recipientIds,
  detections: ['user-impersonation'],
  firstContact: 0,
  spfPass: 0,
  dkimPass: 0,
  dmarcPass: 0,
  compAuthFail: 0,
  noAction: 3,
  overridden: 0,
  alsoOtherThreat: 0,
  firstSeen: 0,
  lastSeen: 0,
  sampleIds: [],
  subjects: [],
});

/** A tenant that remembers what it was asked. */
function tenantOf(asked: { question: string; ask: unknown }[], members: readonly string[]): TenantReader {
  const answers: Readonly<Record<string, unknown>> = {
    people: [person('p1'), person('chief', true), person('outside')],
    'detected-senders': { senders: [hit(['p1', 'chief'])], days: [], complete: true },
    volume: { deliveries: 1, bypassed: 0, viaConnector: 0, quarantined: 0, junked: 0 },
    zapped: { messages: 0, senders: [] },
    submissions: [],
  };
  return {
    read: async () => absent,
    list: (async (_kind: string, within?: string) =>
      within === standardSettings.pilotGroupStandard
        ? value(members.map((m) => ({ key: m, value: { objectId: m, address: `${m}@c.example` } })))
        : absent) as TenantReader['list'],
    ask: (async (question: string, ask: unknown) => {
      asked.push({ question, ask });
      return value(answers[question]);
    }) as TenantReader['ask'],
  };
}

describe('what is read', () => {
  const since = now - 10 * dayMs;
  test('only the pilot is asked about; priority accounts are looked at up to now', async () => {
    const asked: { question: string; ask: unknown }[] = [];
    await observe(tenantOf(asked, ['p1', 'chief']), known(), standardSettings, ['user-impersonation'], since);
    const windows = { from: Date.UTC(2026, 2, 10, 10), to: Date.UTC(2026, 2, 20, 9) };
    const detections = asked.filter((a) => a.question === 'detected-senders').map((a) => a.ask);
    expect(detections).toContainEqual({
      recipients: ['chief', 'p1'],
      detections: ['user-impersonation'],
      window: windows,
    });
    expect(detections).toContainEqual({
      recipients: ['chief'],
      detections: ['user-impersonation'],
      window: { from: windows.from, to: now },
    });
    expect(asked.map((a) => a.question)).toEqual(expect.arrayContaining(['volume', 'zapped', 'submissions']));
  });

  test('a decision that is not next costs one hunting call, and says what it did not ask', async () => {
    const asked: { question: string; ask: unknown }[] = [];
    const o = await observe(
      tenantOf(asked, ['p1', 'chief']),
      known(),
      standardSettings,
      ['user-impersonation'],
      since,
      false,
    );
    expect(asked.filter((a) => ['detected-senders', 'volume', 'zapped'].includes(a.question))).toHaveLength(1);
    const m = materialOf(o, known(), [person('p1')], []);
    expect(m).toMatchObject({ volume: null, zapped: null, priorityMessages: null });
    expect(m?.missing.volume).toContain('asked only');
  });

  test('without a start or without members nothing is asked of mail', async () => {
    for (const [members, start] of [
      [['p1'], null],
      [[], since],
    ] as const) {
      const asked: { question: string; ask: unknown }[] = [];
      await observe(tenantOf(asked, members), known(), standardSettings, ['user-impersonation'], start);
      expect(asked.map((a) => a.question)).toEqual(['people']);
    }
  });
});

describe('the material', () => {
  const answer = { senders: [hit(['p1', 'chief'])], days: [], complete: true };
  const observation: Observation = {
    pilot: { standard: absent, strict: absent, people: value([]) },
    window: { from: now - 10 * dayMs, to: now - hour },
    since: now - 14 * dayMs,
    whole: true,
    detected: value(answer),
    recent: value(answer),
    volume: unknown('HTTP 403'),
    zapped: { is: 'not-licensed', instead: 'the trace' },
    submissions: value([]),
  };
  const people = [person('p1'), person('chief', true)];

  test('names the priority accounts that were hit, and why a reading is missing', () => {
    const blockers: Blocker[] = [];
    expect(materialOf(observation, known(), people, blockers)).toMatchObject({
      observedDays: 14,
      priorityHit: ['chief'],
      priorityMessages: 3,
      volume: null,
      missing: { volume: 'HTTP 403', zapped: 'not licensed; instead: the trace' },
    });
    expect(blockers).toEqual([]);
  });

  test.each([
    ['the detections cannot be read', { detected: unknown('timed out') }],
    ['the priority accounts cannot be read', { recent: unknown('timed out') }],
    ['the detections are cut off', { detected: value({ ...answer, complete: false }) }],
    ['the priority accounts are cut off', { recent: value({ ...answer, complete: false }) }],
  ])('there is none, and nobody can say, when %s', (_, more) => {
    const blockers: Blocker[] = [];
    expect(materialOf({ ...observation, ...more }, known(), people, blockers)).toBeNull();
    expect(blockers.every((b) => b.id.startsWith('unknown'))).toBe(true);
    expect(blockers).toHaveLength(1);
  });
});
