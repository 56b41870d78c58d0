import { stageStep } from '../stage.ts';

const protectedOn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Second stage: mail that poses as a protected person (guide 4.1). */
export const userImpersonation = stageStep({
  id: 'user-impersonation',
  title: 'User impersonation acts',
  why: 'Mail that poses as a protected person is quarantined. Few messages, but an executive\u2019s private address is held too, so every sender is reviewed first.',
  rows: ['T1', 'T2', 'T3', 'T9'],
  gate: 'G6c',
  detection: 'user-impersonation',
  protection: 'User impersonation',
  closes: 'user-no-action',
  previous: 'mailbox-intelligence',
  uses: ['wrongQuarantine', 'undecidedUser'],
  // All are reviewed, however few (guide 4.2); the bound on the card says how little that proves.
  bars: (s) => ({ limit: s.wrongQuarantine, undecided: s.undecidedUser, review: 'senders', minimumSenders: 1 }),
  question: (policies) => {
    const names = new Set(policies.flatMap((p) => protectedOn(p.TargetedUsersToProtect)).map((n) => n.toLowerCase()));
    return `Quarantine mail posing as ${names.size} protected ${names.size === 1 ? 'person' : 'people'}?`;
  },
  emptyWhen: (name, policy) =>
    protectedOn(policy.TargetedUsersToProtect).length > 0
      ? null
      : {
          id: 'no-protected-people',
          what: `"${name}" protects nobody: its list of protected people is empty.`,
          next: 'Tag priority accounts or fill the setting protectedUsers, then run the step anti-phishing.',
        },
  trustRecurring: false,
});
