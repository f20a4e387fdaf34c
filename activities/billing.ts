/** A region's month: planned, sent to its kommuner, frozen once, and followed until each kommun has its first invoice or zero basis. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cyclePlan, freezeAtFor } from '../src/domain/billing/cycle.js';
import {
  type BillingNotice,
  type CycleContext,
  kommunInWords,
  regionFrozenNotice,
  regionSentNotice,
  sentNotices,
} from '../src/domain/billing/cycle-notices.js';
import type { RuleBook } from '../src/domain/billing/kommun-month.js';
import { type Instant, toIso } from '../src/domain/calendar.js';
import type { Frozen, MonthRef, MonthSums, SentBasis } from '../src/ledger/billing/billing-ledger.js';
import { documentedIn } from './documented.js';
import { monthCsv } from './documents.js';
import { permanent, withFailures } from './failures.js';
import type { ActivityDeps } from './index.js';
import type { Tell } from './tell.js';
import { writeWhole } from './write-whole.js';

export type AtMonth = MonthRef & { at: Instant };

/** When the month's steps are taken, by the agreement's data. */
export interface MonthPlan {
  agreement: string;
  preliminaryAt: Instant;
  freezeAt: Instant;
  /** Null while it is not frozen. */
  frozenAt: Instant | null;
}

export interface SentMonth {
  /** Every kommun that has been sent a basis. */
  payers: string[];
  /** Those sent something now. */
  news: number;
  /** Exclusive, for the first sending. */
  objectUntil: Instant;
  freezeAt: Instant;
}

/** What a workflow's history needs to know of a month: totals, not stays. */
export interface MonthTotals extends MonthRef {
  agreement: string;
  agreementVersion: string;
  /** Discharges that some kommun answers for. */
  stays: number;
  vardprisOre: number | null;
  amountOre: number | null;
  /** In order of kommunkod, those of other regions last. */
  kommuner: { payer: string; stays: number; amountOre: number | null }[];
}

export interface FrozenTotals extends MonthTotals {
  /** SHA-256 of the frozen month. */
  hash: string;
  frozenAt: Instant;
}

/** How far the kommuner of a frozen month have come. */
export interface MonthProgress {
  /** Those without their first invoice or zero basis, and what each waits for; null: it is being made. */
  waiting: { payer: string; kommun: string; waitsFor: 'release' | 'approval' | null }[];
  /** Numbers of the invoices and notes so far. */
  invoices: string[];
}

export function billingActivities(deps: Pick<ActivityDeps, 'ledger' | 'agreements' | 'dataDir' | 'log'>, tell: Tell) {
  const { ledger, dataDir, log } = deps;
  const sumsOf = async ({ region, month, at }: AtMonth): Promise<MonthSums> => {
    const sums = await ledger.monthSums({ region, month }, at);
    if (sums === undefined) throw permanent('galler-inte', `Ingen överenskommelse och ingen lag gäller för ${region} i ${month}.`);
    return sums;
  };

  return {
    /** By which agreement, and when. Fails for good when nothing is in force. */
    planMonth: (ref: AtMonth): Promise<MonthPlan> =>
      withFailures(log, { activity: 'planMonth', ...ref }, async () => {
        const { rules, preliminaryAt, frozenAt } = await sumsOf(ref);
        return { ...planOf(ref.month, rules, preliminaryAt), frozenAt };
      }),

    /** Sends the preliminary basis, or what has changed since, and tells of it. Again with nothing new it sends nothing. */
    sendBasis: ({ at, ...ref }: AtMonth): Promise<SentMonth> =>
      withFailures(log, { activity: 'sendBasis', ...ref }, async () => {
        const news = await ledger.sendBasis(ref, at);
        const { rules } = await sumsOf({ ...ref, at });
        const sent = await ledger.sentBases(ref);
        const [first] = [...sent].sort((a, b) => a.no - b.no);
        const objectUntil = first?.objectUntil ?? cyclePlan(ref.month, rules.agreement.cycle).objectUntil;
        const payers = [...new Set(sent.map(({ payer }) => payer))].sort();
        await tell(ref.region, noticesOfSent(ref, rules, sent), at);
        return { payers, news: news.length, objectUntil, freezeAt: planOf(ref.month, rules, first?.at ?? at).freezeAt };
      }),

    /** Freezes the month, once: a second call answers what the first one froze. Fails for good while the month is not over, and when a price is missing. */
    freezeMonth: ({ at, ...ref }: AtMonth): Promise<FrozenTotals> =>
      withFailures(log, { activity: 'freezeMonth', ...ref }, async () => {
        const frozen = await ledger.freezeMonth(ref, at);
        const { frozenAt, amountOre } = frozen;
        const { rules } = await sumsOf({ ...ref, at });
        const approves = rules.agreement.cycle.invoicing === 'approved';
        // What had not been sent is sent with the freeze.
        const sent = noticesOfSent(ref, rules, await ledger.sentBases(ref));
        await tell(ref.region, [...sent, regionFrozenNotice(ref, { frozenAt, amountOre, approves })], at);
        return totalsOf(frozen);
      }),

    /** Who still lacks a first invoice or zero basis, and why. Reads only. */
    monthProgress: ({ at, ...ref }: AtMonth): Promise<MonthProgress> =>
      withFailures(log, { activity: 'monthProgress', ...ref }, async () => {
        const { rules, kommuner, others } = await sumsOf({ ...ref, at });
        const notes = await ledger.documents(ref);
        const missing = [...kommuner, ...others].filter(({ payer }) => documentedIn(notes, payer).size === 0);
        const waiting = await Promise.all(
          missing.map(async ({ payer, amountOre }) => {
            const { held, approved } = await ledger.kommunState({ ...ref, payer });
            const approves = rules.agreement.cycle.invoicing === 'approved' && approved === null && amountOre !== 0;
            return {
              payer,
              kommun: kommunInWords(rules.agreement, payer),
              waitsFor: held !== null ? ('release' as const) : approves ? ('approval' as const) : null,
            };
          }),
        );
        return { waiting, invoices: (await ledger.invoices(ref)).map(({ number }) => number) };
      }),

    /** The month is invoiced. Writes its figures to `DATA_DIR/billing/{region}/{month}/underlag.json`, every stay to `underlag.csv` beside it, the same bytes each time. */
    finishMonth: ({ at, ...ref }: AtMonth): Promise<{ folder: string }> =>
      withFailures(log, { activity: 'finishMonth', ...ref }, async () => {
        await ledger.markInvoiced(ref);
        // What was frozen: a second freeze answers the first.
        const { state: _, fresh: __, frozenAt, ...frozen } = await ledger.freezeMonth(ref, at);
        const folder = join(dataDir, 'billing', ref.region, ref.month);
        await mkdir(folder, { recursive: true });
        await writeWhole(join(folder, 'underlag.json'), `${JSON.stringify({ ...frozen, frozenAt: toIso(frozenAt) }, null, 2)}\n`);
        const csv = await monthCsv(deps, ref, at);
        if (csv !== undefined) await writeWhole(join(folder, 'underlag.csv'), csv);
        return { folder };
      }),
  };
}

function planOf(month: string, { agreement }: RuleBook, sentAt: Instant | null): Omit<MonthPlan, 'frozenAt'> {
  const plan = cyclePlan(month, agreement.cycle);
  const { preliminaryAt } = plan;
  return { agreement: agreement.id, preliminaryAt, freezeAt: sentAt === null ? plan.freezeAt : freezeAtFor(sentAt, plan, agreement.cycle) };
}

function noticesOfSent({ region, month }: MonthRef, { agreement }: RuleBook, sent: readonly SentBasis[]): BillingNotice[] {
  const { tolkningsinstans, cycle } = agreement;
  const firstOf = new Map<string, number>();
  for (const { payer, no } of sent) firstOf.set(payer, Math.min(no, firstOf.get(payer) ?? no));
  const first = sent.find(({ no }) => no === 1);
  return [
    ...(first === undefined ? [] : [regionSentNotice({ region, month }, { ...first, kommuner: sent.filter(({ no }) => no === 1).length })]),
    ...sent.flatMap((one) => {
      const context: CycleContext = {
        region,
        month,
        payer: one.payer,
        kommun: kommunInWords(agreement, one.payer),
        tolkningsinstans,
        cycle,
      };
      return sentNotices(context, { ...one, isFirst: firstOf.get(one.payer) === one.no });
    }),
  ];
}

function totalsOf({ region, month, agreement, agreementVersion, vardprisOre, amountOre, kommuner, hash, frozenAt }: Frozen): FrozenTotals {
  return {
    region,
    month,
    agreement,
    agreementVersion,
    stays: kommuner.reduce((sum, { stays }) => sum + stays, 0),
    vardprisOre,
    amountOre,
    kommuner: kommuner.map(({ payer, stays, amountOre }) => ({ payer, stays, amountOre })),
    hash,
    frozenAt,
  };
}
