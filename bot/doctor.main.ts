import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveCredential, sandboxCredential } from '../services/directory/credentials.ts';
import { createExchange } from '../services/exchange/exchange.ts';
import { exchangeProbes, unprobedWrites } from '../services/exchange/half.ts';
import { createGraph } from '../services/graph/graph.ts';
import { examine, reportOf } from './doctor.ts';
import { readEnvironment } from './environment.ts';

// `npm run doctor -- --origin http://127.0.0.1:4010 --tenant <guid>` looks at a sandbox; without it at the live tenant.
const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const origin = argument('--origin');
const read = origin === undefined ? readEnvironment(process.env) : null;
if (read !== null && !read.ok) {
  process.stderr.write(`${read.missing.join('\n')}\n`);
  process.exitCode = 2;
} else {
  const tenantId = read?.ok
    ? read.environment.tenantId
    : (argument('--tenant') ?? '00000000-0000-0000-0000-000000000000');
  const credential = read?.ok ? liveCredential(read.environment) : sandboxCredential();
  const common = {
    ...(origin === undefined ? {} : { origin }),
    credential,
    sleep: (ms: number) => sleep(ms),
    log: () => undefined,
  };
  const exchange = createExchange({ ...common, tenantId, newId: randomUUID });
  const clock = await tenantTime(origin);
  const graph = createGraph({ ...common, now: () => clock });
  const found = await examine([...exchangeProbes(exchange), ...graph.probes], unprobedWrites);
  const { text, exitCode } = reportOf(found);
  process.stdout.write(`${text}\n`);
  process.exitCode = exitCode;
}

/** The sandbox's own time where it can be asked; the machine's otherwise. */
async function tenantTime(sandbox: string | undefined): Promise<number> {
  if (sandbox === undefined) return Date.now();
  const answer: unknown = await fetch(`${sandbox}/sandbox/clock`).then(
    (response) => response.json(),
    () => null,
  );
  const stamp =
    typeof answer === 'object' && answer !== null && 'now' in answer ? Date.parse(String(answer.now)) : Number.NaN;
  return Number.isNaN(stamp) ? Date.now() : stamp;
}
