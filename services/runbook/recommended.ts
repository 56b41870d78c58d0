import type { AntiPhishPolicy, PolicyValue } from '../tenant/resources.ts';

/** One parameter of `Set-AntiPhishPolicy` with Microsoft's values. `null`: the tenant's own list goes here. */
export interface Recommended {
  /** Type in the cmdlet reference. */
  readonly type: string;
  readonly default: PolicyValue;
  readonly standard: PolicyValue;
  readonly strict: PolicyValue;
  readonly allowed?: readonly string[];
}

/** The two levels of Microsoft's recommendation. */
export type Level = 'standard' | 'strict';

/** Every recommended parameter of the anti-phishing policy (recommended settings, policies.antiPhish). */
export const antiPhishTable = {
  EnableSpoofIntelligence: { type: 'Boolean', default: true, standard: true, strict: true },
  HonorDmarcPolicy: { type: 'Boolean', default: true, standard: true, strict: true },
  DmarcQuarantineAction: {
    type: 'SpoofDmarcQuarantineAction',
    default: 'Quarantine',
    standard: 'Quarantine',
    strict: 'Quarantine',
    allowed: ['MoveToJmf', 'Quarantine'],
  },
  DmarcRejectAction: {
    type: 'SpoofDmarcRejectAction',
    default: 'Reject',
    standard: 'Reject',
    strict: 'Reject',
    allowed: ['Quarantine', 'Reject'],
  },
  AuthenticationFailAction: {
    type: 'SpoofAuthenticationFailAction',
    default: 'MoveToJmf',
    standard: 'MoveToJmf',
    strict: 'Quarantine',
    allowed: ['MoveToJmf', 'Quarantine'],
  },
  SpoofQuarantineTag: {
    type: 'String',
    default: 'DefaultFullAccessPolicy',
    standard: 'DefaultFullAccessPolicy',
    strict: 'DefaultFullAccessWithNotificationPolicy',
  },
  EnableFirstContactSafetyTips: { type: 'Boolean', default: false, standard: true, strict: true },
  EnableUnauthenticatedSender: { type: 'Boolean', default: true, standard: true, strict: true },
  EnableViaTag: { type: 'Boolean', default: true, standard: true, strict: true },
  PhishThresholdLevel: { type: 'Int32', default: 1, standard: 3, strict: 4 },
  EnableTargetedUserProtection: { type: 'Boolean', default: false, standard: true, strict: true },
  TargetedUsersToProtect: { type: 'MultiValuedProperty', default: [], standard: null, strict: null },
  EnableOrganizationDomainsProtection: { type: 'Boolean', default: false, standard: true, strict: true },
  EnableTargetedDomainsProtection: { type: 'Boolean', default: false, standard: true, strict: true },
  TargetedDomainsToProtect: { type: 'MultiValuedProperty', default: [], standard: null, strict: null },
  ExcludedSenders: { type: 'MultiValuedProperty', default: [], standard: [], strict: [] },
  ExcludedDomains: { type: 'MultiValuedProperty', default: [], standard: [], strict: [] },
  EnableMailboxIntelligence: { type: 'Boolean', default: true, standard: true, strict: true },
  EnableMailboxIntelligenceProtection: { type: 'Boolean', default: false, standard: true, strict: true },
  TargetedUserProtectionAction: {
    type: 'MultiValuedProperty',
    default: 'NoAction',
    standard: 'Quarantine',
    strict: 'Quarantine',
    allowed: ['NoAction', 'BccMessage', 'Delete', 'MoveToJmf', 'Quarantine', 'Redirect'],
  },
  TargetedUserQuarantineTag: {
    type: 'String',
    default: 'DefaultFullAccessPolicy',
    standard: 'DefaultFullAccessWithNotificationPolicy',
    strict: 'DefaultFullAccessWithNotificationPolicy',
  },
  TargetedDomainProtectionAction: {
    type: 'MultiValuedProperty',
    default: 'NoAction',
    standard: 'Quarantine',
    strict: 'Quarantine',
    allowed: ['NoAction', 'BccMessage', 'Delete', 'MoveToJmf', 'Quarantine', 'Redirect'],
  },
  TargetedDomainQuarantineTag: {
    type: 'String',
    default: 'DefaultFullAccessPolicy',
    standard: 'DefaultFullAccessWithNotificationPolicy',
    strict: 'DefaultFullAccessWithNotificationPolicy',
  },
  MailboxIntelligenceProtectionAction: {
    type: 'ImpersonationAction',
    default: 'NoAction',
    standard: 'MoveToJmf',
    strict: 'Quarantine',
    allowed: ['NoAction', 'BccMessage', 'Delete', 'MoveToJmf', 'Quarantine', 'Redirect'],
  },
  MailboxIntelligenceQuarantineTag: {
    type: 'String',
    default: 'DefaultFullAccessPolicy',
    standard: 'DefaultFullAccessPolicy',
    strict: 'DefaultFullAccessWithNotificationPolicy',
  },
  EnableSimilarUsersSafetyTips: { type: 'Boolean', default: false, standard: true, strict: true },
  EnableSimilarDomainsSafetyTips: { type: 'Boolean', default: false, standard: true, strict: true },
  EnableUnusualCharactersSafetyTips: { type: 'Boolean', default: false, standard: true, strict: true },
} as const satisfies Readonly<Record<string, Recommended>>;

/** The pilot's deviation: protection on, no action, until each stage is earned (recommended settings, pilot). */
export const pilotOverlay = {
  TargetedUserProtectionAction: 'NoAction',
  TargetedDomainProtectionAction: 'NoAction',
  MailboxIntelligenceProtectionAction: 'NoAction',
} as const;

/** The three stages: one field each, with the value of each level. */
export const stages = {
  'mailbox-intelligence': { field: 'MailboxIntelligenceProtectionAction', standard: 'MoveToJmf', strict: 'Quarantine' },
  'user-impersonation': { field: 'TargetedUserProtectionAction', standard: 'Quarantine', strict: 'Quarantine' },
  'domain-impersonation': { field: 'TargetedDomainProtectionAction', standard: 'Quarantine', strict: 'Quarantine' },
} as const;
/** A stage by the id of the step that sets it. */
export type StageId = keyof typeof stages;

/** The full pilot policy of one level: every parameter of the table, the tenant's lists and the overlay. */
export function pilotPolicy(level: Level, users: readonly string[], domains: readonly string[]): AntiPhishPolicy {
  const values: Record<string, PolicyValue> = {};
  for (const [name, row] of Object.entries(antiPhishTable)) values[name] = row[level];
  return { ...values, TargetedUsersToProtect: users, TargetedDomainsToProtect: domains, ...pilotOverlay };
}
