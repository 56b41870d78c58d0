import { z } from 'zod';
import type { Reading } from '../tenant/reading.ts';
import { unknown } from '../tenant/reading.ts';
import type { Kind, PolicyRule, ReportSubmissionPolicy, Resources } from '../tenant/resources.ts';
import type { Found } from '../tenant/tenant.ts';
import { TenantError } from '../tenant/tenant-error.ts';
import type { ExchangeClient } from './exchange.ts';
import type { Row } from './wire.ts';
import { flag, list, numberOrNull, text, wholeList } from './wire.ts';

/** Reading, listing and writing one kind of resource with cmdlets. Everything may throw TenantError. */
export interface ResourceEntry<K extends Kind> {
  readonly read: (exchange: ExchangeClient, key: string) => Promise<Reading<Resources[K]>>;
  readonly list: (exchange: ExchangeClient, within: string | undefined) => Promise<Reading<readonly Found<K>[]>>;
  readonly write: (
    exchange: ExchangeClient,
    key: string,
    before: Partial<Resources[K]> | null,
    after: Partial<Resources[K]> | null,
  ) => Promise<void>;
}

/** Same name, whatever the letter case. */
export const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Splits `<container>|<element>` at the last bar: names of containers may hold one, addresses do not. */
export function splitKey(kind: Kind, key: string): readonly [string, string] {
  const at = key.lastIndexOf('|');
  if (at <= 0 || at === key.length - 1) throw new TenantError('refused', `"${key}" is not a key of ${kind}.`);
  return [key.slice(0, at), key.slice(at + 1)];
}

/** For kinds that live inside another. */
export const needsWithin = (kind: Kind): Reading<never> => unknown(`${kind} can only be listed inside its container.`);

/** A write that fits none of the verbs of its kind. */
export const unsuited = (kind: Kind, key: string): TenantError =>
  new TenantError('refused', `${kind} "${key}" cannot be changed like that.`);

/** The one row that bears the name. Null: none; the service answering with other objects is a surprise. */
export function named(rows: readonly Row[], name: string): Row | null {
  const hits = rows.filter((row) =>
    [row['Name'], row['Identity'], row['Guid']].some((v) => typeof v === 'string' && same(v, name)),
  );
  if (hits.length === 1) return hits[0] ?? null;
  if (hits.length > 1) throw new TenantError('unintelligible', `"${name}" names ${hits.length} objects.`);
  if (rows.length > 0)
    throw new TenantError('unintelligible', `Asked for "${name}", Exchange Online answered with something else.`);
  return null;
}

const group = z.object({
  Name: text,
  Alias: text,
  DisplayName: text,
  PrimarySmtpAddress: text,
  RecipientTypeDetails: text,
  GroupType: text,
  MemberJoinRestriction: text,
});

/** A group as Exchange names it. */
export type GroupRow = z.infer<typeof group>;

/** Reads a row of Get-DistributionGroup. */
export const groupRow = (row: Row): GroupRow => group.parse(row);

/** Whether an identity that somebody uses (name, alias or address) means this group. */
export const isGroup = (row: GroupRow, identity: string): boolean =>
  [row.Name, row.Alias, row.PrimarySmtpAddress].some((v) => v !== '' && same(v, identity));

/** Finds a group by name, alias or address; null when there is none. */
export async function findGroup(exchange: ExchangeClient, identity: string): Promise<GroupRow | null> {
  const { rows } = await exchange.invoke('Get-DistributionGroup', { Identity: identity });
  const hits = rows.map(groupRow).filter((row) => isGroup(row, identity));
  if (hits.length > 1) throw new TenantError('unintelligible', `"${identity}" names ${hits.length} groups.`);
  if (hits.length === 0 && rows.length > 0)
    throw new TenantError(
      'unintelligible',
      `Asked for the group "${identity}", Exchange Online answered with another one.`,
    );
  return hits[0] ?? null;
}

const policyRule = z.object({
  Name: text,
  AntiPhishPolicy: text,
  State: text,
  Priority: numberOrNull,
  SentTo: list,
  SentToMemberOf: list,
  RecipientDomainIs: list,
  ExceptIfSentTo: list,
  ExceptIfSentToMemberOf: list,
  ExceptIfRecipientDomainIs: list,
});

/** Reads a row of Get-AntiPhishRule. */
export function policyRuleOf(row: Row): Found<'anti-phish-rule'> {
  const r = policyRule.parse(row);
  if (r.Priority === null) throw new TenantError('unintelligible', `The rule "${r.Name}" came without a priority.`);
  const value: PolicyRule = {
    policy: r.AntiPhishPolicy,
    enabled: same(r.State, 'Enabled'),
    priority: r.Priority,
    sentTo: r.SentTo,
    sentToMemberOf: r.SentToMemberOf,
    recipientDomainIs: r.RecipientDomainIs,
    exceptIfSentTo: r.ExceptIfSentTo,
    exceptIfSentToMemberOf: r.ExceptIfSentToMemberOf,
    exceptIfRecipientDomainIs: r.ExceptIfRecipientDomainIs,
  };
  return { key: r.Name, value };
}

const transportRule = z.object({
  Name: text,
  State: text,
  Mode: text,
  Priority: numberOrNull,
  SetSCL: numberOrNull,
  HeaderContainsMessageHeader: text,
  HeaderContainsWords: wholeList,
  HeaderMatchesMessageHeader: text,
  HeaderMatchesPatterns: wholeList,
  SenderIpRanges: list,
  ExceptIfSentToMemberOf: list,
  StopRuleProcessing: flag,
});

/** Reads a row of Get-TransportRule. */
export function transportRuleOf(row: Row): Found<'transport-rule'> {
  const r = transportRule.parse(row);
  if (r.Priority === null)
    throw new TenantError('unintelligible', `The mail flow rule "${r.Name}" came without a priority.`);
  const header =
    r.HeaderContainsMessageHeader !== ''
      ? { name: r.HeaderContainsMessageHeader, words: r.HeaderContainsWords }
      : r.HeaderMatchesMessageHeader !== ''
        ? { name: r.HeaderMatchesMessageHeader, words: r.HeaderMatchesPatterns }
        : null;
  return {
    key: r.Name,
    value: {
      enabled: same(r.State, 'Enabled'),
      mode: r.Mode,
      priority: r.Priority,
      setScl: r.SetSCL,
      header,
      senderIpRanges: r.SenderIpRanges,
      exceptIfSentToMemberOf: r.ExceptIfSentToMemberOf,
      stopRuleProcessing: r.StopRuleProcessing,
    },
  };
}

/** Field of the resource → parameter of the cmdlet, for report submission (exchange reference 2.6). */
export const reportParameters = {
  reportToMicrosoft: 'EnableReportToMicrosoft',
  thirdPartyAddress: 'EnableThirdPartyAddress',
  junkToMailbox: 'ReportJunkToCustomizedAddress',
  notJunkToMailbox: 'ReportNotJunkToCustomizedAddress',
  phishToMailbox: 'ReportPhishToCustomizedAddress',
  junkAddresses: 'ReportJunkAddresses',
  notJunkAddresses: 'ReportNotJunkAddresses',
  phishAddresses: 'ReportPhishAddresses',
  thirdPartyAddresses: 'ThirdPartyReportAddresses',
} as const satisfies Record<keyof ReportSubmissionPolicy, string>;

/** Reads a row of Get-ReportSubmissionPolicy. */
export const reportPolicyOf = (row: Row): ReportSubmissionPolicy => ({
  reportToMicrosoft: flag.parse(row['EnableReportToMicrosoft']),
  thirdPartyAddress: flag.parse(row['EnableThirdPartyAddress']),
  junkToMailbox: flag.parse(row['ReportJunkToCustomizedAddress']),
  notJunkToMailbox: flag.parse(row['ReportNotJunkToCustomizedAddress']),
  phishToMailbox: flag.parse(row['ReportPhishToCustomizedAddress']),
  junkAddresses: list.parse(row['ReportJunkAddresses']),
  notJunkAddresses: list.parse(row['ReportNotJunkAddresses']),
  phishAddresses: list.parse(row['ReportPhishAddresses']),
  thirdPartyAddresses: list.parse(row['ThirdPartyReportAddresses']),
});
