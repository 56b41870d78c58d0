import type { Reading } from '../services/tenant/reading.ts';

/** One grant to try: what is read, and what to grant when it is refused. */
export interface Probe {
  readonly name: string;
  readonly grant: string;
  readonly probe: () => Promise<Reading<unknown>>;
}

/** What a probe found. `untried`: it cannot be tried without changing the tenant. */
export interface Examination {
  readonly name: string;
  readonly result: 'works' | 'missing' | 'not licensed' | 'untried';
  readonly words: string;
}

/** Tries every probe, one after the other, and turns what they say into words. */
export async function examine(
  probes: readonly Probe[],
  untried: readonly { readonly name: string; readonly grant: string }[],
): Promise<readonly Examination[]> {
  const found: Examination[] = [];
  for (const { name, grant, probe } of probes) {
    const reading = await probe();
    if (reading.is === 'value' || reading.is === 'absent') found.push({ name, result: 'works', words: '' });
    else if (reading.is === 'not-licensed')
      found.push({ name, result: 'not licensed', words: `Instead: ${reading.instead}.` });
    else found.push({ name, result: 'missing', words: `${reading.why} Needs: ${grant}.` });
  }
  return [
    ...found,
    ...untried.map(({ name, grant }) => ({
      name,
      result: 'untried' as const,
      words: `Changes the tenant, so it is not tried. Needs: ${grant}.`,
    })),
  ];
}

/** The table as text, and the exit code: 0 when nothing is missing, 1 otherwise. */
export function reportOf(found: readonly Examination[]): { readonly text: string; readonly exitCode: 0 | 1 } {
  const width = Math.max(...found.map((f) => f.name.length), 4);
  const lines = found.map((f) => `${f.name.padEnd(width)}  ${f.result.padEnd(12)}  ${f.words}`.trimEnd());
  const missing = found.filter((f) => f.result === 'missing').length;
  const unlicensed = found.filter((f) => f.result === 'not licensed').length;
  const untried = found.filter((f) => f.result === 'untried').length;
  const works = found.length - missing - unlicensed - untried;
  const summary = `${works} work, ${missing} missing, ${unlicensed} not licensed, ${untried} not tried.`;
  return { text: [...lines, '', summary].join('\n'), exitCode: missing === 0 ? 0 : 1 };
}
