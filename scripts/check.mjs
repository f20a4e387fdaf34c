/**
 * The one command before a commit: types, lint, layers, dead code, fast tests. Each part is told as it ends; the output of
 * those that failed follows. `--parts` leaves the tests out and closes with counts, for a run that has them elsewhere.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const only = process.argv.includes('--parts');
const FOLDERS = ['src', 'workflows', 'activities', 'worker', 'test'];

const modules = (path) => join(ROOT, 'node_modules', path);
const bin = (name) => modules(join('.bin', name));
const tsc = modules('typescript/bin/tsc');

const PARTS = [
  { name: 'types', run: [process.execPath, tsc, '-p', 'tsconfig.json'] },
  { name: 'types of the core, which knows neither Node nor Temporal', run: [process.execPath, tsc, '-p', 'src/domain/tsconfig.json'] },
  { name: 'format and lint (biome)', run: [bin('biome'), 'check', '--max-diagnostics=50'] },
  { name: 'lint with types (oxlint)', run: [bin('oxlint'), '--type-aware'] },
  {
    name: 'layers (dependency-cruiser)',
    run: [bin('depcruise'), ...FOLDERS, '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long'],
    // Without a parser that reads our TypeScript it finds nothing, and is content.
    alsoFailsWhen: (output) => (Number(/(\d+) modules/.exec(output)?.[1] ?? 0) > 0 ? undefined : 'it cruised no module'),
  },
  { name: 'dead code (knip)', run: [bin('knip'), '--no-progress'] },
];
if (!only) PARTS.push({ name: 'fast tests', run: [process.execPath, 'scripts/test.mjs', '--project', 'fast'] });

const started = Date.now();
const failed = [];
for (const part of PARTS) {
  const from = Date.now();
  const { status, output } = await run(part.run);
  const why = status === 0 ? part.alsoFailsWhen?.(output) : `exit code ${status}`;
  console.log(`${why ? 'FAILED' : 'ok    '}  ${part.name} (${((Date.now() - from) / 1000).toFixed(1)} s)${why ? `: ${why}` : ''}`);
  if (why) failed.push({ ...part, output });
}
for (const { name, output } of failed) console.log(`\n--- ${name}\n${output.trim()}`);
console.log(
  only
    ? `${PARTS.length - failed.length} passed, ${failed.length} failed`
    : `check: ${failed.length === 0 ? 'ok' : `${failed.length} failed`} in ${Math.round((Date.now() - started) / 1000)} s`,
);
process.exitCode = failed.length > 0 ? 1 : 0;

function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TZ: 'UTC' } });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ status: 127, output: error.message }));
    child.on('close', (status) => resolve({ status, output }));
  });
}
