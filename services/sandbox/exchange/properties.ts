import type { TenantState } from '../state.ts';
import { isDelta } from './binding.ts';
import { badRequest, notFound, type Refusal } from './errors.ts';
import { findGroup, findRecipient } from './find-recipient.ts';
import { isNamed, texts } from './objects.ts';

const groupConditions = /^(ExceptIf)?(SentToMemberOf|FromMemberOf|AnyOfToHeaderMemberOf)$/;
const personConditions = /^(ExceptIf)?(SentTo|From)$/;
const domainConditions = /^(ExceptIf)?RecipientDomainIs$/;

function resolve(state: TenantState, noun: string, property: string, value: string): string | Refusal {
  const missing = badRequest(
    'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
    `Couldn't find object "${value}". Please make sure that it was spelled correctly or specify a different object.`,
  );
  if (groupConditions.test(property)) return findGroup(state, value)?.mail ?? missing;
  if (personConditions.test(property)) return findRecipient(state, value)?.mail ?? missing;
  if (domainConditions.test(property) && noun !== 'TransportRule') {
    return state.domains.some((domain) => domain.id.toLowerCase() === value.toLowerCase())
      ? value.toLowerCase()
      : missing;
  }
  if (noun === 'InboundConnector' && property === 'SenderDomains')
    return value.startsWith('smtp:') ? value : `smtp:${value};1`;
  if (property === 'TargetedUsersToProtect' && !/^[^;]+;[^;@\s]+@[^;@\s]+$/.test(value)) {
    return badRequest(
      'System.ArgumentException',
      `The value "${value}" of TargetedUsersToProtect must have the form DisplayName;EmailAddress.`,
    );
  }
  return value;
}

/** Limits on the length of lists: New-/Set-AntiPhishPolicy and Set-ExternalInOutlook pages. */
const limits: Readonly<Record<string, number>> = {
  TargetedUsersToProtect: 350,
  TargetedDomainsToProtect: 50,
  AllowList: 200,
};

/**
 * The value that a property has after a parameter was given: lists replaced or changed by delta, recipients resolved to
 * their primary address, "unset" as null.
 */
export function nextValue(
  state: TenantState,
  noun: string,
  property: string,
  before: unknown,
  given: unknown,
): { value: unknown } | Refusal {
  const isList = Array.isArray(given) || isDelta(given);
  if (!isList) {
    const unknownTag =
      property.endsWith('QuarantineTag') &&
      typeof given === 'string' &&
      given !== '' &&
      !(state.exchange['QuarantinePolicy'] ?? []).some((policy) => isNamed(policy, given));
    return unknownTag ? notFound(String(given)) : { value: given };
  }
  const wanted = isDelta(given) ? given.add : given.map(String);
  const resolved: string[] = [];
  for (const element of wanted) {
    const one = resolve(state, noun, property, element);
    if (typeof one !== 'string') return one;
    resolved.push(one);
  }
  let list = resolved;
  if (isDelta(given)) {
    const gone = given.remove.map((element) => {
      const one = resolve(state, noun, property, element);
      return (typeof one === 'string' ? one : element).toLowerCase();
    });
    const kept = texts({ [property]: before }, property).filter((element) => !gone.includes(element.toLowerCase()));
    const present = new Set(kept.map((element) => element.toLowerCase()));
    list = [...kept, ...resolved.filter((element) => !present.has(element.toLowerCase()))];
  }
  const limit = limits[property];
  if (limit !== undefined && list.length > limit)
    return badRequest('System.ArgumentException', `${property} can hold at most ${limit} entries.`);
  return { value: list.length === 0 ? null : list };
}
