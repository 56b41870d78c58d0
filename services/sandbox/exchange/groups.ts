import { isDeepStrictEqual } from 'node:util';
import { domainNames } from '../directory/people.ts';
import { seededGuid } from '../random.ts';
import type { DirectoryGroup, ExchangeObject, TenantState } from '../state.ts';
import { distributionGroupProperties } from '../tenant/build.ts';
import { boundList, boundText } from './binding.ts';
import { type Answer, type Call, objectsOf, rows, wrote } from './call.ts';
import { findTarget, isNo, setObject } from './configuration.ts';
import { alreadyExists, badRequest, notFound, type Refusal } from './errors.ts';
import { findRecipient } from './find-recipient.ts';
import { exchangeTime, isNamed, makeObject, text } from './objects.ts';
import { recipientRow } from './recipients.ts';

function groupBehind(call: Call): { object: ExchangeObject; group: DirectoryGroup } | Refusal {
  const identity = boundText(call.bound, 'Identity') ?? '';
  const object = objectsOf(call.state, 'DistributionGroup').find((candidate) => isNamed(candidate, identity));
  const group =
    object === undefined
      ? undefined
      : call.state.groups.find((candidate) => candidate.id === text(object, 'ExternalDirectoryObjectId'));
  return object === undefined || group === undefined || !call.isVisible(object)
    ? notFound(identity)
    : { object, group };
}

function replaceGroup(state: TenantState, group: DirectoryGroup): void {
  state.groups = state.groups.map((candidate) => (candidate.id === group.id ? group : candidate));
}

function resolveMembers(state: TenantState, names: readonly string[]): string[] | Refusal {
  const ids: string[] = [];
  for (const name of names) {
    const recipient = findRecipient(state, name);
    if (recipient === undefined) return notFound(name);
    const unified = state.groups.find((group) => group.id === recipient.id)?.groupTypes.includes('Unified');
    if (unified)
      return badRequest(
        'Microsoft.Exchange.Management.Tasks.RecipientTaskException',
        `"${name}" is a Microsoft 365 group and can't be a member of a distribution group.`,
      );
    if (!ids.includes(recipient.id)) ids.push(recipient.id);
  }
  return ids;
}

/** `New-DistributionGroup`: the Exchange object and the directory group behind it. */
export function newGroup(call: Call): Answer {
  const { state, bound } = call;
  const name = boundText(bound, 'Name') ?? '';
  const alias = boundText(bound, 'Alias') ?? name.replace(/[^A-Za-z0-9._-]/g, '');
  const mail =
    boundText(bound, 'PrimarySmtpAddress') ??
    `${alias}@${state.domains.find((domain) => domain.isDefault)?.id ?? domainNames[0]}`;
  const objects = objectsOf(state, 'DistributionGroup');
  if (objects.some((object) => text(object, 'Name').toLowerCase() === name.toLowerCase())) return alreadyExists(name);
  if (findRecipient(state, mail) !== undefined) {
    return badRequest(
      'Microsoft.Exchange.Data.Directory.ProxyAddressExistsException',
      `The proxy address "SMTP:${mail}" is already being used by the proxy addresses or LegacyExchangeDN. Please choose another proxy address.`,
    );
  }
  if (!state.domains.some((domain) => mail.toLowerCase().endsWith(`@${domain.id.toLowerCase()}`))) {
    return badRequest(
      'Microsoft.Exchange.Data.Directory.NotAcceptedDomainException',
      `The domain of "${mail}" isn't an accepted domain of this organization.`,
    );
  }
  const members = resolveMembers(state, boundList(bound, 'Members') ?? []);
  if (!Array.isArray(members)) return members;
  const security = bound.get('Type') === 'Security';
  const id = seededGuid(state.seed, `group:${call.label}:${name}`);
  const given = Object.fromEntries(
    [...bound].filter(([key]) =>
      [
        'MemberJoinRestriction',
        'MemberDepartRestriction',
        'RequireSenderAuthenticationEnabled',
        'ManagedBy',
        'Description',
        'HiddenGroupMembershipEnabled',
        'ModerationEnabled',
        'Notes',
      ].includes(key),
    ),
  );
  const object = makeObject(state.seed, 'DistributionGroup', name, call.label, call.nowMs, {
    ...given,
    ...distributionGroupProperties(id, boundText(bound, 'DisplayName') ?? name, alias, mail, security),
  });
  objects.push(object);
  const displayName = text(object, 'DisplayName');
  state.groups = [
    ...state.groups,
    { id, displayName, mail, mailEnabled: true, securityEnabled: security, groupTypes: [], members },
  ];
  return wrote(true, [object]);
}

/** `Set-DistributionGroup`; a new address or display name reaches the directory too. */
export function setGroup(call: Call): Answer {
  const target = findTarget(call);
  if (isNo(target)) return target;
  const answer = setObject(call);
  if (answer.refused || !answer.changed) return answer;
  const group = call.state.groups.find((candidate) => candidate.id === text(target, 'ExternalDirectoryObjectId'));
  if (group !== undefined)
    replaceGroup(call.state, {
      ...group,
      displayName: text(target, 'DisplayName'),
      mail: text(target, 'PrimarySmtpAddress'),
    });
  return answer;
}

/** `Remove-DistributionGroup`. Rules that name the group keep its address and match nobody from now on. */
export function removeGroup(call: Call): Answer {
  const found = groupBehind(call);
  if (isNo(found)) return found;
  const objects = objectsOf(call.state, 'DistributionGroup');
  objects.splice(objects.indexOf(found.object), 1);
  const id = found.group.id;
  call.state.groups = call.state.groups
    .filter((group) => group.id !== id)
    .map((group) =>
      group.members.includes(id) ? { ...group, members: group.members.filter((member) => member !== id) } : group,
    );
  return wrote(true);
}

/** `Get-DistributionGroupMember`: direct members only. */
export function getMembers(call: Call): Answer {
  if (boundText(call.bound, 'Identity') === undefined) return notFound('');
  const found = groupBehind(call);
  if (isNo(found)) return found;
  return rows(found.group.members.map((id) => recipientRow(call.state, id)).filter((row) => row !== undefined));
}

/** `Add-`, `Remove-` and `Update-DistributionGroupMember`. */
export function changeMembers(call: Call): Answer {
  const found = groupBehind(call);
  if (isNo(found)) return found;
  const { group, object } = found;
  const names =
    call.fact.verb === 'Update' ? (boundList(call.bound, 'Members') ?? []) : [boundText(call.bound, 'Member') ?? ''];
  const ids = resolveMembers(call.state, names);
  if (!Array.isArray(ids)) return ids;
  const [id = ''] = ids;
  let members = ids;
  if (call.fact.verb === 'Add') {
    if (group.members.includes(id)) {
      return badRequest(
        'Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException',
        `The recipient "${names[0]}" is already a member of the group "${text(object, 'Name')}".`,
      );
    }
    members = [...group.members, id];
  }
  if (call.fact.verb === 'Remove') {
    if (!group.members.includes(id)) {
      return badRequest(
        'Microsoft.Exchange.Management.Tasks.MemberNotFoundException',
        `The recipient "${names[0]}" isn't a member of the group "${text(object, 'Name')}".`,
      );
    }
    members = group.members.filter((member) => member !== id);
  }
  const changed = !isDeepStrictEqual([...members].sort(), [...group.members].sort());
  if (changed) {
    replaceGroup(call.state, { ...group, members });
    object['WhenChangedUTC'] = exchangeTime(call.nowMs);
  }
  return wrote(changed, [], text(object, 'Identity'));
}
