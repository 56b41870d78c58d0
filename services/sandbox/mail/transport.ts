import type { ExchangeObject, TenantState } from '../state.ts';
import { flagOf, inRange, listOf, numberOf, textOf } from './fields.ts';
import type { Directory } from './groups.ts';
import { domainOf, type RawMessage } from './message.ts';
import { recipientScope } from './policies.ts';

/** How a message reaches the tenant. */
export interface Arrival {
  readonly viaGateway: boolean;
  /** Address of the host that connects to the tenant; '' for internal mail. */
  readonly lastHop: string;
  /** Name of the inbound connector, or ''. */
  readonly connector: string;
  /** Enhanced Filtering looked behind the last hop. */
  readonly skipListed: boolean;
  /** Turned away: only the gateway may deliver, or Direct Send is off. */
  readonly refused: boolean;
}

/** An enabled mail flow rule. */
export interface MailFlowRule {
  readonly name: string;
  readonly appliesTo: (recipient: string) => boolean;
  readonly matches: (message: RawMessage, arrival: Arrival, nowMs: number) => boolean;
  /** NaN when the rule sets none. */
  readonly scl: number;
  readonly prefix: string;
  readonly stops: boolean;
  readonly deletes: boolean;
  readonly quarantines: boolean;
  readonly redirects: boolean;
  readonly skipsSafeAttachments: boolean;
}

/** Conditions that the sandbox does not evaluate: a rule that has one never matches. */
const unknownConditions = [
  'FromMemberOf',
  'HeaderMatchesMessageHeader',
  'SubjectMatchesPatterns',
  'SubjectOrBodyContainsWords',
  'SubjectOrBodyMatchesPatterns',
  'AttachmentExtensionMatchesWords',
  'AttachmentNameMatchesPatterns',
  'AttachmentContainsWords',
  'MessageTypeMatches',
  'AnyOfToHeader',
  'AnyOfToHeaderMemberOf',
  'AnyOfCcHeader',
  'AnyOfRecipientAddressContainsWords',
  'BetweenMemberOf1',
  'WithImportance',
  'MessageContainsDataClassifications',
] as const;

function readRule(rule: ExchangeObject, directory: Directory, header: { name: string; value: string }): MailFlowRule {
  const scope = recipientScope(rule, directory);
  const holds = (pair: string, message: RawMessage, arrival: Arrival): boolean | null => {
    const name = textOf(rule, `${pair}MessageHeader`).toLowerCase();
    if (name === '') return null;
    const stamped = name === header.name.toLowerCase() && arrival.viaGateway ? header.value : '';
    const phishTest = name === 'x-phishtest' && message.truth === 'simulation' ? 'simulation' : '';
    const value = (stamped + phishTest).toLowerCase();
    return value !== '' && listOf(rule, `${pair}Words`).some((word) => value.includes(word.toLowerCase()));
  };
  const ranges = listOf(rule, 'SenderIpRanges');
  const notRanges = listOf(rule, 'ExceptIfSenderIpRanges');
  const fromScope = textOf(rule, 'FromScope').toLowerCase();
  const from = new Set(listOf(rule, 'From').map((a) => a.toLowerCase()));
  const senderDomains = new Set(listOf(rule, 'SenderDomainIs').map((d) => d.toLowerCase()));
  const notSenderDomains = new Set(listOf(rule, 'ExceptIfSenderDomainIs').map((d) => d.toLowerCase()));
  const words = listOf(rule, 'SubjectContainsWords').map((w) => w.toLowerCase());
  const unknown = unknownConditions.some((name) => listOf(rule, name).length > 0);
  const activeFrom = Date.parse(textOf(rule, 'ActivationDate'));
  const activeTo = Date.parse(textOf(rule, 'ExpiryDate'));
  return {
    name: textOf(rule, 'Name'),
    appliesTo: scope.includes,
    matches: (message, arrival, nowMs) => {
      if (unknown || nowMs < activeFrom || nowMs >= activeTo) return false;
      const inside = message.senderObjectId !== '';
      if (fromScope === 'inorganization' && !inside) return false;
      if (fromScope === 'notinorganization' && inside) return false;
      if (holds('HeaderContains', message, arrival) === false) return false;
      if (holds('ExceptIfHeaderContains', message, arrival) === true) return false;
      if (ranges.length > 0 && !ranges.some((r) => inRange(arrival.lastHop, r))) return false;
      if (notRanges.some((r) => inRange(arrival.lastHop, r))) return false;
      if (from.size > 0 && !from.has(message.from)) return false;
      if (senderDomains.size > 0 && !senderDomains.has(domainOf(message.from))) return false;
      if (notSenderDomains.has(domainOf(message.from))) return false;
      return words.length === 0 || words.some((w) => message.subject.toLowerCase().includes(w));
    },
    scl: numberOf(rule, 'SetSCL'),
    prefix: textOf(rule, 'PrependSubject'),
    stops: flagOf(rule, 'StopRuleProcessing'),
    deletes: flagOf(rule, 'DeleteMessage'),
    quarantines: flagOf(rule, 'Quarantine'),
    redirects: listOf(rule, 'RedirectMessageTo').length > 0,
    skipsSafeAttachments: /skipsafeattachmentprocessing/i.test(textOf(rule, 'SetHeaderName')),
  };
}

/** The rules that act (State Enabled, Mode Enforce), by priority. */
export function readMailFlowRules(state: TenantState, directory: Directory): readonly MailFlowRule[] {
  const header = { name: state.oldService.headerName, value: state.oldService.headerValue };
  return (state.exchange['TransportRule'] ?? [])
    .filter((r) => !/disabled/i.test(textOf(r, 'State')) && !/audit/i.test(textOf(r, 'Mode')))
    .toSorted((a, b) => (numberOf(a, 'Priority') || 0) - (numberOf(b, 'Priority') || 0))
    .map((rule) => readRule(rule, directory, header));
}

/** Decides how a message arrives, per recipient domain: by the old gateway while MX points there, else directly. */
export type ArrivalOf = (message: RawMessage, mxAtMicrosoft: boolean) => Arrival;

/** Reads the inbound connectors and Enhanced Filtering. */
export function readArrivals(state: TenantState, directory: Directory): ArrivalOf {
  const connectors = (state.exchange['InboundConnector'] ?? []).filter((c) => flagOf(c, 'Enabled', true));
  const onlyGateway = connectors.some(
    (c) =>
      /partner/i.test(textOf(c, 'ConnectorType')) &&
      (flagOf(c, 'RestrictDomainsToIPAddresses') || flagOf(c, 'RestrictDomainsToCertificate')) &&
      listOf(c, 'SenderDomains').some((d) => /^(smtp:)?\*(;|$)/i.test(d)),
  );
  const noDirectSend = flagOf((state.exchange['OrganizationConfig'] ?? [])[0], 'RejectDirectSend');
  const own = new Set(state.domains.map((d) => d.id.toLowerCase()));
  const readers = connectors.map((c) => {
    const addresses = listOf(c, 'SenderIPAddresses');
    const users = new Set(listOf(c, 'EFUsers').map(directory.primaryOf));
    const name = textOf(c, 'Name');
    return {
      name,
      takes: (ip: string) =>
        addresses.length > 0 ? addresses.some((a) => inRange(ip, a)) : name === state.oldService.connectorName,
      skips: (ip: string, recipients: readonly string[]) =>
        (flagOf(c, 'EFSkipLastIP') || listOf(c, 'EFSkipIPs').some((r) => inRange(ip, r))) &&
        (users.size === 0 || recipients.every((r) => users.has(r))),
    };
  });
  const internal: Arrival = { viaGateway: false, lastHop: '', connector: '', skipListed: false, refused: false };
  return (message, mxAtMicrosoft) => {
    if (message.direction !== 'Inbound') return internal;
    if (message.direct || mxAtMicrosoft) {
      const refused = onlyGateway || (noDirectSend && message.direct && own.has(domainOf(message.mailFrom)));
      return { viaGateway: false, lastHop: message.sourceIp, connector: '', skipListed: false, refused };
    }
    const hop = message.gatewayIp;
    const connector = readers.find((c) => c.takes(hop));
    return {
      viaGateway: true,
      lastHop: hop,
      connector: connector?.name ?? '',
      skipListed: connector?.skips(hop, message.recipients) ?? false,
      refused: connector === undefined && onlyGateway,
    };
  };
}
