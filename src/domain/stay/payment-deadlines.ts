/** The clocks of payment while the patient is utskrivningsklar: when the individual reckoning begins, and when payment does. */
import type { ProcessRules } from '../agreement.js';
import { addDays, addWallClock, DAY, type Instant, localDateOf, localTimeOf, startOfDay } from '../calendar.js';
import type { Draft } from './deadline-parts.js';
import type { Facts } from './facts.js';
import { payerOf, reachedAt } from './parties.js';

/**
 * `individuell-berakning` for average agreements with an individual part, `betalningsansvar` for individual ones; owed by the payer,
 * from its own notice of utskrivningsklar until the discharge or the withdrawal.
 *
 * @source J bilaga 2, Individuell beräkning; LUS 5:4
 */
export function paymentDeadlines(f: Facts, rules: ProcessRules, id: 'individuell-berakning' | 'betalningsansvar'): Draft[] {
  const payer = payerOf(f);
  return f.ready.flatMap((interval) => {
    const start = reachedAt(f, payer, interval.at);
    if (interval.until !== null && interval.until <= start) return [];
    const dueAt = startOfPayment(f, rules, start, id);
    if (dueAt === null) return [];
    const ended = interval.until === null ? undefined : { at: interval.until, how: 'uppfylld' as const };
    return [
      {
        key: `${id}:${interval.id}`,
        id,
        owner: { party: 'kommun' as const, unit: payer },
        startedAt: start,
        dueAt,
        ...(ended ? { ended } : {}),
      },
    ];
  });
}

function startOfPayment(f: Facts, rules: ProcessRules, notice: Instant, id: string): Instant | null {
  const date = localDateOf(notice);
  const rule = rules.payment.find((p) => p.careForms.includes(f.careForm) && p.from <= date && (p.until === null || date < p.until))?.rule;
  if (!rule) return null;
  if (rule.kind === 'average')
    return id === 'individuell-berakning' && rule.individual ? addWallClock(notice, rule.individual.fromDays * DAY) : null;
  if (id !== 'betalningsansvar') return null;
  if (rule.kind === 'individual-calendar') {
    // "efter klockan 12.00": noon itself is not after noon.
    return startOfDay(addDays(date, localTimeOf(notice) > `${rule.cutoff}.000` ? rule.daysAfterCutoff : rule.daysAfterNotice));
  }
  return rule.kind === 'individual-30' ? startOfDay(addDays(date, rule.fromCalendarDay)) : null;
}
