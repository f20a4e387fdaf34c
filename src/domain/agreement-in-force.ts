/** Which agreement a stay is planned under and paid under: by the region and a date. */
import type { Agreement, CareForm, PaymentPeriod } from './agreement.js';
import type { LocalDate } from './calendar.js';

type Period = { from: LocalDate; until: LocalDate | null };

/** Whether a period holds on that date. */
export function isInForce(period: Period, date: LocalDate): boolean {
  return period.from <= date && (period.until === null || date < period.until);
}

/** Whether a period holds on some day of the month `YYYY-MM`. */
export function isInForceIn(period: Period, month: string): boolean {
  // Every date of the month sorts after "YYYY-MM" and before "YYYY-MM-99".
  return period.from < `${month}-99` && (period.until === null || period.until > `${month}-01`);
}

/**
 * The agreement of the region on that date; where it has none, the law. Of two versions that both hold, the newer one.
 *
 * A stay is planned under the one in force at its admission, and paid under the one in force at its discharge.
 *
 * @source domain.md §4
 */
export function agreementInForce(agreements: readonly Agreement[], region: string, date: LocalDate): Agreement | undefined {
  return newest(agreements, region, date) ?? lawInForce(agreements, date);
}

/** The law that holds on that date where nothing is agreed, and for a payer of another region. @source LUS 5:4 */
export function lawInForce(agreements: readonly Agreement[], date: LocalDate): Agreement | undefined {
  return newest(agreements, null, date);
}

/** The kommuner that are parties to the agreement on some day of the month, in order of kommunkod, once each. */
export function kommunerIn(agreement: Agreement, month: string): { code: string; name: string }[] {
  const names = new Map(agreement.kommuner.filter((kommun) => isInForceIn(kommun, month)).map((kommun) => [kommun.code, kommun.name]));
  return [...names].map(([code, name]) => ({ code, name })).sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** The agreement's payment rules for a care form, oldest first. */
export function paymentPeriodsOf(agreement: Agreement, careForm: CareForm): PaymentPeriod[] {
  return agreement.payment
    .filter((period) => period.careForms.includes(careForm))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

function newest(agreements: readonly Agreement[], region: string | null, date: LocalDate): Agreement | undefined {
  return agreements
    .filter((agreement) => agreement.region === region && isInForce(agreement.inForce, date))
    .reduce<Agreement | undefined>(
      (best, agreement) => (best === undefined || agreement.inForce.from > best.inForce.from ? agreement : best),
      undefined,
    );
}
