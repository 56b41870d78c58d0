import type { DetectedSender, Person, Questions, Submission, Window } from '../../services/tenant/questions.ts';
import type { PolicyRule } from '../../services/tenant/resources.ts';
import type { Given } from './memory-tenant.ts';

const dayMs = 86_400_000;
const conditions = {
  sentTo: [],
  sentToMemberOf: [],
  recipientDomainIs: [],
  exceptIfSentTo: [],
  exceptIfSentToMemberOf: [],
  exceptIfRecipientDomainIs: [],
} as const satisfies Partial<PolicyRule>;

/** A person of a fixture; everything not said is ordinary. */
export const person = (n: number, department: string, more: Partial<Person> = {}): Person => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  name: `Person ${n}`,
  address: `person${n}@contoso.example`,
  department,
  title: 'Clerk',
  enabled: true,
  guest: false,
  mailbox: 'user',
  licensed: true,
  priority: false,
  assists: [],
  ...more,
});

/** Thirty senders that were wrongly or rightly detected, two messages each, to the people asked about. */
const sendersTo = (recipients: readonly string[], window: Window, detections: DetectedSender['detections']) =>
  Array.from({ length: recipients.length === 0 ? 0 : 30 }, (_, i): DetectedSender => {
    const to = recipients[i % recipients.length] ?? '';
    const at = window.from + Math.floor(((window.to - window.from) * (i + 1)) / 32);
    return {
      sender: `sender${i}@look${i}.example`,
      senderDomain: `look${i}.example`,
      displayNames: [`Person ${i}`],
      messages: 2,
      recipients: 1,
      recipientIds: [to],
      detections,
      firstContact: 2,
      spfPass: 1,
      dkimPass: 0,
      dmarcPass: 0,
      compAuthFail: 1,
      noAction: 2,
      overridden: 0,
      alsoOtherThreat: 0,
      firstSeen: at,
      lastSeen: at,
      sampleIds: [`id-${i}`],
      subjects: ['Invoice'],
    };
  });

/** The senders of `evidence`, for marks. */
export const detectedSenderNames: readonly string[] = Array.from(
  { length: 30 },
  (_, i) => `sender${i}@look${i}.example`,
);

const report = (n: number, at: number, p: Person): Submission => ({
  id: `report-${n}`,
  createdAt: at,
  source: 'user',
  reporter: p.address,
  reporterName: p.name,
  recipient: p.address,
  sender: `sender${n}@look${n}.example`,
  subject: 'Invoice',
  networkMessageId: `id-${n}`,
  internetMessageId: null,
  category: 'phishing',
  originalCategory: null,
  status: 'succeeded',
  result: null,
  resultDetail: null,
  simulation: false,
});

/** Answers of a tenant in which mail arrives: the same people and window give the same answer. */
const mail = (people: readonly Person[], domains: readonly string[]): Given['answers'] => ({
  'detected-senders': ({ recipients, detections, window }) => ({
    senders: sendersTo(recipients, window, detections),
    days: Array.from({ length: Math.floor((window.to - window.from) / dayMs) }, (_, i) => ({
      day: Math.floor(window.from / dayMs) * dayMs + i * dayMs,
      messages: 2,
    })),
    complete: true,
  }),
  volume: ({ recipients }): Questions['volume']['answer'] => ({
    deliveries: recipients.length * 100,
    bypassed: 0,
    viaConnector: 0,
    quarantined: 1,
    junked: 2,
  }),
  zapped: () => ({ messages: 0, senders: [] }),
  traced: () => ({ messages: people.length * 100, quarantined: 1, complete: true }),
  submissions: ({ window }) => people.map((p, i) => report(i, window.to - 1000 - i, p)),
  domains: () => domains,
  connectors: () => [{ name: 'Inbound from gateway', enabled: true, enhancedFiltering: true }],
});

/** A tenant in which nobody has set up anything: people and a domain, no groups, no rules, no priority accounts. */
export function emptyTenant(): Given {
  const people = Array.from({ length: 30 }, (_, i) => person(i, ['Finance', 'Sales', 'Plant'][i % 3] ?? 'Plant'));
  return { resources: {}, people, answers: mail(people, ['contoso.example']) };
}

/** The people of the lived-in tenant: departments, executives with assistants and shared mailboxes, and odd accounts. */
function livedInPeople(): readonly Person[] {
  const departments = ['Finance', 'Sales', 'Plant', 'IT', 'Legal', 'HR'];
  const ordinary = Array.from({ length: 120 }, (_, i) => person(i, departments[i % departments.length] ?? 'IT'));
  const executives = Array.from({ length: 4 }, (_, i) =>
    person(200 + i, 'Board', {
      priority: true,
      title: 'Director',
      name: i === 0 ? "Ann O'Hara (CEO)" : `Director ${i}`,
    }),
  );
  return [
    ...ordinary,
    ...executives,
    ...executives.map((e, i) => person(210 + i, 'Board', { name: `Assistant ${i}`, assists: [e.id] })),
    ...executives.map((e, i) =>
      person(220 + i, '', { name: `Office ${i}`, mailbox: 'shared', licensed: false, assists: [e.id] }),
    ),
    ...Array.from({ length: 6 }, (_, i) => person(230 + i, departments[i] ?? 'IT', { licensed: false })),
    person(240, 'IT', { enabled: false }),
    person(241, '', { guest: true }),
    person(242, '', { mailbox: 'room', licensed: false }),
    person(243, 'IT', { name: 'Reports', address: 'reports@contoso.example', mailbox: 'shared', licensed: false }),
  ];
}

/** A tenant in which people have worked for years: custom policies in an order, a bypass rule, half a set of pilot groups. */
export function livedInTenant(): Given {
  const people = livedInPeople();
  const group = (name: string, more: { readonly joinRestriction?: 'Open' | 'Closed' } = {}) => ({
    name,
    address: `${name.toLowerCase()}@contoso.example`,
    type: 'distribution' as const,
    joinRestriction: more.joinRestriction ?? ('Closed' as const),
  });
  const member = (n: number) => ({ objectId: person(n, '').id, address: `person${n}@contoso.example` });
  const flow = {
    enabled: true,
    mode: 'Enforce',
    setScl: null,
    header: null,
    senderIpRanges: [],
    exceptIfSentToMemberOf: [],
    stopRuleProcessing: false,
  };
  return {
    people,
    answers: mail(people, ['contoso.example', 'fabrikam.example', 'adatum.example']),
    resources: {
      'distribution-group': {
        'it@contoso.example': group('IT'),
        'finance@contoso.example': group('Finance'),
        'mdopilot_safeattachments@contoso.example': group('MDOPilot_SafeAttachments', { joinRestriction: 'Open' }),
        'mdopilot_spamphish_standard@contoso.example': group('MDOPilot_SpamPhish_Standard'),
      },
      'group-member': {
        'it@contoso.example|person3@contoso.example': member(3),
        'finance@contoso.example|person0@contoso.example': member(0),
        'mdopilot_safeattachments@contoso.example|person3@contoso.example': member(3),
        'mdopilot_safeattachments@contoso.example|person9@contoso.example': member(9),
      },
      'anti-phish-policy': {
        'Office365 AntiPhish Default': { EnableSpoofIntelligence: true, PhishThresholdLevel: 1 },
        'Trial 2024': { PhishThresholdLevel: 2, TargetedUserProtectionAction: 'MoveToJmf' },
        'Finance strict': { PhishThresholdLevel: 4, ExcludedSenders: ['bank@bank.example'] },
      },
      'anti-phish-rule': {
        'Trial 2024': {
          policy: 'Trial 2024',
          enabled: true,
          priority: 0,
          ...conditions,
          sentToMemberOf: ['it@contoso.example'],
        },
        'Finance strict': {
          policy: 'Finance strict',
          enabled: true,
          priority: 2,
          ...conditions,
          sentToMemberOf: ['finance@contoso.example'],
        },
      },
      'trusted-sender': {
        'Finance strict|bank@bank.example': { policy: 'Finance strict', entry: 'bank@bank.example', kind: 'sender' },
      },
      'transport-rule': {
        'Bypass spam filtering (old gateway)': {
          ...flow,
          priority: 0,
          setScl: -1,
          header: { name: 'X-MailFort-Checked', words: ['contoso-7f3a91'] },
        },
        'Block macros': { ...flow, enabled: false, priority: 1 },
        'External tag': { ...flow, priority: 2 },
        'Old bypass': { ...flow, enabled: false, priority: 3, setScl: -1 },
      },
      'rule-exception': {
        'Bypass spam filtering (old gateway)|it@contoso.example': {
          rule: 'Bypass spam filtering (old gateway)',
          group: 'it@contoso.example',
        },
      },
      'report-submission-policy': {
        DefaultReportSubmissionPolicy: {
          reportToMicrosoft: false,
          thirdPartyAddress: true,
          junkToMailbox: false,
          notJunkToMailbox: false,
          phishToMailbox: false,
          junkAddresses: [],
          notJunkAddresses: [],
          phishAddresses: [],
          thirdPartyAddresses: ['reports@contoso.example'],
        },
      },
      'report-submission-rule': {
        DefaultReportSubmissionRule: { policy: 'DefaultReportSubmissionPolicy', sentTo: ['reports@contoso.example'] },
      },
    },
  };
}
