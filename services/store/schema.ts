import type { ColumnType, Generated, Kysely } from 'kysely';
import type { Review } from '../runbook/evidence.ts';
import type { Run, RunState } from '../runbook/run.ts';
import type { Attestation } from '../runbook/step.ts';
import type { Conversation, Due, JournalEvent, Post, StoredSubmission } from './store.ts';

/**
 * A column of type `json` (the text as it was written, not `jsonb`: a NUL or a lone surrogate in an untrusted subject is
 * kept, and the digest of what is read equals the digest of what was written). Written as text, read as a value.
 */
type Json<T> = ColumnType<T, string, string>;

/** The tables in the PostgreSQL schema `cutover`. Times are milliseconds; `bigint` is read as a number. */
export interface Schema {
  readonly runs: {
    readonly id: string;
    readonly ordinal: Generated<number>;
    readonly version: number;
    readonly state: RunState;
    readonly step: string;
    readonly requested_by: string;
    readonly requested_at: number;
    readonly settled_at: number | null;
    readonly digest: string;
    readonly body: Json<Run>;
  };
  readonly journal: {
    readonly seq: number;
    readonly at: number;
    readonly actor: string;
    readonly event: JournalEvent;
    readonly subject: string;
    readonly detail: Json<unknown>;
    readonly personal_digest: string | null;
    readonly previous: string;
    readonly hash: string;
  };
  /** One row: the end of the chain and the last run number. Locked by whoever appends. */
  readonly journal_head: {
    readonly one: boolean;
    readonly seq: number;
    readonly hash: string;
    readonly last_run: number;
  };
  readonly journal_personal: { readonly seq: number; readonly at: number; readonly body: Json<unknown> };
  readonly secrets: { readonly name: string; readonly value: string };
  readonly reviews: {
    readonly id: string;
    readonly ordinal: Generated<number>;
    readonly step: string;
    readonly body: Json<Review>;
  };
  readonly attestations: { readonly ordinal: Generated<number>; readonly body: Json<Attestation> };
  readonly settings: { readonly name: string; readonly value: Json<unknown> };
  readonly frozen: {
    readonly one: Generated<boolean>;
    readonly owner: string;
    readonly reason: string;
    readonly since: number;
  };
  readonly conversations: {
    readonly key: string;
    readonly kind: Conversation['kind'];
    readonly person: string | null;
    readonly reference: Json<unknown>;
  };
  readonly posted: {
    readonly conversation: string;
    readonly card: string;
    readonly activity_id: string;
    readonly digest: string;
  };
  readonly outbox: {
    readonly id: Generated<number>;
    readonly conversation: string;
    readonly dedupe: string;
    readonly card: string;
    readonly show: Json<Post['show']>;
    readonly under: string | null;
    readonly state: ColumnType<'waiting' | 'done' | 'dead', never, 'waiting' | 'done' | 'dead'>;
    readonly attempts: Generated<number>;
    /** Machine time of the database. */
    readonly not_before: ColumnType<Date, never, unknown>;
  };
  readonly wakes: {
    readonly id: Generated<number>;
    readonly run: string;
    readonly attempts: Generated<number>;
    readonly not_before: ColumnType<Date, never, unknown>;
  };
  readonly due: { readonly key: string; readonly at: number; readonly kind: Due['kind']; readonly data: Json<unknown> };
  readonly submissions: {
    readonly id: string;
    readonly created_at: number;
    readonly seen_at: number;
    readonly status: string;
    readonly result: string | null;
    readonly body: Json<StoredSubmission>;
  };
  readonly notes: { readonly key: string; readonly value: Json<unknown> };
  readonly seen: { readonly key: string; readonly at: number };
  readonly bot_state: {
    readonly key: string;
    readonly etag: Generated<number>;
    readonly body: Json<{ [key: string]: unknown }>;
  };
}

/** The database, or a transaction on it. */
export type Database = Kysely<Schema>;

/** A value as text for a `json` column. What JSON cannot say (undefined) becomes null. */
export const json = (value: unknown): string => JSON.stringify(value) ?? 'null';
