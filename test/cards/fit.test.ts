import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, cutBytes } from '../../cards/fit.ts';
import { type Element, largestCard } from '../../cards/frame.ts';
import { sampleFrame } from '../../cards/sample-data.ts';
import { views } from '../kit/render-gallery.ts';

/** Fields that name a kind rather than show a text. */
const kept = new Set(
  'state is tone standing intent risk verdict holds configuration effect mark kind view when step id key'.split(' '),
);

/** A view with every shown text replaced, and every list at least `rows` long. */
function swollen(value: unknown, text: string, rows: number, name = ''): unknown {
  if (typeof value === 'string') return kept.has(name) ? value : text;
  if (Array.isArray(value)) {
    if (value.length === 0) return value;
    const long =
      name === 'senders' ? 1000 : name === 'groups' || name === 'parts' || name === 'progress' ? value.length : rows;
    return Array.from({ length: Math.max(long, value.length) }, (_, i) =>
      swollen(value[i % value.length], text, rows, name),
    );
  }
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, swollen(inner, text, rows, key)]));
  return value;
}

const scripts = [
  'المدير التنفيذي لشركة الأوراق ',
  '最高経営責任者の請求書は期限を過ぎています',
  'क्षत्रियों का विवरण ',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'Z̴̡͚a̸͎͝l̵g̶o',
  '"\\"\\',
  '<at>',
];

const textsOf = (element: Element): readonly string[] =>
  Object.values(element).flatMap((value): readonly string[] =>
    Array.isArray(value) ? value.flatMap((inner: Element) => textsOf(inner)) : typeof value === 'string' ? [value] : [],
  );

describe.each([...views])('card %s', (_, { draw, view }) => {
  it('fits whatever its texts are and however long its lists', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...scripts),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(1, 12, 30),
        (script, times, rows) => {
          const card = draw(swollen(view, script.repeat(times), rows), sampleFrame);
          expect(bytesOf(card)).toBeLessThanOrEqual(largestCard);
          expect(card.body.length).toBeGreaterThan(0);
        },
      ),
      {
        numRuns: 3,
        examples: [
          [scripts[1] ?? '', 60, 40],
          [scripts[5] ?? '', 60, 15],
          ['a', 1, 80],
        ],
      },
    );
  });
});

describe('cutting', () => {
  it('says how many lines are missing, and keeps every input and button', () => {
    const review = views.get('review.full');
    const card = review?.draw(swollen(review.view, '最高経営責任者'.repeat(90), 30), sampleFrame);
    const types = card?.body.map((e) => e.type) ?? [];
    expect(types.filter((t) => t === 'Input.ChoiceSet')).toHaveLength(10);
    const status = views.get('settings.full');
    const long = status?.draw(swollen(status.view, '最高経営責任者'.repeat(90), 80), sampleFrame);
    expect(JSON.stringify(long)).toMatch(/… \d+ more lines, too long for one card/);
    expect(long?.body.flatMap(textsOf)).toContain('pick');
  });

  it('ends a text within the bytes, at a whole character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 10, max: 200 }), (text, max) => {
        const cut = cutBytes(text, max);
        expect(bytesOf(cut) - 2).toBeLessThanOrEqual(max);
        expect(text === cut || cut.endsWith('…')).toBe(true);
        expect(cut).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});
