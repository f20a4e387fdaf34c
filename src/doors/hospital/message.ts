/** What a hospital's system reports, whatever language it speaks: one message, one event of one stay. */
import type { z } from 'zod';
import type { CareForm, LegalForm } from '../../domain/agreement.js';
import type { Instant } from '../../domain/calendar.js';
import type { admissionSchema, DataOf } from '../../domain/stay/schemas.js';
import type { Named, Patient } from '../../domain/stay/state.js';

/** The body of `PUT /v1/stays/{stayId}`, times as ISO 8601 texts. */
export type AdmissionBody = z.infer<typeof admissionSchema>;

/** Where a patient went. @source domain.md §3 `skriv-ut` */
export type DischargedTo = DataOf<'skriv-ut'>['till'];

/** What of a stay may be told anew at any time; what a message does not tell is absent. */
export interface StayDetails {
  patient?: Patient;
  vardcentral?: Named;
  legalForm?: LegalForm;
  careForm?: CareForm;
}

export type HospitalEvent =
  /** A01. `admission.ward` is the ward of the admission. */
  | { type: 'admitted'; admission: AdmissionBody }
  /** A02: to this ward, at the message's `occurredAt`. */
  | { type: 'moved'; ward: Named; careForm?: CareForm }
  /** A12: the move is undone, the patient is (still) on this ward. `cancels`: when the move had been said to happen, when that is told. */
  | { type: 'move-cancelled'; ward: Named; cancels?: Instant; careForm?: CareForm }
  /** A03: at the message's `occurredAt`. */
  | { type: 'discharged'; to: DischargedTo }
  /** A13 */
  | { type: 'discharge-cancelled' }
  /** A11 */
  | { type: 'admission-cancelled' }
  /** A21; `until`: when the patient is expected back. */
  | { type: 'leave-began'; until?: Instant }
  /** A22 */
  | { type: 'leave-ended' }
  /** A08, A40: details told anew. Every other event may bring details too, in `details`. */
  | { type: 'changed' }
  /** A16, A25: pending discharge, and its cancellation. A physician decides who is utskrivningsklar: kept as a hint only. */
  | { type: 'hint'; code: string };

export interface HospitalMessage {
  /** The sending system, by its name in the mapping: part of the message's identity. */
  source: string;
  /** The sender's own id of the message (MSH-10, Bundle or MessageHeader id). */
  messageId: string;
  /** PV1-19. */
  stayId: string;
  region: string;
  /** When it happened in the world: EVN-6, else EVN-2, else MSH-7. */
  occurredAt: Instant;
  /** When the sender registered it: EVN-2, else MSH-7. Messages are told apart in this order, whatever order they arrive in. */
  registeredAt: Instant;
  event: HospitalEvent;
  details?: StayDetails;
  /** The kommun of folkbokföring, when the message tells it. */
  kommun?: string;
}
