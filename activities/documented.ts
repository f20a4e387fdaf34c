/** Which of a kommun's invoices have all of their documents. */
import { DOCUMENT_KINDS, type DocumentNote } from '../src/ledger/billing/billing-ledger.js';

/** By `n`; 0: the zero basis, which has no invoice. */
export function documentedIn(notes: readonly Pick<DocumentNote, 'payer' | 'n' | 'kind'>[], payer: string): Set<number> {
  const own = notes.filter((note) => note.payer === payer);
  const isThere = (n: number) =>
    DOCUMENT_KINDS.filter((kind) => n > 0 || kind !== 'faktura.xml').every((kind) =>
      own.some((note) => note.n === n && note.kind === kind),
    );
  return new Set(own.map(({ n }) => n).filter(isThere));
}
