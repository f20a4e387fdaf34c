/** Freezes a month, once and for ever: its figures, the rules they rest on, and a hash of the stays that they are the sum of. */
import { createHash } from 'node:crypto';
import { priceOf } from '../../domain/billing/kommun-month.js';
import { problemText } from '../../domain/billing/region-month.js';
import type { Instant } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { LedgerRefusal } from '../refusal.js';
import type { Frozen, MonthRef } from './billing-ledger.js';
import { nextChange } from './change-numbers.js';
import { hashedFigures } from './figures.js';
import { freshenIn } from './freshen.js';
import { allowTime, holdMonth } from './locks.js';
import { type FrozenResult, resultOf } from './month-sums.js';
import { keepRuleBook } from './rule-books.js';
import { newsOf, rulesOf, send } from './send-basis.js';
import { type FrozenMonth, isFrozen, sentMonth } from './sent-months.js';

export async function freezeMonth(context: LedgerContext, ref: MonthRef, at: Instant): Promise<Frozen> {
  const frozen = await context.db.transaction().execute(async (tx) => {
    await allowTime(tx);
    await holdMonth(tx, ref);
    const before = await sentMonth(tx, ref);
    return isFrozen(before) ? { ...frozenOf(before), fresh: false } : { ...(await freezeIn(tx, context, ref, at)), fresh: true };
  });
  // What payers are told must outlive a power cut as well.
  if (frozen.fresh) await context.flush();
  return frozen;
}

async function freezeIn(tx: Db, { books }: LedgerContext, ref: MonthRef, at: Instant): Promise<Omit<Frozen, 'fresh'>> {
  const rules = rulesOf(books.current(ref), ref, at);
  await freshenIn(tx, books, ref, at);
  const { problems, hashes, ...figures } = await hashedFigures(tx, ref, rules);
  const [problem] = problems;
  if (problem !== undefined) throw new LedgerRefusal(problem.code, problemText(problem));
  const sent = await sentMonth(tx, ref);
  const news = await newsOf(tx, ref, sent);
  // What was not sent yet is sent with the freeze, so that every frozen stay has a time in which it can be objected to.
  if (news !== 'none') await send(tx, { ref, rules, figures: { ...figures, problems }, sent, news, at });

  const { agreement } = rules.book;
  const ruleBook = await keepRuleBook(tx, rules.book);
  const hashed = <T extends { payer: string }>(sum: T) => ({ ...sum, staysHash: hashes.get(sum.payer) ?? NO_STAYS });
  const result: FrozenResult = {
    region: ref.region,
    month: ref.month,
    agreement: agreement.id,
    agreementVersion: agreement.version,
    ruleBook,
    vardprisOre: priceOf(rules.book, ref.month.slice(0, 4)),
    ...figures,
    kommuner: figures.kommuner.map(hashed),
    others: figures.others.map(hashed),
    withoutPayerHash: hashes.get(null) ?? NO_STAYS,
    preliminaryAt: sent?.preliminary_at ?? at,
    frozenAt: at,
    cut: await nextChange(tx),
  };
  const text = canonical(result);
  const row = { state: 'last' as const, cut: result.cut, rule_book: ruleBook, result: text, hash: sha256(text), frozen_at: at };
  const month = await tx
    .updateTable('months')
    .set(row)
    .where('region', '=', ref.region)
    .where('month', '=', ref.month)
    .returningAll()
    .executeTakeFirstOrThrow();
  return frozenOf(month as FrozenMonth);
}

function frozenOf(month: FrozenMonth): Omit<Frozen, 'fresh'> {
  const result = resultOf(month);
  return {
    region: month.region,
    month: month.month,
    state: month.state,
    agreement: result.agreement,
    agreementVersion: result.agreementVersion,
    vardprisOre: result.vardprisOre,
    amountOre: result.amountOre,
    kommuner: [...result.kommuner, ...result.others],
    hash: month.hash,
    frozenAt: month.frozen_at,
  };
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** The hash of no stays at all. */
export const NO_STAYS = sha256('');

/** A frozen month is invoiced when every kommun has been settled with; said again it changes nothing. */
export async function markInvoiced({ db }: LedgerContext, ref: MonthRef): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await holdMonth(tx, ref);
    const month = await sentMonth(tx, ref);
    if (!isFrozen(month)) throw new LedgerRefusal('manaden-inte-last', `Månaden ${ref.month} är inte låst ännu.`);
    if (month.state === 'fakturerad') return;
    await tx.updateTable('months').set({ state: 'fakturerad' }).where('region', '=', ref.region).where('month', '=', ref.month).execute();
  });
}
