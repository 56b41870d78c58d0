import type { ExchangeObject } from '../state.ts';

/** A property as text; '' when it is unset. Numbers become digits. */
export function textOf(object: ExchangeObject | undefined, name: string): string {
  const value = object?.[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** A property as a list of texts: a single value counts as one element, unset as none. */
export function listOf(object: ExchangeObject | undefined, name: string): readonly string[] {
  const value = object?.[name];
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!Array.isArray(value)) return [];
  const texts: string[] = [];
  for (const item of value) {
    if (typeof item === 'string') texts.push(item);
    else if (typeof item === 'number') texts.push(String(item));
  }
  return texts;
}

/** A property as a switch; the strings that PowerShell writes count too. */
export function flagOf(object: ExchangeObject | undefined, name: string, whenUnset = false): boolean {
  const value = object?.[name];
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && value !== '') return /^(true|on|enabled)$/i.test(value);
  return whenUnset;
}

/** A property as a number; NaN when it is none. */
export function numberOf(object: ExchangeObject | undefined, name: string): number {
  const value = object?.[name];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** True when an IPv4 address is in a single address, a CIDR block or a range `a-b`. */
export function inRange(ip: string, range: string): boolean {
  if (range === ip) return true;
  const n = ipNumber(ip);
  if (n < 0) return false;
  const slash = range.indexOf('/');
  if (slash > 0) {
    const size = 2 ** (32 - Number(range.slice(slash + 1)));
    const base = ipNumber(range.slice(0, slash));
    return base >= 0 && Math.floor(n / size) === Math.floor(base / size);
  }
  const dash = range.indexOf('-');
  if (dash > 0) {
    const low = ipNumber(range.slice(0, dash).trim());
    const high = ipNumber(range.slice(dash + 1).trim());
    return low >= 0 && n >= low && n <= high;
  }
  return false;
}

function ipNumber(ip: string): number {
  const parts = ip.split('.');
  if (parts.length !== 4) return -1;
  let n = 0;
  for (const part of parts) {
    const byte = Number(part);
    if (!(byte >= 0 && byte <= 255)) return -1;
    n = n * 256 + byte;
  }
  return n;
}
