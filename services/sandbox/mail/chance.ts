/** A seeded source of chance: the same key gives the same sequence on every machine. */
export interface Chance {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** An integer in [0, n). */
  readonly below: (n: number) => number;
  /** True with probability p. */
  readonly happens: (p: number) => boolean;
  /** One element; `fallback` when the list is empty. */
  readonly pick: <T>(list: readonly T[], fallback: T) => T;
  /** `digits` lower-case hexadecimal digits. */
  readonly hex: (digits: number) => string;
  /** A version 4 GUID. */
  readonly guid: () => string;
}

/** A 32-bit hash (FNV-1a with a final mix) of a text and a salt. */
export function hashText(text: string, salt: number): number {
  let h = (2166136261 ^ salt) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  h = Math.imul(h ^ (h >>> 16), 2246822507);
  h = Math.imul(h ^ (h >>> 13), 3266489909);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on a text and a salt only: for decisions about one message by one person. */
export function fractionOf(text: string, salt: number): number {
  return hashText(text, salt) / 4294967296;
}

/** Creates the sequence that belongs to three numbers (sfc32, seeded through a hash). */
export function createChance(seed: number, stream: number, salt: number): Chance {
  const key = `${seed}/${stream}/${salt}`;
  let a = hashText(key, 1);
  let b = hashText(key, 2);
  let c = hashText(key, 3);
  let d = 1;
  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 8; i++) word();
  const next = (): number => word() / 4294967296;
  const below = (n: number): number => Math.floor(next() * n);
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += word().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  };
  const guid = (): string => {
    const h = hex(32);
    const variant = ((Number.parseInt(h.charAt(16), 16) & 3) | 8).toString(16);
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20, 32)}`;
  };
  return {
    next,
    below,
    happens: (p) => next() < p,
    pick: (list, fallback) => list[below(list.length)] ?? fallback,
    hex,
    guid,
  };
}
