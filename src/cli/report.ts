/** `hemgang report`: fetches a region's reports from the running service, to the terminal or into files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { isMonthText, MAX_MONTHS, monthsIn, REPORT_KINDS } from '../domain/reports/period.js';
import { askService, problemOf } from './ask-service.js';
import { reportErrors, withConfig } from './errors.js';
import { type CommandIo, EXIT } from './io.js';

export const REPORT_FORMATS = ['html', 'json', 'csv'] as const;
type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportOptions {
  region?: string | undefined;
  /** `YYYY-MM` */
  from?: string | undefined;
  to?: string | undefined;
  /** Comma-separated. */
  format?: string | undefined;
  /** For which audience; by the period's length when left out. */
  kind?: string | undefined;
  /** A folder: the reports become files there. */
  out?: string | undefined;
}

/** One format goes to stdout; several, or `out`, become files whose names are printed. Answers 2 for a region or a period that does not exist. */
export async function run(options: ReportOptions, io: CommandIo): Promise<number> {
  const asked = readOptions(options);
  if ('wrong' in asked) return reportErrors(io, asked.wrong, EXIT.wrongUse);
  return withConfig(io, async (config) => {
    const texts: { format: ReportFormat; text: string }[] = [];
    for (const format of asked.formats) {
      const fetched = await fetchReport(config, asked, format);
      if ('errors' in fetched) return reportErrors(io, fetched.errors, fetched.exitCode);
      texts.push({ format, text: fetched.text });
    }
    const [only] = texts;
    if (only !== undefined && texts.length === 1 && options.out === undefined) {
      io.stdout.write(only.text.endsWith('\n') ? only.text : `${only.text}\n`);
      return EXIT.done;
    }
    return writeFiles(asked, texts, options.out ?? '.', io);
  });
}

interface Asked {
  region: string;
  from: string;
  to: string;
  kind: string | undefined;
  formats: ReportFormat[];
}

function readOptions({ region, from, to, format = 'html', kind }: ReportOptions): Asked | { wrong: string[] } {
  const missing = Object.entries({ region, from, to }).flatMap(([name, value]) => (value === undefined ? [`Ange --${name}.`] : []));
  const asked = format.split(',').map((each) => each.trim());
  const formats = REPORT_FORMATS.filter((each) => asked.includes(each));
  const wrong = [
    ...missing,
    ...[from, to].flatMap((month) =>
      month === undefined || isMonthText(month) ? [] : [`Månaden ${month} finns inte; skriv ÅÅÅÅ-MM, till exempel 2019-03.`],
    ),
    ...asked.flatMap((each) =>
      (REPORT_FORMATS as readonly string[]).includes(each)
        ? []
        : [`Formatet ${each} finns inte. De som finns: ${REPORT_FORMATS.join(', ')}.`],
    ),
    ...(kind === undefined || (REPORT_KINDS as readonly string[]).includes(kind)
      ? []
      : [`Rapporten ${kind} finns inte. De som finns: ${REPORT_KINDS.join(', ')}.`]),
  ];
  if (wrong.length > 0 || region === undefined || from === undefined || to === undefined) return { wrong };
  if (from > to) return { wrong: [`Perioden slutar (${to}) innan den börjar (${from}).`] };
  if (monthsIn({ from, to }) > MAX_MONTHS) return { wrong: [`Perioden är längre än ${MAX_MONTHS} månader.`] };
  return { region, from, to, kind, formats };
}

async function fetchReport(
  config: Config,
  { region, from, to, kind }: Asked,
  format: ReportFormat,
): Promise<{ text: string } | { errors: string[]; exitCode: number }> {
  const query = new URLSearchParams({ from, to, format, ...(kind === undefined ? {} : { kind }) });
  const answer = await askService(config, { path: `/v1/reports/${encodeURIComponent(region)}?${query}` });
  if ('away' in answer) return { errors: [answer.away], exitCode: EXIT.failed };
  if (answer.status === 200) return { text: answer.text };
  const problem = problemOf(answer);
  if (problem.code === 'no-such-region') return { errors: [noRegion(region)], exitCode: EXIT.wrongUse };
  if (problem.code === 'ogiltig-data')
    return { errors: problem.errors.map(({ path, message }) => `--${path}: ${message}`), exitCode: EXIT.wrongUse };
  return { errors: [problem.detail ?? problem.code], exitCode: EXIT.failed };
}

export const noRegion = (region: string): string => `Regionen ${region} har ingen överenskommelse.`;

function writeFiles({ region, from, to }: Asked, texts: { format: ReportFormat; text: string }[], folder: string, io: CommandIo): number {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { format, text } of texts) {
      const file = join(folder, `rapport-${region}-${from}-${to}.${format}`);
      writeFileSync(file, text);
      io.stdout.write(`${file}\n`);
    }
    return EXIT.done;
  } catch (error) {
    return reportErrors(io, [`${folder}: kan inte skrivas (${(error as NodeJS.ErrnoException).code})`]);
  }
}
