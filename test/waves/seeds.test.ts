import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { sandboxCredential } from '../../services/directory/credentials.ts';
import { createTenant } from '../../services/directory/tenant.ts';
import { createExchange } from '../../services/exchange/exchange.ts';
import { createExchangeHalf } from '../../services/exchange/half.ts';
import { createGraph } from '../../services/graph/graph.ts';
import type { Evidence, Review } from '../../services/runbook/evidence.ts';
import type { Answer } from '../../services/runbook/plan.ts';
import type { Attestation, Known, Milestone, Step } from '../../services/runbook/step.ts';
import { antiPhishing } from '../../services/runbook/steps/anti-phishing.ts';
import { pilotGroups } from '../../services/runbook/steps/pilot-groups.ts';
import { startPilot } from '../../services/runbook/steps/start-pilot.ts';
import { userReporting } from '../../services/runbook/steps/user-reporting.ts';
import { waves } from '../../services/runbook/steps/waves.ts';
import { isLegitimate } from '../../services/sandbox/mail/message.ts';
import { type Sandbox, startSandbox } from '../../services/sandbox/sandbox.ts';
import { standardSettings } from '../../services/settings/settings.ts';
import type { Kind, Resources } from '../../services/tenant/resources.ts';
import type { Tenant } from '../../services/tenant/tenant.ts';
import { textOf } from '../laws/journey.ts';

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());

const dayMs = 86_400_000;
const reviewer = { id: 'reviewer', name: 'Jon' };

/** The sandbox of a seed with the product's own adapters before it. */
async function open(seed: number): Promise<{ readonly box: Sandbox; readonly tenant: Tenant }> {
  const box = await startSandbox({ seed, epochMs: Date.UTC(2026, 2, 2, 8), port: 0, machineNow: Date.now });
  sandbox = box;
  const common = {
    origin: box.origin,
    credential: sandboxCredential(),
    sleep: (ms: number) => sleep(Math.min(ms, 5)),
    log: () => undefined,
  };
  const exchange = createExchange({ ...common, tenantId: box.tenantId, newId: () => crypto.randomUUID() });
  const graph = createGraph({ ...common, now: () => box.now() });
  return { box, tenant: createTenant({ exchange: createExchangeHalf(exchange), graph }) };
}

const write = <K extends Kind>(
  tenant: Tenant,
  change: {
    readonly kind: K;
    readonly key: string;
    readonly before: Partial<Resources[K]> | null;
    readonly after: Partial<Resources[K]> | null;
  },
): Promise<void> => tenant.write(change.kind, change.key, change.before, change.after);

const setUp: readonly Step[] = [userReporting, pilotGroups, antiPhishing, startPilot];

/**
 * The present wave of a seed, `days` after the pilot started: set up as the steps propose it, exempt at the old service
 * on the first day, and every sender marked for what its mail really was.
 */
async function waveOf(
  seed: number,
  days: number,
): Promise<{ readonly unreviewed: Evidence; readonly reviewed: Evidence; readonly answer: Answer }> {
  const { box, tenant } = await open(seed);
  const milestones: Milestone[] = [];
  const attestations: Attestation[] = [
    'bypass-rule',
    'enhanced-filtering',
    'security-team',
    'run:start-pilot:exempt-pilot',
  ].map((about) => ({
    about,
    statement: 'done',
    proof: 'CHG1',
    by: reviewer,
    at: box.now(),
    expiresAt: box.now() + 90 * dayMs,
  }));
  const known = (reviews: readonly Review[] = []): Known => ({
    now: box.now(),
    settings: standardSettings,
    reviews,
    attestations,
    milestones,
    choice: null,
    window: null,
  });
  for (const step of setUp) {
    const answer = await step.answer(tenant, known());
    if (answer.is !== 'proposal') throw new Error(`${step.id}: ${textOf(answer)}`);
    for (const change of answer.proposal.changes) await write(tenant, change);
    milestones.push({ run: step.id, step: step.id, choice: null, settledAt: box.now(), undone: false });
  }
  const members = await Promise.all(
    [standardSettings.pilotGroupStandard, standardSettings.pilotGroupStrict].map((g) => tenant.list('group-member', g)),
  );
  const exempt = members.flatMap((m) => (m.is === 'value' ? m.value.map((x) => x.value.address) : []));
  const told = await fetch(`${box.origin}/sandbox/old-service`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ exempt }),
  });
  expect(told.status).toBe(200);
  expect(exempt.length).toBeGreaterThan(0);
  await box.advance(`P${days}D`);

  const evidence = async (reviews: readonly Review[]): Promise<{ evidence: Evidence; answer: Answer }> => {
    const answer = await waves.answer(tenant, known(reviews));
    const found = answer.is === 'proposal' ? answer.proposal.evidence : answer.evidence;
    if (!found) throw new Error(textOf(answer));
    return { evidence: found, answer };
  };
  const unreviewed = (await evidence([])).evidence;
  const marks = unreviewed.senders.map(({ detected }): Review => {
    const truths = detected.sampleIds.map((id) => box.truthOf(id));
    if (truths.length === 0 || truths.includes(undefined)) throw new Error(`nothing known of ${detected.sender}`);
    return {
      id: `waves-${detected.sender}`,
      step: 'waves',
      sender: detected.sender,
      mark: truths.some((t) => t !== undefined && isLegitimate(t)) ? 'good' : 'bad',
      by: reviewer.id,
      byName: reviewer.name,
      at: box.now(),
    };
  });
  const { evidence: reviewed, answer } = await evidence(marks);
  return { unreviewed, reviewed, answer };
}

const shown = (e: Evidence): string => JSON.stringify({ bars: e.bars, headline: e.headline }, null, 1);

describe('the first wave of three seeds, each sender marked for what its mail really was', { timeout: 60_000 }, () => {
  it('passes on seed 1: many senders stopped, hardly one of them wrong, and the next wave can be proposed', async () => {
    const { unreviewed, reviewed, answer } = await waveOf(1, 15);
    expect(reviewed.verdict, shown(reviewed)).toBe('pass');
    expect(reviewed.senders.length).toBeGreaterThan(150);
    expect(reviewed.upperBound).toBeLessThanOrEqual(standardSettings.waveLimit);
    expect(answer.is, textOf(answer).slice(0, 500)).toBe('proposal');
    expect(unreviewed.verdict).toBe('inconclusive');
  });

  it('fails on seed 2: too many wanted senders stopped, and nothing is proposed', async () => {
    const { unreviewed, reviewed, answer } = await waveOf(2, 15);
    expect(reviewed.verdict, shown(reviewed)).toBe('fail');
    const wrong = reviewed.senders.filter((s) => s.mark === 'good').length;
    expect(wrong / reviewed.senders.length).toBeGreaterThan(standardSettings.waveLimit);
    expect(wrong).toBeLessThan(reviewed.senders.length);
    expect(answer.is === 'blocked' ? answer.blockers.map((b) => b.what).join() : answer.is).toContain('FAIL');
    expect(unreviewed.verdict).toBe('inconclusive');
  });

  it('stays inconclusive on seed 3, where there is too little mail to judge, and that never promotes', async () => {
    const { reviewed, answer } = await waveOf(3, 15);
    expect(reviewed.verdict, shown(reviewed)).toBe('inconclusive');
    expect(reviewed.senders.length).toBeGreaterThan(0);
    expect(reviewed.senders.every((s) => s.mark !== null)).toBe(true);
    expect(reviewed.upperBound).toBeGreaterThan(standardSettings.waveLimit);
    expect(reviewed.lowEvidence).toBe(false);
    expect(answer.is).toBe('blocked');
  });

  it('is still inconclusive on seed 3 when the longest window has passed: acceptable as low evidence, never a pass', async () => {
    const { reviewed, answer } = await waveOf(3, 30);
    expect(reviewed.verdict, shown(reviewed)).toBe('inconclusive');
    expect(reviewed.lowEvidence).toBe(true);
    expect(answer.is === 'proposal' ? answer.proposal.cautions.join() : textOf(answer)).toContain(
      'Accepted on low evidence',
    );
  });
});
