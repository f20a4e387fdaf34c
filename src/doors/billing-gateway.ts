/** What the doors need of whoever carries a kommun's invoice: in the service its workflow, in tests the ledger alone. */
import type { ObjectionCode } from '../domain/billing/objections.js';
import type { Actor } from '../domain/ids.js';
import type { KommunState, ObjectionAnswer, PayerRef } from '../ledger/billing/billing-ledger.js';

/** Each throws `TemporalUnavailable` when it cannot be reached just now; sending the same again is harmless. */
export interface InvoiceGateway {
  object(
    objection: PayerRef & { objectionId: string; stayId: string; code: ObjectionCode; text: string; by: Actor },
  ): Promise<ObjectionAnswer>;
  answer(
    answer: PayerRef & { objectionId: string; accepted: boolean; rattad?: boolean; text: string; by: Actor },
  ): Promise<ObjectionAnswer>;
  dispute(dispute: PayerRef & { objectionId: string; text: string; by: Actor }): Promise<ObjectionAnswer>;
  decide(decision: PayerRef & { objectionId: string; accepted: boolean; text: string; by: Actor }): Promise<ObjectionAnswer>;
  /** Holds the kommun's invoice back, or releases it. */
  hold(hold: PayerRef & { held: boolean; text: string; by: Actor }): Promise<KommunState>;
  approve(approval: PayerRef & { by: Actor }): Promise<KommunState>;
}
