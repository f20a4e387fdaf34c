/** What the ledger does for the hospitals' messages: keeps them, lists them, and remembers how far each stay has been told. */
import type { LedgerContext } from '../ledger.js';
import {
  type HeldHospitalStay,
  type HospitalRefusal,
  type HospitalStayRef,
  holdHospitalStay,
  type KeptHospitalStay,
  keepHospitalStay,
  readHospitalStay,
  refusalsTold,
  releaseHospitalStay,
  releaseHospitalStays,
  untoldRefusals,
} from './hospital-stays.js';

export interface MessageLedger {
  /** Takes a stay for telling it something; false while another teller has it. */
  holdHospitalStay(ref: HeldHospitalStay, realNow: number): Promise<boolean>;
  /** What was last kept of a stay; undefined when nothing was. */
  readHospitalStay(ref: HospitalStayRef): Promise<string | undefined>;
  /** Keeps how far a stay has been told; false when another teller has taken it. */
  keepHospitalStay(kept: KeptHospitalStay, realNow: number): Promise<boolean>;
  releaseHospitalStay(ref: HeldHospitalStay): Promise<void>;
  /** Lets go of every stay, for a ledger that this process owns and has just opened. */
  releaseHospitalStays(): Promise<void>;
  /** What a stay has refused of its hospital's messages and its ward has not been told of. */
  untoldRefusals(ref: HospitalStayRef): Promise<HospitalRefusal[]>;
  refusalsTold(ref: HospitalStayRef, revisions: readonly number[]): Promise<void>;
}

export function messagesOver(context: LedgerContext): MessageLedger {
  return {
    holdHospitalStay: (ref, realNow) => holdHospitalStay(context, ref, realNow),
    readHospitalStay: (ref) => readHospitalStay(context, ref),
    keepHospitalStay: (kept, realNow) => keepHospitalStay(context, kept, realNow),
    releaseHospitalStay: (ref) => releaseHospitalStay(context, ref),
    releaseHospitalStays: () => releaseHospitalStays(context),
    untoldRefusals: (ref) => untoldRefusals(context, ref),
    refusalsTold: (ref, revisions) => refusalsTold(context, ref, revisions),
  };
}
