import type { DurableStore } from './open-store.ts';

/** The journal as JSON lines, in order; personal data only where asked for and still kept. */
export async function* exportLines(store: DurableStore, withPersonal: boolean): AsyncGenerator<string> {
  for await (const entry of store.journal.read()) {
    if (!withPersonal) {
      yield JSON.stringify(entry);
      continue;
    }
    const personal = await store.personal(entry.seq);
    yield JSON.stringify(personal === null ? entry : { ...entry, personal });
  }
}
