import type { Run } from '../services/runbook/run.ts';
import { button } from './actions.ts';
import { type Card, compose, type Frame } from './frame.ts';
import { lines, page, picker, type Tone } from './page.ts';
import { stateWords } from './run.ts';
import { plain } from './untrusted.ts';
import { count, counted, first, quoted, when } from './words.ts';

/** Runs as a list; the newest twelve. */
export interface RunsView {
  readonly runs: readonly Run[];
}

function runsCard(title: string, none: string, view: RunsView, frame: Frame): Card {
  const { shown, more } = first(view.runs, 12);
  return compose(
    {
      title,
      wide: true,
      body: page({
        title,
        lead: shown.length === 0 ? none : '',
        sections: [
          ...shown.map((run) => ({
            rule: true,
            rows: [
              { label: run.id, text: run.plan.title, strong: true },
              {
                ...stateWords[run.state],
                note:
                  run.state === 'proposed'
                    ? `${run.approvals.length} of ${run.quorum} · asked: ${run.requestedBy.name} · till ${when(run.expiresAt, frame)}`
                    : `asked: ${run.requestedBy.name}, ${when(run.requestedAt, frame)}`,
              },
            ],
          })),
          { rows: [{ note: more }] },
        ],
      }),
      after:
        shown.length === 0
          ? []
          : [
              picker({
                label: 'Open a change',
                value: shown[0]?.id ?? '',
                choices: shown.map((r) => ({ title: `${r.id}: ${r.plan.title}`, value: r.id })),
                button: button('view.show', { view: 'run' }, 'Open', { inputs: true }),
              }),
            ],
    },
    frame,
  );
}

/** Changes that wait for a decision. */
export const pendingCard = (view: RunsView, frame: Frame): Card =>
  runsCard('Waiting for a decision', 'Nothing waits.', view, frame);

/** What the reader asked for. */
export const mineCard = (view: RunsView, frame: Frame): Card =>
  runsCard('What you asked for', 'You have asked for nothing yet. Say “next” for the next step.', view, frame);

/** The pilot's waves, in order. */
export interface WavesView {
  readonly waves: readonly {
    readonly name: string;
    readonly people: number;
    readonly state: string;
    readonly tone: Tone;
    readonly figures: string;
  }[];
}

export const wavesCard = (view: WavesView, frame: Frame): Card =>
  compose(
    {
      title: 'Waves',
      wide: true,
      body: page({
        title: 'Waves',
        lead: view.waves.length === 0 ? 'The pilot has not started.' : '',
        sections: view.waves.slice(0, 20).map((w) => ({
          rule: true,
          rows: [
            { text: w.name, strong: true, note: w.people > 0 ? counted(w.people, 'person', 'people') : '' },
            { mark: w.state, tone: w.tone, note: w.figures },
          ],
        })),
      }),
      actions: [button('view.show', { view: 'step', id: 'waves' }, 'Next wave')],
    },
    frame,
  );

/** A day's user reports. `agreement` counts finished ones only. */
export interface SubmissionsView {
  readonly day: string;
  readonly total: number;
  readonly yesterday: number;
  readonly kinds: readonly { readonly label: string; readonly count: number }[];
  readonly agreement: { readonly agreed: number; readonly finished: number };
  readonly simulations: number;
  readonly topSenders: readonly { readonly sender: string; readonly reports: number; readonly reporters: number }[];
  /** Why the figures may lack something; empty: complete. */
  readonly gap: string;
}

export function submissionsCard(view: SubmissionsView, frame: Frame): Card {
  const change = view.total - view.yesterday;
  return compose(
    {
      title: `Reports ${view.day}`,
      wide: true,
      body: page({
        eyebrow: `User reports · ${view.day}`,
        tone: 'Accent',
        title: view.total === 0 ? 'Nobody reported anything' : counted(view.total, 'report', 'reports'),
        lead:
          change === 0
            ? 'As many as yesterday.'
            : `${count(Math.abs(change))} ${change > 0 ? 'more' : 'fewer'} than yesterday.`,
        sections: [
          { rows: view.gap === '' ? [] : [{ mark: '? Incomplete', tone: 'Warning', text: view.gap }] },
          {
            rows: [
              {
                text: view.kinds
                  .slice(0, 6)
                  .map((k) => `${k.label} ${count(k.count)}`)
                  .join(' · '),
                strong: true,
              },
              {
                label: 'Microsoft agreed',
                text:
                  view.agreement.finished === 0
                    ? 'no results yet'
                    : `${view.agreement.agreed} of ${view.agreement.finished} finished`,
              },
              ...(view.simulations > 0 ? [{ label: 'Exercises, not counted', text: count(view.simulations) }] : []),
            ],
          },
          {
            heading: 'Most reported senders',
            rule: true,
            rows: view.topSenders.slice(0, 5).map((s) => ({
              text: plain(s.sender, 100),
              note: `${counted(s.reports, 'report', 'reports')} by ${counted(s.reporters, 'person', 'people')}`,
            })),
          },
        ],
      }),
    },
    frame,
  );
}

/** The daily summary: at most fifteen lines. */
export interface DigestView {
  readonly day: string;
  readonly headline: string;
  readonly lines: readonly string[];
}

export const digestCard = (view: DigestView, frame: Frame): Card =>
  compose(
    {
      title: view.headline,
      wide: true,
      body: page({
        eyebrow: `Daily summary · ${view.day}`,
        tone: 'Accent',
        title: view.headline,
        sections: [{ rows: lines(view.lines.slice(0, 15).map(quoted)) }],
      }),
      actions: [
        button('view.show', { view: 'status' }, 'Where we are'),
        button('view.show', { view: 'pending' }, 'Pending'),
      ],
    },
    frame,
  );

/** Settings by group, values as text. */
export interface SettingsView {
  readonly groups: readonly {
    readonly name: string;
    readonly settings: readonly {
      readonly name: string;
      readonly label: string;
      readonly value: string;
      readonly changed: boolean;
    }[];
  }[];
}

export function settingsCard(view: SettingsView, frame: Frame): Card {
  const all = view.groups.flatMap((g) => g.settings);
  return compose(
    {
      title: 'Settings',
      wide: true,
      body: page({
        title: 'Settings',
        sections: view.groups.map((g) => ({
          heading: g.name,
          rule: true,
          rows: g.settings.map((s) => ({
            label: s.label,
            text: plain(s.value, 60) || 'not set',
            note: s.changed ? 'changed' : '',
          })),
        })),
      }),
      after:
        all.length === 0
          ? []
          : [
              picker({
                label: 'Change a setting',
                value: all[0]?.name ?? '',
                choices: all.map((s) => ({ title: s.label, value: s.name })),
                button: button('view.show', { view: 'setting' }, 'Open', { inputs: true }),
              }),
            ],
    },
    frame,
  );
}
