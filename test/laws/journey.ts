import type { Change } from '../../services/runbook/change.ts';
import { canonical } from '../../services/runbook/change.ts';
import type { Review } from '../../services/runbook/evidence.ts';
import type { Answer } from '../../services/runbook/plan.ts';
import type { Attestation, Known, Milestone, Step } from '../../services/runbook/step.ts';
import { stepIds } from '../../services/runbook/step-id.ts';
import { steps } from '../../services/runbook/steps/index.ts';
import { type Settings, standardSettings } from '../../services/settings/settings.ts';
import { type Given, type MemoryTenant, memoryTenant } from '../kit/memory-tenant.ts';
import { detectedSenderNames, emptyTenant, livedInTenant } from '../kit/tenants.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 8, 1, 8);

/** A tenant, and what the record knows, at the moment when a step is asked. */
export interface Station {
  readonly name: string;
  readonly step: Step;
  readonly known: Known;
  /** The tenant as it is then; a new one each time. */
  readonly tenant: (more?: { readonly reversed?: boolean }) => MemoryTenant;
}

const everythingAttested = (now: number): readonly Attestation[] =>
  stepIds
    .filter((id) => !steps.some((s) => s.id === id))
    .map((about) => ({
      about,
      statement: 'done',
      proof: 'ticket 1',
      by: { id: 'attester', name: 'Nora' },
      at: now - dayMs,
      expiresAt: now + 90 * dayMs,
    }));

const everythingBad = (now: number): readonly Review[] =>
  steps
    .filter((s) => s.reviews)
    .flatMap((s) =>
      detectedSenderNames.map((sender, i) => ({
        id: `${s.id}-${i}`,
        step: s.id,
        sender,
        mark: 'bad' as const,
        by: 'reviewer',
        byName: 'Jon',
        at: now - 1000,
      })),
    );

const knownAt = (now: number, settings: Settings, milestones: readonly Milestone[], helped: boolean): Known => ({
  now,
  settings,
  reviews: helped ? everythingBad(now) : [],
  attestations: helped ? everythingAttested(now) : [],
  milestones,
  choice: null,
  window: null,
});

/** Every step on the tenant as it was found, with nothing attested and nothing reviewed. */
const untouched = (name: string, given: () => Given): readonly Station[] =>
  steps.map((step) => ({
    name: `${step.id} on the ${name} tenant, untouched`,
    step,
    known: knownAt(start, standardSettings, [], false),
    tenant: (more) => memoryTenant(given(), more),
  }));

/** Every step where the runbook brings the tenant, each proposal applied and settled before the next step is asked. */
async function walked(name: string, given: () => Given, settings: Settings): Promise<readonly Station[]> {
  const stations: Station[] = [];
  const done: Change[] = [];
  const milestones: Milestone[] = [];
  let now = start;
  for (const step of steps) {
    const before = [...done];
    const station: Station = {
      name: `${step.id} on the ${name} tenant, in its turn`,
      step,
      known: knownAt(now, settings, [...milestones], true),
      tenant: (more) => {
        const tenant = memoryTenant(given(), more);
        tenant.apply(before);
        return tenant;
      },
    };
    stations.push(station);
    const answer = await step.answer(station.tenant(), station.known);
    if (answer.is !== 'proposal') continue;
    done.push(...answer.proposal.changes);
    milestones.push({ run: `${milestones.length + 1}`, step: step.id, choice: null, settledAt: now, undone: false });
    now += 20 * dayMs;
  }
  return stations;
}

/** All stations of the laws. */
export const stations: readonly Station[] = [
  ...untouched('empty', emptyTenant),
  ...untouched('lived-in', livedInTenant),
  ...(await walked('empty', emptyTenant, {
    ...standardSettings,
    protectedUsers: ['Person 0;person0@contoso.example'],
  })),
  ...(await walked('lived-in', livedInTenant, { ...standardSettings, reportingMailbox: 'reports@contoso.example' })),
];

/** Settings that note which of them are read. */
export function watched(settings: Settings): { readonly settings: Settings; readonly read: () => readonly string[] } {
  const names = new Set<string>();
  const proxy = new Proxy(settings, {
    get: (target, name, receiver) => {
      names.add(String(name));
      return Reflect.get(target, name, receiver);
    },
    getOwnPropertyDescriptor: (target, name) => {
      names.add(String(name));
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
  });
  return { settings: proxy, read: () => [...names] };
}

/** An answer as text, for comparing. */
export const textOf = (answer: Answer): string => canonical(answer);
