import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examine, reportOf } from '../../bot/doctor.ts';
import { sandboxCredential } from '../../services/directory/credentials.ts';
import { createTenant } from '../../services/directory/tenant.ts';
import type { ExchangeClient } from '../../services/exchange/exchange.ts';
import { createExchange } from '../../services/exchange/exchange.ts';
import { createExchangeHalf, exchangeProbes, unprobedWrites } from '../../services/exchange/half.ts';
import type { GraphHalf } from '../../services/graph/graph.ts';
import { createGraph } from '../../services/graph/graph.ts';
import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import { startSandbox } from '../../services/sandbox/sandbox.ts';
import type { Tenant } from '../../services/tenant/tenant.ts';

let sandbox: Sandbox;
let exchange: ExchangeClient;
let graph: GraphHalf;
let tenant: Tenant;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 7, epochMs: Date.UTC(2026, 8, 1, 8), port: 0, machineNow: () => Date.now() });
  const common = {
    origin: sandbox.origin,
    credential: sandboxCredential(),
    sleep: (ms: number) => sleep(Math.min(ms, 5)),
    log: () => undefined,
  };
  exchange = createExchange({ ...common, tenantId: sandbox.tenantId, newId: () => crypto.randomUUID() });
  graph = createGraph({ ...common, now: () => sandbox.now() });
  tenant = createTenant({ exchange: createExchangeHalf(exchange), graph });
});
afterAll(() => sandbox?.close());

const value = async <T>(reading: Promise<{ is: string; value?: T; why?: string }>): Promise<T> => {
  const found = await reading;
  if (found.is !== 'value' || found.value === undefined) throw new Error(JSON.stringify(found));
  return found.value;
};

test('people come with priority, licence and the ones they assist', async () => {
  const people = await value(tenant.ask('people', {}));
  expect(people.filter((p) => p.mailbox === 'user').length).toBe(240);
  expect(people.filter((p) => p.priority).length).toBe(12);
  expect(people.some((p) => !p.licensed && p.mailbox === 'user')).toBe(true);
  expect(people.filter((p) => p.licensed).length).toBeGreaterThan(200);
  expect(people.some((p) => p.assists.length > 0)).toBe(true);
});

test('a group, its member and an exception are made, read and taken away again', async () => {
  const group = {
    name: 'Adapter Pilot',
    address: 'adapter-pilot@contoso.example',
    type: 'distribution',
    joinRestriction: 'Closed',
  } as const;
  await tenant.write('distribution-group', 'Adapter Pilot', null, group);
  expect(await tenant.read('distribution-group', 'ADAPTER pilot')).toEqual({ is: 'value', value: group });
  const [person] = sandbox.people();
  const key = `Adapter Pilot|${person?.upn ?? ''}`;
  await tenant.write('group-member', key, null, { objectId: null, address: person?.upn ?? '' });
  await expect(
    tenant.write('group-member', key, null, { objectId: null, address: person?.upn ?? '' }),
  ).rejects.toMatchObject({ trouble: 'conflict' });
  expect((await value(tenant.list('group-member', 'Adapter Pilot'))).map((m) => m.value.objectId)).toEqual([
    person?.aadObjectId,
  ]);
  const rules = await value(tenant.list('transport-rule'));
  const bypass = rules.find((r) => r.value.setScl === -1);
  const exception = `${bypass?.key ?? ''}|Adapter Pilot`;
  expect((await tenant.read('rule-exception', exception)).is).toBe('absent');
  await tenant.write('rule-exception', exception, null, { rule: bypass?.key ?? '', group: 'Adapter Pilot' });
  expect((await tenant.read('rule-exception', exception)).is).toBe('value');
  await tenant.write('rule-exception', exception, { rule: bypass?.key ?? '', group: 'Adapter Pilot' }, null);
  expect((await tenant.read('rule-exception', exception)).is).toBe('absent');
});

test('an anti-phishing policy and its rule are made, changed and removed', async () => {
  await tenant.write('anti-phish-policy', 'Adapter policy', null, {
    PhishThresholdLevel: 3,
    EnableMailboxIntelligence: true,
    TargetedUsersToProtect: [],
  });
  await tenant.write('anti-phish-policy', 'Adapter policy', { PhishThresholdLevel: 3 }, { PhishThresholdLevel: 4 });
  expect((await value(tenant.read('anti-phish-policy', 'adapter POLICY'))).PhishThresholdLevel).toBe(4);
  await tenant.write('anti-phish-rule', 'Adapter rule', null, {
    policy: 'Adapter policy',
    enabled: false,
    recipientDomainIs: ['contoso.example'],
  });
  await tenant.write('anti-phish-rule', 'Adapter rule', { enabled: false }, { enabled: true });
  expect(await value(tenant.read('anti-phish-rule', 'Adapter rule'))).toMatchObject({
    enabled: true,
    recipientDomainIs: ['contoso.example'],
  });
  await tenant.write('anti-phish-rule', 'Adapter rule', { enabled: true }, null);
  await tenant.write('anti-phish-policy', 'Adapter policy', { PhishThresholdLevel: 4 }, null);
  expect((await tenant.read('anti-phish-policy', 'Adapter policy')).is).toBe('absent');
});

test('questions of evidence are answered for real people', async () => {
  const recipients = sandbox.people().map((p) => p.aadObjectId);
  const window = { from: sandbox.now() - 7 * 86_400_000, to: sandbox.now() };
  const volume = await value(tenant.ask('volume', { recipients, window, connectors: [] }));
  expect(volume.deliveries).toBeGreaterThan(0);
  const detected = await value(
    tenant.ask('detected-senders', { recipients, detections: ['user-impersonation', 'phish', 'spam', 'bulk'], window }),
  );
  expect(detected.senders.length).toBeGreaterThan(0);
  await value(tenant.ask('zapped', { recipients, window }));
  expect((await value(tenant.ask('traced', { window }))).messages).toBeGreaterThan(0);
  await value(tenant.ask('submissions', { window }));
  expect(await value(tenant.ask('domains', {}))).toContain('contoso.example');
  expect((await value(tenant.ask('connectors', {}))).length).toBeGreaterThan(0);
});

test('the doctor finds everything working on a healthy tenant', async () => {
  const found = await examine([...exchangeProbes(exchange), ...graph.probes], unprobedWrites);
  expect(found.filter((f) => f.result !== 'works' && f.result !== 'untried')).toEqual([]);
  expect(reportOf(found).exitCode).toBe(0);
});

test('the doctor names the role that a refused cmdlet needs', async () => {
  await fetch(`${sandbox.origin}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ next: ['denied'] }),
  });
  const found = await examine(exchangeProbes(exchange), []);
  expect(
    found
      .filter((f) => f.result === 'missing')
      .map((f) => f.words)
      .join(),
  ).toContain('View-Only Configuration');
  expect(reportOf(found).exitCode).toBe(1);
});

test('a missing identity is refused before anything is sent', async () => {
  await expect(exchange.invoke('Get-AntiPhishPolicy', { Identity: null })).rejects.toMatchObject({
    trouble: 'refused',
  });
});
