/** Bundles the workflows once for all test files; the bundle is kept for as long as no source of it has changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ROOT, sourceFiles } from './support/sources.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The workflow bundle: `workflowBundle: { codePath: inject('bundlePath') }`. */
    bundlePath: string;
  }
}

const FOLDER = join(ROOT, '.cache', 'bundles');
const KEPT_MS = 3 * 24 * 3_600_000;

export async function setup(project: TestProject): Promise<void> {
  project.provide('bundlePath', await bundle());
}

async function bundle(): Promise<string> {
  const file = join(FOLDER, `${fingerprint()}.cjs`);
  if (existsSync(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  for (const old of readdirSync(FOLDER).map((name) => join(FOLDER, name))) {
    if (Date.now() - statSync(old).mtimeMs > KEPT_MS) rmSync(old, { force: true });
  }
  // Imported here, so that a tree in which it does not load still runs the tests that need no workflow.
  const code = await import('../src/temporal/bundle.js')
    .then(async ({ bundleWorkflows }) => (await bundleWorkflows()).code)
    .catch((error: Error) => {
      console.error(`The workflows could not be bundled; tests that need them fail.\n${error.message}`);
      return undefined;
    });
  if (code === undefined) return join(FOLDER, 'the-workflows-could-not-be-bundled.cjs');
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, code);
  renameSync(mine, file);
  return file;
}

function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const file of sourceFiles(['workflows', 'src', 'activities'])) hash.update(file.path).update(file.text);
  return hash.digest('hex').slice(0, 16);
}
