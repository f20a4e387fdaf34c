/** What a basis and its stays are called in a few words, the same in every document. */
import { type BasisData, type BasisStay, isZero } from './basis-data.js';

/** What kind of basis it is. */
export function stateText(data: BasisData): string {
  if (data.frozenAt === null) return 'PRELIMINÄRT UNDERLAG';
  if (data.invoice !== null && data.invoice.n > 1)
    return data.invoice.kind === 'kreditfaktura' ? 'RÄTTAT UNDERLAG, KREDIT' : 'RÄTTAT UNDERLAG, DEBET';
  return isZero(data) ? 'LÅST, INGET ATT BETALA' : 'LÅST UNDERLAG';
}

/** What became of the stay, in a few words. */
export function outcomeText(stay: BasisStay, data: Pick<BasisData, 'agreement'>): string {
  switch (stay.outcome) {
    case 'snitt':
      return 'i snittet';
    case 'individuell':
      return data.agreement.payment.some(({ rule }) => rule.kind === 'average') ? 'enskilt' : 'betalas';
    case 'fri':
      return 'inga dagar att betala';
    case 'utesluten':
      return 'ingår inte';
  }
}
