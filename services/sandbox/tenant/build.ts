import { buildUsers, domainNames } from '../directory/people.ts';
import { type Role, roleGroups, roles } from '../directory/roles.ts';
import { makeObject } from '../exchange/objects.ts';
import { seededGuid } from '../random.ts';
import type { DirectoryGroup, DirectoryUser, DnsRecords, ExchangeObject, TenantState } from '../state.ts';
import { livedInConfiguration, oldGateway } from './lived-in.ts';

function roleHolders(users: readonly DirectoryUser[]): Record<Role, string[]> {
  const local = (name: string): string[] =>
    users.filter((user) => user.mail.startsWith(`${name}@`)).map((user) => user.id);
  const of = (department: string, from: number, to: number): string[] =>
    users
      .filter(
        (user) =>
          user.department === department &&
          user.userType === 'Member' &&
          user.mailboxKind === 'user' &&
          !user.id.startsWith('5a0d'),
      )
      .slice(from, to)
      .map((user) => user.id);
  const operator = [...local('alexw'), ...local('isaiahl'), ...of('IT', 0, 1)];
  const approver = [
    ...local('meganb'),
    ...local('adelev'),
    ...local('isaiahl'),
    ...local('lynner'),
    ...of('Security', 0, 2),
  ];
  const change = [
    ...local('meganb'),
    ...local('adelev'),
    ...local('lynner'),
    ...of('Security', 0, 1),
    ...of('IT', 1, 2),
  ];
  const desk = [...local('pattif'), ...of('IT', 2, 5)];
  const viewers = new Set([
    ...operator,
    ...approver,
    ...change,
    ...desk,
    ...of('Security', 0, 8),
    ...of('Executive', 0, 2),
    ...of('Legal', 0, 1),
    ...of('HR', 0, 1),
  ]);
  return { viewer: [...viewers], 'help-desk': desk, operator, approver, 'change-approver': change };
}

function buildGroups(
  seed: number,
  epochMs: number,
  users: readonly DirectoryUser[],
): { groups: DirectoryGroup[]; exchange: ExchangeObject[] } {
  const groups: DirectoryGroup[] = [];
  const exchange: ExchangeObject[] = [];
  const members = users.filter((user) => user.userType === 'Member' && user.mailboxKind !== 'room');
  const addList = (name: string, local: string, ids: readonly string[], security = false): string => {
    const mail = `${local}@${domainNames[0]}`;
    const id = seededGuid(seed, `group:${local}`);
    groups.push({
      id,
      displayName: name,
      mail,
      mailEnabled: true,
      securityEnabled: security,
      groupTypes: [],
      members: ids,
    });
    exchange.push(
      makeObject(
        seed,
        'DistributionGroup',
        name,
        local,
        epochMs - 900 * 86_400_000,
        distributionGroupProperties(id, name, local, mail, security),
      ),
    );
    return id;
  };
  const departments = [...new Set(members.map((user) => user.department))];
  const departmentIds = departments.map((department) =>
    addList(
      department,
      department.toLowerCase(),
      members.filter((user) => user.department === department && user.mailboxKind === 'user').map((user) => user.id),
    ),
  );
  addList('All employees', 'all', departmentIds);
  addList(
    'Board pack readers',
    'board-pack',
    members.filter((user) => user.priority).map((user) => user.id),
    true,
  );
  addList(
    'MDOPilot_SafeAttachments',
    'mdopilot_safeattachments',
    members
      .filter((user) => user.department === 'IT')
      .slice(6, 11)
      .map((user) => user.id),
  );
  const holders = roleHolders(users);
  for (const role of roles) {
    groups.push({
      id: roleGroups[role],
      displayName: `Cutover ${role}`,
      mail: null,
      mailEnabled: false,
      securityEnabled: true,
      groupTypes: [],
      members: holders[role],
    });
  }
  groups.push({
    id: seededGuid(seed, 'group:project-phoenix'),
    displayName: 'Project Phoenix',
    mail: `project-phoenix@${domainNames[0]}`,
    mailEnabled: true,
    securityEnabled: false,
    groupTypes: ['Unified'],
    members: users.filter((user) => user.userType === 'Guest').map((user) => user.id),
  });
  return { groups, exchange };
}

/** The properties that tie a distribution group's Exchange object to its directory group. */
export function distributionGroupProperties(
  id: string,
  name: string,
  alias: string,
  mail: string,
  security: boolean,
): ExchangeObject {
  return {
    DisplayName: name,
    Alias: alias,
    PrimarySmtpAddress: mail,
    WindowsEmailAddress: mail,
    EmailAddresses: [`SMTP:${mail}`],
    RecipientType: security ? 'MailUniversalSecurityGroup' : 'MailUniversalDistributionGroup',
    RecipientTypeDetails: security ? 'MailUniversalSecurityGroup' : 'MailUniversalDistributionGroup',
    GroupType: security ? 'Universal, SecurityEnabled' : 'Universal',
    ExternalDirectoryObjectId: id,
  };
}

function publicZone(): {
  dns: TenantState['dns'];
  mailExchange: (domain: string) => string;
  records: TenantState['serviceConfigurationRecords'];
} {
  const mailExchange = (domain: string): string =>
    domain === domainNames[2]
      ? `${domain.replaceAll('.', '-')}.a-v1.mx.microsoft`
      : `${domain.replaceAll('.', '-')}.mail.protection.outlook.example`;
  const dns: Record<string, DnsRecords> = {};
  const records: TenantState['serviceConfigurationRecords'] = {};
  domainNames.forEach((domain, index) => {
    dns[domain] = {
      MX: [
        { preference: 10, exchange: 'mx1.mailfort.example' },
        { preference: 20, exchange: 'mx2.mailfort.example' },
      ],
      TXT: [
        `v=spf1 include:spf.protection.outlook.example include:_spf.mailfort.example ${index === 1 ? '~all' : '-all'}`,
        `MS=ms${48120 + index}`,
      ],
      NS: ['ns1.dns-host.example', 'ns2.dns-host.example'],
    };
    dns[`_dmarc.${domain}`] = {
      TXT: [`v=DMARC1; p=${['quarantine', 'none', 'reject'][index]}; rua=mailto:dmarc@contoso.example`],
    };
    dns[`autodiscover.${domain}`] = { CNAME: 'autodiscover.outlook.example' };
    if (index === 0) {
      const dashed = domain.replaceAll('.', '-');
      dns[`selector1._domainkey.${domain}`] = {
        CNAME: `selector1-${dashed}._domainkey.contoso.r-v1.dkim.mail.microsoft`,
      };
      dns[`selector2._domainkey.${domain}`] = {
        CNAME: `selector2-${dashed}._domainkey.contoso.r-v1.dkim.mail.microsoft`,
      };
    }
    records[domain] = [
      {
        '@odata.type': '#microsoft.graph.domainDnsMxRecord',
        id: `mx-${domain}`,
        isOptional: false,
        label: domain,
        recordType: 'Mx',
        supportedService: 'Email',
        ttl: 3600,
        mailExchange: mailExchange(domain),
        preference: 0,
      },
      {
        '@odata.type': '#microsoft.graph.domainDnsTxtRecord',
        id: `txt-${domain}`,
        isOptional: false,
        label: domain,
        recordType: 'Txt',
        supportedService: 'Email',
        ttl: 3600,
        text: 'v=spf1 include:spf.protection.outlook.example -all',
      },
      {
        '@odata.type': '#microsoft.graph.domainDnsCnameRecord',
        id: `cname-${domain}`,
        isOptional: true,
        label: `autodiscover.${domain}`,
        recordType: 'CName',
        supportedService: 'Email',
        ttl: 3600,
        canonicalName: 'autodiscover.outlook.example',
      },
    ];
  });
  dns['_spf.mailfort.example'] = { TXT: [`v=spf1 ${oldGateway.ips.map((ip) => `ip4:${ip}`).join(' ')} -all`] };
  dns['spf.protection.outlook.example'] = { TXT: ['v=spf1 ip4:192.0.2.0/24 -all'] };
  dns['mx1.mailfort.example'] = { A: ['198.51.100.10'] };
  dns['mx2.mailfort.example'] = { A: ['198.51.100.11'] };
  dns['mailfort.example'] = { NS: ['ns1.mailfort.example'] };
  return { dns, mailExchange, records };
}

/** A new tenant from a seed. `epochMs` is the sandbox clock at its first start; the same arguments give the same tenant. */
export function buildTenant(seed: number, epochMs: number): TenantState {
  const users = buildUsers(seed);
  const { groups, exchange } = buildGroups(seed, epochMs, users);
  const zone = publicZone();
  return {
    tenantId: '5a0d0000-0000-4000-8000-00000000ffff',
    seed,
    exchange: { ...livedInConfiguration(seed, epochMs, users), DistributionGroup: exchange },
    users,
    groups,
    domains: domainNames.map((id, index) => ({
      id,
      isDefault: index === 0,
      isVerified: true,
      mailExchange: zone.mailExchange(id),
    })),
    oldService: { ...oldGateway, exempt: new Set() },
    serviceConfigurationRecords: zone.records,
    dns: zone.dns,
    adminSubmissions: [],
  };
}
