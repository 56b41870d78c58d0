import type { GroundTruth } from './message.ts';

/** How the evidence of waves and impersonation stages turns out over 60 days. */
export type EvidenceProfile = 'pass' | 'fail' | 'inconclusive';

/**
 * The profile that a seed has: `seed % 3` is 1 → pass (many bad senders, hardly a legitimate one detected),
 * 2 → fail (many distinct legitimate senders look like impersonation, spoof or spam), 0 → inconclusive (too little mail to judge).
 */
export function profileOf(seed: number): EvidenceProfile {
  const rest = ((Math.trunc(seed) % 3) + 3) % 3;
  return rest === 1 ? 'pass' : rest === 2 ? 'fail' : 'inconclusive';
}

/** What is sent: received kinds by their truth, mail among colleagues, and mail to outside. */
export type TrafficKind = GroundTruth | 'intra' | 'outbound';

/** Messages of a kind per working day and per weekend day, and the shape of the day. */
export interface TrafficShare {
  readonly kind: TrafficKind;
  readonly weekday: number;
  readonly weekend: number;
  readonly rhythm: 'office' | 'flat' | 'morning';
}

const bad: readonly TrafficShare[] = [
  { kind: 'spam', weekday: 110, weekend: 110, rhythm: 'flat' },
  { kind: 'hc-spam', weekday: 80, weekend: 90, rhythm: 'flat' },
  { kind: 'phish', weekday: 34, weekend: 22, rhythm: 'flat' },
  { kind: 'hc-phish', weekday: 22, weekend: 14, rhythm: 'flat' },
  { kind: 'malware', weekday: 12, weekend: 8, rhythm: 'flat' },
  { kind: 'spoof-external', weekday: 22, weekend: 14, rhythm: 'flat' },
  { kind: 'spoof-own', weekday: 9, weekend: 4, rhythm: 'flat' },
  { kind: 'user-impersonation', weekday: 26, weekend: 14, rhythm: 'office' },
  { kind: 'domain-impersonation', weekday: 24, weekend: 12, rhythm: 'office' },
  { kind: 'contact-impersonation', weekday: 24, weekend: 12, rhythm: 'office' },
  { kind: 'brand', weekday: 14, weekend: 12, rhythm: 'flat' },
];

const sparse: readonly TrafficShare[] = [
  { kind: 'spam', weekday: 2.5, weekend: 2, rhythm: 'flat' },
  { kind: 'hc-spam', weekday: 2, weekend: 1.5, rhythm: 'flat' },
  { kind: 'phish', weekday: 0.8, weekend: 0.4, rhythm: 'flat' },
  { kind: 'hc-phish', weekday: 0.4, weekend: 0.2, rhythm: 'flat' },
  { kind: 'malware', weekday: 0.2, weekend: 0.1, rhythm: 'flat' },
  { kind: 'spoof-external', weekday: 0.4, weekend: 0.2, rhythm: 'flat' },
  { kind: 'user-impersonation', weekday: 0.5, weekend: 0, rhythm: 'office' },
  { kind: 'domain-impersonation', weekday: 0.4, weekend: 0, rhythm: 'office' },
  { kind: 'contact-impersonation', weekday: 0.4, weekend: 0, rhythm: 'office' },
  { kind: 'brand', weekday: 0.4, weekend: 0.3, rhythm: 'flat' },
];

const wrongKinds: readonly TrafficKind[] = [
  'legit-private-address',
  'legit-ticket-system',
  'legit-sister-company',
  'legit-supplier',
  'legit-contact-name',
  'legit-unsigned',
  'legit-flagged',
];

const wrongPerDay: Readonly<Record<EvidenceProfile, readonly number[]>> = {
  pass: [0.03, 0.02, 0.03, 0.03, 0.04, 0.04, 0.05],
  fail: [12, 6, 8, 14, 12, 20, 34],
  inconclusive: [0.005, 0.005, 0.005, 0.01, 0.01, 0.005, 0.02],
};

const constant: readonly TrafficShare[] = [
  { kind: 'simulation', weekday: 2, weekend: 0, rhythm: 'office' },
  { kind: 'direct-send', weekday: 5, weekend: 3, rhythm: 'office' },
  { kind: 'newsletter', weekday: 300, weekend: 410, rhythm: 'morning' },
  { kind: 'outbound', weekday: 340, weekend: 160, rhythm: 'office' },
  { kind: 'intra', weekday: 560, weekend: 320, rhythm: 'office' },
];

const dayTotal = { weekday: 2120, weekend: 1780 };

function composeTraffic(profile: EvidenceProfile): readonly TrafficShare[] {
  const rates = wrongPerDay[profile];
  const wrong = wrongKinds.map(
    (kind, i): TrafficShare => ({ kind, weekday: rates[i] ?? 0, weekend: (rates[i] ?? 0) * 0.3, rhythm: 'office' }),
  );
  const shares = [...(profile === 'inconclusive' ? sparse : bad), ...wrong, ...constant];
  // Ordinary business mail fills the day, so that the volume is the same in every profile.
  const sum = (pick: (s: TrafficShare) => number): number => shares.reduce((total, s) => total + pick(s), 0);
  return [
    ...shares,
    {
      kind: 'business',
      weekday: dayTotal.weekday - sum((s) => s.weekday),
      weekend: dayTotal.weekend - sum((s) => s.weekend),
      rhythm: 'office',
    },
  ];
}

const traffic: Readonly<Record<EvidenceProfile, readonly TrafficShare[]>> = {
  pass: composeTraffic('pass'),
  fail: composeTraffic('fail'),
  inconclusive: composeTraffic('inconclusive'),
};

/** The day's mail by kind; the sums are about 2,120 on a working day and 1,780 at the weekend. */
export function trafficOf(profile: EvidenceProfile): readonly TrafficShare[] {
  return traffic[profile];
}

const shapes: Readonly<Record<TrafficShare['rhythm'], readonly number[]>> = {
  office: [1, 1, 1, 1, 1, 2, 6, 16, 30, 34, 34, 30, 20, 28, 32, 30, 24, 14, 8, 5, 4, 3, 2, 1],
  flat: [8, 8, 8, 9, 9, 10, 11, 12, 13, 13, 13, 12, 11, 12, 13, 13, 12, 11, 10, 10, 9, 9, 8, 8],
  morning: [3, 3, 4, 6, 12, 22, 30, 28, 20, 14, 12, 10, 8, 8, 8, 7, 6, 6, 6, 6, 5, 4, 4, 3],
};
const shapeSum = {
  office: shapes.office.reduce((a, b) => a + b, 0),
  flat: shapes.flat.reduce((a, b) => a + b, 0),
  morning: shapes.morning.reduce((a, b) => a + b, 0),
};

/** Expected messages of a share in the hour that starts at `hourStartMs`; office hours are those of UTC+1. */
export function expectedInHour(share: TrafficShare, hourStartMs: number): number {
  const localHours = Math.floor(hourStartMs / 3_600_000) + 1;
  const hour = ((localHours % 24) + 24) % 24;
  // Day 0 (1 January 1970) was a Thursday.
  const weekday = (((Math.floor(localHours / 24) + 4) % 7) + 7) % 7;
  const perDay = weekday === 0 || weekday === 6 ? share.weekend : share.weekday;
  return (perDay * (shapes[share.rhythm][hour] ?? 0)) / shapeSum[share.rhythm];
}
