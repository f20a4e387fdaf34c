/** What the doors need of whoever has the documents and the proofs of a kommun's month. */
import type { StayProof } from '../domain/billing/proof.js';
import type { Ore } from '../domain/money.js';
import type { DocumentKind, PayerRef } from '../ledger/billing/billing-ledger.js';

/** A document as a caller gets it. */
interface FetchedDocument {
  bytes: Uint8Array;
  /** SHA-256 of the bytes. */
  sha256: string;
  /** Made on demand: not kept, and may be otherwise the next time. */
  preliminary: boolean;
}

/** A stay's proof with the kronor of its own. */
export interface FetchedProof {
  proof: StayProof;
  amountOre: Ore | null;
  billableDays: number | null;
}

export interface DocumentReader {
  /** The kept document; a basis without one is made as it stands now. `n`: default the first invoice, or the zero basis. */
  readDocument(
    ref: PayerRef & { kind: DocumentKind; n?: number | undefined },
  ): Promise<FetchedDocument | 'no-month' | 'no-invoice' | 'not-made'>;
  readProof(ref: PayerRef & { stayId: string }): Promise<FetchedProof | 'no-month' | 'no-stay'>;
}
