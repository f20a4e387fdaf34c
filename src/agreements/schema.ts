/** The shape of an agreement file: strict, so that a misspelt field is an error and never a silent default. */
import { z } from 'zod';
import { DEADLINE_IDS } from '../domain/agreement.js';
import { parseLocalDate } from '../domain/calendar.js';
import { KOMMUNKOD, ROLES } from '../domain/ids.js';

const date = z.string().refine((text) => parseLocalDate(text) !== undefined, 'ska vara ett datum som finns, "ÅÅÅÅ-MM-DD"');
const period = { from: date, until: date.nullable() };
const count = z.int().min(0).max(10_000);
const code = z.string().regex(/^[a-z0-9-]{1,64}$/, 'ska bestå av a–z, 0–9 och bindestreck');

const PARTY_ROLES = Object.entries(ROLES).flatMap(([party, roles]) => roles.map((role) => `${party}/${role}`));
const partyRole = z
  .string()
  .refine((text) => PARTY_ROLES.includes(text), 'ska vara en part och en roll som finns, t.ex. slutenvard/sjukskoterska');

const deadlineRule = z
  .strictObject({
    hours: count.optional(),
    calendarDays: count.optional(),
    months: count.optional(),
    expectedDischarge: z.enum(['start-of-day', 'moment']).optional(),
    reminderPercent: z.int().min(1).max(100).optional(),
    reminderHoursBefore: count.optional(),
    owners: z
      .array(z.enum(['slutenvard', 'vardcentral', 'kommun']))
      .min(1)
      .optional(),
  })
  .refine(
    (rule) => [rule.hours, rule.calendarDays, rule.months, rule.expectedDischarge].filter((length) => length !== undefined).length === 1,
    'ska ha exakt en längd: hours, calendarDays, months eller expectedDischarge',
  );

const paymentRule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('average'),
    threshold: z.string().regex(/^\d{1,3}\.\d$/, 'ska vara dagar med en decimal inom citattecken, t.ex. "2.0"'),
    rounding: z.enum(['half-up-one-decimal', 'exact']),
    individual: z
      .strictObject({ fromDays: count.min(1), freeDays: count })
      .refine((part) => part.fromDays > part.freeDays, 'fromDays ska vara större än freeDays')
      .nullable(),
  }),
  z.strictObject({
    kind: z.literal('individual-calendar'),
    daysAfterNotice: count,
    daysAfterCutoff: count,
    cutoff: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, 'ska vara ett klockslag inom citattecken, "12:00:00"'),
  }),
  z.strictObject({ kind: z.literal('individual-30'), fromCalendarDay: count.min(1) }),
  z.strictObject({ kind: z.literal('lag-1990'), weekdaysSomatic: count, weekdaysPsychiatric: count }),
]);

/** An agreement as written in its file; `kommuner` may leave out their validity. */
export const agreementFileSchema = z.strictObject({
  id: code,
  name: z.string().min(1),
  region: code.nullable(),
  tolkningsinstans: code.nullable(),
  inForce: z.strictObject(period),
  kommuner: z.array(
    z.strictObject({
      code: z.string().regex(KOMMUNKOD, 'ska vara en kommunkod med fyra siffror inom citattecken, t.ex. "0680"'),
      name: z.string().min(1),
      from: date.optional(),
      until: date.nullable().optional(),
    }),
  ),
  process: z.strictObject({
    deadlines: z.partialRecord(z.enum(DEADLINE_IDS), deadlineRule),
    initierarSvpl: z.array(partyRole).min(1),
    postponementCountsAsCall: z.boolean(),
    checklistDemanded: z.boolean(),
    systemClosesAfterDays: count,
  }),
  payment: z.array(z.strictObject({ ...period, careForms: z.array(z.enum(['somatisk', 'psykiatrisk'])).min(1), rule: paymentRule })).min(1),
  preconditions: z.strictObject({
    callWithinDays: count.nullable(),
    inskrivningsmeddelandeWithinHours: count.nullable(),
    failing: z.enum(['exclude', 'never-raises']),
    deceased: z.enum(['count', 'excluded']),
    intervals: z.enum(['last', 'each']),
  }),
  priceYear: z.enum(['discharge', 'each-day']),
  cycle: z.strictObject({
    preliminaryDay: z.int().min(1).max(28),
    objectionsUntilDay: z.int().min(1).max(28),
    frozenDay: z.int().min(1).max(28),
    answerWithinDays: count,
    objectWithinDays: count,
    invoicing: z.enum(['automatic', 'approved']),
    paymentDays: count,
  }),
});
export type AgreementFile = z.infer<typeof agreementFileSchema>;

/** The price table: whole kronor per day and year, each with its source. */
export const vardprisFileSchema = z.strictObject({
  vardpris: z.array(z.strictObject({ year: z.int().min(1990).max(2999), kr: z.int().min(1).max(1_000_000), source: z.string().min(1) })),
});
