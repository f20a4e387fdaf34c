/** What the months came to for each kommun: the ledger's own sums and invoices, put side by side, never reckoned again. */
import type { Instant } from '../calendar.js';
import { type Ore, sumOre } from '../money.js';
import { isOpen, type ObjectionTally } from './breakdowns.js';
import type { UnitFacts } from './figure.js';

/** A payer's sum of one month, as the ledger has it. */
export interface PayerSum {
  payer: string;
  stays: number;
  average: string | null;
  threshold: string | null;
  amountOre: Ore | null;
}

export interface InvoiceNote {
  payer: string;
  number: string;
  kind: 'faktura' | 'kreditfaktura' | 'debetfaktura';
  /** Negative for a credit note. */
  amountOre: Ore;
  issuedAt: Instant;
  /** How many stays it says have changed. */
  changed: number;
}

export interface MonthOutcome {
  month: string;
  state: 'lopande' | 'preliminar' | 'last' | 'fakturerad';
  /** Kommuner of the agreement, and after them those of other regions. */
  payers: PayerSum[];
  invoices: InvoiceNote[];
}

export interface KommunOutcome {
  payer: string;
  name: string;
  /** Oldest first; a month without a sum for the kommun is left out. */
  months: (Omit<PayerSum, 'payer'> & {
    month: string;
    state: MonthOutcome['state'];
    invoicedOre: Ore;
    invoices: Omit<InvoiceNote, 'payer'>[];
  })[];
  stays: number;
  /** Null while a year's vårdpris is missing. */
  amountOre: Ore | null;
  invoicedOre: Ore;
}

export interface Outcome {
  kommuner: KommunOutcome[];
  stays: number;
  amountOre: Ore | null;
  invoicedOre: Ore;
  /** The period before; null when nothing is known of it. */
  before: { stays: number; amountOre: Ore | null } | null;
}

const invoicedIn = (invoices: readonly { amountOre: Ore }[]): Ore => sumOre(invoices.map((i) => i.amountOre)) ?? 0;

/** @source domain.md §5 Reports, "Quarterly to REKO: outcome per kommun" */
export function outcomeOf(
  months: readonly MonthOutcome[],
  before: readonly MonthOutcome[],
  kommuner: readonly { code: string; name: string }[],
): Outcome {
  const names = new Map(kommuner.map(({ code, name }) => [code, name]));
  const others = [...new Set(months.flatMap((m) => m.payers.map((p) => p.payer)))].filter((payer) => !names.has(payer)).sort();
  const rows = [...names.keys(), ...others].map((payer) => kommunOutcome(payer, names.get(payer) ?? `Kommun ${payer}`, months));
  const payersBefore = before.flatMap((m) => m.payers);
  return {
    kommuner: rows,
    stays: rows.reduce((sum, row) => sum + row.stays, 0),
    amountOre: sumOre(rows.map((row) => row.amountOre)),
    invoicedOre: sumOre(rows.map((row) => row.invoicedOre)) ?? 0,
    before:
      before.length === 0
        ? null
        : { stays: payersBefore.reduce((sum, p) => sum + p.stays, 0), amountOre: sumOre(payersBefore.map((p) => p.amountOre)) },
  };
}

function kommunOutcome(payer: string, name: string, outcome: readonly MonthOutcome[]): KommunOutcome {
  const months = outcome.flatMap(({ month, state, payers, invoices: all }) => {
    const sum = payers.find((each) => each.payer === payer);
    if (sum === undefined) return [];
    const { payer: _, ...rest } = sum;
    const invoices = all.filter((invoice) => invoice.payer === payer).map(({ payer: _payer, ...invoice }) => invoice);
    return [{ month, state, ...rest, invoicedOre: invoicedIn(invoices), invoices }];
  });
  return {
    payer,
    name,
    months,
    stays: months.reduce((sum, m) => sum + m.stays, 0),
    amountOre: sumOre(months.map((m) => m.amountOre)),
    invoicedOre: sumOre(months.map((m) => m.invoicedOre)) ?? 0,
  };
}

/** What credit notes took back from these payers; all of them where none are named. */
export function creditedOf(months: readonly MonthOutcome[], isOfUnit: (payer: string) => boolean): NonNullable<UnitFacts['credited']> {
  const notes = months.flatMap((m) => m.invoices).filter((note) => note.kind === 'kreditfaktura' && isOfUnit(note.payer));
  return { stays: notes.reduce((sum, note) => sum + note.changed, 0), amountOre: -invoicedIn(notes) || 0 };
}

/** What these payers' locked months came to beyond what was invoiced, where an objection is open. */
export function disputedOf(
  months: readonly MonthOutcome[],
  objections: readonly Pick<ObjectionTally, 'month' | 'payer' | 'state'>[],
  isOfUnit: (payer: string) => boolean,
): Ore {
  const open = new Set(objections.filter(({ state }) => isOpen(state)).map(({ month, payer }) => `${month} ${payer}`));
  const parts = months
    .filter(({ state }) => state === 'last' || state === 'fakturerad')
    .flatMap(({ month, payers, invoices }) =>
      payers
        .filter(({ payer }) => isOfUnit(payer) && open.has(`${month} ${payer}`))
        .map(({ payer, amountOre }) => Math.max(0, (amountOre ?? 0) - invoicedIn(invoices.filter((i) => i.payer === payer)))),
    );
  return sumOre(parts) ?? 0;
}
