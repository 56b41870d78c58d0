import { type Click, marksOf, parseClick } from '../../cards/actions.ts';
import { byHandCard, messageQuestionCard } from '../../cards/forms.ts';
import type { Card } from '../../cards/frame.ts';
import { withNotice } from '../../cards/with-notice.ts';
import { type Reason, reasons } from '../../services/approvals/reasons.ts';
import { approve, cancel, confirm, type Decided, reject } from '../../services/engine/decide.ts';
import { propose } from '../../services/engine/propose.ts';
import { attest, review } from '../../services/engine/statements.ts';
import { survey } from '../../services/engine/survey.ts';
import { rollBack } from '../../services/engine/undo.ts';
import { stepOf } from '../../services/engine/world.ts';
import { isStepId, type StepId } from '../../services/runbook/step-id.ts';
import { type Desk, forRoles, frameOf, notice, refuse, shown } from '../desk.ts';
import { runCard, viewerOf } from '../present.ts';
import { cards, type Reply } from '../reply.ts';
import type { Session } from '../session.ts';
import { asked, refusal } from './answers.ts';
import * as looking from './looking.ts';
import { setting, settings } from './setting.ts';

/** Everything that a click asks for. Who clicked is the turn's person; the card's data are ids and a version only. */

/** The same form again, with what was missing on top of it. */
function onTop(reply: Reply, reason: Reason): Reply {
  const [form] = reply.shown;
  if (!form) return reply;
  const { what, next } = reasons[reason];
  return cards({
    ...form,
    card: withNotice(form.card as Card, { what: `${what} Nothing was changed.`, next }),
    summary: what,
  });
}

type On<V extends Click['verb']> = Extract<Click, { verb: V }>;
type Handlers = { readonly [V in Click['verb']]: (desk: Desk, session: Session, click: On<V>) => Promise<Reply> };

async function decided(desk: Desk, session: Session, result: Decided): Promise<Reply> {
  if (result.is === 'refused') return refusal(desk, session, result);
  const run = result.is === 'void' ? (result.replacement ?? result.run) : result.run;
  return cards(await runCard(desk, run, frameOf(desk, session.turn.zone), viewerOf(session.turn)));
}

const said = (
  session: Session,
  click: { readonly run: string; readonly version: number; readonly reason?: string | undefined },
) => ({
  run: click.run,
  version: click.version,
  by: session.turn.person,
  ...(click.reason ? { reason: click.reason } : {}),
});

const views: Readonly<
  Record<string, (desk: Desk, session: Session, id: string, page: number) => Promise<Reply> | Reply>
> = {
  status: looking.status,
  steps: looking.steps,
  help: looking.help,
  pending: looking.pending,
  mine: looking.mine,
  waves: looking.waves,
  submissions: looking.submissions,
  digest: looking.digest,
  settings: (desk, session) => settings(desk, session, ''),
  setting: settings,
  step: (desk, session, id) => onStep(desk, session, id, looking.step),
  plan: (desk, session, id) => onStep(desk, session, id, (d, s, step) => looking.plan(d, s, step, null)),
  review: (desk, session, id, page) => onStep(desk, session, id, (d, s, step) => looking.review(d, s, step, page)),
  'step-figures': (desk, session, id) => onStep(desk, session, id, looking.stepFigures),
  figures: looking.figures,
  run: looking.run,
  attest: looking.attest,
};

async function onStep(
  desk: Desk,
  session: Session,
  id: string,
  then: (desk: Desk, session: Session, id: StepId) => Promise<Reply>,
): Promise<Reply> {
  return isStepId(id) ? then(desk, session, id) : cards(refuse(desk, session, { reason: 'unknown-step' }));
}

const handlers: Handlers = {
  'run.propose': async (desk, session, click) => {
    if (isStepId(click.step) && !stepOf(desk.world, click.step))
      return cards(refuse(desk, session, { reason: 'not-in-version' }));
    const key = typeof click.choice === 'string' && click.choice ? click.choice : null;
    const choice = key ? await desk.world.store.note(`choice:${key}`) : null;
    if (key && choice === null) return cards(refuse(desk, session, { reason: 'old-card' }));
    const result = await propose(desk.world, click.step, {
      by: session.turn.person,
      choice,
      ticket: click.ticket?.trim() || null,
      askedIn: session.turn.place.key,
    });
    if (result.is === 'refused') return refusal(desk, session, result);
    if (result.is === 'answer')
      return onStep(desk, session, click.step, (d, s, step) => looking.plan(d, s, step, choice));
    return asked(desk, session, result.run);
  },
  'run.approve': async (desk, session, click) =>
    decided(desk, session, await approve(desk.world, said(session, click))),
  'run.reject': async (desk, session, click) => decided(desk, session, await reject(desk.world, said(session, click))),
  'run.cancel': async (desk, session, click) => decided(desk, session, await cancel(desk.world, said(session, click))),
  'run.roll-back': async (desk, session, click) => {
    const result = await rollBack(desk.world, {
      ...said(session, click),
      breakGlass: click.breakGlass ?? false,
      askedIn: session.turn.place.key,
    });
    if (result.is === 'refused') return refusal(desk, session, result);
    return result.is === 'proposed'
      ? asked(desk, session, result.run)
      : cards(refuse(desk, session, { reason: 'nothing-to-do' }));
  },
  'run.confirm': async (desk, session, click) => {
    const result = await confirm(desk.world, { ...said(session, click), act: click.act, proof: click.proof ?? '' });
    const act = result.is === 'refused' ? result.run?.plan.byHand.find((a) => a.id === click.act) : undefined;
    if (result.is !== 'refused' || result.reason !== 'proof-missing' || !result.run || !act)
      return decided(desk, session, result);
    const view = { run: result.run.id, version: result.run.version, title: result.run.plan.title, act };
    return onTop(cards(shown(byHandCard(view, frameOf(desk, session.turn.zone)))), result.reason);
  },
  'review.mark': async (desk, session, click) => {
    const found = stepOf(desk.world, click.step);
    if (!found) return cards(refuse(desk, session, { reason: 'unknown-step' }));
    const wanted = new Map(marksOf(click).map((m) => [m.key, m.mark]));
    const { answer } = await survey(desk.world, found, null, desk.looking);
    const evidence = answer.is === 'proposal' ? answer.proposal.evidence : (answer.evidence ?? null);
    const marks = (evidence?.senders ?? []).flatMap((s) => {
      const mark = wanted.get(looking.senderKey(s.detected.sender));
      return mark && mark !== s.mark ? [{ sender: s.detected.sender, mark }] : [];
    });
    if (marks.length > 0) {
      const result = await review(desk.world, click.step, marks, session.turn.person);
      if (result.is === 'refused') return refusal(desk, session, result);
    } else {
      const result = await review(desk.world, click.step, [], session.turn.person);
      if (result.is === 'refused') return refusal(desk, session, result);
    }
    return looking.review(desk, session, click.step as StepId, 0);
  },
  'message.find': async (desk, session, click) => {
    const {
      intent,
      sender = '',
      recipient = '',
      subject = '',
      messageId = '',
      networkMessageId = '',
      from = '',
      to = '',
    } = click;
    const card = messageQuestionCard(
      { intent, sender, recipient, subject, messageId, networkMessageId, from, to },
      frameOf(desk, session.turn.zone),
    );
    // The answer to a click is one card, so the word on it stands on the card.
    const noticed = withNotice(card, {
      what: 'This version cannot look the message up yet. Nothing was looked up.',
      next: 'Until then: Message trace in the Exchange admin centre, with the fields below.',
    });
    return cards(shown(noticed, undefined));
  },
  'gate.attest': async (desk, session, click) => {
    if (!looking.attestable(desk, click.about)) return cards(refuse(desk, session, { reason: 'nothing-to-attest' }));
    const result = await attest(desk.world, click.about, click.statement ?? '', click.proof ?? '', session.turn.person);
    if (result.is === 'refused')
      return result.reason === 'proof-needed'
        ? onTop(await looking.attest(desk, session, click.about), result.reason)
        : refusal(desk, session, result);
    return notice(
      desk,
      session,
      `Attested: ${click.about.replace(/-/g, ' ')}`,
      [`In the name of ${session.turn.person.name}, on the record.`],
      [
        { title: 'Next', view: 'status', id: '' },
        { title: 'All steps', view: 'steps', id: '' },
      ],
    );
  },
  'setting.change': async (desk, session, click) => setting(desk, session, click.setting, click.value ?? ''),
  'view.show': async (desk, session, click) => {
    const show = Object.hasOwn(views, click.view) ? views[click.view] : undefined;
    const id = click.pick?.trim() || click.id;
    if (!show) return unreadable(desk, session);
    return click.view === 'help'
      ? show(desk, session, id, 0)
      : forRoles(desk, session, async () => show(desk, session, id, click.page ?? 0));
  },
};

/** A click that means nothing here, from an older version or made up. */
const unreadable = (desk: Desk, session: Session): Reply =>
  notice(
    desk,
    session,
    'That button could not be read',
    ['It may be from an older version. Nothing was changed.'],
    [
      { title: 'Status', view: 'status', id: '' },
      { title: 'Waiting', view: 'pending', id: '' },
    ],
  );

/** A click: parsed at the door, looked up in the table. */
export async function clicked(desk: Desk, session: Session, verb: string, data: unknown): Promise<Reply> {
  const click = parseClick(verb, data);
  if (!click) return unreadable(desk, session);
  const handler = handlers[click.verb] as (desk: Desk, session: Session, click: Click) => Promise<Reply>;
  const reply = await handler(desk, session, click);
  if (click.verb !== 'view.show' && click.verb !== 'message.find') desk.changed();
  return reply;
}
