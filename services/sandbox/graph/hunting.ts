import { z } from 'zod';
import { type Asked, parseObject, type Reply } from '../http.ts';
import { runKql, type Table } from '../kql/kql.ts';
import { HUNTING_COLUMNS } from '../kql/tables.ts';
import type { MailStore } from '../mail/mailbox.ts';
import type { Timed } from '../mail/rows.ts';
import type { RunningTenant } from '../running.ts';
import { graphError } from './odata.ts';

/** Calls a minute and tenant (Graph security-api-overview). */
const callsPerMinute = 45;
const minuteMs = 60_000;

function* between(rows: readonly Timed[], fromMs: number, toMs: number): Iterable<Readonly<Record<string, unknown>>> {
  for (const { atMs, row } of rows) if (atMs >= fromMs && atMs < toMs) yield row;
}

function tablesOf(mail: MailStore): ReadonlyMap<string, Table> {
  const sources: Readonly<Record<keyof typeof HUNTING_COLUMNS, readonly Timed[]>> = {
    EmailEvents: mail.emailEvents,
    EmailPostDeliveryEvents: mail.postDelivery,
    EmailUrlInfo: mail.urlInfo,
    EmailAttachmentInfo: mail.attachmentInfo,
    UrlClickEvents: mail.clicks,
    CloudAppEvents: mail.cloudApp,
  };
  const table = (name: keyof typeof HUNTING_COLUMNS): [string, Table] => [
    name,
    { name, columns: HUNTING_COLUMNS[name], rows: (fromMs, toMs) => between(sources[name], fromMs, toMs) },
  ];
  return new Map([
    table('EmailEvents'),
    table('EmailPostDeliveryEvents'),
    table('EmailUrlInfo'),
    table('EmailAttachmentInfo'),
    table('UrlClickEvents'),
    table('CloudAppEvents'),
  ]);
}

const bodySchema = z.object({
  Query: z.string().optional(),
  query: z.string().optional(),
  Timespan: z.string().nullish(),
  timespan: z.string().nullish(),
});

/** `POST /security/runHuntingQuery`: executes the KQL on the sandbox's clock; 429 after 45 calls within a minute of machine time. */
export function answerHunting(
  asked: Asked,
  desk: { readonly tenant: RunningTenant; readonly hunts: number[]; readonly machineNow: () => number },
): Reply {
  const { tenant, hunts } = desk;
  const now = desk.machineNow();
  hunts.splice(
    0,
    hunts.findIndex((at) => at > now - minuteMs) === -1 ? hunts.length : hunts.findIndex((at) => at > now - minuteMs),
  );
  const [oldest] = hunts;
  if (hunts.length >= callsPerMinute && oldest !== undefined) {
    return graphError(429, 'TooManyRequests', 'The number of calls per minute has been exceeded.', {
      'retry-after': String(Math.max(1, Math.ceil((oldest + minuteMs - now) / 1000))),
    });
  }
  hunts.push(now);
  const parsed = bodySchema.safeParse(parseObject(asked.body));
  const query = parsed.success ? (parsed.data.Query ?? parsed.data.query) : undefined;
  if (!parsed.success || query === undefined) return graphError(400, 'BadRequest', 'Query is required.');
  tenant.catchUp();
  const answer = runKql(
    query,
    tablesOf(tenant.mail),
    tenant.now(),
    parsed.data.Timespan ?? parsed.data.timespan ?? undefined,
  );
  if (!answer.ok) return graphError(400, answer.code, answer.message);
  return {
    status: 200,
    body: {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.security.huntingQueryResults',
      schema: answer.schema,
      results: answer.results,
    },
  };
}
