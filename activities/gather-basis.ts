/** Gathers one kommun's basis from the ledger: its figures, its stays with their proofs, its objections and invoices. Nobody's identity is in it. */
import type { Parties } from '../src/agreements/parties.js';
import type { Agreement } from '../src/domain/agreement.js';
import { kommunerIn } from '../src/domain/agreement-in-force.js';
import { cyclePlan } from '../src/domain/billing/cycle.js';
import type { KommunSum, RuleBook } from '../src/domain/billing/kommun-month.js';
import { EVERYTHING_DUE } from '../src/domain/billing/preconditions.js';
import { type Instant, MINUTE } from '../src/domain/calendar.js';
import { factsOf } from '../src/domain/stay/facts.js';
import { proofOf } from '../src/domain/stay/proof.js';
import type { Stay } from '../src/domain/stay/state.js';
import type { BillingLedger, Invoice, MonthRef, MonthStay, MonthSums, PayerRef } from '../src/ledger/billing/billing-ledger.js';
import { PAGE_LIMIT_MAX } from '../src/ledger/page.js';
import { type BasisData, basisDataOf, type Contact, type StaySource } from '../src/out/documents/basis-data.js';

export interface GatherDeps {
  ledger: Pick<BillingLedger, 'monthSums' | 'monthStays' | 'readStayAt' | 'sentBases' | 'objections' | 'invoices'>;
  agreements: { agreements: Agreement[]; parties: Parties };
  /** Contacts that `parter.yaml` says are examples may be shown. */
  allowExamples: boolean;
}

/** Objections of one kommun's month that a document shows. */
const OBJECTIONS_MAX = 10_000;

/**
 * The basis of an invoice or note (`n` from 1, as the stays are now), of a frozen month without one (0, as frozen), or of a month that is
 * not frozen. Undefined when the region has no such month, the kommun no part in it, or there is no such invoice.
 */
export async function gatherBasis(deps: GatherDeps, ref: PayerRef, n: number, now: Instant): Promise<BasisData | undefined> {
  const { ledger, agreements } = deps;
  const month: MonthRef = { region: ref.region, month: ref.month };
  const sums = await ledger.monthSums(month, now);
  const sum = sums && sumOf(sums, ref.payer);
  if (sums === undefined || sum === undefined) return undefined;
  const invoices = await ledger.invoices(ref);
  const invoice = n === 0 ? null : (invoices.find((one) => one.n === n) ?? undefined);
  if (invoice === undefined) return undefined;
  const agreement = agreementOf(sums.rules, ref);
  const { stays, unitNames } = await gatherStays(deps, sums, ref, agreement, invoice, now);
  const sent = await ledger.sentBases(ref);
  const region = agreements.parties.regioner.find((one) => one.id === ref.region);
  return basisDataOf({
    region: { id: ref.region, name: region?.name ?? ref.region, contact: contactOf(deps, ref.region) },
    kommun: { code: ref.payer, name: kommunName(deps, agreement, ref.payer) },
    month: ref.month,
    state: sums.state,
    madeAt: invoice?.issuedAt ?? sums.frozenAt ?? wholeMinute(now),
    frozenAt: sums.frozenAt,
    hash: sums.hash,
    agreement,
    vardpriser: sums.rules.vardpriser,
    process: sums.rules.agreement,
    plan: cyclePlan(ref.month, sums.rules.agreement.cycle),
    objectUntil: sent.length === 0 ? null : Math.max(...sent.map((one) => one.objectUntil)),
    sum: invoice?.sum ?? sum,
    stays,
    objections: await ledger.objections({ ...ref, limit: OBJECTIONS_MAX }),
    invoice,
    earlier: invoices.filter((one) => invoice !== null && one.n < invoice.n),
    unitNames: { ...unitNames, [ref.payer]: kommunName(deps, agreement, ref.payer) },
  });
}

/** The kommun's figures in the month; undefined when it has no part in it. */
export function sumOf({ kommuner, others }: MonthSums, payer: string): KommunSum | undefined {
  return [...kommuner, ...others].find((one) => one.payer === payer);
}

/** What the kommun pays under: the region's agreement, or the law for a kommun of another region. */
export function agreementOf({ agreement, fallback }: RuleBook, { month, payer }: PayerRef): Agreement {
  const isOwn = agreement.region === null || kommunerIn(agreement, month).some(({ code }) => code === payer);
  return isOwn ? agreement : (fallback ?? agreement);
}

/** One stay of the month with its proof. */
export async function gatherStay(
  { ledger }: Pick<GatherDeps, 'ledger'>,
  row: MonthStay,
  agreement: Agreement,
  asOf: Instant,
): Promise<(StaySource & { stay: Stay }) | undefined> {
  const stored = await ledger.readStayAt(row.stayId, row.seq);
  if (stored === undefined) return undefined;
  const { episode, judgement, payer } = row;
  return {
    episode,
    judgement,
    stay: stored.stay,
    proof: proofOf(stored.stay, stored.rules, { payer, episode, judgement, agreement, asOf }),
  };
}

async function gatherStays(
  deps: GatherDeps,
  sums: MonthSums,
  ref: PayerRef,
  agreement: Agreement,
  invoice: Invoice | null,
  now: Instant,
): Promise<{ stays: StaySource[]; unitNames: Record<string, string> }> {
  const asOf = sums.frozenAt === null ? now : EVERYTHING_DUE;
  const stays: StaySource[] = [];
  const unitNames: Record<string, string> = {};
  for await (const row of rowsOf(deps, { ...ref, as: invoice === null ? 'frozen' : 'current' }, now)) {
    const found = await gatherStay(deps, row, agreement, asOf);
    if (found === undefined) throw new Error(`the ledger has a stay in ${ref.month} without its facts`);
    Object.assign(unitNames, namesIn(found.stay));
    stays.push({ episode: found.episode, judgement: found.judgement, proof: found.proof });
  }
  return { stays, unitNames };
}

/** A kommun's stays, however many, a page at a time. */
export async function* rowsOf(
  { ledger }: Pick<GatherDeps, 'ledger'>,
  query: PayerRef & { as: 'frozen' | 'current' },
  now: Instant,
): AsyncGenerator<MonthStay> {
  for (let after: string | undefined; ; ) {
    const page = await ledger.monthStays({ ...query, after, limit: PAGE_LIMIT_MAX }, now);
    yield* page.items;
    if (page.next === null) return;
    after = page.next;
  }
}

/** The names of the wards and the vårdcentral that the stay has had. */
function namesIn(stay: Stay): Record<string, string> {
  const { wards, vardcentral } = factsOf(stay);
  const units = [stay.admission.ward, stay.admission.vardcentral, ...wards.map(({ ward }) => ward), vardcentral];
  return Object.fromEntries(units.map(({ hsaId, name }) => [hsaId, name]));
}

export function kommunName({ agreements }: Pick<GatherDeps, 'agreements'>, agreement: Agreement, code: string): string {
  const party = agreements.parties.kommuner.find((one) => one.code === code)?.name;
  const inAgreements = [agreement, ...agreements.agreements].flatMap(({ kommuner }) => kommuner).find((one) => one.code === code)?.name;
  return party ?? inAgreements ?? `Kommun ${code}`;
}

function contactOf({ agreements, allowExamples }: GatherDeps, region: string): Contact | null {
  const party = agreements.parties.regioner.find((one) => one.id === region);
  return party?.contact === undefined || (!allowExamples && party.exempel?.includes('contact')) ? null : party.contact;
}

/** A basis made on demand is the same for a minute. */
const wholeMinute = (at: Instant): Instant => Math.floor(at / MINUTE) * MINUTE;
