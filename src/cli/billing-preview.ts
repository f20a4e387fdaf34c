/** `hemgang billing preview`: a month computed from a CSV of episodes, with no service running. */
import { readFileSync } from 'node:fs';
import { loadAgreements } from '../agreements/load.js';
import { problemText } from '../agreements/yaml-file.js';
import type { Agreement, Vardpriser } from '../domain/agreement.js';
import { isInForceIn, kommunerIn } from '../domain/agreement-in-force.js';
import { computeMonth } from '../domain/billing/month.js';
import { previewOf } from '../domain/billing/preview.js';
import { problemText as monthProblemText } from '../domain/billing/region-month.js';
import { readEpisodeFile } from '../doors/csv/episode-file.js';
import { previewTable } from './billing-preview-table.js';
import { reportErrors } from './errors.js';
import { type CommandIo, EXIT } from './io.js';

export type { CommandIo } from './io.js';

export interface BillingPreviewOptions {
  agreement: string;
  /** `YYYY-MM` */
  month: string;
  /** Path of the CSV. */
  file: string;
  json?: boolean | undefined;
  /** Folder of the agreements; the shipped ones when left out. */
  agreementsDir?: string | undefined;
}

/** Prints the month to stdout and answers 0; or prints what is wrong to stderr, nothing to stdout, and answers 1 (file, price) or 2 (agreement, month). */
export function billingPreview(options: BillingPreviewOptions, io: CommandIo): number {
  const loaded = loadAgreements(options.agreementsDir);
  if (!loaded.ok) return fail(io, EXIT.wrongUse, loaded.problems.map(problemText));
  const agreement = loaded.agreements.find((each) => each.id === options.agreement);
  if (agreement === undefined) {
    const known = loaded.agreements.map((each) => each.id).join(', ');
    return fail(io, EXIT.wrongUse, [`Överenskommelsen ${options.agreement} finns inte. Det här finns: ${known}.`]);
  }
  const wrongMonth = monthError(agreement, options.month);
  if (wrongMonth !== null) return fail(io, EXIT.wrongUse, [wrongMonth]);
  return previewFile(options, agreement, loaded.vardpriser, io);
}

function previewFile(options: BillingPreviewOptions, agreement: Agreement, vardpriser: Vardpriser, io: CommandIo): number {
  const { month, file } = options;
  const year = month.slice(0, 4);
  if (vardpriser[year] === undefined) return fail(io, EXIT.failed, [monthProblemText({ code: 'vardpris-saknas', year })]);
  const bytes = readBytes(file);
  if (bytes === null) return fail(io, EXIT.failed, [`${file}: filen finns inte eller kan inte läsas`]);

  const read = readEpisodeFile(bytes, {
    payers: agreement.region === null ? null : new Set(kommunerIn(agreement, month).map((kommun) => kommun.code)),
    needs1990: agreement.payment.some((period) => period.rule.kind === 'lag-1990' && isInForceIn(period, month)),
  });
  if ('errors' in read)
    return fail(
      io,
      EXIT.failed,
      read.errors.map((error) => `${file}:${error.line}:${error.column}: ${error.reason}`),
    );

  const result = computeMonth({ agreement, vardpriser, month, episodes: read.episodes });
  if (result.problems.length > 0) return fail(io, EXIT.failed, result.problems.map(monthProblemText));
  const { otherMonths, notDischarged } = result.leftOut;
  if (otherMonths + notDischarged > 0) {
    io.stderr.write(
      `${otherMonths + notDischarged} vårdtillfällen utelämnade: ${otherMonths} utskrivna en annan månad, ${notDischarged} inte utskrivna.\n`,
    );
  }
  io.stdout.write(options.json === true ? `${JSON.stringify(previewOf(result), null, 1)}\n` : previewTable(result, agreement));
  return EXIT.done;
}

function monthError(agreement: Agreement, month: string): string | null {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) return `Månaden ${month} finns inte; skriv ÅÅÅÅ-MM, till exempel 2019-03.`;
  if (isInForceIn(agreement.inForce, month)) return null;
  const { from, until } = agreement.inForce;
  return `Överenskommelsen ${agreement.id} gäller inte ${month}; den gäller från ${from}${until === null ? '' : ` till ${until}`}.`;
}

function readBytes(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** At most ten errors, one line each, and then how many more. Answers the exit code. */
export function fail(io: CommandIo, exitCode: number, errors: readonly string[]): number {
  return reportErrors(io, errors, exitCode);
}
