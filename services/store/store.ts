import type { Review } from '../runbook/evidence.ts';
import type { Run } from '../runbook/run.ts';
import type { Attestation, Milestone } from '../runbook/step.ts';
import type { Submission } from '../tenant/questions.ts';

/** One line of the record. `hash` chains over `previous` and everything but personal data, which stands apart. */
export interface Entry {
  readonly seq: number;
  /** Product time, ms. */
  readonly at: number;
  /** Object id of the person, or `cutover` for the product itself. */
  readonly actor: string;
  readonly event: JournalEvent;
  /** What it is about: `run:41`, `setting:quorumDisruptive`, `step:waves`, `question:…`. */
  readonly subject: string;
  readonly detail: unknown;
  readonly hash: string;
  readonly previous: string;
}

/** Everything that is ever recorded. */
export type JournalEvent =
  | 'run-proposed'
  | 'run-decided'
  | 'run-state'
  | 'run-confirmed'
  | 'change-about-to'
  | 'change-did'
  | 'refused'
  | 'reminded'
  | 'review'
  | 'attested'
  | 'setting'
  | 'paused'
  | 'resumed'
  | 'channel'
  | 'submissions'
  | 'looked-up'
  | 'started'
  | 'alarm';

/** What a caller gives to the journal. `personal` is stored outside the chain; the chain holds a keyed digest of it. */
export interface Record {
  readonly at: number;
  readonly actor: string;
  readonly event: JournalEvent;
  readonly subject: string;
  readonly detail: unknown;
  readonly personal?: unknown;
}

/** Something that falls due at a product time. `key` is unique: setting it again moves it. */
export interface Due {
  readonly key: string;
  readonly at: number;
  readonly kind: 'remind' | 'expire' | 'verify' | 'window' | 'digest' | 'poll';
  readonly data: unknown;
}

/**
 * A message to a conversation. It names what is to be shown, not the card: the card is drawn from the state at the
 * moment of delivery, so an old fact is never posted late. `card` is the identity under which the message is replaced
 * in place; a second post with the same `card` updates it. `dedupe` makes a second enqueue a no-op.
 */
export interface Post {
  readonly conversation: string;
  readonly dedupe: string;
  readonly card: string;
  readonly show: { readonly view: string; readonly id: string };
  /** `card` whose message this one is a reply to (one thread per run); none: top of the conversation. */
  readonly under?: string;
}

export interface OutboxRow extends Post {
  readonly id: number;
}

/** Where a card was posted. */
export interface Posted {
  readonly conversation: string;
  readonly card: string;
  readonly activityId: string;
  /** Digest of the content shown last, so that nothing is sent when nothing changed. */
  readonly digest: string;
}

/** A conversation reference, opaque to the store. */
export interface Conversation {
  readonly key: string;
  readonly kind: 'personal' | 'channel' | 'group';
  /** Object id of the person in a personal chat, else null. */
  readonly person: string | null;
  readonly reference: unknown;
}

export interface StoredSubmission extends Submission {
  /** Product time at which it was first seen. */
  readonly seenAt: number;
}

export interface Lock {
  readonly owner: string;
  readonly reason: string;
  readonly since: number;
}

/** Reads, inside or outside a transaction. */
export interface Reads {
  run(id: string): Promise<Run | null>;
  /** Newest first. */
  runs(filter: {
    readonly open?: boolean;
    readonly step?: string;
    readonly limit?: number;
    readonly requestedBy?: string;
  }): Promise<readonly Run[]>;
  reviews(step?: string): Promise<readonly Review[]>;
  attestations(): Promise<readonly Attestation[]>;
  milestones(): Promise<readonly Milestone[]>;
  settings(): Promise<Readonly<{ [name: string]: unknown }>>;
  /** The freeze that `pause` sets; null when writes may go on. */
  frozen(): Promise<Lock | null>;
  conversation(key: string): Promise<Conversation | null>;
  personalChat(person: string): Promise<Conversation | null>;
  posted(conversation: string, card: string): Promise<Posted | null>;
  /** Submissions created in [from, to). */
  submissions(from: number, to: number): Promise<readonly StoredSubmission[]>;
  due(until: number): Promise<readonly Due[]>;
  note(key: string): Promise<unknown>;
}

/** One transaction: state, journal, outbox, due times and wake-ups commit together, or not at all. */
export interface Unit extends Reads {
  /** Next running number for a run. */
  nextRunId(): Promise<string>;
  insertRun(run: Run): Promise<void>;
  /**
   * Compare-and-set: writes `next` if the stored version is `from`; false means somebody else moved it. `next.version`
   * must be `from + 1`. Milestones are derived from settled and undone runs.
   */
  advanceRun(from: number, next: Run): Promise<boolean>;
  append(record: Record): Promise<Entry>;
  addReview(review: Review): Promise<void>;
  addAttestation(attestation: Attestation): Promise<void>;
  setSetting(name: string, value: unknown): Promise<void>;
  setFrozen(lock: Lock | null): Promise<void>;
  /** Adds or refreshes (a conversation's reference changes with every activity). */
  putConversation(conversation: Conversation): Promise<void>;
  setPosted(posted: Posted): Promise<void>;
  forgetPosted(conversation: string, card: string): Promise<void>;
  /** Stores those not yet known, updates those whose status or result moved; answers how many of each. */
  putSubmissions(batch: readonly StoredSubmission[]): Promise<{ readonly added: number; readonly changed: number }>;
  setDue(due: Due): Promise<void>;
  clearDue(key: string): Promise<void>;
  post(post: Post): Promise<void>;
  /** Wakes a worker for the run after commit; several wake-ups of one run are worked one after another. */
  wake(run: string): Promise<void>;
  /** A small named value of a service (poll cursor, introduced channels). */
  setNote(key: string, value: unknown): Promise<void>;
  /** True the first time this key is seen, false ever after (replayed and doubled activities). */
  firstSeen(key: string, at: number): Promise<boolean>;
}

/** What the journal says when it is replayed against the tables. */
export type Verified =
  | { readonly ok: true; readonly entries: number; readonly head: string }
  | { readonly ok: false; readonly at: number; readonly what: string };

/** Structurally the Storage of the Bot Framework SDK and of its successor. */
export interface BotStorage {
  read(keys: string[]): Promise<{ [key: string]: unknown }>;
  write(changes: { [key: string]: unknown }): Promise<void>;
  delete(keys: string[]): Promise<void>;
}

/** What wakes with the queue. */
export interface Handlers {
  /** Works a run as far as it goes; called with the run's id, never twice at once for one run. */
  work(run: string, signal: AbortSignal): Promise<void>;
  /** Delivers one message; in order within a conversation. */
  deliver(row: OutboxRow): Promise<{ readonly done: true } | { readonly retryAfterMs: number }>;
}

export interface Store extends Reads {
  transaction<T>(work: (unit: Unit) => Promise<T>): Promise<T>;
  /** Runs `work` while holding a session advisory lock of that name; `null` when another process holds it. */
  holding<T>(name: string, work: () => Promise<T>): Promise<T | null>;
  /** Starts the workers; a store without workers only reads and writes. */
  startWorkers(handlers: Handlers): Promise<void>;
  /** Resolves when no wake-up is waiting or under way and the outbox is empty (messages backing off are not waited for). */
  idle(): Promise<void>;
  readonly journal: {
    read(after?: number): AsyncIterable<Entry>;
    verify(): Promise<Verified>;
    head(): Promise<{ readonly seq: number; readonly hash: string }>;
  };
  readonly botState: BotStorage;
  health(): Promise<{
    readonly engine: string;
    readonly durable: boolean;
    readonly waiting: number;
    readonly dead: number;
  }>;
  close(): Promise<void>;
}
