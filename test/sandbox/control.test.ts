import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { roleGroups, type Sandbox, type SandboxOptions } from '../../services/sandbox/sandbox.ts';
import { epochMs, get, invoke, invokeUrl, post, startTenant } from './tenant.ts';

const running: Sandbox[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startTenant(options);
  running.push(sandbox);
  return sandbox;
}

async function fault(sandbox: Sandbox, ...next: unknown[]): Promise<void> {
  expect((await post(`${sandbox.origin}/sandbox/faults`, { next })).status).toBe(200);
}

test('people have roles in the numbers that the product needs', async () => {
  const sandbox = await start();
  const people = (await get(sandbox, '/sandbox/people')).rows;
  const holding = (role: string): unknown[] =>
    people.filter((person) => Array.isArray(person['roles']) && person['roles'].includes(role));
  expect(people).toHaveLength(240);
  expect(new Set(people.map((person) => person['aadObjectId'])).size).toBe(240);
  expect(people.filter((person) => person['priority'] === true)).toHaveLength(12);
  expect(holding('approver').length).toBeGreaterThanOrEqual(3);
  expect(holding('change-approver').length).toBeGreaterThanOrEqual(3);
  expect(holding('operator').length).toBeGreaterThanOrEqual(2);
  expect(
    people.filter(
      (person) =>
        JSON.stringify(person['roles']).includes('operator') && JSON.stringify(person['roles']).includes('"approver"'),
    ).length,
  ).toBeGreaterThanOrEqual(1);
  expect(people.map((person) => person['name'])).toEqual(
    expect.arrayContaining([
      'Alex Wilber',
      'Megan Bowen',
      'Adele Vance',
      'Isaiah Langer',
      'Patti Fernandez',
      'Lynne Robbins',
    ]),
  );
});

test('a role that is taken away is gone at the next live check', async () => {
  const sandbox = await start();
  const megan = '5a0d0000-0000-4000-8000-000000000021';
  const check = async (): Promise<unknown> =>
    await (
      await post(`${sandbox.origin}/v1.0/users/${megan}/checkMemberGroups`, {
        groupIds: [roleGroups.approver, roleGroups.operator],
      })
    ).json();
  expect(await check()).toMatchObject({ value: [roleGroups.approver] });
  await post(`${sandbox.origin}/sandbox/role`, { aadObjectId: megan, role: 'approver', member: false });
  expect(await check()).toMatchObject({ value: [] });
});

test('the clock ticks with the machine, jumps on request, and tells whoever listens before it answers', async () => {
  let machine = 1_000;
  const told: number[] = [];
  const sandbox = await start({ machineNow: () => machine, onAdvance: async (nowMs) => void told.push(nowMs) });
  machine += 5_000;
  expect((await get(sandbox, '/sandbox/clock')).body['nowMs']).toBe(epochMs + 5_000);
  const moved = await (await post(`${sandbox.origin}/sandbox/clock`, { advance: 'P1DT2H' })).json();
  expect(moved).toMatchObject({ now: '2026-01-06T10:00:05.000Z' });
  expect(told).toEqual([epochMs + 5_000 + 26 * 3_600_000]);
  expect((await post(`${sandbox.origin}/sandbox/clock`, { advance: 'a week' })).status).toBe(400);
});

test('a throttled request says when to come back, and only one is hit', async () => {
  const sandbox = await start();
  await fault(sandbox, 'throttle');
  const response = await post(invokeUrl(sandbox), {
    CmdletInput: { CmdletName: 'Get-AcceptedDomain', Parameters: {} },
  });
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
  expect((await invoke(sandbox, 'Get-AcceptedDomain')).status).toBe(200);
});

test('a fault waits for the request that it is meant for', async () => {
  const sandbox = await start();
  await fault(sandbox, { fault: 'denied', cmdlet: 'Get-TransportRule', times: 2 });
  expect((await invoke(sandbox, 'Get-AcceptedDomain')).status).toBe(200);
  for (const expected of [403, 403, 200]) {
    const response = await post(invokeUrl(sandbox), {
      CmdletInput: { CmdletName: 'Get-TransportRule', Parameters: {} },
    });
    expect(response.status).toBe(expected);
    await response.arrayBuffer().catch(() => undefined);
  }
});

test('a torn answer breaks off although the write was made', async () => {
  const sandbox = await start();
  await fault(sandbox, 'torn');
  await expect(invoke(sandbox, 'Set-ExternalInOutlook', { Enabled: true })).rejects.toThrow();
  expect((await invoke(sandbox, 'Get-ExternalInOutlook')).rows[0]?.['Enabled']).toBe(true);
});

test('a reset breaks the connection; the write is made late, or not at all when the fault says so', async () => {
  const sandbox = await start();
  await fault(sandbox, { fault: 'reset', executes: false }, 'reset');
  await expect(invoke(sandbox, 'Set-ExternalInOutlook', { Enabled: true })).rejects.toThrow();
  await expect(invoke(sandbox, 'Set-ExternalInOutlook', { AllowList: ['a.example'] })).rejects.toThrow();
  await expect.poll(() => sandbox.writes(), { timeout: 6_000 }).toHaveLength(1);
  expect((await invoke(sandbox, 'Get-ExternalInOutlook')).rows[0]).toMatchObject({
    Enabled: false,
    AllowList: ['a.example'],
  });
});

test('a partial page has half the rows, a warning, and no link', async () => {
  const sandbox = await start();
  const whole = await invoke(sandbox, 'Get-TransportRule');
  await fault(sandbox, 'partial-page');
  const half = await invoke(sandbox, 'Get-TransportRule');
  expect(half.rows).toHaveLength(Math.floor(whole.rows.length / 2));
  expect(half.warnings).toEqual([expect.stringContaining('There are more results available')]);
  expect(half.body).not.toHaveProperty('@odata.nextLink');
});

test('drift changes the object right after it was read', async () => {
  const sandbox = await start();
  await fault(sandbox, 'drift');
  const read = async (): Promise<unknown> =>
    (await invoke(sandbox, 'Get-AntiPhishPolicy', { Identity: 'MDO trial 2024' })).rows[0]?.['PhishThresholdLevel'];
  expect(await read()).toBe(2);
  expect(await read()).toBe(4);
  expect(sandbox.writes().at(-1)).toMatchObject({ by: 'drift', changed: true });
});

test('slow replication hides a new object from reads and writes for a while', async () => {
  const sandbox = await start();
  await fault(sandbox, { fault: 'slow-replication', delayMs: 300 });
  await invoke(sandbox, 'New-AntiPhishPolicy', { Name: 'Late' });
  expect((await invoke(sandbox, 'Get-AntiPhishPolicy', { Identity: 'Late' })).status).toBe(404);
  expect((await invoke(sandbox, 'Set-AntiPhishPolicy', { Identity: 'Late', PhishThresholdLevel: 2 })).status).toBe(404);
  await delay(350);
  expect((await invoke(sandbox, 'Get-AntiPhishPolicy', { Identity: 'Late' })).status).toBe(200);
});

test('hunting can be not licensed', async () => {
  const sandbox = await start();
  await fault(sandbox, 'not-licensed');
  const response = await post(`${sandbox.origin}/v1.0/security/runHuntingQuery`, { Query: 'EmailEvents | take 1' });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    error: { code: 'Forbidden', message: expect.stringContaining('license') },
  });
});

test('a timeout keeps silent until the client gives up, and the write is made late', async () => {
  const sandbox = await start();
  await fault(sandbox, 'timeout');
  const gone = fetch(invokeUrl(sandbox), {
    method: 'POST',
    signal: AbortSignal.timeout(200),
    headers: { authorization: 'Bearer sandbox.test' },
    body: JSON.stringify({ CmdletInput: { CmdletName: 'Set-ExternalInOutlook', Parameters: { Enabled: true } } }),
  });
  await expect(gone).rejects.toThrow();
  await expect.poll(() => sandbox.writes(), { timeout: 6_000 }).toHaveLength(1);
  expect(sandbox.writes()[0]).toMatchObject({
    cmdlet: 'Set-ExternalInOutlook',
    clientGone: true,
    changed: true,
    outcome: 'ok',
  });
});

test('a write whose client dies is completed within five seconds and logged once', async () => {
  const sandbox = await start();
  const body = JSON.stringify({ CmdletInput: { CmdletName: 'Set-ExternalInOutlook', Parameters: { Enabled: true } } });
  const sent = request(invokeUrl(sandbox), {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox.test', 'content-length': Buffer.byteLength(body) },
  });
  sent.on('error', () => undefined);
  await new Promise<void>((resolve) => sent.end(body, () => resolve()));
  await delay(4);
  sent.destroy();
  await expect.poll(() => sandbox.writes(), { timeout: 6_000 }).toHaveLength(1);
  expect(sandbox.writes()[0]).toMatchObject({ n: 1, clientGone: true, changed: true });
  expect((await invoke(sandbox, 'Get-ExternalInOutlook')).rows[0]?.['Enabled']).toBe(true);
  await delay(200);
  expect(sandbox.writes()).toHaveLength(1);
});

test('the write log tells what changed, what did not, and what was refused', async () => {
  const sandbox = await start();
  await invoke(sandbox, 'Set-ExternalInOutlook', { Enabled: true });
  await invoke(sandbox, 'Set-ExternalInOutlook', { Enabled: true });
  await invoke(sandbox, 'Set-AntiPhishPolicy', { Identity: 'nobody', Enabled: true });
  const { rows } = await get(sandbox, '/sandbox/writes');
  expect(rows.map((row) => [row['n'], row['changed'], row['outcome']])).toEqual([
    [1, true, 'ok'],
    [2, false, 'ok'],
    [3, false, expect.stringContaining('ManagementObjectNotFoundException')],
  ]);
});

test('a restart with the state file finds the same tenant, clock and mail', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  folders.push(folder);
  let machine = 0;
  const options = { stateFile: join(folder, 'tenant.jsonl'), machineNow: () => machine };
  const look = async (sandbox: Sandbox): Promise<unknown> => ({
    policies: (await invoke(sandbox, 'Get-AntiPhishPolicy')).rows,
    groups: (await invoke(sandbox, 'Get-DistributionGroup')).rows,
    members: (await invoke(sandbox, 'Get-DistributionGroupMember', { Identity: 'Pilot' })).rows,
    held: (await invoke(sandbox, 'Get-QuarantineMessage', { PageSize: 1000 })).rows,
    trace: (
      await invoke(sandbox, 'Get-MessageTraceV2', {
        ResultSize: 5000,
        StartDate: '2026-01-06T00:00:00Z',
        EndDate: '2026-01-12T00:00:00Z',
      })
    ).rows,
    submissions: (await get(sandbox, '/beta/security/threatSubmission/emailThreats?$top=1000')).rows,
    exempt: (await get(sandbox, '/sandbox/old-service')).body,
    writes: (await get(sandbox, '/sandbox/writes')).rows,
  });
  const first = await start(options);
  await invoke(first, 'New-DistributionGroup', { Name: 'Pilot', Members: ['alexw@contoso.example'] });
  await first.advance('P2D');
  await invoke(first, 'New-AntiPhishPolicy', {
    Name: 'Pilot',
    EnableMailboxIntelligenceProtection: true,
    MailboxIntelligenceProtectionAction: 'Quarantine',
  });
  await invoke(first, 'New-AntiPhishRule', {
    Name: 'Pilot',
    AntiPhishPolicy: 'Pilot',
    SentToMemberOf: ['Pilot'],
    Priority: 0,
  });
  await invoke(first, 'Set-AntiPhishPolicy', { Identity: 'nobody', Enabled: true });
  machine += 7_000;
  await invoke(first, 'Set-TransportRule', {
    Identity: 'Bypass spam filtering (old gateway)',
    ExceptIfSentToMemberOf: ['Pilot'],
  });
  await post(`${first.origin}/sandbox/old-service`, { exempt: ['AlexW@contoso.example'] });
  await first.advance('P5D');
  const before = await look(first);
  const stoppedAt = first.now();
  await running.pop()?.close();
  const second = await start({ ...options, epochMs: 0, seed: 99 });
  expect(second.now()).toBe(stoppedAt);
  expect(await look(second)).toEqual(before);
});

test('a snapshot replaces what it names and leaves the rest', async () => {
  const sandbox = await start({
    snapshot: {
      format: 'cutover-tenant/1',
      exchange: {
        TransportRule: [{ Name: 'Only one', State: 'Enabled', Priority: 0, SetSCL: '-1' }],
        AntiPhishRule: [],
      },
      graph: {
        users: [
          {
            id: '11111111-1111-4111-8111-111111111111',
            displayName: 'Snap Shot',
            mail: 'snap@contoso.example',
            userPrincipalName: 'snap@contoso.example',
            department: 'Sales',
          },
        ],
        groups: [
          {
            id: '22222222-2222-4222-8222-222222222222',
            mail: 'pilot@contoso.example',
            displayName: 'Pilot',
            members: ['11111111-1111-4111-8111-111111111111'],
          },
        ],
      },
      dns: { 'contoso.example': { MX: ['10 mx.snapshot.example.'] } },
    },
  });
  expect((await invoke(sandbox, 'Get-TransportRule')).rows.map((row) => row['Name'])).toEqual(['Only one']);
  expect((await invoke(sandbox, 'Get-AntiPhishRule')).rows).toEqual([]);
  expect(
    (await invoke(sandbox, 'Get-DistributionGroupMember', { Identity: 'Pilot' })).rows.map((row) => row['DisplayName']),
  ).toEqual(['Snap Shot']);
  expect((await invoke(sandbox, 'Get-InboundConnector')).rows).toHaveLength(1);
  expect(sandbox.people().filter((person) => person.roles.includes('approver')).length).toBeGreaterThanOrEqual(3);
  await expect(startTenant({ snapshot: { format: 'something else' } })).rejects.toThrow("can't be read");
});
