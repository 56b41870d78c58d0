import type { DetectedSender, Person, Submission } from '../../services/tenant/questions.ts';

export const dayMs = 86_400_000;
/** Tuesday 1 December 2026, 08:00 UTC. */
export const from = Date.UTC(2026, 11, 1, 8);

const guid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A licensed person of one of four departments. */
export const person = (n: number, more: Partial<Person> = {}): Person => ({
  id: guid(n),
  name: `Person ${n}`,
  address: `p${String(n).padStart(4, '0')}@contoso.example`,
  department: ['Finance', 'Sales', 'Plant', 'IT'][n % 4] ?? '',
  title: '',
  enabled: true,
  guest: false,
  mailbox: 'user',
  licensed: true,
  priority: false,
  assists: [],
  ...more,
});

/** A sender of one stopped message. */
export const sender = (n: number, more: Partial<DetectedSender> = {}): DetectedSender => ({
  sender: `s${n}@outside.example`,
  senderDomain: 'outside.example',
  displayNames: [],
  messages: 1,
  recipients: 1,
  recipientIds: [],
  detections: ['spam'],
  firstContact: 1,
  spfPass: 0,
  dkimPass: 0,
  dmarcPass: 0,
  compAuthFail: 1,
  noAction: 0,
  overridden: 0,
  alsoOtherThreat: 0,
  firstSeen: from,
  lastSeen: from,
  sampleIds: [],
  subjects: [],
  ...more,
});

/** A phish that person `n` reported and the service confirmed. */
export const report = (n: number, more: Partial<Submission> = {}): Submission => ({
  id: `r${n}`,
  createdAt: from,
  source: 'user',
  reporter: person(n).address,
  reporterName: person(n).name,
  recipient: person(n).address,
  sender: `missed${n}@outside.example`,
  subject: '',
  networkMessageId: null,
  internetMessageId: null,
  category: 'phishing',
  originalCategory: null,
  status: 'succeeded',
  result: 'phishing',
  resultDetail: null,
  simulation: false,
  ...more,
});
