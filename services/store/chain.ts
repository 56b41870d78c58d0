import { createHash, createHmac } from 'node:crypto';
import { canonical } from '../runbook/change.ts';
import type { Entry } from './store.ts';

/** An entry with what its hash covers besides: the keyed digest of the personal data that stands apart. */
export interface ChainEntry extends Entry {
  readonly personalDigest: string | null;
}

/** SHA-256 over the canonical JSON of everything in the entry but the hash itself. */
export const hashOf = ({
  seq,
  at,
  actor,
  event,
  subject,
  detail,
  personalDigest,
  previous,
}: Omit<ChainEntry, 'hash'>): string =>
  createHash('sha256')
    .update(canonical({ seq, at, actor, event, subject, detail, personalDigest, previous }))
    .digest('hex');

/** HMAC-SHA-256 of personal data: without the key nobody can test a guess against the chain. */
export const personalDigestOf = (key: string, personal: unknown): string =>
  createHmac('sha256', key).update(canonical(personal)).digest('hex');
