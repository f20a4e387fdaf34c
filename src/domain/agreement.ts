/** What an agreement is: who, when and how, as data. The files are in `agreements/`; nothing here reads them. */
import type { LocalDate } from './calendar.js';

export type CareForm = 'somatisk' | 'psykiatrisk';
export type LegalForm = 'HSL' | 'LPT' | 'LRV';

export const DEADLINE_IDS = [
  'inskrivningsmeddelande',
  'vardtidsbedomning',
  'svar-inskrivning',
  'ratta-kommun',
  'fast-vardkontakt',
  'bemanning',
  'svpl-kallelse',
  'kvittering',
  'vardplan-signerad',
  'utskrivning',
  'individuell-berakning',
  'betalningsansvar',
  'informationsoverforing',
  'svpl-mote',
  'beslut-sip',
  'uppfoljning',
  'avsluta-arende',
] as const;
export type DeadlineId = (typeof DEADLINE_IDS)[number];

/** How long a deadline is, from its start. Exactly one of the lengths is given, `expectedDischarge` counting from the estimate instead. */
export interface DeadlineRule {
  hours?: number;
  /** End of the n-th calendar day after the start's date. */
  calendarDays?: number;
  /** n calendar months after the start's date, day clamped, end of day. */
  months?: number;
  /** The start of the day of expected discharge, or its moment (a date alone means the end of that day). */
  expectedDischarge?: 'start-of-day' | 'moment';
  /** When the owner is reminded: this share of the time in percent, or hours before due. Default 75 percent. */
  reminderPercent?: number;
  reminderHoursBefore?: number;
  /** Who owes it, where agreements differ (`svar-inskrivning`). */
  owners?: ('slutenvard' | 'vardcentral' | 'kommun')[];
}

/** The part of an agreement that a running stay needs: pinned in the stay's input, so that a later rule never changes it. */
export interface ProcessRules {
  agreementId: string;
  /** SHA-256 of the agreement's content. */
  version: string;
  region: string;
  deadlines: Partial<Record<DeadlineId, DeadlineRule>>;
  /** `party/role` that may perform `initiera-svpl`. */
  initierarSvpl: string[];
  /** V: a postponement documented in time counts as the call. */
  postponementCountsAsCall: boolean;
  /** Open checklist items refuse the utskrivningsmeddelande instead of becoming a deviation. */
  checklistDemanded: boolean;
  /** What a party has not closed this many days after it could, the system closes. */
  systemClosesAfterDays: number;
  /** Preconditions of payment, so that the stay can say at any time what has failed. */
  preconditions: Agreement['preconditions'];
  /** Kommuner of the agreement at the stay's admission. */
  kommuner: { code: string; name: string }[];
  /** Which payment rules the stay may be judged by, newest last, so that its deadlines can be told (`individuell-berakning`, `betalningsansvar`). */
  payment: PaymentPeriod[];
}

/** @source J bilaga 2; V; LUS 5:4–5:6; lag 1990:1404 */
export type PaymentRule =
  | {
      kind: 'average';
      /** Days, one decimal: "2.0". */
      threshold: string;
      rounding: 'half-up-one-decimal' | 'exact';
      /** Stays with this many days or more are billed individually; null: no individual part. */
      individual: { fromDays: number; freeDays: number } | null;
    }
  | { kind: 'individual-calendar' /** LUS 5:4 */; daysAfterNotice: number; daysAfterCutoff: number; cutoff: string }
  | { kind: 'individual-30' /** psychiatric 2018: from the n-th calendar day after the notice's day */; fromCalendarDay: number }
  | { kind: 'lag-1990'; weekdaysSomatic: number; weekdaysPsychiatric: number };

export interface PaymentPeriod {
  /** By discharge date. */
  from: LocalDate;
  until: LocalDate | null;
  careForms: CareForm[];
  rule: PaymentRule;
}

export interface Agreement {
  id: string;
  name: string;
  version: string;
  region: string | null;
  tolkningsinstans: string | null;
  inForce: { from: LocalDate; until: LocalDate | null };
  kommuner: { code: string; name: string; from: LocalDate; until: LocalDate | null }[];
  process: Omit<ProcessRules, 'agreementId' | 'version' | 'region' | 'kommuner' | 'payment' | 'preconditions'>;
  payment: PaymentPeriod[];
  preconditions: {
    callWithinDays: number | null;
    inskrivningsmeddelandeWithinHours: number | null;
    /** What a stay that fails a precondition does to the base. */
    failing: 'exclude' | 'never-raises';
    deceased: 'count' | 'excluded';
    intervals: 'last' | 'each';
  };
  /** Price of the discharge year, or of each day's year. */
  priceYear: 'discharge' | 'each-day';
  /** The month's cycle: days of the month after, and how many days somebody has. @source domain.md §5 */
  cycle: {
    preliminaryDay: number;
    objectionsUntilDay: number;
    frozenDay: number;
    /** For the region's answer to an objection, and for the kommun to dispute a rejection. */
    answerWithinDays: number;
    /** For objecting to a stay that was sent, or changed, late. */
    objectWithinDays: number;
    /** `approved`: the region's economist approves each invoice before it is issued. */
    invoicing: 'automatic' | 'approved';
    /** From the invoice's date to its due date. */
    paymentDays: number;
  };
}

/** Vårdpris per day in öre, by year. A missing year is unknown, never a guess. */
export type Vardpriser = Record<string, number>;
