import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Person } from '../../services/tenant/questions.ts';
import { chooseUnits, countable, splitUnits, unitsOf, unlicensedOf } from '../../services/waves/membership.ts';
import { person } from './kit.ts';

/** An organisation with people, shared mailboxes, rooms, guests, and who works for whom. */
const organisation = fc
  .array(
    fc.record({
      mailbox: fc.constantFrom<Person['mailbox']>('user', 'user', 'user', 'user', 'shared', 'room', 'none'),
      guest: fc.boolean().map((b) => b),
      enabled: fc.boolean(),
      licensed: fc.boolean(),
      priority: fc.boolean(),
      works: fc.oneof({ arbitrary: fc.constant(null), weight: 4 }, { arbitrary: fc.nat(60), weight: 1 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows) =>
    rows.map(({ works, ...row }, n) =>
      person(n, {
        ...row,
        guest: row.guest && n % 5 === 0,
        enabled: row.enabled || n % 4 !== 0,
        assists: works !== null && works < rows.length && works !== n ? [person(works).id] : [],
      }),
    ),
  );

const users = (people: readonly Person[]): number => people.filter((p) => p.mailbox === 'user').length;

it('never splits a unit, whatever the size or the departments', () => {
  fc.assert(
    fc.property(organisation, fc.nat(70), fc.option(fc.subarray(['finance', 'SALES', 'Plant'])), (people, n, deps) => {
      const units = unitsOf(people);
      const joining = chooseUnits(units, n, deps).joining;
      expect(splitUnits(units, new Set(joining.map((p) => p.id)))).toEqual([]);
      expect(new Set(joining.map((p) => p.id)).size).toBe(joining.length);
    }),
  );
});

it('keeps whoever works for somebody in the same unit', () => {
  fc.assert(
    fc.property(organisation, (people) => {
      const units = unitsOf(people);
      const unitOf = (id: string): number => units.findIndex((u) => u.people.some((p) => p.id === id));
      for (const p of people)
        for (const other of p.assists)
          if (unitOf(p.id) >= 0 && unitOf(other) >= 0) expect(unitOf(p.id)).toBe(unitOf(other));
      expect(users(units.flatMap((u) => u.people))).toBe(countable(people).length);
    }),
  );
});

it('keeps to the size unless no unit fits, and takes everybody where there is room', () => {
  fc.assert(
    fc.property(organisation, fc.integer({ min: 1, max: 70 }), (people, n) => {
      const units = unitsOf(people);
      const smallest = Math.min(...units.map((u) => users(u.people)).filter((size) => size > 0));
      const joined = users(chooseUnits(units, n, null).joining);
      expect(joined).toBeLessThanOrEqual(Math.max(n, Number.isFinite(smallest) ? smallest : 0));
      if (countable(people).length > 0) expect(joined).toBeGreaterThan(0);
      if (n >= countable(people).length) expect(joined).toBe(countable(people).length);
    }),
  );
});

it('takes the smallest unit where none fits, and lets a unit wait that is larger than the room left', () => {
  const pair = [person(0), person(4, { assists: [person(0).id] })];
  const three = [person(8), person(12, { assists: [person(8).id] }), person(16, { assists: [person(8).id] })];
  expect(users(chooseUnits(unitsOf([...pair, ...three]), 1, null).joining)).toBe(2);
  expect(users(chooseUnits(unitsOf([...pair, ...three, person(20)]), 3, null).joining)).toBe(3);
  expect(users(chooseUnits(unitsOf([...pair, ...three]), 4, null).joining)).toBe(2);
});

it('fills the size where people stand alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 80 }), (size, n) => {
      const people = Array.from({ length: size }, (_, i) => person(i));
      expect(chooseUnits(unitsOf(people), n, null).joining).toHaveLength(Math.min(n, size));
    }),
  );
});

it('gives the same choice for the same people in any order', () => {
  fc.assert(
    fc.property(organisation, fc.nat(70), fc.infiniteStream(fc.nat(1000)), (people, n, keys) => {
      const shuffled = people
        .map((p) => ({ p, key: keys.next().value ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ p }) => p);
      const ids = (list: readonly Person[]): string[] => chooseUnits(unitsOf(list), n, null).joining.map((p) => p.id);
      expect(ids(shuffled)).toEqual(ids(people));
    }),
  );
});

it('spreads a small number over the departments', () => {
  const people = Array.from({ length: 40 }, (_, i) => person(i));
  expect(chooseUnits(unitsOf(people), 8, null).byDepartment).toEqual([
    ['Finance', 2],
    ['IT', 2],
    ['Plant', 2],
    ['Sales', 2],
  ]);
});

it('takes everybody of a named department, with those they work for', () => {
  const chief = person(0, { department: 'Executive', priority: true });
  const assistant = person(4, { department: 'Finance', assists: [chief.id] });
  const joining = chooseUnits(unitsOf([chief, assistant, person(8), person(1)]), Number.POSITIVE_INFINITY, [
    'finance',
  ]).joining;
  expect(joining.map((p) => p.id).toSorted()).toEqual([chief.id, assistant.id, person(8).id].toSorted());
});

it('needs a licence of people only', () => {
  expect(
    unlicensedOf([person(1, { licensed: false }), person(2, { licensed: false, mailbox: 'shared' }), person(3)]).map(
      (p) => p.id,
    ),
  ).toEqual([person(1).id]);
});
