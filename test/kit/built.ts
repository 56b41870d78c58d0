import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The product as JavaScript. */
export interface Built {
  /** The compiled file of a source file, named from the top of the repository. */
  entry(source: string): string;
  remove(): void;
}

/**
 * Builds into a folder of its own that sees the packages: a start then costs what it costs in service, and not a
 * translation each time.
 */
export function build(project = 'tsconfig.build.json'): Built {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'cutover-built-'));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const flags = ['--noCheck', '--incremental', 'false', '--tsBuildInfoFile', 'null', '--outDir', folder];
  const done = spawnSync(process.execPath, [compiler, '-p', join(root, project), ...flags], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`The product could not be built: ${done.stdout}${done.stderr}`);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return {
    entry: (source) => join(folder, source.replace(/\.ts$/, '.js')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
