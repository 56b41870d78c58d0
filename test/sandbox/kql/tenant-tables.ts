import { type KqlAnswer, runKql, type Table } from '../../../services/sandbox/kql/kql.ts';
import { HUNTING_COLUMNS } from '../../../services/sandbox/kql/tables.ts';

/** The moment of every query in these tests. */
export const NOW = Date.UTC(2026, 8, 15, 12);
export const DAY = 86_400_000;
export const HOUR = 3_600_000;

/** A stored record; `ago` is its age in ms. */
export interface Aged {
  readonly ago: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Tables over these records, all others empty, and a count of how many records were handed out. */
export function tablesOf(rows: Partial<Record<keyof typeof HUNTING_COLUMNS, readonly Aged[]>>): {
  readonly tables: ReadonlyMap<string, Table>;
  readonly read: { count: number };
} {
  const read = { count: 0 };
  const tables = new Map<string, Table>();
  for (const [name, columns] of Object.entries(HUNTING_COLUMNS)) {
    const stored = (Object.entries(rows).find(([key]) => key === name)?.[1] ?? []).map(({ ago, row }) => ({
      at: NOW - ago,
      row: { Timestamp: new Date(NOW - ago).toISOString(), ...row },
    }));
    tables.set(name, {
      name,
      columns,
      *rows(fromMs, toMs) {
        for (const { at, row } of stored) {
          if (at < fromMs || at >= toMs) continue;
          read.count += 1;
          yield row;
        }
      },
    });
  }
  return { tables, read };
}

const NONE = tablesOf({}).tables;

/** Runs a text that must be accepted. */
export function run(query: string, tables = NONE, timespan?: string): Extract<KqlAnswer, { ok: true }> {
  const answer = runKql(query, tables, NOW, timespan);
  if (!answer.ok) throw new Error(`${answer.message} in ${query}`);
  return answer;
}

/** The rows of a text that must be accepted, as lists of values. */
export function rows(query: string, tables = NONE): unknown[][] {
  return run(query, tables).results.map((row) => Object.values(row));
}

/** The value of a scalar expression. */
export function value(expression: string): unknown {
  return rows(`print x = ${expression}`)[0]?.[0];
}

/** The words of the refusal of a text that must be refused. */
export function refusal(query: string, tables = NONE, timespan?: string): string {
  const answer = runKql(query, tables, NOW, timespan);
  if (answer.ok) throw new Error(`accepted: ${query}`);
  return answer.message;
}

const OVERRIDDEN = { EmailDirection: 'Inbound', OrgLevelAction: 'Allow', OrgLevelPolicy: 'Exchange transport rule' };

function mail(ago: number, id: string, to: string, more: Readonly<Record<string, unknown>>): Aged {
  return {
    ago,
    row: {
      NetworkMessageId: id,
      RecipientEmailAddress: to,
      DeliveryAction: 'Delivered',
      Subject: `About ${id}`,
      ...more,
    },
  };
}

/** A few days of mail in which each hunting query has something to find. */
export const MAIL = tablesOf({
  EmailEvents: [
    mail(9 * DAY, 'old', 'ann@contoso.example', {
      ...OVERRIDDEN,
      BulkComplaintLevel: 7,
      SenderFromDomain: 'news.example',
    }),
    mail(3 * HOUR, 'm1', 'ann@contoso.example', {
      ...OVERRIDDEN,
      ThreatTypes: 'Phish',
      ConfidenceLevel: '{"Phish":"High"}',
      DetectionMethods: '{"Phish":["URL detonation"]}',
      SenderFromDomain: 'evil.example',
      BulkComplaintLevel: 0,
    }),
    mail(2 * HOUR, 'm1', 'ann@contoso.example', {
      ...OVERRIDDEN,
      ThreatTypes: 'Phish',
      ConfidenceLevel: '{"Phish":"High"}',
      DetectionMethods: '{"Phish":["URL detonation"]}',
      SenderFromDomain: 'evil.example',
      BulkComplaintLevel: 0,
    }),
    mail(4 * HOUR, 'm2', 'bob@contoso.example', {
      ...OVERRIDDEN,
      ThreatTypes: 'Phish',
      ConfidenceLevel: '{"Phish":"Low"}',
      DetectionMethods: '{"Phish":["Spoof DMARC"]}',
      AuthenticationDetails: '{"SPF":"fail","DKIM":"none","DMARC":"fail","CompAuth":"fail"}',
      SenderFromDomain: 'contoso.example',
      SenderMailFromDomain: 'bulk.example',
      SenderIPv4: '203.0.113.77',
      BulkComplaintLevel: 6,
    }),
    mail(5 * HOUR, 'm3', 'bob@contoso.example', {
      EmailDirection: 'Inbound',
      RecipientObjectId: '00000000-0000-0000-0000-000000000000',
      ThreatTypes: 'Phish',
      ConfidenceLevel: '{"Phish":"Low"}',
      DetectionMethods: '{"Phish":["Impersonation user","Mailbox intelligence impersonation"]}',
      EmailAction: 'No action taken',
      SenderFromAddress: 'ceo@contos0.example',
      SenderFromDomain: 'contos0.example',
      SenderDisplayName: 'The Chief',
      Connectors: 'Inbound from gateway',
      IsFirstContact: 1,
      BulkComplaintLevel: 6,
    }),
    mail(6 * HOUR, 'm4', 'ann@contoso.example', { EmailDirection: 'Outbound', SenderIPv4: '198.51.100.1' }),
  ],
  EmailPostDeliveryEvents: [
    {
      ago: HOUR,
      row: {
        NetworkMessageId: '00000000-0000-0000-0000-000000000000',
        RecipientEmailAddress: 'ann@contoso.example',
        ActionType: 'Phish ZAP',
      },
    },
  ],
  CloudAppEvents: [
    {
      ago: 2 * DAY,
      row: {
        ActionType: 'UserSubmission',
        AccountId: 'ann',
        RawEventData: { RecordType: 29, SubmissionId: 's1', SubmissionState: 'Submitted', SubmissionType: '3' },
      },
    },
    { ago: DAY, row: { ActionType: 'UserSubmission', RawEventData: { RecordType: 28, SubmissionId: 's2' } } },
  ],
}).tables;
