import { createAdapter, onLoopback } from '../../bot/adapter.ts';
import { type App, createApp } from '../../bot/app.ts';
import { createLogger } from '../../bot/log.ts';
import { createMetrics } from '../../bot/metrics.ts';
import { startServer } from '../../bot/server.ts';
import { createTransport } from '../../bot/transport.ts';
import { sandboxCredential } from '../../services/directory/credentials.ts';
import { roleGroups, type Sandbox, startSandbox } from '../../services/sandbox/sandbox.ts';
import { emptyDatabase } from '../store/kit.ts';
import { type Connector, type Person, type SentActivity, startConnector } from './connector.ts';

/** A part of a card that a reader can act on. */
export interface Button {
  readonly title: string;
  readonly verb: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A card as a person reads it. */
export interface Read {
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly inputs: readonly string[];
}

/** The whole product on a sandbox tenant of its own, over real HTTP, with people who speak and click. */
export interface Rehearsal {
  readonly app: App;
  readonly sandbox: Sandbox;
  readonly connector: Connector;
  readonly endpoint: string;
  readonly database: string;
  /** A person by first name or full name. */
  who(name: string): Person;
  /** People with a role, in the sandbox's order. */
  holding(role: string): readonly Person[];
  /** Says something in personal chat (or a channel) and reads what came back in that turn. */
  say(person: Person, text: string, channel?: string): Promise<Read>;
  /** Clicks and reads the card of the answer. */
  click(person: Person, verb: string, data: object, channel?: string): Promise<Read>;
  /** Clicks the button with this title on a card. */
  press(person: Person, card: Read, title: string, more?: object, channel?: string): Promise<Read>;
  advance(isoDuration: string): Promise<void>;
  /** The messages of a channel as a reader sees them now. */
  reads(conversation: string): readonly Read[];
  /** Waits until background work is done. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export const channel = '19:security@thread.tacv2';

/** Reads a card: its texts, buttons and inputs. */
export function readCard(card: unknown): Read {
  const texts: string[] = [];
  const buttons: Button[] = [];
  const inputs: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) walk(item);
      return;
    }
    if (value === null || typeof value !== 'object') return;
    const element = value as Readonly<Record<string, unknown>>;
    if (element['type'] === 'TextBlock') texts.push(String(element['text']));
    if (element['type'] === 'RichTextBlock')
      texts.push((element['inlines'] as readonly { readonly text?: string }[]).map((i) => i.text ?? '').join(''));
    if (element['type'] === 'Action.Execute')
      buttons.push({
        title: String(element['title']),
        verb: String(element['verb']),
        data: element['data'] as Button['data'],
      });
    if (String(element['type']).startsWith('Input.')) inputs.push(String(element['id']));
    for (const [name, inner] of Object.entries(element))
      if (!['inlines', 'fallback', 'data'].includes(name)) walk(inner);
  };
  walk(card);
  return { text: texts.join('\n'), buttons, inputs };
}

const readActivity = (activity: SentActivity): Read => {
  const cards = (activity.attachments ?? []).map((a) => readCard(a.content));
  return {
    text: [activity.text ?? '', ...cards.map((c) => c.text)].filter(Boolean).join('\n'),
    buttons: cards.flatMap((c) => c.buttons),
    inputs: cards.flatMap((c) => c.inputs),
  };
};

const joined = (reads: readonly Read[]): Read => ({
  text: reads.map((r) => r.text).join('\n'),
  buttons: reads.flatMap((r) => r.buttons),
  inputs: reads.flatMap((r) => r.inputs),
});

/** Starts a rehearsal. The sandbox's clock begins on a Monday morning and moves only by `advance` and real time. */
export async function openRehearsal(
  options: { readonly seed?: number; readonly zone?: string } = {},
): Promise<Rehearsal> {
  const database = await emptyDatabase();
  const sandbox = await startSandbox({
    seed: options.seed ?? 1,
    epochMs: Date.parse('2026-03-02T08:00:00Z'),
    port: 0,
    machineNow: Date.now,
  });
  const log = createLogger({ level: 'error', write: (line) => void process.stderr.write(line) });
  const metrics = createMetrics();
  const adapter = createAdapter({
    identity: { kind: 'none' },
    hostAllowed: onLoopback,
    log,
    failed: metrics.turnFailed,
  });
  const transport = createTransport({ adapter, botAppId: '', hostAllowed: onLoopback, now: Date.now });
  const app = await createApp({
    kind: 'rehearsal',
    home: '/nonexistent',
    databaseUrl: database,
    now: () => sandbox.now(),
    exchangeOrigin: sandbox.origin,
    graphOrigin: sandbox.origin,
    tenantId: sandbox.tenantId,
    roleGroups,
    credential: sandboxCredential(),
    transport,
    log,
    rehearsal: { advance: (duration) => sandbox.advance(duration), people: () => sandbox.people().map((p) => p.name) },
  });
  sandbox.setOnAdvance((now) => app.settleDue(now));
  await app.start();
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    adapter,
    handle: (context) => app.handle(context),
    health: () => app.health(),
    hostAllowed: onLoopback,
    metrics,
    log,
    clock: () => performance.now(),
  });
  const endpoint = `${server.origin}/api/messages`;
  const connector = await startConnector({
    botEndpoint: endpoint,
    zone: options.zone ?? 'Europe/Copenhagen',
    now: () => sandbox.now(),
  });
  const people = sandbox.people();
  const where = (place?: string) => (place === undefined ? undefined : { channel: place });

  const say = async (person: Person, text: string, place?: string): Promise<Read> => {
    const before = connector.sent.length;
    const answered = await connector.say(person, text, where(place));
    if (answered.status !== 200) throw new Error(`"${text}" was answered with ${answered.status}`);
    const mine = place ?? `a:${person.aadObjectId}`;
    return joined(
      connector.sent
        .slice(before)
        .filter((r) => r.how === 'post' && r.conversation.startsWith(mine) && r.activity.type !== 'typing')
        .map((r) => readActivity(r.activity)),
    );
  };
  const click = async (person: Person, verb: string, data: object, place?: string): Promise<Read> => {
    const before = connector.sent.length;
    const answered = await connector.click(person, undefined, verb, data, where(place));
    if (answered.status !== 200)
      throw new Error(`${verb} was answered with ${answered.status}: ${JSON.stringify(answered.body)}`);
    const body = answered.body as { readonly value?: unknown };
    if (typeof body.value === 'string') return { text: body.value, buttons: [], inputs: [] };
    const read = readCard(body.value);
    if (!read.text.startsWith('At work')) return read;
    // A slow answer: the card is replaced when the work is done.
    const mine = place ?? `a:${person.aadObjectId}`;
    const later = () =>
      connector.sent.slice(before).filter((r) => r.conversation.startsWith(mine) && r.activity.attachments);
    await connector.until(() => later().length > 0, 30_000);
    const last = later()[0];
    return last ? readActivity(last.activity) : read;
  };
  return {
    app,
    sandbox,
    connector,
    endpoint,
    database,
    who: (name) => {
      const found = people.find((p) => p.name === name) ?? people.find((p) => p.name.split(' ')[0] === name);
      if (!found) throw new Error(`nobody is called ${name}`);
      return found;
    },
    holding: (role) => people.filter((p) => (p.roles as readonly string[]).includes(role)),
    say,
    click,
    press: (person, card, title, more = {}, place) => {
      const button = card.buttons.find((b) => b.title === title);
      if (!button)
        throw new Error(`no button "${title}" on:\n${card.text}\n${card.buttons.map((b) => b.title).join(', ')}`);
      return click(person, button.verb, { ...button.data, ...more }, place);
    },
    advance: async (duration) => {
      await sandbox.advance(duration);
    },
    reads: (conversation) => connector.messages(conversation).map(readActivity),
    settle: () => app.settleDue(sandbox.now()),
    close: async () => {
      await server.close(1_000);
      await app.stop();
      await sandbox.close();
      await connector.close();
    },
  };
}
