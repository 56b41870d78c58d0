import { TenantError } from '../tenant/tenant-error.ts';
import type { CmdletKind, CmdletName, CmdletParameters, ParameterValue } from './cmdlets.ts';
import { cmdlets } from './cmdlets.ts';
import { createLanes } from './lanes.ts';
import type { Row } from './wire.ts';
import { envelope, parse, readError, serialise, stripSidecars } from './wire.ts';

/** The part of a token credential (azure/core-auth) that is used. */
export interface Credential {
  getToken(scope: string): Promise<{ readonly token: string } | null>;
}

/** What the client needs. Times in milliseconds. `origin` is the sandbox's address in rehearsal. */
export interface ExchangeOptions {
  readonly origin?: string;
  /** GUID of the tenant; stands in the path and in the anchor. */
  readonly tenantId: string;
  readonly credential: Credential;
  readonly fetch?: typeof fetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  readonly newId: () => string;
  /** Patience for one request; 120 s by default, 900 s for group members. */
  readonly timeoutMs?: number;
}

/** An answer in full. `missing`: the service said that the object named does not exist (reads only). */
export interface Answer {
  readonly rows: readonly Row[];
  readonly warnings: readonly string[];
  readonly missing: boolean;
}

/**
 * Exchange Online's admin protocol. `invoke` runs one cmdlet of the table and returns its whole answer, or throws
 * TenantError; `uncertain` only for writes that may have been executed. Whether it is a read or a write stands in the table.
 */
export interface ExchangeClient {
  invoke<C extends CmdletName>(cmdlet: C, parameters: CmdletParameters<C>): Promise<Answer>;
}

const busy =
  /DCOverloadedException|SuitabilityDirectoryException|ServerInMMException|ADServerSettingsChangedException|StorageTransientException/;
const gone = /ManagementObjectNotFoundException|couldn't be found/i;
const already = /AlreadyExists|MemberNotFoundException|already (?:exists|a member)|isn't a member/i;
const expired = /Expired or Invalid pagination request/i;
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const attempts = 6;
const mostPages = 1000;

const isBlank = (value: unknown): boolean => typeof value !== 'string' || value.trim() === '' || value.includes('*');

/** Creates the client of one tenant: writes one at a time, at most four reads at once (exchange reference 4). */
export function createExchange(options: ExchangeOptions): ExchangeClient {
  const origin = options.origin ?? 'https://outlook.office365.com';
  const send = options.fetch ?? fetch;
  const path = `/adminapi/beta/${options.tenantId}/InvokeCommand`;
  const anchor = `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${options.tenantId}`;
  const connection = options.newId();
  const reads = createLanes(4);
  const writes = createLanes(1);

  async function token(cmdlet: string): Promise<string> {
    try {
      const found = await options.credential.getToken('https://outlook.office365.com/.default');
      if (found) return found.token;
    } catch (cause) {
      throw new TenantError(
        'denied',
        `No token for Exchange Online (${cmdlet}): ${cause instanceof Error ? cause.name : 'unknown reason'}.`,
        { cause },
      );
    }
    throw new TenantError('denied', `No token for Exchange Online (${cmdlet}).`);
  }

  /** One page, repeated where that is safe. */
  async function page(
    cmdlet: CmdletName,
    kind: CmdletKind,
    url: string,
    body: string,
  ): Promise<{ status: number; headers: Headers; text: string }> {
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      const bearer = await token(cmdlet);
      const last = attempt >= attempts;
      let response: Response;
      let answer: string | null = null;
      try {
        response = await send(url, {
          method: 'POST',
          redirect: 'error',
          signal: AbortSignal.timeout(
            options.timeoutMs ?? (cmdlet === 'Get-DistributionGroupMember' ? 900_000 : 120_000),
          ),
          headers: {
            authorization: `Bearer ${bearer}`,
            'content-type': 'application/json; charset=utf-8',
            accept: 'application/json',
            'x-anchormailbox': anchor,
            'x-cmdletname': cmdlet,
            'x-responseformat': 'json',
            'connection-id': connection,
            'client-request-id': options.newId(),
            prefer: 'odata.maxpagesize=1000',
          },
          body,
        });
      } catch (cause) {
        const code =
          cause instanceof Error && cause.cause instanceof Error && 'code' in cause.cause
            ? String(cause.cause.code)
            : '';
        options.log({ event: 'exchange.cut', cmdlet, attempt, code });
        if (kind === 'write') {
          if (neverSent.has(code))
            throw new TenantError(
              'unreachable',
              `Exchange Online could not be reached for ${cmdlet}; nothing was sent.`,
              { cause },
            );
          throw new TenantError('uncertain', `The connection broke during ${cmdlet}; it may have been carried out.`, {
            cause,
          });
        }
        if (last)
          throw new TenantError('unreachable', `Exchange Online did not answer ${cmdlet} after ${attempts} tries.`, {
            cause,
          });
        await options.sleep(backoff(attempt, null));
        continue;
      }
      try {
        answer = await response.text();
      } catch {
        // A 403 may carry NUL bytes that are declared gzip and cannot be decoded: the status alone speaks.
        answer = null;
      }
      const { status, headers } = response;
      const seconds = Number(headers.get('retry-after'));
      const after = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
      options.log({ event: 'exchange.answer', cmdlet, attempt, status });
      if (status === 200 && answer !== null && envelope.safeParse(parse(answer)).success)
        return { status, headers, text: answer };
      if (status === 204) return { status, headers, text: '{"value":[]}' };
      if (status >= 200 && status < 300) {
        if (kind === 'write')
          throw new TenantError('uncertain', `The answer to ${cmdlet} was torn; it may have been carried out.`);
        if (last)
          throw new TenantError(
            'unintelligible',
            `Exchange Online answered ${cmdlet} with something unreadable ${attempts} times.`,
          );
        await options.sleep(backoff(attempt, after));
        continue;
      }
      const error = readError(answer ?? '');
      const words = error ? `${error.type}|${error.text}` : '';
      if (status === 401 && !renewed) {
        renewed = true;
        continue;
      }
      const notExecuted = status === 429 || busy.test(words) || (status === 503 && after !== null);
      const repeatable = notExecuted || (kind === 'read' && status >= 500);
      if (repeatable && !last) {
        await options.sleep(backoff(attempt, after));
        continue;
      }
      if (notExecuted) {
        throw new TenantError(
          'throttled',
          `Exchange Online is too busy for ${cmdlet}; nothing was carried out.`,
          after === null ? {} : { retryAfterMs: after },
        );
      }
      if (status >= 500 && kind === 'write')
        throw new TenantError(
          'uncertain',
          `Exchange Online failed during ${cmdlet} (${status}); it may have been carried out.`,
        );
      if (status >= 500) throw new TenantError('unreachable', `Exchange Online failed on ${cmdlet} (${status}).`);
      return { status, headers, text: answer ?? '' };
    }
  }

  async function all(cmdlet: CmdletName, kind: CmdletKind, body: string): Promise<Answer> {
    for (let start = 1; ; start++) {
      const answer = await once(cmdlet, kind, body);
      if (answer !== 'expired') return answer;
      // The paging ticket names a back end; one fresh start is allowed, a second failure is a failure.
      if (start === 2)
        throw new TenantError('unintelligible', `The pages of ${cmdlet} expired twice; the list is incomplete.`);
    }
  }

  async function once(cmdlet: CmdletName, kind: CmdletKind, body: string): Promise<Answer | 'expired'> {
    const rows: Row[] = [];
    const warnings: string[] = [];
    let url = `${origin}${path}`;
    for (let pages = 1; pages <= mostPages; pages++) {
      const { status, headers, text } = await page(cmdlet, kind, url, body);
      if (status !== 200 && status !== 204) {
        const error = readError(text);
        const words = error ? `${error.type} ${error.text}` : '';
        if (expired.test(words)) return 'expired';
        const absent = status === 404 || gone.test(words);
        if (absent && kind === 'read') return { rows: [], warnings, missing: true };
        throw refusal(cmdlet, status, error?.text ?? '', absent, words);
      }
      const {
        value,
        '@odata.nextLink': next,
        '@adminapi.warnings': said,
        '@adminapi.errors': errors,
      } = envelope.parse(parse(text));
      if (errors && errors.length > 0) {
        if (kind === 'write')
          throw new TenantError(
            'uncertain',
            `${cmdlet} reported an error beside its result; it may have been carried out in part.`,
          );
        throw new TenantError(
          'unintelligible',
          `${cmdlet} reported an error beside its rows; the list may be incomplete.`,
        );
      }
      rows.push(...value.map(stripSidecars));
      warnings.push(
        ...(said ?? []).map(String),
        ...(headers.get('x-warnings') ? [String(headers.get('x-warnings'))] : []),
      );
      if (next === undefined) {
        if (kind === 'read' && warnings.some((w) => /There are more results available/i.test(w))) {
          throw new TenantError('unintelligible', `${cmdlet} gave only part of its list.`);
        }
        return { rows, warnings, missing: false };
      }
      // Only path and query of the link are used, so that a token never goes to another host.
      const link = new URL(next, origin);
      if (!link.pathname.toLowerCase().startsWith(`/adminapi/beta/${options.tenantId.toLowerCase()}/`))
        throw new TenantError('unintelligible', `${cmdlet} named a next page outside the tenant.`);
      url = `${origin}${link.pathname}${link.search}`;
    }
    throw new TenantError('unintelligible', `${cmdlet} has more than ${mostPages} pages.`);
  }

  return {
    async invoke(cmdlet, parameters) {
      const known: { readonly kind: CmdletKind; readonly parameters: readonly string[] } | undefined = cmdlets[cmdlet];
      if (!known) throw new TenantError('refused', `${cmdlet} is not a cmdlet of this product.`);
      const given = Object.entries<ParameterValue | undefined>(parameters).filter(
        ([name, value]) => value !== undefined || name === 'Identity',
      );
      for (const [name, value] of given) {
        if (!known.parameters.includes(name))
          throw new TenantError('refused', `${cmdlet} may not be sent with ${name}.`);
        // `Get-X` without a real identity returns every object, and a write would hit the wrong one (reference 5.1).
        if ((name === 'Identity' || name === 'Member' || name === 'Name') && isBlank(value))
          throw new TenantError('refused', `${cmdlet} was asked without naming its ${name.toLowerCase()}.`);
      }
      if (
        known.kind === 'write' &&
        known.parameters.includes('Identity') &&
        !given.some(([name]) => name === 'Identity')
      ) {
        throw new TenantError('refused', `${cmdlet} was asked without naming its object.`);
      }
      const Parameters = Object.fromEntries(given.map(([name, value]) => [name, serialise(value ?? null)]));
      const body = JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters } });
      return (known.kind === 'write' ? writes : reads)(() => all(cmdlet, known.kind, body));
    },
  };
}

const backoff = (attempt: number, after: number | null): number => Math.min(after ?? 1000 * 2 ** attempt, 60_000);

function refusal(cmdlet: CmdletName, status: number, said: string, absent: boolean, words: string): TenantError {
  if (absent) return new TenantError('conflict', `${cmdlet}: the object is not there. ${said}`.trim());
  if (status === 401)
    return new TenantError(
      'denied',
      'Exchange Online refused the token: grant the application Exchange.ManageAsApp and a directory role or role group.',
    );
  if (status === 403 || /not present in the role definition|is not allowed to call/i.test(words)) {
    return new TenantError(
      'denied',
      `${cmdlet} is not permitted, or unknown to the tenant: it needs the role ${cmdlets[cmdlet].roles}. ${said}`.trim(),
    );
  }
  if (already.test(words)) return new TenantError('conflict', `${cmdlet}: it is so already. ${said}`.trim());
  return new TenantError('refused', `${cmdlet} was refused (${status}): ${said || 'no reason given'}`);
}
