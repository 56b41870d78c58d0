import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAdapter } from '../../bot/adapter.ts';
import { createGatekeeper, outboundHostAllowed } from '../../bot/gatekeeper.ts';
import { createLogger } from '../../bot/log.ts';
import { createMetrics } from '../../bot/metrics.ts';
import { type RunningServer, startServer } from '../../bot/server.ts';
import { createTransport } from '../../bot/transport.ts';
import { type Connector, startConnector } from '../kit/connector.ts';

const appId = '11111111-1111-4111-8111-111111111111';
const tenantId = '22222222-2222-4222-8222-222222222222';
const issuer = 'https://api.botframework.com';
const alex = { name: 'Alex Wilber', aadObjectId: '5a0d0000-0000-4000-8000-000000000020' };
const pair = await generateKeyPair('RS256');
const stranger = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', endorsements: ['msteams'] };

/** Serves the OpenID document and the key set, and nothing but the public key. */
const keyServer = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify(request.url === '/keys' ? { keys: [jwk] } : { jwks_uri: `http://${request.headers.host}/keys` }),
  );
});
const lines: string[] = [];
const log = createLogger({ level: 'info', write: (line) => void lines.push(line) });
const metrics = createMetrics();
let server: RunningServer;
let connector: Connector;
let turns = 0;
let reference: unknown;
let transport: ReturnType<typeof createTransport>;

beforeAll(async () => {
  await new Promise<void>((done) => keyServer.listen(0, '127.0.0.1', done));
  const address = keyServer.address();
  const metadataUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/meta`;
  const hosts = { allowedServiceHosts: ['smba.trafficmanager.net'], allowLoopback: true };
  const hostAllowed = (serviceUrl: string): boolean => outboundHostAllowed(serviceUrl, hosts);
  const adapter = createAdapter({
    identity: {
      kind: 'app',
      appId,
      tenantId,
      credential: {
        getToken: async (scope) => ({ token: `token-for.${scope}`, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
      },
      keys: { metadataUrl, issuer },
    },
    hostAllowed,
    log,
  });
  transport = createTransport({ adapter, botAppId: appId, hostAllowed, now: Date.now });
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    adapter,
    handle: async (context) => {
      turns += 1;
      const { recipient, channelId, serviceUrl, conversation } = context.activity;
      reference = { bot: recipient, channelId, serviceUrl, conversation };
      await context.sendActivity('answered');
    },
    health: async () => ({ ready: true, detail: {} }),
    hostAllowed,
    gatekeeper: createGatekeeper({
      appId,
      tenantIds: [tenantId],
      openIdMetadataUrl: metadataUrl,
      issuer,
      ...hosts,
      now: Date.now,
    }),
    metrics,
    log,
    clock: () => performance.now(),
  });
  connector = await startConnector({
    botEndpoint: `${server.origin}/api/messages`,
    botId: `28:${appId}`,
    tenantId,
  });
});
afterAll(async () => {
  await server.close();
  await connector.close();
  keyServer.close();
});
beforeEach(() => {
  turns = 0;
  lines.length = 0;
});

const activity = (changed: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'message',
  id: '1',
  channelId: 'msteams',
  serviceUrl: connector.serviceUrl,
  from: { id: `29:${alex.aadObjectId}`, ...alex },
  recipient: { id: `28:${appId}` },
  conversation: { id: 'a:1', conversationType: 'personal', tenantId },
  channelData: { tenant: { id: tenantId } },
  text: 'hello',
  ...changed,
});
const claims = (changed: Record<string, unknown> = {}): Record<string, unknown> => {
  const seconds = Math.floor(Date.now() / 1_000);
  return {
    iss: issuer,
    aud: appId,
    nbf: seconds - 60,
    exp: seconds + 3_600,
    serviceurl: connector.serviceUrl,
    ...changed,
  };
};
const bearer = async (changed: Record<string, unknown> = {}, key = pair.privateKey, kid = 'one'): Promise<string> =>
  `Bearer ${await new SignJWT(claims(changed)).setProtectedHeader({ alg: 'RS256', kid }).sign(key)}`;

describe('the message endpoint in live mode', () => {
  it('runs the turn of a valid token and answers with a credential of its own', async () => {
    const sent = await connector.send(activity(), { authorization: await bearer() });
    expect(sent.status).toBe(200);
    expect(connector.messages('a:1').map(({ text }) => text)).toEqual(['answered']);
    expect(connector.sent.at(-1)?.authorization).toBe('Bearer token-for.https://api.botframework.com/.default');
    await transport.post(reference, { type: 'message', text: 'later' });
    expect(connector.sent.at(-1)).toMatchObject({
      activity: { text: 'later' },
      authorization: 'Bearer token-for.https://api.botframework.com/.default',
    });
  });

  const yesterday = Math.floor(Date.now() / 1_000) - 86_400;
  it.each<[string, () => Promise<string | undefined>, () => Record<string, unknown>, number]>([
    ['no token', async () => undefined, activity, 401],
    ['an empty token', async () => 'Bearer ', activity, 401],
    ['no token at all but words', async () => 'Bearer let.me.in', activity, 401],
    ['an expired token', () => bearer({ nbf: yesterday - 60, exp: yesterday }), activity, 401],
    ['a token of a wrong key', () => bearer({}, stranger.privateKey), activity, 401],
    ['a token of an unknown key', () => bearer({}, stranger.privateKey, 'two'), activity, 401],
    ['a token for a wrong audience', () => bearer({ aud: tenantId }), activity, 401],
    ['a token of a wrong issuer', () => bearer({ iss: `https://sts.windows.net/${tenantId}/` }), activity, 401],
    ['an unsigned token', async () => `Bearer ${new UnsecuredJWT(claims()).encode()}`, activity, 401],
    [
      'a token signed with the public key as a secret',
      async () =>
        `Bearer ${await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(new TextEncoder().encode(JSON.stringify(jwk)))}`,
      activity,
      401,
    ],
    [
      'another tenant',
      bearer,
      () => activity({ conversation: { id: 'a:1' }, channelData: { tenant: { id: appId } } }),
      403,
    ],
    ['no service URL', bearer, () => activity({ serviceUrl: undefined }), 403],
    ['a service URL that the token does not name', bearer, () => activity({ serviceUrl: 'http://127.0.0.1:9' }), 403],
    [
      'a foreign service URL that the token names',
      () => bearer({ serviceurl: 'https://smba.trafficmanager.net.example/' }),
      () => activity({ serviceUrl: 'https://smba.trafficmanager.net.example/' }),
      403,
    ],
    ['another bot', bearer, () => activity({ recipient: { id: '28:other' } }), 403],
    ['no speaker', bearer, () => activity({ from: { id: '29:x' } }), 403],
  ])('refuses %s without running a turn or saying why', async (_what, token, body, status) => {
    const authorization = await token();
    const answered = await connector.send(body(), authorization === undefined ? {} : { authorization });
    expect([answered.status, answered.body]).toEqual([
      status,
      { error: status === 401 ? 'Unauthorized' : 'Forbidden' },
    ]);
    expect(turns).toBe(0);
    expect(lines.filter((line) => line.includes('refused at the door'))).toHaveLength(1);
    expect(lines.join()).not.toContain(authorization?.split('.')[2] || 'Bearer');
  });
});

const stopped: ChildProcess[] = [];
afterAll(() => {
  for (const child of stopped) child.kill('SIGKILL');
});

/** Starts live mode with these variables alone; answers its exit code and what it said. */
async function start(env: Record<string, string>): Promise<{ readonly code: number | null; readonly said: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'bot/live.main.ts'], { env: { PATH, HOME, ...env } });
  stopped.push(child);
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, said };
}

describe('a start of live mode with half a configuration', () => {
  it('is refused with a sentence for each fault, and prints no value', async () => {
    const { code, said } = await start({
      MicrosoftAppId: appId,
      MicrosoftAppPassword: 'hunter2',
      CUTOVER_GROUP_APPROVER: 'Everybody',
    });
    expect(code).toBe(78);
    const sentences = said.trim().split('\n');
    expect(sentences).toContain(
      'MicrosoftAppTenantId is missing: Tenant in which the bot is registered. It is a GUID.',
    );
    expect(sentences).toContain('CUTOVER_GROUP_APPROVER is malformed: it must be a GUID.');
    expect(sentences.filter((line) => !/^[A-Z][^\n]*\.$/.test(line))).toEqual([]);
    expect(said).not.toMatch(/hunter2|Everybody|ready/);
  });
});
