/** The hunting queries that the product is designed around, word for word; each parses against the documented columns. */
export const QUERIES = {
  Q0: `// Q0 discovery of override, action, connector and rule spellings
EmailEvents
| where Timestamp > ago(7d)
| where EmailDirection == "Inbound"
| extend Conf = parse_json(ConfidenceLevel)
| summarize Rows = count(), Messages = dcount(NetworkMessageId)
    by OrgLevelAction, OrgLevelPolicy, ExchangeTransportRule, Connectors, EmailAction, EmailActionPolicy,
       PhishConfidence = tostring(Conf.Phish), SpamConfidence = tostring(Conf.Spam)
| top 500 by Rows desc
`,
  'Q-a1': `// Q-a1 messages with a verdict that an organisation override let through
let lookback = 1d;
let bypassRule = base64_decode_tostring("");   // base64 of the mail flow rule's name; "" = any override of this kind
EmailEvents
| where Timestamp > ago(lookback)
| where EmailDirection == "Inbound"
| where OrgLevelAction == "Allow"
| where OrgLevelPolicy != "Phishing simulation" and OrgLevelPolicy != "SecOps Mailbox"
| where (isempty(bypassRule) and (OrgLevelPolicy has "transport rule" or OrgLevelPolicy has "party filter"))
     or (isnotempty(bypassRule) and ExchangeTransportRule has bypassRule)
| summarize arg_max(Timestamp, *) by NetworkMessageId, RecipientEmailAddress
| extend Threats = iff(isempty(OriginalThreatTypes), ThreatTypes, OriginalThreatTypes),
         Methods = parse_json(iff(isempty(OriginalDetectionMethods), DetectionMethods, OriginalDetectionMethods)),
         Conf    = parse_json(iff(isempty(OriginalConfidenceLevel), ConfidenceLevel, OriginalConfidenceLevel))
| where isnotempty(Threats)
| extend PhishM = tolower(tostring(Methods.Phish)), SpamM = tolower(tostring(Methods.Spam))
| extend OtherPhish = replace_regex(PhishM, @'"(spoof|impersonation|mailbox intelligence impersonation)[^"]*"', "")
| extend WouldHaveBeen = case(
    Threats has "Malware", "Malware",
    Threats has "Phish" and tostring(Conf.Phish) =~ "High", "High confidence phishing",
    Threats has "Phish" and OtherPhish matches regex "[a-z]", "Phishing",
    PhishM has "spoof", "Spoof",
    PhishM has "impersonation user", "User impersonation",
    PhishM has "impersonation domain", "Domain impersonation",
    PhishM has "mailbox intelligence impersonation", "Mailbox intelligence",
    PhishM has "impersonation brand", "Brand impersonation",
    Threats has "Phish", "Phishing",
    SpamM has "bulk", "Bulk",
    Threats has "Spam", "Spam",
    "Other")
| project Timestamp, WouldHaveBeen, SenderFromAddress, SenderFromDomain, SenderIPv4, RecipientEmailAddress, RecipientObjectId,
          Subject, Threats, Methods = tostring(Methods), Confidence = tostring(Conf), BulkComplaintLevel, AuthenticationDetails,
          OrgLevelPolicy, ExchangeTransportRule, DeliveryAction, DeliveryLocation, NetworkMessageId
| top 5000 by Timestamp desc
`,
  'Q-a2': `// Q-a2 the same per day, for charts
let lookback = 14d;
EmailEvents
| where Timestamp > ago(lookback)
| where EmailDirection == "Inbound"
| where OrgLevelAction == "Allow"
| where OrgLevelPolicy has "transport rule" or OrgLevelPolicy has "party filter"
| summarize arg_max(Timestamp, *) by NetworkMessageId, RecipientEmailAddress
| extend Threats = iff(isempty(OriginalThreatTypes), ThreatTypes, OriginalThreatTypes),
         Conf = parse_json(iff(isempty(OriginalConfidenceLevel), ConfidenceLevel, OriginalConfidenceLevel))
| extend Verdict = case(isempty(Threats), "Clean", Threats has "Malware", "Malware",
    Threats has "Phish" and tostring(Conf.Phish) =~ "High", "High confidence phishing",
    Threats has "Phish", "Phish", Threats has "Spam", "Spam", "Other")
| summarize Deliveries = count(), Messages = dcount(NetworkMessageId), Recipients = dcount(RecipientEmailAddress)
    by Day = bin(Timestamp, 1d), Verdict
| order by Day asc, Verdict asc
`,
  'Q-b': `// Q-b impersonation per detection, policy and day for pilot users
let lookback = 14d;
let pilot = dynamic(["00000000-0000-0000-0000-000000000000"]);
let kinds = dynamic(["Impersonation user", "Impersonation domain", "Mailbox intelligence impersonation"]);
EmailEvents
| where Timestamp > ago(lookback)
| where EmailDirection == "Inbound"
| where RecipientObjectId in~ (pilot)
| where OrgLevelPolicy != "Phishing simulation" and OrgLevelPolicy != "SecOps Mailbox"
| where DetectionMethods has "impersonation" or OriginalDetectionMethods has "impersonation"
| summarize arg_max(Timestamp, *) by NetworkMessageId, RecipientObjectId
| extend Methods = parse_json(iff(isempty(OriginalDetectionMethods), DetectionMethods, OriginalDetectionMethods))
| mv-expand Method = Methods.Phish to typeof(string)
| where Method in~ (kinds)
| extend Detection = case(Method =~ "Impersonation user", "User impersonation",
                          Method =~ "Impersonation domain", "Domain impersonation", "Mailbox intelligence")
| summarize Detections = count(), Messages = dcount(NetworkMessageId), Recipients = dcount(RecipientObjectId),
            NoAction = countif(EmailAction =~ "No action taken" or isempty(EmailAction)),
            Delivered = countif(DeliveryAction == "Delivered"),
            OverriddenByOrg = countif(OrgLevelAction == "Allow")
    by Day = bin(Timestamp, 1d), Detection, EmailActionPolicy, EmailActionPolicyGuid
| order by Day asc, Detection asc
`,
  'Q-c': `// Q-c impersonation hits per sender; regroup by SenderFromDomain for domains
let lookback = 30d;
let kinds = dynamic(["Impersonation user", "Impersonation domain", "Mailbox intelligence impersonation"]);
EmailEvents
| where Timestamp > ago(lookback)
| where EmailDirection == "Inbound"
| where DetectionMethods has "impersonation" or OriginalDetectionMethods has "impersonation"
| summarize arg_max(Timestamp, *) by NetworkMessageId, RecipientEmailAddress
| extend Methods = parse_json(iff(isempty(OriginalDetectionMethods), DetectionMethods, OriginalDetectionMethods)),
         Auth = parse_json(AuthenticationDetails)
| mv-expand Method = Methods.Phish to typeof(string)
| where Method in~ (kinds)
| summarize Hits = count(), Messages = dcount(NetworkMessageId), Recipients = dcount(RecipientEmailAddress),
            Days = dcount(bin(Timestamp, 1d)), FirstContact = countif(IsFirstContact == 1),
            DmarcPass = countif(tostring(Auth.DMARC) =~ "pass"), CompAuthFail = countif(tostring(Auth.CompAuth) =~ "fail"),
            AlsoOtherThreat = countif(ThreatTypes has "Malware" or tostring(parse_json(ConfidenceLevel).Phish) =~ "High"),
            Kinds = make_set(Method, 5), Names = make_set(SenderDisplayName, 10), Subjects = make_set(Subject, 5),
            LastSeen = max(Timestamp)
    by SenderFromAddress, SenderFromDomain
| top 1000 by Hits desc
`,
  'Q-d': `// Q-d spoofed domain x sending infrastructure
let lookback = 30d;
EmailEvents
| where Timestamp > ago(lookback)
| where EmailDirection in ("Inbound", "Intra-org")
| where DetectionMethods has "spoof" or OriginalDetectionMethods has "spoof"
| summarize arg_max(Timestamp, *) by NetworkMessageId, RecipientEmailAddress
| extend Methods = parse_json(iff(isempty(OriginalDetectionMethods), DetectionMethods, OriginalDetectionMethods)),
         Auth = parse_json(AuthenticationDetails),
         Net24 = iff(isnotempty(SenderIPv4), strcat(format_ipv4(SenderIPv4, 24), "/24"), SenderIPv6)
| mv-expand Method = Methods.Phish to typeof(string)
| where Method has "spoof"
| summarize Hits = count(), Messages = dcount(NetworkMessageId), Senders = dcount(SenderFromAddress), Recipients = dcount(RecipientEmailAddress),
            Delivered = countif(DeliveryAction == "Delivered"),
            Spf = make_set(tostring(Auth.SPF), 5), Dkim = make_set(tostring(Auth.DKIM), 5), Dmarc = make_set(tostring(Auth.DMARC), 5),
            CompAuth = make_set(tostring(Auth.CompAuth), 5), Ips = make_set(SenderIPv4, 20), LastSeen = max(Timestamp)
    by SpoofedDomain = SenderFromDomain, EnvelopeDomain = SenderMailFromDomain, Net24, Method
| top 1000 by Hits desc
`,
  'Q-e': `// Q-e high-confidence phish delivered because of an organisation or user override
let lookback = 7d;
EmailEvents
| where Timestamp > ago(lookback)
| where EmailDirection == "Inbound"
| where OrgLevelPolicy != "Phishing simulation" and OrgLevelPolicy != "SecOps Mailbox"
| where OrgLevelAction == "Allow" or UserLevelAction == "Allow"
| where DeliveryAction == "Delivered"
| extend Conf = parse_json(ConfidenceLevel), OrigConf = parse_json(OriginalConfidenceLevel)
| where tostring(Conf.Phish) =~ "High" or tostring(OrigConf.Phish) =~ "High"
| extend OrgPolicy = tostring(split(OrgLevelPolicy, "(")[0])
| summarize Deliveries = count(), Messages = dcount(NetworkMessageId), Recipients = dcount(RecipientEmailAddress),
            SenderDomains = make_set(SenderFromDomain, 20), Rules = make_set(ExchangeTransportRule, 10),
            SampleIds = make_set(NetworkMessageId, 10), LastSeen = max(Timestamp)
    by OrgPolicy, UserLevelPolicy, LatestDeliveryLocation
| order by Deliveries desc
`,
  'Q-f1': `// Q-f1 by network message id (validated GUID)
let id = "00000000-0000-0000-0000-000000000000";
let post = EmailPostDeliveryEvents
| where NetworkMessageId == id
| summarize PostDelivery = make_list(bag_pack("at", Timestamp, "type", ActionType, "trigger", ActionTrigger, "action", Action, "result", ActionResult, "location", DeliveryLocation), 20) by RecipientEmailAddress;
EmailEvents
| where NetworkMessageId == id
| summarize arg_max(Timestamp, *) by RecipientEmailAddress
| join kind=leftouter post on RecipientEmailAddress
| project Timestamp, NetworkMessageId, InternetMessageId, SenderFromAddress, SenderMailFromAddress, SenderIPv4, RecipientEmailAddress, Subject,
          EmailDirection, DeliveryAction, DeliveryLocation, LatestDeliveryAction, LatestDeliveryLocation, ThreatTypes, DetectionMethods, ConfidenceLevel,
          EmailAction, EmailActionPolicy, EmailActionPolicyGuid, OrgLevelAction, OrgLevelPolicy, UserLevelAction, UserLevelPolicy,
          ExchangeTransportRule, Connectors, AuthenticationDetails, BulkComplaintLevel, PostDelivery
| take 200
`,
  'Q-f2': `// Q-f2 by sender, recipient, subject and time; "" means "any"
let sender = base64_decode_tostring("");
let recipient = base64_decode_tostring("");
let subjectPart = base64_decode_tostring("");
let fromTime = datetime(2026-01-01T00:00:00Z);
let toTime = datetime(2026-01-02T00:00:00Z);
EmailEvents
| where Timestamp between (fromTime .. toTime)
| where isempty(sender) or SenderFromAddress =~ sender or SenderMailFromAddress =~ sender
| where isempty(recipient) or RecipientEmailAddress =~ recipient
| where isempty(subjectPart) or Subject contains subjectPart
| summarize arg_max(Timestamp, *) by NetworkMessageId, RecipientEmailAddress
| project Timestamp, NetworkMessageId, InternetMessageId, SenderFromAddress, RecipientEmailAddress, Subject, EmailDirection,
          DeliveryAction, DeliveryLocation, LatestDeliveryLocation, ThreatTypes, OrgLevelPolicy, EmailAction, EmailActionPolicy, Connectors
| top 50 by Timestamp desc
`,
  'Q-g': `// Q-g inbound mail that did not use the third party's inbound connector
let lookback = 7d;
let gatewayConnectors = dynamic(["Inbound from gateway"]);   // exact inbound connector names of the existing service
let otherKnownConnectors = dynamic([]);                        // hybrid, partners, applications
let accepted = dynamic(["contoso.example"]);
EmailEvents
| where Timestamp > ago(lookback)
| where EmailDirection == "Inbound"
| where isempty(Connectors) or (not(Connectors has_any (gatewayConnectors)) and not(Connectors has_any (otherKnownConnectors)))
| where isnotempty(SenderIPv4) or isnotempty(SenderIPv6)
| extend Auth = parse_json(AuthenticationDetails)
| extend Kind = iff(SenderFromDomain in~ (accepted), "Claims to be one of our domains (Direct Send or spoof)", "External sender")
| summarize Deliveries = count(), Messages = dcount(NetworkMessageId), Recipients = dcount(RecipientEmailAddress),
            Delivered = countif(DeliveryAction == "Delivered"), WithThreat = countif(isnotempty(ThreatTypes)),
            CompAuthFail = countif(tostring(Auth.CompAuth) =~ "fail"), Overridden = countif(OrgLevelAction == "Allow"),
            SampleIds = make_set(NetworkMessageId, 5), LastSeen = max(Timestamp)
    by Kind, SenderFromDomain, SenderIPv4, Connectors
| top 500 by Deliveries desc
`,
  'Q-h': `// Q-h bulk complaint level distribution
let lookback = 30d;
EmailEvents
| where Timestamp > ago(lookback)
| where EmailDirection == "Inbound"
| where isnotnull(BulkComplaintLevel)
| summarize arg_max(Timestamp, *) by NetworkMessageId, RecipientEmailAddress
| summarize Deliveries = count(), Messages = dcount(NetworkMessageId), SenderDomains = dcount(SenderFromDomain), Recipients = dcount(RecipientEmailAddress),
            Delivered = countif(DeliveryAction == "Delivered"), Junked = countif(DeliveryAction == "Junked"), Blocked = countif(DeliveryAction == "Blocked")
    by BulkComplaintLevel
| order by BulkComplaintLevel asc
`,
  'Q-h2': `// Q-h2 who would be hit if the bulk threshold became this value
let lookback = 30d;
let threshold = 6;
EmailEvents
| where Timestamp > ago(lookback)
| where EmailDirection == "Inbound" and BulkComplaintLevel >= threshold and DeliveryAction == "Delivered"
| summarize Deliveries = count(), Recipients = dcount(RecipientEmailAddress), Levels = make_set(BulkComplaintLevel), Subjects = make_set(Subject, 3)
    by SenderFromDomain
| top 200 by Deliveries desc
`,
  'Q-i': `// Q-i submissions
let lookback = 14d;
CloudAppEvents
| where Timestamp > ago(lookback)
| where ActionType in ("UserSubmission", "AdminSubmission")
| where toint(RawEventData.RecordType) == 29
| extend SubmissionId = tostring(RawEventData.SubmissionId), State = tostring(RawEventData.SubmissionState), Type = toint(RawEventData.SubmissionType)
| extend ReportedAs = case(Type == 1, "Phish", Type == 2, "Junk", Type == 3, "NotJunk", "Unknown")
| summarize arg_max(Timestamp, *) by SubmissionId
| project Timestamp, ActionType, SubmissionId, ReportedAs, State, AccountObjectId, AccountId, RawEventData
| top 1000 by Timestamp desc
`,
} as const;
