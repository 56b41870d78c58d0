import type { ExchangeObject } from '../state.ts';
import { boundList, boundText } from './binding.ts';
import { type Answer, type Call, objectsOf, rows, wrote } from './call.ts';
import { ambiguousParameters, badRequest, notFound } from './errors.ts';
import { exchangeTime, makeObject, text } from './objects.ts';

const day = 86_400_000;

function ofList(call: Call): ExchangeObject[] {
  const subType = boundList(call.bound, 'ListSubType')?.[0] ?? boundText(call.bound, 'ListSubType') ?? 'Tenant';
  return objectsOf(call.state, 'TenantAllowBlockListItems').filter(
    (item) => item['ListType'] === call.bound.get('ListType') && item['ListSubType'] === subType,
  );
}

/** `Get-`, `New-`, `Set-` and `Remove-TenantAllowBlockListItems`. Rows do not say their ListType, as at the service. */
export function allowBlockItems(call: Call): Answer {
  const { bound, fact, nowMs } = call;
  const all = objectsOf(call.state, fact.noun);
  if (fact.verb === 'Get') {
    const entry = boundText(bound, 'Entry');
    const found = ofList(call).filter(
      (item) =>
        (entry === undefined || item['Value'] === entry) &&
        (bound.get('Allow') !== true || item['Action'] === 'Allow') &&
        (bound.get('Block') !== true || item['Action'] === 'Block'),
    );
    return rows(found.map(({ ListType: _hidden, ...row }) => row));
  }
  if (fact.verb === 'New') {
    const entries = boundList(bound, 'Entries') ?? [];
    const allow = bound.get('Allow') === true;
    if (allow === (bound.get('Block') === true)) return ambiguousParameters(['Allow', 'Block']);
    if (allow && bound.get('NoExpiration') === true && bound.get('ListType') !== 'IP')
      return badRequest('System.ArgumentException', 'Allow entries must have an expiration date or RemoveAfter.');
    const duplicate = entries.find((value) =>
      ofList(call).some((item) => text(item, 'Value').toLowerCase() === value.toLowerCase()),
    );
    if (duplicate !== undefined)
      return badRequest(
        'Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException',
        `The entry '${duplicate}' already exists.`,
      );
    const removeAfter = bound.get('RemoveAfter');
    const fresh = entries.map((value, index) => {
      const expiry =
        bound.get('NoExpiration') === true || typeof removeAfter === 'number'
          ? null
          : (boundText(bound, 'ExpirationDate') ?? exchangeTime(nowMs + 30 * day));
      const item = makeObject(call.state.seed, fact.noun, value, `${call.label}:${index}`, nowMs, {
        Value: value,
        Action: allow ? 'Allow' : 'Block',
        Notes: boundText(bound, 'Notes') ?? '',
        ListType: bound.get('ListType'),
        ListSubType: boundText(bound, 'ListSubType') ?? 'Tenant',
        ExpirationDate: expiry,
        RemoveAfter: removeAfter ?? null,
        SysManaged: false,
        CreatedDateTime: exchangeTime(nowMs),
        LastModifiedDateTime: exchangeTime(nowMs),
      });
      item['Identity'] = item['Guid'];
      return item;
    });
    all.push(...fresh);
    return wrote(
      true,
      fresh.map(({ ListType: _hidden, ...row }) => row),
    );
  }
  const ids = boundList(bound, 'Ids') ?? [];
  const entries = (boundList(bound, 'Entries') ?? []).map((entry) => entry.toLowerCase());
  const targets = ofList(call).filter(
    (item) => ids.includes(text(item, 'Identity')) || entries.includes(text(item, 'Value').toLowerCase()),
  );
  if (targets.length === 0) return notFound(ids[0] ?? entries[0] ?? '');
  if (fact.verb === 'Remove') {
    call.state.exchange[fact.noun] = all.filter((item) => !targets.includes(item));
    return wrote(true);
  }
  for (const target of targets) {
    if (bound.get('NoExpiration') === true) target['ExpirationDate'] = null;
    if (bound.has('ExpirationDate')) target['ExpirationDate'] = bound.get('ExpirationDate');
    if (bound.has('Notes')) target['Notes'] = bound.get('Notes');
    if (bound.get('Allow') === true || bound.get('Block') === true)
      target['Action'] = bound.get('Allow') === true ? 'Allow' : 'Block';
    target['LastModifiedDateTime'] = exchangeTime(nowMs);
  }
  return wrote(true);
}

/** The spoof pairs of the Tenant Allow/Block List. */
export function spoofItems(call: Call): Answer {
  const { bound, fact } = call;
  const all = objectsOf(call.state, fact.noun);
  if (fact.verb === 'Get') {
    return rows(
      all.filter((item) =>
        ['Action', 'SpoofType'].every(
          (property) => boundText(bound, property) === undefined || item[property] === bound.get(property),
        ),
      ),
    );
  }
  if (fact.verb === 'New') {
    const same = all.some(
      (item) =>
        item['SpoofedUser'] === bound.get('SpoofedUser') &&
        item['SendingInfrastructure'] === bound.get('SendingInfrastructure') &&
        item['SpoofType'] === bound.get('SpoofType'),
    );
    if (same)
      return badRequest(
        'Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException',
        'The spoofed sender pair already exists.',
      );
    const item = makeObject(call.state.seed, fact.noun, call.label, call.label, call.nowMs, {});
    for (const property of ['SpoofedUser', 'SendingInfrastructure', 'SpoofType', 'Action'])
      item[property] = bound.get(property);
    item['Identity'] = item['Guid'];
    all.push(item);
    return wrote(true, [item]);
  }
  const ids = boundList(bound, 'Ids') ?? [];
  const targets = all.filter((item) => ids.includes(text(item, 'Identity')));
  if (targets.length === 0) return notFound(ids[0] ?? '');
  if (fact.verb === 'Remove') call.state.exchange[fact.noun] = all.filter((item) => !targets.includes(item));
  else for (const target of targets) target['Action'] = bound.get('Action');
  return wrote(true);
}
