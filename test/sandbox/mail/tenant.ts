import type { DirectoryGroup, DirectoryUser, TenantState } from '../../../services/sandbox/state.ts';

const departments = ['Finance', 'Sales', 'IT', 'Plant', 'HR', 'Purchasing', 'Legal', 'Research'];
const given = ['Anna', 'Boris', 'Carla', 'David', 'Eva', 'Finn', 'Gina', 'Hans', 'Ida', 'Jon', 'Karin', 'Leo'];
const family = ['Albrecht', 'Berger', 'Conrad', 'Dietz', 'Ebner', 'Falk', 'Gruber', 'Hartmann', 'Imhof', 'Jost'];

export const gatewayIp = '203.0.113.10';
export const pilotGroup = 'mdopilot_standard@contoso.example';

/** 240 people (the first twelve are priority accounts) and a pilot of the first and last twenty in a nested group. */
export function testTenant(
  seed: number,
  options: { pilot?: boolean; exempt?: boolean; enhanced?: boolean } = {},
): TenantState {
  const users: DirectoryUser[] = Array.from({ length: 240 }, (_, i) => {
    const givenName = given[i % 12] ?? 'Anna';
    const surname = (family[Math.floor(i / 12) % 10] ?? 'Falk') + (i >= 120 ? 'son' : '');
    const mail = `${givenName}.${surname}@contoso.example`;
    return {
      id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      displayName: `${givenName} ${surname}`,
      givenName,
      surname,
      mail,
      userPrincipalName: mail,
      proxyAddresses: [`SMTP:${mail}`, `smtp:u${i}@contoso.example`],
      department: departments[i % 8] ?? 'IT',
      jobTitle: i < 12 ? 'Director' : 'Clerk',
      accountEnabled: true,
      userType: 'Member',
      manager: null,
      servicePlans: [],
      mailboxKind: 'user',
      priority: i < 12,
      assists: [],
    };
  });
  const pilot = [...users.slice(0, 4), ...users.slice(100, 136)];
  const inner: DirectoryGroup = {
    id: '10000000-0000-4000-8000-000000000002',
    displayName: 'Pilot inner',
    mail: 'inner@contoso.example',
    mailEnabled: true,
    securityEnabled: false,
    groupTypes: [],
    members: [...pilot.slice(20).map((u) => u.id), '10000000-0000-4000-8000-000000000001'],
  };
  const outer: DirectoryGroup = {
    ...inner,
    id: '10000000-0000-4000-8000-000000000001',
    displayName: 'MDOPilot_Standard',
    mail: pilotGroup,
    members: [...pilot.slice(0, 20).map((u) => u.id), inner.id],
  };
  return {
    tenantId: '20000000-0000-4000-8000-000000000000',
    seed,
    users,
    groups: [outer, inner],
    domains: [
      { id: 'contoso.example', isDefault: true, isVerified: true, mailExchange: 'contoso-example.mx.microsoft' },
      {
        id: 'contoso-north.example',
        isDefault: false,
        isVerified: true,
        mailExchange: 'contoso-north-example.mx.microsoft',
      },
    ],
    dns: { 'contoso.example': { MX: [{ preference: 10, exchange: 'mx.oldgate.example' }] } },
    serviceConfigurationRecords: {},
    adminSubmissions: [],
    oldService: {
      name: 'OldGate',
      connectorName: 'Inbound from OldGate',
      ips: [gatewayIp],
      headerName: 'X-OldGate-Key',
      headerValue: 'k-4711',
      exempt: new Set(
        options.exempt === false || options.pilot === false ? [] : pilot.map((u) => u.mail.toLowerCase()),
      ),
    },
    exchange: {
      InboundConnector: [
        {
          Name: 'Inbound from OldGate',
          Enabled: true,
          ConnectorType: 'OnPremises',
          SenderIPAddresses: [gatewayIp],
          EFSkipLastIP: options.enhanced !== false,
          EFSkipIPs: [],
          EFUsers: [],
        },
      ],
      TransportRule: [
        {
          Name: 'Bypass',
          State: 'Enabled',
          Mode: 'Enforce',
          Priority: 0,
          SetSCL: -1,
          HeaderContainsMessageHeader: 'X-OldGate-Key',
          HeaderContainsWords: ['k-4711'],
          ExceptIfSentToMemberOf: options.pilot === false ? null : [pilotGroup],
        },
      ],
      DistributionGroup: [{ Name: 'MDOPilot_Standard', PrimarySmtpAddress: pilotGroup, Guid: 'g' }],
      AntiPhishPolicy: [
        { Name: 'Office365 AntiPhish Default', IsDefault: true, Guid: 'guid-default', EnableSpoofIntelligence: true },
        {
          Name: 'Pilot Standard',
          Guid: 'guid-pilot',
          EnableSpoofIntelligence: true,
          AuthenticationFailAction: 'MoveToJmf',
          PhishThresholdLevel: 3,
          EnableTargetedUserProtection: true,
          TargetedUsersToProtect: users.slice(0, 12).map((u) => `${u.displayName};${u.mail}`),
          TargetedUserProtectionAction: 'NoAction',
          EnableOrganizationDomainsProtection: true,
          EnableTargetedDomainsProtection: false,
          TargetedDomainProtectionAction: 'NoAction',
          EnableMailboxIntelligence: true,
          EnableMailboxIntelligenceProtection: true,
          MailboxIntelligenceProtectionAction: 'NoAction',
          ExcludedSenders: [],
          ExcludedDomains: [],
        },
      ],
      AntiPhishRule: [
        {
          Name: 'Pilot Standard',
          State: 'Enabled',
          Priority: 0,
          AntiPhishPolicy: 'Pilot Standard',
          SentToMemberOf: [pilotGroup],
        },
      ],
      HostedContentFilterPolicy: [
        {
          Name: 'Default',
          IsDefault: true,
          Guid: 'guid-spam',
          BulkThreshold: 7,
          HighConfidencePhishAction: 'Quarantine',
        },
      ],
      MalwareFilterPolicy: [{ Name: 'Default', IsDefault: true, Guid: 'guid-malware' }],
      SafeAttachmentPolicy: [{ Name: 'Built-In Protection Policy', IsBuiltInProtection: true, Action: 'Block' }],
      SafeLinksPolicy: [
        {
          Name: 'Built-In Protection Policy',
          IsBuiltInProtection: true,
          EnableSafeLinksForEmail: true,
          TrackClicks: true,
        },
      ],
    },
  };
}
