import { describe, expect, it } from 'vitest';
import { nearestOf } from '../../bot/commands/nearness.ts';
import { turnOf } from '../../bot/turn.ts';
import { cancels, interrupts, type Understood, understand, type WordName } from '../../bot/words.ts';
import { stepIds } from '../../services/runbook/step-id.ts';

/** What the bot makes of a line as Teams sends it. */
function heard(text: string): Understood {
  const turn = turnOf({ type: 'message', conversation: { id: 'a:1' }, text } as never, 'UTC');
  return understand(turn?.text ?? '');
}

const shortly = (u: Understood): string =>
  u.is === 'word' ? `${u.word}|${u.rest}` : u.is === 'near' ? `${u.nearest}?` : u.is === 'courtesy' ? u.what : '-';

/** Line → `word|what follows`, `word?` (asked as a question), `hi`, `thanks`, or `-` (help is offered). */
const lines: readonly (readonly [string, string])[] = [
  // Plain words, in any case, with mentions, marks and politeness.
  ['status', 'status|'],
  ['STATUS', 'status|'],
  ['Status.', 'status|'],
  ['status!', 'status|'],
  ['status?', 'status|'],
  ['status please', 'status|'],
  ['Status, please!', 'status|'],
  ['please status', 'status|'],
  ['<at>Cutover</at> status', 'status|'],
  ['<at>Cutover</at>&nbsp;status', 'status|'],
  ['<at id="0">Cutover</at>   STATUS  ', 'status|'],
  ['status <at>Cutover</at>', 'status|'],
  ['@Cutover status', 'status|'],
  ['Cutover, status', 'status|'],
  ['cutover: status please', 'status|'],
  ['/status', 'status|'],
  ['**status**', 'status|'],
  ['`status`', 'status|'],
  ['_status_', 'status|'],
  ['"status"', 'status|'],
  ['“status”', 'status|'],
  ['> status', 'status|'],
  ['- status', 'status|'],
  ['# status', 'status|'],
  ['<p>status</p>', 'status|'],
  ['<div><b>status</b></div>', 'status|'],
  ['status 🙂', 'status|'],
  ['📊 status', 'status|'],
  ['show status', 'status|'],
  ['show me the status', 'status|'],
  ['can you show me the status?', 'status|'],
  ['could you please give me the status', 'status|'],
  ["what's the status?", 'status|'],
  ['what’s the status?', 'status|'],
  ['what is our current status', 'status|'],
  ['how far are we', 'status|'],
  ['How far are we?', 'status|'],
  ['how far is the migration?', 'status|'],
  ['where do we stand', 'status|'],
  ['where are we?', 'status|'],
  ['where are we now', 'status|'],
  ['what blocks us?', 'status|'],
  ['who must act?', 'status|'],
  ['when can we switch MX?', 'status|'],
  ['are we done?', 'status|'],
  ['have we finished', 'status|'],
  ['progress', 'status|'],
  ['hi, status please', 'status|'],
  ['Hello Cutover, what is the status?', 'status|'],
  ['stauts', 'status?'],
  ['statsu', 'status?'],
  ['sttus', 'status?'],
  ['statuss', 'status?'],
  ['stat', 'status?'],
  ['I want to know how the status is', 'status?'],
  ['next', 'next|'],
  ['Next!', 'next|'],
  ["what's next?", 'next|'],
  ['whats next', 'next|'],
  ['what is next', 'next|'],
  ['what now?', 'next|'],
  ['what should I do now?', 'next|'],
  ['continue', 'next|'],
  ['go on', 'next|'],
  ['next step', 'next|step'],
  ['how do we start?', 'next|'],
  ['nxt', 'next?'],
  ['nextt', 'next?'],
  ['steps', 'steps|'],
  ['Steps:', 'steps|'],
  ['all steps', 'steps|'],
  ['list steps', 'steps|'],
  ['show me all steps please', 'steps|'],
  ['runbook', 'steps|'],
  ['stpes', 'steps?'],
  // Steps by id, by title, wrong.
  ['step pilot-groups', 'step|pilot-groups'],
  ['step Pilot groups', 'step|Pilot groups'],
  ['Step: pilot-groups.', 'step|pilot-groups'],
  ['pilot-groups', 'step|pilot-groups'],
  ['pilot groups', 'step|pilot-groups'],
  ['anti phishing', 'step|anti-phishing'],
  ['the mailbox intelligence step', 'step|mailbox-intelligence'],
  ['show step waves', 'step|waves'],
  ['setp waves', 'step?'],
  ['plan anti-phishing', 'plan|anti-phishing'],
  ['plan antiphish', 'plan|antiphish'],
  ['Plan the pilot groups', 'plan|the pilot groups'],
  ['please plan user reporting', 'plan|user reporting'],
  ['plan `waves`', 'plan|waves'],
  ['**plan waves**', 'plan|waves'],
  ['plan  waves', 'plan|waves'],
  ['plan', 'plan|'],
  ['plan waves please', 'plan|waves'],
  ['propose pilot-groups', 'plan|pilot-groups'],
  ['plna waves', 'plan?'],
  ['paln waves', 'plan?'],
  ['review user-impersonation', 'review|user-impersonation'],
  ['attest bypass-rule', 'attest|bypass-rule'],
  // What waits, waves, mine.
  ['pending', 'pending|'],
  ["what's pending?", 'pending|'],
  ['what is pending', 'pending|'],
  ['whats pending', 'pending|'],
  ['show pending approvals', 'pending|approvals'],
  ['approvals', 'pending|'],
  ['is anything waiting for me?', 'pending|'],
  ['what needs to be approved?', 'pending|'],
  ['approve', 'pending|'],
  ['approve 41', 'pending|'],
  ['approve change 41', 'pending|'],
  ['reject it', 'pending|'],
  ['approve all', 'pending|'],
  ['pendign', 'pending?'],
  ['pend', 'pending?'],
  ['waves', 'waves|'],
  ['Waves?', 'waves|'],
  ['pilot', 'waves|'],
  ['who is in the pilot?', 'waves|'],
  ['how many people are in the wave', 'waves|'],
  ['waevs', 'waves?'],
  ['mine', 'mine|'],
  ['my requests', 'mine|'],
  ['show my changes', 'mine|'],
  ['undo', 'mine|'],
  ['undo change 3', 'change|3'],
  ['roll back 12', 'change|12'],
  ['change 41', 'change|41'],
  // Reports.
  ['submissions', 'submissions|'],
  ['what did people report today?', 'submissions|'],
  ['user reports', 'submissions|'],
  ['reports', 'submissions|'],
  ['submisions', 'submissions?'],
  ['sub', 'submissions?'],
  ['digest', 'digest|'],
  ['the daily summary please', 'digest|summary'],
  ['summary', 'digest|'],
  ['digset', 'digest?'],
  ['report', 'report|'],
  ['weekly', 'report|'],
  ['reprot', 'report?'],
  // Messages.
  ['where is the mail from a@b.example to c@d.example', 'where is|the mail from a@b.example to c@d.example'],
  ['Where is "Invoice 4711"?', 'where is|"Invoice 4711"'],
  ['where is <abc@mail.contoso.example>', 'where is|<abc@mail.contoso.example>'],
  ["where's my invoice?", 'where is|my invoice'],
  ['find message from a@b.example', 'where is|from a@b.example'],
  ['my mail is gone', 'where is|my mail is gone'],
  ['I lost an email', 'where is|I lost an email'],
  ['why is this in junk?', 'where is|why is this in junk'],
  ['release my message', 'where is|release my message'],
  ['wo ist meine Mail', 'where is|meine Mail'],
  ['headers Received: from x', 'headers|Received: from x'],
  ['Received: from mail.example by x', 'headers|'],
  ['explain headers', 'headers|'],
  ['haeders', 'headers?'],
  // Settings: shown; a question never changes one.
  ['settings', 'settings|'],
  ['Settings, please', 'settings|'],
  ['show settings', 'settings|'],
  ['settings digestHour 9', 'settings|digestHour 9'],
  ['set digestHour = 9', 'settings|digestHour = 9'],
  ['settings digestHour 9?', 'settings|digestHour'],
  ['can you set digestHour 9', 'settings?'],
  ['setings', 'settings?'],
  ['settings ticketPattern CHG\\d{7}', 'settings|ticketPattern CHG\\d{7}'],
  ['**settings digestHour 9**', 'settings|digestHour 9'],
  ['settings digestHour 9 please!', 'settings|digestHour 9'],
  ['`set digestHour 9`', 'settings|digestHour 9'],
  // What acts: only by its own spelling, at the start, never as a question or a guess.
  ['pause', 'pause|'],
  ['Pause!', 'pause|'],
  ['pause please', 'pause|'],
  ['please pause', 'pause|'],
  ['pause everything now', 'pause|'],
  ['pause incident 7 is open', 'pause|incident 7 is open'],
  ['pause: incident 7 is open', 'pause|incident 7 is open'],
  ['stop', 'pause|'],
  ['STOP!!!', 'pause|'],
  ['stop everything', 'pause|'],
  ['freeze', 'pause|'],
  ['stop sending me messages', 'pause?'],
  ['stop it with the cards, they annoy me', 'pause?'],
  ['freeze is over', 'pause?'],
  ['pause?', 'pause?'],
  ['can I pause?', 'pause?'],
  ['can you pause', 'pause?'],
  ['the pause', 'pause?'],
  ['pause is what', 'pause?'],
  ['do not pause', 'pause?'],
  ["don't pause", 'pause?'],
  ['never pause', 'pause?'],
  ['who paused?', 'status|'],
  ['why is it paused', 'status|'],
  ['when was writing paused?', 'status|'],
  ['puase', 'pause?'],
  ['pasue incident 7', 'pause?'],
  ['resume', 'resume|'],
  ['resume now please', 'resume|'],
  ['resume?', 'resume?'],
  ['resume on Monday', 'resume?'],
  ['do not resume', 'resume?'],
  ['can we resume', 'resume?'],
  ['resmue', 'resume?'],
  ['unpause', 'resume|'],
  ['use this channel for security', 'use this channel for security|'],
  ['Use this channel for security, please', 'use this channel for security|'],
  ['use this channel for lunch', 'use this channel for security?'],
  ['use this channel for security?', 'use this channel for security?'],
  ['use this chanel for security', 'use this channel for security?'],
  ['should we use this channel for security', 'use this channel for security?'],
  ['advance 7 days', 'advance|7 days'],
  ['Advance 2 hours.', 'advance|2 hours'],
  ['advance', 'advance|'],
  ['advance a week', 'advance|a week'],
  ['forward this to Megan', '-'],
  ['advance to the next stage', 'advance?'],
  ['as Megan', 'as|Megan'],
  ['as soon as possible please do it', '-'],
  // Help and courtesies.
  ['help', 'help|'],
  ['HELP!!', 'help|'],
  ['?', 'help|'],
  ['???', 'help|'],
  ['help me', 'help|me'],
  ['what can you do?', 'help|'],
  ['how does this work?', 'help|'],
  ['I need help', 'help|'],
  ['Hilfe', 'help|'],
  ['hjælp', 'help|'],
  ['hulp', 'help|'],
  ['hepl', 'help?'],
  ['hlep me', 'help?'],
  ['hi', 'hi'],
  ['Hello!', 'hi'],
  ['hello 👋', 'hi'],
  ['Hi Cutover', 'hi'],
  ['good morning', 'hi'],
  ['Guten Morgen!', 'hi'],
  ['Grüß Gott', 'hi'],
  ['Moin moin', 'hi'],
  ['Hallo zusammen', 'hi'],
  ['hej', 'hi'],
  ['Goddag', 'hi'],
  ['god morgen', 'hi'],
  ['hoi', 'hi'],
  ['goedemorgen', 'hi'],
  ['thanks!', 'thanks'],
  ['Thank you very much', 'thanks'],
  ['tak', 'thanks'],
  ['tusind tak', 'thanks'],
  ['Vielen Dank', 'thanks'],
  ['dank je wel', 'thanks'],
  ['ok', 'thanks'],
  ['👍', 'thanks'],
  ['❤️', 'thanks'],
  // Nothing of ours: help is offered, nothing is done.
  ['😡', '-'],
  ['qwertz uiop', '-'],
  ['what is the weather like', '-'],
  ['42', '-'],
  ['...', '-'],
  ['a'.repeat(10_000), '-'],
  ['DROP TABLE runs;', '-'],
];

describe('what people type', () => {
  it.each(lines)('%s', (line, meant) => {
    expect(shortly(heard(line))).toBe(meant);
  });

  it('is tried with more than a hundred and fifty phrasings', () => {
    expect(lines.length).toBeGreaterThan(150);
  });

  it('acts on no line that negates, asks or merely mentions what acts', () => {
    const acting: readonly WordName[] = ['pause', 'resume', 'use this channel for security', 'advance'];
    const around = [
      'do not % now',
      'should we %?',
      'who said %?',
      'I would never %',
      'yesterday we had to %',
      '% or not?',
      'why %',
      'is it time to %',
      'the % button',
      'what does % mean',
    ];
    for (const word of acting)
      for (const frame of around) {
        const read = heard(frame.replace('%', word));
        expect(`${frame}: ${word}: ${read.is === 'word' && read.word === word}`).toBe(`${frame}: ${word}: false`);
      }
  });

  it('reads ten thousand characters quickly, whatever they are', () => {
    for (const unit of ['plan ', 'status status ', '<at>', '&nbsp;', '* ', '👍', 'stauts', '((((', 'what is the '])
      expect(['word', 'near', 'courtesy', 'nothing']).toContain(heard(unit.repeat(Math.ceil(10_000 / unit.length))).is);
  });
});

describe('inside a dialog', () => {
  it.each([
    ['cancel', true],
    ['Cancel!', true],
    ['never mind', true],
    ['no, forget it', true],
    ['stop', true],
    ['abbrechen', true],
    ['status', true],
    ['Status please', true],
    ['help', true],
    ['<b>help</b>', true],
    ['plan anti-phishing', true],
    ['settings digestHour 9', true],
    ['where is "Invoice 4711"', true],
    ['use this channel for security', true],
    ['default', false],
    ['about 90', false],
    ['Finance and Sales', false],
    ['next week is our freeze', false],
    ['pilot of the new phones', false],
    ['stop of all changes ordered by the board', false],
    ['the plan was wrong, mail is lost', false],
    ['plan of the board: no changes this week', false],
  ])('%s', (line, ends) => {
    const turn = turnOf({ type: 'message', conversation: { id: 'a:1' }, text: line } as never, 'UTC');
    expect(interrupts(turn?.text ?? '')).toBe(ends);
  });

  it('takes back only on words that say so', () => {
    expect(['cancel', 'stop', 'Never mind.', 'quit'].map(cancels)).toEqual([true, true, true, true]);
    expect(['status', 'cancel culture is a topic', '', 'nothing works any more'].map(cancels)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('a step that was meant', () => {
  it.each([
    ['antiphish', 'anti-phishing'],
    ['anti phising', 'anti-phishing'],
    ['pilot', 'pilot-groups'],
    ['mailbox', 'mailbox-intelligence'],
    ['wave', 'waves'],
    ['xyz', null],
    ['', null],
  ])('%s', (typed, id) => {
    expect(nearestOf(typed, stepIds)).toBe(id);
  });
});
