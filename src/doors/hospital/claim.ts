/**
 * What a hospital's system says of a stay, in whole: a fold over its messages in the order in which it registered them,
 * whatever order they arrived in.
 */
import type { CareForm } from '../../domain/agreement.js';
import type { Instant } from '../../domain/calendar.js';
import type { Named } from '../../domain/stay/state.js';
import type { AdmissionBody, DischargedTo, HospitalMessage, StayDetails } from './message.js';

export interface Move {
  at: Instant;
  ward: Named;
  careForm?: CareForm;
}

export interface Leave {
  from: Instant;
  until: Instant | null;
}

export interface Discharge {
  at: Instant;
  to: DischargedTo;
}

export interface HospitalClaim {
  stayId: string;
  /** Null until the admission has been told: the rest is parked meanwhile. */
  admission: AdmissionBody | null;
  /** In order of time; those that were cancelled are not among them. */
  moves: Move[];
  leaves: Leave[];
  discharge: Discharge | null;
  /** When the latest discharge was undone; only while none stands. */
  dischargeUndoneAt: Instant | null;
  /** When the admission was cancelled; final. */
  cancelledAt: Instant | null;
  /** The latest that was told of each; beside what the admission says. */
  details: StayDetails;
  /** When the details were last told. */
  detailsAt: Instant | null;
  kommun: string | null;
  hints: { code: string; at: Instant }[];
}

export const emptyClaim = (stayId: string): HospitalClaim => ({
  stayId,
  admission: null,
  moves: [],
  leaves: [],
  discharge: null,
  dischargeUndoneAt: null,
  cancelledAt: null,
  details: {},
  detailsAt: null,
  kommun: null,
  hints: [],
});

/** Messages of one stay as its hospital's claim. The order they are given in does not matter; the same message twice is one. */
export function claimOf(stayId: string, messages: readonly HospitalMessage[]): HospitalClaim {
  const unique = new Map(messages.map((message) => [`${message.source}~${message.messageId}`, message]));
  return [...unique.values()].sort(inOrder).reduce(heard, emptyClaim(stayId));
}

/** Events of the same moment in the order in which they can have happened. */
const RANK: Record<HospitalMessage['event']['type'], number> = {
  admitted: 0,
  changed: 1,
  moved: 2,
  'move-cancelled': 3,
  'leave-began': 4,
  'leave-ended': 5,
  hint: 6,
  discharged: 7,
  'discharge-cancelled': 8,
  'admission-cancelled': 9,
};

/** As the sender registered them; within a moment, as they happened. */
function inOrder(a: HospitalMessage, b: HospitalMessage): number {
  return (
    a.registeredAt - b.registeredAt ||
    a.occurredAt - b.occurredAt ||
    RANK[a.event.type] - RANK[b.event.type] ||
    (a.source + a.messageId < b.source + b.messageId ? -1 : 1)
  );
}

function heard(before: HospitalClaim, message: HospitalMessage): HospitalClaim {
  const { occurredAt: at, event } = message;
  const claim = withDetails(before, message);
  switch (event.type) {
    case 'admitted':
      return { ...claim, admission: event.admission };
    case 'moved':
      return { ...claim, moves: withMove(claim.moves, { at, ward: event.ward, ...formOf(event) }) };
    case 'move-cancelled':
      return { ...claim, moves: withoutMove(claim, message, event) };
    case 'discharged':
      return { ...claim, discharge: { at, to: event.to }, dischargeUndoneAt: null };
    case 'discharge-cancelled':
      return claim.discharge === null ? claim : { ...claim, discharge: null, dischargeUndoneAt: at };
    case 'admission-cancelled':
      return { ...claim, cancelledAt: claim.cancelledAt ?? at };
    case 'leave-began':
      return { ...claim, leaves: [...claim.leaves.filter(({ from }) => from !== at), { from: at, until: event.until ?? null }] };
    case 'leave-ended':
      return { ...claim, leaves: endedLeave(claim.leaves, at) };
    case 'changed':
      return claim;
    case 'hint':
      return { ...claim, hints: [...claim.hints, { code: event.code, at }] };
  }
}

function withDetails(claim: HospitalClaim, message: HospitalMessage): HospitalClaim {
  const { kommun, occurredAt } = message;
  const details = detailsOf(message);
  const told = kommun === undefined ? claim : { ...claim, kommun };
  if (details === undefined || Object.keys(details).length === 0) return told;
  const patient = details.patient === undefined ? {} : { patient: { ...claim.details.patient, ...details.patient } };
  return { ...told, details: { ...claim.details, ...details, ...patient }, detailsAt: occurredAt };
}

/** An admission tells the details too, at its place among those told before and after: the same, whichever of them came first. */
function detailsOf({ event, details }: HospitalMessage): StayDetails | undefined {
  if (event.type !== 'admitted') return details;
  const { patient, vardcentral, legalForm, careForm } = event.admission;
  return {
    patient: { ...(patient as StayDetails['patient']), ...details?.patient },
    vardcentral,
    legalForm,
    careForm,
    ...without(details),
  };
}

const without = ({ patient: _, ...rest }: StayDetails = {}): StayDetails => rest;

const withMove = (moves: Move[], move: Move): Move[] => [...moves.filter(({ at }) => at !== move.at), move].sort((a, b) => a.at - b.at);

const formOf = ({ careForm }: { careForm?: CareForm }): { careForm?: CareForm } => (careForm === undefined ? {} : { careForm });

/** Without the move that is cancelled: the one of that time, else the last. Should the patient then not be where the message says, a move there. */
function withoutMove(
  { moves, admission }: HospitalClaim,
  { occurredAt }: HospitalMessage,
  event: Extract<HospitalMessage['event'], { type: 'move-cancelled' }>,
): Move[] {
  const gone = moves.find(({ at }) => at === event.cancels) ?? moves.at(-1);
  const left = moves.filter((move) => move !== gone);
  const present = (left.at(-1)?.ward ?? admission?.ward)?.hsaId;
  // Before the admission has been heard nobody knows where the patient was.
  if (present === undefined || present === event.ward.hsaId) return left;
  return withMove(left, { at: occurredAt, ward: event.ward, ...formOf(event) });
}

/** The leave that was open has ended. The return from a leave that nobody told of tells nothing. */
function endedLeave(leaves: Leave[], at: Instant): Leave[] {
  const open = leaves.findLast(({ from, until }) => from <= at && (until === null || until !== at));
  return open === undefined ? leaves : leaves.map((leave) => (leave === open ? { ...leave, until: at } : leave));
}
