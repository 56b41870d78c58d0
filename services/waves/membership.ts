import type { Person } from '../tenant/questions.ts';

/** People who move together: an executive with assistants and shared mailboxes. */
export interface Unit {
  readonly people: readonly Person[];
  readonly department: string;
}

const countsAsPerson = (p: Person): boolean => p.mailbox === 'user';

/** Groups people by who works for whom; everybody else is a unit alone. Guests, disabled people and rooms stay out. */
export function unitsOf(people: readonly Person[]): readonly Unit[] {
  const eligible = people.filter((p) => !p.guest && (p.mailbox === 'shared' || (p.enabled && p.mailbox === 'user')));
  const root = new Map(eligible.map((p) => [p.id, p.id]));
  const find = (id: string): string => {
    let at = id;
    for (let up = root.get(at); up !== undefined && up !== at; up = root.get(at)) at = up;
    return at;
  };
  for (const p of eligible) for (const other of p.assists) if (root.has(other)) root.set(find(p.id), find(other));
  const units = new Map<string, Person[]>();
  for (const p of eligible) units.set(find(p.id), [...(units.get(find(p.id)) ?? []), p]);
  return [...units.values()].map((found) => {
    const members = found.toSorted((a, b) => (a.address < b.address ? -1 : 1));
    return { people: members, department: (members.find((m) => m.priority) ?? members[0])?.department ?? '' };
  });
}

export interface Selection {
  readonly joining: readonly Person[];
  /** Department → people. */
  readonly byDepartment: readonly (readonly [string, number])[];
}

const sizeOf = (unit: Unit): number => unit.people.filter(countsAsPerson).length;
const nameOf = (unit: Unit): string => unit.people[0]?.address ?? '';

/**
 * Picks whole units up to `wanted` people (shared mailboxes do not count). With `departments`: only units with somebody
 * of these. In turn from each department, so that small numbers still spread; a unit that is larger than the room left
 * waits. Where no unit fits at all the smallest is taken, so that a choice never comes back empty for that reason alone.
 * The same people give the same choice, whatever their order.
 */
export function chooseUnits(
  candidates: readonly Unit[],
  wanted: number,
  departments: readonly string[] | null,
): Selection {
  const asked = departments === null ? null : new Set(departments.map((d) => d.trim().toLowerCase()));
  const fits = candidates
    .filter((u) => asked === null || u.people.some((p) => asked.has(p.department.toLowerCase())))
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const everybody = fits.reduce((n, u) => n + sizeOf(u), 0) <= wanted;
  const taken = everybody ? fits : inTurn(fits, wanted);
  const smallest = fits.filter((u) => sizeOf(u) > 0).toSorted((a, b) => sizeOf(a) - sizeOf(b))[0];
  const chosen = taken.some((u) => sizeOf(u) > 0) || !smallest || wanted <= 0 ? taken : [smallest];
  const joining = chosen.flatMap((u) => u.people);
  return { joining, byDepartment: departmentsOf(joining) };
}

/** One unit of each department after the other, as long as there is room. */
function inTurn(units: readonly Unit[], wanted: number): readonly Unit[] {
  const queues = new Map<string, Unit[]>();
  for (const unit of units) queues.set(unit.department, [...(queues.get(unit.department) ?? []), unit]);
  const names = [...queues.keys()].toSorted();
  const taken: Unit[] = [];
  let room = wanted;
  for (let moved = true; moved && room > 0; ) {
    moved = false;
    for (const name of names) {
      const queue = queues.get(name) ?? [];
      const at = queue.findIndex((u) => sizeOf(u) <= room);
      const unit = room > 0 ? queue[at] : undefined;
      if (!unit) continue;
      queue.splice(at, 1);
      taken.push(unit);
      room -= sizeOf(unit);
      moved = true;
    }
  }
  return taken;
}

/** People per department, largest first; shared mailboxes do not count. */
export function departmentsOf(people: readonly Person[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const p of people.filter(countsAsPerson))
    counts.set(p.department || 'no department', (counts.get(p.department || 'no department') ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Units that would be torn apart: some of their members in, some out. */
export const splitUnits = (units: readonly Unit[], inside: ReadonlySet<string>): readonly Unit[] =>
  units.filter((u) => u.people.some((p) => inside.has(p.id)) && u.people.some((p) => !inside.has(p.id)));

/** People who need a licence and have none; shared mailboxes need none. */
export const unlicensedOf = (people: readonly Person[]): readonly Person[] =>
  people.filter((p) => countsAsPerson(p) && !p.licensed);

/** Everybody who counts: enabled people of the organisation with a mailbox. */
export const countable = (people: readonly Person[]): readonly Person[] =>
  people.filter((p) => countsAsPerson(p) && p.enabled && !p.guest);
