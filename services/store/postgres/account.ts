import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { StoreTrouble } from './trouble.ts';

/** The account that PostgreSQL runs under. `other` is set where it is not our own (PostgreSQL refuses root). */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly other: boolean;
}

const passwdEntry = (name: string): Account | null => {
  try {
    const uid = Number(execFileSync('id', ['-u', name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
    const gid = Number(execFileSync('id', ['-g', name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
    return uid > 0 ? { uid, gid, name, other: true } : null;
  } catch {
    return null;
  }
};

/**
 * Our own account, or for root the first of `postgres` and `nobody` that exists. initdb needs a passwd entry, so a bare
 * numeric user (common in containers) is refused with words.
 */
export function serverAccount(): Account {
  let own: ReturnType<typeof userInfo>;
  try {
    own = userInfo();
  } catch {
    throw new StoreTrouble(
      'This user has no entry in /etc/passwd, which the embedded PostgreSQL needs. Set DATABASE_URL to a PostgreSQL 15 or later.',
    );
  }
  if (own.uid !== 0) return { uid: own.uid, gid: own.gid, name: String(own.username), other: false };
  const account = passwdEntry('postgres') ?? passwdEntry('nobody');
  if (account === null)
    throw new StoreTrouble(
      'PostgreSQL does not run as root and there is no account "postgres" or "nobody". Start Cutover as an ordinary user, or set DATABASE_URL.',
    );
  return account;
}

/** Whether the account may pass through every folder above `path` (and through `path`, where it is a folder). */
export function canReach(account: Account, path: string): boolean {
  if (!account.other) return true;
  for (let at = path; ; at = dirname(at)) {
    const info = statSync(at, { throwIfNoEntry: false });
    if (info?.isDirectory()) {
      const bit = info.uid === account.uid ? 0o100 : info.gid === account.gid ? 0o010 : 0o001;
      if ((info.mode & bit) === 0) return false;
    }
    if (dirname(at) === at) return true;
  }
}

/** Hands a file or folder (not its contents) to the account. */
export function giveTo(account: Account, path: string): void {
  if (account.other) chownSync(path, account.uid, account.gid);
}

/** Whether a folder in a public place is really ours: owned by the account, closed to all others, not a link. */
export function isPrivateTo(account: Account, path: string): boolean {
  const info = lstatSync(path);
  return info.isDirectory() && (account.uid < 0 || (info.uid === account.uid && (info.mode & 0o077) === 0));
}

/** Hands a copied folder with everything in it to the account, closed to all others as PostgreSQL demands. */
export function chownTree(account: Account, path: string): void {
  giveTo(account, path);
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true }))
    if (!entry.isSymbolicLink()) giveTo(account, join(entry.parentPath, entry.name));
  chmodSync(path, 0o700);
}
