import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** One planted violation for every rule: [rule, offending file, its text, other files needed]. */
const planted: readonly [string, string, string, Readonly<Record<string, string>>?][] = [
  [
    'R1-no-cycles',
    'services/engine/a.ts',
    "import { b } from './b.ts';\nexport const a = b;",
    { 'services/engine/b.ts': "import { a } from './a.ts';\nexport const b: unknown = a;" },
  ],
  [
    'R2-services-know-no-chat',
    'services/engine/a.ts',
    "import { c } from '../../cards/c.ts';\nexport const a = c;",
    { 'cards/c.ts': 'export const c = 1;' },
  ],
  [
    'R3-sdk-stays-upstairs',
    'services/engine/a.ts',
    "import { ActivityTypes } from 'botbuilder';\nexport const a = ActivityTypes;",
  ],
  [
    'R4-core-does-no-io',
    'services/runbook/a.ts',
    "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;",
  ],
  [
    'R5-core-knows-no-adapter',
    'services/runbook/a.ts',
    "import { g } from '../graph/g.ts';\nexport const a = g;",
    { 'services/graph/g.ts': 'export const g = 1;' },
  ],
  [
    'R6-cards-take-types-only',
    'cards/a.ts',
    "import { s } from '../services/settings/s.ts';\nexport const a = s;",
    { 'services/settings/s.ts': 'export const s = 1;' },
  ],
  [
    'R7-cards-know-no-conversation',
    'cards/a.ts',
    "import { b } from '../bot/b.ts';\nexport const a = b;",
    { 'bot/b.ts': 'export const b = 1;' },
  ],
  [
    'R8-dialogs-only-ask',
    'dialogs/a.ts',
    "import { e } from '../services/engine/e.ts';\nexport const a = e;",
    { 'services/engine/e.ts': 'export const e = 1;' },
  ],
  [
    'R9-steps-stand-alone',
    'services/runbook/steps/a.ts',
    "import { b } from './b.ts';\nexport const a = b;",
    { 'services/runbook/steps/b.ts': 'export const b = 1;' },
  ],
  [
    'R10-adapters-meet-in-app',
    'services/engine/a.ts',
    "import { x } from '../exchange/x.ts';\nexport const a = x;",
    { 'services/exchange/x.ts': 'export const x = 1;' },
  ],
  [
    'R11-adapters-are-strangers',
    'services/graph/a.ts',
    "import { x } from '../exchange/x.ts';\nexport const a = x;",
    { 'services/exchange/x.ts': 'export const x = 1;' },
  ],
  [
    'R12-sandbox-imports-no-service',
    'services/sandbox/a.ts',
    "import { r } from '../runbook/r.ts';\nexport const a = r;",
    { 'services/runbook/r.ts': 'export const r = 1;' },
  ],
  [
    'R13-tests-are-leaves',
    'services/engine/a.ts',
    "import { t } from '../../test/t.ts';\nexport const a = t;",
    { 'test/t.ts': 'export const t = 1;' },
  ],
  [
    'R14-no-junk-drawers',
    'services/engine/a.ts',
    "import { u } from './utils.ts';\nexport const a = u;",
    { 'services/engine/utils.ts': 'export const u = 1;' },
  ],
  ['R15-declared-only', 'services/engine/a.ts', "import fc from 'fast-check';\nexport const a = fc;"],
];

const root = resolve('.');
let house: string;

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'house-'));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json'])
    cpSync(join(root, file), join(house, file));
  mkdirSync(join(house, 'test/kit'), { recursive: true });
  cpSync(join(root, 'test/kit/check-imports.mjs'), join(house, 'test/kit/check-imports.mjs'));
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

function check(files: Readonly<Record<string, string>>): { ok: boolean; said: string } {
  for (const room of ['bot', 'cards', 'dialogs', 'services', 'manifest']) {
    rmSync(join(house, room), { recursive: true, force: true });
    mkdirSync(join(house, room), { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }
  try {
    return {
      ok: true,
      said: execFileSync('node', ['test/kit/check-imports.mjs'], {
        cwd: house,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    };
  } catch (trouble) {
    const t = trouble as { stdout?: string; stderr?: string };
    return { ok: false, said: `${t.stdout}${t.stderr}` };
  } finally {
    rmSync(join(house, 'test/t.ts'), { force: true });
  }
}

describe('the import rules', () => {
  it('let a lawful house pass, and say how many files were read', () => {
    const checked = check({
      'services/engine/a.ts': "import { r } from '../runbook/r.ts';\nexport const a = r;",
      'services/runbook/r.ts': 'export const r = 1;',
    });
    expect(checked).toEqual({
      ok: true,
      said: expect.stringMatching(/^2 source files read, 0 violations, 0 files not read/),
    });
  });
  it.each(planted)('%s fires on a planted violation', (rule, path, text, more = {}) => {
    const checked = check({ [path]: text, ...more });
    expect(checked.ok).toBe(false);
    expect(checked.said).toContain(`${rule}: `);
  });
});
