/**
 * Completes package-lock.json: a registry that lacks a platform's packages makes npm leave them out of the lock file, and
 * `npm ci` then refuses it, everywhere. Run it after `npm install`; it says what it added. Plain Node, no dependencies.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const added = [];

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`${path}/node_modules/${name}`] || lock.packages[`node_modules/${name}`]) continue;
    const platform = platformOf(name);
    if (!platform || !/^\d+\.\d+\.\d+$/.test(version)) {
      console.error(`${name}@${version}: which platform it is for, or its version, cannot be told`);
      process.exitCode = 1;
      continue;
    }
    lock.packages[`node_modules/${name}`] = { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true };
    added.push(name);
  }
}

if (added.length > 0) {
  const { '': root, ...rest } = lock.packages;
  const order = Object.keys(rest).sort((a, b) => (a < b ? -1 : 1));
  lock.packages = { '': root, ...Object.fromEntries(order.map((path) => [path, rest[path]])) };
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(added.length > 0 ? `added ${added.join(', ')}` : 'nothing to add');

/** `@swc/core-linux-arm-gnueabihf` → linux, arm, glibc. */
function platformOf(name) {
  const [, os, cpu, rest = ''] = /(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(.*)$/.exec(name) ?? [];
  if (!os) return undefined;
  const libc = os !== 'linux' ? undefined : rest.includes('musl') ? 'musl' : 'glibc';
  return { os: [os], cpu: [cpu], ...(libc ? { libc: [libc] } : {}) };
}
