import { z } from 'zod';

/** One tenant setting. `weaker` says whether a new value lowers a bar, which takes two people. */
export interface Setting<T> {
  readonly label: string;
  readonly help: string;
  readonly group: 'Approvals' | 'Evidence' | 'Waves' | 'Names' | 'Channel' | 'Help desk';
  readonly schema: z.ZodType<T>;
  readonly standard: T;
  readonly unit?: string;
  readonly weaker: (from: T, to: T) => boolean;
}

const never = (): boolean => false;
const lower = (from: number, to: number): boolean => to < from;
const higher = (from: number, to: number): boolean => to > from;
const differs = (from: unknown, to: unknown): boolean => JSON.stringify(from) !== JSON.stringify(to);

const setting = <T>(s: Setting<T>): Setting<T> => s;
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const share = z.coerce.number().min(0).max(1);

/**
 * The one table of tenant settings: dialogs, the settings card, documentation and checks derive from it. Numbers marked
 * [B] in the guide (section 4.2) are defaults here, never constants in code.
 */
export const settingsTable = {
  quorumReversible: setting({
    label: 'Approvals for a reversible change',
    help: 'How many people, the requester excluded.',
    group: 'Approvals',
    schema: count(1, 5),
    standard: 1,
    weaker: lower,
  }),
  quorumDisruptive: setting({
    label: 'Approvals for a disruptive change',
    help: 'How many people, the requester excluded.',
    group: 'Approvals',
    schema: count(1, 5),
    standard: 2,
    weaker: lower,
  }),
  approvalHours: setting({
    label: 'Time to decide',
    help: 'Business hours until a pending approval expires to no.',
    group: 'Approvals',
    schema: count(1, 400),
    standard: 24,
    unit: 'business hours',
    weaker: never,
  }),
  reminderHours: setting({
    label: 'Reminder',
    help: 'Business hours before expiry at which approvers are reminded.',
    group: 'Approvals',
    schema: count(0, 200),
    standard: 8,
    unit: 'business hours',
    weaker: never,
  }),
  businessHours: setting({
    label: 'Business hours',
    help: 'From-to on weekdays, local time, as 08:00-17:00.',
    group: 'Approvals',
    schema: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/),
    standard: '08:00-17:00',
    weaker: never,
  }),
  timeZone: setting({
    label: 'Time zone',
    help: 'IANA name, for business hours and the digest.',
    group: 'Approvals',
    schema: z.string().min(1).max(64),
    standard: 'Europe/Copenhagen',
    weaker: never,
  }),
  ticketPattern: setting({
    label: 'Change ticket pattern',
    help: 'Regular expression of a ticket number; empty for none.',
    group: 'Approvals',
    schema: z.string().max(200),
    standard: '',
    weaker: (from, to) => from !== '' && from !== to,
  }),
  ticketRequired: setting({
    label: 'Ticket required for',
    help: 'none, disruptive or all.',
    group: 'Approvals',
    schema: z.enum(['none', 'disruptive', 'all']),
    standard: 'none',
    weaker: (from, to) => ['none', 'disruptive', 'all'].indexOf(to) < ['none', 'disruptive', 'all'].indexOf(from),
  }),
  linkedAccounts: setting({
    label: 'Accounts of one person',
    help: 'Groups of object ids that count as one person.',
    group: 'Approvals',
    schema: z.array(z.array(z.string())).max(200),
    standard: [] as string[][],
    weaker: differs,
  }),
  pilotGroupStandard: setting({
    label: 'Standard pilot group',
    help: 'Address of the group for Standard spam and phish policies.',
    group: 'Names',
    schema: z.string().max(200),
    standard: 'MDOPilot_SpamPhish_Standard',
    // It decides whom and what the running pilot is: repointing it takes two people.
    weaker: differs,
  }),
  pilotGroupStrict: setting({
    label: 'Strict pilot group',
    help: 'Address of the group for Strict spam and phish policies.',
    group: 'Names',
    schema: z.string().max(200),
    standard: 'MDOPilot_SpamPhish_Strict',
    // It decides whom and what the running pilot is: repointing it takes two people.
    weaker: differs,
  }),
  pilotGroupSafeAttachments: setting({
    label: 'Safe Attachments pilot group',
    help: 'Name of the group.',
    group: 'Names',
    schema: z.string().max(200),
    standard: 'MDOPilot_SafeAttachments',
    // It decides whom and what the running pilot is: repointing it takes two people.
    weaker: differs,
  }),
  pilotGroupSafeLinks: setting({
    label: 'Safe Links pilot group',
    help: 'Name of the group.',
    group: 'Names',
    schema: z.string().max(200),
    standard: 'MDOPilot_SafeLinks',
    // It decides whom and what the running pilot is: repointing it takes two people.
    weaker: differs,
  }),
  antiPhishStandardName: setting({
    label: 'Standard anti-phishing policy',
    help: 'Name of the pilot policy.',
    group: 'Names',
    schema: z.string().min(1).max(64),
    standard: 'MDO Pilot Anti-phish Standard',
    // It decides whom and what the running pilot is: repointing it takes two people.
    weaker: differs,
  }),
  antiPhishStrictName: setting({
    label: 'Strict anti-phishing policy',
    help: 'Name of the pilot policy.',
    group: 'Names',
    schema: z.string().min(1).max(64),
    standard: 'MDO Pilot Anti-phish Strict',
    // It decides whom and what the running pilot is: repointing it takes two people.
    weaker: differs,
  }),
  bypassRule: setting({
    label: 'Bypass rule',
    help: 'Name of the mail flow rule with SCL -1; empty: the only enabled one.',
    group: 'Names',
    schema: z.string().max(64),
    standard: '',
    // It decides whom and what the running pilot is: repointing it takes two people.
    weaker: differs,
  }),
  reportingMailbox: setting({
    label: 'Reporting mailbox',
    help: 'Address that receives user reports; empty: Microsoft only.',
    group: 'Names',
    schema: z.string().max(320),
    standard: '',
    weaker: never,
  }),
  protectedUsers: setting({
    label: 'Protected people',
    help: 'Display name;address of the people whose names are protected. Empty: the priority accounts.',
    group: 'Names',
    schema: z.array(z.string().max(400)).max(350),
    standard: [] as string[],
    weaker: differs,
  }),
  protectedDomains: setting({
    label: 'Protected partner domains',
    help: 'Domains beyond your own, at most 50.',
    group: 'Names',
    schema: z.array(z.string().max(253)).max(50),
    standard: [] as string[],
    weaker: (from, to) => to.length < from.length,
  }),
  observationDays: setting({
    label: 'Observation before a stage',
    help: 'Days of detections without action.',
    group: 'Evidence',
    schema: count(1, 90),
    standard: 14,
    unit: 'days',
    weaker: lower,
  }),
  stageGapDays: setting({
    label: 'Gap between stages',
    help: 'Days after the previous stage settled.',
    group: 'Evidence',
    schema: count(0, 90),
    standard: 7,
    unit: 'days',
    weaker: lower,
  }),
  longestWindowDays: setting({
    label: 'Longest window',
    help: 'After so many days inconclusive evidence may be accepted as low evidence.',
    group: 'Evidence',
    schema: count(7, 30),
    standard: 30,
    unit: 'days',
    weaker: lower,
  }),
  pilotMinimumPeople: setting({
    label: 'Smallest pilot',
    help: 'People, or the share below, whichever is less.',
    group: 'Evidence',
    schema: count(1, 10000),
    standard: 50,
    unit: 'people',
    weaker: lower,
  }),
  pilotMinimumShare: setting({
    label: 'Smallest pilot, share',
    help: 'Share of all people, 0 to 1.',
    group: 'Evidence',
    schema: share,
    standard: 0.05,
    weaker: lower,
  }),
  pilotMinimumDepartments: setting({
    label: 'Departments in the pilot',
    help: 'At least so many.',
    group: 'Evidence',
    schema: count(1, 50),
    standard: 3,
    weaker: lower,
  }),
  reviewShare: setting({
    label: 'Reviewed messages, mailbox intelligence',
    help: 'Share of messages whose top senders are reviewed.',
    group: 'Evidence',
    schema: share,
    standard: 0.9,
    weaker: lower,
  }),
  reviewMinimumSenders: setting({
    label: 'Reviewed senders, at least',
    help: 'Distinct senders.',
    group: 'Evidence',
    schema: count(1, 1000),
    standard: 20,
    weaker: lower,
  }),
  wrongJunk: setting({
    label: 'Wrong share, Junk',
    help: 'Confirmed false positives of the reviewed messages.',
    group: 'Evidence',
    schema: share,
    standard: 0.05,
    weaker: higher,
  }),
  wrongQuarantine: setting({
    label: 'Wrong share, Quarantine',
    help: 'Confirmed false positives of the reviewed messages.',
    group: 'Evidence',
    schema: share,
    standard: 0.02,
    weaker: higher,
  }),
  undecidedMailbox: setting({
    label: 'Undecided, mailbox intelligence',
    help: 'Share of reviewed senders.',
    group: 'Evidence',
    schema: share,
    standard: 0.1,
    weaker: higher,
  }),
  undecidedUser: setting({
    label: 'Undecided, user impersonation',
    help: 'Share of reviewed senders.',
    group: 'Evidence',
    schema: share,
    standard: 0,
    weaker: higher,
  }),
  undecidedDomain: setting({
    label: 'Undecided, domain impersonation',
    help: 'Share of reviewed senders.',
    group: 'Evidence',
    schema: share,
    standard: 0.05,
    weaker: higher,
  }),
  reportRate: setting({
    label: 'User reports',
    help: 'Reports per 100 pilot users a week, below it the feedback loop is not proven.',
    group: 'Evidence',
    schema: z.coerce.number().min(0).max(100),
    standard: 1,
    weaker: lower,
  }),
  attestationDays: setting({
    label: 'Attestations hold',
    help: 'Days until a statement must be renewed.',
    group: 'Evidence',
    schema: count(1, 365),
    standard: 90,
    unit: 'days',
    weaker: higher,
  }),
  waveLimit: setting({
    label: 'Wrong senders in a wave',
    help: 'Upper 95 % bound of the share of wrong senders must not pass it.',
    group: 'Waves',
    schema: share,
    standard: 0.02,
    weaker: higher,
  }),
  waveMinimumDays: setting({
    label: 'Days in a wave',
    help: 'Before the next may start.',
    group: 'Waves',
    schema: count(1, 90),
    standard: 14,
    unit: 'days',
    weaker: lower,
  }),
  waveSizes: setting({
    label: 'Wave sizes',
    help: 'Share of all people after each wave.',
    group: 'Waves',
    schema: z.array(share).min(1).max(20),
    standard: [0.05, 0.2, 0.5, 1],
    weaker: never,
  }),
  deskReleasesPerDay: setting({
    label: 'Release requests the help desk can handle',
    help: 'Per day; forecasts are held against it.',
    group: 'Help desk',
    schema: count(0, 10000),
    standard: 40,
    weaker: never,
  }),
  securityChannel: setting({
    label: 'Security channel',
    help: 'Conversation that gets approvals, digests and alarms.',
    group: 'Channel',
    schema: z.string().max(500),
    standard: '',
    weaker: (from, to) => from !== '' && from !== to,
  }),
  digestHour: setting({
    label: 'Digest hour',
    help: 'Local hour of the daily summary.',
    group: 'Channel',
    schema: count(0, 23),
    standard: 8,
    weaker: never,
  }),
  contractEnds: setting({
    label: 'Old contract ends',
    help: 'ISO date; empty: not known.',
    group: 'Waves',
    schema: z.string().regex(/^(\d{4}-\d{2}-\d{2})?$/),
    standard: '',
    weaker: never,
  }),
  blackout: setting({
    label: 'No changes on',
    help: 'ISO dates or from/to pairs, comma separated.',
    group: 'Waves',
    schema: z.string().max(1000),
    standard: '',
    weaker: (from, to) => from !== '' && from !== to,
  }),
} as const;

export type SettingName = keyof typeof settingsTable;

/** All settings with their values. */
export type Settings = { readonly [N in SettingName]: (typeof settingsTable)[N] extends Setting<infer T> ? T : never };

/** The values a fresh tenant starts with. */
export const standardSettings = Object.fromEntries(
  Object.entries(settingsTable).map(([name, s]) => [name, s.standard]),
) as Settings;
