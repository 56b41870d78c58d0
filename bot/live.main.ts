import { resolve } from 'node:path';
import { liveCredential } from '../services/directory/credentials.ts';
import { type BotIdentity, createAdapter } from './adapter.ts';
import { createApp } from './app.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { createGatekeeper, outboundHostAllowed } from './gatekeeper.ts';
import { createLogger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { startServer } from './server.ts';
import { type Started, stopInOrder } from './stopping.ts';
import { createTransport } from './transport.ts';

/** Exit code for a configuration that is missing or wrong (sysexits.h, EX_CONFIG). */
const badConfiguration = 78;

/** How the bot itself signs in to the Bot Framework: managed identity, its certificate, or its secret. */
function botIdentity(environment: Environment): BotIdentity {
  const { bot, identity } = environment;
  const credential =
    bot.appType === 'UserAssignedMSI'
      ? liveCredential({ tenantId: bot.appTenantId, identity: { by: 'managed-identity', clientId: bot.appId } })
      : bot.password !== null
        ? liveCredential({
            tenantId: bot.appTenantId,
            identity: { by: 'secret', clientId: bot.appId, secret: bot.password },
          })
        : liveCredential({
            tenantId: bot.appTenantId,
            identity: identity.by === 'certificate' ? { ...identity, clientId: bot.appId } : identity,
          });
  return {
    kind: 'app',
    appId: bot.appId,
    tenantId: bot.appTenantId,
    credential,
    keys: { metadataUrl: environment.openIdMetadataUrl, issuer: environment.issuer },
  };
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function live(environment: Environment, started: Started): Promise<void> {
  const log = createLogger({
    level: process.env['LOG_LEVEL'] || 'info',
    write: (line) => void process.stdout.write(line),
  });
  const metrics = createMetrics();
  const hosts = { allowedServiceHosts: environment.serviceHosts };
  const hostAllowed = (serviceUrl: string): boolean => outboundHostAllowed(serviceUrl, hosts);
  const adapter = createAdapter({ identity: botIdentity(environment), hostAllowed, log, failed: metrics.turnFailed });
  const opening = createApp({
    kind: 'live',
    home: resolve(environment.home),
    ...(environment.databaseUrl === null ? {} : { databaseUrl: environment.databaseUrl }),
    now: Date.now,
    exchangeOrigin: 'https://outlook.office365.com',
    graphOrigin: 'https://graph.microsoft.com',
    tenantId: environment.tenantId,
    roleGroups: environment.groups,
    credential: liveCredential(environment),
    transport: createTransport({ adapter, botAppId: environment.bot.appId, hostAllowed, now: Date.now }),
    log,
    metrics,
  });
  // Before it is open: a Ctrl-C meanwhile must find the database that it starts.
  started.add('The bot', async () => (await opening.catch(() => null))?.stop());
  const app = await opening;
  await app.start();
  const server = await startServer({
    host: process.env['HOST'] || '0.0.0.0',
    port: environment.port,
    adapter,
    handle: (context) => app.handle(context),
    health: () => app.health(),
    hostAllowed,
    gatekeeper: createGatekeeper({
      appId: environment.bot.appId,
      tenantIds: [environment.tenantId],
      openIdMetadataUrl: environment.openIdMetadataUrl,
      issuer: environment.issuer,
      ...hosts,
      now: Date.now,
    }),
    metrics,
    log,
    clock: () => performance.now(),
  });
  started.add('The message endpoint', () => server.close());
  process.stdout.write(`ready ${server.origin}/api/messages\n`);
}

const read = readEnvironment(process.env);
if (!read.ok) {
  say(read.missing.join('\n'));
  process.exitCode = badConfiguration;
} else {
  const started = stopInOrder({ signals: process, withinMs: 10_000, say });
  live(read.environment, started).catch(async (trouble: unknown) => {
    const plain = trouble instanceof Error && (trouble.name === 'PortError' || trouble.name === 'StoreTrouble');
    const interrupted = started.stopping();
    if (!interrupted)
      say(plain ? trouble.message : trouble instanceof Error ? (trouble.stack ?? trouble.message) : String(trouble));
    await started.stopAll();
    process.exit(interrupted ? 0 : 1);
  });
}
