/** What one Encounter states of its stay, in whole, at the time at which it was stated. */
import type { Instant } from '../../domain/calendar.js';
import type { Named } from '../../domain/stay/state.js';
import type { Discharge, Leave, Move } from '../hospital/claim.js';
import type { AdmissionBody, StayDetails } from '../hospital/message.js';
import type { Issue } from './outcome.js';

/** What a message says it is for; an Encounter that comes by itself is for nothing in particular. */
export interface Activity {
  kind: 'new' | 'revise' | 'cancel';
  of: 'admit' | 'leave-start' | 'leave-end' | 'discharge';
}

export type StatedStatus = 'in-progress' | 'onleave' | 'finished' | 'cancelled' | 'entered-in-error';

export interface Statement {
  stayId: string;
  status: StatedStatus;
  /** Null only where the stay is cancelled and what an admission needs is not told: then `lacks` says what. */
  admission: AdmissionBody | null;
  lacks: Issue[];
  /** The wards that are dated, in order of time: they tell the whole course from the first of them on. */
  wards: Move[];
  /** Where the patient is now, where no ward is dated. */
  present: Named | null;
  leaves: Leave[];
  /** From when on `leaves` are all that there were; null when others may have been. */
  leavesFrom: Instant | null;
  discharge: Discharge | null;
  /** What is told of the patient beside the defaults of an admission. */
  details: StayDetails;
  kommun: string | null;
  /** When it was stated: later statements stand over earlier ones, in whatever order they arrive. */
  at: Instant;
  /** Of a message only. */
  message: { id: string; activity: Activity /** Ids of the messages that this one stands in for. */; replaces: string[] } | null;
}

export const isCancelled = ({ status }: Pick<Statement, 'status'>): boolean => status === 'cancelled' || status === 'entered-in-error';
