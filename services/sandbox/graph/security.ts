import { z } from 'zod';
import { traceEvents } from '../exchange/mail-cmdlets.ts';
import { type Asked, parseObject, type Reply } from '../http.ts';
import { seededGuid } from '../random.ts';
import type { RunningTenant } from '../running.ts';
import { answerCollection, answerEntity, type CollectionRules, type Entity, graphError } from './odata.ts';

const day = 86_400_000;
const incidentRules: CollectionRules = {
  context: 'security/incidents',
  filterable: [
    'assignedTo',
    'classification',
    'createdDateTime',
    'determination',
    'lastUpdateDateTime',
    'severity',
    'status',
  ],
  pageSize: 50,
  maxTop: 50,
};
const alertRules: CollectionRules = {
  context: 'security/alerts_v2',
  filterable: [...incidentRules.filterable, 'serviceSource'],
  pageSize: 100,
  maxTop: 2000,
};
const traceRules: CollectionRules = {
  context: 'admin/exchange/tracing/messageTraces',
  filterable: [
    'id',
    'messageId',
    'fromIP',
    'toIP',
    'recipientAddress',
    'senderAddress',
    'status',
    'subject',
    'receivedDateTime',
  ],
  pageSize: 1000,
  maxTop: 5000,
};
const submissionRules: CollectionRules = {
  context: 'security/threatSubmission/emailThreats',
  filterable: ['createdBy/email', 'createdDateTime', 'source', 'status'],
  pageSize: 100,
  maxTop: 1000,
  options: ['$filter', '$top', '$skiptoken', '$count'],
};
const analysedRules: CollectionRules = {
  context: 'security/collaboration/analyzedEmails',
  filterable: ['networkMessageId', 'recipientEmailAddress', 'internetMessageId', 'subject'],
  pageSize: 100,
  maxTop: 1000,
};

/** Alerts of Defender for Office 365: one per user report of phish, and one per purge after delivery. Newest first. */
function alerts(tenant: RunningTenant): Entity[] {
  const base = (key: string, atMs: number, title: string, severity: string): Entity => ({
    id: seededGuid(tenant.state.seed, `alert:${key}`),
    title,
    severity,
    status: 'new',
    classification: null,
    determination: null,
    serviceSource: 'microsoftDefenderForOffice365',
    detectionSource: 'microsoftDefenderForOffice365',
    category: 'InitialAccess',
    assignedTo: null,
    createdDateTime: new Date(atMs).toISOString(),
    lastUpdateDateTime: new Date(atMs).toISOString(),
    incidentId: String(1000 + Math.floor(atMs / day)),
    tenantId: tenant.state.tenantId,
  });
  const evidence = (id: unknown, recipient: unknown, sender: unknown, subject: unknown): Entity[] => [
    {
      '@odata.type': '#microsoft.graph.security.analyzedMessageEvidence',
      networkMessageId: id,
      recipientEmailAddress: recipient,
      p2Sender: { emailAddress: sender },
      subject,
    },
  ];
  const reported = tenant.mail.submissions
    .filter(({ row }) => row['category'] === 'phishing' || row['category'] === 'malware')
    .map(({ atMs, row }) => ({
      ...base(`report:${String(row['id'])}`, atMs, 'Email reported by user as malware or phish', 'low'),
      evidence: evidence('', row['recipientEmailAddress'], row['sender'], row['subject']),
    }));
  const purged = tenant.mail.postDelivery
    .filter(({ row }) => String(row['ActionType']).endsWith('ZAP'))
    .map(({ atMs, row }) => ({
      ...base(`zap:${String(row['ReportId'])}`, atMs, 'Email messages removed after delivery', 'informational'),
      evidence: evidence(row['NetworkMessageId'], row['RecipientEmailAddress'], row['SenderFromAddress'], ''),
    }));
  return [...reported, ...purged].sort((left, right) =>
    String(new Map(Object.entries(right)).get('createdDateTime')).localeCompare(
      String(new Map(Object.entries(left)).get('createdDateTime')),
    ),
  );
}

function incidents(tenant: RunningTenant): Entity[] {
  const byDay = new Map<string, Entity[]>();
  for (const alert of alerts(tenant))
    byDay.set(String(alert['incidentId']), [...(byDay.get(String(alert['incidentId'])) ?? []), alert]);
  return [...byDay].map(([id, members]) => ({
    id,
    displayName: `${members.length} alerts on email`,
    severity: members.some((alert) => alert['severity'] === 'low') ? 'low' : 'informational',
    status: 'active',
    classification: 'unknown',
    determination: 'unknown',
    assignedTo: null,
    createdDateTime: members.at(-1)?.['createdDateTime'],
    lastUpdateDateTime: members[0]?.['createdDateTime'],
    tenantId: tenant.state.tenantId,
    alerts: members,
  }));
}

function listOf(
  url: URL,
  found: readonly Entity[],
  id: string,
  rules: CollectionRules,
  bare: (entity: Entity) => Entity = (entity) => entity,
): Reply {
  return id === ''
    ? answerCollection(url, found.map(bare), rules)
    : answerEntity(
        url,
        found.find((entity) => entity['id'] === id),
        id,
      );
}

function answerTrace(asked: Asked, tenant: RunningTenant, rest: string): Reply {
  const detail = /^\/([^/]+)\/getDetailsByRecipient\(recipientAddress='([^']*)'\)$/.exec(decodeURIComponent(rest));
  if (detail !== null) {
    const found = traceEvents(tenant.mail, detail[1] ?? '', detail[2] ?? '');
    const value = found.map((step, index) => ({
      id: `${detail[1]}-${index}`,
      messageId: tenant.mail.find(detail[1] ?? '')[0]?.message.internetMessageId ?? '',
      dateTime: new Date(step.atMs).toISOString(),
      event: step.event,
      action: step.action,
      description: step.detail,
      data: step.data,
    }));
    return answerCollection(asked.url, value, traceRules);
  }
  const filter = asked.url.searchParams.get('$filter') ?? '';
  const bounds = [...filter.matchAll(/receivedDateTime\s+(ge|le|gt|lt)\s+(\S+?)(?=\)|\s|$)/g)].map((match) => ({
    operator: match[1] ?? '',
    ms: Date.parse(match[2] ?? ''),
  }));
  const from = bounds.find((bound) => bound.operator.startsWith('g'))?.ms;
  const to = bounds.find((bound) => bound.operator.startsWith('l'))?.ms;
  const now = tenant.now();
  if ((from === undefined) !== (to === undefined))
    return graphError(400, 'BadRequest', 'Both a start and an end of receivedDateTime are required.');
  if (from !== undefined && to !== undefined && (to - from > 10 * day || from < now - 90 * day - 60_000))
    return graphError(
      400,
      'BadRequest',
      'The range of receivedDateTime must lie in the last 90 days and be at most 10 days long.',
    );
  const start = from ?? now - 2 * day;
  const end = to ?? now;
  const found = tenant.mail.trace.filter(({ atMs }) => atMs >= start && atMs <= end).map(({ row }) => row);
  return answerCollection(asked.url, found.reverse(), traceRules);
}

const submissionSchema = z.object({
  '@odata.type': z.string(),
  category: z.enum(['notJunk', 'spam', 'phishing', 'malware']),
  recipientEmailAddress: z.string(),
  messageUrl: z.string().optional(),
  fileContent: z.string().optional(),
  tenantAllowOrBlockListAction: z.unknown().optional(),
});

function postSubmission(asked: Asked, tenant: RunningTenant): Reply {
  const parsed = submissionSchema.safeParse(parseObject(asked.body));
  if (!parsed.success || (parsed.data.messageUrl === undefined && parsed.data.fileContent === undefined))
    return graphError(400, 'BadRequest', 'category, recipientEmailAddress and messageUrl or fileContent are required.');
  const submission = {
    '@odata.type': parsed.data['@odata.type'],
    id: seededGuid(tenant.state.seed, `submission:${tenant.state.adminSubmissions.length + 1}`),
    tenantId: tenant.state.tenantId,
    createdDateTime: new Date(tenant.now()).toISOString(),
    contentType: 'email',
    category: parsed.data.category,
    source: 'administrator',
    createdBy: { id: '', displayName: 'Application', email: '' },
    status: 'notStarted',
    result: null,
    adminReview: null,
    clientSource: 'other',
    recipientEmailAddress: parsed.data.recipientEmailAddress,
    internetMessageId: '',
    subject: '',
    sender: '',
    senderIP: '',
    receivedDateTime: null,
    originalCategory: parsed.data.category,
    attackSimulationInfo: null,
    tenantAllowOrBlockListAction: parsed.data.tenantAllowOrBlockListAction ?? null,
  };
  tenant.happen({ kind: 'submission', submission });
  return {
    status: 201,
    body: {
      '@odata.context': 'https://graph.microsoft.com/beta/$metadata#security/threatSubmission/emailThreats/$entity',
      ...submission,
    },
  };
}

function analysed(tenant: RunningTenant): Entity[] {
  return tenant.mail.emailEvents.map(({ row }) => ({
    id: `${String(row['NetworkMessageId'])}-${String(row['RecipientObjectId'])}`,
    networkMessageId: row['NetworkMessageId'],
    internetMessageId: row['InternetMessageId'],
    recipientEmailAddress: row['RecipientEmailAddress'],
    subject: row['Subject'],
    loggedDateTime: row['Timestamp'],
    directionality: row['EmailDirection'],
    bulkComplaintLevel: row['BulkComplaintLevel'],
    exchangeTransportRules:
      row['ExchangeTransportRule'] === '' ? [] : [{ name: row['ExchangeTransportRule'], ruleId: '' }],
    inboundConnectorFormattedName: row['Connectors'],
    policyAction: row['EmailAction'],
    policyType: row['EmailActionPolicy'],
    policy: row['EmailActionPolicy'],
    primaryOverrideSource: row['OrgLevelPolicy'],
    overrideSources: row['OrgLevelPolicy'] === '' ? [] : [row['OrgLevelPolicy']],
    detectionMethods: row['DetectionMethods'] === '' ? [] : [row['DetectionMethods']],
    originalDelivery: { action: row['DeliveryAction'], location: row['DeliveryLocation'] },
    latestDelivery: { action: row['LatestDeliveryAction'], location: row['LatestDeliveryLocation'] },
    senderDetail: {
      displayName: row['SenderDisplayName'],
      fromAddress: row['SenderFromAddress'],
      mailFromAddress: row['SenderMailFromAddress'],
      mailFromDomainName: row['SenderMailFromDomain'],
      domainName: row['SenderFromDomain'],
      ipv4: row['SenderIPv4'],
    },
    threatTypes: row['ThreatTypes'] === '' ? ['none'] : String(row['ThreatTypes']).toLowerCase().split(', '),
    sizeInBytes: row['EmailSize'],
  }));
}

/** Answers traces, incidents, alerts, analysed mail and (beta) submissions; undefined for any other path (without the version). */
export function answerSecurity(asked: Asked, tenant: RunningTenant, version: string, path: string): Reply | undefined {
  const trace = /^\/admin\/exchange\/tracing\/messageTraces(\/.*)?$/.exec(path);
  if (trace !== null) return asked.method === 'GET' ? answerTrace(asked, tenant, trace[1] ?? '') : undefined;
  const submissions = /^\/security\/threatSubmission\/emailThreats(?:\/([^/]+))?$/.exec(path);
  if (submissions !== null && version === 'beta') {
    if (asked.method === 'POST' && submissions[1] === undefined) return postSubmission(asked, tenant);
    const found: Entity[] = [...tenant.mail.submissions.map(({ row }) => row), ...tenant.state.adminSubmissions];
    return listOf(asked.url, found, submissions[1] ?? '', submissionRules);
  }
  if (asked.method !== 'GET') return undefined;
  const [, collection = '', id = ''] =
    /^\/security\/(incidents|alerts_v2|collaboration\/analyzedEmails)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (collection === 'alerts_v2') return listOf(asked.url, alerts(tenant), id, alertRules);
  if (collection === 'incidents')
    return listOf(
      asked.url,
      incidents(tenant),
      id,
      incidentRules,
      asked.url.searchParams.get('$expand') === 'alerts' ? undefined : ({ alerts: _alerts, ...rest }) => rest,
    );
  if (collection === 'collaboration/analyzedEmails') {
    const start = Date.parse(asked.url.searchParams.get('startTime') ?? '');
    const end = Date.parse(asked.url.searchParams.get('endTime') ?? '');
    if (id === '' && (Number.isNaN(start) || Number.isNaN(end)))
      return graphError(400, 'BadRequest', 'startTime and endTime are required.');
    return listOf(
      asked.url,
      analysed(tenant).filter(
        (entity) =>
          id !== '' ||
          (Date.parse(String(entity['loggedDateTime'])) >= start &&
            Date.parse(String(entity['loggedDateTime'])) <= end),
      ),
      id,
      analysedRules,
    );
  }
  return undefined;
}
