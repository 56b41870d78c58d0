import { type Authentication, domainOf, type RawMessage } from './message.ts';
import { nameKey } from './names.ts';
import type { WinningPolicies } from './policies.ts';

/** Protection types; the order of the evaluator is the order in which they win. */
export type DetectionKind =
  | 'malware'
  | 'file-type'
  | 'detonation'
  | 'hc-phish'
  | 'phish'
  | 'spoof'
  | 'user'
  | 'domain'
  | 'contact'
  | 'hc-spam'
  | 'spam'
  | 'bulk';

/** One finding about a message for one recipient, with the policy that answers for it. */
export interface Detection {
  readonly kind: DetectionKind;
  readonly threat: 'Malware' | 'Phish' | 'Spam';
  /** Detection technology as in DetectionMethods. */
  readonly method: string;
  /** CAT code of X-Forefront-Antispam-Report. */
  readonly category: string;
  readonly action: string;
  /** As in EmailActionPolicy. */
  readonly policyType: string;
  readonly policyName: string;
  readonly policyGuid: string;
  readonly tag: string;
  /** A mail flow rule's SCL made it spam. */
  readonly byRule: boolean;
}

/** What the evaluator knows besides the message and the policies. */
export interface DetectionFacts {
  readonly ownDomains: ReadonlySet<string>;
  readonly spoofPairs: readonly { user: string; infrastructure: string; allow: boolean }[];
  readonly sourceIp: string;
  readonly skipsDetonation: boolean;
  /** A block list names the sender. */
  readonly blocked: boolean;
  /** SCL set by a mail flow rule, or NaN. */
  readonly ruleScl: number;
}

const nothing: readonly Detection[] = [];

interface Owner {
  readonly name: string;
  readonly guid: string;
}

function found(
  kind: DetectionKind,
  threat: Detection['threat'],
  method: string,
  category: string,
  action: string,
  policyType: string,
  owner: Owner,
  tag: string,
  byRule = false,
): Detection {
  return {
    kind,
    threat,
    method,
    category,
    action,
    policyType,
    policyName: owner.name,
    policyGuid: owner.guid,
    tag,
    byRule,
  };
}

function files(message: RawMessage, policies: WinningPolicies, facts: DetectionFacts, into: Detection[]): void {
  const { malware, safeAttachment } = policies;
  for (const file of message.attachments) {
    const type = file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase();
    if (file.malicious && file.known)
      into.push(
        found(
          'malware',
          'Malware',
          'Antimalware protection',
          'MALW',
          'Quarantine',
          'Antimalware',
          malware,
          malware.tag,
        ),
      );
    else if (malware.filesBlocked.has(type))
      into.push(
        found(
          'file-type',
          'Malware',
          'File reputation',
          'FTBP',
          malware.fileAction,
          'Antimalware',
          malware,
          malware.tag,
        ),
      );
    if (
      file.malicious &&
      !file.known &&
      safeAttachment.enabled &&
      !facts.skipsDetonation &&
      message.direction === 'Inbound'
    )
      into.push(
        found(
          'detonation',
          'Malware',
          'File detonation',
          'SAP',
          safeAttachment.action,
          'Safe Attachments',
          safeAttachment,
          safeAttachment.tag,
        ),
      );
  }
}

function spoofAllowed(message: RawMessage, facts: DetectionFacts): boolean | null {
  for (const pair of facts.spoofPairs) {
    const user = pair.user === '*' || pair.user === message.from || pair.user === domainOf(message.from);
    const net24 = facts.sourceIp.slice(0, facts.sourceIp.lastIndexOf('.'));
    const source =
      pair.infrastructure === '*' ||
      message.ptr.endsWith(pair.infrastructure) ||
      pair.infrastructure === facts.sourceIp ||
      pair.infrastructure === `${net24}.0/24`;
    if (user && source) return pair.allow;
  }
  return null;
}

function spoof(
  message: RawMessage,
  policies: WinningPolicies,
  auth: Authentication,
  facts: DetectionFacts,
  into: Detection[],
): void {
  const policy = policies.antiPhish;
  const pair = facts.spoofPairs.length === 0 ? null : spoofAllowed(message, facts);
  if ((auth.compauth !== 'fail' && pair !== false) || pair === true) return;
  const own = facts.ownDomains.has(domainOf(message.from));
  const strict = policy.honorDmarc && auth.dmarc === 'fail';
  if (strict && auth.dmarcPolicy === 'reject')
    into.push(
      found(
        'spoof',
        'Phish',
        'Spoof DMARC',
        'SPOOF',
        policy.dmarcRejectAction,
        'Anti-phishing spoof',
        policy,
        policy.spoofTag,
      ),
    );
  else if (strict && auth.dmarcPolicy === 'quarantine')
    into.push(
      found(
        'spoof',
        'Phish',
        'Spoof DMARC',
        'SPOOF',
        policy.dmarcQuarantineAction,
        'Anti-phishing spoof',
        policy,
        policy.spoofTag,
      ),
    );
  else if (policy.spoof)
    into.push(
      found(
        'spoof',
        'Phish',
        own ? 'Spoof intra-org' : 'Spoof external domain',
        'SPOOF',
        policy.spoofAction,
        'Anti-phishing spoof',
        policy,
        policy.spoofTag,
      ),
    );
}

function impersonation(message: RawMessage, policies: WinningPolicies, facts: DetectionFacts, into: Detection[]): void {
  const policy = policies.antiPhish;
  const domain = domainOf(message.from);
  if (facts.ownDomains.has(domain) || policy.excludedSenders.has(message.from) || policy.excludedDomains.has(domain))
    return;
  // Whoever has exchanged mail with the recipient before is not flagged as a person (anti-phishing policies, impersonation).
  if (message.firstContact && policy.users.size > 0) {
    const own = policy.users.get(nameKey(message.displayName));
    if (own !== undefined && !own.has(message.from))
      into.push(
        found(
          'user',
          'Phish',
          'Impersonation user',
          'UIMP',
          policy.userAction,
          'Anti-phishing user impersonation',
          policy,
          policy.userTag,
        ),
      );
  }
  if (message.resemblesDomain !== '') {
    const own = policy.ownDomains && facts.ownDomains.has(message.resemblesDomain);
    if (own || policy.domains.has(message.resemblesDomain))
      into.push(
        found(
          'domain',
          'Phish',
          'Impersonation domain',
          'DIMP',
          policy.domainAction,
          'Anti-phishing domain impersonation',
          policy,
          policy.domainTag,
        ),
      );
  }
  if (message.firstContact && message.resemblesContact && policy.contacts)
    into.push(
      found(
        'contact',
        'Phish',
        'Mailbox intelligence impersonation',
        'GIMP',
        policy.contactProtection ? policy.contactAction : 'NoAction',
        'Anti-phishing graph impersonation',
        policy,
        policy.contactTag,
      ),
    );
}

/**
 * All detections of a message for a recipient with these policies, in the order in which protection types win:
 * malware, high confidence phishing, phishing, spoof, user, domain, mailbox intelligence, high confidence spam, spam, bulk.
 * A protection that takes no action is recorded all the same; one that is switched off is not.
 */
export function detect(
  message: RawMessage,
  policies: WinningPolicies,
  auth: Authentication,
  facts: DetectionFacts,
): readonly Detection[] {
  if (message.direction !== 'Inbound') return nothing;
  const list: Detection[] = [];
  const { content, antiPhish } = policies;
  if (message.attachments.length > 0) files(message, policies, facts, list);
  if (message.engine === 'hc-phish' || facts.blocked)
    list.push(
      found(
        'hc-phish',
        'Phish',
        facts.blocked ? 'Advanced filter' : message.engineMethod,
        'HPHSH',
        content.hcPhishAction,
        'Antispam phishing',
        content,
        content.tags.hcPhish,
      ),
    );
  else if (message.engine === 'phish' && message.phishLevel <= antiPhish.phishLevel)
    list.push(
      found(
        'phish',
        'Phish',
        message.engineMethod,
        message.engineMethod === 'Impersonation brand' ? 'BIMP' : 'PHSH',
        content.phishAction,
        'Antispam phishing',
        content,
        content.tags.phish,
      ),
    );
  spoof(message, policies, auth, facts, list);
  impersonation(message, policies, facts, list);
  if (message.engine === 'hc-spam' || facts.ruleScl >= 9)
    list.push(
      found(
        'hc-spam',
        'Spam',
        message.engineMethod || 'General filter',
        'HSPM',
        content.hcSpamAction,
        'Antispam high-confidence',
        content,
        content.tags.hcSpam,
        facts.ruleScl >= 9,
      ),
    );
  else if (message.engine === 'spam' || facts.ruleScl >= 5)
    list.push(
      found(
        'spam',
        'Spam',
        message.engineMethod || 'General filter',
        'SPM',
        content.spamAction,
        'Antispam',
        content,
        content.tags.spam,
        facts.ruleScl >= 5,
      ),
    );
  else if (content.marksBulk && message.bcl >= content.bulkThreshold)
    list.push(
      found('bulk', 'Spam', 'Bulk', 'BULK', content.bulkAction, 'Antispam bulk mail', content, content.tags.bulk),
    );
  return list.length === 0 ? nothing : list;
}
