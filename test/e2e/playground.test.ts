import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connector, type Person, startConnector } from '../kit/connector.ts';
import { type Read, readCard } from '../kit/rehearsal.ts';

/** Where the pictures go; git ignores it. */
const shots = 'screenshots/playground';
const ports = { PORT: '3991', SANDBOX_PORT: '4991' };

let home: string;
let product: ChildProcess;
let said = '';
let browser: Browser;
let page: Page;

/** Resolves with the first line that the product printed and that matches. */
async function line(pattern: RegExp, withinMs: number): Promise<RegExpExecArray> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = pattern.exec(said);
    if (found) return found;
    if (Date.now() > until) throw new Error(`not printed within ${withinMs} ms: ${pattern}\n${said}`);
    await new Promise((r) => setTimeout(r, 100));
  }
}

beforeAll(async () => {
  home = join(mkdtempSync(join(tmpdir(), 'cutover-e2e-')), 'home');
  mkdirSync(shots, { recursive: true });
  product = spawn(process.execPath, ['--import', 'tsx', 'bot/rehearse.main.ts', '--fresh'], {
    env: { ...process.env, ...ports, CUTOVER_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [product.stdout, product.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  await line(/^ready /m, 60_000);
  const address = (await line(/Teams client\s+(http\S+)/, 1_000))[1] ?? '';
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  await page.goto(address);
  await page.locator('[contenteditable=true]').first().waitFor({ timeout: 30_000 });
});

afterAll(async () => {
  await browser?.close();
  const gone = new Promise((r) => product.once('exit', r));
  product.kill('SIGTERM');
  await gone;
  rmSync(home, { recursive: true, force: true });
});

/** Types a line as whoever is acting. */
async function type(text: string): Promise<void> {
  const box = page.locator('[contenteditable=true]').first();
  await box.click();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

const sees = (text: string | RegExp, withinMs = 20_000) => page.getByText(text).last().waitFor({ timeout: withinMs });

async function act(name: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${ports.SANDBOX_PORT}/sandbox/acting`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  expect(answer.status).toBe(200);
}

async function press(title: string): Promise<void> {
  await page.getByRole('button', { name: title, exact: true }).last().click();
}

const shot = (name: string) => page.screenshot({ path: `${shots}/${name}.png` });

/** People and a connector of their own: what is long and not to be looked at goes past the browser. */
let connector: Connector;
let people: (Person & { name: string })[];
const who = (first: string): Person => {
  const found = people.find((p) => p.name.startsWith(`${first} `));
  if (!found) throw new Error(`nobody is called ${first}`);
  return found;
};

async function click(person: Person, verb: string, data: object): Promise<Read> {
  const before = connector.sent.length;
  const answered = await connector.click(person, undefined, verb, data);
  const read = readCard((answered.body as { readonly value?: unknown }).value);
  if (!read.text.startsWith('At work')) return read;
  const later = () =>
    connector.sent
      .slice(before)
      .filter((r) => r.conversation.startsWith(`a:${person.aadObjectId}`) && r.activity.attachments);
  await connector.until(() => later().length > 0, 60_000);
  return readCard(later()[0]?.activity.attachments?.[0]?.content);
}

const numberOf = (card: Read): { run: string; version: number } => {
  const data = card.buttons.find((b) => b.verb === 'run.approve' || b.verb === 'run.cancel')?.data;
  return { run: String(data?.['run']), version: Number(data?.['version']) };
};

/** Alex proposes and the approvers approve, past the browser; resolves when the change has settled. */
async function carryOut(step: string): Promise<void> {
  const asked = await click(who('Alex'), 'run.propose', { step });
  const { run } = numberOf(asked);
  for (const approver of ['Megan', 'Adele']) {
    const card = await click(who(approver), 'view.show', { view: 'run', id: run });
    if (card.buttons.some((b) => b.verb === 'run.approve')) await click(who(approver), 'run.approve', numberOf(card));
  }
  for (let tries = 0; tries < 60; tries += 1) {
    if ((await click(who('Alex'), 'view.show', { view: 'run', id: run })).text.includes('Settled')) return;
    await new Promise((r) => setTimeout(r, 500));
  }
  throw new Error(`${step} did not settle`);
}

const sandbox = (path: string, body: object) =>
  fetch(`http://127.0.0.1:${ports.SANDBOX_PORT}/sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the main path in the local Teams client, with two people', () => {
  it('answers a newcomer', async () => {
    await type('help');
    await sees(/Where we are, what is next/);
    await shot('1-help');
    await type('status');
    await sees(/Earliest MX/i);
    await shot('2-status');
  });

  it('lets one person ask, another approve, and shows the proof on the same card', async () => {
    await act('Alex');
    await type('plan user-reporting');
    await sees(/Send user reports/);
    await shot('3-plan');
    await press('Propose');
    await sees(/Waiting for approval/);
    await shot('4-asked');
    await act('Megan');
    await type('pending');
    await page.getByRole('button', { name: 'Approve', exact: true }).last().waitFor({ timeout: 20_000 });
    await shot('5-approval');
    await press('Approve');
    await sees(/Settled/);
    await shot('6-settled');
    const writes = (await (await fetch(`http://127.0.0.1:${ports.SANDBOX_PORT}/sandbox/writes`)).json()) as {
      cmdlet: string;
      changed: boolean;
    }[];
    expect(writes.filter((w) => w.changed).map((w) => w.cmdlet)).toContain('New-ReportSubmissionPolicy');
  });

  it('refuses the requester, and answers a typing mistake', async () => {
    await act('Isaiah');
    await type('plan pilot-groups');
    await sees(/pilot groups/);
    await press('Propose');
    await sees(/Waiting for approval/);
    await type('stauts');
    await sees(/Did you mean/);
    await shot('7-near-miss');
  });

  it('has an impersonation change approved on reviewed evidence, by two people, and shows it on their screens', async () => {
    people = (await (await fetch(`http://127.0.0.1:${ports.SANDBOX_PORT}/sandbox/people`)).json()) as typeof people;
    connector = await startConnector({ botEndpoint: (/^ready (\S+)/m.exec(said) ?? [])[1] ?? '' });
    await click(who('Isaiah'), 'run.cancel', numberOf(await click(who('Isaiah'), 'view.show', { view: 'pending' })));
    for (const step of ['pilot-groups', 'anti-phishing']) await carryOut(step);
    for (const about of ['bypass-rule', 'enhanced-filtering', 'security-team'])
      await click(who('Megan'), 'gate.attest', { about, statement: 'It is so', proof: 'CHG0041001' });
    await carryOut('start-pilot');
    await sandbox('clock', { advance: 'P15D' });
    let review = await click(who('Megan'), 'view.show', { view: 'review', id: 'mailbox-intelligence' });
    for (let page = 0; page < 30; page += 1) {
      const marks = Object.fromEntries(review.inputs.filter((i) => i.startsWith('mark-')).map((i) => [i, 'bad']));
      const before = review.text;
      review = await click(who(page % 2 ? 'Adele' : 'Megan'), 'review.mark', {
        step: 'mailbox-intelligence',
        page: 0,
        ...marks,
      });
      if (review.text === before) break;
    }

    await act('Megan');
    await type('review mailbox-intelligence');
    await sees(/Mailbox intelligence acts/);
    await shot('8-review');
    await act('Alex');
    await type('plan mailbox-intelligence');
    await page.getByRole('button', { name: 'Propose', exact: true }).last().waitFor({ timeout: 40_000 });
    await shot('9-plan-of-a-stage');
    await press('Propose');
    await sees(/Waiting for approval/, 40_000);
    for (const [name, picture] of [
      ['Megan', '10-first-approval'],
      ['Adele', '11-second-approval'],
    ] as const) {
      await act(name);
      await type('pending');
      await page.getByRole('button', { name: 'Approve', exact: true }).last().waitFor({ timeout: 20_000 });
      await shot(picture);
      await press('Approve');
      await sees(name === 'Megan' ? /1 of 2/ : /Settled/, 60_000);
    }
    await shot('12-stage-settled');
    await connector.close();
  });
});
