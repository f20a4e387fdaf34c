/** One route for each action of the catalogue, with its own schema, performers and example in the OpenAPI document. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ACTION_NAMES, ACTIONS, type ActionName } from '../../domain/stay/actions.js';
import { dataSchemas, envelopeOf } from '../../domain/stay/schemas.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { exampleOf } from './examples.js';
import { bodyOf } from './json-body.js';
import { ProblemError, problemError } from './problem-reply.js';
import { acceptedSchema, idempotencyHeaders, WRITE_PROBLEMS } from './schemas.js';

const params = z.object({ stayId: z.string() });

export function actionRoutes(app: FastifyInstance, { submit }: AppDeps): void {
  for (const action of ACTION_NAMES) {
    const { step, titel, beskrivning, by } = ACTIONS[action];
    app.post<{ Params: z.infer<typeof params> }>(`/v1/stays/:stayId/actions/${action}`, {
      schema: {
        tags: [typeof step === 'number' ? `steg ${step}` : step],
        summary: titel,
        description: `${beskrivning}\n\nFår göras av: ${by.join(', ')}.`,
        operationId: action,
        params,
        headers: idempotencyHeaders,
        body: documentedEnvelope(action),
        response: { 200: acceptedSchema, ...WRITE_PROBLEMS },
      },
      onRequest: async (request) => {
        if (!(await submit.knows(request.params.stayId, callerOf(request), action))) throw problemError('no-such-stay');
      },
      handler: async (request) => {
        const outcome = await submit.act(
          request.params.stayId,
          action,
          withKey(bodyOf(request), request.headers['idempotency-key']),
          callerOf(request),
        );
        if (!outcome.ok) throw new ProblemError(outcome.problem);
        const { stayId, id, phase, deadlines, warnings } = outcome.value;
        return {
          stayId,
          action,
          id,
          ...(phase === undefined ? {} : { phase }),
          deadlines,
          ...(warnings === undefined ? {} : { warnings }),
        };
      },
    });
  }
}

/** The envelope as the API takes it: its `id` may come as the header `Idempotency-Key` instead. */
function documentedEnvelope(action: ActionName) {
  const envelope = envelopeOf(action);
  // What a correction puts in place is as its action has it; any JSON refers to itself, which the document's maker cannot write.
  const data =
    action === 'ratta-uppgift' ? { data: dataSchemas[action].extend({ data: z.record(z.string(), z.unknown()).optional() }) } : {};
  return envelope
    .extend({
      ...data,
      by: envelope.shape.by.optional().describe('who does it; with a token it may be left out, and agrees with it when given'),
      id: envelope.shape.id.optional().describe('makes the action happen once; may be given as `Idempotency-Key` instead'),
    })
    .meta({ examples: [exampleOf(action)] });
}

function withKey(body: unknown, key: string | string[] | undefined): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || Object.hasOwn(body, 'id') || typeof key !== 'string') return body;
  return { id: key, ...body };
}
