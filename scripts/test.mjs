/**
 * Runs the tests and closes with `N passed, N failed, N skipped`. Fails when a test failed, or when none ran.
 *
 * Without arguments everything but the slow suites; arguments are vitest's own (`npm test -- test/domain`).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'hemgang-counts-'));
const countsFile = join(folder, 'counts.json');

const given = process.argv.slice(2);
const projects = given.some((arg) => arg.startsWith('--project')) ? [] : ['--project', 'fast', '--project', 'servers'];
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', ...projects, ...given], {
  cwd: ROOT,
  env: { ...process.env, TZ: 'UTC', TEST_COUNTS_FILE: countsFile },
  stdio: ['ignore', 'inherit', 'inherit'],
});

const counts = readCounts();
rmSync(folder, { recursive: true, force: true });
for (const line of counts.errors) console.log(`error: ${line.split('\n')[0]}`);
for (const line of counts.skips) console.log(`skipped: ${line}`);
if (counts.passed + counts.failed === 0) console.log('No test ran.');
if (status !== 0 && counts.failed === 0) counts.failed = 1;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

function readCounts() {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, skips: [], errors: ['the test runner ended before it had counted'] };
  }
}
