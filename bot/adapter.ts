import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import {
  type AuthenticateRequestResult,
  type AuthenticationConfiguration,
  AuthenticationError,
  type ClaimsIdentity,
  type ConnectorClient,
  ConnectorFactory,
  ServiceClientCredentialsFactory,
  type UserTokenClient,
} from 'botframework-connector';
import type { TenantCredential } from '../services/directory/credentials.ts';
import type { Logger } from './log.ts';

/**
 * Who the bot is to the Bot Framework. `none`: authentication is off, which rehearsal alone may do.
 * `keys` replaces the public key document and issuer (tests with a key server of their own).
 */
export type BotIdentity =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'app';
      readonly appId: string;
      readonly tenantId: string;
      /** A certificate, a secret or a managed identity; which one makes no difference here. */
      readonly credential: TenantCredential;
      readonly keys?: { readonly metadataUrl: string; readonly issuer: string };
    };

/** Scope of the tokens for the connector (Bot Framework REST API, "Authentication"). */
const connectorScope = 'https://api.botframework.com/.default';

type SigningCredentials = Awaited<ReturnType<ServiceClientCredentialsFactory['createCredentials']>>;

/** Gives the SDK tokens of the identity library, so that certificate, secret and managed identity are one case. */
class IdentityCredentials extends ServiceClientCredentialsFactory {
  private readonly appId: string;
  private readonly credential: TenantCredential | null;

  constructor(appId: string, credential: TenantCredential | null) {
    super();
    this.appId = appId;
    this.credential = credential;
  }

  override async isValidAppId(appId: string): Promise<boolean> {
    return appId === this.appId;
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return this.credential === null;
  }

  override async createCredentials(): Promise<SigningCredentials> {
    const { credential } = this;
    return {
      async signRequest(request) {
        if (credential === null) return request;
        const token = await credential.getToken(connectorScope);
        if (token === null) throw new Error('No token for the Bot Framework could be had');
        request.headers.set('authorization', `Bearer ${token.token}`);
        return request;
      },
    };
  }
}

/** The policy of the SDK's HTTP pipeline that sends again by itself (core-rest-pipeline, defaultRetryPolicyName). */
const retryPolicy = 'defaultRetryPolicy';

/** How long the connector may take to answer, ms. The SDK would wait for ever. */
const connectorPatience = 15_000;

interface Pipeline {
  removePolicy(policy: { readonly name: string }): readonly unknown[];
  addPolicy(policy: {
    readonly name: string;
    sendRequest(request: { timeout: number }, next: (request: unknown) => unknown): unknown;
  }): void;
}

function isPipeline(value: unknown): value is Pipeline {
  return typeof value === 'object' && value !== null && 'removePolicy' in value && 'addPolicy' in value;
}

/**
 * A client whose requests go out once: the outbox decides about another try, and keeps the order. The SDK hands no retry
 * option through to its HTTP client, so the policy is taken out of that client's pipeline.
 */
function once(client: ConnectorClient): ConnectorClient {
  const inner: unknown = Reflect.get(client, 'client');
  const pipeline: unknown = typeof inner === 'object' && inner !== null ? Reflect.get(inner, 'pipeline') : null;
  // An SDK that is built otherwise must not bring the retries back unseen.
  if (!isPipeline(pipeline) || pipeline.removePolicy({ name: retryPolicy }).length !== 1)
    throw new Error('The retries of the connector could not be switched off');
  pipeline.addPolicy({
    name: 'cutoverPatience',
    sendRequest(request, next) {
      request.timeout = connectorPatience;
      return next(request);
    },
  });
  return client;
}

/** Most service addresses whose clients are kept: there is one for each region. */
const mostClients = 50;

/** Makes clients that send once, and keeps one for each address: to build one costs more than to send with it. */
class OnceConnectorFactory extends ConnectorFactory {
  private readonly inner: () => ConnectorFactory;
  private readonly clients = new Map<string, Promise<ConnectorClient>>();

  constructor(inner: () => ConnectorFactory) {
    super();
    this.inner = inner;
  }

  override create(serviceUrl: string, audience: string): Promise<ConnectorClient> {
    const key = `${audience} ${serviceUrl}`;
    const kept = this.clients.get(key);
    if (kept !== undefined) return kept;
    if (this.clients.size === mostClients) this.clients.clear();
    const made = this.inner().create(serviceUrl, audience).then(once);
    this.clients.set(key, made);
    made.catch(() => this.clients.delete(key));
    return made;
  }
}

/** The SDK's authentication for a bot with one identity: its clients are shared by all turns. */
class OnceAuthentication extends ConfigurationBotFrameworkAuthentication {
  private connectors: OnceConnectorFactory | null = null;
  private tokens: Promise<UserTokenClient> | null = null;

  override async authenticateRequest(activity: Activity, authorization: string): Promise<AuthenticateRequestResult> {
    const result = await super.authenticateRequest(activity, authorization);
    return { ...result, connectorFactory: this.createConnectorFactory(result.claimsIdentity) };
  }

  override createConnectorFactory(claims: ClaimsIdentity): ConnectorFactory {
    this.connectors ??= new OnceConnectorFactory(() => super.createConnectorFactory(claims));
    return this.connectors;
  }

  override createUserTokenClient(claims: ClaimsIdentity): Promise<UserTokenClient> {
    this.tokens ??= super.createUserTokenClient(claims);
    return this.tokens;
  }
}

/** The answer to an inbound activity: for an invoke the status and body that the bot chose. */
export type Received =
  | { readonly answered: true; readonly response: InvokeResponse | null }
  | { readonly answered: false; readonly refused: 'unauthorized' };

/** The SDK's adapter with a door of its own: activities come in parsed, and no error text goes out. */
export class CutoverAdapter extends CloudAdapter {
  /** Runs one turn. An exception outside the turn (not inside: those are answered by `onTurnError`) is thrown. */
  async receive(
    authorization: string,
    activity: Activity,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<Received> {
    try {
      const response = await this.processActivity(authorization, activity, logic);
      return { answered: true, response: response ?? null };
    } catch (trouble) {
      if (trouble instanceof AuthenticationError) return { answered: false, refused: 'unauthorized' };
      throw trouble;
    }
  }
}

/** What a person reads when a turn broke. Nothing of the error is in it. */
const apology =
  'Something went wrong on my side and I stopped there. Your message changed nothing that the record does not show: “status” tells where we stand. Please try again.';

function authenticationOf(identity: BotIdentity): OnceAuthentication {
  if (identity.kind === 'none') return new OnceAuthentication({}, new IdentityCredentials('', null));
  const settings: ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[0] = {
    MicrosoftAppId: identity.appId,
    MicrosoftAppType: 'SingleTenant',
    MicrosoftAppTenantId: identity.tenantId,
  };
  const factory = new IdentityCredentials(identity.appId, identity.credential);
  if (identity.keys === undefined) return new OnceAuthentication(settings, factory);
  // The SDK wants every one of these as soon as one of them is set.
  const own = {
    ...settings,
    ValidateAuthority: 'true',
    ToChannelFromBotLoginUrl: `https://login.microsoftonline.com/${identity.tenantId}`,
    ToChannelFromBotOAuthScope: 'https://api.botframework.com',
    ToBotFromChannelTokenIssuer: identity.keys.issuer,
    OAuthUrl: 'https://api.botframework.com',
    ToBotFromChannelOpenIdMetadataUrl: identity.keys.metadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: identity.keys.metadataUrl,
    CallerId: '',
  };
  const configuration: Partial<AuthenticationConfiguration> = { requiredEndorsements: [] };
  return new OnceAuthentication(own, factory, configuration as AuthenticationConfiguration);
}

/** Builds the adapter for live (`app`) or rehearsal (`none`). A turn that breaks is logged once and answered in words. */
export function createAdapter(options: {
  readonly identity: BotIdentity;
  readonly hostAllowed: (serviceUrl: string) => boolean;
  readonly log: Logger;
  /** Told of every broken turn (metrics). */
  readonly failed?: (kind: string) => void;
}): CutoverAdapter {
  const { hostAllowed, log, failed } = options;
  const adapter = new CutoverAdapter(authenticationOf(options.identity));
  // A reply goes where the activity says it came from. That is a claim: checked before each send, not only at the door.
  adapter.use(async (context, next) => {
    context.onSendActivities(async (_context, _activities, send) => {
      if (!hostAllowed(context.activity.serviceUrl))
        throw new Error('The reply would go to a host that is not allowed');
      return send();
    });
    context.onUpdateActivity(async (_context, _activity, send) => {
      if (!hostAllowed(context.activity.serviceUrl))
        throw new Error('The update would go to a host that is not allowed');
      return send();
    });
    await next();
  });
  adapter.onTurnError = async (context, trouble) => {
    const kind = context.activity.type;
    log.error(
      { err: trouble, activity: { type: kind, name: context.activity.name, id: context.activity.id } },
      'a turn broke',
    );
    failed?.(kind);
    if (kind === 'invoke') {
      const value = {
        status: 200,
        body: {
          statusCode: 500,
          type: 'application/vnd.microsoft.error',
          value: { code: 'InternalError', message: apology },
        },
      };
      await context.sendActivity({ type: 'invokeResponse', value });
      return;
    }
    try {
      await context.sendActivity(apology);
    } catch (again) {
      log.warn({ err: again }, 'nor could that be said');
    }
  };
  return adapter;
}

/** Whether an address is on this machine: the only kind that rehearsal talks to. */
export function onLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname, protocol } = new URL(address);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
