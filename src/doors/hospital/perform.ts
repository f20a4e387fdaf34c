/** Brings a stay up to what its hospital claims: step after step through the one way in, each kept before it is taken. */
import { type Instant, toIso } from '../../domain/calendar.js';
import type { Caller } from '../access/caller.js';
import type { Problem } from '../problems.js';
import type { Submit } from '../submit.js';
import type { HospitalClaim } from './claim.js';
import { type Applied, nextStep, type Ready, type Step } from './reconcile.js';

export interface RefusedStep {
  step: Step;
  problem: Problem;
  /** The revision that the step led to: what tells one refusal of a stay from another. */
  revision: number;
}

/** How far a stay has been told. */
export interface Progress {
  applied: Applied;
  /**
   * The step that is being taken. It may have had its effect or not: whoever goes on takes it again, since its id makes
   * that harmless, before anything else; by then the claim may be another one.
   */
  pending: Ready | null;
  /** Refused since the last time anything was kept. */
  refused: RefusedStep[];
}

export interface PerformDeps {
  submit: Pick<Submit, 'admit' | 'act'>;
  now(): Instant;
  /** Called before each step, and once at the end. */
  keep(progress: Progress): Promise<void>;
}

export interface Performed {
  applied: Applied;
  /** Steps that the stay refused, each with why; they will not be tried again. */
  refused: RefusedStep[];
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
  told: { source: string; claim: HospitalClaim; applied: Applied; pending?: Ready | null | undefined; caller?: Caller | undefined },
): Promise<Performed> {
  const { source, claim, caller } = told;
  let { applied } = told;
  let pending = told.pending ?? null;
  const refused: RefusedStep[] = [];
  let untold: RefusedStep[] = [];
  const keepAll = async (next: Ready | null) => {
    await keep({ applied, pending: next, refused: untold });
    untold = [];
  };
  const ended = async (state: Performed['state']): Promise<Performed> => {
    await keepAll(null);
    return { applied, refused, state };
  };
  for (let count = 0; count < MOST_STEPS; count++) {
    const next = pending ?? nextStep(applied, claim, now());
    if (next === 'done' || next === 'parked') return ended(next);
    if ('waitUntil' in next) return ended({ waits: next.waitUntil });
    if (pending === null) await keepAll(next);
    pending = null;
    const outcome = await one(submit, claim.stayId, source, next.step, caller);
    if (!outcome.ok) {
      const refusal = { step: next.step, problem: outcome.problem, revision: next.after.revision };
      refused.push(refusal);
      untold.push(refusal);
      // Nothing else can be told to a stay that has not begun.
      if (next.step.type === 'admit' && outcome.problem.code !== 'id-anvant') return ended('done');
    }
    applied = next.after;
    // Admitted by somebody else with other content: the details are then told as they are.
    if (!outcome.ok && next.step.type === 'admit') applied = { ...applied, details: {} };
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
