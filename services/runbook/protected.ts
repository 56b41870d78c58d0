import type { Settings } from '../settings/settings.ts';
import type { Person } from '../tenant/questions.ts';

/** Display name hygiene (guide 4.1): plain name, no suffix in brackets, no apostrophes, no separators. */
export const plainName = (name: string): string =>
  name
    .replace(/\([^)]*\)/g, ' ')
    .replace(/['\u2019`;,]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Most protected people that one policy takes (Set-AntiPhishPolicy, TargetedUsersToProtect). */
const mostProtected = 350;

/** People whose names are protected, as `DisplayName;address`: the setting, else the priority accounts; at most 350. */
export function protectedUsers(settings: Settings, people: readonly Person[]): readonly string[] {
  const named =
    settings.protectedUsers.length > 0
      ? settings.protectedUsers.map(entryOf)
      : priorityAccounts(people).map((p) => entryOf(`${p.name};${p.address}`));
  return [...new Set(named.filter((n) => /^[^;]+;[^;@]+@[^;@]+$/.test(n)))].toSorted().slice(0, mostProtected);
}

/** How many of those named are not on the list: without name or address, named twice, or beyond the 350th. */
export const leftUnprotected = (settings: Settings, people: readonly Person[]): number =>
  (settings.protectedUsers.length > 0 ? settings.protectedUsers : priorityAccounts(people)).length -
  protectedUsers(settings, people).length;

const priorityAccounts = (people: readonly Person[]): readonly Person[] =>
  people.filter((p) => p.priority && p.mailbox === 'user');

function entryOf(entry: string): string {
  const at = entry.lastIndexOf(';');
  const address = at < 0 ? '' : entry.slice(at + 1);
  return `${plainName(at < 0 ? entry : entry.slice(0, at))};${address.trim().toLowerCase()}`;
}
