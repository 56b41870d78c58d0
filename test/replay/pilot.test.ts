import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, startConnector } from '../kit/connector.ts';
import { channel, readCard } from '../kit/rehearsal.ts';
import { openStage, type Stage, unreadable } from './stage.ts';

let s: Stage;
beforeAll(async () => {
  s = await openStage();
  const [megan] = s.approvers;
  for (const step of ['user-reporting', 'pilot-groups', 'anti-phishing', 'start-pilot']) {
    if (step === 'start-pilot')
      for (const about of ['bypass-rule', 'enhanced-filtering', 'security-team'])
        await s.click(megan, 'gate.attest', { about, statement: 'It is so', proof: 'CHG0041001' });
    await s.click(s.operator, 'run.propose', { step });
    await s.settle();
    await s.carryOut(await s.newest(step));
  }
  await s.r.advance('P4D');
}, 240_000);
afterAll(() => s?.close());

async function ten(answered: Answered): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 10 }, () => s.r.connector.send(answered.activity)));
  expect(answers.map(unreadable)).toEqual(answers.map(() => null));
  await s.settle();
}

/** The first senders of the review card, as the ids of their inputs. */
async function unmarked(): Promise<readonly string[]> {
  const answered = await s.click(s.approvers[0], 'view.show', { view: 'review', id: 'mailbox-intelligence' });
  const body = answered.body as { readonly value: unknown };
  return readCard(body.value).inputs.filter((input) => input.startsWith('mark-'));
}

describe('acts by hand, reviews and attestations that come again', () => {
  it('marks of a review count once, clicked ten times at once and delivered again after somebody marked otherwise', async () => {
    const inputs = (await unmarked()).slice(0, 3);
    expect(inputs.length).toBeGreaterThan(0);
    const before = await s.effects();
    const bad = { step: 'mailbox-intelligence', page: 0, ...Object.fromEntries(inputs.map((input) => [input, 'bad'])) };
    const clicks = await Promise.all(Array.from({ length: 10 }, () => s.click(s.approvers[0], 'review.mark', bad)));
    await s.settle();
    const after = await s.effects();
    expect(after.events['review']).toBe((before.events['review'] ?? 0) + inputs.length);
    await s.click(s.approvers[1], 'review.mark', {
      ...bad,
      ...Object.fromEntries(inputs.map((input) => [input, 'good'])),
    });
    await s.settle();
    const marked = await s.effects();
    for (const click of clicks) await ten(click);
    expect(await s.effects()).toEqual(marked);
  });

  it('an act by hand is confirmed once', async () => {
    const run = await s.newest('start-pilot');
    const act = run.plan.byHand[0]?.id ?? '';
    expect(act).not.toBe('');
    const data = { run: run.id, version: run.version, act, proof: 'CHG0041990, screenshot' };
    const before = await s.effects();
    const clicks = await Promise.all(
      Array.from({ length: 10 }, () => s.click(s.operator, 'run.confirm', data, channel)),
    );
    await s.settle();
    const after = await s.effects();
    expect(after.events['run-confirmed']).toBe((before.events['run-confirmed'] ?? 0) + 1);
    for (const click of clicks.slice(0, 3)) await ten(click);
    await s.click(s.approvers[0], 'run.confirm', { ...data, version: run.version + 1, proof: 'another proof' });
    expect(await s.effects()).toEqual(after);
  });

  it('an attestation that is delivered ten times is one statement', async () => {
    const click = await s.click(s.approvers[0], 'gate.attest', {
      about: 'inventory',
      statement: 'Done',
      proof: 'CHG7',
    });
    await s.settle();
    const after = await s.effects();
    await ten(click);
    expect(await s.effects()).toEqual(after);
  });

  it('a click without id or time is still answered', async () => {
    const { activity } = await s.click(s.nobody, 'view.show', { view: 'help', id: '' });
    const { id: _id, timestamp: _timestamp, ...bare } = activity;
    const answer = await s.r.connector.send(bare);
    expect(answer.status).toBe(200);
    expect(unreadable(answer)).toBeNull();
  });

  it('an activity that comes again from another service address is answered there without effect', async () => {
    const run = await s.newest('start-pilot');
    const click = await s.click(s.operator, 'run.roll-back', { run: run.id, version: run.version, reason: 'a drill' });
    await s.settle();
    const after = await s.effects();
    const other = await startConnector({ botEndpoint: s.r.endpoint, now: s.r.sandbox.now });
    try {
      const answer = await s.r.connector.send({ ...click.activity, serviceUrl: other.serviceUrl });
      expect(unreadable(answer)).toBeNull();
    } finally {
      await other.close();
    }
    await s.settle();
    expect(await s.effects()).toEqual(after);
  });
});
