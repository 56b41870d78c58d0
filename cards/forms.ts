import type { ManualAct } from '../services/runbook/plan.ts';
import { button, type Intent } from './actions.ts';
import { type Card, compose, type Frame } from './frame.ts';
import { page, textInput } from './page.ts';
import { clean } from './untrusted.ts';
import { counted } from './words.ts';

/** Something that this version does not check, and a named person can state instead. */
export interface AttestView {
  readonly about: string;
  readonly title: string;
  readonly why: string;
  /** Days that the statement holds. */
  readonly days: number;
}

export const attestCard = (view: AttestView, frame: Frame): Card =>
  compose(
    {
      title: view.title,
      body: [
        ...page({
          eyebrow: '? Not checked in this version',
          tone: 'Warning',
          title: view.title,
          lead: view.why,
          foot: `Recorded under your name; holds ${counted(view.days, 'day', 'days')}.`,
        }),
        textInput({ id: 'statement', label: 'What do you state?', long: true, needed: 'Write a sentence.' }),
        textInput({
          id: 'proof',
          label: 'Where is the proof?',
          hint: 'A link, a ticket or a file hash',
          needed: 'Say where the proof is.',
        }),
      ],
      actions: [button('gate.attest', { about: view.about }, 'Attest', { style: 'positive', inputs: true })],
    },
    frame,
  );

/** An act that only a person can do. */
export interface ByHandView {
  readonly run: string;
  readonly version: number;
  readonly title: string;
  readonly act: ManualAct;
}

export const byHandCard = (view: ByHandView, frame: Frame): Card =>
  compose(
    {
      title: view.act.text,
      body: [
        ...page({
          eyebrow: `By hand · change ${view.run} · ${view.act.when === 'before' ? 'before I change anything' : 'now that it is proved'}`,
          tone: 'Warning',
          title: view.act.text,
          lead: view.title,
          sections: [
            {
              rows: [
                { label: 'For', text: counted(view.act.people, 'person', 'people') },
                { note: `Their addresses: say “people ${view.run}” in our own chat.` },
              ],
            },
          ],
        }),
        textInput({
          id: 'proof',
          label: 'How do you know it is done?',
          hint: 'A ticket or what you saw',
          needed: 'Say how you know.',
        }),
      ],
      actions: [
        button('run.confirm', { run: view.run, version: view.version, act: view.act.id }, 'It is done', {
          style: 'positive',
          inputs: true,
        }),
      ],
    },
    frame,
  );

/** One setting with its value as text. */
export interface SettingView {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly standard: string;
}

export const settingCard = (view: SettingView, frame: Frame): Card =>
  compose(
    {
      title: view.label,
      body: [
        ...page({
          eyebrow: `Setting ${view.name}`,
          tone: 'Accent',
          title: view.label,
          lead: view.help,
          sections: [
            {
              rows: [
                { label: 'Now', text: view.value || 'not set' },
                { label: 'Standard', text: view.standard || 'not set' },
              ],
            },
          ],
          foot: 'Lowering a bar takes two people.',
        }),
        textInput({
          id: 'value',
          label: 'New value',
          value: view.value,
          max: 2000,
        }),
        textInput({ id: 'reason', label: 'Why?', hint: 'For the record' }),
      ],
      actions: [button('setting.change', { setting: view.name }, 'Change', { style: 'positive', inputs: true })],
    },
    frame,
  );

/** What was understood of a question about a message; empty where not. Times are local ISO date-times. */
export interface MessageQuestionView {
  readonly intent: Intent;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly messageId: string;
  readonly networkMessageId: string;
  readonly from: string;
  readonly to: string;
}

const intentWords: Readonly<Record<Intent, string>> = {
  'find-message': 'Where is this message?',
  'why-junk': 'Why is it in Junk?',
  'why-quarantine': 'Why is it in quarantine?',
  release: 'Ask for its release',
  'explain-headers': 'What do these headers mean?',
  'report-false-positive': 'It was wrongly caught',
  'report-false-negative': 'It should have been caught',
};

export function messageQuestionCard(view: MessageQuestionView, frame: Frame): Card {
  const field = (id: Exclude<keyof MessageQuestionView, 'intent'>, label: string) =>
    textInput({
      id,
      label,
      value: clean(view[id], 300),
    });
  return compose(
    {
      title: intentWords[view.intent],
      body: [
        ...page({
          eyebrow: 'What I understood',
          tone: 'Accent',
          title: intentWords[view.intent],
          lead: 'Correct it where I am wrong.',
        }),
        field('sender', 'Sender'),
        field('recipient', 'Recipient'),
        field('subject', 'Subject'),
        field('from', 'From (local date and time)'),
        field('to', 'To (local date and time)'),
        field('messageId', 'Message ID'),
        field('networkMessageId', 'Network message ID'),
      ],
      actions: [button('message.find', { intent: view.intent }, 'Find it', { style: 'positive', inputs: true })],
    },
    frame,
  );
}
