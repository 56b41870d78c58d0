import { stepIds } from '../services/runbook/step-id.ts';
import { apart } from './commands/nearness.ts';
import { courtesies, everyday, phrases } from './commands/phrases.ts';

/** A word that people type, in personal chat or after an @mention. */
export interface Word {
  /** What it does, in at most 60 characters: help, manifest and documentation take it from here. */
  readonly description: string;
  /** What may follow, for help: `<id>`. */
  readonly takes?: string;
  /** Among the twelve that the manifest lists. */
  readonly listed?: true;
  readonly group: 'Where we are' | 'Change' | 'Messages' | 'Reports' | 'Set up' | 'Rehearsal';
  /** Other spellings people use. */
  readonly also?: readonly string[];
  readonly rehearsalOnly?: true;
}

/** Every word. Help, the manifest's command list and the nearest-word answer derive from this table. */
export const words = {
  status: {
    description: 'Where we are, what is next, what blocks, who must act',
    listed: true,
    group: 'Where we are',
    also: ['stand', 'where are we', 'how are we doing', 'state', 'progress', 'overview'],
  },
  next: {
    description: 'The next step, and how to take it',
    listed: true,
    group: 'Where we are',
    also: ["what's next", 'whats next', 'what is next', 'what now', 'continue'],
  },
  steps: {
    description: 'All steps of the migration',
    listed: true,
    group: 'Where we are',
    also: ['list steps', 'runbook', 'all steps', 'list'],
  },
  step: {
    description: 'One step: what it is, how it stands',
    takes: '<id>',
    group: 'Where we are',
    also: ['show step', 'open step'],
  },
  waves: {
    description: 'The pilot: waves, people, figures',
    listed: true,
    group: 'Where we are',
    also: ['wave', 'pilot', 'rings'],
  },
  plan: {
    description: 'What a step would change, with the evidence',
    takes: '<id>',
    listed: true,
    group: 'Change',
    also: ['preview', 'propose', 'show plan'],
  },
  review: {
    description: 'Mark detections of a step as bad or good',
    takes: '<id>',
    group: 'Change',
    also: ['detections'],
  },
  pending: {
    description: 'Changes that wait for a decision',
    listed: true,
    group: 'Change',
    also: ['approvals', 'open changes', 'what is pending', 'waiting'],
  },
  change: {
    description: 'One change: what, who, evidence, proof',
    takes: '<number>',
    group: 'Change',
    also: ['run', 'show change'],
  },
  mine: {
    description: 'What you asked for',
    listed: true,
    group: 'Change',
    also: ['my requests', 'my changes', 'my proposals', 'what did i ask'],
  },
  people: {
    description: 'The addresses of a change, to copy; in personal chat',
    takes: '<number>',
    group: 'Change',
    also: ['members', 'list people', 'who are the people of change'],
  },
  attest: {
    description: 'State, with proof, what cannot be checked yet',
    takes: '<id>',
    group: 'Change',
    also: ['confirm'],
  },
  pause: {
    description: 'Stop everything that writes',
    takes: '<reason>',
    listed: true,
    group: 'Change',
    also: ['freeze', 'stop', 'halt'],
  },
  resume: { description: 'Let writing go on', group: 'Change', also: ['unpause', 'unfreeze'] },
  'where is': {
    description: 'What was understood; finding comes in a later version',
    takes: '…',
    listed: true,
    group: 'Messages',
    also: ['find message', 'where are', 'where was', "where's", 'wheres', 'find', 'wo ist', 'hvor er', 'waar is'],
  },
  headers: {
    description: 'Explain message headers (later version)',
    takes: '…',
    group: 'Messages',
    also: ['header', 'explain headers'],
  },
  submissions: {
    description: 'What people reported today',
    listed: true,
    group: 'Reports',
    also: ['reports today', 'user reports', 'reports', 'reported', 'submission'],
  },
  digest: { description: 'The daily summary', listed: true, group: 'Reports', also: ['summary', 'daily', 'today'] },
  report: {
    description: 'Report for management (later version)',
    group: 'Reports',
    also: ['weekly', 'management report'],
  },
  settings: {
    description: 'Settings, and changing one',
    takes: '<name> <value>',
    group: 'Set up',
    also: ['setting', 'set', 'config', 'configuration'],
  },
  'use this channel for security': {
    description: 'Approvals and summaries come to this channel',
    group: 'Set up',
    also: ['use this channel', 'security channel here'],
  },
  help: {
    description: 'These words',
    listed: true,
    group: 'Set up',
    also: ['?', 'commands', 'what can you do', 'menu', 'hjælp', 'hilfe', 'hulp', 'info', 'faq'],
  },
  advance: {
    description: 'Move the sandbox clock',
    takes: '<n> days',
    group: 'Rehearsal',
    rehearsalOnly: true,
  },
  as: {
    description: 'Speak as somebody else',
    takes: '<name>',
    group: 'Rehearsal',
    rehearsalOnly: true,
    also: ['act as'],
  },
} as const satisfies Readonly<Record<string, Word>>;

export type WordName = keyof typeof words;

/** The table with its entries as plain words. */
export const wordTable: Readonly<Record<WordName, Word>> = words;

/** What was understood of a message. */
export type Understood =
  | { readonly is: 'word'; readonly word: WordName; readonly rest: string }
  | { readonly is: 'courtesy'; readonly what: 'hi' | 'thanks' }
  | { readonly is: 'near'; readonly nearest: WordName; readonly rest: string }
  | { readonly is: 'nothing' };

const names = Object.keys(words) as WordName[];

const spellings: readonly { readonly text: string; readonly word: WordName }[] = names
  .flatMap((word) => [word, ...(wordTable[word].also ?? [])].map((text) => ({ text, word })))
  .sort((a, b) => b.text.length - a.text.length);

/** Words that do something at once when what follows fits: only their own spelling does, and never a question. */
const acting: ReadonlySet<WordName> = new Set([
  'pause',
  'resume',
  'settings',
  'use this channel for security',
  'advance',
  'as',
]);

/** Words after which nothing is expected. */
const alone: ReadonlySet<WordName> = new Set(['resume', 'use this channel for security']);

/** What says nothing about why or which: "pause everything now". */
const filler =
  /^(?:(?:everything|all|it|this|them|now|again|all of it|the|migration|changes|writing|writes|bot|work|right away|at once|immediately|today)(?: |$))+$/;

/** What stands around a word without belonging to it: Markdown, quotes, bullets, brackets. */
const before = /^[\s/!"'`*_~#>\-–—•“”‘’„«»()[\]{}<:;,.¡¿]+/;
const after = /[\s.!"'`*_~#\-–—“”‘’„«»()[\]{}<>:;,…]+$/;

const pictures = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|\u20e3/gu;
const approving = /[👍👌🙏🙂😊😀😃😄😁🎉👏✅❤💪🤝]/u;

const polite = /^(?:please|pls|plz|bitte|kindly|cutover|@cutover|hey cutover|hi cutover|bot)[\s,:!]+/i;
const politeEnd = /[\s,]+(?:please|pls|plz|bitte|thanks|thank you|thx|tak|danke|cutover|bot)$/i;

/** Ways to ask for something to be shown. What acts is not reached through them. */
const asking =
  /^(?:and |so |then |now |ok |okay |well |(?:can|could|would|will|may) (?:you|i|we) |(?:i|we) (?:want|need|would like|wish) (?:to )?(?:see |know |have )?|i'd like (?:to )?(?:see |know )?|let (?:me|us) |let's |please |show (?:me |us )?|give (?:me |us )?|tell (?:me |us )?(?:about )?|see |get |open |display |read |print |list |what(?:'s| is| are|s) |how(?:'s| is| are) |the |our |a |an |current |present )+/;

/** A line without pictures, decoration and politeness; `full` still has its end, which a quoted subject needs. */
interface Stripped {
  readonly plain: string;
  readonly full: string;
  readonly asks: boolean;
  readonly cheer: boolean;
}

function stripped(line: string): Stripped {
  const text = line.replace(/[’‘]/g, "'").replace(/\s+/g, ' ').trim();
  const bare = text.replace(pictures, ' ').replace(/\s+/g, ' ').trim();
  const asks = /\?[\s"'`*_~)]*$/.test(bare) || /\?\s+(please|thanks)\W*$/i.test(bare);
  const full = again(bare, (t) => t.replace(before, '').replace(polite, ''));
  const plain = again(full, (t) =>
    t
      .replace(/[?!\s]+$/, '')
      .replace(after, '')
      .replace(politeEnd, ''),
  );
  return { plain, full, asks, cheer: approving.test(text) };
}

/** Applies a change until nothing changes any more, a few times at most. */
function again(text: string, change: (text: string) => string): string {
  let now = text;
  for (let round = 0; round < 4; round += 1) {
    const then = change(now);
    if (then === now) break;
    now = then;
  }
  return now;
}

/** What a line is without its greeting: "Hi Cutover, status please" → "status". */
function afterGreeting(lower: string): string {
  const parts = lower.split(' ');
  for (let used = Math.min(3, parts.length - 1); used > 0; used -= 1) {
    const head = parts
      .slice(0, used)
      .join(' ')
      .replace(/[,.!:;]+$/, '');
    if (Object.hasOwn(courtesies, head) && head !== 'start' && head !== 'test')
      return parts
        .slice(used)
        .join(' ')
        .replace(/^(?:cutover|bot|there|all|everybody|everyone|team|sammen|zusammen)[,.!:; ]*/, '')
        .replace(before, '');
  }
  return lower;
}

/**
 * Reads a typed line: a word in one of its spellings (the longest wins), else a courtesy, else a sentence that clearly
 * means a word that only looks, else the nearest word as a question. Nothing that acts is reached but by its own
 * spelling at the start of a line that is no question. Deterministic.
 */
export function understand(line: string): Understood {
  const { plain, full, asks, cheer } = stripped(line);
  if (plain === '') return cheer ? { is: 'courtesy', what: 'thanks' } : /\?/.test(line) ? helpWord : { is: 'nothing' };
  const lower = plain.toLowerCase();
  const named = spellings.some((s) => s.text === lower) ? null : stepNamed(lower);
  if (named) return { is: 'word', word: 'step', rest: named };
  const said = full.replace(/[\s\p{P}]+$/u, '').toLowerCase();
  if (Object.hasOwn(courtesies, said)) return { is: 'courtesy', what: courtesies[said] ?? 'hi' };
  const exact = spelled(lower, plain, full, asks);
  if (exact) return exact;
  if (Object.hasOwn(courtesies, lower)) return { is: 'courtesy', what: courtesies[lower] ?? 'hi' };
  const rest = afterGreeting(lower);
  const wanted = rest.replace(asking, '').replace(before, '') || rest;
  const from = plain.slice(plain.length - wanted.length);
  if (wanted !== lower) {
    const found = spelled(wanted, from, full.slice(plain.length - wanted.length), asks);
    // Behind "can you …" or "the …" a word that acts is only asked about.
    if (found) return found.is === 'word' && acts(found) ? asQuestion(found) : found;
    if (Object.hasOwn(courtesies, wanted)) return { is: 'courtesy', what: courtesies[wanted] ?? 'hi' };
  }
  const step = stepNamed(wanted);
  if (step) return { is: 'word', word: 'step', rest: step };
  for (const phrase of phrases) {
    const hit = phrase.says.exec(lower);
    if (hit)
      return {
        is: 'word',
        word: phrase.word,
        rest: 'keeps' in phrase ? (hit[1] && /^\d+$/.test(hit[1]) ? hit[1] : plain) : '',
      };
  }
  const greeted = [3, 2, 1]
    .map((n) => said.split(/[ ,]+/).slice(0, n).join(' '))
    .find((head) => Object.hasOwn(courtesies, head));
  if (greeted !== undefined && said.split(' ').length <= 5 && nearest(wanted, from).is === 'nothing')
    return { is: 'courtesy', what: courtesies[greeted] ?? 'hi' };
  return nearest(wanted, from);
}

const helpWord: Understood = { is: 'word', word: 'help', rest: '' };

type Spelled = Extract<Understood, { readonly is: 'word' | 'near' }>;
type Exact = Extract<Understood, { readonly is: 'word' }>;

const acts = (found: Exact): boolean => acting.has(found.word) && !(found.word === 'settings' && found.rest === '');
const asQuestion = (found: Exact): Spelled => ({ is: 'near', nearest: found.word, rest: '' });

/** The word that a line begins with. */
function spelled(lower: string, original: string, full: string, asks: boolean): Spelled | null {
  for (const { text, word } of spellings) {
    if (
      lower !== text &&
      !lower.startsWith(`${text} `) &&
      !lower.startsWith(`${text}:`) &&
      !lower.startsWith(`${text},`)
    )
      continue;
    const keeps = word === 'where is' || word === 'headers' || word === 'settings';
    const following = (lower === text ? '' : keeps ? full : original).slice(text.length).replace(/^[:,\s]+/, '');
    const value = following.replace(/^(?:is|=)\s+(?=\S)/i, '');
    const rest = keeps
      ? (word === 'settings' ? settingTyped(value, lower !== full.toLowerCase()) : following).replace(/[\s?]+$/, '')
      : filler.test(value.toLowerCase())
        ? ''
        : value.replace(/^[`*_"'“]+/, '');
    const found: Exact = { is: 'word', word, rest };
    if (!acting.has(word)) return found;
    if (word === 'settings') return asks && rest !== '' ? { ...found, rest: settingOnly(rest) } : found;
    if (word === 'as' && rest.split(' ').length > 3) return null;
    const stray =
      asks ||
      (rest !== '' && (text !== word || alone.has(word))) ||
      (word === 'advance' && rest !== '' && !/^(?:\d|an? |one )/i.test(rest)) ||
      (word === 'pause' && /^(?:is|was|are|were|means?|button|dialog|command|state|status)\b/i.test(following));
    return stray ? asQuestion(found) : found;
  }
  return null;
}

/** A value keeps its brackets, which a pattern needs; politeness and a closing mark of its own are not part of it. */
const settingTyped = (value: string, hasEnd: boolean): string =>
  hasEnd
    ? again(value, (t) =>
        t
          .replace(/[\s.!"'`”]+$/, '')
          .replace(politeEnd, '')
          .replace(/(?<=[\p{L}\p{N}])[*_]{1,2}$/u, ''),
      )
    : value;

/** "settings digest hour?" asks to see it; nothing is changed by a question. */
const settingOnly = (rest: string): string => rest.replace(/\s+\S*\d\S*$/, '');

/** A step named as such: by its id, with spaces or without. */
function stepNamed(lower: string): string | null {
  const flat = lower.replace(/\bstep$/, '').replace(/[^a-z]/g, '');
  return flat.length < 5 ? null : (stepIds.find((id) => id.replace(/-/g, '') === flat) ?? null);
}

/** Words that can be offered from anywhere in a line. */
const offered: ReadonlySet<string> = new Set(
  names.filter((n) => !['as', 'step', 'change', 'advance', 'where is'].includes(n)),
);

function nearest(lower: string, original: string): Understood {
  const parts = lower.split(' ').map((p) => p.replace(/[^\p{L}\p{N}'-]/gu, ''));
  let best: { readonly word: WordName; readonly distance: number; readonly used: number } | null = null;
  for (const { text, word } of spellings) {
    if (text.length < 4) continue;
    const used = text.split(' ').length;
    const head = parts.slice(0, used).join(' ');
    if (everyday.has(head) || (used === 1 && parts.length > 6)) continue;
    const allowed = text.length <= 5 ? 1 : text.length <= 8 ? 2 : 3;
    const begins = used === 1 && head.length >= 3 && text.startsWith(head);
    const distance = begins ? 1.5 : apart(head, text);
    if ((begins || distance <= allowed) && (!best || distance < best.distance)) best = { word, distance, used };
  }
  if (best) return { is: 'near', nearest: best.word, rest: original.split(' ').slice(best.used).join(' ') };
  const line = ` ${parts.join(' ')} `;
  const inside = spellings.find(
    (s) => s.text.length > 3 && offered.has(s.word) && !everyday.has(s.text) && line.includes(` ${s.text} `),
  )?.word;
  return inside ? { is: 'near', nearest: inside, rest: '' } : { is: 'nothing' };
}

/** Whether a line takes back what is under way in a dialog. */
export function cancels(line: string): boolean {
  const { plain } = stripped(line);
  return /^(?:(?:no,? )?(?:cancel|never ?mind|forget (?:it|about it)|abort|stop|quit|exit|leave it|back out|no thanks|nothing)(?: (?:it|that|this|all))?|abbrechen|stopp|annuller|afbryd|annuleren|laat maar)$/i.test(
    plain,
  );
}

/**
 * Whether a line ends an open dialog: "cancel", or a word of ours in its own spelling, alone or with the id that it
 * takes. A sentence that merely begins with such a word may be an answer.
 */
export function interrupts(line: string): boolean {
  if (cancels(line)) return true;
  const { plain } = stripped(line);
  const lower = plain.toLowerCase();
  const read = understand(line);
  if (read.is !== 'word') return false;
  if (read.rest === '') return lower === read.word || lower.replace(asking, '') === read.word;
  const begins = lower.startsWith(`${read.word} `);
  if (read.word === 'settings' || read.word === 'advance') return begins;
  if (read.word === 'where is') return begins;
  const takesStep = ['plan', 'step', 'review', 'attest'].includes(read.word);
  return (
    begins && ((takesStep && read.rest.split(' ').length <= 3) || (read.word === 'change' && /^\d+$/.test(read.rest)))
  );
}
