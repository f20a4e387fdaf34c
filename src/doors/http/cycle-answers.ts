/** Shapes of what the API answers about a month's cycle: the month, its objections, its invoices. */
import { z } from 'zod';
import { EXCLUSION_REASONS } from '../../domain/billing/episode.js';
import { OBJECTION_CODES, OBJECTION_STATES } from '../../domain/billing/objections.js';
import { actorSchema } from '../../domain/stay/schemas.js';
import { DOCUMENT_KINDS, MONTH_STATES } from '../../ledger/billing/billing-ledger.js';

const instant = z.string().meta({ format: 'date-time' });
const date = z.string().meta({ format: 'date' });
const ore = z.int();

const verdict = z.object({ accepted: z.boolean(), text: z.string(), at: instant, by: actorSchema.nullable() });
const said = z.object({ text: z.string(), at: instant, by: actorSchema });

export const objectionSchema = z
  .object({
    objectionId: z.string(),
    payer: z.string(),
    stayId: z.string(),
    code: z.enum(OBJECTION_CODES),
    text: z.string(),
    at: instant,
    by: actorSchema,
    inTime: z.boolean().describe('made while the stay could be objected to; one that came later changes nothing before it is accepted'),
    state: z.enum(OBJECTION_STATES),
    answerDueAt: instant.describe('unanswered then, it counts as accepted'),
    disputeUntil: instant.nullable().describe('until when the kommun may dispute a rejection'),
    answer: verdict.extend({ rattad: z.boolean() }).nullable().describe('`by` null: nobody answered in time'),
    dispute: said.nullable(),
    decision: verdict.nullable().describe("the tolkningsinstans' word, which binds"),
  })
  .meta({ id: 'Objection' });
export const objectionListSchema = z.object({ items: z.array(objectionSchema) }).meta({ id: 'ObjectionList' });

export const invoicingSchema = z
  .object({ held: said.nullable(), approved: z.object({ at: instant, by: actorSchema }).nullable() })
  .meta({ id: 'Invoicing', description: "Whether the kommun's invoice is held back, and approved" });

const individual = z.object({ stayId: z.string(), days: z.int(), billableDays: z.int(), amountOre: ore.nullable() });
const kommun = z
  .object({
    payer: z.string(),
    stays: z.int(),
    excluded: z.array(z.object({ stayId: z.string(), reason: z.enum(EXCLUSION_REASONS) })),
    averageStays: z.int().nullable(),
    averageDaysTotal: z.int().nullable(),
    threshold: z.string().nullable(),
    average: z.string().nullable(),
    averageBillableDays: z.string().nullable(),
    averageAmountOre: ore.nullable(),
    individual: z.array(individual),
    individualAmountOre: ore.nullable(),
    amountOre: ore.nullable(),
  })
  .meta({ id: 'KommunMonth' });

const invoice = z
  .object({
    number: z.string(),
    payer: z.string(),
    n: z.int(),
    kind: z.enum(['faktura', 'kreditfaktura', 'debetfaktura']),
    amountOre: ore,
    totalOre: ore.describe('what the month comes to with this one'),
    refersTo: z.string().nullable(),
    issuedAt: instant,
    dueDate: date,
    contested: z.array(z.string()).describe('stays held back as disputed'),
    changed: z.array(z.string()).describe('stays that changed since the one before'),
  })
  .meta({ id: 'Invoice' });

const document = z
  .object({
    payer: z.string(),
    n: z.int().describe("the invoice's; 0: the zero basis"),
    kind: z.enum(DOCUMENT_KINDS),
    href: z.string(),
    sha256: z.string(),
    size: z.int(),
    at: instant,
  })
  .meta({ id: 'Document' });

export const billingMonthSchema = z
  .looseObject({
    region: z.string(),
    agreement: z.string(),
    agreementVersion: z.string(),
    month: z.string(),
    state: z.enum(MONTH_STATES),
    preliminaryAt: instant.nullable(),
    frozenAt: instant.nullable().describe('from then on the figures are those that were frozen'),
    hash: z.string().nullable(),
    vardprisOre: ore.nullable(),
    kommuner: z.array(kommun),
    amountOre: ore.nullable(),
    andraRegioner: z.object({ agreement: z.string(), kommuner: z.array(kommun), amountOre: ore.nullable() }).nullable(),
    vantar: z.array(z.string()).describe('stays that count for now: their call to SVPL is still to come'),
    objections: z.array(objectionSchema),
    documents: z.array(document),
    invoices: z.array(invoice),
    sent: z
      .array(z.object({ no: z.int(), at: instant, objectUntil: instant, changed: z.int() }))
      .optional()
      .describe('of one payer: when its basis was sent, and until when what it held can be objected to'),
    invoicing: invoicingSchema.optional(),
  })
  .meta({ id: 'BillingMonth' });
