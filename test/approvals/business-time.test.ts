import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { addBusinessHours, blackedOut } from '../../services/approvals/business-time.ts';

const zone = 'Europe/Copenhagen';
const at = (iso: string): number => DateTime.fromISO(iso, { zone }).toMillis();
const after = (iso: string, hours: number, spec = '08:00-17:00'): string =>
  DateTime.fromMillis(addBusinessHours(at(iso), hours, zone, spec), { zone }).toISO({
    suppressMilliseconds: true,
    includeOffset: false,
  }) ?? '';

describe('business hours', () => {
  it.each([
    ['within a day', '2026-03-02T09:00:00', 4, '2026-03-02T13:00:00'],
    ['over an evening', '2026-03-02T16:00:00', 2, '2026-03-03T09:00:00'],
    ['over a weekend', '2026-03-06T16:30:00', 1, '2026-03-09T08:30:00'],
    ['asked on Saturday', '2026-03-07T12:00:00', 1, '2026-03-09T09:00:00'],
    ['asked before opening', '2026-03-02T05:00:00', 1, '2026-03-02T09:00:00'],
    ['over the spring change', '2026-03-27T16:00:00', 2, '2026-03-30T09:00:00'],
    ['over the autumn change', '2026-10-23T16:00:00', 2, '2026-10-26T09:00:00'],
    ['several days', '2026-03-02T08:00:00', 24, '2026-03-04T14:00:00'],
  ])('%s', (_name, from, hours, expected) => {
    expect(after(from, hours)).toBe(expected);
  });
  it('knows blackout days and ranges in local days', () => {
    expect(blackedOut(at('2026-12-24T00:30:00'), '2026-12-24/2027-01-02, 2026-06-30', zone)).toBe(true);
    expect(blackedOut(at('2027-01-03T00:30:00'), '2026-12-24/2027-01-02, 2026-06-30', zone)).toBe(false);
    expect(blackedOut(at('2026-06-30T23:59:00'), '2026-12-24/2027-01-02, 2026-06-30', zone)).toBe(true);
  });
});
