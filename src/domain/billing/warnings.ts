/** What a kommun and its region are warned of while the month runs: the threshold, and stays that are about to be paid for by themselves. */
import type { Agreement, PaymentRule } from '../agreement.js';
import { DAY, type Instant, toSwedish } from '../calendar.js';
import { kronorInText, type Ore, tenthsOf } from '../money.js';
import { averageOf } from './average.js';
import type { Forecast, ForecastStay, MonthPrices } from './forecast.js';
import { averageRuleIn, type KommunSum, priceOf } from './kommun-month.js';
import { daysInWords, withComma } from './words.js';

/** `individuell-nara`: a stay is about to leave the average; `betalning-nara`: under individual rules, its payment is about to begin. */
export const WARNING_CODES = ['troskel-passerad', 'troskel-nara', 'individuell-nara', 'betalning-nara'] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

export interface Warning {
  code: WarningCode;
  /** Null for what concerns the month as a whole. */
  stayId: string | null;
  /** When it comes true; null for what is true already or depends on who goes home. */
  at: Instant | null;
  /** Swedish: the figures, and what can be done about it. */
  text: string;
}

type AverageRule = Extract<PaymentRule, { kind: 'average' }>;

/** So few stays that one of them alone moves the average by more than the margin: nearness says nothing. */
const FEWEST_STAYS = 3;
/** Tenths of a day from the threshold. */
const NEAR_TENTHS = 2;
const STAY_WARNED_WITHIN = DAY;
const NAMED_STAYS = 3;

/**
 * The warnings of one payer's month, the threshold's first, then each stay's by time.
 *
 * `troskel-passerad`: the average exceeds the threshold as it is. `troskel-nara`: it does not, but would if those who are utskrivningsklara
 * went home now or by the end of tomorrow; or it lies within 0.2 days of the threshold with at least three stays. A stay is warned of within the
 * 24 hours before it is paid for by itself.
 *
 * @source domain.md §5, The month's cycle, step 1
 * @interpretation Those who are ready are looked at until tomorrow, the time in which a home-coming can still be arranged; the margin of 0.2
 * days is what one more long stay moves a kommun of a dozen discharges.
 */
export function warningsOf(forecast: Forecast, agreement: Agreement, by: MonthPrices, now: Instant): Warning[] {
  const threshold = thresholdWarning(forecast, averageRuleIn(agreement, by.month));
  const stays = forecast.ready
    .filter(({ becomesIndividualAt: at }) => at !== null && at > now && at - now <= STAY_WARNED_WITHIN)
    .sort((a, b) => (a.becomesIndividualAt ?? 0) - (b.becomesIndividualAt ?? 0))
    .map((stay) => stayWarning(stay, agreement, by));
  return [...(threshold === null ? [] : [threshold]), ...stays];
}

function thresholdWarning(forecast: Forecast, rule: AverageRule | null): Warning | null {
  const { now, ifHomeToday, ifHomeTomorrow } = forecast;
  const { threshold } = now;
  if (rule === null || threshold === null) return null;
  const month = { stayId: null, at: null };
  if (isAbove(now)) {
    const text = `Snittet är ${averageText(now)}, över tröskeln ${withComma(threshold)}: ${overText(now)} hittills. ${aheadText(forecast)} ${adviceText(forecast, rule)}`;
    return { ...month, code: 'troskel-passerad', text };
  }
  const soon = isAbove(ifHomeToday)
    ? ([ifHomeToday, 'nu'] as const)
    : isAbove(ifHomeTomorrow)
      ? ([ifHomeTomorrow, 'i morgon'] as const)
      : null;
  if (soon !== null) {
    const [sum, when] = soon;
    const text = `Snittet är ${averageText(now)} och tröskeln ${withComma(threshold)}. Går de ${forecast.ready.length} som är utskrivningsklara hem ${when} blir det ${averageText(sum)}: ${overText(sum)}. ${adviceText(forecast, rule)}`;
    return { ...month, code: 'troskel-nara', text };
  }
  if (!isNear(now)) return null;
  const text = `Snittet är ${averageText(now)}, nära tröskeln ${withComma(threshold)}. ${aheadText(forecast)} ${adviceText(forecast, rule)}`;
  return { ...month, code: 'troskel-nara', text };
}

const isAbove = (sum: KommunSum): boolean => sum.averageBillableDays !== null && tenthsOf(sum.averageBillableDays) > 0;

function isNear({ averageStays, averageDaysTotal, threshold }: KommunSum): boolean {
  const stays = averageStays ?? 0;
  return stays >= FEWEST_STAYS && threshold !== null && tenthsOf(threshold) * stays - (averageDaysTotal ?? 0) * 10 <= NEAR_TENTHS * stays;
}

/** `2,4 dagar för 12 vårdtillfällen`. */
function averageText({ average, averageStays }: KommunSum): string {
  if (average === null) return 'ännu inget';
  return `${withComma(average)} dagar för ${averageStays} vårdtillfälle${averageStays === 1 ? '' : 'n'}`;
}

/** `4,8 dagar över, 37 440 kr`. */
function overText({ averageBillableDays, averageAmountOre }: KommunSum): string {
  return `${withComma(averageBillableDays ?? '0.0')} dagar att betala${averageAmountOre === null ? '' : `, ${kronorInText(averageAmountOre)}`}`;
}

function aheadText({ ready, ifHomeToday, ifStaying }: Forecast): string {
  if (ready.length === 0) return 'Ingen är utskrivningsklar just nu.';
  const kronor = (ore: Ore | null): string => (ore === null ? 'okänt belopp' : kronorInText(ore));
  const who = ready.length === 1 ? 'den som är utskrivningsklar' : `de ${ready.length} som är utskrivningsklara`;
  return `Går ${who} hem nu blir månaden sammanlagt ${kronor(ifHomeToday.amountOre)}; stannar ${ready.length === 1 ? 'den' : 'de'} månaden ut ${kronor(ifStaying.amountOre)}.`;
}

/** What brings the average down: those who are ready go home, the longest first, and more go home without waiting. */
function adviceText({ now, ready }: Forecast, rule: AverageRule): string {
  const counting = ready.filter(({ reason }) => reason === null).slice(0, NAMED_STAYS);
  const home =
    counting.length === 0
      ? ''
      : ` Har väntat längst: ${counting.map(({ stayId, daysNow }) => `${stayId} (${daysInWords(daysNow)})`).join(', ')}.`;
  const needed = withinADayNeeded(now, rule);
  const back =
    needed === 0 ? '' : ` Ytterligare ${needed} utskrivna inom ett dygn från utskrivningsklar skulle föra tillbaka snittet till tröskeln.`;
  return `Den som går hem inom ett dygn från utskrivningsklar räknas som 0 dagar och sänker snittet.${back}${home}`;
}

/** How many more stays of no days bring the average back to the threshold, as the agreement rounds it. */
function withinADayNeeded({ averageStays, averageDaysTotal }: KommunSum, rule: AverageRule): number {
  const stays = averageStays ?? 0;
  const isWithin = (more: number): boolean => averageOf(stays + more, averageDaysTotal ?? 0, rule, null).averageBillableDays === '0.0';
  if (isWithin(0) || tenthsOf(rule.threshold) === 0) return 0;
  // Enough for the exact average; what is rounded down may need fewer.
  let more = Math.ceil(((averageDaysTotal ?? 0) * 10) / tenthsOf(rule.threshold)) - stays;
  while (more > 1 && isWithin(more - 1)) more -= 1;
  return Math.max(1, more);
}

function stayWarning({ stayId, becomesIndividualAt, readyAt, isInAverage }: ForecastStay, agreement: Agreement, by: MonthPrices): Warning {
  const at = becomesIndividualAt ?? readyAt;
  const rule = averageRuleIn(agreement, by.month);
  const price = priceOf(by, by.month.slice(0, 4));
  if (!isInAverage || rule === null || rule.individual === null) {
    const daily = price === null ? '' : `, ${kronorInText(price)} per dag`;
    const text = `Betalningsansvaret för ${stayId} börjar ${toSwedish(at)}${daily}. Går patienten hem dessförinnan blir det inget att betala.`;
    return { code: 'betalning-nara', stayId, at, text };
  }
  const { fromDays, freeDays } = rule.individual;
  const billable = fromDays - freeDays;
  const cost = price === null ? '' : `, ${kronorInText(price * billable)}`;
  const text = `${stayId} når ${fromDays} dagar ${toSwedish(at)} (utskrivningsklar ${toSwedish(readyAt)}). Går patienten hem dessförinnan räknas vårdtillfället i snittet; därefter betalas det enskilt, minst ${daysInWords(billable)}${cost}.`;
  return { code: 'individuell-nara', stayId, at, text };
}
