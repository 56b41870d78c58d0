import { z } from 'zod';
import { makeObject, text } from '../exchange/objects.ts';
import { seededGuid } from '../random.ts';
import type { DirectoryGroup, DirectoryUser, TenantState } from '../state.ts';
import { distributionGroupProperties } from './build.ts';

const record = z.record(z.string(), z.unknown());
const nullableText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const userSchema = z.looseObject({
  id: z.string(),
  displayName: nullableText,
  givenName: nullableText,
  surname: nullableText,
  mail: nullableText,
  userPrincipalName: nullableText,
  proxyAddresses: z.array(z.string()).nullish(),
  department: nullableText,
  jobTitle: nullableText,
  accountEnabled: z.boolean().nullish(),
  userType: nullableText,
  manager: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
  servicePlans: z.array(z.string()).nullish(),
  priority: z.boolean().nullish(),
});
const groupSchema = z.looseObject({
  id: z.string(),
  displayName: nullableText,
  mail: nullableText,
  mailEnabled: z.boolean().nullish(),
  securityEnabled: z.boolean().nullish(),
  groupTypes: z.array(z.string()).nullish(),
  members: z.array(z.string()).nullish(),
});
const snapshotSchema = z.looseObject({
  format: z.literal('cutover-tenant/1'),
  tenantId: nullableText,
  exchange: z.record(z.string(), z.array(record)).nullish(),
  graph: z
    .looseObject({
      users: z.array(userSchema).nullish(),
      groups: z.array(groupSchema).nullish(),
      domains: z
        .array(z.looseObject({ id: z.string(), isDefault: z.boolean().nullish(), isVerified: z.boolean().nullish() }))
        .nullish(),
      serviceConfigurationRecords: z.record(z.string(), z.array(record)).nullish(),
    })
    .nullish(),
  dns: z
    .record(
      z.string(),
      z.looseObject({
        MX: z.array(z.unknown()).nullish(),
        TXT: z.array(z.unknown()).nullish(),
        NS: z.array(z.string()).nullish(),
        CNAME: z.unknown().optional(),
      }),
    )
    .nullish(),
});

const mxSchema = z.looseObject({
  preference: z.number().optional(),
  priority: z.number().optional(),
  exchange: z.string(),
});

function readMx(value: unknown): { preference: number; exchange: string } | undefined {
  if (typeof value === 'string') {
    const [, preference = '10', exchange = ''] = /^(?:(\d+)\s+)?(\S+)$/.exec(value.trim()) ?? [];
    return exchange === '' ? undefined : { preference: Number(preference), exchange: exchange.replace(/\.$/, '') };
  }
  const parsed = mxSchema.safeParse(value);
  return parsed.success
    ? { preference: parsed.data.preference ?? parsed.data.priority ?? 10, exchange: parsed.data.exchange }
    : undefined;
}

function toUser(user: z.infer<typeof userSchema>, before: DirectoryUser | undefined): DirectoryUser {
  const upn = user.userPrincipalName ?? user.mail ?? before?.userPrincipalName ?? user.id;
  const mail = user.mail ?? before?.mail ?? upn;
  const displayName = user.displayName ?? before?.displayName ?? mail;
  const given = user.givenName ?? before?.givenName ?? displayName.split(' ')[0] ?? '';
  return {
    id: user.id.toLowerCase(),
    displayName,
    givenName: given,
    surname: user.surname ?? before?.surname ?? displayName.split(' ').slice(1).join(' '),
    mail,
    userPrincipalName: upn,
    proxyAddresses: user.proxyAddresses ?? before?.proxyAddresses ?? [`SMTP:${mail}`],
    department: user.department ?? before?.department ?? '',
    jobTitle: user.jobTitle ?? before?.jobTitle ?? '',
    accountEnabled: user.accountEnabled ?? before?.accountEnabled ?? true,
    userType: (user.userType ?? before?.userType) === 'Guest' ? 'Guest' : 'Member',
    manager: typeof user.manager === 'string' ? user.manager : (user.manager?.id ?? before?.manager ?? null),
    servicePlans: user.servicePlans ??
      before?.servicePlans ?? ['EXCHANGE_S_ENTERPRISE', 'ATP_ENTERPRISE', 'THREAT_INTELLIGENCE'],
    mailboxKind: before?.mailboxKind ?? 'user',
    priority: user.priority ?? before?.priority ?? false,
    assists: before?.assists ?? [],
  };
}

/** An unreadable snapshot, in words. */
export interface SnapshotRefusal {
  readonly problem: string;
}

/**
 * Lays a `cutover-tenant/1` snapshot over a tenant: nouns, users and groups that it names replace the sandbox's, everything
 * else stays. The people who hold roles stay too, so that somebody can approve. Returns what is wrong with an unreadable one.
 */
export function applySnapshot(state: TenantState, snapshot: unknown, epochMs: number): SnapshotRefusal | undefined {
  const parsed = snapshotSchema.safeParse(snapshot);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error) };
  const { exchange, graph, dns } = parsed.data;
  const { users, groups, domains, serviceConfigurationRecords } = graph ?? {};
  if (users) {
    const known = new Map(state.users.map((user) => [user.id, user]));
    const fresh = users.map((user) => toUser(user, known.get(user.id.toLowerCase())));
    const holders = new Set(
      state.groups.filter((group) => group.id.startsWith('5a0d')).flatMap((group) => group.members),
    );
    const taken = new Set(fresh.flatMap((user) => [user.id, user.mail.toLowerCase()]));
    state.users = [
      ...state.users.filter(
        (user) => holders.has(user.id) && !taken.has(user.id) && !taken.has(user.mail.toLowerCase()),
      ),
      ...fresh,
    ];
  }
  if (groups) {
    const fresh = groups.map(
      (group): DirectoryGroup => ({
        id: group.id.toLowerCase(),
        displayName: group.displayName ?? group.mail ?? group.id,
        mail: group.mail ?? null,
        mailEnabled: group.mailEnabled ?? group.mail !== undefined,
        securityEnabled: group.securityEnabled ?? false,
        groupTypes: group.groupTypes ?? [],
        members: group.members ?? [],
      }),
    );
    state.groups = [
      ...state.groups.filter((group) => group.id.startsWith('5a0d') && !fresh.some((one) => one.id === group.id)),
      ...fresh,
    ];
    state.exchange['DistributionGroup'] = fresh
      .filter((group) => group.mailEnabled && group.mail !== null && !group.groupTypes.includes('Unified'))
      .map((group) =>
        makeObject(
          state.seed,
          'DistributionGroup',
          group.displayName,
          group.id,
          epochMs,
          distributionGroupProperties(
            group.id,
            group.displayName,
            (group.mail ?? '').split('@')[0] ?? '',
            group.mail ?? '',
            group.securityEnabled,
          ),
        ),
      );
  }
  if (domains)
    state.domains = domains.map((domain) => ({
      id: domain.id,
      isDefault: domain.isDefault ?? false,
      isVerified: domain.isVerified ?? true,
      mailExchange: String(
        (serviceConfigurationRecords?.[domain.id] ?? []).find((one) => one['mailExchange'] !== undefined)?.[
          'mailExchange'
        ] ?? '',
      ),
    }));
  if (serviceConfigurationRecords)
    state.serviceConfigurationRecords = { ...state.serviceConfigurationRecords, ...serviceConfigurationRecords };
  for (const [noun, objects] of Object.entries(exchange ?? {})) {
    if (noun === 'DistributionGroup' && groups) continue;
    state.exchange[noun] = objects.map((object, index) => {
      const name = text(object, 'Name') || text(object, 'Identity') || `${noun} ${index + 1}`;
      return {
        ...makeObject(state.seed, noun, name, `${index}:${name}`, epochMs, {}),
        ...object,
        Name: name,
        Identity: text(object, 'Identity') || name,
        Guid: text(object, 'Guid') || seededGuid(state.seed, `${noun}:${index}:${name}`),
      };
    });
  }
  for (const [domain, records] of Object.entries(dns ?? {})) {
    state.dns[domain.toLowerCase()] = {
      ...state.dns[domain.toLowerCase()],
      ...(records.MX ? { MX: records.MX.map(readMx).filter((mx) => mx !== undefined) } : {}),
      ...(records.TXT
        ? { TXT: records.TXT.map((value) => (Array.isArray(value) ? value.join('') : String(value))) }
        : {}),
      ...(records.NS ? { NS: records.NS } : {}),
      ...(typeof records.CNAME === 'string' ? { CNAME: records.CNAME } : {}),
    };
  }
  return undefined;
}
