/** What the ledger does for the reports, over its context. */
import type { LedgerContext } from '../ledger.js';
import { delaktighet, importRows, vardcentraler } from './imports.js';
import { objectionTallies } from './objection-tallies.js';
import type { ReportLedger } from './report-ledger.js';
import { indicatorTallies } from './tallies.js';

export function reportsOver(context: LedgerContext): ReportLedger {
  return {
    indicatorTallies: (query, now) => indicatorTallies(context, query, now),
    objectionTallies: (query) => objectionTallies(context, query),
    delaktighet: (query) => delaktighet(context, query),
    vardcentraler: (region) => vardcentraler(context, region),
    importRows: (region, imported, at) => importRows(context, region, imported, at),
  };
}
