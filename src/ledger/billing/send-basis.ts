/** Sends the basis to the kommuner: first to all of them, later to those with something new, and what is left when the month is frozen. */
import type { Selectable } from 'kysely';
import { cyclePlan, objectUntilFor } from '../../domain/billing/cycle.js';
import type { KommunSum } from '../../domain/billing/kommun-month.js';
import { endOfMonth } from '../../domain/billing/region-month.js';
import { type Instant, toSwedish } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { LedgerRefusal } from '../refusal.js';
import { storable } from '../storable.js';
import type { MonthRef, SentBasis } from './billing-ledger.js';
import { nextChange } from './change-numbers.js';
import { type Figures, figuresOf } from './figures.js';
import { freshenIn } from './freshen.js';
import { allowTime, holdMonth } from './locks.js';
import type { MonthRules } from './rule-books.js';
import { isFrozen, type SentMonth, sentMonth } from './sent-months.js';
import type { BasisSendingsTable } from './tables.js';

export async function sendBasis({ db, books, flush }: LedgerContext, ref: MonthRef, at: Instant): Promise<SentBasis[]> {
  const bases = await db.transaction().execute(async (tx) => {
    await allowTime(tx);
    await holdMonth(tx, ref);
    const sent = await sentMonth(tx, ref);
    if (isFrozen(sent)) return [];
    const rules = rulesOf(books.current(ref), ref, at);
    await freshenIn(tx, books, ref, at);
    const news = await newsOf(tx, ref, sent);
    return news === 'none' ? [] : send(tx, { ref, rules, figures: await figuresOf(tx, ref, rules), sent, news, at });
  });
  if (bases.length > 0) await flush();
  return bases;
}

/** The month's rules, or a refusal for good: nothing holds in it, or it is not over. */
export function rulesOf(rules: MonthRules | undefined, { region, month }: MonthRef, at: Instant): MonthRules {
  if (rules === undefined) throw new LedgerRefusal('galler-inte', `Ingen överenskommelse och ingen lag gäller för ${region} i ${month}.`);
  const end = endOfMonth(month);
  if (at < end) throw new LedgerRefusal('manaden-pagar', `Månaden ${month} är slut först ${toSwedish(end)}.`);
  return rules;
}

/** How many stays are new or changed, by payer; or that all are, or none. */
export type News = Map<string, number> | 'all' | 'none';

/** What has changed since the sending before. */
export async function newsOf(tx: Db, ref: MonthRef, sent: SentMonth | undefined): Promise<News> {
  if (sent === undefined) return 'all';
  const upto = (await sendingsOf(tx, ref)).at(-1)?.upto ?? 0;
  const rows = await tx
    .selectFrom('month_changes')
    .select((change) => ['payer', change.fn.count<number>('stay_id').distinct().as('stays')])
    .where('region', '=', ref.region)
    .where('month', '=', ref.month)
    .where('change_no', '>', upto)
    .groupBy('payer')
    .execute();
  return rows.length === 0 ? 'none' : new Map(rows.map((row) => [row.payer, row.stays]));
}

/** Writes one sending, in a transaction that has the month to itself and has freshened it. */
export async function send(
  tx: Db,
  given: { ref: MonthRef; rules: MonthRules; figures: Figures; sent: SentMonth | undefined; news: News; at: Instant },
): Promise<SentBasis[]> {
  const { ref, rules, figures, news, at } = given;
  const { cycle } = rules.book.agreement;
  const { region, month } = ref;
  const no = ((await sendingsOf(tx, ref)).at(-1)?.no ?? 0) + 1;
  const objectUntil = objectUntilFor(at, cyclePlan(month, cycle), cycle);
  if (given.sent === undefined) {
    await tx.insertInto('months').values({ region, month, state: 'preliminar', preliminary_at: at }).execute();
  }
  await tx
    .insertInto('basis_sendings')
    .values({ region, month, no, upto: await nextChange(tx), at, object_until: objectUntil })
    .execute();
  const bases = [...figures.kommuner, ...figures.others, ...gone(figures, news)].flatMap((sum): SentBasis[] => {
    const changed = news === 'all' ? sum.stays : news === 'none' ? 0 : (news.get(sum.payer) ?? 0);
    return news === 'all' || changed > 0 ? [{ region, month, payer: sum.payer, no, at, objectUntil, changed, sum }] : [];
  });
  if (bases.length > 0) {
    await tx
      .insertInto('sent_bases')
      .values(bases.map(({ payer, changed, sum }) => ({ region, month, no, payer, changed, sum: canonical(sum) })))
      .execute();
  }
  return bases;
}

/** Payers of other regions whose last stay has left the month: they are told so. */
function gone({ kommuner, others }: Figures, news: News): KommunSum[] {
  if (typeof news === 'string') return [];
  const known = new Set([...kommuner, ...others].map((sum) => sum.payer));
  const like = others[0] ?? kommuner[0];
  return like === undefined ? [] : [...news.keys()].filter((payer) => !known.has(payer)).map((payer) => nothing(like, payer));
}

function nothing(like: KommunSum, payer: string): KommunSum {
  return {
    payer,
    stays: 0,
    averageStays: null,
    averageDaysTotal: null,
    threshold: null,
    average: null,
    averageBillableDays: null,
    billableByYear: {},
    averageAmountOre: null,
    individualAmountOre: like.individualAmountOre === null ? null : 0,
    amountOre: like.amountOre === null ? null : 0,
  };
}

export type Sending = Selectable<BasisSendingsTable>;

export async function sendingsOf(db: Db, { region, month }: MonthRef): Promise<Sending[]> {
  return db.selectFrom('basis_sendings').selectAll().where('region', '=', region).where('month', '=', month).orderBy('no').execute();
}

export async function sentBases({ db }: LedgerContext, asked: MonthRef & { payer?: string | undefined }): Promise<SentBasis[]> {
  const { region, month, payer } = storable(asked);
  let select = db
    .selectFrom('sent_bases as b')
    .innerJoin('basis_sendings as s', (join) =>
      join.onRef('s.region', '=', 'b.region').onRef('s.month', '=', 'b.month').onRef('s.no', '=', 'b.no'),
    )
    .select(['b.payer', 'b.no', 's.at', 's.object_until', 'b.changed', 'b.sum'])
    .where('b.region', '=', region)
    .where('b.month', '=', month);
  if (payer !== undefined) select = select.where('b.payer', '=', payer);
  const rows = await select.orderBy('b.no').orderBy('b.payer').execute();
  return rows.map((row) => ({
    region,
    month,
    payer: row.payer,
    no: row.no,
    at: row.at,
    objectUntil: row.object_until,
    changed: row.changed,
    sum: JSON.parse(row.sum) as KommunSum,
  }));
}
