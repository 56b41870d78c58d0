import { z } from 'zod';
import type { Questions, Window } from '../tenant/questions.ts';
import type { Reading } from '../tenant/reading.ts';
import { known, unknown } from '../tenant/reading.ts';
import type { Membership } from '../tenant/tenant.ts';
import { TenantError } from '../tenant/tenant-error.ts';
import type { GraphOptions } from './client.ts';
import { createGraphClient, unlicensed } from './client.ts';
import { bySender, detectedRow } from './detections.ts';
import { detectedQuery, probeQuery, volumeQuery, zappedQuery } from './kql.ts';
import type { Account } from './rows.ts';
import { defenderPlanIds, directoryUser, submissionOf, submissionRow, traceRow } from './rows.ts';

/** The questions that Graph answers alone. */
export type GraphQuestion = 'detected-senders' | 'volume' | 'zapped' | 'traced' | 'submissions' | 'domains';

/** Graph's half of the tenant. */
export interface GraphHalf extends Membership {
  ask<Q extends GraphQuestion>(question: Q, ask: Questions[Q]['ask']): Promise<Reading<Questions[Q]['answer']>>;
  accounts(): Promise<Reading<readonly Account[]>>;
  /** What the doctor tries, with the permission that a refusal means. */
  readonly probes: readonly {
    readonly name: string;
    readonly grant: string;
    readonly probe: () => Promise<Reading<unknown>>;
  }[];
}

const dayMs = 86_400_000;
const mostRows = 100_000;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const hunted = z.object({
  results: z.array(z.record(z.string(), z.unknown())).optional(),
  Results: z.array(z.record(z.string(), z.unknown())).optional(),
});
const member = z.object({ id: z.string(), displayName: z.string().nullish(), accountEnabled: z.boolean().nullish() });
const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

async function inWords<T>(instead: string, work: () => Promise<Reading<T>>): Promise<Reading<T>> {
  try {
    return await work();
  } catch (trouble) {
    if (trouble instanceof TenantError)
      return unlicensed.test(trouble.message) ? { is: 'not-licensed', instead } : unknown(trouble.message);
    if (trouble instanceof z.ZodError) return unknown('Microsoft Graph answered in a form that is not understood.');
    if (trouble instanceof RangeError) return unknown(trouble.message);
    throw trouble;
  }
}

/** Graph's half of the tenant. One hunting query at a time; 95 of the 100 trace requests per five minutes are used. */
export function createGraph(options: GraphOptions): GraphHalf {
  const client = createGraphClient(options);
  let queue: Promise<unknown> = Promise.resolve();
  const traceCalls: number[] = [];

  function hunt(query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const run = queue.then(async () => {
      const answer = hunted.parse(
        await client.send({
          path: '/security/runHuntingQuery',
          permission: 'ThreatHunting.Read.All',
          body: { Query: query, Timespan: 'P30D' },
        }),
      );
      const rows = answer.results ?? answer.Results;
      if (rows === undefined) throw new TenantError('unintelligible', 'The hunting query came back without results.');
      if (rows.length >= mostRows)
        throw new TenantError(
          'unintelligible',
          'More than 100,000 detections: the answer is cut off. Ask for fewer people or a shorter window.',
        );
      return rows;
    });
    queue = run.catch(() => undefined);
    return run;
  }

  function checked(window: Window, days: number, source: string): void {
    if (!(window.from < window.to)) throw new TenantError('refused', 'The window is empty.');
    if (window.from < options.now() - days * dayMs)
      throw new TenantError('refused', `${source} goes back ${days} days only; the window begins before that.`);
  }

  async function budget(): Promise<void> {
    // Machine time: the service counts requests by its own clock, whatever the tenant's clock says.
    for (;;) {
      const time = performance.now();
      while (traceCalls[0] !== undefined && traceCalls[0] <= time - 300_000) traceCalls.shift();
      if (traceCalls.length < 95) break;
      await options.sleep((traceCalls[0] ?? time) + 300_001 - time);
    }
    traceCalls.push(performance.now());
  }

  /** The default domain first: new groups get their addresses there. */
  const domains = async (): Promise<readonly string[]> => {
    const rows = await client.pages({ path: '/domains', permission: 'Domain.Read.All' });
    return rows
      .map((row) =>
        z.object({ id: z.string(), isVerified: z.boolean().nullish(), isDefault: z.boolean().nullish() }).parse(row),
      )
      .filter((d) => d.isVerified !== false)
      .toSorted((a, b) => Number(b.isDefault ?? false) - Number(a.isDefault ?? false) || (a.id < b.id ? -1 : 1))
      .map((d) => d.id.toLowerCase());
  };

  async function traced(window: Window): Promise<Questions['traced']['answer']> {
    checked(window, 90, 'The message trace');
    const own = new Set(await domains());
    const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    const messages = new Set<string>();
    const quarantined = new Set<string>();
    for (let from = window.from; from < window.to; from += 9 * dayMs) {
      const to = Math.min(from + 9 * dayMs, window.to) - 1;
      const filter = `receivedDateTime ge ${new Date(from).toISOString()} and receivedDateTime le ${new Date(to).toISOString()}`;
      const path = `/admin/exchange/tracing/messageTraces?$filter=${encodeURIComponent(filter)}&$top=5000`;
      for (const raw of await client.pages({ path, permission: 'ExchangeMessageTrace.Read.All' }, budget)) {
        const row = traceRow.parse(raw);
        if (!own.has(domainOf(row.recipientAddress)) || own.has(domainOf(row.senderAddress))) continue;
        messages.add(row.id);
        if (/^quarantined$/i.test(row.status)) quarantined.add(row.id);
      }
    }
    return { messages: messages.size, quarantined: quarantined.size, complete: true };
  }

  const answers: { readonly [Q in GraphQuestion]: (ask: Questions[Q]['ask']) => Promise<Questions[Q]['answer']> } = {
    'detected-senders': async ({ recipients, detections, window }) => {
      checked(window, 30, 'Hunting');
      if (detections.length === 0) return { senders: [], days: [], complete: true };
      const rows = [];
      for (const ids of chunks(recipients, 1000))
        rows.push(...(await hunt(detectedQuery(ids, detections, window))).map((row) => detectedRow.parse(row)));
      return { ...bySender(rows, detections), complete: true };
    },
    volume: async ({ recipients, window, connectors }) => {
      checked(window, 30, 'Hunting');
      const count = z.object({
        Deliveries: z.number(),
        Bypassed: z.number(),
        ViaConnector: z.number(),
        Quarantined: z.number(),
        Junked: z.number(),
      });
      const total = { deliveries: 0, bypassed: 0, viaConnector: 0, quarantined: 0, junked: 0 };
      for (const ids of chunks(recipients, 1000)) {
        const [row] = await hunt(volumeQuery(ids, window, connectors));
        const c = count.parse(row);
        total.deliveries += c.Deliveries;
        total.bypassed += c.Bypassed;
        total.viaConnector += c.ViaConnector;
        total.quarantined += c.Quarantined;
        total.junked += c.Junked;
      }
      return total;
    },
    zapped: async ({ recipients, window }) => {
      checked(window, 30, 'Hunting');
      const messages = new Set<string>();
      const senders = new Set<string>();
      for (const ids of chunks(recipients, 1000)) {
        for (const row of await hunt(zappedQuery(ids, window))) {
          const zap = z.object({ NetworkMessageId: z.string(), SenderFromAddress: z.string() }).parse(row);
          messages.add(zap.NetworkMessageId);
          senders.add(zap.SenderFromAddress.toLowerCase());
        }
      }
      return { messages: messages.size, senders: [...senders].sort() };
    },
    traced: ({ window }) => traced(window),
    submissions: async ({ window }) => {
      const filter = `createdDateTime ge ${new Date(window.from).toISOString()} and createdDateTime lt ${new Date(window.to).toISOString()}`;
      const rows = await client.pages({
        path: `/security/threatSubmission/emailThreats?$filter=${encodeURIComponent(filter)}`,
        version: 'beta',
        permission: 'ThreatSubmission.Read.All',
        headers: { Prefer: 'include-unknown-enum-members' },
      });
      return rows.map((row) => submissionOf(submissionRow.parse(row)));
    },
    domains,
  };
  const answerOf = <Q extends GraphQuestion>(
    question: Q,
  ): ((ask: Questions[Q]['ask']) => Promise<Questions[Q]['answer']>) => answers[question];

  const users =
    '/users?$select=id,displayName,mail,userPrincipalName,department,jobTitle,accountEnabled,userType,assignedPlans&$top=999';
  const probe = (
    name: string,
    permission: string,
    path: string,
    more: { readonly version?: 'beta'; readonly body?: unknown } = {},
  ) => ({
    name,
    grant: permission,
    probe: () =>
      inWords<unknown>('another source, or an attestation', async () =>
        known(await client.send({ path, permission, ...more })),
      ),
  });

  return {
    ask: (question, ask) =>
      inWords(
        question === 'submissions'
          ? 'the reporting mailbox, or an attestation'
          : 'the message trace and the mail reports, or an attestation',
        async () => known(await answerOf(question)(ask)),
      ),
    accounts: () =>
      inWords('an attestation', async () => {
        const plans = defenderPlanIds(
          await client.pages({ path: '/subscribedSkus', permission: 'LicenseAssignment.Read.All' }),
        );
        return known(
          (await client.pages({ path: users, permission: 'User.Read.All' })).map((row) => directoryUser(row, plans)),
        );
      }),
    memberOf: (person, groups) =>
      inWords('an attestation', async () => {
        if (!guid.test(person) || groups.some((g) => !guid.test(g)))
          return unknown('Membership can only be asked by object id.');
        const found = new Set<string>();
        for (const groupIds of chunks(groups, 20)) {
          const answer = z.object({ value: z.array(z.string()) }).parse(
            await client.send({
              path: `/users/${person}/checkMemberGroups`,
              permission: 'GroupMember.Read.All',
              body: { groupIds },
            }),
          );
          for (const id of answer.value)
            for (const group of groupIds) if (group.toLowerCase() === id.toLowerCase()) found.add(group);
        }
        return known<ReadonlySet<string>>(found);
      }),
    membersOf: (group) =>
      inWords('an attestation', async () => {
        if (!guid.test(group)) return unknown('Members can only be asked by the group object id.');
        const path = `/groups/${group}/transitiveMembers/microsoft.graph.user?$select=id,displayName,accountEnabled&$top=999&$count=true`;
        const rows = await client.pages({
          path,
          permission: 'GroupMember.Read.All',
          headers: { ConsistencyLevel: 'eventual' },
        });
        return known(
          rows
            .map((row) => member.parse(row))
            .filter((m) => m.accountEnabled !== false)
            .map((m) => ({ id: m.id, name: m.displayName ?? '' })),
        );
      }),
    probes: [
      probe('People', 'User.Read.All', '/users?$select=id,department,assignedPlans&$top=1'),
      probe('Licences', 'LicenseAssignment.Read.All', '/subscribedSkus'),
      probe('Groups', 'GroupMember.Read.All', '/groups?$select=id&$top=1'),
      probe('Domains', 'Domain.Read.All', '/domains'),
      probe('Hunting', 'ThreatHunting.Read.All', '/security/runHuntingQuery', {
        body: { Query: probeQuery, Timespan: 'P1D' },
      }),
      {
        name: 'Message trace',
        grant:
          'ExchangeMessageTrace.Read.All, and the service principal 8bd644d1-64a1-4d4b-ae52-2e0cbf64e373 in the tenant',
        probe: () =>
          inWords('an attestation', async () =>
            known<unknown>(await traced({ from: options.now() - 3_600_000, to: options.now() })),
          ),
      },
      probe('Submissions', 'ThreatSubmission.Read.All', '/security/threatSubmission/emailThreats?$top=1', {
        version: 'beta',
      }),
    ],
  };
}
