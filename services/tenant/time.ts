import { DateTime } from 'luxon';

/** Milliseconds in a day. */
export const dayMs = 86_400_000;

/** "Tue 24 Nov 08:00" in the zone (IANA name). */
export const moment = (at: number, zone: string): string =>
  DateTime.fromMillis(at, { zone }).setLocale('en-GB').toFormat('ccc d LLL HH:mm');

/** ISO date in the zone. */
export const isoDate = (at: number, zone: string): string => DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd');

/** Start of an ISO date in the zone (ms); null when it is no date. */
export function fromIsoDate(text: string, zone: string): number | null {
  const date = DateTime.fromISO(text, { zone });
  return date.isValid ? date.toMillis() : null;
}
