import type { Known } from '../runbook/step.ts';

/**
 * Whether a person confirmed, for everybody who was let into the pilot, that the old service lets their mail through: for
 * each run that let people in, and by a statement of its own where no run of this record started the pilot.
 */
export function exemptAtOldService(known: Known): boolean {
  const confirmed = (about: string): boolean =>
    known.attestations.some((a) => a.about.startsWith(about) && a.expiresAt > known.now);
  const runs = known.milestones.filter((m) => (m.step === 'start-pilot' || m.step === 'waves') && !m.undone);
  return (
    (runs.some((m) => m.step === 'start-pilot') || confirmed('exempt')) &&
    runs.every((m) => confirmed(`run:${m.run}:exempt`))
  );
}
