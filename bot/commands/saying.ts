import { messageQuestionCard } from '../../cards/forms.ts';
import { pausedCard } from '../../cards/notice.ts';
import { when } from '../../cards/words.ts';
import { may } from '../../services/approvals/may.ts';
import { changeSetting } from '../../services/engine/propose.ts';
import { attest, pause, resume } from '../../services/engine/statements.ts';
import { askerOf, stepOf } from '../../services/engine/world.ts';
import type { StepId } from '../../services/runbook/step-id.ts';
import { type Desk, forRoles, frameOf, notice, refuse, shown } from '../desk.ts';
import { cards, type Reply, text } from '../reply.ts';
import type { Session } from '../session.ts';
import { understand, type WordName, wordTable } from '../words.ts';
import { setting } from './deciding.ts';
import * as looking from './looking.ts';

/** What each word does. `rest` is what was typed after it. A null reply: a dialog has put its first question. */
type Says = (desk: Desk, session: Session, rest: string) => Promise<Reply | null> | Reply | null;

const onStep =
  (then: (desk: Desk, session: Session, id: StepId) => Promise<Reply | null>): Says =>
  async (desk, session, rest) => {
    const found = looking.stepFrom(desk, session, rest);
    return 'reply' in found ? found.reply : then(desk, session, found.id);
  };

const says: Readonly<Record<WordName, Says>> = {
  help: (desk, session) => looking.help(desk, session),
  status: (desk, session) => forRoles(desk, session, () => looking.status(desk, session)),
  steps: (desk, session) => forRoles(desk, session, () => looking.steps(desk, session)),
  next: (desk, session) => forRoles(desk, session, () => looking.next(desk, session)),
  step: (desk, session, rest) =>
    forRoles(desk, session, async () => (await onStep(looking.step)(desk, session, rest)) as Reply),
  plan: async (desk, session, rest) => {
    const asker = await askerOf(desk.world, session.turn.person.id);
    const verdict = may(asker, { act: 'look' });
    if (!verdict.ok) return cards(refuse(desk, session, verdict));
    const found = looking.stepFrom(desk, session, rest);
    if ('reply' in found) return found.reply;
    return stepOf(desk.world, found.id)
      ? session.ask(`step:${found.id}`, { step: found.id })
      : looking.plan(desk, session, found.id, null);
  },
  review: (desk, session, rest) =>
    forRoles(
      desk,
      session,
      async () => (await onStep((d, s, id) => looking.review(d, s, id, 0))(desk, session, rest)) as Reply,
    ),
  pending: (desk, session) => forRoles(desk, session, () => looking.pending(desk, session)),
  change: (desk, session, rest) => forRoles(desk, session, () => looking.run(desk, session, rest)),
  mine: (desk, session) => looking.mine(desk, session),
  waves: (desk, session) => forRoles(desk, session, () => looking.waves(desk, session)),
  submissions: (desk, session) => forRoles(desk, session, () => looking.submissions(desk, session)),
  digest: (desk, session) => forRoles(desk, session, () => looking.digest(desk, session)),
  settings: (desk, session, rest) =>
    forRoles(desk, session, async () => {
      const [name = '', ...value] = rest.split(/\s*=\s*|\s+/).filter((w) => w !== 'to');
      return value.length > 0 ? setting(desk, session, name, value.join(' ')) : looking.settings(desk, session, rest);
    }),
  attest: async (desk, session, rest) => {
    const found = looking.stepFrom(desk, session, rest);
    return 'reply' in found ? found.reply : forRoles(desk, session, () => looking.attest(desk, session, found.id));
  },
  pause: async (desk, session, rest) => {
    const verdict = may(await askerOf(desk.world, session.turn.person.id), { act: 'freeze' });
    if (!verdict.ok) return cards(refuse(desk, session, verdict));
    return rest.trim().length >= 3 ? pauseNow(desk, session, rest.trim()) : session.ask('pause', {});
  },
  resume: async (desk, session) => {
    const result = await resume(desk.world, session.turn.person);
    if (result.is === 'refused') return cards(refuse(desk, session, result));
    return notice(
      desk,
      session,
      'Writing goes on',
      ['Approved changes that waited start now, each after looking at the tenant again.'],
      [{ title: 'Status', view: 'status', id: '' }],
    );
  },
  'use this channel for security': async (desk, session) => channel(desk, session),
  'where is': (desk, session, rest) => question(desk, session, rest),
  headers: (desk, session) =>
    notice(
      desk,
      session,
      'Headers are explained in a later version',
      ['Nothing of what you pasted was kept.'],
      [{ title: 'Help', view: 'help', id: '' }],
    ),
  report: (desk, session) =>
    notice(
      desk,
      session,
      'The report comes in a later version',
      ['Today: `digest` and `status`.'],
      [
        { title: 'Digest', view: 'digest', id: '' },
        { title: 'Status', view: 'status', id: '' },
      ],
    ),
  advance: (desk, session, rest) => advance(desk, session, rest),
  as: (desk, session, rest) => {
    if (!desk.rehearsal) return unknownWord(desk, session, 'as');
    const people = desk.rehearsal.people();
    return notice(desk, session, `You are ${session.turn.person.name}`, [
      `In the local Teams client, \`as ${rest || 'name'}\` changes who speaks before the message reaches me; here the sender decides.`,
      `People: ${people.slice(0, 12).join(', ')}`,
    ]);
  },
};

async function pauseNow(desk: Desk, session: Session, reason: string): Promise<Reply> {
  const result = await pause(desk.world, reason, session.turn.person);
  if (result.is === 'refused') return cards(refuse(desk, session, result));
  const frame = frameOf(desk, session.turn.zone);
  return cards(
    shown(pausedCard({ by: session.turn.person.name, reason, since: when(desk.world.now(), frame) }, frame)),
  );
}

/** Makes this channel the security channel; moving it from another is a two-person change. */
async function channel(desk: Desk, session: Session): Promise<Reply> {
  if (session.turn.place.kind !== 'channel')
    return notice(desk, session, 'Say that in the channel', [
      "Add me to the security team's channel and say it there, with an @mention.",
    ]);
  const result = await changeSetting(desk.world, 'securityChannel', session.turn.place.key, {
    by: session.turn.person,
    askedIn: session.turn.place.key,
  });
  if (result.is === 'refused') return cards(refuse(desk, session, result));
  if (result.is === 'proposed')
    return notice(
      desk,
      session,
      'Moving the security channel takes two people',
      [`Change ${result.run.id} asks for it.`],
      [{ title: `Change ${result.run.id}`, view: 'run', id: result.run.id }],
    );
  return notice(
    desk,
    session,
    'This is the security channel now',
    ['Approvals, the summary of user reports and alarms come here. One card a change, replaced in place.'],
    [
      { title: 'Status', view: 'status', id: '' },
      { title: 'Pending', view: 'pending', id: '' },
    ],
  );
}

/** What was understood of a question about a message; finding it comes in a later version. */
async function question(desk: Desk, session: Session, rest: string): Promise<Reply> {
  const found = rest.match(/[^\s<>"']+@[^\s<>"']+/g) ?? [];
  const from = /\bfrom\s+([^\s<>"',]+@[^\s<>"',]+)/i.exec(rest)?.[1] ?? '';
  const to = /\b(?:to|for)\s+([^\s<>"',]+@[^\s<>"',]+)/i.exec(rest)?.[1] ?? '';
  const subject = /["“”']([^"“”']{2,200})["“”']/.exec(rest)?.[1] ?? '';
  const messageId = /<[^<>\s]+@[^<>\s]+>/.exec(rest)?.[0] ?? '';
  const networkMessageId = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i.exec(rest)?.[0] ?? '';
  const sure = from !== '' || to !== '' || found.length === 0;
  const view = {
    intent: 'find-message' as const,
    sender: from,
    recipient: to,
    subject,
    messageId,
    networkMessageId,
    from: '',
    to: '',
  };
  const card = shown(messageQuestionCard(view, frameOf(desk, session.turn.zone)));
  return sure
    ? cards(card)
    : {
        ...cards(card),
        text: 'Is that address the sender or the recipient? Please fill it in; I do not guess the direction.',
      };
}

async function advance(desk: Desk, session: Session, rest: string): Promise<Reply> {
  if (!desk.rehearsal) return unknownWord(desk, session, 'advance');
  const match =
    /^(\d{1,3})\s*(d|day|days|h|hour|hours|m|min|minute|minutes|w|week|weeks)?\b/i.exec(rest.trim()) ??
    (/^(a|one) (day|week|hour)/i.exec(rest.trim()) ? ['', '1', rest.trim().split(' ')[1] ?? 'day'] : null);
  const amount = match ? Number(match[1]) : 0;
  const unit = (match?.[2] ?? 'd')[0]?.toLowerCase() ?? 'd';
  const limit = unit === 'd' ? 90 : unit === 'w' ? 12 : 500;
  if (!match || amount < 1 || amount > limit)
    return notice(desk, session, 'How far?', ['For example `advance 7 days` (1 to 90 days), or `advance 2 hours`.']);
  await session.typing();
  const iso =
    unit === 'h' ? `PT${amount}H` : unit === 'm' ? `PT${amount}M` : unit === 'w' ? `P${amount * 7}D` : `P${amount}D`;
  const now = await desk.rehearsal.advance(iso);
  return notice(
    desk,
    session,
    `It is now ${when(now, frameOf(desk, session.turn.zone))}`,
    ['Everything that was due by then has run.'],
    [
      { title: 'Status', view: 'status', id: '' },
      { title: 'Pending', view: 'pending', id: '' },
    ],
  );
}

/** Never silence: the nearest word, or where help is. */
export function unknownWord(desk: Desk, session: Session, typed: string): Reply {
  const understood = understand(typed);
  if (understood.is === 'near') {
    const line = understood.rest ? `${understood.nearest} ${understood.rest}` : understood.nearest;
    return notice(
      desk,
      session,
      `Did you mean \`${line}\`?`,
      [wordTable[understood.nearest].description, 'Nothing was done.'],
      waysTo(understood.nearest, understood.rest),
    );
  }
  return notice(
    desk,
    session,
    'I do not know that word',
    ['Nothing was done. `help` lists what I know.'],
    [
      { title: 'Help', view: 'help', id: '' },
      { title: 'Status', view: 'status', id: '' },
    ],
  );
}

function waysTo(
  word: WordName,
  rest: string,
): readonly { readonly title: string; readonly view: string; readonly id: string }[] {
  const plain = ['status', 'steps', 'pending', 'mine', 'waves', 'submissions', 'digest', 'settings', 'help'];
  if (plain.includes(word))
    return [
      { title: word, view: word, id: '' },
      { title: 'Help', view: 'help', id: '' },
    ];
  if (['step', 'plan', 'review', 'attest'].includes(word) && rest)
    return [
      { title: `${word} ${rest}`, view: word, id: rest.trim().toLowerCase().replace(/\s+/g, '-') },
      { title: 'Help', view: 'help', id: '' },
    ];
  return [{ title: 'Help', view: 'help', id: '' }];
}

/**
 * A typed line. Null when it is no word and a dialog may want it, or when a dialog has begun.
 */
export async function said(
  desk: Desk,
  session: Session,
): Promise<{ readonly reply: Reply | null; readonly known: boolean }> {
  const understood = understand(session.turn.text);
  if (session.turn.text === '') return { known: true, reply: looking.help(desk, session) };
  if (/^(cancel|never mind|nevermind|forget it|abort)$/i.test(session.turn.text) && (await session.dropDialog()))
    return { known: true, reply: text('Left as it was. Nothing was done.') };
  if (understood.is === 'courtesy') {
    return {
      known: true,
      reply:
        understood.what === 'hi'
          ? looking.welcome(desk, session)
          : text('You are welcome. `status` tells where we stand.'),
    };
  }
  if (understood.is !== 'word') return { known: false, reply: null };
  return { known: true, reply: await says[understood.word](desk, session, understood.rest) };
}

/** A dialog has its answers: now they are acted on. */
export async function answered(
  desk: Desk,
  session: Session,
  result: { readonly dialog: string; readonly begunWith: unknown; readonly answers: Readonly<Record<string, unknown>> },
): Promise<Reply> {
  const begun = (result.begunWith ?? {}) as Readonly<Record<string, unknown>>;
  if (result.dialog === 'pause') return pauseNow(desk, session, String(result.answers['reason'] ?? ''));
  if (result.dialog === 'attest') {
    const done = await attest(
      desk.world,
      String(begun['about'] ?? ''),
      String(result.answers['statement'] ?? ''),
      String(result.answers['proof'] ?? ''),
      session.turn.person,
    );
    return done.is === 'refused'
      ? cards(refuse(desk, session, done))
      : notice(desk, session, 'Attested', ['It is on the record.'], [{ title: 'Status', view: 'status', id: '' }]);
  }
  if (result.dialog === 'setting')
    return setting(desk, session, String(begun['name'] ?? ''), String(result.answers['value'] ?? ''));
  const chosen = Object.fromEntries(Object.entries(result.answers).filter(([, v]) => v !== null));
  return looking.plan(desk, session, String(begun['step']) as StepId, Object.keys(chosen).length > 0 ? chosen : null);
}

/** First contact: a welcome in a personal chat, one introduction in a channel. */
export async function met(desk: Desk, session: Session): Promise<Reply | null> {
  const key = `met:${session.turn.place.key}`;
  const first = await desk.world.store.transaction((unit) => unit.firstSeen(key, desk.world.now()));
  if (!first) return null;
  if (session.turn.place.kind === 'personal') return looking.welcome(desk, session);
  return notice(
    desk,
    session,
    'I am Cutover',
    [
      'I take this organisation from the old mail protection to Microsoft Defender for Office 365, one approved and proved change at a time.',
      "If this is the security team's channel, say: @Cutover use this channel for security",
    ],
    [
      { title: 'Status', view: 'status', id: '' },
      { title: 'Help', view: 'help', id: '' },
    ],
  );
}
