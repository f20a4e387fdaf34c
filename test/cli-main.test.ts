/** The program's outside: exit codes, plain errors, and help. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportErrors, reportThrown, wrongUse } from '../src/cli/errors.js';
import { main } from '../src/cli/main.js';
import { tempFolder } from './support/temp-folder.js';

const dir = tempFolder('hemgang-cli-');

async function hemgang(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await main(args, {
    stdout: { write: (text) => void (said.out += text) },
    stderr: { write: (text) => void (said.err += text) },
  });
  return { code, ...said };
}

describe('wrong use ends with 2 and one line', () => {
  test.each([
    [['nonsense'], "error: unknown command 'nonsense'\n"],
    [['serve', '--nonsense'], "error: unknown option '--nonsense'\n"],
    [['serve', 'worker'], /^error: too many arguments/],
    [['replay'], "error: missing required argument 'file'\n"],
    [['billing', 'preview', 'x.csv', '--month', '2019-03'], "error: required option '--agreement <id>' not specified\n"],
    [['billing', 'nonsense'], "error: unknown command 'nonsense'\n"],
  ])('%o', async (args, expected) => {
    const { code, out, err } = await hemgang(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(expected);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
  test('no command at all shows the help', async () =>
    expect(await hemgang()).toMatchObject({ code: 2, err: expect.stringContaining('Usage: hemgang') }));
});

describe('help and version end with 0', () => {
  test('the version is that of the package', async () => expect(await hemgang('--version')).toEqual({ code: 0, out: '0.1.0\n', err: '' }));
  test('every command explains itself', async () => {
    const commands = [
      ['start'],
      ['serve'],
      ['demo'],
      ['replay'],
      ['billing', 'preview'],
      ['billing', 'run'],
      ['agreements', 'check'],
      ['migrate'],
      ['doctor'],
    ];
    for (const command of commands) {
      const { code, out, err } = await hemgang(...command, '--help');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(new RegExp(`^Usage: hemgang ${command.join(' ')} `));
      expect(out.split('\n').length).toBeGreaterThan(5);
    }
  });
});

test('the shipped agreements hold; a file that does not is told by line and field, and ends with 1', async () => {
  expect(await hemgang('agreements', 'check')).toMatchObject({ code: 0, err: '' });
  const file = join(dir, 'bad.yaml');
  writeFileSync(file, 'id: [\n');
  const { code, err } = await hemgang('agreements', 'check', file);
  expect(code).toBe(1);
  expect(err).toContain(`${file}:`);
});

test('a file that is not there ends with 1', async () => {
  expect(await hemgang('billing', 'preview', '--agreement', 'jonkoping-2018', '--month', '2019-03', join(dir, 'none.csv'))).toMatchObject({
    code: 1,
    out: '',
  });
});

test('doctor shows every variable, and no secret', async () => {
  process.env['HEMGANG_TOKEN'] = 'hemligt';
  process.env['SMTP_URL'] = 'smtp://post:hemligt@mail.example';
  process.env['MAIL_FROM'] = 'hemgang@mail.example';
  const { out } = await hemgang('doctor');
  for (const name of ['HEMGANG_TOKEN', 'SMTP_URL', 'MAIL_FROM']) delete process.env[name];
  expect(out).toMatch(/HTTP_PORT +\(8080\)/);
  expect(out).toContain('smtp://…@mail.example');
  expect(out).not.toContain('hemligt');
});

describe('errors', () => {
  const said = () => {
    const lines: string[] = [];
    return { lines, io: { stdout: { write: () => undefined }, stderr: { write: (text: string) => void lines.push(text) } } };
  };
  test('are at most ten, and then how many more', () => {
    const { lines, io } = said();
    expect(
      reportErrors(
        io,
        Array.from({ length: 13 }, (_, index) => `error ${index}`),
      ),
    ).toBe(1);
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('… and 3 more\n');
  });
  test('that are thrown are one line, and their stack only when asked for', () => {
    const quiet = said();
    expect(reportThrown(quiet.io, wrongUse('no such month\nand more'))).toBe(2);
    expect(quiet.lines).toEqual(['no such month\n']);
    const verbose = said();
    expect(reportThrown({ ...verbose.io, verbose: true }, new Error('broken'))).toBe(1);
    expect(verbose.lines.join('')).toMatch(/^broken\nError: broken\n +at /);
  });
});
