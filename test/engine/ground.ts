import { createJobs } from '../../bot/jobs.ts';
import { withSettings } from '../../services/engine/with-settings.ts';
import type { World } from '../../services/engine/world.ts';
import type { Change } from '../../services/runbook/change.ts';
import { agrees } from '../../services/runbook/change.ts';
import type { Answer, Proposal } from '../../services/runbook/plan.ts';
import { defineStep, type Step } from '../../services/runbook/step.ts';
import type { OutboxRow } from '../../services/store/store.ts';
import { absent, known, type Reading, unknown } from '../../services/tenant/reading.ts';
import type { Kind, Resources } from '../../services/tenant/resources.ts';
import type { Tenant } from '../../services/tenant/tenant.ts';
import { TenantError } from '../../services/tenant/tenant-error.ts';
import { openTestStore } from '../store/kit.ts';

/** A tenant over a map, with a write log and faults that a test switches on. */
export interface Ground {
  readonly world: World;
  readonly resources: Map<string, object>;
  readonly writes: string[];
  readonly delivered: OutboxRow[];
  readonly url: string;
  clock: number;
  /** Next write: fails so, after or before it is executed. */
  failNextWrite: { trouble: 'uncertain' | 'refused' | 'throttled'; executed: boolean } | null;
  blind: boolean;
  /** What the step proposes to bring every key to. */
  targets: Map<string, { before: object | null; after: object | null }>;
  proposal: Partial<Proposal>;
  /** What the second step proposes: resources of any kind brought to `after`. */
  second: { kind: Kind; key: string; after: object | null }[];
  /** Called before each write of the tenant, with what is about to be written. */
  onWrite: ((kind: string, key: string) => Promise<void> | void) | null;
  settle(): Promise<void>;
  close(): Promise<void>;
}

const roleGroups = {
  viewer: 'g-v',
  'help-desk': 'g-h',
  operator: 'g-o',
  approver: 'g-a',
  'change-approver': 'g-c',
} as const;
const members: Record<string, string[]> = {
  'g-o': ['mia', 'both'],
  'g-a': ['lea', 'omar', 'jon', 'both'],
  'g-c': ['lea', 'omar', 'cho'],
  'g-v': ['vic'],
  'g-h': [],
};

export async function openGround(): Promise<Ground> {
  const ground = {
    clock: Date.UTC(2026, 2, 2, 9),
    failNextWrite: null,
    blind: false,
    targets: new Map(),
    proposal: {},
    second: [],
    onWrite: null,
    writes: [] as string[],
    resources: new Map<string, object>(),
    delivered: [] as OutboxRow[],
  } as unknown as Ground & { [k: string]: unknown };
  const { store, url } = await openTestStore({ now: () => ground.clock });
  const id = (kind: string, key: string): string => `${kind} ${key}`;
  const tenant: Tenant = {
    read: async <K extends Kind>(kind: K, key: string): Promise<Reading<Resources[K]>> => {
      if (ground.blind) return unknown('the tenant did not answer');
      const value = ground.resources.get(id(kind, key));
      return value ? known(value as Resources[K]) : absent;
    },
    list: async (kind, within) => {
      if (ground.blind) return unknown('the tenant did not answer');
      const start = within === undefined ? `${kind} ` : `${kind} ${within}|`;
      return known(
        [...ground.resources]
          .filter(([k]) => k.startsWith(start))
          .map(([k, value]) => ({ key: k.slice(kind.length + 1), value: value as never })),
      );
    },
    ask: async () => unknown('not asked here'),
    memberOf: async (person, groups) =>
      ground.blind ? unknown('503') : known(new Set(groups.filter((g) => members[g]?.includes(person)))),
    membersOf: async (group) => known((members[group] ?? []).map((m) => ({ id: m, name: m }))),
    write: async (kind, key, before, after) => {
      await ground.onWrite?.(kind, key);
      const fault = ground.failNextWrite;
      ground.failNextWrite = null;
      if (fault && !fault.executed) throw new TenantError(fault.trouble, 'injected', { retryAfterMs: 1 });
      const present = ground.resources.get(id(kind, key)) ?? null;
      ground.writes.push(`${kind} ${key} ${JSON.stringify(after)}`);
      if (after === null) ground.resources.delete(id(kind, key));
      else ground.resources.set(id(kind, key), { ...present, ...after });
      void before;
      if (fault) throw new TenantError(fault.trouble, 'injected', { retryAfterMs: 1 });
    },
  };
  const step: Step = defineStep<readonly Change[]>({
    id: 'mailbox-intelligence',
    title: 'A step',
    why: '',
    guide: { section: '', rows: [] },
    gate: 'G6b',
    needs: [],
    uses: ['observationDays'],
    seals: [],
    opens: [],
    closes: [],
    reviews: true,
    survey: async (reader) => {
      const changes: Change[] = [];
      for (const [key, target] of ground.targets) {
        const found = await reader.read('anti-phish-policy', key);
        if (found.is === 'unknown') return [{ kind: 'setting', key: 'unknown', before: null, after: null }];
        if (!agrees(target.after, found.is === 'value' ? found.value : null))
          changes.push({
            kind: 'anti-phish-policy',
            key,
            before: (found.is === 'value' ? found.value : null) as never,
            after: target.after as never,
          });
      }
      return changes;
    },
    plan: (changes): Answer => {
      if (changes[0]?.key === 'unknown')
        return {
          is: 'blocked',
          blockers: [{ id: 'unknown-policy', what: 'The policy could not be read.', next: 'Later.' }],
          findings: [],
        };
      if (changes.length === 0) return { is: 'nothing-to-do', findings: [] };
      return {
        is: 'proposal',
        findings: [],
        proposal: {
          title: 'Do it?',
          lines: [],
          changes,
          seals: [],
          evidence: null,
          byHand: [],
          risk: 'disruptive',
          affected: 3,
          cautions: [],
          undo: '',
          ...ground.proposal,
        },
      };
    },
  });
  const second: Step = defineStep<readonly Change[]>({
    id: 'pilot-groups',
    title: 'Another step',
    why: '',
    guide: { section: '', rows: [] },
    gate: 'G3',
    needs: [],
    uses: [],
    seals: [],
    opens: [],
    closes: [],
    reviews: false,
    survey: async (reader) => {
      const changes: Change[] = [];
      for (const { kind, key, after } of ground.second) {
        const found = await reader.read(kind, key);
        const value = found.is === 'value' ? found.value : null;
        if (!agrees(after, value)) changes.push({ kind, key, before: value, after } as Change);
      }
      return changes;
    },
    plan: (changes): Answer =>
      changes.length === 0
        ? { is: 'nothing-to-do', findings: [] }
        : {
            is: 'proposal',
            findings: [],
            proposal: {
              title: 'Do that?',
              lines: [],
              changes,
              seals: [],
              evidence: null,
              byHand: [],
              risk: 'reversible',
              affected: 0,
              cautions: [],
              undo: '',
            },
          },
  });
  const world: World = {
    tenant: withSettings(tenant, store, () => ground.clock),
    store,
    steps: [step, second],
    now: () => ground.clock,
    machineNow: () => Date.now(),
    sleep: (ms) => new Promise((r) => setTimeout(r, Math.min(ms, 20))),
    roleGroups,
    log: { info: () => {}, warn: () => {}, error: (f, t) => console.error(t, f) },
    writeGraceMs: 5,
    readBackMs: 200,
  };
  const jobs = createJobs(world, store, async (row) => {
    ground.delivered.push(row);
    return { done: true };
  });
  await jobs.start();
  return Object.assign(ground, {
    world,
    url,
    settle: () => jobs.settle(),
    close: async () => {
      await jobs.stop();
      await store.close();
    },
  });
}
