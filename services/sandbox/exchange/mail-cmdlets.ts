import type { MailStore } from '../mail/mailbox.ts';
import type { ExchangeObject } from '../state.ts';
import { type Bound, boundList, boundText } from './binding.ts';
import { type Answer, type Call, rows, wrote } from './call.ts';
import { ambiguousParameters, badRequest, notFound, type Refusal } from './errors.ts';
import { exchangeTime, texts } from './objects.ts';

const day = 86_400_000;
const traceStatus: Readonly<Record<string, string>> = {
  delivered: 'Delivered',
  quarantined: 'Quarantined',
  filteredAsSpam: 'FilteredAsSpam',
  failed: 'Failed',
  expanded: 'Expanded',
  pending: 'Pending',
  gettingStatus: 'GettingStatus',
};

function timeOf(bound: Bound, name: string): number | undefined {
  const value = boundText(bound, name);
  return value === undefined ? undefined : Date.parse(value);
}

/** Whether an address fits one of the wanted ones; `*@domain` fits a whole domain. No list means everything fits. */
function fitsAddress(wanted: readonly string[] | undefined, address: unknown): boolean {
  if (wanted === undefined || wanted.length === 0) return true;
  const actual = String(address).toLowerCase();
  return wanted.some((pattern) =>
    pattern.startsWith('*') ? actual.endsWith(pattern.slice(1).toLowerCase()) : actual === pattern.toLowerCase(),
  );
}

/** `Get-MessageTraceV2`: newest first, 48 hours unless told otherwise, a keyset continued by EndDate and StartingRecipientAddress. */
function getTrace(call: Call, mail: MailStore): Answer {
  const { bound, nowMs } = call;
  const end = timeOf(bound, 'EndDate') ?? nowMs;
  const start = timeOf(bound, 'StartDate') ?? end - 2 * day;
  if ((bound.has('EndDate') && !bound.has('StartDate')) || start > end)
    return badRequest(
      'Microsoft.Exchange.Management.ReportingTask.InvalidExpressionException',
      'Invalid StartDate value. StartDate and EndDate must both be given, StartDate first.',
    );
  if (end - start > 10 * day)
    return badRequest(
      'Microsoft.Exchange.Management.ReportingTask.InvalidExpressionException',
      'The date range must not exceed 10 days.',
    );
  if (start < nowMs - 90 * day - 60_000)
    return badRequest(
      'Microsoft.Exchange.Management.ReportingTask.InvalidExpressionException',
      'Invalid StartDate value. The StartDate must be within the last 90 days.',
    );
  const size = bound.get('ResultSize') === undefined ? 1000 : Number(bound.get('ResultSize'));
  const limit = Number.isFinite(size) ? Math.min(5000, Math.max(1, size)) : 5000;
  const subject = boundText(bound, 'Subject')?.toLowerCase();
  const how = boundText(bound, 'SubjectFilterType') ?? 'Contains';
  const starting = boundText(bound, 'StartingRecipientAddress')?.toLowerCase();
  const status = boundList(bound, 'Status');
  const found = mail.trace
    .filter(({ atMs, row }) => {
      if (atMs < start || atMs > end) return false;
      if (starting !== undefined && atMs === end && String(row['recipientAddress']) < starting) return false;
      if (
        !fitsAddress(boundList(bound, 'SenderAddress'), row['senderAddress']) ||
        !fitsAddress(boundList(bound, 'RecipientAddress'), row['recipientAddress'])
      )
        return false;
      const ids = boundList(bound, 'MessageId');
      if (ids !== undefined && !ids.includes(String(row['messageId']))) return false;
      if (bound.has('MessageTraceId') && row['id'] !== boundText(bound, 'MessageTraceId')) return false;
      if (boundText(bound, 'FromIP') !== undefined && row['fromIP'] !== boundText(bound, 'FromIP')) return false;
      if (boundText(bound, 'ToIP') !== undefined && row['toIP'] !== boundText(bound, 'ToIP')) return false;
      if (status !== undefined && !status.includes(traceStatus[String(row['status'])] ?? '')) return false;
      const title = String(row['subject']).toLowerCase();
      return (
        subject === undefined ||
        (how === 'StartsWith'
          ? title.startsWith(subject)
          : how === 'EndsWith'
            ? title.endsWith(subject)
            : title.includes(subject))
      );
    })
    .sort(
      (left, right) =>
        right.atMs - left.atMs ||
        String(left.row['recipientAddress']).localeCompare(String(right.row['recipientAddress'])),
    );
  const warnings =
    found.length > limit
      ? [
          'There are more results available than are currently displayed. To view them, use StartingRecipientAddress and EndDate of the last row.',
        ]
      : [];
  return rows(
    found.slice(0, limit).map(({ atMs, row }) => ({
      MessageTraceId: row['id'],
      MessageId: row['messageId'],
      Received: exchangeTime(atMs),
      SenderAddress: row['senderAddress'],
      RecipientAddress: row['recipientAddress'],
      FromIP: row['fromIP'],
      ToIP: row['toIP'],
      Subject: row['subject'],
      Status: traceStatus[String(row['status'])] ?? 'Delivered',
      Size: row['size'],
    })),
    warnings,
  );
}

/** One step in the life of a message for one recipient, for trace details. */
export interface TraceEvent {
  readonly atMs: number;
  readonly event: string;
  readonly action: string;
  readonly detail: string;
  readonly data: string;
}

/** What happened to a message for one recipient, oldest first; empty when the trace does not know it. */
export function traceEvents(mail: MailStore, id: string, recipient: string): TraceEvent[] {
  const found = mail.trace.find(
    ({ row }) => row['id'] === id && String(row['recipientAddress']).toLowerCase() === recipient.toLowerCase(),
  );
  if (found === undefined) return [];
  const judged = mail.find(id).find((one) => one.recipient.toLowerCase() === recipient.toLowerCase());
  const received: TraceEvent = {
    atMs: found.atMs,
    event: 'Receive',
    action: '',
    detail: `Message received from ${String(found.row['fromIP'])}.`,
    data: judged?.fate.connectors ?? '',
  };
  const rule = judged?.fate.exchangeTransportRule ?? '';
  const ruled: TraceEvent[] =
    rule === ''
      ? []
      : [
          {
            atMs: found.atMs + 400,
            event: 'Transport rule',
            action: 'SetSpamConfidenceLevel',
            detail: `Transport rule: '${rule}'.`,
            data: rule,
          },
        ];
  const status = String(found.row['status']);
  const last: TraceEvent =
    status === 'quarantined'
      ? {
          atMs: found.atMs + 1500,
          event: 'Quarantine',
          action: 'Quarantine',
          detail: `Message quarantined: ${judged?.fate.emailActionPolicy ?? ''}`,
          data: judged?.fate.quarantinePolicyName ?? '',
        }
      : status === 'filteredAsSpam'
        ? {
            atMs: found.atMs + 1500,
            event: 'Spam',
            action: 'MoveToJmf',
            detail: `Message delivered to the Junk Email folder: ${judged?.fate.emailActionPolicy ?? ''}`,
            data: '',
          }
        : {
            atMs: found.atMs + 1500,
            event: status === 'failed' ? 'Fail' : 'Deliver',
            action: '',
            detail: status === 'failed' ? 'Message not delivered.' : 'The message was successfully delivered.',
            data: '',
          };
  return [received, ...ruled, last];
}

function getTraceDetail(call: Call, mail: MailStore): Answer {
  const id = boundText(call.bound, 'MessageTraceId') ?? '';
  const recipient = boundText(call.bound, 'RecipientAddress') ?? '';
  return rows(
    traceEvents(mail, id, recipient).map(({ atMs, event, action, detail, data }) => ({
      Date: exchangeTime(atMs),
      Event: event,
      Action: action,
      Detail: detail,
      Data: data,
      MessageTraceId: id,
      MessageId: mail.find(id)[0]?.message.internetMessageId ?? '',
    })),
  );
}

const summaryOnly = ['RecipientAddress', 'QuarantinedUser', 'ReleasedUser'] as const;

function getQuarantine(call: Call, mail: MailStore): Answer {
  const { bound, nowMs } = call;
  const identity = boundText(bound, 'Identity');
  if (identity !== undefined) {
    const found = mail.quarantine.filter(
      ({ row }) =>
        String(row['Identity']).toLowerCase() === identity.toLowerCase() ||
        (!identity.includes('\\') && String(row['Identity']).startsWith(identity)),
    );
    return found.length === 0 ? notFound(identity) : rows(found.map(({ row }) => row));
  }
  const start = timeOf(bound, 'StartReceivedDate') ?? nowMs - 16 * day;
  const end = timeOf(bound, 'EndReceivedDate') ?? nowMs;
  const types =
    boundList(bound, 'QuarantineTypes') ??
    (boundText(bound, 'Type') === undefined ? undefined : [boundText(bound, 'Type') ?? '']);
  const policies = boundList(bound, 'PolicyTypes');
  const statuses = boundList(bound, 'ReleaseStatus')?.map((status) => status.toUpperCase());
  const subject = boundText(bound, 'Subject')?.toLowerCase();
  const size = Math.min(1000, Math.max(1, Number(bound.get('PageSize') ?? 100)));
  const page = Math.max(1, Number(bound.get('Page') ?? 1));
  const found = mail.quarantine
    .filter(({ row }) => {
      const received = Date.parse(String(row['ReceivedTime']));
      if (received < start || received > end) return false;
      if (types !== undefined && !types.includes(String(row['QuarantineTypes']))) return false;
      if (policies !== undefined && !policies.includes(String(row['PolicyType']))) return false;
      if (statuses !== undefined && !statuses.includes(String(row['ReleaseStatus']))) return false;
      if (boundText(bound, 'Direction') !== undefined && row['Direction'] !== boundText(bound, 'Direction'))
        return false;
      if (boundText(bound, 'MessageId') !== undefined && row['MessageId'] !== boundText(bound, 'MessageId'))
        return false;
      if (boundText(bound, 'PolicyName') !== undefined && row['PolicyName'] !== boundText(bound, 'PolicyName'))
        return false;
      if (subject !== undefined && !String(row['Subject']).toLowerCase().includes(subject)) return false;
      return (
        fitsAddress(boundList(bound, 'SenderAddress'), row['SenderAddress']) &&
        (texts(row, 'RecipientAddress').some((address) => fitsAddress(boundList(bound, 'RecipientAddress'), address)) ||
          boundList(bound, 'RecipientAddress') === undefined)
      );
    })
    .sort((left, right) => String(right.row['ReceivedTime']).localeCompare(String(left.row['ReceivedTime'])));
  const shown = found.slice((page - 1) * size, page * size).map(({ row }) => ({
    ...row,
    ...Object.fromEntries(summaryOnly.map((name) => [name, name === 'RecipientAddress' ? row[name] : []])),
  }));
  return rows(shown);
}

function heldRow(mail: MailStore, identity: string): ExchangeObject | undefined {
  return mail.quarantine.find(({ row }) => String(row['Identity']).toLowerCase() === identity.toLowerCase())?.row;
}

function changeQuarantine(call: Call, mail: MailStore): Answer {
  const { bound, nowMs } = call;
  const identities =
    boundList(bound, 'Identities') ??
    (boundText(bound, 'Identity') === undefined ? [] : [boundText(bound, 'Identity') ?? '']);
  if (identities.length === 0) return ambiguousParameters(['Identity']);
  const missing = identities.find((identity) => heldRow(mail, identity) === undefined);
  if (missing !== undefined) return notFound(missing);
  if (call.fact.verb === 'Delete') {
    const gone = new Set(identities.map((identity) => identity.toLowerCase()));
    for (const held of mail.quarantine.filter(({ row }) => gone.has(String(row['Identity']).toLowerCase())))
      held.row['DeletedForRecipients'] = held.row['QuarantinedUser'] ?? [];
    return wrote(true);
  }
  const action = boundText(bound, 'ActionType') ?? 'Release';
  const users = boundList(bound, 'User');
  if (action === 'Release' && users === undefined && bound.get('ReleaseToAll') !== true && !bound.has('ActionType'))
    return ambiguousParameters(['User', 'ReleaseToAll']);
  let changed = false;
  for (const identity of identities) {
    const row = heldRow(mail, identity);
    if (row === undefined) continue;
    if (action !== 'Release') {
      row['ReleaseStatus'] = action === 'Deny' ? 'DENIED' : 'REQUESTED';
      changed = true;
      continue;
    }
    if (row['Released'] === true && bound.get('Force') !== true)
      return badRequest(
        'Microsoft.Exchange.Management.FfoQuarantine.MessageAlreadyReleasedException',
        `The message "${identity}" has already been released.`,
      );
    const recipients = users ?? texts(row, 'QuarantinedUser');
    changed =
      mail.release(identity.slice(0, identity.indexOf('\\')), recipients, 'sandbox-app', nowMs).length > 0 || changed;
  }
  return wrote(changed);
}

function showQuarantined(call: Call, mail: MailStore): Answer {
  const identity = boundText(call.bound, 'Identity') ?? '';
  const row = heldRow(mail, identity);
  const id = identity.slice(0, Math.max(0, identity.indexOf('\\')));
  const recipient = row === undefined ? '' : (texts(row, 'QuarantinedUser')[0] ?? '');
  const block = mail.headers(id, recipient, call.state);
  if (row === undefined || block === null) return notFound(identity);
  return call.fact.verb === 'Preview'
    ? rows([{ Identity: identity, Subject: row['Subject'], SenderAddress: row['SenderAddress'], Body: '' }])
    : rows([{ Identity: identity, Organization: row['Organization'], Header: block }]);
}

function spoofInsight(call: Call, mail: MailStore): Answer {
  const seen = new Map<string, { user: string; infrastructure: string; count: number; last: number }>();
  for (const { atMs, row } of mail.emailEvents) {
    if (row['EmailDirection'] !== 'Inbound' || !String(row['DetectionMethods']).includes('Spoof')) continue;
    const user = String(row['SenderFromDomain']);
    const infrastructure = `${String(row['SenderIPv4']).split('.').slice(0, 3).join('.')}.0/24`;
    const before = seen.get(`${user}|${infrastructure}`);
    seen.set(`${user}|${infrastructure}`, { user, infrastructure, count: (before?.count ?? 0) + 1, last: atMs });
  }
  const own = new Set(call.state.domains.map((domain) => domain.id));
  return rows(
    [...seen.values()].map((one) => ({
      SpoofedUser: one.user,
      SendingInfrastructure: one.infrastructure,
      MessageCount: one.count,
      LastSeen: exchangeTime(one.last),
      SpoofType: own.has(one.user) ? 'Internal' : 'External',
      Action: 'Block',
    })),
  );
}

const mailCmdlets: Readonly<Record<string, (call: Call, mail: MailStore) => Answer | Refusal>> = {
  'Get-MessageTraceV2': getTrace,
  'Get-MessageTraceDetailV2': getTraceDetail,
  'Get-QuarantineMessage': getQuarantine,
  'Release-QuarantineMessage': changeQuarantine,
  'Delete-QuarantineMessage': changeQuarantine,
  'Get-QuarantineMessageHeader': showQuarantined,
  'Preview-QuarantineMessage': showQuarantined,
  'Get-SpoofIntelligenceInsight': spoofInsight,
};

/** Runs a cmdlet that is about mail; undefined for every other cmdlet. */
export function runMailCmdlet(call: Call, mail: MailStore): Answer | undefined {
  return mailCmdlets[call.fact.name]?.(call, mail);
}
