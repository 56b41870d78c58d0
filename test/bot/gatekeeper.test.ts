import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatekeeper, outboundHostAllowed } from '../../bot/gatekeeper.ts';

const appId = '11111111-1111-4111-8111-111111111111';
const tenantId = '22222222-2222-4222-8222-222222222222';
const issuer = 'https://api.botframework.com';
const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const now = Date.UTC(2026, 8, 1);
const seconds = now / 1000;
const pair = await generateKeyPair('RS256');
const stranger = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', endorsements: ['msteams'] };
const server = createServer((request, response) => {
  const port = (server.address() as AddressInfo).port;
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify(
      request.url === '/keys'
        ? { keys: [jwk, { ...jwk, kid: 'other', endorsements: ['directline'] }] }
        : { jwks_uri: `http://127.0.0.1:${port}/keys` },
    ),
  );
});
let admit: ReturnType<typeof createGatekeeper>;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const openIdMetadataUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/meta`;
  admit = createGatekeeper({
    appId,
    tenantIds: [tenantId],
    issuer,
    openIdMetadataUrl,
    allowedServiceHosts: ['smba.trafficmanager.net'],
    now: () => now,
  });
});
afterAll(() => server.close());

const activity = {
  type: 'message',
  channelId: 'msteams',
  serviceUrl,
  from: { aadObjectId: tenantId },
  recipient: { id: `28:${appId}` },
  conversation: { tenantId },
  channelData: { tenant: { id: tenantId } },
};
const claims = { iss: issuer, aud: appId, nbf: seconds - 60, exp: seconds + 3600, serviceurl: serviceUrl };
const sign = (changed: Record<string, unknown> = {}, key = pair.privateKey, kid = 'one') =>
  new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);

test('a valid token is accepted', async () => {
  expect(await admit(`Bearer ${await sign()}`, activity)).toEqual({ ok: true });
});

test.each<[string, () => Promise<string> | string, object, number]>([
  ['missing', () => '', activity, 401],
  ['expired', async () => `Bearer ${await sign({ exp: seconds - 121 })}`, activity, 401],
  ['without expiry', async () => `Bearer ${await sign({ exp: undefined })}`, activity, 401],
  ['longer than a day', async () => `Bearer ${await sign({ exp: seconds + 864_000 })}`, activity, 401],
  ['of a wrong key', async () => `Bearer ${await sign({}, stranger.privateKey)}`, activity, 401],
  ['of an unknown key', async () => `Bearer ${await sign({}, pair.privateKey, 'none')}`, activity, 401],
  ['of a key for another channel', async () => `Bearer ${await sign({}, pair.privateKey, 'other')}`, activity, 403],
  ['for a wrong audience', async () => `Bearer ${await sign({ aud: tenantId })}`, activity, 401],
  ['for a list of audiences', async () => `Bearer ${await sign({ aud: [appId] })}`, activity, 401],
  ['of a wrong issuer', async () => `Bearer ${await sign({ iss: 'https://sts.windows.net/x/' })}`, activity, 401],
  ['unsigned', () => `Bearer ${new UnsecuredJWT(claims).encode()}x`, activity, 401],
  [
    'signed with the public key as a secret',
    async () =>
      `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(new TextEncoder().encode(JSON.stringify(jwk)))}`,
    activity,
    401,
  ],
  ['without a service URL claim', async () => `Bearer ${await sign({ serviceurl: undefined })}`, activity, 401],
  [
    'with an activity without a service URL',
    async () => `Bearer ${await sign()}`,
    { ...activity, serviceUrl: undefined },
    403,
  ],
  [
    'with another service URL',
    async () => `Bearer ${await sign()}`,
    { ...activity, serviceUrl: 'https://smba.trafficmanager.net/amer/' },
    403,
  ],
  [
    'with a foreign service URL on both sides',
    async () => `Bearer ${await sign({ serviceurl: 'https://evil.trafficmanager.net/' })}`,
    { ...activity, serviceUrl: 'https://evil.trafficmanager.net/' },
    403,
  ],
  [
    'of another tenant',
    async () => `Bearer ${await sign()}`,
    { ...activity, conversation: {}, channelData: { tenant: { id: appId } } },
    403,
  ],
  ['for another bot', async () => `Bearer ${await sign()}`, { ...activity, recipient: { id: '28:x' } }, 403],
  ['without a speaker', async () => `Bearer ${await sign()}`, { ...activity, from: {} }, 403],
])('a token %s is refused', async (_name, header, body, status) => {
  expect(await admit(await header(), body)).toMatchObject({ ok: false, status });
});

test('the token of the bot goes to listed hosts only', () => {
  const allowed = { allowedServiceHosts: ['smba.trafficmanager.net'] };
  expect(outboundHostAllowed(serviceUrl, allowed)).toBe(true);
  for (const url of [
    'http://smba.trafficmanager.net/',
    'https://smba.trafficmanager.net:444/',
    'https://a@smba.trafficmanager.net/',
    'https://x.trafficmanager.net/',
    'nonsense',
  ])
    expect(outboundHostAllowed(url, allowed)).toBe(false);
});
