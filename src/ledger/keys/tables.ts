/** What is known of keys, as Kysely sees it: their ids and times, never the keys. */

export interface PayloadKeysTable {
  key_id: string;
  /** Real time, as all of them. */
  first_seen_at: number;
  /** Null: it has never been the one that is written with. */
  active_from: number | null;
  /** Since when another one is written with. */
  retired_at: number | null;
  /** Somebody said that it is lost, and what was sealed with it too. */
  given_up_at: number | null;
}

export interface KeyTables {
  payload_keys: PayloadKeysTable;
}
