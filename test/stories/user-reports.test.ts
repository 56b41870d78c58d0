import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel, openRehearsal, type Rehearsal } from '../kit/rehearsal.ts';

let r: Rehearsal;
beforeAll(async () => {
  r = await openRehearsal();
  await r.say(r.who('Megan'), 'use this channel for security', channel);
});
afterAll(() => r.close());

const days = () => r.reads(channel).filter((m) => m.text.includes('User reports ·'));
const sendings = () =>
  r.connector.sent.filter(
    (s) => s.conversation.startsWith(channel) && JSON.stringify(s.activity).includes('User reports ·'),
  );

describe('what people report', () => {
  it('comes as one card a day, updated in place, and quiet when nothing changed', async () => {
    await r.advance('PT4H');
    expect(days()).toHaveLength(1);
    await r.advance('PT4H');
    expect(days()).toHaveLength(1);
    const before = sendings().length;
    await r.settle();
    await r.advance('PT1M');
    await r.advance('PT1M');
    expect(sendings().length - before).toBeLessThanOrEqual(1);
    expect(days()[0]?.text).toMatch(/\d+ reports?/);
    expect(days()[0]?.text).toContain('Most reported senders');
  });

  it('opens a new card at the digest hour', async () => {
    await r.advance('P1D');
    expect(days()).toHaveLength(2);
    const texts = days().map((m) => /User reports · (.+)/.exec(m.text)?.[1]);
    expect(new Set(texts).size).toBe(2);
  });

  it('folds the digests that were missed into one, and leaves the days between alone', async () => {
    await r.advance('P9D');
    expect(days()).toHaveLength(3);
    await r.settle();
    expect(days()).toHaveLength(3);
  });

  it('counts the same in a personal chat, without a second card in the channel', async () => {
    const answer = await r.say(r.who('Megan'), 'what did people report today?');
    const [total] = /\d+ reports?|Nobody reported/.exec(answer.text) ?? [''];
    expect(days().at(-1)?.text).toContain(total);
    expect(days()).toHaveLength(3);
    expect(answer.text).not.toMatch(/\b1 reports|\b1 people/);
  });

  it('shows a gap as a gap, and that it is over', async () => {
    await fetch(`${r.sandbox.origin}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ next: ['denied'] }),
    });
    await r.advance('PT2M');
    expect((await r.say(r.who('Megan'), 'submissions')).text).toContain('could not be read since');
    await r.advance('PT2M');
    expect((await r.say(r.who('Megan'), 'submissions')).text).not.toContain('could not be read');
  });
});
