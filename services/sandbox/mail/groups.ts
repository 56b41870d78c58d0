import type { DirectoryGroup, TenantState } from '../state.ts';
import { listOf, textOf } from './fields.ts';

/** Finds the addresses behind a name. Built once per state version. */
export interface Directory {
  /** Any address of a user → the primary one, lower case; unknown addresses come back in lower case. */
  readonly primaryOf: (address: string) => string;
  /** Primary addresses of everybody in a group, nested groups included; empty when there is no such group. */
  readonly membersOf: (addressOrName: string) => ReadonlySet<string>;
  /** Object id of the mailbox with a primary address, or ''. */
  readonly objectIdOf: (primary: string) => string;
}

/** Builds the look-up of a state as it is now. It does not follow later changes of the state. */
export function readDirectory(state: TenantState): Directory {
  const primaries = new Map<string, string>();
  const idsByAddress = new Map<string, string>();
  const addressById = new Map<string, string>();
  for (const user of state.users) {
    const primary = user.mail.toLowerCase();
    if (primary === '') continue;
    addressById.set(user.id, primary);
    idsByAddress.set(primary, user.id);
    primaries.set(user.userPrincipalName.toLowerCase(), primary);
    for (const proxy of user.proxyAddresses) primaries.set(proxy.replace(/^smtp:/i, '').toLowerCase(), primary);
  }
  for (const user of state.users) if (user.mail !== '') primaries.set(user.mail.toLowerCase(), user.mail.toLowerCase());

  const groupsById = new Map<string, DirectoryGroup>();
  const groupIds = new Map<string, string>();
  for (const group of state.groups) {
    groupsById.set(group.id, group);
    groupIds.set(group.id.toLowerCase(), group.id);
    if (!groupIds.has(group.displayName.toLowerCase())) groupIds.set(group.displayName.toLowerCase(), group.id);
    if (group.mail !== null) groupIds.set(group.mail.toLowerCase(), group.id);
  }
  const ownMembers = new Map<string, readonly string[]>();
  for (const object of state.exchange['DistributionGroup'] ?? []) {
    const names = [
      'PrimarySmtpAddress',
      'Name',
      'Identity',
      'Alias',
      'DisplayName',
      'Guid',
      'ExternalDirectoryObjectId',
      'Id',
    ]
      .map((key) => textOf(object, key).toLowerCase())
      .filter((name) => name !== '');
    const mirror = names.map((name) => groupIds.get(name)).find((id) => id !== undefined);
    for (const name of names) {
      if (mirror !== undefined) {
        if (!groupIds.has(name)) groupIds.set(name, mirror);
      } else ownMembers.set(name, listOf(object, 'Members'));
    }
  }

  const cache = new Map<string, ReadonlySet<string>>();
  const collect = (name: string, into: Set<string>, seen: Set<string>): void => {
    const key = name.toLowerCase();
    if (seen.has(key)) return;
    seen.add(key);
    const group = groupsById.get(groupIds.get(key) ?? '');
    for (const member of group?.members ?? ownMembers.get(key) ?? []) {
      const address = addressById.get(member) ?? primaries.get(member.toLowerCase());
      if (address !== undefined) into.add(address);
      else collect(member, into, seen);
    }
  };
  return {
    primaryOf: (address) => primaries.get(address.toLowerCase()) ?? address.toLowerCase(),
    objectIdOf: (primary) => idsByAddress.get(primary) ?? '',
    membersOf: (name) => {
      const key = name.toLowerCase();
      const found = cache.get(key);
      if (found !== undefined) return found;
      const members = new Set<string>();
      collect(key, members, new Set());
      cache.set(key, members);
      return members;
    },
  };
}

/** Primary addresses of everybody in a group (by address, name, alias or id), nested groups included. */
export function membersOf(state: TenantState, groupAddressOrName: string): ReadonlySet<string> {
  return readDirectory(state).membersOf(groupAddressOrName);
}
