/** The region's months, newest first, each with its state, its sum and what happens next. Frozen sums never change, and are remembered. */
import type { RuleBook } from '../../domain/billing/kommun-month.js';
import type { Instant } from '../../domain/calendar.js';
import type { Ore } from '../../domain/money.js';
import type { MonthState, MonthSums } from '../../ledger/billing/billing-ledger.js';
import { lastDayText, timeText } from '../../out/documents/format.js';
import type { BoardDeps, BoardLedger } from './deps.js';
import { datesOf } from './words.js';

export interface MonthLine {
  month: string;
  state: MonthState;
  amountOre: Ore | null;
  next: string;
}

export interface MonthLines {
  lines: MonthLine[];
  /** The month before which there are more; null at the end. */
  older: string | null;
  /** By which the newest of them is reckoned. */
  rules: RuleBook | undefined;
}

const SHOWN = 12;
/** A month that is not frozen is summed each time: in a region that bills, two or three. Of older ones the sum is left to their own pages. */
const OPEN_SUMMED = 4;
const REMEMBERED = 500;
/** By ledger: region, month and hash → its frozen amount. */
const frozenAmounts = new WeakMap<BoardLedger['monthSums'], Map<string, Ore | null>>();

/** Real milliseconds for which the figures of a month that is over and not frozen are kept. @source contract.md: months follow within seconds */
const KEPT_MS = 5_000;
/** By the ledger's own function: who looks at a page is none of it. */
const keptSums = new WeakMap<BoardLedger['monthSums'], Map<string, { until: number; sums: Promise<MonthSums | undefined> }>>();

/** A month's figures as they were a moment ago: for a list of months, none of them the running one. */
export function recentSums(ledger: BoardLedger, key: string, read: () => Promise<MonthSums | undefined>): Promise<MonthSums | undefined> {
  const kept = keptSums.get(ledger.monthSums) ?? new Map<string, { until: number; sums: Promise<MonthSums | undefined> }>();
  keptSums.set(ledger.monthSums, kept);
  const known = kept.get(key);
  if (known !== undefined && known.until > Date.now()) return known.sums;
  if (kept.size >= REMEMBERED) kept.clear();
  const sums = read();
  kept.set(key, { until: Date.now() + KEPT_MS, sums });
  sums.catch(() => kept.delete(key));
  return sums;
}

/** `read`: a month's figures, which the page may have asked for already. */
export async function monthLines(
  { ledger }: Pick<BoardDeps, 'ledger'>,
  region: string,
  before: string | undefined,
  read: ReadMonth,
  now: Instant,
): Promise<MonthLines> {
  const all = (await ledger.listMonths(region)).filter(({ month }) => before === undefined || month < before);
  const shown = all.slice(0, SHOWN);
  const open = shown.filter(({ hash }) => hash === null).map(({ month }) => month);
  const lines = await Promise.all(
    shown.map((month) => lineOf(remembered(ledger), region, month, open.indexOf(month.month) >= OPEN_SUMMED ? undefined : read, now)),
  );
  return {
    lines: lines.map(({ line }) => line),
    older: all.length > SHOWN ? (shown.at(-1)?.month ?? null) : null,
    rules: lines.find(({ rules }) => rules !== undefined)?.rules,
  };
}

export type ReadMonth = (month: string) => Promise<MonthSums | undefined>;

type Listed = Awaited<ReturnType<BoardLedger['listMonths']>>[number];

async function lineOf(
  known: Map<string, Ore | null>,
  region: string,
  { month, state, frozenAt, hash }: Listed,
  read: ReadMonth | undefined,
  now: Instant,
): Promise<{ line: MonthLine; rules?: RuleBook }> {
  const key = `${region}/${month}/${hash}`;
  if (hash !== null && known.has(key)) {
    return { line: { month, state, amountOre: known.get(key) ?? null, next: frozenText(state, frozenAt) } };
  }
  if (read === undefined) return { line: { month, state, amountOre: null, next: 'Räknas när månaden öppnas' } };
  const sums = await read(month);
  if (sums === undefined) return { line: { month, state, amountOre: null, next: 'Ingen överenskommelse gällde.' } };
  if (hash !== null) {
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, sums.amountOre);
  }
  const dates = datesOf(sums);
  const next =
    state === 'lopande'
      ? `Preliminär ${timeText(dates.preliminaryAt)}`
      : state === 'preliminar'
        ? dates.objectUntil > now
          ? `Invändningar till och med ${lastDayText(dates.objectUntil)}`
          : `Låses ${timeText(dates.freezeAt)}`
        : frozenText(state, frozenAt);
  return { line: { month, state, amountOre: sums.amountOre, next }, rules: sums.rules };
}

function frozenText(state: MonthState, frozenAt: Instant | null): string {
  const locked = frozenAt === null ? '' : `, låst ${timeText(frozenAt)}`;
  return state === 'fakturerad' ? `Klar${locked}` : `Fakturor ställs${locked}`;
}

function remembered(ledger: BoardLedger): Map<string, Ore | null> {
  const known = frozenAmounts.get(ledger.monthSums) ?? new Map<string, Ore | null>();
  frozenAmounts.set(ledger.monthSums, known);
  return known;
}
