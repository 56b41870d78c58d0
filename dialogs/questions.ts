import type { StepId } from '../services/runbook/step-id.ts';
import { stepIds } from '../services/runbook/step-id.ts';

/** One question of a dialog. `parse` gives the value, or words on what would fit. */
export interface Question {
  readonly id: string;
  readonly prompt: string;
  readonly parse: (
    text: string,
  ) => { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly say: string };
}

const words = (text: string): string[] =>
  text
    .split(/[,;]| and /i)
    .map((w) => w.trim())
    .filter(Boolean);
const skip = /^(-|no|none|default|yours|as proposed|propose|go|yes|ok|okay)$/i;

/** A sentence for the record, at least a few characters. */
const sentence = (id: string, prompt: string): Question => ({
  id,
  prompt,
  parse: (text) =>
    text.trim().length >= 3
      ? { ok: true, value: text.trim().slice(0, 500) }
      : { ok: false, say: 'A few more words, please: it goes into the record.' },
});

const people: Question = {
  id: 'people',
  prompt: 'How many people should the pilot have afterwards? Say a number, or `default` for my proposal.',
  parse: (text) => {
    if (skip.test(text.trim())) return { ok: true, value: null };
    const found = /\d[\d ., ]*/.exec(text);
    const value = found ? Number(found[0].replace(/[ ., ]/g, '')) : Number.NaN;
    return Number.isInteger(value) && value > 0
      ? { ok: true, value }
      : { ok: false, say: 'A whole number of people, or `default`.' };
  },
};

const departments: Question = {
  id: 'departments',
  prompt: 'Which departments? Names with commas, or `default` for my proposal.',
  parse: (text) => (skip.test(text.trim()) ? { ok: true, value: null } : { ok: true, value: words(text).slice(0, 30) }),
};

/** What a step asks before it can be planned. A step without a row asks nothing and goes straight to its plan. */
const asked: Partial<Readonly<Record<StepId, readonly Question[]>>> = {
  waves: [people, departments],
};

/** Every dialog of the bot: one per step, and the questions that need a turn of their own. */
export const dialogQuestions: Readonly<Record<string, readonly Question[]>> = {
  ...Object.fromEntries(stepIds.map((id) => [`step:${id}`, asked[id] ?? []])),
  pause: [sentence('reason', 'Why should everything that writes stop? One sentence for the record.')],
  attest: [
    sentence('statement', 'What do you state? One sentence, in your name.'),
    sentence('proof', 'Where is the proof? A link, a ticket number or a file hash.'),
  ],
  setting: [
    {
      id: 'value',
      prompt: 'Which value? Say `cancel` to leave it.',
      parse: (text) => ({ ok: true, value: text.trim() }),
    },
  ],
};
