import { z } from 'zod';
import type { DayCount, DetectedSender, Detection } from '../tenant/questions.ts';

const day = 86_400_000;
const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};
/** A column that holds JSON as text, or the object itself. */
const nested = z.preprocess((v) => (typeof v === 'string' ? json(v) : (v ?? {})), z.record(z.string(), z.unknown()));
const words = z.preprocess((v) => (v === null || v === undefined ? '' : String(v)), z.string());

/** A row of `detectedQuery`. */
export const detectedRow = z.object({
  Timestamp: z.string(),
  NetworkMessageId: z.string(),
  RecipientObjectId: z.string(),
  SenderFromAddress: words,
  SenderFromDomain: words,
  SenderDisplayName: words,
  Subject: words,
  Threats: words,
  AllMethods: nested,
  Confidence: nested,
  AuthenticationDetails: nested,
  IsFirstContact: z.preprocess((v) => Number(v ?? 0), z.number()),
  EmailAction: words,
  OrgLevelAction: words,
  UserLevelAction: words,
});

/** A delivery with a verdict. */
export type DetectedRow = z.infer<typeof detectedRow>;

const methodsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((m) => String(m).toLowerCase()) : [];

/** What saw a delivery. Methods are named per threat in `DetectionMethods` (graph reference 2.1). */
export function classify(row: Pick<DetectedRow, 'Threats' | 'AllMethods' | 'Confidence'>): ReadonlySet<Detection> {
  const found = new Set<Detection>();
  const phish = methodsOf(row.AllMethods['Phish']);
  const threats = row.Threats.toLowerCase();
  if (phish.includes('mailbox intelligence impersonation')) found.add('mailbox-intelligence');
  if (phish.includes('impersonation user')) found.add('user-impersonation');
  if (phish.includes('impersonation domain')) found.add('domain-impersonation');
  if (phish.includes('impersonation brand')) found.add('brand-impersonation');
  if (phish.some((m) => m.startsWith('spoof'))) found.add('spoof');
  const other = phish.filter((m) => !m.startsWith('spoof') && !m.includes('impersonation'));
  if (threats.includes('phish') && String(row.Confidence['Phish'] ?? '').toLowerCase() === 'high')
    found.add('high-confidence-phish');
  else if (threats.includes('phish') && (other.length > 0 || phish.length === 0)) found.add('phish');
  if (threats.includes('malware')) found.add('malware');
  const bulk = methodsOf(row.AllMethods['Spam']).includes('bulk');
  if (bulk) found.add('bulk');
  else if (threats.includes('spam')) found.add('spam');
  return found;
}

/** Groups deliveries by sender and by UTC day; counts messages, not deliveries, except where recipients are meant. */
export function bySender(
  rows: readonly DetectedRow[],
  wanted: readonly Detection[],
): { readonly senders: readonly DetectedSender[]; readonly days: readonly DayCount[] } {
  const groups = new Map<string, { row: DetectedRow; at: number; seen: ReadonlySet<Detection> }[]>();
  const perDay = new Map<number, Set<string>>();
  for (const row of rows) {
    const seen = classify(row);
    if (!wanted.some((d) => seen.has(d))) continue;
    const at = Date.parse(row.Timestamp);
    const start = Math.floor(at / day) * day;
    perDay.set(start, (perDay.get(start) ?? new Set()).add(row.NetworkMessageId));
    const sender = row.SenderFromAddress.toLowerCase();
    groups.set(sender, [...(groups.get(sender) ?? []), { row, at, seen }]);
  }
  const senders = [...groups].map(([sender, hits]): DetectedSender => {
    const sorted = hits.sort((a, b) => b.at - a.at);
    const messages = (which: (hit: (typeof hits)[number]) => boolean): number =>
      new Set(sorted.filter(which).map((h) => h.row.NetworkMessageId)).size;
    const distinct = (of: (row: DetectedRow) => string, most: number): string[] =>
      [...new Set(sorted.map((h) => of(h.row)))].filter((v) => v !== '').slice(0, most);
    const auth = (name: string, verdict: string): number =>
      messages((h) => String(h.row.AuthenticationDetails[name] ?? '').toLowerCase() === verdict);
    return {
      sender,
      senderDomain: sorted[0]?.row.SenderFromDomain.toLowerCase() ?? '',
      displayNames: distinct((r) => r.SenderDisplayName, 10),
      messages: messages(() => true),
      recipients: new Set(sorted.map((h) => h.row.RecipientObjectId.toLowerCase())).size,
      recipientIds: distinct((r) => r.RecipientObjectId.toLowerCase(), 1000),
      detections: [...new Set(sorted.flatMap((h) => [...h.seen]))],
      firstContact: messages((h) => h.row.IsFirstContact === 1),
      spfPass: auth('SPF', 'pass'),
      dkimPass: auth('DKIM', 'pass'),
      dmarcPass: auth('DMARC', 'pass'),
      compAuthFail: auth('CompAuth', 'fail'),
      noAction: messages((h) => h.row.EmailAction === '' || h.row.EmailAction.toLowerCase() === 'no action taken'),
      overridden: messages((h) => h.row.OrgLevelAction === 'Allow' || h.row.UserLevelAction === 'Allow'),
      alsoOtherThreat: messages((h) => h.seen.has('malware') || h.seen.has('high-confidence-phish')),
      firstSeen: sorted.at(-1)?.at ?? 0,
      lastSeen: sorted[0]?.at ?? 0,
      sampleIds: distinct((r) => r.NetworkMessageId, 5),
      subjects: distinct((r) => r.Subject, 3),
    };
  });
  return {
    senders: senders.sort((a, b) => b.messages - a.messages || (a.sender < b.sender ? -1 : 1)),
    days: [...perDay].sort(([a], [b]) => a - b).map(([start, ids]) => ({ day: start, messages: ids.size })),
  };
}
