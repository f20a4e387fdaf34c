/** The shape of what is read of each resource: types, cardinalities and required codes as FHIR R4 has them; everything else is let through. */
import { z } from 'zod';

const text = z.string().regex(/\S/, 'must not be empty');
const uri = z.string().regex(/^\S+$/, 'must be a uri: no spaces');
const code = z.string().regex(/^\S+( \S+)*$/, 'must be a code: no spaces around it');
/** @source FHIR R4, Data Types: id */
export const FHIR_ID = /^[A-Za-z0-9.-]{1,64}$/;
const id = z.string().regex(FHIR_ID, 'must be an id: 1–64 of A–Z a–z 0–9 - .');
const DATE_TIME =
  /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-](0\d:[0-5]\d|1[0-3]:[0-5]\d|14:00)))?)?)?$/;
const dateTime = z.string().regex(DATE_TIME, 'must be a dateTime');
const instant = z.string().regex(new RegExp(DATE_TIME.source.replace(')?)?)?$', ')))$')), 'must be an instant: with seconds and zone');

const list = <T extends z.ZodType>(item: T) => z.array(item).min(1, 'must not be an empty list');
const extension = z.looseObject({ url: uri });
const element = { extension: list(extension).optional() };
const period = z.looseObject({ ...element, start: dateTime.optional(), end: dateTime.optional() });
const coding = z.looseObject({ ...element, system: uri.optional(), code: code.optional(), display: text.optional() });
const codeableConcept = z.looseObject({ ...element, coding: list(coding).optional(), text: text.optional() });
const identifier = z.looseObject({
  ...element,
  use: z.enum(['usual', 'official', 'temp', 'secondary', 'old']).optional(),
  system: uri.optional(),
  value: text.optional(),
  period: period.optional(),
});
const reference = z.looseObject({
  ...element,
  reference: text.optional(),
  type: uri.optional(),
  identifier: identifier.optional(),
  display: text.optional(),
});

/** Where extensions are read, their values are checked too. */
const extended = {
  extension: list(
    extension.extend({
      valueBoolean: z.boolean().optional(),
      valueCode: code.optional(),
      valueString: text.optional(),
      valueUri: uri.optional(),
      valueCoding: coding.optional(),
      valueCodeableConcept: codeableConcept.optional(),
      valueIdentifier: identifier.optional(),
      valueReference: reference.optional(),
      valuePeriod: period.optional(),
    }),
  ).optional(),
};

const resource = {
  id: id.optional(),
  meta: z.looseObject({ security: list(coding).optional() }).optional(),
  contained: list(z.looseObject({ resourceType: text, id: id.optional() })).optional(),
  ...extended,
};

export const ENCOUNTER_STATUS = [
  'planned',
  'arrived',
  'triaged',
  'in-progress',
  'onleave',
  'finished',
  'cancelled',
  'entered-in-error',
  'unknown',
] as const;

const encounter = z.looseObject({
  ...resource,
  resourceType: z.literal('Encounter'),
  identifier: list(identifier).optional(),
  status: z.enum(ENCOUNTER_STATUS),
  statusHistory: list(z.looseObject({ status: z.enum(ENCOUNTER_STATUS), period })).optional(),
  class: coding,
  subject: reference.optional(),
  episodeOfCare: list(reference).optional(),
  period: period.optional(),
  hospitalization: z.looseObject({ dischargeDisposition: codeableConcept.optional() }).optional(),
  location: list(
    z.looseObject({
      location: reference,
      status: z.enum(['planned', 'active', 'reserved', 'completed']).optional(),
      period: period.optional(),
    }),
  ).optional(),
  serviceProvider: reference.optional(),
});

const patient = z.looseObject({
  ...resource,
  resourceType: z.literal('Patient'),
  identifier: list(identifier).optional(),
  active: z.boolean().optional(),
  name: list(
    z.looseObject({
      use: z.enum(['usual', 'official', 'temp', 'nickname', 'anonymous', 'old', 'maiden']).optional(),
      text: text.optional(),
      family: text.optional(),
      given: list(text).optional(),
    }),
  ).optional(),
  gender: z.enum(['male', 'female', 'other', 'unknown']).optional(),
  deceasedBoolean: z.boolean().optional(),
  deceasedDateTime: dateTime.optional(),
  address: list(
    z.looseObject({
      ...extended,
      use: z.enum(['home', 'work', 'temp', 'old', 'billing']).optional(),
      type: z.enum(['postal', 'physical', 'both']).optional(),
      text: text.optional(),
      line: list(text).optional(),
      city: text.optional(),
      district: text.optional(),
      postalCode: text.optional(),
      period: period.optional(),
    }),
  ).optional(),
  generalPractitioner: list(reference).optional(),
});

const organization = z.looseObject({
  ...resource,
  resourceType: z.literal('Organization'),
  identifier: list(identifier).optional(),
  name: text.optional(),
});

const location = z.looseObject({
  ...resource,
  resourceType: z.literal('Location'),
  identifier: list(identifier).optional(),
  status: z.enum(['active', 'suspended', 'inactive']).optional(),
  mode: z.enum(['instance', 'kind']).optional(),
  name: text.optional(),
});

const messageHeader = z.looseObject({
  ...resource,
  resourceType: z.literal('MessageHeader'),
  eventCoding: coding.optional(),
  eventUri: uri.optional(),
  source: z.looseObject({ endpoint: uri, name: text.optional() }),
  focus: list(reference).optional(),
});

const provenance = z.looseObject({
  ...resource,
  resourceType: z.literal('Provenance'),
  target: list(reference),
  occurredDateTime: dateTime.optional(),
  occurredPeriod: period.optional(),
  recorded: instant,
  activity: codeableConcept.optional(),
  agent: list(z.looseObject({ who: reference })),
  entity: list(z.looseObject({ role: z.enum(['derivation', 'revision', 'quotation', 'source', 'removal']), what: reference })).optional(),
});

/** By their name; a resource that is not among them is not read. */
export const RESOURCES = {
  Encounter: encounter,
  Patient: patient,
  Organization: organization,
  Location: location,
  MessageHeader: messageHeader,
  Provenance: provenance,
} as const;
export type ReadType = keyof typeof RESOURCES;
export type ResourceOf<T extends ReadType> = z.infer<(typeof RESOURCES)[T]>;

export type Encounter = ResourceOf<'Encounter'>;
export type Patient = ResourceOf<'Patient'>;
export type Reference = z.infer<typeof reference>;
export type Identifier = z.infer<typeof identifier>;
export type Coding = z.infer<typeof coding>;
export type Extended = Pick<Encounter, 'extension'>;
export type Extension = NonNullable<Encounter['extension']>[number];

/** Without its entries' resources, which are judged one by one. */
export const bundleSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  id: id.optional(),
  identifier: identifier.optional(),
  type: z.enum([
    'document',
    'message',
    'transaction',
    'transaction-response',
    'batch',
    'batch-response',
    'history',
    'searchset',
    'collection',
  ]),
  timestamp: instant.optional(),
  entry: list(
    z.looseObject({
      fullUrl: uri.optional(),
      resource: z.looseObject({ resourceType: text }).optional(),
      request: z
        .looseObject({
          method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']),
          url: uri,
          ifMatch: text.optional(),
          ifNoneExist: text.optional(),
        })
        .optional(),
    }),
  ).optional(),
});
export type Bundle = z.infer<typeof bundleSchema>;

const COMMON = ['resourceType', 'id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension'];
const named = (names: string): ReadonlySet<string> => new Set([...COMMON, ...names.split(' ')]);
/** Every element that R4 knows of each: what is none of them is an error, not something to pass over. */
export const ELEMENTS: Record<ReadType, ReadonlySet<string>> = {
  Encounter: named(
    'identifier status statusHistory class classHistory type serviceType priority subject episodeOfCare basedOn participant appointment period length reasonCode reasonReference diagnosis account hospitalization location serviceProvider partOf',
  ),
  Patient: named(
    'identifier active name telecom gender birthDate deceasedBoolean deceasedDateTime address maritalStatus multipleBirthBoolean multipleBirthInteger photo contact communication generalPractitioner managingOrganization link',
  ),
  Organization: named('identifier active type name alias telecom address partOf contact endpoint'),
  Location: named(
    'identifier status operationalStatus name alias description mode type telecom address physicalType position managingOrganization partOf hoursOfOperation availabilityExceptions endpoint',
  ),
  MessageHeader: named('eventCoding eventUri destination sender enterer author source responsible reason response focus definition'),
  Provenance: named('target occurredPeriod occurredDateTime recorded policy location reason activity agent entity signature'),
};

/** Elements of an Encounter that tell of care, and that nothing here reads: said, so that nobody believes they were kept. */
export const NOT_READ = [
  'type',
  'serviceType',
  'priority',
  'basedOn',
  'participant',
  'appointment',
  'reasonCode',
  'reasonReference',
  'diagnosis',
  'account',
  'partOf',
];
