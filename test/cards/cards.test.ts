import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { button, marksOf, parseClick } from '../../cards/actions.ts';
import { compose, largestCard } from '../../cards/frame.ts';
import { sampleFrame } from '../../cards/sample-data.ts';
import { clean, plain } from '../../cards/untrusted.ts';
import { gallery } from '../kit/render-gallery.ts';

const AC = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js');

/** Every value of a field with that name, with the element that holds it. */
function* walk(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item);
  else if (value !== null && typeof value === 'object') {
    yield value as Record<string, unknown>;
    for (const inner of Object.values(value)) yield* walk(inner);
  }
}

describe.each([...gallery])('card %s', (name, draw) => {
  it('is a valid 1.5 card within the size', async () => {
    const card = draw();
    const text = JSON.stringify(card);
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(largestCard);
    const context = new AC.SerializationContext(AC.Versions.v1_5);
    const parsed = new AC.AdaptiveCard();
    parsed.parse(JSON.parse(text), context);
    const events: { message: string }[] = [];
    for (let i = 0; i < context.eventCount; i += 1) events.push(context.getEventAt(i));
    expect(events).toEqual([]);
    expect(parsed.validateProperties().validationEvents).toEqual([]);
    await expect(`${JSON.stringify(card, null, 1)}\n`).toMatchFileSnapshot(`snapshots/${name}.golden.json`);
  });

  it('leaves nothing unbound and shows foreign text only where no Markdown is rendered', () => {
    const card = draw();
    expect(JSON.stringify(card)).not.toContain('${');
    for (const element of walk(card)) {
      if (element['type'] === 'TextBlock') expect(element['text']).toBe('Rehearsal – sandbox tenant');
      expect(element['type']).not.toBe('Action.OpenUrl');
      if (element['type'] === 'TextRun') {
        expect(element['text']).not.toMatch(/:\/\/|evil\.example/);
        expect(element['text']).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B]/);
      }
      if (String(element['type']).startsWith('Action.')) expect(element['title']).not.toMatch(/evil\.example/);
      if ('choices' in element) expect(JSON.stringify(element['choices'])).not.toMatch(/evil\.example/);
      if (element['type'] === 'Action.Execute')
        expect(parseClick(String(element['verb']), element['data'])).not.toBeNull();
    }
  });
});

describe('templates', () => {
  it('bind into TextRuns only', () => {
    const folder = new URL('../../cards/templates/', import.meta.url);
    for (const file of readdirSync(folder))
      for (const e of walk(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))))
        if (e['type'] !== 'TextRun' && typeof e['text'] === 'string') expect(e['text']).not.toContain('${');
  });
  it('an element that we do not draw, and a leftover name, are refused', () => {
    expect(() => compose({ title: 'x', body: [{ type: 'Image' }] }, sampleFrame)).toThrow(/Image/);
    expect(() => compose({ title: 'x', body: [{ type: 'TextBlock', text: '${x}' }] }, sampleFrame)).toThrow(/unbound/);
  });
});

describe('untrusted text', () => {
  it('carries no control, bidirectional or zero-width character, and no host, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.webUrl(), (text, url) => {
        const shown = plain(`${text} ${url} ${text}`);
        expect(shown).not.toMatch(/[\p{C}\u2028\u2029]/u);
        expect(shown).not.toMatch(/:\/\/|[a-z]\.[a-z]{2}/i);
        expect(shown).not.toContain('${');
        expect([...new Intl.Segmenter('en').segment(shown)].length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 10_000 },
    );
  });
  it('reads as people write it', () => {
    expect(plain('a@mail.contoso.example  1.9 %')).toBe('a@mail[.]contoso[.]example 1.9 %');
    expect(clean('\u202Egnp.exe\u200B', 40)).toBe('gnp.exe');
  });
});

describe('clicks', () => {
  it('keep known fields only, and refuse strange verbs, versions and ids', () => {
    expect(parseClick('run.approve', { run: '41', version: 3, approver: 'ceo' })).toEqual({
      verb: 'run.approve',
      run: '41',
      version: 3,
    });
    expect(parseClick('run.approve', { run: '41', version: -1 })).toBeNull();
    expect(parseClick('run.approve', { run: { x: 1 }, version: 1 })).toBeNull();
    expect(parseClick('run.delete', { run: '41', version: 1 })).toBeNull();
    expect(parseClick('view.show', null)).toBeNull();
  });
  it('the fallback carries the same verb and data', () => {
    const b = button('run.approve', { run: '41', version: 3 }, 'Approve');
    expect(b).toMatchObject({
      verb: 'run.approve',
      data: { run: '41', version: 3 },
      fallback: { type: 'Action.Submit', data: { verb: 'run.approve', run: '41', version: 3 } },
    });
  });
  it('marks are read from the inputs', () => {
    expect(marksOf({ step: 'x', 'mark-s1': 'bad', 'mark-s2': 'nonsense' })).toEqual([{ key: 's1', mark: 'bad' }]);
  });
});
