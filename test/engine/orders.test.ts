import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approve, cancel, confirm, reject } from '../../services/engine/decide.ts';
import { propose } from '../../services/engine/propose.ts';
import { pause, resume } from '../../services/engine/statements.ts';
import { rollBack } from '../../services/engine/undo.ts';
import type { Run } from '../../services/runbook/run.ts';
import { type Ground, openGround } from './ground.ts';

/**
 * Who, in which order, and how the change stands after each. A line reads "person act -> state", or "person act !reason
 * -> state" for a refusal. The change is the newest one; "first" names the first one; "old" clicks an old card. "now"
 * acts of no person: the clock, the tenant. Operators: mia, both; approvers: lea, omar, jon, both; viewer: vic; nobody: zoe.
 */
const rows: readonly {
  readonly name: string;
  readonly quorum?: 1;
  readonly byHand?: 'before';
  readonly story: string;
}[] = [
  { name: 'two others approve', story: 'mia propose -> proposed; lea approve -> proposed; omar approve -> settled' },
  { name: 'in the other order', story: 'mia propose -> proposed; omar approve -> proposed; lea approve -> settled' },
  { name: 'one is enough where it can be undone', quorum: 1, story: 'mia propose -> proposed; jon approve -> settled' },
  { name: 'the operator has no vote', story: 'mia propose -> proposed; mia approve !no-role -> proposed' },
  {
    name: 'an approver who asked has no vote either',
    quorum: 1,
    story: 'both propose -> proposed; both approve !own-request -> proposed; lea approve -> settled',
  },
  {
    name: 'a person counts once',
    story:
      'mia propose -> proposed; lea approve -> proposed; lea approve !already-decided -> proposed; jon approve -> settled',
  },
  {
    name: 'nor does an old card help',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar approve-old !old-card -> proposed; omar approve -> settled',
  },
  {
    name: 'a viewer decides nothing',
    story:
      'mia propose -> proposed; vic approve !no-role -> proposed; vic reject !no-role -> proposed; vic cancel !not-requester -> proposed',
  },
  {
    name: 'nor does somebody without a role',
    story: 'mia propose -> proposed; zoe approve !no-role -> proposed; zoe reject !no-role -> proposed',
  },
  { name: 'an approver proposes nothing', story: 'lea propose !no-role -> none' },
  {
    name: 'one no is a no',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar reject -> rejected; jon approve !resolved -> rejected',
  },
  {
    name: 'a no comes with a reason',
    story: 'mia propose -> proposed; lea reject-silently !reason-needed -> proposed; lea reject -> rejected',
  },
  {
    name: 'who approved may change the mind before the quorum',
    story: 'mia propose -> proposed; lea approve -> proposed; lea reject -> rejected',
  },
  {
    name: 'the requester cannot reject',
    story: 'both propose -> proposed; both reject !own-request -> proposed; both cancel -> cancelled',
  },
  {
    name: 'only the requester cancels',
    story:
      'mia propose -> proposed; both cancel !not-requester -> proposed; lea cancel !not-requester -> proposed; mia cancel -> cancelled',
  },
  {
    name: 'resolved is final',
    story:
      'mia propose -> proposed; mia cancel -> cancelled; lea approve !resolved -> cancelled; lea reject !resolved -> cancelled; mia cancel !resolved -> cancelled',
  },
  {
    name: 'one question at a time',
    story:
      'mia propose -> proposed; both propose !another-open -> proposed; mia cancel -> cancelled; both propose -> proposed',
  },
  {
    name: 'silence is a no',
    story: 'mia propose -> proposed; lea approve -> proposed; now month -> expired; omar approve !resolved -> expired',
  },
  {
    name: 'and asked again it starts from nothing',
    story:
      'mia propose -> proposed; lea approve -> proposed; now month -> expired; mia propose -> proposed; omar approve -> proposed; jon approve -> settled',
  },
  {
    name: 'a moved tenant voids what was approved',
    story:
      'mia propose -> proposed; lea approve -> proposed; now drift -> proposed; omar approve !void -> proposed; jon approve -> proposed; omar approve -> settled; first -> superseded',
  },
  {
    name: 'somebody else did it already',
    story: 'mia propose -> proposed; now done -> proposed; lea approve !void -> superseded',
  },
  {
    name: 'paused, nothing starts',
    story:
      'mia propose -> proposed; lea pause -> proposed; lea approve -> proposed; omar approve -> approved; mia resume -> settled',
  },
  {
    name: 'who may not write may not pause',
    story: 'mia propose -> proposed; vic pause !no-role -> proposed; zoe resume !no-role -> proposed',
  },
  {
    name: 'paused and approved, it can be cancelled',
    story:
      'mia propose -> proposed; lea pause -> proposed; lea approve -> proposed; omar approve -> approved; lea cancel !not-requester -> approved; mia cancel -> cancelled; lea resume -> cancelled',
  },
  {
    name: 'paused and moved, it is void at the claim',
    story:
      'mia propose -> proposed; lea pause -> proposed; lea approve -> proposed; omar approve -> approved; now drift -> approved; lea resume -> proposed; first -> superseded',
  },
  {
    name: 'paused for too long, it lapses',
    story:
      'mia propose -> proposed; lea pause -> proposed; lea approve -> proposed; omar approve -> approved; now month -> expired; lea resume -> expired',
  },
  {
    name: 'a settled change cannot be cancelled',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar approve -> settled; mia cancel !resolved -> settled; omar reject !resolved -> settled',
  },
  {
    name: 'the way back takes two others as well',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar approve -> settled; mia roll-back -> proposed; lea approve -> proposed; jon approve -> settled; first -> undone',
  },
  {
    name: 'an approver may ask for it, and then has no vote',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar approve -> settled; lea roll-back -> proposed; lea approve !own-request -> proposed; omar approve -> proposed; jon approve -> settled; first -> undone',
  },
  {
    name: 'it needs a reason, and something that was carried out',
    story:
      'mia propose -> proposed; mia roll-back !not-settled -> proposed; lea approve -> proposed; omar approve -> settled; mia roll-back-silently !reason-needed -> settled; vic roll-back !no-role -> settled',
  },
  {
    name: 'it is asked for once',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar approve -> settled; mia roll-back -> proposed; first -> settled; both roll-back-first !undone-already -> proposed',
  },
  {
    name: 'a no to the way back leaves it as it is',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar approve -> settled; mia roll-back -> proposed; lea reject -> rejected; first -> settled; mia roll-back-first -> proposed',
  },
  {
    name: 'in an emergency one is enough, never who asked',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar approve -> settled; lea break-glass -> proposed; lea approve !own-request -> proposed; mia approve !no-role -> proposed; jon approve -> settled; first -> undone',
  },
  {
    name: 'a way back is not taken back',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar approve -> settled; mia break-glass -> proposed; jon approve -> settled; mia roll-back !way-back -> settled; mia break-glass !break-glass-refused -> settled; mia propose -> proposed',
  },
  {
    name: 'an act by hand comes between approval and start',
    byHand: 'before',
    story:
      'mia propose -> proposed; mia confirm !act-too-early -> proposed; lea approve -> proposed; omar approve -> approved; vic confirm !no-role -> approved; mia confirm-silently !proof-missing -> approved; mia confirm -> settled; mia confirm !confirmed-already -> settled',
  },
  {
    name: 'which it waits for, but not for ever',
    byHand: 'before',
    story:
      'mia propose -> proposed; lea approve -> proposed; omar approve -> approved; now month -> expired; mia confirm !resolved -> expired',
  },
];

let g: Ground;
beforeEach(async () => {
  g = await openGround();
  g.resources.set('anti-phish-policy A', { Action: 'NoAction' });
  g.targets.set('A', { before: null, after: { Action: 'Quarantine' } });
});
afterEach(() => g.close());

const newest = async (): Promise<Run | null> => (await g.world.store.runs({ limit: 1 }))[0] ?? null;

async function act(who: string, what: string): Promise<string> {
  const by = { id: who, name: who };
  const present = what.endsWith('-first') ? await g.world.store.run('1') : await newest();
  const click = { run: present?.id ?? '', version: (present?.version ?? 0) - (what.endsWith('-old') ? 1 : 0), by };
  const reason = what.endsWith('-silently') ? ' ' : 'because of a drill';
  const verb = what.replace(/-(first|old|silently)$/, '');
  const does: Record<string, () => Promise<{ is: string; reason?: string }>> = {
    propose: () => propose(g.world, 'mailbox-intelligence', { by }),
    approve: () => approve(g.world, click),
    reject: () => reject(g.world, { ...click, reason }),
    cancel: () => cancel(g.world, click),
    confirm: () => confirm(g.world, { ...click, act: 'hand', proof: reason }),
    'roll-back': () => rollBack(g.world, { ...click, reason }),
    'break-glass': () => rollBack(g.world, { ...click, reason, breakGlass: true }),
    pause: () => pause(g.world, reason, by),
    resume: () => resume(g.world, by),
  };
  const answer = await does[verb]?.();
  if (!answer) throw new Error(`nobody can ${verb}`);
  return answer.is === 'refused' ? `!${answer.reason}` : answer.is === 'void' ? '!void' : '';
}

describe('who, in which order, and what then', () => {
  it.each(rows)('$name', async ({ story, quorum, byHand }) => {
    g.proposal = {
      risk: quorum ? 'reversible' : 'disruptive',
      ...(byHand ? { byHand: [{ id: 'hand', when: byHand, text: 'By hand', people: 3 }] } : {}),
    };
    for (const line of story.split('; ')) {
      const [left = '', state] = line.split(' -> ');
      const [who = '', what = '', refusal = ''] = left.split(' ');
      if (who === 'first') {
        expect((await g.world.store.run('1'))?.state, line).toBe(state);
        continue;
      }
      if (who === 'now') {
        if (what === 'month') g.clock += 30 * 86_400_000;
        else g.resources.set('anti-phish-policy A', { Action: what === 'done' ? 'Quarantine' : 'Redirect' });
      } else expect(await act(who, what), line).toBe(refusal);
      await g.settle();
      expect((await newest())?.state ?? 'none', line).toBe(state);
    }
    const runs = await g.world.store.runs({});
    const carried = runs.filter((r) => r.state === 'settled' || r.state === 'undone');
    expect(g.writes).toHaveLength(carried.length);
    for (const run of carried) {
      const people = new Set(run.approvals.map((a) => a.by.id));
      expect(people.size).toBeGreaterThanOrEqual(run.quorum);
      expect(people.has(run.requestedBy.id)).toBe(false);
    }
    expect(await g.world.store.journal.verify()).toMatchObject({ ok: true });
  });
});
