/**
 * The resources that the runbook reads and changes: one line per kind, a typed value each, already normalised (no wire
 * spelling). A list that other people edit too is not a field but a kind of its own with one resource per element, so
 * that a change touches its own elements only (`group-member`, `rule-exception`, `trusted-sender`).
 */
export interface Resources {
  /** Key: SMTP address of the group. A group that mail flow rules and policies can name. */
  'distribution-group': DistributionGroup;
  /** Key: `<group address>|<member address>`, lower case. */
  'group-member': GroupMember;
  /** Key: policy name. Only the fields a change touches are given in a change. */
  'anti-phish-policy': AntiPhishPolicy;
  /** Key: rule name. */
  'anti-phish-rule': PolicyRule;
  /** Key: policy name. Read for winners and conflicts; written by later steps. */
  'transport-rule': TransportRule;
  /** Key: `<rule name>|<group address>`: one group in the rule's `ExceptIfSentToMemberOf`. */
  'rule-exception': RuleException;
  /** Key: `<policy name>|<sender address or domain>`: one trusted entry (`ExcludedSenders`, `ExcludedDomains`). */
  'trusted-sender': TrustedSender;
  /** Key: `DefaultReportSubmissionPolicy`. */
  'report-submission-policy': ReportSubmissionPolicy;
  /** Key: `DefaultReportSubmissionRule`. */
  'report-submission-rule': ReportSubmissionRule;
  /** Key: setting name. Settings live in the store; weakening one goes through approval like any change. */
  setting: SettingValue;
}

export type Kind = keyof Resources;

export interface DistributionGroup {
  readonly name: string;
  readonly address: string;
  /**
   * Only the first two are static and can be named by policies and mail flow rules alike. `other`: a recipient of that
   * name that is no group.
   */
  readonly type: 'distribution' | 'security' | 'dynamic' | 'microsoft-365' | 'other';
  readonly joinRestriction: 'Open' | 'Closed' | 'ApprovalRequired';
}

export interface GroupMember {
  /** Entra object id of the member, null where the directory has none. */
  readonly objectId: string | null;
  readonly address: string;
}

/** A value that Exchange takes as it stands in the parameter of the same name. */
export type PolicyValue = string | number | boolean | null | readonly string[];

/**
 * Parameters of `Set-AntiPhishPolicy` by their own names. A full value holds every parameter of the typed table
 * `services/runbook/recommended.ts`; a change holds the touched ones only.
 */
export type AntiPhishPolicy = Readonly<Record<string, PolicyValue>>;

/** A rule that gives a policy its recipients. Empty conditions mean "not set". */
export interface PolicyRule {
  readonly policy: string;
  readonly enabled: boolean;
  /** 0 is evaluated first. */
  readonly priority: number;
  readonly sentTo: readonly string[];
  readonly sentToMemberOf: readonly string[];
  readonly recipientDomainIs: readonly string[];
  readonly exceptIfSentTo: readonly string[];
  readonly exceptIfSentToMemberOf: readonly string[];
  readonly exceptIfRecipientDomainIs: readonly string[];
}

/** The parts of a mail flow rule that decide whether it is the bypass rule and whom it spares. */
export interface TransportRule {
  readonly enabled: boolean;
  readonly mode: string;
  readonly priority: number;
  readonly setScl: number | null;
  readonly header: { readonly name: string; readonly words: readonly string[] } | null;
  readonly senderIpRanges: readonly string[];
  readonly exceptIfSentToMemberOf: readonly string[];
  readonly stopRuleProcessing: boolean;
}

export interface RuleException {
  readonly rule: string;
  readonly group: string;
}

export interface TrustedSender {
  readonly policy: string;
  readonly entry: string;
  readonly kind: 'sender' | 'domain';
}

export interface ReportSubmissionPolicy {
  readonly reportToMicrosoft: boolean;
  readonly thirdPartyAddress: boolean;
  readonly junkToMailbox: boolean;
  readonly notJunkToMailbox: boolean;
  readonly phishToMailbox: boolean;
  readonly junkAddresses: readonly string[];
  readonly notJunkAddresses: readonly string[];
  readonly phishAddresses: readonly string[];
  readonly thirdPartyAddresses: readonly string[];
}

export interface ReportSubmissionRule {
  readonly policy: string;
  readonly sentTo: readonly string[];
}

export interface SettingValue {
  readonly value: unknown;
}
