import type { AuthenticationProvider, Context, Middleware } from '@microsoft/microsoft-graph-client';
import { AuthenticationHandler, Client, GraphError } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import { TenantError } from '../tenant/tenant-error.ts';

const base = 'https://graph.microsoft.com';

/** The part of a token credential (azure/core-auth) that is used. */
export interface Credential {
  getToken(scope: string): Promise<{ readonly token: string } | null>;
}

/** What the client needs. `origin` is where requests really go (the sandbox in rehearsal). Times in milliseconds. */
export interface GraphOptions {
  readonly credential: Credential;
  readonly origin?: string;
  readonly fetch?: typeof fetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  /** The tenant's time: bounds of windows are read against it. */
  readonly now: () => number;
  readonly timeoutMs?: number;
}

/** One request of Graph. `permission` names what a 403 means. */
export interface GraphRequest {
  readonly path: string;
  readonly version?: 'v1.0' | 'beta';
  readonly permission: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Reads of Graph; every failure is a TenantError. */
export interface GraphClient {
  send(request: GraphRequest): Promise<unknown>;
  /** All pages of a collection; a page that fails fails the whole. */
  pages(request: GraphRequest, before?: () => Promise<void>): Promise<readonly unknown[]>;
}

const page = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().optional() });

/** Graph says itself that the licence is missing; callers turn it into `not-licensed`. */
export const unlicensed = /licen[sc]e|not provisioned|not onboarded|Failed to resolve table/i;

/** Ends the chain: rewrites the origin only, repeats what is safe (everything here is a read) and never follows redirects. */
function createTerminal(options: GraphOptions): Middleware {
  const send = options.fetch ?? fetch;
  return {
    async execute(context: Context): Promise<void> {
      const url = new URL(typeof context.request === 'string' ? context.request : context.request.url);
      if (url.origin !== base) throw new TenantError('refused', 'A Graph request named another host.');
      const target = `${options.origin ?? base}${url.pathname}${url.search}`;
      for (let attempt = 1; ; attempt++) {
        const last = attempt >= 4;
        try {
          const response = await send(target, {
            ...context.options,
            redirect: 'error',
            signal: AbortSignal.timeout(options.timeoutMs ?? 200_000),
          });
          options.log({ event: 'graph.answer', path: url.pathname, status: response.status, attempt });
          if (last || ![429, 500, 502, 503, 504].includes(response.status)) {
            context.response = response;
            return;
          }
          await response.body?.cancel();
          const seconds = Number(response.headers.get('retry-after'));
          await options.sleep(Math.min(seconds > 0 ? seconds * 1000 : 1000 * 2 ** attempt, 60_000));
        } catch (cause) {
          options.log({ event: 'graph.cut', path: url.pathname, attempt });
          if (last) throw new TenantError('unreachable', 'Microsoft Graph did not answer.', { cause });
          await options.sleep(1000 * 2 ** attempt);
        }
      }
    },
  };
}

/** Creates the Graph client on Microsoft's library with our own last middleware. */
export function createGraphClient(options: GraphOptions): GraphClient {
  const provider: AuthenticationProvider = {
    getAccessToken: async () => {
      try {
        const found = await options.credential.getToken(`${base}/.default`);
        if (found) return found.token;
      } catch (cause) {
        throw new TenantError(
          'denied',
          `No token for Microsoft Graph: ${cause instanceof Error ? cause.name : 'unknown reason'}.`,
          { cause },
        );
      }
      throw new TenantError('denied', 'No token for Microsoft Graph.');
    },
  };
  const first = new AuthenticationHandler(provider);
  first.setNext(createTerminal(options));
  const client = Client.initWithMiddleware({ middleware: first, baseUrl: `${base}/` });

  async function send(request: GraphRequest): Promise<unknown> {
    const call = client.api(request.path).headers({ ...request.headers });
    if (!request.path.startsWith('https:')) call.version(request.version ?? 'v1.0');
    try {
      const answer: unknown = request.body === undefined ? await call.get() : await call.post(request.body);
      return answer;
    } catch (cause) {
      if (cause instanceof TenantError) throw cause;
      if (!(cause instanceof GraphError))
        throw new TenantError('unintelligible', 'Microsoft Graph answered with something unreadable.', { cause });
      const said = `${cause.code ?? ''}: ${cause.message}`;
      if (unlicensed.test(said)) throw new TenantError('refused', said, { cause });
      if (cause.statusCode === 403 || cause.statusCode === 401)
        throw new TenantError(
          'denied',
          `Microsoft Graph refused ${nameOf(request)}: grant the application permission ${request.permission}.`,
          { cause },
        );
      if (cause.statusCode === 429)
        throw new TenantError('throttled', `Microsoft Graph is too busy for ${nameOf(request)}.`, { cause });
      if (cause.statusCode === 404)
        throw new TenantError('refused', `Microsoft Graph does not know ${nameOf(request)}.`, { cause });
      if (cause.statusCode === -1 || cause.statusCode >= 500)
        throw new TenantError('unreachable', `Microsoft Graph did not answer ${nameOf(request)}.`, { cause });
      throw new TenantError('refused', `Microsoft Graph refused ${nameOf(request)} (${cause.statusCode}).`, { cause });
    }
  }

  return {
    send,
    async pages(request, before) {
      const rows: unknown[] = [];
      let next: GraphRequest = request;
      for (let count = 0; count < 1000; count++) {
        await before?.();
        const parsed = page.safeParse(await send(next));
        if (!parsed.success)
          throw new TenantError('unintelligible', `Microsoft Graph gave ${nameOf(request)} only in part.`);
        rows.push(...parsed.data.value);
        const link = parsed.data['@odata.nextLink'];
        if (link === undefined) return rows;
        // Path and query only: the token stays with one host.
        const at = new URL(link, base);
        next = { ...request, path: `${base}${at.pathname}${at.search}` };
      }
      throw new TenantError('unintelligible', `${nameOf(request)} has too many pages.`);
    },
  };
}

const nameOf = (request: GraphRequest): string =>
  request.path
    .replace(/^https:\/\/[^/]+/, '')
    .replace(/\?.*$/, '')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '…');
