import type { ExchangeObject, TenantState } from '../state.ts';
import { flagOf, listOf, numberOf, textOf } from './fields.ts';
import type { Directory } from './groups.ts';
import { domainOf } from './message.ts';
import { nameKey } from './names.ts';

/** Recipient conditions of a rule: AND between the types, OR inside one, any exception excludes. */
export interface RecipientScope {
  readonly includes: (recipient: string) => boolean;
}

/** Reads the recipient conditions that policy rules and transport rules share. A group that is gone matches nobody. */
export function recipientScope(rule: ExchangeObject, directory: Directory): RecipientScope {
  const addresses = (name: string): ReadonlySet<string> => new Set(listOf(rule, name).map(directory.primaryOf));
  const groups = (name: string): readonly ReadonlySet<string>[] => listOf(rule, name).map(directory.membersOf);
  const domains = (name: string): ReadonlySet<string> => new Set(listOf(rule, name).map((d) => d.toLowerCase()));
  const sentTo = addresses('SentTo');
  const memberOf = groups('SentToMemberOf');
  const domainIs = domains('RecipientDomainIs');
  const notSentTo = addresses('ExceptIfSentTo');
  const notMemberOf = groups('ExceptIfSentToMemberOf');
  const notDomain = domains('ExceptIfRecipientDomainIs');
  return {
    includes: (recipient) => {
      if (sentTo.size > 0 && !sentTo.has(recipient)) return false;
      if (memberOf.length > 0 && !memberOf.some((g) => g.has(recipient))) return false;
      if (domainIs.size > 0 && !domainIs.has(domainOf(recipient))) return false;
      if (notSentTo.has(recipient) || notMemberOf.some((g) => g.has(recipient))) return false;
      return notDomain.size === 0 || !notDomain.has(domainOf(recipient));
    },
  };
}

/** What an anti-phishing policy decides. */
export interface AntiPhishSettings {
  readonly name: string;
  readonly guid: string;
  readonly spoof: boolean;
  readonly spoofAction: string;
  readonly spoofTag: string;
  readonly honorDmarc: boolean;
  readonly dmarcQuarantineAction: string;
  readonly dmarcRejectAction: string;
  /** Name keys of protected users → their own addresses. */
  readonly users: ReadonlyMap<string, ReadonlySet<string>>;
  readonly userAction: string;
  readonly userTag: string;
  readonly ownDomains: boolean;
  readonly domains: ReadonlySet<string>;
  readonly domainAction: string;
  readonly domainTag: string;
  readonly contacts: boolean;
  readonly contactProtection: boolean;
  readonly contactAction: string;
  readonly contactTag: string;
  readonly phishLevel: number;
  readonly excludedSenders: ReadonlySet<string>;
  readonly excludedDomains: ReadonlySet<string>;
  readonly firstContactTip: boolean;
  readonly userTip: boolean;
  readonly domainTip: boolean;
}

/** What an anti-spam policy decides. */
export interface ContentFilterSettings {
  readonly name: string;
  readonly guid: string;
  readonly spamAction: string;
  readonly hcSpamAction: string;
  readonly phishAction: string;
  readonly hcPhishAction: string;
  readonly bulkAction: string;
  readonly bulkThreshold: number;
  readonly marksBulk: boolean;
  readonly tags: Readonly<Record<'spam' | 'hcSpam' | 'phish' | 'hcPhish' | 'bulk', string>>;
  readonly retentionDays: number;
  readonly phishZap: boolean;
  readonly spamZap: boolean;
  readonly allowedSenders: ReadonlySet<string>;
  readonly allowedDomains: ReadonlySet<string>;
  readonly blockedSenders: ReadonlySet<string>;
  readonly blockedDomains: ReadonlySet<string>;
}

/** What an anti-malware policy decides. */
export interface MalwareSettings {
  readonly name: string;
  readonly guid: string;
  readonly filesBlocked: ReadonlySet<string>;
  readonly fileAction: string;
  readonly zap: boolean;
  readonly tag: string;
}

/** What a Safe Attachments policy decides. */
export interface SafeAttachmentSettings {
  readonly name: string;
  readonly guid: string;
  readonly enabled: boolean;
  readonly action: string;
  readonly tag: string;
}

/** What a Safe Links policy decides. */
export interface SafeLinksSettings {
  readonly name: string;
  readonly guid: string;
  readonly enabled: boolean;
  readonly clickThrough: boolean;
  readonly tracksClicks: boolean;
}

/** The winning policy of each type for one recipient. */
export interface WinningPolicies {
  readonly antiPhish: AntiPhishSettings;
  readonly content: ContentFilterSettings;
  readonly malware: MalwareSettings;
  readonly safeAttachment: SafeAttachmentSettings;
  readonly safeLinks: SafeLinksSettings;
}

function lowered(object: ExchangeObject | undefined, name: string): ReadonlySet<string> {
  return new Set(listOf(object, name).map((v) => v.toLowerCase()));
}

function orElse(text: string, fallback: string): string {
  return text === '' ? fallback : text;
}

function readAntiPhish(o: ExchangeObject | undefined): AntiPhishSettings {
  const users = new Map<string, Set<string>>();
  if (flagOf(o, 'EnableTargetedUserProtection') && !/off/i.test(textOf(o, 'ImpersonationProtectionState'))) {
    for (const entry of listOf(o, 'TargetedUsersToProtect')) {
      const cut = entry.lastIndexOf(';');
      const key = nameKey(cut < 0 ? entry : entry.slice(0, cut));
      if (key === '') continue;
      const own = users.get(key) ?? new Set<string>();
      if (cut >= 0)
        own.add(
          entry
            .slice(cut + 1)
            .trim()
            .toLowerCase(),
        );
      users.set(key, own);
    }
  }
  return {
    name: textOf(o, 'Name'),
    guid: textOf(o, 'Guid'),
    spoof: flagOf(o, 'EnableSpoofIntelligence', true),
    spoofAction: orElse(textOf(o, 'AuthenticationFailAction'), 'MoveToJmf'),
    spoofTag: textOf(o, 'SpoofQuarantineTag'),
    honorDmarc: flagOf(o, 'HonorDmarcPolicy', true),
    dmarcQuarantineAction: orElse(textOf(o, 'DmarcQuarantineAction'), 'Quarantine'),
    dmarcRejectAction: orElse(textOf(o, 'DmarcRejectAction'), 'Reject'),
    users,
    userAction: orElse(textOf(o, 'TargetedUserProtectionAction'), 'NoAction'),
    userTag: textOf(o, 'TargetedUserQuarantineTag'),
    ownDomains: flagOf(o, 'EnableOrganizationDomainsProtection'),
    domains: flagOf(o, 'EnableTargetedDomainsProtection') ? lowered(o, 'TargetedDomainsToProtect') : new Set(),
    domainAction: orElse(textOf(o, 'TargetedDomainProtectionAction'), 'NoAction'),
    domainTag: textOf(o, 'TargetedDomainQuarantineTag'),
    contacts: flagOf(o, 'EnableMailboxIntelligence'),
    contactProtection: flagOf(o, 'EnableMailboxIntelligenceProtection'),
    contactAction: orElse(textOf(o, 'MailboxIntelligenceProtectionAction'), 'NoAction'),
    contactTag: textOf(o, 'MailboxIntelligenceQuarantineTag'),
    phishLevel: numberOf(o, 'PhishThresholdLevel') || 1,
    excludedSenders: lowered(o, 'ExcludedSenders'),
    excludedDomains: lowered(o, 'ExcludedDomains'),
    firstContactTip: flagOf(o, 'EnableFirstContactSafetyTips'),
    userTip: flagOf(o, 'EnableSimilarUsersSafetyTips'),
    domainTip: flagOf(o, 'EnableSimilarDomainsSafetyTips'),
  };
}

function readContent(o: ExchangeObject | undefined): ContentFilterSettings {
  return {
    name: textOf(o, 'Name'),
    guid: textOf(o, 'Guid'),
    spamAction: orElse(textOf(o, 'SpamAction'), 'MoveToJmf'),
    hcSpamAction: orElse(textOf(o, 'HighConfidenceSpamAction'), 'MoveToJmf'),
    phishAction: orElse(textOf(o, 'PhishSpamAction'), 'MoveToJmf'),
    hcPhishAction: orElse(textOf(o, 'HighConfidencePhishAction'), 'Quarantine'),
    bulkAction: orElse(textOf(o, 'BulkSpamAction'), 'MoveToJmf'),
    bulkThreshold: numberOf(o, 'BulkThreshold') || 7,
    marksBulk: flagOf(o, 'MarkAsSpamBulkMail', true),
    tags: {
      spam: textOf(o, 'SpamQuarantineTag'),
      hcSpam: textOf(o, 'HighConfidenceSpamQuarantineTag'),
      phish: textOf(o, 'PhishQuarantineTag'),
      hcPhish: textOf(o, 'HighConfidencePhishQuarantineTag'),
      bulk: textOf(o, 'BulkQuarantineTag'),
    },
    retentionDays: numberOf(o, 'QuarantineRetentionPeriod') || 15,
    phishZap: flagOf(o, 'PhishZapEnabled', true),
    spamZap: flagOf(o, 'SpamZapEnabled', true),
    allowedSenders: lowered(o, 'AllowedSenders'),
    allowedDomains: lowered(o, 'AllowedSenderDomains'),
    blockedSenders: lowered(o, 'BlockedSenders'),
    blockedDomains: lowered(o, 'BlockedSenderDomains'),
  };
}

const commonTypes = ['ace', 'apk', 'app', 'ani', 'arj', 'bat', 'cmd', 'exe', 'iso', 'jar', 'js', 'lnk', 'scr', 'vbs'];

function readMalware(o: ExchangeObject | undefined): MalwareSettings {
  const types = listOf(o, 'FileTypes');
  return {
    name: textOf(o, 'Name'),
    guid: textOf(o, 'Guid'),
    filesBlocked: flagOf(o, 'EnableFileFilter')
      ? new Set((types.length > 0 ? types : commonTypes).map((t) => t.toLowerCase()))
      : new Set(),
    fileAction: orElse(textOf(o, 'FileTypeAction'), 'Reject'),
    zap: flagOf(o, 'ZapEnabled', true),
    tag: orElse(textOf(o, 'QuarantineTag'), 'AdminOnlyAccessPolicy'),
  };
}

function readSafeAttachment(o: ExchangeObject | undefined): SafeAttachmentSettings {
  return {
    name: textOf(o, 'Name'),
    guid: textOf(o, 'Guid'),
    enabled: flagOf(o, 'Enable') || flagOf(o, 'IsBuiltInProtection'),
    action: orElse(textOf(o, 'Action'), 'Block'),
    tag: orElse(textOf(o, 'QuarantineTag'), 'AdminOnlyAccessPolicy'),
  };
}

function readSafeLinks(o: ExchangeObject | undefined): SafeLinksSettings {
  return {
    name: textOf(o, 'Name'),
    guid: textOf(o, 'Guid'),
    enabled: flagOf(o, 'EnableSafeLinksForEmail') || flagOf(o, 'IsEnabled'),
    clickThrough: flagOf(o, 'AllowClickThrough'),
    tracksClicks: flagOf(o, 'TrackClicks'),
  };
}

interface Choice<T> {
  readonly scope: RecipientScope;
  readonly settings: T;
}

/** All policies of one type in the order in which they are asked, and the one that is left. */
interface Ladder<T> {
  readonly choices: readonly Choice<T>[];
  readonly rest: T;
}

function sameName(object: ExchangeObject, name: string): boolean {
  const wanted = name.toLowerCase();
  return ['Name', 'Identity', 'Id', 'Guid'].some((key) => textOf(object, key).toLowerCase() === wanted);
}

function byPriority(rules: readonly ExchangeObject[]): readonly ExchangeObject[] {
  return rules
    .filter((r) => !/disabled/i.test(textOf(r, 'State')))
    .toSorted((a, b) => (numberOf(a, 'Priority') || 0) - (numberOf(b, 'Priority') || 0));
}

function buildLadder<T>(
  state: TenantState,
  directory: Directory,
  noun: string,
  presetNoun: string,
  read: (policy: ExchangeObject | undefined) => T,
): Ladder<T> {
  const policyNoun = `${noun}Policy`;
  const policies = state.exchange[policyNoun] ?? [];
  const choices: Choice<T>[] = [];
  const add = (rule: ExchangeObject): void => {
    const policy = policies.find((p) => sameName(p, textOf(rule, policyNoun)));
    if (policy !== undefined) choices.push({ scope: recipientScope(rule, directory), settings: read(policy) });
  };
  const presets = byPriority(state.exchange[presetNoun] ?? []);
  const named = (rule: ExchangeObject, word: RegExp): boolean =>
    word.test(textOf(rule, 'Name') + textOf(rule, 'Identity'));
  for (const rule of presets) if (named(rule, /strict/i)) add(rule);
  for (const rule of presets) if (named(rule, /standard/i)) add(rule);
  for (const rule of byPriority(state.exchange[`${noun}Rule`] ?? [])) add(rule);
  const builtIn = policies.find((p) => flagOf(p, 'IsBuiltInProtection'));
  if (builtIn !== undefined) {
    for (const rule of (state.exchange['ATPBuiltInProtectionRule'] ?? []).slice(0, 1))
      choices.push({ scope: recipientScope(rule, directory), settings: read(builtIn) });
    const excepted = (state.exchange['ATPBuiltInProtectionRule'] ?? []).length > 0;
    return { choices, rest: read(excepted ? undefined : builtIn) };
  }
  return { choices, rest: read(policies.find((p) => flagOf(p, 'IsDefault'))) };
}

function winner<T>(ladder: Ladder<T>, recipient: string): T {
  for (const choice of ladder.choices) if (choice.scope.includes(recipient)) return choice.settings;
  return ladder.rest;
}

/**
 * Who wins for a recipient, by type: Strict preset, Standard preset, custom rules by priority, then built-in or default;
 * the first that matches, without merging (how-policies-and-protections-are-combined).
 */
export function readPolicies(state: TenantState, directory: Directory): (recipient: string) => WinningPolicies {
  const antiPhish = buildLadder(state, directory, 'AntiPhish', 'EOPProtectionPolicyRule', readAntiPhish);
  const content = buildLadder(state, directory, 'HostedContentFilter', 'EOPProtectionPolicyRule', readContent);
  const malware = buildLadder(state, directory, 'MalwareFilter', 'EOPProtectionPolicyRule', readMalware);
  const attachment = buildLadder(state, directory, 'SafeAttachment', 'ATPProtectionPolicyRule', readSafeAttachment);
  const links = buildLadder(state, directory, 'SafeLinks', 'ATPProtectionPolicyRule', readSafeLinks);
  return (recipient) => ({
    antiPhish: winner(antiPhish, recipient),
    content: winner(content, recipient),
    malware: winner(malware, recipient),
    safeAttachment: winner(attachment, recipient),
    safeLinks: winner(links, recipient),
  });
}
