import type { Person } from '../../tenant/questions.ts';
import type { Reading } from '../../tenant/reading.ts';
import type { ReportSubmissionPolicy, ReportSubmissionRule } from '../../tenant/resources.ts';
import { agrees, type Change } from '../change.ts';
import { blocked, readValue, touched } from '../look.ts';
import type { Blocker, Finding } from '../plan.ts';
import { defineStep } from '../step.ts';

const policyKey = 'DefaultReportSubmissionPolicy';
const ruleKey = 'DefaultReportSubmissionRule';

interface Facts {
  readonly policy: Reading<ReportSubmissionPolicy>;
  readonly rule: Reading<ReportSubmissionRule>;
  /** Null where no mailbox is named: then nobody needs to be looked for. */
  readonly people: Reading<readonly Person[]> | null;
}

/** Microsoft and mailbox, or Microsoft only (Exchange reference 2.6). */
function wantedPolicy(box: string): ReportSubmissionPolicy {
  const boxes = box === '' ? [] : [box];
  const to = box !== '';
  return {
    reportToMicrosoft: true,
    thirdPartyAddress: false,
    junkToMailbox: to,
    notJunkToMailbox: to,
    phishToMailbox: to,
    junkAddresses: boxes,
    notJunkAddresses: boxes,
    phishAddresses: boxes,
    thirdPartyAddresses: [],
  };
}

const knownMailbox = (people: readonly Person[], box: string): boolean =>
  people.some((p) => p.address.toLowerCase() === box && p.mailbox !== 'none');

/** Sends user reports to Microsoft, and to the reporting mailbox where one is named (guide 1.10). */
export const userReporting = defineStep<Facts>({
  id: 'user-reporting',
  title: 'User reporting',
  why: 'People report what the filter got wrong. These reports are the feedback loop of the whole pilot.',
  guide: { section: 'Prepare, step 5: report messages', rows: ['U1', 'U2', 'U6'] },
  gate: 'G4',
  needs: [],
  uses: ['reportingMailbox'],
  seals: ['report-submission-policy', 'report-submission-rule'],
  opens: [],
  closes: [],
  reviews: false,
  survey: async (tenant, known) => ({
    policy: await tenant.read('report-submission-policy', policyKey),
    rule: await tenant.read('report-submission-rule', ruleKey),
    people: known.settings.reportingMailbox.trim() === '' ? null : await tenant.ask('people', {}),
  }),
  plan: (facts, known) => {
    const blockers: Blocker[] = [];
    const policy = readValue(facts.policy, 'the settings of user reports', blockers);
    const rule = readValue(facts.rule, 'the rule of user reports', blockers);
    const people = facts.people === null ? null : readValue(facts.people, 'the mailboxes', blockers);
    const box = known.settings.reportingMailbox.trim().toLowerCase();
    if (people !== null && !knownMailbox(people, box))
      blockers.push({
        id: 'no-mailbox',
        what: `The reporting mailbox ${box} is not among the mailboxes of the tenant.`,
        next: 'Create it, or correct the setting reportingMailbox.',
      });
    if (blockers.length > 0) return blocked(blockers, []);
    const wanted = wantedPolicy(box);
    const changes: Change[] = [];
    if (policy === null)
      changes.push({ kind: 'report-submission-policy', key: policyKey, before: null, after: wanted });
    else {
      const delta = touched(policy, wanted);
      if (delta) changes.push({ kind: 'report-submission-policy', key: policyKey, ...delta });
    }
    if (box === '' && rule !== null)
      changes.push({ kind: 'report-submission-rule', key: ruleKey, before: rule, after: null });
    if (box !== '') {
      const target: ReportSubmissionRule = { policy: policyKey, sentTo: [box] };
      if (rule === null) changes.push({ kind: 'report-submission-rule', key: ruleKey, before: null, after: target });
      else if (!agrees({ sentTo: target.sentTo }, rule))
        changes.push({
          kind: 'report-submission-rule',
          key: ruleKey,
          before: { sentTo: rule.sentTo },
          after: { sentTo: target.sentTo },
        });
    }
    const goal = box === '' ? 'Reports go to Microsoft only.' : `Reports go to Microsoft and to ${box}.`;
    const findings: Finding[] = [];
    if (policy && !policy.reportToMicrosoft)
      findings.push({
        tone: 'attention',
        text: 'Reports do not reach Microsoft: its filter does not learn from them.',
      });
    if (changes.length === 0) return { is: 'nothing-to-do', findings: [{ tone: 'good', text: goal }] };
    return {
      is: 'proposal',
      findings,
      proposal: {
        title:
          box === '' ? 'Send user reports to Microsoft?' : 'Send user reports to Microsoft and the reporting mailbox?',
        lines: [goal],
        changes,
        seals: [],
        evidence: null,
        byHand: [],
        risk: 'reversible',
        affected: 0,
        cautions: [
          ...(policy?.thirdPartyAddress ? ['The present third-party report button stops feeding its mailbox.'] : []),
          ...(policy && box === '' && policy.phishAddresses.length > 0
            ? [`Reports no longer reach ${policy.phishAddresses.join(', ')}.`]
            : []),
        ],
        undo: 'Undo: the former settings, at once.',
      },
    };
  },
});
