/** The program `hemgang`: its commands and options. Each command's own module is loaded only when it is called. */
import { Command, CommanderError, Option } from 'commander';
import { ROLES } from '../config.js';
import type { EraseOptions } from './erase.js';
import { reportErrors, reportThrown } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import type { ReportOptions } from './report.js';
import { version } from './version.js';

const ENDS_WITHIN_MS = 3_000;

/** Runs the program with these arguments (without node and script). Answers its exit code, and never throws. */
export async function main(args: readonly string[], io: CommandIo): Promise<number> {
  const call = { ...io, verbose: args.includes('--verbose') };
  let exitCode: number = EXIT.done;
  const program = commands(call, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already said what is wrong; help and the version are no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
    return reportThrown(call, error);
  }
}

function commands(io: CommandIo, done: (exitCode: number) => void): Command {
  const program = new Command('hemgang')
    .description("Carries a patient's way home from hospital: one durable Temporal workflow per stay, one billing workflow per month.")
    .version(version())
    .option('--verbose', 'show stack traces of errors')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });

  program
    .command('start')
    .description('start everything embedded, play the sample month, print the result and the addresses')
    .option('--exit', 'stop when the sample month is done and printed', false)
    .action(async ({ exit }: { exit: boolean }) => done(await (await import('./start.js')).run({ exit }, io)));

  program
    .command('serve')
    .description('run the service, in one process or one role per process; configured by the environment')
    .addOption(
      new Option('--roles <list>', `roles to run, of ${ROLES.join(', ')}`)
        .argParser((text) => text.split(',').map((role) => role.trim()))
        .default([...ROLES], 'all'),
    )
    .action(async ({ roles }: { roles: string[] }) => done(await (await import('./serve.js')).run({ roles }, io)));

  program
    .command('demo')
    .description('play the sample month against a running service (HEMGANG_URL)')
    .action(async () => done(await (await import('./demo.js')).run({}, io)));

  program
    .command('replay')
    .description('play a recorded feed into a running service (HEMGANG_URL; .hl7: HEMGANG_MLLP too); goes on where a broken run left off')
    .argument('<file>', 'a feed, .jsonl; or a sheet of what was done on paper, .csv')
    .option('--no-wait', 'send every line at once, instead of when domain time has reached it')
    .option('--judged', 'tell what was judged anew: deadlines, days, kronor (of a sheet it always is)')
    .action(async (file: string, { wait, judged }: { wait: boolean; judged?: boolean }) =>
      done(await (await import('./replay.js')).run({ file, noWait: !wait, judged }, io)),
    );

  const billing = program.command('billing').description("a month's payment");
  billing
    .command('preview')
    .description("compute a month from a file of episodes, which needs no service, or from a service's own (--region)")
    .argument('[file]', 'episodes, .csv or .jsonl')
    .requiredOption(
      '--agreement <id>',
      'the agreement to compute by, or its file; frozen: the rules that the month was frozen under (with --region)',
    )
    .requiredOption('--month <YYYY-MM>', 'the month of discharge')
    .option('--compare <id>', 'an agreement to compare with, or its file; in force or proposed')
    .option('--region <id>', "fetch the month's episodes from a running service (HEMGANG_URL)")
    .option('--json', 'print one JSON object instead of a table', false)
    .action(
      async (file: string | undefined, options: { agreement: string; month: string; compare?: string; region?: string; json: boolean }) =>
        done(await (await import('./billing-preview.js')).run({ ...options, file, agreementsDir: agreementsDir() }, io)),
    );
  billing
    .command('run')
    .description("start, or show, the month's billing workflow")
    .requiredOption('--region <id>', 'the region')
    .requiredOption('--month <YYYY-MM>', 'the month of discharge')
    .action(async (options: { region: string; month: string }) => done(await (await import('./billing-run.js')).run(options, io)));

  const report = program
    .command('report')
    .description("a region's reports: month, quarter, half-year, year; asks a running service (HEMGANG_URL)")
    .option('--region <id>', 'the region')
    .option('--from <YYYY-MM>', 'the first month')
    .option('--to <YYYY-MM>', 'the last month')
    .option('--format <list>', 'html, json, csv: one goes to stdout, several become files', 'html')
    .option('--kind <kind>', 'manad, kvartal, halvar, ar (default: by the length of the period)')
    .option('--out <folder>', 'write files there')
    .action(async (options: ReportOptions) => done(await (await import('./report.js')).run(options, io)));
  report
    .command('import')
    .description('bring in what the process cannot know: delaktighet (a survey), vardcentraler (size and hours)')
    .argument('<kind>', 'delaktighet or vardcentraler')
    .argument('<file>', 'the file, .csv')
    .option('--region <id>', 'the region')
    // The option may have been taken for the report's own.
    .action(async (kind: string, file: string, _own: unknown, command: Command) =>
      done(await (await import('./report-import.js')).run({ kind, file, region: command.optsWithGlobals<ReportOptions>().region }, io)),
    );

  program
    .command('agreements')
    .description('agreement files')
    .command('check')
    .description('validate agreement files; tells line and field of every error')
    .argument('[files...]', 'files to check (default: all that the service would use)')
    .action(async (files: string[]) =>
      done((await import('./agreements-check.js')).agreementsCheck({ files, agreementsDir: agreementsDir() }, io)),
    );

  const keys = program.command('keys').description('the keys that payloads and the ledger are encrypted with');
  keys
    .command('rotate')
    .description('a new payload key; where several processes have the keys, in two steps: --prepare (default), --activate')
    .option('--prepare', 'put a new key second: known, and not written with yet')
    .option('--activate <id>', 'put a prepared key first: written with from now on')
    .option('--now', 'put a new key first at once, where one process has the keys or all are stopped')
    .option('--write', 'write the file that PAYLOAD_KEYS_FILE names, instead of printing the list')
    .action(async (options: { prepare?: boolean; activate?: string; now?: boolean; write?: boolean }) =>
      done(await (await import('./keys-rotate.js')).run(options, io)),
    );
  keys
    .command('status')
    .description('each key: whether it is written with, what needs it, whether it can be removed')
    .action(async () => done(await (await import('./keys-status.js')).run({}, io)));
  keys
    .command('lost')
    .description('say that a key is lost for good: the service starts without it, and what was sealed with it stays unread')
    .argument('<id>', 'the key')
    .action(async (keyId: string) => done(await (await import('./keys-status.js')).lost({ keyId }, io)));

  program
    .command('erase')
    .description('destroy who the patient of a stay was, in the ledger and in the histories; figures stay (docs/erasure.md)')
    .option('--stay <id>', 'one stay that has ended, by a decision')
    .option('--decision <reference>', "the decision's reference; it names no patient, and is kept")
    .option('--due', 'every stay whose RETENTION_YEARS are out')
    .option('--dry-run', 'say what would be erased, and erase nothing')
    .option('--list', 'print what has been erased, one JSON object a line: to be kept apart from backups')
    .option('--again <file>', 'erase those of such a list once more, after a backup has been put back')
    .option('--by <name>', 'who does it; default: the user')
    .action(async (options: EraseOptions) => done(await (await import('./erase.js')).run(options, io)));

  program
    .command('migrate')
    .description("bring the ledger's schema up to date")
    .action(async () => done(await (await import('./migrate.js')).run({}, io)));

  program
    .command('doctor')
    .description('show what is configured, reachable and missing')
    .action(async () => done(await (await import('./doctor.js')).run({ env: process.env }, io)));

  for (const group of [program, billing, report, keys]) group.showHelpAfterError(false);
  return program;
}

/** Commands that need no service read only this one variable: the rest may be set up for something else. */
function agreementsDir(): string | undefined {
  return process.env['AGREEMENTS_DIR']?.trim() || undefined;
}

/** Runs as a process: its arguments, its streams, its exit code. */
export async function runProcess(): Promise<void> {
  const io: CommandIo = { stdout: process.stdout, stderr: process.stderr, verbose: process.argv.includes('--verbose') };
  // Whoever reads us may stop before we have said everything (`| head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (thrown: unknown) => {
      reportErrors(io, ['Something unexpected went wrong:']);
      process.exit(reportThrown(io, thrown));
    });
  }
  process.exitCode = await main(process.argv.slice(2), io);
  // Something that a command left open must not keep a finished program.
  setTimeout(() => process.exit(), ENDS_WITHIN_MS).unref();
}
