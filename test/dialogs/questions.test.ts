import { describe, expect, it } from 'vitest';
import { dialogQuestions, type Question } from '../../dialogs/questions.ts';
import { stepIds } from '../../services/runbook/step-id.ts';

const question = (dialog: string, id: string): Question => {
  const found = dialogQuestions[dialog]?.find((q) => q.id === id);
  if (!found) throw new Error(`no question ${id} in ${dialog}`);
  return found;
};
const readAs = (q: Question, text: string): unknown => {
  const parsed = q.parse(text);
  return parsed.ok ? parsed.value : 'asked again';
};

describe('the number of people', () => {
  it.each([
    ['90', 90],
    ['about 90', 90],
    ['90 people', 90],
    ['1,450', 1450],
    ['1.450', 1450],
    ['1 450', 1450],
    ['1’450', 1450],
    ['12,345,678', 'asked again'],
    ['1,450 people, please.', 1450],
    ['90.', 90],
    ['default', null],
    ['Default.', null],
    ['as proposed', null],
    ['yes', null],
    ['no', 'asked again'],
    ['ninety', 'asked again'],
    ['1.5', 'asked again'],
    ['1,45', 'asked again'],
    ['20 %', 'asked again'],
    ['20 percent', 'asked again'],
    ['80 or 90', 'asked again'],
    ['80-90', 'asked again'],
    ['-5', 'asked again'],
    ['0', 'asked again'],
    ['99999999999', 'asked again'],
    ['', 'asked again'],
    ['everybody', 'asked again'],
  ])('%s', (typed, value) => {
    expect(readAs(question('step:waves', 'people'), typed)).toEqual(value);
  });
});

describe('the departments', () => {
  it.each([
    ['Finance', ['Finance']],
    ['Finance and Sales', ['Finance', 'Sales']],
    ['Finance, Sales, and Plant.', ['Finance', 'Sales', 'Plant']],
    ['Finance; Sales / Plant & HR', ['Finance', 'Sales', 'Plant', 'HR']],
    ['Vertrieb und Finanzen', ['Vertrieb', 'Finanzen']],
    ['Land and Sea Operations', ['Land', 'Sea Operations']],
    ['only Finance', ['Finance']],
    ['default', null],
    ['none', null],
    ['', 'asked again'],
    ['90', 'asked again'],
    ['which are there?', 'asked again'],
    [', ,', 'asked again'],
  ])('%s', (typed, value) => {
    expect(readAs(question('step:waves', 'departments'), typed)).toEqual(value);
  });
});

describe('a sentence for the record', () => {
  it.each([
    ['Incident 7 is open', 'Incident 7 is open'],
    ['  two   spaces ', 'two spaces'],
    ['why?', 'asked again'],
    ['..', 'asked again'],
    ['🙂🙂🙂', 'asked again'],
    ['hello', 'asked again'],
    ['Thank you very much!', 'asked again'],
    ['ok', 'asked again'],
    ['hmm', 'asked again'],
    ['Maintenance', 'Maintenance'],
    ['no mail in', 'no mail in'],
    ['', 'asked again'],
  ])('%s', (typed, value) => {
    expect(readAs(question('pause', 'reason'), typed)).toBe(value);
  });

  it('is cut at five hundred characters, never inside one', () => {
    const value = String(readAs(question('pause', 'reason'), `mail ${'😀'.repeat(600)}`));
    expect([...value]).toHaveLength(500);
    expect(value).not.toMatch(/\p{Surrogate}/u);
  });
});

describe('every dialog', () => {
  it('exists for every step, asks in one line, and says how to leave or what fits', () => {
    for (const id of stepIds) expect(dialogQuestions[`step:${id}`]).toBeDefined();
    for (const q of Object.values(dialogQuestions).flat()) {
      expect(q.prompt.length).toBeLessThan(140);
      expect(q.prompt).not.toContain('`');
      const again = q.parse('');
      expect(again.ok ? '' : again.say).toMatch(/cancel/);
    }
  });
});
