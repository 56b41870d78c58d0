import { settingsOf } from '../../services/engine/world.ts';
import { type Desk, holdsRole, notice, refuse } from '../desk.ts';
import { cards, type Reply, text } from '../reply.ts';
import type { Session } from '../session.ts';

/** As many addresses as one message carries with room to spare (Teams: 80 KB). */
const most = 1_000;

/**
 * The addresses that a change is about, to be copied where the old service wants them: those who join with it, or, for
 * a change without members of its own, the pilot as it is. Personal data: in personal chat only, and journalled.
 */
export async function people(desk: Desk, session: Session, typed: string): Promise<Reply> {
  const { person, place } = session.turn;
  if (!(await holdsRole(desk, person.id, ['operator', 'approver', 'change-approver'])))
    return cards(refuse(desk, session, { reason: 'no-role', more: 'It takes: operator or approver.' }));
  if (place.kind !== 'personal')
    return notice(desk, session, 'Ask me that in our own chat', ['A list of people does not belong in a channel.']);
  const run = await desk.world.store.run(typed.replace(/\D/g, ''));
  if (!run) return cards(refuse(desk, session, { reason: 'unknown-run' }));
  const joining = run.plan.changes.flatMap((c) => (c.kind === 'group-member' ? [c.key.split('|')[1] ?? ''] : []));
  const found = joining.length > 0 ? joining : await pilot(desk);
  if (found === null)
    return notice(desk, session, 'The pilot groups could not be read', [
      'Try again in a minute. Nothing is shown that is not known.',
    ]);
  const addresses = [...new Set(found.map((a) => a.toLowerCase()).filter(Boolean))].sort();
  await desk.world.store.transaction((unit) =>
    unit.append({
      at: desk.world.now(),
      actor: person.id,
      event: 'looked-up',
      subject: `people:${run.id}`,
      detail: { count: addresses.length },
    }),
  );
  const rest = addresses.length > most ? `\n… ${addresses.length - most} more; see the groups.` : '';
  return text(`Change ${run.id}, ${addresses.length} addresses:\n${addresses.slice(0, most).join('\n')}${rest}`);
}

async function pilot(desk: Desk): Promise<readonly string[] | null> {
  const settings = await settingsOf(desk.world.store);
  const lists = await Promise.all(
    [settings.pilotGroupStandard, settings.pilotGroupStrict].map((group) =>
      desk.world.tenant.list('group-member', group),
    ),
  );
  if (lists.some((l) => l.is === 'unknown' || l.is === 'not-licensed')) return null;
  return lists.flatMap((l) => (l.is === 'value' ? l.value.map((m) => m.value.address) : []));
}
