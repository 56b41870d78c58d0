import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silent } from '../../services/store/log.ts';
import { openStore } from '../../services/store/open-store.ts';
import { backUp, restore } from '../../services/store/postgres/backup.ts';
import { findRunning, placeOf, startServer } from '../../services/store/postgres/server.ts';
import { claim, holderOf } from '../../services/store/postgres/state-folder.ts';
import { fill } from './runs.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cutover-test-'));
});
afterEach(async () => {
  await (await findRunning(home))?.stop();
  rmSync(placeOf(home).root, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});

const open = (beside = false) => openStore({ home, now: () => 0, beside });

it('opens again after the server was killed, with everything in it', async () => {
  const store = await open();
  await fill(store);
  const before = await store.journal.head();
  const server = await findRunning(home);
  if (server === null) throw new Error('no server');
  process.kill(server.pid, 'SIGKILL');
  await store.close();
  const again = await open();
  expect(await again.journal.head()).toEqual(before);
  expect(await again.journal.verify()).toMatchObject({ ok: true, entries: 5 });
  await again.close();
  expect(await findRunning(home)).toBeNull();
});

it('adopts a server that its killed process left running', async () => {
  const server = await startServer(home, silent);
  const store = await open();
  expect((await findRunning(home))?.pid).toBe(server.pid);
  await store.close();
});

it('names the process that holds the state folder, and takes over when it is gone', async () => {
  const code = `import { claim } from ${JSON.stringify(new URL('../../services/store/postgres/state-folder.ts', import.meta.url).href)}; claim(${JSON.stringify(home)}); console.log('held'); setInterval(() => {}, 1000);`;
  const file = join(home, 'hold.mts');
  writeFileSync(file, code);
  const other = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((done) => other.once('exit', done));
  await new Promise((done) => other.stdout.once('data', done));
  await expect(open()).rejects.toThrow(`held by process ${other.pid}`);
  other.kill('SIGKILL');
  await gone;
  const release = claim(home);
  expect(holderOf(home)?.pid).toBe(process.pid);
  release();
  expect(holderOf(home)).toBeNull();
});

it('lets a command look beside the process that holds the folder, and leaves its server running', async () => {
  const store = await open();
  await fill(store);
  const beside = await open(true);
  expect(await beside.journal.verify()).toMatchObject({ ok: true, entries: 5 });
  await beside.close();
  expect(await store.run('1')).not.toBeNull();
  await expect(backUp(home, join(home, 'copy'), new Date(), silent)).rejects.toThrow(`held by process ${process.pid}`);
  await store.close();
});

it('refuses a server that may lose what it acknowledged', async () => {
  const server = await startServer(home, silent, { extra: '-c fsync=off' });
  await expect(openStore({ home, databaseUrl: server.url('postgres'), now: () => 0 })).rejects.toThrow(/fsync = off/);
  await server.stop();
});

it('restores a backup with its journal intact, and keeps what was there', async () => {
  const copy = join(home, 'copy');
  const store = await open();
  await fill(store);
  const head = await store.journal.head();
  await store.close();
  await backUp(home, copy, new Date(0), silent);
  const later = await open();
  await later.transaction((unit) =>
    unit.append({ at: 9, actor: 'cutover', event: 'started', subject: 'product', detail: null }),
  );
  await later.close();
  const before = await restore(home, copy, new Date());
  expect(before !== null && existsSync(before)).toBe(true);
  const restored = await open();
  expect(await restored.journal.head()).toEqual(head);
  expect(await restored.journal.verify()).toMatchObject({ ok: true, entries: 5 });
  await restored.close();
});
