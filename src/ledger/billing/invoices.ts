/** A kommun's invoice for a month, and the notes for what changed afterwards: each for a difference, once, for ever. */
import type { Selectable } from 'kysely';
import type { KommunSum } from '../../domain/billing/kommun-month.js';
import { addDays, type Instant, localDateOf } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { storable, storableJson } from '../storable.js';
import type { Invoice, MonthRef, PayerRef } from './billing-ledger.js';
import type { InvoicesTable } from './tables.js';

export interface Claim {
  amountOre: number;
  sum: KommunSum;
  contested: string[];
  /** Stays that changed since the one before. */
  changed: string[];
  paymentDays: number;
  upto: number;
  at: Instant;
}

/** Writes the next one, in a transaction that has the month to itself. */
export async function issue(tx: Db, { region, month, payer }: PayerRef, before: readonly Invoice[], claim: Claim): Promise<Invoice> {
  const n = before.length + 1;
  const [first] = before;
  const { amountOre, at } = claim;
  const row = await tx
    .insertInto('invoices')
    .values({
      region,
      month,
      payer,
      n,
      number: `${region}-${month}-${payer}-${n}`,
      kind: first === undefined ? 'faktura' : amountOre < 0 ? 'kreditfaktura' : 'debetfaktura',
      amount_ore: amountOre,
      total_ore: before.reduce((sum, invoice) => sum + invoice.amountOre, amountOre),
      refers_to: first?.number ?? null,
      issued_at: at,
      due_date: addDays(localDateOf(at), claim.paymentDays),
      sum: canonical(claim.sum),
      contested: storableJson(claim.contested),
      changed: storableJson(first === undefined ? [] : claim.changed),
      upto: claim.upto,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return invoiceOf(row);
}

function invoiceOf(row: Selectable<InvoicesTable>): Invoice {
  return {
    region: row.region,
    month: row.month,
    payer: row.payer,
    number: row.number,
    n: row.n,
    kind: row.kind,
    amountOre: row.amount_ore,
    totalOre: row.total_ore,
    refersTo: row.refers_to,
    issuedAt: row.issued_at,
    dueDate: row.due_date,
    sum: JSON.parse(row.sum) as KommunSum,
    contested: row.contested,
    changed: row.changed,
  };
}

/** In order of payer and number. */
export async function invoices({ db }: LedgerContext, query: MonthRef & { payer?: string | undefined }): Promise<Invoice[]> {
  return (await invoiceRows(db, storable(query))).map(invoiceOf);
}

/** With the change that the last one had seen. */
export async function invoicesIn(tx: Db, ref: PayerRef): Promise<{ invoices: Invoice[]; upto: number }> {
  const rows = await invoiceRows(tx, ref);
  return { invoices: rows.map(invoiceOf), upto: rows.at(-1)?.upto ?? 0 };
}

async function invoiceRows(db: Db, { region, month, payer }: MonthRef & { payer?: string | undefined }) {
  let select = db.selectFrom('invoices').selectAll().where('region', '=', region).where('month', '=', month);
  if (payer !== undefined) select = select.where('payer', '=', payer);
  return select.orderBy('payer').orderBy('n').execute();
}
