import { castOf, type SentWorld } from './cast.ts';
import { createChance } from './chance.ts';
import { begin, type Scene } from './draft.ts';
import { domainOf, type GroundTruth, type RawMessage } from './message.ts';
import { expectedInHour, profileOf, type TrafficKind, trafficOf } from './profile.ts';
import { writeBad } from './unwanted-mail.ts';
import { writeLookalike, writeOrdinary } from './wanted-mail.ts';

const HOUR_MS = 3_600_000;

const badKinds: ReadonlySet<TrafficKind> = new Set<TrafficKind>([
  'spam',
  'hc-spam',
  'phish',
  'hc-phish',
  'malware',
  'spoof-external',
  'spoof-own',
  'user-impersonation',
  'domain-impersonation',
  'contact-impersonation',
  'brand',
]);

function write(kind: TrafficKind, scene: Scene, hourStartMs: number): RawMessage | null {
  const truth: GroundTruth = kind === 'intra' || kind === 'outbound' ? 'business' : kind;
  const draft = begin(scene, hourStartMs, truth);
  if (badKinds.has(kind)) writeBad(draft, truth, scene);
  else if (kind.startsWith('legit-')) writeLookalike(draft, truth, scene);
  else writeOrdinary(draft, kind, scene);
  if (draft.recipients.length === 0) return null;
  draft.internetMessageId = `<${draft.networkMessageId.slice(0, 18)}@${domainOf(draft.mailFrom)}>`;
  return draft;
}

/**
 * The mail that is sent in one hour, by time. It follows from the seed, the hour and the directory alone,
 * so that any sequence of clock moves sees the same messages.
 * @param hourStartMs start of a full hour in milliseconds, UTC; other times are taken down to the hour
 */
export function mailOfHour(seed: number, hourStartMs: number, world: SentWorld): RawMessage[] {
  const hour = Math.floor(hourStartMs / HOUR_MS);
  const profile = profileOf(seed);
  const cast = castOf(seed, world);
  if (cast.mailboxes.length === 0) return [];
  const messages: RawMessage[] = [];
  const shares = trafficOf(profile);
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i];
    if (share === undefined) continue;
    // A sequence of its own per kind: one kind's rate does not move another kind's messages.
    const chance = createChance(seed, hour, i);
    const count = Math.floor(expectedInHour(share, hour * HOUR_MS) + chance.next());
    for (let k = 0; k < count; k++) {
      const message = write(share.kind, { chance, cast, profile }, hour * HOUR_MS);
      if (message !== null) messages.push(message);
    }
  }
  return messages.sort((a, b) => a.timeMs - b.timeMs || (a.networkMessageId < b.networkMessageId ? -1 : 1));
}
