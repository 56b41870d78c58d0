import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Log, silent } from '../../services/store/log.ts';
import { openStore } from '../../services/store/open-store.ts';
import { placeOf, type Server, startServer } from '../../services/store/postgres/server.ts';
import type { Store } from '../../services/store/store.ts';

/** A store on a database of its own. `url` opens further stores ("replicas") or a superuser's client on the same database. */
export interface TestStore {
  readonly store: Store;
  readonly url: string;
}

let running: Promise<Server> | null = null;
let count = 0;

const admin = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Runs `sql` as the superuser who owns the cluster. */
export const asSuperuser = <R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> =>
  admin(url, async (client) => (await client.query<R>(sql)).rows);

/** A second process that ends the server and removes its folders when this process is gone, however it went. */
function guard(server: Server, home: string): void {
  const watch = spawn(
    '/bin/sh',
    [
      '-c',
      'cat >/dev/null; kill -QUIT "$1" 2>/dev/null; while kill -0 "$1" 2>/dev/null && [ $((n = n + 1)) -lt 50 ]; do sleep 0.1; done; rm -rf "$2" "$3" "$4"',
      'guard',
      String(server.pid),
      home,
      placeOf(home).root,
      new URL(server.url('postgres')).searchParams.get('host') ?? home,
    ],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' },
  );
  watch.unref();
  const pipe = watch.stdin;
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
}

/** One embedded server per test process, ended with it, and in it a migrated template. */
export function testServer(): Promise<Server> {
  running ??= (async () => {
    const home = mkdtempSync(join(tmpdir(), 'cutover-test-'));
    const server = await startServer(home, silent);
    guard(server, home);
    await asSuperuser(server.url('postgres'), 'create database template_cutover');
    await (await openStore({ home, databaseUrl: server.url('template_cutover'), now: () => 0 })).close();
    return server;
  })();
  return running;
}

/** A fresh, empty database without any table. */
export async function emptyDatabase(): Promise<string> {
  const server = await testServer();
  const name = `empty_${++count}`;
  await asSuperuser(server.url('postgres'), `create database ${name}`);
  return server.url(name);
}

/** A store on a fresh database, copied from the template (about 20 ms). The caller closes it. */
export async function openTestStore(
  options: { readonly now?: () => number; readonly log?: Log; readonly poolSize?: number } = {},
): Promise<TestStore> {
  const server = await testServer();
  const name = `store_${++count}`;
  await asSuperuser(server.url('postgres'), `create database ${name} template template_cutover`);
  const url = server.url(name);
  const store = await openStore({
    home: '/nonexistent',
    databaseUrl: url,
    now: options.now ?? (() => 0),
    log: options.log,
    poolSize: options.poolSize ?? 6,
  });
  return { store, url };
}
