/** The board's Swedish: states, what happens next and when, how long is left. */
import { type CyclePlan, cyclePlan, freezeAtFor, objectUntilFor } from '../../domain/billing/cycle.js';
import { endOfMonth } from '../../domain/billing/region-month.js';
import { DAY, daysBetween, HOUR, type Instant, localDateOf, MINUTE } from '../../domain/calendar.js';
import type { InvoiceKind, MonthState, MonthSums } from '../../ledger/billing/billing-ledger.js';
import { lastDayText, timeText } from '../../out/documents/format.js';

export const STATE_NAMES: Record<MonthState, string> = {
  lopande: 'pågår',
  preliminar: 'preliminär',
  last: 'låst',
  fakturerad: 'fakturerad',
};

export const INVOICE_NAMES: Record<InvoiceKind, string> = {
  faktura: 'Faktura',
  kreditfaktura: 'Kreditfaktura',
  debetfaktura: 'Debetfaktura',
};

/** A month's days: when it is sent, until when it can be objected to, when it is frozen. Known from the sending on, planned before. */
export interface MonthDates extends CyclePlan {
  /** Whether the basis has been sent. */
  sent: boolean;
}

export function datesOf({ month, rules, preliminaryAt }: Pick<MonthSums, 'month' | 'rules' | 'preliminaryAt'>): MonthDates {
  const { cycle } = rules.agreement;
  const plan = cyclePlan(month, cycle);
  if (preliminaryAt === null) return { ...plan, sent: false };
  return {
    preliminaryAt,
    objectUntil: objectUntilFor(preliminaryAt, plan, cycle),
    freezeAt: freezeAtFor(preliminaryAt, plan, cycle),
    sent: true,
  };
}

/** What the month's state means now, and what happens next. */
export function nextStepText(sums: Pick<MonthSums, 'month' | 'rules' | 'state' | 'preliminaryAt' | 'frozenAt'>, now: Instant): string {
  const dates = datesOf(sums);
  switch (sums.state) {
    case 'lopande':
      return now < endOfMonth(sums.month)
        ? `Månaden pågår och siffrorna ändras varje dag. Det preliminära underlaget sänds till kommunerna ${timeText(dates.preliminaryAt)}.`
        : dates.preliminaryAt > now
          ? `Månaden är slut. Det preliminära underlaget sänds till kommunerna ${timeText(dates.preliminaryAt)}.`
          : 'Månaden är slut. Det preliminära underlaget har inte sänts ännu.';
    case 'preliminar':
      return dates.objectUntil > now
        ? `Underlaget är preliminärt. Kommunerna kan invända till och med ${lastDayText(dates.objectUntil)} (${timeLeft(dates.objectUntil, now)}). Det låses ${timeText(dates.freezeAt)}.`
        : `Tiden att invända gick ut ${lastDayText(dates.objectUntil)}. Underlaget låses ${timeText(dates.freezeAt)}.`;
    case 'last':
      return `Underlaget låstes ${timeText(sums.frozenAt ?? dates.freezeAt)}: siffrorna ändras inte mer. Fakturorna ställs när varje kommuns månad är klar.`;
    case 'fakturerad':
      return `Underlaget låstes ${timeText(sums.frozenAt ?? dates.freezeAt)} och månaden är fakturerad. Ändras något i efterhand kommer skillnaden som en kredit- eller debetfaktura.`;
  }
}

/** `6 dagar kvar`, `i dag, 5 timmar kvar`, `tiden är ute`. `until` is exclusive. */
export function timeLeft(until: Instant, now: Instant): string {
  const left = until - now;
  if (left <= 0) return 'tiden är ute';
  const days = daysBetween(localDateOf(now), localDateOf(until - 1));
  if (days > 0) return days === 1 ? 'i morgon är sista dagen' : `${days}\u00a0dagar kvar`;
  return left < HOUR
    ? `${Math.max(1, Math.floor(left / MINUTE))}\u00a0minuter kvar`
    : `sista dagen, ${countText(Math.floor(left / HOUR), 'timme', 'timmar')} kvar`;
}

/** Whether so little is left that it should be seen at once. */
export const isSoon = (until: Instant, now: Instant): boolean => until - now < 2 * DAY;

/** `1 invändning`, `3 invändningar`. */
export const countText = (count: number, one: string, many: string): string => `${thousands(count)}\u00a0${count === 1 ? one : many}`;

/** `12 345`. */
export const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, '\u00a0');

/** The first letter large, as a sentence begins. */
export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
