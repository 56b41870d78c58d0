/** Natural logarithm of n choose k. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log(n - k + i) - Math.log(i);
  return sum;
}

/** Probability of at most `wrong` in `n` at a true rate `p`. */
function cumulative(wrong: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return wrong >= n ? 1 : 0;
  let sum = 0;
  for (let k = 0; k <= wrong; k++) sum += Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
  return Math.min(1, sum);
}

/** Root of a falling function on 0..1. */
function solve(falling: (p: number) => number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const mid = (low + high) / 2;
    if (falling(mid) > 0) low = mid;
    else high = mid;
  }
  return (low + high) / 2;
}

/** One-sided exact (Clopper-Pearson) upper bound of a share, 0..1. Nothing seen says nothing: 1. */
export function upperBound(wrong: number, n: number, confidence = 0.95): number {
  if (n <= 0 || wrong >= n) return 1;
  return solve((p) => cumulative(wrong, n, p) - (1 - confidence));
}

/** One-sided exact (Clopper-Pearson) lower bound of a share, 0..1. Nothing wrong: 0. */
export function lowerBound(wrong: number, n: number, confidence = 0.95): number {
  return n <= 0 || wrong <= 0 ? 0 : 1 - upperBound(n - wrong, n, confidence);
}
