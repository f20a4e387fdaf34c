/** What a message says, as it is kept: read once, by the mapping of that day, so that a later mapping does not change what was accepted. */
import type { Instant } from '../../domain/calendar.js';
import type { Patient } from '../../domain/stay/state.js';
import type { HospitalMessage } from '../hospital/message.js';

/** One identity takes another's place (A40). */
export interface Merge {
  source: string;
  messageId: string;
  region: string;
  occurredAt: Instant;
  registeredAt: Instant;
  /** Identity numbers that are no longer used. */
  prior: string[];
  /** Who it is. */
  patient: Patient;
  /** The one stay that it is about, when the message says so. */
  stayId?: string | undefined;
}

export type Said = { kind: 'stay'; message: HospitalMessage } | { kind: 'merge'; merge: Merge };

export const saidOf = (text: string): Said => JSON.parse(text) as Said;

/** The identity numbers in what is said of a patient. */
export const numbersOf = (patient: Patient | undefined): string[] =>
  [patient?.personnummer, patient?.reservnummer].filter((number) => number !== undefined);
