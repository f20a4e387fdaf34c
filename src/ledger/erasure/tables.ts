/** The erasures as Kysely sees them: that a stay's identity was destroyed, by whom, when and why. Kept for ever. */

/** `gallringsfrist`: its time was out. `beslut`: it was decided to destroy it before. */
export type ErasureGround = 'gallringsfrist' | 'beslut';

export interface ErasuresTable {
  stay_id: string;
  region: string;
  ground: ErasureGround;
  /** The decision's reference. */
  decision: string | null;
  by: string;
  /** Domain time of the last thing that was written about the stay. */
  last_entry_at: number;
  /** Real time, as the rest. From here on nobody adds anything to the stay. */
  begun_at: number;
  histories_gone_at: number | null;
  completed_at: number | null;
}

export interface ErasureTables {
  erasures: ErasuresTable;
}
