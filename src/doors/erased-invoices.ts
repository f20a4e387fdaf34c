/** Nothing is said of an erased stay's money: it is refused before it reaches a workflow, whose history would keep it. */
import { REFUSALS } from '../domain/stay/refusals.js';
import type { PayerRef } from '../ledger/billing/billing-ledger.js';
import type { Ledger } from '../ledger/ledger.js';
import type { InvoiceGateway } from './billing-gateway.js';

const ERASED = { ok: false, code: 'gallrad', need: REFUSALS.gallrad.sv } as const;

/** The same gateway; what is about an erased stay does not pass. The ledger has the last word. */
export function exceptErased(invoices: InvoiceGateway, ledger: Pick<Ledger, 'findStay' | 'objections'>): InvoiceGateway {
  const isErased = async (stayId: string | undefined) => stayId !== undefined && (await ledger.findStay(stayId))?.erased === true;
  const stayOf = async ({ region, month, payer, objectionId }: PayerRef & { objectionId: string }) =>
    (await ledger.objections({ region, month, payer })).find((objection) => objection.objectionId === objectionId)?.stayId;
  return {
    ...invoices,
    object: async (given) => ((await isErased(given.stayId)) ? ERASED : invoices.object(given)),
    answer: async (given) => ((await isErased(await stayOf(given))) ? ERASED : invoices.answer(given)),
    dispute: async (given) => ((await isErased(await stayOf(given))) ? ERASED : invoices.dispute(given)),
    decide: async (given) => ((await isErased(await stayOf(given))) ? ERASED : invoices.decide(given)),
  };
}
