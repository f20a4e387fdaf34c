/** `hemgang billing preview`: a month computed from a file of episodes with no service running, or from a service's own; under one rule book or two. */
import { readFileSync } from 'node:fs';
import { isInForceIn, kommunerIn } from '../domain/agreement-in-force.js';
import { comparedRules, compareMonth, isInForceAllOf } from '../domain/billing/compare.js';
import type { Episode } from '../domain/billing/episode.js';
import { computeMonth, type MonthProblem, type MonthResult } from '../domain/billing/month.js';
import { previewOf } from '../domain/billing/preview.js';
import { problemText } from '../domain/billing/region-month.js';
import { readEpisodeFile } from '../doors/csv/episode-file.js';
import { readEpisodeLines } from '../doors/jsonl/episode-lines.js';
import { comparisonJson, comparisonTable } from './billing-compare-table.js';
import { FROZEN, monthFormatError, type PreviewRules, previewRules, type Refused } from './billing-preview-rules.js';
import { fetchEpisodes, fetchFrozenRules, type ServiceAddress } from './billing-preview-service.js';
import { previewTable } from './billing-preview-table.js';
import { reportErrors, withConfig } from './errors.js';
import { type CommandIo, EXIT } from './io.js';

export type { CommandIo } from './io.js';

export interface BillingPreviewOptions {
  /** Id or file of the agreement; `frozen`, with a region: the rules that the month was frozen under. */
  agreement: string;
  /** `YYYY-MM` */
  month: string;
  /** Path of the CSV, or of a file of JSON lines (`.jsonl`). */
  file: string;
  /** Id or file of an agreement to compare with. */
  compare?: string | undefined;
  json?: boolean | undefined;
  /** Folder of the agreements; the shipped ones when left out. */
  agreementsDir?: string | undefined;
}

/** Exactly one of file and region: whose month a running service is asked for. */
export type PreviewCommand = Omit<BillingPreviewOptions, 'file'> & { file?: string | undefined; region?: string | undefined };

/** Prints the month, or the comparison. Answers as `billingPreview` does; 1 as well when the service does not answer. */
export async function run({ file, region, ...options }: PreviewCommand, io: CommandIo): Promise<number> {
  if ((file === undefined) === (region === undefined)) {
    return reportErrors(io, ['Ange antingen en fil med vårdtillfällen eller --region.'], EXIT.wrongUse);
  }
  if (file !== undefined) return billingPreview({ ...options, file }, io);
  return withConfig(io, async (config) => previewOfService({ ...options, region: region ?? '' }, config, io));
}

/** Prints the month to stdout and answers 0; or prints what is wrong to stderr, nothing to stdout, and answers 1 (file, price) or 2 (agreement, month). */
export function billingPreview(options: BillingPreviewOptions, io: CommandIo): number {
  const rules = previewRules(options, undefined);
  if ('errors' in rules) return refuse(io, rules);
  const missing = missingPrice(options.month, rules);
  if (missing !== null) return refuse(io, missing);
  const read = episodesIn(options, rules);
  if ('errors' in read) return refuse(io, read);
  return print(options, rules, read.episodes, io);
}

async function previewOfService(
  options: Omit<PreviewCommand, 'file'> & { region: string },
  address: ServiceAddress,
  io: CommandIo,
): Promise<number> {
  const { region, month } = options;
  const wrong = monthFormatError(month);
  if (wrong !== null) return reportErrors(io, [wrong], EXIT.wrongUse);
  const asksFrozen = [options.agreement, options.compare].includes(FROZEN);
  const frozen = asksFrozen ? await fetchFrozenRules(address, region, month) : undefined;
  if (frozen !== undefined && 'errors' in frozen) return refuse(io, frozen);
  const rules = previewRules(options, frozen);
  if ('errors' in rules) return refuse(io, rules);
  const missing = missingPrice(month, rules);
  if (missing !== null) return refuse(io, missing);
  const bytes = await fetchEpisodes(address, region, month);
  if (!(bytes instanceof Uint8Array)) return refuse(io, bytes);
  const read = readEpisodeLines(bytes);
  if ('errors' in read) {
    const errors = read.errors.map(({ line, column, reason }) => `${region}/${month}:${line}:${column}: ${reason}`);
    return reportErrors(io, errors);
  }
  return print(options, rules, read.episodes, io);
}

function episodesIn({ file, month }: BillingPreviewOptions, rules: PreviewRules): { episodes: Episode[] } | Refused {
  const { agreement } = rules;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    return { exitCode: EXIT.failed, errors: [`${file}: filen finns inte eller kan inte läsas`] };
  }
  const used = rules.compared === undefined ? [agreement] : [agreement, comparedRules(agreement, rules.compared, month)];
  // A CSV holds the region's own kommuner; what comes from a service holds whoever was discharged, and they pay by the law.
  const payers = agreement.region === null ? null : new Set(kommunerIn(agreement, month).map((kommun) => kommun.code));
  const needs1990 = used.some(({ payment }) => payment.some((period) => period.rule.kind === 'lag-1990' && isInForceIn(period, month)));
  const read = /\.jsonl$/i.test(file) ? readEpisodeLines(bytes) : readEpisodeFile(bytes, { payers, needs1990 });
  if (!('errors' in read)) return read;
  return { exitCode: EXIT.failed, errors: read.errors.map(({ line, column, reason }) => `${file}:${line}:${column}: ${reason}`) };
}

/** Before anything is read: a month that has no price has no preview. */
function missingPrice(month: string, { vardpriser }: PreviewRules): Refused | null {
  const year = month.slice(0, 4);
  return vardpriser[year] === undefined ? { exitCode: EXIT.failed, errors: [problemText({ code: 'vardpris-saknas', year })] } : null;
}

function print(options: Omit<PreviewCommand, 'file'>, rules: PreviewRules, episodes: readonly Episode[], io: CommandIo): number {
  const { agreement, compared, fallback, vardpriser } = rules;
  const input = { agreement, fallback, vardpriser, month: options.month, episodes };
  if (compared === undefined) {
    const result = computeMonth(input);
    const problems = problemsOf(result.problems, options.agreement);
    if (problems.length > 0) return reportErrors(io, problems);
    sayLeftOut(result, io);
    io.stdout.write(options.json === true ? json(previewOf(result)) : previewTable(result, agreement));
    return EXIT.done;
  }
  const comparison = compareMonth(input, compared);
  const problems = problemsOf(comparison.problems, options.agreement);
  if (problems.length > 0) return reportErrors(io, problems);
  if (!isInForceAllOf(compared, options.month)) {
    io.stderr.write(
      `Överenskommelsen ${compared.id} gäller inte hela ${options.month}; den räknas som om den gällde, med månadens vårdpris.\n`,
    );
  }
  sayLeftOut(comparison.months[0], io);
  io.stdout.write(
    options.json === true ? json(comparisonJson(comparison, agreement, compared)) : comparisonTable(comparison, agreement, compared),
  );
  return EXIT.done;
}

/** What a month was frozen under holds for it, whatever its own dates say now. */
function problemsOf(problems: readonly MonthProblem[], agreement: string): string[] {
  return problems.filter(({ code }) => agreement !== FROZEN || code !== 'galler-inte').map(problemText);
}

function sayLeftOut({ leftOut: { otherMonths, notDischarged }, andraRegioner }: MonthResult, io: CommandIo): void {
  if (otherMonths + notDischarged > 0) {
    io.stderr.write(
      `${otherMonths + notDischarged} vårdtillfällen utelämnade: ${otherMonths} utskrivna en annan månad, ${notDischarged} inte utskrivna.\n`,
    );
  }
  if (andraRegioner !== null) {
    const stays = andraRegioner.kommuner.reduce((sum, kommun) => sum + kommun.stays, 0);
    io.stderr.write(`${stays} vårdtillfällen betalas av kommuner utanför överenskommelsen, enligt ${andraRegioner.agreement}.\n`);
  }
}

const json = (value: object): string => `${JSON.stringify(value, null, 1)}\n`;

const refuse = (io: CommandIo, { exitCode, errors }: Refused): number => reportErrors(io, errors, exitCode);
