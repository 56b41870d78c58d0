import { describe, expect, test } from 'vitest';
import { QUERIES } from './queries.ts';
import { MAIL, run, tablesOf } from './tenant-tables.ts';

/** The chosen columns of each row of a query over the mail of these tests. */
function found(name: keyof typeof QUERIES, ...columns: string[]): unknown[][] {
  return run(QUERIES[name], MAIL).results.map((row) => columns.map((column) => row[column]));
}

describe('the hunting queries of the product', () => {
  for (const [name, text] of Object.entries(QUERIES)) {
    test(`${name} runs over mail and over none, with one schema, and its rows have its columns in order`, () => {
      const [full, empty] = [run(text, MAIL), run(text, tablesOf({}).tables)];
      expect(full.schema).toEqual(empty.schema);
      expect(empty.results).toEqual([]);
      for (const row of full.results) expect(Object.keys(row)).toEqual(full.schema.map((column) => column.name));
    });
  }

  test('discovery counts deliveries and messages apart', () => {
    expect(found('Q0', 'OrgLevelAction', 'PhishConfidence', 'Rows', 'Messages')).toEqual([
      ['Allow', 'High', 2, 1],
      ['Allow', 'Low', 1, 1],
      ['', 'Low', 1, 1],
    ]);
  });

  test('what an override let through is named by what it would have been, once for each delivery', () => {
    expect(found('Q-a1', 'NetworkMessageId', 'WouldHaveBeen', 'Timestamp')).toEqual([
      ['m1', 'High confidence phishing', '2026-09-15T10:00:00Z'],
      ['m2', 'Spoof', '2026-09-15T08:00:00Z'],
    ]);
  });

  test('overrides per day have a row for each verdict', () => {
    expect(found('Q-a2', 'Day', 'Verdict', 'Deliveries', 'Recipients')).toEqual([
      ['2026-09-06T00:00:00Z', 'Clean', 1, 1],
      ['2026-09-15T00:00:00Z', 'High confidence phishing', 1, 1],
      ['2026-09-15T00:00:00Z', 'Phish', 1, 1],
    ]);
  });

  test('impersonation of pilot users has a row for each detection, with what nothing was done about', () => {
    expect(found('Q-b', 'Detection', 'Detections', 'NoAction', 'Delivered', 'OverriddenByOrg')).toEqual([
      ['Mailbox intelligence', 1, 1, 1, 0],
      ['User impersonation', 1, 1, 1, 0],
    ]);
    expect(found('Q-c', 'SenderFromAddress', 'Hits', 'Messages', 'FirstContact', 'Kinds', 'Names')).toEqual([
      ['ceo@contos0.example', 2, 1, 2, ['Impersonation user', 'Mailbox intelligence impersonation'], ['The Chief']],
    ]);
  });

  test('spoofing is grouped by the network that sent it', () => {
    expect(found('Q-d', 'SpoofedDomain', 'EnvelopeDomain', 'Net24', 'Method', 'Hits', 'CompAuth')).toEqual([
      ['contoso.example', 'bulk.example', '203.0.113.0/24', 'Spoof DMARC', 1, ['fail']],
    ]);
  });

  test('high-confidence phish that an override delivered is counted by policy', () => {
    expect(found('Q-e', 'OrgPolicy', 'Deliveries', 'Messages', 'SampleIds')).toEqual([
      ['Exchange transport rule', 2, 1, ['m1']],
    ]);
  });

  test('one message is found with what happened to it later, and by time and sender', () => {
    const text = QUERIES['Q-f1'].replace(
      'EmailEvents\n| where NetworkMessageId == id',
      'EmailEvents\n| where NetworkMessageId == "m1"',
    );
    const [row] = run(text, MAIL).results;
    expect(row?.['PostDelivery']).toMatchObject([{ type: 'Phish ZAP', at: '2026-09-15T11:00:00.0000000Z' }]);
    const window = QUERIES['Q-f2']
      .replace('2026-01-01T00:00:00Z', '2026-09-15T00:00:00Z')
      .replace('2026-01-02T00:00:00Z', '2026-09-15T07:00:00Z');
    expect(run(window, MAIL).results.map((one) => one['NetworkMessageId'])).toEqual(['m3', 'm4']);
    const sender = window.replace(
      'sender = base64_decode_tostring("")',
      'sender = base64_decode_tostring("Q0VPQENPTlRPUzAuRVhBTVBMRQ==")',
    );
    expect(run(sender, MAIL).results.map((one) => one['NetworkMessageId'])).toEqual(['m3']);
  });

  test('mail around the gateway is what no known connector took in', () => {
    expect(found('Q-g', 'Kind', 'SenderIPv4', 'Deliveries', 'CompAuthFail')).toEqual([
      ['Claims to be one of our domains (Direct Send or spoof)', '203.0.113.77', 1, 1],
    ]);
  });

  test('bulk levels are counted each, and a threshold names the domains that it would hit', () => {
    expect(found('Q-h', 'BulkComplaintLevel', 'Deliveries', 'SenderDomains')).toEqual([
      [0, 1, 1],
      [6, 2, 2],
      [7, 1, 1],
    ]);
    expect(
      found('Q-h2', 'SenderFromDomain', 'Deliveries').sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
    ).toEqual([
      ['contos0.example', 1],
      ['contoso.example', 1],
      ['news.example', 1],
    ]);
  });

  test('submissions are read out of the audit record', () => {
    expect(found('Q-i', 'SubmissionId', 'ReportedAs', 'State')).toEqual([['s1', 'NotJunk', 'Submitted']]);
  });
});
