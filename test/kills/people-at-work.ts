import { setTimeout as pause } from 'node:timers/promises';
import type { Run } from '../../services/runbook/run.ts';
import type { Store } from '../../services/store/store.ts';
import type { Connector, Person } from '../kit/connector.ts';

/** People who ask, approve and take back through the message endpoint, and click again when nobody answered. */
export interface PeopleAtWork {
  /** Asks for members of pilot groups; null where the bot's answer was no proposal. */
  ask(members: readonly { readonly group: string; readonly addresses: readonly string[] }[]): Promise<Run>;
  /** Asks for a settled run to be taken back. */
  takeBack(run: Run): Promise<Run>;
  /** Has the run approved by as many others as it takes. */
  approve(run: Run): Promise<void>;
  /** Waits until the run has ended, or for too long: then as it stands. */
  ended(run: Run): Promise<Run>;
}

/** How long people go on clicking, and wait for an end, ms. */
const patience = 60_000;
const step = 'pilot-groups';
const over: ReadonlySet<string> = new Set([
  'settled',
  'stuck',
  'stopped',
  'rejected',
  'expired',
  'cancelled',
  'superseded',
  'undone',
]);

/** People with these roles. `store` is only read, apart from the choice of members that a dialog would have left. */
export function peopleAtWork(parts: {
  readonly store: Store;
  readonly connector: Connector;
  /** Resolves when somebody is there to click at. */
  readonly someone: () => Promise<unknown>;
  readonly requester: Person;
  readonly approvers: readonly Person[];
}): PeopleAtWork {
  const { store, connector, someone, requester, approvers } = parts;
  let choices = 0;

  /** Clicks until what is wanted is seen in the record; a click whose answer never came is repeated, as people do. */
  async function clickUntil<T>(
    person: Person,
    verb: string,
    data: (() => Promise<object>) | object,
    seen: () => Promise<T | null>,
  ): Promise<T> {
    const end = performance.now() + patience;
    let answer: unknown = 'no answer';
    while (performance.now() < end) {
      const found = await seen();
      if (found !== null) return found;
      await someone();
      try {
        const answered = await connector.click(
          person,
          undefined,
          verb,
          typeof data === 'function' ? await data() : data,
        );
        answer = answered.body;
        if (answered.status !== 200) throw new Error(`${verb} was answered with ${answered.status}`);
      } catch (trouble) {
        // The replica died under the click: fetch says so with a TypeError.
        if (!(trouble instanceof TypeError)) throw trouble;
      }
      // An answer "at work" is followed by the deed.
      for (let i = 0; i < 10; i += 1) {
        const now = await seen();
        if (now !== null) return now;
        await pause(10 + 10 * i);
      }
    }
    throw new Error(`${verb} came to nothing: ${JSON.stringify(answer).slice(0, 1_500)}`);
  }
  const newest = async (wanted: (run: Run) => boolean): Promise<Run | null> =>
    (await store.runs({ step, limit: 5 })).find(wanted) ?? null;

  return {
    ask: async (members) => {
      const choice = `kills-${++choices}`;
      await store.transaction((unit) => unit.setNote(`choice:${choice}`, { members }));
      const before = new Set((await store.runs({ step })).map((run) => run.id));
      return clickUntil(requester, 'run.propose', { step, choice }, () => newest((run) => !before.has(run.id)));
    },
    takeBack: async (run) =>
      clickUntil(
        requester,
        'run.roll-back',
        async () => ({
          run: run.id,
          version: (await store.run(run.id))?.version ?? 0,
          reason: 'taken back by the trial',
        }),
        () => newest((found) => found.undoes === run.id),
      ),
    approve: async (run) => {
      for (const [index, person] of approvers.slice(0, run.quorum).entries()) {
        const seen = async (): Promise<true | null> => {
          const now = await store.run(run.id);
          return now !== null && (now.approvals.length > index || over.has(now.state)) ? true : null;
        };
        const data = async () => ({ run: run.id, version: (await store.run(run.id))?.version ?? 0 });
        await clickUntil(person, 'run.approve', data, seen);
      }
    },
    ended: async (run) => {
      const end = performance.now() + patience;
      for (;;) {
        const now = (await store.run(run.id)) ?? run;
        if (over.has(now.state) || performance.now() > end) return now;
        await pause(15);
      }
    },
  };
}
