/** From an HL7 v2 message to what it says of a stay, by its sender's mapping; or everything in it that could not be understood. */
import { type Instant, toIso } from '../../domain/calendar.js';
import { STAY_ID } from '../../domain/ids.js';
import type { Patient } from '../../domain/stay/state.js';
import type { HospitalEvent, HospitalMessage, StayDetails } from '../hospital/message.js';
import { holdsPersonnummer } from '../identity-numbers.js';
import { dischargedTo, kommunOf, legalFormOf, placerandeKommunOf, protectedOf, vardcentralOf, type Ward, wardOf } from './codes.js';
import { type Identity, identityOf } from './identity.js';
import type { Hl7Mapping } from './mapping-schema.js';
import { mergeOf } from './merge.js';
import { type Hl7Error, type Hl7Message, valueAt } from './message.js';
import { findFirst, type Path } from './path.js';
import { addressOf, nameOf } from './person.js';
import { atFound, atPath, inField, type Reading, segment, wrong } from './reading.js';
import type { Merge } from './said.js';
import { senderOf } from './sender.js';
import { occurredAt, optionalTime, registeredAt } from './times.js';

export type Translated =
  | { kind: 'event'; message: HospitalMessage }
  | { kind: 'merge'; merge: Merge }
  /** `ADT^A04`, or why an event that is taken was not. */
  | { kind: 'ignored'; trigger: string; reason?: 'not-inpatient' | 'no-change' }
  /** At least one. */
  | { kind: 'error'; errors: Hl7Error[] };

const EVENTS = new Set(['A01', 'A02', 'A03', 'A08', 'A11', 'A12', 'A13', 'A16', 'A21', 'A22', 'A25', 'A40']);

/** @source contract.md, HL7 v2 over MLLP */
export function translate(message: Hl7Message, mapping: Hl7Mapping): Translated {
  const { type, trigger } = message;
  if (type !== 'ADT' || !EVENTS.has(trigger)) return { kind: 'ignored', trigger: `${type}^${trigger}`.slice(0, 40) };
  const sender = senderOf(message, mapping);
  if (sender === undefined)
    return {
      kind: 'error',
      errors: [
        { ...inField('MSH', 3), segment: 'MSH', sequence: 1, code: '103', text: 'no sender of the mapping has MSH-3 and MSH-4 as these' },
      ],
    };
  const reading: Reading = { message, sender, errors: [] };
  const patientClass = valueAt(message, segment(reading, 'PV1'), 2);
  if (typeof patientClass === 'string' && sender.patientClasses?.includes(patientClass) === false)
    return { kind: 'ignored', trigger: `${type}^${trigger}`, reason: 'not-inpatient' };

  const registered = registeredAt(reading);
  const occurred = occurredAt(reading);
  if (registered === undefined || occurred === undefined) return failed(reading);
  if (trigger === 'A40') return merged(reading, registered, occurred);
  const told = eventOf(reading, registered, occurred);
  return told === undefined || reading.errors.length > 0 ? failed(reading) : { kind: 'event', message: told };
}

function merged(reading: Reading, registered: Instant, occurred: Instant): Translated {
  const patient = patientOf(reading, registered, true);
  const merge = mergeOf(reading, patient, { registered, occurred, stayId: stayIdOf(reading, false) });
  if (merge === undefined || reading.errors.length > 0) return failed(reading);
  return merge === 'no-change' ? { kind: 'ignored', trigger: 'ADT^A40', reason: merge } : { kind: 'merge', merge };
}

/** The same thing may have been found wrong on two ways to it. */
function failed({ errors }: Reading): Translated {
  const unique = new Map(errors.map((error) => [JSON.stringify(error), error]));
  return { kind: 'error', errors: [...unique.values()] };
}

function eventOf(reading: Reading, registered: Instant, occurred: Instant): HospitalMessage | undefined {
  const { message, sender } = reading;
  const isAdmission = message.trigger === 'A01';
  const stayId = stayIdOf(reading, true);
  const details = detailsOf(reading, registered, isAdmission);
  const kommun = kommunOf(reading, isAdmission);
  const event = isAdmission ? admitted(reading, occurred, details, kommun) : otherEvent(reading, occurred);
  if (stayId === undefined || event === undefined) return undefined;
  return {
    source: sender.name,
    messageId: message.controlId,
    stayId,
    region: sender.region,
    occurredAt: occurred,
    registeredAt: registered,
    event,
    ...(Object.keys(details).length === 0 ? {} : { details }),
    ...(kommun === undefined ? {} : { kommun }),
  };
}

/** PV1-19, or what the mapping says; never a personnummer. */
function stayIdOf(reading: Reading, required: boolean): string | undefined {
  const { at, prefix } = reading.sender.stayId;
  const found = findFirst(reading.message, at);
  if (typeof found?.value !== 'string')
    return required ? wrong(reading, atPath(at[0] as Path), '101', 'the visit number is missing') : undefined;
  const stayId = prefix + found.value;
  if (!STAY_ID.test(stayId)) return wrong(reading, atFound(found), '102', 'a visit number is 1–64 of A–Z a–z 0–9 . _ -');
  if (holdsPersonnummer(stayId)) return wrong(reading, atFound(found), '102', 'a visit number must never be a personnummer');
  return stayId;
}

/** What the message tells of the patient. What it does not tell is absent: nothing that is known is overwritten by nothing. */
function detailsOf(reading: Reading, registered: Instant, isAdmission: boolean): StayDetails {
  const patient = patientOf(reading, registered, isAdmission);
  const vardcentral = vardcentralOf(reading, isAdmission);
  const legalForm = legalFormOf(reading, isAdmission);
  return {
    ...(Object.keys(patient).length === 0 ? {} : { patient }),
    ...(vardcentral === undefined ? {} : { vardcentral }),
    ...(legalForm === undefined ? {} : { legalForm }),
  };
}

function patientOf(reading: Reading, registered: Instant, required: boolean): Patient {
  const { message, sender } = reading;
  const pid = segment(reading, 'PID');
  const before = reading.errors.length;
  const identity: Identity = identityOf(reading, registered);
  if (required && Object.keys(identity).length === 0 && reading.errors.length === before)
    wrong(reading, atPath(sender.identifiers.at[0] as Path), '101', 'no identifier of a kind that the mapping lists');
  const name = nameOf(message, pid);
  if (name === 'too-long') wrong(reading, inField('PID', 5), '102', 'longer than a name');
  const folkbokforingsadress = addressOf(message, pid);
  if (folkbokforingsadress === 'too-long') wrong(reading, inField('PID', 11), '102', 'longer than an address');
  const skyddad = protectedOf(reading);
  return {
    ...identity,
    ...(name === undefined ? {} : { name }),
    ...(folkbokforingsadress === undefined ? {} : { folkbokforingsadress }),
    ...(skyddad === undefined ? {} : { skyddad }),
  };
}

function admitted(
  reading: Reading,
  occurred: Instant,
  { patient, vardcentral, legalForm }: StayDetails,
  kommun: string | undefined,
): HospitalEvent | undefined {
  const ward = wardOf(reading);
  const placerandeKommun = placerandeKommunOf(reading);
  if (ward === undefined || patient === undefined || vardcentral === undefined || legalForm === undefined || kommun === undefined)
    return undefined;
  const { region } = reading.sender;
  const { careForm } = ward;
  return {
    type: 'admitted',
    admission: {
      region,
      admittedAt: toIso(occurred),
      ward: named(ward),
      careForm,
      legalForm,
      kommun,
      ...(placerandeKommun === undefined ? {} : { placerandeKommun }),
      vardcentral,
      patient,
    },
  };
}

function otherEvent(reading: Reading, occurred: Instant): HospitalEvent | undefined {
  switch (reading.message.trigger) {
    case 'A02': {
      const ward = wardOf(reading);
      return ward && { type: 'moved', ward: named(ward), careForm: ward.careForm };
    }
    case 'A03': {
      const to = dischargedTo(reading);
      return to && { type: 'discharged', to };
    }
    case 'A08':
      return { type: 'changed' };
    case 'A11':
      return { type: 'admission-cancelled' };
    case 'A12': {
      const ward = wardOf(reading);
      const cancels = optionalTime(reading, ['EVN', 6]);
      return ward && { type: 'move-cancelled', ward: named(ward), careForm: ward.careForm, ...(cancels === undefined ? {} : { cancels }) };
    }
    case 'A13':
      return { type: 'discharge-cancelled' };
    case 'A21': {
      const until = optionalTime(reading, ['PV2', 47]);
      return { type: 'leave-began', ...(until === undefined || until <= occurred ? {} : { until }) };
    }
    case 'A22':
      return { type: 'leave-ended' };
    default:
      return { type: 'hint', code: reading.message.trigger };
  }
}

const named = ({ hsaId, name }: Ward) => ({ hsaId, name });
