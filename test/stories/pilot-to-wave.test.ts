import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel, openRehearsal, type Read, type Rehearsal } from '../kit/rehearsal.ts';

let r: Rehearsal;
beforeAll(async () => {
  r = await openRehearsal({ seed: 1 });
  await r.say(r.who('Megan'), 'use this channel for security', channel);
});
afterAll(() => r.close());

/** The approval card that stands in the channel for a title. */
function approvalOf(title: RegExp): Read {
  const card = r.reads(channel).findLast((m) => title.test(m.text) && m.buttons.some((b) => b.title === 'Approve'));
  if (!card)
    throw new Error(
      `no approval card for ${title} among:\n${r
        .reads(channel)
        .map((m) => m.text.slice(0, 200))
        .join('\n---\n')}`,
    );
  return card;
}

/** Alex proposes, Megan and then Adele approve until it is decided; the run's outcome as the channel shows it. */
async function carryOut(step: string, title: RegExp): Promise<Read> {
  const [alex, megan, adele] = [r.who('Alex'), r.who('Megan'), r.who('Adele')];
  let plan = await r.say(alex, `plan ${step}`);
  if (plan.buttons.length === 0 && /Say a number|default/.test(plan.text)) plan = await r.say(alex, 'default');
  if (plan.buttons.length === 0) plan = await r.say(alex, 'default');
  await r.press(alex, plan, 'Propose');
  await r.settle();
  await r.press(megan, approvalOf(title), 'Approve', {}, channel);
  await r.settle();
  const open = r.reads(channel).findLast((m) => title.test(m.text) && m.buttons.some((b) => b.title === 'Approve'));
  if (open) {
    await r.press(adele, open, 'Approve', {}, channel);
    await r.settle();
  }
  const outcome = r.reads(channel).findLast((m) => title.test(m.text) && /Settled|Stopped|Stuck|Replaced/.test(m.text));
  expect(outcome?.text).toContain('Settled');
  return outcome as Read;
}

/** Exempts the pilot at the old service, as a person does by hand, and says so on the card that asks for it. */
async function exemptByHand(): Promise<void> {
  const { exchangeMembers } = await members();
  await fetch(`${r.sandbox.origin}/sandbox/old-service`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ exempt: exchangeMembers }),
  });
  const card = r.reads(channel).findLast((m) => m.buttons.some((b) => b.verb === 'run.confirm'));
  if (!card)
    throw new Error(
      `nobody asked for the exemption:\n${r
        .reads(channel)
        .map((m) => m.text.slice(0, 300))
        .join('\n---\n')}`,
    );
  const confirm = card.buttons.find((b) => b.verb === 'run.confirm');
  const done = await r.click(
    r.who('Alex'),
    'run.confirm',
    { ...confirm?.data, proof: 'CHG0041990, screenshot in the ticket' },
    channel,
  );
  expect(done.text).not.toMatch(/Not done|must not/);
}

async function members(): Promise<{ exchangeMembers: string[] }> {
  const groups = ['MDOPilot_SpamPhish_Standard', 'MDOPilot_SpamPhish_Strict'];
  const all = await Promise.all(
    groups.map(async (group) => {
      const answer = await fetch(`${r.sandbox.origin}/adminapi/beta/${r.sandbox.tenantId}/InvokeCommand`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer sandbox.story',
          'x-anchormailbox': 'APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@x',
        },
        body: JSON.stringify({
          CmdletInput: {
            CmdletName: 'Get-DistributionGroupMember',
            Parameters: { Identity: group, ResultSize: 'Unlimited' },
          },
        }),
      });
      const body = (await answer.json()) as { value?: { PrimarySmtpAddress: string }[] };
      return (body.value ?? []).map((m) => m.PrimarySmtpAddress);
    }),
  );
  return { exchangeMembers: all.flat() };
}

/** Marks every sender that the review card lists, page after page, as bad. */
async function reviewAll(step: string): Promise<number> {
  const megan = r.who('Megan');
  const adele = r.who('Adele');
  let marked = 0;
  let card = await r.say(megan, `review ${step}`);
  for (let page = 0; page < 200; page += 1) {
    const inputs = card.inputs.filter((i) => i.startsWith('mark-'));
    if (inputs.length === 0 || marked >= 200) break;
    const before = card.text;
    card = await r.press(
      page % 2 === 0 ? megan : adele,
      card,
      'Save',
      Object.fromEntries(inputs.map((i) => [i, 'bad'])),
    );
    if (card.text === before) break;
    marked += inputs.length;
  }
  return marked;
}

describe('from the pilot groups to the next wave', { timeout: 240_000 }, () => {
  it('sets up the pilot: reports, groups, policies, then the exception and its proof', async () => {
    await carryOut('user-reporting', /reports/i);
    await carryOut('pilot-groups', /pilot groups/i);
    await carryOut('anti-phishing', /anti-phishing pilot/i);
    const blocked = await r.say(r.who('Alex'), 'plan start-pilot');
    expect(blocked.text).toContain('not checked');
    expect(blocked.buttons.some((b) => b.title === 'Propose')).toBe(false);
    for (const about of ['bypass-rule', 'enhanced-filtering', 'security-team']) {
      const form = await r.click(r.who('Megan'), 'view.show', { view: 'attest', id: about });
      expect((await r.press(r.who('Megan'), form, 'Attest', { statement: '', proof: '' })).text).toMatch(/proof/);
      expect(
        (await r.press(r.who('Megan'), form, 'Attest', { statement: 'It is so', proof: 'CHG0041001' })).text,
      ).toContain('Attested');
    }
    await carryOut('start-pilot', /pilot/i);
    await r.advance('P1D');
    const proved = r.reads(channel).findLast((m) => /Effect on mail/.test(m.text) && /bypass/i.test(m.text));
    expect(proved?.text).toMatch(/proved/);
    await exemptByHand();
  });

  it('does not offer a stage before its time, and says what is missing in numbers', async () => {
    const early = await r.say(r.who('Alex'), 'plan mailbox-intelligence');
    expect(early.buttons.some((b) => b.title === 'Propose')).toBe(false);
    expect(early.text).toMatch(/\d+ of 14 days/);
    const status = await r.say(r.who('Alex'), 'status');
    expect(status.text).toMatch(/MX/);
  });

  it('raises impersonation actions one by one, each on reviewed evidence', async () => {
    await r.advance('P15D');
    for (const [step, title] of [
      ['mailbox-intelligence', /mailbox intelligence/i],
      ['user-impersonation', /posing as|user impersonation/i],
      ['domain-impersonation', /domain/i],
    ] as const) {
      expect(await reviewAll(step)).toBeGreaterThan(0);
      const outcome = await carryOut(step, title);
      expect(outcome.text).toContain('proved');
      await r.advance('P8D');
    }
  });

  it('grows the pilot only when the figures of the present wave say so', async () => {
    await reviewAll('waves');
    await carryOut('waves', /Grow/);
    await r.advance('P1D');
    expect((await r.say(r.who('Alex'), 'waves')).text).toMatch(/people/);
  });
});
