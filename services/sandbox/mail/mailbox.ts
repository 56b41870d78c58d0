import type { TenantState } from '../state.ts';
import { answerSubmission, clickOf, cloudAppRow, reportOf, reportsReachAnyone, submissionRow } from './behaviour.ts';
import { invalidate, objectIdFor, policiesFor } from './evaluator.ts';
import { headersOf } from './headers.ts';
import { type Fate, judge } from './judge.ts';
import type { GroundTruth, RawMessage } from './message.ts';
import {
  attachmentRows,
  clickRow,
  emailEventRow,
  isoTime,
  quarantineRow,
  type Row,
  type Timed,
  traceRow,
  urlRows,
  zapRow,
} from './rows.ts';
import { mailOfHour } from './stream.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const HUNTING_DAYS = 30;
const TRACE_DAYS = 90;

/** One judged message for one recipient, kept as long as hunting keeps its row. */
export interface JudgedMail {
  readonly message: RawMessage;
  readonly recipient: string;
  readonly fate: Fate;
}

/** What the sandbox's service knows about mail. The arrays are sorted by time and change in place with `catchUp`. */
export interface MailStore {
  /** Sends and judges everything between the last call and now under the state as it is now. Call it before each write to the state. */
  readonly catchUp: (state: TenantState, nowMs: number) => void;
  /** Where the store stands, in milliseconds. */
  readonly caughtUpMs: () => number;
  readonly emailEvents: readonly Timed[];
  readonly postDelivery: readonly Timed[];
  readonly urlInfo: readonly Timed[];
  readonly attachmentInfo: readonly Timed[];
  readonly clicks: readonly Timed[];
  readonly cloudApp: readonly Timed[];
  readonly trace: readonly Timed[];
  readonly quarantine: readonly Timed[];
  readonly submissions: readonly Timed[];
  /** What a message really was, for rehearsals and tests; undefined when it is unknown or older than hunting. */
  readonly truthOf: (networkMessageId: string) => GroundTruth | undefined;
  /** Everything about a message by its network message id, per recipient. */
  readonly find: (networkMessageId: string) => readonly JudgedMail[];
  /** The header block for one recipient, or null when the message is unknown. */
  readonly headers: (networkMessageId: string, recipient: string, state: TenantState) => string | null;
  /** Releases a quarantined message to its recipients; returns the rows that changed. */
  readonly release: (
    networkMessageId: string,
    recipients: readonly string[] | 'all',
    releasedBy: string,
    nowMs: number,
  ) => readonly Row[];
}

interface Pending {
  readonly atMs: number;
  readonly happen: () => void;
}

/**
 * Creates an empty mail store that begins at a time: nothing was sent before it. An epoch some weeks before the tenant's
 * first day gives the tenant a history.
 */
export function createMailStore(seed: number, epochMs: number): MailStore {
  const emailEvents: Timed[] = [];
  const postDelivery: Timed[] = [];
  const urlInfo: Timed[] = [];
  const attachmentInfo: Timed[] = [];
  const clicks: Timed[] = [];
  const cloudApp: Timed[] = [];
  const trace: Timed[] = [];
  const quarantine: Timed[] = [];
  const submissions: Timed[] = [];
  let pending: Pending[] = [];
  const judged = new Map<string, JudgedMail[]>();
  const eventRows = new Map<string, Row>();
  let caughtUp = epochMs;
  let lastHour: { hour: number; users: TenantState['users']; messages: readonly RawMessage[] } | null = null;

  const sentInHour = (hour: number, state: TenantState): readonly RawMessage[] => {
    if (lastHour !== null && lastHour.hour === hour && lastHour.users === state.users) return lastHour.messages;
    const messages = mailOfHour(seed, hour, state);
    lastHour = { hour, users: state.users, messages };
    return messages;
  };

  const hold = (mail: JudgedMail, objectId: string, atMs: number): void => {
    quarantine.push({ atMs, row: quarantineRow(mail.message, mail.recipient, objectId, mail.fate, atMs) });
  };

  const purge = (mail: JudgedMail, objectId: string, atMs: number): void => {
    postDelivery.push({ atMs, row: zapRow(mail.message, mail.recipient, atMs, mail.fate.location) });
    const row = eventRows.get(`${mail.message.networkMessageId}|${mail.recipient}`);
    if (row !== undefined) {
      row['LatestDeliveryLocation'] = 'Quarantine';
      row['LatestDeliveryAction'] = 'Blocked';
      row['OriginalThreatTypes'] = row['ThreatTypes'] ?? '';
      row['OriginalDetectionMethods'] = row['DetectionMethods'] ?? '';
      row['OriginalConfidenceLevel'] = row['ConfidenceLevel'] ?? '';
      row['ThreatTypes'] = mail.message.truth === 'malware' ? 'Malware' : 'Phish';
    }
    hold(mail, objectId, atMs);
  };

  const settle = (
    message: RawMessage,
    recipient: string,
    state: TenantState,
    reporting: boolean,
    huntingFrom: number,
  ): void => {
    const fate = judge(message, recipient, state, message.timeMs);
    if (!fate.arrived) return;
    const atMs = message.timeMs;
    trace.push({ atMs, row: traceRow(message, recipient, fate) });
    const mail: JudgedMail = { message, recipient, fate };
    const objectId = objectIdFor(state, recipient);
    if (atMs >= huntingFrom) {
      const row = emailEventRow(message, recipient, objectId, fate);
      emailEvents.push({ atMs, row });
      if (message.attachments.length > 0)
        for (const r of attachmentRows(message, recipient, objectId, fate)) attachmentInfo.push({ atMs, row: r });
      const others = judged.get(message.networkMessageId);
      if (others === undefined) {
        judged.set(message.networkMessageId, [mail]);
        for (const r of urlRows(message)) urlInfo.push({ atMs, row: r });
      } else others.push(mail);
      eventRows.set(`${message.networkMessageId}|${recipient}`, row);
    }
    if (message.direction !== 'Inbound') return;
    if (fate.location === 'Quarantine') hold(mail, objectId, atMs);
    else if (message.zapMinutes > 0 && (fate.location === 'Inbox/Folder' || fate.location === 'Junk')) {
      const policies = policiesFor(state, recipient);
      const zaps = message.truth === 'malware' ? policies.malware.zap : fate.zapAllowed && policies.content.phishZap;
      const zapMs = atMs + message.zapMinutes * 60_000;
      if (zaps) pending.push({ atMs: zapMs, happen: () => purge(mail, objectId, zapMs) });
    }
    const click = clickOf(seed, message, recipient, fate, state);
    if (click !== null) {
      const clicked = {
        actionType: click.blocked ? ('ClickBlocked' as const) : ('ClickAllowed' as const),
        threat: click.blocked ? 'Phish' : '',
      };
      pending.push({
        atMs: click.atMs,
        happen: () =>
          clicks.push({ atMs: click.atMs, row: clickRow(message, recipient, click.atMs, state.tenantId, clicked) }),
      });
    }
    const report = reporting ? reportOf(seed, message, recipient, fate) : null;
    if (report !== null) {
      const row = submissionRow(state, message, recipient, fate, report);
      const cloudRow = cloudAppRow(state, message, recipient, report, row);
      pending.push({
        atMs: report.atMs,
        happen: () => {
          submissions.push({ atMs: report.atMs, row });
          cloudApp.push({ atMs: report.atMs, row: cloudRow });
        },
      });
      pending.push({ atMs: report.answeredMs, happen: () => answerSubmission(row, message, recipient, fate) });
    }
  };

  const flush = (nowMs: number): void => {
    const due = pending.filter((p) => p.atMs < nowMs).sort((a, b) => a.atMs - b.atMs);
    if (due.length === 0) return;
    pending = pending.filter((p) => p.atMs >= nowMs);
    for (const p of due) p.happen();
    quarantine.sort((a, b) => a.atMs - b.atMs);
  };

  const forget = (list: Timed[], beforeMs: number, each?: (row: Row) => void): void => {
    let n = 0;
    while (n < list.length && (list[n]?.atMs ?? beforeMs) < beforeMs) n++;
    if (n === 0) return;
    for (const old of list.splice(0, n)) each?.(old.row);
  };

  const prune = (nowMs: number): void => {
    const hunting = nowMs - HUNTING_DAYS * DAY_MS;
    forget(emailEvents, hunting, (row) => {
      const id = String(row['NetworkMessageId']);
      judged.delete(id);
      eventRows.delete(`${id}|${String(row['RecipientEmailAddress'])}`);
    });
    for (const list of [postDelivery, urlInfo, attachmentInfo, clicks, cloudApp]) forget(list, hunting);
    const now = isoTime(nowMs);
    if (quarantine.some((q) => String(q.row['Expires']) <= now)) {
      const left = quarantine.filter((q) => String(q.row['Expires']) > now);
      quarantine.splice(0, quarantine.length, ...left);
    }
    forget(trace, nowMs - TRACE_DAYS * DAY_MS);
    forget(submissions, nowMs - TRACE_DAYS * DAY_MS);
  };

  return {
    catchUp: (state, nowMs) => {
      if (nowMs <= caughtUp) return;
      invalidate(state);
      const reporting = reportsReachAnyone(state);
      const huntingFrom = nowMs - HUNTING_DAYS * DAY_MS;
      for (let hour = Math.floor(caughtUp / HOUR_MS) * HOUR_MS; hour < nowMs; hour += HOUR_MS) {
        for (const message of sentInHour(hour, state)) {
          if (message.timeMs < caughtUp || message.timeMs >= nowMs) continue;
          for (const recipient of message.recipients) settle(message, recipient, state, reporting, huntingFrom);
        }
      }
      caughtUp = nowMs;
      flush(nowMs);
      prune(nowMs);
      // The caller writes next: nothing derived from the old state may survive.
      invalidate(state);
    },
    caughtUpMs: () => caughtUp,
    emailEvents,
    postDelivery,
    urlInfo,
    attachmentInfo,
    clicks,
    cloudApp,
    trace,
    quarantine,
    submissions,
    truthOf: (id) => judged.get(id)?.[0]?.message.truth,
    find: (id) => judged.get(id) ?? [],
    headers: (id, recipient, state) => {
      const mail = judged.get(id)?.find((m) => m.recipient === recipient.toLowerCase());
      if (mail === undefined) return null;
      const stamp = { name: state.oldService.headerName, value: state.oldService.headerValue };
      return headersOf(mail.message, mail.recipient, mail.fate, stamp);
    },
    release: (id, recipients, releasedBy, nowMs) => {
      const changed: Row[] = [];
      const wanted = recipients === 'all' ? null : new Set(recipients.map((r) => r.toLowerCase()));
      for (const { row } of quarantine) {
        if (!String(row['Identity']).startsWith(`${id}\\`) || row['Released'] === true) continue;
        const held = row['QuarantinedUser'];
        const user = Array.isArray(held) ? String(held[0]) : '';
        if (wanted !== null && !wanted.has(user)) continue;
        row['Released'] = true;
        row['ReleaseStatus'] = 'RELEASED';
        row['ReleasedBy'] = [releasedBy];
        row['ReleasedUser'] = [user];
        const event = eventRows.get(`${id}|${user}`);
        if (event !== undefined) {
          event['LatestDeliveryLocation'] = 'Inbox/Folder';
          event['LatestDeliveryAction'] = 'Delivered';
        }
        postDelivery.push({
          atMs: nowMs,
          row: {
            Timestamp: isoTime(nowMs),
            NetworkMessageId: id,
            InternetMessageId: row['MessageId'] ?? '',
            Action: 'Released from quarantine',
            ActionType: 'Manual remediation',
            ActionTrigger: 'AdminAction',
            ActionResult: 'Success',
            RecipientEmailAddress: user,
            DeliveryLocation: 'Inbox/Folder',
            ThreatTypes: event?.['ThreatTypes'] ?? '',
            DetectionMethods: event?.['DetectionMethods'] ?? '',
            ReportId: `${id}-r`,
            SenderFromAddress: row['SenderAddress'] ?? '',
            EmailDirection: row['Direction'] ?? 'Inbound',
            SourceLocation: 'Quarantine',
          },
        });
        changed.push(row);
      }
      return changed;
    },
  };
}
