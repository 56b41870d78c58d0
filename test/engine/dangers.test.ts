import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approve, cancel, confirm, reject } from '../../services/engine/decide.ts';
import { changeSetting, propose } from '../../services/engine/propose.ts';
import { pause, resume, review } from '../../services/engine/statements.ts';
import { rollBack } from '../../services/engine/undo.ts';
import { proveEffect } from '../../services/engine/work.ts';
import type { Evidence } from '../../services/runbook/evidence.ts';
import type { Run } from '../../services/runbook/run.ts';
import { type Ground, openGround } from './ground.ts';

const hour = 3_600_000;
const day = 24 * hour;
const [mia, lea, omar, jon, both] = ['mia', 'lea', 'omar', 'jon', 'both'].map((id) => ({ id, name: id })) as [
  Who,
  Who,
  Who,
  Who,
  Who,
];
type Who = { id: string; name: string };

let g: Ground;
beforeEach(async () => {
  g = await openGround();
  g.resources.set('anti-phish-policy A', { Action: 'NoAction', Other: 1 });
  g.targets.set('A', { before: null, after: { Action: 'Quarantine' } });
});
afterEach(() => g.close());

const at = async (id: string): Promise<Run> => (await g.world.store.run(id)) as Run;
const click = async (id: string, by: Who) => ({ run: id, version: (await at(id)).version, by });
const intact = async () => expect(await g.world.store.journal.verify()).toMatchObject({ ok: true });
async function proposed(more: object = {}, step = 'mailbox-intelligence'): Promise<Run> {
  const answer = await propose(g.world, step, { by: mia, askedIn: null, ...more });
  if (answer.is !== 'proposed') throw new Error(JSON.stringify(answer));
  return answer.run;
}
async function approved(id: string, people = [lea, omar]): Promise<void> {
  for (const by of people.slice(0, (await at(id)).quorum))
    expect(await approve(g.world, await click(id, by))).toMatchObject({ is: 'done' });
}
async function settled(more: object = {}, step = 'mailbox-intelligence'): Promise<Run> {
  const run = await proposed(more, step);
  await approved(run.id);
  await g.settle();
  expect((await at(run.id)).state).toBe('settled');
  return at(run.id);
}
async function back(id: string, by = mia, breakGlass = false): Promise<Run> {
  const answer = await rollBack(g.world, { ...(await click(id, by)), reason: 'mail is lost', breakGlass });
  if (answer.is !== 'proposed') throw new Error(JSON.stringify(answer));
  return answer.run;
}
const events = async (): Promise<string[]> => {
  const seen: string[] = [];
  for await (const e of g.world.store.journal.read()) seen.push(`${e.event} ${e.subject} ${e.actor}`);
  return seen;
};
const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  window: { from: g.clock - 14 * day, to: g.clock },
  days: 14,
  verdict: 'pass',
  bars: [],
  figures: [],
  senders: [],
  falsePositives: [],
  priorityHit: [],
  judges: [],
  upperBound: 0.01,
  headline: [],
  lowEvidence: false,
  missesOnly: false,
  ...more,
});

describe('what is sealed', () => {
  it.each<[string, string, () => Promise<void> | void]>([
    [
      'another message arrives',
      'done',
      () => {
        g.proposal = {
          evidence: evidence({
            figures: [{ id: 'x', label: 'Caught', value: '9999', known: true }],
            headline: ['more'],
          }),
        };
      },
    ],
    [
      'the verdict changes',
      'void',
      () => {
        g.proposal = { evidence: evidence({ verdict: 'inconclusive' }) };
      },
    ],
    [
      'a false positive is newly confirmed',
      'void',
      () => {
        g.proposal = { evidence: evidence({ falsePositives: ['a@b.example'] }) };
      },
    ],
    [
      'a priority account is hit',
      'void',
      () => {
        g.proposal = { evidence: evidence({ priorityHit: ['vip'] }) };
      },
    ],
    [
      'a setting that the step uses changes',
      'void',
      async () => {
        await changeSetting(g.world, 'observationDays', 30, { by: mia });
      },
    ],
    [
      'a setting that it does not use changes',
      'done',
      async () => {
        await changeSetting(g.world, 'digestHour', 9, { by: mia });
      },
    ],
    [
      'a sealed resource differs',
      'void',
      () => {
        g.proposal = { evidence: evidence(), seals: [{ kind: 'anti-phish-policy', key: 'Z', state: 1 }] };
      },
    ],
    [
      'an act by hand is added',
      'void',
      () => {
        g.proposal = { evidence: evidence(), byHand: [{ id: 'x', when: 'after', text: 'x', people: 1 }] };
      },
    ],
    [
      'the bar of approvals is raised',
      'void',
      async () => {
        await changeSetting(g.world, 'quorumDisruptive', 3, { by: mia });
      },
    ],
  ])('%s: an approval then is %s', async (_, is, happen) => {
    const sealed = evidence();
    g.proposal = { evidence: sealed };
    const run = await proposed();
    await happen();
    if (g.proposal.evidence)
      g.proposal = { ...g.proposal, evidence: { ...g.proposal.evidence, window: sealed.window } };
    const result = await approve(g.world, await click(run.id, lea));
    expect(result.is, JSON.stringify(result)).toBe(is);
    if (result.is === 'void')
      expect(result.replacement).toMatchObject({
        state: 'proposed',
        replaces: run.id,
        approvals: [],
        requestedBy: mia,
      });
    await intact();
  });

  it('asks the replacement for as many people as the raised bar says', async () => {
    const run = await proposed();
    await changeSetting(g.world, 'quorumDisruptive', 3, { by: mia });
    const result = await approve(g.world, await click(run.id, lea));
    expect(result).toMatchObject({ is: 'void', replacement: { quorum: 3 } });
  });

  it('does not follow a bar that is lowered while the change is pending', async () => {
    const run = await proposed();
    const lower = await changeSetting(g.world, 'quorumDisruptive', 1, { by: mia });
    if (lower.is !== 'proposed') throw new Error('not proposed');
    await approved(lower.run.id);
    await g.settle();
    await approve(g.world, await click(run.id, lea));
    await g.settle();
    expect(await at(run.id)).toMatchObject({ state: 'proposed', quorum: 2 });
    expect(g.writes).toEqual([]);
  });

  it('holds the ticket and the change window: another ticket is another fingerprint', async () => {
    const one = await proposed({ ticket: 'CHG1' });
    await cancel(g.world, await click(one.id, mia));
    const two = await proposed({ ticket: 'CHG2' });
    expect(two.plan.fingerprint).not.toBe(one.plan.fingerprint);
    expect((await approve(g.world, await click(two.id, lea))).is).toBe('done');
  });

  it('is void at the claim when the ground moved while it waited for its window', async () => {
    const run = await proposed({ notBefore: g.clock + hour });
    await approved(run.id);
    await g.settle();
    g.resources.set('anti-phish-policy A', { Action: 'Redirect', Other: 1 });
    g.clock += 2 * hour;
    await g.settle();
    expect(await at(run.id)).toMatchObject({ state: 'superseded' });
    expect(g.writes).toEqual([]);
  });

  it('is void at the claim when the ground moved while it waited for an act by hand', async () => {
    g.proposal = { byHand: [{ id: 'first', when: 'before', text: 'do it', people: 2 }] };
    const run = await proposed();
    await approved(run.id);
    await g.settle();
    g.resources.set('anti-phish-policy A', { Action: 'Redirect', Other: 1 });
    expect(await confirm(g.world, { ...(await click(run.id, mia)), act: 'first', proof: 'CHG1' })).toMatchObject({
      is: 'done',
    });
    await g.settle();
    expect(await at(run.id)).toMatchObject({ state: 'superseded' });
    expect(g.writes).toEqual([]);
  });

  it('takes no approval and no second claim of what was superseded', async () => {
    const run = await proposed();
    await approve(g.world, await click(run.id, lea));
    g.resources.set('anti-phish-policy A', { Action: 'Redirect', Other: 1 });
    expect(await approve(g.world, await click(run.id, omar))).toMatchObject({ is: 'void' });
    expect(await approve(g.world, await click(run.id, jon))).toMatchObject({ is: 'refused', reason: 'resolved' });
    const replacement = await at(String((await at(run.id)).replacedBy));
    expect(replacement.approvals).toEqual([]);
  });
});

describe('people', () => {
  it('counts accounts that are linked while the run is pending as one, at the claim too', async () => {
    const run = await proposed({ notBefore: g.clock + hour });
    await approved(run.id);
    const link = await changeSetting(g.world, 'linkedAccounts', [['lea', 'omar']], { by: mia });
    if (link.is !== 'proposed') throw new Error('not proposed');
    await approved(link.run.id);
    await g.settle();
    g.clock += 2 * hour;
    await g.settle();
    expect(await at(run.id)).toMatchObject({ state: 'superseded', reason: expect.stringContaining('2 needed, 1') });
    expect(g.writes).toEqual([]);
  });

  it('refuses a second account of the requester at every door', async () => {
    const link = await changeSetting(
      g.world,
      'linkedAccounts',
      [
        ['mia', 'X'],
        ['x', 'jon'],
      ],
      { by: mia },
    );
    if (link.is !== 'proposed') throw new Error('not proposed');
    await approved(link.run.id);
    await g.settle();
    const run = await proposed();
    expect(await approve(g.world, await click(run.id, jon))).toMatchObject({ reason: 'own-request' });
    expect(await reject(g.world, { ...(await click(run.id, jon)), reason: 'not mine' })).toMatchObject({
      reason: 'own-request',
    });
    await approved(run.id);
    await g.settle();
    const undo = await back(run.id, mia, true);
    expect(await approve(g.world, await click(undo.id, jon))).toMatchObject({ reason: 'own-request' });
    expect(await cancel(g.world, await click(undo.id, jon))).toMatchObject({ is: 'done' });
  });

  it('does not let the only judge be the only approver', async () => {
    g.proposal = { risk: 'reversible', evidence: evidence({ judges: ['lea'] }) };
    const run = await proposed();
    expect(run.quorum).toBe(1);
    expect(await approve(g.world, await click(run.id, lea))).toMatchObject({ reason: 'sole-judge' });
    expect(await approve(g.world, await click(run.id, omar))).toMatchObject({ is: 'done', run: { state: 'approved' } });
  });

  it('takes two people to accept low evidence', async () => {
    g.proposal = { risk: 'reversible', evidence: evidence({ verdict: 'inconclusive', lowEvidence: true }) };
    expect((await proposed()).quorum).toBe(2);
  });

  it('records every refusal with who and what', async () => {
    const vic = { id: 'vic', name: 'vic' };
    const run = await proposed();
    await approve(g.world, await click(run.id, vic));
    await rollBack(g.world, { ...(await click(run.id, vic)), reason: 'because' });
    await changeSetting(g.world, 'quorumDisruptive', 1, { by: vic });
    await pause(g.world, 'because', vic);
    await resume(g.world, vic);
    await review(g.world, 'mailbox-intelligence', [], vic);
    await propose(g.world, 'pilot-groups', { by: vic });
    g.second = [{ kind: 'anti-phish-policy', key: 'B', after: { Action: 'x' } }];
    await propose(g.world, 'pilot-groups', { by: vic });
    const refused = (await events()).filter((e) => e.startsWith('refused') && e.endsWith(' vic'));
    expect(refused.map((e) => e.split(' ')[1])).toEqual([
      `run-refusal:${run.id}`,
      `run-refusal:${run.id}`,
      'refusal:set',
      'refusal:pause',
      'refusal:resume',
      'refusal:review',
      'refusal:propose',
    ]);
  });
});

describe('time', () => {
  it('lets an approval lapse that is not carried out', async () => {
    g.proposal = { byHand: [{ id: 'first', when: 'before', text: 'do it', people: 2 }] };
    const run = await proposed();
    await approved(run.id);
    g.clock += 30 * day;
    await g.settle();
    expect(await at(run.id)).toMatchObject({ state: 'expired', reason: expect.stringContaining('lapsed') });
    expect(await confirm(g.world, { ...(await click(run.id, mia)), act: 'first', proof: 'CHG1' })).toMatchObject({
      is: 'refused',
    });
    await g.settle();
    expect(g.writes).toEqual([]);
  });

  it('asks no longer than the change window is open, and refuses one that has passed', async () => {
    expect(await propose(g.world, 'mailbox-intelligence', { by: mia, notAfter: g.clock - 1 })).toMatchObject({
      reason: 'bad-window',
    });
    expect(
      await propose(g.world, 'mailbox-intelligence', { by: mia, notBefore: g.clock + 2, notAfter: g.clock + 1 }),
    ).toMatchObject({ reason: 'bad-window' });
    const run = await proposed({ notAfter: g.clock + hour });
    expect(run.expiresAt).toBe(g.clock + hour);
    g.clock += hour;
    expect(await approve(g.world, await click(run.id, lea))).toMatchObject({ reason: 'expired' });
    await g.settle();
    expect((await at(run.id)).state).toBe('expired');
  });

  it('does not accept an approval whose second look lasted past the expiry', async () => {
    const run = await proposed();
    const read = g.world.tenant.read;
    Object.assign(g.world.tenant, {
      read: async (kind: never, key: never) => {
        g.clock = run.expiresAt;
        return read(kind, key);
      },
    });
    expect(await approve(g.world, await click(run.id, lea))).toMatchObject({ is: 'refused', reason: 'expired' });
    expect((await at(run.id)).approvals).toEqual([]);
  });

  it('ends the question even when one of two approvals lands at the very moment of expiry', async () => {
    const run = await proposed();
    const [first] = await Promise.all([
      approve(g.world, await click(run.id, lea)),
      (async () => {
        g.clock = run.expiresAt;
        await g.settle();
      })(),
    ]);
    expect(['done', 'refused']).toContain(first.is);
    await g.settle();
    expect((await at(run.id)).state).toBe('expired');
    await intact();
  });

  it('reminds once', async () => {
    const run = await proposed();
    g.clock = run.expiresAt - 1;
    await g.settle();
    await g.settle();
    expect((await events()).filter((e) => e.startsWith('reminded'))).toHaveLength(1);
  });
});

describe('pausing', () => {
  it('stops a change half way, and resuming goes on from there', async () => {
    g.resources.set('anti-phish-policy B', { Action: 'NoAction' });
    g.targets.set('B', { before: null, after: { Action: 'Quarantine' } });
    const run = await proposed();
    g.onWrite = async (_, key) => {
      if (key === 'A') await pause(g.world, 'incident', lea);
    };
    await approved(run.id);
    await g.settle();
    expect(g.writes).toHaveLength(1);
    expect(await at(run.id)).toMatchObject({ state: 'applying' });
    await resume(g.world, lea);
    await g.settle();
    expect(g.writes).toHaveLength(2);
    expect((await at(run.id)).state).toBe('settled');
  });

  it('needs a reason', async () => {
    expect(await pause(g.world, ' ', lea)).toMatchObject({ reason: 'reason-needed' });
    expect(await g.world.store.frozen()).toBeNull();
  });
});

describe('a run that cannot go on', () => {
  const deaf = (): void => {
    const write = g.world.tenant.write;
    let off = false;
    Object.assign(g.world.tenant, {
      write: async (...all: Parameters<typeof write>) => {
        if (off) return write(...all);
        g.failNextWrite = { trouble: 'throttled', executed: false };
        return write(...all);
      },
    });
    hear = () => {
      off = true;
    };
  };
  let hear = (): void => {};

  it('is stuck with two ways on: trying again', async () => {
    const run = await proposed();
    deaf();
    await approved(run.id);
    await g.settle();
    expect(await at(run.id)).toMatchObject({ state: 'stuck', reason: expect.stringContaining('resume') });
    hear();
    await resume(g.world, lea);
    await g.settle();
    expect((await at(run.id)).state).toBe('settled');
    expect((await events()).some((e) => e === `run-state run:${run.id} lea`)).toBe(true);
    await intact();
  });

  it('or taking it back, even where nobody saw whether the write was carried out', async () => {
    const run = await proposed();
    deaf();
    await approved(run.id);
    await g.settle();
    hear();
    // The write landed after all, late.
    g.resources.set('anti-phish-policy A', { Action: 'Quarantine', Other: 1 });
    const undo = await back(run.id);
    // While that is open, `resume` does not go forward.
    await resume(g.world, lea);
    await g.settle();
    expect((await at(run.id)).state).toBe('stuck');
    await approved(undo.id);
    await g.settle();
    expect(await at(run.id)).toMatchObject({ state: 'undone' });
    expect(g.resources.get('anti-phish-policy A')).toEqual({ Action: 'NoAction', Other: 1 });
    await intact();
  });

  it('ends where nothing was written, so that the step can be asked for again', async () => {
    const run = await proposed();
    await approve(g.world, await click(run.id, lea));
    const read = g.world.tenant.read;
    let reads = 0;
    Object.assign(g.world.tenant, {
      read: async (kind: never, key: never) => {
        reads += 1;
        return reads > 2 ? { is: 'unknown', why: 'deaf' } : read(kind, key);
      },
    });
    await approve(g.world, await click(run.id, omar));
    await g.settle();
    expect(await at(run.id)).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining('Nothing was written'),
    });
    Object.assign(g.world.tenant, { read });
    expect((await proposed()).state).toBe('proposed');
  });

  it('is not given up while it makes progress, however often the tenant asks for patience', async () => {
    for (let i = 0; i < 15; i += 1) {
      g.resources.set(`anti-phish-policy P${i}`, { Action: 'NoAction' });
      g.targets.set(`P${i}`, { before: null, after: { Action: 'Quarantine' } });
    }
    const seen = new Set<string>();
    g.onWrite = (_, key) => {
      if (!seen.has(key)) g.failNextWrite = { trouble: 'throttled', executed: false };
      seen.add(key);
    };
    const run = await proposed();
    await approved(run.id);
    await g.settle();
    expect((await at(run.id)).state).toBe('settled');
    expect(g.writes).toHaveLength(16);
  });
});

describe('one at a time', () => {
  it('claims a change only when no other is under way, and the one that waited goes on at once', async () => {
    const first = await proposed();
    let under = 0;
    g.second = [{ kind: 'anti-phish-policy', key: 'C', after: { Other: 3 } }];
    const other = await proposed({}, 'pilot-groups');
    g.onWrite = async (_, key) => {
      if (key !== 'A') return;
      expect(await approve(g.world, await click(other.id, jon))).toMatchObject({ is: 'done' });
      await new Promise((resolve) => setTimeout(resolve, 400));
      const open = await g.world.store.runs({ open: true });
      under = open.filter((r) => r.state === 'applying' || r.state === 'verifying').length;
    };
    await approved(first.id);
    await g.settle();
    expect((await at(first.id)).state).toBe('settled');
    expect((await at(other.id)).state).toBe('settled');
    expect(under).toBe(1);
  });
});

describe('the way back', () => {
  const group = 'pilot@contoso.example';
  const made = async (): Promise<Run> => {
    g.second = [{ kind: 'distribution-group', key: group, after: { name: 'Pilot', address: group } }];
    return settled({}, 'pilot-groups');
  };

  it('restores what the service had normalised to the value before, not to what was sent', async () => {
    const write = g.world.tenant.write;
    g.targets.set('A', { before: null, after: { Action: 'QUARANTINE', Note: ['X@y.example'] } });
    Object.assign(g.world.tenant, {
      write: async (kind: never, key: string, before: never, after: Record<string, unknown> | null) =>
        write(kind, key, before, (after?.['Note'] ? { ...after, Note: ['x@y.example'] } : after) as never),
    });
    const run = await settled();
    expect((await at((await back(run.id)).id)).plan.changes[0]).toMatchObject({
      before: { Note: ['x@y.example'] },
      after: { Action: 'NoAction' },
    });
  });

  it('is refused while a later change uses the group that this one made', async () => {
    const first = await made();
    g.targets.set('A', { before: null, after: { Who: [group] } });
    const later = await settled();
    expect(await rollBack(g.world, { ...(await click(first.id, mia)), reason: 'because' })).toMatchObject({
      reason: 'later-depends',
      more: `Change ${later.id}.`,
    });
    const undo = await back(later.id);
    await approved(undo.id);
    await g.settle();
    expect((await back(first.id)).state).toBe('proposed');
  });

  it('is void when a later change came to build on it between the asking and the claim', async () => {
    const first = await made();
    const undo = await back(first.id);
    g.targets.set('A', { before: null, after: { Who: [group] } });
    await settled();
    expect(await approve(g.world, await click(undo.id, lea))).toMatchObject({
      is: 'void',
      run: { reason: expect.stringContaining('builds on') },
    });
    expect(g.resources.has(`distribution-group ${group}`)).toBe(true);
  });

  it('leaves a group to which somebody else refers, and says so', async () => {
    g.second = [
      { kind: 'distribution-group', key: group, after: { name: 'Pilot', address: group } },
      { kind: 'anti-phish-policy', key: 'N', after: { Action: 'x' } },
    ];
    const run = await settled({}, 'pilot-groups');
    g.resources.set('transport-rule Theirs', { exceptIfSentToMemberOf: [group] });
    const undo = await back(run.id);
    expect(undo.plan.changes.map((c) => c.key)).toEqual(['N']);
    expect(undo.plan.cautions.join()).toContain('Theirs');
    await approved(undo.id);
    await g.settle();
    expect(g.resources.has(`distribution-group ${group}`)).toBe(true);
    expect(g.resources.has('anti-phish-policy N')).toBe(false);
  });

  it('is not taken back itself: the step is proposed again', async () => {
    const run = await settled();
    const undo = await back(run.id);
    await approved(undo.id);
    await g.settle();
    expect(await rollBack(g.world, { ...(await click(undo.id, mia)), reason: 'because' })).toMatchObject({
      reason: 'way-back',
    });
    expect((await proposed()).state).toBe('proposed');
  });

  it('is refused at once when somebody changed the tenant meanwhile', async () => {
    const run = await settled();
    g.resources.set('anti-phish-policy A', { Action: 'Redirect', Other: 1 });
    expect(await rollBack(g.world, { ...(await click(run.id, mia)), reason: 'because' })).toMatchObject({
      reason: 'moved-since',
    });
  });

  it('takes back what a stopped run made, and only that', async () => {
    g.resources.set('anti-phish-policy B', { Action: 'NoAction' });
    g.targets.set('B', { before: null, after: { Action: 'Quarantine' } });
    g.onWrite = (_, key) => {
      if (key === 'B') g.failNextWrite = { trouble: 'refused', executed: false };
    };
    const run = await proposed();
    await approved(run.id);
    await g.settle();
    expect((await at(run.id)).state).toBe('stopped');
    g.onWrite = null;
    const undo = await back(run.id);
    await approved(undo.id);
    await g.settle();
    expect((await at(run.id)).state).toBe('undone');
    expect(g.writes).toHaveLength(2);
    expect(g.resources.get('anti-phish-policy A')).toEqual({ Action: 'NoAction', Other: 1 });
    expect(g.resources.get('anti-phish-policy B')).toEqual({ Action: 'NoAction' });
  });

  it('does not wait for a question that nobody answers', async () => {
    const run = await settled();
    g.targets.set('A', { before: null, after: { Action: 'Delete' } });
    await proposed();
    expect((await back(run.id)).state).toBe('proposed');
  });

  it('does not fail for a ticket that was not asked for then', async () => {
    const run = await settled();
    await changeSetting(g.world, 'ticketRequired', 'all', { by: mia });
    expect((await back(run.id)).ticket).toBeNull();
  });
});

describe('nobody is left without a filter', () => {
  const piloted = async (): Promise<Run> => {
    g.proposal = { byHand: [{ id: 'exempt', when: 'after', text: 'Exempt 3 people', people: 3 }] };
    let proved = false;
    Object.assign(g.world.steps[0] as object, { effect: async () => ({ proved, words: 'looked' }) });
    const run = await settled();
    proved = true;
    return run;
  };

  it('ends the exemption at the old service first, then touches the tenant', async () => {
    const run = await piloted();
    await proveEffect(g.world, run.id, 0);
    await confirm(g.world, { ...(await click(run.id, mia)), act: 'exempt', proof: 'CHG1' });
    const undo = await back(run.id);
    expect(undo.plan.byHand).toMatchObject([{ id: 'end-exempt', when: 'before', people: 3 }]);
    await approved(undo.id);
    await g.settle();
    expect(g.writes).toHaveLength(1);
    expect((await at(undo.id)).state).toBe('approved');
    await confirm(g.world, { ...(await click(undo.id, mia)), act: 'end-exempt', proof: 'CHG2' });
    await g.settle();
    expect(g.writes).toHaveLength(2);
    expect((await at(run.id)).state).toBe('undone');
  });

  it('asks about the old service also where the exemption was asked for and nobody confirmed it', async () => {
    const run = await piloted();
    await proveEffect(g.world, run.id, 0);
    expect((await back(run.id)).plan.byHand).toMatchObject([{ id: 'end-exempt', when: 'before' }]);
  });

  it('neither asks for nor accepts an exemption while the change is being taken back', async () => {
    const run = await piloted();
    const undo = await back(run.id);
    await proveEffect(g.world, run.id, 0);
    expect((await at(run.id)).proof?.effect).toBe('not yet');
    await cancel(g.world, await click(undo.id, mia));
    g.clock += hour;
    await g.settle();
    expect((await at(run.id)).proof?.effect).toBe('proved');
    await back(run.id);
    expect(await confirm(g.world, { ...(await click(run.id, mia)), act: 'exempt', proof: 'CHG1' })).toMatchObject({
      reason: 'undone-already',
    });
  });
});

describe('break-glass', () => {
  it('is one approver who did not ask, loud at once, and looked at the next morning', async () => {
    await g.world.store.transaction((unit) =>
      unit.putConversation({ key: 'chan', kind: 'channel', person: null, reference: {} }),
    );
    await changeSetting(g.world, 'securityChannel', 'chan', { by: mia });
    const run = await settled();
    const undo = await back(run.id, lea, true);
    expect(undo.quorum).toBe(1);
    await g.settle();
    expect(g.delivered.map((d) => d.show.view)).toContain('note-break-glass');
    expect(await approve(g.world, await click(undo.id, lea))).toMatchObject({ reason: 'own-request' });
    await approve(g.world, await click(undo.id, omar));
    await g.settle();
    expect((await at(run.id)).state).toBe('undone');
    expect(g.delivered.map((d) => d.show.view)).not.toContain('note-break-glass-review');
    g.clock += day;
    await g.settle();
    expect(g.delivered.map((d) => d.show.view)).toContain('note-break-glass-review');
    expect(await events()).toContain(`alarm break-glass-review:${undo.id} cutover`);
  });

  it('is for the way back of a change of the tenant, not of a setting', async () => {
    const lower = await changeSetting(g.world, 'quorumDisruptive', 1, { by: mia });
    if (lower.is !== 'proposed') throw new Error('not proposed');
    await approved(lower.run.id);
    await g.settle();
    expect(
      await rollBack(g.world, { ...(await click(lower.run.id, mia)), reason: 'because', breakGlass: true }),
    ).toMatchObject({ reason: 'break-glass-refused' });
    expect((await back(lower.run.id)).quorum).toBe(2);
  });

  it('works where only one other person is left, whatever the bar', async () => {
    const run = await settled();
    await changeSetting(g.world, 'quorumDisruptive', 4, { by: mia });
    await changeSetting(g.world, 'quorumReversible', 4, { by: mia });
    const undo = await back(run.id, both, true);
    expect(await approve(g.world, await click(undo.id, omar))).toMatchObject({
      is: 'done',
      run: { state: 'approved' },
    });
  });
});

describe('settings', () => {
  it('are weakened by two people also where one approver is enough for changes', async () => {
    for (const value of [1]) {
      const lower = await changeSetting(g.world, 'quorumDisruptive', value, { by: mia });
      if (lower.is !== 'proposed') throw new Error('not proposed');
      await approved(lower.run.id);
      await g.settle();
    }
    const next = await changeSetting(g.world, 'observationDays', 1, { by: mia });
    expect(next).toMatchObject({ is: 'proposed', run: { quorum: 2 } });
  });

  it('can be weakened where every change needs a ticket', async () => {
    await changeSetting(g.world, 'ticketRequired', 'all', { by: mia });
    expect(await changeSetting(g.world, 'ticketRequired', 'none', { by: mia })).toMatchObject({ is: 'proposed' });
  });

  it('are not lowered from a bar that somebody raised after the asking', async () => {
    const lower = await changeSetting(g.world, 'quorumDisruptive', 1, { by: mia });
    if (lower.is !== 'proposed') throw new Error('not proposed');
    await approve(g.world, await click(lower.run.id, lea));
    await changeSetting(g.world, 'quorumDisruptive', 3, { by: mia });
    expect(await approve(g.world, await click(lower.run.id, omar))).toMatchObject({ is: 'void', replacement: null });
    expect((await g.world.store.settings())['quorumDisruptive']).toBe(3);
  });
});

describe('the record', () => {
  it('holds no address of a person inside the chain, and all of it beside', async () => {
    g.second = [
      {
        kind: 'group-member',
        key: 'pilot@x.example|eve@x.example',
        after: { objectId: 'e', address: 'eve@x.example' },
      },
      { kind: 'anti-phish-policy', key: 'N', after: { TargetedUsersToProtect: ['Eve;eve@x.example'], Action: 'x' } },
    ];
    const run = await settled({}, 'pilot-groups');
    const undo = await back(run.id);
    g.resources.set('group-member pilot@x.example|eve@x.example', { objectId: 'other', address: 'eve@x.example' });
    expect(await approve(g.world, await click(undo.id, lea))).toMatchObject({ is: 'void' });
    let chain = '';
    for await (const entry of g.world.store.journal.read()) chain += JSON.stringify(entry);
    expect(chain).not.toContain('eve@');
    expect(chain).toContain('"Action":"x"');
    await intact();
  });
});
