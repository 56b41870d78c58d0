import type { Card } from '../../cards/frame.ts';
import { withNotice } from '../../cards/with-notice.ts';
import { quoted } from '../../cards/words.ts';
import { reasons } from '../../services/approvals/reasons.ts';
import type { Refused } from '../../services/engine/survey.ts';
import { settingsOf } from '../../services/engine/world.ts';
import type { Run } from '../../services/runbook/run.ts';
import { type Desk, frameOf, refuse } from '../desk.ts';
import { runCard, viewerOf } from '../present.ts';
import { cards, type Reply } from '../reply.ts';
import type { Session } from '../session.ts';

/** A refusal on top of the present card of the run, where there is one: an old card answers with the current state. */
export async function refusal(desk: Desk, session: Session, refused: Refused): Promise<Reply> {
  if (!refused.run) return cards(refuse(desk, session, refused));
  desk.metrics?.decisionRefused(refused.reason);
  const present = await runCard(desk, refused.run, frameOf(desk, session.turn.zone), viewerOf(session.turn));
  const { what, next } = reasons[refused.reason];
  const card = withNotice(present.card as Card, {
    what: refused.more ? `${what} ${refused.more}` : what,
    next: quoted(next),
  });
  return cards({ ...present, card, summary: what });
}

/** The card of a change that was asked for; where nobody can be told, it says so. */
export async function asked(desk: Desk, session: Session, run: Run): Promise<Reply> {
  const settings = await settingsOf(desk.world.store);
  const card = await runCard(desk, run, frameOf(desk, session.turn.zone), viewerOf(session.turn));
  if (settings.securityChannel) return cards(card);
  const noticed = withNotice(card.card as Card, {
    what: 'No security channel is set yet, so nobody was told.',
    next: 'Say “use this channel for security” there; until then approvers find this under “pending”.',
  });
  return cards({ ...card, card: noticed });
}
