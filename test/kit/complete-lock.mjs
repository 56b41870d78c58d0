// Completes package-lock.json with the optional packages of other platforms, where the registry at hand does not carry
// them: `npm ci` wants every one named, though it installs none that is meant for another platform. Give their names as
// arguments or on lines of standard input, as `npm ci` lists them after "Missing:".
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const names = [...process.argv.slice(2), ...(process.stdin.isTTY ? [] : readFileSync(0, 'utf8').split('\n'))]
  .map((n) => n.trim().replace(/@$/, ''))
  .filter(Boolean);
const systems = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'openharmony',
  'win32',
  'windows',
  'aix',
  'sunos',
  'netbsd',
  'openbsd',
];
const processors = {
  arm64: 'arm64',
  x64: 'x64',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  arm: 'arm',
  loong64: 'loong64',
  mips64el: 'mips64el',
};

for (const name of names) {
  const parent = Object.values(lock.packages).find((p) => p.optionalDependencies?.[name]);
  const version = parent?.optionalDependencies[name];
  if (!version || !/^\d/.test(version)) throw new Error(`${name}: no exact version is asked for`);
  const parts = name.split('/').at(-1).split('-');
  const os = systems.find((s) => parts.includes(s));
  const cpu = Object.keys(processors).find((c) => parts.includes(c));
  if (!os || !cpu) throw new Error(`${name}: system or processor cannot be told from the name`);
  const libc = parts.some((p) => p.startsWith('musl'))
    ? ['musl']
    : os === 'linux' && parts.some((p) => p.startsWith('gnu'))
      ? ['glibc']
      : null;
  lock.packages[`node_modules/${name}`] = {
    version,
    cpu: [processors[cpu]],
    ...(parent.dev ? { dev: true } : {}),
    ...(libc ? { libc } : {}),
    optional: true,
    os: [os === 'windows' ? 'win32' : os],
  };
}
const { '': root, ...rest } = lock.packages;
lock.packages = { '': root, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) };
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${names.length} packages of other platforms named`);
