import { ambiguousParameters, badRequest, badValue, missingParameters, type Refusal } from './errors.ts';
import type { CmdletFact, ParameterFact } from './facts.ts';

/** A change of a list that leaves the other elements alone (`#Exchange.GenericHashTable` with Add and Remove). */
export interface Delta {
  readonly delta: true;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Parameters by canonical name, with their values checked against the facts. */
export type Bound = ReadonlyMap<string, unknown>;

const integers = new Set(['Int32', 'UInt32', 'UInt16', 'Int16', 'Int64']);
const switches = new Set(['Boolean', 'Switch']);

/** Whether a bound value is a list delta. */
export function isDelta(value: unknown): value is Delta {
  return typeof value === 'object' && value !== null && 'delta' in value;
}

function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value;
}

function bindScalar(fact: ParameterFact, value: unknown): unknown {
  if (value === null) return null;
  if (switches.has(fact.type)) {
    if (typeof value === 'boolean') return value;
    const word = String(value).toLowerCase();
    if (word === 'true' || word === 'false') return word === 'true';
    return badValue(
      fact.name,
      value,
      fact.type === 'Switch' ? 'System.Management.Automation.SwitchParameter' : 'System.Boolean',
    );
  }
  if (integers.has(fact.type)) {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number)
      ? number
      : badValue(fact.name, value, `System.${fact.type}`);
  }
  if (typeof value === 'object') return badValue(fact.name, value, fact.type);
  if (fact.values.length > 0) {
    const word = String(value).toLowerCase();
    return (
      fact.values.find((allowed) => allowed.toLowerCase() === word) ??
      badValue(fact.name, value, fact.type, fact.values)
    );
  }
  if (fact.type.endsWith('DateTime')) {
    const parsed = Date.parse(String(value));
    return Number.isNaN(parsed) ? badValue(fact.name, value, 'System.DateTime') : String(value);
  }
  return typeof value === 'string' ? value : String(value);
}

function elements(value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

function bindList(fact: ParameterFact, value: unknown): unknown {
  if (value === null) return null;
  if (typeof value === 'object' && !Array.isArray(value)) {
    const entries = new Map(Object.entries(value));
    if (entries.get('@odata.type') !== '#Exchange.GenericHashTable')
      return badValue(fact.name, value, `Newtonsoft.Json.Linq.JObject → ${fact.type}[]`);
    const unknown = [...entries.keys()].filter(
      (key) => !['@odata.type', 'Add', 'Remove'].includes(key) && !key.includes('@'),
    );
    if (unknown.length > 0) return badValue(fact.name, value, `${fact.type}[]`);
    return {
      delta: true,
      add: elements(entries.get('Add')).map(String),
      remove: elements(entries.get('Remove')).map(String),
    } satisfies Delta;
  }
  const bound = elements(value).map((element) => bindScalar(fact, element));
  return bound.find(isRefusal) ?? bound;
}

/** Checks a call's parameters against the facts; the first objection is returned, in the service's words. */
export function bindParameters(fact: CmdletFact, raw: Readonly<Record<string, unknown>>): Bound | Refusal {
  const bound = new Map<string, unknown>();
  const names = Object.keys(raw).filter((name) => !name.includes('@'));
  const unknown = names.filter((name) => !fact.parameters.has(name.toLowerCase()));
  if (unknown.length > 0) return ambiguousParameters(unknown);
  for (const name of names) {
    const parameter = fact.parameters.get(name.toLowerCase());
    if (parameter === undefined) continue;
    const value = parameter.list ? bindList(parameter, raw[name]) : bindScalar(parameter, raw[name]);
    if (isRefusal(value)) return value;
    bound.set(parameter.name, value);
  }
  const required = [...fact.parameters.values()].filter((parameter) => parameter.required);
  const missing = required.filter((parameter) => !bound.has(parameter.name));
  if (missing.length > 0) return missingParameters(missing.map((parameter) => parameter.name));
  const empty = required.find(
    (parameter) => fact.verb !== 'Get' && (bound.get(parameter.name) === null || bound.get(parameter.name) === ''),
  );
  if (empty !== undefined) {
    return badRequest(
      'System.Management.Automation.ParameterBindingException',
      `Cannot bind argument to parameter '${empty.name}' because it is null.`,
      'Invalid Operation',
    );
  }
  return bound;
}

/** A bound parameter as a string, or undefined when it is absent, null or empty. */
export function boundText(bound: Bound, name: string): string | undefined {
  const value = bound.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A bound list parameter, or undefined when it is absent; null and a delta count as empty. */
export function boundList(bound: Bound, name: string): readonly string[] | undefined {
  const value = bound.get(name);
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(String) : [];
}
