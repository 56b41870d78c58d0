import type { DirectoryUser, ExchangeObject, TenantState } from '../state.ts';
import { boundList, boundText } from './binding.ts';
import { type Answer, type Call, rows, wrote } from './call.ts';
import { badRequest, notFound } from './errors.ts';
import { aliasOf, findUser } from './find-recipient.ts';
import { isNamed, text } from './objects.ts';

function typeOf(user: DirectoryUser): { RecipientType: string; RecipientTypeDetails: string } {
  if (user.userType === 'Guest') return { RecipientType: 'MailUser', RecipientTypeDetails: 'GuestMailUser' };
  const details =
    user.mailboxKind === 'shared' ? 'SharedMailbox' : user.mailboxKind === 'room' ? 'RoomMailbox' : 'UserMailbox';
  return { RecipientType: 'UserMailbox', RecipientTypeDetails: details };
}

function userRow(user: DirectoryUser): ExchangeObject {
  return {
    Identity: user.displayName,
    Name: user.displayName,
    Guid: user.id,
    ExternalDirectoryObjectId: user.id,
    DisplayName: user.displayName,
    Alias: aliasOf(user),
    PrimarySmtpAddress: user.mail,
    WindowsEmailAddress: user.mail,
    EmailAddresses: [...user.proxyAddresses],
    ...typeOf(user),
  };
}

/** The row that `Get-Recipient` and `Get-DistributionGroupMember` answer for an object id; undefined when nobody has it. */
export function recipientRow(state: TenantState, id: string): ExchangeObject | undefined {
  const user = state.users.find((candidate) => candidate.id === id);
  if (user !== undefined) return userRow(user);
  const object = (state.exchange['DistributionGroup'] ?? []).find(
    (candidate) => text(candidate, 'ExternalDirectoryObjectId') === id,
  );
  if (object !== undefined) return object;
  const group = state.groups.find((candidate) => candidate.id === id && candidate.mailEnabled);
  if (group === undefined) return undefined;
  return {
    Identity: group.displayName,
    Name: group.displayName,
    Guid: group.id,
    ExternalDirectoryObjectId: group.id,
    DisplayName: group.displayName,
    Alias: group.mail?.split('@')[0] ?? '',
    PrimarySmtpAddress: group.mail,
    EmailAddresses: [`SMTP:${group.mail}`],
    RecipientType: 'MailUniversalDistributionGroup',
    RecipientTypeDetails: 'GroupMailbox',
  };
}

const owners = (state: TenantState, user: DirectoryUser): string[] =>
  user.mailboxKind === 'shared'
    ? state.users
        .filter(
          (other) =>
            user.assists.includes(other.id) ||
            other.assists.some((id) => user.assists.includes(id) && other.mailboxKind === 'user'),
        )
        .map((other) => other.displayName)
    : state.users
        .filter((other) => other.mailboxKind === 'user' && other.assists.includes(user.id))
        .map((other) => other.displayName);

function mailboxRow(state: TenantState, user: DirectoryUser): ExchangeObject {
  return {
    ...userRow(user),
    UserPrincipalName: user.userPrincipalName,
    Department: user.department,
    GrantSendOnBehalfTo: owners(state, user),
    IsMailboxEnabled: true,
    SKUAssigned: user.servicePlans.length > 0,
    HiddenFromAddressListsEnabled: false,
    LitigationHoldEnabled: false,
  };
}

function accountRow(state: TenantState, user: DirectoryUser): ExchangeObject {
  const assistant = state.users.find((other) => other.mailboxKind === 'user' && other.assists.includes(user.id));
  return {
    ...userRow(user),
    UserPrincipalName: user.userPrincipalName,
    FirstName: user.givenName,
    LastName: user.surname,
    Title: user.jobTitle,
    Department: user.department,
    Manager: state.users.find((other) => other.id === user.manager)?.displayName ?? null,
    AssistantName: assistant?.displayName ?? null,
    AccountDisabled: !user.accountEnabled,
    VIP: user.priority,
    IsVIP: user.priority,
  };
}

const filterClause = /^\s*\(?\s*(\w+)\s+-(eq|ne|like)\s+['"]?([^'"]*?)['"]?\s*\)?\s*$/i;

function filtered(found: readonly ExchangeObject[], filter: string): ExchangeObject[] | undefined {
  const tests = filter.split(/\s+-and\s+/i).map((clause) => filterClause.exec(clause));
  if (tests.some((test) => test === null)) return undefined;
  return found.filter((row) =>
    tests.every((test) => {
      const [, property = '', operator = '', value = ''] = test ?? [];
      const key = Object.keys(row).find((name) => name.toLowerCase() === property.toLowerCase());
      const actual = String(key === undefined ? '' : row[key]).toLowerCase();
      const wanted = value.toLowerCase().replace(/^\$/, '');
      if (operator.toLowerCase() === 'like') {
        const pattern = wanted
          .split('*')
          .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*');
        return new RegExp(`^${pattern}$`).test(actual);
      }
      return (actual === wanted) === (operator.toLowerCase() === 'eq');
    }),
  );
}

function select(call: Call, all: readonly ExchangeObject[]): Answer {
  const identity = boundText(call.bound, 'Identity');
  if (identity !== undefined) {
    const user = findUser(call.state, identity);
    const found = all.filter(
      (row) => isNamed(row, identity) || (user !== undefined && text(row, 'ExternalDirectoryObjectId') === user.id),
    );
    return found.length === 0 ? notFound(identity) : rows(found);
  }
  let found = [...all];
  const details = boundList(call.bound, 'RecipientTypeDetails');
  if (details !== undefined) found = found.filter((row) => details.includes(text(row, 'RecipientTypeDetails')));
  const types = boundList(call.bound, 'RecipientType');
  if (types !== undefined) found = found.filter((row) => types.includes(text(row, 'RecipientType')));
  if (call.bound.get('IsVIP') === true) found = found.filter((row) => row['IsVIP'] === true);
  const anr = boundText(call.bound, 'Anr')?.toLowerCase();
  if (anr !== undefined)
    found = found.filter(
      (row) => text(row, 'DisplayName').toLowerCase().includes(anr) || text(row, 'Alias').toLowerCase().startsWith(anr),
    );
  const filter = boundText(call.bound, 'Filter');
  if (filter === undefined) return rows(found);
  const kept = filtered(found, filter);
  return kept === undefined
    ? badRequest('Microsoft.Exchange.Data.ParsingException', `Cannot parse the filter "${filter}".`)
    : rows(kept);
}

/** `Get-Recipient`: mailboxes, guests and groups. */
export function getRecipients(call: Call): Answer {
  const groups = call.state.groups
    .filter((group) => group.mailEnabled)
    .map((group) => recipientRow(call.state, group.id));
  return select(call, [
    ...call.state.users.map(userRow),
    ...groups.filter((row) => row !== undefined).filter(call.isVisible),
  ]);
}

/** `Get-Mailbox`. */
export function getMailboxes(call: Call): Answer {
  return select(
    call,
    call.state.users.filter((user) => user.userType === 'Member').map((user) => mailboxRow(call.state, user)),
  );
}

/** `Get-User`, with `VIP` for priority accounts. */
export function getUsers(call: Call): Answer {
  return select(
    call,
    call.state.users.map((user) => accountRow(call.state, user)),
  );
}

/** `Set-User`: priority, department, title and names. */
export function setUser(call: Call): Answer {
  const identity = boundText(call.bound, 'Identity') ?? '';
  const user = findUser(call.state, identity);
  if (user === undefined) return notFound(identity);
  const next: DirectoryUser = {
    ...user,
    priority: typeof call.bound.get('VIP') === 'boolean' ? call.bound.get('VIP') === true : user.priority,
    department: boundText(call.bound, 'Department') ?? user.department,
    jobTitle: boundText(call.bound, 'Title') ?? user.jobTitle,
    displayName: boundText(call.bound, 'DisplayName') ?? user.displayName,
  };
  const changed =
    next.priority !== user.priority ||
    next.department !== user.department ||
    next.jobTitle !== user.jobTitle ||
    next.displayName !== user.displayName;
  if (changed) call.state.users = call.state.users.map((other) => (other.id === user.id ? next : other));
  return wrote(changed, [], user.displayName);
}
