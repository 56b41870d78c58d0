import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { sandboxCredential } from '../services/directory/credentials.ts';
import { playgroundPeople } from '../services/sandbox/directory/people.ts';
import { roleGroups, startSandbox } from '../services/sandbox/sandbox.ts';
import { holderOf } from '../services/store/postgres/state-folder.ts';
import { createActingRelay } from './acting-relay.ts';
import { createAdapter, onLoopback } from './adapter.ts';
import { createApp } from './app.ts';
import { createLogger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { playgroundUsers, startPlayground } from './playground.ts';
import { startServer } from './server.ts';
import { stopInOrder } from './stopping.ts';
import { createTransport } from './transport.ts';

/** Where the sandbox's clock begins: a Monday morning. */
const epochMs = Date.parse('2026-03-02T08:00:00Z');
const standardSeed = 1;

/** What a start of the rehearsal leaves in the state folder, so that the next one finds the same tenant. */
const beginning = z.object({ seed: z.number().int(), snapshot: z.string().nullable() });

/** A start that cannot be: one line, no stack. */
class Refusal extends Error {}

const say = (line = ''): void => void process.stdout.write(`${line}\n`);

function portOf(name: string, standard: number): number {
  const text = process.env[name]?.trim() || String(standard);
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Refusal(`${name} must be a port number from 0 to 65535.`);
  return port;
}

function flagsOf(): { fresh: boolean; playground: boolean; seed: number | null; tenant: string | null } {
  try {
    const { values } = parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        'no-playground': { type: 'boolean', default: false },
        seed: { type: 'string' },
        tenant: { type: 'string' },
      },
    });
    if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed)) throw new Error('--seed takes a whole number');
    return {
      fresh: values.fresh,
      playground: !values['no-playground'],
      seed: values.seed === undefined ? null : Number(values.seed),
      tenant: values.tenant ?? null,
    };
  } catch (trouble) {
    const why = trouble instanceof Error ? trouble.message.split('\n')[0] : '';
    throw new Refusal(
      `${why}. Use: npm run rehearse -- [--fresh] [--no-playground] [--seed N] [--tenant snapshot.json]`,
    );
  }
}

function readJson(path: string, what: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Refusal(`${what} ${path} cannot be read as JSON.`);
  }
}

/** Seed and snapshot of this rehearsal: those it began with, or, for a new one, those asked for. */
function beginningOf(home: string, flags: ReturnType<typeof flagsOf>): z.infer<typeof beginning> {
  const path = join(home, 'rehearsal.json');
  if (!existsSync(path)) {
    const fresh = {
      seed: flags.seed ?? standardSeed,
      snapshot: flags.tenant === null ? null : JSON.stringify(readJson(flags.tenant, 'The snapshot')),
    };
    mkdirSync(home, { recursive: true });
    writeFileSync(path, JSON.stringify(fresh));
    return fresh;
  }
  const stored = beginning.safeParse(readJson(path, 'The state'));
  if (!stored.success) throw new Refusal(`${path} is damaged. Start over with --fresh.`);
  if (flags.seed !== null && flags.seed !== stored.data.seed)
    say(
      `This rehearsal began with seed ${stored.data.seed} and keeps it. For seed ${flags.seed} start over with --fresh.`,
    );
  if (flags.tenant !== null)
    say('This rehearsal keeps the tenant that it began with. For another snapshot start over with --fresh.');
  return stored.data;
}

/** Removes what rehearsals leave behind; refuses while another process uses it. */
function startOver(home: string): void {
  const holder = holderOf(home);
  if (holder !== null)
    throw new Refusal(
      `The state folder ${home} is held by process ${holder.pid} (since ${holder.since}). Stop that one first.`,
    );
  if (!existsSync(home)) return;
  // Somebody may point CUTOVER_HOME at a folder with other things in it.
  if (!existsSync(join(home, 'rehearsal.json')))
    throw new Refusal(
      `${home} exists and is no rehearsal's state folder. Remove it yourself, or choose another with CUTOVER_HOME.`,
    );
  rmSync(home, { recursive: true, force: true });
}

const started = stopInOrder({
  signals: process,
  withinMs: 8_000,
  say: (line) => void process.stderr.write(`${line}\n`),
});

async function rehearse(): Promise<void> {
  const flags = flagsOf();
  const home = resolve(process.env['CUTOVER_HOME'] || '.cutover');
  const port = portOf('PORT', 3978);
  const sandboxPort = portOf('SANDBOX_PORT', 4010);
  const databaseUrl = process.env['DATABASE_URL'] || undefined;
  if (flags.fresh) startOver(home);
  const began = beginningOf(home, flags);
  const holder = databaseUrl === undefined ? holderOf(home) : null;
  if (holder !== null)
    throw new Refusal(
      `The state folder ${home} is held by process ${holder.pid} (since ${holder.since}). Stop that one first, or set CUTOVER_HOME to another folder.`,
    );

  const log = createLogger({
    level: process.env['LOG_LEVEL'] || 'warn',
    write: (line) => void process.stderr.write(line),
  });
  const metrics = createMetrics();
  const sandbox = await startSandbox({
    seed: began.seed,
    epochMs,
    port: sandboxPort,
    stateFile: join(home, 'sandbox.jsonl'),
    ...(began.snapshot === null ? {} : { snapshot: JSON.parse(began.snapshot) }),
    machineNow: Date.now,
  }).catch((trouble: unknown) => {
    if (trouble instanceof Error && 'code' in trouble && trouble.code === 'EADDRINUSE')
      throw new Refusal(
        `Port ${sandboxPort} is in use by another program. Stop that program, or choose another port with SANDBOX_PORT.`,
      );
    throw trouble;
  });
  started.add('The sandbox', () => sandbox.close());

  const adapter = createAdapter({
    identity: { kind: 'none' },
    hostAllowed: onLoopback,
    log,
    failed: metrics.turnFailed,
  });
  const transport = createTransport({ adapter, botAppId: '', hostAllowed: onLoopback, now: Date.now });
  const opening = createApp({
    kind: 'rehearsal',
    home,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    now: () => sandbox.now(),
    exchangeOrigin: sandbox.origin,
    graphOrigin: sandbox.origin,
    tenantId: sandbox.tenantId,
    roleGroups,
    credential: sandboxCredential(),
    transport,
    log,
    metrics,
    rehearsal: {
      advance: (duration: string) => sandbox.advance(duration),
      people: () =>
        sandbox
          .people()
          .filter((p) => p.roles.length > 0)
          .map((p) => p.name),
    },
  });
  // Before it is open: a Ctrl-C meanwhile must find the database that it starts.
  started.add('The bot', async () => (await opening.catch(() => null))?.stop());
  const app = await opening;
  sandbox.setOnAdvance((nowMs) => app.settleDue(nowMs));
  await app.start();

  const server = await startServer({
    host: '127.0.0.1',
    port,
    adapter,
    handle: (context) => app.handle(context),
    health: () => app.health(),
    hostAllowed: onLoopback,
    metrics,
    log,
    clock: () => performance.now(),
  });
  started.add('The message endpoint', () => server.close());
  const endpoint = `${server.origin}/api/messages`;

  const people = sandbox.people();
  const users = playgroundUsers(
    people,
    playgroundPeople.map((person) => person.id),
  );
  const relay = await createActingRelay({
    botEndpoint: endpoint,
    people: [...users, ...people.filter((person) => person.roles.length > 0 && !users.includes(person))],
    others: people,
    now: () => sandbox.now(),
    port: 0,
  });
  started.add('The relay', () => relay.close());
  sandbox.setActing((name) => relay.act(name).words);

  let client = 'not started (--no-playground)';
  if (flags.playground) {
    const playground = await startPlayground({
      home,
      botEndpoint: `${relay.origin}/api/messages`,
      tenantId: sandbox.tenantId,
      users,
      node: process.execPath,
      env: process.env,
    });
    if (playground.started) started.add('The Agents Playground', () => playground.playground.stop());
    client = playground.started ? playground.playground.address : `not started: ${playground.words}`;
  }

  say();
  say(`Teams client   ${client}`);
  say(`Message relay  ${relay.origin}/api/messages  (speaks as ${relay.acting().name})`);
  say(`Sandbox        ${sandbox.origin}  (seed ${began.seed}, clock ${new Date(sandbox.now()).toISOString()})`);
  say(`DNS            127.0.0.1:${sandbox.dnsPort}  (UDP and TCP)`);
  say(`State          ${home}`);
  say();
  say('Type first: help, then status, then next. To be somebody else: as Megan. To let time pass: advance 7 days.');
  say(
    `Who can be played: ${users.map((person) => `${person.name} (${person.roles.join(', ') || 'no role'})`).join(', ')}`,
  );
  say(`ready ${endpoint}`);
}

rehearse().catch(async (trouble: unknown) => {
  const interrupted = started.stopping();
  const plain =
    trouble instanceof Refusal ||
    (trouble instanceof Error && (trouble.name === 'PortError' || trouble.name === 'StoreTrouble'));
  if (!interrupted)
    process.stderr.write(
      `${plain ? trouble.message : trouble instanceof Error ? (trouble.stack ?? trouble.message) : String(trouble)}\n`,
    );
  await started.stopAll();
  process.exit(interrupted ? 0 : 1);
});
