import type { TenantState } from '../state.ts';
import { fractionOf, hashText } from './chance.ts';
import { policiesFor } from './evaluator.ts';
import { flagOf, listOf } from './fields.ts';
import type { Fate } from './judge.ts';
import { type GroundTruth, isLegitimate, type RawMessage } from './message.ts';
import { profileOf } from './profile.ts';
import { isoTime, type Row } from './rows.ts';

/** A person's report about a message. */
export interface PlannedReport {
  readonly atMs: number;
  /** When the service has an answer. */
  readonly answeredMs: number;
  readonly category: 'phishing' | 'spam' | 'notJunk';
}

/** A person's click on a link of a message. */
export interface PlannedClick {
  readonly atMs: number;
  readonly blocked: boolean;
}

const phishy: ReadonlySet<GroundTruth> = new Set<GroundTruth>([
  'phish',
  'hc-phish',
  'malware',
  'spoof-external',
  'spoof-own',
  'user-impersonation',
  'domain-impersonation',
  'contact-impersonation',
  'brand',
]);

/** Share of messages reported by those who received them, when the culture of reporting is normal. */
const newsletterReports = 0.008;
const phishReports = 0.22;
const spamReports = 0.12;
const simulationReports = 0.45;
const notJunkReports = 0.5;

/** False when reporting is switched off altogether (Get-ReportSubmissionPolicy); an absent policy is the service's default: on. */
export function reportsReachAnyone(state: TenantState): boolean {
  const policy = (state.exchange['ReportSubmissionPolicy'] ?? [])[0];
  if (policy === undefined) return true;
  return (
    flagOf(policy, 'EnableReportToMicrosoft') ||
    flagOf(policy, 'EnableThirdPartyAddress') ||
    flagOf(policy, 'ReportJunkToCustomizedAddress') ||
    flagOf(policy, 'ReportPhishToCustomizedAddress') ||
    listOf(policy, 'ReportJunkAddresses').length + listOf(policy, 'ReportPhishAddresses').length > 0
  );
}

/** What the recipient reports, or null. It follows from seed, message, recipient and fate alone. */
export function reportOf(seed: number, message: RawMessage, recipient: string, fate: Fate): PlannedReport | null {
  if (message.direction !== 'Inbound') return null;
  const inInbox = fate.location === 'Inbox/Folder';
  const away = fate.location === 'Junk' || fate.location === 'Quarantine';
  let category: PlannedReport['category'];
  let share = 0;
  if (inInbox && message.truth === 'simulation') {
    category = 'phishing';
    share = simulationReports;
  } else if (inInbox && phishy.has(message.truth)) {
    category = 'phishing';
    share = phishReports;
  } else if (inInbox && (message.truth === 'spam' || message.truth === 'hc-spam')) {
    category = 'spam';
    share = spamReports;
  } else if (inInbox && message.truth === 'newsletter') {
    category = 'spam';
    share = newsletterReports;
  } else if (away && isLegitimate(message.truth) && message.truth !== 'newsletter') {
    category = 'notJunk';
    share = notJunkReports;
  } else return null;
  // Where evidence shall stay thin, hardly anybody reports.
  if (profileOf(seed) === 'inconclusive') share *= 0.02;
  const key = message.networkMessageId + recipient;
  if (fractionOf(key, seed ^ 0x51) >= share) return null;
  const atMs = message.timeMs + 120_000 + Math.floor(fractionOf(key, 0x52) * 6 * 3_600_000);
  return { atMs, answeredMs: atMs + 300_000 + Math.floor(fractionOf(key, 0x53) * 3_600_000), category };
}

/** Whether the recipient clicks a link that Safe Links watches, or null. */
export function clickOf(
  seed: number,
  message: RawMessage,
  recipient: string,
  fate: Fate,
  state: TenantState,
): PlannedClick | null {
  if (message.urls.length === 0 || fate.location !== 'Inbox/Folder' || message.direction !== 'Inbound') return null;
  const key = message.networkMessageId + recipient;
  if (fractionOf(key, seed ^ 0x61) >= (phishy.has(message.truth) ? 0.06 : 0.02)) return null;
  const links = policiesFor(state, recipient).safeLinks;
  if (!links.enabled || !links.tracksClicks) return null;
  const atMs = message.timeMs + 60_000 + Math.floor(fractionOf(key, 0x62) * 3 * 3_600_000);
  return { atMs, blocked: phishy.has(message.truth) && fractionOf(key, 0x63) < 0.9 };
}

function guidFrom(text: string): string {
  const word = (salt: number): string => hashText(text, salt).toString(16).padStart(8, '0');
  const h = word(11) + word(12) + word(13) + word(14);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`;
}

function outcome(message: RawMessage, fate: Fate, key: string): { category: string; detail: string } {
  const byRule = fate.orgLevelPolicy === 'Exchange transport rule' && fate.detections.length > 0;
  if (message.truth === 'simulation') return { category: 'phishingSimulation', detail: 'allowedByAdvancedDelivery' };
  if (message.truth === 'malware') return { category: 'malware', detail: 'itemFoundMalicious' };
  if (phishy.has(message.truth))
    return { category: 'phishing', detail: byRule ? 'allowedByExchangeTransportRule' : 'itemFoundMalicious' };
  if (message.truth === 'newsletter')
    return fractionOf(key, 0x71) < 0.4
      ? { category: 'bulk', detail: 'itemFoundBulk' }
      : { category: 'notJunk', detail: 'itemFoundClean' };
  if (isLegitimate(message.truth)) return { category: 'notJunk', detail: 'itemFoundClean' };
  return { category: 'spam', detail: byRule ? 'allowedByExchangeTransportRule' : 'itemFoundSpam' };
}

/** The emailThreatSubmission (beta) of a report, as it is before the service has answered. */
export function submissionRow(
  state: TenantState,
  message: RawMessage,
  recipient: string,
  fate: Fate,
  report: PlannedReport,
): Row {
  const person = state.users.find((u) => u.mail.toLowerCase() === recipient);
  const original = fate.threatTypes.includes('Malware')
    ? 'malware'
    : fate.threatTypes.includes('Phish')
      ? 'phishing'
      : fate.threatTypes.includes('Spam')
        ? 'spam'
        : 'notJunk';
  return {
    '@odata.type': '#microsoft.graph.security.emailContentThreatSubmission',
    id: guidFrom(message.networkMessageId + recipient),
    tenantId: state.tenantId,
    createdDateTime: isoTime(report.atMs),
    contentType: 'email',
    category: report.category,
    source: 'user',
    createdBy: { id: person?.id ?? '', displayName: person?.displayName ?? '', email: recipient },
    status: 'running',
    result: null,
    adminReview: null,
    clientSource: 'microsoft',
    recipientEmailAddress: recipient,
    internetMessageId: message.internetMessageId,
    subject: message.subject,
    sender: message.from,
    senderIP: fate.sourceIp,
    receivedDateTime: isoTime(message.timeMs),
    originalCategory: original,
    attackSimulationInfo:
      message.truth === 'simulation'
        ? {
            attackSimId: 'f1b0c0de-0000-4000-8000-0000000000a1',
            attackSimUserId: person?.id ?? '',
            attackSimDateTime: isoTime(message.timeMs),
            attackSimDurationTime: 'P7D',
          }
        : null,
    tenantAllowOrBlockListAction: null,
  };
}

/** Enters the service's answer: most succeed, one in thirty fails. */
export function answerSubmission(row: Row, message: RawMessage, recipient: string, fate: Fate): void {
  const key = message.networkMessageId + recipient;
  if (fractionOf(key, 0x72) < 1 / 30) {
    row['status'] = 'failed';
    row['result'] = {
      category: 'noResultAvailable',
      detail: 'unableToMakeDecision',
      detectedFiles: [],
      detectedUrls: [],
      userMailboxSetting: [],
    };
    return;
  }
  row['status'] = 'succeeded';
  row['result'] = {
    ...outcome(message, fate, key),
    detectedFiles: message.attachments
      .filter((a) => a.malicious)
      .map((a) => ({ fileName: a.name, fileHash: a.sha256 })),
    detectedUrls: phishy.has(message.truth) ? message.urls : [],
    userMailboxSetting: [],
  };
}

const submissionTypes = { phishing: 1, spam: 2, notJunk: 3 } as const;

/** The CloudAppEvents row of a report (RecordType 29, SubmissionType 1 phish, 2 junk, 3 not junk). */
export function cloudAppRow(
  state: TenantState,
  message: RawMessage,
  recipient: string,
  report: PlannedReport,
  submission: Row,
): Row {
  const person = state.users.find((u) => u.mail.toLowerCase() === recipient);
  return {
    Timestamp: isoTime(report.atMs),
    ActionType: 'UserSubmission',
    Application: 'Microsoft 365',
    ApplicationId: 11161,
    AppInstanceId: 0,
    AccountObjectId: person?.id ?? '',
    AccountId: recipient,
    AccountDisplayName: person?.displayName ?? '',
    IsAdminOperation: false,
    DeviceType: '',
    OSPlatform: '',
    IPAddress: '198.19.252.9',
    IsAnonymousProxy: false,
    CountryCode: 'DE',
    City: '',
    Isp: '',
    UserAgent: '',
    ActivityType: 'Basic',
    ActivityObjects: [],
    ObjectName: '',
    ObjectType: '',
    ObjectId: '',
    ReportId: `${message.networkMessageId}-${hashText(recipient, 8)}`,
    AccountType: 'Regular',
    IsExternalUser: false,
    IsImpersonated: false,
    IPTags: [],
    IPCategory: '',
    UserAgentTags: [],
    RawEventData: {
      RecordType: 29,
      SubmissionId: submission['id'],
      SubmissionState: 'Submitted',
      SubmissionType: submissionTypes[report.category],
      InternetMessageId: message.internetMessageId,
      NetworkMessageId: message.networkMessageId,
      P1Sender: message.mailFrom,
      P2Sender: message.from,
      SenderIP: message.sourceIp,
      Subject: message.subject,
      Recipients: [recipient],
    },
    AdditionalFields: {},
    LastSeenForUser: {},
    UncommonForUser: {},
    AuditSource: 'Microsoft 365',
    SessionData: {},
    OAuthAppId: '',
  };
}
