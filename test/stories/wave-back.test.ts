import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxCredential } from '../../services/directory/credentials.ts';
import { createTenant } from '../../services/directory/tenant.ts';
import { createExchange } from '../../services/exchange/exchange.ts';
import { createExchangeHalf } from '../../services/exchange/half.ts';
import { createGraph } from '../../services/graph/graph.ts';
import type { Known, Step } from '../../services/runbook/step.ts';
import { antiPhishing } from '../../services/runbook/steps/anti-phishing.ts';
import { pilotGroups } from '../../services/runbook/steps/pilot-groups.ts';
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
    card = await r.press(people[page % 2 === 0 ? 0 : 1], card, 'Save', Object.fromEntries(inputs.map((i) => [i, 'bad'])));
    if (card.text === before) break;
    marked += inputs.length;
  }
  return marked;
}

describe('a stage on evidence, and a wave that is taken back', { timeout: 120_000 }, () => {
  it('starts from a pilot that was set up by hand', async () => {
    for (const step of [userReporting, pilotGroups, antiPhishing]) await doneByHand(step);
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
    for (const about of ['bypass-rule', 'enhanced-filtering', 'security-team', 'mailbox-intelligence']) await attest(about);
    await r.press(r.who('Alex'), await r.say(r.who('Alex'), 'plan start-pilot'), 'Propose');
    await r.settle();
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
    console.log(empty.text);
    expect(proposable(empty)).toBe(false);
    expect(empty.text).toContain(`"${standardPolicy}" protects nobody`);
    expect(proposable(await r.say(r.who('Alex'), 'plan user-impersonation'))).toBe(true);
  });

  it('shows every number of the guide on the approval card, and whose misses they are', async () => {
    await r.press(r.who('Alex'), await r.say(r.who('Alex'), 'plan user-impersonation'), 'Propose');
    await r.settle();
    const card = cardWith('Approve', /posing as/);
    console.log(card.text);
  });
});
