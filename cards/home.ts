import { button } from './actions.ts';
import { type Card, compose, type Frame } from './frame.ts';
import { lines, marked, page } from './page.ts';
import { counted } from './words.ts';

/** The first message in a chat: what it is good for, and three ways in. */
export const welcomeCard = (view: { readonly name: string }, frame: Frame): Card =>
  compose(
    {
      title: 'Cutover',
      body: page({
        eyebrow: view.name === '' ? 'Hello' : `Hello ${view.name}`,
        tone: 'Accent',
        title: 'To Defender for Office 365, without losing mail',
        lead: 'I take you from the old mail filter to Microsoft’s, one proved step at a time.',
        sections: [
          {
            box: 'Default',
            rows: [
              {
                mark: '1',
                tone: 'Accent',
                text: 'I look',
                strong: true,
                note: 'and say what is missing. Looking changes nothing.',
              },
              { mark: '2', tone: 'Accent', text: 'I propose', strong: true, note: 'each change with its evidence.' },
              {
                mark: '3',
                tone: 'Accent',
                text: 'Others approve',
                strong: true,
                note: 'in Teams. Nobody approves their own.',
              },
              {
                mark: '4',
                tone: 'Accent',
                text: 'I apply, prove, and can undo',
                strong: true,
                note: 'with a record for the auditor.',
              },
            ],
          },
        ],
        foot: 'Or type: status, next, where is …',
      }),
      actions: [
        button('view.show', { view: 'status' }, 'Where we are', { style: 'positive' }),
        button('view.show', { view: 'steps' }, 'Steps'),
        button('view.show', { view: 'help' }, 'Help'),
      ],
    },
    frame,
  );

/** Words in groups, each with one line. */
export interface HelpView {
  readonly groups: readonly {
    readonly name: string;
    readonly words: readonly { readonly word: string; readonly description: string }[];
  }[];
}

export const helpCard = (view: HelpView, frame: Frame): Card =>
  compose(
    {
      title: 'Words I know',
      body: page({
        title: 'Words I know',
        sections: view.groups.map((g) => ({
          heading: g.name,
          rows: g.words.slice(0, 20).map((w) => ({ text: w.word, strong: true, note: w.description })),
        })),
        foot: 'In a channel, mention me first.',
      }),
    },
    frame,
  );

/** Where we are in five seconds. */
export interface StatusView {
  readonly now: string;
  /** The next step, or null at the end. */
  readonly next: { readonly id: string; readonly title: string } | null;
  readonly blockers: readonly string[];
  /** Who must act, and what for; empty: nobody. */
  readonly mustAct: readonly string[];
  /** Steps settled out of all, by part. */
  readonly parts: readonly { readonly name: string; readonly done: number; readonly of: number }[];
  /** Earliest MX date in words, or why it cannot be told. */
  readonly forecast: string;
  /** Slack to the end of the old contract in days; null: not known. */
  readonly slackDays: number | null;
  /** Reason of the freeze; empty: writing goes on. */
  readonly paused: string;
}

export function statusCard(view: StatusView, frame: Frame): Card {
  const slack =
    view.slackDays === null
      ? 'Slack to the old contract’s end: not known'
      : view.slackDays < 0
        ? `${counted(-view.slackDays, 'day', 'days')} after the old contract ends`
        : `${counted(view.slackDays, 'day', 'days')} of slack to the old contract’s end`;
  return compose(
    {
      title: view.now,
      wide: true,
      body: page({
        eyebrow: 'Where we are',
        tone: 'Accent',
        title: view.now,
        sections: [
          {
            box: 'Warning',
            rows: view.paused === '' ? [] : [{ mark: '‖ Paused', tone: 'Warning', text: view.paused }],
          },
          {
            box: view.blockers.length > 0 ? 'Default' : 'Good',
            rows: [
              { label: 'Next', text: view.next?.title ?? 'nothing is left', strong: true },
              ...(view.blockers.length === 0
                ? [{ mark: '✓ Nothing blocks it', tone: 'Good' } as const]
                : marked('✗ Blocked', 'Attention', view.blockers.slice(0, 4))),
            ],
          },
          {
            heading: 'Who must act',
            rows: lines(view.mustAct.length === 0 ? ['Nobody'] : view.mustAct.slice(0, 5)),
          },
          { rule: true, rows: [{ label: 'Earliest MX date', text: view.forecast }, { note: slack }] },
          {
            heading: 'Progress',
            rule: true,
            rows: view.parts.slice(0, 8).map((p) => ({
              mark: '●'.repeat(Math.min(p.done, 20)) + '○'.repeat(Math.min(Math.max(p.of - p.done, 0), 20)),
              tone: p.done === p.of ? 'Good' : 'Accent',
              text: p.name,
              note: `${p.done} of ${p.of}`,
            })),
          },
        ],
      }),
      actions: [
        ...(view.next
          ? [button('view.show', { view: 'step', id: view.next.id }, 'Next step', { style: 'positive' })]
          : []),
        button('view.show', { view: 'pending' }, 'Pending'),
        button('view.show', { view: 'status' }, 'Refresh'),
      ],
    },
    frame,
  );
}
