import { openStore } from '../services/store/open-store.ts';
import { backUp, restore } from '../services/store/postgres/backup.ts';
import { findRunning } from '../services/store/postgres/server.ts';
import { holderOf } from '../services/store/postgres/state-folder.ts';
import { StoreTrouble } from '../services/store/postgres/trouble.ts';

const usage = 'npm run store -- backup <folder> | npm run store -- restore <folder> | npm run store -- status';
const home = process.env['CUTOVER_HOME'] ?? '.cutover';
const databaseUrl = process.env['DATABASE_URL'];
const log = {
  info: () => undefined,
  warn: (_: object, message: string) => console.error(message),
  error: (_: object, message: string) => console.error(message),
};

async function verified(): Promise<number> {
  const store = await openStore({ home, databaseUrl, now: Date.now, log, beside: true, poolSize: 2 });
  try {
    const { engine, waiting, dead } = await store.health();
    const found = await store.journal.verify();
    console.log(`${engine}; ${waiting} waiting, ${dead} put aside`);
    console.log(
      found.ok
        ? `journal: ${found.entries} entries, head ${found.head}, intact`
        : `journal: broken at entry ${found.at}: ${found.what}`,
    );
    return found.ok ? 0 : 1;
  } finally {
    await store.close();
  }
}

async function main(): Promise<number> {
  const [command, folder] = process.argv.slice(2);
  if (command === 'status') {
    const holder = databaseUrl === undefined ? holderOf(home) : null;
    if (databaseUrl === undefined) {
      const server = await findRunning(home);
      console.log(
        `${home}: ${holder === null ? 'held by nobody' : `held by process ${holder.pid} since ${holder.since}`}; server ${server === null ? 'not running' : `process ${server.pid}`}`,
      );
    }
    return await verified();
  }
  if ((command !== 'backup' && command !== 'restore') || folder === undefined) {
    console.error(usage);
    return 2;
  }
  if (databaseUrl !== undefined && databaseUrl !== '')
    throw new StoreTrouble(
      'The store is on a server of yours (DATABASE_URL): back it up with the tools of that server.',
    );
  if (command === 'backup') {
    await backUp(home, folder, new Date(), log);
    console.log(`backed up to ${folder}`);
    return 0;
  }
  const before = await restore(home, folder, new Date());
  console.log(`restored from ${folder}${before === null ? '' : `; what was there is kept in ${before}`}`);
  return await verified();
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof StoreTrouble)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
