import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A bot in a process of its own. */
export interface BotProcess {
  /** Messages and clicks go here. */
  readonly endpoint: string;
  /** From the spawn to the line that says it can serve, ms. */
  readonly readyMs: number;
  /** Processor time used until now (user and system), ms. */
  cpuMs(): number;
  /** Resident memory, MB. */
  memoryMb(): number;
  stop(): Promise<void>;
}

/** Length of a clock tick in /proc/<pid>/stat, ms (proc(5); 100 a second on every Linux that Node runs on). */
const tickMs = 10;

/** Starts a built program of this repository and waits for its line `ready`. Linux only: it reads /proc. */
export async function startBot(
  program: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Promise<BotProcess> {
  const began = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, '--disable-warning=ExperimentalWarning', ...program], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: unknown): void => {
      said = `${said}${String(chunk)}`.slice(-4_000);
      if (/^ready/m.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`${program[0]} ended before it was ready: ${said}`)));
  });
  const readyMs = performance.now() - began;
  return {
    endpoint: `http://127.0.0.1:${port}/api/messages`,
    readyMs,
    cpuMs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) * tickMs;
    },
    memoryMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024,
    async stop() {
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    },
  };
}
