import { expect, test } from 'vitest';
import { userReporting } from '../../services/runbook/steps/user-reporting.ts';
import { standardSettings } from '../../services/settings/settings.ts';
import { memoryTenant } from '../kit/memory-tenant.ts';
import { emptyTenant, livedInTenant } from '../kit/tenants.ts';
import { knownWith, proposalOf, reasonsOf } from './known.ts';

const withBox = (reportingMailbox: string) => knownWith({ settings: { ...standardSettings, reportingMailbox } });

test('without a reporting mailbox, reports go to Microsoft only and the rule goes', async () => {
  const tenant = memoryTenant(livedInTenant());
  const { changes, cautions } = proposalOf(await userReporting.answer(tenant, knownWith()));
  tenant.apply(changes);
  expect(await tenant.read('report-submission-policy', 'DefaultReportSubmissionPolicy')).toMatchObject({
    value: { reportToMicrosoft: true, thirdPartyAddress: false, phishToMailbox: false, phishAddresses: [] },
  });
  expect((await tenant.read('report-submission-rule', 'DefaultReportSubmissionRule')).is).toBe('absent');
  expect(cautions.join(' ')).toContain('third-party report button');
});

test('with a reporting mailbox, the policy and the rule name the same one', async () => {
  const tenant = memoryTenant(livedInTenant());
  tenant.apply(proposalOf(await userReporting.answer(tenant, withBox(' Reports@Contoso.example '))).changes);
  expect(await tenant.read('report-submission-policy', 'DefaultReportSubmissionPolicy')).toMatchObject({
    value: {
      reportToMicrosoft: true,
      junkAddresses: ['reports@contoso.example'],
      notJunkAddresses: ['reports@contoso.example'],
      phishAddresses: ['reports@contoso.example'],
    },
  });
  expect(await tenant.read('report-submission-rule', 'DefaultReportSubmissionRule')).toMatchObject({
    value: { sentTo: ['reports@contoso.example'] },
  });
});

test('a change touches only the fields that differ', async () => {
  const tenant = memoryTenant(livedInTenant());
  tenant.apply(proposalOf(await userReporting.answer(tenant, knownWith())).changes);
  tenant.apply([
    {
      kind: 'report-submission-policy',
      key: 'DefaultReportSubmissionPolicy',
      before: { reportToMicrosoft: true },
      after: { reportToMicrosoft: false },
    },
  ]);
  const answer = await userReporting.answer(tenant, knownWith());
  expect(proposalOf(answer).changes).toEqual([
    {
      kind: 'report-submission-policy',
      key: 'DefaultReportSubmissionPolicy',
      before: { reportToMicrosoft: false },
      after: { reportToMicrosoft: true },
    },
  ]);
  expect(answer.findings.map((f) => f.text).join(' ')).toContain('do not reach Microsoft');
});

test('a reporting mailbox that is no mailbox of the tenant is refused', async () => {
  expect(reasonsOf(await userReporting.answer(memoryTenant(emptyTenant()), withBox('gone@contoso.example')))).toEqual([
    'no-mailbox',
  ]);
});
