import type { TenantState } from '../state.ts';
import { effectiveAuthentication } from './authentication.ts';
import { type Evaluator, evaluatorOf, planOf, type RecipientPlan } from './evaluator.ts';
import { inRange } from './fields.ts';
import { type Authentication, domainOf, type RawMessage } from './message.ts';
import type { Arrival } from './transport.ts';
import { type Detection, type DetectionKind, detect } from './verdict.ts';

/** Where a message ended first, in the words of DeliveryLocation; 'Old service' when it never reached the tenant. */
export type Location =
  | 'Old service'
  | 'Inbox/Folder'
  | 'Junk'
  | 'Quarantine'
  | 'Failed'
  | 'Dropped'
  | 'On-premises/External';

/** What happened to one message for one recipient, and why. */
export interface Fate {
  /** False: the old service stopped it, so the tenant knows nothing of it. */
  readonly arrived: boolean;
  readonly location: Location;
  readonly deliveryAction: 'Delivered' | 'Junked' | 'Blocked' | 'Replaced';
  /** All detections, the deciding one first; empty for a clean message. */
  readonly detections: readonly Detection[];
  /** The detection whose policy decided (also when its action is none), or null. */
  readonly winner: Detection | null;
  readonly threatTypes: string;
  /** JSON `{"Phish":["…"]}`, or ''. */
  readonly detectionMethods: string;
  /** JSON `{"Phish":"High","Spam":"9"}`. */
  readonly confidenceLevel: string;
  readonly emailAction: string;
  readonly emailActionPolicy: string;
  readonly emailActionPolicyGuid: string;
  readonly orgLevelAction: '' | 'Allow' | 'Block';
  readonly orgLevelPolicy: string;
  /** Names of the mail flow rules that matched, comma-separated. */
  readonly exchangeTransportRule: string;
  readonly connectors: string;
  readonly scl: number;
  /** Spam filtering verdict code of X-Forefront-Antispam-Report. */
  readonly sfv: 'NSPM' | 'SPM' | 'SKN' | 'SKS' | 'SKA' | 'SKB' | 'SKI';
  /** Category code of X-Forefront-Antispam-Report. */
  readonly category: string;
  readonly safetyTip: '' | '9.19' | '9.20' | '9.25';
  /** Authentication as the tenant sees it: without Enhanced Filtering the source is the gateway. */
  readonly auth: Authentication;
  /** The address that the tenant takes for the sender's. */
  readonly sourceIp: string;
  readonly arrival: Arrival;
  readonly subjectPrefix: string;
  readonly quarantineTag: string;
  readonly quarantinePolicyName: string;
  readonly quarantineDays: number;
  readonly traceStatus: 'delivered' | 'filteredAsSpam' | 'quarantined' | 'failed';
  readonly zapAllowed: boolean;
}

type Draft = { -readonly [K in keyof Fate]: Fate[K] };

function emptyFate(arrival: Arrival, auth: Authentication): Draft {
  return {
    arrived: true,
    location: 'Inbox/Folder',
    deliveryAction: 'Delivered',
    detections: none,
    winner: null,
    threatTypes: '',
    detectionMethods: '',
    confidenceLevel: '{"Spam":"1"}',
    emailAction: 'No action taken',
    emailActionPolicy: '',
    emailActionPolicyGuid: '',
    orgLevelAction: '',
    orgLevelPolicy: '',
    exchangeTransportRule: '',
    connectors: arrival.connector,
    scl: 1,
    sfv: 'NSPM',
    category: 'NONE',
    safetyTip: '',
    auth,
    sourceIp: '',
    arrival,
    subjectPrefix: '',
    quarantineTag: '',
    quarantinePolicyName: '',
    quarantineDays: 30,
    traceStatus: 'delivered',
    zapAllowed: true,
  };
}

const none: readonly Detection[] = [];

function block(fate: Draft, location: 'Failed' | 'Dropped' | 'Quarantine', policy: string): Fate {
  fate.location = location;
  fate.deliveryAction = 'Blocked';
  fate.emailActionPolicy = policy;
  fate.emailAction =
    location === 'Quarantine' ? 'Send to quarantine' : location === 'Dropped' ? 'Delete message' : 'No action taken';
  fate.traceStatus = location === 'Quarantine' ? 'quarantined' : 'failed';
  return fate;
}

const actionWords: Readonly<Record<string, string>> = {
  movetojmf: 'Move message to junk mail folder',
  quarantine: 'Send to quarantine',
  delete: 'Delete message',
  reject: 'Delete message',
  redirect: 'Redirect message',
  bccmessage: 'Bcc message',
  addxheader: 'Add X-header',
  modifysubject: 'Modify subject',
  noaction: 'No action taken',
  block: 'Send to quarantine',
  allow: 'No action taken',
  dynamicdelivery: 'Send to quarantine',
};

/** Applies an action word of a policy to the message. */
function act(fate: Draft, action: string): void {
  const word = action.toLowerCase();
  fate.emailAction = actionWords[word] ?? 'No action taken';
  if (word === 'movetojmf') {
    fate.location = 'Junk';
    fate.deliveryAction = 'Junked';
    fate.traceStatus = 'filteredAsSpam';
  } else if (word === 'quarantine' || word === 'block' || word === 'dynamicdelivery') {
    fate.location = 'Quarantine';
    fate.deliveryAction = 'Blocked';
    fate.traceStatus = 'quarantined';
  } else if (word === 'delete') {
    fate.location = 'Dropped';
    fate.deliveryAction = 'Blocked';
    fate.traceStatus = 'failed';
  } else if (word === 'reject') {
    fate.location = 'Failed';
    fate.deliveryAction = 'Blocked';
    fate.traceStatus = 'failed';
  } else if (word === 'redirect') {
    fate.location = 'On-premises/External';
  }
}

const hardKinds: ReadonlySet<DetectionKind> = new Set<DetectionKind>(['malware', 'file-type', 'detonation']);
const spamKinds: ReadonlySet<DetectionKind> = new Set<DetectionKind>(['hc-spam', 'spam', 'bulk']);

const methodKeys: readonly ('Malware' | 'Phish' | 'Spam')[] = ['Malware', 'Phish', 'Spam'];

function describe(fate: Draft, detections: readonly Detection[]): void {
  const methods: Partial<Record<'Malware' | 'Phish' | 'Spam', string[]>> = {};
  for (const d of detections) {
    const list = methods[d.threat];
    if (list === undefined) methods[d.threat] = [d.method];
    else if (!list.includes(d.method)) list.push(d.method);
  }
  fate.detections = detections;
  fate.winner = detections[0] ?? null;
  fate.threatTypes = methodKeys.filter((key) => methods[key] !== undefined).join(', ');
  fate.detectionMethods = JSON.stringify(methods);
}

function confidence(fate: Draft): string {
  const phish = fate.detections.some((d) => d.kind === 'hc-phish')
    ? '"Phish":"High",'
    : fate.detections.some((d) => d.threat === 'Phish')
      ? '"Phish":"Low",'
      : '';
  return `{${phish}"Spam":"${fate.scl}"}`;
}

function listed(list: ReadonlyMap<string, number>, message: RawMessage, nowMs: number): boolean {
  if (list.size === 0) return false;
  const until = list.get(message.from) ?? list.get(domainOf(message.from)) ?? 0;
  return until > nowMs;
}

function inSets(message: RawMessage, senders: ReadonlySet<string>, domains: ReadonlySet<string>): boolean {
  return senders.has(message.from) || domains.has(domainOf(message.from));
}

/** Why the filter stands aside or strikes without looking at the content. */
interface Override {
  readonly sfv: Fate['sfv'];
  readonly action: '' | 'Allow' | 'Block';
  readonly policy: string;
  /** High confidence phishing is let through as well. */
  readonly total: boolean;
}
const noOverride: Override = { sfv: 'NSPM', action: '', policy: '', total: false };

function overrideOf(
  message: RawMessage,
  plan: RecipientPlan,
  evaluator: Evaluator,
  fate: Fate,
  ruleScl: number,
  nowMs: number,
): Override {
  if (plan.secOps) return { sfv: 'SKN', action: 'Allow', policy: 'SecOps Mailbox', total: true };
  const simulated = evaluator.simulations.some(
    (s) =>
      s.domains.has(domainOf(message.mailFrom)) &&
      s.ranges.some((r) => inRange(fate.sourceIp, r) || inRange(message.sourceIp, r)),
  );
  if (simulated) return { sfv: 'SKN', action: 'Allow', policy: 'Phishing simulation', total: true };
  if (listed(evaluator.blocked, message, nowMs))
    return { sfv: 'SKB', action: 'Block', policy: 'Tenant Allow/Block List sender blocked', total: false };
  if (ruleScl === -1) {
    // High confidence phishing stays with the rule only while another service stands before the tenant (complex routing).
    return { sfv: 'SKN', action: 'Allow', policy: 'Exchange transport rule', total: !plan.mxAtMicrosoft };
  }
  if (evaluator.ipAllow.some((r) => inRange(fate.sourceIp, r)))
    return { sfv: 'SKI', action: 'Allow', policy: 'Connection policy', total: false };
  const content = plan.policies.content;
  if (inSets(message, content.blockedSenders, content.blockedDomains))
    return { sfv: 'SKB', action: 'Block', policy: 'Sender domain list (Blocked domain)', total: false };
  if (inSets(message, content.allowedSenders, content.allowedDomains))
    return { sfv: 'SKA', action: 'Allow', policy: 'Sender domain list (Safe domain)', total: false };
  if (listed(evaluator.allowed, message, nowMs))
    return { sfv: 'SKA', action: 'Allow', policy: 'Tenant Allow/Block List sender allowed', total: false };
  return noOverride;
}

/**
 * Decides the fate of a message for one recipient from the state alone.
 * Order and semantics: reference of protections in how-policies-and-protections-are-combined; SCL −1 as in the migration guide.
 * @param recipient primary address in lower case
 * @param nowMs time of delivery in milliseconds: rule dates and list expiry are read against it
 */
export function judge(message: RawMessage, recipient: string, state: TenantState, nowMs: number): Fate {
  const evaluator = evaluatorOf(state);
  const plan = planOf(evaluator, recipient, state);
  const arrival = evaluator.arrivalOf(message, plan.mxAtMicrosoft);
  const auth = effectiveAuthentication(message, arrival);
  const fate = emptyFate(arrival, auth);
  fate.sourceIp = arrival.viaGateway && !arrival.skipListed ? arrival.lastHop : message.sourceIp;
  fate.quarantineDays = plan.policies.content.retentionDays;
  if (message.direction === 'Outbound') {
    fate.location = 'On-premises/External';
    return fate;
  }
  if (arrival.viaGateway && !plan.exempt && message.oldServiceCatches) {
    fate.arrived = false;
    fate.location = 'Old service';
    fate.deliveryAction = 'Blocked';
    return fate;
  }
  if (arrival.refused || evaluator.ipBlock.some((r) => inRange(fate.sourceIp, r))) return block(fate, 'Failed', '');

  let ruleScl = Number.NaN;
  let skipsDetonation = false;
  for (const rule of plan.rules) {
    if (!rule.matches(message, arrival, nowMs)) continue;
    fate.exchangeTransportRule =
      fate.exchangeTransportRule === '' ? rule.name : `${fate.exchangeTransportRule},${rule.name}`;
    if (!Number.isNaN(rule.scl)) ruleScl = rule.scl;
    if (rule.prefix !== '') fate.subjectPrefix = rule.prefix + fate.subjectPrefix;
    skipsDetonation = skipsDetonation || rule.skipsSafeAttachments;
    if (rule.deletes) return block(fate, 'Dropped', 'Enterprise Transport Rules (ETR)');
    if (rule.quarantines) {
      block(fate, 'Quarantine', 'Enterprise Transport Rules (ETR)');
      fate.quarantinePolicyName = rule.name;
      return fate;
    }
    if (rule.redirects) act(fate, 'Redirect');
    if (rule.stops) break;
  }

  const override = overrideOf(message, plan, evaluator, fate, ruleScl, nowMs);
  fate.sfv = override.sfv;
  fate.orgLevelAction = override.action;
  fate.orgLevelPolicy = override.policy;
  if (message.firstContact && plan.policies.antiPhish.firstContactTip) fate.safetyTip = '9.25';
  const detections = detect(message, plan.policies, auth, {
    ownDomains: evaluator.ownDomains,
    spoofPairs: evaluator.spoofPairs,
    sourceIp: fate.sourceIp,
    skipsDetonation,
    blocked: override.sfv === 'SKB',
    ruleScl,
  });
  if (override.action === 'Allow') {
    fate.scl = -1;
    fate.zapAllowed = false;
  }
  if (detections.length > 0) decide(fate, detections, override, plan);
  fate.confidenceLevel = detections.length === 0 && fate.scl === 1 ? fate.confidenceLevel : confidence(fate);
  return fate;
}

function decide(fate: Draft, detections: readonly Detection[], override: Override, plan: RecipientPlan): void {
  describe(fate, detections);
  const winner = detections[0];
  if (winner === undefined) return;
  if (winner.kind === 'user') fate.safetyTip = plan.policies.antiPhish.userTip ? '9.20' : fate.safetyTip;
  if (winner.kind === 'domain') fate.safetyTip = plan.policies.antiPhish.domainTip ? '9.19' : fate.safetyTip;
  fate.category = winner.category;
  fate.quarantineTag = winner.tag;
  fate.quarantinePolicyName = winner.policyName;
  const hard = hardKinds.has(winner.kind);
  const hcPhish = winner.kind === 'hc-phish';
  const spared =
    override.action === 'Allow' && (override.policy === 'SecOps Mailbox' || (hcPhish ? override.total : !hard));
  if (spared) {
    // The verdict stays on record; the organisation's override decides.
    fate.category = 'NONE';
    fate.emailActionPolicy =
      override.sfv === 'SKN' && override.policy === 'Exchange transport rule' ? 'Enterprise Transport Rules (ETR)' : '';
    return;
  }
  fate.emailActionPolicy = winner.policyType;
  fate.emailActionPolicyGuid = winner.policyGuid;
  if (override.action === 'Allow') {
    fate.orgLevelAction = '';
    fate.orgLevelPolicy = '';
    // Secure by default: the content decided after all, so the report must not say that it was skipped.
    if (hcPhish) fate.sfv = 'NSPM';
  }
  if (spamKinds.has(winner.kind)) fate.scl = winner.kind === 'hc-spam' ? 9 : winner.kind === 'bulk' ? 6 : 5;
  else if (!hard && winner.action.toLowerCase() !== 'noaction') fate.scl = hcPhish ? 9 : 5;
  if (fate.sfv === 'NSPM' && fate.scl >= 5) fate.sfv = winner.byRule ? 'SKS' : 'SPM';
  act(fate, winner.action);
}
