import { z } from 'zod';
import { createAdapter, onLoopback } from '../../bot/adapter.ts';
import { createApp } from '../../bot/app.ts';
import { createLogger } from '../../bot/log.ts';
import { createMetrics } from '../../bot/metrics.ts';
import { startServer } from '../../bot/server.ts';
import { stopInOrder } from '../../bot/stopping.ts';
import { createTransport } from '../../bot/transport.ts';
import { sandboxCredential } from '../../services/directory/credentials.ts';

/** The bot by itself, as in live mode: tenant and database are other processes, named in the environment. */
const tenant = process.env['BENCH_TENANT'] ?? '';
const behindMs = Number(process.env['BENCH_BEHIND_MS']);
const group = z.string();
const roleGroups = z
  .object({ viewer: group, 'help-desk': group, operator: group, approver: group, 'change-approver': group })
  .parse(JSON.parse(process.env['BENCH_ROLE_GROUPS'] ?? ''));
const log = createLogger({ level: 'warn', write: (line) => void process.stderr.write(line) });
const metrics = createMetrics();
const adapter = createAdapter({ identity: { kind: 'none' }, hostAllowed: onLoopback, log });
const now = (): number => Date.now() - behindMs;
const started = stopInOrder({
  signals: process,
  withinMs: 8_000,
  say: (line) => void process.stderr.write(`${line}\n`),
});
const app = await createApp({
  kind: 'rehearsal',
  home: process.env['CUTOVER_HOME'] ?? '',
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  now,
  exchangeOrigin: tenant,
  graphOrigin: tenant,
  tenantId: process.env['BENCH_TENANT_ID'] ?? '',
  roleGroups,
  credential: sandboxCredential(),
  transport: createTransport({ adapter, botAppId: '', hostAllowed: onLoopback, now }),
  log,
  metrics,
});
started.add('The bot', () => app.stop());
await app.start();
const server = await startServer({
  host: '127.0.0.1',
  port: Number(process.env['PORT']),
  adapter,
  handle: (context) => app.handle(context),
  health: () => app.health(),
  hostAllowed: onLoopback,
  metrics,
  log,
  clock: () => performance.now(),
});
started.add('The message endpoint', () => server.close());
process.stdout.write('ready\n');
