import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approve, cancel, confirm, reject } from '../../services/engine/decide.ts';
import { changeSetting, propose } from '../../services/engine/propose.ts';
import { pause, resume } from '../../services/engine/statements.ts';
import { rollBack } from '../../services/engine/undo.ts';
import { proveEffect } from '../../services/engine/work.ts';
import type { Run } from '../../services/runbook/run.ts';
import { type Ground, openGround } from './ground.ts';

let g: Ground;
beforeEach(async () => {
  g = await openGround();
  g.resources.set('anti-phish-policy A', { Action: 'NoAction', Other: 1 });
  g.targets.set('A', { before: null, after: { Action: 'Quarantine' } });
});
afterEach(() => g.close());

const mia = { id: 'mia', name: 'Mia' };
const lea = { id: 'lea', name: 'Lea' };
const omar = { id: 'omar', name: 'Omar' };

async function proposed(): Promise<Run> {
  const answer = await propose(g.world, 'mailbox-intelligence', { by: mia, askedIn: null });
  if (answer.is !== 'proposed') throw new Error(JSON.stringify(answer));
  return answer.run;
}
const at = async (id: string): Promise<Run> => (await g.world.store.run(id)) as Run;
async function approved(id: string): Promise<void> {
  for (const by of [lea, omar]) {
    const done = await approve(g.world, { run: id, version: (await at(id)).version, by });
    expect(done.is).toBe('done');
  }
}
const intact = async () => expect((await g.world.store.journal.verify()).ok).toBe(true);

describe('a change', () => {
  it('is applied, proved and settled once two others have approved, and the record is intact', async () => {
    const run = await proposed();
    expect(run).toMatchObject({ state: 'proposed', quorum: 2, version: 1 });
    await approved(run.id);
    await g.settle();
    expect(await at(run.id)).toMatchObject({
      state: 'settled',
      proof: { configuration: 'proved', effect: 'not applicable' },
    });
    expect(g.resources.get('anti-phish-policy A')).toEqual({ Action: 'Quarantine', Other: 1 });
    expect(g.writes).toHaveLength(1);
    await intact();
  });

  it('writes nothing before the quorum, and nothing for the requester', async () => {
    const run = await proposed();
    expect(await approve(g.world, { run: run.id, version: 1, by: mia })).toMatchObject({
      is: 'refused',
      reason: 'no-role',
    });
    expect(await approve(g.world, { run: run.id, version: 1, by: { id: 'both', name: 'B' } })).toMatchObject({
      is: 'done',
    });
    await g.settle();
    expect(g.writes).toEqual([]);
    expect((await at(run.id)).state).toBe('proposed');
  });

  it('counts one of ten approvals that arrive at once from one person', async () => {
    const run = await proposed();
    const all = await Promise.all(
      Array.from({ length: 10 }, () => approve(g.world, { run: run.id, version: 1, by: lea })),
    );
    expect(all.filter((a) => a.is === 'done')).toHaveLength(1);
    expect((await at(run.id)).approvals).toHaveLength(1);
    await intact();
  });

  it('is asked for once however often and however fast it is asked', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => propose(g.world, 'mailbox-intelligence', { by: mia })),
    );
    expect(all.filter((a) => a.is === 'proposed')).toHaveLength(1);
    expect(await g.world.store.runs({ open: true })).toHaveLength(1);
  });

  it('is void when the tenant is no longer as it was, and a new card replaces it', async () => {
    const run = await proposed();
    g.resources.set('anti-phish-policy A', { Action: 'MoveToJmf', Other: 1 });
    const done = await approve(g.world, { run: run.id, version: 1, by: lea });
    expect(done).toMatchObject({
      is: 'void',
      run: { state: 'superseded' },
      replacement: { state: 'proposed', requestedBy: mia },
    });
    await g.settle();
    expect(g.writes).toEqual([]);
    await intact();
  });

  it('is stopped, not forced, when the resource drifts after the approval', async () => {
    g.resources.set('anti-phish-policy B', { Action: 'NoAction' });
    g.targets.set('B', { before: null, after: { Action: 'Quarantine' } });
    const run = await proposed();
    await approve(g.world, { run: run.id, version: 1, by: lea });
    const write = g.world.tenant.write;
    g.world.tenant.write = async (kind, key, before, after) => {
      await write(kind, key, before, after);
      g.resources.set('anti-phish-policy B', { Action: 'Delete' });
    };
    await approve(g.world, { run: run.id, version: 2, by: omar });
    await g.settle();
    expect(await at(run.id)).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining('somebody changed it'),
    });
    expect(g.resources.get('anti-phish-policy B')).toEqual({ Action: 'Delete' });
    await intact();
  });

  it.each([true, false])(
    'survives a write whose outcome is uncertain (executed: %s) without writing twice',
    async (executed) => {
      const run = await proposed();
      g.failNextWrite = { trouble: 'uncertain', executed };
      await approved(run.id);
      await g.settle();
      expect((await at(run.id)).state).toBe('settled');
      expect(g.writes).toHaveLength(1);
      await intact();
    },
  );

  it('stops with the service words when the service refuses', async () => {
    const run = await proposed();
    g.failNextWrite = { trouble: 'refused', executed: false };
    await approved(run.id);
    await g.settle();
    expect(await at(run.id)).toMatchObject({ state: 'stopped', reason: 'injected' });
  });

  it('is not decided while the tenant cannot be read', async () => {
    const run = await proposed();
    g.blind = true;
    expect(await approve(g.world, { run: run.id, version: 1, by: lea })).toMatchObject({
      is: 'refused',
      reason: 'role-unknown',
    });
    expect((await at(run.id)).approvals).toEqual([]);
  });
});

describe('time', () => {
  it('turns silence into no at expiry, after a reminder, in order', async () => {
    await g.world.store.transaction(async (unit) => {
      await unit.putConversation({ key: 'chan', kind: 'channel', person: null, reference: {} });
    });
    await changeSetting(g.world, 'securityChannel', 'chan', { by: mia });
    const run = await proposed();
    g.clock += 30 * 86_400_000;
    await g.settle();
    expect((await at(run.id)).state).toBe('expired');
    expect(g.delivered.map((d) => d.show.view)).toContain('note-reminder');
    expect(await approve(g.world, { run: run.id, version: (await at(run.id)).version, by: lea })).toMatchObject({
      is: 'refused',
      reason: 'resolved',
    });
  });

  it('waits for its change window and is void after it', async () => {
    const early = await propose(g.world, 'mailbox-intelligence', {
      by: mia,
      notBefore: g.clock + 3_600_000,
      notAfter: g.clock + 7_200_000,
    });
    if (early.is !== 'proposed') throw new Error('not proposed');
    await approved(early.run.id);
    await g.settle();
    expect(await at(early.run.id)).toMatchObject({ state: 'approved' });
    g.clock += 3_700_000;
    await g.settle();
    expect((await at(early.run.id)).state).toBe('settled');
  });
});

describe('pausing', () => {
  it('holds approved changes until somebody resumes', async () => {
    const run = await proposed();
    await pause(g.world, 'incident', lea);
    await approved(run.id);
    await g.settle();
    expect(g.writes).toEqual([]);
    await resume(g.world, lea);
    await g.settle();
    expect((await at(run.id)).state).toBe('settled');
  });
});

describe('the way back', () => {
  it('restores exactly, through approval, and the first change says who took it back', async () => {
    const run = await proposed();
    await approved(run.id);
    await g.settle();
    const back = await rollBack(g.world, { run: run.id, version: 0, by: mia, reason: 'wrong people' });
    if (back.is !== 'proposed') throw new Error(JSON.stringify(back));
    expect(await rollBack(g.world, { run: run.id, version: 0, by: mia, reason: 'again' })).toMatchObject({
      is: 'refused',
      reason: 'undone-already',
    });
    await approved(back.run.id);
    await g.settle();
    expect(await at(run.id)).toMatchObject({ state: 'undone' });
    expect(await at(back.run.id)).toMatchObject({ state: 'settled' });
    expect(g.resources.get('anti-phish-policy A')).toEqual({ Action: 'NoAction', Other: 1 });
    await intact();
  });

  it('takes one approver in an emergency, never the requester', async () => {
    const run = await proposed();
    await approved(run.id);
    await g.settle();
    const back = await rollBack(g.world, {
      run: run.id,
      version: 0,
      by: lea,
      reason: 'mail is lost',
      breakGlass: true,
    });
    if (back.is !== 'proposed') throw new Error(JSON.stringify(back));
    expect(back.run.quorum).toBe(1);
    expect(await approve(g.world, { run: back.run.id, version: 1, by: lea })).toMatchObject({ reason: 'own-request' });
    await approve(g.world, { run: back.run.id, version: 1, by: omar });
    await g.settle();
    expect((await at(run.id)).state).toBe('undone');
  });
});

describe('acts by hand', () => {
  it('are not asked for before the effect is proved, and then take a proof', async () => {
    g.proposal = { byHand: [{ id: 'exempt', when: 'after', text: 'Exempt 3 people', people: 3 }] };
    let proved = false;
    Object.assign(g.world.steps[0] as object, { effect: async () => ({ proved, words: 'looked' }) });
    const run = await proposed();
    await approved(run.id);
    await g.settle();
    const click = async () =>
      confirm(g.world, { run: run.id, version: (await at(run.id)).version, by: mia, act: 'exempt', proof: 'CHG1' });
    expect(await click()).toMatchObject({ is: 'refused', reason: 'act-too-early' });
    proved = true;
    await proveEffect(g.world, run.id, 0);
    expect(await click()).toMatchObject({ is: 'done' });
    expect((await at(run.id)).confirmed['exempt']).toMatchObject({ by: mia });
    await intact();
  });
});

describe('deciding no', () => {
  it('needs a reason to reject, and is final; only the requester cancels', async () => {
    const run = await proposed();
    expect(await reject(g.world, { run: run.id, version: 1, by: lea, reason: '' })).toMatchObject({
      reason: 'reason-needed',
    });
    expect(await cancel(g.world, { run: run.id, version: 1, by: lea })).toMatchObject({ reason: 'not-requester' });
    expect(await reject(g.world, { run: run.id, version: 1, by: lea, reason: 'not this week' })).toMatchObject({
      is: 'done',
      run: { state: 'rejected' },
    });
    expect(await approve(g.world, { run: run.id, version: 2, by: omar })).toMatchObject({ reason: 'resolved' });
    const second = await proposed();
    expect(await cancel(g.world, { run: second.id, version: 1, by: mia })).toMatchObject({
      is: 'done',
      run: { state: 'cancelled' },
    });
  });
});

describe('settings', () => {
  it('change at once when no bar falls, and through two people when one does', async () => {
    expect(await changeSetting(g.world, 'quorumDisruptive', 3, { by: mia })).toMatchObject({ is: 'set', value: 3 });
    const lower = await changeSetting(g.world, 'quorumDisruptive', 1, { by: mia });
    if (lower.is !== 'proposed') throw new Error(JSON.stringify(lower));
    expect(lower.run.quorum).toBe(2);
    await approved(lower.run.id);
    await g.settle();
    expect((await g.world.store.settings())['quorumDisruptive']).toBe(1);
    expect(await changeSetting(g.world, 'quorumDisruptive', 'many', { by: mia })).toMatchObject({
      reason: 'bad-value',
    });
    await intact();
  });
});
