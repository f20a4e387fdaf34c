/** Names of fields whose treatment does not follow from the schemas of the actions. */

/** What the strings under one field name may be, over all actions. */
export interface FieldRule {
  codes?: readonly string[];
  /** Numbers in FORMS. */
  forms?: readonly number[];
  /** Whether a person may write freely in it, in some action. */
  isText?: true;
}

/** Fields whose whole value says who the patient is, or who stands close to the patient. */
export const IDENTITY_FIELDS: readonly string[] = ['patient', 'narstaende', 'personnummer', 'reservnummer', 'folkbokforingsadress'];

/** Strings of an action's data that are ids, though the schema does not say so. */
export const KEPT_FIELDS: readonly string[] = ['actionId', 'hsaId'];

/** Fields of an envelope and of a log's entry that are ids, or hold more such. */
export const ENVELOPE_FIELDS: readonly string[] = ['id', 'stayId', 'action', 'byAction', 'corrections', 'was'];

/** What names a unit, a ward, or who acts for it. Staff are not the patient. */
export const UNIT_FIELDS: readonly string[] = ['party', 'unit', 'role', 'name', 'hsaId'];

/** One of these at the top says that a value is the program's own, and no message that somebody sent. */
export const OWN_FIELDS: readonly string[] = [
  'accepted',
  'admission',
  'busy',
  'clock',
  'dueAt',
  'event',
  'log',
  'message',
  'month',
  'noticeId',
  'party',
  'payer',
  'region',
  'relation',
  'rules',
  'seq',
  'stayId',
  'type',
];
