import { digestOf } from '../runbook/change.ts';
import type { Run, RunState } from '../runbook/run.ts';

/** What a journal entry says of the run it records; the replay compares it with the row in the table. */
export interface RunMark {
  readonly id: string;
  readonly version: number;
  readonly state: RunState;
  readonly digest: string;
}

/** SHA-256 (hexadecimal) over the canonical JSON of the whole run. */
export const digestOfRun = (run: Run): string => digestOf(run);

/** The `run` member that the detail of an entry about a run must carry after the run was written. */
export const markOfRun = (run: Run): RunMark => ({
  id: run.id,
  version: run.version,
  state: run.state,
  digest: digestOfRun(run),
});
