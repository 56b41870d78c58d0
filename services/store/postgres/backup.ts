import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { chownTree } from './account.ts';
import { findRunning, placeOf, startServer } from './server.ts';
import { claim } from './state-folder.ts';
import { StoreTrouble } from './trouble.ts';

const label = z.object({ format: z.literal('cutover-store/1'), engine: z.string(), takenAt: z.string() });

/** Works while this process holds the state folder and no server runs in it; whoever else holds it is named. */
async function stopped<T>(home: string, work: () => Promise<T>): Promise<T> {
  const release = claim(home);
  try {
    await (await findRunning(home))?.stop();
    return await work();
  } finally {
    release();
  }
}

/**
 * Copies the stopped embedded database into `folder`, which must be new or empty.
 * @throws StoreTrouble where the state folder is held, has no database, or the folder is in use.
 */
export async function backUp(home: string, folder: string, at: Date, log: Log): Promise<void> {
  const { data } = placeOf(home);
  if (!existsSync(data)) throw new StoreTrouble(`There is no embedded database in ${home}.`);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new StoreTrouble(`The folder ${folder} is not empty.`);
  await stopped(home, async () => {
    // After a crash the data is consistent only once the server has replayed its log: start it, and stop it in order.
    const server = await startServer(home, log);
    await server.stop();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    cpSync(data, join(folder, 'data'), { recursive: true, preserveTimestamps: true });
    writeFileSync(
      join(folder, 'cutover-store.json'),
      JSON.stringify({ format: 'cutover-store/1', engine: server.version, takenAt: at.toISOString() }),
    );
  });
}

/**
 * Puts a backup in the place of the embedded database. The one that was there is kept beside it, and its folder answered
 * (null where there was none). The caller verifies the journal afterwards.
 */
export async function restore(home: string, folder: string, at: Date): Promise<string | null> {
  const file = join(folder, 'cutover-store.json');
  if (!existsSync(file) || !existsSync(join(folder, 'data', 'PG_VERSION')))
    throw new StoreTrouble(`${folder} holds no backup of a Cutover store.`);
  label.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { account, root, data } = placeOf(home);
  return await stopped(home, async () => {
    const half = join(root, `data.${at.getTime()}.half`);
    try {
      cpSync(join(folder, 'data'), half, { recursive: true, preserveTimestamps: true });
      chownTree(account, half);
      const before = existsSync(data) ? `${data}.before-${at.toISOString().replace(/[:.]/g, '-')}` : null;
      if (before !== null) renameSync(data, before);
      renameSync(half, data);
      return before;
    } finally {
      rmSync(half, { recursive: true, force: true });
    }
  });
}
