/** `hemgang report import`: sends a file about upplevd delaktighet, or about the vårdcentraler, to the running service. */
import { readFileSync } from 'node:fs';
import { IMPORT_KINDS, type ImportKind } from '../ledger/reports/report-ledger.js';
import { askService, problemOf } from './ask-service.js';
import { reportErrors, withConfig } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { noRegion } from './report.js';

export interface ReportImportOptions {
  kind: string;
  file: string;
  region?: string | undefined;
}

const NAMES: Record<ImportKind, string> = { delaktighet: 'mätningar', vardcentraler: 'vårdcentraler' };

/** A bad file is told as `FILE:LINE:COLUMN: reason`, every error of it, and nothing of it is kept. */
export async function run({ kind, file, region }: ReportImportOptions, io: CommandIo): Promise<number> {
  const known = IMPORT_KINDS.find((each) => each === kind);
  if (known === undefined)
    return reportErrors(io, [`Det går inte att läsa in ${kind}. Det som kan läsas in: ${IMPORT_KINDS.join(', ')}.`], EXIT.wrongUse);
  if (region === undefined) return reportErrors(io, ['Ange --region.'], EXIT.wrongUse);
  const csv = readText(file);
  if (csv === null) return reportErrors(io, [`${file}: filen finns inte eller kan inte läsas`]);
  return withConfig(io, async (config) => {
    const answer = await askService(config, {
      method: 'POST',
      path: `/v1/reports/${encodeURIComponent(region)}/imports/${known}`,
      body: { csv },
    });
    if ('away' in answer) return reportErrors(io, [answer.away]);
    if (answer.status !== 200) {
      const problem = problemOf(answer);
      if (problem.code === 'no-such-region') return reportErrors(io, [noRegion(region)], EXIT.wrongUse);
      if (problem.code === 'too-large') return reportErrors(io, [`${file}: filen är för stor`]);
      return reportErrors(
        io,
        problem.errors.length > 0
          ? problem.errors.map(({ path, message }) => `${file}:${path}: ${message}`)
          : [problem.detail ?? problem.code],
      );
    }
    const { rows, replaced } = JSON.parse(answer.text) as { rows: number; replaced: number };
    io.stdout.write(`${rows} ${NAMES[known]} inlästa för ${region}; ${replaced} tidigare ersatta.\n`);
    return EXIT.done;
  });
}

/** Bytes that are not UTF-8 become U+FFFD, which is told with its line and column. */
function readText(file: string): string | null {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(readFileSync(file));
  } catch {
    return null;
  }
}
