/** The one way in: whatever door something comes through, it is checked, looked up, handed to the stay and answered here. */
import type { ProcessRules } from '../domain/agreement.js';
import type { Instant } from '../domain/calendar.js';
import { STAY_ID } from '../domain/ids.js';
import type { ActionName } from '../domain/stay/actions.js';
import { decide } from '../domain/stay/decide.js';
import { admit as admittedEvent, evolve, initialStay } from '../domain/stay/evolve.js';
import { envelopeOf } from '../domain/stay/schemas.js';
import { type StayView, viewOf } from '../domain/stay/view.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Caller } from './access/caller.js';
import { admissionOf } from './admission.js';
import { parseWith } from './field-errors.js';
import { type AcceptedAnswer, type Envelope, type RefusedAnswer, type StayGateway, TemporalUnavailable } from './gateway.js';
import { isProblemCode, type Outcome, refuse } from './problems.js';

/** Domain time as the doors see it. @source contract.md, Clock */
export interface DoorClock {
  now(): Instant;
  scale: number;
  /** How far in the future an `at` may lie, in domain milliseconds. */
  futureToleranceMs: number;
  /** After how long a message counts from its receipt. */
  lateToleranceMs: number;
}

export interface SubmitDeps {
  ledger: Pick<Ledger, 'claimStay' | 'findStay' | 'readStay'>;
  gateway: StayGateway;
  clock: DoorClock;
  /** What a stay of the region, admitted then, is planned under; undefined when neither agreement nor law is known for that day. */
  rulesFor(region: string, admittedAt: Instant): ProcessRules | undefined;
}

export interface Admitted {
  /** False when the very same admission had come before. */
  started: boolean;
  stay: StayView;
}

export interface Submit {
  /** Starts a stay, once for each content. */
  admit(stayId: string, body: unknown, caller?: Caller): Promise<Outcome<Admitted>>;
  /** Hands an action to its stay and waits for the verdict. */
  act(stayId: string, action: ActionName, body: unknown, caller?: Caller): Promise<Outcome<AcceptedAnswer>>;
  /** The stay as it is now, with every action answered before. */
  read(stayId: string, caller?: Caller): Promise<Outcome<StayView>>;
  /** Whether there is such a stay, before anything else about a request is judged. */
  knows(stayId: string, caller?: Caller): Promise<boolean>;
}

export function submitOver(deps: SubmitDeps): Submit {
  const regions = knownRegions(deps.ledger);
  return {
    admit: (stayId, body) => admit(deps, stayId, body),
    act: async (stayId, action, body) => act(deps, stayId, await regions(stayId), action, body),
    read: async (stayId) => read(deps, stayId, await regions(stayId)),
    knows: async (stayId) => (await regions(stayId)) !== undefined,
  };
}

const REMEMBERED_REGIONS = 10_000;

/** Region by stay id, remembered: once taken, a stay's id stays with its region for ever. */
function knownRegions(ledger: SubmitDeps['ledger']): (stayId: string) => Promise<string | undefined> {
  const known = new Map<string, string>();
  return async (stayId) => {
    const remembered = known.get(stayId);
    if (remembered !== undefined || !STAY_ID.test(stayId)) return remembered;
    const place = await ledger.findStay(stayId);
    if (place === undefined) return undefined;
    if (known.size >= REMEMBERED_REGIONS) known.clear();
    known.set(stayId, place.region);
    return place.region;
  };
}

async function admit(deps: SubmitDeps, stayId: string, body: unknown): Promise<Outcome<Admitted>> {
  const { ledger, gateway, clock } = deps;
  const checked = admissionOf(stayId, body, clock.now() + clock.futureToleranceMs);
  if ('errors' in checked) return refuse('ogiltig-data', undefined, checked.errors);
  const { admission } = checked;
  const rules = deps.rulesFor(admission.region, admission.admittedAt);
  if (rules === undefined)
    return refuse('ogiltig-data', undefined, [{ path: 'admittedAt', message: 'no agreement and no law is known for that day' }]);
  // The id is taken before the workflow is started: two regions could otherwise start a stay of the same id.
  const claim = await ledger.claimStay(stayId, admission);
  if (claim.outcome === 'other') return refuse('id-anvant', `stay ${stayId} was admitted with other content`);
  // Asked for a repeated admission too: the service may have been stopped between taking the id and starting the workflow.
  const known = claim.outcome === 'same' ? await read(deps, stayId, claim.region) : undefined;
  if (known?.ok) return { ok: true, value: { started: false, stay: known.value } };
  const outcome = await gateway.admit(stayId, admission, rules);
  const stay = viewOf(evolve(initialStay(stayId, admission), admittedEvent(admission, admission.admittedAt)), rules, clock.now());
  return { ok: true, value: { started: outcome === 'started', stay } };
}

async function act(
  deps: SubmitDeps,
  stayId: string,
  region: string | undefined,
  action: ActionName,
  body: unknown,
): Promise<Outcome<AcceptedAnswer>> {
  if (region === undefined) return refuse('no-such-stay');
  const checked = parseWith(envelopeOf(action), body);
  if ('errors' in checked) return refuse('ogiltig-data', undefined, checked.errors);
  const envelope = checked.value as Envelope;
  const answer = await deps.gateway.act(region, stayId, action, envelope);
  return answerOf(typeof answer === 'object' ? answer : await actOnRecorded(deps, stayId, action, envelope));
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
  const { stay, rules } = stored;
  if (stay.ended === null) throw new TemporalUnavailable(`the workflow of stay ${stayId} is not running, though the stay has not ended`);
  const now = clock.now();
  const verdict = decide(stay, rules, { action, envelope }, now, {
    via: 'update',
    futureToleranceMs: clock.futureToleranceMs,
    lateToleranceMs: clock.lateToleranceMs,
  });
  if (!verdict.accepted) return verdict;
  if (!verdict.repeated) return gateway.reopen(stay, rules, action, envelope);
  const { phase, deadlines } = viewOf(stay, rules, now);
  return {
    accepted: true,
    stayId,
    action,
    id: envelope.id,
    phase,
    deadlines,
    ...(verdict.warnings.length > 0 ? { warnings: verdict.warnings } : {}),
  };
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
  return stored === undefined ? refuse('no-such-stay') : { ok: true, value: viewOf(stored.stay, stored.rules, clock.now()) };
}
