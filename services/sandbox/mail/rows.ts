import { hashText } from './chance.ts';
import type { Fate } from './judge.ts';
import { domainOf, type RawMessage } from './message.ts';

/** A cell of a hunting or trace row. */
export type Cell = string | number | boolean | null | readonly unknown[] | { readonly [key: string]: unknown };

/** A row by column name; times are ISO 8601 texts in UTC. Later events change its `Latest…` and release columns. */
export type Row = Record<string, Cell>;

/** A row with its time in milliseconds, for sorting and retention. */
export interface Timed {
  readonly atMs: number;
  readonly row: Row;
}

/** Milliseconds → ISO 8601, UTC. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function reportId(message: RawMessage, recipient: string): string {
  return `${message.networkMessageId}-${hashText(recipient, 7)}-1`;
}

/** The EmailEvents row of a message for one recipient (advanced hunting schema). */
export function emailEventRow(message: RawMessage, recipient: string, recipientObjectId: string, fate: Fate): Row {
  const auth = fate.auth;
  return {
    Timestamp: isoTime(message.timeMs),
    NetworkMessageId: message.networkMessageId,
    InternetMessageId: message.internetMessageId,
    SenderMailFromAddress: message.mailFrom,
    SenderFromAddress: message.from,
    SenderDisplayName: message.displayName,
    SenderObjectId: message.senderObjectId,
    SenderMailFromDomain: domainOf(message.mailFrom),
    SenderFromDomain: domainOf(message.from),
    SenderIPv4: fate.sourceIp,
    SenderIPv6: '',
    RecipientEmailAddress: recipient,
    RecipientObjectId: recipientObjectId,
    Subject: fate.subjectPrefix + message.subject,
    EmailClusterId: hashText(message.subject, 3),
    EmailDirection: message.direction,
    DeliveryAction: fate.deliveryAction,
    DeliveryLocation: fate.location,
    ThreatTypes: fate.threatTypes,
    ThreatNames: '',
    DetectionMethods: fate.detectionMethods,
    ConfidenceLevel: fate.confidenceLevel,
    BulkComplaintLevel: message.direction === 'Inbound' ? message.bcl : null,
    EmailAction: fate.emailAction,
    EmailActionPolicy: fate.emailActionPolicy,
    EmailActionPolicyGuid: fate.emailActionPolicyGuid,
    AuthenticationDetails:
      message.direction === 'Inbound'
        ? `{"SPF":"${auth.spf}","DKIM":"${auth.dkim}","DMARC":"${auth.dmarc}","CompAuth":"${auth.compauth}"}`
        : '',
    AttachmentCount: message.attachments.length,
    UrlCount: message.urls.length,
    EmailLanguage: message.language,
    Connectors: fate.connectors,
    OrgLevelAction: fate.orgLevelAction,
    OrgLevelPolicy: fate.orgLevelPolicy,
    UserLevelAction: '',
    UserLevelPolicy: '',
    ReportId: reportId(message, recipient),
    AdditionalFields: '',
    LatestDeliveryLocation: fate.location,
    LatestDeliveryAction: fate.deliveryAction,
    OriginalThreatTypes: '',
    OriginalDetectionMethods: '',
    OriginalConfidenceLevel: '',
    DistributionList: '',
    ExchangeTransportRule: fate.exchangeTransportRule,
    ForwardingInformation: '',
    Context: '',
    To: message.recipients.join(';'),
    Cc: '',
    ThreatClassification: '',
    RecipientDomain: domainOf(recipient),
    EmailSize: message.sizeBytes,
    IsFirstContact: message.firstContact ? 1 : 0,
    Topics: '',
  };
}

/** The EmailUrlInfo rows of a message (one per link). */
export function urlRows(message: RawMessage): Row[] {
  return message.urls.map((url, position) => ({
    Timestamp: isoTime(message.timeMs),
    NetworkMessageId: message.networkMessageId,
    Url: url,
    UrlDomain: /^https?:\/\/([^/]+)/.exec(url)?.[1] ?? '',
    UrlLocation: 'Body',
    UrlChainId: '',
    UrlChainPosition: position,
    ReportId: `${message.networkMessageId}-u${position}`,
  }));
}

/** The EmailAttachmentInfo rows of a message for one recipient. */
export function attachmentRows(message: RawMessage, recipient: string, recipientObjectId: string, fate: Fate): Row[] {
  return message.attachments.map((file) => {
    const stopped = file.malicious && fate.threatTypes.includes('Malware');
    return {
      Timestamp: isoTime(message.timeMs),
      NetworkMessageId: message.networkMessageId,
      SenderFromAddress: message.from,
      SenderDisplayName: message.displayName,
      SenderObjectId: message.senderObjectId,
      RecipientEmailAddress: recipient,
      RecipientObjectId: recipientObjectId,
      FileName: file.name,
      FileType: file.name.slice(file.name.lastIndexOf('.') + 1),
      SHA256: file.sha256,
      FileSize: file.size,
      ThreatTypes: stopped ? 'Malware' : '',
      ThreatNames: stopped ? 'Trojan:Script/Sandbox.A' : '',
      DetectionMethods: stopped ? fate.detectionMethods : '',
      ReportId: reportId(message, recipient),
    };
  });
}

/** The EmailPostDeliveryEvents row of a zero-hour auto purge. */
export function zapRow(message: RawMessage, recipient: string, atMs: number, from: string): Row {
  const malware = message.truth === 'malware';
  return {
    Timestamp: isoTime(atMs),
    NetworkMessageId: message.networkMessageId,
    InternetMessageId: message.internetMessageId,
    Action: 'Moved to quarantine',
    ActionType: malware ? 'Malware ZAP' : 'Phish ZAP',
    ActionTrigger: 'SpecialAction',
    ActionResult: 'Success',
    RecipientEmailAddress: recipient,
    DeliveryLocation: 'Quarantine',
    ThreatTypes: malware ? 'Malware' : 'Phish',
    DetectionMethods: malware
      ? '{"Malware":["File detonation reputation"]}'
      : '{"Phish":["URL detonation reputation"]}',
    ReportId: `${reportId(message, recipient)}z`,
    SenderFromAddress: message.from,
    EmailDirection: message.direction,
    SourceLocation: from,
  };
}

/** The UrlClickEvents row of a click on a link that Safe Links watches. */
export function clickRow(
  message: RawMessage,
  recipient: string,
  atMs: number,
  tenantId: string,
  outcome: { readonly actionType: 'ClickAllowed' | 'ClickBlocked'; readonly threat: string },
): Row {
  return {
    Timestamp: isoTime(atMs),
    Url: message.urls[0] ?? '',
    ActionType: outcome.actionType,
    AccountUpn: recipient,
    Workload: 'Email',
    NetworkMessageId: message.networkMessageId,
    ThreatTypes: outcome.threat,
    DetectionMethods: outcome.threat === '' ? '' : '{"Phish":["URL detonation reputation"]}',
    IPAddress: '198.19.252.9',
    IsClickedThrough: false,
    UrlChain: JSON.stringify(message.urls.slice(0, 1)),
    ReportId: `${reportId(message, recipient)}c`,
    AppName: 'Outlook',
    AppVersion: '16.0',
    SourceId: '',
    TenantId: tenantId,
    Type: 'UrlClickEvents',
    SourceSystem: 'Azure',
    TimeGenerated: isoTime(atMs),
  };
}

/** The message trace row (Graph exchangeMessageTrace) of a message for one recipient. */
export function traceRow(message: RawMessage, recipient: string, fate: Fate): Row {
  return {
    id: message.networkMessageId,
    messageId: message.internetMessageId,
    receivedDateTime: isoTime(message.timeMs),
    recipientAddress: recipient,
    senderAddress: message.mailFrom,
    size: message.sizeBytes,
    status: fate.traceStatus,
    subject: fate.subjectPrefix + message.subject,
    fromIP: fate.arrival.lastHop,
    toIP: message.direction === 'Outbound' ? '198.19.253.25' : '',
  };
}

const quarantineTypes: Readonly<Record<string, readonly [string, string]>> = {
  malware: ['Malware', 'AntiMalwarePolicy'],
  'file-type': ['Malware', 'AntiMalwarePolicy'],
  detonation: ['Malware', 'SafeAttachmentPolicy'],
  'hc-phish': ['HighConfPhish', 'HostedContentFilterPolicy'],
  phish: ['Phish', 'HostedContentFilterPolicy'],
  spoof: ['Phish', 'AntiPhishPolicy'],
  user: ['Phish', 'AntiPhishPolicy'],
  domain: ['Phish', 'AntiPhishPolicy'],
  contact: ['Phish', 'AntiPhishPolicy'],
  'hc-spam': ['Spam', 'HostedContentFilterPolicy'],
  spam: ['Spam', 'HostedContentFilterPolicy'],
  bulk: ['Bulk', 'HostedContentFilterPolicy'],
};

/** The Get-QuarantineMessage row of a message that is held for one recipient; the Identity is `<network message id>\<recipient id>`. */
export function quarantineRow(
  message: RawMessage,
  recipient: string,
  recipientObjectId: string,
  fate: Fate,
  atMs: number,
): Row {
  const [type, policyType] = quarantineTypes[fate.winner?.kind ?? ''] ?? ['TransportRule', 'ExchangeTransportRule'];
  return {
    Identity: `${message.networkMessageId}\\${recipientObjectId}`,
    ReceivedTime: isoTime(message.timeMs),
    Organization: domainOf(recipient),
    MessageId: message.internetMessageId,
    SenderAddress: message.from,
    RecipientAddress: [recipient],
    RecipientCount: 1,
    Subject: fate.subjectPrefix + message.subject,
    Size: message.sizeBytes,
    Type: type,
    QuarantineTypes: fate.winner?.kind === 'file-type' ? 'FileTypeBlock' : type,
    PolicyType: policyType,
    PolicyName: fate.quarantinePolicyName,
    TagName: fate.quarantineTag === '' ? 'AdminOnlyAccessPolicy' : fate.quarantineTag,
    Expires: isoTime(atMs + fate.quarantineDays * 86_400_000),
    Direction: message.direction,
    EntityType: 'Email',
    ReleaseStatus: 'NOTRELEASED',
    Released: false,
    SystemReleased: false,
    ReleasedBy: [],
    ReleasedUser: [],
    QuarantinedUser: [recipient],
    DeletedForRecipients: [],
    Reported: false,
    OverrideReason: 'None',
  };
}
