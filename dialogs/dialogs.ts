import type { StatePropertyAccessor, Storage, TurnContext } from 'botbuilder';
import { BotState } from 'botbuilder';
import { DialogTurnStatus } from 'botbuilder-dialogs/lib/dialog.js';
import type { DialogState } from 'botbuilder-dialogs/lib/dialogContext.js';
import { DialogSet } from 'botbuilder-dialogs/lib/dialogSet.js';
import { type Answers, allDialogs } from './ask-dialog.ts';

/** State of dialogs, kept by conversation and person: two people in one channel never answer each other's questions. */
class PersonInConversation extends BotState {
  constructor(storage: Storage) {
    super(storage, async (context) => {
      const { channelId, conversation, from } = context.activity;
      const place = conversation.id.split(';')[0];
      return `${channelId}/dialogs/${place}/${from.aadObjectId ?? from.id}`;
    });
  }
}

/** The dialogs of a conversation: begin one, go on with one, or drop it. */
export interface Dialogs {
  /** Begins; the answers at once where nothing is asked, else null and the first question has been put. */
  begin(context: TurnContext, id: string, begunWith: object): Promise<Answers | null>;
  /** Goes on with what is open: its answers, null while it still asks, or `none` when nothing is open. */
  go(context: TurnContext): Promise<Answers | null | 'none'>;
  /** Drops what is open; true if something was. */
  drop(context: TurnContext): Promise<boolean>;
}

/** Dialogs over a durable storage. */
export function createDialogs(storage: Storage): Dialogs {
  const state = new PersonInConversation(storage);
  const position: StatePropertyAccessor<DialogState> = state.createProperty<DialogState>('position');
  const set = new DialogSet(position);
  for (const dialog of allDialogs()) set.add(dialog);

  const outcome = async (
    context: TurnContext,
    result: { readonly status: DialogTurnStatus; readonly result?: unknown },
  ): Promise<Answers | null> => {
    await state.saveChanges(context);
    return result.status === DialogTurnStatus.complete ? (result.result as Answers) : null;
  };

  return {
    begin: async (context, id, begunWith) => {
      const dc = await set.createContext(context);
      if (dc.activeDialog) await dc.cancelAllDialogs();
      return outcome(context, await dc.beginDialog(id, begunWith));
    },
    go: async (context) => {
      const dc = await set.createContext(context);
      if (!dc.activeDialog) return 'none';
      return outcome(context, await dc.continueDialog());
    },
    drop: async (context) => {
      const dc = await set.createContext(context);
      const open = dc.activeDialog !== undefined;
      if (open) await dc.cancelAllDialogs();
      await state.saveChanges(context);
      return open;
    },
  };
}
