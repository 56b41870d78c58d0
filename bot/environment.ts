import type { Identity } from '../services/directory/credentials.ts';

/** Where the five roles are looked up: Entra group object ids (environment only, never settings). */
export interface RoleGroups {
  readonly viewer: string;
  readonly 'help-desk': string;
  readonly operator: string;
  readonly approver: string;
  readonly 'change-approver': string;
}

/** Everything that live mode takes from its environment, checked. */
export interface Environment {
  readonly port: number;
  readonly home: string;
  readonly databaseUrl: string | null;
  readonly dnsServers: readonly string[];
  readonly tenantId: string;
  readonly identity: Identity;
  readonly bot: {
    readonly appId: string;
    readonly appTenantId: string;
    readonly appType: 'SingleTenant' | 'UserAssignedMSI';
    readonly password: string | null;
  };
  readonly groups: RoleGroups;
  readonly serviceHosts: readonly string[];
  readonly openIdMetadataUrl: string;
  readonly issuer: string;
}

/** One variable of live mode: the README's rows are printed from this table. */
export interface Variable {
  readonly name: string;
  readonly required: 'always' | 'one way of signing in' | 'no';
  readonly meaning: string;
  readonly form: string;
  readonly valid: (value: string) => boolean;
  readonly standard?: string;
}

const guid = (v: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(v);
const some = (v: string): boolean => v.length > 0;
const words = (v: string): string[] =>
  v
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
const https = (v: string): boolean => URL.canParse(v) && new URL(v).protocol === 'https:';
const host = (v: string): boolean => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i.test(v);
const must = (name: string, meaning: string): Variable => ({
  name,
  required: 'always',
  meaning,
  form: 'a GUID',
  valid: guid,
});

/** Every variable that live mode reads. */
export const variables: readonly Variable[] = [
  must('MicrosoftAppId', 'Application id of the bot.'),
  must('MicrosoftAppTenantId', 'Tenant in which the bot is registered.'),
  {
    name: 'MicrosoftAppType',
    required: 'no',
    meaning: 'Kind of bot registration.',
    form: 'SingleTenant or UserAssignedMSI',
    valid: (v) => v === 'SingleTenant' || v === 'UserAssignedMSI',
    standard: 'SingleTenant',
  },
  {
    name: 'MicrosoftAppPassword',
    required: 'no',
    meaning: 'Client secret of the bot, when it has neither certificate nor managed identity.',
    form: 'a secret',
    valid: some,
  },
  must('CUTOVER_TENANT_ID', 'The tenant that is migrated.'),
  {
    name: 'CUTOVER_CLIENT_ID',
    required: 'no',
    meaning: 'Application id towards Exchange and Graph; the bot itself when empty.',
    form: 'a GUID',
    valid: guid,
  },
  {
    name: 'CUTOVER_CERTIFICATE',
    required: 'one way of signing in',
    meaning: 'PEM file with certificate and private key.',
    form: 'a path',
    valid: some,
  },
  {
    name: 'CUTOVER_MANAGED_IDENTITY',
    required: 'one way of signing in',
    meaning: 'Client id of the user-assigned managed identity.',
    form: 'a GUID',
    valid: guid,
  },
  {
    name: 'CUTOVER_CLIENT_SECRET',
    required: 'one way of signing in',
    meaning: 'Client secret; prefer one of the other two.',
    form: 'a secret',
    valid: some,
  },
  must('CUTOVER_GROUP_VIEWER', 'Group of those who may look.'),
  must('CUTOVER_GROUP_HELP_DESK', 'Group of the help desk.'),
  must('CUTOVER_GROUP_OPERATOR', 'Group of those who may propose.'),
  must('CUTOVER_GROUP_APPROVER', 'Group of those who may decide.'),
  must('CUTOVER_GROUP_CHANGE_APPROVER', 'Group of those who decide on MX, bypass and the whole organisation.'),
  {
    name: 'PORT',
    required: 'no',
    meaning: 'Port of the message endpoint.',
    form: 'a number from 1 to 65535',
    valid: (v) => /^\d{1,5}$/.test(v) && Number(v) >= 1 && Number(v) <= 65535,
    standard: '3978',
  },
  { name: 'CUTOVER_HOME', required: 'no', meaning: 'State folder.', form: 'a path', valid: some, standard: '.cutover' },
  {
    name: 'DATABASE_URL',
    required: 'no',
    meaning: 'PostgreSQL to use instead of the embedded one.',
    form: 'postgres://…',
    valid: (v) => /^postgres(ql)?:\/\//.test(v),
  },
  {
    name: 'DNS_SERVERS',
    required: 'no',
    meaning: 'Resolvers, separated by commas; the system’s when empty.',
    form: 'addresses, each with an optional :port',
    valid: (v) =>
      words(v).length > 0 &&
      words(v).every((part) => /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])(:\d{1,5})?$/i.test(part)),
  },
  {
    name: 'CUTOVER_SERVICE_HOSTS',
    required: 'no',
    meaning: 'Exact hosts of Teams that may be answered.',
    form: 'host names, separated by commas',
    valid: (v) => words(v).length > 0 && words(v).every(host),
    standard: 'smba.trafficmanager.net,smba.infra.gcc.teams.microsoft.com,smba.infra.gov.teams.microsoft.us',
  },
  {
    name: 'CUTOVER_OPENID_METADATA',
    required: 'no',
    meaning: 'Where the keys of inbound tokens are named.',
    form: 'an https address',
    valid: https,
    standard: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  },
  {
    name: 'CUTOVER_TOKEN_ISSUER',
    required: 'no',
    meaning: 'Issuer of inbound tokens.',
    form: 'an https address',
    valid: https,
    standard: 'https://api.botframework.com',
  },
];

/**
 * Reads and checks the environment of live mode. Refuses half a configuration with one sentence per fault; a sentence
 * names the variable and the form, never the value.
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
):
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const values = new Map<string, string>();
  for (const variable of variables) {
    const value = env[variable.name]?.trim() || variable.standard || '';
    if (value === '') {
      if (variable.required === 'always')
        missing.push(`${variable.name} is missing: ${variable.meaning} It is ${variable.form}.`);
    } else if (!variable.valid(value)) missing.push(`${variable.name} is malformed: it must be ${variable.form}.`);
    else values.set(variable.name, value);
  }
  const read = (name: string): string => values.get(name) ?? '';
  const ways = ['CUTOVER_CERTIFICATE', 'CUTOVER_MANAGED_IDENTITY', 'CUTOVER_CLIENT_SECRET'].filter(
    (name) => (env[name]?.trim() ?? '') !== '',
  );
  if (ways.length === 0)
    missing.push(
      'No way of signing in to the tenant: set one of CUTOVER_CERTIFICATE, CUTOVER_MANAGED_IDENTITY or CUTOVER_CLIENT_SECRET.',
    );
  if (ways.length > 1) missing.push(`More than one way of signing in to the tenant: ${ways.join(' and ')}. Keep one.`);
  const appType = read('MicrosoftAppType') === 'UserAssignedMSI' ? 'UserAssignedMSI' : 'SingleTenant';
  if (appType === 'SingleTenant' && read('MicrosoftAppPassword') === '' && read('CUTOVER_CERTIFICATE') === '') {
    missing.push(
      'The bot cannot answer: MicrosoftAppType SingleTenant needs MicrosoftAppPassword or CUTOVER_CERTIFICATE.',
    );
  }
  const ids = ['VIEWER', 'HELP_DESK', 'OPERATOR', 'APPROVER', 'CHANGE_APPROVER']
    .map((role) => read(`CUTOVER_GROUP_${role}`).toLowerCase())
    .filter((id) => id !== '');
  if (new Set(ids).size < ids.length)
    missing.push('Two roles name the same group: each of the CUTOVER_GROUP_ variables needs a group of its own.');
  if (missing.length > 0) return { ok: false, missing };
  const clientId = read('CUTOVER_CLIENT_ID') || read('MicrosoftAppId');
  const identity: Identity =
    read('CUTOVER_CERTIFICATE') !== ''
      ? { by: 'certificate', clientId, certificatePath: read('CUTOVER_CERTIFICATE') }
      : read('CUTOVER_MANAGED_IDENTITY') !== ''
        ? { by: 'managed-identity', clientId: read('CUTOVER_MANAGED_IDENTITY') }
        : { by: 'secret', clientId, secret: read('CUTOVER_CLIENT_SECRET') };
  return {
    ok: true,
    environment: {
      port: Number(read('PORT')),
      home: read('CUTOVER_HOME'),
      databaseUrl: read('DATABASE_URL') || null,
      dnsServers: words(read('DNS_SERVERS')),
      tenantId: read('CUTOVER_TENANT_ID'),
      identity,
      bot: {
        appId: read('MicrosoftAppId'),
        appTenantId: read('MicrosoftAppTenantId'),
        appType,
        password: read('MicrosoftAppPassword') || null,
      },
      groups: {
        viewer: read('CUTOVER_GROUP_VIEWER'),
        'help-desk': read('CUTOVER_GROUP_HELP_DESK'),
        operator: read('CUTOVER_GROUP_OPERATOR'),
        approver: read('CUTOVER_GROUP_APPROVER'),
        'change-approver': read('CUTOVER_GROUP_CHANGE_APPROVER'),
      },
      serviceHosts: words(read('CUTOVER_SERVICE_HOSTS')).map((name) => name.toLowerCase()),
      openIdMetadataUrl: read('CUTOVER_OPENID_METADATA'),
      issuer: read('CUTOVER_TOKEN_ISSUER'),
    },
  };
}
