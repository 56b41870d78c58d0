import type { DirectoryGroup, DirectoryUser, TenantState } from '../state.ts';
import { text } from './objects.ts';

/** The mail-enabled group that an identity names (name, alias, address, object id, GUID of its Exchange object). */
export function findGroup(state: TenantState, identity: string): (DirectoryGroup & { mail: string }) | undefined {
  const wanted = identity.trim().toLowerCase();
  const object = (state.exchange['DistributionGroup'] ?? []).find((candidate) =>
    ['Name', 'Identity', 'Alias', 'Guid', 'PrimarySmtpAddress', 'DisplayName'].some(
      (property) => text(candidate, property).toLowerCase() === wanted,
    ),
  );
  const id = object === undefined ? undefined : text(object, 'ExternalDirectoryObjectId');
  const group = state.groups.find(
    (candidate) =>
      candidate.mailEnabled &&
      (candidate.id === id || candidate.id === wanted || candidate.mail?.toLowerCase() === wanted),
  );
  return group?.mail ? { ...group, mail: group.mail } : undefined;
}

/** The mailbox or guest that an identity names (object id, address, any proxy address, UPN, alias, display name). */
export function findUser(state: TenantState, identity: string): DirectoryUser | undefined {
  const wanted = identity.trim().toLowerCase();
  return state.users.find(
    (user) =>
      user.id === wanted ||
      user.mail.toLowerCase() === wanted ||
      user.userPrincipalName.toLowerCase() === wanted ||
      user.displayName.toLowerCase() === wanted ||
      aliasOf(user).toLowerCase() === wanted ||
      user.proxyAddresses.some((address) => address.toLowerCase() === `smtp:${wanted}`),
  );
}

/** A person, shared mailbox or group by identity, with its object id and primary address. */
export function findRecipient(state: TenantState, identity: string): { id: string; mail: string } | undefined {
  return findUser(state, identity) ?? findGroup(state, identity);
}

/** The mail nickname: the local part of the primary address. */
export function aliasOf(user: DirectoryUser): string {
  return user.mail.slice(0, user.mail.indexOf('@'));
}
