/**
 * A second reckoning of the payment rules, written to be obvious and slow: it walks the calendar day by day, keeps money in fractions of
 * bigint, and shares nothing with the code that it audits but the shape of an episode.
 */
import type { Episode } from '../../../src/domain/billing/episode.js';

const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
/** `YYYY-MM-DD HH:MM:SS` in Stockholm. */
export const wall = (at: number): string => clock.format(at);
const dateOf = (at: number): string => wall(at).slice(0, 10);
const next = (date: string): string => new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
const after = (date: string, days: number): string => (days === 0 ? date : after(next(date), days - 1));

/** Counts how often a whole day can be stepped from one wall clock reading without passing the other. */
function wholeDays(from: string, until: string): number {
  let days = 0;
  let date = next(from.slice(0, 10));
  while (`${date}${from.slice(10)}` <= until) {
    days += 1;
    date = next(date);
  }
  return days;
}

interface Demands {
  inskrivningWithin24h: boolean;
}

export function auditedReason(stay: Episode, demands: Demands): string | null {
  const home = stay.dischargedAt ?? Number.NaN;
  const inTime = (at: number | null): boolean => at !== null && at <= home;
  if (stay.excluded !== null) return stay.excluded;
  if (!inTime(stay.inskrivningsmeddelandeAt)) return 'inskrivningsmeddelande-saknas';
  if (demands.inskrivningWithin24h) {
    const admitted = stay.admittedAt ?? Number.NaN;
    const clockStart = stay.behovBedomtAt !== null && stay.behovBedomtAt - admitted > 86_400_000 ? stay.behovBedomtAt : admitted;
    if ((stay.inskrivningsmeddelandeAt ?? 0) - clockStart > 86_400_000) return 'inskrivningsmeddelande-sen';
  }
  if (!inTime(stay.vardtidAt)) return 'vardtidsbedomning-saknas';
  const notice = stay.intervals[0];
  if (notice === undefined) return 'utskrivningsklar-saknas';
  if (!inTime(stay.utskrivningsmeddelandeAt)) return 'utskrivningsmeddelande-saknas';
  if (stay.svplRequired) {
    if (stay.svplKallelseAt === null) return 'svpl-kallelse-saknas';
    if (dateOf(stay.svplKallelseAt) > after(dateOf(notice.from), 3)) return 'svpl-kallelse-sen';
  }
  return stay.blocked.length > 0 ? 'oppenvard-saknas' : null;
}

export interface AuditedKommun {
  stays: number;
  excluded: [string, string][];
  averageStays: number | null;
  averageDaysTotal: number | null;
  average: string | null;
  individual: [string, number, number, number][];
  amountOre: number;
}

/** J from 2019: average above 2.0 half up to one decimal, eight days or more by themselves less three. */
export function auditJonkoping(stays: Episode[], priceOre: number): AuditedKommun {
  const result = emptyKommun(stays.length);
  let n = 0n;
  let total = 0n;
  let ore = 0n;
  for (const stay of stays) {
    const reason = auditedReason(stay, { inskrivningWithin24h: false });
    if (reason !== null) {
      result.excluded.push([stay.stayId, reason]);
      continue;
    }
    const from = wall(stay.intervals[0]?.from ?? 0);
    const start = stay.careForm === 'psykiatrisk' && from < '2019-01-01' ? '2019-01-01 00:00:00' : from;
    const home = wall(stay.dischargedAt ?? 0);
    const days = wholeDays(start, home);
    let old = 0;
    if (start !== from) for (let date = after(from.slice(0, 10), 30); date < '2019-01-01'; date = next(date)) old += 1;
    let oldDays = 0;
    if (old > 0) for (let date = from.slice(0, 10); date < '2019-01-01'; date = next(date)) oldDays += 1;
    const own = days > 7 ? days - 3 : 0;
    if (days > 7 || old > 0) {
      result.individual.push([stay.stayId, (days > 7 ? days : 0) + oldDays, own + old, (own + old) * priceOre]);
      ore += BigInt((own + old) * priceOre);
    }
    if (days <= 7) {
      n += 1n;
      total += BigInt(days);
    }
  }
  result.averageStays = Number(n);
  result.averageDaysTotal = Number(total);
  if (n > 0n) {
    // Half up: a tenth more as soon as the rest is half a tenth or more.
    let tenths = (total * 10n) / n;
    if ((total * 10n - tenths * n) * 2n >= n) tenths += 1n;
    result.average = `${tenths / 10n}.${tenths % 10n}`;
    if (tenths > 20n) ore += ((tenths - 20n) * n * BigInt(priceOre)) / 10n;
  }
  return sorted(result, ore);
}

/** V: exact average above 3. */
export function auditVastmanland(stays: Episode[], priceOre: number): AuditedKommun {
  const result = emptyKommun(stays.length);
  const days: number[] = [];
  for (const stay of stays) {
    const reason = auditedReason(stay, { inskrivningWithin24h: false });
    if (reason !== null) result.excluded.push([stay.stayId, reason]);
    else days.push(wholeDays(wall(stay.intervals[0]?.from ?? 0), wall(stay.dischargedAt ?? 0)));
  }
  const total = days.reduce((sum, each) => sum + each, 0);
  result.averageStays = days.length;
  result.averageDaysTotal = total;
  if (days.length > 0) {
    const text = String((BigInt(total) * 100_000n) / BigInt(days.length) + 5n)
      .slice(0, -1)
      .padStart(5, '0');
    result.average = `${text.slice(0, -4)}.${text.slice(-4)}`.replace(/(\.\d+?)0+$/, '$1');
  }
  const above = total - 3 * days.length;
  return sorted(result, above > 0 ? BigInt(above) * BigInt(priceOre) : 0n);
}

/** LUS 5:4: day by day, each with its year's price. */
export function auditLaw(stays: Episode[], prices: Record<string, number>): AuditedKommun {
  const result = emptyKommun(stays.length);
  let ore = 0n;
  for (const stay of stays) {
    const reason = auditedReason(stay, { inskrivningWithin24h: true });
    if (reason !== null) {
      result.excluded.push([stay.stayId, reason]);
      continue;
    }
    const notice = stay.intervals[0]?.from ?? 0;
    const isAfterNoon = wall(notice).slice(11) > '12:00:00' || (wall(notice).slice(11) === '12:00:00' && notice % 1000 > 0);
    let calendar = 0;
    let paid = 0;
    let amount = 0n;
    for (let date = dateOf(notice); date < dateOf(stay.dischargedAt ?? 0); date = next(date)) {
      if (calendar >= (isAfterNoon ? 4 : 3)) {
        paid += 1;
        amount += BigInt(prices[date.slice(0, 4)] ?? Number.NaN);
      }
      calendar += 1;
    }
    if (paid > 0) result.individual.push([stay.stayId, calendar, paid, Number(amount)]);
    ore += amount;
  }
  return sorted(result, ore);
}

function emptyKommun(stays: number): AuditedKommun {
  return { stays, excluded: [], averageStays: null, averageDaysTotal: null, average: null, individual: [], amountOre: 0 };
}

function sorted(result: AuditedKommun, ore: bigint): AuditedKommun {
  const byId = (a: readonly unknown[], b: readonly unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);
  return { ...result, excluded: result.excluded.sort(byId), individual: result.individual.sort(byId), amountOre: Number(ore) };
}
