import { z } from 'zod';
import { type Asked, parseObject, type Reply } from '../http.ts';
import { seededGuid } from '../random.ts';
import type { DirectoryGroup, DirectoryUser, TenantState } from '../state.ts';
import { answerCollection, answerEntity, type CollectionRules, type Entity, graphError } from './odata.ts';

function userEntity(user: DirectoryUser): Entity {
  return {
    id: user.id,
    displayName: user.displayName,
    givenName: user.givenName,
    surname: user.surname,
    mail: user.mail,
    userPrincipalName: user.userPrincipalName,
    proxyAddresses: user.proxyAddresses,
    department: user.department,
    jobTitle: user.jobTitle,
    accountEnabled: user.accountEnabled,
    userType: user.userType,
    assignedPlans: user.servicePlans.map((service) => ({
      service: 'exchange',
      servicePlanId: seededGuid(0, service),
      capabilityStatus: 'Enabled',
    })),
  };
}

function groupEntity(group: DirectoryGroup): Entity {
  const { members: _members, ...rest } = group;
  return {
    ...rest,
    proxyAddresses: group.mail === null ? [] : [`SMTP:${group.mail}`],
    isAssignableToRole: !group.mailEnabled,
  };
}

function member(state: TenantState, id: string): Entity | undefined {
  const user = state.users.find((candidate) => candidate.id === id);
  if (user !== undefined) return { '@odata.type': '#microsoft.graph.user', ...userEntity(user) };
  const group = state.groups.find((candidate) => candidate.id === id);
  return group === undefined ? undefined : { '@odata.type': '#microsoft.graph.group', ...groupEntity(group) };
}

function transitiveIds(state: TenantState, group: DirectoryGroup, seen = new Set<string>()): Set<string> {
  for (const id of group.members) {
    if (seen.has(id)) continue;
    seen.add(id);
    const nested = state.groups.find((candidate) => candidate.id === id);
    if (nested !== undefined) transitiveIds(state, nested, seen);
  }
  return seen;
}

const userRules: CollectionRules = {
  context: 'users',
  filterable: [
    'id',
    'mail',
    'userPrincipalName',
    'displayName',
    'givenName',
    'surname',
    'proxyAddresses',
    'accountEnabled',
    'userType',
    'department',
    'jobTitle',
  ],
  pageSize: 100,
  maxTop: 999,
};
const groupRules: CollectionRules = {
  context: 'groups',
  filterable: ['id', 'mail', 'displayName', 'mailEnabled', 'securityEnabled', 'groupTypes', 'proxyAddresses'],
  pageSize: 100,
  maxTop: 999,
};
const memberRules: CollectionRules = {
  context: 'directoryObjects',
  filterable: ['id', 'mail', 'userPrincipalName', 'displayName', 'accountEnabled'],
  pageSize: 100,
  maxTop: 999,
};
const skuPlans: Readonly<Record<string, readonly string[]>> = {
  SPE_E5: ['EXCHANGE_S_ENTERPRISE', 'ATP_ENTERPRISE', 'THREAT_INTELLIGENCE', 'ADALLOM_S_O365'],
  EXCHANGESTANDARD: ['EXCHANGE_S_STANDARD'],
};

function licenceOf(user: DirectoryUser): string | undefined {
  return user.servicePlans.includes('EXCHANGE_S_ENTERPRISE')
    ? 'SPE_E5'
    : user.servicePlans.length > 0
      ? 'EXCHANGESTANDARD'
      : undefined;
}

const checkSchema = z.object({ groupIds: z.array(z.string()).min(1).max(20) });

function checkMemberGroups(asked: Asked, state: TenantState, user: DirectoryUser): Reply {
  const parsed = checkSchema.safeParse(parseObject(asked.body));
  if (!parsed.success) return graphError(400, 'Request_BadRequest', 'groupIds must hold between 1 and 20 ids.');
  const value = parsed.data.groupIds.filter((id) => {
    const group = state.groups.find((candidate) => candidate.id === id);
    return group !== undefined && transitiveIds(state, group).has(user.id);
  });
  return {
    status: 200,
    body: { '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#Collection(Edm.String)', value },
  };
}

function answerUser(asked: Asked, state: TenantState, key: string, rest: string): Reply {
  const wanted = key.toLowerCase();
  const user = state.users.find(
    (candidate) => candidate.id === wanted || candidate.userPrincipalName.toLowerCase() === wanted,
  );
  if (user === undefined)
    return graphError(
      404,
      'Request_ResourceNotFound',
      `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
    );
  if (rest === 'checkMemberGroups' && asked.method === 'POST') return checkMemberGroups(asked, state, user);
  if (asked.method !== 'GET')
    return graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
  if (rest === '') return answerEntity(asked.url, userEntity(user), key);
  if (rest === 'manager')
    return answerEntity(asked.url, user.manager === null ? undefined : member(state, user.manager), 'manager');
  if (rest === 'licenseDetails') {
    const sku = licenceOf(user);
    const details =
      sku === undefined
        ? []
        : [
            {
              id: seededGuid(0, `${user.id}:${sku}`),
              skuId: seededGuid(0, sku),
              skuPartNumber: sku,
              servicePlans: user.servicePlans.map((plan) => ({
                servicePlanId: seededGuid(0, plan),
                servicePlanName: plan,
                provisioningStatus: 'Success',
                appliesTo: 'User',
              })),
            },
          ];
    return answerCollection(asked.url, details, { ...memberRules, context: 'licenseDetails' });
  }
  if (rest === 'memberOf' || rest === 'transitiveMemberOf') {
    const groups = state.groups.filter((group) =>
      rest === 'memberOf' ? group.members.includes(user.id) : transitiveIds(state, group).has(user.id),
    );
    return answerCollection(
      asked.url,
      groups.map((group) => ({ '@odata.type': '#microsoft.graph.group', ...groupEntity(group) })),
      groupRules,
    );
  }
  return graphError(400, 'BadRequest', `Resource not found for the segment '${rest}'.`);
}

function answerGroup(asked: Asked, state: TenantState, id: string, rest: string): Reply {
  const group = state.groups.find((candidate) => candidate.id === id.toLowerCase());
  if (rest === '' || group === undefined)
    return answerEntity(asked.url, group === undefined ? undefined : groupEntity(group), id);
  const [list = '', cast] = rest.split('/');
  if (list !== 'members' && list !== 'transitiveMembers')
    return graphError(400, 'BadRequest', `Resource not found for the segment '${rest}'.`);
  const ids = list === 'members' ? group.members : [...transitiveIds(state, group)];
  const found = ids.map((one) => member(state, one)).filter((one) => one !== undefined);
  if (cast === undefined) return answerCollection(asked.url, found, memberRules);
  const advanced = asked.headers['consistencylevel'] === 'eventual' && asked.url.searchParams.get('$count') === 'true';
  if (!advanced)
    return graphError(400, 'Request_UnsupportedQuery', 'OData cast needs ConsistencyLevel: eventual and $count=true.');
  return answerCollection(
    asked.url,
    found.filter((one) => one['@odata.type'] === `#${cast}`),
    memberRules,
  );
}

function answerDomain(asked: Asked, state: TenantState, id: string, rest: string): Reply {
  const domain = state.domains.find((candidate) => candidate.id === id.toLowerCase());
  if (domain === undefined) return graphError(404, 'Request_ResourceNotFound', `Resource '${id}' does not exist.`);
  if (rest === 'serviceConfigurationRecords')
    return answerCollection(asked.url, state.serviceConfigurationRecords[domain.id] ?? [], {
      ...memberRules,
      context: 'domainDnsRecords',
    });
  return answerEntity(
    asked.url,
    {
      id: domain.id,
      isDefault: domain.isDefault,
      isVerified: domain.isVerified,
      isInitial: false,
      isAdminManaged: true,
      authenticationType: 'Managed',
      supportedServices: ['Email'],
    },
    id,
  );
}

/** Answers users, groups, domains, licences and the organisation; undefined for any other path (without the version). */
export function answerDirectory(asked: Asked, state: TenantState, path: string): Reply | undefined {
  const [, collection = '', key = '', rest = ''] = /^\/([^/]+)(?:\/([^/]+))?(?:\/(.+))?$/.exec(path) ?? [];
  const id = decodeURIComponent(key);
  if (collection === 'users')
    return id === ''
      ? answerCollection(asked.url, state.users.map(userEntity), userRules)
      : answerUser(asked, state, id, rest);
  if (asked.method !== 'GET') return undefined;
  if (collection === 'groups')
    return id === ''
      ? answerCollection(asked.url, state.groups.map(groupEntity), groupRules)
      : answerGroup(asked, state, id, rest);
  if (collection === 'domains') {
    return id === ''
      ? answerCollection(
          asked.url,
          state.domains.map(({ mailExchange: _expected, ...domain }) => ({
            ...domain,
            supportedServices: ['Email'],
            authenticationType: 'Managed',
          })),
          { ...memberRules, context: 'domains' },
        )
      : answerDomain(asked, state, id, rest);
  }
  if (collection === 'subscribedSkus') {
    const skus = Object.entries(skuPlans).map(([sku, plans]) => {
      const consumedUnits = state.users.filter((user) => licenceOf(user) === sku).length;
      return {
        id: `${state.tenantId}_${seededGuid(0, sku)}`,
        skuId: seededGuid(0, sku),
        skuPartNumber: sku,
        capabilityStatus: 'Enabled',
        appliesTo: 'User',
        consumedUnits,
        prepaidUnits: { enabled: consumedUnits + 5, suspended: 0, warning: 0 },
        servicePlans: plans.map((plan) => ({
          servicePlanId: seededGuid(0, plan),
          servicePlanName: plan,
          provisioningStatus: 'Success',
          appliesTo: 'User',
        })),
      };
    });
    return answerCollection(asked.url, skus, { ...memberRules, context: 'subscribedSkus' });
  }
  if (collection === 'organization') {
    return answerCollection(
      asked.url,
      [
        {
          id: state.tenantId,
          displayName: 'Contoso',
          verifiedDomains: state.domains.map((domain) => ({
            name: domain.id,
            isDefault: domain.isDefault,
            isInitial: false,
          })),
        },
      ],
      { ...memberRules, context: 'organization' },
    );
  }
  return undefined;
}
