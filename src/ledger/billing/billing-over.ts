/** A month's billing over a database: every action of the interface, each in its own file. */
import type { LedgerContext } from '../ledger.js';
import { addObjection } from './add-objection.js';
import { answerObjection, decideObjection, disputeObjection } from './answer-objection.js';
import type { BillingLedger } from './billing-ledger.js';
import { changedMonths } from './changed-months.js';
import { documents, readDocument, saveDocument } from './documents.js';
import { freezeMonth, markInvoiced } from './freeze.js';
import { invoices } from './invoices.js';
import { approveInvoice, holdInvoice, kommunState } from './kommun-state.js';
import { monthStay, monthStays, readyStays } from './month-stays.js';
import { currentSums, listMonths, monthSums } from './month-sums.js';
import { objections } from './objections.js';
import { sendBasis, sentBases } from './send-basis.js';
import { settle } from './settle.js';
import { readStayAt } from './stay-at.js';
import { verifyMonth } from './verify-month.js';

export function billingOver(context: LedgerContext): BillingLedger {
  return {
    monthSums: (ref, now) => monthSums(context, ref, now),
    currentSums: (ref, now) => currentSums(context, ref, now),
    monthStays: (query, now) => monthStays(context, query, now),
    monthStay: (ref, now) => monthStay(context, ref, now),
    readyStays: (query) => readyStays(context, query),
    listMonths: (region) => listMonths(context, region),
    readStayAt: (stayId, seq) => readStayAt(context, stayId, seq),
    sendBasis: (ref, at) => sendBasis(context, ref, at),
    sentBases: (query) => sentBases(context, query),
    freezeMonth: (ref, at) => freezeMonth(context, ref, at),
    verifyMonth: (ref) => verifyMonth(context, ref),
    markInvoiced: (ref) => markInvoiced(context, ref),
    addObjection: (objection) => addObjection(context, objection),
    answerObjection: (answer) => answerObjection(context, answer),
    disputeObjection: (dispute) => disputeObjection(context, dispute),
    decideObjection: (decision) => decideObjection(context, decision),
    objections: (query) => objections(context, query),
    holdInvoice: (hold) => holdInvoice(context, hold),
    approveInvoice: (approval) => approveInvoice(context, approval),
    kommunState: (ref) => kommunState(context, ref),
    settle: (ref, at) => settle(context, ref, at),
    invoices: (query) => invoices(context, query),
    changedMonths: (region) => changedMonths(context, region),
    saveDocument: (document) => saveDocument(context, document),
    readDocument: (ref) => readDocument(context, ref),
    documents: (query) => documents(context, query),
  };
}
