import type { Settings } from '../settings/settings.ts';
import type { Person } from '../tenant/questions.ts';

/** Display name hygiene (guide 4.1): plain name, no suffix in brackets, no apostrophes, no separators. */
export const plainName = (name: string): string =>
  name
    .replace(/\([^)]*\)/g, ' ')
    .replace(/['\u2019`;,]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** People whose names are protected, as `DisplayName;address`: the setting, else the priority accounts; at most 350. */
export function protectedUsers(settings: Settings, people: readonly Person[]): readonly string[] {
  const named =
    settings.protectedUsers.length > 0
      ? settings.protectedUsers.map((entry) => {
          const at = entry.lastIndexOf(';');
          return `${plainName(entry.slice(0, at < 0 ? undefined : at))};${
            at < 0
              ? ''
              : entry
                  .slice(at + 1)
                  .trim()
                  .toLowerCase()
          }`;
        })
      : people
          .filter((p) => p.priority && p.mailbox === 'user')
          .map((p) => `${plainName(p.name)};${p.address.toLowerCase()}`);
  return [...new Set(named.filter((n) => /^[^;]+;[^;@]+@[^;@]+$/.test(n)))].toSorted().slice(0, 350);
}
