/** The tables of the reports as Kysely sees them. An empty payer means that no kommun has the stays in sight. */
import type { Generated } from 'kysely';

export interface StayIndicatorsTable {
  stay_id: string;
  region: string;
  /** `YYYY-MM` of the discharge. */
  month: string;
  payer: string;
  vardcentral: string;
  vardcentral_name: string;
  discharged_at: number;
  /** Null: not owed; so for the others. */
  inskrivning: boolean | null;
  vardtid: boolean | null;
  kallelse: boolean | null;
  kallelse_due: number | null;
  uppfoljning: boolean | null;
  uppfoljning_due: number | null;
  ready_days: number | null;
  readmission_until: number | null;
  late: number;
  corrections: number;
  /** Types, one for each deviation. */
  deviations: string[];
  /** Whether the person was admitted again in time, kept when who it was is destroyed; null: it is asked of person_admissions. */
  readmitted: Generated<boolean | null>;
}

/** Who was admitted, as keyed digests: one for each key that was configured then. */
export interface PersonAdmissionsTable {
  person: string;
  stay_id: string;
  region: string;
  admitted_at: number;
}

/** Sums of stay_indicators, made anew when they are stale. */
export interface IndicatorTalliesTable {
  region: string;
  month: string;
  payer: string;
  vardcentral: string;
  vardcentral_name: string;
  stays: number;
  inskrivning_met: number;
  inskrivning_owed: number;
  vardtid_met: number;
  vardtid_owed: number;
  kallelse_met: number;
  kallelse_owed: number;
  kallelse_waits: number;
  uppfoljning_met: number;
  uppfoljning_owed: number;
  uppfoljning_waits: number;
  aterinskrivning_met: number;
  aterinskrivning_owed: number;
  aterinskrivning_waits: number;
  late_stays: number;
  corrected_stays: number;
  deviating_stays: number;
  ready_days: number[];
  deviations: Record<string, number>;
  /** Between which times nothing falls due; the end is exclusive. */
  valid_from: number;
  valid_until: number;
}

/** Tallies that a record has made stale. */
export interface StaleTalliesTable {
  region: string;
  month: string;
  payer: string;
  vardcentral: string;
}

export interface DelaktighetTable {
  region: string;
  month: string;
  matning: string;
  /** Empty: not of a kommun. */
  kommun: string;
  /** Empty: not of a vårdcentral. */
  vardcentral: string;
  answers: number;
  share_tenths: number;
}

export interface VardcentralerTable {
  region: string;
  hsa_id: string;
  name: string;
  listade: number;
  hours_tenths: number;
}

/** The last import of each kind. */
export interface ReportImportsTable {
  region: string;
  kind: 'delaktighet' | 'vardcentraler';
  imported_at: number;
  rows: number;
}

export interface ReportTables {
  stay_indicators: StayIndicatorsTable;
  person_admissions: PersonAdmissionsTable;
  indicator_tallies: IndicatorTalliesTable;
  stale_tallies: StaleTalliesTable;
  delaktighet: DelaktighetTable;
  vardcentraler: VardcentralerTable;
  report_imports: ReportImportsTable;
}
