import type { DirectoryUser } from '../state.ts';
import type { Cast, Correspondent } from './cast.ts';
import type { Chance } from './chance.ts';
import { type Authentication, domainOf, type GroundTruth, type RawMessage } from './message.ts';
import { companyStems, companyTails, givenNames, surnames } from './names.ts';
import type { EvidenceProfile, TrafficKind } from './profile.ts';

const HOUR_MS = 3_600_000;

/** A message while it is being written. */
export type Draft = {
  -readonly [K in keyof RawMessage]: RawMessage[K];
};

/** Authenticated by an aligned signature and SPF. */
export const signed = (domain: string, dmarcPolicy: Authentication['dmarcPolicy']): Authentication => ({
  spf: 'pass',
  dkim: 'pass',
  dkimDomain: domain,
  dmarc: dmarcPolicy === '' ? 'bestguesspass' : 'pass',
  dmarcPolicy,
  compauth: 'pass',
  reason: dmarcPolicy === '' ? '109' : '100',
});
/** Authenticated by SPF alone, without a DMARC record. */
export const spfOnly: Authentication = {
  spf: 'pass',
  dkim: 'none',
  dkimDomain: '',
  dmarc: 'bestguesspass',
  dmarcPolicy: '',
  compauth: 'pass',
  reason: '109',
};
/** Nothing to authenticate with, and nothing claimed. */
export const unauthenticated: Authentication = {
  spf: 'none',
  dkim: 'none',
  dkimDomain: '',
  dmarc: 'none',
  dmarcPolicy: '',
  compauth: 'none',
  reason: '405',
};
/** Fails for a domain that the source may not use; `own` when the domain is one of the organisation. */
export const spoofed = (dmarcPolicy: Authentication['dmarcPolicy'], own: boolean): Authentication => ({
  spf: 'fail',
  dkim: 'none',
  dkimDomain: '',
  dmarc: dmarcPolicy === '' ? 'none' : 'fail',
  dmarcPolicy,
  compauth: 'fail',
  reason: own ? '601' : dmarcPolicy === 'quarantine' || dmarcPolicy === 'reject' ? '000' : '001',
});

const oldServiceRate: Partial<Record<TrafficKind, number>> = {
  spam: 0.9,
  'hc-spam': 0.97,
  phish: 0.8,
  'hc-phish': 0.9,
  malware: 0.95,
  'spoof-external': 0.6,
  'spoof-own': 0.7,
  'user-impersonation': 0.45,
  'domain-impersonation': 0.5,
  'contact-impersonation': 0.3,
  brand: 0.7,
  newsletter: 0.02,
  'legit-flagged': 0.15,
  'legit-unsigned': 0.05,
};

/** What shapes the messages of one hour and kind. */
export interface Scene {
  readonly chance: Chance;
  readonly cast: Cast;
  readonly profile: EvidenceProfile;
}

/** Stands in where a list is empty. */
export const nobody: Correspondent = {
  name: 'Nobody',
  address: 'nobody@nobody.example',
  domain: 'nobody.example',
  ip: '198.18.0.1',
  signs: true,
  dmarcPolicy: 'none',
};

/** A subject out of a list, numbered. */
export function subjectFrom(chance: Chance, list: readonly string[]): string {
  return chance.pick(list, 'No subject').replace('#', String(100 + chance.below(9000)));
}

/** One recipient out of a pool, or with the given chance several from anywhere. */
export function recipientsFrom(scene: Scene, several: number, pool: readonly DirectoryUser[]): string[] {
  const { chance, cast } = scene;
  const found: string[] = [];
  const count = chance.happens(several) ? 2 + chance.below(4) : 1;
  for (let i = 0; i < count; i++) {
    const user = (i === 0 ? pool : cast.mailboxes)[chance.below(i === 0 ? pool.length : cast.mailboxes.length)];
    if (user !== undefined && !found.includes(user.mail.toLowerCase())) found.push(user.mail.toLowerCase());
  }
  return found;
}

/** Every sender's number: large where senders are always new, small where the same few come again. */
export function freshNumber(scene: Scene, sparse: number): number {
  return scene.profile === 'inconclusive' ? scene.chance.below(sparse) : scene.chance.below(9_000_000);
}

/** A message with time and ids, still without sender. */
export function begin(scene: Scene, hourStartMs: number, kind: GroundTruth): Draft {
  const { chance, cast } = scene;
  const networkMessageId = chance.guid();
  return {
    timeMs: hourStartMs + chance.below(HOUR_MS),
    networkMessageId,
    internetMessageId: '',
    direction: 'Inbound',
    mailFrom: '',
    from: '',
    displayName: '',
    senderObjectId: '',
    sourceIp: '',
    ptr: '',
    country: 'DE',
    gatewayIp: chance.pick(cast.gatewayIps, '203.0.113.10'),
    recipients: [],
    subject: '',
    sizeBytes: 4000 + chance.below(60_000),
    language: 'en',
    urls: [],
    attachments: [],
    bcl: 0,
    auth: spfOnly,
    firstContact: false,
    truth: kind,
    engine: 'none',
    engineMethod: '',
    phishLevel: 1,
    resemblesDomain: '',
    resemblesContact: false,
    oldServiceCatches: chance.happens(oldServiceRate[kind] ?? 0),
    direct: false,
    zapMinutes: 0,
  };
}

/** Enters the visible and the envelope sender. */
export function sentBy(draft: Draft, name: string, address: string, ip: string, auth: Authentication): void {
  draft.displayName = name;
  draft.from = address.toLowerCase();
  draft.mailFrom = draft.from;
  draft.sourceIp = ip;
  draft.ptr = `mx.${domainOf(address)}`;
  draft.auth = auth;
}

/** A domain that belongs to a number. */
export function strangerDomain(n: number): string {
  const stem = companyStems[n % companyStems.length] ?? 'firm';
  const tail = companyTails[Math.floor(n / 25) % companyTails.length] ?? 'group';
  return `${stem}-${tail}-${(n % 46_656).toString(36)}.example`;
}

/** A name of nobody in particular. */
export function strangerName(chance: Chance): string {
  return `${chance.pick(givenNames, 'Ada')} ${chance.pick(surnames, 'Abel')}`;
}

/** Providers of private addresses. */
export const freemail = ['freemail.example', 'privatepost.example', 'inbox.example'];
