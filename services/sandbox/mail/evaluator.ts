import type { TenantState } from '../state.ts';
import { listOf, textOf } from './fields.ts';
import { type Directory, readDirectory } from './groups.ts';
import { domainOf } from './message.ts';
import { readPolicies, type WinningPolicies } from './policies.ts';
import { type ArrivalOf, type MailFlowRule, readArrivals, readMailFlowRules } from './transport.ts';

/** Everything about one recipient that does not depend on the message. */
export interface RecipientPlan {
  readonly policies: WinningPolicies;
  readonly rules: readonly MailFlowRule[];
  readonly exempt: boolean;
  readonly mxAtMicrosoft: boolean;
  readonly secOps: boolean;
}

/** A state prepared for judging many messages. It does not follow later changes of the state. */
export interface Evaluator {
  readonly directory: Directory;
  readonly rules: readonly MailFlowRule[];
  readonly policiesOf: (recipient: string) => WinningPolicies;
  readonly arrivalOf: ArrivalOf;
  readonly plans: Map<string, RecipientPlan>;
  readonly ownDomains: ReadonlySet<string>;
  readonly mxAtMicrosoft: ReadonlySet<string>;
  readonly ipAllow: readonly string[];
  readonly ipBlock: readonly string[];
  readonly secOps: ReadonlySet<string>;
  readonly simulations: readonly { domains: ReadonlySet<string>; ranges: readonly string[] }[];
  readonly allowed: ReadonlyMap<string, number>;
  readonly blocked: ReadonlyMap<string, number>;
  readonly spoofPairs: readonly { user: string; infrastructure: string; allow: boolean }[];
}

const evaluators = new WeakMap<TenantState, Evaluator>();

/** Forgets what was derived from a state. Call it after every change of the state. */
export function invalidate(state: TenantState): void {
  evaluators.delete(state);
}

/** Whether the preferred MX record of a domain is the tenant's own host: then mail no longer passes the old service. */
function pointsAtMicrosoft(domain: TenantState['domains'][number], dns: TenantState['dns']): boolean {
  const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '');
  const best = (dns[domain.id.toLowerCase()]?.MX ?? []).toSorted((a, b) => a.preference - b.preference)[0];
  return best !== undefined && bare(best.exchange) === bare(domain.mailExchange);
}

function buildEvaluator(state: TenantState): Evaluator {
  const directory = readDirectory(state);
  const connection = (state.exchange['HostedConnectionFilterPolicy'] ?? [])[0];
  const allowed = new Map<string, number>();
  const blocked = new Map<string, number>();
  for (const item of state.exchange['TenantAllowBlockListItems'] ?? []) {
    const until = Date.parse(textOf(item, 'ExpirationDate'));
    const list = /block/i.test(textOf(item, 'Action')) ? blocked : allowed;
    list.set(textOf(item, 'Value').toLowerCase(), Number.isNaN(until) ? Number.POSITIVE_INFINITY : until);
  }
  const simulationRules = [
    ...(state.exchange['ExoPhishSimOverrideRule'] ?? []),
    ...(state.exchange['PhishSimOverrideRule'] ?? []),
  ];
  const secOpsPolicies = [
    ...(state.exchange['SecOpsOverridePolicy'] ?? []),
    ...(state.exchange['ExoSecOpsOverridePolicy'] ?? []),
  ];
  return {
    directory,
    rules: readMailFlowRules(state, directory),
    policiesOf: readPolicies(state, directory),
    arrivalOf: readArrivals(state, directory),
    plans: new Map(),
    ownDomains: new Set(state.domains.map((d) => d.id.toLowerCase())),
    mxAtMicrosoft: new Set(state.domains.filter((d) => pointsAtMicrosoft(d, state.dns)).map((d) => d.id.toLowerCase())),
    ipAllow: listOf(connection, 'IPAllowList'),
    ipBlock: listOf(connection, 'IPBlockList'),
    secOps: new Set(secOpsPolicies.flatMap((p) => listOf(p, 'SentTo')).map(directory.primaryOf)),
    simulations: simulationRules
      .filter((r) => !/pendingdeletion|disabled/i.test(textOf(r, 'Mode')))
      .map((r) => ({
        domains: new Set(listOf(r, 'Domains').map((d) => d.toLowerCase())),
        ranges: listOf(r, 'SenderIpRanges'),
      })),
    allowed,
    blocked,
    spoofPairs: (state.exchange['TenantAllowBlockListSpoofItems'] ?? []).map((item) => ({
      user: textOf(item, 'SpoofedUser').toLowerCase(),
      infrastructure: textOf(item, 'SendingInfrastructure').toLowerCase(),
      allow: /allow/i.test(textOf(item, 'Action')),
    })),
  };
}

/** The prepared form of a state, kept until `invalidate`. */
export function evaluatorOf(state: TenantState): Evaluator {
  const known = evaluators.get(state);
  if (known !== undefined) return known;
  const built = buildEvaluator(state);
  evaluators.set(state, built);
  return built;
}

/** The plan of a recipient, kept with the evaluator. */
export function planOf(evaluator: Evaluator, recipient: string, state: TenantState): RecipientPlan {
  const known = evaluator.plans.get(recipient);
  if (known !== undefined) return known;
  const plan: RecipientPlan = {
    policies: evaluator.policiesOf(recipient),
    rules: evaluator.rules.filter((r) => r.appliesTo(recipient)),
    exempt: state.oldService.exempt.has(recipient),
    mxAtMicrosoft: evaluator.mxAtMicrosoft.has(domainOf(recipient)),
    secOps: evaluator.secOps.has(recipient),
  };
  evaluator.plans.set(recipient, plan);
  return plan;
}

/** The policies that win for a recipient in a state: for behaviour and rows. */
export function policiesFor(state: TenantState, recipient: string): WinningPolicies {
  return planOf(evaluatorOf(state), recipient.toLowerCase(), state).policies;
}

/** Object id of a recipient's mailbox, or ''. */
export function objectIdFor(state: TenantState, recipient: string): string {
  return evaluatorOf(state).directory.objectIdOf(recipient.toLowerCase());
}
