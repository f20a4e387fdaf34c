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
import type { Named } from '../../domain/stay/state.js';
import type { Discharge, HospitalClaim, Leave, Move } from './claim.js';
import type { AdmissionBody, StayDetails } from './message.js';

type Sent<T> = T & { /** Id of the action that told it. */ actionId: string };

/** What the service has been told, and by which actions: kept by whoever performs the steps, after each one of them. */
export interface Applied {
  /** Grows with every step, so that the same thing done twice with something between has two ids. */
  revision: number;
  admission: AdmissionBody | null;
  moves: Sent<Move>[];
  leaves: Sent<Leave>[];
  discharge: Sent<Discharge> | null;
  cancelled: boolean;
  details: StayDetails;
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
  const steps = [
    moveStep(applied, claim, act),
    leaveStep(applied, claim, act),
    detailsStep(applied, claim, act),
    dischargeStep(applied, claim, act, now),
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

/** Moves that are new; and those that are claimed no more: corrected to have led nowhere. */
function moveStep(applied: Applied, claim: HospitalClaim, act: Act): Ready | undefined {
  const fresh = claim.moves.find((move) => !applied.moves.some((sent) => sameMove(move, sent)));
  if (fresh !== undefined) {
    const { at, ward, careForm } = fresh;
    const data = { avdelning: { ...ward }, tidpunkt: toIso(at), ...(careForm === undefined ? {} : { careForm }) };
    return act('flytta', data, { at }, (actionId) => ({ moves: [...applied.moves, { ...fresh, actionId }] }));
  }
  const gone = applied.moves.find((sent) => !claim.moves.some((move) => sameMove(move, sent)));
  if (gone === undefined) return undefined;
  const before = standingBefore(claim, gone.at);
  const data = { avdelning: { ...before.ward }, ...(gone.careForm === undefined ? {} : { careForm: before.careForm }) };
  return act('ratta-uppgift', { actionId: gone.actionId, data, skal: REASON }, {}, () => ({
    moves: applied.moves.filter((sent) => sent !== gone),
  }));
}

/** Where the patient was just before, and in which form of care. */
function standingBefore({ admission, moves }: HospitalClaim, at: Instant): { ward: Named; careForm: string } {
  const earlier = moves.filter((move) => move.at < at);
  const first = admission as AdmissionBody;
  return {
    ward: earlier.at(-1)?.ward ?? first.ward,
    careForm: earlier.findLast(({ careForm }) => careForm !== undefined)?.careForm ?? first.careForm,
  };
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
  return act('andra-uppgifter', data, { at: detailsAt === null ? undefined : Math.max(detailsAt, admittedAt) }, () => ({
    details: { ...told, ...details, patient: { ...told.patient, ...details.patient } },
  }));
}
