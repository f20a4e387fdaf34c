/** One kommun's month: what its parties say is taken into the ledger, what follows is done there, and everybody concerned is told. */
import { actorOf, type CycleAction, isSameUnit } from '../src/domain/billing/cycle-actions.js';
import {
  type BillingNotice,
  type CycleContext,
  frozenNotices,
  invoiceNotices,
  kommunInWords,
  objectionNotices,
} from '../src/domain/billing/cycle-notices.js';
import { OBJECTION_STATES, type Objection, type ObjectionState, objectionState } from '../src/domain/billing/objections.js';
import { type OpenObjection, openObjections } from '../src/domain/billing/open-objections.js';
import type { Instant } from '../src/domain/calendar.js';
import type { Ore } from '../src/domain/money.js';
import { CYCLE_SCHEMAS, type CycleData } from '../src/doors/cycle-schemas.js';
import { parseWith } from '../src/doors/field-errors.js';
import type { Invoice, KommunState, MonthState, ObjectionAnswer, PayerRef, Settlement } from '../src/ledger/billing/billing-ledger.js';
import { documentedIn } from './documented.js';
import { permanent, withFailures } from './failures.js';
import type { ActivityDeps } from './index.js';
import type { Tell } from './tell.js';

/** What somebody sent to the workflow, as it was sent: nothing of it has been looked at. */
export interface CycleMessage extends PayerRef {
  action: CycleAction;
  data: unknown;
  at: Instant;
}

export type CycleAnswer =
  | { accepted: true; objection: Objection }
  | { accepted: true; state: KommunState }
  | { accepted: false; code: string; need: string; errors?: { path: string; message: string }[] };

/** How a kommun's month stands when all that could be done has been done. Free of anybody's text, and no longer than its open objections. */
export interface KommunStanding {
  /** Of the region's month. */
  state: MonthState;
  kommun: string;
  tolkningsinstans: string | null;
  /** False when the month knows no such payer, or no longer: one of another region whose stays have left it. */
  inMonth: boolean;
  stays: number;
  /** What the month comes to as it is now; null while the price is unknown. */
  amountOre: Ore | null;
  frozenAt: Instant | null;
  owedOre: Ore | null;
  issuedOre: Ore;
  waitsFor: Settlement['waitsFor'];
  /** Soonest first, the first hundred. */
  open: OpenObjection[];
  /** By how far they have come, the closed ones too. */
  objections: Partial<Record<ObjectionState, number>>;
  invoices: Pick<Invoice, 'number' | 'n' | 'kind' | 'amountOre' | 'issuedAt' | 'dueDate'>[];
  /** Invoices whose documents are still to be made; 0: the zero basis. */
  undocumented: number[];
  nextAt: Instant | null;
  /** Frozen, invoiced and documented as far as can be. */
  settled: boolean;
}

const OPEN_SHOWN = 100;

export function kommunInvoiceActivities({ ledger, log }: Pick<ActivityDeps, 'ledger' | 'log'>, tell: Tell) {
  const rulesOf = async ({ region, month, payer }: PayerRef, at: Instant) => {
    const sums = await ledger.currentSums({ region, month }, at);
    const sum = [...(sums?.kommuner ?? []), ...(sums?.others ?? [])].find((kommun) => kommun.payer === payer);
    if (sums === undefined) throw permanent('galler-inte', `Ingen överenskommelse och ingen lag gäller för ${region} i ${month}.`);
    const { tolkningsinstans, cycle } = sums.rules.agreement;
    const context: CycleContext = { region, month, payer, kommun: kommunInWords(sums.rules.agreement, payer), tolkningsinstans, cycle };
    return { sums, sum, context };
  };

  return {
    /** Takes an objection, an answer, a hold … Again, with the same id, it answers the same. What cannot be taken is an answer, not a failure. */
    takeCycleMessage: ({ action, data, at, ...ref }: CycleMessage): Promise<CycleAnswer> =>
      withFailures(log, { activity: 'takeCycleMessage', action, region: ref.region, month: ref.month, payer: ref.payer }, async () => {
        const checked = parseWith<CycleData<CycleAction>>(CYCLE_SCHEMAS[action], data);
        if ('errors' in checked)
          return { accepted: false, code: 'ogiltig-data', need: 'Uppgifterna har fel form.', errors: checked.errors };
        const { context } = await rulesOf(ref, at);
        const owner = actorOf(action, context, 'accepted' in checked.value && checked.value.accepted);
        if (!isSameUnit(checked.value.by, owner)) return { accepted: false, code: 'fel-enhet', need: 'Det är inte den enhetens sak.' };
        // The schema was the action's own.
        return TAKE[action](ledger, { ...ref, at }, checked.value as never);
      }),

    /** Does what is due in the kommun's month, once each, and tells of it. Run again it does and tells nothing more. */
    settleKommun: ({ at, ...ref }: PayerRef & { at: Instant }): Promise<KommunStanding> =>
      withFailures(log, { activity: 'settleKommun', ...ref }, async () => {
        const settlement = await ledger.settle(ref, at);
        const { sums, sum, context } = await rulesOf(ref, at);
        const documented = documentedIn(await ledger.documents(ref), ref.payer);
        const { frozenAt, owedOre, issuedOre, waitsFor, nextAt } = settlement;
        const isZero = frozenAt !== null && waitsFor === null && sum !== undefined && settlement.invoices.length === 0;
        // A month that comes to nothing has its zero basis instead of an invoice.
        const needed = isZero ? [0] : settlement.invoices.map(({ n }) => n);
        const undocumented = needed.filter((n) => !documented.has(n));
        await tell(ref.region, noticesOf(context, settlement, documented, at), at);
        const open = openObjections(settlement.objections, context, at);
        return {
          state: sums.state,
          kommun: context.kommun,
          tolkningsinstans: context.tolkningsinstans,
          inMonth: sum !== undefined,
          stays: sum?.stays ?? 0,
          amountOre: sum?.amountOre ?? null,
          frozenAt,
          owedOre,
          issuedOre,
          waitsFor,
          open: open.sort((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity)).slice(0, OPEN_SHOWN),
          objections: countsOf(settlement.objections),
          invoices: settlement.invoices.map(({ number, n, kind, amountOre, issuedAt: when, dueDate }) => ({
            number,
            n,
            kind,
            amountOre,
            issuedAt: when,
            dueDate,
          })),
          undocumented,
          nextAt,
          settled: frozenAt !== null && waitsFor === null && undocumented.length === 0,
        };
      }),
  };
}

function countsOf(objections: readonly Objection[]): KommunStanding['objections'] {
  const states = objections.map(objectionState);
  return Object.fromEntries(
    OBJECTION_STATES.flatMap((state) => {
      const count = states.filter((one) => one === state).length;
      return count === 0 ? [] : [[state, count]];
    }),
  );
}

/** An invoice is told of when it can be fetched. */
function noticesOf(context: CycleContext, settlement: Settlement, documented: ReadonlySet<number>, at: Instant): BillingNotice[] {
  const { frozenAt, objections, invoices } = settlement;
  return [
    ...(frozenAt === null ? [] : frozenNotices(context, frozenAt)),
    ...objections.flatMap((objection) => objectionNotices(context, objection, at)),
    ...invoices.filter(({ n }) => documented.has(n)).flatMap((invoice) => invoiceNotices(context, invoice)),
  ];
}

type AtPayer = PayerRef & { at: Instant };
type Take<A extends CycleAction> = (ledger: ActivityDeps['ledger'], ref: AtPayer, data: CycleData<A>) => Promise<CycleAnswer>;

const TAKE: { [A in CycleAction]: Take<A> } = {
  objection: async (ledger, ref, data) => answerOf(await ledger.addObjection({ ...data, ...ref })),
  answer: async (ledger, ref, data) => answerOf(await ledger.answerObjection({ ...data, ...ref })),
  dispute: async (ledger, ref, data) => answerOf(await ledger.disputeObjection({ ...data, ...ref })),
  decision: async (ledger, ref, data) => answerOf(await ledger.decideObjection({ ...data, ...ref })),
  hold: async (ledger, ref, data) => ({ accepted: true, state: await ledger.holdInvoice({ ...data, held: true, ...ref }) }),
  release: async (ledger, ref, data) => ({ accepted: true, state: await ledger.holdInvoice({ ...data, held: false, ...ref }) }),
  approve: async (ledger, ref, data) => ({ accepted: true, state: await ledger.approveInvoice({ ...data, ...ref }) }),
};

function answerOf(answer: ObjectionAnswer): CycleAnswer {
  return answer.ok ? { accepted: true, objection: answer.objection } : { accepted: false, code: answer.code, need: answer.need };
}
