import type { Detection, Window } from '../tenant/questions.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A dynamic array of object ids. Throws RangeError for anything that is no GUID: nothing else enters a query. */
export function idList(ids: readonly string[]): string {
  for (const id of ids) if (!guid.test(id)) throw new RangeError('An object id in a hunting query is not a GUID.');
  return `dynamic([${ids.map((id) => `"${id.toLowerCase()}"`).join(',')}])`;
}

/** A datetime literal of a time in milliseconds, UTC. */
export const instant = (ms: number): string => `datetime(${new Date(ms).toISOString()})`;

/** Free text as an expression that no text can leave. */
export const spoken = (text: string): string =>
  `base64_decode_tostring("${Buffer.from(text, 'utf8').toString('base64')}")`;

const inside = (window: Window): string =>
  `| where Timestamp between (${instant(window.from)} .. ${instant(window.to)}) and Timestamp < ${instant(window.to)}`;
const inbound = (window: Window): string => `EmailEvents
${inside(window)}
| where EmailDirection == "Inbound"
| where RecipientObjectId in~ (people)`;
const latest = '| summarize arg_max(Timestamp, *) by NetworkMessageId, RecipientObjectId';

/** Coarse filter of a detection over the columns as they stand; `classify` decides exactly. */
const coarse: Readonly<Record<Detection, string>> = {
  'mailbox-intelligence': 'AllMethods contains "mailbox intelligence impersonation"',
  'user-impersonation': 'AllMethods contains "impersonation user"',
  'domain-impersonation': 'AllMethods contains "impersonation domain"',
  'brand-impersonation': 'AllMethods contains "impersonation brand"',
  spoof: 'AllMethods contains "spoof"',
  phish: 'Threats has "Phish"',
  'high-confidence-phish': 'Threats has "Phish"',
  malware: 'Threats has "Malware"',
  spam: 'Threats has "Spam"',
  bulk: 'AllMethods contains "bulk"',
};

/**
 * Detected inbound mail, one row per message and recipient, so that messages can be counted exactly across chunks of
 * recipients. Original verdicts come first (graph reference 2.2, Q-b and Q-c). Returns at most 100,000 rows.
 */
export const detectedQuery = (
  recipients: readonly string[],
  detections: readonly Detection[],
  window: Window,
): string => `let people = ${idList(recipients)};
${inbound(window)}
| where OrgLevelPolicy != "Phishing simulation" and OrgLevelPolicy != "SecOps Mailbox"
${latest}
| extend Threats = iff(isempty(OriginalThreatTypes), ThreatTypes, OriginalThreatTypes), AllMethods = iff(isempty(OriginalDetectionMethods), DetectionMethods, OriginalDetectionMethods), Confidence = iff(isempty(OriginalConfidenceLevel), ConfidenceLevel, OriginalConfidenceLevel)
| where ${[...new Set(detections.map((d) => coarse[d]))].join(' or ')}
| project Timestamp, NetworkMessageId, RecipientObjectId, SenderFromAddress, SenderFromDomain, SenderDisplayName, Subject, Threats, AllMethods, Confidence, AuthenticationDetails, IsFirstContact, EmailAction, OrgLevelAction, UserLevelAction
| take 100000`;

/** Deliveries to the people and what became of them (graph reference Q-a, `OrgLevelAction` Allow by a rule). */
export const volumeQuery = (
  recipients: readonly string[],
  window: Window,
  connectors: readonly string[],
): string => `let people = ${idList(recipients)};
${connectors.map((name, index) => `let connector${index} = ${spoken(name)};`).join('\n')}
${inbound(window)}
${latest}
| summarize Deliveries = count(), Bypassed = countif(OrgLevelAction == "Allow" and (OrgLevelPolicy has "transport rule" or OrgLevelPolicy has "party filter")), ViaConnector = countif(${connectors.length === 0 ? 'false' : connectors.map((_, index) => `Connectors has connector${index}`).join(' or ')}), Quarantined = countif(DeliveryLocation has "Quarantine"), Junked = countif(DeliveryLocation has "Junk")`;

/** Mail to the people that was taken out in the window; ZAP acts within two days of delivery. */
export const zappedQuery = (
  recipients: readonly string[],
  window: Window,
): string => `let people = ${idList(recipients)};
let zaps = EmailPostDeliveryEvents
${inside(window)}
| where ActionType has "ZAP"
| summarize Zaps = count() by NetworkMessageId, RecipientEmailAddress;
${inbound({ from: window.from - 3 * 86_400_000, to: window.to })}
${latest}
| join kind=inner zaps on NetworkMessageId, RecipientEmailAddress
| project NetworkMessageId, SenderFromAddress
| take 100000`;

/** Smallest query that shows whether mail tables can be hunted. */
export const probeQuery = 'EmailEvents\n| take 1';
