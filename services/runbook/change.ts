import { createHash } from 'node:crypto';
import type { Kind, Resources } from '../tenant/resources.ts';

/**
 * One resource brought from `before` to `after`; `null` means "does not exist". Where both are given they hold the
 * touched fields only. Verb and inverse follow from the two sides and are never written down.
 */
export type Change<K extends Kind = Kind> = K extends Kind
  ? {
      readonly kind: K;
      readonly key: string;
      readonly before: Partial<Resources[K]> | null;
      readonly after: Partial<Resources[K]> | null;
    }
  : never;

/** The opposite change. The only cast of the room: TypeScript cannot follow two swapped fields of a union. */
export const invert = (change: Change): Change => ({ ...change, before: change.after, after: change.before }) as Change;

/** What a change does, for words and cards. */
export const verbOf = (change: Change): 'create' | 'update' | 'remove' =>
  change.before === null ? 'create' : change.after === null ? 'remove' : 'update';

/** JSON with sorted keys and no spaces: the same meaning gives the same text, whatever order a service answered in. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
}

/** SHA-256 of the canonical text, in hexadecimal. */
export const digestOf = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex');

/** Lists of the tenant are sets: order and letter case of addresses carry no meaning. */
const comparable = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((v) => (typeof v === 'string' ? v.toLowerCase() : v)).sort() : value;

/** Whether two values of one field mean the same. Null and the empty list both mean "not set". */
export function sameValue(a: unknown, b: unknown): boolean {
  const left = Array.isArray(a) && a.length === 0 ? null : (a ?? null);
  const right = Array.isArray(b) && b.length === 0 ? null : (b ?? null);
  return canonical(comparable(left)) === canonical(comparable(right));
}

/**
 * Whether the tenant's value agrees with one side of a change. `null` agrees with absence only; a partial value agrees
 * when every field it names is the same.
 */
export function agrees(side: object | null, found: object | null): boolean {
  if (side === null || found === null) return side === found;
  const present = found as Readonly<Record<string, unknown>>;
  return Object.entries(side).every(([field, wanted]) => sameValue(wanted, present[field]));
}
