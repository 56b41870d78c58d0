import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel, openRehearsal, type Rehearsal } from '../kit/rehearsal.ts';

let r: Rehearsal;
beforeAll(async () => {
  r = await openRehearsal();
});
afterAll(() => r.close());

const changed = () => r.sandbox.writes().filter((w) => w.changed).length;

describe('a newcomer, a lead and two approvers', () => {
  it('greets a newcomer, and answers greetings, thanks, near misses and nonsense', async () => {
    const alex = r.who('Alex');
    await r.connector.install(alex);
    expect(r.reads(`a:${alex.aadObjectId}`)[0]?.buttons).toHaveLength(3);
    expect((await r.say(alex, 'hello')).text).toContain('Alex');
    expect((await r.say(alex, 'thanks!')).text).toMatch(/welcome/i);
    expect((await r.say(alex, 'stauts')).text).toMatch(/Did you mean .status./);
    expect((await r.say(alex, 'plna pilot-groups')).text).toMatch(/Did you mean .plan pilot-groups./);
    expect((await r.say(alex, 'qwertz uiop')).text).toContain('help');
    expect((await r.say(alex, 'plan antiphishing')).text).toContain('anti-phishing');
    expect((await r.say(alex, '')).text.length).toBeGreaterThan(10);
  });

  it('shows nothing of the tenant to somebody without a role', async () => {
    const nobody = r.sandbox.people().find((p) => p.roles.length === 0);
    if (!nobody) throw new Error('everybody has a role');
    expect((await r.say(nobody, 'status')).text).toContain('role');
    expect((await r.say(nobody, 'help')).text).toContain('status');
    expect((await r.click(nobody, 'run.propose', { step: 'pilot-groups' })).text).toMatch(/role/);
    expect(changed()).toBe(0);
  });

  it('takes a channel as the security channel, once, and moving it takes two people', async () => {
    const megan = r.who('Megan');
    expect((await r.say(megan, 'use this channel for security')).text).toContain('Say that in the channel');
    expect((await r.say(megan, 'use this channel for security', channel)).text).toContain('security channel now');
    expect((await r.say(megan, 'use this channel for security', '19:other@thread.tacv2')).text).toContain('two people');
  });

  it('has a change approved by somebody else, applies it, proves it, tells the requester, and takes it back', async () => {
    const [alex, megan] = [r.who('Alex'), r.who('Megan')];
    const plan = await r.say(alex, 'plan user-reporting');
    expect(plan.text).toContain('user reports');
    const asked = await r.press(alex, plan, 'Propose');
    expect(asked.text).toContain('Waiting for approval');
    await r.settle();
    const card = r.reads(channel).find((m) => m.buttons.some((b) => b.title === 'Approve' && b.data['run'] !== '1'));
    if (!card) throw new Error('no approval card in the channel');
    const own = await r.click(
      alex,
      'run.approve',
      card.buttons.find((b) => b.title === 'Approve')?.data ?? {},
      channel,
    );
    expect(own.text).toMatch(/role|asked for this/);
    expect(changed()).toBe(0);
    await r.press(megan, card, 'Approve', {}, channel);
    await r.settle();
    expect(changed()).toBeGreaterThan(0);
    const outcome = r.reads(channel).find((m) => m.text.includes('Settled') && m.text.includes('user reports'));
    expect(outcome?.text).toContain('proved');
    expect(r.reads(`a:${alex.aadObjectId}`).some((m) => m.text.includes('Settled'))).toBe(true);

    const old = await r.press(megan, card, 'Approve', {}, channel);
    expect(old.text).toMatch(/final|decided/);

    if (!outcome) throw new Error('no outcome');
    const back = await r.press(megan, outcome, 'Ask to roll back', { reason: 'Only a drill' }, channel);
    expect(back.text).toContain('Take back change');
    await r.settle();
    const undo = r
      .reads(channel)
      .find((m) => m.text.includes('Take back change') && m.buttons.some((b) => b.title === 'Approve'));
    if (!undo) throw new Error('no approval card for the way back');
    expect((await r.press(megan, undo, 'Approve', {}, channel)).text).toMatch(/asked for this/);
    await r.press(r.who('Adele'), undo, 'Approve', {}, channel);
    await r.settle();
    expect(r.reads(channel).some((m) => m.text.includes('Taken back'))).toBe(true);
  });

  it('keeps a record that replays', async () => {
    const alex = r.who('Alex');
    expect((await r.say(alex, 'mine')).text).toContain('Taken back');
    expect((await r.say(alex, 'digest')).text).toMatch(/Record|head/);
  });
});
