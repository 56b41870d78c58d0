import { ClientCertificateCredential, ClientSecretCredential, ManagedIdentityCredential } from '@azure/identity';

/** The part of a token credential (azure/core-auth) that the adapters use. */
export interface TenantCredential {
  getToken(scope: string): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** How the application proves who it is towards Entra. A certificate path points at a PEM file with its private key. */
export type Identity =
  | { readonly by: 'certificate'; readonly clientId: string; readonly certificatePath: string }
  | { readonly by: 'managed-identity'; readonly clientId: string }
  | { readonly by: 'secret'; readonly clientId: string; readonly secret: string };

/** The credential of live mode. */
export function liveCredential(environment: {
  readonly tenantId: string;
  readonly identity: Identity;
}): TenantCredential {
  const { tenantId, identity } = environment;
  if (identity.by === 'certificate')
    return new ClientCertificateCredential(tenantId, identity.clientId, { certificatePath: identity.certificatePath });
  if (identity.by === 'managed-identity') return new ManagedIdentityCredential({ clientId: identity.clientId });
  return new ClientSecretCredential(tenantId, identity.clientId, identity.secret);
}

/** The credential of rehearsal: the sandbox accepts any bearer, and no login host is called. */
export const sandboxCredential = (): TenantCredential => ({
  getToken: async () => ({ token: 'sandbox.token', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
});
