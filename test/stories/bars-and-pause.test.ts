import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel, openRehearsal, type Read, type Rehearsal } from '../kit/rehearsal.ts';

let r: Rehearsal;
const elsewhere = '19:other@thread.tacv2';
beforeAll(async () => {
  r = await openRehearsal();
  await r.say(r.who('Megan'), 'use this channel for security', channel);
});
afterAll(() => r.close());

const changed = () => r.sandbox.writes().filter((w) => w.changed).length;
const open = (title: RegExp, place = channel): Read | undefined =>
  r.reads(place).findLast((m) => title.test(m.text) && m.buttons.some((b) => b.title === 'Approve'));
const approve = async (who: string, title: RegExp, place = channel): Promise<Read> => {
  const card = open(title, place);
  if (!card) throw new Error(`no approval card for ${title}`);
  const read = await r.press(r.who(who), card, 'Approve', {}, place);
  await r.settle();
  return read;
};

describe('pause', () => {
  it('is not taken from a question, a denial or a mention', async () => {
    const alex = r.who('Alex');
    for (const line of ['can I pause?', 'do not pause', 'pause?', 'who paused?', 'stop sending me cards', 'puase']) {
      const answer = await r.say(alex, line);
      expect(answer.text.length).toBeGreaterThan(10);
      expect(answer.text).not.toContain('Writing is paused');
    }
    expect((await r.say(alex, 'status')).text).not.toContain('Paused');
  });

  it('asks why, takes no question for an answer, and can be left', async () => {
    const alex = r.who('Alex');
    expect((await r.say(alex, 'stop')).text).toContain('Why');
    expect((await r.say(alex, 'why do you ask?')).text).toContain('question');
    expect((await r.say(alex, '..')).text).toContain('few more words');
    expect((await r.say(alex, 'stop')).text).toContain('Left as it was');
    expect((await r.say(alex, 'status')).text).not.toContain('Paused');
  });

  it('holds a change that is approved, and resume lets it go on', async () => {
    const [alex, megan] = [r.who('Alex'), r.who('Megan')];
    await r.press(alex, await r.say(alex, 'plan user-reporting'), 'Propose');
    await r.settle();
    expect((await r.say(megan, 'pause Incident 7 is open')).text).toContain('Incident 7 is open');
    expect((await r.say(alex, 'status')).text).toContain('Incident 7 is open');
    const held = await approve('Megan', /user reports/);
    expect(held.text).toMatch(/paused/i);
    expect(held.text).toContain('resume');
    expect(changed()).toBe(0);
    expect((await r.say(megan, 'resume on Monday')).text).toContain('Nothing was done');
    expect(changed()).toBe(0);
    expect((await r.say(megan, 'resume please')).text).toContain('Writing goes on');
    expect((await r.say(megan, 'resume')).text).toContain('Nothing was paused');
    await r.settle();
    if (changed() === 0) await approve('Megan', /user reports/);
    expect(changed()).toBeGreaterThan(0);
    expect(r.reads(channel).some((m) => m.text.includes('Settled'))).toBe(true);
  });
});

describe('a bar', () => {
  it('is raised at once, and lowered only by two people other than who asks', async () => {
    const alex = r.who('Alex');
    const raised = await r.say(alex, 'settings quorumReversible 2');
    expect(raised.text).toContain('Approvals for a reversible change: 2');
    expect(raised.text).toContain('Before: 1');
    expect((await r.say(alex, 'settings quorumReversible 1?')).text).toMatch(/Now\W+2/);
    expect((await r.say(alex, 'set approvals for a reversible change to 1')).text).toContain('Waiting for approval');
    await r.settle();
    expect((await approve('Megan', /Lower a bar/)).text).toContain('1 of 2');
    expect((await r.say(alex, 'settings quorumReversible')).text).toMatch(/Now\W+2/);
    await approve('Adele', /Lower a bar/);
    expect((await r.say(alex, 'settings quorumReversible')).text).toMatch(/Now\W+1/);
  });

  it('that was lowered stands on later cards', async () => {
    const alex = r.who('Alex');
    await r.press(alex, await r.say(alex, 'plan pilot-groups'), 'Propose');
    await r.settle();
    expect(open(/pilot groups/)?.text).toContain('A bar was lowered');
    await r.press(r.who('Megan'), open(/pilot groups/) as Read, 'Reject', { reason: 'Only to see the card' }, channel);
    await r.settle();
  });

  it('refuses values and names that do not fit, with what would, and keeps what was', async () => {
    const alex = r.who('Alex');
    const before = (await r.say(alex, 'settings')).text;
    const lines = [
      'digestHour noon',
      'digestHour 25',
      'businessHours always',
      'businessHours 17:00-08:00',
      'wibble 3',
      'contractEnds soon',
      'contractEnds 2026-02-31',
      'timeZone Mars/Phobos',
      'ticketPattern CHG(',
      'blackout when it suits',
      'ticketRequired some',
    ];
    for (const line of lines) {
      const answer = await r.say(alex, `settings ${line}`);
      expect(`${line}: ${answer.text}`).toMatch(/does not fit|no setting/);
      expect(answer.text).not.toMatch(/`|regex|Invalid|NaN|received/);
    }
    const empty = await r.click(alex, 'setting.change', { setting: 'digestHour', value: '' });
    expect(empty.text).toContain('An empty value does not fit');
    expect((await r.say(alex, 'settings')).text).toBe(before);
  });

  it('is also the ticket: once it must be there, nothing is asked for without one of the agreed form', async () => {
    const alex = r.who('Alex');
    await r.say(alex, 'settings ticketPattern CHG\\d{7}');
    expect((await r.say(alex, 'settings ticketRequired all')).text).toContain('all');
    const plan = await r.say(alex, 'plan pilot-groups');
    expect(plan.inputs).toContain('ticket');
    expect((await r.press(alex, plan, 'Propose', { ticket: '' })).text).toContain('needs a change ticket');
    expect((await r.press(alex, plan, 'Propose', { ticket: 'soon' })).text).toContain('agreed form');
    expect((await r.press(alex, plan, 'Propose', { ticket: ' CHG0041882 ' })).text).toContain('Waiting');
    await r.settle();
    expect(open(/pilot groups/)?.text).toContain('CHG0041882');
  });

  it('is also where approvals go: another channel takes two people, and then what is asked comes there', async () => {
    const alex = r.who('Alex');
    const asked = await r.say(r.who('Isaiah'), 'use this channel for security', elsewhere);
    expect(asked.text).toContain('two people');
    await r.settle();
    expect(open(/Security channel/)).toBeDefined();
    await approve('Megan', /Security channel/);
    await approve('Adele', /Security channel/);
    expect((await r.say(alex, 'settings securityChannel')).text).toContain('other');
    expect((await r.say(r.who('Megan'), 'use this channel for security', elsewhere)).text).toContain(
      'security channel now',
    );
    await r.settle();
    expect(open(/pilot groups/, elsewhere)).toBeDefined();
  });
});
