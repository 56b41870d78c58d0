import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sandboxCredential } from '../../services/directory/credentials.ts';
import { createTenant } from '../../services/directory/tenant.ts';
import { createExchange } from '../../services/exchange/exchange.ts';
import { createExchangeHalf } from '../../services/exchange/half.ts';
import { createGraph } from '../../services/graph/graph.ts';
import { agrees, type Change, invert } from '../../services/runbook/change.ts';
import type { Known, Milestone, Step } from '../../services/runbook/step.ts';
import { antiPhishing } from '../../services/runbook/steps/anti-phishing.ts';
import { pilotGroups } from '../../services/runbook/steps/pilot-groups.ts';
import { startPilot } from '../../services/runbook/steps/start-pilot.ts';
import { userReporting } from '../../services/runbook/steps/user-reporting.ts';
import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import { startSandbox } from '../../services/sandbox/sandbox.ts';
import { type Settings, standardSettings } from '../../services/settings/settings.ts';
import type { Kind, Resources } from '../../services/tenant/resources.ts';
import type { Tenant } from '../../services/tenant/tenant.ts';
import { textOf } from './journey.ts';

let sandbox: Sandbox;
let tenant: Tenant;
let settings: Settings;
const milestones: Milestone[] = [];
const made: Change[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 7, epochMs: Date.UTC(2026, 8, 1, 8), port: 0, machineNow: () => Date.now() });
  const common = {
    origin: sandbox.origin,
    credential: sandboxCredential(),
    sleep: (ms: number) => sleep(Math.min(ms, 5)),
    log: () => undefined,
  };
  const exchange = createExchange({ ...common, tenantId: sandbox.tenantId, newId: () => crypto.randomUUID() });
  const graph = createGraph({ ...common, now: () => sandbox.now() });
  tenant = createTenant({ exchange: createExchangeHalf(exchange), graph });
  const people = await tenant.ask('people', {});
  const box = people.is === 'value' ? people.value.find((p) => p.mailbox === 'shared')?.address : undefined;
  settings = { ...standardSettings, reportingMailbox: box ?? 'none' };
});
afterAll(() => sandbox?.close());

const knownNow = (): Known => ({
  now: sandbox.now(),
  settings,
  reviews: [],
  attestations: ['bypass-rule', 'enhanced-filtering', 'security-team'].map((about) => ({
    about,
    statement: 'done',
    proof: 'ticket 1',
    by: { id: 'attester', name: 'Nora' },
    at: sandbox.now() - 1000,
    expiresAt: sandbox.now() + 90 * 86_400_000,
  })),
  milestones,
  choice: null,
  window: null,
});

const write = <K extends Kind>(change: {
  readonly kind: K;
  readonly key: string;
  readonly before: Partial<Resources[K]> | null;
  readonly after: Partial<Resources[K]> | null;
}): Promise<void> => tenant.write(change.kind, change.key, change.before, change.after);

async function found(change: Change): Promise<object | null> {
  const reading = await tenant.read(change.kind, change.key);
  if (reading.is === 'value') return reading.value;
  if (reading.is === 'absent') return null;
  throw new Error(`${change.kind} ${change.key}: ${JSON.stringify(reading)}`);
}

/** Writes a change as the engine does: as before? write, read back. */
async function bring(change: Change): Promise<void> {
  const before = await found(change);
  expect(agrees(change.before, before), `before ${change.kind} ${change.key}: ${JSON.stringify(before)}`).toBe(true);
  await write(change);
  const after = await found(change);
  expect(agrees(change.after, after), `after ${change.kind} ${change.key}: ${JSON.stringify(after)}`).toBe(true);
}

/** The Exchange and directory side of the tenant as the service shows it, without times of change. */
async function picture(): Promise<string> {
  const kinds = [
    'distribution-group',
    'anti-phish-policy',
    'anti-phish-rule',
    'transport-rule',
    'report-submission-policy',
    'report-submission-rule',
  ] as const;
  const lists = await Promise.all(kinds.map((kind) => tenant.list(kind)));
  const groups = await tenant.list('distribution-group');
  const members =
    groups.is === 'value' ? await Promise.all(groups.value.map((g) => tenant.list('group-member', g.key))) : [];
  expect([...lists, ...members].filter((l) => l.is !== 'value')).toEqual([]);
  return JSON.stringify([lists, members], null, 1);
}

const inOrder: readonly Step[] = [pilotGroups, userReporting, antiPhishing, startPilot];

describe.sequential('the set-up steps on the sandbox tenant', () => {
  test.each(inOrder.map((step) => [step.id, step] as const))(
    '%s: every change goes in, reads back, comes back, and settles',
    async (_id, step) => {
      const before = await picture();
      const answer = await step.answer(tenant, knownNow());
      expect(answer.is, textOf(answer).slice(0, 1000)).toBe('proposal');
      if (answer.is !== 'proposal') return;
      const { changes } = answer.proposal;
      for (const change of changes) await bring(change);
      for (const change of changes)
        expect(agrees(change.after, await found(change)), `${change.key} at the end`).toBe(true);
      const again = await step.answer(tenant, knownNow());
      expect(again.is, textOf(again).slice(0, 1000)).toBe('nothing-to-do');

      for (const change of changes.toReversed()) await bring(invert(change));
      expect(await picture()).toBe(before);
      expect(textOf(await step.answer(tenant, knownNow()))).toBe(textOf(answer));

      for (const change of changes) await bring(change);
      made.push(...changes);
      milestones.push({ run: step.id, step: step.id, choice: null, settledAt: sandbox.now(), undone: false });
    },
    50_000,
  );

  test('after all four, Strict ranks before Standard, and both after the custom rules', async () => {
    const rules = await tenant.list('anti-phish-rule');
    const order =
      rules.is === 'value' ? rules.value.toSorted((a, b) => a.value.priority - b.value.priority).map((r) => r.key) : [];
    expect(order.slice(-2)).toEqual([settings.antiPhishStrictName, settings.antiPhishStandardName]);
    expect(order.length).toBeGreaterThan(2);
  });

  test('a Microsoft 365 group, and a person, are no group that can steer the pilot', async () => {
    expect(await tenant.read('distribution-group', 'Project Phoenix')).toMatchObject({
      value: { type: 'microsoft-365' },
    });
    const [someone] = sandbox.people();
    expect(await tenant.read('distribution-group', someone?.upn ?? '')).toMatchObject({ value: { type: 'other' } });
    expect((await tenant.read('distribution-group', 'nobody-has-this-name')).is).toBe('absent');
    const answer = await pilotGroups.answer(tenant, {
      ...knownNow(),
      settings: { ...settings, pilotGroupStrict: 'Project Phoenix' },
    });
    expect(answer.is === 'blocked' ? answer.blockers.map((b) => b.id) : [], textOf(answer)).toContain('not-static');
  });

  test('mail to the pilot is filtered by Microsoft once it has started', async () => {
    await sandbox.advance('P2D');
    const effect = await startPilot.effect?.(tenant, { ...knownNow(), since: sandbox.now() - 86_400_000, changes: [] });
    expect(effect).toMatchObject({ proved: true });
  }, 50_000);
});
