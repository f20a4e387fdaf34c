/**
 * From what the service has been told of a stay to what its hospital claims now: the next thing to do, one at a time.
 *
 * Whatever order messages arrive in, the claim is the same in the end, and so is the stay.
 */
import { createHash } from 'node:crypto';
import { type Instant, parseInstant, toIso } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { JsonObject } from '../../domain/ids.js';
import type { ActionName } from '../../domain/stay/actions.js';
import type { Discharge, HospitalClaim, Leave, Move } from './claim.js';
import type { AdmissionBody, StayDetails } from './message.js';

type Sent<T> = T & { /** Id of the action that told it. */ actionId: string };

/** What the service has been told, and by which actions: kept by whoever performs the steps, after each one of them. */
export interface Applied {
  /** Grows with every step, so that the same thing done twice with something between has two ids. */
  revision: number;
  admission: AdmissionBody | null;
  moves: Sent<Move>[];
  /** Moves that were claimed no more, and what each has been corrected to: to lead where the patient was anyhow. */
  voided?: Sent<Move>[];
  leaves: Sent<Leave>[];
  discharge: Sent<Discharge> | null;
  cancelled: boolean;
  details: StayDetails;
  /** As of when the details were last told: what is told later must not be of before. */
  detailsAt?: Instant | undefined;
}

export const NOTHING_APPLIED: Applied = {
  revision: 0,
  admission: null,
  moves: [],
  leaves: [],
  discharge: null,
  cancelled: false,
  details: {},
};

export type Step =
  | { type: 'admit'; admission: AdmissionBody }
  | { type: 'act'; action: ActionName; id: string; at?: Instant; data: JsonObject };

export type Next =
  /** Perform it, then keep `after`; also when the stay refused it, for it would refuse it again. */
  | { step: Step; after: Applied }
  /** What is left lies in the future. */
  | { waitUntil: Instant }
  | 'parked'
  | 'done';

const REASON = 'Rättat av sjukhusets system';

/** What is to be done next, at `now`. Pure: the same question has the same answer, action ids included. */
export function nextStep(applied: Applied, claim: HospitalClaim, now: Instant): Next {
  if (claim.admission === null) return 'parked';
  if (applied.cancelled) return 'done';
  if (applied.admission === null) return admit(applied, claim.admission, now);
  const act = actionsOf(applied, claim.stayId);
  if (claim.cancelledAt !== null)
    return act('annullera', { skal: 'feldokumenterat' }, { at: Math.min(claim.cancelledAt, now) }, () => ({ cancelled: true }));
  const discharge = dischargeStep(applied, claim, act, now);
  const steps = [
    // A discharge that was told is put right first: what happened after it would be refused. A new one comes last.
    ...(applied.discharge === null ? [] : [discharge]),
    ...moveSteps(applied, claim, act),
    leaveStep(applied, claim, act),
    detailsStep(applied, claim, act),
    ...(applied.discharge === null ? [discharge] : []),
  ].filter((next) => next !== undefined);
  const ready = steps.find((next) => (timeOf(next) ?? now) <= now);
  if (ready !== undefined) return ready;
  const times = steps.map((next) => timeOf(next) ?? now);
  return times.length > 0 ? { waitUntil: Math.min(...times) } : 'done';
}

/** A step that can be taken now, and what has been told once it is. */
export type Ready = Extract<Next, { step: Step }>;
type Act = (
  action: ActionName,
  data: JsonObject,
  when: { at?: Instant | undefined },
  change: (actionId: string) => Partial<Applied>,
) => Ready;

const timeOf = ({ step }: Ready): Instant | undefined => (step.type === 'act' ? step.at : parseInstant(step.admission.admittedAt));

function admit(applied: Applied, admission: AdmissionBody, now: Instant): Next {
  const at = parseInstant(admission.admittedAt);
  if (at !== undefined && at > now) return { waitUntil: at };
  const { patient, vardcentral, legalForm, careForm } = admission;
  return {
    step: { type: 'admit', admission },
    after: { ...applied, revision: applied.revision + 1, admission, details: { patient, vardcentral, legalForm, careForm } as StayDetails },
  };
}

/** Actions with ids of their own: the same content at the same place in the stay's course has the same id. */
function actionsOf(applied: Applied, stayId: string): Act {
  return (action, data, { at }, change) => {
    const content = canonical([stayId, applied.revision, action, at ?? null, data] as never);
    const id = `system~${action}~${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;
    return {
      step: { type: 'act', action, id, data, ...(at === undefined ? {} : { at }) },
      after: { ...applied, revision: applied.revision + 1, ...change(id) },
    };
  };
}

const sameMove = (a: Move, b: Move): boolean =>
  a.at === b.at && a.ward.hsaId === b.ward.hsaId && (a.careForm === undefined || a.careForm === b.careForm);

/** Moves that are new; and those that are claimed no more: corrected to have led nowhere, and again when that has become somewhere else. */
function moveSteps(applied: Applied, claim: HospitalClaim, act: Act): (Ready | undefined)[] {
  const { moves, voided = [] } = applied;
  const fresh = claim.moves.find((move) => !moves.some((sent) => sameMove(move, sent)));
  const gone = moves.find((sent) => !claim.moves.some((move) => sameMove(move, sent)));
  const stale = voided.find((sent) => !sameMove(standingAt(claim, sent), sent));
  return [fresh && move(applied, fresh, act), gone && voidMove(applied, claim, gone, act), stale && voidMove(applied, claim, stale, act)];
}

function move(applied: Applied, fresh: Move, act: Act): Ready {
  const { at, ward, careForm } = fresh;
  const data = { avdelning: { ...ward }, tidpunkt: toIso(at), ...(careForm === undefined ? {} : { careForm }) };
  return act('flytta', data, { at }, (actionId) => ({ moves: [...applied.moves, { ...fresh, actionId }] }));
}

function voidMove(applied: Applied, claim: HospitalClaim, sent: Sent<Move>, act: Act): Ready {
  const { moves, voided = [] } = applied;
  const { actionId } = sent;
  const { ward, careForm } = standingAt(claim, sent);
  const data = { avdelning: { ...ward }, ...(careForm === undefined ? {} : { careForm }) };
  return act('ratta-uppgift', { actionId, data, skal: REASON }, {}, () => ({
    moves: moves.filter((one) => one !== sent),
    voided: [...voided.filter((one) => one !== sent), { ...sent, ward, ...(careForm === undefined ? {} : { careForm }) }],
  }));
}

/** Where the patient was at that time by what is claimed, and in which form of care where that move told one: also by a move of that very time. */
function standingAt({ admission, moves }: HospitalClaim, { at, careForm }: Move): Move {
  const until = moves.filter((one) => one.at <= at);
  const first = admission as AdmissionBody;
  const form = until.findLast((one) => one.careForm !== undefined)?.careForm ?? first.careForm;
  return { at, ward: until.at(-1)?.ward ?? first.ward, ...(careForm === undefined ? {} : { careForm: form }) };
}

/** As short as a leave can be that nobody was on: an action cannot be taken back, but corrected. */
const NO_LEAVE_MS = 1_000;

function leaveStep(applied: Applied, claim: HospitalClaim, act: Act): Ready | undefined {
  // Claimed no more; or with an end that is claimed no more, which is told as a leave anew.
  const gone = applied.leaves.find((sent) => {
    const leave = claim.leaves.find(({ from }) => from === sent.from);
    return leave === undefined || (leave.until === null && sent.until !== null);
  });
  if (gone !== undefined) {
    const data = { until: toIso(gone.from + NO_LEAVE_MS) };
    return act('ratta-uppgift', { actionId: gone.actionId, data, skal: REASON }, {}, () => ({
      leaves: applied.leaves.filter((sent) => sent !== gone),
    }));
  }
  for (const leave of claim.leaves) {
    const sent = applied.leaves.find(({ from }) => from === leave.from);
    const data = { from: toIso(leave.from), ...(leave.until === null ? {} : { until: toIso(leave.until) }) };
    if (sent === undefined)
      return act('permission', data, { at: leave.from }, (actionId) => ({ leaves: [...applied.leaves, { ...leave, actionId }] }));
    if (sent.until !== leave.until && leave.until !== null)
      return act('ratta-uppgift', { actionId: sent.actionId, data, skal: REASON }, {}, () => ({
        leaves: applied.leaves.map((one) => (one === sent ? { ...sent, until: leave.until } : one)),
      }));
  }
  return undefined;
}

function dischargeStep(applied: Applied, claim: HospitalClaim, act: Act, now: Instant): Ready | undefined {
  const { discharge: sent } = applied;
  const { discharge } = claim;
  if (discharge === null) {
    if (sent === null) return undefined;
    // Undone after it had happened, whatever the clocks of the sender say.
    const at = Math.min(Math.max(claim.dischargeUndoneAt ?? now, sent.at), now);
    return act('angra-utskrivning', { skal: REASON }, { at }, () => ({ discharge: null }));
  }
  const data = { tidpunkt: toIso(discharge.at), till: discharge.to };
  if (sent === null) return act('skriv-ut', data, { at: discharge.at }, (actionId) => ({ discharge: { ...discharge, actionId } }));
  if (sent.at === discharge.at && sent.to === discharge.to) return undefined;
  return act('ratta-uppgift', { actionId: sent.actionId, data, skal: REASON }, {}, (_id) => ({
    discharge: { ...discharge, actionId: sent.actionId },
  }));
}

/** Only what differs from what was told last; of the patient, only the fields that do. */
function detailsStep(applied: Applied, { details, detailsAt, admission }: HospitalClaim, act: Act): Ready | undefined {
  const told = applied.details;
  const patient = Object.fromEntries(
    Object.entries(details.patient ?? {}).filter(([field, value]) => told.patient?.[field as keyof typeof told.patient] !== value),
  );
  const data: JsonObject = {
    ...(Object.keys(patient).length > 0 ? { patient: patient as JsonObject } : {}),
    ...(details.vardcentral !== undefined && canonical({ ...details.vardcentral }) !== canonical({ ...told.vardcentral })
      ? { vardcentral: { ...details.vardcentral } }
      : {}),
    ...(details.legalForm !== undefined && details.legalForm !== told.legalForm ? { legalForm: details.legalForm } : {}),
    ...(details.careForm !== undefined && details.careForm !== told.careForm ? { careForm: details.careForm } : {}),
  };
  if (Object.keys(data).length === 0) return undefined;
  // What was registered before the patient came in is true from then on.
  const admittedAt = parseInstant(admission?.admittedAt ?? '') ?? Number.NEGATIVE_INFINITY;
  // Details hold by the time they are told as of, and those told last are the ones that hold.
  const at = detailsAt === null ? undefined : Math.max(detailsAt, admittedAt, applied.detailsAt ?? admittedAt);
  return act('andra-uppgifter', data, { at }, () => ({
    details: { ...told, ...details, patient: { ...told.patient, ...details.patient } },
    ...(at === undefined ? {} : { detailsAt: at }),
  }));
}
