/** The names by which FHIR tells identifiers, codes and extensions apart: those of others, and our own, which docs/fhir.md explains. */

/** Numbers of persons: RIV-TA's OIDs, and the names of HL7 Sweden's base profiles. A samordningsnummer is kept as a personnummer is. */
export const PERSONNUMMER_SYSTEMS = [
  'urn:oid:1.2.752.129.2.1.3.1',
  'urn:oid:1.2.752.129.2.1.3.3',
  'http://electronichealth.se/identifier/personnummer',
  'http://electronichealth.se/identifier/samordningsnummer',
];
export const HSA_SYSTEM = 'urn:oid:1.2.752.129.2.1.4.1';
/** The second is the OID by which HSA-ids are named in certificates. */
export const HSA_SYSTEMS = [HSA_SYSTEM, 'urn:oid:1.2.752.29.4.19', 'http://electronichealth.se/identifier/hsaId'];

const own = (name: string): string => `urn:hemgang:fhir:${name}`;
export const STAY_SYSTEM = own('stay');
export const RESERVE_SYSTEM = own('reservnummer');
export const DISPOSITION_SYSTEM = own('discharge-disposition');
export const PROBLEM_SYSTEM = 'urn:hemgang:problem';

/** Our own extensions; each holds a code, a string, an identifier or a coding, but for the last three. */
export const EXTENSION = {
  region: own('region'),
  kommun: own('kommun'),
  placerandeKommun: own('placerandeKommun'),
  careForm: own('careForm'),
  legalForm: own('legalForm'),
  /** A reference, or an identifier. */
  vardcentral: own('vardcentral'),
  /** A boolean. */
  skyddad: own('skyddad'),
  /** A period; may be repeated. */
  leavePeriod: own('leavePeriod'),
} as const;

const MEDCOM = 'http://medcomfhir.dk/ig';
/** Our own, and MedCom's under the name that it has there. */
export const LEAVE_EXTENSIONS = [
  EXTENSION.leavePeriod,
  `${MEDCOM}/hospitalnotification/StructureDefinition/medcom-hospitalnotifiation-leave-period-extension`,
];
export const EVENT_SYSTEM = `${MEDCOM}/terminology/CodeSystem/medcom-messaging-eventCodes`;
export const EVENT_CODE = 'hospital-notification-message';
export const ACTIVITY_SYSTEM = `${MEDCOM}/terminology/CodeSystem/medcom-messaging-activityCodes`;
export const MESSAGE_DEFINITION = `${MEDCOM}/hospitalnotification/MessageDefinition/MedComHospitalNotificationMessageDefinition`;

export const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
export const FHIR_DISPOSITION_SYSTEM = 'http://terminology.hl7.org/CodeSystem/discharge-disposition';
