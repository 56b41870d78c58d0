import { type Sandbox, type SandboxOptions, startSandbox } from '../../services/sandbox/sandbox.ts';

export const epochMs = Date.parse('2026-01-05T08:00:00Z');
export const anchor = 'APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@5a0d0000-0000-4000-8000-00000000ffff';

/** Starts a sandbox on free ports with seed 1. */
export async function startTenant(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return startSandbox({ seed: 1, epochMs, port: 0, machineNow: () => Date.now(), ...options });
}

export interface Row {
  readonly [name: string]: unknown;
}

/** An InvokeCommand answer: status and body as they came over the wire. */
export interface Invoked {
  readonly status: number;
  readonly body: Row;
  readonly rows: Row[];
  readonly warnings: unknown;
}

function asRow(value: unknown): Row {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function asRows(value: unknown): Row[] {
  return Array.isArray(value) ? value.map(asRow) : [];
}

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const init = {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox.test', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  return fetch(url, init);
}

export function invokeUrl(sandbox: Sandbox): string {
  return `${sandbox.origin}/adminapi/beta/${sandbox.tenantId}/InvokeCommand`;
}

/** Runs a cmdlet over HTTP. */
export async function invoke(
  sandbox: Sandbox,
  cmdlet: string,
  parameters: Row = {},
  headers: Record<string, string> = {},
  url = invokeUrl(sandbox),
): Promise<Invoked> {
  const response = await post(
    url,
    { CmdletInput: { CmdletName: cmdlet, Parameters: parameters } },
    { 'x-anchormailbox': anchor, ...headers },
  );
  const body = asRow(JSON.parse((await response.text()) || '{}'));
  return { status: response.status, body, rows: asRows(body['value']), warnings: body['@adminapi.warnings'] };
}

/** The text of a refusal: `errorId|type|text`. */
export function detail(invoked: Invoked): string {
  return String(asRows(asRow(invoked.body['error'])['details'])[0]?.['message']);
}

/** Reads from Graph or the control endpoints. */
export async function get(
  sandbox: Sandbox,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Row; rows: Row[] }> {
  const response = await fetch(sandbox.origin + path, {
    headers: { authorization: 'Bearer sandbox.test', ...headers },
  });
  const parsed: unknown = JSON.parse(await response.text());
  return {
    status: response.status,
    headers: response.headers,
    body: asRow(parsed),
    rows: Array.isArray(parsed) ? asRows(parsed) : asRows(asRow(parsed)['value']),
  };
}
