import { expect, test } from 'vitest';
import { readEnvironment } from '../../bot/environment.ts';

const id = (n: number): string => `${n}0000000-0000-4000-8000-000000000000`;
const whole = {
  MicrosoftAppId: id(1),
  MicrosoftAppTenantId: id(2),
  CUTOVER_TENANT_ID: id(2),
  CUTOVER_CERTIFICATE: '/etc/cutover.pem',
  CUTOVER_GROUP_VIEWER: id(3),
  CUTOVER_GROUP_HELP_DESK: id(4),
  CUTOVER_GROUP_OPERATOR: id(5),
  CUTOVER_GROUP_APPROVER: id(6),
  CUTOVER_GROUP_CHANGE_APPROVER: id(7),
};

test('a whole environment is read with its defaults', () => {
  const read = readEnvironment(whole);
  expect(read).toMatchObject({
    ok: true,
    environment: { port: 3978, tenantId: id(2), identity: { by: 'certificate', clientId: id(1) } },
  });
});

test.each(['MicrosoftAppId', 'MicrosoftAppTenantId', 'CUTOVER_TENANT_ID', 'CUTOVER_GROUP_APPROVER'])(
  'without %s it refuses and names it',
  (name) => {
    const read = readEnvironment({ ...whole, [name]: '' });
    expect(read.ok ? [] : read.missing.join()).toContain(`${name} is missing`);
  },
);

test('malformed values are named, never printed', () => {
  const read = readEnvironment({
    ...whole,
    PORT: '99999',
    CUTOVER_GROUP_VIEWER: 'Everyone',
    DATABASE_URL: 'mysql://u:hunter2@h/d',
  });
  expect(read.ok ? 0 : read.missing.length).toBe(3);
  expect(JSON.stringify(read)).not.toContain('hunter2');
});

test('no way or two ways of signing in are refused', () => {
  expect(readEnvironment({ ...whole, CUTOVER_CERTIFICATE: undefined }).ok).toBe(false);
  expect(readEnvironment({ ...whole, CUTOVER_CLIENT_SECRET: 'x' }).ok).toBe(false);
});
