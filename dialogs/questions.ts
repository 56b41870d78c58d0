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

const skip =
  /^(?:-|none|any|all the same|default|the default|standard|yours|your proposal|as proposed|as you propose|propose|go|go ahead|yes|yes please|ok|okay|skip)[.! ]*$/i;

/** Names in a list: commas, semicolons, slashes, ampersands, new lines, "and" in the first users' languages. */
const names = (text: string): readonly string[] =>
  text
    .split(/[,;/&\n+]|\s(?:and|und|og|en)\s/i)
    .map((w) =>
      w
        .replace(/^\s*(?:and|und|og|en|only|just|the)\s+/i, '')
        .replace(/[\s.!"'`*]+$/, '')
        .replace(/^["'`*\s]+/, ''),
    )
    .filter(Boolean);

const courtesy =
  /^(?:hi|hello|hey|hallo|hej|moin|good (?:morning|day|evening)|thanks?|thank you|thx|tak|danke|ok(?:ay)?|yes|no|sure|sorry|please|test|nothing|because|just because|no reason|none)(?: (?:a lot|very much|you|there|cutover))?[.! ]*$/i;

/** A sentence for the record: at least a few letters, no greeting and no question. One word is enough where it is long. */
const sentence = (id: string, prompt: string, oneWord: 'never short' | 'fine'): Question => ({
  id,
  prompt,
  parse: (text) => {
    const said = text.replace(/\s+/g, ' ').trim();
    if (/\?$/.test(said))
      return { ok: false, say: 'That is a question; it goes into the record as it stands. One sentence, or “cancel”.' };
    const letters = (said.match(/\p{L}|\p{N}/gu) ?? []).length;
    const enough = oneWord === 'fine' || said.includes(' ') ? 3 : 6;
    return letters >= enough && !courtesy.test(said)
      ? { ok: true, value: [...said].slice(0, 500).join('') }
      : { ok: false, say: 'A few more words, please: they go into the record. Or say “cancel”.' };
  },
});

/** The one whole number in a text: "about 90", "1,450 people", "1 450"; null for none, several, a share or a fraction. */
function wholeNumber(text: string): number | null {
  const grouped = text.replace(/(?<![\d.,])(\d{1,3})((?:([ .,'’\u00a0])\d{3})(?:\3\d{3})*)(?![\d.,]*\d)/g, (all) =>
    all.replace(/\D/g, ''),
  );
  const found = grouped.match(/[-–]?\d[\d.,]*/g) ?? [];
  const [only = ''] = found;
  if (found.length !== 1 || /%|percent|per cent/i.test(text)) return null;
  const digits = only.replace(/[.,]$/, '');
  const value = /^\d{1,7}$/.test(digits) ? Number(digits) : 0;
  return value > 0 ? value : null;
}

const people: Question = {
  id: 'people',
  prompt: 'How many people should the pilot have afterwards? Say a number, or “default” for my proposal.',
  parse: (text) => {
    if (skip.test(text.trim())) return { ok: true, value: null };
    const value = wholeNumber(text);
    return value === null
      ? { ok: false, say: 'One whole number of people in digits, for example 90. Or “default”, or “cancel”.' }
      : { ok: true, value };
  },
};

const departments: Question = {
  id: 'departments',
  prompt: 'Which departments? Names with commas, or “default” for my proposal.',
  parse: (text) => {
    if (skip.test(text.trim())) return { ok: true, value: null };
    const list = names(text).filter((n) => /\p{L}/u.test(n));
    return list.length > 0 && !/\?\s*$/.test(text)
      ? { ok: true, value: list.slice(0, 30) }
      : { ok: false, say: 'Names of departments, for example Finance, Sales. Or “default”, or “cancel”.' };
  },
};

/** What a step asks before it can be planned. A step without a row asks nothing and goes straight to its plan. */
const asked: Partial<Readonly<Record<StepId, readonly Question[]>>> = {
  waves: [people, departments],
};

/** Every dialog of the bot: one per step, and the questions that need a turn of their own. */
export const dialogQuestions: Readonly<Record<string, readonly Question[]>> = {
  ...Object.fromEntries(stepIds.map((id) => [`step:${id}`, asked[id] ?? []])),
  pause: [
    sentence(
      'reason',
      'Why should everything that writes stop? One sentence for the record, or “cancel”.',
      'never short',
    ),
  ],
  attest: [
    sentence('statement', 'What do you state? One sentence, in your name.', 'never short'),
    sentence('proof', 'Where is the proof? A link, a ticket number or a file hash.', 'fine'),
  ],
};
