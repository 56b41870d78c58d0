import { setTimeout as pause } from 'node:timers/promises';
import type { Run } from '../../services/runbook/run.ts';
import { openStore } from '../../services/store/open-store.ts';
import type { Store } from '../../services/store/store.ts';
import type { Answered, Person } from '../kit/connector.ts';
import { channel, openRehearsal, type Rehearsal } from '../kit/rehearsal.ts';

/** Everything that a second delivery could do: compared before and after. */
export interface Effects {
  readonly runs: readonly string[];
  /** Journal entries by event, those that only note a look or a refusal left out. */
  readonly events: Readonly<Record<string, number>>;
  readonly changed: number;
  readonly settings: string;
}

/** The product with people at it, and an eye of its own on the store. */
export interface Stage {
  readonly r: Rehearsal;
  readonly store: Store;
  readonly operator: Person;
  readonly approvers: readonly [Person, Person];
  readonly nobody: Person;
  effects(): Promise<Effects>;
  /** Sends a click and gives the activity back, for sending it again. Throws where the answer cannot be read. */
  click(person: Person, verb: string, data: object, place?: string): Promise<Answered>;
  newest(step?: string): Promise<Run>;
  run(id: string): Promise<Run>;
  /** Waits until nothing more is written: a click that takes long is answered "at work" and goes on. */
  settle(): Promise<void>;
  /** Proposes the step with a choice of pilot members. */
  asks(addresses: readonly string[]): Promise<Answered>;
  /** Approved by both, and worked to its end. */
  carryOut(run: Run): Promise<Run>;
  /** Addresses that may join the pilot, each given once. */
  someone(): string;
  close(): Promise<void>;
}

const quiet: ReadonlySet<string> = new Set(['refused', 'reminded', 'looked-up', 'started', 'submissions', 'alarm']);

/** What a readable answer is: a card, a line, or an error with a code and words. Anything else is told. */
export function unreadable(answered: Answered): string | null {
  const text = JSON.stringify(answered.body) ?? '';
  if (answered.status >= 500 && answered.status !== 501) return `status ${answered.status}: ${text}`;
  if (text.includes('Something went wrong') || text.includes('InternalError')) return `broke: ${text}`;
  if (answered.status !== 200)
    return typeof answered.body === 'object' && answered.body !== null ? null : `bare ${answered.status}`;
  if (answered.body === null || answered.body === '') return null;
  const body = answered.body as { readonly type?: unknown; readonly value?: unknown };
  if (typeof body.value === 'string') return null;
  const value = (body.value ?? {}) as { readonly type?: unknown; readonly code?: unknown; readonly message?: unknown };
  if (value.type === 'AdaptiveCard') return null;
  return typeof value.code === 'string' && typeof value.message === 'string'
    ? null
    : `not readable: ${text.slice(0, 300)}`;
}

/** Starts the product with a security channel. */
export async function openStage(): Promise<Stage> {
  const r = await openRehearsal();
  const store = await openStore({ home: '/nonexistent', databaseUrl: r.database, now: r.sandbox.now, poolSize: 2 });
  const [operator, first, second] = [r.who('Alex'), r.who('Megan'), r.who('Adele')];
  const nobody = r.sandbox.people().find((p) => p.roles.length === 0);
  if (nobody === undefined) throw new Error('everybody has a role');
  await r.say(first, 'use this channel for security', channel);
  const free = r.sandbox
    .people()
    .filter((p) => !p.priority && p.roles.length === 0)
    .map((p) => p.upn);
  let choices = 0;

  const stage: Stage = {
    r,
    store,
    operator,
    approvers: [first, second],
    nobody,
    effects: async () => {
      const events: Record<string, number> = {};
      for await (const entry of store.journal.read())
        if (!quiet.has(entry.event)) events[entry.event] = (events[entry.event] ?? 0) + 1;
      return {
        runs: (await store.runs({ limit: 500 })).map(
          (run) =>
            `${run.id} v${run.version} ${run.state} by ${run.approvals.map((a) => a.by.id).join('+')} confirmed ${Object.keys(run.confirmed).join('+')}`,
        ),
        events,
        changed: r.sandbox.writes().filter((w) => w.changed).length,
        settings: JSON.stringify(await store.settings()),
      };
    },
    click: async (person, verb, data, place) => {
      const answered = await r.connector.click(
        person,
        undefined,
        verb,
        data,
        place === undefined ? {} : { channel: place },
      );
      const trouble = unreadable(answered);
      if (trouble !== null) throw new Error(`${verb} ${JSON.stringify(data)}: ${trouble}`);
      return answered;
    },
    newest: async (step) => {
      const run = (await store.runs({ ...(step === undefined ? {} : { step }), limit: 1 }))[0];
      if (run === undefined) throw new Error('no run yet');
      return run;
    },
    run: async (id) => {
      const run = await store.run(id);
      if (run === null) throw new Error(`no run ${id}`);
      return run;
    },
    settle: async () => {
      for (let calm = 0, last = -1; calm < 6; ) {
        await r.settle();
        await pause(100);
        const { seq } = await store.journal.head();
        calm = seq === last ? calm + 1 : 0;
        last = seq;
      }
    },
    asks: async (addresses) => {
      const choice = `replay-${++choices}`;
      await store.transaction((unit) =>
        unit.setNote(`choice:${choice}`, { members: [{ group: 'safe-links', addresses }] }),
      );
      return stage.click(operator, 'run.propose', { step: 'pilot-groups', choice });
    },
    carryOut: async (run) => {
      for (const person of stage.approvers) {
        const now = await stage.run(run.id);
        if (now.state !== 'proposed') break;
        await stage.click(person, 'run.approve', { run: run.id, version: now.version });
      }
      await stage.settle();
      const ended = await stage.run(run.id);
      if (ended.state !== 'settled') throw new Error(`change ${run.id} is ${ended.state}: ${ended.reason}`);
      return ended;
    },
    someone: () => free.shift() ?? '',
    close: async () => {
      await store.close();
      await r.close();
    },
  };
  return stage;
}
