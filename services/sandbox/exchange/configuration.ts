import { isDeepStrictEqual } from 'node:util';
import type { ExchangeObject } from '../state.ts';
import { boundText, isDelta } from './binding.ts';
import { type Answer, type Call, objectsOf, rows, wrote } from './call.ts';
import { alreadyExists, ambiguousParameters, badRequest, notFound, type Refusal } from './errors.ts';
import { exchangeTime, isNamed, makeObject, text } from './objects.ts';
import { inOrder, moveTo, renumber } from './priorities.ts';
import { nextValue } from './properties.ts';

/** Nouns with one object only, which `Set-` finds without an identity. */
const singles = new Set([
  'OrganizationConfig',
  'ExternalInOutlook',
  'EmailTenantSettings',
  'AtpPolicyForO365',
  'HostedConnectionFilterPolicy',
  'ArcConfig',
]);
/** Which parameter of a rule names its policy, and the noun it must be found under. */
const policyOf: Readonly<Record<string, string>> = {
  AntiPhishRule: 'AntiPhishPolicy',
  HostedContentFilterRule: 'HostedContentFilterPolicy',
  SafeLinksRule: 'SafeLinksPolicy',
  SafeAttachmentRule: 'SafeAttachmentPolicy',
  MalwareFilterRule: 'MalwareFilterPolicy',
  HostedOutboundSpamFilterRule: 'HostedOutboundSpamFilterPolicy',
  ReportSubmissionRule: 'ReportSubmissionPolicy',
};
const fixedNames: Readonly<Record<string, string>> = {
  ReportSubmissionPolicy: 'DefaultReportSubmissionPolicy',
  PhishSimOverridePolicy: 'PhishSimOverridePolicy',
  SecOpsOverridePolicy: 'SecOpsOverridePolicy',
  ATPBuiltInProtectionRule: 'ATP Built-In Protection Rule',
};
const control = new Set([
  'Identity',
  'Confirm',
  'WhatIf',
  'Force',
  'Name',
  'Enabled',
  'Priority',
  'DomainController',
  'BypassSecurityGroupManagerCheck',
  'IgnoreDehydratedFlag',
  'State',
  'ResultSize',
  'Id',
  'DomainName',
  'KeySize',
]);
const pairs = [
  ['HeaderContainsMessageHeader', 'HeaderContainsWords'],
  ['HeaderMatchesMessageHeader', 'HeaderMatchesPatterns'],
  ['ExceptIfHeaderContainsMessageHeader', 'ExceptIfHeaderContainsWords'],
  ['ExceptIfHeaderMatchesMessageHeader', 'ExceptIfHeaderMatchesPatterns'],
  ['SetHeaderName', 'SetHeaderValue'],
] as const;

function isRule(noun: string): boolean {
  return noun.endsWith('Rule');
}

function isRanked(noun: string): boolean {
  return (
    isRule(noun) &&
    !['ReportSubmissionRule', 'ExoPhishSimOverrideRule', 'ExoSecOpsOverrideRule', 'ATPBuiltInProtectionRule'].includes(
      noun,
    )
  );
}

/** `Get-<noun>`: all objects without an identity, and also with an identity that is null, as at the service. */
export function getObjects(call: Call): Answer {
  const noun = call.fact.noun;
  const visible = objectsOf(call.state, noun).filter(call.isVisible);
  const ordered = isRanked(noun) ? inOrder(visible) : visible;
  const identity = boundText(call.bound, 'Identity');
  let found = ordered;
  if (identity !== undefined) {
    found = ordered.filter((object) => isNamed(object, identity));
    if (found.length === 0) return notFound(identity);
  }
  const state = boundText(call.bound, 'State');
  if (state !== undefined) found = found.filter((object) => object['State'] === state);
  if (noun === 'OutboundConnector' && identity === undefined) {
    if (call.bound.get('IsTransportRuleScoped') === true)
      found = found.filter((object) => object['IsTransportRuleScoped'] === true);
    else found = found.filter((object) => object['IsTransportRuleScoped'] !== true);
    if (call.bound.get('IncludeTestModeConnectors') !== true)
      found = found.filter((object) => object['TestMode'] !== true);
  }
  if (noun === 'QuarantinePolicy' && identity === undefined) {
    const type = boundText(call.bound, 'QuarantinePolicyType') ?? 'QuarantinePolicy';
    found = found.filter((object) => object['QuarantinePolicyType'] === type);
  }
  const policy = boundText(call.bound, 'Policy');
  if (policy !== undefined) found = found.filter((object) => object['Policy'] === policy);
  if (call.bound.get('ExcludeConditionActionDetails') === true) {
    found = found.map((object) => ({ ...object, Description: '', Conditions: null, Exceptions: null, Actions: null }));
  }
  return rows(found);
}

/** The object that a `Set-`, `Enable-`, `Disable-` or `Remove-` call means. */
export function findTarget(call: Call): ExchangeObject | Refusal {
  const all = objectsOf(call.state, call.fact.noun);
  const identity = boundText(call.bound, 'Identity');
  const found =
    identity === undefined
      ? singles.has(call.fact.noun)
        ? all[0]
        : undefined
      : all.find((object) => isNamed(object, identity));
  const single = singles.has(call.fact.noun) ? all[0] : undefined;
  const target = found ?? single;
  return target !== undefined && call.isVisible(target) ? target : notFound(identity ?? '');
}

/** Whether {@link findTarget} or another look-up answered with a no. */
export function isNo(value: object): value is Refusal {
  return 'refused' in value && value.refused === true;
}

function checkPolicy(call: Call, rule: ExchangeObject | undefined): Refusal | undefined {
  const property = policyOf[call.fact.noun];
  const name = property === undefined ? undefined : boundText(call.bound, property);
  if (property === undefined || name === undefined) return undefined;
  const policy = objectsOf(call.state, property).find((object) => isNamed(object, name));
  if (policy === undefined) return notFound(name);
  if (policy['IsDefault'] === true && property !== 'ReportSubmissionPolicy') {
    return badRequest('System.InvalidOperationException', `The default policy "${name}" can't be used in a rule.`);
  }
  const other = objectsOf(call.state, call.fact.noun).find(
    (object) => object !== rule && text(object, property).toLowerCase() === text(policy, 'Name').toLowerCase(),
  );
  return other === undefined
    ? undefined
    : badRequest(
        'System.InvalidOperationException',
        `The policy "${name}" is already used by the rule "${text(other, 'Name')}".`,
      );
}

function applyParameters(call: Call, object: ExchangeObject): ExchangeObject | Refusal {
  const after = { ...object };
  for (const [name, given] of call.bound) {
    if (control.has(name)) continue;
    const change = /^(Add|Remove)(Domains|SenderIpRanges|SentTo)$/.exec(name);
    const property = change?.[2] ?? name;
    const values = Array.isArray(given) ? given.map(String) : [];
    const delta =
      change === null
        ? given
        : { delta: true, add: change[1] === 'Add' ? values : [], remove: change[1] === 'Remove' ? values : [] };
    const next = nextValue(call.state, call.fact.noun, property, after[property], delta);
    if (isNo(next)) return next;
    if (call.fact.parameters.get(name.toLowerCase())?.list === false && isDelta(delta))
      return ambiguousParameters([name]);
    after[property] = next.value;
  }
  if (call.fact.noun === 'TransportRule') {
    const broken = pairs.find(([left, right]) => (after[left] === null) !== (after[right] === null));
    if (broken !== undefined)
      return badRequest(
        'System.ArgumentException',
        `The parameters ${broken[0]} and ${broken[1]} must be specified together.`,
      );
  }
  if (!isRule(call.fact.noun) && call.bound.has('Enabled')) after['Enabled'] = call.bound.get('Enabled');
  return after;
}

/** `New-<noun>`. */
export function newObject(call: Call): Answer {
  const { fact, bound, state, nowMs } = call;
  const all = objectsOf(state, fact.noun);
  const name = newName(call);
  if (fixedNames[fact.noun] !== undefined && all.length > 0) return alreadyExists(fixedNames[fact.noun] ?? name);
  if (all.some((object) => text(object, 'Name').toLowerCase() === name.toLowerCase())) return alreadyExists(name);
  const noPolicy = checkPolicy(call, undefined);
  if (noPolicy !== undefined) return noPolicy;
  const fresh = makeObject(state.seed, fact.noun, name, `${call.label}:${name}`, nowMs, {});
  const object = applyParameters(call, fresh);
  if (isNo(object)) return object;
  if (isRule(fact.noun)) object['State'] = bound.get('Enabled') === false ? 'Disabled' : 'Enabled';
  if (fact.noun === 'DkimSigningConfig') {
    const dashed = name.replaceAll('.', '-');
    Object.assign(object, {
      Domain: name,
      Selector1CNAME: `selector1-${dashed}._domainkey.contoso.r-v1.dkim.mail.microsoft`,
      Selector2CNAME: `selector2-${dashed}._domainkey.contoso.r-v1.dkim.mail.microsoft`,
    });
  }
  if (fact.noun === 'RemoteDomain') object['DomainName'] = boundText(bound, 'DomainName') ?? '*';
  all.push(object);
  if (isRanked(fact.noun)) {
    const priority = bound.get('Priority');
    object['Priority'] = Number.MAX_SAFE_INTEGER;
    const refused = moveTo(all, object, typeof priority === 'number' ? priority : all.length - 1);
    if (refused !== undefined) {
      all.splice(all.indexOf(object), 1);
      renumber(all);
      return refused;
    }
  }
  return wrote(true, [object]);
}

function newName(call: Call): string {
  const { fact, bound } = call;
  if (fact.noun === 'ExoPhishSimOverrideRule') return `_Exe:PhishSimOverr:${call.label}`;
  if (fact.noun === 'ExoSecOpsOverrideRule') return `_Exe:SecOpsOverrid:${call.label}`;
  return fixedNames[fact.noun] ?? boundText(bound, 'Name') ?? boundText(bound, 'DomainName') ?? fact.noun;
}

/** `Set-<noun>`, with list deltas, priority moves, and the warning when nothing changed. */
export function setObject(call: Call): Answer {
  const { fact, bound, state, nowMs } = call;
  const target = findTarget(call);
  if (isNo(target)) return target;
  const all = objectsOf(state, fact.noun);
  if (['Standard', 'Strict'].includes(text(target, 'RecommendedPolicyType')) && fact.noun !== 'AntiPhishPolicy') {
    return badRequest(
      'System.InvalidOperationException',
      `"${text(target, 'Name')}" belongs to a preset security policy and can't be changed.`,
    );
  }
  const noPolicy = checkPolicy(call, target);
  if (noPolicy !== undefined) return noPolicy;
  const after = applyParameters(call, target);
  if (isNo(after)) return after;
  const newName = boundText(bound, 'Name');
  if (newName !== undefined && newName !== text(target, 'Name')) {
    if (all.some((object) => object !== target && text(object, 'Name').toLowerCase() === newName.toLowerCase()))
      return alreadyExists(newName);
    Object.assign(after, { Name: newName, Identity: newName, Id: newName });
  }
  const priority = bound.get('Priority');
  const moved = isRanked(fact.noun) && typeof priority === 'number' && priority !== target['Priority'];
  if (moved) {
    const refused = moveTo(all, target, priority);
    if (refused !== undefined) return refused;
    after['Priority'] = target['Priority'];
  }
  const changed = moved || !isDeepStrictEqual(after, target);
  if (!changed) return wrote(false, [], text(target, 'Identity'));
  Object.assign(target, after, { WhenChangedUTC: exchangeTime(nowMs), WhenChanged: exchangeTime(nowMs) });
  return wrote(true);
}

/** `Enable-<noun>` and `Disable-<noun>` of rules. */
export function switchRule(call: Call): Answer {
  const target = findTarget(call);
  if (isNo(target)) return target;
  const wanted = call.fact.verb === 'Enable' ? 'Enabled' : 'Disabled';
  if (target['State'] === wanted) return wrote(false, [], text(target, 'Identity'));
  Object.assign(target, {
    State: wanted,
    WhenChangedUTC: exchangeTime(call.nowMs),
    WhenChanged: exchangeTime(call.nowMs),
  });
  return wrote(true);
}

/** `Remove-<noun>`. A policy may go before its rule, which then points at nothing (the reference says so). */
export function removeObject(call: Call): Answer {
  const target = findTarget(call);
  if (isNo(target)) return target;
  if (target['IsDefault'] === true || target['IsBuiltInProtection'] === true) {
    return badRequest(
      'System.InvalidOperationException',
      `"${text(target, 'Name')}" is a default object and can't be removed.`,
    );
  }
  const all = objectsOf(call.state, call.fact.noun);
  all.splice(all.indexOf(target), 1);
  if (isRanked(call.fact.noun)) renumber(all);
  const dependent = {
    PhishSimOverridePolicy: 'ExoPhishSimOverrideRule',
    SecOpsOverridePolicy: 'ExoSecOpsOverrideRule',
  }[call.fact.noun];
  if (dependent !== undefined) call.state.exchange[dependent] = [];
  return wrote(true);
}
