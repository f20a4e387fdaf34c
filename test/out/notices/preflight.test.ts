/** A routing that is wrong keeps the service from starting, and doctor shows why; one line each, naming the variable. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run as doctor } from '../../../src/cli/doctor.js';
import { preflight } from '../../../src/cli/preflight.js';
import { configFrom } from '../../support/config.js';
import { tempFolder } from '../../support/temp-folder.js';
import { SECRET } from './samples.js';

const folder = tempFolder('hemgang-fordelning-');
const file = join(folder, 'fordelning.yaml');
const env = (text: string, more: NodeJS.ProcessEnv = {}) => {
  writeFileSync(file, text);
  return { DATA_DIR: join(folder, 'data'), ROUTING_FILE: file, ...more };
};
const HOOK = 'endpoints:\n  ett: { webhook: { url: "https://ett.example/", secrets: [{ env: HEMLIGHET }] } }\ndefaults: { "*": [ett] }\n';

test('the service does not start with a routing that is wrong', async () => {
  const ready = await preflight(configFrom(env('defaults:\n  "*": [borta]\n')), ['worker', 'api', 'mllp', 'codec'], {});
  expect(ready).toEqual({ errors: [`ROUTING_FILE: ${file}:2:defaults.*.0: borta är varken inkorg eller någon av mottagarna i endpoints`] });
});

test('secrets are asked of the worker alone', async () => {
  const given = {
    TEMPORAL_ADDRESS: '127.0.0.1:7',
    DATABASE_URL: 'postgres://u@127.0.0.1:7/x',
    PAYLOAD_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
  };
  const errors = async (roles: string[], more: NodeJS.ProcessEnv) => {
    const ready = await preflight(configFrom(env(HOOK, given)), roles, more);
    if ('release' in ready) ready.release();
    return 'errors' in ready ? ready.errors : [];
  };
  expect(await errors(['worker'], {})).toEqual([expect.stringMatching(/^ROUTING_FILE: .*HEMLIGHET är inte satt$/)]);
  expect(await errors(['worker'], { HEMLIGHET: SECRET })).toEqual([]);
  expect(await errors(['api'], {})).toEqual([]);
});

test('doctor shows the receivers by name, and routes that can never match', async () => {
  let shown = '';
  const stdout = { write: (text: string) => void (shown += text) };
  const more = { HEMLIGHET: SECRET };
  await doctor({ env: { ...env(`${HOOK}routes:\n  - { party: kommun, unit: "9999", to: [inkorg] }\n`), ...more } }, {
    stdout,
    stderr: stdout,
  } as never);
  expect(shown).toMatch(/ok {4}notices: every unit's inbox, and webhook:ett/);
  expect(shown).toMatch(/note {2}ROUTING_FILE: .*:5:routes\.0\.unit: vägen används aldrig/);
  expect(shown).not.toContain(SECRET);
});

test('what the API is called by others: PUBLIC_URL, else its own address', () => {
  expect(configFrom({ HTTP_PORT: '8123' }).publicUrl).toBe('http://127.0.0.1:8123');
  expect(configFrom({ PUBLIC_URL: 'https://hemgang.region.example' }).publicUrl).toBe('https://hemgang.region.example');
  expect(() => configFrom({ PUBLIC_URL: 'ftp://x' })).toThrow('PUBLIC_URL');
});
