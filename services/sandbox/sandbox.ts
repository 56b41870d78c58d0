import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { durationMs } from './clock.ts';
import { answerControl, type ControlDesk, listPeople, type Person } from './control/control.ts';
import { createFaultQueue } from './control/faults.ts';
import { startDns } from './dns/server.ts';
import { type Asked, readRequest, send } from './http.ts';
import { createMailStore } from './mail/mailbox.ts';
import type { GroundTruth } from './mail/message.ts';
import { seededStream } from './random.ts';
import { openStateFile, runTenant } from './running.ts';
import { answerService, type ServiceDesk } from './serve.ts';
import { buildTenant } from './tenant/build.ts';
import { applySnapshot } from './tenant/snapshot.ts';
import type { WriteLogEntry } from './write-log.ts';

export type { Person } from './control/control.ts';
export { roleGroups } from './directory/roles.ts';
export type { WriteLogEntry } from './write-log.ts';

/** Days of mail that the tenant has behind it when it starts, so that the first look finds a history. */
const historyDays = 14;

/** How to start a sandbox. Times are milliseconds since 1970. */
export interface SandboxOptions {
  readonly seed: number;
  /** The sandbox's clock at its first start. */
  readonly epochMs: number;
  /** HTTP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** DNS port on 127.0.0.1, UDP and TCP; a free one when absent. */
  readonly dnsPort?: number;
  /** JSON lines of everything that changed the tenant; replayed at the next start. `<stateFile>.clock` keeps the clock. */
  readonly stateFile?: string;
  /** A `cutover-tenant/1` snapshot to lay over the tenant. */
  readonly snapshot?: unknown;
  /** Host name in {@link Sandbox.origin}, default 127.0.0.1. The server listens on 127.0.0.1 whatever it says. */
  readonly hostName?: string;
  readonly machineNow: () => number;
  /** Called after each move of the clock; the control endpoint answers when it resolves. */
  onAdvance?: (nowMs: number) => Promise<void>;
  /** How long a new object stays unreadable. Milliseconds, default 0. */
  readonly replicationDelayMs?: number;
  /** A write whose client died is completed at most this much later. Milliseconds, default 5,000. */
  readonly lateWithinMs?: number;
}

/** A running sandbox tenant. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>`: Exchange, Graph and the control endpoints. */
  readonly origin: string;
  readonly dnsPort: number;
  /** Object id of the tenant. */
  readonly tenantId: string;
  /** The sandbox's clock, milliseconds. */
  now(): number;
  /** Moves the clock by an ISO 8601 duration; resolves with the new time when everything due has run. */
  advance(isoDuration: string): Promise<number>;
  people(): Person[];
  writes(): WriteLogEntry[];
  /**
   * What a message really was, by its network message id: the knowledge of a perfect reviewer, for tests. No endpoint
   * tells it. Undefined when the message is unknown or older than hunting reaches.
   */
  truthOf(networkMessageId: string): GroundTruth | undefined;
  setOnAdvance(fn: (nowMs: number) => Promise<void>): void;
  /** Attaches the relay that sets who types and clicks (`POST /sandbox/acting`). */
  setActing(fn: (name: string) => Promise<string> | string): void;
  close(): Promise<void>;
}

/** Starts the sandbox tenant: HTTP and DNS on loopback. Rejects when a port is taken or the snapshot is unreadable. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const start = openStateFile(options.stateFile, {
    kind: 'start',
    seed: options.seed,
    epochMs: options.epochMs,
    snapshot: options.snapshot,
  });
  const { seed, epochMs } = start;
  const state = buildTenant(seed, epochMs);
  if (start.snapshot !== undefined && start.snapshot !== null) {
    const refusal = applySnapshot(state, start.snapshot, epochMs);
    if (refusal !== undefined) throw new Error(`The snapshot can't be read: ${refusal.problem}`);
  }
  const mail = createMailStore(seed, epochMs - historyDays * 86_400_000);
  mail.catchUp(state, epochMs);
  const tenant = runTenant({ state, mail, epochMs, machineNow: options.machineNow, stateFile: options.stateFile });
  const faults = createFaultQueue();
  let onAdvance = options.onAdvance;
  let acting: ((name: string) => Promise<string> | string) | undefined;

  const advance = async (byMs: number): Promise<number> => {
    tenant.catchUp();
    tenant.happen({ kind: 'clock', advancedMs: byMs });
    tenant.catchUp();
    await onAdvance?.(tenant.now());
    return tenant.now();
  };
  const desk: ControlDesk = { tenant, faults, advance, acting: () => acting };
  const service: ServiceDesk = {
    tenant,
    faults,
    chance: seededStream(seed, 'late writes'),
    machineNow: options.machineNow,
    replicationDelayMs: options.replicationDelayMs ?? 0,
    lateWithinMs: options.lateWithinMs ?? 5_000,
    late: new Set(),
    hunts: [],
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> => {
    const asked: Asked | undefined = await readRequest(request, origin);
    if (asked === undefined) return;
    if (asked.url.pathname.startsWith('/sandbox/')) send(response, await answerControl(asked, desk));
    else await answerService(asked, response, service);
  };

  const server = createServer((request, response) => {
    response.on('error', () => response.destroy());
    answer(request, response, 'http://127.0.0.1').catch((error: unknown) => {
      send(response, {
        status: 500,
        body: {
          error: {
            code: 'InternalServerError',
            message: error instanceof Error ? (error.stack ?? error.message) : String(error),
          },
        },
      });
    });
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const dns = await startDns(() => state, options.dnsPort ?? 0);

  return {
    origin: `http://${options.hostName ?? '127.0.0.1'}:${port}`,
    dnsPort: dns.port,
    tenantId: state.tenantId,
    now: tenant.now,
    async advance(isoDuration) {
      const byMs = durationMs(isoDuration);
      if (byMs === undefined)
        throw new RangeError(
          `"${isoDuration}" is not an ISO 8601 duration in weeks, days, hours, minutes and seconds.`,
        );
      return advance(byMs);
    },
    people: () => listPeople(tenant),
    writes: () => [...tenant.writes()],
    truthOf: (networkMessageId) => mail.truthOf(networkMessageId),
    setOnAdvance(fn) {
      onAdvance = fn;
    },
    setActing(fn) {
      acting = fn;
    },
    async close() {
      for (const write of [...service.late]) write.now();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await dns.close();
      tenant.stop();
    },
  };
}
