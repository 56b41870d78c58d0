import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel, openRehearsal, type Read, type Rehearsal, readCard } from '../kit/rehearsal.ts';

let r: Rehearsal;
beforeAll(async () => {
  r = await openRehearsal();
  await r.say(r.who('Megan'), 'use this channel for security', channel);
});
afterAll(() => r.close());

const changed = () => r.sandbox.writes().filter((w) => w.changed).length;
/** The message that shows a change's card now, by what it says. */
const message = (title: RegExp) => {
  const found = r.connector
    .messages(channel)
    .findLast(
      (m) => title.test(JSON.stringify(m)) && /"text":"(Approval · c|C)hange \d+("| ·)/.test(JSON.stringify(m)),
    );
  if (!found) throw new Error(`no message for ${title}`);
  return found;
};
const read = (title: RegExp): Read => readCard(message(title).attachments?.[0]?.content);
const propose = async (step: string): Promise<void> => {
  const alex = r.who('Alex');
  await r.press(alex, await r.say(alex, `plan ${step}`), 'Propose');
  await r.settle();
};

describe('one change in the channel', () => {
  it('is one message, replaced in place from question to outcome', async () => {
    await propose('user-reporting');
    const asked = message(/user reports/);
    await r.press(r.who('Megan'), read(/user reports/), 'Approve', {}, channel);
    await r.settle();
    expect(message(/user reports/).id).toBe(asked.id);
    expect(read(/user reports/).text).toContain('Settled');
    const posts = r.connector.sent.filter(
      (s) =>
        s.how === 'post' &&
        s.conversation.startsWith(channel) &&
        JSON.stringify(s.activity).includes('Send user reports'),
    );
    const [root, ...replies] = posts;
    expect(root?.activityId).toBe(asked.id);
    // What is said about it stands under it, in the same thread.
    for (const reply of replies) expect(reply.conversation).toContain(String(asked.id));
  });

  it('has its reminder as a reply under its card', async () => {
    await propose('pilot-groups');
    const card = message(/pilot groups/);
    await r.advance('P2D');
    const reminder = r.connector.sent.findLast((s) => JSON.stringify(s.activity).includes('Still to decide'));
    expect(reminder?.conversation).toContain(String(card.id));
  });

  it('keeps its buttons in the channel when the requester asks there what is pending', async () => {
    const alex = r.who('Alex');
    const shown = await r.say(alex, 'pending', channel);
    expect(shown.buttons.map((b) => b.title)).toContain('Approve');
    expect((await r.press(alex, shown, 'Approve', {}, channel)).text).toMatch(/role|asked for this/);
    expect(r.reads(channel).some((m) => m.text.includes('further down'))).toBe(true);
  });

  it('is posted anew when its message was deleted', async () => {
    const before = message(/pilot groups/);
    r.connector.forget(String(before.id));
    await r.press(r.who('Megan'), read(/pilot groups/), 'Reject', { reason: 'Only a drill' }, channel);
    await r.settle();
    const after = message(/pilot groups/);
    expect(after.id).not.toBe(before.id);
    expect(JSON.stringify(after)).toContain('Rejected');
  });

  it('arrives although Teams is too busy at first, and once only', async () => {
    r.connector.trouble({ status: 429, retryAfterSeconds: 1 }, { status: 503 });
    const alex = r.who('Alex');
    await r.click(alex, 'run.propose', { step: 'pilot-groups' });
    await r.connector.until(
      (sent) =>
        sent.some(
          (s) =>
            s.how === 'post' &&
            s.conversation.startsWith(channel) &&
            JSON.stringify(s.activity).includes('Approval · change 3'),
        ),
      9_000,
    );
    await r.settle();
    expect(r.reads(channel).filter((m) => m.text.includes('Approval · change 3'))).toHaveLength(1);
  });
});

describe('what is not for the bot', () => {
  it('is left in silence: bots, edits, reactions, deletions, other people joining', async () => {
    const inChat = () => r.connector.sent.filter((s) => s.conversation === `a:${r.who('Megan').aadObjectId}`).length;
    const before = { sent: inChat(), writes: changed() };
    const said = await r.connector.say(r.who('Megan'), 'help');
    const base = { ...said.activity } as Record<string, unknown>;
    const greeted = inChat();
    expect(greeted).toBeGreaterThan(before.sent);
    const person = base['from'] as Record<string, unknown>;
    const others = [
      { ...base, id: 'x1', from: { id: '28:other-bot', name: 'Other bot' }, text: 'pause because I am a bot' },
      { ...base, id: 'x2', from: { ...person, role: 'bot' }, text: 'status' },
      { ...base, id: 'x3', type: 'messageUpdate', text: 'pause because of this edit' },
      { ...base, id: 'x4', type: 'messageDelete' },
      { ...base, id: 'x5', type: 'messageReaction', reactionsAdded: [{ type: 'like' }], text: undefined },
      { ...base, id: 'x6', type: 'conversationUpdate', membersAdded: [{ id: '29:somebody' }], text: undefined },
      { ...base, id: 'x7', type: 'typing', text: undefined },
      { ...base, id: 'x8', type: 'event', name: 'application/vnd.microsoft.readReceipt', text: undefined },
    ];
    for (const activity of others) expect((await r.connector.send(activity)).status).toBeLessThan(300);
    await r.settle();
    expect(inChat()).toBe(greeted);
    expect(changed()).toBe(before.writes);
    expect((await r.say(r.who('Megan'), 'status')).text).not.toContain('Paused');
  });

  it('introduces itself once in a channel, and answers in a group chat', async () => {
    const place = '19:team-two@thread.tacv2';
    await r.connector.install(r.who('Megan'), { channel: place });
    await r.connector.install(r.who('Megan'), { channel: place });
    expect(r.reads(place)).toHaveLength(1);
    expect(r.reads(place)[0]?.text).toContain('use this channel for security');
    const said = await r.connector.say(r.who('Alex'), 'status');
    const group = {
      ...said.activity,
      id: 'g1',
      conversation: { id: '19:group@thread.v2', conversationType: 'groupChat', isGroup: true },
      text: '<at>Cutover</at> status',
    };
    await r.connector.send(group);
    expect(r.reads('19:group@thread.v2')[0]?.text).toContain('Where we are');
    await r.connector.send({ ...group, id: 'g2', text: '<at>Cutover</at> use this channel for security' });
    expect(r.reads('19:group@thread.v2').at(-1)?.text).toContain('in the channel');
  });
});
