import { canonical } from '../runbook/change.ts';
import { type ChainEntry, hashOf, personalDigestOf } from './chain.ts';
import { genesis } from './migrations.ts';
import { digestOfRun } from './run-digest.ts';
import type { Database } from './schema.ts';
import type { Verified } from './store.ts';
import { markIn, settingIn } from './unit.ts';

const page = 500;

/** The entries after `after`, in order, a page at a time. */
export async function* readJournal(db: Database, after = 0): AsyncGenerator<ChainEntry> {
  for (let last = after; ; ) {
    const rows = await db
      .selectFrom('journal')
      .select([
        'seq',
        'at',
        'actor',
        'event',
        'subject',
        'detail',
        'personal_digest as personalDigest',
        'previous',
        'hash',
      ])
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(page)
      .execute();
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < page) return;
    last = end.seq;
  }
}

/** The personal data that belongs to an entry, as long as it is kept. */
export async function personalOf(db: Database, seq: number): Promise<unknown> {
  return (
    (await db.selectFrom('journal_personal').select('body').where('seq', '=', seq).executeTakeFirst())?.body ?? null
  );
}

/** The end of the chain. */
export const headOf = async (db: Database): Promise<{ readonly seq: number; readonly hash: string }> =>
  await db.selectFrom('journal_head').select(['seq', 'hash']).executeTakeFirstOrThrow();

/** The key of the personal digests; kept in a table of its own, because every replica needs the same one. */
export const personalKey = async (db: Database): Promise<string> =>
  (await db.selectFrom('secrets').select('value').where('name', '=', 'personal').executeTakeFirstOrThrow()).value;

/**
 * Replays the journal against the tables, in one snapshot: the chain is intact and gapless and ends where the head
 * says; every run, setting, review and attestation is as its last entry recorded it; personal data still kept is what
 * was recorded. A truncated end with a head moved back to match shows only against a head kept elsewhere.
 */
export const verifyJournal = (database: Database): Promise<Verified> =>
  database
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((db) => verifyIn(db));

async function verifyIn(db: Database): Promise<Verified> {
  const key = await personalKey(db);
  const runs = new Map<
    string,
    { readonly seq: number; readonly version: number; readonly state: string; readonly digest: string }
  >();
  const settings = new Map<string, { readonly seq: number; readonly value: string }>();
  const digests = new Map<number, string | null>();
  let reviews = 0;
  let attested = 0;
  let seq = 0;
  let previous = genesis;
  for await (const entry of readJournal(db)) {
    if (entry.seq !== seq + 1) return { ok: false, at: seq + 1, what: `entry ${seq + 1} is missing` };
    if (entry.previous !== previous)
      return { ok: false, at: entry.seq, what: `entry ${entry.seq} does not follow the one before it` };
    if (hashOf(entry) !== entry.hash)
      return { ok: false, at: entry.seq, what: `entry ${entry.seq} is not as it was written` };
    seq = entry.seq;
    previous = entry.hash;
    if (entry.personalDigest !== null) digests.set(seq, entry.personalDigest);
    const mark = markIn(entry.subject, entry.detail);
    if (mark !== null) runs.set(mark.id, { ...mark, seq });
    const setting = settingIn(entry.event, entry.detail);
    if (setting !== null) settings.set(setting.name, { seq, value: canonical(setting.value) });
    if (entry.event === 'review') reviews++;
    if (entry.event === 'attested') attested++;
  }
  const head = await headOf(db);
  if (head.seq !== seq || head.hash !== previous)
    return {
      ok: false,
      at: Math.min(head.seq, seq + 1),
      what: `the journal ends at entry ${seq}, its head says ${head.seq}`,
    };

  for (const row of await db.selectFrom('journal_personal').select(['seq', 'body']).orderBy('seq').execute())
    if (digests.get(row.seq) !== personalDigestOf(key, row.body))
      return { ok: false, at: row.seq, what: `the personal data of entry ${row.seq} is not what was recorded` };

  for (const row of await db
    .selectFrom('runs')
    .select(['id', 'version', 'state', 'digest', 'body'])
    .orderBy('ordinal')
    .execute()) {
    const mark = runs.get(row.id);
    if (mark === undefined)
      return { ok: false, at: seq, what: `run ${row.id} stands in the table and not in the journal` };
    if (
      mark.version !== row.version ||
      mark.state !== row.state ||
      mark.digest !== row.digest ||
      mark.digest !== digestOfRun(row.body) ||
      row.body.version !== row.version ||
      row.body.state !== row.state ||
      row.body.id !== row.id
    )
      return { ok: false, at: mark.seq, what: `run ${row.id} is not as entry ${mark.seq} recorded it` };
    runs.delete(row.id);
  }
  for (const [id, mark] of runs)
    return { ok: false, at: mark.seq, what: `run ${id} stands in the journal and not in the table` };

  for (const row of await db.selectFrom('settings').select(['name', 'value']).orderBy('name').execute()) {
    const entry = settings.get(row.name);
    if (entry === undefined)
      return { ok: false, at: seq, what: `setting ${row.name} stands in the table and not in the journal` };
    if (entry.value !== canonical(row.value))
      return { ok: false, at: entry.seq, what: `setting ${row.name} is not as entry ${entry.seq} recorded it` };
    settings.delete(row.name);
  }
  for (const [name, entry] of settings)
    return { ok: false, at: entry.seq, what: `setting ${name} stands in the journal and not in the table` };

  const countOf = async (table: 'reviews' | 'attestations'): Promise<number> =>
    (
      await db
        .selectFrom(table)
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
    ).n;
  const storedReviews = await countOf('reviews');
  if (storedReviews !== reviews)
    return { ok: false, at: seq, what: `${storedReviews} reviews in the table, ${reviews} in the journal` };
  const storedAttestations = await countOf('attestations');
  if (storedAttestations !== attested)
    return { ok: false, at: seq, what: `${storedAttestations} attestations in the table, ${attested} in the journal` };
  return { ok: true, entries: seq, head: previous };
}
