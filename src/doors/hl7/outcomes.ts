/** What became of each of a stay's messages, from how the stay was brought to what they say together. */
import type { Instant } from '../../domain/calendar.js';
import type { MessageOutcome } from '../../ledger/messages/open-messages.js';
import type { HospitalMessage } from '../hospital/message.js';
import type { Performed } from '../hospital/perform.js';
import type { StayMessage } from './stay-claim.js';

export const PARKED = 'inskrivningen har inte kommit';
export const STRANGER = 'vårdtillfället hör till en annan region';
export const KNOWN_ALREADY = 'vårdtillfället fanns redan; uppgifterna är förda vidare';
export const OF_THE_PAST = 'vårdtillfället är avslutat; ändrade uppgifter angår det inte längre';

/** A step that was refused: its action (`inskrivning` for an admission), its time when it is known, and why. */
export interface RefusedAct {
  action: string;
  at?: Instant | undefined;
  code: string;
  text: string;
}

/**
 * Details told of a stay that is over. Hospitals tell them for months, of whoever moves or is listed elsewhere: nobody has
 * anything to put right.
 */
export const isOfThePast = ({ action, code }: Pick<RefusedAct, 'action' | 'code'>): boolean =>
  action === 'andra-uppgifter' && (code === 'avslutad' || code === 'annullerad');

/** The messages that are settled now; those that were, stay as they are. */
export function outcomesOf(
  { messages, strangers }: { messages: readonly StayMessage[]; strangers: readonly StayMessage[] },
  { state, applied }: Pick<Performed, 'state' | 'applied'>,
  refused: readonly RefusedAct[],
  now: Instant,
): MessageOutcome[] {
  const open = messages.filter(({ isOpen }) => isOpen);
  const refusals = new Map<string, RefusedAct>();
  for (const refusal of refused) {
    const answerable = answerableFor(refusal, open);
    if (answerable !== undefined) refusals.set(answerable.id, refusal);
  }
  const settled = open.map((one): MessageOutcome => {
    const { id, message } = one;
    const refusal = refusals.get(id);
    const isAdmission = message.event.type === 'admitted';
    if (refusal !== undefined && isAdmission && applied.admission !== null) return { id, state: 'tillampad', reason: KNOWN_ALREADY };
    if (refusal !== undefined && isOfThePast(refusal)) return { id, state: 'ignorerad', reason: OF_THE_PAST };
    if (refusal !== undefined) return { id, state: 'avvisad', reason: `${refusal.code}: ${refusal.text}` };
    if (applied.admission === null && typeof state !== 'object') return { id, state: 'parkerad', reason: PARKED };
    if (typeof state === 'object' && waits(one, open, applied.admission !== null, now))
      return { id, state: 'vantar', waitUntil: state.waits };
    return { id, state: 'tillampad' };
  });
  const foreign = strangers.filter(({ isOpen }) => isOpen).map(({ id }): MessageOutcome => ({ id, state: 'avvisad', reason: STRANGER }));
  return [...settled, ...foreign];
}

/** Those whose time has not come; where none of them has such a time, all of them, so that somebody comes back. */
function waits({ message }: StayMessage, open: readonly StayMessage[], admitted: boolean, now: Instant): boolean {
  return !admitted || message.occurredAt > now || !open.some((other) => other.message.occurredAt > now);
}

/** Which events make the stay be told what. */
const EVENTS: Record<string, HospitalMessage['event']['type'][]> = {
  inskrivning: ['admitted'],
  flytta: ['moved', 'move-cancelled'],
  permission: ['leave-began', 'leave-ended'],
  'skriv-ut': ['discharged'],
  'angra-utskrivning': ['discharge-cancelled'],
  annullera: ['admission-cancelled'],
  'andra-uppgifter': ['changed', 'admitted'],
};

/** The newest message that asked for it: of the same kind and time, else of the same kind, else any. */
function answerableFor({ action, at }: RefusedAct, open: readonly StayMessage[]): StayMessage | undefined {
  const kinds = EVENTS[action];
  const alike = kinds === undefined ? [] : open.filter(({ message }) => kinds.includes(message.event.type));
  return alike.findLast(({ message }) => message.occurredAt === at) ?? alike.at(-1) ?? open.at(-1);
}
