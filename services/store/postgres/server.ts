import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { type Account, canReach, giveTo, isPrivateTo, serverAccount } from './account.ts';
import { type Binaries, doesNotRun, findBinaries } from './binaries.ts';
import { isAlive } from './state-folder.ts';
import { codeOf, StoreTrouble, wordsOf } from './trouble.ts';

/** A running embedded server. `url(name)` is the connection string of one of its databases. */
export interface Server {
  readonly version: string;
  readonly dataFolder: string;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** Whether it ran already when we came. */
  readonly adopted: boolean;
  url(database: string): string;
  stop(): Promise<void>;
}

/** Where an embedded store keeps things, and how. */
export interface Place {
  readonly account: Account;
  /** Everything of the server's: data, log, copied programs. */
  readonly root: string;
  readonly data: string;
}

export const owner = 'cutover';
const port = 5432;
const onWindows = platform() === 'win32';

/**
 * The server's folder inside the state folder; for root, whose state folder may be closed to the server's account, one
 * of its own below /var/lib, found again by the name of the state folder.
 */
export function placeOf(home: string): Place {
  const full = resolve(home);
  const account: Account = onWindows ? { uid: -1, gid: -1, name: '', other: false } : serverAccount();
  mkdirSync(full, { recursive: true });
  const root = canReach(account, full)
    ? join(full, 'postgres')
    : join('/var/lib/cutover', createHash('sha256').update(full).digest('hex').slice(0, 16));
  if (!existsSync(root)) {
    mkdirSync(root, { recursive: true, mode: 0o755 });
    giveTo(account, root);
  }
  return { account, root, data: join(root, 'data') };
}

const run = (account: Account, program: string, args: readonly string[]): Promise<string> =>
  new Promise((done, fail) => {
    const as = account.other ? { uid: account.uid, gid: account.gid } : {};
    // A server started by pg_ctl keeps the inherited pipes open: exit of the program counts, not the end of its output.
    const child = execFile(program, [...args], {
      ...as,
      cwd: onWindows ? undefined : '/',
      ...(onWindows ? {} : { env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } }),
    });
    let said = '';
    child.stdout?.on('data', (text) => {
      said += String(text);
    });
    child.stderr?.on('data', (text) => {
      said += String(text);
    });
    child.on('error', (error) => fail(codeOf(error) === 'ENOENT' && existsSync(program) ? doesNotRun() : error));
    child.on('exit', (code) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      if (code === 0) done(said);
      else if (code === 127 || /not found|No such file.*\.so/.test(said))
        fail(Object.assign(doesNotRun(), { cause: said }));
      else fail(new Error(`${basename(program)} ended with ${code}: ${said.trim().slice(-800)}`));
    });
  });

const settings = (listen: string): string => `
listen_addresses = '${listen}'
port = ${port}
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 64MB
dynamic_shared_memory_type = mmap
password_encryption = scram-sha-256
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
`;

/** Creates the cluster beside its place and moves it there in one step, so that a half-made one is never opened. */
async function create(place: Place, binaries: Binaries): Promise<void> {
  const half = join(place.root, `data.${randomBytes(4).toString('hex')}.half`);
  const secret = join(place.root, 'password');
  try {
    const auth = onWindows
      ? ['--auth=scram-sha-256', `--pwfile=${secret}`]
      : ['--auth-local=trust', '--auth-host=reject'];
    if (onWindows) writeFileSync(secret, randomBytes(24).toString('hex'), { mode: 0o600 });
    await run(place.account, join(binaries.bin, 'initdb'), [
      '-D',
      half,
      '-U',
      owner,
      '-E',
      'UTF8',
      '--locale=C',
      '--data-checksums',
      ...auth,
    ]);
    appendFileSync(join(half, 'postgresql.conf'), settings(onWindows ? '127.0.0.1' : ''));
    renameSync(half, place.data);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    throw error;
  }
}

/** The lines of postmaster.pid that matter (src/include/utils/pidfile.h): 1 process, 4 port, 5 socket folder. */
interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly socketFolder: string;
  readonly text: string;
}

const pidPath = (place: Place): string => join(place.data, 'postmaster.pid');

function readPidFile(place: Place): PidFile | null {
  try {
    const text = readFileSync(pidPath(place), 'utf8');
    const lines = text.split('\n');
    return { pid: Math.abs(Number(lines[0])), port: Number(lines[3]), socketFolder: lines[4] ?? '', text };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the process of a pid file is this cluster's postmaster: process ids are recycled, above all after a reboot. */
function isPostmaster(place: Place, pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (platform() !== 'linux') return true;
  try {
    return resolve(readlinkSync(`/proc/${pid}/cwd`)) === resolve(place.data);
  } catch {
    return true;
  }
}

const accepts = (file: PidFile): Promise<boolean> =>
  new Promise((done) => {
    const socket = onWindows
      ? createConnection({ host: '127.0.0.1', port: file.port })
      : createConnection({ path: `${file.socketFolder}/.s.PGSQL.${file.port}` });
    const end = (yes: boolean): void => {
      socket.destroy();
      done(yes);
    };
    socket.setTimeout(2000, () => end(false));
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
  });

/** Socket paths end at 107 bytes (sun_path); the quoting of pg_ctl's options goes through a shell. */
function socketFolder(place: Place): string {
  const base = /^[\w./-]{1,60}$/.test(tmpdir()) && canReach(place.account, tmpdir()) ? tmpdir() : '/tmp';
  const folder = join(base, `cutover-${createHash('sha256').update(place.data).digest('hex').slice(0, 12)}`);
  if (!existsSync(folder)) {
    mkdirSync(folder, { mode: 0o700 });
    giveTo(place.account, folder);
  }
  if (!isPrivateTo(place.account, folder))
    throw new StoreTrouble(
      `The folder ${folder} for the database socket belongs to somebody else or is open to others. Remove it, or set TMPDIR.`,
    );
  return folder;
}

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no port')),
      );
    });
  });

const handle = (place: Place, binaries: Binaries, file: PidFile, adopted: boolean): Server => ({
  version: binaries.version,
  dataFolder: place.data,
  pid: file.pid,
  adopted,
  url: (database) =>
    onWindows
      ? `postgresql://${owner}:${readFileSync(join(place.root, 'password'), 'utf8')}@127.0.0.1:${file.port}/${database}`
      : `postgresql:///${database}?host=${encodeURIComponent(file.socketFolder)}&port=${file.port}&user=${owner}`,
  stop: async () => {
    if (!isPostmaster(place, file.pid)) return;
    await run(place.account, join(binaries.bin, 'pg_ctl'), [
      '-D',
      place.data,
      '-m',
      'fast',
      '-w',
      '-t',
      '60',
      'stop',
    ]).catch((error) => {
      if (isPostmaster(place, file.pid)) throw error;
    });
    if (!onWindows) rmSync(file.socketFolder, { recursive: true, force: true });
  },
});

/** The server of the state folder if it runs and answers, else null. Starts nothing. */
export async function findRunning(home: string): Promise<Server | null> {
  const place = placeOf(home);
  const file = readPidFile(place);
  if (file === null || !isPostmaster(place, file.pid) || !(await accepts(file))) return null;
  return handle(place, findBinaries(place.account, place.root), file, true);
}

/**
 * Adopts the server of the state folder if its socket answers, else starts it, creating the cluster the first time.
 * Whatever a kill left behind (pid file of a dead, dying, zombie or foreign process) is waited out or cleared; two
 * servers on one folder cannot happen, because PostgreSQL itself checks its shared memory block.
 * @throws StoreTrouble with one line for the operator.
 */
export async function startServer(home: string, log: Log, options: { readonly extra?: string } = {}): Promise<Server> {
  const place = placeOf(home);
  const binaries = findBinaries(place.account, place.root);
  if (!existsSync(place.data)) await create(place, binaries);
  const until = Date.now() + 60_000;
  for (;;) {
    const file = readPidFile(place);
    if (file !== null && isPostmaster(place, file.pid)) {
      if (await accepts(file)) return handle(place, binaries, file, true);
      if (Date.now() > until)
        throw new StoreTrouble(
          `The embedded PostgreSQL (process ${file.pid}) neither answers nor ends. Its log: ${join(place.root, 'log')}`,
        );
      await pause(50);
      continue;
    }
    // Process 99999999 never exists: PostgreSQL then looks at the shared memory block, which tells whether workers of
    // the dead server are still there. Removing the file would take that check away.
    if (file !== null && file.pid !== 99_999_999)
      writeFileSync(pidPath(place), file.text.replace(/^-?\d+/, '99999999'));
    const where = onWindows ? `-p ${await freePort()}` : `-k ${socketFolder(place)}`;
    try {
      await run(place.account, join(binaries.bin, 'pg_ctl'), [
        '-D',
        place.data,
        '-l',
        join(place.root, 'log'),
        '-w',
        '-t',
        '60',
        '-o',
        `${where} ${options.extra ?? ''}`,
        'start',
      ]);
    } catch (error) {
      if (error instanceof StoreTrouble) throw error;
      if (Date.now() > until)
        throw new StoreTrouble(
          `The embedded PostgreSQL does not start: ${wordsOf(error)} Its log: ${join(place.root, 'log')}`,
        );
      log.warn({ error: wordsOf(error) }, 'the embedded PostgreSQL did not start; trying again');
      await pause(150);
      continue;
    }
    const started = readPidFile(place);
    if (started !== null) return handle(place, binaries, started, false);
  }
}
