import type { ReviewedSender } from '../services/runbook/evidence.ts';
import { button } from './actions.ts';
import { type Card, compose, type Element, type Frame } from './frame.ts';
import { page } from './page.ts';
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

const passed = (name: string, n: number, of: number): string =>
  n === of ? `${name} pass` : n === 0 ? `${name} fail or none` : `${name} pass in ${n} of ${of}`;

/** A card on which an approver marks each sender bad, good or undecided. */
export function reviewCard(view: ReviewView, frame: Frame): Card {
  const rows: readonly Element[] = view.senders.slice(0, 10).flatMap(({ key, sender }) => {
    const d = sender.detected;
    const subject = d.subjects[0];
    return [
      ...page({
        title: '',
        sections: [
          {
            rows: [
              { text: plain(d.sender, 100), strong: true, note: plain(d.displayNames.join(', '), 60) },
              {
                note: `${counted(d.messages, 'message', 'messages')} to ${counted(d.recipients, 'person', 'people')}${d.firstContact > 0 ? ' · first contact' : ''}`,
              },
              {
                note: [
                  passed('SPF', d.spfPass, d.messages),
                  passed('DKIM', d.dkimPass, d.messages),
                  passed('DMARC', d.dmarcPass, d.messages),
                ].join(' · '),
              },
              ...(subject === undefined ? [] : [{ label: 'Subject', text: plain(subject, 80) }]),
              ...(sender.priorityHits.length > 0
                ? [
                    {
                      mark: '⚠ Priority account',
                      tone: 'Attention',
                      text: counted(sender.priorityHits.length, 'hit', 'hits'),
                    } as const,
                  ]
                : []),
            ],
          },
        ],
      }).slice(1),
      {
        type: 'Input.ChoiceSet',
        id: `mark-${key.replace(/[^A-Za-z0-9]/g, '')}`,
        label: 'Your mark',
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
  });
  const none = view.senders.length === 0;
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
            : `${counted(view.undecided, 'sender', 'senders')} still without a mark. Only your marks count as wrong detections.`,
        }),
        ...rows,
      ],
      actions: [
        ...(none
          ? []
          : [button('review.mark', { step: view.step, page: view.page }, 'Save', { style: 'positive', inputs: true })]),
        ...(view.page + 1 < view.pages
          ? [button('view.show', { view: 'review', id: view.step, page: view.page + 1 }, 'Next page')]
          : []),
        ...(view.page > 0
          ? [button('view.show', { view: 'review', id: view.step, page: view.page - 1 }, 'Previous page')]
          : []),
      ],
    },
    frame,
  );
}
