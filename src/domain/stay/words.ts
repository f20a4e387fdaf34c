/** The Swedish words for parties, deadlines and phases: what staff and process owners read. */
import type { DeadlineId } from '../agreement.js';
import { type Instant, toSwedishDue } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import { ACTIONS, isActionName } from './actions.js';
import type { Phase } from './parties.js';
import type { Notice } from './state.js';

export const DEADLINE_NAMES: Record<DeadlineId, string> = {
  inskrivningsmeddelande: 'Inskrivningsmeddelande',
  vardtidsbedomning: 'Bedömning av vårdtid',
  'svar-inskrivning': 'Svar på inskrivningsmeddelande',
  'ratta-kommun': 'Rätta kommunen',
  'fast-vardkontakt': 'Fast vårdkontakt',
  bemanning: 'Bemanning',
  'svpl-kallelse': 'Kallelse till SVPL',
  kvittering: 'Kvittering av kallelse',
  'vardplan-signerad': 'Signerad vårdplan',
  utskrivning: 'Utskrivning',
  'individuell-berakning': 'Individuell beräkning av betalningsansvar',
  betalningsansvar: 'Kommunens betalningsansvar',
  informationsoverforing: 'Överföring av information',
  'svpl-mote': 'SVPL-möte',
  'beslut-sip': 'Beslut till SIP',
  uppfoljning: 'Uppföljning',
  'avsluta-arende': 'Avsluta ärendet',
};

/** Whether a deviation's type is a name of ours, and not what somebody reported in words of their own. */
export const isOwnDeviationType = (type: string): boolean =>
  Object.hasOwn(DEADLINE_NAMES, type) || type === 'checklista' || type === 'franvaro';

export const PHASE_NAMES: Record<Phase, string> = {
  annullerad: 'Annullerad',
  avslutad: 'Avslutad',
  utanfor: 'Utanför överenskommelsen',
  uppfoljning: 'Uppföljning',
  utskriven: 'Utskriven',
  utskrivningsklar: 'Utskrivningsklar',
  planering: 'Planering',
  inskriven: 'Inskriven',
};

const PARTY_NAMES: Record<string, string> = {
  slutenvard: 'avdelningen',
  vardcentral: 'vårdcentralen',
  kommun: 'kommunen',
  region: 'regionen',
  tolkningsinstans: 'tolkningsinstansen',
  system: 'systemet',
  annan: 'annan part',
};

/** `kommunen (0680)`: a party and its unit. */
export function partyName(ref: UnitRef): string {
  return `${PARTY_NAMES[ref.party] ?? ref.party} (${ref.unit})`;
}

/** What a timer says in the Temporal UI. */
export function timerLabel(kind: 'paminnelse' | 'frist', id: DeadlineId, owner: string, dueAt: Instant): string {
  return `${kind === 'paminnelse' ? 'Påminnelse: ' : 'Frist: '}${DEADLINE_NAMES[id]} – ${owner}, ${isPaymentStart(id) ? 'från' : 'senast'} ${toSwedishDue(dueAt)}`;
}

/** Nothing is owed then: from then on the kommun pays, or is reckoned with one stay at a time. */
export const isPaymentStart = (type: string): boolean => type === 'individuell-berakning' || type === 'betalningsansvar';

/** What an activity that tells a unit says in the Temporal UI: to whom, and what about. */
export function noticesLabel(to: string, notices: readonly Notice[]): string {
  const names = [...new Set(notices.map(({ type }) => noticeName(type)))];
  const more = names.length > 3 ? ` och ${names.length - 3} till` : '';
  return `Meddelar ${to}: ${names.slice(0, 3).join(', ')}${more}`;
}

const PREFIXES: Record<string, string> = { paminnelse: 'påminnelse', forsenad: 'försenad', avvisad: 'avvisad åtgärd' };

/** `försenad: Kallelse till SVPL`: the type of a notice in words. */
export function noticeName(type: string): string {
  const [prefix = '', ...rest] = type.split(':');
  const id = rest.length > 0 ? rest.join(':') : prefix;
  const name = isActionName(id) ? ACTIONS[id].titel : (DEADLINE_NAMES[id as DeadlineId] ?? 'meddelande');
  return rest.length > 0 && PREFIXES[prefix] ? `${PREFIXES[prefix]}: ${name}` : name;
}
