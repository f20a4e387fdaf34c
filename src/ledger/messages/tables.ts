/** The tables of hospitals' messages as Kysely sees them. */
import type { Generated } from 'kysely';

/**
 * `mottagen`: kept, not yet tried. `vantar`: for its time. `parkerad`: for its stay. `tillampad`: its stay says so.
 * `avvisad`: refused, by the door or the stay. `ignorerad`: says nothing of a stay, or nothing
 * that it needs any more.
 */
export const MESSAGE_STATES = ['mottagen', 'tillampad', 'parkerad', 'avvisad', 'ignorerad', 'vantar'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** `stay`: about one stay. `merge`: one identity takes another's place. `hint`: kept for whoever looks. `none`: nothing for us. */
export type MessageKind = 'stay' | 'merge' | 'hint' | 'none';

export interface HospitalMessagesTable {
  id: string;
  /** In the order in which they were kept. */
  number: Generated<number>;
  source: string;
  /** The sender's own id of it (MSH-10). */
  message_id: string;
  ack: 'AA' | 'AE';
  /** How often it has come. */
  times: Generated<number>;
  /** The event, as the sender names it (A01). */
  trigger: string;
  kind: MessageKind;
  region: string | null;
  stay_id: string | null;
  occurred_at: number | null;
  registered_at: number | null;
  received_at: number;
  state: MessageState;
  reason: string | null;
  /** When it can be applied; only while it waits. */
  wait_until: number | null;
  /** When it was last tried. */
  settled_at: number | null;
  /** When somebody was told that it is parked for too long. */
  alarmed_at: number | null;
  dropped_at: number | null;
  dropped_by: string | null;
  /** Keyed digest of its content; see digestOf. */
  digest: string | null;
  key_id: string | null;
  /** Its bytes, sealed; null when it was not accepted. */
  raw: Buffer | null;
  /** What it says, sealed. */
  said: Buffer | null;
}

/** Whom a message is about: a keyed digest for each key that was configured when it came. */
export interface HospitalPersonsTable {
  region: string;
  person: string;
  message: string;
}

/** What a hospital claims of a stay, and how far the stay has been told. `sealed` holds identity. */
export interface HospitalStaysTable {
  stay_id: string;
  /** What language the hospital speaks: each is remembered by itself. */
  door: string;
  revision: number;
  key_id: string | null;
  sealed: Buffer | null;
  /** Who tells the stay just now, and until when in real time. */
  holder: string | null;
  held_until: number;
}

export interface HospitalRefusalsTable {
  stay_id: string;
  door: string;
  revision: number;
  action: string;
  at: number;
  code: string;
  text: string;
  /** Whether the ward has been told. */
  told: Generated<boolean>;
}

export interface MessageTables {
  hospital_messages: HospitalMessagesTable;
  hospital_persons: HospitalPersonsTable;
  hospital_stays: HospitalStaysTable;
  hospital_refusals: HospitalRefusalsTable;
}
