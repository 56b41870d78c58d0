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
  return [...units.values()].map((members) => ({
    people: members.toSorted((a, b) => (a.address < b.address ? -1 : 1)),
    department: (members.find((m) => m.priority) ?? members[0])?.department ?? '',
  }));
}

export interface Selection {
  readonly joining: readonly Person[];
  /** Department → people. */
  readonly byDepartment: readonly (readonly [string, number])[];
}

/**
 * Picks whole units until `wanted` people are reached. With `departments`: everybody of these. Without: in turn from
 * each department, so that small numbers still spread. The same people give the same choice, whatever their order.
 */
export function chooseUnits(
  candidates: readonly Unit[],
  wanted: number,
  departments: readonly string[] | null,
): Selection {
  const fits = candidates
    .filter((u) => departments === null || departments.some((d) => d.toLowerCase() === u.department.toLowerCase()))
    .toSorted((a, b) => ((a.people[0]?.address ?? '') < (b.people[0]?.address ?? '') ? -1 : 1));
  const queues = new Map<string, Unit[]>();
  for (const unit of fits) queues.set(unit.department, [...(queues.get(unit.department) ?? []), unit]);
  const names = [...queues.keys()].toSorted();
  const joining: Person[] = [];
  const count = (): number => joining.filter(countsAsPerson).length;
  for (let moved = true; moved && count() < wanted; ) {
    moved = false;
    for (const name of names) {
      if (count() >= wanted) break;
      const unit = queues.get(name)?.shift();
      if (!unit) continue;
      joining.push(...unit.people);
      moved = true;
    }
  }
  return { joining, byDepartment: departmentsOf(joining) };
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
