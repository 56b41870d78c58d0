import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { freePort } from '../../bot/playground.ts';
import { playgroundPeople } from '../../services/sandbox/directory/people.ts';
import { roleGroups, startSandbox } from '../../services/sandbox/sandbox.ts';
import { silent } from '../../services/store/log.ts';
import { startServer } from '../../services/store/postgres/server.ts';
import { build } from '../kit/built.ts';
import { type BotProcess, startBot } from './bot-process.ts';
import { type Act, activityOf, load, median, quantile, send, startSink } from './load.ts';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' } },
});
const sizes = flags.quick
  ? { runs: 3, turns: 150, clicks: 150, memoryTurns: 1_000, coldStarts: 1, approvals: 1 }
  : { runs: 5, turns: 500, clicks: 500, memoryTurns: 10_000, coldStarts: 3, approvals: 3 };
/** Connections: as many as the goal for acknowledging names, and a few for processor time. */
const [many, few] = [32, 4];

const say = (line = ''): void => void process.stdout.write(`${line}\n`);
const person = (given: string): { readonly name: string; readonly aadObjectId: string } => {
  const found = playgroundPeople.find((one) => one.given === given);
  if (found === undefined) throw new Error(`${given} is not among the people of the local Teams client`);
  return { name: `${found.given} ${found.surname}`, aadObjectId: found.id };
};
const [alex, megan, adele] = [person('Alex'), person('Megan'), person('Adele')];

const product = build('tsconfig.bench.json');
process.once('exit', () => product.remove());
const home = mkdtempSync(join(tmpdir(), 'cutover-bench-'));
const sink = await startSink();
let sequence = 0;
function body(who: typeof alex, act: Act): string {
  sequence += 1;
  return activityOf(sink.serviceUrl, who, act, sequence);
}

// A start on an existing cluster: creating it is paid once.
const first = await startServer(home, silent);
const client = new pg.Client({ connectionString: first.url('postgres') });
await client.connect();
await client.query('create database bench');
await client.end();
await first.stop();
const beganDatabase = performance.now();
const database = await startServer(home, silent);
const databaseMs = performance.now() - beganDatabase;

const ports = { echo: await freePort(46_000), cutover: await freePort(46_100) };
const profile = flags.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`];
const startEcho = (): Promise<BotProcess> =>
  startBot([product.entry('test/bench/echo.main.ts')], ports.echo, {}, profile);
const epochMs = Date.parse('2026-03-02T08:00:00Z');
const tenant = await startSandbox({ seed: 1, epochMs, port: 0, machineNow: Date.now });
const startCutover = (): Promise<BotProcess> =>
  startBot(
    [product.entry('test/bench/cutover.main.ts')],
    ports.cutover,
    {
      CUTOVER_HOME: join(home, 'state'),
      DATABASE_URL: database.url('bench'),
      BENCH_TENANT: tenant.origin,
      BENCH_ROLE_GROUPS: JSON.stringify(roleGroups),
      BENCH_TENANT_ID: tenant.tenantId,
      BENCH_BEHIND_MS: String(Date.now() - tenant.now()),
    },
    profile,
  );

/** What a turn of this kind costs, and how long its answer takes. */
interface Cost {
  readonly cpuMs: number;
  readonly p50: number;
  readonly p99: number;
}

async function measure(bot: BotProcess, connections: number, count: number, act: Act, who = alex): Promise<Cost> {
  const before = bot.cpuMs();
  const times = await load(bot.endpoint, connections, count, () => body(who, act));
  return { cpuMs: (bot.cpuMs() - before) / count, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

const runIn = (text: string): { readonly run: string; readonly version: number } | null => {
  const found = /"run":"([^"]+)","version":(\d+)/.exec(text);
  return found === null ? null : { run: found[1] ?? '', version: Number(found[2]) };
};

/** Clicks, and reads which run the card of the answer (or the message that followed) is about. */
async function clickOn(bot: BotProcess, who: typeof alex, click: string, data: Readonly<Record<string, unknown>>) {
  const answer = await send(bot.endpoint, body(who, { click, data }));
  for (let wait = 0; wait < 100; wait += 1) {
    const found =
      runIn(answer) ??
      [...sink.latest()]
        .reverse()
        .map(runIn)
        .find((run) => run !== null);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${click} led to no run: ${answer.slice(0, 600)}`);
}

/** How many executions changed the tenant so far. */
const writes = (): number => tenant.writes().filter((write) => write.changed).length;

/** Waits until the run is settled, as its card says to an old click. */
async function settled(bot: BotProcess, run: string) {
  for (let wait = 0; wait < 300; wait += 1) {
    const answer = await send(bot.endpoint, body(adele, { click: 'run.approve', data: { run, version: 0 } }));
    const found = runIn(answer);
    if (found !== null && answer.includes('run.roll-back')) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Run ${run} was not settled within 30 s`);
}

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly echo: readonly number[];
  readonly cutover: readonly number[];
  readonly goal: number | null;
}
const rows: Row[] = [];
function print({ what, unit, echo, cutover, goal }: Row): void {
  const ratio = median(cutover.map((value, index) => value / (echo[index] ?? Number.NaN)));
  const verdict =
    goal === null ? '' : ratio <= goal ? `  goal ≤ ${goal.toFixed(1)}×: met` : `  goal ≤ ${goal.toFixed(1)}×: MISSED`;
  say(
    `${what.padEnd(44)} ${median(echo).toFixed(2).padStart(9)} ${median(cutover).toFixed(2).padStart(9)} ${unit.padEnd(3)} ${ratio.toFixed(2).padStart(6)}×${verdict}`,
  );
}

say(`Bare echo bot (botbuilder, restify) against Cutover, both compiled; ${sizes.runs} runs, medians.`);
say('The tenant (sandbox) and PostgreSQL are processes of their own and not counted.');

let echo = await startEcho();
let cutover = await startCutover();
try {
  const proposed = await clickOn(cutover, alex, 'run.propose', { step: 'user-reporting' });
  const old = { run: proposed.run, version: proposed.version + 1_000 };
  const status: Act = { say: 'status' };
  const oldClick: Act = { click: 'run.approve', data: old };
  // The first turns compile code and fill caches.
  for (const bot of [echo, cutover]) {
    await measure(bot, few, 100, status);
    await measure(bot, many, 100, oldClick, megan);
  }
  const turns: { readonly echo: Cost; readonly cutover: Cost }[] = [];
  const clicks: { readonly echo: Cost; readonly cutover: Cost }[] = [];
  const surveys: number[] = [];
  for (let run = 0; run < sizes.runs; run += 1) {
    // The clicks before were journalled, so this one looks at the whole tenant again: its cost stands by itself.
    surveys.push((await measure(cutover, 1, 1, status)).cpuMs);
    turns.push({
      echo: await measure(echo, few, sizes.turns, status),
      cutover: await measure(cutover, few, sizes.turns, status),
    });
    clicks.push({
      echo: await measure(echo, many, sizes.clicks, oldClick, megan),
      cutover: await measure(cutover, many, sizes.clicks, oldClick, megan),
    });
  }
  const row = (what: string, unit: string, of: typeof turns, pick: (cost: Cost) => number, goal: number | null): void =>
    void rows.push({
      what,
      unit,
      goal,
      echo: of.map((one) => pick(one.echo)),
      cutover: of.map((one) => pick(one.cutover)),
    });
  row('status: processor time per turn', 'ms', turns, (cost) => cost.cpuMs, 2);
  row('click: processor time per turn', 'ms', clicks, (cost) => cost.cpuMs, null);
  row(`click acknowledged, p50 at ${many} connections`, 'ms', clicks, (cost) => cost.p50, null);
  row(`click acknowledged, p99 at ${many} connections`, 'ms', clicks, (cost) => cost.p99, 2.5);

  const real: number[] = [];
  let target = proposed;
  for (let round = 0; round < sizes.approvals; round += 1) {
    const before = writes();
    const began = performance.now();
    await send(cutover.endpoint, body(round % 2 === 0 ? megan : adele, { click: 'run.approve', data: target }));
    real.push(performance.now() - began);
    if (round % 2 === 0) {
      const done = await settled(cutover, target.run);
      if (writes() === before) throw new Error('An approval was no approval: nothing was written');
      if (round + 1 < sizes.approvals)
        target = await clickOn(cutover, alex, 'run.roll-back', { ...done, reason: 'Measuring' });
    } else {
      for (let wait = 0; wait < 300 && writes() === before; wait += 1)
        await new Promise((resolve) => setTimeout(resolve, 100));
      if (round + 1 < sizes.approvals) target = await clickOn(cutover, alex, 'run.propose', { step: 'user-reporting' });
    }
  }

  const [echoMemory, cutoverMemory]: [number[], number[]] = [[], []];
  for (const [bot, seen] of [
    [echo, echoMemory],
    [cutover, cutoverMemory],
  ] as const)
    for (let half = 0; half < 2; half += 1) {
      await measure(bot, few, sizes.memoryTurns / 2, status);
      seen.push(bot.memoryMb());
    }

  await echo.stop();
  await cutover.stop();
  const [echoStarts, cutoverStarts]: [number[], number[]] = [[], []];
  for (let start = 0; start < sizes.coldStarts; start += 1) {
    echo = await startEcho();
    echoStarts.push(echo.readyMs);
    await echo.stop();
    cutover = await startCutover();
    cutoverStarts.push(cutover.readyMs);
    await cutover.stop();
  }
  rows.push({ what: 'cold start until ready', unit: 'ms', echo: echoStarts, cutover: cutoverStarts, goal: 1.5 });
  rows.push({
    what: `memory after ${sizes.memoryTurns.toLocaleString('en')} more turns`,
    unit: 'MB',
    echo: echoMemory.slice(1),
    cutover: cutoverMemory.slice(1),
    goal: 1.3,
  });

  say();
  say(`${''.padEnd(44)} ${'echo'.padStart(9)} ${'Cutover'.padStart(9)}`);
  for (const one of rows) print(one);
  const growth = (seen: readonly number[]): string => `${(((seen[1] ?? 0) / (seen[0] ?? 1) - 1) * 100).toFixed(0)} %`;
  say(
    `memory, growth over the second half of them    echo ${growth(echoMemory)}, Cutover ${growth(cutoverMemory)}; goal: flat`,
  );
  say(
    `A status that surveys the whole tenant anew: ${median(surveys).toFixed(0)} ms of processor time (kept for 20 s).`,
  );
  say();
  say(`Database start (existing cluster), not in the cold start above: ${databaseMs.toFixed(0)} ms.`);
  say(
    'Clicks are approvals of one proposed run with a version that is not its own, by an approver: checked and answered with the',
  );
  say(
    `card as it stands, deciding nothing. Real approvals, one at a time (${real.length}): ${real.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}.`,
  );
} finally {
  await echo.stop();
  await cutover.stop();
  await sink.close();
  await tenant.close();
  await database.stop();
  rmSync(home, { recursive: true, force: true });
}
process.exit(0);
