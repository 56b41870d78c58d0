import { DateTime } from 'luxon';
import { z } from 'zod';
import type { World } from '../engine/world.ts';
import { settingsOf } from '../engine/world.ts';
import type { Due } from '../store/store.ts';

const minute = 60_000;
const day = 86_400_000;

/** Whether the source answers, since when, and whether the channel was told that it does not. */
const health = z
  .object({ ok: z.boolean(), since: z.number(), told: z.boolean().default(false) })
  .catch({ ok: true, since: 0, told: false });

/** The local day that the digest hour opens: reports after 08:00 on Tuesday belong to Tuesday's card. */
export function digestDay(
  now: number,
  zone: string,
  hour: number,
): { readonly name: string; readonly from: number; readonly to: number } {
  const local = DateTime.fromMillis(now, { zone });
  const opens = local.hour >= hour ? local : local.minus({ days: 1 });
  // Each end from its own day: an hour that a clock change skips on one day is there again on the next.
  const at = (day: DateTime): number => day.startOf('day').set({ hour }).toMillis();
  return { name: opens.toISODate() ?? '', from: at(opens), to: at(opens.plus({ days: 1 })) };
}

/** The next digest hour after `now`, through daylight-saving changes. */
export function nextDigest(now: number, zone: string, hour: number): number {
  return digestDay(now, zone, hour).to;
}

/**
 * Relays users' reports. Polls every minute of product time, stores each report once, and keeps one card a day in the
 * security channel, replaced in place and left alone when nothing changed. After a jump of the clock one poll reads
 * the whole gap.
 */
export function createRelay(world: World) {
  /** How far back a poll looks again: results of earlier reports come in later. */
  const lookBack = 3 * day;
  /** How long an answer is waited for at most: the service keeps reports for 30 days. */
  const longestWait = 30 * day;
  /** How long the source may be silent before the card says so. */
  const silence = 10 * minute;

  /** Where the poll begins: three days back, or at the oldest report that still has no result. */
  async function beginning(now: number, cursor: number): Promise<number> {
    const recent = Math.min(cursor, now) - lookBack;
    const waiting = await world.store.submissions(now - longestWait, recent);
    return (
      waiting.find((s) => s.result === null && s.status !== 'failed' && s.status !== 'skipped')?.createdAt ?? recent
    );
  }

  async function poll(): Promise<void> {
    const now = world.now();
    const cursor = Number((await world.store.note('submissions-cursor')) ?? now - day);
    const from = await beginning(now, cursor);
    const answer = await world.tenant.ask('submissions', { window: { from, to: now + minute } });
    const settings = await settingsOf(world.store);
    const today = digestDay(now, settings.timeZone, settings.digestHour);
    await world.store.transaction(async (unit) => {
      await unit.setDue({ key: 'poll:submissions', at: now + minute, kind: 'poll', data: {} });
      const before = health.parse(await unit.note('submissions-health'));
      if (answer.is !== 'value') {
        const why = answer.is === 'unknown' ? answer.why : 'not available';
        const since = before.ok ? now : before.since;
        const told = !before.ok && before.told;
        const tell = !told && now - since >= silence;
        await unit.setNote('submissions-health', { ok: false, why, since, told: told || tell });
        if (tell) await card(unit, settings.securityChannel, today.name, `silent:${since}`);
        return;
      }
      await unit.setNote('submissions-health', { ok: true, since: before.ok ? before.since : now });
      if (!before.ok && before.told) await card(unit, settings.securityChannel, today.name, `back:${now}`);
      await unit.setNote('submissions-cursor', now);
      const stored = await unit.putSubmissions(answer.value.map((s) => ({ ...s, seenAt: now })));
      if (stored.added + stored.changed === 0) return;
      if (stored.added > 0) {
        await unit.append({
          at: now,
          actor: 'cutover',
          event: 'submissions',
          subject: `submissions:${today.name}`,
          detail: { added: stored.added, changed: stored.changed },
        });
      }
      await card(unit, settings.securityChannel, today.name, `${now}`);
    });
  }

  /** A new card at the digest hour. Missed hours fold into one: only the present day's card is posted. */
  async function digest(_due: Due): Promise<void> {
    const now = world.now();
    const settings = await settingsOf(world.store);
    const today = digestDay(now, settings.timeZone, settings.digestHour);
    await world.store.transaction(async (unit) => {
      await unit.setDue({
        key: 'digest',
        at: nextDigest(now, settings.timeZone, settings.digestHour),
        kind: 'digest',
        data: {},
      });
      await card(unit, settings.securityChannel, today.name, `open:${now}`);
    });
  }

  const card = async (
    unit: Parameters<Parameters<World['store']['transaction']>[0]>[0],
    channel: string,
    name: string,
    dedupe: string,
  ): Promise<void> => {
    if (!channel) return;
    await unit.post({
      conversation: channel,
      dedupe: `submissions:${name}:${dedupe}`,
      card: `submissions:${name}`,
      show: { view: 'submissions', id: name },
    });
  };

  /** Makes sure that the poll and the digest are due; called at start. */
  async function schedule(): Promise<void> {
    const now = world.now();
    const settings = await settingsOf(world.store);
    const digestAt = nextDigest(now, settings.timeZone, settings.digestHour);
    await world.store.transaction(async (unit) => {
      const waiting = await unit.due(now + 400 * day);
      if (!waiting.some((d) => d.key === 'poll:submissions'))
        await unit.setDue({ key: 'poll:submissions', at: now, kind: 'poll', data: {} });
      if (!waiting.some((d) => d.key === 'digest'))
        await unit.setDue({ key: 'digest', at: digestAt, kind: 'digest', data: {} });
    });
  }

  return { due: { poll: async () => poll(), digest }, schedule };
}
