import type { Step } from '../step.ts';
import { antiPhishing } from './anti-phishing.ts';
import { pilotGroups } from './pilot-groups.ts';
import { startPilot } from './start-pilot.ts';
import { userReporting } from './user-reporting.ts';

/** The steps of this version, in the order of the runbook. */
export const steps: readonly Step[] = [pilotGroups, userReporting, antiPhishing, startPilot];
