/** Brings a kommun's month up to date: what nobody answered is accepted, what is owed is invoiced, once, and never twice. */
import { type KommunSum, kommunSum } from '../../domain/billing/kommun-month.js';
import { disputeUntil, isContested, objectionState } from '../../domain/billing/objections.js';
import type { Instant } from '../../domain/calendar.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { storable } from '../storable.js';
import { byDefault } from './answer-objection.js';
import type { Invoice, PayerRef, Settlement } from './billing-ledger.js';
import { nextChange } from './change-numbers.js';
import { freshenIn } from './freshen.js';
import { invoicesIn, issue } from './invoices.js';
import { stateIn } from './kommun-state.js';
import { allowTime, holdMonth } from './locks.js';
import { type ObjectionRow, objectionOf, objectionsIn } from './objections.js';
import type { MonthRules, RuleBooks } from './rule-books.js';
import { sayOf } from './say-of-objection.js';
import { type FrozenMonth, isFrozen, sentMonth } from './sent-months.js';
import { noStays, talliesOf } from './tallies.js';

export async function settle({ db, books, flush }: LedgerContext, given: PayerRef, at: Instant): Promise<Settlement> {
  const { region, month, payer } = storable(given);
  const ref = { region, month, payer };
  const { settlement, isNew } = await db.transaction().execute(async (tx) => {
    await allowTime(tx);
    await holdMonth(tx, ref);
    const acceptedByDefault = await acceptOverdue(tx, books, ref, at);
    const sent = await sentMonth(tx, ref);
    const rows = await objectionsIn(tx, ref);
    const running = runningSettlement(ref, rows, acceptedByDefault, at);
    if (!isFrozen(sent)) return { settlement: running, isNew: acceptedByDefault.length > 0 };
    await freshenIn(tx, books, ref, at);
    const rules = await books.afterwards(tx, ref, sent.rule_book);
    const invoiced = await invoice(tx, { ref, frozen: sent, rules, rows, at });
    const settlement = { ...running, ...invoiced.settlement };
    return { settlement, isNew: invoiced.isNew || acceptedByDefault.length > 0 };
  });
  if (isNew) await flush();
  return settlement;
}

/** @source domain.md §5, The month's cycle, step 3: unanswered counts as accepted */
async function acceptOverdue(tx: Db, books: RuleBooks, ref: PayerRef, at: Instant): Promise<string[]> {
  const overdue = (await objectionsIn(tx, ref)).filter((row) => row.state === 'obesvarad' && row.answer_due_at <= at);
  for (const row of overdue) await sayOf(tx, books, row, { answer: byDefault(row) }, at);
  return overdue.map((row) => row.objection_id);
}

function runningSettlement(ref: PayerRef, rows: readonly ObjectionRow[], acceptedByDefault: string[], at: Instant): Settlement {
  return {
    ...ref,
    frozenAt: null,
    owedOre: null,
    issuedOre: 0,
    invoices: [],
    acceptedByDefault,
    objections: rows.map((row) => objectionOf(row)),
    waitsFor: null,
    nextAt: soonestAfter(at, answersDue(rows)),
  };
}

interface Owing {
  ref: PayerRef;
  frozen: FrozenMonth;
  rules: MonthRules;
  rows: readonly ObjectionRow[];
  at: Instant;
}

/** What is owed now beyond what was invoiced becomes one invoice or note, unless somebody holds it. */
async function invoice(
  tx: Db,
  owing: Owing,
): Promise<{ settlement: Omit<Settlement, 'acceptedByDefault' | 'objections'>; isNew: boolean }> {
  const { ref, frozen, rules, rows, at } = owing;
  const { cycle } = rules.book.agreement;
  const owed = await owedNow(tx, owing);
  const { invoices: before, upto: invoicedUpto } = await invoicesIn(tx, ref);
  // That it is held back is enough here: why is not asked, and needs no key.
  const { state } = await stateIn(tx, [], ref);
  const issuedOre = total(before);
  // A price that nobody knows yet: nothing can be said, nothing is settled.
  const difference = owed.sum.amountOre === null ? null : owed.sum.amountOre - issuedOre;
  const waitsFor =
    difference === 0 || difference === null
      ? null
      : state.held !== null
        ? 'release'
        : before.length === 0 && cycle.invoicing === 'approved' && state.approved === null
          ? 'approval'
          : null;
  const after = [...before];
  if (waitsFor === null && difference !== null) {
    const upto = await nextChange(tx);
    if (difference !== 0) {
      const changed = await changedSince(
        tx,
        ref,
        Math.max(invoicedUpto, frozen.cut),
        [...(before.at(-1)?.contested ?? [])],
        owed.contested,
      );
      after.push(await issue(tx, ref, before, { ...owed, amountOre: difference, changed, paymentDays: cycle.paymentDays, upto, at }));
    }
    await markSettled(tx, ref, upto);
  }
  return {
    settlement: {
      ...ref,
      frozenAt: frozen.frozen_at,
      owedOre: owed.sum.amountOre,
      issuedOre: total(after),
      invoices: after,
      waitsFor,
      nextAt: soonestAfter(at, [...answersDue(rows), ...disputesEnd(owing), await nextRevisit(tx, ref)]),
    },
    isNew: after.length > before.length,
  };
}

const total = (invoices: readonly Invoice[]): number => invoices.reduce((sum, { amountOre }) => sum + amountOre, 0);

/**
 * Under the frozen rules over the stays as they are now; with disputed stays the lower of the amounts with all of them and without any.
 *
 * @source domain.md §5, The month's cycle, steps 5 and 6
 */
async function owedNow(tx: Db, { ref, frozen, rules, rows, at }: Owing): Promise<{ sum: KommunSum; contested: string[] }> {
  const { agreement: main, vardpriser } = rules.book;
  const agreement = rules.paidUnder(ref.payer) ?? main;
  const sumOf = async (without: readonly string[]): Promise<KommunSum> => {
    const [tally] = await talliesOf(tx, ref, { payer: ref.payer, without });
    const { stays, averageStays, averageDays, billableByYear } = tally ?? noStays(ref.payer);
    return kommunSum({ payer: ref.payer, stays, averageStays, averageDays, billableByYear }, agreement, { month: ref.month, vardpriser });
  };
  const whole = await sumOf([]);
  const disputed = rows.filter((row) => isContested(objectionOf(row), main.cycle, at, frozen.frozen_at)).map((row) => row.stay_id);
  const contested = await staysHere(tx, ref, [...new Set(disputed)]);
  if (contested.length === 0) return { sum: whole, contested };
  const without = await sumOf(contested);
  const isLower = without.amountOre !== null && whole.amountOre !== null && without.amountOre < whole.amountOre;
  return { sum: isLower ? without : whole, contested };
}

/** Those of the stays that are in the payer's base: a dispute about another holds nothing back. */
async function staysHere(tx: Db, { region, month, payer }: PayerRef, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom('episodes')
    .select('stay_id')
    .where('stay_id', 'in', [...ids])
    .where('region', '=', region)
    .where('month', '=', month)
    .where('payer', '=', payer)
    .where((stay) => stay.or([stay('average_days', 'is not', null), stay('billable_by_year', 'is not', null)]))
    .execute();
  return rows.map((row) => row.stay_id).sort();
}

/** Stays that changed since, and those whose dispute began or ended. */
async function changedSince(tx: Db, { region, month, payer }: PayerRef, upto: number, was: string[], is: string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('month_changes')
    .select('stay_id')
    .distinct()
    .where('region', '=', region)
    .where('month', '=', month)
    .where('payer', '=', payer)
    .where('change_no', '>', upto)
    .execute();
  const disputes = [...was.filter((id) => !is.includes(id)), ...is.filter((id) => !was.includes(id))];
  return [...new Set([...rows.map((row) => row.stay_id), ...disputes])].sort();
}

async function markSettled(tx: Db, ref: PayerRef, upto: number): Promise<void> {
  await tx
    .insertInto('kommun_states')
    .values({ ...ref, held: null, approved: null, settled_upto: upto })
    .onConflict((conflict) => conflict.columns(['region', 'month', 'payer']).doUpdateSet({ settled_upto: upto }))
    .execute();
}

const answersDue = (rows: readonly ObjectionRow[]): Instant[] =>
  rows.filter((row) => row.state === 'obesvarad').map((row) => row.answer_due_at);

/** When a rejection that came after the freeze can no longer be disputed, and is invoiced. */
function disputesEnd({ rows, rules, frozen }: Owing): (Instant | null)[] {
  const { cycle } = rules.book.agreement;
  return rows
    .filter((row) => row.in_time && objectionState(row) === 'avvisad' && (row.answer?.at ?? 0) > frozen.frozen_at)
    .map((row) => disputeUntil(row, cycle));
}

async function nextRevisit(tx: Db, { region, month, payer }: PayerRef): Promise<Instant | null> {
  const { soonest } = await tx
    .selectFrom('episodes')
    .select((stay) => stay.fn.min<number | null>('revisit_at').as('soonest'))
    .where('region', '=', region)
    .where('month', '=', month)
    .where('payer', '=', payer)
    .where('revisit_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return soonest;
}

function soonestAfter(at: Instant, times: readonly (Instant | null)[]): Instant | null {
  const later = times.filter((time) => time !== null && time > at) as Instant[];
  return later.length === 0 ? null : Math.min(...later);
}
