/** Which objections somebody still has to do something about: who has the ball, until when, and when the region is reminded. */
import type { Agreement } from '../agreement.js';
import type { Instant } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import { disputeUntil, type Objection, type ObjectionCode, type ObjectionState, objectionState } from './objections.js';

/** An objection without anybody's text: small enough for a workflow's history, and without what may name a person. */
export interface OpenObjection {
  objectionId: string;
  stayId: string;
  code: ObjectionCode;
  state: ObjectionState;
  at: Instant;
  /** Null: it is disputed, and nobody is named to decide. */
  ball: UnitRef | null;
  /** Until when they can act; null where no time is given. */
  until: Instant | null;
  /** When whoever has the ball is reminded; null when they are not. */
  remindAt: Instant | null;
}

export interface CycleParties {
  region: string;
  payer: string;
  tolkningsinstans: string | null;
  cycle: Agreement['cycle'];
}

/** Those that await the region's answer, the kommun's word on a rejection, or a decision; oldest first. */
export function openObjections(objections: readonly Objection[], parties: CycleParties, at: Instant): OpenObjection[] {
  return objections.flatMap((objection) => {
    const waits = waitOf(objection, parties, at);
    if (waits === null) return [];
    const { objectionId, stayId, code, at: madeAt } = objection;
    return [{ objectionId, stayId, code, state: objectionState(objection), at: madeAt, ...waits }];
  });
}

/** When the region is reminded that it has not answered: three quarters of its time have passed. */
export function answerReminderAt({ at, answerDueAt }: Pick<Objection, 'at' | 'answerDueAt'>): Instant {
  return at + Math.floor(((answerDueAt - at) * 3) / 4);
}

function waitOf(
  objection: Objection,
  { region, payer, tolkningsinstans, cycle }: CycleParties,
  at: Instant,
): Pick<OpenObjection, 'ball' | 'until' | 'remindAt'> | null {
  switch (objectionState(objection)) {
    case 'obesvarad':
      return { ball: { party: 'region', unit: region }, until: objection.answerDueAt, remindAt: answerReminderAt(objection) };
    case 'avvisad': {
      const until = disputeUntil(objection, cycle);
      return until === null || at >= until ? null : { ball: { party: 'kommun', unit: payer }, until, remindAt: null };
    }
    case 'bestridd':
      return {
        ball: tolkningsinstans === null ? null : { party: 'tolkningsinstans', unit: tolkningsinstans },
        until: null,
        remindAt: null,
      };
    case 'godtagen':
    case 'bifallen':
    case 'avslagen':
      return null;
  }
}
