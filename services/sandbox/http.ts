import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer before it goes out. `body` is sent as JSON unless `bytes` is given. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request with its body read. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Reads a whole request; undefined when the client went away before it had sent everything. */
export async function readRequest(request: IncomingMessage, origin: string): Promise<Asked | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk instanceof Buffer ? chunk : Buffer.from(String(chunk)));
  } catch {
    return undefined;
  }
  if (!request.complete) return undefined;
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', origin),
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/** Parses a JSON object; undefined for anything else. */
export function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}

/** One header as a string; '' when it is absent. */
export function header(asked: Asked, name: string): string {
  const value = asked.headers[name.toLowerCase()];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

function encode(reply: Reply): { bytes: Buffer; headers: Record<string, string> } {
  if (reply.bytes !== undefined) return { bytes: reply.bytes, headers: { ...reply.headers } };
  const bytes = reply.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(reply.body), 'utf8');
  return { bytes, headers: { 'content-type': 'application/json; charset=utf-8', ...reply.headers } };
}

/** Sends an answer; `torn` breaks the connection in the middle of the body. */
export function send(response: ServerResponse, reply: Reply, torn = false): void {
  if (response.destroyed || response.writableEnded) return;
  const { bytes, headers } = encode(reply);
  response.writeHead(reply.status, { ...headers, 'content-length': String(bytes.length) });
  if (torn) {
    response.write(bytes.subarray(0, Math.max(1, Math.floor(bytes.length / 2))), () => response.destroy());
    return;
  }
  response.end(bytes);
}
