/** Reads what a report is made of from the ledger, and makes it. */
import type { Agreement } from '../../domain/agreement.js';
import { agreementInForce, kommunerIn } from '../../domain/agreement-in-force.js';
import { addDays, type Instant, localMonthOf } from '../../domain/calendar.js';
import type { MonthOutcome } from '../../domain/reports/outcome.js';
import { kindOf, monthAfter, monthsOf, type Period, periodBefore, type ReportKind, trendPeriod } from '../../domain/reports/period.js';
import { type Report, reportOf } from '../../domain/reports/report.js';
import type { BillingLedger } from '../../ledger/billing/billing-ledger.js';
import type { ReportLedger } from '../../ledger/reports/report-ledger.js';

export interface ReportReaderDeps {
  ledger: Omit<ReportLedger, 'importRows'> & Pick<BillingLedger, 'listMonths' | 'monthSums' | 'invoices'>;
  agreements: { agreements: readonly Agreement[] };
  clock: { now(): Instant };
}

/** So many months at a time: a ledger has other readers too. */
const MONTHS_AT_ONCE = 4;

/** Undefined for a region without an agreement. Months to come, and such as no agreement or law holds in, count as empty. */
export async function readReport(
  deps: ReportReaderDeps,
  { region, period, kind }: { region: string; period: Period; kind?: ReportKind | undefined },
): Promise<Report | undefined> {
  const agreement = regionAgreement(deps.agreements.agreements, region, period);
  if (agreement === undefined) return undefined;
  const now = deps.clock.now();
  const before = periodBefore(period);
  const [earliest = before.from] = [before.from, trendPeriod(period).from].sort();
  const all = { region, from: earliest, to: period.to };
  const [tallies, { objections, contested }, months, measurements, vardcentraler] = await Promise.all([
    deps.ledger.indicatorTallies(all, now),
    deps.ledger.objectionTallies(all),
    outcomes(deps, region, { before, period }, now),
    deps.ledger.delaktighet(all),
    deps.ledger.vardcentraler(region),
  ]);
  const names = new Map(monthsOf(period).flatMap((month) => kommunerIn(agreement, month).map(({ code, name }) => [code, name] as const)));
  return reportOf({
    region,
    agreement,
    kommuner: [...names].map(([code, name]) => ({ code, name })).sort((a, b) => (a.code < b.code ? -1 : 1)),
    kind: kind ?? kindOf(period),
    period,
    asOf: now,
    tallies,
    objections,
    contested,
    months,
    measurements,
    vardcentraler,
  });
}

/** The region's agreement at the end of the period; where none holds then, the first that it had. */
export function regionAgreement(agreements: readonly Agreement[], region: string, period: Period): Agreement | undefined {
  const own = agreements.filter((agreement) => agreement.region === region);
  const inForce = agreementInForce(own, region, addDays(`${monthAfter(period.to, 1)}-01`, -1));
  return inForce ?? own.toSorted((a, b) => (a.inForce.from < b.inForce.from ? -1 : 1))[0];
}

/** Of the months before the period only those in which there is something. */
async function outcomes(
  { ledger }: ReportReaderDeps,
  region: string,
  { before, period }: { before: Period; period: Period },
  now: Instant,
): Promise<MonthOutcome[]> {
  const known = new Set((await ledger.listMonths(region)).map(({ month }) => month));
  const months = [...monthsOf(before).filter((month) => known.has(month)), ...monthsOf(period)].filter(
    (month) => month <= localMonthOf(now),
  );
  const read: MonthOutcome[] = [];
  for (let i = 0; i < months.length; i += MONTHS_AT_ONCE) {
    const some = await Promise.all(months.slice(i, i + MONTHS_AT_ONCE).map((month) => outcomeOfMonth(ledger, { region, month }, now)));
    read.push(...some.filter((month) => month !== undefined));
  }
  return read;
}

async function outcomeOfMonth(
  ledger: ReportReaderDeps['ledger'],
  ref: { region: string; month: string },
  now: Instant,
): Promise<MonthOutcome | undefined> {
  const [sums, invoices] = await Promise.all([ledger.monthSums(ref, now), ledger.invoices(ref)]);
  return (
    sums && {
      month: ref.month,
      state: sums.state,
      payers: [...sums.kommuner, ...sums.others].map(({ payer, stays, average, threshold, amountOre }) => ({
        payer,
        stays,
        average,
        threshold,
        amountOre,
      })),
      invoices: invoices.map(({ payer, number, kind, amountOre, issuedAt, changed }) => ({
        payer,
        number,
        kind,
        amountOre,
        issuedAt,
        changed: changed.length,
      })),
    }
  );
}
