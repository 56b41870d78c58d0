import type { Fate } from './judge.ts';
import { domainOf, type RawMessage } from './message.ts';

const directions = { Inbound: 'INB', Outbound: 'OUT', 'Intra-org': 'INT' } as const;

/** Header values hold no line breaks and no bare control characters, whatever a sender wrote. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ');
}

/** The `X-Forefront-Antispam-Report` value (message headers reference: keys CIP, CTRY, LANG, SCL, SRV, IPV, SFV, H, PTR, CAT, SFTY, DIR). */
export function antispamReport(message: RawMessage, fate: Fate): string {
  const bulk = fate.winner?.kind === 'bulk' ? 'SRV:BULK;' : 'SRV:;';
  const tip = fate.safetyTip === '' ? '' : `SFTY:${fate.safetyTip};`;
  const ipv = fate.sfv === 'SKI' ? 'CAL' : 'NLI';
  return (
    `CIP:${fate.sourceIp};CTRY:${message.country};LANG:${message.language};SCL:${fate.scl};${bulk}IPV:${ipv};SFV:${fate.sfv};` +
    `H:mail.${domainOf(message.mailFrom)};PTR:${message.ptr};CAT:${fate.category};${tip}DIR:${directions[message.direction]};`
  );
}

/** The `Authentication-Results` value that the tenant stamps. */
export function authenticationResults(message: RawMessage, fate: Fate): string {
  const { auth } = fate;
  const action =
    auth.dmarc === 'fail'
      ? auth.dmarcPolicy === 'reject'
        ? 'oreject'
        : auth.dmarcPolicy === 'quarantine'
          ? 'quarantine'
          : 'none'
      : 'none';
  const dkim =
    auth.dkim === 'none'
      ? 'dkim=none (message not signed) header.d=none'
      : `dkim=${auth.dkim} header.d=${auth.dkimDomain}`;
  return (
    `spf=${auth.spf} (sender IP is ${fate.sourceIp}) smtp.mailfrom=${domainOf(message.mailFrom)}; ${dkim}; ` +
    `dmarc=${auth.dmarc} action=${action} header.from=${domainOf(message.from)}; compauth=${auth.compauth} reason=${auth.reason}`
  );
}

/**
 * The header block of a delivered message, CRLF between lines, topmost first.
 * With Enhanced Filtering it carries the two headers that prove it (X-MS-Exchange-SkipListedInternetSender, …ExternalOriginalInternetSender).
 * @param gatewayHeader name and value that the old service stamps on what it passes
 */
export function headersOf(
  message: RawMessage,
  recipient: string,
  fate: Fate,
  gatewayHeader: { readonly name: string; readonly value: string },
): string {
  const at = new Date(message.timeMs).toUTCString();
  const lines = [
    `Received: from ${fate.arrival.viaGateway ? 'gateway' : message.ptr} (${fate.arrival.lastHop}) by mx.protection.example; ${at}`,
    `Authentication-Results: ${authenticationResults(message, fate)}`,
  ];
  if (fate.arrival.skipListed) {
    const proof = `ip=[${message.sourceIp}];domain=${domainOf(message.mailFrom)}`;
    lines.push(
      `X-MS-Exchange-ExternalOriginalInternetSender: ${proof}`,
      `X-MS-Exchange-SkipListedInternetSender: ${proof}`,
    );
  }
  lines.push(
    `X-Forefront-Antispam-Report: ${antispamReport(message, fate)}`,
    `X-Microsoft-Antispam: BCL:${message.bcl};`,
    `X-MS-Exchange-Organization-SCL: ${fate.scl}`,
    `X-MS-Exchange-Organization-AuthAs: ${message.senderObjectId === '' ? 'Anonymous' : 'Internal'}`,
    `X-MS-Exchange-Organization-Network-Message-Id: ${message.networkMessageId}`,
    `X-MS-Office365-Filtering-Correlation-Id: ${message.networkMessageId}`,
  );
  if (fate.arrival.viaGateway) lines.push(`${gatewayHeader.name}: ${gatewayHeader.value}`);
  lines.push(
    `From: "${oneLine(message.displayName).replace(/"/g, "'")}" <${message.from}>`,
    `To: <${recipient}>`,
    `Subject: ${oneLine(fate.subjectPrefix + message.subject)}`,
    `Date: ${at}`,
    `Message-ID: ${message.internetMessageId}`,
  );
  return lines.join('\r\n') + '\r\n';
}
