/** Numbers, dates and units as Swedish economists read them in documents. */
import { type Instant, type LocalDate, localDateOf, localTimeOf } from '../../domain/calendar.js';
import type { Party } from '../../domain/ids.js';
import { kronorInText, type Ore } from '../../domain/money.js';

const NBSP = '\u00a0';
const MINUS = '\u2212';
const MONTHS = [
  'januari',
  'februari',
  'mars',
  'april',
  'maj',
  'juni',
  'juli',
  'augusti',
  'september',
  'oktober',
  'november',
  'december',
] as const;

/** `262 080 kr`, `−54 600 kr`; öre only where there are any; a dash while the price is unknown. */
export function kronor(ore: Ore | null): string {
  if (ore === null) return '–';
  return ore < 0 ? MINUS + kronorInText(-ore) : kronorInText(ore);
}

/** `12 mars 2019`. */
export function dateText(date: LocalDate): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return [Number(day), MONTHS[Number(month) - 1], year].join(NBSP);
}

/** `12 mars 2019 kl. 14.05`, local time. */
export function timeText(at: Instant): string {
  return `${dateText(localDateOf(at))} kl.${NBSP}${clockText(at)}`;
}

/** `2019-03-12 14.05`: for tables, where every time is as long as the others. */
export function shortTime(at: Instant | null): string {
  return at === null ? '–' : `${localDateOf(at)}${NBSP}${clockText(at)}`;
}

/** The last whole day before an exclusive limit, `12 april 2019`: what "till och med" means. */
export function lastDayText(until: Instant): string {
  return dateText(localDateOf(until - 1));
}

/** `mars 2019`. */
export function monthText(month: string): string {
  const [year = '', number = ''] = month.split('-');
  return `${MONTHS[Number(number) - 1]} ${year}`;
}

/** `1 vårdtillfälle`, `24 vårdtillfällen`. */
export function staysText(count: number): string {
  return `${count}${NBSP}${count === 1 ? 'vårdtillfälle' : 'vårdtillfällen'}`;
}

/** `33,6 dagar`, `1 dag`; `days` as the API writes decimals, or whole. A whole number loses its decimal. */
export function daysText(days: string | number): string {
  const text = decimal(typeof days === 'number' ? String(days) : days).replace(/,0$/, '');
  return `${text}${NBSP}${text === '1' ? 'dag' : 'dagar'}`;
}

/** A decimal as the API writes it, with a comma, and with a minus that is one. */
export const decimal = (text: string): string => text.replace('.', ',').replace('-', MINUS);

const PARTY_NAMES: Record<Party, string> = {
  slutenvard: 'sjukhusavdelningen',
  vardcentral: 'vårdcentralen',
  kommun: 'kommunen',
  region: 'regionen',
  tolkningsinstans: 'tolkningsinstansen',
  system: 'sändande system',
  annan: 'annan part',
};
export const partyName = (party: Party): string => PARTY_NAMES[party];

/** The tolkningsinstans as it is spoken of: `REKO`. */
export const instansName = (id: string): string => id.toUpperCase();

const clockText = (at: Instant): string => localTimeOf(at).slice(0, 5).replace(':', '.');
