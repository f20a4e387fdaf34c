/** A Python with packages of its own, for clients that are not ours; kept in the project's cache folder from one run to the next. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../.cache/python', import.meta.url));
const MOST_MS = 120_000;

/** `python` runs with these packages, each `name==version`; its modules are started with `-m`. Or why there is none. */
export function pythonWith(...requirements: string[]): { python: string } | { skipped: string } {
  const name = createHash('sha256').update(requirements.join('\n')).digest('hex').slice(0, 16);
  const folder = join(FOLDER, name);
  const python = (of: string) => join(of, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(python(folder))) return { python: python(folder) };

  mkdirSync(FOLDER, { recursive: true });
  // Made beside and then given its name: two runs at a time do not see each other's half of it.
  const making = `${folder}.${process.pid}`;
  try {
    if (!run('python3', ['-m', 'venv', making])) return { skipped: 'no python3 with venv (Debian: apt-get install python3-venv)' };
    if (
      !run(python(making), [
        '-m',
        'pip',
        '--disable-pip-version-check',
        '-q',
        '--retries',
        '1',
        '--timeout',
        '20',
        'install',
        ...requirements,
      ])
    )
      return { skipped: `pip could not install ${requirements.join(', ')}` };
    try {
      renameSync(making, folder);
    } catch (error) {
      if (!existsSync(python(folder))) throw error;
    }
    return { python: python(folder) };
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

const run = (program: string, args: string[]): boolean => spawnSync(program, args, { stdio: 'ignore', timeout: MOST_MS }).status === 0;
