import { describe, expect, test } from 'vitest';
import { lowerBound, upperBound } from '../../services/runbook/statistics.ts';

describe('exact one-sided 95 % bounds of a share', () => {
  // Clopper-Pearson; the rows with nothing wrong are 1 - 0.05^(1/n), the rest from the beta quantiles.
  test.each([
    [0, 1, 0.95],
    [0, 60, 1 - 0.05 ** (1 / 60)],
    [0, 150, 1 - 0.05 ** (1 / 150)],
    [1, 20, 0.2161],
    [5, 100, 0.1022],
  ])('%i wrong of %i may be up to %f', (wrong, n, bound) => {
    expect(upperBound(wrong, n)).toBeCloseTo(bound, 3);
  });

  test.each([
    [1, 1, 0.05],
    [2, 2, Math.sqrt(0.05)],
    [1, 20, 1 - 0.95 ** (1 / 20)],
    [5, 100, 0.0199],
  ])('%i wrong of %i are at least %f', (wrong, n, bound) => {
    expect(lowerBound(wrong, n)).toBeCloseTo(bound, 3);
  });

  test('nothing seen says nothing, and nothing wrong has no lower bound', () => {
    expect(upperBound(0, 0)).toBe(1);
    expect(upperBound(3, 3)).toBe(1);
    expect(lowerBound(0, 500)).toBe(0);
  });

  test('sixty clean senders do not prove two percent, a hundred and fifty do', () => {
    expect(upperBound(0, 60)).toBeGreaterThan(0.02);
    expect(upperBound(0, 150)).toBeLessThan(0.02);
  });

  test('large numbers stay exact', () => {
    expect(upperBound(0, 100_000)).toBeCloseTo(2.9957e-5, 8);
    expect(upperBound(1000, 100_000)).toBeGreaterThan(0.01);
  });
});
