import type { Frame } from '../cards/frame.ts';
import { noticeCard, refusalCard } from '../cards/notice.ts';
import { may } from '../services/approvals/may.ts';
import { reasons } from '../services/approvals/reasons.ts';
import type { Role } from '../services/approvals/roles.ts';
import type { Overview } from '../services/engine/overview.ts';
import type { Refused } from '../services/engine/survey.ts';
import { askerOf, settingsOf, type World } from '../services/engine/world.ts';
import type { Settings } from '../services/settings/settings.ts';
import type { TenantReader } from '../services/tenant/tenant.ts';
import type { Kept } from './kept.ts';
import type { Metrics } from './metrics.ts';
import { cards, type Reply, type Shown } from './reply.ts';
import type { Session } from './session.ts';

/** What the commands work with: the world, and the few things that only the bot has. */
export interface Desk {
  readonly world: World;
  /** The organisation's zone (setting `timeZone`). */
  readonly zone: () => string;
  readonly overview: () => Promise<Overview>;
  /** Cards that are only looked at, kept until something is changed. */
  readonly kept: Kept;
  /** Something was changed: what is kept for looking is looked at anew. */
  readonly changed: () => void;
  /** The tenant for looking only: hunting answers are shown again for a while. Nothing is decided on it. */
  readonly looking: TenantReader;
  readonly rehearsal: {
    readonly advance: (isoDuration: string) => Promise<number>;
    readonly people: () => readonly string[];
  } | null;
  readonly metrics?: Pick<Metrics, 'decisionRefused'>;
}

/**
 * Where and when a card is drawn. One zone for all cards, the organisation's: the same deadline must read the same in a
 * chat and in the channel, whoever looks. The asker's own zone is for reading times in questions.
 */
export const frameOf = (desk: Desk, _asker: string): Frame => ({
  zone: desk.zone(),
  now: desk.world.now(),
  rehearsal: desk.rehearsal !== null,
});

/** Where and when a card is drawn for a conversation outside a turn. */
export async function houseFrame(desk: Desk): Promise<{ readonly frame: Frame; readonly settings: Settings }> {
  const settings = await settingsOf(desk.world.store);
  return { frame: frameOf(desk, settings.timeZone), settings };
}

/** A card with its line for notifications. */
export const shown = (card: object & { readonly fallbackText?: unknown }, as?: string): Shown => ({
  card,
  summary: String(card.fallbackText ?? 'Cutover'),
  ...(as ? { as } : {}),
});

/** Words in the table of reasons that a button can lead to; help where there is none. */
const onward = [
  { title: 'Waiting', word: 'pending' },
  { title: 'All steps', word: 'steps' },
] as const;
const help = { title: 'Help', view: 'help', id: '' };

/** Says no in words, and what to do. */
export function refuse(desk: Desk, session: Session, refused: Pick<Refused, 'reason' | 'more'>): Shown {
  const { what, next } = reasons[refused.reason];
  desk.metrics?.decisionRefused(refused.reason);
  const said = refused.more ? `${what} ${refused.more.replace(/(\S+) or (?=\S+ or )/g, '$1, ')}` : what;
  const ways = onward
    .filter((way) => next.includes(`\`${way.word}\``))
    .map(({ title, word }) => ({ title, view: word, id: '' }));
  return shown(
    refusalCard({ what: said, next, ways: ways.length > 0 ? ways : [help] }, frameOf(desk, session.turn.zone)),
  );
}

/** A few lines, with ways on. */
export function notice(
  desk: Desk,
  session: Session,
  title: string,
  lines: readonly string[],
  ways: readonly { readonly title: string; readonly view: string; readonly id: string }[] = [],
): Reply {
  return cards(shown(noticeCard({ title, lines, ways }, frameOf(desk, session.turn.zone))));
}

/** Lets only people with a role see what follows; others get a clear card. */
export async function forRoles<T extends Reply | null>(
  desk: Desk,
  session: Session,
  then: () => Promise<T>,
): Promise<T | Reply> {
  const asker = await askerOf(desk.world, session.turn.person.id);
  const verdict = may(asker, { act: 'look' });
  return verdict.ok
    ? then()
    : cards(
        refuse(desk, session, {
          reason: verdict.reason,
          ...(verdict.reason === 'no-role' ? {} : verdict.more ? { more: verdict.more } : {}),
        }),
      );
}

/** Whether the person holds one of the roles now. */
export async function holdsRole(desk: Desk, person: string, wanted: readonly Role[]): Promise<boolean> {
  const asker = await askerOf(desk.world, person);
  return asker.roles.is === 'value' && wanted.some((role) => asker.roles.is === 'value' && asker.roles.value.has(role));
}
