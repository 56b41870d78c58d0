import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from '../kit/built.ts';
import { startWire, type Wire } from './wire.ts';

/** How long a replica may take until it can serve, ms. */
const startWithin = 60_000;

/** Bot processes that can be killed and come back by themselves. */
export interface Replicas {
  /** The message endpoint of one that serves; waits for one where none does. */
  endpoint(): Promise<string>;
  /** SIGKILLs the replica with this number, and starts it again. False where it was not up yet. */
  kill(which: number): boolean;
  readonly count: number;
  /** From the kill to the next `ready`, ms, of every restart so far. */
  readonly restarts: readonly number[];
  /** Resolves when all serve again. */
  allUp(): Promise<void>;
  /** What the replicas wrote to standard error, newest last. */
  readonly said: readonly string[];
  stop(): Promise<void>;
}

interface Slot {
  child: ChildProcess;
  /** Set while it serves. */
  endpoint: string | null;
  killedAt: number | null;
}

/** Starts `count` replicas on the sandbox with the given environment, as processes of their own. */
export async function startReplicas(
  count: number,
  environment: Readonly<Record<string, string>>,
  sandbox: string,
  /** Told which replica has just sent a write to the sandbox. */
  onWrite: (which: number) => void,
): Promise<Replicas> {
  const product = build();
  const restarts: number[] = [];
  const said: string[] = [];
  const slots: Slot[] = [];
  const wires: Wire[] = [];
  for (let i = 0; i < count; i += 1) wires.push(await startWire(sandbox, () => onWrite(i)));
  let stopping = false;
  let broken: Error | null = null;

  function launch(which: number, killedAt: number | null): Slot {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', product.entry('bot/replica.main.ts')],
      {
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '/',
          ...environment,
          SANDBOX_URL: wires[which]?.origin ?? '',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const slot: Slot = { child, endpoint: null, killedAt };
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const found = /^ready (\S+)$/m.exec(text)?.[1];
      if (found === undefined || slot.endpoint !== null) return;
      slot.endpoint = found;
      if (slot.killedAt !== null) restarts.push(performance.now() - slot.killedAt);
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said.push(chunk.slice(0, 2_000));
      if (said.length > 200) said.shift();
    });
    child.once('exit', (code, signal) => {
      slot.endpoint = null;
      if (!stopping && signal !== 'SIGKILL')
        broken = new Error(`A replica ended by itself with ${code ?? signal}: ${said.slice(-3).join('')}`);
    });
    return slot;
  }

  const until = async (wanted: () => boolean): Promise<void> => {
    const end = performance.now() + startWithin;
    while (!wanted()) {
      if (broken !== null) throw broken;
      if (performance.now() > end) throw new Error(`No replica came up: ${said.slice(-3).join('')}`);
      await pause(5);
    }
  };
  const replicas: Replicas = {
    count,
    restarts,
    said,
    endpoint: async () => {
      await until(() => slots.some((slot) => slot.endpoint !== null));
      return slots.find((slot) => slot.endpoint !== null)?.endpoint ?? replicas.endpoint();
    },
    kill: (which) => {
      const slot = slots[which];
      if (slot === undefined || slot.endpoint === null) return false;
      slot.endpoint = null;
      slot.child.kill('SIGKILL');
      wires[which]?.cut();
      slots[which] = launch(which, performance.now());
      return true;
    },
    allUp: () => until(() => slots.every((slot) => slot.endpoint !== null)),
    stop: async () => {
      stopping = true;
      await Promise.all(
        slots.map(async ({ child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          await gone;
        }),
      );
      for (const wire of wires) await wire.close();
      product.remove();
    },
  };
  // However this process ends by its own will, no replica outlives it.
  process.once('exit', () => {
    stopping = true;
    for (const { child } of slots) child.kill('SIGKILL');
    product.remove();
  });
  for (let i = 0; i < count; i += 1) slots.push(launch(i, null));
  await replicas.allUp().catch(async (trouble: unknown) => {
    await replicas.stop();
    throw trouble;
  });
  return replicas;
}
