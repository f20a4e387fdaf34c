/** The region's months, newest first, each with its state, its sum and what happens next. Frozen sums never change, and are remembered. */
import type { RuleBook } from '../../domain/billing/kommun-month.js';
import type { Instant } from '../../domain/calendar.js';
import type { Ore } from '../../domain/money.js';
import type { MonthState } from '../../ledger/billing/billing-ledger.js';
import { lastDayText, timeText } from '../../out/documents/format.js';
import { knownMonth } from '../month-view.js';
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
const REMEMBERED = 500;
/** By ledger: region, month and hash → its frozen amount. */
const frozenAmounts = new WeakMap<BoardLedger, Map<string, Ore | null>>();

export async function monthLines(deps: BoardDeps, region: string, before: string | undefined, now: Instant): Promise<MonthLines> {
  const all = (await deps.ledger.listMonths(region)).filter(({ month }) => before === undefined || month < before);
  const shown = all.slice(0, SHOWN);
  const read = await Promise.all(shown.map((month) => lineOf(deps, region, month, now)));
  return {
    lines: read.map(({ line }) => line),
    older: all.length > SHOWN ? (shown.at(-1)?.month ?? null) : null,
    rules: read.find(({ rules }) => rules !== undefined)?.rules,
  };
}

type Listed = Awaited<ReturnType<BoardLedger['listMonths']>>[number];

async function lineOf(
  deps: BoardDeps,
  region: string,
  { month, state, frozenAt, hash }: Listed,
  now: Instant,
): Promise<{ line: MonthLine; rules?: RuleBook }> {
  const known = remembered(deps.ledger);
  const key = `${region}/${month}/${hash}`;
  if (hash !== null && known.has(key)) {
    return { line: { month, state, amountOre: known.get(key) ?? null, next: frozenText(state, frozenAt) } };
  }
  const sums = await knownMonth(deps, region, month);
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
  const known = frozenAmounts.get(ledger) ?? new Map<string, Ore | null>();
  frozenAmounts.set(ledger, known);
  return known;
}
