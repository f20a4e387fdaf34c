/** The shape of a mapping file: what a hospital calls its wards and units, and where in its messages it says what. */
import { z } from 'zod';
import { isKommunkod } from '../../domain/kommun.js';
import { dataSchemas } from '../../domain/stay/schemas.js';
import { parsePath } from './path.js';

const short = z.string().trim().min(1).max(200);
const code = z.string('ska vara text inom citattecken, "101"').trim().min(1).max(60);
const codes = z.array(code).min(1).max(200);
const path = z.string().transform((text, context) => {
  const parsed = parsePath(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'ska vara en plats i meddelandet, t.ex. PV1-19, PID-11.9, PID-11[7=H].9 eller PD1-3[*].3' });
  return z.NEVER;
});
const paths = z.array(path).min(1).max(20);
const pattern = z.string().trim().min(1).max(200);
const hsaId = short.regex(/^SE\d{10}-[0-9A-Z]{1,18}$/, 'ska vara ett HSA-id, t.ex. SE2321000131-T00000000101');
const kommun = z.string('ska vara en kommunkod inom citattecken, "0680"').refine(isKommunkod, 'är ingen kommunkod');
const unit = { hsaId, name: short };
const till = dataSchemas['skriv-ut'].shape.till;
const legalForm = z.enum(['HSL', 'LPT', 'LRV']);
const identifier = z
  .strictObject({ type: z.string().max(100).optional(), authority: z.string().max(200).optional() })
  .refine(({ type, authority }) => type !== undefined || authority !== undefined, 'ska ha type, authority eller båda');
const identifiers = z.array(identifier).max(20).default([]);

const sender = z.strictObject({
  /** The sender's name: part of every message's identity, so not to be changed while messages are on their way. */
  name: z.string().regex(/^[A-Za-z0-9._-]{1,60}$/, 'ska bestå av A–Z a–z 0–9 . _ -'),
  /** MSH-3 and MSH-4, whole or one of their components; `*` stands for any text. */
  application: pattern.default('*'),
  facility: pattern.default('*'),
  /** Client certificates that may speak for the sender, by common name or SHA-256 fingerprint. Not given: any that the service trusts. */
  certificates: z.array(short).min(1).max(20).optional(),
  region: z.string().regex(/^[a-z][a-z-]{1,39}$/, 'ska vara regionens id, t.ex. jonkoping'),
  stayId: z
    .strictObject({
      at: paths,
      /** Before the visit number, where two senders might use the same. */
      prefix: z
        .string()
        .regex(/^[A-Za-z0-9._-]{0,20}$/, 'ska bestå av A–Z a–z 0–9 . _ -')
        .default(''),
    })
    .prefault({ at: ['PV1-19'] }),
  /** PV1-2 of those messages that are about inpatients; the others are ignored. Not given: all are. */
  patientClasses: codes.optional(),
  /** `code` alone stands in any component of PV1-3; with `^` each component that is not empty stands in its own place. */
  wards: z
    .array(z.strictObject({ codes, ...unit, careForm: z.enum(['somatisk', 'psykiatrisk']) }))
    .min(1)
    .max(5000),
  vardcentraler: z.strictObject({
    at: paths,
    units: z.array(z.strictObject({ codes: codes.optional(), ...unit })).max(5000),
    /** Code of the unit meant where the message names none, or one that is not listed. */
    default: code.optional(),
  }),
  kommun: z.strictObject({
    at: paths,
    /** Beside kommunkoder (four digits) and codes of parishes (six digits, of which the first four are the kommun's). */
    codes: z.array(z.strictObject({ code, kommun })).max(20_000).default([]),
    default: kommun.optional(),
  }),
  placerandeKommun: z.strictObject({ at: paths }).optional(),
  /** Not given: the messages do not tell, and every admission is HSL. */
  legalForm: z
    .strictObject({ at: paths, codes: z.array(z.strictObject({ codes, legalForm })).max(20), default: legalForm.default('HSL') })
    .optional(),
  dischargedTo: z.strictObject({
    at: paths.prefault(['PV1-36']),
    codes: z.array(z.strictObject({ codes, till })).max(200),
    default: till.optional(),
  }),
  identifiers: z.strictObject({
    at: paths.prefault(['PID-3[*]']),
    personnummer: identifiers,
    samordningsnummer: identifiers,
    reservnummer: identifiers,
  }),
  protected: z.strictObject({ at: paths, values: codes }).prefault({ at: ['PD1-12'], values: ['Y'] }),
});

export const mappingFileSchema = z.strictObject({ senders: z.array(sender).min(1).max(100) });

export type Hl7Mapping = z.infer<typeof mappingFileSchema>;
export type SenderMapping = Hl7Mapping['senders'][number];
export type IdentifierKind = 'personnummer' | 'samordningsnummer' | 'reservnummer';
