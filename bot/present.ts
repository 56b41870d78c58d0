import { DateTime } from 'luxon';
import { approvalCard } from '../cards/approval.ts';
import { byHandCard } from '../cards/forms.ts';
import type { Frame } from '../cards/frame.ts';
import { submissionsCard } from '../cards/lists.ts';
import { noticeCard, pausedCard } from '../cards/notice.ts';
import { outcomeCard, progressCard, stateWords } from '../cards/run.ts';
import { withNotice } from '../cards/with-notice.ts';
import { day as dayWords, when } from '../cards/words.ts';
import { summarise } from '../services/digest/submissions.ts';
import { whoCan } from '../services/engine/propose.ts';
import { canBeTakenBack, perhapsMade } from '../services/engine/way-back.ts';
import { digestDay } from '../services/relay/relay.ts';
import type { Run } from '../services/runbook/run.ts';
import type { OutboxRow } from '../services/store/store.ts';
import { type Desk, houseFrame, shown } from './desk.ts';
import type { Shown } from './reply.ts';
import type { Turn } from './turn.ts';

/** Who sees a run's card, which decides what it offers. */
export interface Viewer {
  /** Object id of the one person of a personal chat; null in a channel. */
  readonly person: string | null;
}

/** Who reads a card that is shown where somebody speaks: one person in a personal chat, everybody elsewhere. */
export const viewerOf = (turn: Turn): Viewer => ({ person: turn.place.kind === 'personal' ? turn.person.id : null });

/** Names of the people whose marks the evidence rests on. */
async function judgesOf(desk: Desk, run: Run): Promise<readonly string[]> {
  const ids = run.plan.evidence?.judges ?? [];
  if (ids.length === 0) return [];
  const reviews = await desk.world.store.reviews(run.plan.step);
  return [...new Set(ids.map((id) => reviews.find((r) => r.by === id)?.byName ?? 'somebody'))];
}

/** The card of a run as it stands: a question while it is open, its progress, then its outcome. */
export async function runCard(desk: Desk, run: Run, frame: Frame, viewer: Viewer): Promise<Shown> {
  const as = `run:${run.id}`;
  if (run.state === 'proposed' && viewer.person !== run.requestedBy.id) {
    const notices = [
      ...(run.replaces ? [`Replaces change ${run.replaces}.`] : []),
      ...(await desk.world.store
        .frozen()
        .then((f) => (f ? [`Writing is paused by ${f.owner}: it starts after “resume”.`] : []))),
      ...(await weakened(desk)),
    ];
    return shown(approvalCard({ run, reviewedBy: await judgesOf(desk, run), notices }, frame), as);
  }
  if (['proposed', 'approved', 'applying', 'verifying'].includes(run.state)) {
    const asked = run.state === 'proposed' ? ((await whoCan(desk.world, run)) ?? []) : [];
    const card = progressCard({ run, canUndo: false, asked }, frame);
    const held = run.state === 'proposed' ? null : await desk.world.store.frozen();
    if (!held) return shown(card, as);
    const notice = {
      what: `Writing is paused by ${held.owner}: ${held.reason}`,
      next: 'It goes on after “resume”, each change after looking at the tenant again.',
    };
    return { ...shown(card, as), card: withNotice(card, notice) };
  }
  return shown(outcomeCard({ run, canUndo: canUndo(run) }, frame), as);
}

const canUndo = (run: Run): boolean => canBeTakenBack.includes(run.state) && !run.undoes && perhapsMade(run).length > 0;

/** Bars that were lowered, shown on later cards. */
async function weakened(desk: Desk): Promise<readonly string[]> {
  const runs = await desk.world.store.runs({ step: 'settings', limit: 20 });
  return runs
    .filter((r) => r.state === 'settled' && !r.undoes)
    .slice(0, 2)
    .map((r) => `A bar was lowered (change ${r.id}): ${r.plan.lines[0] ?? ''}`);
}

/** The day's user reports, drawn from the store. */
export async function submissionsShown(
  desk: Desk,
  name: string,
  frame: Frame,
  settings: { readonly timeZone: string; readonly digestHour: number },
): Promise<Shown> {
  // Two hours after it opens a moment lies in that day and in no other, whatever the clocks do that night.
  const within = DateTime.fromISO(name, { zone: settings.timeZone })
    .set({ hour: settings.digestHour })
    .plus({ hours: 2 });
  const { from, to } = digestDay(within.toMillis(), settings.timeZone, settings.digestHour);
  const yesterdayFrom = digestDay(from - 3_600_000, settings.timeZone, settings.digestHour).from;
  const sofar = Math.min(desk.world.now(), to) - from;
  const [today, yesterday, health] = await Promise.all([
    desk.world.store.submissions(from, to),
    desk.world.store.submissions(yesterdayFrom, Math.min(yesterdayFrom + sofar, from)),
    desk.world.store.note('submissions-health') as Promise<{
      readonly ok?: boolean;
      readonly why?: string;
      readonly since?: number;
    } | null>,
  ]);
  const sum = summarise(today, summarise(yesterday, 0).total);
  const labels = {
    phishing: 'Phishing',
    spam: 'Junk',
    malware: 'Malware',
    notJunk: 'Not junk',
    unknown: 'Other',
  } as const;
  const gap =
    health?.ok === false
      ? `Reports could not be read since ${when(health.since ?? desk.world.now(), frame)}: ${health.why ?? 'no answer'}.`
      : '';
  return shown(
    submissionsCard(
      {
        day: dayWords(from, frame),
        total: sum.total,
        yesterday: sum.yesterday,
        kinds: (Object.keys(labels) as (keyof typeof labels)[])
          .map((k) => ({ label: labels[k], count: sum.byKind[k] }))
          .filter((k) => k.count > 0),
        agreement: sum.agreement,
        simulations: sum.simulations,
        topSenders: sum.topSenders,
        gap,
      },
      frame,
    ),
    `submissions:${name}`,
  );
}

/** Draws what an outbox row names, from the state at this moment. */
export function createPresenter(desk: Desk) {
  return async function present(
    show: OutboxRow['show'],
    place: { readonly conversation: string },
  ): Promise<Shown | null> {
    const { frame, settings } = await houseFrame(desk);
    if (show.view === 'writing') {
      const held = await desk.world.store.frozen();
      if (held)
        return shown(pausedCard({ by: held.owner, reason: held.reason, since: when(held.since, frame) }, frame));
      const by = String((await desk.world.store.note('resumed-by')) ?? 'somebody');
      return shown(
        noticeCard(
          {
            title: 'Writing goes on',
            tone: 'Good',
            lines: [`${by} said so. Changes that waited start now, each after looking at the tenant again.`],
          },
          frame,
        ),
      );
    }
    if (show.view === 'submissions') return submissionsShown(desk, show.id, frame, settings);
    const run = await desk.world.store.run(show.id);
    if (!run) return null;
    const conversation = await desk.world.store.conversation(place.conversation);
    switch (show.view) {
      case 'run':
        return runCard(desk, run, frame, { person: conversation?.person ?? null });
      case 'note-outcome':
        return shown(
          noticeCard(
            {
              title: `Change ${run.id}: ${stateWords[run.state].mark}`,
              lines: [run.plan.title, run.reason ?? run.proof?.words ?? ''].filter(Boolean),
              ways: [
                { title: 'Open', view: 'run', id: run.id },
                ...(run.replacedBy ? [{ title: `Change ${run.replacedBy}`, view: 'run', id: run.replacedBy }] : []),
              ],
            },
            frame,
          ),
        );
      case 'note-reminder': {
        if (run.state !== 'proposed') return null;
        const who = await whoCan(desk.world, run);
        return shown(
          noticeCard(
            {
              title: `Still to decide: change ${run.id}`,
              tone: 'Warning',
              lines: [
                run.plan.title,
                `${run.approvals.length} of ${run.quorum}; till ${when(run.expiresAt, frame)}, then the answer is no.`,
                who ? `Who can: ${who.slice(0, 6).join(', ')}` : '',
              ].filter(Boolean),
              ways: [{ title: 'Open', view: 'run', id: run.id }],
            },
            frame,
          ),
        );
      }
      case 'note-by-hand': {
        const act = run.plan.byHand.find(
          (a) => !run.confirmed[a.id] && (a.when === 'before' ? run.state === 'approved' : run.state === 'settled'),
        );
        if (run.state === 'undone')
          return shown(
            noticeCard(
              {
                title: `Change ${run.id} was taken back: nothing is to be done by hand`,
                tone: 'Warning',
                lines: [run.plan.title, 'Exempt nobody at the old service for it; who is exempt there has no filter.'],
                ways: [{ title: 'Open', view: 'run', id: run.id }],
              },
              frame,
            ),
          );
        if (!act)
          return shown(
            noticeCard(
              {
                title: `Change ${run.id}: done by hand`,
                tone: 'Good',
                lines: Object.values(run.confirmed).map((c) => `${c.by.name}, ${when(c.at, frame)}`),
              },
              frame,
            ),
          );
        return shown(byHandCard({ run: run.id, version: run.version, title: run.plan.title, act }, frame));
      }
      case 'note-break-glass':
        return shown(
          noticeCard(
            {
              title: `BREAK-GLASS: change ${run.id} asks to take back change ${run.undoes ?? ''}`,
              tone: 'Attention',
              lines: [
                `${run.requestedBy.name} asked; one approver who is not the requester is enough.`,
                run.reason ?? '',
                'It is reviewed at the start of the next business day.',
              ].filter(Boolean),
              ways: [{ title: 'Open', view: 'run', id: run.id }],
            },
            frame,
          ),
        );
      case 'note-break-glass-review':
        return shown(
          noticeCard(
            {
              title: `To review: break-glass change ${run.id}`,
              tone: 'Warning',
              lines: [
                run.plan.title,
                `Asked by ${run.requestedBy.name}; approved by ${run.approvals.map((a) => a.by.name).join(', ') || 'nobody'}; now ${run.state}.`,
                'Was it needed, and is the state it left the right one?',
              ],
              ways: [{ title: 'Open', view: 'run', id: run.id }],
            },
            frame,
          ),
        );
      case 'note-effect-missing':
        return shown(
          noticeCard(
            {
              title: `Change ${run.id}: no effect on mail seen`,
              tone: 'Attention',
              lines: [
                run.proof?.words ?? '',
                'The configuration is as approved, but mail does not show it. Look at it, or take the change back.',
              ].filter(Boolean),
              ways: [{ title: 'Open', view: 'run', id: run.id }],
            },
            frame,
          ),
        );
      default:
        return null;
    }
  };
}
