import { allowBlockItems, spoofItems } from './allow-block.ts';
import type { Answer, Call } from './call.ts';
import { getObjects, newObject, removeObject, setObject, switchRule } from './configuration.ts';
import { changeMembers, getMembers, newGroup, removeGroup, setGroup } from './groups.ts';
import { getMailboxes, getRecipients, getUsers, setUser } from './recipients.ts';

/** Cmdlets that are more than an object with properties. Mail cmdlets join them in `mail-cmdlets.ts`. */
const particular: Readonly<Record<string, (call: Call) => Answer>> = {
  'New-DistributionGroup': newGroup,
  'Set-DistributionGroup': setGroup,
  'Remove-DistributionGroup': removeGroup,
  'Get-DistributionGroupMember': getMembers,
  'Add-DistributionGroupMember': changeMembers,
  'Remove-DistributionGroupMember': changeMembers,
  'Update-DistributionGroupMember': changeMembers,
  'Get-Recipient': getRecipients,
  'Get-Mailbox': getMailboxes,
  'Get-User': getUsers,
  'Set-User': setUser,
  'Get-TenantAllowBlockListItems': allowBlockItems,
  'New-TenantAllowBlockListItems': allowBlockItems,
  'Set-TenantAllowBlockListItems': allowBlockItems,
  'Remove-TenantAllowBlockListItems': allowBlockItems,
  'Get-TenantAllowBlockListSpoofItems': spoofItems,
  'New-TenantAllowBlockListSpoofItems': spoofItems,
  'Set-TenantAllowBlockListSpoofItems': spoofItems,
  'Remove-TenantAllowBlockListSpoofItems': spoofItems,
};

const byVerb: Readonly<Record<string, (call: Call) => Answer>> = {
  Get: getObjects,
  New: newObject,
  Set: setObject,
  Enable: switchRule,
  Disable: switchRule,
  Remove: removeObject,
};

/** Runs a cmdlet whose parameters are bound; undefined when neither table knows it. */
export function runCmdlet(call: Call): Answer | undefined {
  const run = particular[call.fact.name] ?? byVerb[call.fact.verb];
  return run?.(call);
}
