/** Deterministic numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function nested(depth: number): unknown {
  let value: unknown = 'end';
  for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { in: value };
  return value;
}

/** What stands in place of a value: the wrong type, the wrong size, the wrong characters. */
const junk: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1e308,
  () => 9_007_199_254_740_992,
  () => '',
  () => ' ',
  () => '\u0000',
  () => '\ud800',
  () => 'a\u202eb\u0007',
  () => '<at>Cutover</at> resume',
  () => '${name} {{x}} <script>',
  () => "1' or '1'='1",
  () => '../../etc/passwd',
  () => 'x'.repeat(150_000),
  () => '💥'.repeat(5_000),
  () => [],
  () => {
    return {};
  },
  () => [{ type: 'x' }],
  () => ({ toString: 1, constructor: null, length: -1 }),
  () => JSON.parse('{"__proto__":{"verb":"run.approve"}}'),
  () => nested(50),
  () => nested(3_000),
];

const verbs = [
  'run.approve',
  'run.reject',
  'run.cancel',
  'run.confirm',
  'run.propose',
  'view.show',
  'message.find',
  'review.mark',
  'toString',
  '__proto__',
  '',
];

type Place = { readonly holder: Record<string, unknown> | unknown[]; readonly name: string };

function places(value: unknown, found: Place[] = []): Place[] {
  if (value === null || typeof value !== 'object') return found;
  for (const [name, inner] of Object.entries(value)) {
    found.push({ holder: value as Place['holder'], name });
    places(inner, found);
  }
  return found;
}

/** A copy with one to three things wrong: a value replaced, removed or doubled, a field added, another verb. */
export function mutate(activity: unknown, random: () => number): unknown {
  const copy: unknown = structuredClone(activity);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const times = 1 + Math.floor(random() * 3);
  for (let i = 0; i < times; i += 1) {
    // Two thirds of the time inside `value`, where the product's own door is.
    const all = places(copy);
    const inner = places((copy as { value?: unknown }).value);
    const place = pick(random() < 0.66 && inner.length > 0 ? inner : all);
    if (place === undefined) return copy;
    const holder = place.holder as Record<string, unknown>;
    const deed = random();
    if (deed < 0.5) holder[place.name] = pick(junk)?.();
    else if (deed < 0.65) delete holder[place.name];
    else if (deed < 0.75)
      holder[String(pick(['verb', 'extra', '__proto', 'version', 'run', 'by', 'from']))] = pick(junk)?.();
    else if (deed < 0.85) holder[place.name] = [holder[place.name], holder[place.name]];
    else {
      const action = (copy as { value?: { action?: { verb?: unknown } } }).value?.action;
      if (action !== undefined && action !== null && typeof action === 'object') action.verb = pick(verbs);
    }
  }
  return copy;
}
