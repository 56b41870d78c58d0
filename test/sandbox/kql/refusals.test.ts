import { describe, expect, test } from 'vitest';
import { runKql } from '../../../services/sandbox/kql/kql.ts';
import { MAIL, NOW, refusal, run, tablesOf } from './tenant-tables.ts';

describe('what is no query here is refused in words', () => {
  test.each([
    ['EmailEvents | where ShoeSize == 42', /^'where' operator: Failed to resolve .* 'ShoeSize'/],
    ['EmailEvents | extend x = ShoeSize', /^'extend' operator: Failed to resolve .* 'ShoeSize'/],
    ['EmailEvents | project-away ShoeSize', /^'project-away' operator: .* 'ShoeSize'/],
    ['Nonsense | take 1', /^Failed to resolve table or column expression named 'Nonsense'/],
    ['Nonsense', /^Failed to resolve table or column expression named 'Nonsense'/],
    ['EmailEvents | where frob(Subject) == 1', /Unknown function: 'frob'/],
    ['EmailEvents | frobnicate', /'frobnicate' does not refer to any known query operator/],
    ['EmailEvents | project-frob x', /'project-frob' does not refer to any known query operator/],
    ['EmailEvents | where Timestamp > "yesterday"', /Cannot compare values of types datetime and string/],
    ['EmailEvents | where Subject', /'where' operator: .* bool/],
    ['EmailEvents | summarize count() by parse_json(ConfidenceLevel)', /group key .* 'dynamic' type/],
    ['EmailEvents | where Subject.x == 1', /Path expression source must be of type 'dynamic'/],
    ['EmailEvents | where strlen() > 1', /strlen\(\): function expects 1 argument/],
    ['EmailEvents | where ago("x") < now()', /ago\(\): argument #1 expected to be a timespan/],
    ['EmailEvents | join kind=sideways EmailUrlInfo on NetworkMessageId', /join kind 'sideways'/],
    ['EmailEvents | where Subject matches regex "("', /Invalid regular expression/],
    ['EmailEvents | where Subject matches regex @"(a)\\1"', /Invalid regular expression/],
    ['EmailEvents | where', /Token: '<EOF>' Line: 1/],
    ['EmailEvents\n| where Subject == "open', /Token: .* Line: 2, Position: 20/],
    ['EmailEvents EmailUrlInfo', /recognition error/],
    ['let x = 1;', /No tabular expression/],
    ['', /No tabular expression/],
    ['// nothing', /No tabular expression/],
    ['constructor | take 1', /named 'constructor'/],
    ['EmailEvents | where __proto__ == 1', /named '__proto__'/],
    ['EmailEvents | where toString(Subject) == ""', /Unknown function: 'toString'/],
  ])('%s', (query, words) => {
    expect(refusal(query, MAIL)).toMatch(words);
  });

  test.each(['7 days', 'P', 'PT', '2026-13-01', 'a/b', '2026-09-01/2026-09-02/2026-09-03', 'P7D/P1D'])(
    'the Timespan %s',
    (timespan) => {
      expect(refusal('EmailEvents | count', MAIL, timespan)).toMatch(/is not a valid ISO 8601 interval/);
    },
  );
});

/** How long a call took, in ms. */
function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe('what would take too much is refused, soon', () => {
  const doubled = (first: string, next: (name: string) => string, times: number): string =>
    Array.from({ length: times }, (_, i) => `let v${i + 1} = ${next(`v${i}`)};`)
      .join('\n')
      .replace(/^/, `let v0 = ${first};\n`);
  test.each<[string, string]>([
    ['too many rows', 'range x from 1 to 1000000000000 step 1 | summarize count() by x'],
    ['rows held for a sort', 'range x from 1 to 1000000000000 step 1 | order by x asc'],
    ['a range without progress', 'range x from 1e300 to 2e300 step 1.0 | count'],
    ['parentheses', `print ${'('.repeat(5000)}1${')'.repeat(5000)}`],
    ['minus signs', `print ${'- '.repeat(20000)}1`],
    ['a long sum', `print ${Array.from({ length: 20000 }, () => '1').join('+')}`],
    ['members of members', `print dynamic(null)${'.a'.repeat(20000)}`],
    ['nested arrays', `print dynamic(${'['.repeat(5000)}${']'.repeat(5000)})`],
    ['a long pipeline', `EmailEvents ${'| where true '.repeat(3000)}`],
    ['text that doubles', `${doubled('"ab"', (v) => `strcat(${v}, ${v})`, 60)} print v60`],
    ['arrays that double', `${doubled('dynamic([1])', (v) => `pack_array(${v}, ${v})`, 60)} print v60`],
    ['concatenations that double', `${doubled('dynamic([1])', (v) => `array_concat(${v}, ${v})`, 60)} print v60`],
    ['unions that double', `${doubled('EmailUrlInfo', (v) => `union ${v}, ${v}`, 60)} v60 | where Timestamp > ago(1d)`],
    ['joins that double', `${doubled('EmailUrlInfo', (v) => `${v} | join ${v} on ReportId`, 60)} v60 | count`],
    ['a regex of many steps', `print "a" matches regex "((a{1,100}){1,100}){1,100}"`],
    ['a regex that is deep', `print "a" matches regex "${'('.repeat(5000)}"`],
    [
      'a regex over long text',
      `let t = strrep(strrep("a", 1000), 1000); range i from 1 to 1000000 step 1 | where strcat(t, tostring(i)) matches regex "(a?){400}b"`,
    ],
    [
      'long text for every row',
      `let t = strrep(strrep("a", 1000), 1000); range i from 1 to 1000000 step 1 | where reverse(strcat(t, tostring(i))) == "x"`,
    ],
    ['an answer of long texts', `let t = strrep(strrep("a", 1000), 1000); range i from 1 to 1000 step 1 | extend t`],
    ['a long query', `print "${'a'.repeat(1_100_000)}"`],
  ])('%s', (_, query) => {
    let message = '';
    const took = timed(() => {
      message = refusal(query, MAIL);
    });
    expect(message).toBe('Query exceeded resources');
    expect(took).toBeLessThan(20_000);
  });

  test('an answer stops at a hundred thousand rows', () => {
    expect(run('range x from 1 to 200000 step 1').results).toHaveLength(100_000);
  });
});

describe('a surprise', () => {
  test('in a table is not passed off as a fault of the query', () => {
    const broken = new Map(tablesOf({}).tables);
    const table = broken.get('EmailEvents');
    if (table === undefined) throw new Error('no table');
    broken.set('EmailEvents', {
      ...table,
      rows: () => {
        throw new RangeError('Invalid time value');
      },
    });
    expect(() => runKql('EmailEvents | count', broken, NOW)).toThrow('Invalid time value');
  });
});
