import { sql } from 'kysely';
import { z } from 'zod';
import { canonical } from '../runbook/change.ts';
import type { Run } from '../runbook/run.ts';
import { type ChainEntry, hashOf, personalDigestOf } from './chain.ts';
import { readsOn } from './reads.ts';
import { digestOfRun } from './run-digest.ts';
import { type Database, json } from './schema.ts';
import type { Unit } from './store.ts';

/** A unit, and what the store does with it before commit. */
export interface OpenUnit {
  readonly unit: Unit;
  /** Throws where something was written that no entry of this transaction records. */
  settle(): Promise<void>;
  /** Whether something is to be worked after commit. */
  woke(): boolean;
}

const marked = z.object({
  run: z.object({ id: z.string().optional(), version: z.number(), state: z.string(), digest: z.string() }),
});
const named = z.object({ name: z.string(), value: z.unknown() });

/** The mark of a run that an entry carries, if it is about a run and carries one. */
export function markIn(
  subject: string,
  detail: unknown,
): { readonly id: string; readonly version: number; readonly state: string; readonly digest: string } | null {
  if (!subject.startsWith('run:')) return null;
  const found = marked.safeParse(detail);
  return found.success ? { ...found.data.run, id: subject.slice(4) } : null;
}

/** Name and value of a setting that an entry records. */
export function settingIn(event: string, detail: unknown): { readonly name: string; readonly value: unknown } | null {
  if (event !== 'setting') return null;
  const found = named.safeParse(detail);
  return found.success ? { name: found.data.name, value: found.data.value ?? null } : null;
}

const unrecorded = (what: string): Error => new Error(`Unrecorded: ${what}. Nothing was written.`);

/** One transaction's worth of the port. `wake` enqueues the job that wakes other processes. */
export function openUnit(db: Database, key: () => Promise<string>, wake: () => Promise<void>): OpenUnit {
  const reads = readsOn(db);
  const written = new Map<string, Run>();
  const marks = new Map<string, { readonly version: number; readonly state: string; readonly digest: string }>();
  const settings = new Map<string, string>();
  const recorded = new Map<string, string>();
  const owed = { review: 0, attested: 0 };
  let woken = false;

  // Whoever records takes the end of the chain first: one order of locks for all, so that they queue instead of deadlocking.
  let head: { seq: number; hash: string } | null = null;
  const takeHead = async (): Promise<{ seq: number; hash: string }> => {
    head ??= await db.selectFrom('journal_head').select(['seq', 'hash']).forUpdate().executeTakeFirstOrThrow();
    return head;
  };
  const wakeOnce = async (): Promise<void> => {
    if (woken) return;
    woken = true;
    await wake();
  };
  const row = (run: Run, digest: string) => ({
    version: run.version,
    state: run.state,
    step: run.plan.step,
    requested_by: run.requestedBy.id,
    requested_at: run.requestedAt,
    digest,
    body: json(run),
  });

  const unit: Unit = {
    ...reads,
    nextRunId: async () => {
      await takeHead();
      const { last_run } = await db
        .updateTable('journal_head')
        .set({ last_run: sql`last_run + 1` })
        .returning('last_run')
        .executeTakeFirstOrThrow();
      return String(last_run);
    },
    insertRun: async (run) => {
      await takeHead();
      await db
        .insertInto('runs')
        .values({
          id: run.id,
          ...row(run, digestOfRun(run)),
          settled_at: run.state === 'settled' ? run.resolvedAt : null,
        })
        .execute();
      written.set(run.id, run);
    },
    advanceRun: async (from, next) => {
      if (next.version !== from + 1)
        throw new Error(`Run ${next.id}: version ${next.version} does not follow ${from}.`);
      await takeHead();
      const { numUpdatedRows } = await db
        .updateTable('runs')
        .set({ ...row(next, digestOfRun(next)), ...(next.state === 'settled' ? { settled_at: next.resolvedAt } : {}) })
        .where('id', '=', next.id)
        .where('version', '=', from)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      written.set(next.id, next);
      return true;
    },
    append: async (record) => {
      const end = await takeHead();
      const personalDigest = record.personal === undefined ? null : personalDigestOf(await key(), record.personal);
      const { at, actor, event, subject } = record;
      const body = {
        seq: end.seq + 1,
        at,
        actor,
        event,
        subject,
        detail: record.detail ?? null,
        personalDigest,
        previous: end.hash,
      };
      const entry: ChainEntry = { ...body, hash: hashOf(body) };
      await db
        .insertInto('journal')
        .values({
          seq: entry.seq,
          at,
          actor,
          event,
          subject,
          detail: json(entry.detail),
          personal_digest: personalDigest,
          previous: entry.previous,
          hash: entry.hash,
        })
        .execute();
      await db.updateTable('journal_head').set({ seq: entry.seq, hash: entry.hash }).execute();
      head = { seq: entry.seq, hash: entry.hash };
      if (record.personal !== undefined)
        await db
          .insertInto('journal_personal')
          .values({ seq: entry.seq, at, body: json(record.personal) })
          .execute();
      const mark = markIn(subject, entry.detail);
      if (mark !== null) marks.set(mark.id, mark);
      const setting = settingIn(event, entry.detail);
      if (setting !== null) recorded.set(setting.name, canonical(setting.value));
      if (event === 'review') owed.review--;
      if (event === 'attested') owed.attested--;
      return entry;
    },
    addReview: async (review) => {
      await takeHead();
      await db
        .insertInto('reviews')
        .values({ id: review.id, step: review.step, body: json(review) })
        .execute();
      owed.review++;
    },
    addAttestation: async (attestation) => {
      await takeHead();
      await db
        .insertInto('attestations')
        .values({ body: json(attestation) })
        .execute();
      owed.attested++;
    },
    setSetting: async (name, value) => {
      await takeHead();
      await db
        .insertInto('settings')
        .values({ name, value: json(value) })
        .onConflict((c) => c.column('name').doUpdateSet({ value: json(value) }))
        .execute();
      settings.set(name, canonical(value ?? null));
    },
    setFrozen: async (lock) => {
      await db.deleteFrom('frozen').execute();
      if (lock !== null)
        await db.insertInto('frozen').values({ owner: lock.owner, reason: lock.reason, since: lock.since }).execute();
    },
    putConversation: async ({ key, kind, person, reference }) => {
      await db
        .insertInto('conversations')
        .values({ key, kind, person, reference: json(reference) })
        .onConflict((c) => c.column('key').doUpdateSet({ kind, person, reference: json(reference) }))
        .execute();
    },
    setPosted: async ({ conversation, card, activityId, digest }) => {
      await db
        .insertInto('posted')
        .values({ conversation, card, activity_id: activityId, digest })
        .onConflict((c) => c.columns(['conversation', 'card']).doUpdateSet({ activity_id: activityId, digest }))
        .execute();
    },
    forgetPosted: async (conversation, card) => {
      await db.deleteFrom('posted').where('conversation', '=', conversation).where('card', '=', card).execute();
    },
    putSubmissions: async (batch) => {
      const last = [...new Map(batch.map((s) => [s.id, s])).values()];
      if (last.length === 0) return { added: 0, changed: 0 };
      const { rows } = await sql<{ added: boolean }>`
        insert into submissions (id, created_at, seen_at, status, result, body)
        select * from unnest(${last.map((x) => x.id)}::text[], ${last.map((x) => x.createdAt)}::bigint[], ${last.map((x) => x.seenAt)}::bigint[],
          ${last.map((x) => x.status)}::text[], ${last.map((x) => x.result)}::text[], ${last.map(json)}::json[])
        on conflict (id) do update set status = excluded.status, result = excluded.result, body = excluded.body
          where (submissions.status, submissions.result) is distinct from (excluded.status, excluded.result)
        returning (xmax = 0) as added`.execute(db);
      const added = rows.filter((r) => r.added).length;
      return { added, changed: rows.length - added };
    },
    setDue: async ({ key, at, kind, data }) => {
      await db
        .insertInto('due')
        .values({ key, at, kind, data: json(data) })
        .onConflict((c) => c.column('key').doUpdateSet({ at, kind, data: json(data) }))
        .execute();
    },
    clearDue: async (key) => {
      await db.deleteFrom('due').where('key', '=', key).execute();
    },
    post: async ({ conversation, dedupe, card, show, under }) => {
      await db
        .insertInto('outbox')
        .values({ conversation, dedupe, card, show: json(show), under: under ?? null })
        .onConflict((c) => c.column('dedupe').doNothing())
        .execute();
      await wakeOnce();
    },
    wake: async (run) => {
      await db.insertInto('wakes').values({ run }).execute();
      await wakeOnce();
    },
    setNote: async (key, value) => {
      await db
        .insertInto('notes')
        .values({ key, value: json(value) })
        .onConflict((c) => c.column('key').doUpdateSet({ value: json(value) }))
        .execute();
    },
    firstSeen: async (key, at) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('seen')
        .values({ key, at })
        .onConflict((c) => c.column('key').doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
  };

  return {
    unit,
    woke: () => woken,
    settle: async () => {
      for (const [id, run] of written) {
        const mark = marks.get(id);
        if (mark?.version !== run.version || mark.state !== run.state || mark.digest !== digestOfRun(run))
          throw unrecorded(
            `run ${id} version ${run.version} (${run.state}) was written, and no entry with subject "run:${id}" carries markOfRun of it as detail.run`,
          );
      }
      for (const [id, mark] of marks) {
        if (written.has(id)) continue;
        const now = await db.selectFrom('runs').select(['version', 'digest']).where('id', '=', id).executeTakeFirst();
        if (now?.version !== mark.version || now.digest !== mark.digest)
          throw unrecorded(
            `an entry says that run ${id} is at version ${mark.version}, the table says ${now?.version ?? 'nothing'}`,
          );
      }
      for (const name of new Set([...settings.keys(), ...recorded.keys()]))
        if (settings.get(name) !== recorded.get(name))
          throw unrecorded(`setting ${name} and the entry "setting" with detail {name, value} do not agree`);
      if (owed.review !== 0) throw unrecorded('every review takes one entry "review", and the other way round');
      if (owed.attested !== 0)
        throw unrecorded('every attestation takes one entry "attested", and the other way round');
    },
  };
}
