import type { Reply } from './reply.ts';
import type { Turn } from './turn.ts';

/** What a command may use of the conversation it runs in. */
export interface Session {
  readonly turn: Turn;
  /** Begins a dialog; a reply at once where it asks nothing, null when its first question has been put. */
  readonly ask: (dialog: string, begunWith: object) => Promise<Reply | null>;
  /** Drops an open dialog; true if there was one. */
  readonly dropDialog: () => Promise<boolean>;
  /** Shows that work is under way. */
  readonly typing: () => Promise<void>;
}
