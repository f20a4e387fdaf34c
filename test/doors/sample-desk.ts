/** The desk of reports over a ledger that holds the sample's figures, and remembers what was imported. */
import { type ReportDesk, reportDesk } from '../../src/doors/report-desk.js';
import type { ImportedRows } from '../../src/ledger/reports/report-ledger.js';
import { AGREEMENT, reportInput } from '../domain/reports/sample-report.js';

export function sampleDesk(now: number): { desk: ReportDesk; imported: { region: string; rows: ImportedRows }[] } {
  const input = reportInput();
  const imported: { region: string; rows: ImportedRows }[] = [];
  const desk = reportDesk({
    agreements: { agreements: [AGREEMENT] },
    clock: { now: () => now },
    ledger: {
      indicatorTallies: async ({ from, to }) => input.tallies.filter(({ month }) => from <= month && month <= to),
      objectionTallies: async () => ({ objections: [...input.objections], contested: [...input.contested] }),
      delaktighet: async () => [...input.measurements],
      vardcentraler: async () => [...input.vardcentraler],
      importRows: async (region, rows) => {
        imported.push({ region, rows });
        return { rows: rows.rows.length, replaced: 0 };
      },
      listMonths: async () => [],
      monthSums: async () => undefined,
      invoices: async () => [],
    },
  });
  return { desk, imported };
}
