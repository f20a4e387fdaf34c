/** The proof of one stay: why its payer pays or does not, each precondition, the days, and every step with its times and recipients. */
import type { Agreement, ProcessRules } from '../agreement.js';
import { standingNotice } from '../billing/days.js';
import type { Episode } from '../billing/episode.js';
import type { Judgement } from '../billing/judge.js';
import { exclusionOf } from '../billing/preconditions.js';
import type { StayProof } from '../billing/proof.js';
import { proofOfDays } from '../billing/proof-days.js';
import { daysInWords, REASON_NAMES } from '../billing/words.js';
import type { Instant } from '../calendar.js';
import { factsOf, presentKommun } from './facts.js';
import { preconditionsOf } from './proof-preconditions.js';
import { stepsOf } from './proof-steps.js';
import type { Stay } from './state.js';

export interface ProofInput {
  /** Kommunkod; null: registered nowhere. */
  payer: string | null;
  episode: Episode;
  /** Null while the patient is not discharged. */
  judgement: Judgement | null;
  /** What it is paid under. */
  agreement: Agreement;
  /** What is not due by then counts as met. */
  asOf: Instant;
}

/**
 * The proof of a stay as it was folded: the last of its events that the basis rests on decides, and nothing later.
 *
 * It holds times, parties, roles and the names of actions; no text that anybody wrote, and nobody's identity.
 *
 * @source domain.md §5, Preconditions, "each kept as evidence with both its times"
 */
export function proofOf(stay: Stay, rules: ProcessRules, input: ProofInput): StayProof {
  const { payer, episode, judgement, agreement, asOf } = input;
  const kommun = payer === null ? 'kommunen' : kommunName(payer, agreement);
  const steps = stepsOf(stay, rules);
  return {
    stayId: stay.stayId,
    payer,
    placerandeKommun: presentKommun(factsOf(stay)).placerande ?? null,
    careForm: episode.careForm,
    admittedAt: episode.admittedAt,
    dischargedAt: episode.dischargedAt,
    summary: summaryOf(input, kommun),
    utskrivningsklarAt: standingNotice(episode)?.from ?? null,
    preconditions: preconditionsOf(stay, input, kommun, steps),
    days: proofOfDays(episode, agreement, asOf),
    outcome: judgement?.outcome ?? null,
    reason: judgement?.reason ?? null,
    steps,
  };
}

/** `Jönköping (0680)`, or `kommun 1480` for one outside the agreement. */
function kommunName(code: string, agreement: Agreement): string {
  const name = agreement.kommuner.find((kommun) => kommun.code === code)?.name;
  return name === undefined ? `kommun ${code}` : `${name} (${code})`;
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Why the kommun pays for this, or why not. */
function summaryOf({ payer, episode, judgement, agreement, asOf }: ProofInput, kommun: string): string {
  if (payer === null) return 'Ingen kommun betalar: patienten är inte folkbokförd någonstans.';
  if (episode.outOfSight) return `Vårdtillfället hör inte till ${kommun} och ingår inte i något underlag.`;
  if (judgement === null) return 'Patienten är inte utskriven: vårdtillfället hör till den månad då utskrivningen sker.';
  const { outcome, reason, averageDays, individual, vantar } = judgement;
  const waits = vantar ? ' Kallelsen till SVPL väntar ännu; kommer den inte i tid utgår vårdtillfället.' : '';
  switch (outcome) {
    case 'utesluten': {
      const why = reason === null ? '' : `: ${REASON_NAMES[reason]}`;
      // The facts as they stand give another answer: it was decided on an objection.
      const decided = exclusionOf(episode, agreement.preconditions, asOf) === reason ? '' : ' Det följer av en invändning som fått rätt.';
      return `${capital(kommun)} betalar inte för vårdtillfället${why}.${decided}`;
    }
    case 'fri':
      return `Vårdtillfället ger inga dagar som ${kommun} betalar för.${waits}`;
    case 'snitt': {
      const despite = reason === null ? '' : `, fastän ${REASON_NAMES[reason]}: det höjer inte vad kommunen betalar`;
      return `Vårdtillfället räknas med ${daysInWords(averageDays ?? 0)} i månadens snitt för ${kommun}${despite}.${waits}`;
    }
    case 'individuell': {
      const average = averageDays === null ? '' : ` och räknas dessutom med ${daysInWords(averageDays)} i månadens snitt`;
      return `${capital(kommun)} betalar enskilt för vårdtillfället: ${daysInWords(individual?.days ?? 0)}, varav ${daysInWords(individual?.billableDays ?? 0)} att betala${average}.${waits}`;
    }
  }
}
