import type { Answer, Proposal } from '../../services/runbook/plan.ts';
import type { Known } from '../../services/runbook/step.ts';
import { standardSettings } from '../../services/settings/settings.ts';

const now = Date.UTC(2026, 8, 1, 8);

/** What the record knows where a test says nothing else: standard settings, gates attested, nothing done yet. */
export const knownWith = (more: Partial<Known> = {}): Known => ({
  now,
  settings: standardSettings,
  reviews: [],
  attestations: ['bypass-rule', 'enhanced-filtering', 'security-team'].map((about) => ({
    about,
    statement: 'done',
    proof: 'ticket 1',
    by: { id: 'attester', name: 'Nora' },
    at: now - 1000,
    expiresAt: now + 1000,
  })),
  milestones: [],
  choice: null,
  window: null,
  ...more,
});

/** The proposal of an answer; anything else fails the test with what was answered. */
export function proposalOf(answer: Answer): Proposal {
  if (answer.is !== 'proposal') throw new Error(`no proposal: ${JSON.stringify(answer)}`);
  return answer.proposal;
}

/** Ids of the reasons of a blocked answer; empty where it is not blocked. */
export const reasonsOf = (answer: Answer): readonly string[] =>
  answer.is === 'blocked' ? answer.blockers.map((b) => b.id) : [];
