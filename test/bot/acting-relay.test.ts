import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ActingRelay, createActingRelay } from '../../bot/acting-relay.ts';

const alex = { aadObjectId: 'a1', name: 'Alex Wilber', upn: 'alexw@contoso.example', roles: ['operator'] };
const megan = { aadObjectId: 'm1', name: 'Megan Bowen', upn: 'meganb@contoso.example', roles: ['approver'] };
const zoe = { aadObjectId: 'z1', name: 'Zoë Lind', upn: 'zoel@contoso.example', roles: [] };
const noon = Date.parse('2026-03-02T12:00:00Z');

let relay: ActingRelay;
let server: Server;
let here = '';
const received: { readonly url: string; readonly body: Record<string, unknown> }[] = [];

beforeEach(async () => {
  received.length = 0;
  // One server plays both the bot and the connector.
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ url: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.setHeader('content-type', 'application/json');
      response.end('{"from":"bot"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  here = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  relay = await createActingRelay({
    botEndpoint: `${here}/api/messages`,
    people: [alex, megan],
    others: [zoe],
    now: () => noon,
    zone: 'Europe/Oslo',
    port: 0,
  });
});
afterEach(async () => {
  await relay.close();
  server.closeAllConnections();
  server.close();
});

async function type(text: string, more: Record<string, unknown> = {}): Promise<unknown> {
  const activity = {
    type: 'message',
    id: '7',
    text,
    serviceUrl: here,
    from: { id: '29:a1', name: 'Alex Wilber' },
    recipient: { id: '28:cutover' },
    conversation: { id: 'a:1' },
    timestamp: '2020-01-01T00:00:00Z',
    ...more,
  };
  return (await fetch(`${relay.origin}/api/messages`, { method: 'POST', body: JSON.stringify(activity) })).text();
}

it('lets people speak in their own name with the time of the tenant, and hands the answer back', async () => {
  expect(await type('status')).toBe('{"from":"bot"}');
  expect(received[0]?.body).toMatchObject({
    text: 'status',
    from: { aadObjectId: 'a1', name: 'Alex Wilber' },
    timestamp: '2026-03-02T12:00:00.000Z',
    localTimestamp: '2026-03-02T13:00:00.000+01:00',
    localTimezone: 'Europe/Oslo',
  });
});

it('speaks and clicks as another person after "as", and answers that itself', async () => {
  await type('<at>Cutover</at> AS megan');
  expect(received[0]?.url).toBe('/v3/conversations/a%3A1/activities/7');
  expect(String(received[0]?.body['text'])).toContain('Megan Bowen (approver)');
  await type('', { type: 'invoke', name: 'adaptiveCard/action', localTimezone: 'UTC' });
  expect(received[1]).toMatchObject({
    url: '/api/messages',
    body: { from: { id: '29:m1', aadObjectId: 'm1' }, localTimezone: 'UTC' },
  });
});

it('lets through to the bot what only begins like that', async () => {
  for (const text of ['as for the pilot, what is next?', 'as nobody', 'assumptions', 'as Megan said, quarantine it'])
    expect(await type(text), text).toBe('{"from":"bot"}');
  expect(received.map(({ body }) => body['text'])).toHaveLength(4);
  expect(relay.acting()).toEqual(alex);
});

it('says who speaks and who there is to "as" alone', async () => {
  await type('As');
  expect(received.map(({ url }) => url)).toEqual(['/v3/conversations/a%3A1/activities/7']);
  expect(String(received[0]?.body['text'])).toMatch(/^You speak and click as Alex Wilber\..*Alex Wilber, Megan Bowen/);
});

it('finds others by full name or address only, and says who exists', () => {
  expect(relay.act('zoe')).toMatchObject({ ok: false });
  expect(relay.act('ZOE LIND')).toMatchObject({ ok: true, person: zoe });
  expect(relay.act('zoel@contoso.example')).toMatchObject({ ok: true, person: zoe });
  const unknown = relay.act('nobody');
  expect(unknown.ok).toBe(false);
  expect(unknown.words).toContain('Alex Wilber, Megan Bowen');
  expect(relay.acting()).toEqual(zoe);
});

it('changes nothing in what people neither typed nor clicked', async () => {
  relay.act('Megan');
  await type('', { type: 'conversationUpdate' });
  expect(received[0]?.body).toMatchObject({ from: { id: '29:a1' }, timestamp: '2020-01-01T00:00:00Z' });
});
