import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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
});
