import { readFileSync, writeFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { z } from 'zod';

/** Makes manifest/cutover.zip. The bot's id comes from the first argument or from BOT_ID. */
const botId = process.argv[2] ?? process.env['BOT_ID'] ?? '';
if (!z.guid().safeParse(botId).success) {
  console.error('package: give the bot id (a GUID) as argument or in BOT_ID.');
  process.exitCode = 1;
} else {
  const here = (name: string): URL => new URL(name, import.meta.url);
  const text = readFileSync(here('manifest.json'), 'utf8').replaceAll('00000000-0000-0000-0000-000000000000', botId);
  const zip = zipSync({
    'manifest.json': new TextEncoder().encode(text),
    'color.png': readFileSync(here('color.png')),
    'outline.png': readFileSync(here('outline.png')),
  });
  writeFileSync(here('cutover.zip'), zip);
  console.log(`manifest/cutover.zip (${zip.length} bytes)`);
}
