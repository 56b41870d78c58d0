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
  mine: { description: 'What you asked for', listed: true, group: 'Change', also: ['my requests', 'my changes', 'my'] },
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
  resume: { description: 'Let writing go on', group: 'Change', also: ['unpause', 'unfreeze', 'go on'] },
  'where is': {
    description: 'Find a message (what was understood)',
    takes: '…',
    listed: true,
    group: 'Messages',
    also: ['find message', 'where are', "where's", 'wheres', 'find'],
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
    also: ['reports today', 'user reports', 'reported', 'submission'],
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
    also: ['?', 'commands', 'what can you do', 'menu', 'hjælp', 'hilfe'],
  },
  advance: {
    description: 'Move the sandbox clock',
    takes: '<n> days',
    group: 'Rehearsal',
    rehearsalOnly: true,
    also: ['forward', 'skip'],
  },
  as: {
    description: 'Speak as somebody else',
    takes: '<name>',
    group: 'Rehearsal',
    rehearsalOnly: true,
    also: ['act as', 'i am'],
  },
} as const satisfies Readonly<Record<string, Word>>;

export type WordName = keyof typeof words;

/** The table with its entries as plain words. */
export const wordTable: Readonly<Record<WordName, Word>> = words;

/** Greetings and thanks, answered but not listed. */
const courtesies: Readonly<Record<string, 'hi' | 'thanks'>> = {
  hi: 'hi',
  hello: 'hi',
  hey: 'hi',
  hej: 'hi',
  'good morning': 'hi',
  'good afternoon': 'hi',
  start: 'hi',
  yo: 'hi',
  moin: 'hi',
  hallo: 'hi',
  thanks: 'thanks',
  'thank you': 'thanks',
  thx: 'thanks',
  tak: 'thanks',
  ta: 'thanks',
  cheers: 'thanks',
  danke: 'thanks',
  ok: 'thanks',
  okay: 'thanks',
  great: 'thanks',
};

/** What was understood of a message. */
export type Understood =
  | { readonly is: 'word'; readonly word: WordName; readonly rest: string }
  | { readonly is: 'courtesy'; readonly what: 'hi' | 'thanks' }
  | { readonly is: 'near'; readonly nearest: WordName; readonly rest: string }
  | { readonly is: 'nothing' };

const spellings: readonly { readonly text: string; readonly word: WordName }[] = (Object.keys(words) as WordName[])
  .flatMap((word) => [word, ...(wordTable[word].also ?? [])].map((text) => ({ text, word })))
  .sort((a, b) => b.text.length - a.text.length);

/** Reads a typed line: exact words first (longest wins), then courtesies, then the nearest word. Deterministic. */
export function understand(line: string): Understood {
  const text = line.replace(/\s+/g, ' ').trim();
  const plain = text.replace(/^[\s/!"'`]+/, '').replace(/[\s.!?"'`]+$/, (end) => (text === '?' ? end : ''));
  const lower = plain.toLowerCase().replace(/^(please |pls |can you |could you |show me |show |give me |the )+/, '');
  const cut = plain.length - lower.length;
  if (text === '?') return { is: 'word', word: 'help', rest: '' };
  for (const { text: spelling, word } of spellings) {
    if (lower === spelling) return { is: 'word', word, rest: '' };
    if (lower.startsWith(`${spelling} `) || lower.startsWith(`${spelling}: `)) {
      return { is: 'word', word, rest: plain.slice(cut + spelling.length).replace(/^[:\s]+/, '') };
    }
  }
  const courtesy = courtesies[lower] ?? courtesies[lower.split(/[ ,]/)[0] ?? ''];
  if (courtesy && lower.split(' ').length <= 4) return { is: 'courtesy', what: courtesy };
  return nearest(lower, plain.slice(cut));
}

function nearest(lower: string, original: string): Understood {
  const parts = lower.split(' ');
  let best: { readonly word: WordName; readonly distance: number; readonly used: number } | null = null;
  for (const { text, word } of spellings) {
    const used = text.split(' ').length;
    const head = parts.slice(0, used).join(' ');
    const distance = apart(head, text);
    const allowed = text.length <= 3 ? 1 : text.length <= 6 ? 2 : 3;
    if (distance <= allowed && distance < text.length / 2 + 0.5 && (!best || distance < best.distance))
      best = { word, distance, used };
  }
  if (!best) return { is: 'nothing' };
  return { is: 'near', nearest: best.word, rest: original.split(' ').slice(best.used).join(' ') };
}

/** Edit distance with neighbouring swaps (optimal string alignment). */
export function apart(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 99;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((rows[i - 1]?.[j] ?? 99) + 1, (row[j - 1] ?? 99) + 1, (rows[i - 1]?.[j - 1] ?? 99) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, (rows[i - 2]?.[j - 2] ?? 99) + 1);
      row.push(value);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 99;
}

/** The nearest of some ids to a typed one, or null when none is near. */
export function nearestOf(typed: string, ids: readonly string[]): string | null {
  const wanted = typed.toLowerCase().replace(/[\s_]+/g, '-');
  const scored = ids
    .map((id) => ({ id, distance: id.startsWith(wanted) && wanted.length > 2 ? 0.5 : apart(wanted, id) }))
    .sort((a, b) => a.distance - b.distance);
  const first = scored[0];
  return first && first.distance <= Math.max(2, Math.floor(first.id.length / 4)) ? first.id : null;
}

/** Whether a line ends an open dialog: a word in its own spelling, or "cancel". Other spellings may be an answer. */
export function interrupts(line: string): boolean {
  const lower = line.trim().toLowerCase();
  if (/^(cancel|never mind|nevermind|forget it|abort)$/.test(lower)) return true;
  return Object.keys(words).some(
    (word) =>
      lower === word ||
      (['plan', 'step', 'review', 'settings', 'advance', 'attest'].includes(word) && lower.startsWith(`${word} `)),
  );
}
