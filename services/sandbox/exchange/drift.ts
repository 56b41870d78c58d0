import type { TenantState } from '../state.ts';
import { exchangeTime, text } from './objects.ts';

/** What another administrator would typically have touched, by noun. */
const habits: Readonly<Record<string, (object: Record<string, unknown>) => Record<string, unknown>>> = {
  AntiPhishPolicy: (object) => ({
    PhishThresholdLevel: object['PhishThresholdLevel'] === 4 ? 3 : 4,
    TargetedUserProtectionAction: object['TargetedUserProtectionAction'] === 'Delete' ? 'NoAction' : 'Delete',
    MailboxIntelligenceProtectionAction:
      object['MailboxIntelligenceProtectionAction'] === 'Delete' ? 'NoAction' : 'Delete',
    TargetedDomainProtectionAction: object['TargetedDomainProtectionAction'] === 'Delete' ? 'NoAction' : 'Delete',
  }),
  HostedContentFilterPolicy: (object) => ({ BulkThreshold: object['BulkThreshold'] === 9 ? 8 : 9 }),
  InboundConnector: (object) => ({ EFSkipLastIP: object['EFSkipLastIP'] !== true }),
  ReportSubmissionPolicy: (object) => ({ EnableReportToMicrosoft: object['EnableReportToMicrosoft'] !== true }),
  SafeLinksPolicy: (object) => ({ AllowClickThrough: object['AllowClickThrough'] !== true }),
  SafeAttachmentPolicy: (object) => ({ Enable: object['Enable'] !== true }),
  ExternalInOutlook: (object) => ({ Enabled: object['Enabled'] !== true }),
  OrganizationConfig: (object) => ({ RejectDirectSend: object['RejectDirectSend'] !== true }),
};

/**
 * Changes an object as another administrator would; `set` overrides the sandbox's own choice.
 * For a distribution group its last direct member leaves. Returns whether anything changed.
 */
export function driftStep(
  state: TenantState,
  noun: string,
  identity: string,
  set: Record<string, unknown>,
  nowMs: number,
): boolean {
  const object = (state.exchange[noun] ?? []).find((candidate) => text(candidate, 'Identity') === identity);
  if (object === undefined) return false;
  object['WhenChangedUTC'] = exchangeTime(nowMs);
  object['WhenChanged'] = exchangeTime(nowMs);
  if (Object.keys(set).length > 0) {
    Object.assign(object, set);
    return true;
  }
  if (noun === 'DistributionGroup') {
    const id = text(object, 'ExternalDirectoryObjectId');
    state.groups = state.groups.map((group) =>
      group.id === id ? { ...group, members: group.members.slice(0, -1) } : group,
    );
    return true;
  }
  const habit = habits[noun];
  if (habit !== undefined) Object.assign(object, habit(object));
  else if (noun.endsWith('Rule')) object['State'] = object['State'] === 'Enabled' ? 'Disabled' : 'Enabled';
  else object['AdminDisplayName'] = `${text(object, 'AdminDisplayName')} (edited)`;
  return true;
}
