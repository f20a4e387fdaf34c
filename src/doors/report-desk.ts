/** The reports as the doors need them: made from the ledger, and fed with files. */
import type { Agreement } from '../domain/agreement.js';
import { type Instant, localMonthOf } from '../domain/calendar.js';
import type { Period, ReportKind } from '../domain/reports/period.js';
import type { Report } from '../domain/reports/report.js';
import type { Imported, ImportKind, ReportLedger } from '../ledger/reports/report-ledger.js';
import { type ReportReaderDeps, readReport } from '../out/reports/read-report.js';
import type { EpisodeFileError } from './csv/episode-file.js';
import { readReportFile } from './csv/report-files.js';

export interface ReportDesk {
  /** Undefined for a region that has no agreement. */
  read(ask: { region: string; period: Period; kind?: ReportKind | undefined }): Promise<Report | undefined>;
  /** Keeps what a file says, or tells everything that is wrong with it. Undefined for a region that has no agreement. */
  importFile(region: string, kind: ImportKind, csv: string): Promise<Imported | { errors: EpisodeFileError[] } | undefined>;
}

export interface ReportDeskDeps extends ReportReaderDeps {
  ledger: ReportReaderDeps['ledger'] & Pick<ReportLedger, 'importRows'>;
  agreements: { agreements: readonly Agreement[] };
  clock: { now(): Instant };
}

export function reportDesk(deps: ReportDeskDeps): ReportDesk {
  return {
    read: (ask) => readReport(deps, ask),
    async importFile(region, kind, csv) {
      const own = deps.agreements.agreements.filter((agreement) => agreement.region === region);
      if (own.length === 0) return undefined;
      const now = deps.clock.now();
      const kommuner = new Set(own.flatMap((agreement) => agreement.kommuner.map(({ code }) => code)));
      const read = readReportFile(kind, csv, { kommuner, thisMonth: localMonthOf(now) });
      return 'errors' in read ? read : deps.ledger.importRows(region, read, now);
    },
  };
}
