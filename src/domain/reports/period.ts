/** Which report a period makes, for whom it is, what stands in it, and which period it is compared with. */
import { addMonths } from '../calendar.js';

/** Months `YYYY-MM`, both included. */
export interface Period {
  from: string;
  to: string;
}

export const REPORT_KINDS = ['manad', 'kvartal', 'halvar', 'ar'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export const SECTIONS = [
  'sammanfattning',
  'utfall',
  'kvalitet',
  'invandningar',
  'processen',
  'vardcentraler',
  'dagar',
  'aterinskrivning',
  'avvikelser',
  'delaktighet',
  'vardsamordnare',
  'utveckling',
] as const;
export type Section = (typeof SECTIONS)[number];

/** The longest period that one report covers. */
export const MAX_MONTHS = 36;

const monthNumber = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;

export const isMonthText = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text) && text >= '1900-01';
export const monthsIn = ({ from, to }: Period): number => monthNumber(to) - monthNumber(from) + 1;
export const monthAfter = (month: string, months: number): string => addMonths(`${month}-01`, months).slice(0, 7);
/** Oldest first. */
export const monthsOf = (period: Period): string[] => Array.from({ length: monthsIn(period) }, (_, i) => monthAfter(period.from, i));

/** Equally long, just before. */
export function periodBefore(period: Period): Period {
  const months = monthsIn(period);
  return { from: monthAfter(period.from, -months), to: monthAfter(period.to, -months) };
}

/** The months that the plots over time show: those of the report, and at least a year. */
export function trendPeriod(period: Period): Period {
  return monthsIn(period) >= 12 ? period : { from: monthAfter(period.to, -11), to: period.to };
}

/** A month, a quarter, half a year, a year; a length in between is the next longer one. */
export function kindOf(period: Period): ReportKind {
  const months = monthsIn(period);
  return months <= 1 ? 'manad' : months <= 3 ? 'kvartal' : months <= 6 ? 'halvar' : 'ar';
}

/** @source domain.md §5 Reports; J Uppföljning och utveckling */
export const KINDS: Record<ReportKind, { title: string; audience(steering: string): string; sections: readonly Section[] }> = {
  manad: {
    title: 'Månadsrapport',
    audience: () =>
      'Till den verksamhetsnära dialogen mellan slutenvård, vårdcentraler och kommuner: underlagets kvalitet och processens mått.',
    sections: ['sammanfattning', 'kvalitet', 'invandningar', 'processen', 'vardcentraler', 'avvikelser', 'utveckling'],
  },
  kvartal: {
    title: 'Kvartalsrapport',
    audience: (steering) => `Till ${steering}: utfallet per kommun, underlagets kvalitet och hur processen följs.`,
    sections: ['sammanfattning', 'utfall', 'kvalitet', 'invandningar', 'processen', 'dagar', 'utveckling'],
  },
  halvar: {
    title: 'Halvårsrapport',
    audience: (steering) =>
      `Länsgruppernas rapport till ${steering}: mätetal per kommun och vårdcentral, avvikelser och upplevd delaktighet.`,
    sections: [
      'sammanfattning',
      'processen',
      'vardcentraler',
      'dagar',
      'aterinskrivning',
      'avvikelser',
      'delaktighet',
      'vardsamordnare',
      'utveckling',
    ],
  },
  ar: {
    title: 'Årsrapport',
    audience: () =>
      'Till presidierna för socialnämnder eller motsvarande, presidiet för Folkhälsa och sjukvård samt Kommunalt forum: årets uppföljning av överenskommelsen.',
    sections: [
      'sammanfattning',
      'processen',
      'dagar',
      'aterinskrivning',
      'utfall',
      'kvalitet',
      'invandningar',
      'avvikelser',
      'delaktighet',
      'vardsamordnare',
      'utveckling',
    ],
  },
};

/** The agreement's joint steering group, by the name of the body that interprets it where there is one. */
export const steeringName = (tolkningsinstans: string | null): string =>
  tolkningsinstans?.toUpperCase() ?? 'parternas gemensamma styrgrupp';
