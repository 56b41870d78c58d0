import { readFileSync } from 'node:fs';
import { AppManifestUtils } from '@microsoft/app-manifest';
import { expect, it } from 'vitest';
import { wordTable } from '../../bot/words.ts';

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

it('the commands are the words marked listed, in their order, with their descriptions, and at most twelve', () => {
  const listed = Object.entries(wordTable)
    .filter(([, word]) => word.listed)
    .map(([title, { description }]) => ({ title, description }));
  expect(listed.length).toBeLessThanOrEqual(12);
  for (const bot of read().bots)
    for (const list of bot.commandLists) {
      expect(list.commands).toEqual(listed);
      expect(list.scopes).toEqual(bot.scopes);
    }
});

it('every text keeps to the lengths that Teams shows', () => {
  const manifest = read();
  expect(manifest.name.short.length).toBeLessThanOrEqual(30);
  expect(manifest.description.short.length).toBeLessThanOrEqual(80);
  for (const { title, description } of manifest.bots[0].commandLists[0].commands) {
    expect(title.length).toBeLessThanOrEqual(32);
    expect(description.length).toBeLessThanOrEqual(128);
  }
});
