/** What the README says is so: its commands run, its paths are there. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from './support/sources.js';
import { tempFolder } from './support/temp-folder.js';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const SCRIPTS = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts as Record<string, string>;

/** The lines of its shell blocks, without their comments. */
const commands = [...README.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '');
const program = commands.filter((line) => line.startsWith('npm run hemgang -- ')).map((line) => line.slice('npm run hemgang -- '.length));

describe('the README', () => {
  it('names only npm commands that are there', () => {
    expect(commands.length).toBeGreaterThan(5);
    for (const line of commands) {
      const [, name = '', script = ''] = /^npm (run )?(\S+)/.exec(line)?.slice(0) ?? [];
      expect(SCRIPTS, line).toHaveProperty(script || name);
    }
  });

  it.each(program)('hemgang %s runs', async (args) => {
    const ports = { HTTP_PORT: '0', MLLP_PORT: '0', CODEC_PORT: '0', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: '0' };
    const run = promisify(execFile)(process.execPath, [join(ROOT, 'bin/hemgang.js'), ...args.split(' ')], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC', DATA_DIR: join(tempFolder('readme'), 'data'), ...ports },
    });
    expect((await run).stdout).not.toBe('');
  });

  it('points to what is there', () => {
    const paths = [...README.matchAll(/`([\w./-]+)`|\]\((docs\/[^)]+)\)/g)]
      .map(([, code, link]) => code ?? link ?? '')
      .filter((path) => path.includes('/') && !path.startsWith('data'));
    expect(paths.length).toBeGreaterThan(10);
    for (const path of paths) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });
});
