import { type Activity, ActivityTypes, CardFactory, type InvokeResponse } from 'botbuilder';

/** A card ready to send, with the identity under which it is replaced later, if it has one. */
export interface Shown {
  readonly card: object;
  /** Identity of the card in its conversation, for example `run:41`. */
  readonly as?: string;
  /** One line for notifications and screen readers. */
  readonly summary: string;
}

/** What a command answers: cards in order, or a line of text. Never both empty. */
export interface Reply {
  readonly shown: readonly Shown[];
  readonly text?: string;
}

export const cards = (...shown: readonly Shown[]): Reply => ({ shown });
export const text = (line: string): Reply => ({ shown: [], text: line });

/** The activity of one card. */
export function activityOf(shown: Shown): Partial<Activity> {
  return { type: ActivityTypes.Message, summary: shown.summary, attachments: [CardFactory.adaptiveCard(shown.card)] };
}

/** All activities of a reply, in order. */
export function activitiesOf(reply: Reply): Partial<Activity>[] {
  const first = reply.text ? [{ type: ActivityTypes.Message, text: reply.text, textFormat: 'plain' }] : [];
  return [...first, ...reply.shown.map(activityOf)];
}

/** The answer to an `adaptiveCard/action` invoke: the card in place of the one clicked, or a line. */
export function invokeAnswer(reply: Reply): InvokeResponse {
  const card = reply.shown[0]?.card;
  const body = card
    ? { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card }
    : { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: reply.text ?? 'Done.' };
  return { status: 200, body };
}

/** The answer to an invoke that is not understood: a code and words, nothing changed. */
export function invokeError(status: number, code: string, message: string): InvokeResponse {
  return {
    status: 200,
    body: { statusCode: status, type: 'application/vnd.microsoft.error', value: { code, message } },
  };
}
