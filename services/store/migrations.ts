import { randomBytes } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type pg from 'pg';
import type { Log } from './log.ts';
import { codeOf, wordsOf } from './postgres/trouble.ts';
import { installQueue, queueVersion } from './wake-queue.ts';

/** The role under which the application works: it may add to the journal, never change or remove. */
export const writer = 'cutover_writer';

/** Hash that the first entry chains over. */
export const genesis = '0'.repeat(64);

const foundation: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw(`
create table cutover.runs (
  id text primary key, ordinal bigint generated always as identity, version int not null, state text not null, step text not null,
  requested_by text not null, requested_at bigint not null, settled_at bigint, digest text not null, body json not null);
create index runs_by_state on cutover.runs (state);
create index runs_by_step on cutover.runs (step, ordinal desc);
create index runs_by_ordinal on cutover.runs (ordinal desc);
create table cutover.journal (
  seq bigint primary key, at bigint not null, actor text not null, event text not null, subject text not null, detail json not null,
  personal_digest text, previous text not null unique, hash text not null unique);
create index journal_by_subject on cutover.journal (subject, seq desc);
create table cutover.journal_head (one boolean primary key default true check (one), seq bigint not null, hash text not null, last_run bigint not null);
insert into cutover.journal_head (seq, hash, last_run) values (0, '${genesis}', 0);
create table cutover.journal_personal (seq bigint primary key, at bigint not null, body json not null);
create table cutover.secrets (name text primary key, value text not null);
create table cutover.reviews (id text primary key, ordinal bigint generated always as identity, step text not null, body json not null);
create table cutover.attestations (ordinal bigint generated always as identity primary key, body json not null);
create table cutover.settings (name text primary key, value json not null);
create table cutover.frozen (one boolean primary key default true check (one), owner text not null, reason text not null, since bigint not null);
create table cutover.conversations (key text primary key, kind text not null, person text, reference json not null);
create index conversations_by_person on cutover.conversations (person) where kind = 'personal';
create table cutover.posted (conversation text not null, card text not null, activity_id text not null, digest text not null, primary key (conversation, card));
create table cutover.outbox (
  id bigint generated always as identity primary key, conversation text not null, dedupe text not null unique, card text not null,
  show json not null, under text, state text not null default 'waiting', attempts int not null default 0,
  not_before timestamptz not null default '-infinity');
create index outbox_waiting on cutover.outbox (conversation, id) where state = 'waiting';
create table cutover.wakes (
  id bigint generated always as identity primary key, run text not null, attempts int not null default 0,
  not_before timestamptz not null default '-infinity');
create index wakes_by_run on cutover.wakes (run);
create table cutover.due (key text primary key, at bigint not null, kind text not null, data json not null);
create index due_by_time on cutover.due (at);
create table cutover.submissions (
  id text primary key, created_at bigint not null, seen_at bigint not null, status text not null, result text, body json not null);
create index submissions_by_time on cutover.submissions (created_at);
create table cutover.notes (key text primary key, value json not null);
create table cutover.seen (key text primary key, at bigint not null);
create table cutover.bot_state (key text primary key, etag bigint not null default 1, body json not null);
create function cutover.journal_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger journal_no_change before update or delete on cutover.journal for each row execute function cutover.journal_is_append_only();
create trigger journal_no_truncate before truncate on cutover.journal for each statement execute function cutover.journal_is_append_only();
`)
      .execute(db);
    await sql`insert into cutover.secrets (name, value) values ('personal', ${randomBytes(32).toString('hex')})`.execute(
      db,
    );
  },
};

const migrations: { readonly [name: string]: Migration } = { '001-foundation': foundation };

/** What the comment on the schema says when everything is in place. Changes with every migration and queue version. */
const current = `cutover ${Object.keys(migrations).length} ${queueVersion}`;

/** Whether the comment of schema `cutover` says that nothing is to be migrated, and whether the writer role exists. */
export const readMark = (comment: string | null): { readonly current: boolean; readonly role: boolean } => ({
  current: comment === `${current} role` || comment === `${current} no-role`,
  role: comment?.endsWith(' role') === true,
});

/** Roles belong to the whole cluster: another database of it may have made this one, or be making it right now. */
async function makeRole(client: pg.Client, log: Log): Promise<boolean> {
  try {
    const { rows } = await client.query<{ there: boolean }>(
      'select exists (select from pg_roles where rolname = $1) as there',
      [writer],
    );
    if (rows[0]?.there !== true)
      await client.query(`create role ${writer} nologin`).catch((error) => {
        if (!['42710', '23505'].includes(codeOf(error))) throw error;
      });
    const { rows: may } = await client.query<{ may: boolean }>(
      "select rolsuper or pg_has_role(current_user, $1, 'MEMBER') as may from pg_roles where rolname = current_user",
      [writer],
    );
    if (may[0]?.may !== true) await client.query(`grant ${writer} to current_user`);
    await client.query(`set role ${writer}`);
    await client.query('reset role');
  } catch (error) {
    log.warn(
      { error: wordsOf(error) },
      `no role ${writer}: this database user may not create or use one, so only a trigger guards the journal against changes`,
    );
    return false;
  }
  await client.query(`
grant usage on schema cutover, pgboss to ${writer};
grant select, insert, update, delete on all tables in schema cutover to ${writer};
revoke update, delete, truncate on cutover.journal from ${writer};
revoke insert, update, delete, truncate on cutover.secrets from ${writer};
revoke insert, delete, truncate on cutover.journal_head from ${writer};
grant usage on all sequences in schema cutover to ${writer};
grant select, insert, update, delete on all tables in schema pgboss to ${writer};
grant usage on all sequences in schema pgboss to ${writer};
grant execute on all functions in schema pgboss to ${writer};
`);
  return true;
}

/**
 * Brings the database up to date under a lock, so that any number of replicas may do it at once: one works, the others
 * wait and find it done.
 * @returns whether the writer role can be used.
 */
export async function migrate(client: pg.Client, url: string, pool: () => pg.Pool, log: Log): Promise<boolean> {
  await client.query("select pg_advisory_lock(hashtextextended('cutover migrations', 0))");
  try {
    const { rows } = await client.query<{ comment: string | null }>(
      "select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = 'cutover'",
    );
    const before = readMark(rows[0]?.comment ?? null);
    if (before.current) return before.role;
    await client.query('create schema if not exists cutover');
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool() }) });
    try {
      const { error } = await new Migrator({
        db,
        provider: { getMigrations: async () => ({ ...migrations }) },
        migrationTableSchema: 'cutover',
      }).migrateToLatest();
      if (error !== undefined) throw error;
      await installQueue(url, log);
    } finally {
      await db.destroy();
    }
    const role = await makeRole(client, log);
    await client.query(`comment on schema cutover is '${current} ${role ? 'role' : 'no-role'}'`);
    return role;
  } finally {
    await client.query("select pg_advisory_unlock(hashtextextended('cutover migrations', 0))");
  }
}
