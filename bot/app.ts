import { randomUUID } from 'node:crypto';
import type { Storage, TurnContext } from 'botbuilder';
import { noticeCard } from '../cards/notice.ts';
import { createDialogs } from '../dialogs/dialogs.ts';
import type { Role } from '../services/approvals/roles.ts';
import type { TenantCredential } from '../services/directory/credentials.ts';
import { createTenant } from '../services/directory/tenant.ts';
import { forDeciding, forLooking } from '../services/engine/hunting-memory.ts';
import { createOverview } from '../services/engine/overview.ts';
import { withSettings } from '../services/engine/with-settings.ts';
import { type Log, settingsOf, type World } from '../services/engine/world.ts';
import { createExchange } from '../services/exchange/exchange.ts';
import { createExchangeHalf } from '../services/exchange/half.ts';
import { createGraph } from '../services/graph/graph.ts';
import { digestOf } from '../services/runbook/change.ts';
import { steps } from '../services/runbook/steps/index.ts';
import { openStore } from '../services/store/open-store.ts';
import { clicked } from './commands/deciding.ts';
import { acts, answered, met, said, unknownWord } from './commands/saying.ts';
import { type Desk, frameOf, shown } from './desk.ts';
import { createHandler } from './handler.ts';
import { createJobs } from './jobs.ts';
import { createKept } from './kept.ts';
import { createMessenger } from './messenger.ts';
import type { Metrics } from './metrics.ts';
import { createPresenter } from './present.ts';
import { activityOf, cards } from './reply.ts';
import type { Transport } from './transport.ts';
import { interrupts } from './words.ts';

/** The product, wired: what a process starts, feeds with turns and stops. */
export interface App {
  handle(context: TurnContext): Promise<void>;
  /** Runs everything due at the sandbox's new time; its control endpoint answers when this resolves. */
  settleDue(nowMs: number): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  health(): Promise<{ readonly ready: boolean; readonly detail: Readonly<Record<string, unknown>> }>;
}

export interface AppOptions {
  readonly kind: 'rehearsal' | 'live';
  readonly home: string;
  readonly databaseUrl?: string;
  /** Product time, ms. */
  readonly now: () => number;
  readonly exchangeOrigin: string;
  /** Origin that Graph calls are sent to instead of the public one; undefined in live mode. */
  readonly graphOrigin?: string;
  readonly tenantId: string;
  readonly roleGroups: Readonly<Record<Role, string>>;
  readonly credential: TenantCredential;
  readonly transport: Transport;
  readonly log: Log;
  readonly metrics?: Pick<Metrics, 'decisionRefused' | 'queue'>;
  /** How long a write of a crashed worker may still be under way at the service, ms; by default 30 s live, 6 s in rehearsal. */
  readonly writeGraceMs?: number;
  readonly rehearsal?: {
    readonly advance: (isoDuration: string) => Promise<number>;
    readonly people: () => readonly string[];
  };
}

/** How long a survey of the whole runbook is shown again, ms: decisions always look afresh. */
const overviewFresh = 20_000;

/** How long an answer of hunting is used again, ms: over closed windows, and where nothing is decided on it. */
const huntingFresh = 5 * 60_000;

/** Builds the World: the only place that chooses between live and sandbox, and which store. */
export async function createApp(options: AppOptions): Promise<App> {
  const { log, now } = options;
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const store = await openStore({
    home: options.home,
    ...(options.databaseUrl ? { databaseUrl: options.databaseUrl } : {}),
    now,
    log,
  });
  const note = (entry: Readonly<Record<string, unknown>>): void => log.info(entry, 'a call to the tenant');
  const exchange = createExchange({
    origin: options.exchangeOrigin,
    tenantId: options.tenantId,
    credential: options.credential,
    sleep,
    log: note,
    newId: randomUUID,
  });
  const graph = createGraph({
    credential: options.credential,
    ...(options.graphOrigin ? { origin: options.graphOrigin } : {}),
    sleep,
    log: note,
    now,
  });
  const machineNow = (): number => performance.now();
  const joined = createTenant({ exchange: createExchangeHalf(exchange), graph });
  const tenant = withSettings(forDeciding(joined, { now, machineNow }, huntingFresh), store, now);
  const live = options.kind === 'live';
  const world: World = {
    tenant,
    store,
    steps,
    now,
    machineNow,
    sleep,
    roleGroups: options.roleGroups,
    log,
    writeGraceMs: options.writeGraceMs ?? (live ? 30_000 : 6_000),
    readBackMs: live ? 300_000 : 20_000,
  };
  const looking = forLooking(tenant, machineNow, huntingFresh);
  const overviews = createOverview(world, looking, overviewFresh);
  const kept = createKept(machineNow, overviewFresh);
  let zone = (await settingsOf(store)).timeZone;
  const changed = (): void => {
    settingsOf(store).then(
      (settings) => {
        zone = settings.timeZone;
      },
      (trouble: unknown) => log.info({ err: trouble }, 'the settings could not be read again'),
    );
    overviews.forget();
    kept.clear();
  };
  const desk: Desk = {
    world,
    overview: overviews.look,
    zone: () => zone,
    kept,
    changed,
    looking,
    rehearsal: options.rehearsal ?? null,
    ...(options.metrics ? { metrics: options.metrics } : {}),
  };
  const deliver = createMessenger(store, options.transport, createPresenter(desk), log);
  const jobs = createJobs(world, store, deliver, changed);
  const handle = createHandler({
    routes: {
      said: (session) => said(desk, session),
      answered: (session, answers) => answered(desk, session, answers),
      clicked: (session, verb, data) => clicked(desk, session, verb, data),
      met: (session) => met(desk, session),
      unknown: (session) => unknownWord(desk, session, session.turn.text),
      interrupts,
      acts,
    },
    store,
    dialogs: createDialogs(store.botState as Storage),
    zone,
    log,
    atWork: (line) => cards(shown(noticeCard({ title: 'At work', lines: [line] }, frameOf(desk, zone)))),
    movedDown: (as) =>
      activityOf(
        shown(
          noticeCard(
            {
              title: `${as.replace(/^run:/, 'Change ').replace(/^submissions:/, 'User reports ')}: further down`,
              lines: ['This card is shown again below, as it stands now.'],
            },
            frameOf(desk, zone),
          ),
        ),
      ),
    later: async (session, replyTo, reply) => {
      const conversation = await store.conversation(session.turn.place.key);
      const first = reply.shown[0];
      if (!conversation || !first) return;
      if (replyTo) await options.transport.replace(conversation.reference, replyTo, activityOf(first));
      else await options.transport.post(conversation.reference, activityOf(first));
      if (first.as && replyTo) {
        const as = first.as;
        await store.transaction((unit) =>
          unit.setPosted({
            conversation: session.turn.place.key,
            card: as,
            activityId: replyTo,
            digest: digestOf(first.card),
          }),
        );
      }
    },
  });
  return {
    handle,
    settleDue: async () => {
      changed();
      await jobs.settle();
      changed();
    },
    start: async () => {
      await store.transaction((unit) =>
        unit.append({
          at: now(),
          actor: 'cutover',
          event: 'started',
          subject: 'process',
          detail: { kind: options.kind },
        }),
      );
      await jobs.start();
    },
    stop: async () => {
      await jobs.stop();
      await store.close();
    },
    health: async () => {
      const health = await store.health();
      options.metrics?.queue(health.waiting, health.dead);
      return { ready: health.durable, detail: { ...health } };
    },
  };
}
