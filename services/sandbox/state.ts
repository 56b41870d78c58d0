/**
 * What the sandbox tenant holds, in the shapes that the services return it.
 * `exchange` maps a cmdlet noun to the objects that `Get-<noun>` answers with; the same form is the tenant snapshot's.
 * The evaluator in `mail/` reads it; only `exchange/` (cmdlets) and `control/` (faults, drift) change it.
 */

/** One Exchange object with the property names of its `Get-` cmdlet. */
export type ExchangeObject = Record<string, unknown>;

/** A directory user. `department` and the sandbox-only facts decide who gets which mail. */
export interface DirectoryUser {
  readonly id: string;
  readonly displayName: string;
  readonly givenName: string;
  readonly surname: string;
  readonly mail: string;
  readonly userPrincipalName: string;
  readonly proxyAddresses: readonly string[];
  readonly department: string;
  readonly jobTitle: string;
  readonly accountEnabled: boolean;
  readonly userType: 'Member' | 'Guest';
  /** Object id of the manager, or null. */
  readonly manager: string | null;
  /** Service plans held; `ATP_ENTERPRISE` is Defender for Office 365 Plan 1, `THREAT_INTELLIGENCE` Plan 2. */
  readonly servicePlans: readonly string[];
  readonly mailboxKind: 'user' | 'shared' | 'room';
  readonly priority: boolean;
  /** Object ids of the people whose calendar and mail this person handles (assistants). */
  readonly assists: readonly string[];
}

/** A directory group; `members` are object ids of users or groups. */
export interface DirectoryGroup {
  readonly id: string;
  readonly displayName: string;
  readonly mail: string | null;
  readonly mailEnabled: boolean;
  readonly securityEnabled: boolean;
  readonly groupTypes: readonly string[];
  readonly members: readonly string[];
}

/** The whole tenant. Mutable inside the sandbox; everything outside sees copies over HTTP. */
export interface TenantState {
  readonly tenantId: string;
  readonly seed: number;
  /** Noun → objects, for example `exchange.AntiPhishPolicy`. Distribution groups live in `exchange.DistributionGroup` and mirror into `groups`. */
  exchange: Record<string, ExchangeObject[]>;
  users: DirectoryUser[];
  groups: DirectoryGroup[];
  domains: { id: string; isDefault: boolean; isVerified: boolean; mailExchange: string }[];
  /** Facts of the old gateway outside the tenant: who is exempt there, what it stamps. */
  oldService: {
    name: string;
    connectorName: string;
    ips: readonly string[];
    headerName: string;
    headerValue: string;
    /** Addresses (lower case) that the old service lets through unfiltered. */
    exempt: Set<string>;
  };
  /** What `GET /domains/{id}/serviceConfigurationRecords` answers, by domain: the only source of the expected MX target. */
  serviceConfigurationRecords: Record<string, Record<string, unknown>[]>;
  /** The public zone as the sandbox's DNS server answers it: owner name (lower case) → record type → values. */
  dns: Record<string, DnsRecords>;
  /** Submissions that administrators posted through Graph (beta `emailThreats`), newest last. */
  adminSubmissions: Record<string, unknown>[];
}

/** The records of one owner name, in presentation form. */
export interface DnsRecords {
  MX?: { preference: number; exchange: string }[];
  TXT?: string[];
  CNAME?: string;
  NS?: string[];
  A?: string[];
}
