import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import { invoke, post, startTenant } from './tenant.ts';

let sandbox: Sandbox;
let machine = 0;
beforeAll(async () => {
  sandbox = await startTenant({ machineNow: () => machine });
});
afterAll(() => sandbox.close());

async function hunt(
  query: string,
  timespan?: string,
): Promise<{
  status: number;
  retryAfter: string | null;
  body: {
    schema: { name: string; type: string }[];
    results: Record<string, unknown>[];
    error: { code: string; message: string };
  };
}> {
  const response = await post(`${sandbox.origin}/v1.0/security/runHuntingQuery`, { Query: query, Timespan: timespan });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: JSON.parse(await response.text()),
  };
}

test('hunting executes what it is sent, over a schema', async () => {
  const { status, body } = await hunt(
    'EmailEvents | where EmailDirection == "Inbound" | summarize Messages = dcount(NetworkMessageId) by bin(Timestamp, 7d) | order by Timestamp asc',
    'P30D',
  );
  expect(status).toBe(200);
  expect(body.schema.map((column) => column.name)).toEqual(['Timestamp', 'Messages']);
  expect(body.results.length).toBeGreaterThanOrEqual(2);
  expect(Number(body.results[0]?.['Messages'])).toBeGreaterThan(1000);
});

test('a query that is no KQL, or over unknown columns, is a 400 in words', async () => {
  for (const query of ['EmailEvents | frobnicate', 'EmailEvents | where ShoeSize == 42', 'Nonsense | take 1', '']) {
    const { status, body } = await hunt(query);
    expect([query, status]).toEqual([query, 400]);
    expect(body.error.code).toBe('BadRequest');
    expect(body.error.message.length).toBeGreaterThan(10);
  }
});

test('a change of policy changes what happens next, and hunting sees it', async () => {
  await invoke(sandbox, 'New-DistributionGroup', { Name: 'Pilot', Members: ['sales@contoso.example'] });
  await invoke(sandbox, 'Set-TransportRule', {
    Identity: 'Bypass spam filtering (old gateway)',
    ExceptIfSentToMemberOf: ['Pilot'],
  });
  await sandbox.advance('P5D');
  const bypassed = async (window: string): Promise<unknown> =>
    (
      await hunt(
        `EmailEvents | where Timestamp ${window} | where EmailDirection == "Inbound" and RecipientEmailAddress endswith "@contoso-retail.example" | summarize Through = countif(OrgLevelAction == "Allow")`,
      )
    ).body.results[0]?.['Through'];
  expect(Number(await bypassed('< ago(5d)'))).toBeGreaterThan(0);
  expect(await bypassed('> ago(5d)')).toBe(0);
});

test('the forty-sixth call within a minute is told to wait', async () => {
  machine += 120_000;
  for (let call = 0; call < 45; call++) expect((await hunt('print 1')).status).toBe(200);
  const refused = await hunt('print 1');
  expect([refused.status, refused.retryAfter]).toEqual([429, '60']);
  machine += 61_000;
  expect((await hunt('print 1')).status).toBe(200);
});
