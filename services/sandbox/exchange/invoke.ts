import { type Asked, header, parseObject, type Reply } from '../http.ts';
import type { RunningTenant } from '../running.ts';
import type { ExchangeObject } from '../state.ts';
import { bindParameters, boundText } from './binding.ts';
import type { Answer } from './call.ts';
import { isNo } from './configuration.ts';
import { badRequest, errorBody, expiredPage, type Refusal } from './errors.ts';
import { type CmdletFact, cmdletFact } from './facts.ts';
import { text } from './objects.ts';

/** A cmdlet call as it stands in the body of InvokeCommand. */
export interface Invocation {
  readonly cmdlet: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly fact: CmdletFact | undefined;
}

/** Path of InvokeCommand; only `beta` answers. */
export const invokePath = /^\/adminapi\/(beta|v1\.0|v2\.0)\/([^/]+)\/InvokeCommand$/i;
const pageExpiryMs = 30 * 60_000;
const prompting = /^(Remove|Disable)-|^Update-DistributionGroupMember$|^Delete-QuarantineMessage$/;

/** Reads the body of InvokeCommand; undefined when it is not one. */
export function readInvocation(asked: Asked): Invocation | undefined {
  const input = parseObject(asked.body)?.['CmdletInput'];
  if (typeof input !== 'object' || input === null) return undefined;
  const fields = new Map(Object.entries(input));
  const cmdlet = fields.get('CmdletName');
  const parameters = fields.get('Parameters') ?? {};
  if (typeof cmdlet !== 'string' || typeof parameters !== 'object') return undefined;
  return { cmdlet, parameters: Object.fromEntries(Object.entries(parameters)), fact: cmdletFact(cmdlet) };
}

/** The answer to an unknown or not permitted cmdlet: 403 with NUL bytes that claim to be gzip (exchange.md 1.6). */
export const notPermitted: Reply = {
  status: 403,
  bytes: Buffer.alloc(212),
  headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
};

/** A refusal as an HTTP answer. */
export function refuse(refusal: Refusal): Reply {
  return { status: refusal.status, body: errorBody(refusal), headers: { 'x-exceptiontype': refusal.type } };
}

function sidecars(row: ExchangeObject): ExchangeObject {
  const shown: ExchangeObject = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'number') shown[`${name}@data.type`] = 'System.Int32';
    if (typeof value === 'boolean') shown[`${name}@data.type`] = 'System.Boolean';
    if (Array.isArray(value)) shown[`${name}@odata.type`] = '#Collection(String)';
    shown[name] = value;
  }
  return shown;
}

function project(found: readonly ExchangeObject[], select: string | null): ExchangeObject[] {
  const names = select?.split(',').map((name) => name.trim().toLowerCase());
  return found.map((row) =>
    sidecars(
      names === undefined
        ? row
        : Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name.toLowerCase()))),
    ),
  );
}

interface Page {
  readonly rows: readonly ExchangeObject[];
  readonly nextLink: string | undefined;
  readonly warnings: readonly string[];
}

const moreWarning =
  'There are more results available than are currently displayed. To view them, increase the value for the ResultSize parameter.';

function pageOf(
  asked: Asked,
  invocation: Invocation,
  found: readonly ExchangeObject[],
  machineNow: number,
): Page | Refusal {
  const anchor = header(asked, 'x-anchormailbox');
  const wanted = Object.entries(invocation.parameters).find(([name]) => name.toLowerCase() === 'resultsize')?.[1];
  const unlimited = String(wanted).toLowerCase() === 'unlimited';
  const limit = unlimited ? Number.POSITIVE_INFINITY : wanted === undefined || wanted === null ? 1000 : Number(wanted);
  const warnings = found.length > limit ? [moreWarning] : [];
  const allowed = found.slice(0, Math.min(found.length, limit));
  const preferred = /odata\.maxpagesize\s*=\s*(\d+)/i.exec(header(asked, 'prefer'))?.[1];
  const size = preferred === undefined ? (unlimited ? Number.POSITIVE_INFINITY : 1000) : Math.max(1, Number(preferred));
  const token = asked.url.searchParams.get('$skiptoken');
  let offset = 0;
  if (token !== null) {
    const [start = '', madeAt = '', firstAnchor = ''] = Buffer.from(token, 'base64url').toString('utf8').split('|');
    offset = Number(start);
    const good =
      Number.isInteger(offset) &&
      offset > 0 &&
      firstAnchor !== '' &&
      firstAnchor === anchor &&
      machineNow - Number(madeAt) <= pageExpiryMs;
    if (!good) return expiredPage();
  }
  const rows = allowed.slice(offset, offset + size);
  if (offset + size >= allowed.length) return { rows, nextLink: undefined, warnings };
  const next = new URL(`https://outlook.office365.com${asked.url.pathname}`);
  const select = asked.url.searchParams.get('$select');
  if (select !== null) next.searchParams.set('$select', select);
  next.searchParams.set(
    '$skiptoken',
    Buffer.from(`${offset + size}|${machineNow}|${anchor}`, 'utf8').toString('base64url'),
  );
  return { rows, nextLink: next.href, warnings };
}

/** What the server does to an answer on purpose. */
export interface Shaping {
  /** Answer half the rows and say so in a warning only. */
  readonly partialPage: boolean;
  readonly machineNow: number;
}

/** Turns a cmdlet's answer into the body of InvokeCommand, with paging and `$select`. */
export function shape(asked: Asked, invocation: Invocation, answer: Answer, shaping: Shaping): Reply {
  if (isNo(answer)) return refuse(answer);
  const isGet = invocation.fact?.verb === 'Get';
  const page = isGet
    ? pageOf(asked, invocation, answer.rows, shaping.machineNow)
    : { rows: answer.rows, nextLink: undefined, warnings: [] };
  if (isNo(page)) return refuse(page);
  const shown = shaping.partialPage ? page.rows.slice(0, Math.floor(page.rows.length / 2)) : page.rows;
  const warnings = [...answer.warnings, ...page.warnings, ...(shaping.partialPage ? [moreWarning] : [])];
  const tenant = invokePath.exec(asked.url.pathname)?.[2] ?? '';
  return {
    status: 200,
    headers: warnings.length === 0 ? {} : { 'x-warnings': encodeURIComponent(JSON.stringify(warnings)) },
    body: {
      '@odata.context': `https://outlook.office365.com/adminapi/beta/${tenant}/$metadata#Collection(Exchange.GenericHashTable)`,
      'adminapi.warnings@odata.type': '#Collection(String)',
      '@adminapi.warnings': warnings,
      value: project(shown, asked.url.searchParams.get('$select')),
      ...(page.nextLink === undefined || shaping.partialPage ? {} : { '@odata.nextLink': page.nextLink }),
    },
  };
}

/**
 * The answer that a write gets without being executed: a confirmation text, when `WhatIf` is set or a cmdlet that
 * prompts was not told `Confirm: false`. Undefined when the write is to be executed.
 */
export function confirmation(invocation: Invocation): Reply | undefined {
  const { fact } = invocation;
  if (fact === undefined || fact.verb === 'Get') return undefined;
  const bound = bindParameters(fact, invocation.parameters);
  if (isNo(bound)) return undefined;
  const whatIf = bound.get('WhatIf') === true;
  const prompts = prompting.test(fact.name) && bound.get('Confirm') !== false && fact.parameters.has('confirm');
  if (!whatIf && !prompts && bound.get('Confirm') !== true) return undefined;
  const target = boundText(bound, 'Identity') ?? boundText(bound, 'Name') ?? fact.noun;
  return {
    status: 200,
    body: {
      '@adminapi.warnings': [],
      '@adminapi.confirmationmessage': `Are you sure you want to perform this action?\r\n${fact.name} on "${target}".`,
      value: [],
    },
  };
}

/** Objects that a `New-` call has made: the ones that replicate late. */
export function madeObjects(answer: Answer, tenant: RunningTenant, noun: string): ExchangeObject[] {
  if (isNo(answer)) return [];
  const guids = answer.rows.map((row) => text(row, 'Guid'));
  return (tenant.state.exchange[noun] ?? []).filter((object) => guids.includes(text(object, 'Guid')));
}

/** What an undecodable body is answered. */
export const malformed: Reply = refuse(
  badRequest('Microsoft.OData.ODataException', 'The request body is not a CmdletInput.', 'Invalid Operation'),
);
