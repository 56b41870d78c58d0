import { z } from 'zod';
import { isMember, type Pilot, plural } from '../runbook/look.ts';
import type { Blocker, Finding } from '../runbook/plan.ts';
import type { Known } from '../runbook/step.ts';
import type { Person } from '../tenant/questions.ts';
import { chooseUnits, countable, splitUnits, type Unit, unitsOf, unlicensedOf } from './membership.ts';

/** `people`: size of the pilot afterwards. `departments`: everybody of these, or up to `people`. */
const choiceSchema = z.object({
  people: z.number().int().positive().nullish(),
  departments: z.array(z.string()).nullish(),
  group: z.enum(['standard', 'strict']).nullish(),
});
/** What a person may choose for the next wave; all parts optional. */
export type WavesChoice = z.infer<typeof choiceSchema>;
/** Which pilot group, and with it which policies. */
export type Level = 'standard' | 'strict';

/** The next wave. */
export interface NextWave {
  readonly joining: readonly { readonly person: Person; readonly level: Level }[];
  /** Units of executive, assistants and shared mailboxes that are still in by half afterwards. */
  readonly stillSplit: number;
}

/** A size counts as reached from this share of it on: whole units and missing licences leave it a little short. */
const nearlyThere = 0.9;

/** The first of the wave sizes that is not reached yet, in people. */
function nextSize(sizes: readonly number[], everybody: number, inside: number): number {
  const targets = sizes.map((share) => Math.ceil(share * everybody)).toSorted((a, b) => a - b);
  return targets.find((t) => inside < (t >= everybody ? everybody : t * nearlyThere)) ?? everybody;
}

const named = (people: readonly Person[]): string =>
  `${people
    .slice(0, 5)
    .map((p) => p.name)
    .join(', ')}${people.length > 5 ? ` and ${people.length - 5} more` : ''}`;

/**
 * Who joins: whole units, those that are in by half first, by choice or by the setting `waveSizes`. Null with reasons in
 * `blockers`. The default and a number alone leave people without a licence out; named departments stop on them.
 */
export function nextWave(pilot: Pilot, known: Known, blockers: Blocker[], findings: Finding[]): NextWave | null {
  const all = countable(pilot.everybody);
  const inside = countable(pilot.people);
  const no = (id: string, what: string, next: string, attest?: string): null => {
    blockers.push({ id, what, next, ...(attest ? { attest } : {}) });
    return null;
  };
  const parsed = choiceSchema.nullable().safeParse(known.choice);
  if (!parsed.success)
    return no('choice', 'The choice of the wave was not understood.', 'Say a number of people, or departments.');
  const choice: WavesChoice = parsed.data ?? {};
  const wantedDepartments = choice.departments && choice.departments.length > 0 ? choice.departments : null;
  const there = [...new Set(all.map((p) => p.department).filter((d) => d !== ''))].toSorted();
  const strangers = (wantedDepartments ?? []).filter(
    (d) => !there.some((t) => t.toLowerCase() === d.trim().toLowerCase()),
  );
  if (strangers.length > 0)
    return no(
      'department',
      `Nobody is in: ${strangers.slice(0, 5).join(', ')}.`,
      `Departments: ${there.slice(0, 15).join(', ')}${there.length > 15 ? ` and ${there.length - 15} more` : ''}.`,
    );
  const target =
    choice.people ??
    (wantedDepartments ? Number.POSITIVE_INFINITY : nextSize(known.settings.waveSizes, all.length, inside.length));
  if (target <= inside.length)
    return no(
      'size',
      `The pilot has ${plural(inside.length, 'person', 'people')} already, ${target} were asked for.`,
      'Say how many there should be afterwards.',
    );

  const insideIds = new Set(pilot.people.map((p) => p.id));
  const units = unitsOf(pilot.everybody);
  const split = splitUnits(units, insideIds);
  const open: Unit[] = units
    .map((u) => ({ ...u, people: u.people.filter((p) => !insideIds.has(p.id)) }))
    .filter((u) => u.people.length > 0);
  const licensed = open.filter((u) => unlicensedOf(u.people).length === 0);
  const leftOut = unlicensedOf(open.flatMap((u) => u.people));
  // Named departments were meant whole: who has no licence stops the wave. A number alone leaves them out.
  const candidates = wantedDepartments ? open : licensed;
  const halves = new Set(split.flatMap((u) => u.people.map((p) => p.id)));
  const isHalf = (u: Unit): boolean => u.people.some((p) => halves.has(p.id));
  const room = target - inside.length;
  const first = chooseUnits(candidates.filter(isHalf), room, wantedDepartments).joining;
  const whole = candidates.filter((u) => !isHalf(u));
  const chosen = [...first, ...chooseUnits(whole, room - countable(first).length, wantedDepartments).joining];
  const unlicensed = unlicensedOf(chosen);
  if (unlicensed.length > 0)
    return no(
      'unlicensed',
      `Without a licence of Defender for Office 365: ${named(unlicensed)}.`,
      'Assign licences, or ask by number: then they are left out.',
    );
  if (!wantedDepartments && leftOut.length > 0)
    findings.push({
      tone: 'attention',
      text: `Left out, with those they work for: ${plural(leftOut.length, 'person', 'people')} without a licence of Defender for Office 365.`,
    });
  if (countable(chosen).length === 0)
    return wantedDepartments
      ? no('all-in', `Everybody of ${wantedDepartments.join(', ')} is in already.`, 'Choose other departments.')
      : no(
          'unlicensed',
          `Only people without a licence of Defender for Office 365 are left, and who works for them: ${named(leftOut)}.`,
          'Assign licences, or state by name why they stay out.',
          'waves',
        );
  if (split.length > 0)
    findings.push({
      tone: 'attention',
      text: `${plural(split.length, 'unit')} of executive, assistants and shared mailboxes ${split.length === 1 ? 'is' : 'are'} in by half.`,
    });
  const strictHalf = new Set(
    split
      .filter((u) => u.people.some((p) => pilot.strict.some((m) => isMember(m, p))))
      .flatMap((u) => u.people.map((p) => p.id)),
  );
  return {
    joining: chosen.map((person) => ({
      person,
      level: choice.group ?? (strictHalf.has(person.id) ? 'strict' : 'standard'),
    })),
    stillSplit: splitUnits(units, new Set([...insideIds, ...chosen.map((p) => p.id)])).length,
  };
}
