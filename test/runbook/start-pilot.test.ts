import { expect, test } from 'vitest';
import { antiPhishing } from '../../services/runbook/steps/anti-phishing.ts';
import { pilotGroups } from '../../services/runbook/steps/pilot-groups.ts';
import { startPilot } from '../../services/runbook/steps/start-pilot.ts';
import { standardSettings } from '../../services/settings/settings.ts';
import { type Given, type MemoryTenant, memoryTenant } from '../kit/memory-tenant.ts';
import { livedInTenant } from '../kit/tenants.ts';
import { knownWith, proposalOf, reasonsOf } from './known.ts';

const bypass = 'Bypass spam filtering (old gateway)';

/** A tenant in which groups and policies of the pilot are made. */
async function ready(given: Given = livedInTenant()): Promise<MemoryTenant> {
  const tenant = memoryTenant(given);
  for (const step of [pilotGroups, antiPhishing])
    tenant.apply(proposalOf(await step.answer(tenant, knownWith())).changes);
  return tenant;
}

test('both groups become exceptions of the one enabled bypass rule; other exceptions stay', async () => {
  const tenant = await ready();
  const proposal = proposalOf(await startPilot.answer(tenant, knownWith()));
  tenant.apply(proposal.changes);
  const found = await tenant.list('rule-exception', bypass);
  expect(found.is === 'value' ? found.value.map((e) => e.key.split('|')[1]).toSorted() : []).toEqual([
    'it@contoso.example',
    'mdopilot_spamphish_standard@contoso.example',
    'mdopilot_spamphish_strict@contoso.example',
  ]);
  expect(proposal.risk).toBe('disruptive');
  expect(proposal.byHand.map((a) => [a.id, a.when])).toEqual([['exempt-pilot', 'after']]);
});

test('without the attestations of the gates it is blocked, each by name', async () => {
  const answer = await startPilot.answer(await ready(), knownWith({ attestations: [] }));
  expect(reasonsOf(answer)).toEqual(['attest-bypass-rule', 'attest-enhanced-filtering', 'attest-security-team']);
});

test('two enabled bypass rules, or one that is off, are no agreed bypass rule', async () => {
  const tenant = await ready();
  tenant.apply([{ kind: 'transport-rule', key: 'Old bypass', before: { enabled: false }, after: { enabled: true } }]);
  expect(reasonsOf(await startPilot.answer(tenant, knownWith()))).toEqual(['bypass-rule']);
  const named = (bypassRule: string) => knownWith({ settings: { ...standardSettings, bypassRule } });
  expect(reasonsOf(await startPilot.answer(tenant, named(bypass)))).toEqual([]);
  expect(reasonsOf(await startPilot.answer(tenant, named('External tag')))).toEqual(['bypass-rule']);
});

test('nobody is let through to Microsoft without a pilot policy', async () => {
  const tenant = await ready();
  const key = standardSettings.antiPhishStrictName;
  tenant.apply([{ kind: 'anti-phish-rule', key, before: { enabled: true }, after: { enabled: false } }]);
  expect(reasonsOf(await startPilot.answer(tenant, knownWith()))).toEqual(['no-policy']);
});

test('a member who joins after the approval voids it', async () => {
  const tenant = await ready();
  const before = proposalOf(await startPilot.answer(tenant, knownWith())).seals;
  tenant.apply([
    {
      kind: 'group-member',
      key: `${standardSettings.pilotGroupStrict}|person100@contoso.example`,
      before: null,
      after: { objectId: null, address: 'person100@contoso.example' },
    },
  ]);
  expect(proposalOf(await startPilot.answer(tenant, knownWith())).seals).not.toEqual(before);
});
