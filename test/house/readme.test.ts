import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { variables } from '../../bot/environment.ts';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

describe('the README', () => {
  it('names every variable of the environment', () => {
    expect(variables.map((v) => v.name).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
  it('names only commands that exist', () => {
    const named = [...readme.matchAll(/npm run ([a-z0-9:-]+)/g)].map((m) => m[1] ?? '');
    expect(named.filter((name) => !scripts[name])).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });
  it('shows only pictures that are there', () => {
    const pictures = [...readme.matchAll(/src="([^"]+)"/g)].map((m) => m[1] ?? '');
    expect(pictures.filter((path) => !existsSync(path))).toEqual([]);
  });
});
