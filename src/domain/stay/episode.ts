/** A stay as its payer may be billed for it: what reached that kommun, and when. */
import type { Agreement, ProcessRules } from '../agreement.js';
import type { Episode, Interval } from '../billing/episode.js';
import { callDueAt } from '../billing/preconditions.js';
import type { Instant } from '../calendar.js';
import { type Facts, factsOf } from './facts.js';
import { isOutside, payerOf, reachedAt, rejectionBy, svplCalledFor } from './parties.js';
import type { Stay } from './state.js';

/**
 * The episode of a stay, running or ended. Every time is the one that counts for the payer: what was sent before it became a party reached it then.
 *
 * @source domain.md §5 Preconditions, "per receiving kommun"
 */
export function episodeOf(stay: Stay, rules: ProcessRules): Episode {
  const f = factsOf(stay);
  const payer = payerOf(f);
  const reached = (at: Instant | undefined): Instant | null => (at === undefined ? null : reachedAt(f, payer, at));
  const intervals = f.ready.flatMap((i): Interval[] => {
    const from = reachedAt(f, payer, i.at);
    return i.until !== null && i.until < from ? [] : [{ from, until: i.until }];
  });
  const assessed = f.assessments.length > 0;
  const needAt = f.assessments.find((a) => a.inScope)?.at ?? null;
  return {
    stayId: stay.stayId,
    payer,
    careForm: f.careForm,
    admittedAt: stay.admission.admittedAt,
    behovBedomtAt: needAt,
    inskrivningsmeddelandeAt: reached(f.inskrivning?.at),
    vardtidAt: reached(f.estimates[0]?.madeAt),
    utskrivningsmeddelandeAt: reached(f.utskrivningsmeddelanden.find((m) => m.withdrawnAt === null)?.at),
    svplRequired: svplRequiredForPayment(f, rules.preconditions, intervals.at(-1)?.from),
    svplKallelseAt: reached(callForPayment(f, rules, intervals.at(-1)?.from)),
    vardplanAt:
      f.vardplan.length > 0 && f.vardplan.every((p) => p.signedAt !== null) ? Math.max(...f.vardplan.map((p) => p.signedAt ?? 0)) : null,
    kallelseMottagenAt: reached(f.initiated?.at),
    intervals,
    blocked: blockedOf(f),
    dischargedAt: f.discharge?.at ?? null,
    deceased: f.discharge?.till === 'avliden',
    excluded: f.annulled ? 'annullerad' : isOutside(f) ? 'utanfor-overenskommelsen' : null,
    outOfSight: !assessed || isOutside(f) || needAt === null || rejectionBy(f, payer) !== undefined,
  };
}

/**
 * Whether an SVPL was to be held, as payment sees it: `avsta-svpl` counts only before the end of the third day after the notice.
 *
 * @source LUS 5:3 with 4:3; domain.md §3 `avsta-svpl`
 */
function svplRequiredForPayment(f: Facts, demands: Agreement['preconditions'], notice: Instant | undefined): boolean {
  if (!svplCalledFor(f)) return false;
  if (!f.declined) return true;
  const due = callDueAt(notice, { ...demands, callWithinDays: demands.callWithinDays ?? 3 });
  return due !== null && f.declined.at >= due;
}

/** The first call; where the agreement says so, a postponement documented in time counts as one. @source V "SIP planeras tre veckor efter hemkomst" */
function callForPayment(f: Facts, rules: ProcessRules, notice: Instant | undefined): Instant | undefined {
  const due = callDueAt(notice, rules.preconditions);
  const postponed = rules.postponementCountsAsCall ? f.postponements.find((p) => due === null || p.at < due)?.at : undefined;
  const times = [f.calls[0]?.at, postponed].filter((t) => t !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** While the region's open care was unavailable or unclear. @source LUS 5:5 */
function blockedOf(f: Facts): Interval[] {
  const blocked: Interval[] = [];
  for (const message of f.oppenvard) {
    const open = blocked.at(-1)?.until === null ? blocked.at(-1) : undefined;
    if (message.lage === 'tillganglig') {
      if (open) open.until = message.at;
    } else if (!open) blocked.push({ from: message.at, until: null });
  }
  return blocked;
}
