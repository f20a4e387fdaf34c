/** What the API answers and takes beside the actions: the shapes of contract.md, for checking, for types and for the OpenAPI document. */
import { z } from 'zod';
import { DEADLINE_IDS } from '../../domain/agreement.js';
import { PARTIES } from '../../domain/ids.js';
import { PHASES } from '../../domain/stay/parties.js';
import { PAGE_LIMIT, PAGE_LIMIT_MAX } from '../../ledger/page.js';
import { problemSchema } from './problem-reply.js';

const instant = z.string().meta({ format: 'date-time' });
const unitRef = z.object({ party: z.enum(PARTIES), unit: z.string() }).meta({ id: 'UnitRef' });
const deadlineId = z.enum(DEADLINE_IDS);

export const deadlineSchema = z
  .looseObject({ id: deadlineId, owner: unitRef, startedAt: instant, dueAt: instant, reminderAt: instant, overdue: z.boolean() })
  .meta({ id: 'Deadline' });

const deliveryFields = {
  noticeId: z.string(),
  type: z.string(),
  unit: z.string(),
  channel: z.enum(['inkorg', 'webhook', 'epost', 'ingen']).describe('`ingen`: the routing has no way for the unit'),
  status: z.enum(['sent', 'delivered', 'acknowledged', 'failed']).describe('`sent`: on its way'),
  at: instant,
  attempts: z.int().describe('tries so far'),
  error: z.string().optional().describe('why it failed, or why it is not there yet'),
};
const stayDeliverySchema = z.object(deliveryFields).meta({ id: 'StayDelivery' });

export const deliverySchema = z
  .object({
    id: z.string(),
    ...deliveryFields,
    party: z.enum(PARTIES).optional(),
    stayId: z.string().optional().describe('absent when it concerns a month'),
    endpoint: z.string().optional().describe('the receiver, as `/v1/endpoints` has it'),
    history: z
      .array(z.object({ at: instant, error: z.string().optional().describe('absent: it was taken') }))
      .describe('the last ten tries, in real time'),
  })
  .meta({ id: 'Delivery' });

export const endpointSchema = z
  .object({
    endpoint: z.string().describe('`webhook:` and its name in the routing file, or `epost:` and its address'),
    host: z.string().optional().describe("a webhook's host"),
    state: z.enum(['healthy', 'backing-off', 'disabled']).describe('`disabled`: it answered 410, and nothing is sent until it is enabled'),
    failures: z.int().describe('failed tries in a row'),
    waiting: z.int().describe('notices on their way to it'),
    downSince: instant.optional(),
    retryAt: instant.optional().describe('nothing is sent before'),
    lastSuccessAt: instant.optional(),
    lastFailureAt: instant.optional(),
    lastError: z.string().optional(),
  })
  .meta({ id: 'Endpoint' });

/** Fields that the caller may not see are absent; facts come as they are known. */
export const stayViewSchema = z
  .looseObject({
    stayId: z.string(),
    region: z.string(),
    phase: z.enum(PHASES).optional().describe('absent for those who have no part in the stay any more'),
    kommun: z.string().optional(),
    agreement: z.string(),
    gallratAt: instant.optional().describe('since when the identity and every text of the stay are destroyed: a text reads `«gallrat»`'),
    deadlines: z.array(deadlineSchema).optional(),
    ball: z.array(unitRef).optional(),
    deviations: z
      .array(z.looseObject({ id: z.string(), type: z.string(), at: instant, status: z.enum(['oppen', 'avslutad', 'sen-registrering']) }))
      .optional(),
    episode: z.looseObject({ missing: z.array(z.string()).optional() }).optional(),
    deliveries: z.array(stayDeliverySchema).optional(),
    refused: z.array(z.looseObject({ action: z.string(), at: instant, code: z.string() })).optional(),
    log: z
      .array(
        z.looseObject({ action: z.string(), at: instant, receivedAt: instant, by: z.looseObject({ party: z.string(), unit: z.string() }) }),
      )
      .optional(),
  })
  .meta({ id: 'Stay' });

export const acceptedSchema = z
  .object({
    stayId: z.string(),
    action: z.string(),
    id: z.string(),
    phase: z.enum(PHASES).optional().describe('absent for those who have no part in the stay any more'),
    deadlines: z.array(deadlineSchema),
    warnings: z.array(z.string()).optional(),
  })
  .meta({ id: 'Accepted' });

export const caseSchema = z
  .object({
    stayId: z.string(),
    region: z.string(),
    phase: z.string(),
    kommun: z.string().optional(),
    vardcentral: z.string().optional(),
    ward: z.string().optional(),
    admittedAt: instant.optional(),
    dischargedAt: instant.optional(),
    endedAt: instant.optional(),
    deadline: z.object({ id: deadlineId, owner: unitRef, dueAt: instant }).optional().describe('the soonest open deadline'),
    overdue: z.boolean(),
  })
  .meta({ id: 'Case' });

export const noticeSchema = z
  .object({
    noticeId: z.string(),
    type: z
      .string()
      .describe(
        "the action's or deadline's id, or what it tells of a month's billing; `paminnelse:`, `forsenad:` or `sen-registrering:` (not late after all) before a deadline's, `avvisad:` before a refused action's",
      ),
    stayId: z.string().optional().describe('absent when it concerns a month'),
    reference: z.string().optional().describe('path of the API where the rest is read'),
    occurredAt: instant,
    text: z.string(),
    deadline: z.object({ id: deadlineId, dueAt: instant }).optional(),
    acknowledgedAt: instant.optional(),
  })
  .meta({ id: 'Notice' });

const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('`after` of the next page; null at the end') });
export const casePageSchema = pageOf(caseSchema).meta({ id: 'CasePage' });
export const deliveryPageSchema = pageOf(deliverySchema).meta({ id: 'DeliveryPage' });
export const noticePageSchema = pageOf(noticeSchema).meta({ id: 'NoticePage' });

const limit = z
  .string()
  .regex(/^\d{1,4}$/, 'a whole number')
  .refine((text) => Number(text) >= 1 && Number(text) <= PAGE_LIMIT_MAX, `1–${PAGE_LIMIT_MAX}`)
  .optional()
  .describe(`how many, 1–${PAGE_LIMIT_MAX}; default ${PAGE_LIMIT}`);
const after = z.string().min(1).max(1_000).optional().describe('`next` of the page before');

export const casesQuerySchema = z.strictObject({
  unit: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('the unit whose open cases are listed: HSA-id, kommunkod or region; without it all stays'),
  phase: z.enum(PHASES).optional(),
  overdue: z.enum(['true', 'false']).optional(),
  order: z
    .enum(['deadline', 'stayId'])
    .optional()
    .describe(
      'soonest deadline first (default), or by stay id: then a case that is one all the while comes exactly once, whatever changes',
    ),
  limit,
  after,
});
export const deliveriesQuerySchema = z.strictObject({
  state: z.enum(['failed', 'waiting']).optional().describe('those given up (default), or those on their way'),
  unit: z.string().min(1).max(200).optional(),
  limit,
  after,
});
export const noticesQuerySchema = z.strictObject({ limit, after });

export const clockSchema = z.object({ now: instant, scale: z.number() }).meta({ id: 'Clock' });
export const feedSchema = z
  .strictObject({
    watermark: z.iso
      .datetime({ offset: true })
      .nullable()
      .describe('earliest `at` of the feed that is not yet answered; null: the feed is done'),
  })
  .meta({ id: 'Feed' });

export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe("makes the write happen once; the action's `id`, when the body has none"),
});

const DESCRIPTIONS: Record<number, string> = {
  400: 'Not JSON',
  401: 'No token, or one that is not accepted; see WWW-Authenticate',
  404: 'No such route, action or stay',
  409: 'An unmet need, an ended stay, or other content for a used id',
  403: 'Not for this party, unit or role; or `by` does not agree with the token',
  413: 'Larger than 1 MiB',
  415: 'Not application/json',
  422: 'Fields that are wrong, missing or unknown',
  429: 'Too many requests',
  503: 'Temporal or the ledger cannot be reached; try again after Retry-After',
};

/** The problems that a route may answer with, each by its status. */
export const problems = (...statuses: number[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: DESCRIPTIONS[status] ?? 'Problem', content: { 'application/problem+json': { schema: problemSchema } } },
    ]),
  );
export const WRITE_PROBLEMS = problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503);
