import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Button, channel, openRehearsal, type Read, type Rehearsal } from '../kit/rehearsal.ts';

let r: Rehearsal;
beforeAll(async () => {
  r = await openRehearsal();
});
afterAll(() => r.close());

const changed = () => r.sandbox.writes().filter((w) => w.changed).length;
const last = (title: RegExp): Read => {
  const card = r.reads(channel).findLast((m) => title.test(m.text) && m.buttons.some((b) => b.title === 'Approve'));
  if (!card) throw new Error(`no approval card for ${title}`);
  return card;
};
const approveButton = (card: Read): Button => {
  const found = card.buttons.find((b) => b.title === 'Approve');
  if (!found) throw new Error('no Approve');
  return found;
};
const proposed = async (step: string, more: object = {}): Promise<Read> => {
  const alex = r.who('Alex');
  const asked = await r.press(alex, await r.say(alex, `plan ${step}`), 'Propose', more);
  await r.settle();
  return asked;
};

describe('before there is a security channel', () => {
  it('says that nobody was told, and approvers find the change under pending', async () => {
    const asked = await proposed('user-reporting');
    expect(asked.text).toContain('No security channel is set yet');
    expect(asked.text).toContain('Waiting for approval');
    const card = await r.say(r.who('Megan'), 'pending');
    expect(card.buttons.map((b) => b.title)).toContain('Approve');
    expect((await r.say(r.who('Alex'), 'pending')).buttons.map((b) => b.title)).not.toContain('Approve');
  });

  it('brings what waits into the channel once there is one', async () => {
    const said = await r.say(r.who('Megan'), 'use this channel for security', channel);
    expect(said.text).toContain('One change waits');
    await r.settle();
    expect(last(/user reports/).text).toContain('Asked: Alex Wilber');
  });
});

describe('a no', () => {
  it('needs a reason; without one nothing is decided, and the card stays', async () => {
    const card = last(/user reports/);
    const without = await r.press(r.who('Megan'), card, 'Reject', { reason: '  ' }, channel);
    expect(without.text).toContain('needs a reason');
    expect(without.buttons.map((b) => b.title)).toContain('Approve');
  });

  it('is final with one, and the requester is told it with the reason', async () => {
    const [alex, megan] = [r.who('Alex'), r.who('Megan')];
    const card = last(/user reports/);
    const no = await r.press(megan, card, 'Reject', { reason: 'Not before the audit' }, channel);
    expect(no.text).toContain('Rejected');
    await r.settle();
    const told = r.reads(`a:${alex.aadObjectId}`).at(-1);
    expect(told?.text).toContain('Rejected');
    expect(told?.text).toContain('Not before the audit');
    const late = await r.press(r.who('Adele'), card, 'Approve', {}, channel);
    expect(late.text).toMatch(/decided; that is final/);
    expect(late.text).not.toContain('`');
    expect(changed()).toBe(0);
  });

  it('is also the requester’s own cancel, and nobody else’s', async () => {
    const asked = await proposed('user-reporting');
    const cancel = asked.buttons.find((b) => b.title === 'Cancel');
    const other = await r.click(r.who('Megan'), 'run.cancel', cancel?.data ?? {}, channel);
    expect(other.text).toContain('Only the person who asked can cancel');
    const own = await r.press(r.who('Alex'), asked, 'Cancel');
    expect(own.text).toContain('Cancelled');
    await r.settle();
    expect(r.reads(channel).findLast((m) => m.text.includes('user reports'))?.text).toContain('Cancelled');
  });

  it('comes by itself when nobody decides in time, after one reminder', async () => {
    await proposed('user-reporting');
    await r.advance('P2D');
    expect(r.reads(channel).filter((m) => m.text.includes('Still to decide')).length).toBeLessThanOrEqual(1);
    await r.advance('P5D');
    expect(r.reads(channel).filter((m) => m.text.includes('Still to decide')).length).toBe(1);
    const gone = r.reads(channel).findLast((m) => m.text.includes('Expired'));
    expect(gone?.text).toContain('the answer is no');
    expect(gone?.text).toMatch(/[Aa]sk for the step again/);
    expect(r.reads(`a:${r.who('Alex').aadObjectId}`).at(-1)?.text).toContain('Expired');
    expect(changed()).toBe(0);
  });
});

describe('clicks that do not count', () => {
  it('changes nothing for somebody without the role, in another conversation, or with made-up data', async () => {
    await proposed('user-reporting');
    const card = last(/user reports/);
    const approve = approveButton(card);
    const nobody = r.sandbox.people().find((p) => p.roles.length === 0);
    if (!nobody) throw new Error('everybody has a role');
    for (const [who, place] of [
      [r.who('Patti'), channel],
      [nobody, channel],
      [nobody, '19:elsewhere@thread.tacv2'],
    ] as const) {
      const answer = await r.click(who, approve.verb, approve.data, place);
      expect(answer.text).toMatch(/role/);
    }
    expect((await r.click(r.who('Megan'), 'run.approve', { run: '999', version: 1 }, channel)).text).toContain(
      'no such change',
    );
    expect((await r.click(r.who('Megan'), 'run.destroy', approve.data, channel)).text).toContain('Nothing was changed');
    expect(
      (await r.click(r.who('Megan'), 'run.approve', { run: approve.data['run'], version: 0 }, channel)).text,
    ).toContain('out of date');
    await r.settle();
    expect(changed()).toBe(0);
    expect(last(/user reports/).text).toContain('0 of 1');
  });

  it('counts a double click, and a click that came as a message, once', async () => {
    const megan = r.who('Megan');
    const card = last(/user reports/);
    const approve = approveButton(card);
    const [one, two] = await Promise.all([
      r.click(megan, approve.verb, approve.data, channel),
      r.click(megan, approve.verb, approve.data, channel),
    ]);
    for (const answer of [one, two]) expect(answer.text).toMatch(/Approved|applied|Settled|decided|out of date/i);
    await r.settle();
    const writes = changed();
    expect(writes).toBeGreaterThan(0);
    const submitted = await r.connector.submit(megan, undefined, { ...approve.data, verb: approve.verb }, { channel });
    expect(submitted.status).toBe(200);
    await r.settle();
    expect(changed()).toBe(writes);
    expect(
      r.reads(channel).filter((m) => m.text.includes('Settled') && m.text.includes('user reports')).length,
    ).toBeGreaterThan(0);
  });

  it('takes an approval from a client without Action.Execute, and replaces the card that was clicked', async () => {
    const adele = r.who('Adele');
    await proposed('pilot-groups');
    const message = r.connector
      .messages(channel)
      .findLast((m) => JSON.stringify(m).includes('"run.approve"') && JSON.stringify(m).includes('pilot groups'));
    const approve = approveButton(last(/pilot groups/));
    await r.connector.submit(adele, message?.id, { ...approve.data, verb: approve.verb }, { channel });
    await r.settle();
    const now = r.connector.messages(channel).find((m) => m.id === message?.id);
    expect(JSON.stringify(now)).toContain('Settled');
  });
});
