import { button } from './actions.ts';
import { type Card, compose, type Element, type Frame } from './frame.ts';
import { lines, page, type Tone } from './page.ts';
import { hostile } from './sample-data.ts';
import { plain } from './untrusted.ts';
import { quoted } from './words.ts';

/** A short answer: title, sentences, perhaps a way on. */
export interface NoticeView {
  readonly title: string;
  readonly tone?: Tone;
  readonly lines: readonly string[];
  /** Leads on to these views. */
  readonly ways?: readonly { readonly title: string; readonly view: string; readonly id: string }[];
}

const ways = (view: Pick<NoticeView, 'ways'>): readonly Element[] =>
  (view.ways ?? []).slice(0, 3).map((w) => button('view.show', { view: w.view, id: w.id }, plain(w.title, 40)));

const toneWords: Readonly<Record<Tone, string>> = {
  Default: '',
  Accent: '',
  Good: '✓ Done',
  Warning: '⚠ Mind',
  Attention: '⚠ Look at this',
};

/** A plain answer. */
export const noticeCard = (view: NoticeView, frame: Frame): Card =>
  compose(
    {
      title: view.title,
      body: page({
        title: quoted(view.title),
        eyebrow: view.tone ? toneWords[view.tone] : '',
        tone: view.tone ?? 'Default',
        sections: [{ rows: lines(view.lines.slice(0, 15).map(quoted)) }],
      }),
      actions: ways(view),
    },
    frame,
  );

/** A no: what happened and what to do. The words come ready from the table of reasons. */
export interface RefusalView {
  readonly what: string;
  readonly next: string;
  readonly ways?: NoticeView['ways'];
}

/** A refusal: nothing was changed, why, and the way on. */
export const refusalCard = (view: RefusalView, frame: Frame): Card =>
  compose(
    {
      title: view.what,
      body: page({
        eyebrow: '✗ Nothing was changed',
        tone: 'Attention',
        title: quoted(view.what),
        sections: [{ box: 'Default', rows: [{ label: 'What to do', text: quoted(view.next) }] }],
      }),
      actions: ways(view),
    },
    frame,
  );

/** The freeze that `pause` sets. */
export interface PausedView {
  readonly by: string;
  readonly reason: string;
  readonly since: string;
}

/** Everything that writes is paused: who, since when, why, and how to go on. */
export const pausedCard = (view: PausedView, frame: Frame): Card =>
  compose(
    {
      title: 'Writing is paused',
      body: page({
        eyebrow: '‖ Paused',
        tone: 'Warning',
        title: 'Writing is paused',
        sections: [
          {
            rows: [
              { label: 'Why', text: view.reason },
              { label: 'By', text: `${view.by}, since ${view.since}` },
              { note: 'Previews and figures still work. Say “resume” to go on.' },
            ],
          },
        ],
      }),
    },
    frame,
  );

export const samples: Readonly<Record<string, RefusalView>> = {
  empty: {
    what: 'You asked for this change, so you cannot decide it.',
    next: 'Somebody else with the approver role must decide.',
  },
  hostile: { what: hostile, next: hostile, ways: [{ title: hostile, view: 'status', id: '' }] },
};
export const noticeSamples: Readonly<Record<string, NoticeView>> = {
  empty: { title: 'You are welcome', lines: [] },
  full: {
    title: 'Not a word I know',
    lines: ['Did you mean status?'],
    ways: [{ title: 'Status', view: 'status', id: '' }],
  },
  outcome: {
    title: 'Still to decide: change 41',
    tone: 'Warning',
    lines: [
      'Quarantine mail posing as 14 executives?',
      '1 of 2; till Thu 16:00, then the answer is no.',
      'Who can: Omar Aziz, Ida Lund',
    ],
    ways: [{ title: 'Open', view: 'run', id: '41' }],
  },
  hostile: { title: hostile, lines: [hostile, hostile], ways: [{ title: hostile, view: 'status', id: '' }] },
};
export const pausedSamples: Readonly<Record<string, PausedView>> = {
  full: { by: 'Lea Berg', reason: 'Incident 7 is open', since: 'Tue 08:10' },
  hostile: { by: hostile, reason: hostile, since: 'Tue 08:10' },
};
