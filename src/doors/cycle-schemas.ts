/** What objections, answers and the rest must look like: checked by the HTTP door, and again where a workflow's update hands them on. */
import { z } from 'zod';
import { OBJECTION_CODES } from '../domain/billing/objections.js';
import { STAY_ID } from '../domain/ids.js';
import { actorSchema } from '../domain/stay/schemas.js';

/** As long as an action's text. */
const text = z
  .string()
  .min(1)
  .max(4_000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no database keeps it
  .regex(/^[^\u0000]*$/, 'must not hold NUL');
/** Safe in a path and in a notice's id. */
export const OBJECTION_ID = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/;
const objectionId = z.string().regex(OBJECTION_ID);

const objection = z.strictObject({
  objectionId,
  stayId: z.string().regex(STAY_ID),
  code: z.enum(OBJECTION_CODES),
  text,
  by: actorSchema,
});
const answer = z.strictObject({
  objectionId,
  accepted: z.boolean(),
  rattad: z.boolean().optional().describe("the stay's facts have been corrected, and decide"),
  text,
  by: actorSchema,
});

/** By the names of the workflow's updates. */
export const CYCLE_SCHEMAS = {
  objection,
  answer,
  dispute: z.strictObject({ objectionId, text, by: actorSchema }),
  decision: answer.omit({ rattad: true }),
  hold: z.strictObject({ text, by: actorSchema }),
  release: z.strictObject({ text: text.or(z.literal('')), by: actorSchema }),
  approve: z.strictObject({ by: actorSchema }),
};

export type CycleData<A extends keyof typeof CYCLE_SCHEMAS> = z.output<(typeof CYCLE_SCHEMAS)[A]>;
