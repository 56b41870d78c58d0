import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sandboxCredential } from '../../services/directory/credentials.ts';
import { createTenant } from '../../services/directory/tenant.ts';
import { createExchange } from '../../services/exchange/exchange.ts';
import { createExchangeHalf } from '../../services/exchange/half.ts';
import { createGraph } from '../../services/graph/graph.ts';
import type { Run } from '../../services/runbook/run.ts';
import { type Sandbox, startSandbox } from '../../services/sandbox/sandbox.ts';
import { openStore } from '../../services/store/open-store.ts';
import type { Verified } from '../../services/store/store.ts';
import type { Tenant } from '../../services/tenant/tenant.ts';
import { startConnector } from '../kit/connector.ts';
import { emptyDatabase } from '../store/kit.ts';
import { type Judgement, judge } from './judge.ts';
import { peopleAtWork } from './people-at-work.ts';
import { startReplicas } from './replicas.ts';
import { drawMoment, strike, watchWrites } from './strike.ts';

export interface KillsOptions {
  readonly kills: number;
  readonly runs: number;
  readonly replicas: number;
  /** Seed of the kill points and of what is asked for. */
  readonly seed: number;
  /** Told of progress. */
  readonly tell: (line: string) => void;
}

/** What came out; figures are counts, times in ms. */
export interface KillsOutcome extends Judgement {
  readonly kills: number;
  readonly runs: number;
  /** Writes that the service completed after their client had died. */
  readonly late: number;
  /** State-changing executions in the write log. */
  readonly changed: number;
  readonly chain: Verified;
  readonly restartMedianMs: number;
  readonly tookMs: number;
}

/**
 * The sandbox may complete a dead client's write this much later: longer than another replica takes to look (its sweep is a
 * second), so that a takeover that did not wait would write again. The grace is longer still, as in every deployment. Ms.
 */
const lateWithinMs = 1_500;
const writeGraceMs = 2_600;

/** Deterministic numbers in [0, 1) (mulberry32). */
function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function tenantOf(sandbox: Sandbox): Tenant {
  const credential = sandboxCredential();
  const sleep = (ms: number): Promise<void> => pause(ms);
  const log = (): void => undefined;
  const exchange = createExchange({
    origin: sandbox.origin,
    tenantId: sandbox.tenantId,
    credential,
    sleep,
    log,
    newId: randomUUID,
  });
  const graph = createGraph({ credential, origin: sandbox.origin, sleep, log, now: sandbox.now });
  return createTenant({ exchange: createExchangeHalf(exchange), graph });
}

/**
 * Many runs through the message endpoint of replicas that are killed at random points and come back, on one sandbox
 * tenant and one database. Everything that is judged is read from the sandbox's write log, the tenant and the store.
 */
export async function kills(options: KillsOptions): Promise<KillsOutcome> {
  const began = performance.now();
  const chance = chanceFrom(options.seed);
  const database = await emptyDatabase();
  const sandbox = await startSandbox({
    seed: options.seed,
    epochMs: Date.parse('2026-03-02T08:00:00Z'),
    port: 0,
    machineNow: Date.now,
    lateWithinMs,
  });
  const store = await openStore({ home: '/nonexistent', databaseUrl: database, now: sandbox.now, poolSize: 3 });
  const stops: (() => Promise<unknown>)[] = [() => sandbox.close(), () => store.close()];
  try {
    const watch = watchWrites();
    const environment = {
      DATABASE_URL: database,
      SANDBOX_TENANT: sandbox.tenantId,
      WRITE_GRACE_MS: String(writeGraceMs),
    };
    const replicas = await startReplicas(options.replicas, environment, sandbox.origin, watch.wrote);
    stops.push(() => replicas.stop());
    let endpoint = await replicas.endpoint();
    const connector = await startConnector({
      // Read at every click: whichever replica serves then.
      get botEndpoint() {
        return endpoint;
      },
      now: sandbox.now,
    });
    stops.push(() => connector.close());
    const tenant = tenantOf(sandbox);
    const people = sandbox.people();
    const requester = people.find((p) => p.roles.includes('operator') && !p.roles.includes('approver'));
    const approvers = people.filter((p) => p.roles.includes('approver') && p !== requester);
    if (requester === undefined) throw new Error('The sandbox has no operator.');
    const work = peopleAtWork({
      store,
      connector,
      requester,
      approvers,
      someone: async () => {
        endpoint = await replicas.endpoint();
      },
    });

    const found = await tenant.ask('people', {});
    if (found.is !== 'value') throw new Error('The people of the sandbox cannot be read.');
    const open = found.value.filter((p) => p.enabled && p.licensed && !p.guest && p.mailbox === 'user');
    const pairs = ['standard', 'safe-attachments', 'safe-links'].flatMap((group) =>
      open.map((p) => ({ group, addresses: [p.address] })),
    );
    for (let i = pairs.length - 1; i > 0; i -= 1) {
      const j = Math.floor(chance() * (i + 1));
      const [a, b] = [pairs[i], pairs[j]];
      if (a && b) [pairs[i], pairs[j]] = [b, a];
    }

    let struck = 0;
    let typical = 800;
    const ids: string[] = [];
    const standing: Run[] = [];
    for (let i = 0; i < options.runs; i += 1) {
      const due = Math.round((options.kills * (i + 1)) / options.runs) - struck;
      const start = performance.now();
      let current: string | null = null;
      let ended = false;
      const isApplying = async (): Promise<boolean> =>
        current !== null && (await store.run(current))?.state === 'applying';
      const killing = (async () => {
        let fallen = 0;
        while (fallen < due) {
          const moment = drawMoment(chance, typical, options.kills - struck - fallen >= options.replicas);
          fallen += await strike(moment, replicas, watch, chance, isApplying, () => ended);
        }
        return fallen;
      })();
      const back =
        standing.length > 3 && chance() < 0.3
          ? standing.splice(Math.floor(chance() * standing.length), 1)[0]
          : undefined;
      const run = back ? await work.takeBack(back) : await work.ask(pairs.splice(0, chance() < 0.5 ? 1 : 2));
      current = run.id;
      ids.push(run.id);
      await work.approve(run);
      const last = await work.ended(run);
      ended = true;
      if (due <= 0) typical = 0.8 * typical + 0.2 * (performance.now() - start);
      if (!back && i > 0 && last.state === 'settled') standing.push(last);
      struck += await killing;
      if ((i + 1) % 20 === 0)
        options.tell(
          `${i + 1} runs, ${struck} kills, ${Math.round((performance.now() - began) / 1_000)} s, ${Math.round(typical)} ms a quiet run`,
        );
    }
    await replicas.allUp();
    // What a dead client left under way has had its time before anything is judged.
    await pause(lateWithinMs + 100);

    const runs = (await Promise.all(ids.map((id) => store.run(id)))).flatMap((run) => run ?? []);
    const present = new Map<string, object | null>();
    for (const change of runs.flatMap((run) => run.plan.changes)) {
      const target = `${change.kind} ${change.key}`;
      if (present.has(target)) continue;
      const read = await tenant.read(change.kind, change.key);
      if (read.is !== 'value' && read.is !== 'absent') throw new Error(`${target} cannot be read at the end.`);
      present.set(target, read.is === 'value' ? read.value : null);
    }
    const writes = sandbox.writes();
    return {
      ...judge(runs, writes, present),
      kills: struck,
      runs: runs.length,
      late: writes.filter((entry) => entry.clientGone).length,
      changed: writes.filter((entry) => entry.by === 'client' && entry.changed).length,
      chain: await store.journal.verify(),
      restartMedianMs: median(replicas.restarts),
      tookMs: performance.now() - began,
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
