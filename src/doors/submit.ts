/** The one way in: whatever door something comes through, it is checked, looked up, handed to the stay and answered here. */
import type { ProcessRules } from '../domain/agreement.js';
import type { Instant } from '../domain/calendar.js';
import type { ActionName } from '../domain/stay/actions.js';
import { decide } from '../domain/stay/decide.js';
import { admit as admittedEvent, evolve, initialStay } from '../domain/stay/evolve.js';
import { REFUSALS } from '../domain/stay/refusals.js';
import { regionOfSystem } from '../domain/stay/relation.js';
import { envelopeOf } from '../domain/stay/schemas.js';
import type { Admission } from '../domain/stay/state.js';
import { answerOf as acceptedAnswer, type SeenStay, type StayView, seenBy, viewOf } from '../domain/stay/view.js';
import type { Ledger } from '../ledger/ledger.js';
import { agrees, withBy } from './access/by.js';
import type { Caller } from './access/caller.js';
import { erasedSince, type StayAccess, type StayAccessDeps, stayAccess } from './access/stay-access.js';
import { admissionOf, reserveErrors } from './admission.js';
import { parseWith } from './field-errors.js';
import { type AcceptedAnswer, type Envelope, type RefusedAnswer, type StayGateway, TemporalUnavailable } from './gateway.js';
import { isProblemCode, type Outcome, PROBLEMS, refuse } from './problems.js';

/** Domain time as the doors see it. @source contract.md, Clock */
export interface DoorClock {
  now(): Instant;
  scale: number;
  /** How far in the future an `at` may lie, in domain milliseconds. */
  futureToleranceMs: number;
  /** After how long a message counts from its receipt. */
  lateToleranceMs: number;
}

export interface SubmitDeps extends Pick<StayAccessDeps, 'accesses' | 'interpretedBy' | 'hidingMs'> {
  ledger: Pick<Ledger, 'claimStay' | 'findStay' | 'readStay'>;
  gateway: StayGateway;
  clock: DoorClock;
  /** What a stay of the region, admitted then, is planned under; undefined when neither agreement nor law is known for that day. */
  rulesFor(region: string, admittedAt: Instant): ProcessRules | undefined;
}

export interface Admitted {
  /** False when the very same admission had come before. */
  started: boolean;
  stay: SeenStay;
}

/** An accepted action as its caller may see it: who has no part any more is not told how the stay goes on. */
export type ShownAnswer = Omit<AcceptedAnswer, 'phase' | 'former'> & Partial<Pick<AcceptedAnswer, 'phase'>>;

/** `caller`: who has shown who they are; then everything is held against it and noted. Without one nobody has been asked. */
export interface Submit {
  /** Starts a stay, once for each content. */
  admit(stayId: string, body: unknown, caller?: Caller): Promise<Outcome<Admitted>>;
  /** Hands an action to its stay and waits for the verdict. */
  act(stayId: string, action: ActionName, body: unknown, caller?: Caller): Promise<Outcome<ShownAnswer>>;
  /** The stay as it is now, with every action answered before. */
  read(stayId: string): Promise<Outcome<StayView>>;
  read(stayId: string, caller: Caller | undefined): Promise<Outcome<SeenStay>>;
  /** Whether there is such a stay that the caller may know of, before anything else about a request is judged. */
  knows(stayId: string, caller?: Caller, operation?: string): Promise<boolean>;
}

export function submitOver(deps: SubmitDeps): Submit {
  const access = stayAccess(deps);
  const known = knownTo(access);
  const readWhole = async (stayId: string) => read(deps, stayId, await access.regionOf(stayId));
  return {
    admit: (stayId, body, caller) => admit(deps, access, stayId, body, caller),
    async act(stayId, action, body, caller) {
      if (caller === undefined) return shown(await act(deps, stayId, await access.regionOf(stayId), action, body));
      if (!(await known(stayId, caller, action))) return refuse('no-such-stay');
      return actAs(deps, access, stayId, action, body, caller);
    },
    read: (async (stayId: string, caller?: Caller) =>
      caller === undefined ? readWhole(stayId) : readAs(access, stayId, caller)) as Submit['read'],
    knows: async (stayId, caller, operation = 'readStay') =>
      caller === undefined ? (await access.regionOf(stayId)) !== undefined : known(stayId, caller, operation),
  };
}

/** Notes whoever asks for what they may not know of. */
function knownTo(access: StayAccess): (stayId: string, caller: Caller, operation: string) => Promise<boolean> {
  return async (stayId, caller, operation) => {
    const since = performance.now();
    const knows = await access.knows(stayId, caller);
    if (!knows) await access.hide(caller, operation, stayId, since);
    return knows;
  };
}

/** Only the ward itself, or a system of the region, admits. */
function mayAdmit({ region, ward }: Admission, caller: Caller): boolean {
  return caller.party === 'system' ? regionOfSystem(caller.unit) === region : caller.party === 'slutenvard' && caller.unit === ward.hsaId;
}

async function admit(
  deps: SubmitDeps,
  access: StayAccess,
  stayId: string,
  body: unknown,
  caller: Caller | undefined,
): Promise<Outcome<Admitted>> {
  const { ledger, gateway, clock } = deps;
  const checked = admissionOf(stayId, body, clock.now() + clock.futureToleranceMs);
  if ('errors' in checked) return refuse('ogiltig-data', undefined, checked.errors);
  const { admission } = checked;
  if (caller !== undefined && !mayAdmit(admission, caller)) return refuse('not-allowed', 'A ward admits its own patients.');
  const rules = deps.rulesFor(admission.region, admission.admittedAt);
  if (rules === undefined)
    return refuse('ogiltig-data', undefined, [{ path: 'admittedAt', message: 'no agreement and no law is known for that day' }]);
  // The id is taken before the workflow is started: two regions could otherwise start a stay of the same id.
  const claim = await ledger.claimStay(stayId, admission);
  if (claim.outcome === 'other') {
    const isErased = (await ledger.findStay(stayId))?.erased === true;
    if (caller === undefined) return isErased ? refuse('gallrad') : refuse('id-anvant', `stay ${stayId} was admitted with other content`);
    const isKnown = await access.knows(stayId, caller);
    await access.note(caller, 'admit', isKnown ? 'not-done' : 'hidden', stayId);
    // To whom the stay is nothing, the same whoever's it is and whatever became of it.
    return refuse(isErased && isKnown ? 'gallrad' : 'id-anvant');
  }
  // Asked for a repeated admission too: the service may have been stopped between taking the id and starting the workflow.
  if (claim.outcome === 'same') {
    const known = caller === undefined ? await read(deps, stayId, claim.region) : await readAs(access, stayId, caller, 'admit');
    if (known.ok) return { ok: true, value: { started: false, stay: known.value } };
  }
  const outcome = await gateway.admit(stayId, admission, rules);
  const begun = evolve(initialStay(stayId, admission), admittedEvent(admission, admission.admittedAt));
  const now = clock.now();
  const started = outcome === 'started';
  if (caller === undefined) return { ok: true, value: { started, stay: viewOf(begun, rules, now) } };
  access.learn(stayId, caller);
  await access.note(caller, 'admit', 'done', stayId);
  const { stay } = seenBy(begun, rules, now, { ...caller });
  return stay === null ? refuse('not-allowed') : { ok: true, value: { started, stay } };
}

async function act(
  deps: SubmitDeps,
  stayId: string,
  region: string | undefined,
  action: ActionName,
  body: unknown,
  caller?: Caller,
): Promise<Outcome<AcceptedAnswer>> {
  if (region === undefined) return refuse('no-such-stay');
  const checked = parseWith(envelopeOf(action), caller === undefined ? body : withBy(body, action, caller));
  if ('errors' in checked) return refuse('ogiltig-data', undefined, checked.errors);
  const envelope = checked.value as Envelope;
  const numbers = reserveErrors(envelope.data?.['patient'], 'data.patient');
  if (numbers.length > 0) return refuse('ogiltig-data', undefined, numbers);
  const agreed = caller === undefined ? undefined : agrees(envelope, caller);
  if (agreed?.ok === false) return agreed;
  const answer = await deps.gateway.act(region, stayId, action, envelope);
  return answerOf(typeof answer === 'object' ? answer : await actOnRecorded(deps, stayId, action, envelope));
}

/** By somebody who knows of the stay: what comes of it is noted before it is told. */
async function actAs(
  deps: SubmitDeps,
  access: StayAccess,
  stayId: string,
  action: ActionName,
  body: unknown,
  caller: Caller,
): Promise<Outcome<ShownAnswer>> {
  const outcome = await act(deps, stayId, await access.regionOf(stayId), action, body, caller).catch(async (error: unknown) => {
    await access.note(caller, action, 'not-done', stayId);
    throw error;
  });
  const isForbidden = !outcome.ok && PROBLEMS[outcome.problem.code].status === 403;
  await access.note(caller, action, outcome.ok ? 'done' : isForbidden ? 'forbidden' : 'not-done', stayId);
  return shown(outcome, caller);
}

function shown(outcome: Outcome<AcceptedAnswer>, caller?: Caller): Outcome<ShownAnswer> {
  if (!outcome.ok) return outcome;
  const { former, phase, deadlines, ...rest } = outcome.value;
  return { ok: true, value: caller !== undefined && former === true ? { ...rest, deadlines: [] } : { ...rest, phase, deadlines } };
}

/** The stay as the caller may see it. */
async function readAs(access: StayAccess, stayId: string, caller: Caller, operation = 'readStay'): Promise<Outcome<SeenStay>> {
  const since = performance.now();
  const seen = await access.sighting(stayId, caller);
  if (seen === undefined) {
    await access.hide(caller, operation, stayId, since);
    return refuse('no-such-stay');
  }
  await access.note(caller, operation, seen.stay === null ? 'forbidden' : 'seen', stayId);
  return seen.stay === null ? refuse('not-allowed') : { ok: true, value: seen.stay };
}

/** An ended stay answers from the ledger: a repeated action its first verdict, a correction takes the stay up again, all else is refused. */
async function actOnRecorded(
  { ledger, gateway, clock }: SubmitDeps,
  stayId: string,
  action: ActionName,
  envelope: Envelope,
): Promise<AcceptedAnswer | RefusedAnswer | undefined> {
  const stored = await ledger.readStay(stayId);
  if (stored === undefined) return undefined;
  const { stay, rules, erasure } = stored;
  // Nobody could tell any more whether it is the same action, nor whose stay it is taken up again.
  if (erasure !== undefined) return { accepted: false, code: 'gallrad', need: REFUSALS.gallrad.sv };
  if (stay.ended === null) throw new TemporalUnavailable(`the workflow of stay ${stayId} is not running, though the stay has not ended`);
  const now = clock.now();
  const verdict = decide(stay, rules, { action, envelope }, now, {
    via: 'update',
    futureToleranceMs: clock.futureToleranceMs,
    lateToleranceMs: clock.lateToleranceMs,
  });
  if (!verdict.accepted) return verdict;
  if (!verdict.repeated) return gateway.reopen(stay, rules, action, envelope);
  return acceptedAnswer(stay, rules, now, action, envelope.id, verdict.warnings);
}

function answerOf(answer: AcceptedAnswer | RefusedAnswer | undefined): Outcome<AcceptedAnswer> {
  if (answer === undefined) return refuse('no-such-stay');
  if (answer.accepted) return { ok: true, value: answer };
  // A worker of a later version may know reasons that this door does not: still an answer, in its own words.
  return refuse(isProblemCode(answer.code) ? answer.code : 'internt-fel', answer.need, answer.errors);
}

async function read({ ledger, gateway, clock }: SubmitDeps, stayId: string, region: string | undefined): Promise<Outcome<StayView>> {
  if (region === undefined) return refuse('no-such-stay');
  const running = await gateway.view(region, stayId).catch(async (error: unknown) => {
    // What has ended can be read while Temporal is away.
    if (error instanceof TemporalUnavailable && (await ledger.findStay(stayId))?.ended) return undefined;
    throw error;
  });
  if (running !== undefined) return { ok: true, value: running };
  const stored = await ledger.readStay(stayId);
  if (stored === undefined) return refuse('no-such-stay');
  return { ok: true, value: { ...viewOf(stored.stay, stored.rules, clock.now()), ...erasedSince(stored) } };
}
