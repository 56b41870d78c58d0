import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel, openRehearsal, type Rehearsal } from '../kit/rehearsal.ts';

let r: Rehearsal;
beforeAll(async () => {
  // Everybody sits in New York; the organisation is in Copenhagen.
  r = await openRehearsal({ zone: 'America/New_York' });
  await r.say(r.who('Megan'), 'use this channel for security', channel);
});
afterAll(() => r.close());

describe('what one person cannot do alone, or unseen', () => {
  it('repoint the pilot: naming another group takes two people', async () => {
    const asked = await r.say(r.who('Alex'), 'settings pilotGroupStandard Nonexistent_Group');
    expect(asked.text).toMatch(/Waiting for approval|Lower a bar/);
    const setting = await r.click(r.who('Alex'), 'view.show', { view: 'setting', id: 'pilotGroupStandard' });
    expect(JSON.stringify(setting)).not.toContain('Nonexistent_Group');
  });

  it('attest what is checked here, or what does not exist', async () => {
    for (const about of ['anti-phishing', 'pilot-groups', 'zzz']) {
      const answer = await r.click(r.who('Megan'), 'gate.attest', { about, statement: 'It is so', proof: 'CHG1' });
      expect(answer.text).toContain('nothing to attest');
    }
  });

  it('pause in silence: the channel hears of it, and of its end', async () => {
    await r.say(r.who('Megan'), 'pause something is odd with the mail');
    await r.settle();
    const heard = () => r.reads(channel).filter((m) => /paused|goes on/i.test(m.text));
    expect(heard()).toHaveLength(1);
    expect(heard()[0]?.text).toContain('something is odd with the mail');
    expect((await r.say(r.who('Alex'), 'status')).text).toContain('paused by Megan');
    await r.say(r.who('Alex'), 'resume');
    await r.settle();
    expect(heard()).toHaveLength(1);
    expect(heard()[0]?.text).toContain('Alex');
  });

  it('hide a group from the approvers: every group that gets members is named with its numbers', async () => {
    const plan = await r.say(r.who('Alex'), 'plan pilot-groups');
    expect(plan.text).toMatch(/MDOPilot_SafeAttachments: 5 → \d+ members/);
    expect(plan.text).toMatch(/New, closed to joining: MDOPilot_SpamPhish_Standard, \d+ members/);
  });
});

describe('the people of a change', () => {
  it('are listed for those who may, in their own chat only', async () => {
    const alex = r.who('Alex');
    await r.click(alex, 'run.propose', { step: 'pilot-groups' });
    const groups = await r.say(alex, 'mine');
    const id = /(\d+): Create/.exec(groups.text)?.[1] ?? '';
    const list = await r.say(alex, `people ${id}`);
    expect(list.text.match(/@contoso/g)?.length ?? 0).toBeGreaterThan(20);
    expect((await r.say(alex, `people ${id}`, channel)).text).toContain('our own chat');
    expect((await r.say(r.who('Patti'), `people ${id}`)).text).toContain('It takes');
  });
});

describe('the same deadline', () => {
  it('reads the same in the answer to a click and in the channel, wherever the reader is', async () => {
    const asked = await r.click(r.who('Alex'), 'run.propose', { step: 'user-reporting' });
    await r.settle();
    const till = /till (\w{3} \d\d:\d\d)/.exec(asked.text)?.[1];
    const inChannel = r.reads(channel).find((m) => m.text.includes('Send user reports'));
    expect(till).toBeDefined();
    expect(inChannel?.text).toContain(`till ${till}`);
  });
});
