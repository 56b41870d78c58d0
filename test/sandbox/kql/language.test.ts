import { describe, expect, test } from 'vitest';
import { MAIL, rows, run, tablesOf, value } from './tenant-tables.ts';

const PEOPLE = `let people = datatable(name:string, team:string, age:long) [
  "Ann", "sales", 41, "Bob", "plant", int(null), "Cid", "sales", 29, "Dan", "", 35 ];
let teams = datatable(team:string, site:string) [ "sales", "Kiel", "sales", "Ulm", "legal", "Bonn" ];
`;

describe('text operators', () => {
  test.each([
    ['"North America" has "america"', true],
    ['"North-America" has "north"', true],
    ['"NorthAmerica" has "north"', false],
    ['"NorthAmerica" hasprefix "north"', true],
    ['"NorthAmerica" hassuffix "AMERICA"', true],
    ['"mail_box" has "mail"', true],
    ['"mailbox2" has "mailbox"', false],
    ['"a b" has ""', true],
    ['"Spoof DMARC" has "spoof dmarc"', true],
    ['"Ünal" has "nal"', false],
    ['"North" has_cs "north"', false],
    ['"North" !has "north"', false],
    ['"North" contains "ORT"', true],
    ['"North" contains_cs "ORT"', false],
    ['"North" startswith "no"', true],
    ['"North" !endswith "TH"', false],
    ['"North" =~ "nORTH"', true],
    ['"North" !~ "south"', true],
    ['"North" == "north"', false],
    ['"b" in ("a", "b")', true],
    ['"B" in ("a", "b")', false],
    ['"B" in~ ("a", "b")', true],
    ['"B" !in~ (dynamic(["a", "b"]))', false],
    ['"the old gateway" has_any ("new", "OLD")', true],
    ['"the old gateway" has_all ("new", "old")', false],
    ['"x-42" matches regex "^[a-z]-[0-9]+$"', true],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });
});

describe('nulls', () => {
  test.each([
    ['int(null) == int(null)', null],
    ['int(null) == 1', false],
    ['int(null) != 1', true],
    ['int(null) < 1', null],
    ['int(null) + 1', null],
    ['not(int(null) < 1)', null],
    ['int(null) < 1 or true', true],
    ['int(null) < 1 and false', false],
    ['isnull(int(null))', true],
    ['isnull("")', false],
    ['isempty("")', true],
    ['isempty(dynamic(null))', true],
    ['tostring(int(null))', ''],
    ['toint("no number")', null],
    ['coalesce(int(null), 7)', 7],
    ['dynamic({"a":{"b":2}}).a.c', null],
    ['tostring(parse_json("not json").a)', ''],
    ['iff(int(null) > 0, "yes", "no")', 'no'],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  test('a condition that is neither true nor false keeps no row', () => {
    expect(rows(`${PEOPLE}people | where age > 30 | project name`)).toEqual([['Ann'], ['Dan']]);
    expect(rows(`${PEOPLE}people | where not(age > 30) | project name`)).toEqual([['Cid']]);
  });

  test.each([
    ['age asc', ['Bob', 'Cid', 'Dan', 'Ann']],
    ['age', ['Ann', 'Dan', 'Cid', 'Bob']],
    ['age asc nulls last', ['Cid', 'Dan', 'Ann', 'Bob']],
    ['age desc nulls first', ['Bob', 'Ann', 'Dan', 'Cid']],
    ['team asc, age asc', ['Dan', 'Bob', 'Cid', 'Ann']],
  ])('order by %s puts nulls where Kusto does', (key, expected) => {
    expect(rows(`${PEOPLE}people | order by ${key} | project name`).flat()).toEqual(expected);
    expect(rows(`${PEOPLE}people | top 2 by ${key} | project name`).flat()).toEqual(expected.slice(0, 2));
  });
});

describe('joins', () => {
  test.each([
    ['inner', ['Ann sales Kiel', 'Ann sales Ulm', 'Cid sales Kiel', 'Cid sales Ulm']],
    ['innerunique', ['Ann sales Kiel', 'Ann sales Ulm']],
    ['leftouter', ['Ann sales Kiel', 'Ann sales Ulm', 'Bob  ', 'Cid sales Kiel', 'Cid sales Ulm', 'Dan  ']],
    ['rightouter', ['  legal Bonn', 'Ann sales Kiel', 'Ann sales Ulm', 'Cid sales Kiel', 'Cid sales Ulm']],
    [
      'fullouter',
      ['  legal Bonn', 'Ann sales Kiel', 'Ann sales Ulm', 'Bob  ', 'Cid sales Kiel', 'Cid sales Ulm', 'Dan  '],
    ],
  ])('%s', (kind, expected) => {
    const joined = rows(
      `${PEOPLE}people | join kind=${kind} teams on team | project t = strcat(name, " ", team1, " ", site)`,
    );
    expect(joined.map(([text]) => String(text).replace(/^ legal/, '  legal')).sort()).toEqual(expected);
  });

  test.each([
    ['people', 'leftsemi', 'teams', [['Ann'], ['Cid']]],
    ['people', 'leftanti', 'teams', [['Bob'], ['Dan']]],
  ])('%s %s %s keeps the left columns only', (left, kind, right, expected) => {
    const answer = run(`${PEOPLE}${left} | join kind=${kind} ${right} on team`);
    expect(answer.schema.map((column) => column.name)).toEqual(['name', 'team', 'age']);
    expect(answer.results.map((row) => [row['name']])).toEqual(expected);
  });

  test('rightsemi and rightanti keep the right columns only', () => {
    expect(rows(`${PEOPLE}people | join kind=rightsemi teams on team`)).toEqual([
      ['sales', 'Kiel'],
      ['sales', 'Ulm'],
    ]);
    expect(rows(`${PEOPLE}people | join kind=rightanti (teams) on $left.team == $right.team`)).toEqual([
      ['legal', 'Bonn'],
    ]);
  });

  test('without a kind, the left side is made unique first; lookup keeps the key once', () => {
    expect(rows(`${PEOPLE}people | join teams on team | count`)).toEqual([[2]]);
    expect(run(`${PEOPLE}people | lookup teams on team`).schema.map((column) => column.name)).toEqual([
      'name',
      'team',
      'age',
      'site',
    ]);
    expect(rows(`${PEOPLE}people | lookup teams on team | count`)).toEqual([[6]]);
  });
});

describe('union', () => {
  test('columns of one name and type are one, and a row without one has its null', () => {
    expect(run(`${PEOPLE}union people, teams | where team == "sales" | project name, age, site`).results).toEqual([
      { name: 'Ann', age: 41, site: '' },
      { name: 'Cid', age: 29, site: '' },
      { name: '', age: null, site: 'Kiel' },
      { name: '', age: null, site: 'Ulm' },
    ]);
  });

  test('an inner union keeps common columns, and withsource says where a row is from', () => {
    expect(
      run(`${PEOPLE}people | union kind=inner (teams | take 1) | take 5`).schema.map((column) => column.name),
    ).toEqual(['team']);
    expect(rows(`${PEOPLE}union withsource=T people, teams | summarize count() by T`)).toEqual([
      ['people', 4],
      ['teams', 3],
    ]);
  });

  test('a definition may begin with a union of queries in parentheses', () => {
    expect(
      rows(`${PEOPLE}let both = union (people | where age > 40), (people | where age < 30); both | project name`),
    ).toEqual([['Ann'], ['Cid']]);
  });
});

describe('mv-expand', () => {
  const data =
    'datatable(id:long, d:dynamic) [1, dynamic(["a","b"]), 2, dynamic([]), 3, dynamic({"k":1,"l":2}), 4, dynamic(null)]';
  test('arrays give a row for each member, bags for each entry, and what is empty gives one', () => {
    expect(rows(`${data} | mv-expand d`)).toEqual([
      [1, 'a'],
      [1, 'b'],
      [2, null],
      [3, { k: 1 }],
      [3, { l: 2 }],
      [4, null],
    ]);
  });

  test('a type converts, a new name adds a column, an index counts, a limit cuts', () => {
    expect(rows(`print d = dynamic(["1","x"]) | mv-expand n = d to typeof(long)`)).toEqual([
      [['1', 'x'], 1],
      [['1', 'x'], null],
    ]);
    expect(rows('print d = dynamic([5,6,7]) | mv-expand with_itemindex=i d limit 2')).toEqual([
      [5, 0],
      [6, 1],
    ]);
    expect(rows('print d = dynamic({"k":1}) | mv-expand kind=array d')).toEqual([[['k', 1]]]);
  });

  test('several columns are walked side by side', () => {
    expect(rows('print a = dynamic([1,2,3]), b = dynamic(["x"]) | mv-expand a, b')).toEqual([
      [1, 'x'],
      [2, null],
      [3, null],
    ]);
  });
});

describe('summarize', () => {
  test('a bin keeps its column name and unnamed aggregates get the names that Kusto gives', () => {
    const answer = run(
      `EmailEvents | extend Conf = parse_json(ConfidenceLevel) | summarize count(), countif(UrlCount > 0), dcount(NetworkMessageId), max(Timestamp), make_set(Subject),
       make_list(Subject), sum(EmailSize) + 1 by bin(Timestamp, 1d), tostring(Conf.Phish), EmailDirection`,
      MAIL,
    );
    expect(answer.schema.map((column) => column.name)).toEqual([
      'Timestamp',
      'Conf_Phish',
      'EmailDirection',
      'count_',
      'countif_',
      'dcount_NetworkMessageId',
      'max_Timestamp',
      'set_Subject',
      'list_Subject',
      'Column1',
    ]);
    expect(answer.results.map((row) => [row['Timestamp'], row['EmailDirection'], row['count_']])).toEqual([
      ['2026-09-06T00:00:00Z', 'Inbound', 1],
      ['2026-09-15T00:00:00Z', 'Inbound', 2],
      ['2026-09-15T00:00:00Z', 'Inbound', 2],
      ['2026-09-15T00:00:00Z', 'Outbound', 1],
    ]);
  });

  test('over no rows, without keys there is one row and with keys there is none', () => {
    const none = `${PEOPLE}people | where false`;
    expect(rows(`${none} | summarize count(), sum(age), max(age), avg(age), make_set(name)`)).toEqual([
      [0, 0, null, null, []],
    ]);
    expect(rows(`${none} | summarize count() by team`)).toEqual([]);
    expect(rows(`${none} | count`)).toEqual([[0]]);
  });

  test('aggregates leave nulls out', () => {
    expect(
      rows(`${PEOPLE}people | summarize count(), dcount(age), avg(age), min(age), sum(age), make_list(age)`),
    ).toEqual([[4, 3, 35, 29, 105, [41, 29, 35]]]);
  });

  test('arg_max gives the whole row of the largest, and names of its own', () => {
    expect(run(`${PEOPLE}people | summarize arg_max(age, *) by team | order by name asc`).results).toEqual([
      { team: 'sales', age: 41, name: 'Ann' },
      { team: 'plant', age: null, name: 'Bob' },
      { team: '', age: 35, name: 'Dan' },
    ]);
    expect(run(`${PEOPLE}people | summarize Oldest = arg_max(age, name), arg_min(age, name)`).results).toEqual([
      { Oldest: 41, name: 'Ann', age: 29, name1: 'Cid' },
    ]);
  });

  test('distinct keeps each combination once, in order of appearance', () => {
    expect(rows(`${PEOPLE}people | distinct team`)).toEqual([['sales'], ['plant'], ['']]);
  });
});

describe('definitions', () => {
  test('scalars, lists and tables can be named and used in each other', () => {
    expect(
      rows(`${PEOPLE}let least = 30; let more = least + 5; let wanted = dynamic(["ann","dan","cid"]);
        let grown = people | where age >= more; grown | where name in~ (wanted) | project name, over = age - least`),
    ).toEqual([
      ['Ann', 11],
      ['Dan', 5],
    ]);
    expect(rows(`${PEOPLE}people | where team in (teams) | project name`)).toEqual([['Ann'], ['Cid']]);
    expect(rows(`${PEOPLE}let n = toscalar(people | count); print n * 2`)).toEqual([[8]]);
    expect(rows(`${PEOPLE}let m = materialize(people | take 1); union m, m | count`)).toEqual([[2]]);
  });
});

describe('dates', () => {
  test.each([
    ['ago(1d)', '2026-09-14T12:00:00Z'],
    ['now() - 90m', '2026-09-15T10:30:00Z'],
    ['bin(datetime(2026-09-15T11:59:59Z), 7d)', '2026-09-14T00:00:00Z'],
    ['startofday(now())', '2026-09-15T00:00:00Z'],
    ['startofweek(now())', '2026-09-13T00:00:00Z'],
    ['startofmonth(now(), -1)', '2026-08-01T00:00:00Z'],
    ['now() - datetime(2026-09-13)', '2.12:00:00'],
    ['datetime_diff("day", now(), datetime(2026-09-13T23:59:59Z))', 2],
    ['datetime_add("month", 1, datetime(2026-01-31))', '2026-02-28T00:00:00Z'],
    ['format_datetime(now(), "dd.MM.yyyy HH:mm")', '15.09.2026 12:00'],
    ['endofday(now()) < startofday(now(), 1)', true],
    ['endofday(now()) > datetime(2026-09-15T23:59:59.999Z)', true],
    ['todatetime("2026-02-30")', null],
    ['todatetime("2026-02-28T10:11:12.345Z")', '2026-02-28T10:11:12.345Z'],
    ['todatetime("2026-13-01T10:11:12.345Z")', null],
    ['todatetime("2026-12-31T10:11:12.345Z")', '2026-12-31T10:11:12.345Z'],
    ['tostring(now())', '2026-09-15T12:00:00.0000000Z'],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });
});

describe('the Timespan of a request', () => {
  const hourly = tablesOf({
    EmailEvents: Array.from({ length: 24 * 40 }, (_, i) => ({ ago: i * 3_600_000, row: {} })),
  }).tables;
  test.each([
    [undefined, 721],
    ['P30D', 721],
    ['P90D', 721],
    ['P7D', 169],
    ['PT36H', 37],
    ['P1DT12H', 37],
    ['P1W', 169],
    ['2026-09-14T12:00:00Z', 25],
    ['2026-09-13T00:00:00Z/2026-09-14T00:00:00Z', 25],
    ['2026-09-13T00:00:00Z/P2D', 49],
    ['PT6H/2026-09-14T00:00:00Z', 7],
    ['2026-09-15T00:00:00Z/P9D', 13],
  ])('%s means %s hours', (timespan, expected) => {
    expect(run('EmailEvents | count', hourly, timespan).results).toEqual([{ Count: expected }]);
  });
});
