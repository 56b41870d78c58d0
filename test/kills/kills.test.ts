import { expect, it } from 'vitest';
import { kills } from './kills.ts';

it('20 kills over 40 runs: nothing applied twice, nothing lost, every run settled, the chain intact', async () => {
  const outcome = await kills({ kills: 20, runs: 40, replicas: 2, seed: 1, tell: () => undefined });
  expect(outcome.twice).toEqual([]);
  expect(outcome.lost).toEqual([]);
  expect(outcome.unsettled).toEqual([]);
  expect(outcome.repeated).toEqual([]);
  expect(outcome.chain).toMatchObject({ ok: true });
  expect(outcome.runs).toBe(40);
  expect(outcome.kills).toBeGreaterThanOrEqual(20);
  // The write log was read at all: every approved change stands in it.
  expect(outcome.changed).toBeGreaterThanOrEqual(40);
}, 600_000);
