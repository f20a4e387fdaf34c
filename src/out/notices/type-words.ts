/** A notice's type in plain Swedish, for people who read it in a mail. */
import { ACTIONS, isActionName } from '../../domain/stay/actions.js';
import { DEADLINE_NAMES } from '../../domain/stay/words.js';

const OTHERS: Record<string, string> = {
  'underlag-preliminart': 'Preliminärt underlag för en månad',
  'underlag-andrat': 'Ett underlag har ändrats',
  'underlag-last': 'Ett underlag är låst',
  invandning: 'En invändning mot underlaget',
  'invandning-svar': 'Svar på en invändning',
  'invandning-bestridd': 'Ett svar på en invändning har bestridits',
  'invandning-beslut': 'Beslut om en invändning',
  faktura: 'Faktura',
  kreditfaktura: 'Kreditfaktura',
  debetfaktura: 'Debetfaktura',
  'troskel-nara': 'Månadens genomsnitt närmar sig tröskeln',
  'troskel-passerad': 'Månadens genomsnitt har passerat tröskeln',
  'leverans-misslyckad': 'Ett meddelande kunde inte levereras',
  'leverans-utan-vag': 'Meddelanden till en enhet har ingen väg',
};

export function typeInWords(type: string): string {
  const [kind, rest] = type.includes(':') ? [type.slice(0, type.indexOf(':')), type.slice(type.indexOf(':') + 1)] : ['', type];
  const ofDeadline = (DEADLINE_NAMES as Record<string, string>)[rest];
  const ofAction = isActionName(rest) ? ACTIONS[rest].titel : undefined;
  const what = (kind === 'paminnelse' || kind === 'forsenad' ? (ofDeadline ?? ofAction) : (ofAction ?? ofDeadline)) ?? OTHERS[rest] ?? rest;
  if (kind === 'paminnelse') return `Påminnelse: ${what}`;
  if (kind === 'forsenad') return `Försenad: ${what}`;
  if (kind === 'avvisad') return `Åtgärden togs inte emot: ${what}`;
  return what;
}
