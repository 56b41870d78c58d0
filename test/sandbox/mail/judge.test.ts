import { expect, it } from 'vitest';
import { invalidate } from '../../../services/sandbox/mail/evaluator.ts';
import { membersOf } from '../../../services/sandbox/mail/groups.ts';
import { antispamReport, headersOf } from '../../../services/sandbox/mail/headers.ts';
import { type Fate, judge } from '../../../services/sandbox/mail/judge.ts';
import type { RawMessage } from '../../../services/sandbox/mail/message.ts';
import { mailOfHour } from '../../../services/sandbox/mail/stream.ts';
import type { ExchangeObject, TenantState } from '../../../services/sandbox/state.ts';
import { gatewayIp, pilotGroup, testTenant } from './tenant.ts';

const now = Date.UTC(2026, 2, 3, 9);
const pilotUser = 'anna.albrecht@contoso.example';
const otherUser = 'karin.albrecht@contoso.example';

function message(change: Partial<RawMessage> = {}): RawMessage {
  return {
    timeMs: now,
    networkMessageId: '11111111-1111-4111-8111-111111111111',
    internetMessageId: '<a@partner.example>',
    direction: 'Inbound',
    mailFrom: 'tom@partner.example',
    from: 'tom@partner.example',
    displayName: 'Tom Partner',
    senderObjectId: '',
    sourceIp: '198.18.4.4',
    ptr: 'mx.partner.example',
    country: 'DE',
    gatewayIp,
    recipients: [pilotUser],
    subject: 'Hello',
    sizeBytes: 1000,
    language: 'en',
    urls: [],
    attachments: [],
    bcl: 0,
    auth: {
      spf: 'pass',
      dkim: 'none',
      dkimDomain: '',
      dmarc: 'bestguesspass',
      dmarcPolicy: '',
      compauth: 'pass',
      reason: '109',
    },
    firstContact: true,
    truth: 'business',
    engine: 'none',
    engineMethod: 'General filter',
    phishLevel: 1,
    resemblesDomain: '',
    resemblesContact: false,
    oldServiceCatches: false,
    direct: false,
    zapMinutes: 0,
    ...change,
  };
}

function first(state: TenantState, noun: string, index = 0): ExchangeObject {
  const object = state.exchange[noun]?.[index];
  if (object === undefined) throw new Error(`no ${noun}`);
  return object;
}

function fateWith(
  change: Partial<RawMessage>,
  prepare: (state: TenantState) => void = () => undefined,
  recipient = pilotUser,
): Fate {
  const state = testTenant(1);
  prepare(state);
  return judge(message(change), recipient, state, now);
}

/** A host on the tenant's side, preferred to the old service's. */
function moveMx(state: TenantState): void {
  state.dns['contoso.example']?.MX?.push({ preference: 0, exchange: 'contoso-example.mx.microsoft.' });
}

const pilotPolicy = (values: ExchangeObject) => (state: TenantState) =>
  Object.assign(first(state, 'AntiPhishPolicy', 1), values);
const spamPolicy = (values: ExchangeObject) => (state: TenantState) =>
  Object.assign(first(state, 'HostedContentFilterPolicy'), values);
const asBoss = { displayName: 'Boris Albrecht', from: 'boris@freemail.example', mailFrom: 'boris@freemail.example' };

it('resolves nested groups, survives a circle, and knows a group by address, name and alias', () => {
  const state = testTenant(1);
  expect(membersOf(state, pilotGroup).size).toBe(40);
  expect(membersOf(state, 'MDOPilot_Standard').size).toBe(40);
  expect(membersOf(state, 'gone@contoso.example').size).toBe(0);
});

it('records user impersonation under NoAction, quarantines it under Quarantine, with disguised names too', () => {
  const silent = fateWith(asBoss);
  expect(silent).toMatchObject({
    location: 'Inbox/Folder',
    emailAction: 'No action taken',
    emailActionPolicy: 'Anti-phishing user impersonation',
    emailActionPolicyGuid: 'guid-pilot',
    threatTypes: 'Phish',
  });
  expect(JSON.parse(silent.detectionMethods)).toEqual({ Phish: ['Impersonation user'] });
  for (const displayName of ['Boris Albrecht', 'Bоris Albrecht', 'Albrecht, Boris', 'Boris Albrecht (CEO)'])
    expect(
      fateWith({ ...asBoss, displayName }, pilotPolicy({ TargetedUserProtectionAction: 'Quarantine' })).location,
    ).toBe('Quarantine');
  expect(fateWith({ ...asBoss, displayName: 'Boris Albrechtsen' }).detections).toEqual([]);
});

it('does not flag known correspondents, trusted senders and domains, or when protection is off', () => {
  expect(fateWith({ ...asBoss, firstContact: false }).detections).toEqual([]);
  expect(fateWith(asBoss, pilotPolicy({ ExcludedSenders: ['Boris@freemail.example'] })).detections).toEqual([]);
  expect(fateWith(asBoss, pilotPolicy({ ExcludedDomains: ['freemail.example'] })).detections).toEqual([]);
  expect(fateWith(asBoss, pilotPolicy({ EnableTargetedUserProtection: false })).detections).toEqual([]);
  expect(fateWith(asBoss, (s) => pilotPolicy({ TargetedUsersToProtect: [] })(s)).detections).toEqual([]);
});

it('detects look-alike domains of ours and of listed partners only when each is protected', () => {
  const own = { resemblesDomain: 'contoso.example', from: 'x@contoso-parts.example' };
  expect(fateWith(own, pilotPolicy({ TargetedDomainProtectionAction: 'Quarantine' })).location).toBe('Quarantine');
  expect(fateWith(own, pilotPolicy({ EnableOrganizationDomainsProtection: false })).detections).toEqual([]);
  const partner = { resemblesDomain: 'partner.example', from: 'x@partner-parts.example' };
  expect(fateWith(partner).detections).toEqual([]);
  const listed = fateWith(
    partner,
    pilotPolicy({ EnableTargetedDomainsProtection: true, TargetedDomainsToProtect: ['partner.example'] }),
  );
  expect(listed.emailActionPolicy).toBe('Anti-phishing domain impersonation');
});

it('lets mailbox intelligence act only when its protection is on', () => {
  const contact = { resemblesContact: true };
  const policy = { MailboxIntelligenceProtectionAction: 'MoveToJmf' };
  expect(fateWith(contact, pilotPolicy(policy))).toMatchObject({
    location: 'Junk',
    emailActionPolicy: 'Anti-phishing graph impersonation',
    category: 'GIMP',
  });
  expect(fateWith(contact, pilotPolicy({ ...policy, EnableMailboxIntelligenceProtection: false }))).toMatchObject({
    location: 'Inbox/Folder',
    threatTypes: 'Phish',
  });
  expect(fateWith(contact, pilotPolicy({ EnableMailboxIntelligence: false })).detections).toEqual([]);
});

it('decides in the order malware, high confidence phish, phish, spoof, user, domain, contact, spam', () => {
  const spoofed = {
    auth: { ...message().auth, spf: 'fail', compauth: 'fail', dmarc: 'fail', dmarcPolicy: 'reject' },
  } as const;
  const all: Partial<RawMessage> = {
    ...asBoss,
    ...spoofed,
    resemblesDomain: 'contoso.example',
    resemblesContact: true,
    engine: 'hc-phish',
  };
  const file = { name: 'a.zip', sha256: 'x', size: 1, malicious: true, known: true };
  expect(fateWith({ ...all, attachments: [file] }).winner?.kind).toBe('malware');
  expect(fateWith(all).winner?.kind).toBe('hc-phish');
  expect(fateWith({ ...all, engine: 'phish' }).winner?.kind).toBe('phish');
  expect(fateWith({ ...all, engine: 'spam' })).toMatchObject({
    emailActionPolicy: 'Anti-phishing spoof',
    location: 'Failed',
    threatTypes: 'Phish, Spam',
  });
  expect(fateWith({ ...all, ...{ auth: message().auth }, engine: 'spam' }).winner?.kind).toBe('user');
  expect(fateWith({ ...all, displayName: 'X', auth: message().auth, engine: 'spam' }).winner?.kind).toBe('domain');
  expect(fateWith({ resemblesContact: true, engine: 'spam' }).winner?.kind).toBe('contact');
  expect(fateWith({ engine: 'hc-spam', bcl: 9 }).winner?.kind).toBe('hc-spam');
  expect(fateWith({ bcl: 7 }).winner?.kind).toBe('bulk');
  expect(fateWith({ bcl: 6 }).winner).toBeNull();
});

it('applies each action of the anti-spam policy and the phish threshold of the anti-phishing policy', () => {
  const spam = { engine: 'spam' } as const;
  expect(fateWith(spam)).toMatchObject({
    location: 'Junk',
    deliveryAction: 'Junked',
    traceStatus: 'filteredAsSpam',
    sfv: 'SPM',
  });
  expect(fateWith(spam, spamPolicy({ SpamAction: 'Quarantine', SpamQuarantineTag: 'T' }))).toMatchObject({
    traceStatus: 'quarantined',
    quarantineTag: 'T',
  });
  expect(fateWith(spam, spamPolicy({ SpamAction: 'Delete' })).location).toBe('Dropped');
  expect(fateWith(spam, spamPolicy({ SpamAction: 'Redirect' })).location).toBe('On-premises/External');
  expect(fateWith({ engine: 'phish', phishLevel: 3 }).winner?.kind).toBe('phish');
  expect(fateWith({ engine: 'phish', phishLevel: 3 }, pilotPolicy({ PhishThresholdLevel: 1 })).winner).toBeNull();
});

it('takes the Strict preset before the Standard preset before custom rules by priority', () => {
  const preset = (word: string, state: TenantState, action: string, extra: ExchangeObject = {}): void => {
    state.exchange['HostedContentFilterPolicy']?.push({
      Name: `${word} Preset Security Policy1`,
      Guid: word,
      SpamAction: action,
    });
    const rules = state.exchange['EOPProtectionPolicyRule'] ?? [];
    rules.push({
      Name: `${word} Preset Security Policy`,
      State: 'Enabled',
      Priority: 0,
      HostedContentFilterPolicy: `${word} Preset Security Policy1`,
      SentToMemberOf: [pilotGroup],
      ...extra,
    });
    state.exchange['EOPProtectionPolicyRule'] = rules;
  };
  const custom = (state: TenantState, name: string, priority: number, extra: ExchangeObject = {}): void => {
    state.exchange['HostedContentFilterPolicy']?.push({ Name: name, Guid: name, SpamAction: 'Delete' });
    const rules = state.exchange['HostedContentFilterRule'] ?? [];
    rules.push({
      Name: name,
      State: 'Enabled',
      Priority: priority,
      HostedContentFilterPolicy: name,
      SentTo: ['u0@contoso.example'],
      ...extra,
    });
    state.exchange['HostedContentFilterRule'] = rules;
  };
  const guid = (prepare: (s: TenantState) => void): string =>
    fateWith({ engine: 'spam' }, prepare).emailActionPolicyGuid;
  expect(
    guid((s) => {
      custom(s, 'late', 1);
      custom(s, 'early', 0);
    }),
  ).toBe('early');
  expect(
    guid((s) => {
      custom(s, 'late', 1);
      custom(s, 'early', 0, { State: 'Disabled' });
    }),
  ).toBe('late');
  expect(guid((s) => custom(s, 'c', 0, { RecipientDomainIs: ['elsewhere.example'] }))).toBe('guid-spam');
  expect(guid((s) => custom(s, 'c', 0, { ExceptIfSentToMemberOf: [pilotGroup] }))).toBe('guid-spam');
  expect(
    guid((s) => {
      custom(s, 'c', 0);
      preset('Standard', s, 'Quarantine');
    }),
  ).toBe('Standard');
  expect(
    guid((s) => {
      preset('Standard', s, 'Quarantine');
      preset('Strict', s, 'Quarantine');
    }),
  ).toBe('Strict');
  expect(
    guid((s) => {
      preset('Standard', s, 'Quarantine');
      preset('Strict', s, 'Quarantine', { State: 'Disabled' });
    }),
  ).toBe('Standard');
});

it('lets the bypass rule override verdicts but not malware, and high confidence phish only while MX is elsewhere', () => {
  const bypassed = fateWith({ engine: 'hc-phish', truth: 'hc-phish' }, undefined, otherUser);
  expect(bypassed).toMatchObject({
    location: 'Inbox/Folder',
    sfv: 'SKN',
    orgLevelAction: 'Allow',
    orgLevelPolicy: 'Exchange transport rule',
    exchangeTransportRule: 'Bypass',
    threatTypes: 'Phish',
  });
  expect(JSON.parse(bypassed.confidenceLevel)).toEqual({ Phish: 'High', Spam: '-1' });
  expect(
    fateWith(
      { attachments: [{ name: 'a.zip', sha256: 'x', size: 1, malicious: true, known: true }] },
      undefined,
      otherUser,
    ).location,
  ).toBe('Quarantine');
  const byAddress = (s: TenantState): void => {
    Object.assign(first(s, 'TransportRule'), { HeaderContainsMessageHeader: null, HeaderContainsWords: null });
    moveMx(s);
  };
  expect(fateWith({ engine: 'hc-phish' }, byAddress, otherUser).location).toBe('Quarantine');
  expect(fateWith({ engine: 'phish' }, byAddress, otherUser).location).toBe('Inbox/Folder');
});

it('matches rules by header, last hop, scope, members, exceptions, state and mode', () => {
  const rule = (values: ExchangeObject) => (s: TenantState) => Object.assign(first(s, 'TransportRule'), values);
  const sfv = (values: ExchangeObject, change: Partial<RawMessage> = {}, recipient = otherUser): string =>
    fateWith(change, rule(values), recipient).sfv;
  expect(sfv({})).toBe('SKN');
  expect(sfv({}, { direct: true })).toBe('NSPM');
  expect(sfv({ HeaderContainsWords: ['other'] })).toBe('NSPM');
  expect(sfv({ State: 'Disabled' })).toBe('NSPM');
  expect(sfv({ Mode: 'Audit' })).toBe('NSPM');
  expect(sfv({ SenderIpRanges: ['203.0.113.0/24'] })).toBe('SKN');
  expect(sfv({ SenderIpRanges: ['198.18.0.0/15'] })).toBe('NSPM');
  expect(sfv({ FromScope: 'InOrganization' })).toBe('NSPM');
  expect(sfv({ SentTo: [pilotUser] })).toBe('NSPM');
  expect(sfv({ ExceptIfSentTo: [otherUser] })).toBe('NSPM');
  expect(sfv({ ExceptIfSentToMemberOf: ['deleted@contoso.example'] }, {}, pilotUser)).toBe('SKN');
  expect(sfv({ SentToMemberOf: ['deleted@contoso.example'] })).toBe('NSPM');
  expect(sfv({ ExpiryDate: '2026-01-01T00:00:00Z' })).toBe('NSPM');
});

it('runs rules by priority, tags subjects, and stops where a rule says so', () => {
  const tag: ExchangeObject = {
    Name: 'Tag',
    State: 'Enabled',
    Mode: 'Enforce',
    Priority: 0,
    PrependSubject: '[EXT] ',
    FromScope: 'NotInOrganization',
  };
  const withTag = (extra: ExchangeObject) => (s: TenantState) => {
    Object.assign(first(s, 'TransportRule'), { Priority: 1 });
    s.exchange['TransportRule']?.push({ ...tag, ...extra });
  };
  expect(fateWith({}, withTag({}), otherUser)).toMatchObject({
    subjectPrefix: '[EXT] ',
    exchangeTransportRule: 'Tag,Bypass',
    sfv: 'SKN',
  });
  expect(fateWith({}, withTag({ StopRuleProcessing: true }), otherUser)).toMatchObject({
    exchangeTransportRule: 'Tag',
    sfv: 'NSPM',
  });
  expect(fateWith({}, withTag({ SetSCL: 9 }))).toMatchObject({ sfv: 'SKS', category: 'HSPM' });
});

it('blames the gateway for the sender without Enhanced Filtering, and proves the source with it', () => {
  const state = testTenant(1);
  const proven = judge(message(), pilotUser, state, now);
  expect(proven).toMatchObject({ sourceIp: '198.18.4.4', detections: [] });
  expect(headersOf(message(), pilotUser, proven, { name: 'X-K', value: 'v' })).toContain(
    'X-MS-Exchange-SkipListedInternetSender: ip=[198.18.4.4]',
  );
  const blind = fateWith({}, (s) => Object.assign(first(s, 'InboundConnector'), { EFSkipLastIP: false }));
  expect(blind).toMatchObject({ sourceIp: gatewayIp, category: 'SPOOF', location: 'Junk' });
  expect(blind.auth.spf).toBe('fail');
  const listed = fateWith({}, (s) =>
    Object.assign(first(s, 'InboundConnector'), { EFSkipLastIP: false, EFSkipIPs: ['203.0.113.0/28'] }),
  );
  expect(listed.sourceIp).toBe('198.18.4.4');
  const forSome = fateWith({ recipients: [pilotUser, otherUser] }, (s) =>
    Object.assign(first(s, 'InboundConnector'), { EFUsers: [pilotUser] }),
  );
  expect(forSome.sourceIp).toBe(gatewayIp);
});

it('keeps what the old service stops out of the tenant, except for exempt people, direct mail and after the MX switch', () => {
  const caught = { oldServiceCatches: true, engine: 'spam' } as const;
  expect(fateWith(caught, undefined, otherUser).arrived).toBe(false);
  expect(fateWith(caught).arrived).toBe(true);
  expect(fateWith({ ...caught, direct: true }, undefined, otherUser)).toMatchObject({
    arrived: true,
    connectors: '',
    location: 'Junk',
  });
  const moved = fateWith(
    caught,
    (s) => {
      moveMx(s);
    },
    otherUser,
  );
  expect(moved).toMatchObject({ arrived: true, connectors: '', sfv: 'SPM' });
});

it('turns Direct Send away when it is off, or when only the gateway may deliver', () => {
  const direct = { direct: true, mailFrom: 'scanner@contoso.example', from: 'scanner@contoso.example' };
  expect(fateWith(direct).location).toBe('Inbox/Folder');
  expect(
    fateWith(direct, (s) => {
      s.exchange['OrganizationConfig'] = [{ RejectDirectSend: true }];
    }),
  ).toMatchObject({ location: 'Failed', traceStatus: 'failed' });
  const locked = { ConnectorType: 'Partner', SenderDomains: ['smtp:*;1'], RestrictDomainsToIPAddresses: true };
  expect(fateWith(direct, (s) => Object.assign(first(s, 'InboundConnector'), locked)).location).toBe('Failed');
  expect(fateWith({}, (s) => Object.assign(first(s, 'InboundConnector'), locked)).location).toBe('Inbox/Folder');
});

it('respects allow and block lists, spoof pairs, simulations and SecOps mailboxes', () => {
  const list = (noun: string, object: ExchangeObject) => (s: TenantState) => {
    s.exchange[noun] = [object];
  };
  const spam = { engine: 'spam' } as const;
  expect(
    fateWith(spam, list('TenantAllowBlockListItems', { Value: 'partner.example', Action: 'Allow' })),
  ).toMatchObject({ sfv: 'SKA', location: 'Inbox/Folder', threatTypes: 'Spam' });
  expect(
    fateWith(
      spam,
      list('TenantAllowBlockListItems', {
        Value: 'partner.example',
        Action: 'Allow',
        ExpirationDate: '2026-01-01T00:00:00Z',
      }),
    ).location,
  ).toBe('Junk');
  expect(
    fateWith({}, list('TenantAllowBlockListItems', { Value: 'tom@partner.example', Action: 'Block' })),
  ).toMatchObject({ sfv: 'SKB', location: 'Quarantine', orgLevelAction: 'Block' });
  expect(fateWith({ engine: 'hc-phish' }, spamPolicy({ AllowedSenders: ['tom@partner.example'] }))).toMatchObject({
    location: 'Quarantine',
    sfv: 'SPM',
    orgLevelAction: '',
  });
  expect(fateWith(spam, list('HostedConnectionFilterPolicy', { IPAllowList: ['198.18.4.0/24'] })).sfv).toBe('SKI');
  const failed = { auth: { ...message().auth, compauth: 'fail' } } as const;
  expect(fateWith(failed).location).toBe('Junk');
  expect(
    fateWith(
      failed,
      list('TenantAllowBlockListSpoofItems', {
        SpoofedUser: 'partner.example',
        SendingInfrastructure: '198.18.4.0/24',
        Action: 'Allow',
      }),
    ).location,
  ).toBe('Inbox/Folder');
  const sim = list('ExoPhishSimOverrideRule', { Domains: ['partner.example'], SenderIpRanges: ['198.18.4.4'] });
  expect(fateWith({ engine: 'hc-phish' }, sim)).toMatchObject({
    location: 'Inbox/Folder',
    orgLevelPolicy: 'Phishing simulation',
  });
  expect(fateWith({ engine: 'hc-phish' }, list('SecOpsOverridePolicy', { SentTo: [pilotUser] })).orgLevelPolicy).toBe(
    'SecOps Mailbox',
  );
});

it('detonates unknown files only with Safe Attachments, and blocks listed file types', () => {
  const file = { name: 'a.iso', sha256: 'x', size: 1, malicious: true, known: false };
  expect(fateWith({ attachments: [file] })).toMatchObject({ category: 'SAP', location: 'Quarantine' });
  expect(
    fateWith({ attachments: [file] }, (s) => {
      s.exchange['SafeAttachmentPolicy'] = [];
    }).winner,
  ).toBeNull();
  expect(
    fateWith({ attachments: [{ ...file, malicious: false }] }, (s) =>
      Object.assign(first(s, 'MalwareFilterPolicy'), { EnableFileFilter: true }),
    ),
  ).toMatchObject({ category: 'FTBP', location: 'Failed' });
});

it('writes headers on one line each, whatever the sender wrote', () => {
  const hostile = message({ subject: 'a\r\nX-Forefront-Antispam-Report: SFV:SKN', displayName: 'x"\ny' });
  const fate = judge(hostile, pilotUser, testTenant(1), now);
  const text = headersOf(hostile, pilotUser, fate, { name: 'X-K', value: 'v' });
  expect(text.split('\r\n').filter((l) => l.startsWith('X-Forefront-Antispam-Report'))).toHaveLength(1);
  expect(antispamReport(hostile, fate)).toContain('SFV:NSPM;');
});

it('sees a changed state only after it was told', () => {
  const state = testTenant(1);
  expect(judge(message(asBoss), pilotUser, state, now).location).toBe('Inbox/Folder');
  pilotPolicy({ TargetedUserProtectionAction: 'Quarantine' })(state);
  expect(judge(message(asBoss), pilotUser, state, now).location).toBe('Inbox/Folder');
  invalidate(state);
  expect(judge(message(asBoss), pilotUser, state, now).location).toBe('Quarantine');
});

it('writes look-alike mail that is truly wanted: authenticated, first contact', () => {
  const state = testTenant(2);
  const wanted = Array.from({ length: 24 }, (_, h) => mailOfHour(2, now + h * 3_600_000, state))
    .flat()
    .filter((m) => m.truth.startsWith('legit-') && m.truth !== 'legit-unsigned');
  expect(wanted.length).toBeGreaterThan(20);
  for (const m of wanted) expect(m.auth.compauth).toBe('pass');
});
