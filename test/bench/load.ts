import { Agent, createServer, request } from 'node:http';
import type { Person } from '../kit/connector.ts';

/** A connector that answers and forgets: the recording one would be measured with the bots. */
export interface Sink {
  readonly serviceUrl: string;
  /** The latest messages as they came over the wire. */
  latest(): readonly string[];
  close(): Promise<void>;
}

/** Starts the connector that both bots answer to. */
export async function startSink(): Promise<Sink> {
  let count = 0;
  const recent: string[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => {
      count += 1;
      recent.push(Buffer.concat(chunks).toString('utf8'));
      if (recent.length > 20) recent.shift();
      response.setHeader('content-type', 'application/json');
      response.statusCode = 201;
      response.end(JSON.stringify({ id: `1:${count}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    serviceUrl: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    latest: () => recent,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What is sent, in words that both bots understand. */
export type Act =
  | { readonly say: string }
  | { readonly click: string; readonly data: Readonly<Record<string, unknown>> };

/** An activity as Teams sends it from a personal chat. */
export function activityOf(serviceUrl: string, person: Person, act: Act, id: number): string {
  const tenantId = '5a0d0000-0000-4000-8000-00000000aaaa';
  const now = new Date().toISOString();
  const base = {
    id: String(1_700_000_000_000 + id),
    channelId: 'msteams',
    serviceUrl,
    timestamp: now,
    localTimestamp: now,
    localTimezone: 'Europe/London',
    from: { id: `29:${person.aadObjectId}`, name: person.name, aadObjectId: person.aadObjectId },
    recipient: { id: '28:cutover', name: 'Cutover' },
    conversation: { id: `a:${person.aadObjectId}`, conversationType: 'personal', tenantId },
    channelData: { tenant: { id: tenantId } },
  };
  if ('say' in act) return JSON.stringify({ ...base, type: 'message', text: act.say, textFormat: 'plain' });
  const action = { type: 'Action.Execute', verb: act.click, data: act.data };
  return JSON.stringify({
    ...base,
    type: 'invoke',
    name: 'adaptiveCard/action',
    replyToId: '1:1',
    value: { action, trigger: 'manual' },
  });
}

/** Sends one activity; answers the body. Anything but 200 is an error: a refused turn is cheap and no measure. */
export function send(endpoint: string, body: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      endpoint,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.once('end', () =>
          response.statusCode === 200 ? resolve(text) : reject(new Error(`answered ${response.statusCode}: ${text}`)),
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Sends `count` activities over `connections` kept connections; answers the times until each answer, ms, ascending. */
export async function load(
  endpoint: string,
  connections: number,
  count: number,
  body: (index: number) => string,
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) {
      const text = body(next);
      next += 1;
      const began = performance.now();
      await send(endpoint, text, agent);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  return times.sort((a, b) => a - b);
}

/** The value below which this share of ascending numbers lies. */
export const quantile = (ascending: readonly number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;

/** The middle one. */
export const median = (numbers: readonly number[]): number =>
  quantile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );
