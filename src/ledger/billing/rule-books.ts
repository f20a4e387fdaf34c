/** What a month is reckoned by: the agreements that the service was given, or, once it is frozen, the rule book that was frozen with it. */
import { createHash } from 'node:crypto';
import type { Agreement, Vardpriser } from '../../domain/agreement.js';
import { kommunerIn } from '../../domain/agreement-in-force.js';
import type { RuleBook } from '../../domain/billing/kommun-month.js';
import { ruleBookOf } from '../../domain/billing/region-month.js';
import { canonical } from '../../domain/canonical.js';
import type { Db } from '../connect.js';
import type { MonthRef } from './billing-ledger.js';

/** The agreements and prices that months which are not frozen are reckoned by. */
export interface Rules {
  agreements: readonly Agreement[];
  vardpriser: Vardpriser;
}

/** A rule book with what is asked of it for every stay. */
export interface MonthRules {
  book: RuleBook;
  /** Rows judged by another version are judged anew, unless they are frozen. */
  version: string;
  /** The agreement or law that this payer pays under in the month; undefined where there is none. */
  paidUnder(payer: string | null): Agreement | undefined;
  /** Whether the payer is one of the agreement's own. */
  isOwn(payer: string): boolean;
}

export interface RuleBooks {
  /** By the service's agreements; undefined where neither an agreement nor the law holds. Throws when the ledger was opened without them. */
  current(ref: MonthRef): MonthRules | undefined;
  /** The same, but undefined when the ledger was opened without agreements: what is recorded then is judged when it is read. */
  currentIfAny(ref: MonthRef): MonthRules | undefined;
  /** The rule book that a month was frozen with. */
  frozen(db: Db, ref: MonthRef, hash: string): Promise<MonthRules>;
  /**
   * The same, for what became of the month afterwards: a year's price that was unknown then, and that no frozen stay needed, is the one known
   * now. Everything else stays as it was frozen.
   */
  afterwards(db: Db, ref: MonthRef, hash: string): Promise<MonthRules>;
}

/** Goes up when a rule of judging is changed in the code, so that months which are not frozen are judged anew. */
const JUDGING = 1;

/** Months remembered at a time. */
const KEPT = 1_000;

export function ruleBooksOf(rules: Rules | undefined): RuleBooks {
  const current = new Map<string, MonthRules | undefined>();
  const books = new Map<string, Record<'frozen' | 'afterwards', MonthRules>>();
  const currentIfAny = (ref: MonthRef): MonthRules | undefined => {
    if (rules === undefined) return undefined;
    const key = `${ref.region}/${ref.month}`;
    if (!current.has(key)) {
      // Anybody can ask for any month: what was asked for long ago is forgotten.
      if (current.size > KEPT) current.clear();
      const book = ruleBookOf(rules, ref.region, ref.month);
      current.set(key, book && monthRulesOf(book, ref.month));
    }
    return current.get(key);
  };
  const kept = async (db: Db, { region, month }: MonthRef, hash: string): Promise<Record<'frozen' | 'afterwards', MonthRules>> => {
    const key = `${region}/${month}/${hash}`;
    const known = books.get(key);
    if (known !== undefined) return known;
    const { json } = await db.selectFrom('rule_books').select('json').where('hash', '=', hash).executeTakeFirstOrThrow();
    const book = JSON.parse(json) as RuleBook;
    const completed = { ...book, vardpriser: { ...rules?.vardpriser, ...book.vardpriser } };
    const made = { frozen: monthRulesOf(book, month), afterwards: monthRulesOf(completed, month) };
    if (books.size > KEPT) books.clear();
    books.set(key, made);
    return made;
  };
  return {
    currentIfAny,
    current: (ref) => {
      if (rules === undefined) throw new Error('the ledger was opened without agreements: it can record stays, but reckon no month');
      return currentIfAny(ref);
    },
    frozen: async (db, ref, hash) => (await kept(db, ref, hash)).frozen,
    afterwards: async (db, ref, hash) => (await kept(db, ref, hash)).afterwards,
  };
}

export function monthRulesOf(book: RuleBook, month: string): MonthRules {
  const { agreement, fallback } = book;
  const own = agreement.region === null ? undefined : new Set(kommunerIn(agreement, month).map(({ code }) => code));
  const isOwn = (payer: string): boolean => own === undefined || own.has(payer);
  return {
    book,
    version: judgingVersion(book),
    isOwn,
    // A stay that nobody pays is judged as the agreement's own would be, so that its days are known.
    paidUnder: (payer) => (payer === null || isOwn(payer) ? agreement : fallback),
  };
}

/** Prices do not judge a stay: a new year's price makes nothing stale. */
function judgingVersion({ agreement, fallback }: RuleBook): string {
  return createHash('sha256')
    .update(canonical([JUDGING, agreement, fallback ?? null]))
    .digest('base64url')
    .slice(0, 22);
}

/** Keeps a rule book, once; answers its hash. */
export async function keepRuleBook(tx: Db, book: RuleBook): Promise<string> {
  const json = canonical(book);
  const hash = createHash('sha256').update(json).digest('hex');
  await tx
    .insertInto('rule_books')
    .values({ hash, json })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return hash;
}
