import { seededGuid, seededStream } from '../random.ts';
import type { DirectoryUser } from '../state.ts';
import { asciiLocalPart, nameRegions } from './names.ts';

/** Accepted domains of the sandbox tenant: the primary one first. */
export const domainNames = ['contoso.example', 'contoso-retail.example', 'fabrikam.example'] as const;
/** Service plans of a Microsoft 365 E5 licence that matter here. */
export const fullPlans = ['EXCHANGE_S_ENTERPRISE', 'ATP_ENTERPRISE', 'THREAT_INTELLIGENCE', 'ADALLOM_S_O365'] as const;
/** Service plans of a licence without Defender for Office 365. */
export const mailOnlyPlans = ['EXCHANGE_S_STANDARD'] as const;

const departments: readonly { name: string; size: number; title: string; domain: 0 | 1 | 2 }[] = [
  { name: 'Executive', size: 14, title: 'Director', domain: 0 },
  { name: 'Finance', size: 26, title: 'Accountant', domain: 0 },
  { name: 'Sales', size: 48, title: 'Account manager', domain: 1 },
  { name: 'Plant', size: 44, title: 'Shift lead', domain: 2 },
  { name: 'IT', size: 18, title: 'Systems engineer', domain: 0 },
  { name: 'Security', size: 10, title: 'Security analyst', domain: 0 },
  { name: 'Purchasing', size: 20, title: 'Buyer', domain: 2 },
  { name: 'HR', size: 14, title: 'HR partner', domain: 0 },
  { name: 'Legal', size: 10, title: 'Counsel', domain: 0 },
  { name: 'Research', size: 36, title: 'Researcher', domain: 0 },
];

const executiveTitles = [
  'Chief Executive Officer',
  'Chief Financial Officer',
  'Chief Operating Officer',
  'Chief Technology Officer',
  'Chief People Officer',
  'General Counsel',
  'Head of Sales',
  'Head of Plant',
  'Head of Research',
  'Board secretary',
];

/** The people whom the local Teams client offers (its default configuration), with fixed ids and their places here. */
export const playgroundPeople = [
  {
    id: '5a0d0000-0000-4000-8000-000000000020',
    given: 'Alex',
    surname: 'Wilber',
    local: 'alexw',
    department: 'IT',
    title: 'Migration lead',
  },
  {
    id: '5a0d0000-0000-4000-8000-000000000021',
    given: 'Megan',
    surname: 'Bowen',
    local: 'meganb',
    department: 'Security',
    title: 'Head of security operations',
  },
  {
    id: '5a0d0000-0000-4000-8000-000000000022',
    given: 'Adele',
    surname: 'Vance',
    local: 'adelev',
    department: 'Security',
    title: 'Security architect',
  },
  {
    id: '5a0d0000-0000-4000-8000-000000000023',
    given: 'Isaiah',
    surname: 'Langer',
    local: 'isaiahl',
    department: 'IT',
    title: 'Messaging engineer',
  },
  {
    id: '5a0d0000-0000-4000-8000-000000000024',
    given: 'Patti',
    surname: 'Fernandez',
    local: 'pattif',
    department: 'IT',
    title: 'Service desk',
  },
  {
    id: '5a0d0000-0000-4000-8000-000000000025',
    given: 'Lynne',
    surname: 'Robbins',
    local: 'lynner',
    department: 'Legal',
    title: 'Compliance officer',
  },
] as const;

interface Draft {
  id: string;
  given: string;
  surname: string;
  local: string;
  department: string;
  title: string;
  domain: string;
}

function draftPeople(seed: number): Draft[] {
  const chance = seededStream(seed, 'people');
  const taken = new Set<string>(playgroundPeople.map((person) => person.local));
  const pick = <T>(items: readonly T[], fallback: T): T => items[Math.floor(chance() * items.length)] ?? fallback;
  const drafts: Draft[] = [];
  for (const department of departments) {
    const fixed = playgroundPeople.filter((person) => person.department === department.name);
    drafts.push(...fixed.map((person) => ({ ...person, domain: domainNames[0] })));
    for (let index = fixed.length; index < department.size; index++) {
      let given = '';
      let surname = '';
      let local = '';
      do {
        const region = nameRegions[Math.floor(chance() * nameRegions.length)];
        given = pick(region?.given ?? [], 'Kim');
        surname = pick(region?.surnames ?? [], 'Lee');
        local = asciiLocalPart(given, surname);
      } while (taken.has(local));
      taken.add(local);
      const title =
        department.name === 'Executive'
          ? (executiveTitles[index] ?? 'Executive assistant')
          : index === fixed.length
            ? `Head of ${department.name}`
            : department.title;
      const domain = index % 5 === 4 ? domainNames[0] : domainNames[department.domain];
      drafts.push({
        id: seededGuid(seed, `user:${local}`),
        given,
        surname,
        local,
        department: department.name,
        title,
        domain,
      });
    }
  }
  return drafts;
}

function toUser(draft: Draft, rest: Partial<DirectoryUser>): DirectoryUser {
  const mail = `${draft.local}@${draft.domain}`;
  const other = draft.domain === domainNames[0] ? [] : [`smtp:${draft.local}@${domainNames[0]}`];
  return {
    id: draft.id,
    displayName: `${draft.given} ${draft.surname}`,
    givenName: draft.given,
    surname: draft.surname,
    mail,
    userPrincipalName: mail,
    proxyAddresses: [`SMTP:${mail}`, ...other],
    department: draft.department,
    jobTitle: draft.title,
    accountEnabled: true,
    userType: 'Member',
    manager: null,
    servicePlans: fullPlans,
    mailboxKind: 'user',
    priority: false,
    assists: [],
    ...rest,
  };
}

/** Builds the directory's people: 240 members in ten departments, then shared mailboxes, a room and guests. */
export function buildUsers(seed: number): DirectoryUser[] {
  const drafts = draftPeople(seed);
  const executives = drafts.filter((draft) => draft.department === 'Executive');
  const finance = drafts.filter((draft) => draft.department === 'Finance');
  const legal = drafts.filter((draft) => draft.department === 'Legal' && draft.local !== 'lynner');
  const chief = executives[0];
  const priority = [...executives.slice(0, 9), ...finance.slice(0, 2), ...legal.slice(0, 1)];
  const priorityIds = new Set(priority.map((draft) => draft.id));
  const assistants = new Map<string, string[]>();
  priority.forEach((draft, index) => {
    const assistant = index < 9 ? executives[10 + (index % 4)] : (index < 11 ? finance : legal)[4 + (index % 2)];
    if (assistant !== undefined) assistants.set(assistant.id, [...(assistants.get(assistant.id) ?? []), draft.id]);
  });
  const heads = new Map(
    departments.map((department) => [
      department.name,
      drafts.find((draft) => draft.department === department.name)?.id,
    ]),
  );
  const unlicensed = new Set(
    drafts.filter((draft, index) => draft.department === 'Plant' && index % 11 === 3).map((draft) => draft.id),
  );
  const users = drafts.map((draft, index) => {
    const assists = assistants.get(draft.id) ?? [];
    const manager =
      draft.id === chief?.id
        ? null
        : (assists[0] ?? (heads.get(draft.department) === draft.id ? chief?.id : heads.get(draft.department)) ?? null);
    return toUser(draft, {
      manager,
      assists,
      priority: priorityIds.has(draft.id),
      servicePlans: unlicensed.has(draft.id) ? (index % 2 === 0 ? [] : mailOnlyPlans) : fullPlans,
    });
  });
  const shared = [
    'CEO Office',
    'Board',
    'CFO Office',
    'Accounts Payable',
    'Investor Relations',
    'Sales Inbox',
    'Plant Gate',
    'Legal Notices',
  ].map((name, index) => {
    const local = name.toLowerCase().replaceAll(' ', '-');
    const owners =
      index < 3
        ? [priority[index === 2 ? 1 : index]?.id]
        : index === 3 || index === 4
          ? [priority[9]?.id]
          : index === 7
            ? [priority[11]?.id]
            : [];
    const department =
      ['Executive', 'Executive', 'Executive', 'Finance', 'Finance', 'Sales', 'Plant', 'Legal'][index] ?? 'Executive';
    const draft = {
      id: seededGuid(seed, `shared:${local}`),
      given: name,
      surname: '',
      local,
      department,
      title: '',
      domain: domainNames[0],
    };
    return toUser(draft, {
      displayName: name,
      mailboxKind: 'shared',
      accountEnabled: false,
      assists: owners.filter((id) => id !== undefined),
    });
  });
  const room = toUser(
    {
      id: seededGuid(seed, 'room:aurora'),
      given: 'Aurora',
      surname: '',
      local: 'room-aurora',
      department: 'Plant',
      title: '',
      domain: domainNames[0],
    },
    { displayName: 'Room Aurora', mailboxKind: 'room', accountEnabled: false, servicePlans: [] },
  );
  const guests = ['Dana Ortiz', 'Ravi Menon', 'Chloé Petit', 'Lars Holm', 'Ines Duarte'].map((name) => {
    const [given = '', surname = ''] = name.split(' ');
    const local = asciiLocalPart(given, surname);
    const upn = `${local}_northwind.example#EXT#@contoso.onmicrosoft.example`;
    const draft = {
      id: seededGuid(seed, `guest:${local}`),
      given,
      surname,
      local,
      department: '',
      title: '',
      domain: 'northwind.example',
    };
    return toUser(draft, {
      userType: 'Guest',
      userPrincipalName: upn,
      proxyAddresses: [`SMTP:${local}@northwind.example`],
      servicePlans: [],
    });
  });
  return [...users, ...shared, room, ...guests];
}
