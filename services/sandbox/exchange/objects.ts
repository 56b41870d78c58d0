import { seededGuid } from '../random.ts';
import type { ExchangeObject } from '../state.ts';
import { defaultsOf } from './defaults.ts';

/** Seven digits of fraction and `Z`, as the service writes times. */
export function exchangeTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z');
}

/** A string property, or '' when the object has none under that name. */
export function text(object: ExchangeObject, property: string): string {
  const value = object[property];
  return typeof value === 'string' ? value : '';
}

/** A list property as strings; null, absent and anything else than a list are empty. */
export function texts(object: ExchangeObject, property: string): string[] {
  const value = object[property];
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * A whole object: the noun's defaults, the given properties, and the identity properties that every object has.
 * `label` makes the GUID unique and repeatable within a seed; `nowMs` is the sandbox's clock.
 */
export function makeObject(
  seed: number,
  noun: string,
  name: string,
  label: string,
  nowMs: number,
  properties: ExchangeObject,
): ExchangeObject {
  const guid = seededGuid(seed, `${noun}:${label}`);
  return {
    ...defaultsOf(noun),
    ...properties,
    Name: name,
    Identity: name,
    Id: name,
    Guid: guid,
    ImmutableId: guid,
    ExchangeObjectId: guid,
    DistinguishedName: `CN=${name},CN=${noun},CN=Configuration,CN=contoso.onmicrosoft.example`,
    ExchangeVersion: '0.20 (15.0.0.0)',
    IsValid: true,
    ObjectState: 'Unchanged',
    WhenCreatedUTC: exchangeTime(nowMs),
    WhenChangedUTC: exchangeTime(nowMs),
    WhenChanged: exchangeTime(nowMs),
  };
}

/** Whether an identity as a client sends it names this object: by name, identity, GUID, address or alias, any case. */
export function isNamed(object: ExchangeObject, identity: string): boolean {
  const wanted = identity.trim().toLowerCase();
  return identityProperties.some((property) => text(object, property).toLowerCase() === wanted);
}

const identityProperties = [
  'Identity',
  'Name',
  'Guid',
  'ExchangeObjectId',
  'ImmutableId',
  'DistinguishedName',
  'PrimarySmtpAddress',
  'Alias',
  'DomainName',
  'Domain',
  'ExternalDirectoryObjectId',
  'UserPrincipalName',
];
