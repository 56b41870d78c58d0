import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxCredential } from '../../services/directory/credentials.ts';
import { createTenant } from '../../services/directory/tenant.ts';
import { createExchange } from '../../services/exchange/exchange.ts';
import { createExchangeHalf } from '../../services/exchange/half.ts';
import { createGraph } from '../../services/graph/graph.ts';
import type { Known, Step } from '../../services/runbook/step.ts';
import { antiPhishing } from '../../services/runbook/steps/anti-phishing.ts';
import { userReporting } from '../../services/runbook/steps/user-reporting.ts';
import { standardSettings } from '../../services/settings/settings.ts';
import type { Kind, Resources } from '../../services/tenant/resources.ts';
import type { Tenant } from '../../services/tenant/tenant.ts';
import { channel, openRehearsal, type Read, type Rehearsal } from '../kit/rehearsal.ts';

const { antiPhishStandardName: standardPolicy, antiPhishStrictName: strictPolicy } = standardSettings;
const groups = [standardSettings.pilotGroupStandard, standardSettings.pilotGroupStrict];

let r: Rehearsal;
/** The tenant by the product's own adapters, for what people do in its portals and for looking. */
let tenant: Tenant;

beforeAll(async () => {
  r = await openRehearsal({ seed: 1 });
  const common = {
    origin: r.sandbox.origin,
    credential: sandboxCredential(),
    sleep: (ms: number) => sleep(Math.min(ms, 5)),
    log: () => undefined,
  };
  const exchange = createExchange({ ...common, tenantId: r.sandbox.tenantId, newId: () => crypto.randomUUID() });
  const graph = createGraph({ ...common, now: () => r.sandbox.now() });
  tenant = createTenant({ exchange: createExchangeHalf(exchange), graph });
  await r.say(r.who('Megan'), 'use this channel for security', channel);
});
afterAll(() => r?.close());

const write = <K extends Kind>(change: {
  readonly kind: K;
  readonly key: string;
  readonly before: Partial<Resources[K]> | null;
  readonly after: Partial<Resources[K]> | null;
}): Promise<void> => tenant.write(change.kind, change.key, change.before, change.after);

/** What a step proposes on a fresh record, done in the portal by somebody who follows Microsoft's guide by hand. */
async function doneByHand(step: Step): Promise<void> {
  const known: Known = {
    now: r.sandbox.now(),
    settings: standardSettings,
    reviews: [],
    attestations: [],
    milestones: [],
    choice: null,
    window: null,
  };
  const answer = await step.answer(tenant, known);
  if (answer.is !== 'proposal') throw new Error(`${step.id} is ${answer.is}`);
  for (const change of answer.proposal.changes) await write(change);
}

async function policyOf(name: string): Promise<Readonly<Record<string, unknown>>> {
  const found = await tenant.read('anti-phish-policy', name);
  if (found.is !== 'value') throw new Error(`${name} is ${found.is}`);
  return found.value;
}

/** Addresses in the pilot groups. */
async function members(): Promise<readonly string[]> {
  const lists = await Promise.all(groups.map((g) => tenant.list('group-member', g)));
  return lists.flatMap((l) => (l.is === 'value' ? l.value.map((m) => m.value.address.toLowerCase()) : [])).toSorted();
}

const oldService = (body: { readonly exempt?: readonly string[]; readonly unexempt?: readonly string[] }) =>
  fetch(`${r.sandbox.origin}/sandbox/old-service`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function hunt(query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const answer = await fetch(`${r.sandbox.origin}/v1.0/security/runHuntingQuery`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sandbox.story' },
    body: JSON.stringify({ Query: query }),
  });
  const body = (await answer.json()) as { results?: Record<string, unknown>[] };
  if (!body.results) throw new Error(JSON.stringify(body));
  return body.results;
}

/** The newest card in the channel with this button whose text matches. */
function cardWith(button: string, text: RegExp): Read {
  const found = r.reads(channel).findLast((m) => text.test(m.text) && m.buttons.some((b) => b.title === button));
  if (!found)
    throw new Error(
      `no card with ${button} for ${text} among:\n${r
        .reads(channel)
        .map((m) => m.text.slice(0, 200))
        .join('\n---\n')}`,
    );
  return found;
}

const proposable = (card: Read): boolean => card.buttons.some((b) => b.title === 'Propose');

async function attest(about: string): Promise<void> {
  const form = await r.click(r.who('Megan'), 'view.show', { view: 'attest', id: about });
  const done = await r.press(r.who('Megan'), form, 'Attest', { statement: 'It is so', proof: 'CHG0041001' });
  expect(done.text).toContain('Attested');
}

/** Alex proposes a step, by its own default where it asks. */
async function propose(step: string): Promise<void> {
  let plan = await r.say(r.who('Alex'), `plan ${step}`);
  for (let asked = 0; asked < 3 && !proposable(plan); asked += 1) plan = await r.say(r.who('Alex'), 'default');
  await r.press(r.who('Alex'), plan, 'Propose');
  await r.settle();
}

/** Both approvers approve the card that stands in the channel; the outcome as the channel shows it then. */
async function bothApprove(title: RegExp): Promise<Read> {
  await r.press(r.who('Megan'), cardWith('Approve', title), 'Approve', {}, channel);
  await r.settle();
  await r.press(r.who('Adele'), cardWith('Approve', title), 'Approve', {}, channel);
  await r.settle();
  const outcome = r.reads(channel).findLast((m) => title.test(m.text));
  if (!outcome) throw new Error(`no outcome for ${title}`);
  return outcome;
}

/** Marks detections as bad until `enough` senders are marked or none is left. */
async function review(step: string, enough: number): Promise<number> {
  const people = [r.who('Megan'), r.who('Adele')] as const;
  let card = await r.say(people[0], `review ${step}`);
  let marked = 0;
  for (let page = 0; marked < enough && page < 40; page += 1) {
    const inputs = card.inputs.filter((i) => i.startsWith('mark-'));
    if (inputs.length === 0) break;
    const before = card.text;
    card = await r.press(
      people[page % 2 === 0 ? 0 : 1],
      card,
      'Save',
      Object.fromEntries(inputs.map((i) => [i, 'bad'])),
    );
    if (card.text === before) break;
    marked += inputs.length;
  }
  return marked;
}

const missesOnly = 'Only what the old service missed';

/** The numbers of the guide's section 4.3, as the card writes them. */
const numbersOfTheGuide: readonly (readonly [string, RegExp])[] = [
  ['exact change with undo value', /Exact change: .*TargetedUserProtectionAction NoAction → Quarantine, undo NoAction/],
  ['people affected, by the policy that wins', /^People: \d+; \d+ under "MDO trial 2024"/m],
  ['window and days', /^Data: .+ to .+, 15 days/m],
  ['messages', /^Messages detected: \d+/m],
  ['senders', /^Distinct senders: \d+/m],
  ['recipients', /^Distinct recipients: \d+/m],
  ['priority accounts', /^On priority accounts, up to now: \d+ caught, 0 wrong/m],
  ['review', /^Reviewed: \d+: \d+ bad, 0 good, 0 undecided/m],
  ['upper bound', /^Upper 95 % bound: \d+(\.\d)? %/m],
  ['per day', /^Per day: mean \d+(\.\d)?, worst \d+/m],
  ['top five senders with verdict', /^Top senders: (?:\S+ \d+ \(bad\)(?:; )?){5}/m],
  ['trusted entries', /^Trusted entries: none added/m],
  ['user reports and their agreement', /^User reports: \d+ phish, \d+ not junk; \d+ agree/m],
  ['admin submissions', /^Admin submissions: none/m],
  ['tickets, unknown and why', /Unknown Help-desk tickets: no ticket system is connected/],
  ['Enhanced Filtering proof', /^Enhanced Filtering proof: .*attested by Megan Bowen/m],
  ['overrides', /^Hidden by overrides: \d+/m],
  ['notices against', /^Notices a day \(assumed.*\): \d+/m],
  ['releases against the desk', /^Release requests a day \(assumed.*\): \d+ \(desk: 40\)/m],
  ['who asked, who judged, how many, till when', /Asked: Alex Wilber; reviewed: .*; 0 of 2; till \w{3}/],
  ['undo and how long it takes', /^Undo: ≈ 30 min/m],
];

/** Who was in the pilot before the wave, and who joined with it. */
let before: readonly string[] = [];
let joiners: readonly string[] = [];

interface Written {
  readonly n: number;
  readonly at: number;
  readonly cmdlet: string;
  readonly changed: boolean;
  readonly parameters: Readonly<Record<string, unknown>>;
}
const listed = (w: Written, field: 'exempt' | 'unexempt', people: readonly string[]): boolean => {
  const list = w.parameters[field];
  return Array.isArray(list) && people.every((p) => list.includes(p));
};
const within = (m: Readonly<Record<string, unknown>>, from: number, to: number): boolean => {
  const at = Date.parse(String(m['Timestamp']));
  return at >= from && at < to;
};

describe('a stage on evidence, and a wave that is taken back', { timeout: 120_000 }, () => {
  it('starts from a pilot that was set up by hand', async () => {
    await doneByHand(userReporting);
    await propose('pilot-groups');
    await r.press(r.who('Megan'), cardWith('Approve', /pilot groups/i), 'Approve', {}, channel);
    await r.settle();
    await doneByHand(antiPhishing);
    await write({
      kind: 'anti-phish-policy',
      key: standardPolicy,
      before: { MailboxIntelligenceProtectionAction: 'NoAction' },
      after: { MailboxIntelligenceProtectionAction: 'MoveToJmf' },
    });
    await write({
      kind: 'anti-phish-policy',
      key: strictPolicy,
      before: { MailboxIntelligenceProtectionAction: 'NoAction' },
      after: { MailboxIntelligenceProtectionAction: 'Quarantine' },
    });
    for (const about of ['bypass-rule', 'enhanced-filtering', 'security-team', 'mailbox-intelligence'])
      await attest(about);
    await propose('start-pilot');
    expect((await bothApprove(/pilot member/)).text).toContain('Settled');
    await r.advance('P15D');
    expect(await review('user-impersonation', 500)).toBeGreaterThan(0);
  });

  it('offers no stage while a policy protects nobody, but the reason', async () => {
    const list = (await policyOf(standardPolicy))['TargetedUsersToProtect'] as readonly string[];
    expect(list.length).toBeGreaterThan(0);
    const set = (before: readonly string[], after: readonly string[]) =>
      write({
        kind: 'anti-phish-policy',
        key: standardPolicy,
        before: { TargetedUsersToProtect: before },
        after: { TargetedUsersToProtect: after },
      });
    await set(list, []);
    const empty = await r.say(r.who('Alex'), 'plan user-impersonation');
    await set([], list);
    expect(proposable(empty)).toBe(false);
    expect(empty.text).toContain(`"${standardPolicy}" protects nobody`);
    expect(proposable(await r.say(r.who('Alex'), 'plan user-impersonation'))).toBe(true);
  });

  it('shows every number of the guide on the approval card, and that they are only what the old service missed', async () => {
    await propose('user-impersonation');
    const card = cardWith('Approve', /posing as/);
    for (const [what, wanted] of numbersOfTheGuide) expect(card.text, what).toMatch(wanted);
    expect(card.text).toContain(missesOnly);
    const [, change = ''] = /change (\d+)/.exec(card.text) ?? [];
    const mine = await r.say(r.who('Alex'), `change ${change}`);
    await r.press(r.who('Alex'), mine, 'Cancel');
    await r.settle();
  });

  it('no longer says so once the exemption at the old service is confirmed', async () => {
    const ask = cardWith('It is done', /exempt these/);
    expect((await oldService({ exempt: await members() })).status).toBe(200);
    expect((await r.press(r.who('Alex'), ask, 'It is done', { proof: 'CHG0041002' }, channel)).text).not.toMatch(
      /Not done/,
    );
    await propose('user-impersonation');
    const card = cardWith('Approve', /posing as/);
    expect(card.text).not.toContain(missesOnly);
    expect((await bothApprove(/posing as/)).text).toContain('Settled');
    expect((await policyOf(standardPolicy))['TargetedUserProtectionAction']).toBe('Quarantine');
  });

  it('takes the stage back in an emergency with one approver, who is not the one that asks', async () => {
    const both = r.holding('operator').find((p) => r.holding('approver').includes(p));
    if (!both) throw new Error('nobody is operator and approver');
    const settled = cardWith('Emergency: one approver', /posing as/);
    await r.press(both, settled, 'Emergency: one approver', { reason: 'Held the board mail' }, channel);
    await r.settle();
    const card = cardWith('Approve', /Take back change/);
    expect(card.text).toContain('BREAK-GLASS');
    expect(card.text).toContain('0 of 1');
    expect((await r.press(both, card, 'Approve', {}, channel)).text).toContain('You asked for this change');
    expect((await policyOf(standardPolicy))['TargetedUserProtectionAction']).toBe('Quarantine');
    await r.press(r.who('Megan'), card, 'Approve', {}, channel);
    await r.settle();
    for (const name of [standardPolicy, strictPolicy])
      expect((await policyOf(name))['TargetedUserProtectionAction']).toBe('NoAction');
    const undone = r.reads(channel).findLast((m) => /^Change \d+.*\nQuarantine mail posing as/.test(m.text));
    expect(undone?.text).toContain('Taken back');
  });

  it('grows the pilot, proves it, and has the joiners exempted', async () => {
    await r.say(r.who('Alex'), 'settings waveLimit 0.1');
    await r.settle();
    await bothApprove(/Wrong senders in a wave/);
    before = await members();
    expect(await review('waves', 40)).toBeGreaterThanOrEqual(40);
    await propose('waves');
    const question = cardWith('Approve', /Grow/);
    expect(question.text).toMatch(/get Standard, \d+ keeps? "MDO trial 2024"/);
    expect((await bothApprove(/Grow/)).text).toContain('Settled');
    const after = await members();
    joiners = after.filter((m) => !before.includes(m));
    expect(joiners.length).toBeGreaterThan(before.length / 2);
    expect(
      r
        .reads(channel)
        .some((m) => /exempt the \d+ new/.test(m.text) && m.buttons.some((b) => b.title === 'It is done')),
    ).toBe(false);
    await r.advance('PT6H');
    const ask = cardWith('It is done', /exempt the/);
    expect((await oldService({ exempt: joiners })).status).toBe(200);
    await r.press(r.who('Alex'), ask, 'It is done', { proof: 'CHG0041003' }, channel);
    await r.advance('PT12H');
    expect(cardWith('Ask to roll back', /Grow/).text).toContain('Effect on mail: proved');
  });

  it('refuses to take back the groups on which the later changes rest', async () => {
    const held = await members();
    const made = cardWith('Ask to roll back', /pilot groups/i);
    const refused = await r.press(r.who('Alex'), made, 'Ask to roll back', { reason: 'Start over' }, channel);
    await r.settle();
    expect(refused.text).toContain('Later changes build on this one');
    expect(
      r.reads(channel).some((m) => /Take back change 1/.test(m.text) && m.buttons.some((b) => b.title === 'Approve')),
    ).toBe(false);
    expect(await members()).toEqual(held);
  });

  it('refuses to end the start of the pilot while a wave stands, whose joiners would be left without a filter', async () => {
    const started = cardWith('Ask to roll back', /Let Microsoft filter/);
    const refused = await r.press(r.who('Alex'), started, 'Ask to roll back', { reason: 'Start over' }, channel);
    expect(refused.text).toContain('Later changes build on this one');
  });

  it('asks for the end of the exemption before anything is changed, and waits for a person with proof', async () => {
    const grown = cardWith('Ask to roll back', /Grow/);
    await r.press(r.who('Alex'), grown, 'Ask to roll back', { reason: 'Too many releases' }, channel);
    await r.settle();
    const card = cardWith('Approve', /Take back change/);
    expect(card.text).toContain(`end the exemption of these ${joiners.length} people`);
    expect(card.text).toMatch(/By hand, first:.*end the exemption/s);
    await bothApprove(/Take back change/);
    expect(await members()).toEqual([...before, ...joiners].toSorted());
    const ask = cardWith('It is done', /end the exemption/);
    expect(ask.text).toContain('before I change anything');
    await r.advance('PT3H');
    expect(await members()).toEqual([...before, ...joiners].toSorted());
    const unproved = await r.press(r.who('Alex'), ask, 'It is done', { proof: '' }, channel);
    expect(unproved.text).toContain('Nothing was changed');
    expect(unproved.buttons.map((b) => b.title)).toContain('It is done');
    await r.settle();
    expect(await members()).toEqual([...before, ...joiners].toSorted());
    expect((await oldService({ unexempt: joiners })).status).toBe(200);
    await r.advance('PT3H');
    await r.press(
      r.who('Alex'),
      cardWith('It is done', /end the exemption/),
      'It is done',
      { proof: 'CHG0041004' },
      channel,
    );
    await r.settle();
    expect(await members()).toEqual(before);
    await r.advance('PT6H');
    const last = r.reads(channel).findLast((m) => /^Change \d+.*\nGrow/.test(m.text));
    expect(last?.text).toContain('Taken back');
    const asking = r.reads(channel).filter((m) => m.buttons.some((b) => b.title === 'It is done'));
    expect(asking.map((m) => m.text)).toEqual([]);
    expect(r.reads(channel).some((m) => /was taken back: nothing is to be done by hand/.test(m.text))).toBe(true);
  });

  it('left nobody without a filter at any moment of it', async () => {
    const answer = await fetch(`${r.sandbox.origin}/sandbox/writes`);
    const writes = (await answer.json()) as readonly Written[];
    const at = (find: (w: Written) => boolean): number => writes.find(find)?.at ?? Number.NaN;
    const exempted = at((w) => w.cmdlet === 'old-service' && listed(w, 'exempt', joiners));
    const ended = at((w) => w.cmdlet === 'old-service' && listed(w, 'unexempt', joiners));
    const of = (cmdlet: string) =>
      writes
        .filter(
          (w) => w.cmdlet === cmdlet && w.changed && joiners.includes(String(w.parameters['Member']).toLowerCase()),
        )
        .map((w) => w.at);
    const joined = of('Add-DistributionGroupMember');
    const left = of('Remove-DistributionGroupMember');
    expect(joined).toHaveLength(joiners.length);
    expect(left).toHaveLength(joiners.length);
    expect(Math.max(...joined)).toBeLessThan(exempted);
    expect(exempted).toBeLessThan(ended);
    expect(ended).toBeLessThan(Math.min(...left));
    // Mail itself says the same: whoever is exempt at the old service is never let past Microsoft's filter.
    const mail = await hunt(
      `EmailEvents | where EmailDirection == "Inbound" | project Timestamp, To = tolower(RecipientEmailAddress), Past = OrgLevelPolicy == "Exchange transport rule"`,
    );
    const theirs = mail.filter((m) => joiners.includes(String(m['To'])));
    const during = theirs.filter((m) => within(m, exempted, ended));
    expect(during.length).toBeGreaterThan(50);
    expect(during.filter((m) => m['Past'])).toEqual([]);
    const outside = theirs.filter(
      (m) => within(m, 0, Math.min(...joined)) || within(m, Math.max(...left), Number.POSITIVE_INFINITY),
    );
    expect(outside.filter((m) => m['Past']).length).toBeGreaterThan(50);
  });
});
