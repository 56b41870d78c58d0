import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { antiPhishTable, pilotOverlay, pilotPolicy, stages } from '../../services/runbook/recommended.ts';
import { standardSettings } from '../../services/settings/settings.ts';

/** Microsoft's values, committed as data; the table in the code is held against every cell of it. */
const golden = JSON.parse(readFileSync(new URL('./recommended.golden.json', import.meta.url), 'utf8'));
const rows = Object.entries<Record<string, unknown>>(golden.antiPhish);
const overlayOf = (level: string): Record<string, unknown> =>
  golden.pilot.policies.find((p: { name: string }) => p.name === `MDO Pilot Anti-phish ${level}`).overrides;

test('the table has exactly the recommended parameters', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(Object.keys(antiPhishTable).toSorted()).toEqual(rows.map(([name]) => name).toSorted());
});

test.each(rows)('%s has the recommended type, values and allowed words', (name, wanted) => {
  const row = Object.entries<Record<string, unknown>>(antiPhishTable).find(([n]) => n === name)?.[1];
  const list = (v: unknown): unknown => (typeof v === 'string' && v.startsWith('<list of') ? null : v);
  expect(row).toEqual({
    type: wanted['type'],
    default: wanted['default'],
    standard: list(wanted['standard']),
    strict: list(wanted['strict']),
    ...(wanted['allowed'] === undefined ? {} : { allowed: wanted['allowed'] }),
  });
});

test.each(['standard', 'strict'] as const)(
  'the %s pilot policy is the recommendation with the pilot overlay',
  (level) => {
    const policy = pilotPolicy(level, ['Ann;ann@contoso.example'], ['contoso.example']);
    const overlay = overlayOf(level === 'strict' ? 'Strict' : 'Standard');
    for (const [name, row] of rows) {
      const wanted =
        name === 'TargetedUsersToProtect'
          ? ['Ann;ann@contoso.example']
          : name === 'TargetedDomainsToProtect'
            ? ['contoso.example']
            : Object.hasOwn(overlay, name)
              ? overlay[name]
              : row[level];
      expect([name, policy[name]]).toEqual([name, wanted]);
    }
    expect(Object.keys(policy).length).toBe(rows.length);
  },
);

test('the overlay and what stays on during the pilot are as recommended', () => {
  expect(pilotOverlay).toEqual(overlayOf('Standard'));
  expect(pilotOverlay).toEqual(overlayOf('Strict'));
  for (const [name, wanted] of Object.entries(golden.pilot.keepOnDuringPilot)) {
    if (name === 'AuthenticationFailAction') continue;
    for (const level of ['standard', 'strict'] as const)
      expect([name, pilotPolicy(level, [], [])[name]]).toEqual([name, wanted]);
  }
  expect(pilotPolicy('standard', [], [])['AuthenticationFailAction']).toBe('MoveToJmf');
  expect(pilotPolicy('strict', [], [])['AuthenticationFailAction']).toBe('Quarantine');
});

test('each stage sets one field to the recommended value of each level', () => {
  const wanted = golden.pilot.stages.slice(1);
  expect(Object.keys(stages)).toEqual(wanted.map((s: { stage: string }) => s.stage));
  for (const { stage, set } of wanted) {
    const found = Object.entries(stages).find(([name]) => name === stage)?.[1];
    expect(set).toEqual({
      standard: { [found?.field ?? '']: found?.standard },
      strict: { [found?.field ?? '']: found?.strict },
    });
  }
});

test('groups and policies are named as the reference suggests', () => {
  expect(golden.pilot.groups).toEqual({
    safeAttachments: standardSettings.pilotGroupSafeAttachments,
    safeLinks: standardSettings.pilotGroupSafeLinks,
    standard: standardSettings.pilotGroupStandard,
    strict: standardSettings.pilotGroupStrict,
  });
  const names = golden.pilot.policies.map((p: { name: string }) => p.name);
  expect(names).toContain(standardSettings.antiPhishStandardName);
  expect(names).toContain(standardSettings.antiPhishStrictName);
});
