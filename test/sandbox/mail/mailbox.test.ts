import { expect, it } from 'vitest';
import { membersOf } from '../../../services/sandbox/mail/groups.ts';
import { createMailStore, type MailStore } from '../../../services/sandbox/mail/mailbox.ts';
import { isLegitimate } from '../../../services/sandbox/mail/message.ts';
import { profileOf } from '../../../services/sandbox/mail/profile.ts';
import { mailOfHour } from '../../../services/sandbox/mail/stream.ts';
import { pilotGroup, testTenant } from './tenant.ts';

const DAY_MS = 86_400_000;
const epoch = Date.UTC(2026, 2, 2);

function traced(store: MailStore): string[] {
  return store.trace.map(
    (t) => `${String(t.row['id'])} ${String(t.row['recipientAddress'])} ${String(t.row['status'])}`,
  );
}

it('sends and decides the same whatever the sequence of clock moves', () => {
  const state = testTenant(1);
  const one = createMailStore(1, epoch);
  one.catchUp(state, epoch + 3 * DAY_MS);
  const many = createMailStore(1, epoch);
  for (const part of [0.001, 0.3, 0.3000001, 1.77, 1.78, 2.999]) many.catchUp(state, epoch + part * DAY_MS);
  many.catchUp(state, epoch + 3 * DAY_MS);
  expect(traced(many)).toEqual(traced(one));
  expect(many.submissions).toEqual(one.submissions);
  expect(many.clicks).toEqual(one.clicks);
  expect(many.quarantine).toEqual(one.quarantine);
  const other = createMailStore(4, epoch);
  other.catchUp(state, epoch + DAY_MS);
  expect(traced(other)[0]).not.toBe(traced(one)[0]);
});

it('sends the same under any policy', () => {
  const strict = testTenant(1);
  const open = testTenant(1, { pilot: false, enhanced: false });
  const ids = (state: typeof strict): string[] =>
    mailOfHour(1, epoch + 9 * 3_600_000, state).map((m) => m.networkMessageId);
  expect(ids(strict)).toEqual(ids(open));
  expect(ids(strict).length).toBeGreaterThan(100);
});

it('sends between 1,600 and 2,400 messages every day, most of them in office hours', () => {
  for (const seed of [1, 2, 3]) {
    const state = testTenant(seed);
    for (let day = 0; day < 14; day++) {
      let count = 0;
      let office = 0;
      for (let hour = 0; hour < 24; hour++) {
        const n = mailOfHour(seed, epoch + day * DAY_MS + hour * 3_600_000, state).length;
        count += n;
        if (hour >= 7 && hour < 16) office += n;
      }
      expect(count).toBeGreaterThanOrEqual(1600);
      expect(count).toBeLessThanOrEqual(2400);
      expect(office / count).toBeGreaterThan(0.5);
    }
  }
});

interface Evidence {
  readonly detected: number;
  readonly wrong: number;
  readonly stages: readonly number[];
  readonly reports: number;
}

/** Distinct senders detected for the pilot in two weeks, and the user reports of the pilot. */
function gather(store: MailStore, pilot: ReadonlySet<string>, fromMs: number): Evidence {
  const senders = new Map<string, boolean>();
  const kinds = ['Impersonation user', 'Impersonation domain', 'Mailbox intelligence impersonation'];
  const stages = kinds.map(() => new Set<string>());
  for (const { atMs, row } of store.emailEvents) {
    if (atMs < fromMs || row['ThreatTypes'] === '' || !pilot.has(String(row['RecipientEmailAddress']))) continue;
    const methods = String(row['DetectionMethods']);
    const sender = String(row['SenderFromAddress']);
    const truth = store.truthOf(String(row['NetworkMessageId']));
    const wrong = truth !== undefined && isLegitimate(truth) && !methods.includes('"Bulk"');
    senders.set(sender, wrong || senders.get(sender) === true);
    kinds.forEach((kind, i) => {
      if (methods.includes(kind)) stages[i]?.add(sender);
    });
  }
  return {
    detected: senders.size,
    wrong: [...senders.values()].filter((w) => w).length,
    stages: stages.map((s) => s.size),
    reports: store.submissions.filter((s) => s.atMs >= fromMs && pilot.has(String(s.row['recipientEmailAddress'])))
      .length,
  };
}

it('has seeds whose evidence passes, fails and stays inconclusive over 60 days', () => {
  for (const seed of [1, 2, 3]) {
    const state = testTenant(seed);
    const pilot = membersOf(state, pilotGroup);
    expect(pilot.size).toBe(40);
    const store = createMailStore(seed, epoch);
    let everWrong = 0;
    for (let until = 14; until <= 56; until += 14) {
      store.catchUp(state, epoch + until * DAY_MS);
      const found = gather(store, pilot, epoch + (until - 14) * DAY_MS);
      everWrong += found.wrong;
      const reportsPer100Weekly = (found.reports / 2 / 40) * 100;
      if (profileOf(seed) === 'pass') {
        expect(found.detected - found.wrong).toBeGreaterThanOrEqual(200);
        expect(found.wrong).toBeLessThanOrEqual(2);
        for (const stage of found.stages) expect(stage).toBeGreaterThanOrEqual(20);
        expect(reportsPer100Weekly).toBeGreaterThanOrEqual(1);
      } else if (profileOf(seed) === 'fail') {
        expect(found.wrong / found.detected).toBeGreaterThanOrEqual(0.12);
        expect(reportsPer100Weekly).toBeGreaterThanOrEqual(1);
      } else {
        expect(found.detected).toBeLessThan(40);
        expect(reportsPer100Weekly).toBeLessThan(1);
      }
    }
    if (profileOf(seed) !== 'fail') expect(everWrong).toBeLessThanOrEqual(2);
  }
});

it('keeps hunting rows for 30 days, trace for 90, all sorted by time', () => {
  const state = testTenant(1);
  const store = createMailStore(1, epoch);
  store.catchUp(state, epoch + 5 * DAY_MS);
  expect(store.emailEvents[0]?.atMs).toBeLessThan(epoch + DAY_MS);
  store.catchUp(state, epoch + 33 * DAY_MS);
  const lists = [
    store.emailEvents,
    store.postDelivery,
    store.urlInfo,
    store.attachmentInfo,
    store.clicks,
    store.cloudApp,
    store.trace,
    store.quarantine,
    store.submissions,
  ];
  for (const list of lists) {
    expect(list.length).toBeGreaterThan(0);
    for (let i = 1; i < list.length; i++) expect(list[i]?.atMs).toBeGreaterThanOrEqual(list[i - 1]?.atMs ?? 0);
  }
  expect(store.emailEvents[0]?.atMs).toBeGreaterThanOrEqual(epoch + 3 * DAY_MS);
  expect(store.trace[0]?.atMs).toBeLessThan(epoch + DAY_MS);
  const known = new Set(store.emailEvents.map((e) => e.row['NetworkMessageId']));
  for (const url of store.urlInfo) expect(known.has(url.row['NetworkMessageId'] ?? '')).toBe(true);
});

it('bypasses people outside the pilot with SKN and Allow, and filters the pilot', () => {
  const state = testTenant(1);
  const pilot = membersOf(state, pilotGroup);
  const store = createMailStore(1, epoch);
  store.catchUp(state, epoch + 5 * DAY_MS);
  let bypassedThreats = 0;
  let stopped = 0;
  for (const { row } of store.emailEvents) {
    if (row['EmailDirection'] !== 'Inbound' || row['Connectors'] === '') continue;
    const recipient = String(row['RecipientEmailAddress']);
    const headers = store.headers(String(row['NetworkMessageId']), recipient, state) ?? '';
    if (pilot.has(recipient)) {
      expect(headers).not.toContain('SFV:SKN');
      expect(row['OrgLevelPolicy']).not.toBe('Exchange transport rule');
      if (row['DeliveryAction'] !== 'Delivered') stopped++;
    } else if (!String(row['ThreatTypes']).includes('Malware')) {
      expect(headers).toContain('SFV:SKN');
      expect(row['OrgLevelAction']).toBe('Allow');
      expect(row['OrgLevelPolicy']).toBe('Exchange transport rule');
      expect(row['DeliveryAction']).toBe('Delivered');
      expect(row['ExchangeTransportRule']).toBe('Bypass');
      if (row['ThreatTypes'] !== '') bypassedThreats++;
    }
  }
  expect(bypassedThreats).toBeGreaterThan(50);
  expect(stopped).toBeGreaterThan(50);
});

it('shows the tenant only what the old service let through', () => {
  const spared = createMailStore(1, epoch);
  spared.catchUp(testTenant(1), epoch + 4 * DAY_MS);
  const state = testTenant(1, { exempt: false });
  const guarded = createMailStore(1, epoch);
  guarded.catchUp(state, epoch + 4 * DAY_MS);
  const pilot = membersOf(state, pilotGroup);
  const threats = (store: MailStore): number =>
    store.emailEvents.filter((e) => pilot.has(String(e.row['RecipientEmailAddress'])) && e.row['ThreatTypes'] !== '')
      .length;
  expect(threats(guarded)).toBeGreaterThan(0);
  expect(threats(guarded)).toBeLessThan(threats(spared) / 2);
});

it('honours the history of the configuration: a change affects only mail sent after it', () => {
  const state = testTenant(1);
  const store = createMailStore(1, epoch);
  store.catchUp(state, epoch + 2 * DAY_MS);
  const before = traced(store);
  for (const policy of state.exchange['AntiPhishPolicy'] ?? []) policy['TargetedUserProtectionAction'] = 'Quarantine';
  store.catchUp(state, epoch + 5 * DAY_MS);
  expect(traced(store).slice(0, before.length)).toEqual(before);
  const held = store.emailEvents.filter((e) => e.row['EmailActionPolicy'] === 'Anti-phishing user impersonation');
  expect(held.length).toBeGreaterThan(5);
  for (const { atMs, row } of held) {
    expect(row['DeliveryLocation']).toBe(atMs < epoch + 2 * DAY_MS ? 'Inbox/Folder' : 'Quarantine');
    expect(row['EmailActionPolicyGuid']).toBe('guid-pilot');
  }
});

it('removes some late-found phishing by ZAP, and releases from quarantine to the people named', () => {
  const state = testTenant(1);
  const store = createMailStore(1, epoch);
  for (const policy of state.exchange['AntiPhishPolicy'] ?? []) policy['AuthenticationFailAction'] = 'Quarantine';
  for (const policy of state.exchange['HostedContentFilterPolicy'] ?? [])
    policy['HighConfidenceSpamAction'] = 'Quarantine';
  store.catchUp(state, epoch + 10 * DAY_MS);
  const zap = store.postDelivery.find((p) => p.row['ActionType'] === 'Phish ZAP');
  const event = store.emailEvents.find(
    (e) =>
      e.row['NetworkMessageId'] === zap?.row['NetworkMessageId'] &&
      e.row['RecipientEmailAddress'] === zap?.row['RecipientEmailAddress'],
  );
  expect(event?.row['DeliveryLocation']).toBe('Inbox/Folder');
  expect(event?.row['LatestDeliveryLocation']).toBe('Quarantine');
  const types = new Set(store.quarantine.map((q) => String(q.row['Type'])));
  for (const type of types)
    expect(['Bulk', 'HighConfPhish', 'Malware', 'Phish', 'Spam', 'TransportRule']).toContain(type);
  const held = store.quarantine.find((q) => q.row['Type'] === 'HighConfPhish');
  const [id] = String(held?.row['Identity']).split('\\');
  expect(store.release(id ?? '', ['nobody@contoso.example'], 'jon@contoso.example', epoch + 10 * DAY_MS)).toEqual([]);
  expect(store.release(id ?? '', 'all', 'jon@contoso.example', epoch + 10 * DAY_MS).length).toBeGreaterThan(0);
  expect(held?.row['ReleaseStatus']).toBe('RELEASED');
});

it('answers reports after a while, with simulations marked, and mirrors them for hunting', () => {
  const state = testTenant(2);
  const store = createMailStore(2, epoch);
  store.catchUp(state, epoch + 20 * DAY_MS);
  const rows = store.submissions.map((s) => s.row);
  const simulated = rows.filter((r) => r['attackSimulationInfo'] !== null);
  expect(simulated.length).toBeGreaterThan(0);
  expect(new Set(rows.map((r) => r['category']))).toEqual(new Set(['phishing', 'spam', 'notJunk']));
  expect(rows.filter((r) => r['status'] === 'succeeded').length).toBeGreaterThan(rows.length * 0.8);
  expect(store.cloudApp.length).toBe(rows.length);
  for (const policy of [{ EnableReportToMicrosoft: false }]) state.exchange['ReportSubmissionPolicy'] = [policy];
  const count = store.submissions.length;
  store.catchUp(state, epoch + 21 * DAY_MS);
  store.catchUp(state, epoch + 23 * DAY_MS);
  expect(
    store.submissions.filter((s) => String(s.row['receivedDateTime']) > new Date(epoch + 20 * DAY_MS).toISOString()),
  ).toEqual([]);
  expect(store.submissions.length).toBeGreaterThanOrEqual(count);
});
