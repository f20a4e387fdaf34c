/** How the program says what is wrong: plain words, one line each, at most ten, and no stack trace unless asked for. */
import { type Config, readConfig } from '../config.js';
import { type CommandIo, EXIT } from './io.js';

const MAX_LINES = 10;

/** Writes the errors to stderr, at most ten and then how many more. Answers the exit code, for `return`. */
export function reportErrors(io: CommandIo, errors: readonly string[], exitCode: number = EXIT.failed): number {
  for (const error of errors.slice(0, MAX_LINES)) io.stderr.write(`${oneLine(error)}\n`);
  if (errors.length > MAX_LINES) io.stderr.write(`… and ${errors.length - MAX_LINES} more\n`);
  return exitCode;
}

/** Writes what was thrown as one line, with its stack when `--verbose` was given. Answers the exit code that it names, or 1. */
export function reportThrown(io: CommandIo, thrown: unknown): number {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { exitCode } = error as { exitCode?: unknown };
  reportErrors(io, [error.message || error.name]);
  if (io.verbose) io.stderr.write(`${error.stack}\n`);
  return typeof exitCode === 'number' ? exitCode : EXIT.failed;
}

/** An error that ends the program with exit code 2: to throw from deep inside a command. */
export function wrongUse(message: string): Error {
  return Object.assign(new Error(message), { exitCode: EXIT.wrongUse });
}

/** Reads the environment and goes on with it; otherwise says everything that is wrong with it and answers 2. */
export async function withConfig(io: CommandIo, go: (config: Config) => Promise<number>): Promise<number> {
  const read = readConfig();
  return read.ok ? go(read.config) : reportErrors(io, read.errors, EXIT.wrongUse);
}

/** An error of many lines (a database's, a parser's) becomes its first. */
function oneLine(text: string): string {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .find(Boolean) ?? 'unknown error'
  );
}
