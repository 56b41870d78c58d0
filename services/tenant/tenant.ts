import type { QuestionName, Questions } from './questions.ts';
import type { Reading } from './reading.ts';
import type { Kind, Resources } from './resources.ts';

/** A resource that a list returned. */
export interface Found<K extends Kind = Kind> {
  readonly key: string;
  readonly value: Resources[K];
}

/** What a step may see. It has no way to write: a step that tries does not compile. */
export interface TenantReader {
  /** One resource, normalised. Never throws for an answer that the tenant gave; trouble comes back as `unknown`. */
  read<K extends Kind>(kind: K, key: string): Promise<Reading<Resources[K]>>;
  /**
   * All resources of a kind. `within` narrows kinds that live inside another (`group-member`: the group's address;
   * `rule-exception`: the rule's name; `trusted-sender`: the policy's name) and is required for them.
   */
  list<K extends Kind>(kind: K, within?: string): Promise<Reading<readonly Found<K>[]>>;
  /** Evidence. A partial answer comes back as `unknown`. */
  ask<Q extends QuestionName>(question: Q, ask: Questions[Q]['ask']): Promise<Reading<Questions[Q]['answer']>>;
}

/** Who a person is at this moment: group memberships are checked live and a yes is never kept. */
export interface Membership {
  /** Which of these group object ids the person belongs to, transitively (Graph `checkMemberGroups`). */
  memberOf(person: string, groups: readonly string[]): Promise<Reading<ReadonlySet<string>>>;
  /** Object ids of a group's members, transitively: to know whether enough eligible people exist. */
  membersOf(group: string): Promise<Reading<readonly { readonly id: string; readonly name: string }[]>>;
}

/**
 * The tenant with its writing half; only the engine holds it. `write` brings one resource from `before` to `after`
 * (null: does not exist; otherwise only the touched fields). It returns when the tenant has accepted the write; it does
 * not wait for read-back. Throws TenantError; `uncertain` when the write may have been executed.
 */
export interface Tenant extends TenantReader, Membership {
  write<K extends Kind>(
    kind: K,
    key: string,
    before: Partial<Resources[K]> | null,
    after: Partial<Resources[K]> | null,
  ): Promise<void>;
}
