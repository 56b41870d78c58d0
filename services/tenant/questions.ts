/**
 * The questions that evidence asks of hunting, message trace and the directory, and the shape of their answers. The
 * adapters own the query text; the core owns the meaning. Times are milliseconds since the epoch, UTC.
 */

/** Which protection saw something. `EmailEvents.DetectionMethods` names them (Graph reference, hunting 2.1). */
export type Detection =
  | 'mailbox-intelligence'
  | 'user-impersonation'
  | 'domain-impersonation'
  | 'brand-impersonation'
  | 'spoof'
  | 'phish'
  | 'high-confidence-phish'
  | 'malware'
  | 'spam'
  | 'bulk';

/** A closed window: from (inclusive) to (exclusive). */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** One sender's detected mail to the people asked about. */
export interface DetectedSender {
  readonly sender: string;
  readonly senderDomain: string;
  readonly displayNames: readonly string[];
  readonly messages: number;
  readonly recipients: number;
  /** Object ids of the recipients (at most 1,000). */
  readonly recipientIds: readonly string[];
  readonly detections: readonly Detection[];
  readonly firstContact: number;
  readonly spfPass: number;
  readonly dkimPass: number;
  readonly dmarcPass: number;
  readonly compAuthFail: number;
  /** Messages with `EmailAction` "No action taken" or none. */
  readonly noAction: number;
  /** Messages that an organisation or user override let through. */
  readonly overridden: number;
  /** Also malware or high confidence phish: never a false positive candidate. */
  readonly alsoOtherThreat: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Up to five network message ids, newest first. */
  readonly sampleIds: readonly string[];
  /** Up to three subjects, as received: untrusted text. */
  readonly subjects: readonly string[];
}

/** Messages per UTC day (start of day, ms). */
export interface DayCount {
  readonly day: number;
  readonly messages: number;
}

export interface Volume {
  /** Deliveries to the people asked about, inbound only. */
  readonly deliveries: number;
  /** Of these, let through by a mail flow rule (`OrgLevelAction` Allow by "Exchange transport rule"): the bypass. */
  readonly bypassed: number;
  /** Of these, arrived through one of the named connectors. */
  readonly viaConnector: number;
  readonly quarantined: number;
  readonly junked: number;
}

export interface Zapped {
  readonly messages: number;
  readonly senders: readonly string[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly department: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly guest: boolean;
  readonly mailbox: 'user' | 'shared' | 'room' | 'none';
  /** Whether a service plan of Defender for Office 365 is assigned; shared mailboxes need none. */
  readonly licensed: boolean;
  readonly priority: boolean;
  /** Object ids of the people and shared mailboxes that this person works for (assistants, delegates). */
  readonly assists: readonly string[];
}

export interface Submission {
  readonly id: string;
  readonly createdAt: number;
  readonly source: 'user' | 'administrator';
  readonly reporter: string;
  readonly reporterName: string;
  readonly recipient: string;
  readonly sender: string;
  readonly subject: string;
  readonly networkMessageId: string | null;
  readonly internetMessageId: string | null;
  readonly category: 'notJunk' | 'spam' | 'phishing' | 'malware' | 'unknown';
  /** What the service said when it was reported, where it says so. */
  readonly originalCategory: string | null;
  readonly status: string;
  readonly result: string | null;
  readonly resultDetail: string | null;
  readonly simulation: boolean;
}

/** Question name → what is asked and what comes back. A new question is one line here and one row in an adapter. */
export interface Questions {
  /** Detected inbound mail by sender, for recipients by object id. */
  'detected-senders': {
    readonly ask: {
      readonly recipients: readonly string[];
      readonly detections: readonly Detection[];
      readonly window: Window;
    };
    readonly answer: {
      readonly senders: readonly DetectedSender[];
      readonly days: readonly DayCount[];
      readonly complete: boolean;
    };
  };
  /** Inbound volume, for recipients by object id. */
  volume: {
    readonly ask: {
      readonly recipients: readonly string[];
      readonly window: Window;
      readonly connectors: readonly string[];
    };
    readonly answer: Volume;
  };
  /** Mail taken out after delivery (ZAP): what the filter missed at first. */
  zapped: {
    readonly ask: { readonly recipients: readonly string[]; readonly window: Window };
    readonly answer: Zapped;
  };
  /** Inbound messages in the message trace for the whole organisation (Graph messageTraces). */
  traced: {
    readonly ask: { readonly window: Window };
    readonly answer: { readonly messages: number; readonly quarantined: number; readonly complete: boolean };
  };
  /** Everybody with a mailbox, and who works for whom. */
  people: { readonly ask: Readonly<Record<string, never>>; readonly answer: readonly Person[] };
  /** Submissions created in the window (Graph beta `emailThreats`). */
  submissions: { readonly ask: { readonly window: Window }; readonly answer: readonly Submission[] };
  /** Accepted domains of the organisation. */
  domains: { readonly ask: Readonly<Record<string, never>>; readonly answer: readonly string[] };
  /** Names of the enabled inbound connectors and whether Enhanced Filtering is on for each. */
  connectors: {
    readonly ask: Readonly<Record<string, never>>;
    readonly answer: readonly {
      readonly name: string;
      readonly enabled: boolean;
      readonly enhancedFiltering: boolean;
    }[];
  };
}

export type QuestionName = keyof Questions;
