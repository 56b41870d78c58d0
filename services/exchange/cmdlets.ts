/** What a cmdlet parameter may hold. `add`/`remove` change single elements of a list (exchange reference 1.3). */
export type ParameterValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | { readonly add?: readonly string[]; readonly remove?: readonly string[] };

/** `read` changes nothing and may be repeated; `write` changes the tenant and is repeated only when it surely was not executed. */
export type CmdletKind = 'read' | 'write';

interface Cmdlet<P extends string> {
  readonly kind: CmdletKind;
  readonly parameters: readonly P[];
  /** Least management roles that allow it (exchange reference 1.12), for the doctor. */
  readonly roles: string;
}

const read = <const P extends string>(parameters: readonly P[], roles: string): Cmdlet<P> => ({
  kind: 'read',
  parameters,
  roles,
});
const write = <const P extends string>(parameters: readonly P[], roles: string): Cmdlet<P> => ({
  kind: 'write',
  parameters,
  roles,
});

/** Settings of an anti-phishing policy that the product reads and writes, with the type each has (Set-AntiPhishPolicy). */
export const antiPhishParameters = {
  AdminDisplayName: 'text',
  AuthenticationFailAction: 'text',
  DmarcQuarantineAction: 'text',
  DmarcRejectAction: 'text',
  Enabled: 'flag',
  EnableFirstContactSafetyTips: 'flag',
  EnableMailboxIntelligence: 'flag',
  EnableMailboxIntelligenceProtection: 'flag',
  EnableOrganizationDomainsProtection: 'flag',
  EnableSimilarDomainsSafetyTips: 'flag',
  EnableSimilarUsersSafetyTips: 'flag',
  EnableSpoofIntelligence: 'flag',
  EnableTargetedDomainsProtection: 'flag',
  EnableTargetedUserProtection: 'flag',
  EnableUnauthenticatedSender: 'flag',
  EnableUnusualCharactersSafetyTips: 'flag',
  EnableViaTag: 'flag',
  ExcludedDomains: 'list',
  ExcludedSenders: 'list',
  HonorDmarcPolicy: 'flag',
  ImpersonationProtectionState: 'text',
  MailboxIntelligenceProtectionAction: 'text',
  MailboxIntelligenceProtectionActionRecipients: 'list',
  MailboxIntelligenceQuarantineTag: 'text',
  PhishThresholdLevel: 'number',
  SpoofQuarantineTag: 'text',
  TargetedDomainActionRecipients: 'list',
  TargetedDomainProtectionAction: 'text',
  TargetedDomainQuarantineTag: 'text',
  TargetedDomainsToProtect: 'list',
  TargetedUserActionRecipients: 'list',
  TargetedUserProtectionAction: 'text',
  TargetedUserQuarantineTag: 'text',
  TargetedUsersToProtect: 'list',
} as const;

/** Name of a setting of an anti-phishing policy. */
export type AntiPhishParameter = keyof typeof antiPhishParameters;

/** Whether a name is a setting of an anti-phishing policy that the product may write. */
export const isAntiPhishParameter = (name: string): name is AntiPhishParameter =>
  Object.hasOwn(antiPhishParameters, name);

const antiPhish = Object.keys(antiPhishParameters).filter(isAntiPhishParameter);
const ruleConditions = [
  'SentTo',
  'SentToMemberOf',
  'RecipientDomainIs',
  'ExceptIfSentTo',
  'ExceptIfSentToMemberOf',
  'ExceptIfRecipientDomainIs',
] as const;
const reportSettings = [
  'EnableReportToMicrosoft',
  'EnableThirdPartyAddress',
  'ReportJunkToCustomizedAddress',
  'ReportNotJunkToCustomizedAddress',
  'ReportPhishToCustomizedAddress',
  'ReportJunkAddresses',
  'ReportNotJunkAddresses',
  'ReportPhishAddresses',
  'ThirdPartyReportAddresses',
] as const;

const hygiene = 'Transport Hygiene (or Security Admin)';
const groups = 'Distribution Groups, and Security Group Creation and Membership';

/** Every cmdlet that the product may run, with every parameter that it may send. Nothing else leaves the client. */
export const cmdlets = {
  'Get-AcceptedDomain': read(['ResultSize'], 'View-Only Configuration'),
  'Get-InboundConnector': read(['ResultSize'], 'View-Only Configuration'),
  'Get-User': read(['ResultSize', 'RecipientTypeDetails'], 'View-Only Recipients'),
  'Get-Mailbox': read(['ResultSize', 'RecipientTypeDetails'], 'View-Only Recipients'),
  'Get-Recipient': read(['Identity', 'ResultSize'], 'View-Only Recipients'),
  'Get-DistributionGroup': read(['Identity', 'ResultSize'], 'View-Only Recipients'),
  'New-DistributionGroup': write(['Name', 'PrimarySmtpAddress', 'Type', 'MemberJoinRestriction'], groups),
  'Set-DistributionGroup': write(
    ['Identity', 'Name', 'PrimarySmtpAddress', 'MemberJoinRestriction', 'BypassSecurityGroupManagerCheck'],
    groups,
  ),
  'Remove-DistributionGroup': write(['Identity', 'BypassSecurityGroupManagerCheck', 'Confirm'], groups),
  'Get-DistributionGroupMember': read(['Identity', 'ResultSize'], 'View-Only Recipients'),
  'Add-DistributionGroupMember': write(['Identity', 'Member', 'BypassSecurityGroupManagerCheck'], groups),
  'Remove-DistributionGroupMember': write(['Identity', 'Member', 'BypassSecurityGroupManagerCheck', 'Confirm'], groups),
  'Get-AntiPhishPolicy': read(['Identity'], 'Security Reader'),
  'New-AntiPhishPolicy': write(['Name', ...antiPhish], hygiene),
  'Set-AntiPhishPolicy': write(['Identity', ...antiPhish], hygiene),
  'Remove-AntiPhishPolicy': write(['Identity', 'Confirm'], hygiene),
  'Get-AntiPhishRule': read(['Identity'], 'Security Reader'),
  'New-AntiPhishRule': write(['Name', 'AntiPhishPolicy', 'Enabled', 'Priority', ...ruleConditions], hygiene),
  'Set-AntiPhishRule': write(['Identity', 'AntiPhishPolicy', 'Priority', ...ruleConditions], hygiene),
  'Enable-AntiPhishRule': write(['Identity', 'Confirm'], hygiene),
  'Disable-AntiPhishRule': write(['Identity', 'Confirm'], hygiene),
  'Remove-AntiPhishRule': write(['Identity', 'Confirm'], hygiene),
  'Get-TransportRule': read(['Identity', 'ResultSize'], 'View-Only Configuration'),
  'Set-TransportRule': write(['Identity', 'ExceptIfSentToMemberOf'], 'Transport Rules'),
  'Get-ReportSubmissionPolicy': read(['Identity'], 'Security Reader'),
  'New-ReportSubmissionPolicy': write(reportSettings, hygiene),
  'Set-ReportSubmissionPolicy': write(['Identity', ...reportSettings], hygiene),
  'Remove-ReportSubmissionPolicy': write(['Identity'], hygiene),
  'Get-ReportSubmissionRule': read(['Identity'], 'Security Reader'),
  'New-ReportSubmissionRule': write(['Name', 'ReportSubmissionPolicy', 'SentTo'], hygiene),
  'Set-ReportSubmissionRule': write(['Identity', 'ReportSubmissionPolicy', 'SentTo'], hygiene),
  'Remove-ReportSubmissionRule': write(['Identity', 'Confirm'], hygiene),
} as const;

/** Name of a cmdlet of the table. */
export type CmdletName = keyof typeof cmdlets;

/** The parameters that may be sent with a cmdlet. */
export type CmdletParameters<C extends CmdletName> = {
  readonly [P in (typeof cmdlets)[C]['parameters'][number]]?: ParameterValue;
};
