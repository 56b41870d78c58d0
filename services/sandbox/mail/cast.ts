import type { DirectoryUser, TenantState } from '../state.ts';
import { createChance } from './chance.ts';
import { domainOf } from './message.ts';
import { companyStems, companyTails, givenNames, localPart, nameKey, surnames } from './names.ts';
import { profileOf } from './profile.ts';

/** The part of the tenant that shapes what is sent to it. No policy and no group: those decide fates, not mail. */
export type SentWorld = Pick<TenantState, 'users' | 'domains' | 'oldService'>;

/** An established outside correspondent. */
export interface Correspondent {
  readonly name: string;
  readonly address: string;
  readonly domain: string;
  readonly ip: string;
  /** About one partner in eight signs nothing and has SPF only: the ones that suffer without Enhanced Filtering. */
  readonly signs: boolean;
  readonly dmarcPolicy: '' | 'none' | 'quarantine' | 'reject';
}

/** A sender of newsletters with its bulk complaint level. */
export interface Publisher {
  readonly name: string;
  readonly address: string;
  readonly ip: string;
  readonly bcl: number;
}

/** Everyone who plays a part in the tenant's mail. */
export interface Cast {
  /** People and shared mailboxes that receive mail, by address. */
  readonly mailboxes: readonly DirectoryUser[];
  readonly byDepartment: ReadonlyMap<string, readonly DirectoryUser[]>;
  /** Priority accounts (people), whom impersonators pose as. */
  readonly executives: readonly DirectoryUser[];
  /** Executives, their assistants, finance: the favourite targets. */
  readonly targets: readonly DirectoryUser[];
  /** Neither priority nor handling a priority person's mail. */
  readonly staff: readonly DirectoryUser[];
  readonly ownDomains: readonly string[];
  readonly partners: readonly Correspondent[];
  readonly publishers: readonly Publisher[];
  readonly gatewayIps: readonly string[];
}

/** A source address out of the benchmark range 198.18.0.0/15 (RFC 2544), which nobody routes. */
export function sourceAddress(n: number): string {
  return `198.${18 + ((n >>> 16) & 1)}.${(n >>> 8) & 255}.${1 + (n % 254)}`;
}

function buildCast(seed: number, world: SentWorld): Cast {
  const chance = createChance(seed, 0, 77);
  const mailboxes = world.users
    .filter((u) => u.mail !== '' && u.userType === 'Member' && u.mailboxKind !== 'room')
    .filter((u) => u.accountEnabled || u.mailboxKind === 'shared')
    .sort((a, b) => (a.mail < b.mail ? -1 : a.mail > b.mail ? 1 : 0));
  const byDepartment = new Map<string, DirectoryUser[]>();
  for (const user of mailboxes) {
    const list = byDepartment.get(user.department);
    if (list === undefined) byDepartment.set(user.department, [user]);
    else list.push(user);
  }
  const priority = mailboxes.filter((u) => u.priority && u.mailboxKind === 'user');
  const executives = priority.length > 0 ? priority : mailboxes.filter((u) => u.mailboxKind === 'user').slice(0, 10);
  const executiveIds = new Set(executives.map((u) => u.id));
  const near = (u: DirectoryUser): boolean =>
    u.priority || executiveIds.has(u.id) || u.assists.some((id) => executiveIds.has(id));
  const targets = mailboxes.filter((u) => near(u) || /financ|purchas|account/i.test(u.department));
  const staff = mailboxes.filter((u) => !near(u));
  const internalNames = new Set(mailboxes.map((u) => nameKey(u.displayName)));

  const partners: Correspondent[] = [];
  for (let i = 0; i < 420; i++) {
    const stem = companyStems[i % companyStems.length] ?? 'firm';
    const tail = companyTails[Math.floor(i / companyStems.length) % companyTails.length] ?? 'group';
    // The first partners and publishers are those that a lived-in tenant tends to have on its safe lists.
    const domain = i < 4 ? 'partner-logistics.example' : `${stem}-${tail}.example`;
    const plain = `${chance.pick(givenNames, 'Ada')} ${chance.pick(surnames, 'Abel')}`;
    // A partner who happens to be called like a colleague would be detected as an impersonator.
    const name = internalNames.has(nameKey(plain)) ? `${plain} Partner` : plain;
    const policy = chance.below(4);
    partners.push({
      name,
      address: `${localPart(name)}@${domain}`,
      domain,
      ip: sourceAddress(4096 + (i % 150) * 37),
      signs: chance.next() >= 0.12,
      dmarcPolicy: policy === 0 ? '' : policy === 1 ? 'none' : policy === 2 ? 'quarantine' : 'reject',
    });
  }
  // Where evidence shall stay thin, no publisher is complained about enough to be stopped as bulk.
  const mostBulk = profileOf(seed) === 'inconclusive' ? 4 : 9;
  const publishers: Publisher[] = [];
  const bclByRank = [1, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9];
  for (let i = 0; i < 96; i++) {
    const stem = companyStems[(i * 7) % companyStems.length] ?? 'firm';
    publishers.push({
      name: `${stem.replace(/-/g, ' ')} news ${1 + (i % 4)}`,
      address: i === 9 ? 'newsletter@trade-weekly.example' : `news@mail${i}.${stem}-media.example`,
      ip: sourceAddress(20_000 + i * 11),
      bcl: Math.min(mostBulk, bclByRank[i % bclByRank.length] ?? 3),
    });
  }
  return {
    mailboxes,
    byDepartment,
    executives,
    targets: targets.length > 0 ? targets : mailboxes,
    staff: staff.length > 0 ? staff : mailboxes,
    ownDomains: ownDomainsOf(world, mailboxes),
    partners,
    publishers,
    gatewayIps: world.oldService.ips.length > 0 ? world.oldService.ips.map(firstAddress) : ['203.0.113.10'],
  };
}

function firstAddress(range: string): string {
  const cut = range.search(/[/-]/);
  return cut < 0 ? range : range.slice(0, cut).replace(/\.0$/, '.1');
}

function ownDomainsOf(world: SentWorld, mailboxes: readonly DirectoryUser[]): readonly string[] {
  const listed = world.domains.map((d) => d.id.toLowerCase()).filter((d) => !d.endsWith('.onmicrosoft.com'));
  if (listed.length > 0) return listed.sort();
  const first = mailboxes[0];
  return [first === undefined ? 'contoso.example' : domainOf(first.mail)];
}

let cached: { seed: number; key: string; cast: Cast } | null = null;

/** The cast of a seed and directory. It depends on addresses, departments, titles and priority, and on nothing that policies hold. */
export function castOf(seed: number, world: SentWorld): Cast {
  let key = `${world.domains.map((d) => d.id).join()}|${world.oldService.ips.join()}|${world.users.length}`;
  for (const u of world.users) key += `|${u.mail}${u.priority ? '!' : ''}${u.accountEnabled ? '' : '-'}`;
  if (cached !== null && cached.seed === seed && cached.key === key) return cached.cast;
  const cast = buildCast(seed, world);
  cached = { seed, key, cast };
  return cast;
}
