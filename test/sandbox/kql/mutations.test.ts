import { expect, test } from 'vitest';
import { runKql } from '../../../services/sandbox/kql/kql.ts';
import { QUERIES } from './queries.ts';
import { MAIL, NOW } from './tenant-tables.ts';

const SEEDS = [
  ...Object.values(QUERIES),
  'union withsource=T kind=outer EmailEvents, (CloudAppEvents | take 3) | project-reorder T, Time* | project-away *Id',
  'datatable(a:long, d:dynamic) [1, dynamic([1,{"k":-2}]), 2, dynamic(null)] | mv-expand with_itemindex=i d to typeof(string) limit 2',
  'range t from ago(3d) to now() step 6h | summarize arg_min(t, *), percentile(t, 50), stdev(1.5) by bin(t, 1d)',
  'EmailEvents | lookup kind=inner EmailPostDeliveryEvents on $left.NetworkMessageId == $right.NetworkMessageId | count',
  'print format_datetime(now(), "yyyy-MM"), datetime_diff("week", now(), ago(9d)), format_timespan(90s, "mm:ss"), endofmonth(now(), 1)',
  'print extract("(\\\\d+)", 1, "a1", typeof(long)), trim("x", "xax"), substring("abc", 1, 1), strrep("ab", 3), split("a,b", ",", 1)',
  'EmailEvents | order by strlen(Subject) asc nulls last | project-rename Who = SenderFromAddress | extend r = round(-2.5, 1) / 0',
];
const WORDS = [
  ...' | ( ) [ ] , ; . .. == =~ != < >= + - * / % = : { } " \' @ // ``` $left null true 0 1 -1 1e308 9999999999999999999 0x7f 1d 7ticks'.split(
    ' ',
  ),
  ...'where extend project summarize by join on kind union mv-expand take top order asc nulls first let in in~ has !has has_any between and or not'.split(
    ' ',
  ),
  ...'datetime(null) datetime(9999-12-31) time(1.00:00:00) int(null) dynamic(null) dynamic([]) dynamic({"a":[1]}) typeof(long) ago(99999999d)'.split(
    ' ',
  ),
  ...'count() make_set arg_max dcount bin parse_json tostring iff case strcat pack_array toscalar materialize datatable range print'.split(
    ' ',
  ),
  ...'EmailEvents Timestamp Subject BulkComplaintLevel RawEventData Nonsense __proto__ constructor \u{1f600} \ud800 \u0000 é'.split(
    ' ',
  ),
];

/** A generator of equal numbers for an equal seed, in [0, 1) (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test('five thousand damaged queries are each answered or refused, none with a surprise or a long wait', () => {
  const random = seeded(20_260_915);
  const below = (n: number): number => Math.floor(random() * n);
  const counts = { answered: 0, refused: 0 };
  let slowest = { took: 0, text: '' };
  for (let round = 0; round < 5000; round++) {
    const parts = (SEEDS[round % SEEDS.length] ?? '').split(/(\b|\s+)/);
    for (let edit = 1 + below(3); edit > 0; edit--) {
      const [at, other, kind] = [below(parts.length), below(parts.length), below(5)];
      const word = WORDS[below(WORDS.length)] ?? '';
      if (kind === 0) parts.splice(at, 1);
      else if (kind === 1) parts.splice(at, 0, ` ${word} `);
      else if (kind === 2) parts[at] = word;
      else if (kind === 3) [parts[at], parts[other]] = [parts[other] ?? '', parts[at] ?? ''];
      else parts.splice(at, 0, ...parts.slice(other, other + 8));
    }
    const text = parts.join('');
    const start = performance.now();
    let answer: ReturnType<typeof runKql>;
    try {
      answer = runKql(text, MAIL, NOW);
    } catch (error) {
      throw new Error(`a surprise in:\n${text}`, { cause: error });
    }
    const took = performance.now() - start;
    if (took > slowest.took) slowest = { took, text };
    if (answer.ok) {
      counts.answered += 1;
      for (const row of answer.results) expect(Object.keys(row)).toHaveLength(answer.schema.length);
    } else {
      counts.refused += 1;
      expect(answer.message.length).toBeGreaterThan(10);
    }
  }
  expect(slowest.took, slowest.text).toBeLessThan(10_000);
  // Damage that refused everything, or nothing, would prove little.
  expect(counts.answered).toBeGreaterThan(300);
  expect(counts.refused).toBeGreaterThan(1000);
});
