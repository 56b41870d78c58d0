import type { Person, QuestionName, Questions } from '../tenant/questions.ts';
import type { Reading } from '../tenant/reading.ts';
import { known, unknown } from '../tenant/reading.ts';
import type { Kind, Resources } from '../tenant/resources.ts';
import type { Found, Membership, Tenant } from '../tenant/tenant.ts';
import { TenantError } from '../tenant/tenant-error.ts';

/** What Exchange knows of a mailbox beyond the directory. */
export interface MailboxKnowledge {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly kind: string;
  readonly priority: boolean;
  readonly assistant: string;
  readonly delegates: readonly string[];
}

type HeldByExchange = Exclude<Kind, 'setting'>;

/** What Exchange contributes to the tenant. */
export interface ExchangeTenantHalf {
  read<K extends HeldByExchange>(kind: K, key: string): Promise<Reading<Resources[K]>>;
  list<K extends HeldByExchange>(kind: K, within?: string): Promise<Reading<readonly Found<K>[]>>;
  write<K extends HeldByExchange>(
    kind: K,
    key: string,
    before: Partial<Resources[K]> | null,
    after: Partial<Resources[K]> | null,
  ): Promise<void>;
  connectors(): Promise<Reading<Questions['connectors']['answer']>>;
  mailboxes(): Promise<Reading<readonly MailboxKnowledge[]>>;
}

/** An account of the directory. */
export interface DirectoryAccount {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly userPrincipalName: string;
  readonly department: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly guest: boolean;
  readonly licensed: boolean;
}

type AnsweredByGraph = Exclude<QuestionName, 'people' | 'connectors'>;

/** What Graph contributes to the tenant. */
export interface GraphTenantHalf extends Membership {
  ask<Q extends AnsweredByGraph>(question: Q, ask: Questions[Q]['ask']): Promise<Reading<Questions[Q]['answer']>>;
  accounts(): Promise<Reading<readonly DirectoryAccount[]>>;
}

const kindOf = (recipientType: string | undefined): Person['mailbox'] => {
  if (recipientType === undefined) return 'none';
  if (/shared/i.test(recipientType)) return 'shared';
  if (/room|equipment/i.test(recipientType)) return 'room';
  return /mailbox/i.test(recipientType) ? 'user' : 'none';
};

/**
 * Joins directory and mailboxes by object id; only people with a mailbox remain. Names of assistants and delegates are
 * matched by name, address or id; where a name fits several people all of them are linked, so that nobody who belongs
 * together is split.
 */
export function joinPeople(
  accounts: readonly DirectoryAccount[],
  mailboxes: readonly MailboxKnowledge[],
): readonly Person[] {
  const boxes = new Map(mailboxes.map((box) => [box.id, box]));
  const called = new Map<string, Set<string>>();
  const call = (name: string, id: string): void => {
    const key = name.trim().toLowerCase();
    if (key !== '') called.set(key, (called.get(key) ?? new Set()).add(id));
  };
  for (const a of accounts)
    for (const name of [
      a.id,
      a.name,
      a.address,
      a.userPrincipalName,
      boxes.get(a.id)?.name ?? '',
      boxes.get(a.id)?.address ?? '',
    ])
      call(name, a.id);
  const assists = new Map<string, Set<string>>();
  for (const box of mailboxes) {
    for (const name of [box.assistant, ...box.delegates]) {
      for (const id of called.get(name.trim().toLowerCase()) ?? [])
        if (id !== box.id) assists.set(id, (assists.get(id) ?? new Set()).add(box.id));
    }
  }
  return accounts
    .filter((a) => boxes.has(a.id))
    .map((a) => ({
      id: a.id,
      name: a.name,
      address: boxes.get(a.id)?.address || a.address,
      department: a.department,
      title: a.title,
      enabled: a.enabled,
      guest: a.guest,
      mailbox: kindOf(boxes.get(a.id)?.kind),
      licensed: a.licensed,
      priority: boxes.get(a.id)?.priority ?? false,
      assists: [...(assists.get(a.id) ?? [])].sort(),
    }));
}

/** One tenant out of its two halves. Settings are no resource of the tenant: their reads are `unknown` here. */
export function createTenant(halves: {
  readonly exchange: ExchangeTenantHalf;
  readonly graph: GraphTenantHalf;
}): Tenant {
  const { exchange, graph } = halves;
  const elsewhere = unknown('Settings are kept in the store, not in the tenant.');

  async function people(): Promise<Reading<readonly Person[]>> {
    const [accounts, mailboxes] = await Promise.all([graph.accounts(), exchange.mailboxes()]);
    if (accounts.is !== 'value') return accounts;
    if (mailboxes.is !== 'value') return mailboxes;
    return known(joinPeople(accounts.value, mailboxes.value));
  }

  const answers: {
    readonly [Q in QuestionName]: (ask: Questions[Q]['ask']) => Promise<Reading<Questions[Q]['answer']>>;
  } = {
    'detected-senders': (ask) => graph.ask('detected-senders', ask),
    volume: (ask) => graph.ask('volume', ask),
    zapped: (ask) => graph.ask('zapped', ask),
    traced: (ask) => graph.ask('traced', ask),
    submissions: (ask) => graph.ask('submissions', ask),
    domains: (ask) => graph.ask('domains', ask),
    people,
    connectors: () => exchange.connectors(),
  };
  const answerOf = <Q extends QuestionName>(
    question: Q,
  ): ((ask: Questions[Q]['ask']) => Promise<Reading<Questions[Q]['answer']>>) => answers[question];
  const held = <K extends Kind>(kind: K): kind is K & HeldByExchange => kind !== 'setting';

  return {
    read: async (kind, key) => (held(kind) ? exchange.read(kind, key) : elsewhere),
    list: async (kind, within) => (held(kind) ? exchange.list(kind, within) : elsewhere),
    write: async (kind, key, before, after) => {
      if (!held(kind)) throw new TenantError('refused', 'Settings are kept in the store, not in the tenant.');
      return exchange.write(kind, key, before, after);
    },
    ask: (question, ask) => answerOf(question)(ask),
    memberOf: (person, groups) => graph.memberOf(person, groups),
    membersOf: (group) => graph.membersOf(group),
  };
}
