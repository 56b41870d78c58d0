import type { JWK, JWTPayload } from 'jose';
import { decodeProtectedHeader, errors, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';

/** What the gatekeeper checks against. `now` is milliseconds since the epoch. */
export interface GatekeeperOptions {
  readonly appId: string;
  /** Entra tenants whose people may speak to the bot. */
  readonly tenantIds: readonly string[];
  /** Document that names the key set (`jwks_uri`); plain http on loopback only. */
  readonly openIdMetadataUrl: string;
  readonly issuer: string;
  /** Exact hosts of service URLs; a suffix would admit anybody who can register a name under it. */
  readonly allowedServiceHosts: readonly string[];
  /** For tests: service URLs on loopback over http. */
  readonly allowLoopback?: boolean;
  readonly now: () => number;
  readonly fetch?: typeof fetch;
}

/** Whether an activity may come in; `why` is for the log, never for the caller. */
export type Admission =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 401 | 403; readonly why: string };

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const keySet = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.string(), endorsements: z.array(z.string()).optional() })),
});
const claims = z.object({ iss: z.string(), aud: z.string(), exp: z.number(), nbf: z.number(), serviceurl: z.string() });
const activityShape = z.object({
  type: z.string().min(1),
  channelId: z.literal('msteams'),
  serviceUrl: z.string(),
  from: z.object({ aadObjectId: z.string().optional() }).optional(),
  recipient: z.object({ id: z.string() }),
  conversation: z.object({ tenantId: z.string().optional() }).optional(),
  channelData: z.object({ tenant: z.object({ id: z.string() }) }),
});

/** Whether an address may be sent the bot's token: https, no credentials, no port, a host of the exact list. */
export function outboundHostAllowed(
  url: string,
  allowed: { readonly allowedServiceHosts: readonly string[]; readonly allowLoopback?: boolean },
): boolean {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return false;
  }
  if (parsed.username !== '' || parsed.password !== '') return false;
  if (
    allowed.allowLoopback &&
    parsed.protocol === 'http:' &&
    ['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname)
  )
    return true;
  return (
    parsed.protocol === 'https:' &&
    parsed.port === '' &&
    allowed.allowedServiceHosts.some((host) => host.toLowerCase() === parsed.hostname)
  );
}

type EndorsedKey = { readonly key: JWK; readonly endorsements: readonly string[] };

/**
 * The verifier in front of the SDK: every rule of the product's threat table for inbound tokens, which the SDK itself
 * leaves open. Never throws: trouble with the key server is a 401 as well. Keys are kept for a day; an unknown key id
 * fetches them again at most once a minute.
 */
export function createGatekeeper(
  options: GatekeeperOptions,
): (authorization: string | undefined, activity: unknown) => Promise<Admission> {
  const send = options.fetch ?? fetch;
  let keys = new Map<string, EndorsedKey>();
  let fetchedAt = Number.NEGATIVE_INFINITY;

  async function load(): Promise<void> {
    fetchedAt = options.now();
    const get = async (url: string): Promise<unknown> => {
      const parsed = new URL(url);
      const loopback = parsed.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname);
      if (parsed.protocol !== 'https:' && !loopback) throw new Error('Keys are fetched over https only.');
      const response = await send(url, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
      if (!response.ok) throw new Error(`The key server answered ${response.status}.`);
      return response.json();
    };
    const { jwks_uri } = z.object({ jwks_uri: z.string() }).parse(await get(options.openIdMetadataUrl));
    const set = keySet.parse(await get(jwks_uri));
    keys = new Map(set.keys.map(({ endorsements, ...key }) => [key.kid, { key, endorsements: endorsements ?? [] }]));
  }

  async function keyOf(kid: string): Promise<EndorsedKey | undefined> {
    const age = options.now() - fetchedAt;
    if (age > 86_400_000 || (!keys.has(kid) && age > 60_000)) await load();
    return keys.get(kid);
  }

  const no = (status: 401 | 403, why: string): Admission => ({ ok: false, status, why });

  async function verified(token: string): Promise<{ payload: JWTPayload; endorsements: readonly string[] } | string> {
    const header = decodeProtectedHeader(token);
    if (header.alg !== 'RS256') return 'The token is not signed with RS256.';
    if (typeof header.kid !== 'string' || header.kid === '') return 'The token names no key.';
    const found = await keyOf(header.kid);
    if (found === undefined) return 'The token names an unknown key.';
    if (found.key.kty !== 'RSA') return 'The key is not an RSA key.';
    const { payload } = await jwtVerify(token, await importJWK(found.key, 'RS256'), {
      algorithms: ['RS256'],
      issuer: options.issuer,
      audience: options.appId,
      clockTolerance: 120,
      currentDate: new Date(options.now()),
      requiredClaims: ['iss', 'aud', 'exp', 'nbf', 'serviceurl'],
    });
    return { payload, endorsements: found.endorsements };
  }

  return async (authorization, activity) => {
    if (authorization === undefined || authorization === '') return no(401, 'There is no token.');
    if (authorization.length > 16_384) return no(401, 'The authorization header is too long.');
    const token = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/.exec(authorization)?.[1];
    if (token === undefined) return no(401, 'The authorization header holds no signed token.');
    let proof: Awaited<ReturnType<typeof verified>>;
    try {
      proof = await verified(token);
    } catch (trouble) {
      return no(
        401,
        trouble instanceof errors.JOSEError
          ? `The token is not valid (${trouble.code}).`
          : 'The token could not be checked.',
      );
    }
    if (typeof proof === 'string') return no(401, proof);
    const claimed = claims.safeParse(proof.payload);
    if (!claimed.success) return no(401, 'The token lacks a claim, or its audience is a list.');
    if (
      claimed.data.exp * 1000 - options.now() > 86_400_000 + 120_000 ||
      claimed.data.exp - claimed.data.nbf > 86_400 + 120
    )
      return no(401, 'The token lives longer than a day.');
    if (!proof.endorsements.includes('msteams')) return no(403, 'The key is not endorsed for Teams.');
    const parsed = activityShape.safeParse(activity);
    if (!parsed.success)
      return no(403, 'The activity is not one of Teams, or lacks its service URL, recipient or tenant.');
    const { serviceUrl, from, recipient, conversation, channelData } = parsed.data;
    if (serviceUrl !== claimed.data.serviceurl) return no(403, 'The service URL is not the one of the token.');
    if (!outboundHostAllowed(serviceUrl, options)) return no(403, 'The service URL is not on the list.');
    const tenant = channelData.tenant.id.toLowerCase();
    if (conversation?.tenantId !== undefined && conversation.tenantId.toLowerCase() !== tenant)
      return no(403, 'The activity names two tenants.');
    if (!options.tenantIds.some((id) => id.toLowerCase() === tenant)) return no(403, 'The tenant is not ours.');
    if (recipient.id.toLowerCase() !== `28:${options.appId.toLowerCase()}`)
      return no(403, 'The activity is for another bot.');
    if (from?.aadObjectId === undefined || !guid.test(from.aadObjectId))
      return no(403, 'The activity does not say who speaks.');
    return { ok: true };
  };
}
