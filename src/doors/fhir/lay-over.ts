/**
 * Lays a statement over what has been claimed of its stay before: what it tells stands, what it leaves open stays as it was.
 * Statements may arrive in any order; an older one only adds what the newer ones did not tell.
 */
import { type Instant, parseInstant } from '../../domain/calendar.js';
import { emptyClaim, type HospitalClaim, type Leave, type Move } from '../hospital/claim.js';
import type { AdmissionBody, StayDetails } from '../hospital/message.js';
import { isCancelled, type Statement } from './statement.js';

/** How many messages of a stay are remembered: more than any stay has. */
const MOST_MESSAGES = 500;
const heardAs = (id: string): string => `fhir-message:${id}`;

/** Whether the message has been heard, or another stands in for it. */
export const wasHeard = (before: HospitalClaim | undefined, { message }: Statement): boolean =>
  message !== null && (before?.hints ?? []).some(({ code }) => code === heardAs(message.id));

/** Whether something newer has been stated. */
export const isOlder = (before: HospitalClaim | undefined, { at }: Statement): boolean =>
  before?.detailsAt !== undefined && before.detailsAt !== null && at < before.detailsAt;

/**
 * The claim with this statement in it. `admitted` is the admission that the stay began with, once it has begun.
 * The same statement twice changes nothing.
 */
export function layOver(before: HospitalClaim | undefined, stated: Statement, admitted: AdmissionBody | null): HospitalClaim {
  const claim = before ?? emptyClaim(stated.stayId);
  const older = isOlder(before, stated);
  const admission = admitted ?? (older ? (claim.admission ?? stated.admission) : (stated.admission ?? claim.admission));
  const told = { ...claim, admission, hints: withMessage(claim.hints, stated) };
  // Nothing that is told of a cancelled stay brings it back.
  if (isCancelled(stated)) return { ...told, cancelledAt: claim.cancelledAt ?? stated.at, detailsAt: later(claim.detailsAt, stated.at) };
  if (older)
    return { ...told, moves: withMissed(claim.moves, datedMoves(stated, admission)), leaves: withMissedLeaves(claim.leaves, stated) };
  return {
    ...told,
    moves: movesOf(claim.moves, stated, admission),
    leaves: leavesOf(claim.leaves, stated),
    ...dischargeOf(claim, stated),
    details: withDetails(claim.details, stated.details),
    detailsAt: stated.at,
    kommun: stated.kommun ?? claim.kommun,
  };
}

const later = (a: Instant | null, b: Instant): Instant => Math.max(a ?? b, b);

function withMessage(hints: HospitalClaim['hints'], { message, at }: Statement): HospitalClaim['hints'] {
  if (message === null) return hints;
  const fresh = [message.id, ...message.replaces].map(heardAs).filter((code) => !hints.some((hint) => hint.code === code));
  return [...hints, ...fresh.map((code) => ({ code, at }))].slice(-MOST_MESSAGES);
}

function withDetails(before: StayDetails, told: StayDetails): StayDetails {
  const patient = told.patient === undefined ? {} : { patient: { ...before.patient, ...told.patient } };
  return { ...before, ...told, ...patient };
}

// -------------------------------------------------------------------------------------------------------------- moves

const admittedAtOf = (admission: AdmissionBody | null): Instant => parseInstant(admission?.admittedAt ?? '') ?? Number.NEGATIVE_INFINITY;

/** The wards that are dated, after that of the admission; another ward than that one from the beginning on is a move too. */
function datedMoves({ wards }: Statement, admission: AdmissionBody | null): Move[] {
  const admittedAt = admittedAtOf(admission);
  const first = wards.findLast(({ at }) => at <= admittedAt);
  const after = wards.filter(({ at }) => at > admittedAt);
  return first === undefined || first.ward.hsaId === admission?.ward.hsaId ? after : [{ ...first, at: admittedAt }, ...after];
}

/** What is dated tells the course from there on; else only where the patient is now, who then came there now. */
function movesOf(before: Move[], stated: Statement, admission: AdmissionBody | null): Move[] {
  const [first] = stated.wards;
  if (first !== undefined) {
    const kept = before.filter(({ at }) => at < first.at);
    const dated = datedMoves(stated, admission);
    const from = kept.at(-1)?.ward.hsaId ?? admission?.ward.hsaId;
    // Where the patient was already, nobody moved to.
    return [...kept, ...(dated[0]?.ward.hsaId === from ? dated.slice(1) : dated)];
  }
  const now = before.at(-1)?.ward ?? admission?.ward;
  if (stated.present === null || now === undefined || stated.present.hsaId === now.hsaId) return before;
  const isCorrection = stated.message?.activity.kind === 'revise' && stated.message.activity.of === 'admit';
  const latest = Math.min(stated.at, stated.discharge?.at ?? stated.at);
  const at = isCorrection && before.length === 0 ? admittedAtOf(admission) : Math.max(latest, before.at(-1)?.at ?? latest);
  return [...before.filter((move) => move.at !== at), { at, ward: stated.present }];
}

const withMissed = (before: Move[], dated: Move[]): Move[] =>
  [...before, ...dated.filter(({ at, ward }) => !before.some((move) => move.at === at || move.ward.hsaId === ward.hsaId))].sort(
    (a, b) => a.at - b.at,
  );

// ------------------------------------------------------------------------------------------------------------- leaves

/** An older statement knows of leaves that no newer one tells of, and of ends that were not known. */
function withMissedLeaves(before: Leave[], { leaves, message }: Statement): Leave[] {
  if (message?.activity.kind === 'cancel') return before;
  return leaves.reduce((all, told) => {
    const known = all.find(({ from }) => from === told.from);
    return known === undefined || known.until === null ? withLeave(all, told) : all;
  }, before);
}

const withLeave = (all: Leave[], leave: Leave): Leave[] =>
  [...all.filter(({ from }) => from !== leave.from), leave].sort((a, b) => a.from - b.from);

function leavesOf(before: Leave[], stated: Statement): Leave[] {
  const { leaves, leavesFrom, status, at, message } = stated;
  const kept = leavesFrom === null ? before : before.filter(({ from }) => from < leavesFrom);
  const all = message === null ? leaves.reduce(withLeave, kept) : asCorrected(kept, stated);
  const open = all.findLast(({ until }) => until === null);
  // Nobody says when: then it is as it was said.
  if (status === 'onleave' && open === undefined) return withLeave(all, { from: at, until: null });
  if (status === 'in-progress' && open !== undefined) return withLeave(all, { ...open, until: Math.max(at, open.from + 1) });
  return all;
}

/** Corrections and cancellations are of the last leave, where they do not name another by its beginning. */
function asCorrected(before: Leave[], { message, leaves }: Statement): Leave[] {
  const { kind, of } = (message as NonNullable<Statement['message']>).activity;
  const meant = before.find(({ from }) => from === leaves[0]?.from) ?? before.at(-1);
  if (meant === undefined || kind === 'new' || (of !== 'leave-start' && of !== 'leave-end')) return leaves.reduce(withLeave, before);
  const others = before.filter((leave) => leave !== meant);
  if (kind === 'revise') return leaves.length === 0 ? before : leaves.reduce(withLeave, others);
  // What is cancelled may be told once more, so that it is known what is meant.
  return of === 'leave-start' ? others : withLeave(others, { ...meant, until: null });
}

// ---------------------------------------------------------------------------------------------------------- discharge

/** A discharge that is undone did not happen: the stay goes on from the very moment of it. */
function dischargeOf(before: HospitalClaim, { discharge }: Statement): Pick<HospitalClaim, 'discharge' | 'dischargeUndoneAt'> {
  if (discharge !== null) return { discharge, dischargeUndoneAt: null };
  return { discharge: null, dischargeUndoneAt: before.discharge === null ? before.dischargeUndoneAt : before.discharge.at };
}
