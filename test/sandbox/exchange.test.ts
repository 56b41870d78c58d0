import { afterAll, beforeAll, expect, test } from 'vitest';
import { cmdletFact, knownCmdlets } from '../../services/sandbox/exchange/facts.ts';
import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import { detail, invoke, invokeUrl, post, startTenant } from './tenant.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startTenant();
});
afterAll(() => sandbox.close());

test('a request without a token of the sandbox is answered 401', async () => {
  const response = await post(
    invokeUrl(sandbox),
    { CmdletInput: { CmdletName: 'Get-AcceptedDomain', Parameters: {} } },
    { authorization: '' },
  );
  expect(response.status).toBe(401);
});

test('only the beta path answers InvokeCommand', async () => {
  const response = await post(invokeUrl(sandbox).replace('/beta/', '/v1.0/'), {});
  expect(response.status).toBe(405);
});

test('a read carries sidecar keys, warnings and null for unset conditions', async () => {
  const { status, body, rows } = await invoke(sandbox, 'Get-AntiPhishRule');
  expect(status).toBe(200);
  expect(String(body['@odata.context'])).toContain('Exchange.GenericHashTable');
  expect(body['@adminapi.warnings']).toEqual([]);
  expect(rows[0]).toMatchObject({
    Name: 'MDO trial 2024',
    'Priority@data.type': 'System.Int32',
    Priority: 0,
    SentTo: null,
    'SentToMemberOf@odata.type': '#Collection(String)',
  });
});

test('an unknown cmdlet is answered 403 with NUL bytes that claim to be gzip', async () => {
  const response = await post(invokeUrl(sandbox), { CmdletInput: { CmdletName: 'Get-Nothing', Parameters: {} } });
  expect(response.status).toBe(403);
  expect(response.headers.get('content-encoding')).toBe('gzip');
  await expect(response.text()).rejects.toThrow();
});

test('an unknown parameter is refused with the parameter set exception', async () => {
  const refused = await invoke(sandbox, 'Get-AntiPhishPolicy', { BogusParameter: 1 });
  expect(refused.status).toBe(400);
  expect(refused.body['error']).toMatchObject({
    code: 'BadRequest',
    message: 'Invalid Operation',
    innererror: {
      internalexception: { type: 'Microsoft.Exchange.AdminApi.CommandInvocation.AmbiguousParameterSetException' },
    },
  });
  expect(detail(refused)).toMatch(
    /^\|Microsoft\.Exchange\.AdminApi\.CommandInvocation\.AmbiguousParameterSetException\|.*BogusParameter$/,
  );
});

test('a missing object is 404 ManagementObjectNotFoundException', async () => {
  const refused = await invoke(sandbox, 'Get-TransportRule', { Identity: 'nobody' });
  expect(refused.status).toBe(404);
  expect(detail(refused)).toMatch(
    /^Ex6F9304\|Microsoft\.Exchange\.Configuration\.Tasks\.ManagementObjectNotFoundException\|.*'nobody'/,
  );
});

test('a value outside an enumeration is refused and the values are named', async () => {
  const refused = await invoke(sandbox, 'Get-QuarantineMessage', { QuarantineTypes: ['Nonsense'] });
  expect(refused.status).toBe(400);
  expect(detail(refused)).toContain("argument transformation on parameter 'QuarantineTypes'");
  expect(detail(refused)).toContain('HighConfPhish, Malware, SPOMalware');
});

test('an identity that is null answers all objects', async () => {
  expect((await invoke(sandbox, 'Get-AntiPhishPolicy', { Identity: null })).rows.length).toBeGreaterThan(1);
});

test('a write without effect succeeds with a warning', async () => {
  const done = await invoke(sandbox, 'Set-ExternalInOutlook', { Enabled: false });
  expect(done).toMatchObject({ status: 200, rows: [], warnings: [expect.stringContaining('no settings of')] });
});

test('lists are replaced by an array, changed by a delta, and a delta without its tag is refused', async () => {
  const read = async (): Promise<unknown> =>
    (await invoke(sandbox, 'Get-HostedConnectionFilterPolicy', { Identity: 'Default' })).rows[0]?.['IPAllowList'];
  await invoke(sandbox, 'Set-HostedConnectionFilterPolicy', {
    Identity: 'Default',
    IPAllowList: { '@odata.type': '#Exchange.GenericHashTable', Add: ['192.0.2.1'], Remove: ['203.0.113.77'] },
  });
  expect(await read()).toEqual(['192.0.2.1']);
  expect(
    (
      await invoke(sandbox, 'Set-HostedConnectionFilterPolicy', {
        Identity: 'Default',
        IPAllowList: { Add: ['192.0.2.2'] },
      })
    ).status,
  ).toBe(400);
  await invoke(sandbox, 'Set-HostedConnectionFilterPolicy', { Identity: 'Default', IPAllowList: ['192.0.2.3'] });
  expect(await read()).toEqual(['192.0.2.3']);
  await invoke(sandbox, 'Set-HostedConnectionFilterPolicy', { Identity: 'Default', IPAllowList: [] });
  expect(await read()).toBeNull();
});

test('a new policy has the defaults of PowerShell, not of the portal', async () => {
  await invoke(sandbox, 'New-SafeAttachmentPolicy', { Name: 'Plain' });
  expect((await invoke(sandbox, 'Get-SafeAttachmentPolicy', { Identity: 'Plain' })).rows[0]).toMatchObject({
    Enable: false,
    Action: 'Block',
  });
  await invoke(sandbox, 'New-SafeLinksPolicy', { Name: 'Plain' });
  expect((await invoke(sandbox, 'Get-SafeLinksPolicy', { Identity: 'Plain' })).rows[0]).toMatchObject({
    AllowClickThrough: false,
    DisableUrlRewrite: false,
  });
});

test('an object that exists already is refused', async () => {
  await invoke(sandbox, 'New-MalwareFilterPolicy', { Name: 'Twice' });
  expect(detail(await invoke(sandbox, 'New-MalwareFilterPolicy', { Name: 'twice' }))).toContain(
    'ADObjectAlreadyExistsException',
  );
});

test('rules keep unique priorities: a new one goes last, an inserted or moved one shifts the others', async () => {
  const order = async (): Promise<unknown[]> =>
    (await invoke(sandbox, 'Get-MalwareFilterRule')).rows.map((row) => [row['Name'], row['Priority']]);
  for (const name of ['first', 'second', 'third']) {
    await invoke(sandbox, 'New-MalwareFilterPolicy', { Name: name });
    await invoke(sandbox, 'New-MalwareFilterRule', {
      Name: name,
      MalwareFilterPolicy: name,
      RecipientDomainIs: ['contoso.example'],
      ...(name === 'third' ? { Priority: 0 } : {}),
    });
  }
  expect(await order()).toEqual([
    ['third', 0],
    ['first', 1],
    ['second', 2],
  ]);
  await invoke(sandbox, 'Set-MalwareFilterRule', { Identity: 'second', Priority: 0 });
  expect(await order()).toEqual([
    ['second', 0],
    ['third', 1],
    ['first', 2],
  ]);
  expect((await invoke(sandbox, 'Set-MalwareFilterRule', { Identity: 'second', Priority: 9 })).status).toBe(400);
  await invoke(sandbox, 'Remove-MalwareFilterRule', { Identity: 'second', Confirm: false });
  expect(await order()).toEqual([
    ['third', 0],
    ['first', 1],
  ]);
});

test('a rule is switched by Enable- and Disable-, and one that prompts does nothing unless told not to ask', async () => {
  const state = async (): Promise<unknown> =>
    (await invoke(sandbox, 'Get-TransportRule', { Identity: 'External tag' })).rows[0]?.['State'];
  const asked = await invoke(sandbox, 'Disable-TransportRule', { Identity: 'External tag' });
  expect(String(asked.body['@adminapi.confirmationmessage'])).toContain('Are you sure');
  expect(await state()).toBe('Enabled');
  await invoke(sandbox, 'Disable-TransportRule', { Identity: 'External tag', Confirm: false });
  expect(await state()).toBe('Disabled');
  await invoke(sandbox, 'Enable-TransportRule', { Identity: 'External tag' });
  expect(await state()).toBe('Enabled');
});

test('a quarantine policy that does not exist is refused', async () => {
  expect((await invoke(sandbox, 'New-AntiPhishPolicy', { Name: 'Tagged', SpoofQuarantineTag: 'Nowhere' })).status).toBe(
    404,
  );
  expect((await invoke(sandbox, 'Get-AntiPhishPolicy', { Identity: 'Tagged' })).status).toBe(404);
});

test('a header condition needs its words', async () => {
  expect(
    detail(
      await invoke(sandbox, 'New-TransportRule', { Name: 'half', HeaderContainsMessageHeader: 'X-A', SetSCL: '-1' }),
    ),
  ).toContain('must be specified together');
});

test('protected users must have the form Name;address', async () => {
  await invoke(sandbox, 'New-AntiPhishPolicy', { Name: 'Protected' });
  expect(
    (
      await invoke(sandbox, 'Set-AntiPhishPolicy', {
        Identity: 'Protected',
        TargetedUsersToProtect: ['mia@contoso.example'],
      })
    ).status,
  ).toBe(400);
  await invoke(sandbox, 'Set-AntiPhishPolicy', {
    Identity: 'Protected',
    TargetedUsersToProtect: ['Mia;mia@contoso.example'],
    EnableTargetedUserProtection: true,
  });
  expect(
    (await invoke(sandbox, 'Get-AntiPhishPolicy', { Identity: 'Protected' })).rows[0]?.['TargetedUsersToProtect'],
  ).toEqual(['Mia;mia@contoso.example']);
});

test('a distribution group is made, filled, refused twice and mirrored in the directory', async () => {
  await invoke(sandbox, 'New-DistributionGroup', {
    Name: 'MDOPilot_SafeLinks',
    Type: 'Distribution',
    Members: ['meganb@contoso.example'],
  });
  const member = {
    Identity: 'MDOPilot_SafeLinks',
    Member: 'alexw@contoso.example',
    BypassSecurityGroupManagerCheck: true,
  };
  expect((await invoke(sandbox, 'Add-DistributionGroupMember', member)).status).toBe(200);
  expect(detail(await invoke(sandbox, 'Add-DistributionGroupMember', member))).toContain(
    'MemberAlreadyExistsException',
  );
  const names = async (): Promise<unknown[]> =>
    (
      await invoke(sandbox, 'Get-DistributionGroupMember', { Identity: 'MDOPilot_SafeLinks', ResultSize: 'Unlimited' })
    ).rows.map((row) => row['DisplayName']);
  expect(await names()).toEqual(['Megan Bowen', 'Alex Wilber']);
  await invoke(sandbox, 'Update-DistributionGroupMember', {
    Identity: 'MDOPilot_SafeLinks',
    Members: ['lynner@contoso.example'],
    Confirm: false,
  });
  expect(await names()).toEqual(['Lynne Robbins']);
  expect(detail(await invoke(sandbox, 'Remove-DistributionGroupMember', { ...member, Confirm: false }))).toContain(
    'MemberNotFoundException',
  );
});

test('pages continue by POST with the same anchor, and without an anchor they expire', async () => {
  const headers = { prefer: 'odata.maxpagesize=100' };
  const first = await invoke(sandbox, 'Get-Recipient', { ResultSize: 'Unlimited' }, headers);
  expect(first.rows).toHaveLength(100);
  const link = String(first.body['@odata.nextLink']).replace('https://outlook.office365.com', sandbox.origin);
  const second = await invoke(sandbox, 'Get-Recipient', { ResultSize: 'Unlimited' }, headers, link);
  expect(second.rows[0]?.['Guid']).not.toBe(first.rows[0]?.['Guid']);
  expect(
    detail(await invoke(sandbox, 'Get-Recipient', {}, { ...headers, 'x-anchormailbox': 'UPN:other' }, link)),
  ).toContain('Expired or Invalid pagination request');
  const unanchored = await invoke(sandbox, 'Get-Recipient', {}, { ...headers, 'x-anchormailbox': '' });
  const broken = String(unanchored.body['@odata.nextLink']).replace('https://outlook.office365.com', sandbox.origin);
  expect((await invoke(sandbox, 'Get-Recipient', {}, { ...headers, 'x-anchormailbox': '' }, broken)).status).toBe(400);
});

test('a result size that cuts the answer says so in a warning', async () => {
  const cut = await invoke(sandbox, 'Get-Mailbox', { ResultSize: 5 });
  expect(cut.rows).toHaveLength(5);
  expect(cut.warnings).toEqual([expect.stringContaining('There are more results available')]);
});

test('the wire writes sender domains of a connector in its own way', async () => {
  await invoke(sandbox, 'New-InboundConnector', {
    Name: 'Partner',
    SenderDomains: ['northwind.example'],
    ConnectorType: 'Partner',
  });
  expect((await invoke(sandbox, 'Get-InboundConnector', { Identity: 'Partner' })).rows[0]?.['SenderDomains']).toEqual([
    'smtp:northwind.example;1',
  ]);
});

test('connectors that belong to transport rules are hidden until asked for', async () => {
  await invoke(sandbox, 'New-OutboundConnector', { Name: 'Scoped', IsTransportRuleScoped: true });
  expect((await invoke(sandbox, 'Get-OutboundConnector')).rows.map((row) => row['Name'])).not.toContain('Scoped');
  expect(
    (await invoke(sandbox, 'Get-OutboundConnector', { IsTransportRuleScoped: true })).rows.map((row) => row['Name']),
  ).toEqual(['Scoped']);
});

test('allow and block entries have an expiry unless told otherwise and do not say their list', async () => {
  await invoke(sandbox, 'New-TenantAllowBlockListItems', { ListType: 'Sender', Entries: ['bad.example'], Block: true });
  const { rows } = await invoke(sandbox, 'Get-TenantAllowBlockListItems', { ListType: 'Sender' });
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ Value: 'bad.example', Action: 'Block' });
  expect(rows[0]).not.toHaveProperty('ListType');
  expect(String(rows[0]?.['ExpirationDate']).slice(0, 10)).toBe('2026-02-04');
});

test('user reported settings are absent at first, are made once, and a rule carries the mailbox', async () => {
  expect((await invoke(sandbox, 'Get-ReportSubmissionPolicy')).rows).toEqual([]);
  await invoke(sandbox, 'New-ReportSubmissionPolicy', {
    EnableReportToMicrosoft: true,
    ReportPhishToCustomizedAddress: true,
    ReportPhishAddresses: ['board@contoso.example'],
  });
  expect((await invoke(sandbox, 'New-ReportSubmissionPolicy', {})).status).toBe(400);
  await invoke(sandbox, 'New-ReportSubmissionRule', {
    Name: 'DefaultReportSubmissionRule',
    ReportSubmissionPolicy: 'DefaultReportSubmissionPolicy',
    SentTo: ['board@contoso.example'],
  });
  expect((await invoke(sandbox, 'Get-ReportSubmissionRule')).rows[0]).toMatchObject({
    SentTo: ['board@contoso.example'],
    State: 'Enabled',
  });
});

test('a quarantined message is found, read and released once', async () => {
  const held = (await invoke(sandbox, 'Get-QuarantineMessage', { PageSize: 1, ReleaseStatus: ['NotReleased'] }))
    .rows[0];
  const identity = String(held?.['Identity']);
  expect((await invoke(sandbox, 'Get-QuarantineMessageHeader', { Identity: identity })).rows[0]?.['Header']).toEqual(
    expect.stringContaining('X-Forefront-Antispam-Report'),
  );
  expect((await invoke(sandbox, 'Release-QuarantineMessage', { Identity: identity, ReleaseToAll: true })).status).toBe(
    200,
  );
  expect((await invoke(sandbox, 'Get-QuarantineMessage', { Identity: identity })).rows[0]).toMatchObject({
    ReleaseStatus: 'RELEASED',
  });
  expect((await invoke(sandbox, 'Release-QuarantineMessage', { Identity: identity, ReleaseToAll: true })).status).toBe(
    400,
  );
});

test('a message trace is newest first, bounded, and continues from its last row', async () => {
  const first = await invoke(sandbox, 'Get-MessageTraceV2', { ResultSize: 10 });
  expect(first.rows).toHaveLength(10);
  const last = first.rows[9];
  const more = await invoke(sandbox, 'Get-MessageTraceV2', {
    ResultSize: 10,
    StartDate: '2026-01-04T00:00:00Z',
    EndDate: String(last?.['Received']),
    StartingRecipientAddress: String(last?.['RecipientAddress']),
  });
  expect(more.rows[0]).toMatchObject({
    MessageTraceId: last?.['MessageTraceId'],
    RecipientAddress: last?.['RecipientAddress'],
  });
  expect(
    (
      await invoke(sandbox, 'Get-MessageTraceV2', {
        StartDate: '2025-12-20T00:00:00Z',
        EndDate: '2026-01-05T00:00:00Z',
      })
    ).status,
  ).toBe(400);
});

test('cmdlets that the product does not use work as well', async () => {
  expect((await invoke(sandbox, 'Get-RemoteDomain')).rows[0]).toMatchObject({ DomainName: '*' });
  expect((await invoke(sandbox, 'Get-DkimSigningConfig', { Identity: 'contoso.example' })).rows[0]).toMatchObject({
    Status: 'Valid',
  });
  await invoke(sandbox, 'New-SecOpsOverridePolicy', {
    Name: 'SecOpsOverridePolicy',
    SentTo: ['board@contoso.example'],
  });
  await invoke(sandbox, 'Set-SecOpsOverridePolicy', {
    Identity: 'SecOpsOverridePolicy',
    AddSentTo: ['ceo-office@contoso.example'],
    RemoveSentTo: ['board@contoso.example'],
  });
  expect((await invoke(sandbox, 'Get-SecOpsOverridePolicy')).rows[0]).toMatchObject({
    SentTo: ['ceo-office@contoso.example'],
  });
  expect((await invoke(sandbox, 'Get-User', { IsVIP: true })).rows).toHaveLength(12);
});

test('every read that the table of facts knows is answered, and every verb is carried out by something', async () => {
  for (const name of knownCmdlets()) {
    const required = [...(cmdletFact(name)?.parameters.values() ?? [])].filter((parameter) => parameter.required);
    if (name.startsWith('Get-') && required.length === 0)
      expect([name, (await invoke(sandbox, name)).status]).toEqual([name, 200]);
    const answer = await invoke(sandbox, name, {
      ...Object.fromEntries(
        required.map((parameter) => [
          parameter.name,
          parameter.values[0] ?? (parameter.type === 'Boolean' ? true : 'nobody'),
        ]),
      ),
      ...(name.startsWith('Get-') ? {} : { Confirm: false }),
    });
    if (answer.status !== 200) expect(detail(answer)).not.toContain('NotSupportedException');
  }
});
