import { type Activity, ActivityTypes, type InvokeResponse, type TurnContext } from 'botbuilder';
import { z } from 'zod';
import type { Dialogs } from '../dialogs/dialogs.ts';
import type { Log } from '../services/engine/world.ts';
import { digestOf } from '../services/runbook/change.ts';
import type { Store } from '../services/store/store.ts';
import { activitiesOf, activityOf, invokeAnswer, invokeError, type Reply } from './reply.ts';
import type { Session } from './session.ts';
import { fromBot, type Turn, turnOf } from './turn.ts';

/** What the handler hands its turns to: the tables of words and buttons. */
export interface Routes {
  /** A typed line. Not known: a dialog may want it, else it is answered with the nearest word. */
  said(session: Session): Promise<{ readonly known: boolean; readonly reply: Reply | null }>;
  /** Whether a line does something when it is heard: a line delivered twice must be done once. */
  acts(line: string): boolean;
  /** Whether a line ends an open dialog: a word in its own spelling, or "cancel". */
  interrupts(line: string): boolean;
  /** A dialog that came to its end. */
  answered(
    session: Session,
    answers: {
      readonly dialog: string;
      readonly begunWith: unknown;
      readonly answers: Readonly<Record<string, unknown>>;
    },
  ): Promise<Reply>;
  /** A click: the verb's name and untrusted data. */
  clicked(session: Session, verb: string, data: unknown): Promise<Reply>;
  /** A line that nobody understood: never silence. */
  unknown(session: Session): Reply;
  /** First contact, in a personal chat or a channel. */
  met(session: Session): Promise<Reply | null>;
}

const invokeDoor = z
  .object({ action: z.object({ verb: z.string().max(64).optional(), data: z.unknown() }).loose() })
  .loose();

/** Clicks that only look: delivered twice they do no harm. */
const looks: ReadonlySet<string> = new Set(['view.show', 'message.find']);

const repeated = 'That message reached me twice. It was answered the first time; nothing was done again.';

/** Deeper than any card's data; what is below is dropped. */
const deepest = 12;

/** Untrusted data without what no database takes as text: NUL and lone surrogates. */
function cleaned(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replace(/\0|\p{Surrogate}/gu, '\ufffd');
  if (value === null || typeof value !== 'object') return value;
  if (depth >= deepest) return null;
  if (Array.isArray(value)) return value.map((inner) => cleaned(inner, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [String(cleaned(name)), cleaned(inner, depth + 1)]),
  );
}

/**
 * Identity of a delivery. A channel that delivers an activity again sends the same id, time, sender and content; a
 * person who clicks again sends another id. The conversation is not part of it: a copy sent from another chat is a copy.
 * Null where no id or time tells them apart.
 */
function deliveryOf(context: TurnContext, turn: Turn): string | null {
  const { id, timestamp, value, text } = context.activity;
  if (!id || !timestamp) return null;
  return `delivery:${digestOf([id, timestamp.getTime(), turn.person.id, value ?? null, text ?? null])}`;
}

const subject = z.object({ run: z.string(), step: z.string(), setting: z.string() }).partial().catch({});

/** What to look at instead of clicking again: how things stand now. */
function standing(verb: string, data: unknown): { readonly view: string; readonly id: string } {
  const { run, step, setting } = subject.parse(data);
  if (run !== undefined) return { view: 'run', id: run };
  if (step !== undefined) return { view: verb === 'review.mark' ? 'review' : 'step', id: step };
  return setting === undefined ? { view: 'status', id: '' } : { view: 'setting', id: setting };
}

/** How long an invoke may take before it is answered with "at work" and finished later, ms. */
const patience = 1_500;

/** Parses an activity, looks up what it asks for and replies. No decision is taken here. */
export function createHandler(parts: {
  readonly routes: Routes;
  readonly store: Store;
  readonly dialogs: Dialogs;
  readonly zone: string;
  readonly log: Log;
  readonly atWork: (summary: string) => Reply;
  readonly later: (session: Session, replyTo: string, reply: Reply) => Promise<void>;
  /** What an older message of a card says once the card is shown further down. */
  readonly movedDown: (as: string) => Partial<Activity>;
}) {
  const { routes, store, dialogs, log } = parts;

  /** Remembers the conversation, so that messages can be sent later; refreshed when the reference changed. */
  const remembered = new Map<string, string>();
  async function remember(context: TurnContext, turn: Turn): Promise<void> {
    const { activity } = context;
    const reference = {
      bot: activity.recipient,
      channelId: activity.channelId,
      serviceUrl: activity.serviceUrl,
      user: turn.place.kind === 'personal' ? activity.from : undefined,
      conversation: { ...activity.conversation, id: turn.place.key },
    };
    const text = JSON.stringify(reference);
    if (remembered.get(turn.place.key) === text) return;
    await store.transaction((unit) =>
      unit.putConversation({
        key: turn.place.key,
        kind: turn.place.kind,
        person: turn.place.kind === 'personal' ? turn.person.id || null : null,
        reference,
      }),
    );
    if (remembered.size > 5_000) remembered.clear();
    remembered.set(turn.place.key, text);
  }

  /** Sends a reply in the turn and remembers which message shows which card. */
  async function send(context: TurnContext, turn: Turn, reply: Reply): Promise<void> {
    const activities = activitiesOf(reply);
    const offset = reply.text ? 1 : 0;
    for (const [index, activity] of activities.entries()) {
      const sent = await context.sendActivity(activity);
      const as = reply.shown[index - offset]?.as;
      if (as && sent?.id) await nowShownBy(context, turn, as, sent.id);
    }
  }

  /** Notes which message shows a card now; the one that showed it before says so, instead of growing old. */
  async function nowShownBy(context: TurnContext, turn: Turn, as: string, activityId: string): Promise<void> {
    const before = await store.posted(turn.place.key, as);
    await store.transaction((unit) =>
      unit.setPosted({ conversation: turn.place.key, card: as, activityId, digest: '' }),
    );
    if (!before || before.activityId === activityId) return;
    try {
      await context.updateActivity({ ...parts.movedDown(as), id: before.activityId });
    } catch (trouble) {
      log.info({ err: trouble }, 'an older card could not be marked as moved');
    }
  }

  /** A click that came as a message (a client without Execute): the card that was clicked is replaced. */
  async function replaceClicked(context: TurnContext, reply: Reply): Promise<boolean> {
    const [first] = reply.shown;
    if (!first || !context.activity.replyToId) return false;
    try {
      await context.updateActivity({ ...activityOf(first), id: context.activity.replyToId });
      return true;
    } catch (trouble) {
      log.info({ err: trouble }, 'a clicked card could not be replaced; the answer is posted anew');
      return false;
    }
  }

  /** True the first time that this delivery comes, in any replica; also where deliveries cannot be told apart. */
  async function isFirst(context: TurnContext, delivery: string | null): Promise<boolean> {
    if (delivery === null) return true;
    const at = context.activity.timestamp?.getTime() ?? 0;
    return store.transaction((unit) => unit.firstSeen(delivery, at));
  }

  /** A click does what it does once, however often the activity is delivered; after that it shows how things stand. */
  const underWay = new Map<string, Promise<Reply>>();
  async function clickedOnce(context: TurnContext, session: Session, verb: string, data: unknown): Promise<Reply> {
    const delivery = looks.has(verb) ? null : deliveryOf(context, session.turn);
    if (delivery === null) return routes.clicked(session, verb, data);
    const same = underWay.get(delivery);
    if (same !== undefined) return same;
    const work = isFirst(context, delivery).then((first) =>
      first ? routes.clicked(session, verb, data) : routes.clicked(session, 'view.show', standing(verb, data)),
    );
    underWay.set(delivery, work);
    try {
      return await work;
    } finally {
      underWay.delete(delivery);
    }
  }

  async function message(context: TurnContext, turn: Turn): Promise<void> {
    const session = sessionOf(context, turn);
    const value: unknown = context.activity.value;
    if (value && typeof value === 'object') {
      const verb = (value as { readonly verb?: unknown }).verb;
      const reply = await clickedOnce(context, session, typeof verb === 'string' ? verb : '', value);
      if (!(await replaceClicked(context, reply))) await send(context, turn, reply);
      return;
    }
    if (routes.acts(turn.text) && !(await isFirst(context, deliveryOf(context, turn)))) {
      await context.sendActivity(repeated);
      return;
    }
    if (!routes.interrupts(turn.text)) {
      const open = await dialogs.go(context);
      if (open === null) return;
      if (open !== 'none') {
        await send(context, turn, await routes.answered(session, open));
        return;
      }
    }
    const said = await routes.said(session);
    if (!said.known) {
      await send(context, turn, routes.unknown(session));
      return;
    }
    if (!said.reply) return;
    await dialogs.drop(context);
    await send(context, turn, said.reply);
  }

  const sessionOf = (context: TurnContext, turn: Turn): Session => ({
    turn,
    ask: async (dialog, begunWith) => {
      const answers = await dialogs.begin(context, dialog, begunWith);
      return answers ? routes.answered(sessionOf(context, turn), answers) : null;
    },
    dropDialog: () => dialogs.drop(context),
    typing: async () => {
      await context.sendActivity({ type: ActivityTypes.Typing });
    },
  });

  async function invoke(context: TurnContext, turn: Turn): Promise<InvokeResponse> {
    if (context.activity.name !== 'adaptiveCard/action')
      return { status: 501, body: { message: 'This version has no answer to that.' } };
    const parsed = invokeDoor.safeParse(context.activity.value);
    if (!parsed.success) return invokeError(400, 'BadRequest', 'That click could not be read. Nothing was changed.');
    const { verb, data } = parsed.data.action;
    const session = sessionOf(context, turn);
    const replyTo = context.activity.replyToId;
    const work = clickedOnce(context, session, verb ?? '', data).then(async (reply) => {
      const as = reply.shown[0]?.as;
      if (as && replyTo)
        await store.transaction((unit) =>
          unit.setPosted({ conversation: turn.place.key, card: as, activityId: replyTo, digest: '' }),
        );
      return reply;
    });
    const first = await Promise.race([work, new Promise<null>((resolve) => setTimeout(resolve, patience, null))]);
    if (first) return invokeAnswer(first);
    work
      .then((reply) => parts.later(session, replyTo ?? '', reply))
      .catch((trouble: unknown) => log.error({ err: trouble, verb }, 'a click could not be finished'));
    return invokeAnswer(parts.atWork('Looking at the tenant again. This card is replaced when it is done.'));
  }

  return async function handle(context: TurnContext): Promise<void> {
    const { activity } = context;
    if (fromBot(activity)) return;
    for (const part of ['conversation', 'from', 'value', 'text'] as const)
      if (activity[part] !== undefined) Object.assign(activity, { [part]: cleaned(activity[part]) });
    const turn = turnOf(activity, parts.zone);
    if (!turn) {
      // An invoke without an answer would be a fault of ours, and the sender would try again.
      const value = invokeError(400, 'BadRequest', 'That click could not be read. Nothing was changed.');
      if (activity.type === ActivityTypes.Invoke) await context.sendActivity({ type: 'invokeResponse', value });
      return;
    }
    if (activity.type === ActivityTypes.ConversationUpdate || activity.type === ActivityTypes.InstallationUpdate) {
      const added =
        activity.type === ActivityTypes.InstallationUpdate
          ? activity.action !== 'remove'
          : (activity.membersAdded ?? []).some((m) => m.id === activity.recipient?.id);
      await remember(context, turn);
      if (!added) return;
      const reply = await routes.met(sessionOf(context, turn));
      if (reply) await send(context, turn, reply);
      return;
    }
    if (activity.type === ActivityTypes.Invoke) {
      await remember(context, turn);
      const response = await invoke(context, turn);
      await context.sendActivity({ type: 'invokeResponse', value: response });
      return;
    }
    if (activity.type !== ActivityTypes.Message) return;
    await remember(context, turn);
    await message(context, turn);
  };
}
