/** The shape of everything that comes in, as zod: for the doors, the OpenAPI document, and the JSON Schema that the sandbox checks with. */
import { z } from 'zod';
import { ACTION_ID_MAX, PARTIES } from '../ids.js';
import { ACTION_NAMES, type ActionName, CHECKLISTS } from './actions.js';

const text = z.string().min(1).max(4000);
const short = z.string().min(1).max(200);
const texts = z.array(text).max(100);
const DATE = String.raw`(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8])))`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
// Seconds may be left out, as people and forms do; days that do not exist may not be given.
const instant = z
  .string()
  .max(40)
  .regex(new RegExp(`^${DATE}T${TIME}$`))
  .meta({ format: 'date-time', description: 'ISO 8601 with offset' });
const date = z
  .string()
  .regex(new RegExp(`^${DATE}$`))
  .meta({ format: 'date' });
const instantOrDate = z.union([instant, date]);
const kommunkod = z.string().regex(/^\d{4}$/);
const party = z.enum(PARTIES);
const kontakt = z.strictObject({ namn: text, telefon: text });
const named = z.strictObject({ hsaId: short, name: short });
const plats = z.enum(['bostad', 'sjukhus', 'video']);
const careForm = z.enum(['somatisk', 'psykiatrisk']);
const legalForm = z.enum(['HSL', 'LPT', 'LRV']);
const partProfession = z.strictObject({ part: party, profession: short });
const insatser = z.union([z.strictObject({ sol: texts.optional(), hsl: texts.optional(), lss: texts.optional() }), text]);

const patient = z.strictObject({
  personnummer: z
    .string()
    .regex(/^(\d{6}|\d{8})[-+]?\d{4}$/)
    .optional(),
  reservnummer: z.string().min(4).max(20).optional(),
  name: short.optional(),
  folkbokforingsadress: text.optional(),
  skyddad: z.boolean().optional(),
});

/** Body of `PUT /v1/stays/{stayId}`. That the personnummer is a real one, and that one of the two numbers is there, the door checks. */
export const admissionSchema = z
  .strictObject({
    region: z.string().regex(/^[a-z][a-z-]{1,39}$/),
    admittedAt: instant,
    ward: named,
    careForm,
    legalForm,
    kommun: kommunkod,
    placerandeKommun: kommunkod.optional(),
    vardcentral: named,
    patient,
  })
  .meta({ id: 'Admission' });

export const actorSchema = z.strictObject({ party, unit: short, role: short.optional(), name: short.optional() }).meta({ id: 'Actor' });

/** Data of each action. @source domain.md §3, Actions; contract.md, Types of action data */
export const dataSchemas = {
  'bedom-behov': z.strictObject({ harInsatser: z.boolean(), nyttBehov: z.boolean(), endastRegionensOppenvard: z.boolean() }),
  'skicka-inskrivningsmeddelande': z.strictObject({
    samtycke: z.enum(['ja', 'nej', 'menprovning']),
    beraknadUtskrivning: instantOrDate,
    insatserIdag: text.optional(),
    inskrivningsorsak: text.optional(),
    kommentar: text.optional(),
  }),
  'svara-inskrivning': z.strictObject({
    svar: z.enum(['ej-kand', 'kand', 'avvisad']),
    skal: z.enum(['ej-folkbokford']).optional(),
    rattKommun: kommunkod.optional(),
    adl: text.optional(),
    kommunikation: text.optional(),
    boendeform: text.optional(),
    tillganglighet: text.optional(),
    insatser: insatser.optional(),
    avbokat: texts.optional(),
  }),
  'ratta-kommun': z.strictObject({ kommun: kommunkod, placerandeKommun: kommunkod.optional() }),
  'utse-fast-vardkontakt': z.strictObject({ namn: text, telefon: text }),
  'avboka-besok': z.strictObject({ besok: texts.min(1), ombokat: texts.optional() }),
  'bedom-vardtid': z.strictObject({ beraknadUtskrivning: instantOrDate, inskrivningsorsak: text.optional() }),
  'initiera-svpl': z.strictObject({
    samtycke: z.enum(['ja', 'foretradare', 'menprovning']),
    kontaktOnskasMed: z.array(partProfession).min(1).max(50),
    adl: text,
    kommunikation: text,
    hjalpmedel: texts,
    oppenpsykiatri: text.optional(),
    narstaende: text.optional(),
  }),
  'avsta-svpl': z.strictObject({
    skal: z.enum(['inga-nya-behov', 'fungerande-sip', 'ej-aktuellt', 'patienten-avbojer', 'korttids', 'aterinlagd', 'annat']),
    text,
  }),
  'skjut-upp-svpl': z.strictObject({ datum: date, skal: text }),
  bemanna: z.strictObject({
    personer: z
      .array(z.strictObject({ profession: short, namn: text, telefon: text }))
      .min(1)
      .max(50),
  }),
  'foresla-tid': z.strictObject({ tid: instant, plats }),
  'kalla-till-svpl': z.strictObject({
    typ: z.enum(['svpl', 'uppfoljning-av-sip']),
    tid: instant,
    plats,
    kallade: z
      .array(z.strictObject({ part: party, profession: short, namn: text.optional(), iSystemet: z.boolean() }))
      .min(1)
      .max(50),
  }),
  'kvittera-kallelse': z.strictObject({}),
  'papeka-saknad-profession': z.strictObject({ profession: short, skal: text }),
  'skriv-vardplan': z.strictObject({ insatser: text, ansvar: text, kontakt }),
  'signera-vardplan': z.strictObject({}),
  'godkann-vardplan': z.strictObject({}),
  'skriv-ut-vardplan': z.strictObject({}),
  'meddela-utskrivningsklar': z.strictObject({ bedomd: instant }),
  'aterkalla-utskrivningsklar': z.strictObject({ skal: text }),
  'kryssa-checklista': z.strictObject({
    lista: z.enum(Object.keys(CHECKLISTS) as [keyof typeof CHECKLISTS]),
    punkt: z.enum(Object.values(CHECKLISTS).flat() as [string]),
    svar: z.enum(['klar', 'ej-aktuellt']),
  }),
  'skicka-utskrivningsmeddelande': z.strictObject({ utskrivning: instant, bedomd: instant.optional() }),
  'meddela-hemkomst': z.strictObject({ kanTaEmot: z.boolean(), tid: instant.optional(), skal: text.optional() }),
  'meddela-oppenvard': z.strictObject({ lage: z.enum(['tillganglig', 'ej-tillganglig', 'oklart']), insats: text, skal: text.optional() }),
  'skriv-ut': z.strictObject({ tidpunkt: instant, till: z.enum(['hem', 'sarskilt-boende', 'korttids', 'annan-klinik', 'avliden']) }),
  'overfor-information': z.strictObject({ vad: texts.min(1) }),
  'hall-svpl': z.strictObject({
    tidpunkt: instant,
    plats,
    narvarande: z
      .array(z.strictObject({ part: z.enum([...PARTIES, 'patient', 'narstaende']), profession: short.optional() }))
      .min(1)
      .max(50),
  }),
  'uppratta-sip': z.strictObject({
    samtycke: z.enum(['ja', 'foretradare']),
    viktigtForMig: text,
    mal: texts,
    insatser: z.array(z.strictObject({ vad: z.union([text, texts]), huvudman: text, ansvarig: text, kontakt })).max(100),
    egenvard: text.optional(),
    huvudansvar: text,
    uppfoljning: date,
    vantarPaBeslut: z
      .array(z.strictObject({ part: party, senast: date }))
      .max(20)
      .optional(),
  }),
  'lamna-beslut': z.strictObject({ beslut: text }),
  'signera-sip': z.strictObject({}),
  'delge-sip': z.strictObject({
    till: z
      .array(z.enum(['patient', 'narstaende', 'handlaggare']))
      .min(1)
      .max(3),
  }),
  'folj-upp-del': z.strictObject({ resultat: text, text: text.optional() }),
  'folj-upp': z.strictObject({
    resultat: z.enum(['avslutad', 'sip-revideras', 'nytt-mote']),
    kontaktMedPatient: instant,
    text: text.optional(),
  }),
  kommentera: z.strictObject({ text }),
  'rapportera-avvikelse': z.strictObject({ typ: text, text }),
  'avsluta-arende': z.strictObject({}),
  flytta: z.strictObject({ avdelning: named, tidpunkt: instant, careForm: careForm.optional() }),
  permission: z.strictObject({ from: instant, until: instant.optional() }),
  'andra-uppgifter': z.strictObject({
    patient: patient.optional(),
    vardcentral: named.optional(),
    legalForm: legalForm.optional(),
    careForm: careForm.optional(),
  }),
  'angra-utskrivning': z.strictObject({ skal: text }),
  'ratta-uppgift': z.strictObject({
    actionId: z.string().min(1).max(ACTION_ID_MAX),
    at: instant.optional(),
    data: z.record(z.string().max(100), z.json()).optional(),
    skal: text,
  }),
  'anmal-dodsfall': z.strictObject({ tidpunkt: instant }),
  annullera: z.strictObject({ skal: z.enum(['fel-patient', 'feldokumenterat']) }),
} satisfies Record<ActionName, z.ZodType>;

/** The data of an action, as its schema says. */
export type DataOf<A extends ActionName> = z.infer<(typeof dataSchemas)[A]>;

/** The envelope of an action: `{ id, at?, by, data, imported? }`; `data` may be left out where the action has none. */
export function envelopeOf(action: ActionName) {
  const data = dataSchemas[action];
  return z.strictObject({
    id: z
      .string()
      .min(1)
      .max(ACTION_ID_MAX)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
      .regex(/^[^\u0000-\u001f\u007f]*$/),
    at: instant.optional(),
    by: actorSchema,
    data: data.safeParse({}).success ? data.optional() : data,
    imported: z.boolean().optional(),
  });
}

/** One JSON Schema whose properties are the actions' envelopes, with what they share in `$defs`: what the sandbox checks with. */
export function catalogueJsonSchema(): z.core.JSONSchema.BaseSchema {
  const envelopes = Object.fromEntries(ACTION_NAMES.map((action) => [action, envelopeOf(action)]));
  return z.toJSONSchema(z.strictObject(envelopes), { io: 'input', reused: 'ref' });
}
