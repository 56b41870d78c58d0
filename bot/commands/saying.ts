import type { Intent } from '../../cards/actions.ts';
import { messageQuestionCard } from '../../cards/forms.ts';
import { pausedCard } from '../../cards/notice.ts';
import { when } from '../../cards/words.ts';
import { may } from '../../services/approvals/may.ts';
import { changeSetting } from '../../services/engine/propose.ts';
import { show } from '../../services/engine/record.ts';
import { attest, pause, resume } from '../../services/engine/statements.ts';
import { askerOf, stepOf } from '../../services/engine/world.ts';
import { isStepId, type StepId } from '../../services/runbook/step-id.ts';
import { type Desk, forRoles, frameOf, notice, refuse, shown } from '../desk.ts';
import { cards, type Reply, text } from '../reply.ts';
import type { Session } from '../session.ts';
import { cancels, understand, type WordName, wordTable } from '../words.ts';
import * as looking from './looking.ts';
import { short, stepFrom } from './naming.ts';
import { people } from './people.ts';
import { setting, settingNamed, settings } from './setting.ts';

/** What each word does. `rest` is what was typed after it. A null reply: a dialog has put its first question. */
type Says = (desk: Desk, session: Session, rest: string) => Promise<Reply | null> | Reply | null;

const onStep =
  (word: 'step' | 'review', then: (desk: Desk, session: Session, id: StepId) => Promise<Reply>) =>
  (desk: Desk, session: Session, rest: string): Promise<Reply> =>
    forRoles(desk, session, async () => {
      const found = stepFrom(desk, session, rest, word);
      return 'reply' in found ? found.reply : then(desk, session, found.id);
    });

const says: Readonly<Record<WordName, Says>> = {
  help: (desk, session) => looking.help(desk, session),
  status: (desk, session) => forRoles(desk, session, () => looking.status(desk, session)),
  steps: (desk, session) => forRoles(desk, session, () => looking.steps(desk, session)),
  next: (desk, session) => forRoles(desk, session, () => looking.next(desk, session)),
  step: onStep('step', looking.step),
  plan: (desk, session, rest) =>
    forRoles<Reply | null>(desk, session, async () => {
      const found = stepFrom(desk, session, rest, 'plan');
      if ('reply' in found) return found.reply;
      return stepOf(desk.world, found.id)
        ? session.ask(`step:${found.id}`, { step: found.id })
        : looking.plan(desk, session, found.id, null);
    }),
  review: onStep('review', (desk, session, id) => looking.review(desk, session, id, 0)),
  pending: (desk, session) => forRoles(desk, session, () => looking.pending(desk, session)),
  change: (desk, session, rest) => forRoles(desk, session, () => looking.run(desk, session, rest)),
  mine: (desk, session) => looking.mine(desk, session),
  waves: (desk, session) => forRoles(desk, session, () => looking.waves(desk, session)),
  submissions: (desk, session) => forRoles(desk, session, () => looking.submissions(desk, session)),
  digest: (desk, session) => forRoles(desk, session, () => looking.digest(desk, session)),
  settings: (desk, session, rest) =>
    forRoles(desk, session, async () => {
      const named = settingNamed(rest);
      // A value is set only under a name that was spelled right: a near name is shown, with its form.
      return named && named.value !== ''
        ? setting(desk, session, named.name, named.value)
        : settings(desk, session, named?.name ?? rest);
    }),
  people: (desk, session, rest) => people(desk, session, rest),
  attest: (desk, session, rest) =>
    forRoles(desk, session, async () => {
      const found = stepFrom(desk, session, rest, 'attest');
      return 'reply' in found ? found.reply : looking.attest(desk, session, found.id);
    }),
  pause: async (desk, session, rest) => {
    const verdict = may(await askerOf(desk.world, session.turn.person.id), { act: 'freeze' });
    if (!verdict.ok) return cards(refuse(desk, session, verdict));
    return rest.trim().length >= 3 ? pauseNow(desk, session, rest.trim()) : session.ask('pause', {});
  },
  resume: async (desk, session) => {
    const held = await desk.world.store.frozen();
    const result = await resume(desk.world, session.turn.person);
    if (result.is === 'refused') return cards(refuse(desk, session, result));
    if (!held)
      return notice(
        desk,
        session,
        'Nothing was paused',
        ['Writing goes on as before. Nothing was done.'],
        [{ title: 'Status', view: 'status', id: '' }],
      );
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
      ['Until then: `digest` for the day, `status` for where we stand.'],
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
  // What was asked for before there was a channel waits here from now on.
  const open = await desk.world.store.runs({ open: true, limit: 20 });
  await desk.world.store.transaction(async (unit) => {
    for (const run of open) await show(unit, run, session.turn.place.key);
  });
  return notice(
    desk,
    session,
    'This is the security channel now',
    [
      'Approvals, the summary of user reports and alarms come here. One card a change, replaced in place.',
      open.length === 0
        ? ''
        : open.length === 1
          ? 'One change waits; its card follows.'
          : `${open.length} changes wait; their cards follow.`,
    ].filter(Boolean),
    [
      { title: 'Status', view: 'status', id: '' },
      { title: 'Pending', view: 'pending', id: '' },
    ],
  );
}

/** What somebody wants of a message, by plain words; finding it where nothing else is said. */
function intentOf(rest: string): Intent {
  if (/\b(release|free|let .* (out|through)|give .* back)\b/i.test(rest)) return 'release';
  if (/\b(wrongly|mistake|false positive|not (spam|junk|phishing))\b/i.test(rest)) return 'report-false-positive';
  if (/\b(got through|missed|false negative|phish\w* in my inbox)\b/i.test(rest)) return 'report-false-negative';
  if (/\bquarantine/i.test(rest) && /\bwhy\b/i.test(rest)) return 'why-quarantine';
  if (/\b(junk|spam)\b/i.test(rest) && /\bwhy\b/i.test(rest)) return 'why-junk';
  return 'find-message';
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
    intent: intentOf(rest),
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
        text: 'Is that address the sender or the recipient? Please fill it in: I do not guess the direction.',
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

/** Never silence: the nearest word as a question, or where help is. Nothing is done on a guess. */
export function unknownWord(desk: Desk, session: Session, typed: string): Reply {
  const understood = understand(typed);
  const nearest = understood.is === 'near' ? understood : null;
  if (nearest && (desk.rehearsal || !wordTable[nearest.nearest].rehearsalOnly)) {
    const line = short(nearest.rest ? `${nearest.nearest} ${nearest.rest}` : nearest.nearest);
    const ways = waysTo(nearest.nearest, nearest.rest);
    return notice(
      desk,
      session,
      `Did you mean \`${line}\`?`,
      [
        `\`${nearest.nearest}\`: ${wordTable[nearest.nearest].description.replace(/^./, (c) => c.toLowerCase())}.`,
        ways.length > 1 ? 'Nothing was done.' : `Nothing was done. To do it, say \`${nearest.nearest}\` by itself.`,
      ],
      ways,
    );
  }
  return notice(
    desk,
    session,
    'I did not understand that',
    ['Nothing was done. `help` lists the words I know.'],
    [
      { title: 'Help', view: 'help', id: '' },
      { title: 'Status', view: 'status', id: '' },
    ],
  );
}

type Way = { readonly title: string; readonly view: string; readonly id: string };

/** Buttons that lead on from a guess: only views, never anything that acts. */
function waysTo(word: WordName, rest: string): readonly Way[] {
  const help = { title: 'Help', view: 'help', id: '' };
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const plain: readonly WordName[] = [
    'status',
    'steps',
    'pending',
    'mine',
    'waves',
    'submissions',
    'digest',
    'settings',
  ];
  if (plain.includes(word)) return [{ title: capital(word), view: word, id: '' }, help];
  const id = rest.trim().toLowerCase().replace(/\s+/g, '-');
  if (['step', 'plan', 'review', 'attest'].includes(word) && isStepId(id))
    return [{ title: `${capital(word)} ${id}`, view: word, id }, help];
  return [help];
}

/**
 * A typed line. Null when it is no word and a dialog may want it, or when a dialog has begun.
 */
export async function said(
  desk: Desk,
  session: Session,
): Promise<{ readonly reply: Reply | null; readonly known: boolean }> {
  const typed = session.turn.text;
  if (typed === '') return { known: true, reply: looking.help(desk, session) };
  if (cancels(typed)) {
    if (await session.dropDialog()) return { known: true, reply: text('Left as it was. Nothing was done.') };
    if (understand(typed).is !== 'word')
      return {
        known: true,
        reply: notice(
          desk,
          session,
          'Nothing is open here',
          ['I asked you nothing. A change that you asked for can be cancelled on its card.'],
          [
            { title: 'Mine', view: 'mine', id: '' },
            { title: 'Waiting', view: 'pending', id: '' },
          ],
        ),
      };
  }
  const understood = understand(typed);
  if (understood.is === 'courtesy') {
    return {
      known: true,
      reply:
        understood.what === 'hi'
          ? looking.welcome(desk, session)
          : text('You are welcome. Say “status” for where we stand.'),
    };
  }
  if (understood.is !== 'word') return { known: false, reply: null };
  const reply = await says[understood.word](desk, session, understood.rest);
  if (acting.has(understood.word)) desk.changed();
  return { known: true, reply };
}

/** Words after which what is kept for looking is looked at anew. */
const acting: ReadonlySet<WordName> = new Set([
  'settings',
  'pause',
  'resume',
  'attest',
  'use this channel for security',
  'advance',
]);

/** Whether a line does something when it is heard: heard twice, it must be done once. */
export function acts(line: string): boolean {
  const understood = understand(line);
  return understood.is === 'word' && acting.has(understood.word);
}

/** A dialog has its answers: now they are acted on. */
export async function answered(
  desk: Desk,
  session: Session,
  result: { readonly dialog: string; readonly begunWith: unknown; readonly answers: Readonly<Record<string, unknown>> },
): Promise<Reply> {
  desk.changed();
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
