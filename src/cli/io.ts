/** What a command is given besides its options. */

/** Where a command writes. Results go to stdout, everything else to stderr. `process.stdout` and `process.stderr` fit. */
export interface CommandIo {
  stdout: { write(text: string): unknown; isTTY?: boolean };
  stderr: { write(text: string): unknown; isTTY?: boolean };
  /** Stack traces, for those who asked for them. */
  verbose?: boolean;
}

/** The program's exit codes. `failed`: a bad or missing file among it. `wrongUse`: a command, option, agreement or month that does not exist; configuration. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2 } as const;
