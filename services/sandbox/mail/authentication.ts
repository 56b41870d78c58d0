import type { Authentication, RawMessage } from './message.ts';
import type { Arrival } from './transport.ts';

const behindGateway = new WeakMap<Authentication, Authentication>();

function seenBehindGateway(auth: Authentication): Authentication {
  const known = behindGateway.get(auth);
  if (known !== undefined) return known;
  const aligned = auth.dkim === 'pass';
  const hidden: Authentication = {
    spf: auth.spf === 'none' ? 'none' : 'fail',
    dkim: auth.dkim,
    dkimDomain: auth.dkimDomain,
    dmarc: aligned ? auth.dmarc : auth.dmarcPolicy === '' ? 'none' : 'fail',
    dmarcPolicy: auth.dmarcPolicy,
    compauth: aligned ? 'pass' : auth.spf === 'none' ? 'none' : 'fail',
    reason: aligned ? auth.reason : auth.spf === 'none' ? auth.reason : '001',
  };
  behindGateway.set(auth, hidden);
  return hidden;
}

/**
 * Sender authentication as the tenant sees it. Behind a gateway without Enhanced Filtering the gateway is the source:
 * SPF fails and only a signature that survived can save the message (exchange online, Enhanced Filtering for Connectors).
 */
export function effectiveAuthentication(message: RawMessage, arrival: Arrival): Authentication {
  return arrival.viaGateway && !arrival.skipListed ? seenBehindGateway(message.auth) : message.auth;
}
