import { stageStep } from '../stage.ts';

/** First stage: mail that poses as somebody the recipient knows. Mildest test of the machinery (guide 4.1). */
export const mailboxIntelligence = stageStep({
  id: 'mailbox-intelligence',
  title: 'Mailbox intelligence acts',
  why: 'Mail that poses as one of the recipient\u2019s own contacts goes to Junk (Standard) or quarantine (Strict). It comes first because people can rescue mail from Junk.',
  rows: ['T1', 'T2', 'T3', 'T8', 'T9'],
  gate: 'G6b',
  detection: 'mailbox-intelligence',
  protection: 'Mailbox intelligence',
  closes: 'mailbox-no-action',
  previous: null,
  uses: ['reviewShare', 'reviewMinimumSenders', 'wrongJunk', 'wrongQuarantine', 'undecidedMailbox'],
  // One verdict for both policies: where anybody's mail is quarantined, the stricter limit holds for all.
  bars: (s, pilot) => ({
    limit: pilot.strict.length > 0 ? Math.min(s.wrongJunk, s.wrongQuarantine) : s.wrongJunk,
    undecided: s.undecidedMailbox,
    review: s.reviewShare,
    minimumSenders: s.reviewMinimumSenders,
  }),
  question: (_, pilot) =>
    pilot.strict.length > 0
      ? 'Junk or quarantine mail posing as known contacts?'
      : 'Move mail posing as known contacts to Junk?',
  trustRecurring: false,
});
