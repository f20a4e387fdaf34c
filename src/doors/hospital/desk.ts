/** The desk between a hospital's language and its stays: what was claimed of each, how far it has been told, one telling at a time. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, toIso } from '../../domain/calendar.js';
import type { Stay } from '../../domain/stay/state.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { HeldHospitalStay, HospitalRefusal } from '../../ledger/messages/hospital-stays.js';
import type { Caller } from '../access/caller.js';
import { TemporalUnavailable } from '../gateway.js';
import { PROBLEMS, type Problem } from '../problems.js';
import type { Submit } from '../submit.js';
import type { HospitalClaim } from './claim.js';
import type { AdmissionBody, StayDetails } from './message.js';
import { type Performed, type Progress, perform, type RefusedStep } from './perform.js';
import { type Applied, NOTHING_APPLIED, type Ready } from './reconcile.js';

export interface Told {
  claim: HospitalClaim;
  applied: Applied;
}

export interface HospitalDesk {
  /** What was last claimed of a stay and how far it has been told; undefined when nothing was. */
  read(stayId: string): Promise<Told | undefined>;
  /** Whether the stay is erased, or being erased: there is nobody left to tell anything of. */
  isErased(stayId: string): Promise<boolean>;
  /** Brings a stay to a claim; one at a time per stay; keeps claim and progress. Throws TemporalUnavailable. */
  bring(source: string, claim: HospitalClaim, caller?: Caller): Promise<Performed>;
  /**
   * The same, where the claim is made from what was kept: it is made while nobody else can tell the stay anything, so that
   * an older one never takes a newer one's place. Undefined from it, or an erased stay: nothing is told.
   */
  bringTo(
    stayId: string,
    claimOf: (before: Told | undefined) => Promise<{ source: string; claim: HospitalClaim } | undefined>,
    caller?: Caller,
  ): Promise<Performed | undefined>;
}

export interface DeskDeps {
  submit: Pick<Submit, 'admit' | 'act'>;
  ledger: Pick<Ledger, 'holdHospitalStay' | 'readHospitalStay' | 'keepHospitalStay' | 'releaseHospitalStay' | 'findStay' | 'readStay'>;
  now(): Instant;
  /** The language: what is told in one is remembered by itself, so that two of them do not undo each other's work. */
  door: 'hl7' | 'fhir';
  /** How long a stay that another process tells is waited for, in real milliseconds; default 10 s. */
  patienceMs?: number | undefined;
}

interface Kept extends Told {
  pending: Ready | null;
}

const PATIENCE_MS = 10_000;
const LOOK_AGAIN_MS = 50;

export function hospitalDesk(deps: DeskDeps): HospitalDesk {
  const { ledger, door } = deps;
  const holder = randomUUID();
  const inTurn = oneAtATime();
  const isErased = async (stayId: string) => (await ledger.findStay(stayId))?.erased === true;
  const read = async (stayId: string) => keptOf(await ledger.readHospitalStay({ stayId, door }));
  const bringTo: HospitalDesk['bringTo'] = (stayId, claimOf, caller) =>
    inTurn(stayId, async () => {
      if (await isErased(stayId)) return undefined;
      const held: HeldHospitalStay = { stayId, door, holder };
      await hold(deps, held);
      try {
        const kept = await read(stayId);
        const made = await claimOf(kept && { claim: kept.claim, applied: kept.applied });
        return made === undefined ? undefined : await bringHeld(deps, held, { ...made, kept, caller });
      } finally {
        // Should this fail too, others wait until the hold has run out.
        await ledger.releaseHospitalStay(held).catch(() => undefined);
      }
    });
  return {
    async read(stayId) {
      const kept = await read(stayId);
      return kept && { claim: kept.claim, applied: kept.applied };
    },
    isErased,
    bringTo,
    bring: async (source, claim, caller) => (await bringTo(claim.stayId, async () => ({ source, claim }), caller)) as Performed,
  };
}

/** Waits for another process to have told the stay what it has to tell. */
async function hold({ ledger, patienceMs = PATIENCE_MS }: DeskDeps, held: HeldHospitalStay): Promise<void> {
  const until = Date.now() + patienceMs;
  while (!(await ledger.holdHospitalStay(held, Date.now()))) {
    if (Date.now() >= until) throw new TemporalUnavailable(`stay ${held.stayId} is being told something by another process`);
    await sleep(LOOK_AGAIN_MS);
  }
}

async function bringHeld(
  { submit, ledger, now }: DeskDeps,
  held: HeldHospitalStay,
  told: { source: string; claim: HospitalClaim; kept: Kept | undefined; caller: Caller | undefined },
): Promise<Performed> {
  const { source, caller } = told;
  const known = { applied: NOTHING_APPLIED, pending: null, ...told.kept };
  const keep = async ({ applied, pending, refused }: Progress) => {
    const content = JSON.stringify({ claim: told.claim, applied, pending } satisfies Kept);
    const kept = { ...held, revision: applied.revision, content, refused: refused.map((one) => refusalOf(one, now())) };
    if (!(await ledger.keepHospitalStay(kept, Date.now())))
      throw new TemporalUnavailable(`stay ${held.stayId} was taken over by another process`);
  };
  const begun = await asBegun(ledger, told.claim, known.applied);
  if ('refused' in begun) {
    await keep({ ...begun, pending: null });
    return begun;
  }
  return perform({ submit, now, keep }, { source, claim: begun.claim, applied: begun.applied, pending: known.pending, caller });
}

/** A stay that began in another way, over HTTP, is begun all the same: its admission is read from the ledger. Never one of another region. */
async function asBegun(
  ledger: DeskDeps['ledger'],
  claim: HospitalClaim,
  applied: Applied,
): Promise<{ claim: HospitalClaim; applied: Applied } | Performed> {
  const { admission } = claim;
  if (applied.admission !== null) return { claim: admission === null ? { ...claim, admission: applied.admission } : claim, applied };
  const place = await ledger.findStay(claim.stayId);
  if (place === undefined) return { claim, applied };
  if (admission !== null) {
    if (place.region === admission.region) return { claim, applied };
    const problem: Problem = { code: 'id-anvant', detail: 'Vårdtillfällets id är upptaget i en annan region.' };
    return { applied, refused: [{ step: { type: 'admit', admission }, problem, revision: applied.revision + 1 }], state: 'done' };
  }
  const recorded = await ledger.readStay(claim.stayId);
  if (recorded === undefined) return { claim, applied };
  const begun = admissionOf(recorded.stay);
  const { patient, vardcentral, legalForm, careForm } = begun;
  return {
    claim: { ...claim, admission: begun },
    applied: {
      ...applied,
      revision: applied.revision + 1,
      admission: begun,
      details: { patient, vardcentral, legalForm, careForm } as StayDetails,
    },
  };
}

const admissionOf = ({ admission: { admittedAt, ...rest } }: Stay): AdmissionBody =>
  ({ ...rest, admittedAt: toIso(admittedAt) }) as AdmissionBody;

/** Without identity: the words are the rules' own, and paths of fields. */
function refusalOf({ step, problem, revision }: RefusedStep, at: Instant): HospitalRefusal {
  const action = step.type === 'admit' ? 'inskrivning' : step.action;
  return { revision, action, at, code: problem.code, text: textOf(problem) };
}

const MOST_TEXT = 1_000;

/** What a problem says, in one line. */
export function textOf({ code, detail, errors = [] }: Problem): string {
  const fields = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return [detail ?? PROBLEMS[code].title, fields].filter(Boolean).join(' — ').slice(0, MOST_TEXT);
}

function keptOf(content: string | undefined): Kept | undefined {
  return content === undefined ? undefined : (JSON.parse(content) as Kept);
}

/** Runs what concerns the same stay one after the other; what has failed holds up nothing. */
function oneAtATime(): <T>(stayId: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return async (stayId, work) => {
    const turn = (tails.get(stayId) ?? Promise.resolve()).then(work, work);
    tails.set(stayId, turn);
    try {
      return await turn;
    } finally {
      if (tails.get(stayId) === turn) tails.delete(stayId);
    }
  };
}
