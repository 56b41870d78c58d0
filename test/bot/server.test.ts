import type { TurnContext } from 'botbuilder';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdapter, onLoopback } from '../../bot/adapter.ts';
import { createLogger } from '../../bot/log.ts';
import { createMetrics } from '../../bot/metrics.ts';
import { PortError, type RunningServer, startServer } from '../../bot/server.ts';
import { createTransport, TransportError } from '../../bot/transport.ts';
import { type Connector, startConnector } from '../kit/connector.ts';

const alex = { name: 'Alex Wilber', aadObjectId: '5a0d0000-0000-4000-8000-000000000020' };
const lines: string[] = [];
const log = createLogger({ level: 'info', write: (line) => void lines.push(line) });
const metrics = createMetrics();
let server: RunningServer;
let connector: Connector;
let turns = 0;
let reference: unknown;
const adapter = createAdapter({ identity: { kind: 'none' }, hostAllowed: onLoopback, log, failed: metrics.turnFailed });
const transport = createTransport({ adapter, botAppId: '', hostAllowed: onLoopback, now: Date.now });

async function handle(context: TurnContext): Promise<void> {
  turns += 1;
  const { activity } = context;
  reference = {
    bot: activity.recipient,
    channelId: activity.channelId,
    serviceUrl: activity.serviceUrl,
    conversation: { ...activity.conversation, id: activity.conversation.id.split(';')[0] },
  };
  if (activity.text === 'break') throw new Error('the secret inside');
  if (activity.type === 'invoke') {
    if (activity.value?.action?.verb === 'break') throw new Error('the secret inside');
    await context.sendActivity({
      type: 'invokeResponse',
      value: {
        status: 200,
        body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'done' },
      },
    });
    return;
  }
  await context.sendActivity(`you said ${activity.text ?? ''}`);
}

const options = {
  host: '127.0.0.1',
  adapter,
  handle,
  hostAllowed: onLoopback,
  metrics,
  log,
  clock: () => performance.now(),
};

beforeEach(async () => {
  turns = 0;
  lines.length = 0;
  server = await startServer({
    ...options,
    port: 0,
    health: async () => ({ ready: false, detail: { store: 'starting' } }),
  });
  connector = await startConnector({ botEndpoint: `${server.origin}/api/messages` });
});
afterEach(async () => {
  await server.close();
  await connector.close();
});

describe('the message endpoint', () => {
  it('answers a message through the connector and a click in the answer', async () => {
    expect((await connector.say(alex, 'hello')).status).toBe(200);
    expect(connector.messages(`a:${alex.aadObjectId}`).map((message) => message.text)).toEqual(['you said hello']);
    const clicked = await connector.click(alex, '1', 'run.approve', { run: '1' });
    expect(clicked).toMatchObject({ status: 200, body: { value: 'done' } });
  });

  it('refuses what is no activity, without running a turn', async () => {
    for (const [body, status] of [
      ['{"type":', 400],
      ['[]', 400],
      ['null', 400],
      [{ text: 'no type' }, 400],
      [{ type: 'message', serviceUrl: connector.serviceUrl }, 400],
      [
        {
          type: 'message',
          serviceUrl: connector.serviceUrl,
          from: { id: '1' },
          conversation: { id: 'a' },
          timestamp: 'yesterday',
        },
        400,
      ],
      [{ type: 'message', from: { id: '1' }, conversation: { id: 'a' } }, 403],
      [{ type: 'message', serviceUrl: 'https://example.com', from: { id: '1' }, conversation: { id: 'a' } }, 403],
      [JSON.stringify({ type: 'message', text: 'x'.repeat(300_000) }), 413],
    ] as const) {
      expect((await connector.send(body)).status, JSON.stringify(body).slice(0, 80)).toBe(status);
    }
    expect(turns).toBe(0);
  });

  it('says nothing to other bots', async () => {
    const message = { type: 'message', serviceUrl: connector.serviceUrl, conversation: { id: 'a' }, text: 'hello' };
    expect((await connector.send({ ...message, from: { id: '28:other' } })).status).toBe(200);
    expect((await connector.send({ ...message, from: { id: '29:x', role: 'bot' } })).status).toBe(200);
    expect(turns).toBe(0);
    expect(connector.sent).toEqual([]);
  });

  it('answers a broken turn in words, logs it once, and lets nothing of the error out', async () => {
    const said = await connector.say(alex, 'break');
    const clicked = await connector.click(alex, '1', 'break', {});
    expect(said.status).toBe(200);
    expect(clicked).toMatchObject({ status: 200, body: { statusCode: 500, type: 'application/vnd.microsoft.error' } });
    expect(connector.messages(`a:${alex.aadObjectId}`)).toHaveLength(1);
    expect(JSON.stringify([said.body, clicked.body, connector.sent])).not.toContain('secret inside');
    expect(lines.filter((line) => line.includes('a turn broke'))).toHaveLength(2);
    expect(await metrics.text()).toMatch(/cutover_turns_failed_total\{kind="message"\} [1-9]/);
  });

  it('tells alive from ready, and knows no other address', async () => {
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
    const ready = await fetch(`${server.origin}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, store: 'starting' }]);
    expect((await fetch(`${server.origin}/metrics`)).headers.get('content-type')).toContain('text/plain');
    expect([404, 405]).toContain((await fetch(`${server.origin}/api/messages`)).status);
    expect(await (await fetch(`${server.origin}/nowhere`)).text()).toBe('{"error":"Not Found"}');
  });

  it('asks the gatekeeper before it reads the activity', async () => {
    const guarded = await startServer({
      ...options,
      port: 0,
      health: async () => ({ ready: true, detail: {} }),
      gatekeeper: async () => ({ ok: false, status: 401, why: 'There is no token.' }),
    });
    const answered = await fetch(`${guarded.origin}/api/messages`, { method: 'POST', body: '{"no":"type"}' });
    await guarded.close();
    expect([answered.status, await answered.text()]).toEqual([401, '{"error":"Unauthorized"}']);
    expect(await metrics.text()).toContain('cutover_tokens_refused_total{case="There is no token."} 1');
  });

  it('names the port that is taken in one line', async () => {
    const port = Number(new URL(server.origin).port);
    const second = startServer({ ...options, port, health: async () => ({ ready: true, detail: {} }) });
    await expect(second).rejects.toThrow(PortError);
    await expect(second).rejects.toThrow(`Port ${port} is in use by another program.`);
  });
});

describe('later messages', () => {
  const channel = '19:security@thread.tacv2';

  it('begin a thread, go under it, and are replaced in place', async () => {
    await connector.say(alex, 'hello', { channel });
    const root = await transport.post(reference, { type: 'message', text: 'run 1' });
    await transport.post(reference, { type: 'message', text: 'a reply' }, root);
    await transport.replace(reference, root, { type: 'message', text: 'run 1, settled' });
    const [, ...later] = connector.sent.map(({ how, conversation, activity }) => [how, conversation, activity.text]);
    expect(later).toEqual([
      ['post', channel, 'run 1'],
      ['post', `${channel};messageid=${root}`, 'a reply'],
      ['update', channel, 'run 1, settled'],
    ]);
  });

  it('go out once: a refusal comes back at once, with the time that the service asks for', async () => {
    await connector.say(alex, 'hello');
    const before = connector.asked();
    connector.trouble({ status: 429, retryAfterSeconds: 1 }, { status: 503 });
    const began = performance.now();
    const refused = await transport
      .post(reference, { type: 'message', text: 'later' })
      .catch((trouble: unknown) => trouble);
    expect(refused).toMatchObject({ trouble: 'throttled', retryAfterMs: 1_000 });
    expect(connector.asked() - before).toBe(1);
    expect(performance.now() - began).toBeLessThan(900);
    // A reply inside a turn too: the second trouble hits it once, and the words about that are the next request.
    await connector.say(alex, 'again');
    expect(connector.asked() - before).toBe(3);
  });

  it('say why they did not go out', async () => {
    await connector.say(alex, 'hello');
    const attempt = (): Promise<unknown> =>
      transport.post(reference, { type: 'message', text: 'later' }).catch((trouble: unknown) => trouble);
    connector.trouble({ status: 403, code: 'MessageWritesBlocked' });
    expect(await attempt()).toMatchObject({ trouble: 'blocked' });
    connector.trouble({ status: 404 });
    expect(await attempt()).toMatchObject({ trouble: 'gone' });
    connector.trouble({ status: 429, retryAfterSeconds: 7 });
    expect(await attempt()).toMatchObject({ trouble: 'throttled', retryAfterMs: 7_000 });
    for (const status of [412, 502, 503, 504]) {
      connector.trouble({ status });
      expect(await attempt(), String(status)).toMatchObject({ trouble: 'throttled', retryAfterMs: null });
    }
    connector.trouble({ status: 400 });
    expect(await attempt()).toMatchObject({ trouble: 'failed' });
    expect(
      await transport
        .post({ ...Object(reference), serviceUrl: 'http://192.0.2.1' }, { text: 'x' })
        .catch((trouble: unknown) => trouble),
    ).toBeInstanceOf(TransportError);
    expect(connector.messages(`a:${alex.aadObjectId}`).map((message) => message.text)).toEqual(['you said hello']);
  });
});
