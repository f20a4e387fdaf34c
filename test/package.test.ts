/** The lock file: what `npm ci` needs on every platform, and nothing about where it was made. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './support/sources.js';

interface Locked {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;

test("every platform's packages are in it; scripts/complete-lock.mjs adds those that npm left out", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`]),
  );
  expect(missing).toEqual([]);
});

test('it names no registry', () => expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]));

test('every dependency is pinned, and locked to just that', () => {
  const pinned = { ...manifest.dependencies, ...manifest.devDependencies };
  expect(Object.keys(pinned).length).toBeGreaterThan(20);
  expect(Object.entries(pinned).filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version)).toEqual([]);
});
