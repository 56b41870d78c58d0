import type { ReviewedSender } from '../services/runbook/evidence.ts';
import { button } from './actions.ts';
import { type Card, compose, type Element, type Frame } from './frame.ts';
import { page, section } from './page.ts';
import { plain } from './untrusted.ts';
import { counted } from './words.ts';

/** Detections of a step by sender, ten to a page. `key` names a sender in the click: letters and digits only. */
export interface ReviewView {
  readonly step: string;
  readonly title: string;
  /** Counted from 0. */
  readonly page: number;
  readonly pages: number;
  readonly undecided: number;
  readonly senders: readonly { readonly key: string; readonly sender: ReviewedSender }[];
}

/** Senders on one page. */
const onPage = 10;

const passed = (name: string, n: number, of: number): string =>
  n === of ? `${name} pass` : n === 0 ? `no ${name} pass` : `${name} pass ${n} of ${of}`;

/** One sender: who, how much, authentication, a subject, and the mark. */
function senderElements(key: string, sender: ReviewedSender, ordinal: string): readonly Element[] {
  const d = sender.detected;
  const subject = d.subjects[0];
  const names = plain(d.displayNames.slice(0, 5).join(', '), 60);
  return [
    ...section({
      rule: true,
      rows: [
        { text: plain(d.sender, 100), strong: true, note: names === '' ? '' : `“${names}”` },
        ...(subject === undefined ? [] : [{ text: plain(subject, 80) }]),
        {
          note: [
            `${counted(d.messages, 'message', 'messages')} to ${counted(d.recipients, 'person', 'people')}`,
            ...(d.firstContact > 0 ? ['first contact'] : []),
            passed('SPF', d.spfPass, d.messages),
            passed('DKIM', d.dkimPass, d.messages),
            passed('DMARC', d.dmarcPass, d.messages),
          ].join(' · '),
        },
        ...(sender.priorityHits.length > 0
          ? [
              {
                mark: '⚠ Priority',
                tone: 'Attention',
                text: counted(sender.priorityHits.length, 'priority account', 'priority accounts'),
              } as const,
            ]
          : []),
      ],
    }),
    {
      type: 'Input.ChoiceSet',
      id: `mark-${key.replace(/[^A-Za-z0-9]/g, '')}`,
      label: `Sender ${ordinal}`,
      spacing: 'Small',
      style: 'compact',
      placeholder: 'Not marked',
      ...(sender.mark ? { value: sender.mark } : {}),
      choices: [
        { title: 'Bad: rightly caught', value: 'bad' },
        { title: 'Good: wrongly caught', value: 'good' },
        { title: 'Undecided', value: 'undecided' },
      ],
    },
  ];
}

/** A card on which an approver marks each sender bad, good or undecided. */
export function reviewCard(view: ReviewView, frame: Frame): Card {
  const shown = view.senders.slice(0, onPage);
  const none = shown.length === 0;
  const turn = (to: number, title: string): Element =>
    button('view.show', { view: 'review', id: view.step, page: to }, title);
  return compose(
    {
      title: view.title,
      wide: true,
      body: [
        ...page({
          eyebrow: `Review · page ${view.page + 1} of ${Math.max(view.pages, 1)}`,
          tone: 'Accent',
          title: view.title,
          lead: none
            ? 'No detections to review.'
            : `${counted(view.undecided, 'sender', 'senders')} still to mark. Only a person’s “good” counts as a wrong detection.`,
        }),
        ...shown.flatMap(({ key, sender }, i) =>
          senderElements(key, sender, `${view.page * onPage + i + 1}: rightly caught?`),
        ),
      ],
      actions: [
        ...(none
          ? []
          : [button('review.mark', { step: view.step, page: view.page }, 'Save', { style: 'positive', inputs: true })]),
        ...(view.page + 1 < view.pages ? [turn(view.page + 1, 'Skip page')] : []),
        ...(view.page > 0 ? [turn(view.page - 1, 'Back')] : []),
      ],
    },
    frame,
  );
}
