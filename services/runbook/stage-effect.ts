import { winnersOf } from '../policy/winner.ts';
import type { Settings } from '../settings/settings.ts';
import type { Detection, Person } from '../tenant/questions.ts';
import { mapReading } from '../tenant/reading.ts';
import type { TenantReader } from '../tenant/tenant.ts';
import { dayMs } from '../tenant/time.ts';
import { percent, pilotOf, plural, readPilot } from './look.ts';
import type { StageRow } from './stage-row.ts';
import type { Known } from './step.ts';

/** The people whose mail a pilot policy judges; null where a rule or a group cannot be read. Presets are not read yet. */
async function judged(
  tenant: TenantReader,
  settings: Settings,
  people: readonly Person[],
): Promise<readonly Person[] | null> {
  const rules = await tenant.list('anti-phish-rule');
  if (rules.is !== 'value') return null;
  const names = new Set(rules.value.flatMap((r) => [...r.value.sentToMemberOf, ...r.value.exceptIfSentToMemberOf]));
  const groups = new Map<string, readonly string[] | null>();
  for (const name of names) {
    const members = await tenant.list('group-member', name);
    groups.set(name, members.is === 'value' ? members.value.map((m) => m.value.address.toLowerCase()) : null);
  }
  const { byPolicy } = winnersOf(people, {
    strict: null,
    standard: null,
    rules: rules.value.map((r) => ({ ...r.value, name: r.key })),
    fallback: '',
    groups,
  });
  const own = new Set([settings.antiPhishStandardName, settings.antiPhishStrictName].map((n) => n.toLowerCase()));
  const addresses = new Set(
    [...byPolicy].filter(([policy]) => own.has(policy.toLowerCase())).flatMap(([, list]) => list.map((r) => r.address)),
  );
  return people.filter((p) => addresses.has(p.address));
}

/** Whether the detections of this kind are acted on since the change. Policies act up to 30 minutes late. */
export async function effect(
  row: StageRow,
  tenant: TenantReader,
  known: Known & { readonly since: number },
): Promise<{ readonly proved: boolean; readonly words: string }> {
  const pilot = pilotOf(await readPilot(tenant, known.settings), []);
  if (pilot === null) return { proved: false, words: 'The pilot groups cannot be read.' };
  const from = Math.max(known.since + 30 * 60_000, known.now - 7 * dayMs);
  if (from >= known.now) return { proved: false, words: 'The first 30 minutes prove nothing; looking again.' };
  const people = await judged(tenant, known.settings, pilot.people);
  if (people === null) return { proved: false, words: 'The anti-phishing rules cannot be read.' };
  if (people.length === 0) return { proved: false, words: 'The pilot policies win for nobody.' };
  const seen = mapReading(
    await tenant.ask('detected-senders', {
      recipients: people.map((p) => p.id).toSorted(),
      detections: [row.detection],
      window: { from, to: known.now },
    }),
    (a) => a.senders,
  );
  if (seen.is !== 'value')
    return { proved: false, words: `The detections cannot be seen: ${seen.is === 'unknown' ? seen.why : seen.is}.` };
  // A later stage that is still without action wins over this one (processing order, guide finding 2).
  const others: readonly Detection[] = ['user-impersonation', 'domain-impersonation', 'mailbox-intelligence'];
  const own = seen.value.filter((d) => !d.detections.some((x) => x !== row.detection && others.includes(x)));
  const messages = own.reduce((n, d) => n + d.messages, 0);
  const hidden = own.reduce((n, d) => n + d.overridden, 0);
  const idle = own.reduce((n, d) => n + Math.max(0, d.noAction - d.overridden), 0);
  if (messages - hidden === 0)
    return {
      proved: false,
      words: `${row.protection}: nothing detected since the change, so nothing to prove it on yet.`,
    };
  return idle === 0
    ? {
        proved: true,
        words: `${row.protection}: ${plural(messages - hidden, 'message')} since the change, none left without action.`,
      }
    : {
        proved: false,
        words: `${row.protection}: ${idle} of ${messages} messages since the change still without action (${percent(idle / messages)}).`,
      };
}
