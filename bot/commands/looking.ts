import { figuresCard } from '../../cards/figures.ts';
import { attestCard } from '../../cards/forms.ts';
import { helpCard, statusCard, welcomeCard } from '../../cards/home.ts';
import { digestCard, mineCard, pendingCard, wavesCard } from '../../cards/lists.ts';
import { reviewCard } from '../../cards/review.ts';
import { stateWords } from '../../cards/run.ts';
import { planCard, type Standing, stepCard, stepsCard } from '../../cards/steps.ts';
import { day as dayWords, when } from '../../cards/words.ts';
import { quorumFor } from '../../services/approvals/may.ts';
import { summarise } from '../../services/digest/submissions.ts';
import type { Overview } from '../../services/engine/overview.ts';
import { survey } from '../../services/engine/survey.ts';
import { settingsOf, stepOf } from '../../services/engine/world.ts';
import { digestDay } from '../../services/relay/relay.ts';
import { digestOf } from '../../services/runbook/change.ts';
import type { Answer } from '../../services/runbook/plan.ts';
import type { Run } from '../../services/runbook/run.ts';
import { statusOf } from '../../services/runbook/status.ts';
import { isStepId, parts, runbook, type StepId, stepIds } from '../../services/runbook/step-id.ts';
import { type Desk, frameOf, holdsRole, notice, refuse, shown } from '../desk.ts';
import { runCard, submissionsShown, viewerOf } from '../present.ts';
import { cards, type Reply } from '../reply.ts';
import type { Session } from '../session.ts';
import { wordTable } from '../words.ts';

/** Everything that only looks. */

export const welcome = (desk: Desk, session: Session): Reply =>
  cards(shown(welcomeCard({ name: session.turn.person.name }, frameOf(desk, session.turn.zone))));

/** The words, grouped as in the table; rehearsal's own only there. */
export function help(desk: Desk, session: Session): Reply {
  const groups = new Map<string, { word: string; description: string }[]>();
  for (const [word, entry] of Object.entries(wordTable)) {
    if (entry.rehearsalOnly && !desk.rehearsal) continue;
    const list = groups.get(entry.group) ?? [];
    list.push({ word: entry.takes ? `${word} ${entry.takes}` : word, description: entry.description });
    groups.set(entry.group, list);
  }
  return cards(
    shown(
      helpCard({ groups: [...groups].map(([name, words]) => ({ name, words })) }, frameOf(desk, session.turn.zone)),
    ),
  );
}

/** The status as the core derives it from the overview and the record. */
async function statusNow(desk: Desk) {
  const { store } = desk.world;
  const [overview, open, settings, milestones, attestations] = await Promise.all([
    desk.overview(),
    store.runs({ open: true, limit: 50 }),
    settingsOf(store),
    store.milestones(),
    store.attestations(),
  ]);
  const status = statusOf({
    answers: overview.answers,
    open,
    milestones,
    attestations,
    settings,
    now: desk.world.now(),
  });
  return { status, open };
}

/** Where we are, what is next, what blocks, who must act, and when MX could move. */
export function status(desk: Desk, session: Session): Promise<Reply> {
  return desk.kept.of(`status ${session.turn.zone}`, () => drawStatus(desk, session));
}

async function drawStatus(desk: Desk, session: Session): Promise<Reply> {
  const frame = frameOf(desk, session.turn.zone);
  const [{ status: s }, frozen] = await Promise.all([statusNow(desk), desk.world.store.frozen()]);
  return cards(
    shown(
      statusCard(
        {
          now: s.now,
          next: s.next,
          blockers: frozen ? [`Writing is paused by ${frozen.owner}`, ...s.blocks].slice(0, 4) : s.blocks,
          mustAct: frozen ? ['Whoever may: say “resume” when it can go on', ...s.mustAct].slice(0, 4) : s.mustAct,
          parts: s.parts,
          forecast:
            s.forecast.earliestMx === null
              ? s.forecast.words
              : `${dayWords(s.forecast.earliestMx, frame)}. ${s.forecast.words}`,
          slackDays: s.forecast.slackDays,
          paused: frozen ? `${frozen.reason} (${frozen.owner}, ${when(frozen.since, frame)})` : '',
        },
        frame,
      ),
    ),
  );
}

/** How a step stands, from what it answered and what is open. */
export function standingOf(id: StepId, overview: Overview, open: readonly Run[]): Standing {
  const answer = overview.answers.get(id);
  if (!answer) return 'later';
  if (open.some((r) => r.plan.step === id)) return 'waiting';
  if (answer.is === 'proposal') return 'ready';
  if (answer.is === 'nothing-to-do') return 'done';
  return answer.blockers.some((b) => b.id.startsWith('unknown')) ? 'unknown' : 'blocked';
}

export async function steps(desk: Desk, session: Session): Promise<Reply> {
  const [overview, open] = await Promise.all([desk.overview(), desk.world.store.runs({ open: true, limit: 100 })]);
  const titles = new Map(desk.world.steps.map((s) => [s.id, s.title]));
  const view = {
    parts: parts.map((name) => ({
      name,
      steps: stepIds
        .filter((id) => runbook[id] === name)
        .map((id) => ({
          id,
          title: titles.get(id) ?? id.replace(/-/g, ' '),
          standing: standingOf(id, overview, open),
        })),
    })),
  };
  return cards(shown(stepsCard(view, frameOf(desk, session.turn.zone))));
}

/** The step that `status` names as the next: its plan, or the change of it that waits for a decision. */
export async function next(desk: Desk, session: Session): Promise<Reply> {
  const { status: found, open } = await statusNow(desk);
  if (!found.next)
    return notice(
      desk,
      session,
      'Nothing is left in this version',
      ['Every step that this version has is done.'],
      [{ title: 'All steps', view: 'steps', id: '' }],
    );
  const { id } = found.next;
  const waiting = open.find((r) => r.plan.step === id);
  if (waiting) return cards(await runCard(desk, waiting, frameOf(desk, session.turn.zone), viewerOf(session.turn)));
  return plan(desk, session, id, null);
}

async function viewOf(desk: Desk, session: Session, id: StepId, answer: Answer, choiceId: string) {
  const step = stepOf(desk.world, id);
  const settings = await settingsOf(desk.world.store);
  const mayAsk = answer.is === 'proposal' ? await holdsRole(desk, session.turn.person.id, ['operator']) : false;
  const risk = answer.is === 'proposal' ? answer.proposal.risk : 'reversible';
  return {
    id,
    title: step?.title ?? id,
    why: step?.why ?? '',
    guideSection: step?.guide.section ?? '',
    answer,
    reviews: step?.reviews ?? false,
    cannotPropose: answer.is !== 'proposal' || mayAsk ? '' : 'Only an operator can propose it.',
    ticket: settings.ticketRequired === 'all' || (settings.ticketRequired === 'disruptive' && risk === 'disruptive'),
    quorum: answer.is === 'proposal' ? quorumFor(answer.proposal, settings) : 0,
    choice: choiceId,
  };
}

const later = (desk: Desk, session: Session, id: StepId): Reply =>
  notice(
    desk,
    session,
    id
      .replace(/-/g, ' ')
      .replace(/\bmx\b/, 'MX')
      .replace(/^./, (c) => c.toUpperCase()),
    [
      'This version does not have that step yet, so its part of the gate is not checked.',
      'A named person can attest it, with proof.',
    ],
    [
      { title: 'Attest…', view: 'attest', id },
      { title: 'All steps', view: 'steps', id: '' },
    ],
  );

/** One step: why, findings, blockers, ways on. */
export async function step(desk: Desk, session: Session, id: StepId): Promise<Reply> {
  const found = stepOf(desk.world, id);
  if (!found) return later(desk, session, id);
  const { answer } = await survey(desk.world, found, null, desk.looking);
  return cards(shown(stepCard(await viewOf(desk, session, id, answer, ''), frameOf(desk, session.turn.zone))));
}

/**
 * What a step would change. A choice is kept under its own digest, so that the button carries an id and a later click
 * proposes exactly what the card showed.
 */
export async function plan(desk: Desk, session: Session, id: StepId, choice: unknown): Promise<Reply> {
  const found = stepOf(desk.world, id);
  if (!found) return later(desk, session, id);
  const choiceId = choice === null ? '' : digestOf(choice).slice(0, 16);
  if (choiceId) await desk.world.store.transaction((unit) => unit.setNote(`choice:${choiceId}`, choice));
  const { answer } = await survey(desk.world, found, choice, desk.looking);
  return cards(shown(planCard(await viewOf(desk, session, id, answer, choiceId), frameOf(desk, session.turn.zone))));
}

export async function run(desk: Desk, session: Session, id: string): Promise<Reply> {
  if (!/\d/.test(id))
    return notice(
      desk,
      session,
      'Which change?',
      ['Say its number, for example `change 3`.'],
      [
        { title: 'Waiting', view: 'pending', id: '' },
        { title: 'Mine', view: 'mine', id: '' },
      ],
    );
  const found = await desk.world.store.run(id.replace(/\D/g, ''));
  if (!found) return cards(refuse(desk, session, { reason: 'unknown-run' }));
  return cards(await runCard(desk, found, frameOf(desk, session.turn.zone), viewerOf(session.turn)));
}

export async function figures(desk: Desk, session: Session, id: string): Promise<Reply> {
  const found = await desk.world.store.run(id);
  if (!found) return cards(refuse(desk, session, { reason: 'unknown-run' }));
  return cards(
    shown(
      figuresCard(
        { title: found.plan.title, evidence: found.plan.evidence, back: { view: 'run', id } },
        frameOf(desk, session.turn.zone),
      ),
    ),
  );
}

export async function stepFigures(desk: Desk, session: Session, id: StepId): Promise<Reply> {
  const found = stepOf(desk.world, id);
  if (!found) return later(desk, session, id);
  const { answer } = await survey(desk.world, found, null, desk.looking);
  const evidence = answer.is === 'proposal' ? answer.proposal.evidence : (answer.evidence ?? null);
  return cards(
    shown(figuresCard({ title: found.title, evidence, back: { view: 'plan', id } }, frameOf(desk, session.turn.zone))),
  );
}

const onPage = 10;

/** A stable short name of a sender for a card's inputs: letters and digits only. */
export const senderKey = (sender: string): string => digestOf(sender.toLowerCase()).slice(0, 12);

/** Detections of a step by sender, those without a mark first. */
export async function review(desk: Desk, session: Session, id: StepId, page: number): Promise<Reply> {
  const found = stepOf(desk.world, id);
  if (!found) return later(desk, session, id);
  if (!found.reviews)
    return notice(
      desk,
      session,
      'Nothing to review',
      ['This step has no detections to mark.'],
      [{ title: 'Show step', view: 'step', id }],
    );
  const { answer } = await survey(desk.world, found, null, desk.looking);
  const evidence = answer.is === 'proposal' ? answer.proposal.evidence : (answer.evidence ?? null);
  if (!evidence)
    return notice(
      desk,
      session,
      `${found.title}: no detections yet`,
      answer.is === 'blocked'
        ? answer.blockers.slice(0, 4).map((b) => b.what)
        : ['Nothing was detected in the window.'],
      [{ title: 'Show step', view: 'step', id }],
    );
  const ordered = [...evidence.senders].sort(
    (a, b) =>
      Number(a.mark !== null) - Number(b.mark !== null) ||
      b.detected.messages - a.detected.messages ||
      (a.detected.sender < b.detected.sender ? -1 : 1),
  );
  const pages = Math.max(1, Math.ceil(ordered.length / onPage));
  const at = Math.min(Math.max(0, page), pages - 1);
  return cards(
    shown(
      reviewCard(
        {
          step: id,
          title: found.title,
          page: at,
          pages,
          undecided: ordered.filter((s) => s.mark === null || s.mark === 'undecided').length,
          senders: ordered
            .slice(at * onPage, (at + 1) * onPage)
            .map((sender) => ({ key: senderKey(sender.detected.sender), sender })),
        },
        frameOf(desk, session.turn.zone),
      ),
    ),
  );
}

/** Steps that may have been taken by hand before: what counts from them counts from the statement. */
const byHandBefore: readonly string[] = ['start-pilot', 'mailbox-intelligence', 'user-impersonation'];

/** What a statement may stand in for: steps that this version lacks, steps taken by hand, acts that nothing can check. */
export const attestable = (desk: Desk, about: string): boolean =>
  [...byHandBefore, 'exempt-pilot', 'tickets'].includes(about) || (isStepId(about) && !stepOf(desk.world, about));

export async function attest(desk: Desk, session: Session, about: string): Promise<Reply> {
  if (!attestable(desk, about)) return cards(refuse(desk, session, { reason: 'nothing-to-attest' }));
  const settings = await settingsOf(desk.world.store);
  const known = about in runbook;
  return cards(
    shown(
      attestCard(
        {
          about,
          title: known ? `Attest: ${about.replace(/-/g, ' ')}` : 'Attest',
          why: byHandBefore.includes(about)
            ? 'For a step that was taken by hand before. What counts from it counts from your statement, with proof and in your name, until it expires.'
            : known
              ? 'This version does not check it. Your statement, with proof and in your name, stands in for the check until it expires.'
              : 'Your statement, with proof and in your name, goes into the record.',
          days: settings.attestationDays,
        },
        frameOf(desk, session.turn.zone),
      ),
    ),
  );
}

export async function pending(desk: Desk, session: Session): Promise<Reply> {
  const open = await desk.world.store.runs({ open: true, limit: 20 });
  if (open.length === 0)
    return notice(
      desk,
      session,
      'Nothing waits for a decision',
      ['Say `next` for the step that can be taken.'],
      [{ title: 'Status', view: 'status', id: '' }],
    );
  if (open.length === 1 && open[0])
    return cards(await runCard(desk, open[0], frameOf(desk, session.turn.zone), viewerOf(session.turn)));
  return cards(shown(pendingCard({ runs: open }, frameOf(desk, session.turn.zone))));
}

export async function mine(desk: Desk, session: Session): Promise<Reply> {
  const runs = await desk.world.store.runs({ requestedBy: session.turn.person.id, limit: 15 });
  if (runs.length === 0)
    return notice(
      desk,
      session,
      'You have asked for nothing yet',
      ['Say `next` for the step that can be taken.'],
      [{ title: 'Status', view: 'status', id: '' }],
    );
  return cards(shown(mineCard({ runs }, frameOf(desk, session.turn.zone))));
}

/** The pilot as it stands: its groups, the waves that settled, the analysis of the present one. */
export async function waves(desk: Desk, session: Session): Promise<Reply> {
  const frame = frameOf(desk, session.turn.zone);
  const settings = await settingsOf(desk.world.store);
  const groups = await Promise.all(
    (
      [
        ['Standard pilot', settings.pilotGroupStandard],
        ['Strict pilot', settings.pilotGroupStrict],
      ] as const
    ).map(async ([name, group]) => {
      const members = await desk.world.tenant.list('group-member', group);
      return members.is === 'value'
        ? ({
            name,
            people: members.value.length,
            state: members.value.length > 0 ? 'in place' : 'empty',
            tone: members.value.length > 0 ? 'Good' : 'Default',
            figures: group,
          } as const)
        : ({
            name,
            people: 0,
            state: members.is === 'absent' ? 'not created yet' : 'unknown',
            tone: 'Warning',
            figures: members.is === 'unknown' ? members.why : group,
          } as const);
    }),
  );
  const settled = (await desk.world.store.milestones()).filter((m) => m.step === 'waves' || m.step === 'start-pilot');
  const past = settled.map((m) => ({
    name: m.step === 'start-pilot' ? 'Pilot started' : 'Wave',
    people: 0,
    state: m.undone ? 'taken back' : `since ${dayWords(m.settledAt, frame)}`,
    tone: m.undone ? ('Warning' as const) : ('Good' as const),
    figures: `change ${m.run}`,
  }));
  const now = (await desk.overview()).answers.get('waves');
  const evidence = now ? (now.is === 'proposal' ? now.proposal.evidence : (now.evidence ?? null)) : null;
  const present = evidence
    ? [
        {
          name: 'Present wave',
          people: 0,
          state: evidence.verdict,
          tone:
            evidence.verdict === 'pass'
              ? ('Good' as const)
              : evidence.verdict === 'fail'
                ? ('Attention' as const)
                : ('Warning' as const),
          figures: evidence.headline.join(' · '),
        },
      ]
    : [];
  return cards(shown(wavesCard({ waves: [...groups, ...past, ...present] }, frame)));
}

export async function submissions(desk: Desk, session: Session): Promise<Reply> {
  const settings = await settingsOf(desk.world.store);
  const today = digestDay(desk.world.now(), settings.timeZone, settings.digestHour);
  return cards({ ...(await submissionsShown(desk, today.name, frameOf(desk, session.turn.zone), settings)), as: '' });
}

/** The daily summary in its first form: where the migration stands, and what people reported. */
export async function digest(desk: Desk, session: Session): Promise<Reply> {
  const frame = frameOf(desk, session.turn.zone);
  const settings = await settingsOf(desk.world.store);
  const now = desk.world.now();
  const today = digestDay(now, settings.timeZone, settings.digestHour);
  const [overview, open, reports, runs, head] = await Promise.all([
    desk.overview(),
    desk.world.store.runs({ open: true, limit: 50 }),
    desk.world.store.submissions(today.from, today.to),
    desk.world.store.runs({ limit: 50 }),
    desk.world.store.journal.head(),
  ]);
  const settledToday = runs.filter((r) => r.resolvedAt !== null && r.resolvedAt >= today.from && r.state === 'settled');
  const sum = summarise(reports, 0);
  const ready = [...overview.answers].filter(([, a]) => a.is === 'proposal').map(([id]) => id);
  return cards(
    shown(
      digestCard(
        {
          day: dayWords(now, frame),
          headline:
            settledToday.length > 0
              ? `${settledToday.length} change${settledToday.length === 1 ? '' : 's'} settled today`
              : 'Nothing changed today',
          lines: [
            ...settledToday.slice(0, 4).map((r) => `Change ${r.id}: ${r.plan.title}`),
            open.length > 0
              ? `Waiting: ${open
                  .map((r) => `change ${r.id} (${stateWords[r.state].mark.replace(/^\S+ /, '').toLowerCase()})`)
                  .slice(0, 5)
                  .join(', ')}`
              : 'Nothing waits for a decision.',
            ready.length > 0 ? `Ready to propose: ${ready.join(', ')}` : 'No step can be proposed now.',
            `Reported by people: ${sum.total} (${sum.byKind.phishing} phishing, ${sum.byKind.spam} junk, ${sum.byKind.notJunk} not junk)`,
            `Record: ${head.seq} entries, head ${head.hash.slice(0, 16)}`,
          ],
        },
        frame,
      ),
    ),
  );
}
