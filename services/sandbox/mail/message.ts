/** What a simulated message really is, whatever a filter thinks of it. */
export type GroundTruth =
  | 'business'
  | 'newsletter'
  | 'spam'
  | 'hc-spam'
  | 'phish'
  | 'hc-phish'
  | 'malware'
  | 'spoof-external'
  | 'spoof-own'
  | 'user-impersonation'
  | 'domain-impersonation'
  | 'contact-impersonation'
  | 'brand'
  | 'simulation'
  | 'direct-send'
  | 'legit-private-address'
  | 'legit-ticket-system'
  | 'legit-sister-company'
  | 'legit-supplier'
  | 'legit-contact-name'
  | 'legit-unsigned'
  | 'legit-flagged';

/** What the content filter of the tenant would say, before any policy: a fact of the message, not of the tenant. */
export type EngineVerdict = 'none' | 'spam' | 'hc-spam' | 'phish' | 'hc-phish';

/** Outcomes of sender authentication, judged at the true source. Words of Authentication-Results (RFC 8601). */
export interface Authentication {
  readonly spf: 'pass' | 'fail' | 'softfail' | 'none';
  readonly dkim: 'pass' | 'fail' | 'none';
  /** The d= domain, or empty. */
  readonly dkimDomain: string;
  readonly dmarc: 'pass' | 'fail' | 'bestguesspass' | 'none';
  readonly dmarcPolicy: '' | 'none' | 'quarantine' | 'reject';
  readonly compauth: 'pass' | 'softpass' | 'fail' | 'none';
  /** Composite authentication reason code, three digits. */
  readonly reason: string;
}

/** An attached file. `malicious` is ground truth; `known` says whether signatures find it without detonation. */
export interface Attachment {
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  readonly malicious: boolean;
  readonly known: boolean;
}

/** One message as it was sent: everything that a filter could look at, and the truth. Nothing in it depends on policy. */
export interface RawMessage {
  /** Milliseconds since 1970, UTC. */
  readonly timeMs: number;
  readonly networkMessageId: string;
  readonly internetMessageId: string;
  readonly direction: 'Inbound' | 'Outbound' | 'Intra-org';
  /** Envelope sender (P1), lower case. */
  readonly mailFrom: string;
  /** From header address (P2), lower case. */
  readonly from: string;
  readonly displayName: string;
  /** Object id of an internal sender, else empty. */
  readonly senderObjectId: string;
  /** Address of the true source. */
  readonly sourceIp: string;
  readonly ptr: string;
  readonly country: string;
  /** The old gateway's host through which it comes unless it is direct or MX no longer points there. */
  readonly gatewayIp: string;
  /** Primary addresses (lower case); outside addresses for outbound mail. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly sizeBytes: number;
  readonly language: string;
  readonly urls: readonly string[];
  readonly attachments: readonly Attachment[];
  /** Bulk complaint level, 0–9. */
  readonly bcl: number;
  readonly auth: Authentication;
  readonly firstContact: boolean;
  readonly truth: GroundTruth;
  readonly engine: EngineVerdict;
  /** Detection technology behind the engine's verdict, a word of DetectionMethods. */
  readonly engineMethod: string;
  /** Lowest PhishThresholdLevel at which a phish verdict is given, 1–4. */
  readonly phishLevel: number;
  /** An own or partner domain that the sender's domain resembles, else empty. */
  readonly resemblesDomain: string;
  /** A frequent contact of the recipients has this name at another address. */
  readonly resemblesContact: boolean;
  /** Whether the old service's filter would stop it. */
  readonly oldServiceCatches: boolean;
  /** Sent straight to the tenant, past the MX record (Direct Send). */
  readonly direct: boolean;
  /** Found malicious after delivery, so that ZAP may remove it. */
  readonly zapMinutes: number;
}

const wronged: ReadonlySet<GroundTruth> = new Set<GroundTruth>([
  'business',
  'newsletter',
  'direct-send',
  'legit-private-address',
  'legit-ticket-system',
  'legit-sister-company',
  'legit-supplier',
  'legit-contact-name',
  'legit-unsigned',
  'legit-flagged',
]);

/** True for mail that somebody wanted to be delivered: stopping it (other than as bulk) is a false positive. */
export function isLegitimate(truth: GroundTruth): boolean {
  return wronged.has(truth);
}

/** The part behind the last @, lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
