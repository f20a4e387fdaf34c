/** How a stay's days were counted, in Swedish sentences: from when, until when, what was taken out, and what is left to pay for. */
import type { Agreement, PaymentRule } from '../agreement.js';
import {
  addWallClock,
  DAY,
  daysBetween,
  HOUR,
  type Instant,
  localDateOf,
  MINUTE,
  startOfDay,
  toSwedish,
  wallClockMs,
} from '../calendar.js';
import { blockedWithin, noticesOf, standingNotice } from './days.js';
import type { Episode, Interval } from './episode.js';
import { type Dates, type IndividualRule, payableDates, payableFrom } from './payable-days.js';
import type { StayProof } from './proof.js';
import { clockOf, daysKnownBy, intervalsPaid, reckon } from './reckoning.js';
import { daysInWords } from './words.js';

/** The count as evidence. The same rules that judge are asked; nothing is counted here. `asOf`: for a patient who is still there. */
export function proofOfDays(episode: Episode, agreement: Agreement, asOf: Instant): StayProof['days'] {
  const notice = standingNotice(episode);
  const until = episode.dischargedAt ?? asOf;
  const withdrawn = noticesOf(episode).flatMap(({ from, until: end }) =>
    end === null || from === notice?.from ? [] : [{ from, until: end }],
  );
  const first = agreement.preconditions.intervals === 'each' ? noticesOf(episode)[0] : notice;
  // What stood still without end, for a patient who is still there, has no time to be told until.
  const blocked = first === undefined || !Number.isFinite(until) ? [] : blockedWithin(episode, first.from, until);
  return { days: daysKnownBy(episode, agreement), text: textOf(episode, agreement, withdrawn, blocked), withdrawn, blocked };
}

function textOf(episode: Episode, agreement: Agreement, withdrawn: readonly Span[], blocked: readonly Span[]): string {
  const { dischargedAt } = episode;
  const notice = standingNotice(episode);
  if (dischargedAt === null) {
    return notice === undefined
      ? 'Patienten är inte utskriven och inte utskrivningsklar: inga dagar räknas.'
      : `Patienten är utskrivningsklar sedan ${toSwedish(notice.from)} och inte utskriven: dagarna räknas när patienten skrivs ut.`;
  }
  const clock = clockOf(episode, agreement);
  if (clock === undefined) return 'Överenskommelsen har ingen regel för vårdtillfällets utskrivningsdag: inga dagar räknas.';
  const each = agreement.preconditions.intervals === 'each';
  if (notice === undefined && !(each && withdrawn.length > 0)) {
    return `Inget besked om utskrivningsklar gällde vid utskrivningen ${toSwedish(dischargedAt)}: inga dagar räknas.`;
  }
  const counted =
    clock.rule.kind === 'average'
      ? averageSentences(episode, clock, agreement, notice ?? { from: dischargedAt, until: dischargedAt }, dischargedAt, blocked)
      : individualSentences(episode, clock.rule, clock.earliest, agreement);
  return [...withdrawnSentences(withdrawn, each), ...counted].join(' ');
}

type Span = { from: Instant; until: Instant };

function withdrawnSentences(withdrawn: readonly Span[], each: boolean): string[] {
  if (withdrawn.length === 0) return [];
  const times = withdrawn.map(({ from, until }) => `${toSwedish(from)} (återkallat ${toSwedish(until)})`).join(', ');
  const what = withdrawn.length === 1 ? 'Ett tidigare besked om utskrivningsklar' : 'Tidigare besked om utskrivningsklar';
  return [`${what}, ${times}, ${each ? 'räknas för sig' : 'räknas inte'}.`];
}

/** @source J bilaga 2, Beräkning av dagar; LUS 5:5 */
function averageSentences(
  episode: Episode,
  clock: { rule: PaymentRule; earliest: Instant },
  agreement: Agreement,
  notice: Interval,
  home: Instant,
  blocked: readonly Span[],
): string[] {
  const from = Math.max(notice.from, clock.earliest);
  const { averageDays, individual } = reckon(episode, agreement);
  const days = daysKnownBy(episode, agreement) ?? 0;
  const straddles = from > notice.from;
  const start = straddles
    ? `Beskedet om utskrivningsklar kom ${toSwedish(notice.from)}; regeln byttes, och räkningen börjar om ${toSwedish(from)}.`
    : `Räkningen börjar ${toSwedish(from)}, då kommunen fick besked om att patienten var utskrivningsklar.`;
  const ms = Math.max(0, wallClockMs(home) - wallClockMs(from));
  const away = blocked
    .filter((part) => part.until > from)
    .reduce((sum, part) => sum + wallClockMs(part.until) - wallClockMs(Math.max(part.from, from)), 0);
  const clockChanged = wallClockMs(home) - home !== wallClockMs(from) - from;
  const ownDays = averageDays ?? days;
  return [
    start,
    `Till utskrivningen ${toSwedish(home)} gick ${durationInWords(ms)}.`,
    ...(clockChanged ? ['Klockan ställdes om under tiden; det räknas efter vad den visar.'] : []),
    ...(away > 0
      ? [`Av den tiden räknas ${durationInWords(away)} bort, då regionens öppenvård inte var tillgänglig eller var oklar (LUS 5:5).`]
      : []),
    `Bara hela dygn räknas: ${daysInWords(ownDays)}.${away > 0 || ownDays === 0 ? '' : ` ${blocksInWords(from, ownDays)}`}`,
    ...individualPart(clock.rule, individual, averageDays, straddles),
  ];
}

function individualPart(
  rule: PaymentRule,
  individual: ReturnType<typeof reckon>['individual'],
  averageDays: number | null,
  straddles: boolean,
): string[] {
  if (individual === null) return averageDays === null ? [] : ['Det räknas in i kommunens snitt för månaden.'];
  if (straddles) {
    const old = `Med dagarna före regelbytet betalas ${daysInWords(individual.billableDays)} enskilt.`;
    return averageDays === null ? [old] : ['Det räknas in i kommunens snitt för månaden.', old];
  }
  if (rule.kind !== 'average' || rule.individual === null) return [];
  const { fromDays, freeDays } = rule.individual;
  return [
    `${fromDays} dagar eller fler räknas enskilt, utan de ${freeDays} första: ${individual.days} − ${freeDays} = ${daysInWords(individual.billableDays)} att betala.`,
  ];
}

/** When each 24-hour block was full. */
function blocksInWords(from: Instant, days: number): string {
  const full = (day: number): string => toSwedish(addWallClock(from, day * DAY));
  if (days === 1) return `Dygnet var fullt ${full(1)}.`;
  if (days > 7) return `Det första dygnet var fullt ${full(1)}, det sista ${full(days)}.`;
  const ends = Array.from({ length: days }, (_, index) => full(index + 1));
  return `Dygnen var fulla ${ends.slice(0, -1).join(', ')} och ${ends.at(-1)}.`;
}

/** @source LUS 5:4, 5:6; lag 1990:1404 */
function individualSentences(episode: Episode, rule: IndividualRule, earliest: Instant, agreement: Agreement): string[] {
  const paid = intervalsPaid(episode, agreement, Number.POSITIVE_INFINITY);
  const sentences = noticesOf(episode)
    .filter((interval) => agreement.preconditions.intervals === 'each' || interval === standingNotice(episode))
    .flatMap((interval) => {
      const start = Math.max(interval.from, earliest);
      const said = `Beskedet om utskrivningsklar kom ${toSwedish(interval.from)}.`;
      if (!paid.some(({ from }) => from === interval.from))
        return [said, 'Kallelsen till SVPL kom inte i tid efter det: inga dagar betalas för det.'];
      const from = payableFrom(rule, episode, start, earliest);
      if (from === null) return [said, 'Det som betalningsansvaret väntar på hände aldrig: inga dagar betalas.'];
      const dates = payableDates(rule, episode, interval, earliest, null);
      return [said, `${startInWords(rule)} ${from}.`, datesInWords(dates, from, interval, episode)];
    });
  const { individual } = reckon(episode, agreement);
  const total = individual?.billableDays ?? 0;
  return [...sentences, `Sammanlagt ${total === 0 ? 'inga dagar' : daysInWords(total)} att betala.`];
}

function startInWords(rule: IndividualRule): string {
  switch (rule.kind) {
    case 'individual-calendar':
      return `Betalningsansvaret börjar ${rule.daysAfterNotice} dagar efter beskedets dag, ${rule.daysAfterCutoff} när det skickades efter klockan ${rule.cutoff.slice(0, 5).replace(':', '.')} (LUS 5:4):`;
    case 'individual-30':
      return `Betalningsansvaret börjar den ${rule.fromCalendarDay}:e kalenderdagen efter beskedets dag:`;
    case 'lag-1990':
      return 'Betalningsansvaret börjar dagen efter att patienten är utskrivningsklar med underskriven vårdplan, dock tidigast när vardagarna efter kallelsen har gått (lag 1990:1404):';
  }
}

function datesInWords(dates: readonly Dates[], from: string, interval: Interval, episode: Episode): string {
  const end = Math.min(interval.until ?? Number.POSITIVE_INFINITY, episode.dischargedAt ?? Number.POSITIVE_INFINITY);
  const what = end === episode.dischargedAt ? 'utskrivningen' : 'återkallelsen';
  const blocked = blockedWithin(episode, Math.max(interval.from, startOfDay(from)), end).length > 0;
  const without = blocked ? ' Dagar då regionens öppenvård inte var tillgänglig eller var oklar är borttagna (LUS 5:5).' : '';
  if (dates.length === 0) return `Det gäller till dagen före ${what} ${toSwedish(end)}: inga dagar.${without}`;
  const parts = dates.map(({ from: first, until }) => {
    const last = localDateOf(startOfDay(until) - 1);
    return `${first === last ? first : `${first} till ${last}`} (${daysInWords(daysBetween(first, until))})`;
  });
  return `Det gäller till dagen före ${what} ${toSwedish(end)}: ${parts.join(', ')}.${without}`;
}

/** `4 dygn, 1 timme och 5 minuter`. */
function durationInWords(ms: number): string {
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const parts = [
    ...(days === 0 ? [] : [`${days} dygn`]),
    ...(hours === 0 ? [] : [hours === 1 ? '1 timme' : `${hours} timmar`]),
    ...(minutes === 0 ? [] : [minutes === 1 ? '1 minut' : `${minutes} minuter`]),
  ];
  if (parts.length === 0) return 'mindre än en minut';
  return parts.length === 1 ? `${parts[0]}` : `${parts.slice(0, -1).join(', ')} och ${parts.at(-1)}`;
}
