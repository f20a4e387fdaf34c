/** One stay's story as feed lines: who takes part, what is told, and when. */
import type { CareForm, LegalForm } from '../../src/domain/agreement.js';
import type { Instant } from '../../src/domain/calendar.js';
import type { Actor, JsonObject } from '../../src/domain/ids.js';
import type { ActionName } from '../../src/domain/stay/actions.js';
import type { Named } from '../../src/domain/stay/state.js';
import { dice, isoLocal } from './clock.js';
import { patient, staffName } from './people.js';
import { KOMMUNER } from './places.js';
import { ORSAKER } from './texts.js';

/** A line of the feed, with the instant at which it is to be sent. */
export interface FeedLine {
  sentAt: Instant;
  line: JsonObject;
}

export interface Cast {
  nurse: Actor;
  doctor: Actor;
  therapist: Actor;
  coordinator: Actor;
  vcDoctor: Actor;
  handler: Actor;
  kommunNurse: Actor;
  kommunTherapist: Actor;
  adt: Actor;
}

export interface Story {
  stayId: string;
  admittedAt: Instant;
  kommun: string;
  cast: Cast;
  /** Why the patient was admitted. */
  orsak: string;
  roll: () => number;
  lines: FeedLine[];
}

export interface Opening {
  stayId: string;
  /** Which of the made-up patients: unique. */
  person: number;
  admittedAt: Instant;
  kommun: string;
  placerandeKommun?: string;
  ward?: Named;
  careForm?: CareForm;
  legalForm?: LegalForm;
}

/** Begins a story with its admission. */
export function begin(opening: Opening): Story {
  const roll = dice(opening.stayId);
  const place = KOMMUNER[opening.kommun];
  if (!place) throw new Error(`${opening.kommun} is no kommun of the region`);
  const ward = opening.ward ?? pick(place.wards, roll);
  const vardcentral = pick(place.vardcentraler, roll);
  const stay: JsonObject = {
    stayId: opening.stayId,
    region: 'jonkoping',
    admittedAt: isoLocal(opening.admittedAt),
    ward: { ...ward },
    careForm: opening.careForm ?? 'somatisk',
    legalForm: opening.legalForm ?? 'HSL',
    kommun: opening.kommun,
    ...(opening.placerandeKommun ? { placerandeKommun: opening.placerandeKommun } : {}),
    vardcentral: { ...vardcentral },
    patient: patient(opening.person, place.postort),
  };
  return {
    stayId: opening.stayId,
    admittedAt: opening.admittedAt,
    kommun: opening.kommun,
    cast: castOf(ward.hsaId, vardcentral.hsaId, opening.kommun, roll),
    orsak: pick(ORSAKER, roll),
    roll,
    lines: [{ sentAt: opening.admittedAt, line: { stay } }],
  };
}

/** How an action came into the feed, where not at once: registered at `receivedAt`, by hand (`imported: false`). */
export interface Sending {
  receivedAt?: Instant;
  imported?: false;
}

/** Adds an action. Its id is the stay's with the action's name, numbered from the second. Returns it. */
export function tell(story: Story, at: Instant, by: Actor, action: ActionName, data: JsonObject = {}, sending: Sending = {}): string {
  const before = story.lines.filter(({ line }) => (line['action'] as JsonObject | undefined)?.['action'] === action).length;
  const id = `${story.stayId}:${action}${before === 0 ? '' : `-${before + 1}`}`;
  const told: JsonObject = { stayId: story.stayId, action, id, at: isoLocal(at), by: { ...by }, data };
  if (sending.imported === false) told['imported'] = false;
  story.lines.push({ sentAt: sending.receivedAt ?? at, line: { action: told } });
  return id;
}

/** Everybody who takes part in a stay at a ward, a vårdcentral and a kommun. */
export function castOf(ward: string, vardcentral: string, kommun: string, roll: () => number): Cast {
  const someone = (party: Actor['party'], unit: string, role: string): Actor => ({
    party,
    unit,
    role,
    name: staffName(unit, role, Math.floor(roll() * 3)),
  });
  return {
    nurse: someone('slutenvard', ward, 'sjukskoterska'),
    doctor: someone('slutenvard', ward, 'lakare'),
    therapist: someone('slutenvard', ward, 'arbetsterapeut'),
    coordinator: someone('vardcentral', vardcentral, 'vardsamordnare'),
    vcDoctor: someone('vardcentral', vardcentral, 'lakare'),
    handler: someone('kommun', kommun, 'handlaggare'),
    kommunNurse: someone('kommun', kommun, 'sjukskoterska'),
    kommunTherapist: someone('kommun', kommun, 'arbetsterapeut'),
    adt: { party: 'system', unit: 'patientadministration' },
  };
}

/** One of several. */
export function pick<T>(from: readonly T[], roll: () => number): T {
  const one = from[Math.floor(roll() * from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

/** Contact details that reach nobody. The numbers are from the series that the telecom agency keeps for fiction. */
export function kontakt(of: Actor, roll: () => number): JsonObject {
  return { namn: of.name ?? of.unit, telefon: `070-174 06 ${String(5 + Math.floor(roll() * 95)).padStart(2, '0')}` };
}
