/** A region's month as the API shows it: the preview's shape, its state, what has been objected, sent and invoiced. The ledger's own numbers. */
import type { Agreement } from '../domain/agreement.js';
import { type IndividualStay, type KommunMonth, type KommunSum, stayOutcome } from '../domain/billing/kommun-month.js';
import { disputeUntil, type Objection, objectionState } from '../domain/billing/objections.js';
import { type Instant, toIso } from '../domain/calendar.js';
import { sumOre } from '../domain/money.js';
import type { BillingLedger, DocumentNote, Invoice, KommunState, MonthStay, MonthSums } from '../ledger/billing/billing-ledger.js';
import { PAGE_LIMIT_MAX } from '../ledger/page.js';

export interface MonthReaderDeps {
  ledger: Pick<BillingLedger, 'monthSums' | 'monthStays' | 'objections' | 'documents' | 'invoices' | 'sentBases' | 'kommunState'>;
  /** Regions without an agreement have no month of their own. */
  agreements: { agreements: readonly Pick<Agreement, 'region'>[] };
  clock: { now(): Instant };
}

export type MonthReader = (region: string, month: string, payer?: string) => Promise<Record<string, unknown> | undefined>;

/** The whole month, or one payer's own part of it; undefined when no agreement has such a month, or the month no such payer. */
export function monthReader({ ledger, agreements, clock }: MonthReaderDeps): MonthReader {
  return async (region, month, payer) => {
    const sums = await knownMonth({ ledger, agreements, clock }, region, month);
    if (sums === undefined) return undefined;
    const isShown = (kommun: { payer: string }) => payer === undefined || kommun.payer === payer;
    const kommuner = sums.kommuner.filter(isShown);
    const others = sums.others.filter(isShown);
    if (payer !== undefined && kommuner.length + others.length === 0) return undefined;
    const query = { region, month, payer };
    const [stays, objections, documents, invoices] = await Promise.all([
      staysOf(ledger, query, sums, clock.now()),
      ledger.objections({ ...query, limit: PAGE_LIMIT_MAX }),
      ledger.documents(query),
      ledger.invoices(query),
    ]);
    const view = (sum: KommunSum) => kommunView(sum, stays.byPayer.get(sum.payer));
    const { agreement, vardpriser } = sums.rules;
    return {
      region,
      agreement: agreement.id,
      agreementVersion: agreement.version,
      month,
      state: sums.state,
      preliminaryAt: iso(sums.preliminaryAt),
      frozenAt: iso(sums.frozenAt),
      hash: sums.hash,
      vardprisOre: vardpriser[month.slice(0, 4)] ?? null,
      kommuner: kommuner.map(view),
      amountOre: payer === undefined ? sums.amountOre : sumOre([...kommuner, ...others].map(({ amountOre }) => amountOre)),
      andraRegioner:
        others.length === 0
          ? null
          : {
              agreement: sums.rules.fallback?.id ?? agreement.id,
              kommuner: others.map(view),
              amountOre: sumOre(others.map(({ amountOre }) => amountOre)),
            },
      ...(payer === undefined ? { utanBetalare: stays.withoutPayer, outOfSight: sums.outOfSight } : {}),
      vantar: stays.vantar,
      objections: objections.map((objection) => objectionView(objection, agreement.cycle)),
      documents: documents.map(documentView),
      invoices: invoices.map(invoiceView),
      ...(payer === undefined ? {} : await payerParts(ledger, { region, month, payer })),
    };
  };
}

/** The month's figures, when an agreement of the region holds in it. */
export async function knownMonth(
  { ledger, agreements, clock }: Pick<MonthReaderDeps, 'agreements' | 'clock'> & { ledger: Pick<BillingLedger, 'monthSums'> },
  region: string,
  month: string,
): Promise<MonthSums | undefined> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month) || !agreements.agreements.some((agreement) => agreement.region === region)) return undefined;
  const sums = await ledger.monthSums({ region, month }, clock.now());
  return sums?.problems.some(({ code }) => code === 'galler-inte') ? undefined : sums;
}

interface PayerStays {
  excluded: KommunMonth['excluded'];
  individual: IndividualStay[];
}

/** What is listed of the stays: those that are out of the base, and those that are paid for by themselves. */
async function staysOf(
  ledger: Pick<BillingLedger, 'monthStays'>,
  query: { region: string; month: string; payer: string | undefined },
  { rules }: MonthSums,
  now: Instant,
) {
  const byPayer = new Map<string, PayerStays>();
  const withoutPayer: { stayId: string; days: number | null }[] = [];
  const vantar: string[] = [];
  const add = ({ stayId, payer, agreement, judgement }: MonthStay): void => {
    if (judgement.vantar) vantar.push(stayId);
    if (payer === null) {
      withoutPayer.push({ stayId, days: judgement.individual?.days ?? judgement.averageDays });
      return;
    }
    const own = byPayer.get(payer) ?? { excluded: [], individual: [] };
    byPayer.set(payer, own);
    const by = rules.fallback?.id === agreement ? rules.fallback : rules.agreement;
    const { reason, individual } = stayOutcome(stayId, payer, judgement, by, { month: query.month, vardpriser: rules.vardpriser });
    if (reason !== null) own.excluded.push({ stayId, reason });
    if (individual !== null) own.individual.push(individual);
  };
  for (let after: string | undefined | null; after !== null; ) {
    const page: { items: MonthStay[]; next: string | null } = await ledger.monthStays({ ...query, after, limit: PAGE_LIMIT_MAX }, now);
    for (const stay of page.items) add(stay);
    after = page.next;
  }
  return { byPayer, withoutPayer, vantar };
}

/** Exactly the fields of the preview, in their order. @source contract.md, Billing preview */
function kommunView(sum: KommunSum, { excluded, individual }: PayerStays = { excluded: [], individual: [] }): KommunMonth {
  return {
    payer: sum.payer,
    stays: sum.stays,
    excluded,
    averageStays: sum.averageStays,
    averageDaysTotal: sum.averageDaysTotal,
    threshold: sum.threshold,
    average: sum.average,
    averageBillableDays: sum.averageBillableDays,
    averageAmountOre: sum.averageAmountOre,
    individual,
    individualAmountOre: sum.individualAmountOre,
    amountOre: sum.amountOre,
  };
}

async function payerParts(ledger: Pick<BillingLedger, 'sentBases' | 'kommunState'>, ref: { region: string; month: string; payer: string }) {
  const [sent, state] = await Promise.all([ledger.sentBases(ref), ledger.kommunState(ref)]);
  return {
    sent: sent.map(({ no, at, objectUntil, changed }) => ({ no, at: toIso(at), objectUntil: toIso(objectUntil), changed })),
    invoicing: kommunStateView(state),
  };
}

/** An objection as the API shows it. */
export function objectionView(objection: Objection, cycle: Agreement['cycle']) {
  const { objectionId, payer, stayId, code, text, at, by, inTime, answerDueAt, answer, dispute, decision } = objection;
  return {
    objectionId,
    payer,
    stayId,
    code,
    text,
    at: toIso(at),
    by,
    inTime,
    state: objectionState(objection),
    answerDueAt: toIso(answerDueAt),
    disputeUntil: iso(disputeUntil(objection, cycle)),
    answer: answer && { ...answer, at: toIso(answer.at) },
    dispute: dispute && { ...dispute, at: toIso(dispute.at) },
    decision: decision && { ...decision, at: toIso(decision.at) },
  };
}

/** Whether the kommun's invoice is held, and approved. */
export function kommunStateView({ held, approved }: KommunState) {
  return { held: held && { ...held, at: toIso(held.at) }, approved: approved && { ...approved, at: toIso(approved.at) } };
}

const PATHS: Record<DocumentNote['kind'], string> = {
  'underlag.pdf': 'basis.pdf',
  'underlag.xlsx': 'basis.xlsx',
  'underlag.csv': 'basis.csv',
  'faktura.xml': 'invoice.xml',
};

function documentView({ region, month, payer, n, kind, sha256, size, at }: DocumentNote) {
  const href = `/v1/billing/${region}/${month}/${payer}/${PATHS[kind]}${n > 1 ? `?n=${n}` : ''}`;
  return { payer, n, kind, href, sha256, size, at: toIso(at) };
}

function invoiceView({ number, payer, n, kind, amountOre, totalOre, refersTo, issuedAt, dueDate, contested, changed }: Invoice) {
  return { number, payer, n, kind, amountOre, totalOre, refersTo, issuedAt: toIso(issuedAt), dueDate, contested, changed };
}

const iso = (at: Instant | null): string | null => (at === null ? null : toIso(at));
