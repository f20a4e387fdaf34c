/** The log of accesses as Kysely sees it. */
import type { Generated } from 'kysely';

export interface AccessesTable {
  no: Generated<number>;
  /** Real time: tokens and people live in it. */
  at: number;
  domain_at: number;
  subject: string;
  name: string | null;
  party: string;
  unit: string;
  roles: string[];
  operation: string;
  outcome: string;
  /** All of a row's stays are of one region. */
  region: string;
  stay_ids: string[];
}

export interface AccessTables {
  accesses: AccessesTable;
}
