import { describe, expect, test } from 'vitest';
import { approvalCard } from '../../cards/approval.ts';
import { largestCard } from '../../cards/frame.ts';
import { sampleFrame, sampleRun } from '../../cards/sample-data.ts';
import { seal } from '../../services/engine/survey.ts';
import type { Answer } from '../../services/runbook/plan.ts';
import { steps } from '../../services/runbook/steps/index.ts';
import { stations, textOf, watched } from './journey.ts';

/** Whether the evidence of an answer says, where a figure or bar would stand, why it is unknown. */
const admits = (answer: Answer): boolean => {
  const evidence = answer.is === 'proposal' ? answer.proposal.evidence : answer.evidence;
  return [...(evidence?.figures ?? []).map((f) => f.value), ...(evidence?.bars ?? []).map((b) => b.found)].some((t) =>
    t.includes('switched off by the test'),
  );
};

/** Reads that only give a figure beside the evidence: unknown is shown there and need not block. */
const onlyAFigure = /^ask (volume|zapped|submissions) /;

test('the laws are no empty words: the set-up steps propose something on the lived-in tenant', async () => {
  const proposing: string[] = [];
  for (const s of stations.filter((x) => x.name.endsWith('lived-in tenant, in its turn')))
    if ((await s.step.answer(s.tenant(), s.known)).is === 'proposal') proposing.push(s.step.id);
  expect(proposing).toEqual(expect.arrayContaining(['pilot-groups', 'user-reporting', 'anti-phishing', 'start-pilot']));
});

test('every step stands once in the list, in the order of the runbook', () => {
  expect(new Set(steps.map((s) => s.id)).size).toBe(steps.length);
});

describe.each(stations)('$name', ({ step, known, tenant }) => {
  test('looks without touching', async () => {
    const one = tenant();
    const before = one.content();
    await step.answer(one, known);
    expect(one.content()).toBe(before);
    expect(one.asked().length).toBeGreaterThan(0);
  });

  test('settles, and comes back', async () => {
    const one = tenant();
    const before = one.content();
    const answer = await step.answer(one, known);
    if (answer.is !== 'proposal') return;
    expect(answer.proposal.changes.length).toBeGreaterThan(0);
    one.apply(answer.proposal.changes);
    expect(one.content()).not.toBe(before);
    // Afterwards the record knows of the run, which is what holds a wave from following upon a wave.
    const settled = { run: '99', step: step.id, choice: null, settledAt: known.now, undone: false };
    const again = await step.answer(one, { ...known, milestones: [...known.milestones, settled] });
    expect(again.is === 'proposal' ? textOf(again).slice(0, 500) : again.is).toMatch(/^(nothing-to-do|blocked)$/);
    one.revert(answer.proposal.changes);
    expect(one.content()).toBe(before);
    expect(textOf(await step.answer(one, known))).toBe(textOf(answer));
  });

  test('reads only the settings that it declares, and seals only the kinds that it declares', async () => {
    const settings = watched(known.settings);
    const answer = await step.answer(tenant(), { ...known, settings: settings.settings });
    expect(settings.read().filter((name) => !step.uses.some((u) => u === name))).toEqual([]);
    if (answer.is === 'proposal') for (const { kind } of answer.proposal.seals) expect(step.seals).toContain(kind);
  });

  test('blocks with words, and never proposes, while any single read is unknown', async () => {
    const whole = tenant();
    const seen = await step.answer(whole, known);
    for (const line of new Set(whole.asked())) {
      const one = tenant();
      one.fault(line);
      const answer = await step.answer(one, known);
      const where = `${line} → ${textOf(answer).slice(0, 600)}`;
      if (onlyAFigure.test(line)) expect(answer.is === 'blocked' || admits(answer), where).toBe(true);
      else {
        expect(answer.is, where).toBe('blocked');
        // Held for another reason already, and in the same words: this read made no difference.
        if (answer.is !== 'blocked' || (seen.is === 'blocked' && textOf(answer) === textOf(seen))) continue;
        const why = answer.blockers.filter((b) => b.id.startsWith('unknown'));
        expect(why.length, where).toBeGreaterThan(0);
        for (const b of why)
          expect(
            [b.what, b.next].every((w) => w.length > 5),
            where,
          ).toBe(true);
      }
    }
  });

  test('says why, and what would help, when it is blocked', async () => {
    const answer = await step.answer(tenant(), known);
    if (answer.is !== 'blocked') return;
    expect(answer.blockers.length).toBeGreaterThan(0);
    for (const b of answer.blockers)
      expect(
        [b.what, b.next].every((w) => w.length > 5),
        b.id,
      ).toBe(true);
  });

  test('plans the same whatever order the tenant answers in', async () => {
    const answer = await step.answer(tenant(), known);
    expect(textOf(await step.answer(tenant(), known))).toBe(textOf(answer));
    expect(textOf(await step.answer(tenant({ reversed: true }), known))).toBe(textOf(answer));
  });

  test('fits on an approval card', async () => {
    const answer = await step.answer(tenant(), known);
    if (answer.is !== 'proposal') return;
    const plan = seal(answer.proposal, step.id, step.uses, known.settings, null);
    const card = approvalCard({ run: { ...sampleRun, plan }, reviewedBy: ['Jon'], notices: [] }, sampleFrame);
    expect(new TextEncoder().encode(JSON.stringify(card)).length).toBeLessThanOrEqual(largestCard);
    expect(JSON.stringify(card)).toContain('Undo');
  });
});
