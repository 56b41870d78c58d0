import { z } from 'zod';
import type { Questions } from '../tenant/questions.ts';
import type { Reading } from '../tenant/reading.ts';
import { known, unknown } from '../tenant/reading.ts';
import type { Resources } from '../tenant/resources.ts';
import type { Found } from '../tenant/tenant.ts';
import { TenantError } from '../tenant/tenant-error.ts';
import type { CmdletName } from './cmdlets.ts';
import { cmdlets } from './cmdlets.ts';
import type { ExchangeClient } from './exchange.ts';
import type { ExchangeKind } from './resources.ts';
import { exchangeResources } from './resources.ts';
import type { ResourceEntry } from './rows.ts';
import { flag, list, text, wholeList } from './wire.ts';

/** What Exchange knows of an account or a mailbox beyond the directory. */
export interface MailboxFacts {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** `RecipientTypeDetails`, as Exchange spells it. */
  readonly kind: string;
  readonly priority: boolean;
  /** Display name of the person's assistant, empty when none. */
  readonly assistant: string;
  /** Who may send on behalf of this mailbox: names or addresses. */
  readonly delegates: readonly string[];
}

/** Exchange's half of the tenant. */
export interface ExchangeHalf {
  read<K extends ExchangeKind>(kind: K, key: string): Promise<Reading<Resources[K]>>;
  list<K extends ExchangeKind>(kind: K, within?: string): Promise<Reading<readonly Found<K>[]>>;
  write<K extends ExchangeKind>(
    kind: K,
    key: string,
    before: Partial<Resources[K]> | null,
    after: Partial<Resources[K]> | null,
  ): Promise<void>;
  connectors(): Promise<Reading<Questions['connectors']['answer']>>;
  mailboxes(): Promise<Reading<readonly MailboxFacts[]>>;
}

/** Trouble of a read, in words; anything that is no trouble of the tenant stays an exception. */
async function inWords<T>(work: () => Promise<Reading<T>>): Promise<Reading<T>> {
  try {
    return await work();
  } catch (trouble) {
    if (trouble instanceof TenantError) return unknown(trouble.message);
    if (trouble instanceof z.ZodError) return unknown('Exchange Online answered in a form that is not understood.');
    throw trouble;
  }
}

const entryOf = <K extends ExchangeKind>(kind: K): ResourceEntry<K> => exchangeResources[kind];

const connector = z.object({ Name: text, Enabled: flag, EFSkipLastIP: flag, EFSkipIPs: list });
const account = z.object({
  ExternalDirectoryObjectId: text,
  DisplayName: text,
  IsVIP: flag,
  VIP: flag,
  AssistantName: text,
  RecipientTypeDetails: text,
});
const mailbox = z.object({
  ExternalDirectoryObjectId: text,
  DisplayName: text,
  PrimarySmtpAddress: text,
  RecipientTypeDetails: text,
  GrantSendOnBehalfTo: wholeList,
});

/** Exchange's half of the tenant over a client. */
export function createExchangeHalf(exchange: ExchangeClient): ExchangeHalf {
  return {
    read: (kind, key) => inWords(() => entryOf(kind).read(exchange, key)),
    list: (kind, within) => inWords(() => entryOf(kind).list(exchange, within)),
    write: async (kind, key, before, after) => {
      try {
        await entryOf(kind).write(exchange, key, before, after);
      } catch (trouble) {
        // A row that cannot be read before a write: nothing has been sent yet.
        if (trouble instanceof z.ZodError)
          throw new TenantError('unintelligible', `${kind} "${key}" could not be read before the write.`, {
            cause: trouble,
          });
        throw trouble;
      }
    },
    connectors: () =>
      inWords(async () => {
        const { rows } = await exchange.invoke('Get-InboundConnector', { ResultSize: 'Unlimited' });
        return known(
          rows
            .map((row) => connector.parse(row))
            .map((c) => ({
              name: c.Name,
              enabled: c.Enabled,
              enhancedFiltering: c.EFSkipLastIP || c.EFSkipIPs.length > 0,
            })),
        );
      }),
    mailboxes: () =>
      inWords(async () => {
        const [accounts, boxes] = await Promise.all([
          exchange.invoke('Get-User', { ResultSize: 'Unlimited' }),
          exchange.invoke('Get-Mailbox', { ResultSize: 'Unlimited' }),
        ]);
        const facts = new Map(
          accounts.rows.map((row) => account.parse(row)).map((a) => [a.ExternalDirectoryObjectId.toLowerCase(), a]),
        );
        return known(
          boxes.rows
            .map((row) => mailbox.parse(row))
            .filter((box) => box.ExternalDirectoryObjectId !== '')
            .map((box) => {
              const own = facts.get(box.ExternalDirectoryObjectId.toLowerCase());
              return {
                id: box.ExternalDirectoryObjectId.toLowerCase(),
                name: box.DisplayName,
                address: box.PrimarySmtpAddress.toLowerCase(),
                kind: box.RecipientTypeDetails,
                priority: own ? own.IsVIP || own.VIP : false,
                assistant: own?.AssistantName ?? '',
                delegates: box.GrantSendOnBehalfTo,
              };
            }),
        );
      }),
  };
}

/** What the doctor tries: one read of each cmdlet that changes nothing, and what to grant when it is refused. */
export function exchangeProbes(
  exchange: ExchangeClient,
): readonly { readonly name: string; readonly grant: string; readonly probe: () => Promise<Reading<unknown>> }[] {
  const probe = (name: CmdletName, run: () => Promise<unknown>) => ({
    name,
    grant: `Exchange.ManageAsApp and the role ${cmdlets[name].roles}`,
    probe: () => inWords(async () => known(await run())),
  });
  return [
    probe('Get-AcceptedDomain', () => exchange.invoke('Get-AcceptedDomain', {})),
    probe('Get-InboundConnector', () => exchange.invoke('Get-InboundConnector', {})),
    probe('Get-User', () => exchange.invoke('Get-User', { ResultSize: 'Unlimited' })),
    probe('Get-Mailbox', () => exchange.invoke('Get-Mailbox', { ResultSize: 'Unlimited' })),
    probe('Get-DistributionGroup', () => exchange.invoke('Get-DistributionGroup', { ResultSize: 'Unlimited' })),
    probe('Get-AntiPhishPolicy', () => exchange.invoke('Get-AntiPhishPolicy', {})),
    probe('Get-AntiPhishRule', () => exchange.invoke('Get-AntiPhishRule', {})),
    probe('Get-TransportRule', () => exchange.invoke('Get-TransportRule', {})),
    probe('Get-ReportSubmissionPolicy', () => exchange.invoke('Get-ReportSubmissionPolicy', {})),
    probe('Get-ReportSubmissionRule', () => exchange.invoke('Get-ReportSubmissionRule', {})),
  ];
}

/** The write cmdlets, which the doctor cannot try without changing the tenant, with the role each needs. */
export const unprobedWrites: readonly { readonly name: string; readonly grant: string }[] = Object.entries(cmdlets)
  .filter(([, cmdlet]) => cmdlet.kind === 'write')
  .map(([name, cmdlet]) => ({ name, grant: cmdlet.roles }));
