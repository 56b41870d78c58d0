import { domainNames } from '../directory/people.ts';
import { makeObject } from '../exchange/objects.ts';
import type { DirectoryUser, ExchangeObject, TenantState } from '../state.ts';

/** The old gateway as the tenant knows it. */
export const oldGateway = {
  name: 'MailFort gateway',
  connectorName: 'Inbound from gateway',
  ips: ['198.51.100.10', '198.51.100.11', '198.51.100.12'],
  headerName: 'X-MailFort-Checked',
  headerValue: 'contoso-7f3a91',
} as const;

type Maker = (noun: string, name: string, properties: ExchangeObject, ageDays?: number) => ExchangeObject;

function protection(make: Maker, users: readonly DirectoryUser[]): Record<string, ExchangeObject[]> {
  const executives = users.filter((user) => user.priority).slice(0, 4);
  const spam = make(
    'HostedContentFilterPolicy',
    'Default',
    {
      IsDefault: true,
      AllowedSenderDomains: ['partner-logistics.example'],
      AllowedSenders: ['newsletter@trade-weekly.example'],
    },
    900,
  );
  return {
    AntiPhishPolicy: [
      make(
        'AntiPhishPolicy',
        'Office365 AntiPhish Default',
        { IsDefault: true, EnableFirstContactSafetyTips: false },
        900,
      ),
      make(
        'AntiPhishPolicy',
        'MDO trial 2024',
        {
          AdminDisplayName: 'Left over from the trial',
          EnableTargetedUserProtection: true,
          TargetedUsersToProtect: executives.map((user) => `${user.displayName};${user.mail}`),
          TargetedUserProtectionAction: 'MoveToJmf',
          EnableMailboxIntelligenceProtection: true,
          MailboxIntelligenceProtectionAction: 'NoAction',
          PhishThresholdLevel: 2,
        },
        500,
      ),
    ],
    AntiPhishRule: [
      make(
        'AntiPhishRule',
        'MDO trial 2024',
        { AntiPhishPolicy: 'MDO trial 2024', Priority: 0, State: 'Enabled', SentToMemberOf: ['it@contoso.example'] },
        500,
      ),
    ],
    HostedContentFilterPolicy: [
      spam,
      make(
        'HostedContentFilterPolicy',
        'Sales newsletters',
        { BulkThreshold: 9, AdminDisplayName: 'Ticket 20311' },
        700,
      ),
    ],
    HostedContentFilterRule: [
      make(
        'HostedContentFilterRule',
        'Sales newsletters',
        {
          HostedContentFilterPolicy: 'Sales newsletters',
          Priority: 0,
          State: 'Enabled',
          SentToMemberOf: ['sales@contoso.example'],
        },
        700,
      ),
    ],
    SafeLinksPolicy: [
      make(
        'SafeLinksPolicy',
        'Built-In Protection Policy',
        {
          IsBuiltInProtection: true,
          EnableForInternalSenders: false,
          AllowClickThrough: true,
          DisableUrlRewrite: true,
        },
        600,
      ),
    ],
    SafeLinksRule: [],
    SafeAttachmentPolicy: [
      make(
        'SafeAttachmentPolicy',
        'Built-In Protection Policy',
        { IsBuiltInProtection: true, Enable: true, Action: 'Block' },
        600,
      ),
    ],
    SafeAttachmentRule: [],
    MalwareFilterPolicy: [make('MalwareFilterPolicy', 'Default', { IsDefault: true }, 900)],
    MalwareFilterRule: [],
    HostedOutboundSpamFilterPolicy: [
      make('HostedOutboundSpamFilterPolicy', 'Default', { IsDefault: true, ConfigurationType: 'Default' }, 900),
    ],
    HostedOutboundSpamFilterRule: [],
    HostedConnectionFilterPolicy: [
      make(
        'HostedConnectionFilterPolicy',
        'Default',
        {
          IsDefault: true,
          IPAllowList: ['203.0.113.77'],
          IPBlockList: null,
          EnableSafeList: false,
          DirectoryBasedEdgeBlockMode: 'Default',
          AdminDisplayName: '',
        },
        900,
      ),
    ],
    AtpPolicyForO365: [
      make(
        'AtpPolicyForO365',
        'Default',
        { EnableATPForSPOTeamsODB: true, EnableSafeDocs: false, AllowSafeDocsOpen: false },
        600,
      ),
    ],
    EOPProtectionPolicyRule: [],
    ATPProtectionPolicyRule: [],
    ATPBuiltInProtectionRule: [
      make(
        'ATPBuiltInProtectionRule',
        'ATP Built-In Protection Rule',
        {
          SafeAttachmentPolicy: 'Built-In Protection Policy',
          SafeLinksPolicy: 'Built-In Protection Policy',
          Priority: 0,
          State: 'Enabled',
        },
        600,
      ),
    ],
    TeamsProtectionPolicy: [make('TeamsProtectionPolicy', 'Teams Protection Policy', {}, 300)],
    TeamsProtectionPolicyRule: [],
  };
}

function mailFlow(make: Maker): Record<string, ExchangeObject[]> {
  return {
    TransportRule: [
      make(
        'TransportRule',
        'Bypass spam filtering (old gateway)',
        {
          Priority: 0,
          State: 'Enabled',
          Comments: 'The gateway has filtered it already. Do not remove! (2019)',
          FromScope: 'NotInOrganization',
          HeaderContainsMessageHeader: oldGateway.headerName,
          HeaderContainsWords: [oldGateway.headerValue],
          SetSCL: '-1',
        },
        1500,
      ),
      make(
        'TransportRule',
        'Block macros from outside',
        {
          Priority: 1,
          State: 'Disabled',
          FromScope: 'NotInOrganization',
          Quarantine: true,
          Comments: 'Off since the plant complained',
        },
        1300,
      ),
      make(
        'TransportRule',
        'External tag',
        {
          Priority: 2,
          State: 'Enabled',
          FromScope: 'NotInOrganization',
          SentToScope: 'InOrganization',
          PrependSubject: '[EXTERNAL] ',
        },
        1100,
      ),
    ],
    InboundConnector: [
      make(
        'InboundConnector',
        oldGateway.connectorName,
        {
          ConnectorType: 'Partner',
          ConnectorSource: 'AdminUI',
          SenderDomains: ['smtp:*;1'],
          SenderIPAddresses: [...oldGateway.ips],
          RestrictDomainsToIPAddresses: true,
          RequireTls: true,
          EFSkipIPs: [...oldGateway.ips],
          EFSkipLastIP: false,
          Comment: 'MailFort',
        },
        1500,
      ),
    ],
    OutboundConnector: [
      make(
        'OutboundConnector',
        'Outbound to Northwind',
        {
          RecipientDomains: ['northwind.example'],
          TlsSettings: 'CertificateValidation',
          ConnectorSource: 'AdminUI',
          IsValidated: true,
        },
        800,
      ),
    ],
    AcceptedDomain: domainNames.map((domain, index) =>
      make(
        'AcceptedDomain',
        domain,
        {
          DomainName: domain,
          DomainType: 'Authoritative',
          Default: index === 0,
          InitialDomain: false,
          MatchSubDomains: false,
          OutboundOnly: false,
          SendingFromDomainDisabled: false,
          SendingToDomainDisabled: false,
          PendingRemoval: false,
        },
        1500,
      ),
    ),
    RemoteDomain: [make('RemoteDomain', 'Default', {}, 1500)],
    DkimSigningConfig: domainNames.map((domain, index) => {
      const dashed = domain.replaceAll('.', '-');
      return make('DkimSigningConfig', domain, {
        Domain: domain,
        Enabled: index === 0,
        Status: index === 0 ? 'Valid' : 'CnameMissing',
        Selector1CNAME: `selector1-${dashed}._domainkey.contoso.r-v1.dkim.mail.microsoft`,
        Selector2CNAME: `selector2-${dashed}._domainkey.contoso.r-v1.dkim.mail.microsoft`,
      });
    }),
    ArcConfig: [make('ArcConfig', 'Default', { ArcTrustedSealers: '' }, 900)],
    ExternalInOutlook: [
      make('ExternalInOutlook', 'contoso.onmicrosoft.example', { Enabled: false, AllowList: [] }, 900),
    ],
  };
}

function organisation(make: Maker): Record<string, ExchangeObject[]> {
  const bits = (value: number): ExchangeObject => ({
    EndUserQuarantinePermissionsValue: value,
    EndUserQuarantinePermissions: `ViewHeader: ${value >= 128}, Preview: ${(value & 2) > 0}, Delete: ${(value & 1) > 0}, Release: ${(value & 4) > 0}, RequestRelease: ${(value & 8) > 0}, BlockSender: ${(value & 16) > 0}, AllowSender: ${(value & 32) > 0}`,
  });
  return {
    OrganizationConfig: [
      make(
        'OrganizationConfig',
        'contoso.onmicrosoft.example',
        {
          DisplayName: 'Contoso',
          RejectDirectSend: false,
          IsDehydrated: false,
          AuditDisabled: false,
          EwsEnabled: null,
          PublicFoldersEnabled: 'Local',
          SendFromAliasEnabled: false,
          ConnectorsEnabled: true,
        },
        1500,
      ),
    ],
    EmailTenantSettings: [make('EmailTenantSettings', 'Default', { EnablePriorityAccountProtection: true }, 300)],
    QuarantinePolicy: [
      make('QuarantinePolicy', 'AdminOnlyAccessPolicy', bits(0), 900),
      make('QuarantinePolicy', 'DefaultFullAccessPolicy', bits(39), 900),
      make('QuarantinePolicy', 'DefaultFullAccessWithNotificationPolicy', { ...bits(39), ESNEnabled: true }, 900),
      make('QuarantinePolicy', 'NotificationEnabledPolicy', { ...bits(39), ESNEnabled: true }, 900),
      make(
        'QuarantinePolicy',
        'DefaultGlobalTag',
        {
          QuarantinePolicyType: 'GlobalQuarantinePolicy',
          ESNEnabled: true,
          EndUserSpamNotificationFrequency: '1.00:00:00',
        },
        900,
      ),
    ],
    ReportSubmissionPolicy: [],
    ReportSubmissionRule: [],
    PhishSimOverridePolicy: [],
    ExoPhishSimOverrideRule: [],
    SecOpsOverridePolicy: [],
    ExoSecOpsOverrideRule: [],
    TenantAllowBlockListItems: [],
    TenantAllowBlockListSpoofItems: [],
  };
}

/** The Exchange configuration of a tenant in which people have worked for years: defaults, leftovers, and a few faults. */
export function livedInConfiguration(
  seed: number,
  epochMs: number,
  users: readonly DirectoryUser[],
): TenantState['exchange'] {
  const make: Maker = (noun, name, properties, ageDays = 400) =>
    makeObject(seed, noun, name, name, epochMs - ageDays * 86_400_000, properties);
  return { ...protection(make, users), ...mailFlow(make), ...organisation(make) };
}
