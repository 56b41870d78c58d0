import type { Reply } from '../http.ts';

/** An entity as Graph answers it. */
export type Entity = Readonly<Record<string, unknown>>;

/** A Graph error (`error.code`, `error.message`, `innerError` with ids). */
export function graphError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const id = '5a0d0000-0000-4000-8000-00000000e000';
  return {
    status,
    headers,
    body: { error: { code, message, innerError: { date: '', 'request-id': id, 'client-request-id': id } } },
  };
}

interface Token {
  readonly kind: 'word' | 'text' | 'mark';
  readonly text: string;
}

function tokenize(filter: string): Token[] | undefined {
  const tokens: Token[] = [];
  const pattern = /\s*(?:'((?:[^']|'')*)'|([A-Za-z0-9_./:+@-]+)|([(),]))/y;
  let position = 0;
  while (position < filter.trimEnd().length) {
    pattern.lastIndex = position;
    const match = pattern.exec(filter);
    if (match === null) return undefined;
    position = pattern.lastIndex;
    if (match[1] !== undefined) tokens.push({ kind: 'text', text: match[1].replaceAll("''", "'") });
    else if (match[2] !== undefined) tokens.push({ kind: 'word', text: match[2] });
    else tokens.push({ kind: 'mark', text: match[3] ?? '' });
  }
  return tokens;
}

type Test = (entity: Entity) => boolean;

function valueAt(entity: Entity, path: string): unknown {
  let value: unknown = entity;
  for (const part of path.split('/'))
    value = typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(part) : undefined;
  return value;
}

function rank(value: unknown, literal: string): [number, number] | [string, string] {
  if (typeof value === 'number') return [value, Number(literal)];
  const text = String(value ?? '');
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return [Date.parse(text), Date.parse(literal)];
  return [text.toLowerCase(), literal.toLowerCase()];
}

function compare(operator: string, value: unknown, literal: string, isText: boolean): boolean {
  if (!isText && literal === 'null') return (value === null || value === undefined) === (operator === 'eq');
  const [left, right] = rank(value, literal);
  switch (operator) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'ge':
      return left >= right;
    case 'gt':
      return left > right;
    case 'le':
      return left <= right;
    default:
      return left < right;
  }
}

const operators = new Set(['eq', 'ne', 'ge', 'gt', 'le', 'lt']);
const textTests: Readonly<Record<string, (value: string, part: string) => boolean>> = {
  startswith: (value, part) => value.startsWith(part),
  endswith: (value, part) => value.endsWith(part),
  contains: (value, part) => value.includes(part),
};

/**
 * Reads a `$filter`: comparisons, startswith, endswith, contains, `x/any(p:p eq '…')`, `x in (…)`, and, or, not and brackets.
 * Only the named properties may be filtered on. Undefined means that the filter is refused.
 */
export function parseFilter(filter: string, allowed: readonly string[]): Test | undefined {
  const tokens = tokenize(filter);
  if (tokens === undefined) return undefined;
  let at = 0;
  let bad = false;
  const fail = (): Test => {
    bad = true;
    return () => false;
  };
  const peek = (): string => tokens[at]?.text ?? '';
  const take = (): Token => tokens[at++] ?? { kind: 'mark', text: '' };
  const property = (name: string): string => {
    if (!allowed.includes(name)) bad = true;
    return name;
  };
  const comparison = (path: string, read: (entity: Entity) => unknown[]): Test => {
    const operator = take().text;
    const literal = take();
    if (!operators.has(operator) || literal.text === '' || literal.kind === 'mark')
      return literal.kind === 'text' && operators.has(operator)
        ? (entity) => read(entity).some((value) => compare(operator, value, literal.text, true))
        : fail();
    return (entity) =>
      read(entity).some((value) => compare(operator, value, literal.text, literal.kind === 'text')) && path !== '';
  };
  const primary = (): Test => {
    const token = take();
    if (token.text === '(' && token.kind === 'mark') {
      const inner = either();
      return take().text === ')' ? inner : fail();
    }
    if (token.kind !== 'word') return fail();
    if (token.text === 'not') {
      const inner = primary();
      return (entity) => !inner(entity);
    }
    const textTest = textTests[token.text.toLowerCase()];
    if (textTest !== undefined && peek() === '(') {
      take();
      const path = property(take().text);
      const comma = take().text;
      const literal = take();
      if (comma !== ',' || literal.kind !== 'text' || take().text !== ')') return fail();
      return (entity) => textTest(String(valueAt(entity, path) ?? '').toLowerCase(), literal.text.toLowerCase());
    }
    if (token.text.endsWith('/any') && peek() === '(') {
      const path = property(token.text.slice(0, -4));
      take();
      const variable = take().text;
      const [declared = '', used = ''] = variable.split(':');
      if (declared === '' || used !== declared) return fail();
      const inner = comparison(path, (entity) => {
        const list = valueAt(entity, path);
        return Array.isArray(list) ? list : [];
      });
      return take().text === ')' ? inner : fail();
    }
    const path = property(token.text);
    if (peek() === 'in') {
      take();
      const values: string[] = [];
      if (take().text !== '(') return fail();
      while (at < tokens.length && peek() !== ')') {
        const next = take();
        if (next.text !== ',') values.push(next.text.toLowerCase());
      }
      take();
      return (entity) => values.includes(String(valueAt(entity, path)).toLowerCase());
    }
    return comparison(path, (entity) => [valueAt(entity, path)]);
  };
  const both = (): Test => {
    let left = primary();
    while (peek() === 'and') {
      take();
      const first = left;
      const right = primary();
      left = (entity) => first(entity) && right(entity);
    }
    return left;
  };
  const either = (): Test => {
    let left = both();
    while (peek() === 'or') {
      take();
      const first = left;
      const right = both();
      left = (entity) => first(entity) || right(entity);
    }
    return left;
  };
  const test = either();
  return bad || at < tokens.length ? undefined : test;
}

/** How a collection may be asked. */
export interface CollectionRules {
  readonly context: string;
  /** Properties that `$filter` may name. */
  readonly filterable: readonly string[];
  readonly pageSize: number;
  readonly maxTop: number;
  /** Query options beside these are refused. */
  readonly options?: readonly string[];
}

const everyOption = ['$filter', '$select', '$top', '$skiptoken', '$skip', '$count', '$orderby', '$expand'];

/** Answers a collection: `$filter`, `$top`, `$select`, `$count`, and pages that continue on graph.microsoft.com. */
export function answerCollection(url: URL, entities: readonly Entity[], rules: CollectionRules): Reply {
  const query = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const options = rules.options ?? everyOption;
  const unknown = [...query.keys()].find((name) => name.startsWith('$') && !options.includes(name));
  if (unknown !== undefined) return graphError(400, 'BadRequest', `The query option '${unknown}' is not supported.`);
  const filter = query.get('$filter');
  const test = filter === undefined ? () => true : parseFilter(filter, rules.filterable);
  if (test === undefined) return graphError(400, 'BadRequest', `Invalid filter clause: ${filter ?? ''}`);
  const top = query.has('$top') ? Number(query.get('$top')) : rules.pageSize;
  if (!Number.isInteger(top) || top < 1 || top > rules.maxTop)
    return graphError(
      400,
      'BadRequest',
      `Invalid page size specified: '${query.get('$top')}'. Must be between 1 and ${rules.maxTop} inclusive.`,
    );
  const token = query.get('$skiptoken');
  const start =
    token === undefined
      ? Number(query.get('$skip') ?? 0)
      : Number(
          Buffer.from(token, 'base64url')
            .toString('utf8')
            .replace(/^page:/, ''),
        );
  if (!Number.isInteger(start) || start < 0) return graphError(400, 'BadRequest', 'Skip token is invalid or expired.');
  const found = entities.filter(test);
  const select = query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  const shown = found.slice(start, start + top).map((entity) => project(entity, select));
  const next = new URL(`https://graph.microsoft.com${url.pathname}`);
  for (const [name, value] of url.searchParams)
    if (!['$skiptoken', '$skip'].includes(name.toLowerCase())) next.searchParams.set(name, value);
  next.searchParams.set('$skiptoken', Buffer.from(`page:${start + top}`, 'utf8').toString('base64url'));
  return {
    status: 200,
    body: {
      '@odata.context': `https://graph.microsoft.com/${url.pathname.startsWith('/beta') ? 'beta' : 'v1.0'}/$metadata#${rules.context}`,
      ...(query.get('$count') === 'true' ? { '@odata.count': found.length } : {}),
      ...(start + top < found.length ? { '@odata.nextLink': next.href } : {}),
      value: shown,
    },
  };
}

/** An entity with the selected properties only (`id` stays, as Graph keeps it when asked). */
export function project(entity: Entity, select: readonly string[] | undefined): Entity {
  return select === undefined
    ? entity
    : Object.fromEntries(Object.entries(entity).filter(([name]) => select.includes(name) || name.startsWith('@odata')));
}

/** Answers one entity, or 404 when it is undefined. */
export function answerEntity(url: URL, entity: Entity | undefined, name: string): Reply {
  if (entity === undefined)
    return graphError(
      404,
      'Request_ResourceNotFound',
      `Resource '${name}' does not exist or one of its queried reference-property objects are not present.`,
    );
  const select = url.searchParams
    .get('$select')
    ?.split(',')
    .map((part) => part.trim());
  return {
    status: 200,
    body: {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#directoryObjects/$entity',
      ...project(entity, select),
    },
  };
}
