/** A kommun's objections to a stay in its basis: what each is, how far it has come, and whether the stay may be invoiced meanwhile. */
import type { Agreement } from '../agreement.js';
import { addDays, endOfDay, type Instant, localDateOf } from '../calendar.js';
import type { Actor } from '../ids.js';
import type { ExclusionReason } from './episode.js';

/** @source domain.md §5, The month's cycle, step 2 */
export const OBJECTION_CODES = [
  'kallelse-saknas',
  'kallelse-sen',
  'meddelande-saknas',
  'meddelande-sen',
  'vardtid-saknas',
  'fel-kommun',
  'fel-tid',
  'ej-utskrivningsklar',
  'oppenvard',
  'utanfor',
  'avbojt-insatser',
  'annat',
] as const;
export type ObjectionCode = (typeof OBJECTION_CODES)[number];

/** What an accepted objection of the code says of the stay, when its facts are not corrected instead: why it leaves the base. */
export const REASON_OF: Record<ObjectionCode, ExclusionReason> = {
  'kallelse-saknas': 'svpl-kallelse-saknas',
  'kallelse-sen': 'svpl-kallelse-sen',
  'meddelande-saknas': 'inskrivningsmeddelande-saknas',
  'meddelande-sen': 'inskrivningsmeddelande-sen',
  'vardtid-saknas': 'vardtidsbedomning-saknas',
  'fel-kommun': 'annan',
  'fel-tid': 'annan',
  'ej-utskrivningsklar': 'utskrivningsklar-saknas',
  oppenvard: 'oppenvard-saknas',
  utanfor: 'utanfor-overenskommelsen',
  'avbojt-insatser': 'annan',
  annat: 'annan',
};

/** Somebody's word on an objection. */
export interface Verdict {
  accepted: boolean;
  text: string;
  at: Instant;
  /** Null: nobody answered in time, which counts as accepted. */
  by: Actor | null;
}

export interface Objection {
  objectionId: string;
  region: string;
  /** `YYYY-MM` */
  month: string;
  payer: string;
  stayId: string;
  code: ObjectionCode;
  text: string;
  at: Instant;
  by: Actor;
  /** Made while the stay could be objected to. One that came later is received too, and changes nothing before it is accepted. */
  inTime: boolean;
  /** By when the region answers; unanswered then, it counts as accepted. */
  answerDueAt: Instant;
  /** The region's answer. `rattad`: the stay's facts have been corrected, and decide; otherwise an accepted stay leaves the base. */
  answer: (Verdict & { rattad: boolean }) | null;
  /** The kommun does not accept the rejection. */
  dispute: { text: string; at: Instant; by: Actor } | null;
  /** The tolkningsinstans' word, which binds. */
  decision: Verdict | null;
}

/** `obesvarad`: awaits the region. `avvisad`: rejected, and not disputed. `bestridd`: awaits the tolkningsinstans, or agreement between the parties where there is none. */
export const OBJECTION_STATES = ['obesvarad', 'godtagen', 'avvisad', 'bestridd', 'bifallen', 'avslagen'] as const;
export type ObjectionState = (typeof OBJECTION_STATES)[number];

/** @source domain.md §5, The month's cycle, step 3 */
export function objectionState({ answer, dispute, decision }: Pick<Objection, 'answer' | 'dispute' | 'decision'>): ObjectionState {
  if (decision !== null) return decision.accepted ? 'bifallen' : 'avslagen';
  if (answer === null) return 'obesvarad';
  if (answer.accepted) return 'godtagen';
  return dispute === null ? 'avvisad' : 'bestridd';
}

/** Whether the objection has been found right, by whoever had the last word. */
export function isUpheld(objection: Objection): boolean {
  return ['godtagen', 'bifallen'].includes(objectionState(objection));
}

/**
 * Until when the kommun may dispute a rejection; null while there is none.
 *
 * @interpretation As long as the region has to answer: the texts give no time.
 */
export function disputeUntil({ answer }: Pick<Objection, 'answer'>, cycle: Agreement['cycle']): Instant | null {
  return answer === null || answer.accepted ? null : daysFrom(answer.at, cycle.answerWithinDays);
}

/**
 * Whether the stay is disputed at that time, so that the lower of the amounts with and without it is invoiced. An objection that came
 * too late, and a rejection that was not disputed in time, hold nothing back.
 *
 * @interpretation A rejection that came before the freeze and is undisputed then is invoiced; one that came after it leaves the kommun its
 * time to dispute it first.
 * @source domain.md §5, The month's cycle, step 5
 */
export function isContested(objection: Objection, cycle: Agreement['cycle'], at: Instant, frozenAt: Instant | null): boolean {
  if (!objection.inTime) return false;
  const state = objectionState(objection);
  if (state === 'obesvarad') return true;
  const until = disputeUntil(objection, cycle) ?? Number.NEGATIVE_INFINITY;
  if (state === 'bestridd') return (objection.dispute?.at ?? 0) < until;
  return state === 'avvisad' && at < until && (frozenAt === null || (objection.answer?.at ?? 0) > frozenAt);
}

/** The end of the n-th day after: what "within ten days" means. */
export function daysFrom(at: Instant, days: number): Instant {
  return endOfDay(addDays(localDateOf(at), days));
}
