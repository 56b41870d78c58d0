import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { kill, pid as ownPid } from 'node:process';
import { z } from 'zod';
import { codeOf, StoreTrouble } from './trouble.ts';

const holderSchema = z.object({ pid: z.number().int(), started: z.string(), since: z.string() });

/** The process that holds a state folder. `started` tells a recycled process id from the holder's own. */
export type Holder = z.infer<typeof holderSchema>;

/** Whether a process exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  try {
    kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return platform() !== 'linux';
  }
}

/** When a process started, in a form that only compares; empty where the system does not say. */
function startOf(pid: number): string {
  try {
    if (platform() === 'linux') {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    }
    if (platform() === 'win32') return '';
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)])
      .toString()
      .trim();
  } catch {
    return '';
  }
}

const lockFile = (home: string): string => join(home, 'holder.json');

const readHolder = (path: string): Holder | null => {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
};

const isHolding = (holder: Holder): boolean => isAlive(holder.pid) && startOf(holder.pid) === holder.started;

/** Who holds the state folder now; null when nobody does. */
export function holderOf(home: string): Holder | null {
  const holder = readHolder(lockFile(home));
  return holder !== null && isHolding(holder) ? holder : null;
}

/** The line for the second process. */
export const heldBy = (home: string, holder: Holder): StoreTrouble =>
  new StoreTrouble(
    `The state folder ${home} is held by process ${holder.pid} (since ${holder.since}). Stop that one first, or set CUTOVER_HOME to another folder.`,
  );

/**
 * Claims the state folder for this process, or throws with the holder's process id. A claim left behind by a dead
 * process is taken over.
 * @returns what releases the claim again.
 */
export function claim(home: string): () => void {
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const path = lockFile(home);
  const mine: Holder = { pid: ownPid, started: startOf(ownPid), since: new Date().toISOString() };
  const draft = `${path}.${ownPid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, JSON.stringify(mine));
  try {
    for (let turn = 0; turn < 20; turn++) {
      try {
        // A link carries its whole content into being: no moment at which the file is there and empty.
        linkSync(draft, path);
        return () => {
          const now = readHolder(path);
          if (now?.pid === mine.pid && now.since === mine.since) rmSync(path, { force: true });
        };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const holder = readHolder(path);
      if (holder !== null && isHolding(holder)) throw heldBy(home, holder);
      const aside = `${draft}.stale`;
      try {
        renameSync(path, aside);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') continue;
        throw error;
      }
      // Between reading and moving, another process may have taken over the same stale claim: give its claim back.
      const moved = readHolder(aside);
      if (moved !== null && isHolding(moved)) {
        try {
          linkSync(aside, path);
        } catch {
          // A third process claimed in that moment; the next turn names it.
        }
      }
      rmSync(aside, { force: true });
    }
    throw new StoreTrouble(
      `The state folder ${home} could not be claimed: its lock file ${path} changes all the time.`,
    );
  } finally {
    rmSync(draft, { force: true });
  }
}
