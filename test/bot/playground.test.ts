import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { playgroundUsers, startPlayground } from '../../bot/playground.ts';

const names = [
  'Alex Wilber',
  'Megan Bowen',
  'Adele Vance',
  'Isaiah Langer',
  'Patti Fernandez',
  'Lynne Robbins',
  'Tom Ek',
];
const people = names.map((name, index) => ({
  name,
  upn: `p${index}@contoso.example`,
  aadObjectId: `00000000-0000-4000-8000-00000000000${index}`,
  roles: index === 5 ? ['approver'] : [],
}));

it('offers six people: the known first, then those with a role', () => {
  const users = playgroundUsers(people, ['00000000-0000-4000-8000-000000000002', 'unknown']);
  expect(users.map((user) => user.name)).toEqual([
    'Adele Vance',
    'Lynne Robbins',
    'Alex Wilber',
    'Megan Bowen',
    'Isaiah Langer',
    'Patti Fernandez',
  ]);
});

it('runs on loopback only, and is gone after stop', async () => {
  const home = await mkdtemp(join(tmpdir(), 'cutover-playground-'));
  const started = await startPlayground({
    home,
    botEndpoint: 'http://127.0.0.1:9/api/messages',
    tenantId: people[0]?.aadObjectId ?? '',
    users: people.slice(0, 6),
    node: process.execPath,
    env: process.env,
  });
  if (!started.started) throw new Error(started.words);
  const { address, stop } = started.playground;
  expect((await fetch(address)).status).toBe(200);
  const outside = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find((one) => one.family === 'IPv4' && !one.internal);
  if (outside !== undefined)
    await expect(fetch(`http://${outside.address}:${new URL(address).port}`)).rejects.toThrow();
  await stop();
  await expect(fetch(address)).rejects.toThrow();
  await rm(home, { recursive: true, force: true });
});
