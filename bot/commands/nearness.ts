/** Edit distance with neighbouring swaps (optimal string alignment). */
export function apart(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 99;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((rows[i - 1]?.[j] ?? 99) + 1, (row[j - 1] ?? 99) + 1, (rows[i - 1]?.[j - 1] ?? 99) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, (rows[i - 2]?.[j - 2] ?? 99) + 1);
      row.push(value);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 99;
}

/** The nearest of some ids to a typed one, or null when none is near. */
export function nearestOf(typed: string, ids: readonly string[]): string | null {
  const flat = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const wanted = flat(typed);
  const scored = ids
    .map((id) => ({ id, distance: wanted.length > 2 && flat(id).startsWith(wanted) ? 0.5 : apart(wanted, flat(id)) }))
    .sort((a, b) => a.distance - b.distance);
  const first = scored[0];
  return first && first.distance <= Math.max(2, Math.floor(first.id.length / 4)) ? first.id : null;
}
