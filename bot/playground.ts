import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActingPerson } from './acting-relay.ts';

/** How many people the Agents Playground wants (its config.schema.json 0.1.1): the one who types, and five others. */
const userCount = 6;

/** First port that is tried (the Playground's own default). */
export const playgroundPort = 56150;

/** The ids under which the Playground knows its team, channel and chat. */
export const playgroundPlaces = {
  team: '19:cutover-team@thread.tacv2',
  channel: '19:cutover-security@thread.tacv2',
  personal: 'a:cutover-personal',
} as const;

/** The users to offer: `known` ids first (in their order), then those with a role, then anybody. */
export function playgroundUsers(people: readonly ActingPerson[], known: readonly string[]): readonly ActingPerson[] {
  const first = known.flatMap((id) => people.filter((person) => person.aadObjectId === id));
  const rest = people.filter((person) => !first.includes(person));
  return [
    ...first,
    ...rest.filter((person) => person.roles.length > 0),
    ...rest.filter((person) => person.roles.length === 0),
  ].slice(0, userCount);
}

/** The Playground's configuration (version 0.1.1 of its file). JSON is YAML. */
export function playgroundConfig(tenantId: string, users: readonly ActingPerson[]): string {
  if (users.length !== userCount)
    throw new Error(`The Agents Playground wants ${userCount} people, not ${users.length}`);
  const entries = users.map((person) => {
    const [givenName = person.name, ...rest] = person.name.split(' ');
    const id = `29:${person.aadObjectId}`;
    // The property is spelled like this in the Playground.
    return {
      id,
      name: person.name,
      userPrincipleName: person.upn,
      aadObjectId: person.aadObjectId,
      givenName,
      surname: rest.join(' '),
      email: person.upn,
    };
  });
  const [currentUser, ...others] = entries;
  return JSON.stringify(
    {
      version: '0.1.1',
      tenantId,
      bot: { id: '28:cutover', name: 'Cutover', role: 'bot' },
      currentUser,
      users: others,
      personalChat: { id: playgroundPlaces.personal },
      groupChat: { id: '19:cutover-group@thread.v2', name: 'Migration' },
      team: {
        id: playgroundPlaces.team,
        name: 'Security team',
        aadGroupId: '5a0d0000-0000-4000-8000-0000000000aa',
        channels: [{ id: playgroundPlaces.channel, name: 'Security' }],
      },
    },
    null,
    2,
  );
}

/** The first free port on loopback from `from` on. */
export async function freePort(from: number, tries = 50): Promise<number> {
  for (let port = from; port < from + tries; port += 1) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error(`No free port between ${from} and ${from + tries - 1}`);
}

/** The Agents Playground while it runs. */
export interface Playground {
  /** Address for the browser. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Whether it could be started. It is a development tool: an installation without it is no error. */
export type PlaygroundStart =
  | { readonly started: true; readonly playground: Playground }
  | { readonly started: false; readonly words: string };

async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(1_000) });
    return response.status < 500;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await gone;
  clearTimeout(timer);
}

/** Starts the local Teams client on loopback, in a folder of its own below `home`. */
export async function startPlayground(options: {
  readonly home: string;
  readonly botEndpoint: string;
  readonly tenantId: string;
  /** Exactly six; the first is the one who types until somebody says `as …`. */
  readonly users: readonly ActingPerson[];
  readonly port?: number;
  /** The program that runs JavaScript (`process.execPath`) and the variables it gets. */
  readonly node: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long it may take to answer, ms. */
  readonly readyWithinMs?: number;
}): Promise<PlaygroundStart> {
  let entry: string;
  try {
    entry = join(
      dirname(createRequire(import.meta.url).resolve('@microsoft/m365agentsplayground/package.json')),
      'cli.js',
    );
  } catch {
    return {
      started: false,
      words: 'The Agents Playground is not installed (npm ci with development packages brings it).',
    };
  }
  const folder = join(options.home, 'playground');
  await mkdir(folder, { recursive: true });
  const config = join(folder, '.m365agentsplayground.yml');
  await writeFile(config, playgroundConfig(options.tenantId, options.users));
  const port = await freePort(options.port ?? playgroundPort);
  const address = `http://127.0.0.1:${port}`;
  const preload = fileURLToPath(new URL('playground-preload.cjs', import.meta.url));
  const child = spawn(
    options.node,
    [
      '--require',
      preload,
      entry,
      'start',
      '-e',
      options.botEndpoint,
      '-c',
      'msteams',
      '-p',
      String(port),
      '--disable-telemetry',
    ],
    {
      cwd: folder,
      // A loader for TypeScript in NODE_OPTIONS is ours, not the Playground's.
      env: {
        ...options.env,
        NODE_OPTIONS: '',
        TEAMSAPPTESTER_BROWSER: 'none',
        BROWSER: 'none',
        M365_AGENTS_PLAYGROUND_CONFIG_PATH: config,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  const hear = (chunk: unknown): void => {
    said = `${said}${String(chunk)}`.slice(-2_000);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const failed = new Promise<string>((resolve) => {
    child.once('error', (trouble) => resolve(trouble.message));
    child.once('exit', (code) => resolve(`it ended with code ${code ?? 'none'}`));
  });
  const rounds = Math.ceil((options.readyWithinMs ?? 20_000) / 100);
  for (let round = 0; round < rounds; round += 1) {
    const trouble = await Promise.race([failed, new Promise<null>((resolve) => setTimeout(resolve, 100, null))]);
    if (trouble !== null)
      return { started: false, words: `The Agents Playground did not start: ${trouble}. ${said.trim()}` };
    if (await answers(address)) return { started: true, playground: { address, stop: () => end(child) } };
  }
  await end(child);
  return { started: false, words: `The Agents Playground did not answer at ${address}. ${said.trim()}` };
}
