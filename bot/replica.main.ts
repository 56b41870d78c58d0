import closeWithGrace from 'close-with-grace';
import { z } from 'zod';
import { sandboxCredential } from '../services/directory/credentials.ts';
import { roleGroups } from '../services/sandbox/sandbox.ts';
import { createAdapter, onLoopback } from './adapter.ts';
import { createApp } from './app.ts';
import { createLogger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { startServer } from './server.ts';
import { createTransport } from './transport.ts';

/**
 * One replica of the bot beside others: it shares a database and a sandbox tenant that run already, and owns neither.
 * It prints `ready <endpoint>` when it can serve. `WRITE_GRACE_MS` must be longer than the sandbox may complete the
 * write of a dead client late.
 */
const environment = z
  .object({
    DATABASE_URL: z.string().min(1),
    SANDBOX_URL: z.url(),
    SANDBOX_TENANT: z.string().min(1),
    PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    WRITE_GRACE_MS: z.coerce.number().int().positive().default(6_000),
    LOG_LEVEL: z.string().default('error'),
  })
  .parse(process.env);

const clockDoor = z.object({ nowMs: z.number() });

/** How often the sandbox's clock is asked, ms: between jumps it ticks with the machine's. */
const clockEvery = 1_000;

/** The sandbox's clock, followed from outside. */
async function followClock(origin: string): Promise<() => number> {
  const ask = async (): Promise<number> => {
    const answer = await fetch(`${origin}/sandbox/clock`);
    return clockDoor.parse(await answer.json()).nowMs - Date.now();
  };
  let ahead = await ask();
  const again = setInterval(() => {
    ask().then(
      (found) => {
        ahead = found;
      },
      () => undefined,
    );
  }, clockEvery);
  again.unref();
  return () => Math.floor(Date.now() + ahead);
}

const sandbox = new URL(environment.SANDBOX_URL).origin;
if (!onLoopback(sandbox)) throw new Error('A replica of the rehearsal talks to this machine only.');
const log = createLogger({ level: environment.LOG_LEVEL, write: (line) => void process.stderr.write(line) });
const metrics = createMetrics();
const adapter = createAdapter({
  identity: { kind: 'none' },
  hostAllowed: onLoopback,
  log,
  failed: metrics.turnFailed,
});
const app = await createApp({
  kind: 'rehearsal',
  home: '/nonexistent',
  databaseUrl: environment.DATABASE_URL,
  now: await followClock(sandbox),
  exchangeOrigin: sandbox,
  graphOrigin: sandbox,
  tenantId: environment.SANDBOX_TENANT,
  roleGroups,
  credential: sandboxCredential(),
  transport: createTransport({ adapter, botAppId: '', hostAllowed: onLoopback, now: Date.now }),
  log,
  writeGraceMs: environment.WRITE_GRACE_MS,
});
await app.start();
const server = await startServer({
  host: '127.0.0.1',
  port: environment.PORT,
  adapter,
  handle: (context) => app.handle(context),
  health: () => app.health(),
  hostAllowed: onLoopback,
  metrics,
  log,
  clock: () => performance.now(),
});
closeWithGrace({ delay: 8_000, logger: false }, async () => {
  await server.close();
  await app.stop();
});
process.stdout.write(`ready ${server.origin}/api/messages\n`);
