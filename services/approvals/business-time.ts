import { DateTime } from 'luxon';

/** Business hours of a weekday, as minutes of the local day. */
interface Hours {
  readonly opens: number;
  readonly closes: number;
}

function parse(spec: string): Hours {
  const [opens = 480, closes = 1020] = spec.split('-').map((t) => Number(t.slice(0, 2)) * 60 + Number(t.slice(3, 5)));
  return closes > opens ? { opens, closes } : { opens: 0, closes: 1440 };
}

/**
 * The moment that lies `hours` business hours after `from` (ms). Business hours are weekdays, local time of `zone`,
 * as "08:00-17:00"; daylight-saving changes fall outside them or are absorbed by the local clock.
 */
export function addBusinessHours(from: number, hours: number, zone: string, spec: string): number {
  const { opens, closes } = parse(spec);
  let left = Math.round(hours * 60);
  let day = DateTime.fromMillis(from, { zone });
  let minute = day.hour * 60 + day.minute;
  const seconds = day.second * 1000 + day.millisecond;
  for (let guard = 0; guard < 4000; guard += 1) {
    if (day.weekday <= 5 && minute < closes) {
      const start = Math.max(minute, opens);
      const room = closes - start;
      if (left <= room) {
        const at = day.startOf('day').set({ hour: Math.floor((start + left) / 60) % 24, minute: (start + left) % 60 });
        const end = start + left >= 1440 ? day.startOf('day').plus({ days: 1 }) : at;
        return end.toMillis() + (start === minute ? seconds : 0);
      }
      left -= room;
    }
    day = day.startOf('day').plus({ days: 1 });
    minute = 0;
  }
  return day.toMillis();
}

/** When business opens on the day after `now` (ms), weekends included: an emergency is looked at the next morning. */
export function nextMorning(now: number, zone: string, spec: string): number {
  const { opens } = parse(spec);
  return DateTime.fromMillis(now, { zone })
    .startOf('day')
    .plus({ days: 1 })
    .set({ hour: Math.floor(opens / 60), minute: opens % 60 })
    .toMillis();
}

/** Whether `at` falls on a blackout day: ISO dates or from/to pairs, comma separated, in local days of `zone`. */
export function blackedOut(at: number, blackout: string, zone: string): boolean {
  const day = DateTime.fromMillis(at, { zone }).toISODate() ?? '';
  return blackout
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .some((part) => {
      const [from = '', to = from] = part.split('/');
      return day >= from && day <= to;
    });
}
