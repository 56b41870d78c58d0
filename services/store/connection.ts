import { setTimeout as pause } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from './log.ts';
import { migrate, readMark, writer } from './migrations.ts';
import { codeOf, StoreTrouble, wordsOf } from './postgres/trouble.ts';
import type { Database, Schema } from './schema.ts';

/** `bigint` (type 20) as a number: counts, sequence numbers and milliseconds all stay below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (id, format) => (id === 20 ? (text: string) => Number(text) : pg.types.getTypeParser(id, format)),
};

/** A checked and migrated database. */
export interface Connected {
  readonly db: Database;
  /** "PostgreSQL 18.4". */
  readonly engine: string;
  readonly durable: boolean;
  /** A new connection outside the pool, for session locks. */
  client(): pg.Client;
  close(): Promise<void>;
}

/** Adds session options to a connection string, beside those that it names itself. */
const withOptions = (url: string, extra: string): string => {
  const parsed = new URL(url);
  const own = parsed.searchParams.get('options');
  parsed.searchParams.set('options', own === null ? extra : `${own} ${extra}`);
  return parsed.toString();
};

/** The server and database of a connection string, without the password. */
const nameOf = (url: string): string => {
  try {
    const parsed = new URL(url);
    return `${parsed.host}${parsed.pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
};

async function firstClient(url: string): Promise<pg.Client> {
  const until = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url, types, application_name: 'cutover start' });
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      // 57P03: the server is starting up, for example replaying its log after a crash.
      if (codeOf(error) !== '57P03' || Date.now() > until)
        throw new StoreTrouble(`The database ${nameOf(url)} cannot be opened: ${wordsOf(error) || codeOf(error)}`, {
          cause: error,
        });
      await pause(50);
    }
  }
}

interface Facts {
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly number: number;
  readonly version: string;
  readonly comment: string | null;
}

/**
 * Connects, refuses a server that may lose what it has acknowledged, and migrates where needed. One round trip where
 * nothing is to be migrated.
 * @throws StoreTrouble in one line where the server is not fit.
 */
export async function connect(url: string, log: Log, poolSize: number): Promise<Connected> {
  const client = await firstClient(url);
  let facts: Facts | undefined;
  let role: boolean;
  try {
    const { rows } =
      await client.query<Facts>(`select current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
      current_setting('synchronous_commit') as synchronous_commit, current_setting('server_version_num')::int as number,
      current_setting('server_version') as version,
      (select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = 'cutover') as comment`);
    facts = rows[0];
    if (facts === undefined) throw new StoreTrouble(`The database ${nameOf(url)} did not answer.`);
    if (facts.number < 150_000)
      throw new StoreTrouble(`The database ${nameOf(url)} is PostgreSQL ${facts.version}; 15 or later is needed.`);
    for (const name of ['fsync', 'full_page_writes'] as const)
      if (facts[name] !== 'on')
        throw new StoreTrouble(
          `The database ${nameOf(url)} runs with ${name} = ${facts[name]}: after a power cut its record could be gone. Turn ${name} on.`,
        );
    if (facts.synchronous_commit === 'off')
      log.warn({}, 'synchronous_commit is off on the database server: the last moments before a crash can be lost');
    const mark = readMark(facts.comment);
    role = mark.current
      ? mark.role
      : await migrate(client, url, () => new pg.Pool({ connectionString: url, types, max: 2 }), log);
  } finally {
    await client.end();
  }
  const working = withOptions(url, `-c search_path=cutover${role ? ` -c role=${writer}` : ''}`);
  const pool = new pg.Pool({
    connectionString: working,
    types,
    max: poolSize,
    application_name: 'cutover',
    idleTimeoutMillis: 60_000,
  });
  pool.on('error', (error) => log.warn({ error: error.message }, 'a database connection was lost'));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    engine: `PostgreSQL ${facts.version}`,
    durable: facts.synchronous_commit !== 'off',
    client: () => new pg.Client({ connectionString: working, types, application_name: 'cutover locks' }),
    close: () => db.destroy(),
  };
}
