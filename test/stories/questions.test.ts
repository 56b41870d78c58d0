import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdapter, onLoopback } from '../../bot/adapter.ts';
import { createApp } from '../../bot/app.ts';
import { createLogger } from '../../bot/log.ts';
import { createMetrics } from '../../bot/metrics.ts';
import { startServer } from '../../bot/server.ts';
import { createTransport } from '../../bot/transport.ts';
import { sandboxCredential } from '../../services/directory/credentials.ts';
import { roleGroups } from '../../services/sandbox/sandbox.ts';
import { channel, openRehearsal, type Rehearsal } from '../kit/rehearsal.ts';

let r: Rehearsal;
beforeAll(async () => {
  r = await openRehearsal();
});
afterAll(() => r.close());

/** Another process of the product on the same database and tenant: what a restart finds. */
async function restarted() {
  const log = createLogger({ level: 'error', write: (line) => void process.stderr.write(line) });
  const metrics = createMetrics();
  const adapter = createAdapter({
    identity: { kind: 'none' },
    hostAllowed: onLoopback,
    log,
    failed: metrics.turnFailed,
  });
  const transport = createTransport({ adapter, botAppId: '', hostAllowed: onLoopback, now: Date.now });
  const { origin, tenantId } = r.sandbox;
  const app = await createApp({
    kind: 'rehearsal',
    home: '/nonexistent',
    databaseUrl: r.database,
    now: () => r.sandbox.now(),
    exchangeOrigin: origin,
    graphOrigin: origin,
    tenantId,
    roleGroups,
    credential: sandboxCredential(),
    transport,
    log,
  });
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    adapter,
    handle: (context) => app.handle(context),
    health: () => app.health(),
    hostAllowed: onLoopback,
    metrics,
    log,
    clock: () => performance.now(),
  });
  return {
    endpoint: `${server.origin}/api/messages`,
    close: async () => {
      await server.close(1_000);
      await app.stop();
    },
  };
}

describe('two people in one channel, each in a dialog', () => {
  it('answer their own questions only', async () => {
    const [alex, megan] = [r.who('Alex'), r.who('Megan')];
    expect((await r.say(alex, 'plan waves', channel)).text).toContain('How many people');
    expect((await r.say(megan, 'pause', channel)).text).toContain('Why should');
    expect((await r.say(alex, 'about 1,450', channel)).text).toContain('Which departments');
    const paused = await r.say(megan, '90 phones do not get mail', channel);
    expect(paused.text).toContain('90 phones do not get mail');
    expect((await r.say(alex, 'Finance and Sales', channel)).text).toContain('Waves');
    expect((await r.say(megan, 'resume', channel)).text).toContain('goes on');
  });

  it('are not mixed with the same person’s dialog in another chat', async () => {
    const alex = r.who('Alex');
    expect((await r.say(alex, 'pause', channel)).text).toContain('Why should');
    expect((await r.say(alex, 'this is not a reason, it is another chat')).text).toContain('did not understand');
    expect((await r.say(alex, 'cancel', channel)).text).toContain('Left as it was');
    expect((await r.say(alex, 'status')).text).not.toContain('Paused');
  });
});

describe('a dialog', () => {
  it('takes numbers as people write them, and says what fits for others', async () => {
    const alex = r.who('Alex');
    for (const line of [
      'ninety',
      '1.5',
      '90 %',
      'between 80 and 90',
      '0',
      '-5',
      '90?!x100',
      'as many as possible',
      'a'.repeat(5_000),
      '🤷',
    ]) {
      expect((await r.say(alex, 'plan waves')).text).toContain('How many people');
      const answer = await r.say(alex, line);
      expect(`${line.slice(0, 40)} → ${answer.text}`).toContain('One whole number');
    }
    for (const line of ['about 90', '1,450', '1 450 people', '90.', '<p>90</p>', 'default', 'Default!', '**90**']) {
      expect((await r.say(alex, 'plan waves')).text).toContain('How many people');
      const answer = await r.say(alex, line);
      expect(`${line} → ${answer.text}`).toContain('Which departments');
    }
    await r.say(alex, 'cancel');
  });

  it('takes no greeting for a reason', async () => {
    const megan = r.who('Megan');
    await r.say(megan, 'pause');
    for (const line of ['hello', 'thanks', 'ok', 'no'])
      expect((await r.say(megan, line)).text).toContain('few more words');
    expect((await r.say(megan, 'cancel')).text).toContain('Left as it was');
    expect((await r.say(megan, 'status')).text).not.toContain('Paused');
  });

  it('is left by another word, by cancel, and forgets then', async () => {
    const alex = r.who('Alex');
    await r.say(alex, 'plan waves');
    expect((await r.say(alex, 'Status, please!')).text).toContain('Where we are');
    expect((await r.say(alex, '90')).text).toContain('did not understand');
    await r.say(alex, 'plan waves');
    expect((await r.say(alex, 'Never mind.')).text).toContain('Left as it was');
    expect((await r.say(alex, 'cancel')).text).toContain('Nothing is open');
    await r.say(alex, 'plan waves');
    expect((await r.say(alex, 'pause')).text).toContain('Why should');
    expect((await r.say(alex, 'stop')).text).toContain('Left as it was');
    expect((await r.say(alex, 'status')).text).not.toContain('Paused');
  });

  it('goes on after a restart of the product', async () => {
    const [alex, megan] = [r.who('Alex'), r.who('Megan')];
    await r.say(alex, 'plan waves');
    await r.say(megan, 'pause');
    const other = await restarted();
    try {
      const said = await r.connector.say(alex, 'help');
      // The second process gets the next answers; the help above was answered by the first and ended Alex's dialog there.
      expect(said.status).toBe(200);
      await r.say(alex, 'plan waves');
      const to = async (
        person: { readonly aadObjectId: string; readonly name: string },
        text: string,
      ): Promise<string> => {
        const before = r.connector.sent.length;
        const answer = await fetch(other.endpoint, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            ...said.activity,
            id: `restart-${text}`,
            text,
            from: { id: `29:${person.aadObjectId}`, name: person.name, aadObjectId: person.aadObjectId },
            conversation: { id: `a:${person.aadObjectId}`, conversationType: 'personal' },
          }),
        });
        expect(answer.status).toBe(200);
        return JSON.stringify(r.connector.sent.slice(before).map((s) => s.activity));
      };
      expect(await to(alex, '90')).toContain('Which departments');
      expect(await to(megan, 'The gateway loses mail')).toContain('Writing is paused');
      expect((await r.say(alex, 'default')).text).toContain('Waves');
    } finally {
      await other.close();
    }
  });
});

describe('a card that nobody drew', () => {
  it('is answered with words, and changes nothing', async () => {
    const megan = r.who('Megan');
    for (const [verb, data] of [
      ['view.show', { view: 'constructor', id: '' }],
      ['view.show', { view: 'nonsense', id: '' }],
      ['run.destroy', { run: '1', version: 1 }],
      ['setting.change', { setting: 'constructor', value: '3' }],
      ['run.propose', { step: 'switch-mx' }],
      ['gate.attest', { about: 'bypass-rule', statement: '', proof: '' }],
    ] as const) {
      const answer = await r.click(megan, verb, data);
      expect(`${verb}: ${answer.text}`).toMatch(/Nothing was changed/);
      expect(answer.buttons.length).toBeGreaterThan(0);
    }
  });
});

describe('whatever is typed', () => {
  it('is answered, and nothing is written to the tenant', async () => {
    const [alex, nobody] = [r.who('Alex'), r.sandbox.people().find((p) => p.roles.length === 0)];
    if (!nobody) throw new Error('everybody has a role');
    const lines = [
      '',
      '   ',
      '🤷',
      '?',
      'a'.repeat(10_000),
      '**',
      '<at>Cutover</at>',
      '&nbsp;',
      'plan',
      'plan antiphish',
      'step Pilot groups',
      'plan the pilot groups',
      'step',
      'change',
      'change 999',
      'review waves',
      'attest',
      'settings wibble',
      'approve 41',
      'approve everything',
      'undo',
      'release my mail',
      'headers',
      'where is',
      "what's pending?",
      'how far are we',
      'goedemorgen',
      'Grüß Gott',
      '{"verb":"run.approve"}',
      '<script>alert(1)</script>',
      '[x](http://evil.example)',
      'status\u202e',
    ];
    for (const line of lines)
      for (const person of [alex, nobody]) {
        const answer = await r.say(person, line);
        expect(`${line.slice(0, 30)}: ${answer.text.length > 10}`).toBe(`${line.slice(0, 30)}: true`);
        expect(answer.text).not.toMatch(/`|undefined|\[object|NaN|\$\{/);
        expect(answer.text.length).toBeLessThan(4_500);
      }
    expect(r.sandbox.writes().filter((w) => w.changed)).toHaveLength(0);
  });

  it('says of a message what it understood, and that it was not looked up', async () => {
    const asked = await r.say(r.who('Patti'), 'why is "Invoice 4711" from a@b.example in junk?');
    expect(asked.text).toContain('Why is it in Junk');
    expect(asked.inputs).toEqual(['sender', 'recipient', 'subject', 'from', 'to', 'messageId', 'networkMessageId']);
    const found = await r.press(r.who('Patti'), asked, 'Find it', { sender: 'a@b.example' });
    expect(found.text).toContain('Nothing was looked up');
    expect(found.text).toContain('Message trace');
  });

  it('leads from a near name to the step that was meant', async () => {
    const alex = r.who('Alex');
    const near = await r.say(alex, 'plan antiphish');
    expect(near.text).toContain('Did you mean anti-phishing');
    expect((await r.press(alex, near, 'Plan anti-phishing')).text).toMatch(/anti-phishing/i);
    expect((await r.say(alex, 'plan the pilot groups')).buttons.map((b) => b.title)).toContain('Propose');
  });
});
