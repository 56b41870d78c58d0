import { readFileSync } from 'node:fs';
import { AppManifestUtils } from '@microsoft/app-manifest';
import { expect, it } from 'vitest';

const folder = new URL('../../manifest/', import.meta.url);
const read = () => JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));
const size = (name: string) => {
  const png = readFileSync(new URL(name, folder));
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
};

it('the manifest is valid for its own schema, and a wrong scope is not', async () => {
  expect(await AppManifestUtils.validateAgainstSchema(read())).toEqual([]);
  const wrong = read();
  wrong.bots[0].scopes = ['everywhere'];
  expect(await AppManifestUtils.validateAgainstSchema(wrong)).not.toEqual([]);
});

it('the icons have the sizes that Teams asks for', () => {
  expect(size('color.png')).toEqual([192, 192]);
  expect(size('outline.png')).toEqual([32, 32]);
});
