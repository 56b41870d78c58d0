import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { onLoopback } from './adapter.ts';
import { PortError } from './server.ts';

/** Somebody who can be played in rehearsal. */
export interface ActingPerson {
  readonly aadObjectId: string;
  readonly name: string;
  readonly upn: string;
  readonly roles: readonly string[];
}

/** Who acts now, or why that name names nobody, or several. `words` can be shown as it is. */
export type Acted =
  | { readonly ok: true; readonly person: ActingPerson; readonly words: string }
  | { readonly ok: false; readonly why: 'nobody' | 'several'; readonly words: string };

/** The relay while it runs. */
export interface ActingRelay {
  /** `http://127.0.0.1:port`; its `/api/messages` is the Playground's bot endpoint. */
  readonly origin: string;
  acting(): ActingPerson;
  act(name: string): Acted;
  close(): Promise<void>;
}

const mention = /<at[^>]*>[\s\S]*?<\/at>/gi;
const asName = /^as(?:\s+(\S.{0,99}))?$/i;

const door = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  serviceUrl: z.string().optional(),
  text: z.string().nullish(),
  from: z.looseObject({ id: z.string() }).optional(),
  recipient: z.looseObject({ id: z.string() }).optional(),
  conversation: z.looseObject({ id: z.string() }).optional(),
  localTimezone: z.string().optional(),
});
type RelayedActivity = z.infer<typeof door>;

const fold = (name: string): string => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();

const whoThereIs = (people: readonly ActingPerson[]): string =>
  `There are ${people.map((person) => person.name).join(', ')}; anyone else in the tenant by full name or address.`;

/**
 * Finds who is meant. `people` answer to their first or full name or address; `others` to their full name or address
 * only, so that a first name stays unambiguous in a large tenant.
 */
export function findPerson(name: string, people: readonly ActingPerson[], others: readonly ActingPerson[]): Acted {
  const wanted = fold(name.replace(/[.!?]+$/, ''));
  const byFullName = (person: ActingPerson): boolean =>
    fold(person.name) === wanted || person.upn.toLowerCase() === wanted;
  const byFirstName = (person: ActingPerson): boolean => fold(person.name).split(' ')[0] === wanted;
  const unique = (list: readonly ActingPerson[]): readonly ActingPerson[] => [
    ...new Map(list.map((person) => [person.aadObjectId, person])).values(),
  ];
  for (const found of [unique([...people, ...others].filter(byFullName)), unique(people.filter(byFirstName))]) {
    const [person, second] = found;
    if (person === undefined) continue;
    if (second !== undefined)
      return {
        ok: false,
        why: 'several',
        words: `Several people are called that: ${found.map((one) => `${one.name} (${one.upn})`).join(', ')}. Say the full name or the address.`,
      };
    return {
      ok: true,
      person,
      words: `You now speak and click as ${person.name} (${person.roles.length === 0 ? 'no role' : person.roles.join(', ')}).`,
    };
  }
  return { ok: false, why: 'nobody', words: `Nobody here answers to that name. ${whoThereIs(people)}` };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks);
}

function parsed(body: Buffer): RelayedActivity | null {
  try {
    return door.parse(JSON.parse(body.toString('utf8')));
  } catch {
    return null;
  }
}

/**
 * An HTTP relay on loopback between the local Teams client and the bot. What people type and click leaves it in the name
 * of the acting person and with the sandbox's time; `as` and `as <name of a person>` are answered here.
 */
export async function createActingRelay(options: {
  /** The bot's message endpoint. */
  readonly botEndpoint: string;
  /** Those offered by the local Teams client; the first acts at the start. At least one. */
  readonly people: readonly ActingPerson[];
  /** Everybody else who may be played. */
  readonly others?: readonly ActingPerson[];
  /** The sandbox's clock, ms. */
  readonly now: () => number;
  /** IANA zone for activities that name none. */
  readonly zone?: string;
  /** 0 takes any free port. */
  readonly port: number;
}): Promise<ActingRelay> {
  const { botEndpoint, people, now } = options;
  const others = options.others ?? [];
  const [first] = people;
  if (first === undefined) throw new Error('The relay needs at least one person');
  let acting = first;

  function act(name: string): Acted {
    const found = findPerson(name, people, others);
    if (found.ok) acting = found.person;
    return found;
  }

  /** The answer to `as …`; null for all else, a sentence that merely begins with "as" included: that is for the bot. */
  function answered(text: string): string | null {
    const match = asName.exec(text);
    if (match === null) return null;
    const [, name] = match;
    if (name === undefined) return `You speak and click as ${acting.name}. Type: as <name>. ${whoThereIs(people)}`;
    const found = act(name);
    return !found.ok && found.why === 'nobody' ? null : found.words;
  }

  function rewritten(activity: RelayedActivity): RelayedActivity {
    const zone = activity.localTimezone ?? options.zone ?? 'UTC';
    const time = DateTime.fromMillis(now(), { zone });
    const local = time.isValid ? time.toISO() : DateTime.fromMillis(now(), { zone: 'UTC' }).toISO();
    return {
      ...activity,
      from: {
        ...activity.from,
        id: `29:${acting.aadObjectId}`,
        name: acting.name,
        aadObjectId: acting.aadObjectId,
        role: 'user',
      },
      timestamp: new Date(now()).toISOString(),
      localTimestamp: local,
      localTimezone: zone,
    };
  }

  /** Says something in the conversation in the bot's name. */
  async function say(activity: RelayedActivity, text: string): Promise<void> {
    const { serviceUrl, conversation } = activity;
    if (serviceUrl === undefined || conversation === undefined || !onLoopback(serviceUrl)) return;
    const address = `${serviceUrl.replace(/\/+$/, '')}/v3/conversations/${encodeURIComponent(conversation.id)}/activities${activity.id === undefined ? '' : `/${encodeURIComponent(activity.id)}`}`;
    const message = {
      type: 'message',
      text,
      from: activity.recipient,
      recipient: activity.from,
      conversation,
      replyToId: activity.id,
      channelId: 'msteams',
      serviceUrl,
    };
    await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
  }

  function forward(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const headers = { ...request.headers, host: new URL(botEndpoint).host, 'content-length': String(body.length) };
    delete headers['transfer-encoding'];
    return new Promise((resolve, reject) => {
      const onward = httpRequest(botEndpoint, { method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.once('end', resolve);
        answer.once('error', reject);
      });
      onward.once('error', reject);
      onward.end(body);
    });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const activity = parsed(body);
    if (activity === null || (activity.type !== 'message' && activity.type !== 'invoke'))
      return forward(request, response, body);
    const text = (activity.text ?? '')
      .replace(mention, ' ')
      .replace(/&nbsp;/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    const answer = activity.type === 'message' ? answered(text) : null;
    if (answer !== null) {
      await say(activity, answer);
      // Two statements: restify replaces writeHead for the whole process by one that returns nothing.
      response.writeHead(200);
      response.end();
      return;
    }
    await forward(request, response, Buffer.from(JSON.stringify(rewritten(activity)), 'utf8'));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      response.writeHead(502);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (trouble: NodeJS.ErrnoException) =>
      reject(new PortError(options.port, trouble.code ?? 'unknown', { cause: trouble })),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : options.port}`,
    acting: () => acting,
    act,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
