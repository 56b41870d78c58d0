import type { KqlType } from './values.ts';

/** A documented column of a hunting table. */
export interface TableColumn {
  readonly name: string;
  readonly type: Exclude<KqlType, 'timespan'>;
}

/** Reads `Name` (a string) and `Name:type` words into columns. */
function columnsOf(words: string): readonly TableColumn[] {
  const types: readonly TableColumn['type'][] = ['string', 'datetime', 'int', 'long', 'bool', 'dynamic', 'real'];
  return words
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name = '', wanted = 'string'] = word.split(':');
      return { name, type: types.find((type) => type === wanted) ?? 'string' };
    });
}

/** Columns of the hunting tables as Microsoft documents them (Defender XDR, "advanced hunting … table" pages; EmailEvents of 2026-08-03). */
export const HUNTING_COLUMNS = {
  EmailEvents:
    columnsOf(`Timestamp:datetime NetworkMessageId InternetMessageId SenderMailFromAddress SenderFromAddress SenderDisplayName
    SenderObjectId SenderMailFromDomain SenderFromDomain SenderIPv4 SenderIPv6 RecipientEmailAddress RecipientObjectId Subject
    EmailClusterId:long EmailDirection DeliveryAction DeliveryLocation ThreatTypes ThreatNames DetectionMethods ConfidenceLevel
    BulkComplaintLevel:int EmailAction EmailActionPolicy EmailActionPolicyGuid AuthenticationDetails AttachmentCount:int UrlCount:int
    EmailLanguage Connectors OrgLevelAction OrgLevelPolicy UserLevelAction UserLevelPolicy ReportId AdditionalFields
    LatestDeliveryLocation LatestDeliveryAction OriginalThreatTypes OriginalDetectionMethods OriginalConfidenceLevel DistributionList
    ExchangeTransportRule ForwardingInformation Context To Cc ThreatClassification RecipientDomain EmailSize:long IsFirstContact:int Topics`),
  EmailPostDeliveryEvents:
    columnsOf(`Timestamp:datetime NetworkMessageId InternetMessageId Action ActionType ActionTrigger ActionResult
    RecipientEmailAddress DeliveryLocation ThreatTypes DetectionMethods ReportId SenderFromAddress EmailDirection SourceLocation`),
  EmailUrlInfo: columnsOf(
    'Timestamp:datetime NetworkMessageId Url UrlDomain UrlLocation UrlChainId UrlChainPosition:int ReportId',
  ),
  EmailAttachmentInfo: columnsOf(`Timestamp:datetime NetworkMessageId SenderFromAddress SenderDisplayName SenderObjectId
    RecipientEmailAddress RecipientObjectId FileName FileType SHA256 FileSize:long ThreatTypes ThreatNames DetectionMethods ReportId`),
  UrlClickEvents:
    columnsOf(`Timestamp:datetime Url ActionType AccountUpn Workload NetworkMessageId ThreatTypes DetectionMethods IPAddress
    IsClickedThrough:bool UrlChain ReportId AppName AppVersion SourceId TenantId Type SourceSystem TimeGenerated:datetime`),
  CloudAppEvents:
    columnsOf(`Timestamp:datetime ActionType Application ApplicationId:int AppInstanceId:int AccountObjectId AccountId
    AccountDisplayName IsAdminOperation:bool DeviceType OSPlatform IPAddress IsAnonymousProxy:bool CountryCode City Isp UserAgent
    ActivityType ActivityObjects:dynamic ObjectName ObjectType ObjectId ReportId AccountType IsExternalUser:bool IsImpersonated:bool
    IPTags:dynamic IPCategory UserAgentTags:dynamic RawEventData:dynamic AdditionalFields:dynamic LastSeenForUser:dynamic
    UncommonForUser:dynamic AuditSource SessionData:dynamic OAuthAppId`),
} as const;
