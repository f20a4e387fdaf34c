/**
 * A month reckoned a second time, from the words of the agreements: slow, day by day, in the local time that a clock on the wall shows. It shares
 * nothing with what it audits but the shapes of an episode and an agreement; nothing of `src` is imported but types.
 */
import type { Agreement, PaymentPeriod, PaymentRule } from '../../src/domain/agreement.js';
import type { Episode } from '../../src/domain/billing/episode.js';

/** Kommunkod → öre. */
export type ReferenceMonth = Record<string, number>;

/** What one stay brings: out of it all, or days for the average and days to be paid for by their year, each with the price that it takes. */
export interface ReferenceStay {
  reason: string | null;
  averageDays: number | null;
  paid: Record<string, number>;
}

/**
 * What each payer of the month owes. `law`: for payers who are not of the agreement; without it they are left out. Every price that is needed has
 * to be there. Payers with nothing to pay are there with 0 when they have a stay.
 */
export function referenceMonth(
  episodes: readonly Episode[],
  agreement: Agreement,
  prices: Record<string, number>,
  month: string,
  law?: Agreement,
): ReferenceMonth {
  const owed: ReferenceMonth = {};
  const mine = episodes.filter((stay) => stay.dischargedAt !== null && dateOf(stay.dischargedAt).startsWith(month) && !stay.outOfSight);
  for (const payer of new Set(mine.map((stay) => stay.payer))) {
    if (payer === null) continue;
    const isMember = agreement.region === null || agreement.kommuner.some((kommun) => kommun.code === payer && holdsIn(kommun, month));
    const rules = isMember ? agreement : law;
    if (rules === undefined) continue;
    const stays = mine.filter((stay) => stay.payer === payer).map((stay) => referenceStay(stay, rules));
    owed[payer] = amountOf(stays, rules, prices, month);
  }
  return owed;
}

function amountOf(stays: readonly ReferenceStay[], rules: Agreement, prices: Record<string, number>, month: string): number {
  const price = (year: string): bigint => {
    const ore = prices[year];
    if (ore === undefined) throw new Error(`the reference needs the price of ${year}`);
    return BigInt(ore);
  };
  const year = month.slice(0, 4);
  let ore = 0n;
  for (const { paid } of stays)
    for (const [of, days] of Object.entries(paid)) ore += BigInt(days) * price(rules.priceYear === 'discharge' ? year : of);
  const rule = rules.payment.find((period) => period.rule.kind === 'average' && holdsIn(period, month))?.rule;
  const counted = stays.flatMap(({ averageDays }) => (averageDays === null ? [] : [BigInt(averageDays)]));
  if (rule?.kind !== 'average' || counted.length === 0) return Number(ore);
  const n = BigInt(counted.length);
  const total = counted.reduce((sum, days) => sum + days, 0n);
  const threshold = BigInt(rule.threshold.replace('.', ''));
  // In tenths of days for all of them together; a tenth more as soon as the rest is half a tenth or more.
  let tenths = total * 10n;
  if (rule.rounding !== 'exact') {
    let each = tenths / n;
    if ((tenths - each * n) * 2n >= n) each += 1n;
    tenths = each * n;
  }
  const above = tenths - threshold * n;
  return Number(ore + (above > 0n ? (above * price(year)) / 10n : 0n));
}

/** One discharged stay by itself. */
export function referenceStay(stay: Episode, rules: Agreement): ReferenceStay {
  const home = stay.dischargedAt ?? Number.NaN;
  const out = (reason: string): ReferenceStay => ({ reason, averageDays: null, paid: {} });
  const failed = failedDemand(stay, home, rules);
  if (stay.excluded !== null) return out(stay.excluded);
  const brings = whatItBrings(stay, home, rules);
  const rule = rulesUntil(stay, home, rules).at(-1)?.rule;
  if (failed !== null) {
    const harmless =
      rules.preconditions.failing === 'never-raises' &&
      rule?.kind === 'average' &&
      brings.averageDays !== null &&
      brings.averageDays <= Number(rule.threshold) &&
      !(stay.deceased && rules.preconditions.deceased === 'excluded');
    return harmless ? { reason: failed, averageDays: brings.averageDays, paid: {} } : out(failed);
  }
  if (stay.deceased && rules.preconditions.deceased === 'excluded') return out('avliden');
  return { reason: null, ...brings };
}

/** The first demand that the stay fails, in the law's order. */
function failedDemand(stay: Episode, home: number, { preconditions }: Agreement): string | null {
  const came = (at: number | null): at is number => at !== null && at <= home;
  if (!came(stay.inskrivningsmeddelandeAt)) return 'inskrivningsmeddelande-saknas';
  const hours = preconditions.inskrivningsmeddelandeWithinHours;
  if (hours !== null) {
    const ms = hours * 3_600_000;
    const assessedLate = stay.behovBedomtAt !== null && (stay.admittedAt === null || stay.behovBedomtAt > stay.admittedAt + ms);
    const start = assessedLate ? stay.behovBedomtAt : stay.admittedAt;
    if (start === null || stay.inskrivningsmeddelandeAt > start + ms) return 'inskrivningsmeddelande-sen';
  }
  if (!came(stay.vardtidAt)) return 'vardtidsbedomning-saknas';
  const given = stay.intervals.filter(({ from }) => from <= home);
  const last = given[given.length - 1];
  const notice = preconditions.intervals === 'each' ? last : standing(stay, home);
  if (notice === undefined) return 'utskrivningsklar-saknas';
  if (!came(stay.utskrivningsmeddelandeAt)) return 'utskrivningsmeddelande-saknas';
  if (stay.svplRequired) {
    if (stay.svplKallelseAt === null) return 'svpl-kallelse-saknas';
    if (!calledInTime(stay, notice.from, preconditions.callWithinDays)) return 'svpl-kallelse-sen';
  }
  const away = stay.blocked.some(({ from, until }) => from <= home && (until === null || home < until));
  return away ? 'oppenvard-saknas' : null;
}

const standing = (stay: Episode, home: number): { from: number; until: number | null } | undefined => {
  const given = stay.intervals.filter(({ from }) => from <= home);
  const last = given[given.length - 1];
  return last !== undefined && (last.until === null || last.until >= home) ? last : undefined;
};

/** By the end of the n-th day after: its date is not after that day's. */
const calledInTime = (stay: Episode, notice: number, days: number | null): boolean =>
  days === null || (stay.svplKallelseAt !== null && dateOf(stay.svplKallelseAt) <= later(dateOf(notice), days));

/** The rules that the stay has been under, by its care form, until it went home; what says the same twice is one. */
function rulesUntil(stay: Episode, home: number, { payment }: Agreement): PaymentPeriod[] {
  const found: PaymentPeriod[] = [];
  for (const period of payment.filter(({ careForms }) => careForms.includes(stay.careForm)).sort((a, b) => a.from.localeCompare(b.from))) {
    if (period.from > dateOf(home)) continue;
    const before = found[found.length - 1];
    if (before !== undefined && says(before.rule) === says(period.rule)) found[found.length - 1] = { ...before, until: period.until };
    else found.push(period);
  }
  const last = found[found.length - 1];
  return last !== undefined && (last.until === null || dateOf(home) < last.until) ? found : [];
}

const says = (rule: PaymentRule): string => {
  const sorted = (value: unknown): unknown =>
    value !== null && typeof value === 'object'
      ? Object.entries(value)
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([key, part]) => [key, sorted(part)])
      : value;
  return JSON.stringify(sorted(rule));
};

function whatItBrings(stay: Episode, home: number, rules: Agreement): Omit<ReferenceStay, 'reason'> {
  const paid: Record<string, number> = {};
  let averageDays: number | null = null;
  const periods = rulesUntil(stay, home, rules);
  periods.forEach(({ from, until, rule }, index) => {
    const isLast = index === periods.length - 1;
    // The first rule reaches back as far as the stay; a later one begins at midnight.
    const earliest = index === 0 ? Number.NEGATIVE_INFINITY : midnight(from);
    const change = isLast ? null : until;
    if (rule.kind === 'average') {
      const days = wholeDays(stay, earliest, change === null ? home : midnight(change));
      if (rule.individual !== null && days >= rule.individual.fromDays) {
        const year = dateOf(home).slice(0, 4);
        paid[year] = (paid[year] ?? 0) + days - rule.individual.freeDays;
      } else if (isLast) averageDays = days;
      return;
    }
    for (const interval of intervalsPaid(stay, home, rules)) {
      const end = Math.min(interval.until ?? home, home);
      const start = Math.max(interval.from, earliest);
      const first = end > start ? firstPaidDate(rule, stay, start, earliest) : null;
      if (first === null) continue;
      for (let date = dateOf(start); date < dateOf(end); date = later(date, 1)) {
        if (date < first || (change !== null && date >= change) || isTouched(stay, interval.from, end, date)) continue;
        paid[date.slice(0, 4)] = (paid[date.slice(0, 4)] ?? 0) + 1;
      }
    }
  });
  return { averageDays, paid };
}

function intervalsPaid(stay: Episode, home: number, { preconditions }: Agreement): { from: number; until: number | null }[] {
  if (preconditions.intervals === 'last') return [standing(stay, home)].filter((one) => one !== undefined);
  return stay.intervals.filter(
    ({ from }) => from <= home && (!stay.svplRequired || calledInTime(stay, from, preconditions.callWithinDays)),
  );
}

/** Whole 24-hour blocks on the wall's clock, less the time in which open care was away. */
function wholeDays(stay: Episode, earliest: number, until: number): number {
  const notice = stay.intervals.filter(({ from }) => from <= until).at(-1);
  // A notice that was withdrawn before counts for nothing.
  if (notice === undefined || (notice.until !== null && notice.until < until)) return 0;
  const from = Math.max(notice.from, earliest);
  if (until <= from) return 0;
  let ms = Math.max(0, wallMs(until) - wallMs(from));
  for (const [start, end] of awayWithin(stay, from, until)) ms -= Math.max(0, wallMs(end) - wallMs(start));
  let days = 0;
  while ((days + 1) * 86_400_000 <= ms) days += 1;
  return days;
}

/** Walks from one boundary to the next and joins the stretches in which some message says that open care is away. */
function awayWithin(stay: Episode, from: number, until: number): [number, number][] {
  const boundaries = new Set([from, until]);
  for (const part of stay.blocked) for (const at of [part.from, part.until ?? until]) if (at > from && at < until) boundaries.add(at);
  const times = [...boundaries].sort((a, b) => a - b);
  const stretches: [number, number][] = [];
  times.slice(0, -1).forEach((start, index) => {
    const end = times[index + 1] ?? until;
    if (!stay.blocked.some((part) => part.from <= start && (part.until === null || end <= part.until))) return;
    const before = stretches[stretches.length - 1];
    if (before !== undefined && before[1] === start) before[1] = end;
    else stretches.push([start, end]);
  });
  return stretches;
}

/** Whether open care was away at any hour of that date. */
function isTouched(stay: Episode, from: number, until: number, date: string): boolean {
  return awayWithin(stay, from, until).some(([start, end]) => dateOf(start) <= date && date <= dateOf(end - 1));
}

function firstPaidDate(rule: Exclude<PaymentRule, { kind: 'average' }>, stay: Episode, start: number, earliest: number): string | null {
  const date = dateOf(start);
  if (rule.kind === 'individual-30') return later(date, rule.fromCalendarDay);
  if (rule.kind === 'individual-calendar') {
    const isAfterNoon = wallMs(start) > Date.parse(`${date}T${rule.cutoff}Z`);
    return later(date, isAfterNoon ? rule.daysAfterCutoff : rule.daysAfterNotice);
  }
  if (stay.vardplanAt === null || stay.kallelseMottagenAt === null) return null;
  const planned = later(dateOf(Math.max(start, stay.vardplanAt)), 1);
  let called = dateOf(Math.max(stay.kallelseMottagenAt, earliest));
  for (let left = stay.careForm === 'psykiatrisk' ? rule.weekdaysPsychiatric : rule.weekdaysSomatic; left > 0; ) {
    called = later(called, 1);
    if (isWorkday(called)) left -= 1;
  }
  called = later(called, 1);
  // Dates are text: sorted, never given to Math.max.
  return planned.localeCompare(called) > 0 ? planned : called;
}

/** Påskdagen of the years that the tests go through. */
const EASTER: Record<string, string> = {
  '2017': '2017-04-16',
  '2018': '2018-04-01',
  '2019': '2019-04-21',
  '2020': '2020-04-12',
  '2021': '2021-04-04',
  '2022': '2022-04-17',
  '2023': '2023-04-09',
  '2024': '2024-03-31',
};

function isWorkday(date: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6) return false;
  const easter = EASTER[date.slice(0, 4)];
  if (easter === undefined) throw new Error(`the reference knows no easter of ${date}`);
  if ([-2, 1, 39].some((days) => later(easter, days) === date)) return false;
  // Midsommarafton is the Friday of 19 to 25 June; alla helgons dag and pingstdagen never fall on a weekday.
  if (weekday === 5 && date.slice(5) >= '06-19' && date.slice(5) <= '06-25') return false;
  return !['01-01', '01-06', '05-01', '06-06', '12-24', '12-25', '12-26', '12-31'].includes(date.slice(5));
}

const holdsIn = ({ from, until }: { from: string; until: string | null }, month: string): boolean =>
  from <= `${month}-31` && (until === null || until > `${month}-01`);

const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const readings = new Map<number, string>();

/** `YYYY-MM-DD HH:MM:SS` in Stockholm. */
function wall(at: number): string {
  const known = readings.get(at) ?? clock.format(at);
  readings.set(at, known);
  return known;
}
const dateOf = (at: number): string => wall(at).slice(0, 10);
/** What the clock on the wall shows, as though it were UTC. */
const wallMs = (at: number): number => Date.parse(`${wall(at).replace(' ', 'T')}Z`) + (((at % 1000) + 1000) % 1000);
const later = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
/** Midnight in Stockholm is an hour or two before it is in Greenwich. */
const midnight = (date: string): number =>
  [1, 2].map((hours) => Date.parse(`${date}T00:00:00Z`) - hours * 3_600_000).find((at) => wall(at) === `${date} 00:00:00`) ?? Number.NaN;
