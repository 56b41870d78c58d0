import { parseArgs } from 'node:util';
import { kills } from './kills.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    runs: { type: 'string', default: '400' },
    replicas: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    quiet: { type: 'boolean', default: false },
  },
});
const whole = (name: 'kills' | 'runs' | 'replicas' | 'seed'): number => {
  const text = values[name];
  if (!/^\d{1,6}$/.test(text)) throw new Error(`--${name} takes a whole number`);
  return Number(text);
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const outcome = await kills({
  kills: whole('kills'),
  runs: whole('runs'),
  replicas: Math.max(1, whole('replicas')),
  seed: whole('seed'),
  tell: (line) => {
    if (!values.quiet) process.stderr.write(`${line}\n`);
  },
});
const { chain } = outcome;
const rows: readonly (readonly [string, string])[] = [
  ['kills', String(outcome.kills)],
  ['runs', String(outcome.runs)],
  ['executions that changed the tenant', String(outcome.changed)],
  ['writes finished after their client died', String(outcome.late)],
  ['applied twice', String(outcome.twice.length)],
  ['written again to no effect', String(outcome.repeated.length)],
  ['lost', String(outcome.lost.length)],
  ['not settled', String(outcome.unsettled.length)],
  ['chain', chain.ok ? `intact, ${chain.entries} entries` : `broken at entry ${chain.at}: ${chain.what}`],
  ['restart, median', `${Math.round(outcome.restartMedianMs)} ms`],
  ['took', `${Math.round(outcome.tookMs / 1_000)} s`],
];
for (const [name, value] of rows) process.stdout.write(`${name.padEnd(42)}${value}\n`);
const wrong = [...outcome.twice, ...outcome.lost, ...outcome.unsettled, ...outcome.repeated];
for (const line of wrong.slice(0, 40)) process.stdout.write(`  ${line}\n`);
process.exit(wrong.length > 0 || !chain.ok ? 1 : 0);
