/** Programs of the machine that some tests need and can do without: whether they are there, and what they print. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

/** Which of these are not on the PATH. */
export function missingPrograms(...names: string[]): string[] {
  return names.filter((name) => {
    try {
      execFileSync('sh', ['-c', 'command -v "$0"', name], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
}

/** What to add to a test's title when it is left out. */
export const without = (missing: readonly string[]): string =>
  missing.length === 0 ? '' : ` (left out: ${missing.join(', ')} not installed)`;

const run = promisify(execFile);

/** Runs it and answers what it printed; throws with what it said on stderr when it fails. */
export async function output(program: string, args: readonly string[], timeoutMs = 120_000): Promise<string> {
  const { stdout } = await run(program, [...args], { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' });
  return stdout;
}
