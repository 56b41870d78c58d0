import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { decode, encode, type Packet, streamDecode, streamEncode } from 'dns-packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import { get, invoke, post, startTenant } from './tenant.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startTenant();
});
afterAll(() => sandbox.close());

test('Graph refuses a request without a token in its own envelope', async () => {
  const { status, body } = await get(sandbox, '/v1.0/users', { authorization: '' });
  expect(status).toBe(401);
  expect(body).toMatchObject({
    error: { code: 'InvalidAuthenticationToken', innerError: { 'request-id': expect.any(String) } },
  });
});

test('a user is found by address, by any proxy address, and by the start of the name', async () => {
  const find = async (filter: string): Promise<unknown[]> =>
    (await get(sandbox, `/v1.0/users?$filter=${encodeURIComponent(filter)}&$select=displayName`)).rows;
  expect(await find("mail eq 'alexw@contoso.example'")).toEqual([{ displayName: 'Alex Wilber' }]);
  expect(await find("proxyAddresses/any(p:p eq 'smtp:meganb@contoso.example')")).toEqual([
    { displayName: 'Megan Bowen' },
  ]);
  expect(await find("startswith(displayName,'Isaiah') and accountEnabled eq true")).toEqual([
    { displayName: 'Isaiah Langer' },
  ]);
  expect(await find("displayName eq 'O''Nobody'")).toEqual([]);
  expect((await get(sandbox, '/v1.0/users?$filter=shoeSize%20eq%2042')).status).toBe(400);
});

test('pages link to graph.microsoft.com and together hold every user once', async () => {
  const ids: unknown[] = [];
  let path: string | undefined = '/v1.0/users?$top=100&$select=id';
  while (path !== undefined) {
    const { body, rows } = await get(sandbox, path);
    ids.push(...rows.map((row) => row['id']));
    const link = body['@odata.nextLink'];
    path = typeof link === 'string' ? link.replace('https://graph.microsoft.com', '') : undefined;
    if (link !== undefined) expect(link).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/users\?/);
  }
  expect(ids.length).toBeGreaterThan(240);
  expect(new Set(ids).size).toBe(ids.length);
});

test('members are direct, transitive members pass through nested groups, and a cast needs its headers', async () => {
  const all = (await get(sandbox, "/v1.0/groups?$filter=displayName eq 'All employees'")).rows[0];
  const direct = await get(sandbox, `/v1.0/groups/${String(all?.['id'])}/members`);
  expect(direct.rows.every((row) => row['@odata.type'] === '#microsoft.graph.group')).toBe(true);
  const path = `/v1.0/groups/${String(all?.['id'])}/transitiveMembers/microsoft.graph.user?$count=true&$top=999`;
  expect((await get(sandbox, path)).status).toBe(400);
  expect((await get(sandbox, path, { consistencylevel: 'eventual' })).body['@odata.count']).toBe(240);
});

test('licences tell who has Defender for Office 365 and who has nothing', async () => {
  const plans = async (user: string): Promise<string> =>
    JSON.stringify((await get(sandbox, `/v1.0/users/${user}/licenseDetails`)).rows);
  expect(await plans('alexw@contoso.example')).toContain('ATP_ENTERPRISE');
  const plant = (await get(sandbox, "/v1.0/users?$filter=department eq 'Plant'&$top=100")).rows;
  const without = [];
  for (const user of plant) if (!(await plans(String(user['id']))).includes('ATP_ENTERPRISE')) without.push(user);
  expect(without.length).toBeGreaterThanOrEqual(3);
});

test('the expected MX target comes from the service configuration records only', async () => {
  const { rows } = await get(sandbox, '/v1.0/domains/fabrikam.example/serviceConfigurationRecords');
  expect(rows.find((row) => row['recordType'] === 'Mx')).toMatchObject({
    mailExchange: 'fabrikam-example.a-v1.mx.microsoft',
  });
});

test('traces agree with the cmdlet, need both bounds, and tell what happened', async () => {
  const { rows } = await get(
    sandbox,
    "/v1.0/admin/exchange/tracing/messageTraces?$filter=status eq 'quarantined' and receivedDateTime ge 2026-01-01T00:00:00Z and receivedDateTime le 2026-01-05T08:00:00Z&$top=2",
  );
  expect(rows).toHaveLength(2);
  const one = rows[0];
  const cmdlet = await invoke(sandbox, 'Get-MessageTraceV2', {
    MessageTraceId: String(one?.['id']),
    RecipientAddress: [String(one?.['recipientAddress'])],
    StartDate: '2026-01-01T00:00:00Z',
    EndDate: '2026-01-05T08:00:00Z',
  });
  expect(cmdlet.rows[0]).toMatchObject({ MessageId: one?.['messageId'], Status: 'Quarantined' });
  const details = await get(
    sandbox,
    `/v1.0/admin/exchange/tracing/messageTraces/${String(one?.['id'])}/getDetailsByRecipient(recipientAddress='${String(one?.['recipientAddress'])}')`,
  );
  expect(details.rows.map((row) => row['event'])).toEqual(expect.arrayContaining(['Receive', 'Quarantine']));
  expect(
    (await get(sandbox, '/v1.0/admin/exchange/tracing/messageTraces?$filter=receivedDateTime ge 2026-01-01T00:00:00Z'))
      .status,
  ).toBe(400);
});

test('submissions exist in beta only, take the documented options only, and administrators can post one', async () => {
  const path = '/security/threatSubmission/emailThreats';
  expect((await get(sandbox, `/v1.0${path}`)).status).toBe(400);
  expect((await get(sandbox, `/beta${path}?$orderby=createdDateTime`)).status).toBe(400);
  expect((await get(sandbox, `/beta${path}?$filter=category eq 'phishing'`)).status).toBe(400);
  const posted = await post(`${sandbox.origin}/beta${path}`, {
    '@odata.type': '#microsoft.graph.security.emailContentThreatSubmission',
    category: 'phishing',
    recipientEmailAddress: 'alexw@contoso.example',
    fileContent: 'AAAA',
  });
  expect(posted.status).toBe(201);
  const { rows } = await get(
    sandbox,
    `/beta${path}?$filter=source eq 'administrator' and createdDateTime ge 2026-01-05T00:00:00Z and createdDateTime lt 2026-01-06T00:00:00Z`,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ category: 'phishing', source: 'administrator' });
});

test('a path that Graph does not have is an error in its envelope', async () => {
  const { status, body } = await get(sandbox, '/v1.0/quarantine');
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { code: 'BadRequest' } });
});

async function overUdp(query: Packet): Promise<Packet> {
  const socket = createSocket('udp4');
  try {
    return await new Promise((resolve) => {
      socket.once('message', (message) => resolve(decode(message)));
      socket.send(encode(query), sandbox.dnsPort, '127.0.0.1');
    });
  } finally {
    socket.close();
  }
}

test('DNS answers the domains over UDP and TCP, and says when a name does not exist', async () => {
  const ask = (name: string, type: 'MX' | 'TXT' | 'CNAME'): Packet => ({
    type: 'query',
    id: 7,
    flags: 256,
    questions: [{ type, name }],
  });
  const mx = await overUdp(ask('Contoso.example', 'MX'));
  expect(mx.id).toBe(7);
  expect(mx.answers).toEqual([
    expect.objectContaining({ name: 'Contoso.example', data: { preference: 10, exchange: 'mx1.mailfort.example' } }),
    expect.anything(),
  ]);
  expect(((await overUdp(ask('nothing.contoso.example', 'MX'))).flags ?? 0) & 15).toBe(3);
  const txt = await new Promise<Packet>((resolve) => {
    const socket = connect(sandbox.dnsPort, '127.0.0.1', () =>
      socket.write(streamEncode(ask('_dmarc.contoso.example', 'TXT'))),
    );
    socket.once('data', (data) => {
      resolve(streamDecode(data));
      socket.destroy();
    });
  });
  expect(JSON.stringify(txt.answers)).not.toBe('[]');
});
