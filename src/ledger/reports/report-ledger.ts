/** What the ledger does for the reports: sums of the stays' indicators, objections counted, and what is imported. */
import type { Instant } from '../../domain/calendar.js';
import type { ObjectionTally } from '../../domain/reports/breakdowns.js';
import type { Measurement, VardcentralRow } from '../../domain/reports/imported.js';
import type { Period } from '../../domain/reports/period.js';
import type { UnitTally } from '../../domain/reports/tally.js';

export interface RegionPeriod extends Period {
  region: string;
}

export const IMPORT_KINDS = ['delaktighet', 'vardcentraler'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** What a file said, read and found right. */
export type ImportedRows = { kind: 'delaktighet'; rows: Measurement[] } | { kind: 'vardcentraler'; rows: VardcentralRow[] };

export interface Imported {
  rows: number;
  /** How many earlier rows they took the place of. */
  replaced: number;
}

export interface ContestedTally {
  month: string;
  payer: string;
  vardcentral: string | null;
  stays: number;
}

/** @source domain.md §5 Reports */
export interface ReportLedger {
  /** Sums by month, kommun and vårdcentral of the stays discharged then; duties are judged by `now`. */
  indicatorTallies(query: RegionPeriod, now: Instant): Promise<UnitTally[]>;
  /** Objections to the basis of these months, those that are alike counted, and how many stays they are about. */
  objectionTallies(query: RegionPeriod): Promise<{ objections: ObjectionTally[]; contested: ContestedTally[] }>;
  /** Measurements made in these months. */
  delaktighet(query: RegionPeriod): Promise<Measurement[]>;
  /** The region's vårdcentraler as last imported, in order of name. */
  vardcentraler(region: string): Promise<VardcentralRow[]>;
  /**
   * Keeps what a file said, all of it or nothing. Measurements take the place of those of the same months; vårdcentraler of all that were
   * known before.
   */
  importRows(region: string, imported: ImportedRows, at: Instant): Promise<Imported>;
}
