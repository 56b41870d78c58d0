import { expect, test } from 'vitest';
import { refusal, rows, value } from './tenant-tables.ts';

/** A Kusto text literal of any text. */
const quoted = (text: string): string => `@'${text.replaceAll("'", "''")}'`;

test.each([
  ['a+b', 'caab', true],
  ['^a+b$', 'caab', false],
  ['(?i)HELLO', 'say hello', true],
  ['(?i:H)ello', 'hELLO', false],
  ['a.c', 'a\nc', false],
  ['(?s)a.c', 'a\nc', true],
  ['(?m)^b', 'a\nb', true],
  ['[^"]*', '', true],
  ['^[[:alpha:]_-]+$', 'ab-c_d', true],
  ['^[a-c]{2,3}$', 'abca', false],
  ['^[a-c]{2,}$', 'abca', true],
  ['^(ab|cd)+$', 'abcdab', true],
  ['\\bfoo\\b', 'a foo.', true],
  ['\\bfoo\\b', 'afoo', false],
  ['^\\d{3}-\\w\\s\\S$', '123-x y', true],
  ['^\\pL+$', 'Grüße', true],
  ['^\\p{Greek}$', 'λ', true],
  ['^\\x41\\x{42}$', 'AB', true],
  ['a{x', 'a{x', true],
  ['^(a|)*$', 'aaa', true],
])('%s on %j is %s', (pattern, text, expected) => {
  const literal = text.includes('\n') ? JSON.stringify(text) : quoted(text);
  expect(value(`${literal} matches regex ${quoted(pattern)}`)).toBe(expected);
});

test.each(['(', ')', '*a', 'a**', '[z-a]', '[a', 'a{2,1}', 'a{1001}', '(?=a)', '(?<!a)b', '\\1', '\\q', '\\p{Nope}'])(
  '%s is no expression of RE2',
  (pattern) => {
    expect(refusal(`print "a" matches regex ${quoted(pattern)}`)).toMatch(/^Invalid regular expression/);
  },
);

test('groups are leftmost first, greedy unless told otherwise, and can be put back', () => {
  expect(rows(`print extract("(a+)(a*)", 1, "aaa"), extract("(a+?)(a*)", 2, "aaa"), extract("x", 0, "aaa")`)).toEqual([
    ['aaa', 'aa', ''],
  ]);
  expect(value(`replace_regex("one two", @"(\\w+) (\\w+)", @"\\2 \\1")`)).toBe('two one');
  expect(value(`replace_regex("abc", "x*", "-")`)).toBe('-a-b-c-');
  expect(value(`extract("(a|ab)(c|bcd)", 0, "abcd")`)).toBe('abcd');
  expect(value(`extract("n=([0-9]+)", 1, "n=42", typeof(long))`)).toBe(42);
  expect(value(`trim("[ .]+", " .a b. ")`)).toBe('a b');
});
