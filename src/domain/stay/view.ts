/** The stay as it is read: the JSON of `GET /v1/stays/{stayId}`, and of it what each party and role may see. */
import type { CareForm, DeadlineId, LegalForm, ProcessRules } from '../agreement.js';
import { daysOf } from '../billing/days.js';
import { missingOf } from '../billing/preconditions.js';
import { type Instant, toIso } from '../calendar.js';
import type { Actor, Json, JsonObject, UnitRef } from '../ids.js';
import { ballOf, openDeadlines } from './deadlines.js';
import { episodeOf } from './episode.js';
import { type Facts, factsOf, presentKommun } from './facts.js';
import { inScope, isOutside, type Phase, payerOf, phaseOf, svplToBeHeld } from './parties.js';
import { type Relation, relationOf, type Viewer } from './relation.js';
import { readsText, type Sight, sightOf } from './sight.js';
import type { Deadline, LogEntry, Named, Patient, Stay } from './state.js';
import { isOwnDeviationType } from './words.js';

export type DeadlineView = {
  id: DeadlineId;
  owner: UnitRef;
  startedAt: string;
  dueAt: string;
  reminderAt: string;
  overdue: boolean;
};

/** @source contract.md, Shape of a stay as read */
export interface StayView {
  stayId: string;
  region: string;
  phase: Phase;
  kommun: string;
  agreement: string;
  admittedAt: string;
  ward: Named;
  vardcentral: Named;
  careForm: CareForm;
  legalForm: LegalForm;
  placerandeKommun?: string;
  payer: string;
  patient?: Patient;
  beraknadUtskrivning?: string;
  fastVardkontakt?: { namn: string; telefon: string; at: string };
  svpl?: JsonObject;
  vardplan?: JsonObject;
  checklists?: Record<string, Record<string, string>>;
  sip?: JsonObject;
  endedAt?: string;
  /** Since when the patient's identity and everybody's text are destroyed. Only of what is read from the ledger. */
  gallratAt?: string;
  deadlines: DeadlineView[];
  ball: UnitRef[];
  deviations: { id: string; type: string; at: string; status: string; owner?: UnitRef; text?: string }[];
  episode: {
    utskrivningsklarAt: string | null;
    intervals: { from: string; until?: string }[];
    missing: string[];
    dischargedAt?: string;
    days?: number | null;
  };
  refused: { action: string; at: string; code: string; need?: string; id?: string; by?: Actor }[];
  log: LogView[];
}

export interface LogView {
  action: string;
  id: string;
  at: string;
  receivedAt: string;
  by: Actor;
  data?: JsonObject;
  imported?: true;
  corrections?: { at: string; was: { at: string; data?: JsonObject } }[];
}

export function deadlineView(d: Deadline, now: Instant): DeadlineView {
  return {
    id: d.id,
    owner: d.owner,
    startedAt: toIso(d.startedAt),
    dueAt: toIso(d.dueAt),
    reminderAt: toIso(d.reminderAt),
    overdue: d.dueAt <= now,
  };
}

export const deadlineViews = (stay: Stay, rules: ProcessRules, now: Instant): DeadlineView[] =>
  openDeadlines(stay, rules).map((d) => deadlineView(d, now));

/** A stay as one reader sees it: what that reader may not see is absent. */
export type SeenStay = Pick<StayView, 'stayId' | 'region' | 'agreement' | 'log'> & Partial<StayView>;

/** What a reader is to the stay, and what it then sees; null when that is nothing. */
export interface Sighting {
  relation: Relation;
  stay: SeenStay | null;
}

/** The whole stay, for the service itself and for those who have not been asked who they are. */
export const viewOf = (stay: Stay, rules: ProcessRules, now: Instant): StayView => whole(stay, rules, now, 'all', undefined, 'part');

/** The stay as somebody may see it, by what they are to it and the widest of what their roles see. @source domain.md §2 "What roles see" */
export function seenBy(stay: Stay, rules: ProcessRules, now: Instant, viewer: Viewer): Sighting {
  const relation = relationOf(stay, rules, viewer);
  const sight = sightOf(relation, viewer);
  if (sight === null) return { relation, stay: null };
  const seen = whole(stay, rules, now, sight, viewer, relation);
  if (sight !== 'own') return { relation, stay: seen };
  // Nothing of what became of the patient: neither where they are now, nor in which phase.
  const { stayId, region, agreement, admittedAt, log } = seen;
  return { relation, stay: { stayId, region, agreement, admittedAt, log } };
}

function whole(stay: Stay, rules: ProcessRules, now: Instant, sight: Sight, viewer: Viewer | undefined, relation: Relation): StayView {
  const f = factsOf(stay);
  const text = sight === 'all' || sight === 'clinical' || sight === 'planning';
  const episode = episodeOf(stay, rules);
  const present = presentKommun(f);
  const isWithoutAddress = addressIsHidden(f, viewer, relation);
  const log = sight === 'own' ? stay.log.filter((e) => e.by.party === viewer?.party && e.by.unit === viewer.unit) : stay.log;
  return {
    stayId: stay.stayId,
    region: stay.admission.region,
    phase: phaseOf(stay),
    kommun: present.kommun,
    agreement: rules.agreementId,
    admittedAt: toIso(stay.admission.admittedAt),
    ward: f.ward,
    vardcentral: f.vardcentral,
    careForm: f.careForm,
    legalForm: f.legalForm,
    ...(present.placerande ? { placerandeKommun: present.placerande } : {}),
    payer: payerOf(f),
    ...(text ? planning(f, isWithoutAddress) : {}),
    ...(stay.ended ? { endedAt: toIso(stay.ended.at) } : {}),
    deadlines: deadlineViews(stay, rules, now),
    ball: stay.ended ? [] : ballOf(stay, rules),
    deviations: stay.deviations.map((d) => ({
      id: d.id,
      // What somebody reported is free text.
      type: text || isOwnDeviationType(d.type) ? d.type : REPORTED,
      at: toIso(d.at),
      status: d.status,
      ...(d.owner ? { owner: d.owner } : {}),
      ...(d.text && text ? { text: d.text } : {}),
    })),
    episode: {
      utskrivningsklarAt: isoOrNull(episode.intervals.at(-1)?.from),
      intervals: episode.intervals.map((i) => ({ from: toIso(i.from), ...(i.until === null ? {} : { until: toIso(i.until) }) })),
      missing: inScope(f) ? missingOf(episode, rules.preconditions, now) : isOutside(f) ? ['utanfor-overenskommelsen'] : [],
      ...(episode.dischargedAt === null ? {} : { dischargedAt: toIso(episode.dischargedAt), days: daysOf(episode) }),
    },
    refused: stay.refused.map((r) => ({
      action: r.action,
      at: toIso(r.at),
      code: r.code,
      need: r.need,
      ...(r.id === undefined ? {} : { id: r.id }),
      ...(r.by ? { by: r.by } : {}),
    })),
    log: log.map((e) => logView(e, sight, viewer, isWithoutAddress)),
  };
}

const REPORTED = 'rapporterad';

/** A protected address is for the present ward's own staff alone. @source LUS 2:2; docs/adr/0012 */
function addressIsHidden(f: Facts, viewer: Viewer | undefined, relation: Relation): boolean {
  return viewer !== undefined && f.patient.skyddad === true && !(viewer.party === 'slutenvard' && relation === 'part');
}

function withoutAddress<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withoutAddress) as T;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (name === 'folkbokforingsadress' ? [] : [[name, withoutAddress(field)]])),
  ) as T;
}

const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

/** Handed over at discharge: for the licensed, not for the handläggare. */
const CLINICAL: readonly string[] = ['overfor-information'];

/** As it was sent. What a correction came to stands with the action that it corrected. */
function sentData({ action, data }: LogEntry): JsonObject {
  if (action !== 'ratta-uppgift') return data;
  const { corrected: _, ...sent } = data;
  return sent;
}

function logView(e: LogEntry, sight: Sight, viewer: Viewer | undefined, isWithoutAddress: boolean): LogView {
  // What one's own unit wrote, too, is text that an economist or a processledare has no need of.
  const own = viewer !== undefined && e.by.party === viewer.party && e.by.unit === viewer.unit && readsText(viewer);
  const shown = (sent: JsonObject): JsonObject => (isWithoutAddress ? withoutAddress(sent) : sent);
  const data = own || sight === 'all' || sight === 'clinical' || (sight === 'planning' && !CLINICAL.includes(e.action));
  return {
    action: e.action,
    id: e.id,
    at: toIso(e.at),
    receivedAt: toIso(e.receivedAt),
    by: e.by,
    ...(data ? { data: shown(sentData(e)) } : {}),
    ...(e.imported ? { imported: true as const } : {}),
    ...(e.corrections
      ? {
          corrections: e.corrections.map((c) => ({
            at: toIso(c.at),
            was: { at: toIso(c.was.at), ...(data ? { data: shown(c.was.data) } : {}) },
          })),
        }
      : {}),
  };
}

/** The facts of planning: identity, contact, SVPL, vårdplan, checklists, SIP. */
function planning(f: Facts, isWithoutAddress: boolean): Partial<StayView> {
  const estimate = f.estimates.at(-1);
  return {
    patient: isWithoutAddress ? withoutAddress(f.patient) : f.patient,
    ...(estimate ? { beraknadUtskrivning: toIso(estimate.expected) } : {}),
    ...(f.fastVardkontakt
      ? { fastVardkontakt: { namn: f.fastVardkontakt.namn, telefon: f.fastVardkontakt.telefon, at: toIso(f.fastVardkontakt.at) } }
      : {}),
    svpl: svplView(f),
    ...(f.vardplan.length > 0 ? { vardplan: vardplanView(f) } : {}),
    ...(Object.keys(f.checklists).length > 0 ? { checklists: f.checklists } : {}),
    ...(f.sip ? { sip: sipView(f.sip) } : {}),
  };
}

function svplView(f: Facts): JsonObject {
  const call = f.calls.at(-1);
  return {
    required: svplToBeHeld(f),
    ...(f.initiated ? { initiatedAt: toIso(f.initiated.at), kontaktOnskasMed: f.initiated.kontaktOnskasMed as unknown as Json } : {}),
    ...(f.declined ? { declined: { at: toIso(f.declined.at), skal: f.declined.skal } } : {}),
    ...(f.postponements.length ? { postponedTo: f.postponements.at(-1)?.datum ?? null } : {}),
    ...(f.proposals.length ? { proposed: f.proposals.map((p) => ({ tid: toIso(p.tid), plats: p.plats })) } : {}),
    ...(call
      ? { call: { at: toIso(call.at), typ: call.typ, tid: toIso(call.tid), plats: call.plats, kallade: call.kallade as unknown as Json } }
      : {}),
    acknowledged: f.acknowledgements.map((a) => ({ party: a.party, unit: a.unit, at: toIso(a.at) })),
    staffed: f.staffing.map((s) => ({ party: s.party, unit: s.unit, at: toIso(s.at), personer: s.personer })),
    held: f.held.map((h) => ({ at: toIso(h.at), plats: h.plats, absent: h.absent as unknown as Json })),
    followUps: f.followUps.map((u) => ({ at: toIso(u.at), resultat: u.resultat })),
  };
}

function vardplanView(f: Facts): JsonObject {
  return {
    ...(f.vardplanApproved ? { approvedAt: toIso(f.vardplanApproved.at) } : {}),
    parts: f.vardplan.map((p) => ({
      party: p.party,
      unit: p.unit,
      profession: p.profession,
      insatser: p.insatser,
      ansvar: p.ansvar,
      kontakt: p.kontakt,
      writtenAt: toIso(p.writtenAt),
      signedAt: p.signedAt === null ? null : toIso(p.signedAt),
    })),
  };
}

function sipView(sip: NonNullable<Facts['sip']>): JsonObject {
  return {
    ...sip.data,
    at: toIso(sip.at),
    waiting: sip.waiting.map((w) => ({
      part: w.part,
      senast: w.senast,
      decidedAt: w.decidedAt === null ? null : toIso(w.decidedAt),
      ...(w.beslut ? { beslut: w.beslut } : {}),
    })),
    signedAt: sip.signedAt === null ? null : toIso(sip.signedAt),
    delivered: sip.delivered.map((d) => ({ at: toIso(d.at), till: d.till })),
  };
}

/** What an accepted action answers. */
export interface Answer {
  accepted: true;
  stayId: string;
  action: string;
  id: string;
  phase: Phase;
  deadlines: DeadlineView[];
  warnings?: string[];
  /** Whoever did it has no part in the stay any more. */
  former?: true;
}

/** The answer to an accepted action: the stay's phase and open deadlines as they are now. */
export function answerOf(stay: Stay, rules: ProcessRules, now: Instant, action: string, id: string, warnings: string[]): Answer {
  const by = stay.log.findLast((entry) => entry.id === id)?.by;
  return {
    accepted: true,
    stayId: stay.stayId,
    action,
    id,
    phase: phaseOf(stay),
    deadlines: deadlineViews(stay, rules, now),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(by !== undefined && relationOf(stay, rules, { ...by, roles: [] }) === 'former' ? { former: true as const } : {}),
  };
}
