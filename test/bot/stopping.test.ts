import { spawn } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';

/** A process that starts two things and stops them slowly, in its own words. */
const script = `
import { stopInOrder } from './bot/stopping.ts';
const say = (line) => process.stdout.write(line + '\\n');
const started = stopInOrder({ signals: process, withinMs: 5000, say });
started.add('The store', async () => { await new Promise((done) => setTimeout(done, 300)); say('store stopped'); });
started.add('The bot', async () => { throw new Error('it hangs'); });
setInterval(() => {}, 1000);
say('ready');
`;
const children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

it('stops everything, the last started first, however often Ctrl-C arrives meanwhile', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  children.push(child);
  let said = '';
  const code = await new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      if (!said.startsWith('ready\n') || said.includes('stopped')) return;
      for (const afterMs of [0, 50, 100]) setTimeout(() => child.kill('SIGINT'), afterMs);
    });
  });
  expect(said).toBe('ready\nThe bot could not be stopped: it hangs\nstore stopped\n');
  expect(code).toBe(0);
});
