import { DateTime, IANAZone } from 'luxon';
import { settingCard } from '../../cards/forms.ts';
import type { Card } from '../../cards/frame.ts';
import { settingsCard } from '../../cards/lists.ts';
import { withNotice } from '../../cards/with-notice.ts';
import { changeSetting } from '../../services/engine/propose.ts';
import { settingsOf } from '../../services/engine/world.ts';
import { type SettingName, settingsTable } from '../../services/settings/settings.ts';
import { type Desk, frameOf, notice, refuse, shown } from '../desk.ts';
import { cards, type Reply } from '../reply.ts';
import type { Session } from '../session.ts';
import { asked, refusal } from './answers.ts';
import { short } from './naming.ts';
import { nearestOf } from './nearness.ts';

const flatName = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
const settingNames = Object.keys(settingsTable) as readonly SettingName[];

/** The setting that a line begins with, by name or label, and the value after it; null when it begins with none. */
export function settingNamed(line: string): { readonly name: SettingName; readonly value: string } | null {
  const parts = line.trim().split(/\s+/);
  for (let used = parts.length; used > 0; used -= 1) {
    const head = flatName(parts.slice(0, used).join(' ').replace(/[=:]$/, ''));
    const name = settingNames.find((n) => n.toLowerCase() === head || flatName(settingsTable[n].label) === head);
    if (name)
      return {
        name,
        value: parts
          .slice(used)
          .join(' ')
          .replace(/^(?:(?:=|:|to)(?: |$))+/, '')
          .trim(),
      };
  }
  const glued = /^([A-Za-z]+)\s*=\s*(.+)$/.exec(line.trim());
  const name = glued && settingNames.find((n) => n.toLowerCase() === glued[1]?.toLowerCase());
  return name ? { name, value: glued[2] ?? '' } : null;
}

/** The setting whose name or label is nearest to what was typed. */
function nearestSetting(typed: string): SettingName | null {
  const labels = settingNames.map((n) => settingsTable[n].label);
  const near = nearestOf(typed, [...settingNames, ...labels]);
  return near === null ? null : (settingNames.find((n) => n === near || settingsTable[n].label === near) ?? null);
}

const noSuch = (desk: Desk, session: Session, name: string): Reply =>
  notice(
    desk,
    session,
    `There is no setting “${short(name)}”`,
    ['Nothing was changed. The list has their names.'],
    [{ title: 'Settings', view: 'settings', id: '' }],
  );

/** All settings, or one to change. */
export async function settings(desk: Desk, session: Session, name: string): Promise<Reply> {
  const frame = frameOf(desk, session.turn.zone);
  const values = (await settingsOf(desk.world.store)) as Readonly<Record<string, unknown>>;
  const names = settingNames;
  if (name) {
    const near = settingNamed(name)?.name ?? nearestSetting(name);
    if (!near) return noSuch(desk, session, name);
    const entry = settingsTable[near];
    return cards(
      shown(
        settingCard(
          {
            name: near,
            label: entry.label,
            help: entry.help,
            value: wordsOf(values[near]),
            standard: wordsOf(entry.standard),
          },
          frame,
        ),
      ),
    );
  }
  const groups = [...new Set(names.map((n) => settingsTable[n].group))].map((group) => ({
    name: group,
    settings: names
      .filter((n) => settingsTable[n].group === group)
      .map((n) => ({
        name: n,
        label: settingsTable[n].label,
        value: withUnit(n, values[n]),
        changed: JSON.stringify(values[n]) !== JSON.stringify(settingsTable[n].standard),
      })),
  }));
  return cards(shown(settingsCard({ groups }, frame)));
}

/** What a value must be beyond its form: words on what would fit, or null when it fits. */
const fits: Partial<Readonly<Record<SettingName, (value: string) => string | null>>> = {
  timeZone: (value) =>
    IANAZone.isValidZone(value) ? null : 'Name a time zone as IANA does, for example Europe/Copenhagen.',
  businessHours: (value) => {
    const [from = '', to = ''] = value.split('-');
    return from < to ? null : 'From and to on one day, for example 08:00-17:00.';
  },
  ticketPattern: (value) => (isPattern(value) ? null : 'A regular expression, for example CHG[0-9]{7}; or none.'),
  contractEnds: (value) => (value === '' || DateTime.fromISO(value).isValid ? null : 'A date as 2026-11-30; or none.'),
  blackout: (value) =>
    value
      .split(',')
      .map((t) => t.trim())
      .filter(Boolean)
      .every(
        (t) =>
          /^\d{4}-\d{2}-\d{2}(\/\d{4}-\d{2}-\d{2})?$/.test(t) && t.split('/').every((d) => DateTime.fromISO(d).isValid),
      )
      ? null
      : 'Dates or from/to pairs with commas, for example 2026-12-24/2027-01-02; or none.',
};

function isPattern(value: string): boolean {
  try {
    new RegExp(value);
    return true;
  } catch {
    return false;
  }
}

/** Words on what a setting takes, for a value that did not fit. */
function takes(name: SettingName, present: unknown): string {
  const entry = settingsTable[name];
  const form =
    typeof present === 'number'
      ? `In digits${'unit' in entry ? `, in ${entry.unit}` : ''}, for example ${wordsOf(entry.standard)}.`
      : '';
  return [entry.help, form].filter(Boolean).join(' ');
}

/** Changes a setting by its text: numbers, lists with commas, words. */
export async function setting(desk: Desk, session: Session, name: string, typed: string): Promise<Reply> {
  const values = (await settingsOf(desk.world.store)) as Readonly<Record<string, unknown>>;
  const text = typed.trim();
  const present = values[name];
  const known = Object.hasOwn(settingsTable, name) ? (name as SettingName) : null;
  const value: unknown = Array.isArray(present)
    ? listOf(text)
    : /^(none|empty|-)$/i.test(text) && typeof present === 'string' && known !== 'ticketRequired'
      ? ''
      : text;
  if (known === null) return noSuch(desk, session, name);
  // An input left empty is no number, whatever a conversion makes of it.
  const amiss =
    typeof present === 'number' && text === ''
      ? takes(known, present)
      : typeof value === 'string'
        ? (fits[known]?.(value) ?? null)
        : null;
  if (amiss !== null) return doesNotFit(desk, session, known, text, amiss);
  const result = await changeSetting(desk.world, name, value, {
    by: session.turn.person,
    askedIn: session.turn.place.key,
  });
  // The door's own words are for programmers; the setting's card says what fits.
  if (result.is === 'refused' && result.reason === 'bad-value')
    return doesNotFit(desk, session, known, text, takes(known, present));
  if (result.is === 'refused') return refusal(desk, session, result);
  if (result.is === 'set')
    return notice(
      desk,
      session,
      'Set',
      [
        `${settingsTable[known].label}: ${wordsOf(result.value)}`,
        wordsOf(present) === wordsOf(result.value) ? 'It was so already.' : `Before: ${wordsOf(present)}`,
      ],
      [{ title: 'Settings', view: 'settings', id: '' }],
    );
  if (result.is === 'proposed') return asked(desk, session, result.run);
  return cards(refuse(desk, session, { reason: 'nothing-to-do' }));
}

/** The setting's card under a word on the value that did not fit. */
async function doesNotFit(
  desk: Desk,
  session: Session,
  name: SettingName,
  typed: string,
  next: string,
): Promise<Reply> {
  const { shown: below } = await settings(desk, session, name);
  const what = `${typed === '' ? 'An empty value' : `“${short(typed)}”`} does not fit. Nothing was changed.`;
  return { shown: below.map((s) => ({ ...s, card: withNotice(s.card as Card, { what, next }), summary: what })) };
}

/** A value in words: lists with commas, nothing as "none". */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value || 'none';
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.some(Array.isArray) ? JSON.stringify(value) : value.join(', ') || 'none';
}

const withUnit = (name: SettingName, value: unknown): string => {
  const entry = settingsTable[name];
  return 'unit' in entry ? `${wordsOf(value)} ${entry.unit}` : wordsOf(value);
};

function listOf(text: string): unknown {
  if (/^(none|empty|-)?$/i.test(text)) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Not JSON: names with commas.
  }
  return text
    .split(/[,\n]/)
    .map((t) => t.trim())
    .filter(Boolean);
}
