import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Activity, TurnContext } from 'botbuilder';
import restify from 'restify';
import { z } from 'zod';
import type { CutoverAdapter } from './adapter.ts';
import type { Admission } from './gatekeeper.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Largest activity that is read, bytes. Teams caps a message at 100 KB (Teams documentation, "Agent message size limit"). */
const largestBody = 256 * 1024;

/** How long a client may take to send its request, ms. */
const patience = 15_000;

const door = z.looseObject({
  type: z.string().min(1).max(100),
  serviceUrl: z.string().max(2_000).optional(),
  from: z.looseObject({ id: z.string().optional(), role: z.string().optional() }).optional(),
  recipient: z.looseObject({ id: z.string().optional() }).optional(),
  conversation: z.looseObject({ id: z.string().min(1) }).optional(),
  timestamp: z.string().optional(),
  localTimestamp: z.string().optional(),
  expiration: z.string().optional(),
  text: z.string().nullish(),
});

/** An activity as the SDK wants it: its times are dates (botbuilder, activityValidator). Null: it is not one. */
function activityOf(json: unknown): Activity | null {
  const parsed = door.safeParse(json);
  if (!parsed.success) return null;
  const raw = parsed.data;
  if ((raw.type === 'message' || raw.type === 'invoke') && (raw.conversation === undefined || raw.from === undefined))
    return null;
  const times: Record<string, unknown> = {};
  for (const [name, rawName] of [
    ['timestamp', 'rawTimestamp'],
    ['localTimestamp', 'rawLocalTimestamp'],
    ['expiration', 'rawExpiration'],
  ] as const) {
    const text = raw[name];
    if (text === undefined) continue;
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) return null;
    times[name] = date;
    times[rawName] = text;
  }
  return { ...raw, ...times } as unknown as Activity;
}

type Body = { readonly json: unknown } | { readonly status: 400 | 408 | 413 };

/** Reads a JSON body up to the limit. The rest of a body that is too large is not read. */
async function bodyOf(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > largestBody) return { status: 413 };
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      size += part.length;
      if (size > largestBody) return { status: 413 };
      chunks.push(part);
    }
  } catch {
    return { status: 408 };
  }
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { status: 400 };
  }
}

/** The HTTP server while it runs. */
export interface RunningServer {
  /** `http://host:port`, with the port that was really taken. */
  readonly origin: string;
  /** Stops listening, lets turns under way end for up to `graceMs`, then closes what is left. */
  close(graceMs?: number): Promise<void>;
}

/** The port is taken (or may not be taken); `message` is the one line for the person who started it. */
export class PortError extends Error {
  constructor(port: number, code: string, options?: ErrorOptions) {
    const why =
      code === 'EADDRINUSE'
        ? 'is in use by another program'
        : code === 'EACCES'
          ? 'may not be used by this account'
          : `cannot be used (${code})`;
    super(`Port ${port} ${why}. Stop that program, or choose another port with PORT.`, options);
    this.name = 'PortError';
  }
}

/** Starts POST /api/messages, GET /healthz, /readyz and /metrics. Nothing of an error ever leaves through it. */
export async function startServer(options: {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly adapter: CutoverAdapter;
  readonly handle: (context: TurnContext) => Promise<void>;
  readonly health: () => Promise<{ readonly ready: boolean; readonly detail: Record<string, unknown> }>;
  /** Asked about the `serviceUrl` of each activity. */
  readonly hostAllowed: (serviceUrl: string) => boolean;
  /** Live only: verifies the inbound token first. */
  readonly gatekeeper?: (authorization: string | undefined, activity: unknown) => Promise<Admission>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Machine time for durations, ms. */
  readonly clock: () => number;
  /** Folder that is served under `/static/` (dialog pages). */
  readonly staticFolder?: string;
}): Promise<RunningServer> {
  const { adapter, handle, health, hostAllowed, gatekeeper, metrics, log, clock } = options;
  const server = restify.createServer({ name: '', ignoreTrailingSlash: true, handleUncaughtExceptions: false });
  server.server.requestTimeout = patience;
  server.server.headersTimeout = patience;
  let underWay = 0;

  const end = (response: restify.Response, status: number, body?: unknown): void => {
    if (response.headersSent) return;
    const text =
      body === undefined
        ? status < 400
          ? ''
          : JSON.stringify({ error: STATUS_CODES[status] ?? 'Error' })
        : JSON.stringify(body);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
      'cache-control': 'no-store',
    };
    // A body that was not read to its end would be taken for the next request.
    response.writeHead(status, status === 413 || status === 408 ? { ...headers, connection: 'close' } : headers);
    response.end(text);
  };

  async function receive(request: restify.Request, response: restify.Response): Promise<void> {
    const body = await bodyOf(request);
    if ('status' in body) return end(response, body.status);
    const authorization = request.headers.authorization;
    if (gatekeeper !== undefined) {
      const admission = await gatekeeper(authorization, body.json);
      if (!admission.ok) {
        metrics.tokenRefused(admission.why);
        log.warn({ why: admission.why, status: admission.status }, 'an activity was refused at the door');
        return end(response, admission.status);
      }
    }
    const activity = activityOf(body.json);
    if (activity === null) return end(response, 400);
    if (activity.serviceUrl === undefined || !hostAllowed(activity.serviceUrl)) return end(response, 403);
    // Two bots that answer each other never stop.
    if (activity.from?.role === 'bot' || activity.from?.id?.startsWith('28:') === true) return end(response, 200);
    const began = clock();
    const received = await adapter.receive(authorization ?? '', activity, handle);
    metrics.turn(activity.type, (clock() - began) / 1_000);
    if (!received.answered) {
      metrics.tokenRefused('sdk');
      return end(response, 401);
    }
    end(response, received.response?.status ?? 200, received.response?.body);
  }

  const guarded =
    (what: string, work: (request: restify.Request, response: restify.Response) => Promise<void>) =>
    // restify dumps the whole request into the log when an async handler returns a value.
    async (request: restify.Request, response: restify.Response): Promise<void> => {
      underWay += 1;
      try {
        await work(request, response);
      } catch (trouble) {
        log.error({ err: trouble }, `${what} failed`);
        end(response, 500);
      } finally {
        underWay -= 1;
      }
    };

  server.post('/api/messages', guarded('a message', receive));
  server.get(
    '/healthz',
    guarded('health', async (_request, response) => end(response, 200, { alive: true })),
  );
  server.get(
    '/readyz',
    guarded('readiness', async (_request, response) => {
      const { ready, detail } = await health();
      end(response, ready ? 200 : 503, { ready, ...detail });
    }),
  );
  server.get(
    '/metrics',
    guarded('metrics', async (_request, response) => {
      // Asking for the health brings the figures of the queue up to date.
      await health();
      const text = await metrics.text();
      response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' });
      response.end(text);
    }),
  );
  if (options.staticFolder !== undefined)
    server.get('/static/*', restify.plugins.serveStatic({ directory: options.staticFolder, appendRequestPath: false }));
  server.on(
    'restifyError',
    // restify writes whatever it is handed and knows nothing of what was sent before: the callback that would make it
    // write is never called.
    (_request: restify.Request, response: restify.Response, error: { statusCode?: number }, _done: () => void) =>
      end(response, error.statusCode ?? 500),
  );

  await new Promise<void>((resolve, reject) => {
    // On restify's own server: it repeats the inner one's errors, and throws where nobody listens.
    server.once('error', (trouble: NodeJS.ErrnoException) =>
      reject(new PortError(options.port, trouble.code ?? 'unknown', { cause: trouble })),
    );
    server.listen(options.port, options.host, () => resolve());
  });
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    origin: `http://${isIPv6(options.host) ? `[${options.host}]` : options.host}:${port}`,
    async close(graceMs = 3_000) {
      const until = clock() + graceMs;
      const closed = new Promise<void>((resolve) => {
        server.server.close(() => resolve());
      });
      server.server.closeIdleConnections();
      while (underWay > 0 && clock() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      server.server.closeAllConnections();
      await closed;
    },
  };
}
