import type { Run } from '../../services/runbook/run.ts';
import { markOfRun } from '../../services/store/run-digest.ts';
import type { Store, Unit } from '../../services/store/store.ts';

/** A proposed run as the store sees it. */
export const someRun = (over: Partial<Run> = {}): Run => ({
  id: '1',
  version: 1,
  state: 'proposed',
  plan: {
    step: 'waves',
    title: 'Grow pilot?',
    lines: [],
    changes: [],
    seals: [],
    evidence: null,
    byHand: [],
    risk: 'disruptive',
    affected: 3,
    cautions: [],
    undo: 'Group back',
    settings: {},
    choice: null,
    fingerprint: 'f',
  },
  requestedBy: { id: 'mia', name: 'Mia' },
  requestedAt: 1000,
  quorum: 2,
  approvals: [],
  expiresAt: 2000,
  ticket: null,
  notBefore: null,
  notAfter: null,
  undoes: null,
  breakGlass: false,
  replaces: null,
  replacedBy: null,
  progress: [],
  proof: null,
  confirmed: {},
  reason: null,
  resolvedAt: null,
  askedIn: null,
  ...over,
});

/** Inserts a run with its entry. */
export async function propose(unit: Unit, run: Run): Promise<void> {
  await unit.insertRun(run);
  await unit.append({
    at: run.requestedAt,
    actor: run.requestedBy.id,
    event: 'run-proposed',
    subject: `run:${run.id}`,
    detail: { run: markOfRun(run) },
  });
}

/** Moves a run with its entry; false when somebody else moved it. */
export async function move(unit: Unit, from: Run, over: Partial<Run>): Promise<boolean> {
  const next: Run = { ...from, ...over, version: from.version + 1 };
  if (!(await unit.advanceRun(from.version, next))) return false;
  await unit.append({
    at: 1500,
    actor: 'cutover',
    event: 'run-state',
    subject: `run:${next.id}`,
    detail: { run: markOfRun(next) },
  });
  return true;
}

/** A store with some runs, settings and personal data in it. */
export async function fill(store: Store): Promise<void> {
  for (const id of ['1', '2', '3']) await store.transaction((unit) => propose(unit, someRun({ id })));
  await store.transaction(async (unit) => {
    await unit.setSetting('digestHour', 9);
    await unit.append({
      at: 1,
      actor: 'lea',
      event: 'setting',
      subject: 'setting:digestHour',
      detail: { name: 'digestHour', value: 9 },
    });
    await unit.append({
      at: 2,
      actor: 'lea',
      event: 'looked-up',
      subject: 'question:1',
      detail: { kind: 'where is' },
      personal: { sender: 'tom@contoso.example' },
    });
  });
}
