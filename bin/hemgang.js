#!/usr/bin/env node
/** The program: from the sources when they are here (a clone), otherwise from what was built. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Calendar rules name their zone; nothing may depend on where the machine stands.
process.env.TZ = 'UTC';

const at = (path) => new URL(`../${path}`, import.meta.url);

if (existsSync(at('src/cli/main.ts'))) {
  const { register } = await import('tsx/esm/api').catch(() => {
    // A clone in which nothing has been installed yet.
    spawnSync(process.execPath, [fileURLToPath(at('scripts/setup.mjs'))], { stdio: ['ignore', 2, 2] });
    return import('tsx/esm/api');
  });
  register();
  // Temporal loads its converters with require.
  (await import('tsx/cjs/api')).register();
  await (await import(at('src/cli/main.ts').href)).runProcess();
} else {
  await (await import(at('dist/src/cli/main.js').href)).runProcess();
}
