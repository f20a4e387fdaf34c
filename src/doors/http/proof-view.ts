/** A stay's proof as the API shows it: its times as ISO 8601. */
import { z } from 'zod';
import type { PreconditionProof, ProofStep } from '../../domain/billing/proof.js';
import { type Instant, toIso } from '../../domain/calendar.js';
import type { FetchedProof } from '../document-reader.js';

const instant = z.string().meta({ format: 'date-time' });
const spans = z.array(z.object({ from: instant, until: instant }));
const unit = z.looseObject({ party: z.string(), unit: z.string() });

export const stayProofSchema = z
  .object({
    stayId: z.string(),
    payer: z.string().nullable(),
    placerandeKommun: z.string().nullable(),
    careForm: z.enum(['somatisk', 'psykiatrisk']),
    admittedAt: instant.nullable(),
    dischargedAt: instant.nullable(),
    utskrivningsklarAt: instant.nullable(),
    summary: z.string(),
    outcome: z.enum(['snitt', 'individuell', 'utesluten', 'fri']).nullable(),
    reason: z.string().nullable(),
    days: z.object({ days: z.int().nullable(), text: z.string(), withdrawn: spans, blocked: spans }),
    billableDays: z.int().nullable().describe('null in the average'),
    amountOre: z.int().nullable().describe('null in the average, and while the price is unknown'),
    preconditions: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        source: z.string(),
        state: z.enum(['ja', 'nej', 'vantar', 'behovs-inte']),
        reason: z.string().nullable(),
        at: instant.nullable(),
        registeredAt: instant.nullable(),
        countsFrom: instant.nullable(),
        dueAt: instant.nullable(),
        text: z.string(),
      }),
    ),
    steps: z.array(
      z.looseObject({
        actionId: z.string(),
        action: z.string(),
        title: z.string(),
        by: unit,
        to: z.array(unit),
        at: instant,
        registeredAt: instant,
        countsFrom: instant,
        late: z.boolean(),
        imported: z.boolean(),
        corrected: z.array(z.object({ at: instant, wasAt: instant, wasCountsFrom: instant })),
      }),
    ),
  })
  .meta({ id: 'StayProof' });

const iso = (at: Instant | null): string | null => (at === null ? null : toIso(at));

export function proofView({ proof, amountOre, billableDays }: FetchedProof): z.infer<typeof stayProofSchema> {
  const span = ({ from, until }: { from: Instant; until: Instant }) => ({ from: toIso(from), until: toIso(until) });
  const { days } = proof;
  return {
    stayId: proof.stayId,
    payer: proof.payer,
    placerandeKommun: proof.placerandeKommun,
    careForm: proof.careForm,
    admittedAt: iso(proof.admittedAt),
    dischargedAt: iso(proof.dischargedAt),
    utskrivningsklarAt: iso(proof.utskrivningsklarAt),
    summary: proof.summary,
    outcome: proof.outcome,
    reason: proof.reason,
    days: { days: days.days, text: days.text, withdrawn: days.withdrawn.map(span), blocked: days.blocked.map(span) },
    billableDays,
    amountOre,
    preconditions: proof.preconditions.map(preconditionView),
    steps: proof.steps.map(stepView),
  };
}

function preconditionView({ at, registeredAt, countsFrom, dueAt, ...rest }: PreconditionProof) {
  return { ...rest, at: iso(at), registeredAt: iso(registeredAt), countsFrom: iso(countsFrom), dueAt: iso(dueAt) };
}

function stepView({ at, registeredAt, countsFrom, reachedPayerAt, corrected, ...rest }: ProofStep) {
  return {
    ...rest,
    by: { ...rest.by },
    to: rest.to.map((one) => ({ ...one })),
    at: toIso(at),
    registeredAt: toIso(registeredAt),
    countsFrom: toIso(countsFrom),
    ...(reachedPayerAt === undefined ? {} : { reachedPayerAt: toIso(reachedPayerAt) }),
    corrected: corrected.map((was) => ({ at: toIso(was.at), wasAt: toIso(was.wasAt), wasCountsFrom: toIso(was.wasCountsFrom) })),
  };
}
