/** The stays of a kommun's month: what became of each and why, a page at a time. */
import type { Agreement } from '../../domain/agreement.js';
import { standingNotice } from '../../domain/billing/days.js';
import { stayOutcome } from '../../domain/billing/kommun-month.js';
import type { Objection } from '../../domain/billing/objections.js';
import { isUpheld, objectionState } from '../../domain/billing/objections.js';
import { OUTCOME_NAMES, REASON_NAMES } from '../../domain/billing/words.js';
import type { MonthStay, MonthSums, PayerRef } from '../../ledger/billing/billing-ledger.js';
import { kronor, shortTime } from '../../out/documents/format.js';
import { type Html, html, type Part } from './html.js';
import { type Column, stayLink, table } from './pieces.js';
import { capital } from './words.js';

export interface StaysContext {
  ref: PayerRef;
  sums: Pick<MonthSums, 'month' | 'rules'>;
  /** What the kommun pays under. */
  agreement: Agreement;
  objections: readonly Objection[];
  /** Kept in the links: the stays as they are now, though the month is frozen. */
  query: string;
}

/** What became of the stay, and why. */
export function outcomeText({ judgement: { outcome, reason, vantar } }: Pick<MonthStay, 'judgement'>): string {
  const why = reason === null ? '' : `: ${REASON_NAMES[reason]}`;
  return `${capital(OUTCOME_NAMES[outcome])}${why}${vantar ? ' (kallelsen väntar)' : ''}`;
}

/** The stay's own days and kronor, as the month reckons them. */
export function costOf(stay: MonthStay, { ref, sums, agreement }: Pick<StaysContext, 'ref' | 'sums' | 'agreement'>) {
  const { averageDays, individual } = stayOutcome(stay.stayId, ref.payer, stay.judgement, agreement, {
    month: sums.month,
    vardpriser: sums.rules.vardpriser,
  });
  return {
    days: individual?.days ?? averageDays,
    billableDays: individual?.billableDays ?? null,
    amountOre: individual?.amountOre ?? null,
  };
}

export function staysTable(stays: readonly MonthStay[], context: StaysContext): Html {
  const { ref, objections, query } = context;
  const marks = (stayId: string): Part => {
    const own = objections.filter((objection) => objection.stayId === stayId);
    const open = own.filter((objection) => ['obesvarad', 'bestridd', 'avvisad'].includes(objectionState(objection)));
    return own.length === 0
      ? ''
      : html`<a href="#invandning-${own.at(-1)?.objectionId ?? ''}">${open.length > 0 ? 'öppen' : own.some(isUpheld) ? 'fick rätt' : 'avslagen'}</a>`;
  };
  const columns: Column<MonthStay>[] = [
    { title: 'Vårdtillfälle', cell: ({ stayId }) => stayLink({ ...ref, stayId }, query) },
    { title: 'Utskrivningsklar', cell: ({ episode }) => shortTime(standingNotice(episode)?.from ?? null) },
    { title: 'Utskriven', cell: ({ episode }) => shortTime(episode.dischargedAt) },
    { title: 'Dagar', number: true, cell: (stay) => costOf(stay, context).days ?? '–' },
    { title: 'Vad det blev', prose: true, cell: outcomeText },
    {
      title: 'Egna kronor',
      number: true,
      cell: (stay) => (costOf(stay, context).billableDays === null ? '–' : kronor(costOf(stay, context).amountOre)),
    },
    { title: 'Invändning', cell: ({ stayId }) => marks(stayId) },
  ];
  return table('vardtillfallena', 'Vårdtillfällena, i ordning efter id', columns, stays);
}
