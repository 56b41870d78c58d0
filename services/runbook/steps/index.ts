import type { Step } from '../step.ts';
import { antiPhishing } from './anti-phishing.ts';
import { domainImpersonation } from './domain-impersonation.ts';
import { mailboxIntelligence } from './mailbox-intelligence.ts';
import { pilotGroups } from './pilot-groups.ts';
import { startPilot } from './start-pilot.ts';
import { userImpersonation } from './user-impersonation.ts';
import { userReporting } from './user-reporting.ts';
import { waves } from './waves.ts';

/** The steps of this version, in the order of the runbook. */
export const steps: readonly Step[] = [
  pilotGroups,
  userReporting,
  antiPhishing,
  startPilot,
  mailboxIntelligence,
  userImpersonation,
  domainImpersonation,
  waves,
];
