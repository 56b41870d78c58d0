import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { exportLines } from '../services/store/export-journal.ts';
import { openStore } from '../services/store/open-store.ts';
import { StoreTrouble } from '../services/store/postgres/trouble.ts';

const usage = 'npm run journal -- verify | npm run journal -- export [file] [--with-personal]';
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const withPersonal = process.argv.includes('--with-personal');
const home = process.env['CUTOVER_HOME'] ?? '.cutover';
const databaseUrl = process.env['DATABASE_URL'];
const log = {
  info: () => undefined,
  warn: (_: object, message: string) => console.error(message),
  error: (_: object, message: string) => console.error(message),
};

async function main(): Promise<number> {
  const [command, file] = words;
  if (command !== 'verify' && command !== 'export') {
    console.error(usage);
    return 2;
  }
  const store = await openStore({ home, databaseUrl, now: Date.now, log, beside: true, poolSize: 2 });
  try {
    if (command === 'verify') {
      const found = await store.journal.verify();
      console.log(
        found.ok
          ? `${found.entries} entries, head ${found.head}\nintact`
          : `broken at entry ${found.at}: ${found.what}`,
      );
      return found.ok ? 0 : 1;
    }
    const out = file === undefined ? process.stdout : createWriteStream(file, { mode: 0o600 });
    for await (const line of exportLines(store, withPersonal)) if (!out.write(`${line}\n`)) await once(out, 'drain');
    if (file !== undefined) {
      out.end();
      await once(out, 'finish');
    }
    return 0;
  } finally {
    await store.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof StoreTrouble)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
