import { z } from 'zod';
import type { Submission } from '../tenant/questions.ts';

/** An account of the directory, before Exchange adds what it knows. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly userPrincipalName: string;
  readonly department: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly guest: boolean;
  readonly licensed: boolean;
}

const text = z.preprocess((v) => (v === null || v === undefined ? '' : String(v)), z.string());
/** Service plans of Defender for Office 365, Plan 1 (ATP_ENTERPRISE) and Plan 2 (THREAT_INTELLIGENCE). */
const defenderPlans: ReadonlySet<string> = new Set([
  'f20fedf3-f3c3-43c3-8267-2bfdd51c0939',
  '8e0c0a52-6a6c-4d40-8370-dd62790dcd70',
]);

const user = z.object({
  id: z.string(),
  displayName: text,
  mail: text,
  userPrincipalName: text,
  department: text,
  jobTitle: text,
  accountEnabled: z.boolean().nullish(),
  userType: text,
  assignedPlans: z.array(z.object({ servicePlanId: text, capabilityStatus: text })).nullish(),
});

const sku = z.object({ servicePlans: z.array(z.object({ servicePlanId: text, servicePlanName: text })).nullish() });

/** Ids of the plans of Defender for Office 365: the documented ones, and whatever the tenant's own licences call so. */
export const defenderPlanIds = (skus: readonly unknown[]): ReadonlySet<string> =>
  new Set([
    ...defenderPlans,
    ...skus
      .flatMap((row) => sku.parse(row).servicePlans ?? [])
      .filter((plan) => /^(ATP_ENTERPRISE|THREAT_INTELLIGENCE)/.test(plan.servicePlanName))
      .map((plan) => plan.servicePlanId.toLowerCase()),
  ]);

/** Reads a user of `/users`; `plans` are the ids that count as licensed. */
export function directoryUser(row: unknown, plans: ReadonlySet<string>): Account {
  const u = user.parse(row);
  return {
    id: u.id.toLowerCase(),
    name: u.displayName,
    address: (u.mail || u.userPrincipalName).toLowerCase(),
    userPrincipalName: u.userPrincipalName.toLowerCase(),
    department: u.department,
    title: u.jobTitle,
    enabled: u.accountEnabled === true,
    guest: /^guest$/i.test(u.userType),
    licensed: (u.assignedPlans ?? []).some(
      (plan) => plans.has(plan.servicePlanId.toLowerCase()) && /^(enabled|warning)$/i.test(plan.capabilityStatus),
    ),
  };
}

/** A row of the message trace (graph reference 4). */
export const traceRow = z.object({ id: z.string(), recipientAddress: text, senderAddress: text, status: text });

/** A submission as the beta endpoint gives it; samples of the documentation spell some fields otherwise. */
export const submissionRow = z.object({
  id: z.string(),
  createdDateTime: z.string(),
  category: text,
  originalCategory: z.string().nullish(),
  source: text,
  createdBy: z.object({ email: text, displayName: text }).nullish(),
  recipientEmailAddress: text,
  sender: text,
  subject: z.string().nullish(),
  emailSubject: z.string().nullish(),
  internetMessageId: z.string().nullish(),
  networkMessageId: z.string().nullish(),
  status: text,
  result: z.object({ category: z.string().nullish(), detail: z.string().nullish() }).nullish(),
  attackSimulationInfo: z.unknown(),
});

const categories: Readonly<Record<string, Submission['category']>> = {
  notjunk: 'notJunk',
  notspam: 'notJunk',
  spam: 'spam',
  phishing: 'phishing',
  malware: 'malware',
};

/** A submission in our words. */
export const submissionOf = (row: z.infer<typeof submissionRow>): Submission => ({
  id: row.id,
  createdAt: Date.parse(row.createdDateTime),
  source: /^admin/i.test(row.source) ? 'administrator' : 'user',
  reporter: (row.createdBy?.email ?? '').toLowerCase(),
  reporterName: row.createdBy?.displayName ?? '',
  recipient: row.recipientEmailAddress.toLowerCase(),
  sender: row.sender.toLowerCase(),
  subject: row.subject ?? row.emailSubject ?? '',
  networkMessageId: row.networkMessageId ?? null,
  internetMessageId: row.internetMessageId ?? null,
  category: categories[row.category.toLowerCase()] ?? 'unknown',
  originalCategory: row.originalCategory ?? null,
  status: row.status,
  result: row.result?.category ?? null,
  resultDetail: row.result?.detail ?? null,
  simulation: row.attackSimulationInfo !== null && row.attackSimulationInfo !== undefined,
});
