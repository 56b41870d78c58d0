// Runs the import rules over the whole house. dependency-cruiser can read nothing at all and still report success (an
// unsupported compiler does that), so the run fails unless every source file was read.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const rooms = ['bot', 'cards', 'dialogs', 'services', 'manifest', 'test'];

/** @returns {string[]} all TypeScript files below a folder */
function sources(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

let text = '';
try {
  text = execFileSync(
    'node',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
      ...rooms,
    ],
    {
      maxBuffer: 256 * 1024 * 1024,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
} catch (trouble) {
  text = String(trouble.stdout ?? '');
  if (!text.startsWith('{')) throw trouble;
}
const result = JSON.parse(text);
const read = new Set(result.modules.map((m) => m.source));
const all = rooms.flatMap(sources);
const unread = all.filter((path) => !read.has(path));
for (const { rule, from, to } of result.summary.violations) {
  const advice = result.summary.ruleSetUsed.forbidden.find((r) => r.name === rule.name)?.comment ?? '';
  console.error(`${rule.name}: ${from} → ${to}\n  ${advice}`);
}
for (const path of unread) console.error(`not read: ${path}`);
const bad = result.summary.violations.length + unread.length;
console.log(
  `${all.length - unread.length} source files read, ${result.summary.violations.length} violations, ${unread.length} files not read`,
);
process.exit(bad === 0 ? 0 : 1);
