import { expect, test } from 'vitest';
import { examine, reportOf } from '../../bot/doctor.ts';

test('the report counts what works, what is missing and what is not licensed, and fails on missing only', async () => {
  const probes = [
    { name: 'a', grant: 'A', probe: async () => ({ is: 'value', value: 1 }) as const },
    { name: 'b', grant: 'B.Read.All', probe: async () => ({ is: 'unknown', why: 'Refused.' }) as const },
    { name: 'c', grant: 'C', probe: async () => ({ is: 'not-licensed', instead: 'the trace' }) as const },
  ];
  const report = reportOf(await examine(probes, [{ name: 'd', grant: 'D' }]));
  expect(report.text).toContain('1 work, 1 missing, 1 not licensed, 1 not tried.');
  expect(report.text).toContain('Needs: B.Read.All.');
  expect(report.exitCode).toBe(1);
  expect(reportOf(await examine(probes.slice(2), [])).exitCode).toBe(0);
});
