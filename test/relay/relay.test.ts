import { DateTime } from 'luxon';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeSetting } from '../../services/engine/propose.ts';
import { createRelay, digestDay, nextDigest } from '../../services/relay/relay.ts';
import type { Submission, Window } from '../../services/tenant/questions.ts';
import { known, unknown } from '../../services/tenant/reading.ts';
import { type Ground, openGround } from '../engine/ground.ts';

const minute = 60_000;
const day = 86_400_000;

describe('the digest day', () => {
  const zone = 'Europe/Berlin';
  it.each([
    ['2026-03-28T12:00', 2],
    ['2026-03-29T12:00', 2],
    ['2026-03-30T12:00', 2],
    ['2026-10-24T12:00', 2],
    ['2026-10-25T12:00', 2],
    ['2026-03-29T12:00', 8],
    ['2026-10-25T00:30', 0],
  ])('at %s, hour %i: days follow each other without gap or overlap', (text, hour) => {
    const now = DateTime.fromISO(text, { zone }).toMillis();
    const present = digestDay(now, zone, hour);
    expect(present.from).toBeLessThanOrEqual(now);
    expect(present.to).toBeGreaterThan(now);
    expect(digestDay(present.to, zone, hour).from).toBe(present.to);
    expect(digestDay(present.from - 1, zone, hour).to).toBe(present.from);
    expect(nextDigest(now, zone, hour)).toBe(present.to);
  });
});

describe('the relay', () => {
  let g: Ground;
  let source: Submission[] = [];
  let down = false;
  let asked: Window[] = [];
  const report = (id: string, createdAt: number, more: Partial<Submission> = {}): Submission => ({
    id,
    createdAt,
    source: 'user',
    reporter: 'p',
    reporterName: 'P',
    recipient: 'p@x.example',
    sender: 's@x.example',
    subject: 'x',
    networkMessageId: null,
    internetMessageId: null,
    category: 'phishing',
    originalCategory: null,
    status: 'running',
    result: null,
    resultDetail: null,
    simulation: false,
    ...more,
  });
  const poll = () => createRelay(g.world).due.poll();
  const all = () => g.world.store.submissions(0, g.clock + day);
  const shown = async () => {
    await g.settle();
    return g.delivered.filter((d) => d.show.view === 'submissions').map((d) => d.show.id);
  };

  beforeEach(async () => {
    source = [];
    down = false;
    asked = [];
    g = await openGround();
    await g.world.store.transaction((unit) =>
      unit.putConversation({ key: 'chan', kind: 'channel', person: null, reference: {} }),
    );
    await changeSetting(g.world, 'securityChannel', 'chan', { by: { id: 'mia', name: 'Mia' } });
    Object.assign(g.world.tenant, {
      ask: async (_: string, { window }: { window: Window }) => {
        asked.push(window);
        return down
          ? unknown('503')
          : known(source.filter((s) => s.createdAt >= window.from && s.createdAt < window.to));
      },
    });
    await g.settle();
    g.delivered.length = 0;
  });
  afterEach(() => g.close());

  it('stores a report once however often it is polled, and is quiet when nothing changed', async () => {
    source = [report('1', g.clock - minute)];
    for (let i = 0; i < 5; i += 1) await poll();
    expect(await all()).toHaveLength(1);
    expect(await shown()).toHaveLength(1);
  });

  it('finds reports from before the first start', async () => {
    source = [report('1', g.clock - 2 * day)];
    await poll();
    expect(await all()).toHaveLength(1);
  });

  it('reads the whole gap after a jump, in one poll', async () => {
    await poll();
    const from = g.clock;
    g.clock += 20 * day;
    source = [report('1', from + day), report('2', from + 19 * day)];
    await poll();
    expect(await all()).toHaveLength(2);
  });

  it('takes a result that comes a week later', async () => {
    source = [report('1', g.clock - minute)];
    await poll();
    g.clock += 5 * day;
    await poll();
    g.clock += 3 * day;
    source = [{ ...source[0], status: 'succeeded', result: 'phishing' } as Submission];
    await poll();
    expect((await all())[0]).toMatchObject({ result: 'phishing' });
    await poll();
    expect(asked.at(-1)?.from).toBeGreaterThan(g.clock - 4 * day);
  });

  it('says since when the source is silent, once, and when it is back; nothing is lost', async () => {
    await poll();
    const from = g.clock;
    down = true;
    g.clock += minute;
    for (let i = 0; i < 15; i += 1) {
      await poll();
      g.clock += minute;
    }
    expect(await g.world.store.note('submissions-health')).toMatchObject({ ok: false, since: from + minute });
    expect(await shown()).toHaveLength(1);
    down = false;
    source = [report('1', from + 5 * minute)];
    await poll();
    expect(await all()).toHaveLength(1);
    expect((await shown()).length).toBeGreaterThan(1);
  });

  it('opens one new card at the digest hour, also after several days without the product', async () => {
    g.clock += 4 * day;
    await g.settle();
    const days = await shown();
    expect(new Set(days).size).toBe(days.length);
    expect(days).toHaveLength(1);
  });
});
