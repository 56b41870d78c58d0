import { button } from './actions.ts';
import { type Card, compose, type Frame } from './frame.ts';
import { page } from './page.ts';
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
        lead: 'I look at the tenant, propose each change with its evidence, have it approved here by somebody else, apply it, prove it, and can take it back.',
        sections: [{ rows: [{ note: 'Looking changes nothing. Nothing is changed without a person’s approval.' }] }],
      }),
      actions: [
        button('view.show', { view: 'status' }, 'Where do we stand?', { style: 'positive' }),
        button('view.show', { view: 'steps' }, 'All steps'),
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
      ? 'slack to the contract’s end not known'
      : view.slackDays < 0
        ? `${counted(-view.slackDays, 'day', 'days')} after the old contract ends`
        : `${counted(view.slackDays, 'day', 'days')} of slack`;
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
            rows: [
              ...(view.paused === '' ? [] : [{ mark: '⏸ Paused', tone: 'Warning', text: view.paused } as const]),
              { label: 'Next', text: view.next?.title ?? 'nothing is left' },
              ...(view.blockers.length === 0
                ? [{ mark: '✓ Nothing blocks it', tone: 'Good' } as const]
                : view.blockers.slice(0, 4).map((text) => ({ mark: '✗ Blocked', tone: 'Attention', text }) as const)),
              { label: 'Must act', text: view.mustAct.slice(0, 5).join('; ') || 'nobody' },
            ],
          },
          { rows: [{ label: 'Earliest MX date', text: view.forecast, note: slack }] },
          {
            heading: 'Progress',
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
