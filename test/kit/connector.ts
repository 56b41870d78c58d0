import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A person as Teams names one in an activity. */
export interface Person {
  readonly name: string;
  readonly aadObjectId: string;
}

/** An activity that the bot sent, as it came over the wire. */
export interface SentActivity {
  readonly type?: string;
  readonly id?: string;
  readonly text?: string;
  readonly replyToId?: string;
  readonly attachments?: readonly { readonly contentType: string; readonly content?: unknown }[];
  readonly [key: string]: unknown;
}

/** One request of the bot to the connector. */
export interface Recorded {
  readonly how: 'post' | 'update' | 'delete';
  /** Conversation as addressed, with the thread (`;messageid=`) if there was one. */
  readonly conversation: string;
  readonly activityId: string;
  readonly activity: SentActivity;
  /** The credential that it came with. */
  readonly authorization: string | undefined;
}

/** What the next request of the bot gets instead of an answer. */
export interface Trouble {
  readonly status: number;
  readonly code?: string;
  readonly retryAfterSeconds?: number;
}

/** Where somebody speaks: personal chat (one for each person), or a channel, there in a new thread or an existing one. */
export interface Where {
  readonly channel?: string;
  /** Activity id of the thread's root. */
  readonly thread?: string;
  /** A conversation id of one's own choice. */
  readonly conversation?: string;
}

/** What the bot's endpoint answered. */
export interface Answered {
  readonly status: number;
  readonly body: unknown;
  /** The activity that was sent, for sending it again. */
  readonly activity: Readonly<Record<string, unknown>>;
}

/** Builds activities like those that Teams sends to a bot (Teams documentation, "Channel and group chat conversations with a bot"). */
function activityBuilder(serviceUrl: string, botId: string, tenantId: string, zone: string, now: () => number) {
  const bot = { id: botId, name: 'Cutover' };
  let sequence = 1_700_000_000_000;
  const nextId = (): string => String(sequence++);
  function frame(person: Person, where: Where, type: string): Record<string, unknown> {
    const id = nextId();
    const at = new Date(now());
    const base = where.conversation ?? where.channel ?? `a:${person.aadObjectId}`;
    const inChannel = where.channel !== undefined;
    const root = where.thread ?? (type === 'message' ? id : undefined);
    const conversation = inChannel
      ? {
          id: root === undefined ? base : `${base};messageid=${root}`,
          conversationType: 'channel',
          isGroup: true,
          tenantId,
          name: 'Security',
        }
      : { id: base, conversationType: 'personal', tenantId };
    return {
      type,
      id,
      channelId: 'msteams',
      serviceUrl,
      timestamp: at.toISOString(),
      localTimestamp: at.toISOString(),
      localTimezone: zone,
      from: { id: `29:${person.aadObjectId}`, name: person.name, aadObjectId: person.aadObjectId },
      recipient: bot,
      conversation,
      channelData: inChannel
        ? {
            tenant: { id: tenantId },
            channel: { id: base },
            team: { id: '19:team@thread.tacv2' },
            teamsChannelId: base,
            teamsTeamId: '19:team@thread.tacv2',
          }
        : { tenant: { id: tenantId } },
      entities: [{ type: 'clientInfo', locale: 'en-GB', country: 'GB', platform: 'Web', timezone: zone }],
    };
  }
  return {
    said(person: Person, text: string, where: Where): Record<string, unknown> {
      const activity = frame(person, where, 'message');
      if (where.channel === undefined) return { ...activity, text, textFormat: 'plain', locale: 'en-GB' };
      const mention = { type: 'mention', mentioned: bot, text: '<at>Cutover</at>' };
      const entities = Array.isArray(activity['entities']) ? activity['entities'] : [];
      return {
        ...activity,
        text: `<at>Cutover</at> ${text}`,
        textFormat: 'plain',
        locale: 'en-GB',
        entities: [...entities, mention],
      };
    },
    clicked(
      person: Person,
      verb: string,
      data: unknown,
      where: Where,
      messageId: string | undefined,
    ): Record<string, unknown> {
      return {
        ...frame(person, where, 'invoke'),
        name: 'adaptiveCard/action',
        replyToId: messageId,
        value: { action: { type: 'Action.Execute', id: verb, verb, data }, trigger: 'manual' },
      };
    },
    /** The form that a client without Action.Execute sends. */
    submitted(person: Person, value: unknown, where: Where, messageId: string | undefined): Record<string, unknown> {
      return { ...frame(person, where, 'message'), replyToId: messageId, value };
    },
    added(person: Person, where: Where): Record<string, unknown> {
      return { ...frame(person, where, 'conversationUpdate'), membersAdded: [bot] };
    },
  };
}

/** A fake Bot Framework connector with the helpers that story tests speak and click with. */
export interface Connector {
  readonly serviceUrl: string;
  /** Everything the bot sent, oldest first. */
  readonly sent: readonly Recorded[];
  /** How many requests of the bot came in, the spoiled ones included. */
  asked(): number;
  /** The messages of a conversation as a reader sees them now: updates applied, deleted gone, typing left out. */
  messages(conversation: string): readonly SentActivity[];
  /** Spoils the next requests, one after another. */
  trouble(...next: readonly Trouble[]): void;
  /** Makes a message, or a whole conversation, answer 404 from now on. */
  forget(id: string): void;
  say(person: Person, text: string, where?: Where): Promise<Answered>;
  /** Clicks on a card; `message` is the activity id of the message that shows it. */
  click(person: Person, message: string | undefined, verb: string, data: unknown, where?: Where): Promise<Answered>;
  submit(person: Person, message: string | undefined, value: unknown, where?: Where): Promise<Answered>;
  /** The bot is installed for the person, or in the channel. */
  install(person: Person, where?: Where): Promise<Answered>;
  /** Sends an activity verbatim (again, changed, forged). */
  send(activity: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** Resolves when something sent satisfies `wanted`; rejects after `withinMs`. */
  until(wanted: (sent: readonly Recorded[]) => boolean, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** The conversation without its thread: what `messages` is asked with. */
function baseOf(conversation: string): string {
  return conversation.split(';')[0] ?? conversation;
}

/** Starts the connector on loopback. `botEndpoint` is where activities go; `now` stamps them (the sandbox's clock). */
export async function startConnector(options: {
  readonly botEndpoint: string;
  /** The bot's id in activities; `28:cutover` when not given. */
  readonly botId?: string;
  readonly tenantId?: string;
  /** IANA zone of the people. */
  readonly zone?: string;
  readonly now?: () => number;
}): Promise<Connector> {
  const sent: Recorded[] = [];
  let requests = 0;
  const troubles: Trouble[] = [];
  const gone = new Set<string>();
  const waiting = new Set<() => void>();

  function refuse(response: ServerResponse, trouble: Trouble): void {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (trouble.retryAfterSeconds !== undefined) headers['retry-after'] = String(trouble.retryAfterSeconds);
    response.writeHead(trouble.status, headers);
    response.end(JSON.stringify({ error: { code: trouble.code ?? 'ServiceError', message: 'injected' } }));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    const text = await textOf(request);
    const match = /^\/v3\/conversations\/([^/]+)\/(activities|members|pagedmembers)(?:\/([^/?]+))?/.exec(
      request.url ?? '',
    );
    const conversation = decodeURIComponent(match?.[1] ?? '');
    const target = match?.[3] === undefined ? undefined : decodeURIComponent(match[3]);
    const next = troubles.shift();
    if (next !== undefined) return refuse(response, next);
    if (gone.has(baseOf(conversation)) || match?.[2] !== 'activities')
      return refuse(response, { status: 404, code: 'ConversationNotFound' });
    const how = request.method === 'PUT' ? 'update' : request.method === 'DELETE' ? 'delete' : 'post';
    if (how !== 'post' && target !== undefined && gone.has(target))
      return refuse(response, { status: 404, code: 'ActivityNotFoundInConversation' });
    const id = how === 'post' ? `1:${randomUUID()}` : (target ?? '');
    const activity: SentActivity = text === '' ? {} : JSON.parse(text);
    sent.push({ how, conversation, activityId: id, activity, authorization: request.headers.authorization });
    // Two statements: restify replaces writeHead for the whole process by one that returns nothing.
    response.writeHead(how === 'post' ? 201 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id }));
    for (const wake of [...waiting]) wake();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const serviceUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const build = activityBuilder(
    serviceUrl,
    options.botId ?? '28:cutover',
    options.tenantId ?? '5a0d0000-0000-4000-8000-00000000aaaa',
    options.zone ?? 'Europe/London',
    options.now ?? Date.now,
  );

  async function send(activity: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const response = await fetch(options.botEndpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof activity === 'string' ? activity : JSON.stringify(activity),
    });
    const text = await response.text();
    let body: unknown = text;
    try {
      body = text === '' ? null : JSON.parse(text);
    } catch {
      // An answer that is no JSON is shown as it came.
    }
    return {
      status: response.status,
      body,
      activity: typeof activity === 'object' && activity !== null ? { ...activity } : {},
    };
  }

  return {
    serviceUrl,
    sent,
    asked: () => requests,
    messages(conversation) {
      const shown = new Map<string, SentActivity>();
      for (const { how, conversation: at, activityId, activity } of sent) {
        if (baseOf(at) !== baseOf(conversation) || activity.type === 'typing') continue;
        if (how === 'delete') shown.delete(activityId);
        else shown.set(activityId, { ...activity, id: activityId });
      }
      return [...shown.values()];
    },
    trouble: (...next) => void troubles.push(...next),
    forget: (id) => void gone.add(id),
    send,
    say: (person, text, where = {}) => send(build.said(person, text, where)),
    click: (person, message, verb, data, where = {}) => send(build.clicked(person, verb, data, where, message)),
    submit: (person, message, value, where = {}) => send(build.submitted(person, value, where, message)),
    install: (person, where = {}) => send(build.added(person, where)),
    until: (wanted, withinMs = 10_000) =>
      new Promise<void>((resolve, reject) => {
        const settle = (): void => {
          if (!wanted(sent)) return;
          clearTimeout(timer);
          waiting.delete(settle);
          resolve();
        };
        const timer = setTimeout(() => {
          waiting.delete(settle);
          reject(
            new Error(
              `Not seen within ${withinMs} ms; the last message was ${JSON.stringify(sent.at(-1)?.activity ?? null)?.slice(0, 400)}`,
            ),
          );
        }, withinMs);
        waiting.add(settle);
        settle();
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
