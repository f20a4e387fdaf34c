/** Brings a stay up to what its hospital claims: step after step through the one way in, each kept before the next. */
import { type Instant, toIso } from '../../domain/calendar.js';
import type { Caller } from '../access/caller.js';
import type { Problem } from '../problems.js';
import type { Submit } from '../submit.js';
import type { HospitalClaim } from './claim.js';
import { type Applied, nextStep, type Step } from './reconcile.js';

export interface PerformDeps {
  submit: Pick<Submit, 'admit' | 'act'>;
  now(): Instant;
  /** Called after each step; what it keeps is given as `applied` the next time. */
  keep(applied: Applied): Promise<void>;
}

export interface Performed {
  applied: Applied;
  /** Steps that the stay refused, each with why; they will not be tried again. */
  refused: { step: Step; problem: Problem }[];
  /** `parked`: the admission has not been told. `waits`: what is left lies in the future. */
  state: 'done' | 'parked' | { waits: Instant };
}

/** A claim is soon met; one that is not, is no claim but a loop. */
const MOST_STEPS = 500;

/**
 * Performs all that can be performed now. `source` is the sending system, `caller` who sent it, when that was asked.
 * Throws `TemporalUnavailable` when the stay cannot be reached: what was done is kept, and the rest is for another time.
 */
export async function perform(
  { submit, now, keep }: PerformDeps,
  { source, claim, applied: from, caller }: { source: string; claim: HospitalClaim; applied: Applied; caller?: Caller | undefined },
): Promise<Performed> {
  let applied = from;
  const refused: Performed['refused'] = [];
  for (let count = 0; count < MOST_STEPS; count++) {
    const next = nextStep(applied, claim, now());
    if (next === 'done' || next === 'parked') return { applied, refused, state: next };
    if ('waitUntil' in next) return { applied, refused, state: { waits: next.waitUntil } };
    const outcome = await one(submit, claim.stayId, source, next.step, caller);
    applied = next.after;
    if (!outcome.ok) {
      // Admitted by somebody else with other content: the details are then told as they are.
      if (next.step.type === 'admit' && outcome.problem.code === 'id-anvant') applied = { ...applied, details: {} };
      // Nothing else can be told to a stay that has not begun.
      else if (next.step.type === 'admit')
        return { applied: from, refused: [{ step: next.step, problem: outcome.problem }], state: 'done' };
      refused.push({ step: next.step, problem: outcome.problem });
    }
    await keep(applied);
  }
  throw new Error(`stay ${claim.stayId}: what its hospital claims is not met after ${MOST_STEPS} steps`);
}

async function one(
  submit: PerformDeps['submit'],
  stayId: string,
  source: string,
  step: Step,
  caller: Caller | undefined,
): Promise<{ ok: true } | { ok: false; problem: Problem }> {
  if (step.type === 'admit') return submit.admit(stayId, step.admission, caller);
  const { action, id, at, data } = step;
  // A fact that a system transports: what it shows to have happened in time has not been late.
  const envelope = { id, ...(at === undefined ? {} : { at: toIso(at) }), by: { party: 'system', unit: source }, data, imported: true };
  return submit.act(stayId, action, envelope, caller);
}
