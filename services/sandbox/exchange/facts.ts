/**
 * What the sandbox's Exchange knows: every cmdlet it answers, with its parameters. Anything else is refused.
 * One line per cmdlet, parameters separated by spaces: `Name`, `!` when mandatory, `:` and the PowerShell type
 * (`Switch` for SwitchParameter, `String[]` for MultiValuedProperty), then `=` and the values of an enumeration.
 * Source: MicrosoftDocs/office-docs-powershell, exchange/exchange-ps/ExchangePowerShell/<Cmdlet>.md at 93336da2;
 * parameters that apply to Exchange Server only are left out. QuarantineTypes has the two values more that the wire shows.
 */
const table: Readonly<Record<string, string>> = {
  'Get-ATPBuiltInProtectionRule':
    'Identity:DehydrateableRuleIdParameter State:RuleState=Disabled|Enabled',
  'New-ATPBuiltInProtectionRule':
    'SafeAttachmentPolicy!:SafeAttachmentPolicyIdParameter SafeLinksPolicy!:SafeLinksPolicyIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Name:String WhatIf:Switch',
  'Set-ATPBuiltInProtectionRule':
    'Identity!:DehydrateableRuleIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Disable-ATPProtectionPolicyRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-ATPProtectionPolicyRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Get-ATPProtectionPolicyRule':
    'Identity:RuleIdParameter State:RuleState=Enabled|Disabled',
  'New-ATPProtectionPolicyRule':
    'Name!:String SafeAttachmentPolicy!:SafeAttachmentPolicyIdParameter SafeLinksPolicy!:SafeLinksPolicyIdParameter Comments:String Confirm:Switch Enabled:Boolean ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Remove-ATPProtectionPolicyRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-ATPProtectionPolicyRule':
    'Identity!:RuleIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Name:String Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Get-AcceptedDomain':
    'Identity:AcceptedDomainIdParameter ResultSize:Unlimited',
  'Set-AcceptedDomain':
    'Identity!:AcceptedDomainIdParameter CanHaveCloudCache:Boolean Confirm:Switch DomainType:AcceptedDomainType=Authoritative|InternalRelay|ExternalRelay EnableNego2Authentication:Boolean MailFlowRegion:String MatchSubDomains:Boolean OutboundOnly:Boolean SendingFromDomainDisabled:Boolean SendingToDomainDisabled:Boolean WhatIf:Switch',
  'Get-AntiPhishPolicy':
    'Identity:AntiPhishPolicyIdParameter Advanced:Switch Impersonation:Switch Spoof:Switch',
  'New-AntiPhishPolicy':
    'Name!:String AdminDisplayName:String AuthenticationFailAction:SpoofAuthenticationFailAction=MoveToJmf|Quarantine Confirm:Switch DmarcQuarantineAction:SpoofDmarcQuarantineAction=MoveToJmf|Quarantine DmarcRejectAction:SpoofDmarcRejectAction=Quarantine|Reject Enabled:Boolean EnableFirstContactSafetyTips:Boolean EnableMailboxIntelligence:Boolean EnableMailboxIntelligenceProtection:Boolean EnableOrganizationDomainsProtection:Boolean EnableSimilarDomainsSafetyTips:Boolean EnableSimilarUsersSafetyTips:Boolean EnableSpoofIntelligence:Boolean EnableTargetedDomainsProtection:Boolean EnableTargetedUserProtection:Boolean EnableUnauthenticatedSender:Boolean EnableUnusualCharactersSafetyTips:Boolean EnableViaTag:Boolean ExcludedDomains:String[] ExcludedSenders:String[] HonorDmarcPolicy:Boolean ImpersonationProtectionState:ImpersonationProtectionState=Automatic|Manual|Off MailboxIntelligenceProtectionAction:ImpersonationAction=NoAction|BccMessage|Delete|MoveToJmf|Quarantine|Redirect MailboxIntelligenceProtectionActionRecipients:String[] MailboxIntelligenceQuarantineTag:String MakeDefault:Switch PhishThresholdLevel:Int32 PolicyTag:String RecommendedPolicyType:RecommendedPolicyType SimilarUsersSafetyTipsCustomText:String SpoofQuarantineTag:String TargetedDomainActionRecipients:String[] TargetedDomainProtectionAction:ImpersonationAction=NoAction|BccMessage|Delete|MoveToJmf|Quarantine|Redirect TargetedDomainQuarantineTag:String TargetedDomainsToProtect:String[] TargetedUserActionRecipients:String[] TargetedUserProtectionAction:ImpersonationAction=NoAction|BccMessage|Delete|MoveToJmf|Quarantine|Redirect TargetedUserQuarantineTag:String TargetedUsersToProtect:String[] UnusualCharactersSafetyTipsCustomText:String WhatIf:Switch',
  'Remove-AntiPhishPolicy':
    'Identity!:AntiPhishPolicyIdParameter Confirm:Switch Force:Switch WhatIf:Switch',
  'Set-AntiPhishPolicy':
    'Identity!:AntiPhishPolicyIdParameter AdminDisplayName:String AuthenticationFailAction:SpoofAuthenticationFailAction=MoveToJmf|Quarantine Confirm:Switch DmarcQuarantineAction:SpoofDmarcQuarantineAction=MoveToJmf|Quarantine DmarcRejectAction:SpoofDmarcRejectAction=Quarantine|Reject Enabled:Boolean EnableFirstContactSafetyTips:Boolean EnableMailboxIntelligence:Boolean EnableMailboxIntelligenceProtection:Boolean EnableOrganizationDomainsProtection:Boolean EnableSimilarDomainsSafetyTips:Boolean EnableSimilarUsersSafetyTips:Boolean EnableSpoofIntelligence:Boolean EnableTargetedDomainsProtection:Boolean EnableTargetedUserProtection:Boolean EnableUnauthenticatedSender:Boolean EnableUnusualCharactersSafetyTips:Boolean EnableViaTag:Boolean ExcludedDomains:String[] ExcludedSenders:String[] HonorDmarcPolicy:Boolean ImpersonationProtectionState:ImpersonationProtectionState=Automatic|Manual|Off MailboxIntelligenceProtectionAction:ImpersonationAction=NoAction|BccMessage|Delete|MoveToJmf|Quarantine|Redirect MailboxIntelligenceProtectionActionRecipients:String[] MailboxIntelligenceQuarantineTag:String MakeDefault:Switch PhishThresholdLevel:Int32 PolicyTag:String SpoofQuarantineTag:String TargetedDomainActionRecipients:String[] TargetedDomainProtectionAction:ImpersonationAction=NoAction|BccMessage|Delete|MoveToJmf|Quarantine|Redirect TargetedDomainQuarantineTag:String TargetedDomainsToProtect:String[] TargetedUserActionRecipients:String[] TargetedUserProtectionAction:ImpersonationAction=NoAction|BccMessage|Delete|MoveToJmf|Quarantine|Redirect TargetedUserQuarantineTag:String TargetedUsersToProtect:String[] WhatIf:Switch',
  'Disable-AntiPhishRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-AntiPhishRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Get-AntiPhishRule':
    'Identity:RuleIdParameter State:RuleState=Enabled|Disabled',
  'New-AntiPhishRule':
    'Name!:String AntiPhishPolicy!:String Comments:String Confirm:Switch Enabled:Boolean ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Remove-AntiPhishRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-AntiPhishRule':
    'Identity!:RuleIdParameter AntiPhishPolicy:AntiPhishPolicyIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Name:String Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Get-ArcConfig':
    '',
  'Set-ArcConfig':
    'Identity!:HostedConnectionFilterPolicyIdParameter ArcTrustedSealers!:String[] Confirm:Switch WhatIf:Switch',
  'Get-AtpPolicyForO365':
    'Identity:AtpPolicyForO365IdParameter',
  'Set-AtpPolicyForO365':
    'Identity:AtpPolicyForO365IdParameter AllowSafeDocsOpen:Boolean Confirm:Switch EnableATPForSPOTeamsODB:Boolean EnableSafeDocs:Boolean WhatIf:Switch',
  'Get-DistributionGroup':
    'Identity:DistributionGroupIdParameter Anr:String Filter:String IncludeAcceptMessagesOnlyFromDLMembersWithDisplayNames:Switch IncludeAcceptMessagesOnlyFromSendersOrMembersWithDisplayNames:Switch IncludeAcceptMessagesOnlyFromWithDisplayNames:Switch IncludeBypassModerationFromSendersOrMembersWithDisplayNames:Switch IncludeGrantSendOnBehalfToWithDisplayNames:Switch IncludeManagedByWithDisplayNames:Switch IncludeModeratedByWithDisplayNames:Switch ManagedBy:GeneralRecipientIdParameter OrganizationalUnit:OrganizationalUnitIdParameter RecipientTypeDetails:RecipientTypeDetails[]=MailNonUniversalGroup|MailUniversalDistributionGroup|MailUniversalSecurityGroup|RoomList ResultSize:Unlimited SortBy:String',
  'New-DistributionGroup':
    'Name!:String Alias:String BccBlocked:Boolean BypassNestedModerationEnabled:Boolean Confirm:Switch CopyOwnerToMember:Switch Description:String[] DisplayName:String HiddenGroupMembershipEnabled:Switch IgnoreNamingPolicy:Switch ManagedBy:String[] MemberDepartRestriction:MemberUpdateType=Open|Closed MemberJoinRestriction:MemberUpdateType=Open|Closed|ApprovalRequired Members:String[] ModeratedBy:String[] ModerationEnabled:Boolean Notes:String OrganizationalUnit:OrganizationalUnitIdParameter PrimarySmtpAddress:SmtpAddress RequireSenderAuthenticationEnabled:Boolean RoomList:Switch SendModerationNotifications:TransportModerationNotificationFlags=Always|Internal|Never Type:GroupType=Distribution|Security WhatIf:Switch',
  'Remove-DistributionGroup':
    'Identity!:DistributionGroupIdParameter BypassSecurityGroupManagerCheck:Switch Confirm:Switch WhatIf:Switch',
  'Set-DistributionGroup':
    'Identity!:DistributionGroupIdParameter AcceptMessagesOnlyFrom:String[] AcceptMessagesOnlyFromDLMembers:String[] AcceptMessagesOnlyFromSendersOrMembers:String[] Alias:String BccBlocked:Boolean BypassModerationFromSendersOrMembers:String[] BypassNestedModerationEnabled:Boolean BypassSecurityGroupManagerCheck:Switch Confirm:Switch CustomAttribute1:String CustomAttribute10:String CustomAttribute11:String CustomAttribute12:String CustomAttribute13:String CustomAttribute14:String CustomAttribute15:String CustomAttribute2:String CustomAttribute3:String CustomAttribute4:String CustomAttribute5:String CustomAttribute6:String CustomAttribute7:String CustomAttribute8:String CustomAttribute9:String Description:String[] DisplayName:String EmailAddresses:ProxyAddressCollection ExtensionCustomAttribute1:String[] ExtensionCustomAttribute2:String[] ExtensionCustomAttribute3:String[] ExtensionCustomAttribute4:String[] ExtensionCustomAttribute5:String[] ForceUpgrade:Switch GrantSendOnBehalfTo:String[] HiddenFromAddressListsEnabled:Boolean HiddenGroupMembershipEnabled:Switch IgnoreNamingPolicy:Switch MailTip:String MailTipTranslations:String[] ManagedBy:String[] MemberDepartRestriction:MemberUpdateType=Open|Closed MemberJoinRestriction:MemberUpdateType=Open|Closed|ApprovalRequired ModeratedBy:String[] ModerationEnabled:Boolean Name:String PrimarySmtpAddress:SmtpAddress RejectMessagesFrom:String[] RejectMessagesFromDLMembers:String[] RejectMessagesFromSendersOrMembers:String[] ReportToManagerEnabled:Boolean ReportToOriginatorEnabled:Boolean RequireSenderAuthenticationEnabled:Boolean ResetMigrationToUnifiedGroup:Switch RoomList:Switch SendModerationNotifications:TransportModerationNotificationFlags=Always|Internal|Never SendOofMessageToOriginatorEnabled:Boolean SimpleDisplayName:String UpdateMemberCount:Switch WhatIf:Switch WindowsEmailAddress:SmtpAddress',
  'Add-DistributionGroupMember':
    'Identity!:DistributionGroupIdParameter BypassSecurityGroupManagerCheck:Switch Confirm:Switch Member:RecipientWithAdUserGroupIdParameter WhatIf:Switch',
  'Get-DistributionGroupMember':
    'Identity!:DistributionGroupMemberIdParameter IncludeSoftDeletedObjects:Switch ResultSize:Unlimited',
  'Remove-DistributionGroupMember':
    'Identity!:DistributionGroupIdParameter BypassSecurityGroupManagerCheck:Switch Confirm:Switch Member:GeneralRecipientIdParameter WhatIf:Switch',
  'Update-DistributionGroupMember':
    'Identity!:DistributionGroupIdParameter BypassSecurityGroupManagerCheck:Switch Confirm:Switch Members:String[] WhatIf:Switch',
  'Get-DkimSigningConfig':
    'Identity:DkimSigningConfigIdParameter',
  'New-DkimSigningConfig':
    'DomainName!:SmtpDomainWithSubdomains Enabled!:Boolean AdminDisplayName:String BodyCanonicalization:CanonicalizationType=Relaxed|Simple Confirm:Switch HeaderCanonicalization:CanonicalizationType=Relaxed|Simple KeySize:UInt16 WhatIf:Switch',
  'Remove-DkimSigningConfig':
    'Identity!:DkimSigningConfigIdParameter Confirm:Switch Force:Switch WhatIf:Switch',
  'Set-DkimSigningConfig':
    'Identity!:DkimSigningConfigIdParameter AdminDisplayName:String BodyCanonicalization:CanonicalizationType=Relaxed|Simple Confirm:Switch Enabled:Boolean HeaderCanonicalization:CanonicalizationType=Relaxed|Simple PublishTxtRecords:Switch WhatIf:Switch',
  'Disable-EOPProtectionPolicyRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-EOPProtectionPolicyRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Get-EOPProtectionPolicyRule':
    'Identity:RuleIdParameter State:RuleState=Enabled|Disabled',
  'New-EOPProtectionPolicyRule':
    'Name!:String AntiPhishPolicy!:AntiPhishPolicyIdParameter HostedContentFilterPolicy!:HostedContentFilterPolicyIdParameter MalwareFilterPolicy!:MalwareFilterPolicyIdParameter Comments:String Confirm:Switch Enabled:Boolean ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Remove-EOPProtectionPolicyRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-EOPProtectionPolicyRule':
    'Identity!:RuleIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Name:String Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Get-EmailTenantSettings':
    'Identity:EmailTenantSettingsIdParameter',
  'Set-EmailTenantSettings':
    'Identity:EmailTenantSettingsIdParameter Confirm:Switch DomainController:Fqdn EnablePriorityAccountProtection:Boolean IgnoreDehydratedFlag:Switch WhatIf:Switch',
  'Get-ExoPhishSimOverrideRule':
    'Identity:ComplianceRuleIdParameter Confirm:Switch DomainController:Fqdn Policy:PolicyIdParameter WhatIf:Switch',
  'New-ExoPhishSimOverrideRule':
    'Policy!:PolicyIdParameter SenderIpRanges!:String[] Comment:String Confirm:Switch DomainController:Fqdn Domains:String[] Name:String WhatIf:Switch',
  'Remove-ExoPhishSimOverrideRule':
    'Identity!:ComplianceRuleIdParameter Confirm:Switch DomainController:Fqdn WhatIf:Switch',
  'Set-ExoPhishSimOverrideRule':
    'Identity!:ComplianceRuleIdParameter AddDomains:String[] AddSenderIpRanges:String[] Comment:String Confirm:Switch DomainController:Fqdn RemoveDomains:String[] RemoveSenderIpRanges:String[] WhatIf:Switch',
  'Get-ExoSecOpsOverrideRule':
    'Identity:ComplianceRuleIdParameter Confirm:Switch DomainController:Fqdn Policy:PolicyIdParameter WhatIf:Switch',
  'New-ExoSecOpsOverrideRule':
    'Policy!:PolicyIdParameter Comment:String Confirm:Switch DomainController:Fqdn Name:String WhatIf:Switch',
  'Remove-ExoSecOpsOverrideRule':
    'Identity!:ComplianceRuleIdParameter Confirm:Switch DomainController:Fqdn WhatIf:Switch',
  'Set-ExoSecOpsOverrideRule':
    'Identity!:ComplianceRuleIdParameter Comment:String Confirm:Switch DomainController:Fqdn WhatIf:Switch',
  'Get-ExternalInOutlook':
    'Identity:OrganizationIdParameter',
  'Set-ExternalInOutlook':
    'Identity:OrganizationIdParameter AllowList:String[] Enabled:System.Boolean',
  'Get-HostedConnectionFilterPolicy':
    'Identity:HostedConnectionFilterPolicyIdParameter',
  'Set-HostedConnectionFilterPolicy':
    'Identity!:HostedConnectionFilterPolicyIdParameter AdminDisplayName:String ConfigurationXmlRaw:String Confirm:Switch EnableSafeList:Boolean IPAllowList:String[] IPBlockList:String[] MakeDefault:Switch WhatIf:Switch',
  'Get-HostedContentFilterPolicy':
    'Identity:HostedContentFilterPolicyIdParameter',
  'New-HostedContentFilterPolicy':
    'Name!:String AddXHeaderValue:String AdminDisplayName:String AllowedSenderDomains:String[] AllowedSenders:String[] BlockedSenderDomains:String[] BlockedSenders:String[] BulkMovesEnabled:BulkMovesEnabled=On|Off|NotSet BulkQuarantineTag:String BulkSpamAction:SpamFilteringAction=AddXHeader|Delete|ModifySubject|MoveToJmf|NoAction|Quarantine|Redirect BulkThreshold:Int32 Confirm:Switch DownloadLink:Boolean EnableEndUserSpamNotifications:Boolean EnableLanguageBlockList:Boolean EnableRegionBlockList:Boolean EndUserSpamNotificationCustomFromAddress:SmtpAddress EndUserSpamNotificationCustomFromName:String EndUserSpamNotificationCustomSubject:String EndUserSpamNotificationFrequency:Int32 EndUserSpamNotificationLanguage:EsnLanguage EndUserSpamNotificationLimit:Int32 HighConfidencePhishAction:PhishFilteringAction=Redirect|Quarantine HighConfidencePhishQuarantineTag:String HighConfidenceSpamAction:SpamFilteringAction=AddXHeader|Delete|ModifySubject|MoveToJmf|Quarantine|Redirect HighConfidenceSpamQuarantineTag:String IncreaseScoreWithBizOrInfoUrls:SpamFilteringOption=Off|On|Test IncreaseScoreWithImageLinks:SpamFilteringOption=Off|On|Test IncreaseScoreWithNumericIps:SpamFilteringOption=Off|On|Test IncreaseScoreWithRedirectToOtherPort:SpamFilteringOption=Off|On|Test InlineSafetyTipsEnabled:Boolean IntraOrgFilterState:IntraOrgFilterState=Default|HighConfidencePhish|Phish|HighConfidenceSpam|Spam|Disabled LanguageBlockList:String[] MarkAsSpamBulkMail:SpamFilteringOption=Off|On|Test MarkAsSpamEmbedTagsInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamEmptyMessages:SpamFilteringOption=Off|On|Test MarkAsSpamFormTagsInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamFramesInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamFromAddressAuthFail:SpamFilteringOption=Off|On MarkAsSpamJavaScriptInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamNdrBackscatter:SpamFilteringOption=Off|On MarkAsSpamObjectTagsInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamSensitiveWordList:SpamFilteringOption=Off|On|Test MarkAsSpamSpfRecordHardFail:SpamFilteringOption=Off|On MarkAsSpamWebBugsInHtml:SpamFilteringOption=Off|On|Test ModifySubjectValue:String PhishQuarantineTag:String PhishSpamAction:SpamFilteringAction=AddXHeader|Delete|ModifySubject|MoveToJmf|Quarantine|Redirect PhishZapEnabled:Boolean QuarantineRetentionPeriod:Int32 RecommendedPolicyType:RecommendedPolicyType RedirectToRecipients:String[] RegionBlockList:String[] SpamAction:SpamFilteringAction=AddXHeader|Delete|ModifySubject|MoveToJmf|Quarantine|Redirect SpamQuarantineTag:String SpamZapEnabled:Boolean TestModeAction:SpamFilteringTestModeAction=None|AddXHeader|BccMessage TestModeBccToRecipients:String[] WhatIf:Switch',
  'Remove-HostedContentFilterPolicy':
    'Identity!:HostedContentFilterPolicyIdParameter Confirm:Switch WhatIf:Switch',
  'Set-HostedContentFilterPolicy':
    'Identity!:HostedContentFilterPolicyIdParameter AddXHeaderValue:String AdminDisplayName:String AllowedSenderDomains:String[] AllowedSenders:String[] BlockedSenderDomains:String[] BlockedSenders:String[] BulkMovesEnabled:BulkMovesEnabled=On|Off|NotSet BulkQuarantineTag:String BulkSpamAction:SpamFilteringAction=AddXHeader|Delete|ModifySubject|MoveToJmf|NoAction|Quarantine|Redirect BulkThreshold:Int32 Confirm:Switch DownloadLink:Boolean EnableEndUserSpamNotifications:Boolean EnableLanguageBlockList:Boolean EnableRegionBlockList:Boolean EndUserSpamNotificationCustomFromAddress:SmtpAddress EndUserSpamNotificationCustomFromName:String EndUserSpamNotificationCustomSubject:String EndUserSpamNotificationFrequency:Int32 EndUserSpamNotificationLanguage:EsnLanguage EndUserSpamNotificationLimit:Int32 HighConfidencePhishAction:PhishFilteringAction=Redirect|Quarantine HighConfidencePhishQuarantineTag:String HighConfidenceSpamAction:SpamFilteringAction=AddXHeader|Delete|ModifySubject|MoveToJmf|Quarantine|Redirect HighConfidenceSpamQuarantineTag:String IncreaseScoreWithBizOrInfoUrls:SpamFilteringOption=Off|On|Test IncreaseScoreWithImageLinks:SpamFilteringOption=Off|On|Test IncreaseScoreWithNumericIps:SpamFilteringOption=Off|On|Test IncreaseScoreWithRedirectToOtherPort:SpamFilteringOption=Off|On|Test InlineSafetyTipsEnabled:Boolean IntraOrgFilterState:IntraOrgFilterState=Default|HighConfidencePhish|Phish|HighConfidenceSpam|Spam|Disabled LanguageBlockList:String[] MakeDefault:Switch MarkAsSpamBulkMail:SpamFilteringOption=Off|On|Test MarkAsSpamEmbedTagsInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamEmptyMessages:SpamFilteringOption=Off|On|Test MarkAsSpamFormTagsInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamFramesInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamFromAddressAuthFail:SpamFilteringOption=Off|On MarkAsSpamJavaScriptInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamNdrBackscatter:SpamFilteringOption=Off|On MarkAsSpamObjectTagsInHtml:SpamFilteringOption=Off|On|Test MarkAsSpamSensitiveWordList:SpamFilteringOption=Off|On|Test MarkAsSpamSpfRecordHardFail:SpamFilteringOption=Off|On MarkAsSpamWebBugsInHtml:SpamFilteringOption=Off|On|Test ModifySubjectValue:String PhishQuarantineTag:String PhishSpamAction:SpamFilteringAction=AddXHeader|Delete|ModifySubject|MoveToJmf|Quarantine|Redirect PhishZapEnabled:Boolean QuarantineRetentionPeriod:Int32 RedirectToRecipients:String[] RegionBlockList:String[] SpamAction:SpamFilteringAction=AddXHeader|Delete|ModifySubject|MoveToJmf|Quarantine|Redirect SpamQuarantineTag:String SpamZapEnabled:Boolean TestModeAction:SpamFilteringTestModeAction=None|AddXHeader|BccMessage TestModeBccToRecipients:String[] WhatIf:Switch',
  'Disable-HostedContentFilterRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-HostedContentFilterRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Get-HostedContentFilterRule':
    'Identity:RuleIdParameter State:RuleState=Enabled|Disabled',
  'New-HostedContentFilterRule':
    'Name!:String HostedContentFilterPolicy!:HostedContentFilterPolicyIdParameter Comments:String Confirm:Switch Enabled:Boolean ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Remove-HostedContentFilterRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-HostedContentFilterRule':
    'Identity!:RuleIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] HostedContentFilterPolicy:HostedContentFilterPolicyIdParameter Name:String Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Get-HostedOutboundSpamFilterPolicy':
    'Identity!:HostedOutboundSpamFilterPolicyIdParameter',
  'New-HostedOutboundSpamFilterPolicy':
    'Name!:String ActionWhenThresholdReached:OutboundRecipientLimitsExceededAction=Alert|BlockUser|BlockUserForToday AdminDisplayName:String AutoForwardingMode:AutoForwardingMode=Automatic|On|Off BccSuspiciousOutboundAdditionalRecipients:String[] BccSuspiciousOutboundMail:Boolean NotifyOutboundSpam:Boolean NotifyOutboundSpamRecipients:String[] RecipientLimitExternalPerHour:UInt32 RecipientLimitInternalPerHour:UInt32 RecipientLimitPerDay:UInt32 RecommendedPolicyType:RecommendedPolicyType',
  'Remove-HostedOutboundSpamFilterPolicy':
    'Identity!:HostedOutboundSpamFilterPolicyIdParameter Force:Switch',
  'Set-HostedOutboundSpamFilterPolicy':
    'Identity!:HostedOutboundSpamFilterPolicyIdParameter ActionWhenThresholdReached:OutboundRecipientLimitsExceededAction=Alert|BlockUser|BlockUserForToday AdminDisplayName:String AutoForwardingMode:AutoForwardingMode=Automatic|On|Off BccSuspiciousOutboundAdditionalRecipients:String[] BccSuspiciousOutboundMail:Boolean Confirm:Switch NotifyOutboundSpam:Boolean NotifyOutboundSpamRecipients:String[] RecipientLimitExternalPerHour:UInt32 RecipientLimitInternalPerHour:UInt32 RecipientLimitPerDay:UInt32 WhatIf:Switch',
  'Disable-HostedOutboundSpamFilterRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-HostedOutboundSpamFilterRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Get-HostedOutboundSpamFilterRule':
    'Identity:RuleIdParameter State:RuleState=Enabled|Disabled',
  'New-HostedOutboundSpamFilterRule':
    'Name!:String HostedOutboundSpamFilterPolicy!:HostedOutboundSpamFilterPolicyIdParameter Comments:String Confirm:Switch Enabled:Boolean ExceptIfFrom:RecipientIdParameter[] ExceptIfFromMemberOf:RecipientIdParameter[] ExceptIfSenderDomainIs:Word[] From:RecipientIdParameter[] FromMemberOf:RecipientIdParameter[] Priority:Int32 SenderDomainIs:Word[] WhatIf:Switch',
  'Remove-HostedOutboundSpamFilterRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-HostedOutboundSpamFilterRule':
    'Identity!:RuleIdParameter Comments:String Confirm:Switch ExceptIfFrom:RecipientIdParameter[] ExceptIfFromMemberOf:RecipientIdParameter[] ExceptIfSenderDomainIs:Word[] From:RecipientIdParameter[] FromMemberOf:RecipientIdParameter[] HostedOutboundSpamFilterPolicy:HostedOutboundSpamFilterPolicyIdParameter Name:String Priority:Int32 SenderDomainIs:Word[] WhatIf:Switch',
  'Get-InboundConnector':
    'Identity:InboundConnectorIdParameter ResultSize:Unlimited',
  'New-InboundConnector':
    'Name!:String SenderDomains!:String[] AssociatedAcceptedDomains:String[] ClientHostNames:String[] CloudServicesMailEnabled:Boolean Comment:String Confirm:Switch ConnectorSource:TenantConnectorSource=Default|HybridWizard|Migrated ConnectorType:TenantConnectorType=Partner|OnPremises EFSkipIPs:String[] EFSkipLastIP:Boolean EFSkipMailGateway:String[] EFTestMode:Boolean EFUsers:String[] Enabled:Boolean RequireTls:Boolean RestrictDomainsToCertificate:Boolean RestrictDomainsToIPAddresses:Boolean ScanAndDropRecipients:String[] SenderIPAddresses:String[] TlsSenderCertificateName:TlsCertificate TreatMessagesAsInternal:Boolean TrustedOrganizations:String[] WhatIf:Switch',
  'Remove-InboundConnector':
    'Identity!:InboundConnectorIdParameter Confirm:Switch WhatIf:Switch',
  'Set-InboundConnector':
    'Identity!:InboundConnectorIdParameter AssociatedAcceptedDomains:String[] CloudServicesMailEnabled:Boolean Comment:String Confirm:Switch ConnectorSource:TenantConnectorSource=Default|HybridWizard|Migrated ConnectorType:TenantConnectorType=Partner|OnPremises EFSkipIPs:String[] EFSkipLastIP:Boolean EFSkipMailGateway:String[] EFTestMode:Boolean EFUsers:String[] Enabled:Boolean Name:String RequireTls:Boolean RestrictDomainsToCertificate:Boolean RestrictDomainsToIPAddresses:Boolean ScanAndDropRecipients:String[] SenderDomains:String[] SenderIPAddresses:String[] TlsSenderCertificateName:TlsCertificate TreatMessagesAsInternal:Boolean TrustedOrganizations:String[] WhatIf:Switch',
  'Get-Mailbox':
    'Identity:MailboxIdParameter Anr:String Filter:String RecipientTypeDetails:RecipientTypeDetails[]=UserMailbox|SharedMailbox|RoomMailbox|EquipmentMailbox ResultSize:Unlimited',
  'Get-MalwareFilterPolicy':
    'Identity:MalwareFilterPolicyIdParameter',
  'New-MalwareFilterPolicy':
    'Name!:String AdminDisplayName:String Confirm:Switch CustomExternalBody:String CustomExternalSubject:String CustomFromAddress:SmtpAddress CustomFromName:String CustomInternalBody:String CustomInternalSubject:String CustomNotifications:Boolean EnableExternalSenderAdminNotifications:Boolean EnableFileFilter:Boolean EnableInternalSenderAdminNotifications:Boolean ExternalSenderAdminAddress:SmtpAddress FileTypeAction:FileTypeFilteringAction=Quarantine|Reject FileTypes:String[] InternalSenderAdminAddress:SmtpAddress QuarantineTag:String RecommendedPolicyType:RecommendedPolicyType WhatIf:Switch ZapEnabled:Boolean',
  'Remove-MalwareFilterPolicy':
    'Identity!:MalwareFilterPolicyIdParameter Confirm:Switch WhatIf:Switch',
  'Set-MalwareFilterPolicy':
    'Identity!:MalwareFilterPolicyIdParameter AdminDisplayName:String Confirm:Switch CustomExternalBody:String CustomExternalSubject:String CustomFromAddress:SmtpAddress CustomFromName:String CustomInternalBody:String CustomInternalSubject:String CustomNotifications:Boolean EnableExternalSenderAdminNotifications:Boolean EnableFileFilter:Boolean EnableInternalSenderAdminNotifications:Boolean ExternalSenderAdminAddress:SmtpAddress FileTypeAction:FileTypeFilteringAction=Quarantine|Reject FileTypes:String[] InternalSenderAdminAddress:SmtpAddress IsPolicyOverrideApplied:Boolean MakeDefault:Switch QuarantineTag:String WhatIf:Switch ZapEnabled:Boolean',
  'Disable-MalwareFilterRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-MalwareFilterRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Get-MalwareFilterRule':
    'Identity:RuleIdParameter State:RuleState',
  'New-MalwareFilterRule':
    'Name!:String MalwareFilterPolicy!:MalwareFilterPolicyIdParameter Comments:String Confirm:Switch Enabled:Boolean ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Remove-MalwareFilterRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-MalwareFilterRule':
    'Identity!:RuleIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] MalwareFilterPolicy:MalwareFilterPolicyIdParameter Name:String Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Get-MessageTraceDetailV2':
    'MessageTraceId!:Guid RecipientAddress!:String Action:String[] EndDate:System.DateTime Event:String[] MessageId:String SenderAddress:String StartDate:System.DateTime',
  'Get-MessageTraceV2':
    'EndDate:System.DateTime FromIP:String MessageId:String[] MessageTraceId:System.Guid RecipientAddress:String[] ResultSize:Int32 SenderAddress:String[] StartDate:System.DateTime StartingRecipientAddress:String Status:String[]=Delivered|Expanded|Failed|FilteredAsSpam|GettingStatus|Pending|Quarantined Subject:String SubjectFilterType:String=Contains|EndsWith|StartsWith ToIP:String',
  'Get-OrganizationConfig':
    '',
  'Set-OrganizationConfig':
    'ShortenEventScopeDefault:ShortenEventScopeMode ActionableMessagesExtenalAccessTokenEnabled:Boolean ActivityBasedAuthenticationTimeoutEnabled:Boolean ActivityBasedAuthenticationTimeoutInterval:EnhancedTimeSpan ActivityBasedAuthenticationTimeoutWithSingleSignOnEnabled:Boolean AppsForOfficeEnabled:Boolean AsyncSendEnabled:Boolean AuditDisabled:Boolean AutoArchivingThresholdPercentage:Int16 AutodiscoverPartialDirSync:Boolean AutoEnableArchiveMailbox:Boolean AutoExpandingArchive:Switch AutomaticForcedReadReceiptEnabled:Boolean BlockMoveMessagesForGroupFolders:Boolean BookingsAddressEntryRestricted:Boolean BookingsAuthEnabled:Boolean BookingsBlockedWordsEnabled:Boolean BookingsCreationOfCustomQuestionsRestricted:Boolean BookingsEnabled:Boolean BookingsExposureOfStaffDetailsRestricted:Boolean BookingsMembershipApprovalRequired:Boolean BookingsNamingPolicyEnabled:Boolean BookingsNamingPolicyPrefix:String BookingsNamingPolicyPrefixEnabled:Boolean BookingsNamingPolicySuffix:String BookingsNamingPolicySuffixEnabled:Boolean BookingsNotesEntryRestricted:Boolean BookingsPaymentsEnabled:Boolean BookingsPhoneNumberEntryRestricted:Boolean BookingsSearchEngineIndexDisabled:Boolean BookingsSmsMicrosoftEnabled:Boolean BookingsSocialSharingRestricted:Boolean ByteEncoderTypeFor7BitCharsets:Int32 CalendarVersionStoreEnabled:Boolean ComplianceMLBgdCrawlEnabled:Boolean Confirm:Switch ConnectorsActionableMessagesEnabled:Boolean ConnectorsEnabled:Boolean ConnectorsEnabledForOutlook:Boolean ConnectorsEnabledForSharepoint:Boolean ConnectorsEnabledForTeams:Boolean ConnectorsEnabledForYammer:Boolean CustomerLockboxEnabled:Boolean DefaultAuthenticationPolicy:AuthPolicyIdParameter DefaultFolderPermissionRestricted:Boolean DefaultGroupAccessType:ModernGroupObjectType=Public|Private DefaultMinutesToReduceLongEventsBy:Int32 DefaultMinutesToReduceShortEventsBy:Int32 DefaultPublicFolderAgeLimit:EnhancedTimeSpan DefaultPublicFolderDeletedItemRetention:EnhancedTimeSpan DefaultPublicFolderIssueWarningQuota:Unlimited DefaultPublicFolderMaxItemSize:Unlimited DefaultPublicFolderMovedItemRetention:EnhancedTimeSpan DefaultPublicFolderProhibitPostQuota:Unlimited DelayedDelicensingEnabled:Boolean DirectReportsGroupAutoCreationEnabled:Boolean DisablePlusAddressInRecipients:Boolean DistributionGroupDefaultOU:OrganizationalUnitIdParameter DistributionGroupNameBlockedWordsList:String[] DistributionGroupNamingPolicy:DistributionGroupNamingPolicy DLPViaDcsEnabled:Boolean DLPWaitOnSendEnabled:Boolean DLPWaitOnSendTimeout:Int16 ElcProcessingDisabled:Boolean EnableForwardingAddressSyncForMailboxes:Boolean EnableOutlookEvents:Boolean EndUserDLUpgradeFlowsDisabled:Boolean EndUserMailNotificationForDelayedDelicensingEnabled:Boolean EnforceExoAppRbacPermissions:Boolean EnforceShortenEventSetting:Switch EwsAllowEntourage:Boolean EwsAllowList:String[] EwsAllowMacOutlook:Boolean EwsAllowOutlook:Boolean EwsAllowedAppIDs:String EwsApplicationAccessPolicy:EwsApplicationAccessPolicy=EnforceAllowList|EnforceBlockList EwsBlockList:String[] EwsEnabled:Boolean ExchangeAttributesCloudManagedByDefault:Switch ExchangeAttributesServerManagedByDefault:Switch ExchangeNotificationEnabled:Boolean ExchangeNotificationRecipients:String[] FindTimeAttendeeAuthenticationEnabled:Boolean FindTimeAutoScheduleDisabled:Boolean FindTimeLockPollForAttendeesEnabled:Boolean FindTimeOnlineMeetingOptionDisabled:Boolean FocusedInboxOn:Boolean HierarchicalAddressBookRoot:UserContactGroupIdParameter HybridRSVPEnabled:Boolean InRegionRoutingEnabled:Boolean IPListBlocked:String[] IsAgendaMailEnabled:Boolean IsGroupFoldersAndRulesEnabled:Boolean IsGroupMemberAllowedToEditContent:Boolean LeanPopoutEnabled:Boolean LinkPreviewEnabled:Boolean MailTipsAllTipsEnabled:Boolean MailTipsExternalRecipientsTipsEnabled:Boolean MailTipsGroupMetricsEnabled:Boolean MailTipsLargeAudienceThreshold:UInt32 MailTipsMailboxSourcedTipsEnabled:Boolean MaskClientIpInReceivedHeadersEnabled:Boolean MatchSenderOrganizerProperties:Boolean MessageHighlightsEnabled:Boolean MessageRecallAlertRecipientsEnabled:Boolean MessageRecallAlertRecipientsReadMessagesOnlyEnabled:Boolean MessageRecallEnabled:System.Boolean MessageRecallMaxRecallableAge:Microsoft.Exchange.Data.EnhancedTimeSpan MessageRemindersEnabled:Boolean MobileAppEducationEnabled:Boolean OAuth2ClientProfileEnabled:Boolean OnlineMeetingsByDefaultEnabled:Boolean OutlookGifPickerDisabled:Boolean OutlookMobileGCCRestrictionsEnabled:Boolean OutlookMobileHelpShiftEnabled:Boolean OutlookMobileSingleAccountEnabled:Boolean OutlookPayEnabled:Boolean OutlookTextPredictionDisabled:Boolean PerTenantSwitchToESTSEnabled:Boolean PostponeRoamingSignaturesUntilLater:Boolean PreferredInternetCodePageForShiftJis:Int32 PublicComputersDetectionEnabled:Boolean PublicFoldersEnabled:PublicFoldersDeployment=Local|Remote|None PublicFolderShowClientControl:Boolean ReadTrackingEnabled:Boolean RecallReadMessagesEnabled:System.Boolean RefreshSessionEnabled:Boolean RejectDirectSend:Boolean RecipientDelimiters:Boolean RemotePublicFolderMailboxes:String[] RequiredCharsetCoverage:Int32 SendFromAliasEnabled:Boolean SharedDomainEmailAddressFlowEnabled:Boolean SiteMailboxCreationURL:Uri SmtpActionableMessagesEnabled:Boolean TenantAdminNotificationForDelayedDelicensingEnabled:Boolean TwoClickMailPreviewEnabled:Boolean UnblockUnsafeSenderPromptEnabled:Boolean VisibleMeetingUpdateProperties:String WebPushNotificationsDisabled:Boolean WebSuggestedRepliesDisabled:Boolean WhatIf:Switch WorkspaceTenantEnabled:Boolean',
  'Get-OutboundConnector':
    'Identity:OutboundConnectorIdParameter IncludeTestModeConnectors:Boolean IsTransportRuleScoped:Boolean ResultSize:Unlimited',
  'New-OutboundConnector':
    'Name!:String AllAcceptedDomains:Boolean CloudServicesMailEnabled:Boolean Comment:String Confirm:Switch ConnectorSource:TenantConnectorSource=Default|HybridWizard|Migrated ConnectorType:TenantConnectorType=Partner|OnPremises Enabled:Boolean IsTransportRuleScoped:Boolean LinkForModifiedConnector:Guid MtaStsMode:MtaStsMode=Opportunistic|None RecipientDomains:String[] RouteAllMessagesViaOnPremises:Boolean SenderRewritingEnabled:Boolean SmartHosts:String[] SmtpDaneMode:SmtpDaneMode=Opportunistic|Mandatory|None TestMode:Boolean TlsDomain:SmtpDomainWithSubdomains TlsSettings:TlsAuthLevel UseMXRecord:Boolean WhatIf:Switch',
  'Remove-OutboundConnector':
    'Identity!:OutboundConnectorIdParameter Confirm:Switch WhatIf:Switch',
  'Set-OutboundConnector':
    'Identity!:OutboundConnectorIdParameter AllAcceptedDomains:Boolean CloudServicesMailEnabled:Boolean Comment:String Confirm:Switch ConnectorSource:TenantConnectorSource=Default|HybridWizard|Migrated ConnectorType:TenantConnectorType=Partner|OnPremises Enabled:Boolean IsTransportRuleScoped:Boolean IsValidated:Boolean LastValidationTimestamp:DateTime MtaStsMode:MtaStsMode=Opportunistic|None Name:String RecipientDomains:String[] RouteAllMessagesViaOnPremises:Boolean SenderRewritingEnabled:Boolean SmartHosts:String[] SmtpDaneMode:SmtpDaneMode=Opportunistic|Mandatory|None TestMode:Boolean TlsDomain:SmtpDomainWithSubdomains TlsSettings:TlsAuthLevel UseMXRecord:Boolean ValidationRecipients:String[] WhatIf:Switch',
  'Get-PhishSimOverridePolicy':
    'Identity:PolicyIdParameter DomainController:Fqdn',
  'New-PhishSimOverridePolicy':
    'Name!:String Comment:String Confirm:Switch DomainController:Fqdn Enabled:Boolean Force:Switch WhatIf:Switch',
  'Remove-PhishSimOverridePolicy':
    'Identity!:PolicyIdParameter Confirm:Switch DomainController:Fqdn ForceDeletion:Switch WhatIf:Switch',
  'Set-PhishSimOverridePolicy':
    'Identity!:PolicyIdParameter Comment:String Confirm:Switch DomainController:Fqdn Enabled:Boolean Force:Switch WhatIf:Switch',
  'Delete-QuarantineMessage':
    'Identities:QuarantineMessageIdentity[] Identity:QuarantineMessageIdentity Confirm:Switch EntityType:EntityType=Email|SharePointOnline|Teams|DataLossPrevention HardDelete:Switch RecipientAddress:String[] WhatIf:Switch',
  'Get-QuarantineMessage':
    'Identity:QuarantineMessageIdentity Direction:QuarantineMessageDirectionEnum=Inbound|Outbound Domain:String[] EndExpiresDate:System.DateTime EndReceivedDate:System.DateTime EntityType:EntityType=Email|SharePointOnline|Teams|DataLossPrevention IncludeMessagesFromBlockedSenderAddress:Switch MessageId:String MyItems:Switch Page:Int32 PageSize:Int32 PolicyName:String PolicyTypes:QuarantinePolicyTypeEnum[]=AntiMalwarePolicy|AntiPhishPolicy|DataLossPreventionRule|ExchangeTransportRule|HostedContentFilterPolicy|SafeAttachmentPolicy QuarantineTypes:QuarantineMessageTypeEnum[]=Spam|TransportRule|Bulk|Phish|HighConfPhish|Malware|SPOMalware|DataLossPrevention|FileTypeBlock|AdminTriggered|PPI RecipientAddress:String[] RecipientTag:String[] ReleaseStatus:ReleaseStatus[]=Approved|Denied|Error|NotReleased|PreparingToRelease|Released|Requested Reported:Boolean SenderAddress:String[] StartExpiresDate:System.DateTime StartReceivedDate:System.DateTime Subject:String TeamsConversationTypes:TeamsConversationType[]=Channel|Chat Type:QuarantineMessageTypeEnum=Bulk|DataLossPrevention|HighConfPhish|Malware|Phish|Spam|SPOMalware|TransportRule',
  'Preview-QuarantineMessage':
    'Identity!:QuarantineMessageIdentity EntityType:EntityType=Email|SharePointOnline|Teams|DataLossPrevention RecipientAddress:String',
  'Release-QuarantineMessage':
    'Identities:QuarantineMessageIdentity[] Identity:QuarantineMessageIdentity ReleaseToAll:Switch User:String[] ActionType:ReleaseActionType=Deny|Release|Request AllowSender:Switch Confirm:Switch Force:Switch ReportFalsePositive:Switch WhatIf:Switch',
  'Get-QuarantineMessageHeader':
    'Identity!:QuarantineMessageIdentity EntityType:EntityType=Email|SharePointOnline|Teams|DataLossPrevention RecipientAddress:String',
  'Get-QuarantinePolicy':
    'Identity:QuarantineTagIdParameter QuarantinePolicyType:QuarantinePolicyType=QuarantinePolicy|GlobalQuarantinePolicy',
  'New-QuarantinePolicy':
    'Name!:String AdminDisplayName:String AdminNotificationFrequencyInDays:Int32 AdminNotificationLanguage:EsnLanguage AdminNotificationsEnabled:Boolean AdminQuarantinePermissionsList:String[] CustomDisclaimer:String DomainController:Fqdn EndUserQuarantinePermissions:QuarantinePermissions EndUserQuarantinePermissionsValue:Int32 EndUserSpamNotificationCustomFromAddress:String EndUserSpamNotificationFrequency:TimeSpan EndUserSpamNotificationFrequencyInDays:Int32 EndUserSpamNotificationLanguage:EsnLanguage EsnCustomSubject:String[] ESNEnabled:Boolean IncludeMessagesFromBlockedSenderAddress:Boolean MultiLanguageCustomDisclaimer:String[] MultiLanguageSenderName:String[] MultiLanguageSetting:String[] OrganizationBrandingEnabled:Boolean QuarantineRetentionDays:Int32 QuarantinePolicyType:QuarantinePolicyType',
  'Remove-QuarantinePolicy':
    'Identity!:QuarantineTagIdParameter DomainController:Fqdn',
  'Set-QuarantinePolicy':
    'Identity!:QuarantineTagIdParameter AdminNotificationFrequencyInDays:Int32 AdminNotificationLanguage:EsnLanguage AdminNotificationsEnabled:Boolean AdminQuarantinePermissionsList:String[] Confirm:Switch CustomDisclaimer:String DomainController:Fqdn EndUserQuarantinePermissions:QuarantinePermissions EndUserQuarantinePermissionsValue:Int32 EndUserSpamNotificationCustomFromAddress:String EndUserSpamNotificationFrequency:TimeSpan EndUserSpamNotificationFrequencyInDays:Int32 EndUserSpamNotificationLanguage:EsnLanguage EsnCustomSubject:String[] ESNEnabled:Boolean IgnoreDehydratedFlag:Switch IncludeMessagesFromBlockedSenderAddress:Boolean MultiLanguageCustomDisclaimer:String[] MultiLanguageSenderName:String[] MultiLanguageSetting:String[] OrganizationBrandingEnabled:Boolean QuarantineRetentionDays:Int32 WhatIf:Switch',
  'Get-Recipient':
    'Identity:RecipientIdParameter Anr:String AuthenticationType:AuthenticationType=Federated|Managed BookmarkDisplayName:String Capabilities:String[] Filter:String IncludeBookmarkObject:Boolean IncludeManagerWithDisplayName:Switch IncludeSoftDeletedRecipients:Switch OrganizationalUnit:OrganizationalUnitIdParameter Properties:String[] PropertySet:PropertySet RecipientPreviewFilter:String RecipientType:RecipientType[]=DynamicDistributionGroup|MailContact|MailNonUniversalGroup|MailUniversalDistributionGroup|MailUniversalSecurityGroup|MailUser|PublicFolder|UserMailbox RecipientTypeDetails:RecipientTypeDetails[]=DiscoveryMailbox|DynamicDistributionGroup|EquipmentMailbox|GroupMailbox|GuestMailUser|LegacyMailbox|LinkedMailbox|LinkedRoomMailbox|MailContact|MailForestContact|MailNonUniversalGroup|MailUniversalDistributionGroup|MailUniversalSecurityGroup|MailUser|PublicFolder|PublicFolderMailbox|RemoteEquipmentMailbox|RemoteRoomMailbox|RemoteSharedMailbox|RemoteTeamMailbox|RemoteUserMailbox|RoomList|RoomMailbox|SchedulingMailbox|SharedMailbox|SharedWithMailUser|TeamMailbox|UserMailbox ResultSize:Unlimited SortBy:String',
  'Get-RemoteDomain':
    'Identity:RemoteDomainIdParameter ResultSize:Unlimited',
  'New-RemoteDomain':
    'Name!:String DomainName!:SmtpDomainWithSubdomains Confirm:Switch WhatIf:Switch',
  'Remove-RemoteDomain':
    'Identity!:RemoteDomainIdParameter Confirm:Switch WhatIf:Switch',
  'Set-RemoteDomain':
    'Identity!:RemoteDomainIdParameter AllowedOOFType:AllowedOOFType=External|ExternalLegacy|InternalLegacy|None AutoForwardEnabled:Boolean AutoReplyEnabled:Boolean ByteEncoderTypeFor7BitCharsets:ByteEncoderTypeFor7BitCharsetsEnum=Use7Bit|UseQP|UseBase64|UseQPHtmlDetectTextPlain|UseBase64HtmlDetectTextPlain|UseQPHtml7BitTextPlain|UseBase64Html7BitTextPlain|Undefined CharacterSet:String Confirm:Switch ContentType:ContentType=MimeHtmlText|MimeText|MimeHtml DeliveryReportEnabled:Boolean DisplaySenderName:Boolean IsInternal:Boolean LineWrapSize:Unlimited MeetingForwardNotificationEnabled:Boolean Name:String NDRDiagnosticInfoEnabled:Boolean NDREnabled:Boolean NonMimeCharacterSet:String PreferredInternetCodePageForShiftJis:PreferredInternetCodePageForShiftJisEnum=50220|50221|50222|Undefined RequiredCharsetCoverage:Int32 TargetDeliveryDomain:Boolean TNEFEnabled:Boolean TrustedMailInboundEnabled:Boolean TrustedMailOutboundEnabled:Boolean UseSimpleDisplayName:Boolean WhatIf:Switch',
  'Get-ReportSubmissionPolicy':
    'Identity:ReportSubmissionPolicyIdParameter',
  'New-ReportSubmissionPolicy':
    'DisableQuarantineReportingOption:Boolean DisableUserSubmissionOptions:Boolean EnableCustomizedMsg:Boolean EnableCustomNotificationSender:Boolean EnableOrganizationBranding:Boolean EnableReportToMicrosoft:Boolean EnableThirdPartyAddress:Boolean EnableUserEmailNotification:Boolean JunkReviewResultMessage:String MultiLanguagePostSubmitMessageButtonLinkForJunk:String[] MultiLanguagePostSubmitMessageButtonLinkForPhishing:String[] MultiLanguagePostSubmitMessageButtonTextForJunk:String[] MultiLanguagePostSubmitMessageButtonTextForPhishing:String[] MultiLanguagePostSubmitMessageForJunk:String[] MultiLanguagePostSubmitMessageForPhishing:String[] MultiLanguagePostSubmitMessageTitleForJunk:String[] MultiLanguagePostSubmitMessageTitleForPhishing:String[] MultiLanguagePreSubmitMessageButtonLinkForJunk:String[] MultiLanguagePreSubmitMessageButtonLinkForNotJunk:String[] MultiLanguagePreSubmitMessageButtonLinkForPhishing:String[] MultiLanguagePreSubmitMessageButtonTextForJunk:String[] MultiLanguagePreSubmitMessageButtonTextForNotJunk:String[] MultiLanguagePreSubmitMessageButtonTextForPhishing:String[] MultiLanguagePreSubmitMessageForJunk:String[] MultiLanguagePreSubmitMessageForNotJunk:String[] MultiLanguagePreSubmitMessageForPhishing:String[] MultiLanguagePreSubmitMessageTitleForJunk:String[] MultiLanguagePreSubmitMessageTitleForNotJunk:String[] MultiLanguagePreSubmitMessageTitleForPhishing:String[] MultiLanguageSetting:String[] NotJunkReviewResultMessage:String NotificationFooterMessage:String NotificationSenderAddress:String[] NotificationsForCleanSubmissionAirInvestigationsEnabled:Boolean NotificationsForPhishMalwareSubmissionAirInvestigationsEnabled:Boolean NotificationsForSpamSubmissionAirInvestigationsEnabled:Boolean NotificationsForSubmissionAirInvestigationsEnabled:Boolean OnlyShowPhishingDisclaimer:Boolean PhishingReviewResultMessage:String PostSubmitMessage:String PostSubmitMessageEnabled:Boolean PostSubmitMessageForJunk:String PostSubmitMessageForNotJunk:String PostSubmitMessageForPhishing:String PostSubmitMessageTitle:String PostSubmitMessageTitleForJunk:String PostSubmitMessageTitleForNotJunk:String PostSubmitMessageTitleForPhishing:String PreSubmitMessage:String PreSubmitMessageEnabled:Boolean PreSubmitMessageForJunk:String PreSubmitMessageForNotJunk:String PreSubmitMessageForPhishing:String PreSubmitMessageTitle:String PreSubmitMessageTitleForJunk:String PreSubmitMessageTitleForNotJunk:String PreSubmitMessageTitleForPhishing:String ReportChatMessageEnabled:Boolean ReportChatMessageToCustomizedAddressEnabled:Boolean ReportJunkAddresses:String[] ReportJunkToCustomizedAddress:Boolean ReportNotJunkAddresses:String[] ReportNotJunkToCustomizedAddress:Boolean ReportPhishAddresses:String[] ReportPhishToCustomizedAddress:Boolean ThirdPartyReportAddresses:String[] UserSubmissionOptions:Int32 UserSubmissionOptionsMessage:String',
  'Remove-ReportSubmissionPolicy':
    'Identity!:ReportSubmissionPolicyIdParameter',
  'Set-ReportSubmissionPolicy':
    'Identity!:ReportSubmissionPolicyIdParameter Confirm:Switch DisableQuarantineReportingOption:Boolean DisableUserSubmissionOptions:Boolean EnableCustomizedMsg:Boolean EnableCustomNotificationSender:Boolean EnableOrganizationBranding:Boolean EnableReportToMicrosoft:Boolean EnableThirdPartyAddress:Boolean EnableUserEmailNotification:Boolean JunkReviewResultMessage:String MultiLanguagePostSubmitMessageButtonLinkForJunk:String[] MultiLanguagePostSubmitMessageButtonLinkForPhishing:String[] MultiLanguagePostSubmitMessageButtonTextForJunk:String[] MultiLanguagePostSubmitMessageButtonTextForPhishing:String[] MultiLanguagePostSubmitMessageForJunk:String[] MultiLanguagePostSubmitMessageForPhishing:String[] MultiLanguagePostSubmitMessageTitleForJunk:String[] MultiLanguagePostSubmitMessageTitleForPhishing:String[] MultiLanguagePreSubmitMessageButtonLinkForJunk:String[] MultiLanguagePreSubmitMessageButtonLinkForNotJunk:String[] MultiLanguagePreSubmitMessageButtonLinkForPhishing:String[] MultiLanguagePreSubmitMessageButtonTextForJunk:String[] MultiLanguagePreSubmitMessageButtonTextForNotJunk:String[] MultiLanguagePreSubmitMessageButtonTextForPhishing:String[] MultiLanguagePreSubmitMessageForJunk:String[] MultiLanguagePreSubmitMessageForNotJunk:String[] MultiLanguagePreSubmitMessageForPhishing:String[] MultiLanguagePreSubmitMessageTitleForJunk:String[] MultiLanguagePreSubmitMessageTitleForNotJunk:String[] MultiLanguagePreSubmitMessageTitleForPhishing:String[] MultiLanguageSetting:String[] NotJunkReviewResultMessage:String NotificationFooterMessage:String NotificationSenderAddress:String[] NotificationsForCleanSubmissionAirInvestigationsEnabled:Boolean NotificationsForPhishMalwareSubmissionAirInvestigationsEnabled:Boolean NotificationsForSpamSubmissionAirInvestigationsEnabled:Boolean NotificationsForSubmissionAirInvestigationsEnabled:Boolean OnlyShowPhishingDisclaimer:Boolean PhishingReviewResultMessage:String PostSubmitMessage:String PostSubmitMessageEnabled:Boolean PostSubmitMessageForJunk:String PostSubmitMessageForNotJunk:String PostSubmitMessageForPhishing:String PostSubmitMessageTitle:String PostSubmitMessageTitleForJunk:String PostSubmitMessageTitleForNotJunk:String PostSubmitMessageTitleForPhishing:String PreSubmitMessage:String PreSubmitMessageEnabled:Boolean PreSubmitMessageForJunk:String PreSubmitMessageForNotJunk:String PreSubmitMessageForPhishing:String PreSubmitMessageTitle:String PreSubmitMessageTitleForJunk:String PreSubmitMessageTitleForNotJunk:String PreSubmitMessageTitleForPhishing:String ReportChatMessageEnabled:Boolean ReportChatMessageToCustomizedAddressEnabled:Boolean ReportJunkAddresses:String[] ReportJunkToCustomizedAddress:Boolean ReportNotJunkAddresses:String[] ReportNotJunkToCustomizedAddress:Boolean ReportPhishAddresses:String[] ReportPhishToCustomizedAddress:Boolean ThirdPartyReportAddresses:String[] UserSubmissionOptions:Int32 UserSubmissionOptionsMessage:String WhatIf:Switch',
  'Disable-ReportSubmissionRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-ReportSubmissionRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Get-ReportSubmissionRule':
    'Identity:RuleIdParameter State:RuleState=Disabled|Enabled',
  'New-ReportSubmissionRule':
    'Name!:String ReportSubmissionPolicy!:ReportSubmissionPolicyIdParameter Comments:String Confirm:Switch Enabled:Boolean SentTo:RecipientIdParameter[] WhatIf:Switch',
  'Remove-ReportSubmissionRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-ReportSubmissionRule':
    'Identity!:RuleIdParameter Comments:String Confirm:Switch Name:String ReportSubmissionPolicy:ReportSubmissionPolicyIdParameter SentTo:RecipientIdParameter[] WhatIf:Switch',
  'Get-SafeAttachmentPolicy':
    'Identity:SafeAttachmentPolicyIdParameter',
  'New-SafeAttachmentPolicy':
    'Name!:String Action:SafeAttachmentAction=Allow|Block|DynamicDelivery AdminDisplayName:String Confirm:Switch Enable:Boolean MakeBuiltInProtection:Switch QuarantineTag:String RecommendedPolicyType:RecommendedPolicyType Redirect:Boolean RedirectAddress:SmtpAddress WhatIf:Switch',
  'Remove-SafeAttachmentPolicy':
    'Identity!:SafeAttachmentPolicyIdParameter Confirm:Switch Force:Switch WhatIf:Switch',
  'Set-SafeAttachmentPolicy':
    'Identity!:SafeAttachmentPolicyIdParameter Action:SafeAttachmentAction=Allow|Block|DynamicDelivery AdminDisplayName:String Confirm:Switch Enable:Boolean QuarantineTag:String Redirect:Boolean RedirectAddress:SmtpAddress WhatIf:Switch',
  'Disable-SafeAttachmentRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-SafeAttachmentRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Get-SafeAttachmentRule':
    'Identity:RuleIdParameter State:RuleState=Enabled|Disabled',
  'New-SafeAttachmentRule':
    'Name!:String SafeAttachmentPolicy!:SafeAttachmentPolicyIdParameter Comments:String Confirm:Switch Enabled:Boolean ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Remove-SafeAttachmentRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-SafeAttachmentRule':
    'Identity!:RuleIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Name:String Priority:Int32 RecipientDomainIs:Word[] SafeAttachmentPolicy:SafeAttachmentPolicyIdParameter SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Get-SafeLinksPolicy':
    'Identity:SafeLinksPolicyIdParameter',
  'New-SafeLinksPolicy':
    'Name!:String AdminDisplayName:String AllowClickThrough:Boolean Confirm:Switch CustomNotificationText:String DeliverMessageAfterScan:Boolean DisableUrlRewrite:Boolean DoNotRewriteUrls:String[] EnableForInternalSenders:Boolean EnableOrganizationBranding:Boolean EnableSafeLinksForEmail:Boolean EnableSafeLinksForOffice:Boolean EnableSafeLinksForTeams:Boolean MakeBuiltInProtection:Switch RecommendedPolicyType:RecommendedPolicyType ScanUrls:Boolean TrackClicks:Boolean UseTranslatedNotificationText:Boolean WhatIf:Switch',
  'Remove-SafeLinksPolicy':
    'Identity!:SafeLinksPolicyIdParameter Confirm:Switch Force:Switch WhatIf:Switch',
  'Set-SafeLinksPolicy':
    'Identity!:SafeLinksPolicyIdParameter AdminDisplayName:String AllowClickThrough:Boolean Confirm:Switch CustomNotificationText:String DeliverMessageAfterScan:Boolean DisableUrlRewrite:Boolean DoNotRewriteUrls:String[] EnableForInternalSenders:Boolean EnableOrganizationBranding:Boolean EnableSafeLinksForEmail:Boolean EnableSafeLinksForOffice:Boolean EnableSafeLinksForTeams:Boolean LocalizedNotificationTextList:Hashtable ScanUrls:Boolean TrackClicks:Boolean UseTranslatedNotificationText:Boolean WhatIf:Switch',
  'Disable-SafeLinksRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-SafeLinksRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Get-SafeLinksRule':
    'Identity:RuleIdParameter State:RuleState=Enabled|Disabled',
  'New-SafeLinksRule':
    'Name!:String SafeLinksPolicy!:SafeLinksPolicyIdParameter Comments:String Confirm:Switch Enabled:Boolean ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Priority:Int32 RecipientDomainIs:Word[] SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Remove-SafeLinksRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-SafeLinksRule':
    'Identity!:RuleIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Name:String Priority:Int32 RecipientDomainIs:Word[] SafeLinksPolicy:SafeLinksPolicyIdParameter SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Get-SecOpsOverridePolicy':
    'Identity:PolicyIdParameter DomainController:Fqdn',
  'New-SecOpsOverridePolicy':
    'Name!:String SentTo!:String[] Comment:String Confirm:Switch DomainController:Fqdn Enabled:Boolean Force:Switch WhatIf:Switch',
  'Remove-SecOpsOverridePolicy':
    'Identity!:PolicyIdParameter Confirm:Switch DomainController:Fqdn ForceDeletion:Switch WhatIf:Switch',
  'Set-SecOpsOverridePolicy':
    'Identity!:PolicyIdParameter AddSentTo:String[] Comment:String Confirm:Switch DomainController:Fqdn Enabled:Boolean Force:Switch RemoveSentTo:String[] WhatIf:Switch',
  'Get-SpoofIntelligenceInsight':
    'Identity:HostedConnectionFilterPolicyIdParameter',
  'Get-TeamsProtectionPolicy':
    'Identity:TeamsProtectionPolicyIdParameter',
  'New-TeamsProtectionPolicy':
    'Name!:String Confirm:Switch HighConfidencePhishQuarantineTag:String MalwareQuarantineTag:String Organization:OrganizationIdParameter WhatIf:Switch ZapEnabled:Boolean',
  'Set-TeamsProtectionPolicy':
    'Identity!:TeamsProtectionPolicyIdParameter AdminDisplayName:String Confirm:Switch HighConfidencePhishQuarantineTag:String MalwareQuarantineTag:String WhatIf:Switch ZapEnabled:Boolean',
  'Get-TeamsProtectionPolicyRule':
    'Identity:RuleIdParameter State:RuleState=Enabled|Disabled',
  'New-TeamsProtectionPolicyRule':
    'Name!:String TeamsProtectionPolicy!:TeamsProtectionPolicyIdParameter Comments:String Confirm:Switch Enabled:Boolean ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] Organization:OrganizationIdParameter WhatIf:Switch',
  'Set-TeamsProtectionPolicyRule':
    'Identity!:RuleIdParameter Comments:String Confirm:Switch ExceptIfRecipientDomainIs:Word[] ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] WhatIf:Switch',
  'Get-TenantAllowBlockListItems':
    'ListType!:ListType=FileHash|Sender|Url|IP Entry:String NoExpiration:Switch Allow:Switch Block:Switch ExpirationDate:DateTime ListSubType:ListSubType[]=AdvancedDelivery|Tenant OutputJson:Switch',
  'New-TenantAllowBlockListItems':
    'Entries!:String[] ExpirationDate:DateTime ListType!:ListType=FileHash|Sender|Url|IP NoExpiration:Switch Allow:Switch Block:Switch ListSubType:ListSubType=AdvancedDelivery|Tenant LogExtraDetails:Switch Notes:String RemoveAfter:Int32 OutputJson:Switch SubmissionID:String',
  'Remove-TenantAllowBlockListItems':
    'Entries:String[] Ids:String[] ListType!:ListType=FileHash|Sender|Url|IP ListSubType:ListSubType=AdvancedDelivery|Tenant OutputJson:Switch',
  'Set-TenantAllowBlockListItems':
    'Entries:String[] Ids:String[] ListType!:ListType=FileHash|Sender|Url|IP NoExpiration:Switch Allow:Switch Block:Switch ExpirationDate:DateTime ListSubType:ListSubType=AdvancedDelivery|Tenant Notes:String OutputJson:Switch RemoveAfter:Int32',
  'Get-TenantAllowBlockListSpoofItems':
    'Identity:HostedConnectionFilterPolicyIdParameter Action:String=Allow|Block SpoofType:String=External|Internal',
  'New-TenantAllowBlockListSpoofItems':
    'Identity!:HostedConnectionFilterPolicyIdParameter SendingInfrastructure!:String SpoofedUser!:String SpoofType!:String=External|Internal Action!:String=Allow|Block Confirm:Switch WhatIf:Switch',
  'Remove-TenantAllowBlockListSpoofItems':
    'Identity!:HostedConnectionFilterPolicyIdParameter Ids!:String[] Confirm:Switch WhatIf:Switch',
  'Set-TenantAllowBlockListSpoofItems':
    'Identity!:HostedConnectionFilterPolicyIdParameter Action!:String=Allow|Block Ids!:String[] Confirm:Switch WhatIf:Switch',
  'Get-TransportConfig':
    '',
  'Set-TransportConfig':
    'AddressBookPolicyRoutingEnabled:Boolean AllowLegacyTLSClients:System.Boolean ClearCategories:Boolean Confirm:Switch ConvertDisclaimerWrapperToEml:Boolean DSNConversionMode:DSNConversionOption=DoNotConvert|PreserveDSNBody|UseExchangeDSNs ExternalDelayDsnEnabled:Boolean ExternalDsnDefaultLanguage:CultureInfo ExternalDsnLanguageDetectionEnabled:Boolean ExternalDsnReportingAuthority:SmtpDomain ExternalDsnSendHtml:Boolean ExternalPostmasterAddress:SmtpAddress Force:Switch HeaderPromotionModeSetting:HeaderPromotionMode=MustCreate|MayCreate|NoCreate InternalDelayDsnEnabled:Boolean InternalDsnDefaultLanguage:CultureInfo InternalDsnLanguageDetectionEnabled:Boolean InternalDsnReportingAuthority:SmtpDomain InternalDsnSendHtml:Boolean JournalMessageExpirationDays:Int32 JournalingReportNdrTo:SmtpAddress MaxRecipientEnvelopeLimit:Unlimited MessageExpiration:EnhancedTimeSpan PreventDuplicateJournalingEnabled:Boolean ReplyAllStormBlockDurationHours:Int32 ReplyAllStormDetectionMinimumRecipients:Int32 ReplyAllStormDetectionMinimumReplies:Int32 ReplyAllStormProtectionEnabled:Boolean Rfc2231EncodingEnabled:Boolean SmtpClientAuthenticationDisabled:Boolean VoicemailJournalingEnabled:Boolean WhatIf:Switch',
  'Disable-TransportRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Enable-TransportRule':
    'Identity!:RuleIdParameter Confirm:Switch Mode:RuleMode=Audit|AuditAndNotify|Enforce WhatIf:Switch',
  'Get-TransportRule':
    'Identity:RuleIdParameter State:RuleState=Enabled|Disabled DlpPolicy:String ExcludeConditionActionDetails:Boolean Filter:String ResultSize:Unlimited',
  'New-TransportRule':
    'Name!:String ActivationDate:DateTime ADComparisonAttribute:ADAttribute ADComparisonOperator:Evaluation=Equal|NotEqual AddManagerAsRecipientType:AddedRecipientType=To|Cc|Bcc|Redirect AddToRecipients:RecipientIdParameter[] AnyOfCcHeader:RecipientIdParameter[] AnyOfCcHeaderMemberOf:RecipientIdParameter[] AnyOfRecipientAddressContainsWords:Word[] AnyOfRecipientAddressMatchesPatterns:Pattern[] AnyOfToCcHeader:RecipientIdParameter[] AnyOfToCcHeaderMemberOf:RecipientIdParameter[] AnyOfToHeader:RecipientIdParameter[] AnyOfToHeaderMemberOf:RecipientIdParameter[] ApplyClassification:String ApplyHtmlDisclaimerFallbackAction:DisclaimerFallbackAction=Wrap|Ignore|Reject ApplyHtmlDisclaimerLocation:DisclaimerLocation=Append|Prepend ApplyHtmlDisclaimerText:DisclaimerText ApplyOME:Boolean ApplyRightsProtectionCustomizationTemplate:OMEConfigurationIdParameter ApplyRightsProtectionTemplate:RmsTemplateIdParameter AttachmentContainsWords:Word[] AttachmentExtensionMatchesWords:Word[] AttachmentHasExecutableContent:Boolean AttachmentIsPasswordProtected:Boolean AttachmentIsUnsupported:Boolean AttachmentMatchesPatterns:Pattern[] AttachmentNameMatchesPatterns:Pattern[] AttachmentProcessingLimitExceeded:Boolean AttachmentPropertyContainsWords:Word[] AttachmentSizeOver:ByteQuantifiedSize BetweenMemberOf1:RecipientIdParameter[] BetweenMemberOf2:RecipientIdParameter[] BlindCopyTo:RecipientIdParameter[] Comments:String Confirm:Switch ContentCharacterSetContainsWords:Word[] CopyTo:RecipientIdParameter[] DeleteMessage:Boolean Disconnect:Boolean DlpPolicy:String Enabled:Boolean ExceptIfADComparisonAttribute:ADAttribute ExceptIfADComparisonOperator:Evaluation=Equal|NotEqual ExceptIfAnyOfCcHeader:RecipientIdParameter[] ExceptIfAnyOfCcHeaderMemberOf:RecipientIdParameter[] ExceptIfAnyOfRecipientAddressContainsWords:Word[] ExceptIfAnyOfRecipientAddressMatchesPatterns:Pattern[] ExceptIfAnyOfToCcHeader:RecipientIdParameter[] ExceptIfAnyOfToCcHeaderMemberOf:RecipientIdParameter[] ExceptIfAnyOfToHeader:RecipientIdParameter[] ExceptIfAnyOfToHeaderMemberOf:RecipientIdParameter[] ExceptIfAttachmentContainsWords:Word[] ExceptIfAttachmentExtensionMatchesWords:Word[] ExceptIfAttachmentHasExecutableContent:Boolean ExceptIfAttachmentIsPasswordProtected:Boolean ExceptIfAttachmentIsUnsupported:Boolean ExceptIfAttachmentMatchesPatterns:Pattern[] ExceptIfAttachmentNameMatchesPatterns:Pattern[] ExceptIfAttachmentProcessingLimitExceeded:Boolean ExceptIfAttachmentPropertyContainsWords:Word[] ExceptIfAttachmentSizeOver:ByteQuantifiedSize ExceptIfBetweenMemberOf1:RecipientIdParameter[] ExceptIfBetweenMemberOf2:RecipientIdParameter[] ExceptIfContentCharacterSetContainsWords:Word[] ExceptIfFrom:RecipientIdParameter[] ExceptIfFromAddressContainsWords:Word[] ExceptIfFromAddressMatchesPatterns:Pattern[] ExceptIfFromMemberOf:RecipientIdParameter[] ExceptIfFromScope:FromUserScope=InOrganization|NotInOrganization ExceptIfHasClassification:String ExceptIfHasNoClassification:Boolean ExceptIfHasSenderOverride:Boolean ExceptIfHeaderContainsMessageHeader:HeaderName ExceptIfHeaderContainsWords:Word[] ExceptIfHeaderMatchesMessageHeader:HeaderName ExceptIfHeaderMatchesPatterns:Pattern[] ExceptIfManagerAddresses:RecipientIdParameter[] ExceptIfManagerForEvaluatedUser:EvaluatedUser=Recipient|Sender ExceptIfMessageContainsDataClassifications:Hashtable[] ExceptIfMessageSizeOver:ByteQuantifiedSize ExceptIfMessageTypeMatches:MessageType=OOF|AutoForward|Encrypted|Calendaring|PermissionControlled|Voicemail|Signed|ApprovalRequest|ReadReceipt ExceptIfRecipientADAttributeContainsWords:Word[] ExceptIfRecipientADAttributeMatchesPatterns:Pattern[] ExceptIfRecipientAddressContainsWords:Word[] ExceptIfRecipientAddressMatchesPatterns:Pattern[] ExceptIfRecipientDomainIs:Word[] ExceptIfRecipientInSenderList:Word[] ExceptIfSCLOver:SclValue ExceptIfSenderADAttributeContainsWords:Word[] ExceptIfSenderADAttributeMatchesPatterns:Pattern[] ExceptIfSenderDomainIs:Word[] ExceptIfSenderInRecipientList:Word[] ExceptIfSenderIpRanges:String[] ExceptIfSenderManagementRelationship:ManagementRelationship=Manager|DirectReport ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] ExceptIfSentToScope:ToUserScope=InOrganization|NotInOrganization|ExternalPartner|ExternalNonPartner ExceptIfSubjectContainsWords:Word[] ExceptIfSubjectMatchesPatterns:Pattern[] ExceptIfSubjectOrBodyContainsWords:Word[] ExceptIfSubjectOrBodyMatchesPatterns:Pattern[] ExceptIfWithImportance:Importance=Low|Normal|High ExpiryDate:DateTime From:RecipientIdParameter[] FromAddressContainsWords:Word[] FromAddressMatchesPatterns:Pattern[] FromMemberOf:RecipientIdParameter[] FromScope:FromUserScope=InOrganization|NotInOrganization GenerateIncidentReport:RecipientIdParameter GenerateNotification:DisclaimerText HasClassification:String HasNoClassification:Boolean HasSenderOverride:Boolean HeaderContainsMessageHeader:HeaderName HeaderContainsWords:Word[] HeaderMatchesMessageHeader:HeaderName HeaderMatchesPatterns:Pattern[] IncidentReportContent:IncidentReportContent[]=Sender|Recipients|Subject|CC|BCC|Severity|RuleDetections|FalsePositive|IdMatch|AttachOriginalMail LogEventText:EventLogText ManagerAddresses:RecipientIdParameter[] ManagerForEvaluatedUser:EvaluatedUser=Recipient|Sender MessageContainsDataClassifications:Hashtable[] MessageSizeOver:ByteQuantifiedSize MessageTypeMatches:MessageType=OOF|AutoForward|Encrypted|Calendaring|PermissionControlled|Voicemail|Signed|ApprovalRequest|ReadReceipt Mode:RuleMode=Audit|AuditAndNotify|Enforce ModerateMessageByManager:Boolean ModerateMessageByUser:RecipientIdParameter[] NotifySender:NotifySenderType=NotifyOnly|RejectMessage|RejectUnlessFalsePositiveOverride|RejectUnlessSilentOverride|RejectUnlessExplicitOverride PrependSubject:SubjectPrefix Priority:Int32 Quarantine:Boolean RecipientADAttributeContainsWords:Word[] RecipientADAttributeMatchesPatterns:Pattern[] RecipientAddressContainsWords:Word[] RecipientAddressMatchesPatterns:Pattern[] RecipientAddressType:RecipientAddressType=Original|Resolved RecipientDomainIs:Word[] RecipientInSenderList:Word[] RedirectMessageTo:RecipientIdParameter[] RejectMessageEnhancedStatusCode:RejectEnhancedStatus RejectMessageReasonText:RejectText RemoveHeader:HeaderName RemoveOME:Boolean RemoveOMEv2:Boolean RemoveRMSAttachmentEncryption:Boolean RouteMessageOutboundConnector:OutboundConnectorIdParameter RouteMessageOutboundRequireTls:Boolean RuleErrorAction:RuleErrorAction=Ignore|Defer RuleSubType:RuleSubType=Dlp|None SCLOver:SclValue SenderADAttributeContainsWords:Word[] SenderADAttributeMatchesPatterns:Pattern[] SenderAddressLocation:SenderAddressLocation=Header|Envelope|HeaderOrEnvelope SenderDomainIs:Word[] SenderInRecipientList:Word[] SenderIpRanges:String[] SenderManagementRelationship:ManagementRelationship=Manager|DirectReport SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] SentToScope:ToUserScope=InOrganization|NotInOrganization|ExternalPartner|ExternalNonPartner SetAuditSeverity:String=DoNotAudit|Low|Medium|High SetHeaderName:HeaderName SetHeaderValue:HeaderValue SetSCL:SclValue SmtpRejectMessageRejectStatusCode:RejectStatusCode SmtpRejectMessageRejectText:RejectText StopRuleProcessing:Boolean SubjectContainsWords:Word[] SubjectMatchesPatterns:Pattern[] SubjectOrBodyContainsWords:Word[] SubjectOrBodyMatchesPatterns:Pattern[] UseLegacyRegex:Boolean WhatIf:Switch WithImportance:Importance=Low|Normal|High',
  'Remove-TransportRule':
    'Identity!:RuleIdParameter Confirm:Switch WhatIf:Switch',
  'Set-TransportRule':
    'Identity!:RuleIdParameter ActivationDate:DateTime ADComparisonAttribute:ADAttribute ADComparisonOperator:Evaluation=Equal|NotEqual AddManagerAsRecipientType:AddedRecipientType=To|Cc|Bcc|Redirect AddToRecipients:RecipientIdParameter[] AnyOfCcHeader:RecipientIdParameter[] AnyOfCcHeaderMemberOf:RecipientIdParameter[] AnyOfRecipientAddressContainsWords:Word[] AnyOfRecipientAddressMatchesPatterns:Pattern[] AnyOfToCcHeader:RecipientIdParameter[] AnyOfToCcHeaderMemberOf:RecipientIdParameter[] AnyOfToHeader:RecipientIdParameter[] AnyOfToHeaderMemberOf:RecipientIdParameter[] ApplyClassification:String ApplyHtmlDisclaimerFallbackAction:DisclaimerFallbackAction=Wrap|Ignore|Reject ApplyHtmlDisclaimerLocation:DisclaimerLocation=Append|Prepend ApplyHtmlDisclaimerText:DisclaimerText ApplyOME:Boolean ApplyRightsProtectionCustomizationTemplate:OMEConfigurationIdParameter ApplyRightsProtectionTemplate:RmsTemplateIdParameter AttachmentContainsWords:Word[] AttachmentExtensionMatchesWords:Word[] AttachmentHasExecutableContent:Boolean AttachmentIsPasswordProtected:Boolean AttachmentIsUnsupported:Boolean AttachmentMatchesPatterns:Pattern[] AttachmentNameMatchesPatterns:Pattern[] AttachmentProcessingLimitExceeded:Boolean AttachmentPropertyContainsWords:Word[] AttachmentSizeOver:ByteQuantifiedSize BetweenMemberOf1:RecipientIdParameter[] BetweenMemberOf2:RecipientIdParameter[] BlindCopyTo:RecipientIdParameter[] Comments:String Confirm:Switch ContentCharacterSetContainsWords:Word[] CopyTo:RecipientIdParameter[] DeleteMessage:Boolean Disconnect:Boolean DlpPolicy:String ExceptIfADComparisonAttribute:ADAttribute ExceptIfADComparisonOperator:Evaluation=Equal|NotEqual ExceptIfAnyOfCcHeader:RecipientIdParameter[] ExceptIfAnyOfCcHeaderMemberOf:RecipientIdParameter[] ExceptIfAnyOfRecipientAddressContainsWords:Word[] ExceptIfAnyOfRecipientAddressMatchesPatterns:Pattern[] ExceptIfAnyOfToCcHeader:RecipientIdParameter[] ExceptIfAnyOfToCcHeaderMemberOf:RecipientIdParameter[] ExceptIfAnyOfToHeader:RecipientIdParameter[] ExceptIfAnyOfToHeaderMemberOf:RecipientIdParameter[] ExceptIfAttachmentContainsWords:Word[] ExceptIfAttachmentExtensionMatchesWords:Word[] ExceptIfAttachmentHasExecutableContent:Boolean ExceptIfAttachmentIsPasswordProtected:Boolean ExceptIfAttachmentIsUnsupported:Boolean ExceptIfAttachmentMatchesPatterns:Pattern[] ExceptIfAttachmentNameMatchesPatterns:Pattern[] ExceptIfAttachmentProcessingLimitExceeded:Boolean ExceptIfAttachmentPropertyContainsWords:Word[] ExceptIfAttachmentSizeOver:ByteQuantifiedSize ExceptIfBetweenMemberOf1:RecipientIdParameter[] ExceptIfBetweenMemberOf2:RecipientIdParameter[] ExceptIfContentCharacterSetContainsWords:Word[] ExceptIfFrom:RecipientIdParameter[] ExceptIfFromAddressContainsWords:Word[] ExceptIfFromAddressMatchesPatterns:Pattern[] ExceptIfFromMemberOf:RecipientIdParameter[] ExceptIfFromScope:FromUserScope=InOrganization|NotInOrganization ExceptIfHasClassification:String ExceptIfHasNoClassification:Boolean ExceptIfHasSenderOverride:Boolean ExceptIfHeaderContainsMessageHeader:HeaderName ExceptIfHeaderContainsWords:Word[] ExceptIfHeaderMatchesMessageHeader:HeaderName ExceptIfHeaderMatchesPatterns:Pattern[] ExceptIfManagerAddresses:RecipientIdParameter[] ExceptIfManagerForEvaluatedUser:EvaluatedUser=Recipient|Sender ExceptIfMessageContainsDataClassifications:Hashtable[] ExceptIfMessageSizeOver:ByteQuantifiedSize ExceptIfMessageTypeMatches:MessageType=OOF|AutoForward|Encrypted|Calendaring|PermissionControlled|Voicemail|Signed|ApprovalRequest|ReadReceipt ExceptIfRecipientADAttributeContainsWords:Word[] ExceptIfRecipientADAttributeMatchesPatterns:Pattern[] ExceptIfRecipientAddressContainsWords:Word[] ExceptIfRecipientAddressMatchesPatterns:Pattern[] ExceptIfRecipientDomainIs:Word[] ExceptIfRecipientInSenderList:Word[] ExceptIfSCLOver:SclValue ExceptIfSenderADAttributeContainsWords:Word[] ExceptIfSenderADAttributeMatchesPatterns:Pattern[] ExceptIfSenderDomainIs:Word[] ExceptIfSenderInRecipientList:Word[] ExceptIfSenderIpRanges:String[] ExceptIfSenderManagementRelationship:ManagementRelationship=Manager|DirectReport ExceptIfSentTo:RecipientIdParameter[] ExceptIfSentToMemberOf:RecipientIdParameter[] ExceptIfSentToScope:ToUserScope=InOrganization|NotInOrganization|ExternalPartner|ExternalNonPartner ExceptIfSubjectContainsWords:Word[] ExceptIfSubjectMatchesPatterns:Pattern[] ExceptIfSubjectOrBodyContainsWords:Word[] ExceptIfSubjectOrBodyMatchesPatterns:Pattern[] ExceptIfWithImportance:Importance=Low|Normal|High ExpiryDate:DateTime From:RecipientIdParameter[] FromAddressContainsWords:Word[] FromAddressMatchesPatterns:Pattern[] FromMemberOf:RecipientIdParameter[] FromScope:FromUserScope=InOrganization|NotInOrganization GenerateIncidentReport:RecipientIdParameter GenerateNotification:DisclaimerText HasClassification:String HasNoClassification:Boolean HasSenderOverride:Boolean HeaderContainsMessageHeader:HeaderName HeaderContainsWords:Word[] HeaderMatchesMessageHeader:HeaderName HeaderMatchesPatterns:Pattern[] IncidentReportContent:IncidentReportContent[]=Sender|Recipients|Subject|CC|BCC|Severity|RuleDetections|FalsePositive|IdMatch|AttachOriginalMail LogEventText:EventLogText ManagerAddresses:RecipientIdParameter[] ManagerForEvaluatedUser:EvaluatedUser=Recipient|Sender MessageContainsDataClassifications:Hashtable[] MessageSizeOver:ByteQuantifiedSize MessageTypeMatches:MessageType=OOF|AutoForward|Encrypted|Calendaring|PermissionControlled|Voicemail|Signed|ApprovalRequest|ReadReceipt Mode:RuleMode=Audit|AuditAndNotify|Enforce ModerateMessageByManager:Boolean ModerateMessageByUser:RecipientIdParameter[] Name:String NotifySender:NotifySenderType=NotifyOnly|RejectMessage|RejectUnlessFalsePositiveOverride|RejectUnlessSilentOverride|RejectUnlessExplicitOverride PrependSubject:SubjectPrefix Priority:Int32 Quarantine:Boolean RecipientADAttributeContainsWords:Word[] RecipientADAttributeMatchesPatterns:Pattern[] RecipientAddressContainsWords:Word[] RecipientAddressMatchesPatterns:Pattern[] RecipientAddressType:RecipientAddressType=Original|Resolved RecipientDomainIs:Word[] RecipientInSenderList:Word[] RedirectMessageTo:RecipientIdParameter[] RejectMessageEnhancedStatusCode:RejectEnhancedStatus RejectMessageReasonText:RejectText RemoveHeader:HeaderName RemoveOME:Boolean RemoveOMEv2:Boolean RemoveRMSAttachmentEncryption:Boolean RouteMessageOutboundConnector:OutboundConnectorIdParameter RouteMessageOutboundRequireTls:Boolean RuleErrorAction:RuleErrorAction=Ignore|Defer RuleSubType:RuleSubType=Dlp|None SCLOver:SclValue SenderADAttributeContainsWords:Word[] SenderADAttributeMatchesPatterns:Pattern[] SenderAddressLocation:SenderAddressLocation=Header|Envelope|HeaderOrEnvelope SenderDomainIs:Word[] SenderInRecipientList:Word[] SenderIpRanges:String[] SenderManagementRelationship:ManagementRelationship=Manager|DirectReport SentTo:RecipientIdParameter[] SentToMemberOf:RecipientIdParameter[] SentToScope:ToUserScope=InOrganization|NotInOrganization|ExternalPartner|ExternalNonPartner SetAuditSeverity:String=DoNotAudit|Low|Medium|High SetHeaderName:HeaderName SetHeaderValue:HeaderValue SetSCL:SclValue SmtpRejectMessageRejectStatusCode:RejectStatusCode SmtpRejectMessageRejectText:RejectText StopRuleProcessing:Boolean SubjectContainsWords:Word[] SubjectMatchesPatterns:Pattern[] SubjectOrBodyContainsWords:Word[] SubjectOrBodyMatchesPatterns:Pattern[] WhatIf:Switch WithImportance:Importance=Low|Normal|High',
  'Get-User':
    'Identity:UserIdParameter Anr:String Filter:String IncludeDirectReportsWithDisplayNames:Switch IncludeManagerWithDisplayName:Switch IsVIP:Switch OrganizationalUnit:OrganizationalUnitIdParameter PublicFolder:Switch RecipientTypeDetails:RecipientTypeDetails[]=DisabledUser|DiscoveryMailbox|EquipmentMailbox|GuestMailUser|GroupMailbox|LegacyMailbox|LinkedMailbox|LinkedRoomMailbox|LinkedUser|MailUser|PublicFolderMailbox|RemoteEquipmentMailbox|RemoteRoomMailbox|RemoteSharedMailbox|RemoteTeamMailbox|RemoteUserMailbox|RoomMailbox|SchedulingMailbox|SharedMailbox|SharedWithMailUser|TeamMailbox|User|UserMailbox ResultSize:Unlimited Sortby:String',
  'Set-User':
    'Identity!:UserIdParameter AssistantName:String AuthenticationPolicy:String BlockCloudCache:Boolean CanHaveCloudCache:Boolean City:String ClearDataEncryptionPolicy:Switch Company:String Confirm:Switch CountryOrRegion:CountryInfo Department:String DesiredWorkloads:Microsoft.Exchange.Data.MailboxWorkloadFlags DisplayName:String EXOModuleEnabled:Boolean Fax:String FirstName:String Force:Switch GeoCoordinates:GeoCoordinates HomePhone:String Initials:String IsShadowMailbox:Boolean LastName:String MailboxRegion:String MailboxRegionSuffix:MailboxRegionSuffixValue ManagedOnboardingType:ManagedOnboardingType Manager:UserContactIdParameter MobilePhone:String Name:String Notes:String Office:String OtherFax:String[] OtherHomePhone:String[] OtherTelephone:String[] Pager:String PermanentlyClearPreviousMailboxInfo:Switch Phone:String PhoneticDisplayName:String PostalCode:String PostOfficeBox:String[] PublicFolder:Switch RemotePowerShellEnabled:Boolean RemoveMailboxProvisioningConstraint:Switch ResetPasswordOnNextLogon:Boolean SeniorityIndex:Int32 SimpleDisplayName:String StateOrProvince:String StreetAddress:String StsRefreshTokensValidFrom:DateTime Title:String VIP:Boolean WebPage:String WhatIf:Switch WindowsEmailAddress:SmtpAddress',
};

/** One parameter of a cmdlet. `type` is the PowerShell type without `[]`; `list` says that the parameter takes several. */
export interface ParameterFact {
  readonly name: string;
  readonly type: string;
  readonly list: boolean;
  readonly required: boolean;
  readonly values: readonly string[];
}

/** One cmdlet: its canonical name, verb, noun, and parameters by lower-case name. */
export interface CmdletFact {
  readonly name: string;
  readonly verb: string;
  readonly noun: string;
  readonly parameters: ReadonlyMap<string, ParameterFact>;
}

function parseParameter(text: string): ParameterFact {
  const [head = '', values = ''] = text.split('=');
  const [name = '', type = ''] = head.split(':');
  return {
    name: name.replace('!', ''),
    type: type.replace('[]', ''),
    list: type.endsWith('[]'),
    required: name.endsWith('!'),
    values: values === '' ? [] : values.split('|'),
  };
}

const cmdlets: ReadonlyMap<string, CmdletFact> = new Map(
  Object.entries(table).map(([name, line]) => {
    const [verb = '', noun = ''] = name.split('-');
    const parameters = line.split(' ').filter((part) => part !== '').map(parseParameter);
    return [name.toLowerCase(), { name, verb, noun, parameters: new Map(parameters.map((fact) => [fact.name.toLowerCase(), fact])) }];
  }),
);

/** The facts of a cmdlet by its name (any case), or undefined when the sandbox does not know it. */
export function cmdletFact(name: string): CmdletFact | undefined {
  return cmdlets.get(name.toLowerCase());
}

/** Canonical names of every cmdlet that the sandbox answers. */
export function knownCmdlets(): readonly string[] {
  return [...cmdlets.values()].map((fact) => fact.name);
}
