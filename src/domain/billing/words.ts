/** The Swedish words of billing: outcomes, reasons and numbers as economists read them. */
import type { ExclusionReason } from './episode.js';
import type { Outcome } from './judge.js';

/** Why a stay is out of the base, to stand after a colon or in a cell. */
export const REASON_NAMES: Record<ExclusionReason, string> = {
  annullerad: 'vårdtillfället är annullerat',
  'utanfor-overenskommelsen': 'patienten är utanför överenskommelsen',
  'inskrivningsmeddelande-saknas': 'inskrivningsmeddelande saknas',
  'inskrivningsmeddelande-sen': 'inskrivningsmeddelandet kom för sent',
  'vardtidsbedomning-saknas': 'bedömning av vårdtid saknas',
  'utskrivningsklar-saknas': 'besked om utskrivningsklar saknas',
  'utskrivningsmeddelande-saknas': 'utskrivningsmeddelande saknas',
  'svpl-kallelse-saknas': 'kallelse till SVPL saknas',
  'svpl-kallelse-sen': 'kallelsen till SVPL kom för sent',
  'oppenvard-saknas': 'regionens öppenvård var inte tillgänglig',
  avliden: 'patienten har avlidit',
  annan: 'annat skäl',
};

export const OUTCOME_NAMES: Record<Outcome, string> = {
  snitt: 'räknas i snittet',
  individuell: 'räknas enskilt',
  utesluten: 'ingår inte i underlaget',
  fri: 'inga dagar att betala',
};

/** `2,4`: a decimal as the agreement writes it, with a comma. */
export const withComma = (decimal: string): string => decimal.replace('.', ',');

/** `1 dag`, `2 dagar`. */
export const daysInWords = (days: number): string => (days === 1 ? '1 dag' : `${days} dagar`);
