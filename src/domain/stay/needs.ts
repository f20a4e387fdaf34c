/** What each action needs before it is accepted: one line per need, in order of precedence, the first that is unmet answers. */

import type { ProcessRules } from '../agreement.js';
import { addMonths, HOUR, type Instant, localDateOf, parseInstant } from '../calendar.js';
import { type Actor, ROLES } from '../ids.js';
import { ACTIONS, type ActionName, CHECKLIST_OWNERS, CHECKLISTS, VID_BEHOV } from './actions.js';
import { calledProfessions } from './deadlines-svpl.js';
import { decides, type Facts, isSameSide, presentKommun } from './facts.js';
import { last } from './lists.js';
import { closedAt, inScope, isOutside, kommunUnits, mayCloseFrom, newMeetingPending, unitsOf } from './parties.js';
import type { RefusalCode } from './refusals.js';
import type { DataOf } from './schemas.js';
import type { Stay } from './state.js';

/** An action as it is asked for; its data has been checked against its schema. */
export interface Asked<A extends ActionName = ActionName> {
  action: A;
  by: Actor;
  at: Instant;
  data: DataOf<A>;
  imported: boolean;
}

/** An unmet need: its code, and what is missing in particular (Swedish). */
export type Unmet = { code: RefusalCode; what?: string } | undefined;

const need = (met: unknown, code: RefusalCode, what?: string): Unmet => (met ? undefined : { code, ...(what ? { what } : {}) });
const firstOf = (...needs: Unmet[]): Unmet => needs.find((n) => n !== undefined);

/** Whether one of the permitted performers is this actor. */
function isPerformer(by: Actor, performers: readonly string[]): boolean {
  return performers.includes(by.party)
    ? ROLES[by.party].length === 0 || (by.role !== undefined && (ROLES[by.party] as readonly string[]).includes(by.role))
    : performers.includes(`${by.party}/${by.role ?? ''}`);
}

/** A recorded feed transports what was sent: system may bring any action that only one party can have performed. @source domain.md §2 */
const transports = (asked: Asked): boolean =>
  asked.by.party === 'system' && asked.imported && new Set(ACTIONS[asked.action].by.map((p) => p.split('/')[0])).size === 1;

/** Whether the actor's role may, and its unit takes part. @source domain.md §2, §3 */
export function standing(f: Facts, rules: ProcessRules, asked: Asked): Unmet {
  const { by, action } = asked;
  const performers: readonly string[] =
    action === 'initiera-svpl'
      ? rules.initierarSvpl
      : action === 'kryssa-checklista'
        ? CHECKLIST_OWNERS[(asked as Asked<'kryssa-checklista'>).data.lista]
        : ACTIONS[action].by;
  const code = action === 'kryssa-checklista' && isPerformer(by, ACTIONS[action].by) ? 'ej-egen-checklista' : 'ej-behorig';
  if (!isPerformer(by, performers) && !transports(asked)) return { code };
  return need(takesPart(f, rules, asked), 'fel-enhet');
}

function takesPart(f: Facts, rules: ProcessRules, asked: Asked): boolean {
  const { by, action, data } = asked;
  if (by.party === 'system') return true;
  if (by.party === 'region') return by.unit === rules.region;
  if (by.party === 'tolkningsinstans') return true;
  // The ward that takes over may say so itself.
  if (action === 'flytta' && by.unit === (data as DataOf<'flytta'>).avdelning.hsaId) return true;
  return unitsOf(f, by.party).some((u) => u.unit === by.unit) || (asked.imported && tookPart(f, by, asked.at));
}

/** Whether the unit took part when it was done: what is transported afterwards was done by those whose stay it was then. */
function tookPart(f: Facts, { party, unit }: Actor, at: Instant): boolean {
  const then = <T extends { from: Instant }>(periods: readonly T[]) => periods.findLast(({ from }) => from <= at);
  if (party === 'slutenvard') return then(f.wards)?.ward.hsaId === unit;
  const kommun = party === 'kommun' ? then(f.kommuner) : undefined;
  return kommun !== undefined && [kommun.kommun, kommun.placerande].includes(unit);
}

/** Of steps 1–4, what may still be done after discharge: what is owed after it, what may come at any time, and step 3 anew before a new meeting. */
const AFTER_DISCHARGE: readonly ActionName[] = [
  'overfor-information',
  'ratta-kommun',
  'avsta-svpl',
  'skjut-upp-svpl',
  'foresla-tid',
  'kalla-till-svpl',
  'kvittera-kallelse',
  'papeka-saknad-profession',
];

/** @source domain.md §3 "Actions of steps 1–4 need that the patient was not discharged at their `at`"; Compulsory care */
export function general(f: Facts, asked: Asked): Unmet {
  const { step } = ACTIONS[asked.action];
  const again = step === 3 && newMeetingPending(f);
  return firstOf(
    need(
      !(
        f.discharge &&
        asked.at >= f.discharge.at &&
        typeof step === 'number' &&
        step <= 4 &&
        !AFTER_DISCHARGE.includes(asked.action) &&
        !again
      ),
      'utskriven',
    ),
    need(!((step === 3 || step === 5) && f.legalForm !== 'HSL'), 'tvangsvard'),
  );
}

const messageSent = (f: Facts): Unmet => need(f.inskrivning, 'inskrivningsmeddelande-saknas');
const initiated = (f: Facts): Unmet => need(f.initiated, 'svpl-ej-initierad');
const held = (f: Facts): Unmet => need(f.held.length > 0, 'svpl-ej-genomford');
const sipWritten = (f: Facts): Unmet => need(f.sip, 'sip-saknas');
const isReady = (f: Facts): boolean => last(f.ready)?.until === null;
const isCalled = (f: Facts, by: Actor): boolean =>
  by.party === 'slutenvard' ||
  [...calledProfessions(f), ...(f.initiated?.kontaktOnskasMed ?? [])].some((k) => k.part === by.party && k.profession === by.role);
const ownPart = (f: Facts, by: Actor) => f.vardplan.find((p) => isSameSide(p, by) && p.profession === (by.role ?? ''));

/** Who has yet to sign: the called professions inside the system, and everybody who has written a part. @source J Link vårdplan */
function unsigned(f: Facts): string[] {
  const called = (last(f.calls)?.kallade ?? []).filter((k) => k.iSystemet && k.part !== 'annan');
  const missing = called
    .filter((k) => !f.vardplan.some((p) => p.party === k.part && p.profession === k.profession && p.signedAt !== null))
    .map((k) => `${k.part}/${k.profession}`);
  // The part of a kommun that is no longer concerned holds nobody up.
  const written = f.vardplan.filter((p) => p.signedAt === null && unitsOf(f, p.party).some((u) => isSameSide(u, p)));
  return [...new Set([...missing, ...written.map((p) => `${p.party}/${p.profession}`)])];
}

/**
 * The hospital's own preparations that are still open when the utskrivningsmeddelande is sent.
 *
 * @source J Steg 4, Läkare and Sjuksköterska
 * @interpretation "vid behov" items that nobody answered are not open; the vårdcentral's and kommun's lists are theirs, and partly come after the message
 */
export function openChecklistItems(f: Facts): string[] {
  return (['lakare', 'sjukskoterska'] as const).flatMap((list) =>
    CHECKLISTS[list].filter((item) => !VID_BEHOV.includes(item) && !f.checklists[list]?.[item]).map((item) => `${list}: ${item}`),
  );
}

const within24h = (asked: Asked<'skicka-utskrivningsmeddelande'>): boolean =>
  (parseInstant(asked.data.utskrivning) ?? 0) <= asked.at + 24 * HOUR;

/** The date a follow-up may be set to at the latest. @source J Steg 6 */
function latestFollowUp(f: Facts): string {
  const from = Math.max(last(f.held)?.at ?? 0, last(f.followUps)?.at ?? 0);
  return addMonths(localDateOf(from), 1);
}

/** The first need of the action's own that is unmet. */
export function ownNeed(f: Facts, asked: Asked, stay: Stay, rules: ProcessRules): Unmet {
  return (NEEDS[asked.action] as Needs<ActionName> | undefined)?.(f, asked, stay, rules);
}

/** The needs of each action beyond its performer. @source domain.md §3, the table of actions */
type Needs<A extends ActionName> = (f: Facts, asked: Asked<A>, stay: Stay, rules: ProcessRules) => Unmet;
const NEEDS: { [A in ActionName]?: Needs<A> } = {
  'skicka-inskrivningsmeddelande': (f) =>
    firstOf(
      need(f.assessments.length > 0, 'behov-ej-bedomt'),
      // Only region open care: a message to the vårdcentral alone (LUS 2:1).
      need(inScope(f) || last(f.assessments)?.outsideOnly, 'utanfor-overenskommelsen'),
      // Protected identity has its own form, where name and address stay with the authority.
      need(f.patient.skyddad || (f.patient.name && f.patient.folkbokforingsadress), 'identitet-saknas'),
      need(inScope(f) ? !f.inskrivning : !f.inskrivningVardcentral, 'inskrivningsmeddelande-skickat'),
    ),
  'svara-inskrivning': (f, { by }) =>
    need(by.party === 'vardcentral' ? f.inskrivningVardcentral : f.inskrivning, 'inskrivningsmeddelande-saknas'),
  'ratta-kommun': (f, { data }) => {
    const now = presentKommun(f);
    const same = now.kommun === data.kommun && (data.placerandeKommun ?? now.placerande) === now.placerande;
    const rejected = kommunUnits(f).some((k) => last(f.answers.filter((a) => a.unit === k))?.svar === 'avvisad');
    return need(!same || rejected, 'ej-avvisad');
  },
  'bedom-vardtid': (f, { data }) => need(f.inskrivningsorsak || data.inskrivningsorsak, 'inskrivningsorsak-saknas'),
  'initiera-svpl': (f) => firstOf(need(!isOutside(f), 'utanfor-overenskommelsen'), messageSent(f)),
  bemanna: initiated,
  'foresla-tid': initiated,
  'kalla-till-svpl': (f) => firstOf(initiated(f), need(f.fastVardkontakt, 'fast-vardkontakt-saknas')),
  'kvittera-kallelse': (f) => need(f.initiated || f.calls.length > 0, 'svpl-ej-kallad'),
  'papeka-saknad-profession': initiated,
  'skriv-vardplan': (f, { by }) => firstOf(initiated(f), need(isCalled(f, by), 'ej-kallad')),
  'signera-vardplan': (f, { by }) => firstOf(initiated(f), need(isCalled(f, by), 'ej-kallad'), need(ownPart(f, by), 'vardplan-ej-skriven')),
  'godkann-vardplan': (f) =>
    firstOf(
      initiated(f),
      need(f.vardplan.length > 0, 'vardplan-ej-skriven'),
      need(unsigned(f).length === 0, 'vardplan-ej-signerad', unsigned(f).join(', ')),
    ),
  'skriv-ut-vardplan': (f, { by }) =>
    firstOf(
      need(f.vardplanApproved, 'vardplan-ej-godkand'),
      need((by.party === 'slutenvard' && by.role === 'sjukskoterska') || f.vardplan.some((p) => isSameSide(p, by)), 'ej-deltagit'),
    ),
  'meddela-utskrivningsklar': (f) => firstOf(messageSent(f), need(!isReady(f), 'redan-utskrivningsklar')),
  'aterkalla-utskrivningsklar': (f) => need(isReady(f), 'ej-utskrivningsklar'),
  'skicka-utskrivningsmeddelande': (f, asked, _stay, rules) =>
    firstOf(
      messageSent(f),
      need(f.estimates.length > 0, 'vardtidsbedomning-saknas'),
      need(within24h(asked), 'utskrivning-over-24-timmar'),
      need(!rules.checklistDemanded || openChecklistItems(f).length === 0, 'checklista-ej-klar', openChecklistItems(f).join(', ')),
    ),
  'meddela-hemkomst': messageSent,
  'skriv-ut': (f) => need(!f.discharge, 'utskriven'),
  'hall-svpl': (f) => need(f.calls.length > 0, 'svpl-ej-kallad'),
  'uppratta-sip': (f, { data }) =>
    firstOf(held(f), need(data.uppfoljning <= latestFollowUp(f), 'uppfoljning-for-sent', `senast ${latestFollowUp(f)}`)),
  'lamna-beslut': (f, { by }) =>
    firstOf(
      sipWritten(f),
      need(
        f.sip?.waiting.some((w) => decides(by.party, w.part) && w.decidedAt === null),
        'inget-beslut-vantas',
      ),
    ),
  'signera-sip': (f) =>
    firstOf(
      sipWritten(f),
      need(
        f.sip?.waiting.every((w) => w.decidedAt !== null),
        'beslut-vantas',
      ),
    ),
  'delge-sip': (f) => firstOf(sipWritten(f), need(f.sip?.signedAt !== null && f.sip?.signedAt !== undefined, 'sip-ej-signerad')),
  'folj-upp-del': sipWritten,
  'folj-upp': held,
  'avsluta-arende': (f, { by }, stay) =>
    firstOf(
      need(f.discharge, 'ej-utskriven'),
      need(closedAt(stay, { party: by.party, unit: by.unit }) === null, 'redan-avslutat'),
      need(mayCloseFrom(f, by.party) !== null, 'ej-dags-att-avsluta'),
    ),
  'angra-utskrivning': (f) => need(f.discharge, 'ej-utskriven'),
};
