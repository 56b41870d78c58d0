import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answered } from '../kit/connector.ts';
import { channel } from '../kit/rehearsal.ts';
import { mutate, randomFrom } from './mutate.ts';
import { openStage, type Stage, unreadable } from './stage.ts';

/** Mutated activities that are sent; more with CUTOVER_FUZZ. */
const fuzz = Number(process.env['CUTOVER_FUZZ'] ?? 500);

let s: Stage;
/** Everything that was ever clicked here, for sending it again. */
const sent: Answered[] = [];

beforeAll(async () => {
  s = await openStage();
});
afterAll(() => s.close());

/** Sends the activity again, verbatim; the answer must be readable. */
async function again(answered: Answered, change: object = {}): Promise<Answered> {
  const answer = await s.r.connector.send({ ...answered.activity, ...change });
  expect(unreadable(answer)).toBeNull();
  return answer;
}

type Deed = {
  readonly person: () => Parameters<Stage['click']>[0];
  readonly verb: string;
  readonly data: object;
  readonly event: string;
};

const open = async () => {
  const before = await s.store.runs({ open: true, step: 'pilot-groups' });
  expect(before.map((run) => run.id)).toEqual([]);
  await s.asks([s.someone()]);
  return s.newest('pilot-groups');
};
const settled = async () => s.carryOut(await open());
/** Leaves no proposal of the step open. */
async function clear(): Promise<void> {
  await s.settle();
  for (const run of await s.store.runs({ open: true }))
    if (run.state === 'proposed')
      await s.click(run.requestedBy.id === s.operator.aadObjectId ? s.operator : s.approvers[0], 'run.cancel', {
        run: run.id,
        version: run.version,
      });
}

/** Each approval activity: what must be there first, who clicks what, and the entry that it may leave once. */
const deeds: Readonly<Record<string, () => Promise<Deed>>> = {
  propose: async () => {
    const choice = `deed-${Math.random()}`;
    const addresses = [s.someone()];
    await s.store.transaction((unit) =>
      unit.setNote(`choice:${choice}`, { members: [{ group: 'safe-links', addresses }] }),
    );
    return {
      person: () => s.operator,
      verb: 'run.propose',
      data: { step: 'pilot-groups', choice },
      event: 'run-proposed',
    };
  },
  approve: async () => {
    const run = await open();
    return {
      person: () => s.approvers[0],
      verb: 'run.approve',
      data: { run: run.id, version: run.version },
      event: 'run-decided',
    };
  },
  reject: async () => {
    const run = await open();
    return {
      person: () => s.approvers[1],
      verb: 'run.reject',
      data: { run: run.id, version: run.version, reason: 'not now' },
      event: 'run-decided',
    };
  },
  cancel: async () => {
    const run = await open();
    return {
      person: () => s.operator,
      verb: 'run.cancel',
      data: { run: run.id, version: run.version },
      event: 'run-decided',
    };
  },
  'roll back': async () => {
    const run = await settled();
    return {
      person: () => s.operator,
      verb: 'run.roll-back',
      data: { run: run.id, version: run.version, reason: 'a drill' },
      event: 'run-proposed',
    };
  },
  'raise a setting': async () => {
    const value = String(40 + Number(JSON.parse((await s.effects()).settings)['approvalHours'] ?? 0));
    return {
      person: () => s.operator,
      verb: 'setting.change',
      data: { setting: 'approvalHours', value },
      event: 'setting',
    };
  },
  'lower a bar': async () => ({
    person: () => s.operator,
    verb: 'setting.change',
    data: { setting: 'quorumDisruptive', value: '1' },
    event: 'run-proposed',
  }),
};

describe('an approval activity that comes again', () => {
  it.each(Object.entries(deeds))(
    '%s: sent twice, from another chat and late, has one effect',
    async (_name, prepare) => {
      const deed = await prepare();
      const before = await s.effects();
      const first = await s.click(deed.person(), deed.verb, deed.data, channel);
      sent.push(first);
      await s.settle();
      const after = await s.effects();
      expect(after.events[deed.event] ?? 0).toBe((before.events[deed.event] ?? 0) + 1);
      await again(first);
      await again(first, { conversation: { id: 'a:another', conversationType: 'personal' } });
      await again(first, { id: 'another-id' });
      await s.settle();
      const { runs, settings, changed } = await s.effects();
      expect({ runs, settings, changed }).toEqual({
        runs: after.runs,
        settings: after.settings,
        changed: after.changed,
      });
      await clear();
      const cleared = await s.effects();
      await again(first);
      await again(first, { conversation: { id: 'a:another', conversationType: 'personal' } });
      await s.settle();
      expect(await s.effects()).toEqual(cleared);
    },
  );

  it.each(Object.entries(deeds))('%s: delivered ten times at once has one effect', async (_name, prepare) => {
    const deed = await prepare();
    const before = await s.effects();
    const build = await s.r.connector.click(s.nobody, undefined, 'view.show', { view: 'help', id: '' }, { channel });
    const person = deed.person();
    const activity = {
      ...build.activity,
      id: `ten-${deed.verb}`,
      from: { id: `29:${person.aadObjectId}`, name: person.name, aadObjectId: person.aadObjectId },
      value: { action: { type: 'Action.Execute', verb: deed.verb, data: deed.data }, trigger: 'manual' },
    };
    const answers = await Promise.all(Array.from({ length: 10 }, () => s.r.connector.send(activity)));
    expect(answers.map(unreadable)).toEqual(answers.map(() => null));
    await s.settle();
    const after = await s.effects();
    expect(after.events[deed.event] ?? 0).toBe((before.events[deed.event] ?? 0) + 1);
    await clear();
  });

  it.each(Object.entries(deeds))(
    '%s: clicked ten times at once by an impatient person has one effect',
    async (_name, prepare) => {
      const deed = await prepare();
      const before = await s.effects();
      await Promise.all(Array.from({ length: 10 }, () => s.click(deed.person(), deed.verb, deed.data, channel)));
      await s.settle();
      const after = await s.effects();
      expect(after.events[deed.event] ?? 0).toBe((before.events[deed.event] ?? 0) + 1);
      await clear();
    },
  );

  it('a setting that was changed since does not fall back to what an old click said', async () => {
    const first = await s.click(s.operator, 'setting.change', { setting: 'reminderHours', value: '5' });
    sent.push(first);
    await s.click(s.operator, 'setting.change', { setting: 'reminderHours', value: '9' });
    await again(first);
    expect((await s.store.settings())['reminderHours']).toBe(9);
  });

  it('a line that acts, delivered twice, acts once: writing that was paused since stays paused', async () => {
    await s.r.connector.say(s.operator, 'pause maintenance window');
    const resumed = await s.r.connector.say(s.operator, 'resume');
    await s.r.connector.say(s.operator, 'pause something is wrong');
    await again(resumed);
    expect((await s.store.frozen())?.reason).toBe('something is wrong');
    await s.r.connector.say(s.operator, 'resume');
    expect(await s.store.frozen()).toBeNull();
  });

  it('two people who raise a bar at once cannot leave the lower value', async () => {
    for (let days = 20; days < 80; days += 10) {
      const raise = (value: number, i: number) =>
        s.click(i % 2 ? s.operator : s.approvers[0], 'setting.change', {
          setting: 'observationDays',
          value: String(value),
        });
      await Promise.all([days + 5, days, days + 4, days + 1].map(raise));
      await s.settle();
      expect((await s.store.settings())['observationDays']).toBe(days + 5);
      await clear();
    }
  });
});

describe('changed data', () => {
  it('no variant of an approval moves a run but the one that the card carries', async () => {
    const run = await open();
    const before = await s.effects();
    const right = { run: run.id, version: run.version };
    const variants: readonly (readonly [Parameters<Stage['click']>[0], string, object])[] = [
      [s.approvers[0], 'run.approve', { ...right, version: run.version + 1 }],
      [s.approvers[0], 'run.approve', { ...right, version: 0 }],
      [s.approvers[0], 'run.approve', { ...right, version: String(run.version) }],
      [s.approvers[0], 'run.approve', { ...right, version: -1 }],
      [s.approvers[0], 'run.approve', { ...right, version: 1e308 }],
      [s.approvers[0], 'run.approve', { ...right, run: { id: run.id } }],
      [s.approvers[0], 'run.approve', { ...right, run: [run.id] }],
      [s.approvers[0], 'run.approve', { ...right, run: `${run.id}\u0000` }],
      [s.approvers[0], 'run.approve', { ...right, run: `${run.id}' or '1'='1` }],
      [s.approvers[0], 'run.approve', { ...right, run: '9'.repeat(100_000) }],
      [s.approvers[0], 'run.approve', { ...right, run: '999999' }],
      [s.approvers[0], 'run.aprove', right],
      [s.approvers[0], 'constructor', right],
      [s.approvers[0], '__proto__', right],
      [s.approvers[0], 'run.reject', { ...right, reason: '  ' }],
      [s.approvers[0], 'run.reject', { ...right, reason: { text: 'because' } }],
      [s.approvers[0], 'run.cancel', right],
      [s.approvers[0], 'run.confirm', { ...right, act: 'exempt', proof: 'x'.repeat(1_000) }],
      [s.approvers[0], 'run.roll-back', { ...right, reason: 'not yet settled', breakGlass: true }],
      [s.operator, 'run.approve', right],
      [
        s.operator,
        'run.approve',
        {
          ...right,
          by: s.approvers[0].aadObjectId,
          from: s.approvers[0],
          person: s.approvers[0],
          requestedBy: s.nobody,
        },
      ],
      [s.operator, 'run.reject', { ...right, reason: 'mine, but no', by: { id: s.approvers[0].aadObjectId } }],
      [s.nobody, 'run.approve', { ...right, aadObjectId: s.approvers[0].aadObjectId, roles: ['approver'] }],
      [s.nobody, 'run.cancel', { ...right, requestedBy: s.nobody }],
      [s.nobody, 'run.propose', { step: 'pilot-groups' }],
      [s.nobody, 'setting.change', { setting: 'quorumReversible', value: '1' }],
      [s.operator, 'setting.change', { setting: '__proto__', value: '1' }],
      [s.operator, 'setting.change', { setting: 'quorumReversible', value: 'NaN' }],
      [s.nobody, 'review.mark', { step: 'mailbox-intelligence', 'mark-a': 'good' }],
      [s.operator, 'run.propose', { step: 'pilot-groups', choice: 'nobody-chose\u0000this' }],
      [s.operator, 'run.propose', { step: 'toString' }],
    ];
    for (const [person, verb, data] of variants) sent.push(await s.click(person, verb, data));
    await s.settle();
    expect(await s.effects()).toEqual(before);
    // The fallback of a client without Action.Execute takes the same way.
    sent.push(await s.r.connector.submit(s.operator, undefined, { verb: 'run.approve', ...right }));
    expect(await s.effects()).toEqual(before);
    const taken = await s.click(s.approvers[0], 'run.approve', { ...right, extra: { approvals: 7 } });
    sent.push(taken);
    expect((await s.run(run.id)).approvals.map((a) => a.by.id)).toEqual([s.approvers[0].aadObjectId]);
    await s.settle();
    await clear();
  });

  it('everything sent here, sent again in reverse and in disorder, has no effect', async () => {
    expect(sent.length).toBeGreaterThan(30);
    await s.settle();
    const before = await s.effects();
    const random = randomFrom(11);
    for (const answered of [...sent].reverse()) await again(answered);
    for (const answered of [...sent].sort(() => random() - 0.5)) await again(answered);
    await Promise.all(sent.map((answered) => again(answered)));
    await s.settle();
    expect(await s.effects()).toEqual(before);
  });

  it(`${fuzz} mutated activities: none breaks, none has an effect`, async () => {
    await clear();
    const past = (await s.store.runs({ limit: 500 })).find((run) => run.state === 'settled');
    const run = past?.id ?? '1';
    const version = past?.version ?? 1;
    // Nothing is open, and who might ask for something new here may not.
    const bases = await Promise.all([
      s.click(s.approvers[0], 'run.approve', { run, version }),
      s.click(s.approvers[1], 'run.reject', { run, version }),
      s.click(s.operator, 'run.cancel', { run, version }),
      s.click(s.operator, 'run.confirm', { run, version, act: 'exempt' }),
      s.click(s.nobody, 'run.roll-back', { run, version, reason: 'because' }),
      s.click(s.nobody, 'run.propose', { step: 'pilot-groups', choice: 'x' }),
      s.click(s.nobody, 'review.mark', { step: 'mailbox-intelligence', page: 0, 'mark-a': 'bad' }),
      s.click(s.nobody, 'setting.change', { setting: 'approvalHours', value: '99' }),
      s.click(s.nobody, 'gate.attest', { about: 'bypass-rule', statement: 'so it is', proof: 'CHG1' }),
      s.click(s.nobody, 'view.show', { view: 'run', id: run }),
      s.click(s.nobody, 'message.find', { intent: 'find-message', sender: 'a@b.example' }),
      s.r.connector.submit(s.nobody, undefined, { verb: 'run.propose', step: 'pilot-groups' }),
    ]);
    const before = await s.effects();
    const seen = s.r.connector.sent.length;
    const random = randomFrom(Number(process.env['CUTOVER_FUZZ_SEED'] ?? 1));
    const troubles: string[] = [];
    for (let i = 0; i < fuzz; i += 8) {
      await Promise.all(
        bases.slice(0, Math.min(8, fuzz - i)).map(async () => {
          const base = bases[Math.floor(random() * bases.length)];
          const body = JSON.stringify(mutate(base?.activity, random));
          const trouble = unreadable(await s.r.connector.send(body));
          if (trouble !== null) troubles.push(`${body.slice(0, 1_200)} → ${trouble.slice(0, 300)}`);
        }),
      );
    }
    expect(troubles).toEqual([]);
    const apologies = s.r.connector.sent.slice(seen).filter((r) => r.activity.text?.includes('Something went wrong'));
    expect(apologies).toEqual([]);
    await s.settle();
    expect(await s.effects()).toEqual(before);
    expect((await s.store.journal.verify()).ok).toBe(true);
  });
});
