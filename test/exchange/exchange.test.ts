import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createExchange } from '../../services/exchange/exchange.ts';

let script: ((response: ServerResponse) => void)[] = [];
let asked: { url: string; anchor: string | undefined; body: string }[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += String(part);
  });
  request.on('end', () => {
    asked.push({ url: request.url ?? '', anchor: String(request.headers['x-anchormailbox']), body });
    (script.shift() ?? json(200, { value: [] }))(response);
  });
});
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const failure = (status: number, type: string, text: string) =>
  json(status, {
    error: { code: 'x', message: 'Error executing cmdlet', details: [{ message: `Ex1|${type}|${text}` }] },
  });
const client = () =>
  createExchange({
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tenantId: 't-1',
    credential: { getToken: async () => ({ token: 'x' }) },
    sleep: async () => undefined,
    log: () => undefined,
    newId: () => 'id',
  });
const add = () =>
  client().invoke('Add-DistributionGroupMember', {
    Identity: 'g',
    Member: 'm@x',
    BypassSecurityGroupManagerCheck: true,
  });
const rules = () => client().invoke('Get-TransportRule', { ResultSize: 'Unlimited' });

beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
beforeEach(() => {
  script = [];
  asked = [];
});
afterAll(() => server.close());

test('a write is repeated after 429 and after one 401, which mean that nothing happened', async () => {
  script = [json(401, ''), json(429, '', { 'retry-after': '1' }), json(200, { value: [] })];
  await add();
  expect(asked.length).toBe(3);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['a cut connection', (response) => response.destroy()],
  ['a torn body', json(200, '{"value":[')],
  ['a 500', json(500, '')],
  ['a 503 that does not ask to come back', json(503, '')],
])('%s makes a write uncertain and is not repeated', async (_name, answer) => {
  script = [answer];
  await expect(add()).rejects.toMatchObject({ trouble: 'uncertain' });
  expect(asked.length).toBe(1);
});

test('a read is repeated after cut connections, torn bodies and failures', async () => {
  script = [
    (response) => response.destroy(),
    json(200, '{"va'),
    json(503, ''),
    json(200, { value: [{ Name: 'a', 'Priority@data.type': 'x' }] }),
  ];
  expect((await rules()).rows).toEqual([{ Name: 'a' }]);
});

test('a 403 with a body of NUL bytes is a refusal that names the role', async () => {
  script = [(response) => void response.writeHead(403, { 'content-encoding': 'gzip' }).end(Buffer.alloc(64))];
  await expect(rules()).rejects.toMatchObject({
    trouble: 'denied',
    message: expect.stringContaining('View-Only Configuration'),
  });
});

test('already there is a conflict, not there is an absence for a read and a conflict for a write', async () => {
  script = [
    failure(400, 'MemberAlreadyExistsException', 'x'),
    failure(404, 'ManagementObjectNotFoundException', "couldn't be found"),
    failure(404, 'ManagementObjectNotFoundException', "couldn't be found"),
  ];
  await expect(add()).rejects.toMatchObject({ trouble: 'conflict' });
  expect((await client().invoke('Get-TransportRule', { Identity: 'a' })).missing).toBe(true);
  await expect(add()).rejects.toMatchObject({ trouble: 'conflict' });
});

test('pages are followed with the same body and anchor, and never to another host', async () => {
  script = [
    json(200, {
      value: [{ Name: 'a' }],
      '@odata.nextLink': 'https://outlook.office365.com/adminapi/beta/t-1/InvokeCommand?$skiptoken=2',
    }),
    json(200, { value: [{ Name: 'b' }] }),
  ];
  expect((await rules()).rows.length).toBe(2);
  expect(asked[1]?.url).toContain('skiptoken=2');
  expect(asked[1]).toMatchObject({ body: asked[0]?.body, anchor: asked[0]?.anchor });
});

test('a list that is cut short is no list', async () => {
  script = [
    json(200, {
      value: [{ Name: 'a' }],
      '@adminapi.warnings': ['There are more results available than are currently displayed.'],
    }),
  ];
  await expect(rules()).rejects.toMatchObject({ trouble: 'unintelligible' });
});

test('list changes are tagged hash tables', async () => {
  await client().invoke('Set-AntiPhishPolicy', { Identity: 'p', ExcludedSenders: { add: ['a@x'] } });
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
    CmdletInput: {
      CmdletName: 'Set-AntiPhishPolicy',
      Parameters: { Identity: 'p', ExcludedSenders: { '@odata.type': '#Exchange.GenericHashTable', Add: ['a@x'] } },
    },
  });
});

test('writes of one tenant go one at a time', async () => {
  const one = client();
  let open = 0;
  let most = 0;
  script = Array.from({ length: 3 }, () => (response: ServerResponse) => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      json(200, { value: [] })(response);
    }, 20);
  });
  await Promise.all([1, 2, 3].map(() => one.invoke('Enable-AntiPhishRule', { Identity: 'r', Confirm: false })));
  expect(most).toBe(1);
});

test.each(['', ' ', '*', null])('the identity %j is refused before anything is sent', async (identity) => {
  await expect(client().invoke('Remove-AntiPhishPolicy', { Identity: identity, Confirm: false })).rejects.toMatchObject(
    { trouble: 'refused' },
  );
  expect(asked.length).toBe(0);
});
