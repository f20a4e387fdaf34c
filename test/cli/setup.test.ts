/** Set-up finds what is there, in the contract's order, and two at once do not meet. */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';

const clone = tempFolder('hemgang-setup-');
const bin = join(clone, 'bin-on-the-path');
const toolsFile = join(clone, '.cache', 'tools.json');

/** A program that tells a version; without one it only runs. */
function program(folder: string, name: string, version = ''): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho "${name} ${version}"\n`);
  chmodSync(file, 0o755);
  return file;
}

beforeEach(() => {
  rmSync(clone, { recursive: true, force: true });
  mkdirSync(join(clone, 'scripts'), { recursive: true });
  cpSync(join(ROOT, 'scripts', 'setup.mjs'), join(clone, 'scripts', 'setup.mjs'));
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(ROOT, file), join(clone, file), { preserveTimestamps: true });
  // Newer than the lock file: the packages are in place.
  mkdirSync(join(clone, 'node_modules'));
  writeFileSync(join(clone, 'node_modules', '.package-lock.json'), '{}');
  // Nothing can be fetched in these tests: there is no Python on this PATH, and the SDK may not download.
  program(bin, 'python3', '');
  writeFileSync(join(bin, 'python3'), '#!/bin/sh\nexit 1\n');
  cpSync(join(bin, 'python3'), join(bin, 'python'));
});

const environment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ PATH: `${bin}:/usr/bin:/bin`, ...env });
const setUp = (env: NodeJS.ProcessEnv = {}, ...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [join(clone, 'scripts', 'setup.mjs'), ...args], { encoding: 'utf8', env: environment(env) });
const found = (): Record<'temporalCli' | 'testServer', { path: string; source: string }> => JSON.parse(readFileSync(toolsFile, 'utf8'));

test('a variable comes before the PATH, the PATH before the cache; a second run has nothing to say', () => {
  const onPath = program(bin, 'temporal', 'version 1.9.1');
  const named = program(join(clone, 'elsewhere'), 'temporal', 'version 1.8.0');
  const server = program(bin, 'temporal-test-server');
  const cached = program(join(clone, '.cache', 'tools'), 'temporal-1.9.1', 'version 1.9.1');

  expect(setUp({ TEMPORAL_CLI_PATH: named }).status).toBe(0);
  expect(found()).toMatchObject({ temporalCli: { path: named, source: 'environment' }, testServer: { path: server, source: 'PATH' } });
  expect(setUp().stderr).toContain(onPath);
  expect(found().temporalCli).toMatchObject({ path: onPath, source: 'PATH' });
  expect(setUp()).toMatchObject({ status: 0, stdout: '', stderr: '' });
  rmSync(onPath);
  expect(setUp().stderr).toContain(cached);
  expect(found().temporalCli).toMatchObject({ path: cached, source: 'cache' });
});

test('another version on the PATH is passed over for the pinned one', () => {
  const other = program(bin, 'temporal', 'version 1.5.0');
  program(bin, 'temporal-test-server');
  const cached = program(join(clone, '.cache', 'tools'), 'temporal-1.9.1', 'version 1.9.1');
  expect(setUp().stderr).toContain(`${other} is 1.5.0, not 1.9.1`);
  expect(found().temporalCli.path).toBe(cached);
  expect(setUp().stderr).toBe('');
});

test('two at once end with the same', async () => {
  program(bin, 'temporal', 'version 1.9.1');
  program(bin, 'temporal-test-server');
  const run = () =>
    new Promise<number | null>((resolve) => {
      spawn(process.execPath, [join(clone, 'scripts', 'setup.mjs')], { env: environment({}), stdio: 'ignore' }).on('close', resolve);
    });
  expect(await Promise.all([run(), run(), run()])).toEqual([0, 0, 0]);
  expect(found().temporalCli.source).toBe('PATH');
  expect(existsSync(join(clone, '.cache', 'setup.lock'))).toBe(false);
});

test('the lock of a set-up that was killed is taken over', () => {
  program(bin, 'temporal', 'version 1.9.1');
  program(bin, 'temporal-test-server');
  mkdirSync(join(clone, '.cache'), { recursive: true });
  writeFileSync(join(clone, '.cache', 'setup.lock'), '999999999');
  expect(setUp().status).toBe(0);
  expect(found().temporalCli.source).toBe('PATH');
});
