/** Probability of at most `wrong` in `n` at a true rate `p`. */
function cumulative(wrong: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return wrong >= n ? 1 : 0;
  const odds = Math.log(p) - Math.log1p(-p);
  // Logarithms throughout: the first term alone underflows at a few thousand.
  let term = n * Math.log1p(-p);
  let sum = Math.exp(term);
  for (let k = 1; k <= wrong; k++) {
    term += Math.log(n - k + 1) - Math.log(k) + odds;
    sum += Math.exp(term);
  }
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
  return n <= 0 || wrong <= 0 ? 0 : solve((p) => cumulative(wrong - 1, n, p) - confidence);
}
