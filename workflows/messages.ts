/** What goes in and out of a stay's workflow: its input, its answers, its queries. Types only, so that clients can share them. */
import type { ProcessRules } from '../src/domain/agreement.js';
import type { Instant } from '../src/domain/calendar.js';
import type { Admission, Notice, NumberedEvent, Stay } from '../src/domain/stay/state.js';
import type { AcceptedAnswer, RefusedAnswer } from '../src/doors/gateway.js';
import type { DomainClock } from './clock.js';

/** What a stay takes with it into its next run, or gets back from the ledger when it is taken up again. */
export interface CarriedStay {
  stay: Stay;
  /** Not yet in the ledger. */
  records: NumberedEvent[];
  /** Not yet delivered. */
  notices: Notice[];
  /** On a fast clock: until when deadlines have been judged. */
  judgedUntil?: Instant;
}

export interface StayInput {
  stayId: string;
  admission: Admission;
  /** Pinned: a rule changed later never changes a running stay. */
  rules: ProcessRules;
  clock: DomainClock;
  carried?: CarriedStay;
  /** The stay had ended and is taken up again: it waits for the message that it was started with. */
  reopen?: true;
}

export type ActionAnswer = AcceptedAnswer | RefusedAnswer;
