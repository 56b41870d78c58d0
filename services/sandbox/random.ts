import { createHash } from 'node:crypto';

/** A GUID (version 4 form) that depends on nothing but the seed and a label, so that a tenant can be rebuilt identically. */
export function seededGuid(seed: number, label: string): string {
  const hex = createHash('sha256').update(`${seed}\u0000${label}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A stream of numbers in [0, 1) from a seed and a label (mulberry32). */
export function seededStream(seed: number, label: string): () => number {
  let state = createHash('sha256').update(`${seed}\u0000${label}`).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
