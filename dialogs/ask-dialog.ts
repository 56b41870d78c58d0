// The package's own index also loads its prompts with their recognizers of six languages, which nobody here asks.
import { Dialog, type DialogTurnResult, DialogTurnStatus } from 'botbuilder-dialogs/lib/dialog.js';
import type { DialogContext } from 'botbuilder-dialogs/lib/dialogContext.js';
import { dialogQuestions, type Question } from './questions.ts';

/** What a dialog hands back: the answers by question id, and whatever it was begun with. */
export interface Answers {
  readonly dialog: string;
  readonly begunWith: unknown;
  readonly answers: Readonly<Record<string, unknown>>;
}

/** An answer without mentions and wrapping, as typed otherwise; at most 4,000 characters. */
const answerIn = (raw: string): string =>
  raw
    .slice(0, 20_000)
    .replace(/<at\b[^>]*>[^<]*<\/at>/gi, ' ')
    .replace(/<\/?(?:p|div|br|span|b|i|em|strong|code|pre)(?:\s[^<>]*)?\/?>/gi, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&amp;/g, '&')
    .trim()
    .slice(0, 4_000)
    .replace(/[\ud800-\udbff]$/, '');

/** A line as it stands: what people typed is never read as Markdown. */
const plainly = (text: string): { readonly type: 'message'; readonly text: string; readonly textFormat: 'plain' } => ({
  type: 'message',
  text,
  textFormat: 'plain',
});

interface State {
  begunWith: unknown;
  answers: Record<string, unknown>;
}

/**
 * Asks its questions one a turn and returns the answers; it acts on nothing. What was answered is kept by question id,
 * never by position, so a changed order of questions does not break a conversation that is under way.
 */
class AskDialog extends Dialog {
  private readonly questions: readonly Question[];

  constructor(id: string, questions: readonly Question[]) {
    super(id);
    this.questions = questions;
  }

  override async beginDialog(dc: DialogContext, options?: object): Promise<DialogTurnResult> {
    const state = dc.activeDialog?.state as State;
    state.begunWith = options ?? null;
    state.answers = {};
    return this.askNext(dc, state);
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const state = dc.activeDialog?.state as State;
    const question = this.open(state);
    if (!question) return this.finish(dc, state);
    const text = answerIn(dc.context.activity.text ?? '');
    const parsed = question.parse(text);
    if (!parsed.ok) {
      await dc.context.sendActivity(plainly(parsed.say));
      return { status: DialogTurnStatus.waiting };
    }
    state.answers[question.id] = parsed.value;
    return this.askNext(dc, state);
  }

  private open(state: State): Question | undefined {
    return this.questions.find((q) => !Object.hasOwn(state.answers, q.id));
  }

  private async askNext(dc: DialogContext, state: State): Promise<DialogTurnResult> {
    const question = this.open(state);
    if (!question) return this.finish(dc, state);
    await dc.context.sendActivity(plainly(question.prompt));
    return { status: DialogTurnStatus.waiting };
  }

  private finish(dc: DialogContext, state: State): Promise<DialogTurnResult> {
    const result: Answers = { dialog: this.id, begunWith: state.begunWith, answers: state.answers };
    return dc.endDialog(result);
  }
}

/** All dialogs, one per row of the table. */
export const allDialogs = (): readonly Dialog[] =>
  Object.entries(dialogQuestions).map(([id, questions]) => new AskDialog(id, questions));
