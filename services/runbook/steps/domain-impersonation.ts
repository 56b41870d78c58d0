import { stageStep } from '../stage.ts';

/** Last stage: mail from domains that look like ours or a partner's (guide 4.1). */
export const domainImpersonation = stageStep({
  id: 'domain-impersonation',
  title: 'Domain impersonation acts',
  why: 'Mail from domains that look like yours or a partner\u2019s is quarantined. Sister brands, country domains and suppliers are the typical victims, so it comes last.',
  rows: ['T1', 'T2', 'T3', 'T9'],
  gate: 'G6d',
  detection: 'domain-impersonation',
  protection: 'Domain impersonation',
  closes: 'domain-no-action',
  previous: 'user-impersonation',
  uses: ['wrongQuarantine', 'undecidedDomain'],
  // All are reviewed, however few (guide 4.2); the bound on the card says how little that proves.
  bars: (s) => ({ limit: s.wrongQuarantine, undecided: s.undecidedDomain, review: 'domains', minimumSenders: 1 }),
  question: (policies) => {
    const domains = new Set(
      policies
        .flatMap((p) => (Array.isArray(p.TargetedDomainsToProtect) ? p.TargetedDomainsToProtect : []))
        .map((d) => String(d).toLowerCase()),
    );
    return `Quarantine mail posing as ${domains.size} protected ${domains.size === 1 ? 'domain' : 'domains'}?`;
  },
  emptyWhen: (name, policy) =>
    (Array.isArray(policy.TargetedDomainsToProtect) && policy.TargetedDomainsToProtect.length > 0) ||
    policy.EnableOrganizationDomainsProtection === true
      ? null
      : {
          id: 'no-protected-domains',
          what: `"${name}" protects no domain.`,
          next: 'Run the step anti-phishing.',
        },
  trustRecurring: true,
});
