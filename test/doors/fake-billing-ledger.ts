/** A billing ledger in memory, by the domain's own rules: the sample month and a few made by hand, for tests of what stands on the ledger. */
import { createHash } from 'node:crypto';
import { loadAgreements } from '../../src/agreements/load.js';
import { kommunerIn } from '../../src/domain/agreement-in-force.js';
import { cyclePlan, objectUntilFor } from '../../src/domain/billing/cycle.js';
import { standingNotice } from '../../src/domain/billing/days.js';
import type { Episode } from '../../src/domain/billing/episode.js';
import { type Judgement, judge } from '../../src/domain/billing/judge.js';
import { type KommunSum, kommunSum, type RuleBook, tallyOf } from '../../src/domain/billing/kommun-month.js';
import {
  daysFrom,
  disputeUntil,
  isContested,
  isUpheld,
  type Objection,
  objectionState,
  REASON_OF,
} from '../../src/domain/billing/objections.js';
import { EVERYTHING_DUE } from '../../src/domain/billing/preconditions.js';
import { ruleBookOf } from '../../src/domain/billing/region-month.js';
import { addDays, DAY, HOUR, type Instant, localDateOf, localMonthOf, MINUTE } from '../../src/domain/calendar.js';
import { sumOre } from '../../src/domain/money.js';
import { episodeOf } from '../../src/domain/stay/episode.js';
import type { InvoiceGateway } from '../../src/doors/billing-gateway.js';
import type {
  BillingLedger,
  DocumentNote,
  DocumentRef,
  Frozen,
  Invoice,
  KommunState,
  MonthRef,
  MonthState,
  MonthStay,
  MonthSums,
  ObjectionAnswer,
  ObjectionRefusal,
  PayerRef,
  SentBasis,
} from '../../src/ledger/billing/billing-ledger.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { limitOf, pageOf } from '../../src/ledger/page.js';
import type { StoredStay } from '../../src/ledger/read-stay.js';
import { feedLines, type Played, play } from '../sample/play.js';

interface Cycle {
  preliminaryAt: Instant | null;
  frozenAt: Instant | null;
  invoiced: boolean;
  /** The rows as they were frozen. */
  frozen: MonthStay[] | null;
}

export interface FakeBilling extends BillingLedger, Pick<Ledger, 'readStay'> {
  region: string;
  /** May be added to and changed: a stay is what its episode says. */
  episodes: Map<string, Episode>;
  stored: Map<string, StoredStay>;
  gateway(now: () => Instant): InvoiceGateway;
  /** How often each method has been called. */
  calls: Record<string, number>;
}

const REGION = 'jonkoping';
const keyOf = ({ month, payer }: { month: string; payer: string }) => `${month}/${payer}`;
const hashOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
const byId = (a: { stayId: string }, b: { stayId: string }) => (a.stayId < b.stayId ? -1 : a.stayId > b.stayId ? 1 : 0);

const plays = new Map<Instant, Played>();

/** Played once for each moment: seconds on a busy machine. */
function playedUntil(until: Instant): Played {
  const known = plays.get(until);
  if (known !== undefined) return known;
  const played = play(
    feedLines().filter(({ sentAt }) => sentAt <= until),
    until,
  );
  plays.set(until, played);
  return played;
}

/** The sample month played up to then (it runs from 1 March to the end of April 2019), beside whatever is made by hand. */
export function fakeBillingLedger({ until, episodes: own = [] }: { until: Instant; episodes?: readonly Episode[] }): FakeBilling {
  const loaded = loadAgreements();
  if (!loaded.ok) throw new Error('the shipped agreements do not load');
  const played = playedUntil(until);
  const stored = new Map<string, StoredStay>();
  const episodes = new Map<string, Episode>();
  for (const [stayId, stay] of played.stays) {
    const rules = played.rules.get(stayId)!;
    stored.set(stayId, { region: REGION, stay, rules });
    episodes.set(stayId, episodeOf(stay, rules));
  }
  for (const episode of own) episodes.set(episode.stayId, episode);

  const cycles = new Map<string, Cycle>();
  const objections: Objection[] = [];
  const sent: SentBasis[] = [];
  const states = new Map<string, KommunState>();
  const invoices: Invoice[] = [];
  const documents = new Map<string, { note: DocumentNote; bytes: Uint8Array }>();
  const calls: Record<string, number> = {};

  const rulesOf = (month: string): RuleBook | undefined => ruleBookOf(loaded, REGION, month);
  const cycleOf = (month: string): Cycle => {
    const cycle = cycles.get(month) ?? { preliminaryAt: null, frozenAt: null, invoiced: false, frozen: null };
    cycles.set(month, cycle);
    return cycle;
  };
  const isOwn = (rules: RuleBook, month: string, payer: string) =>
    kommunerIn(rules.agreement, month).some((kommun) => kommun.code === payer);
  const judged = (episode: Episode, rules: RuleBook, month: string, asOf: Instant): MonthStay => {
    const agreement = episode.payer === null || isOwn(rules, month, episode.payer) ? rules.agreement : (rules.fallback ?? rules.agreement);
    const upheld = objections.find(
      (one) => one.stayId === episode.stayId && one.payer === episode.payer && one.month === month && isUpheld(one) && !one.answer?.rattad,
    );
    const judgement: Judgement =
      upheld === undefined
        ? judge(episode, agreement, asOf)
        : {
            outcome: 'utesluten',
            reason: REASON_OF[upheld.code],
            averageDays: null,
            individual: null,
            vantar: false,
            revisitAt: null,
          };
    const seq = stored.get(episode.stayId)?.stay.seq ?? 1;
    const objectionId = upheld?.objectionId ?? null;
    return { stayId: episode.stayId, payer: episode.payer, agreement: agreement.id, seq, episode, judgement, objectionId };
  };
  const currentRows = (month: string, asOf: Instant): MonthStay[] => {
    const rules = rulesOf(month);
    if (rules === undefined) return [];
    return [...episodes.values()]
      .filter(({ dischargedAt, outOfSight }) => dischargedAt !== null && localMonthOf(dischargedAt) === month && !outOfSight)
      .map((episode) => judged(episode, rules, month, asOf))
      .sort(byId);
  };
  const rowsOf = (month: string, as: 'frozen' | 'current', now: Instant): MonthStay[] => {
    const { frozen, frozenAt } = cycleOf(month);
    return as === 'frozen' && frozen !== null ? frozen : currentRows(month, frozenAt === null ? now : EVERYTHING_DUE);
  };
  const sumOf = (rows: readonly MonthStay[], payer: string, rules: RuleBook, month: string): KommunSum => {
    const agreement = isOwn(rules, month, payer) ? rules.agreement : (rules.fallback ?? rules.agreement);
    const judgements = rows.filter((row) => row.payer === payer).map((row) => row.judgement);
    return kommunSum(tallyOf(payer, judgements), agreement, { month, vardpriser: rules.vardpriser });
  };
  const stateOf = ({ preliminaryAt, frozenAt, invoiced }: Cycle): MonthState =>
    invoiced ? 'fakturerad' : frozenAt !== null ? 'last' : preliminaryAt !== null ? 'preliminar' : 'lopande';
  const sums = ({ region, month }: MonthRef, as: 'frozen' | 'current', now: Instant): MonthSums | undefined => {
    const rules = region === REGION ? rulesOf(month) : undefined;
    if (rules === undefined) return undefined;
    const rows = rowsOf(month, as, now);
    const cycle = cycleOf(month);
    const kommuner = kommunerIn(rules.agreement, month).map(({ code }) => sumOf(rows, code, rules, month));
    const strangers = [...new Set(rows.flatMap(({ payer }) => (payer === null || isOwn(rules, month, payer) ? [] : [payer])))].sort();
    const ended = [...episodes.values()].filter(({ dischargedAt }) => dischargedAt !== null && localMonthOf(dischargedAt) === month);
    return {
      region,
      month,
      state: stateOf(cycle),
      rules,
      kommuner,
      others: strangers.map((payer) => sumOf(rows, payer, rules, month)),
      amountOre: sumOre(kommuner.map((kommun) => kommun.amountOre)),
      withoutPayer: rows.filter(({ payer }) => payer === null).length,
      outOfSight: ended.filter(({ outOfSight }) => outOfSight).length,
      vantar: rows.filter(({ judgement }) => judgement.vantar).length,
      preliminaryAt: cycle.preliminaryAt,
      frozenAt: cycle.frozenAt,
      hash: cycle.frozen === null ? null : hashOf(cycle.frozen),
      problems: [],
    };
  };

  const find = ({ region, month, payer, objectionId }: PayerRef & { objectionId: string }) =>
    objections.find((one) => one.objectionId === objectionId && one.region === region && one.month === month && one.payer === payer);
  const no = (code: ObjectionRefusal, need: string): ObjectionAnswer => ({ ok: false, code, need });
  const change = (
    ref: PayerRef & { objectionId: string },
    by: (one: Objection) => ObjectionAnswer | Partial<Objection>,
  ): ObjectionAnswer => {
    const found = find(ref);
    if (found === undefined) return no('okand-invandning', 'Invändningen finns inte.');
    const change = by(found);
    if ('ok' in change) return change as ObjectionAnswer;
    Object.assign(found, change);
    return { ok: true, objection: { ...found } };
  };
  const kommunState = (ref: PayerRef): KommunState =>
    states.get(keyOf(ref)) ?? { region: ref.region, month: ref.month, payer: ref.payer, held: null, approved: null };

  const ledger: BillingLedger & Pick<Ledger, 'readStay'> = {
    monthSums: async (ref, now) => sums(ref, 'frozen', now),
    currentSums: async (ref, now) => sums(ref, 'current', now),
    async monthStays({ month, payer, as = 'frozen', order = 'stayId', after, limit }, now) {
      const rows = rowsOf(month, as, now).filter((row) => payer === undefined || row.payer === payer);
      const most = limitOf(limit);
      if (order === 'cost') {
        const cost = ({ judgement }: MonthStay) => (judgement.individual?.billableDays ?? 0) * 1_000 + (judgement.averageDays ?? -1);
        return { items: [...rows].sort((a, b) => cost(b) - cost(a) || byId(a, b)).slice(0, most), next: null };
      }
      return pageOf(
        rows.filter(({ stayId }) => after === undefined || stayId > after),
        most,
        (row) => row,
        (row) => row.stayId,
      );
    },
    monthStay: async ({ month, stayId, as = 'frozen' }, now) => rowsOf(month, as, now).find((row) => row.stayId === stayId),
    async readyStays({ payer, limit }) {
      return [...episodes.values()]
        .filter((episode) => episode.dischargedAt === null && standingNotice(episode)?.until === null && !episode.outOfSight)
        .filter((episode) => payer === undefined || episode.payer === payer)
        .map((episode) => {
          const admission = stored.get(episode.stayId)?.stay.admission;
          return {
            stayId: episode.stayId,
            payer: episode.payer,
            ward: admission?.ward.hsaId ?? null,
            vardcentral: admission?.vardcentral.hsaId ?? null,
            readyAt: standingNotice(episode)?.from ?? 0,
            episode,
          };
        })
        .sort((a, b) => a.readyAt - b.readyAt)
        .slice(0, limitOf(limit));
    },
    async listMonths(region) {
      if (region !== REGION) return [];
      const discharged = [...episodes.values()].flatMap(({ dischargedAt }) => (dischargedAt === null ? [] : [localMonthOf(dischargedAt)]));
      return [...new Set([...discharged, ...cycles.keys()])]
        .sort()
        .reverse()
        .map((month) => {
          const cycle = cycleOf(month);
          return {
            month,
            state: stateOf(cycle),
            frozenAt: cycle.frozenAt,
            hash: cycle.frozen === null ? null : hashOf(cycle.frozen),
          };
        });
    },
    readStayAt: async (stayId) => stored.get(stayId),
    readStay: async (stayId) => stored.get(stayId),

    async sendBasis({ region, month }, at) {
      const cycle = cycleOf(month);
      const rules = rulesOf(month);
      if (cycle.preliminaryAt !== null || rules === undefined) return [];
      cycle.preliminaryAt = at;
      const { cycle: days } = rules.agreement;
      const rows = currentRows(month, at);
      const fresh = (sums({ region, month }, 'frozen', at)?.kommuner ?? []).map((sum) => ({
        region,
        month,
        payer: sum.payer,
        no: 1,
        at,
        objectUntil: objectUntilFor(at, cyclePlan(month, days), days),
        changed: rows.filter(({ payer }) => payer === sum.payer).length,
        sum,
      }));
      sent.push(...fresh);
      return fresh;
    },
    sentBases: async ({ month, payer }) => sent.filter((one) => one.month === month && (payer === undefined || one.payer === payer)),
    async freezeMonth({ region, month }, at): Promise<Frozen> {
      const cycle = cycleOf(month);
      const rules = rulesOf(month)!;
      const isFresh = cycle.frozen === null;
      cycle.frozen ??= structuredClone(currentRows(month, EVERYTHING_DUE));
      cycle.frozenAt ??= at;
      const frozen = sums({ region, month }, 'frozen', at)!;
      return {
        region,
        month,
        state: cycle.invoiced ? 'fakturerad' : 'last',
        agreement: rules.agreement.id,
        agreementVersion: rules.agreement.version,
        vardprisOre: rules.vardpriser[month.slice(0, 4)] ?? null,
        amountOre: frozen.amountOre,
        kommuner: [...frozen.kommuner, ...frozen.others].map((sum) => ({ ...sum, staysHash: hashOf(sum) })),
        hash: frozen.hash ?? '',
        frozenAt: cycle.frozenAt,
        fresh: isFresh,
      };
    },
    verifyMonth: async () => true,
    async markInvoiced({ month }) {
      cycleOf(month).invoiced = true;
    },

    async addObjection({ region, month, payer, objectionId, stayId, code, text, by, at }) {
      const rules = rulesOf(month);
      const known = find({ region, month, payer, objectionId });
      if (known !== undefined)
        return known.stayId === stayId ? { ok: true, objection: { ...known } } : no('id-anvant', 'Id:t är redan använt.');
      const basis = sent.filter((one) => one.month === month && one.payer === payer).at(-1);
      if (basis === undefined || rules === undefined) return no('manaden-inte-sand', 'Månadens underlag är inte sänt än.');
      if (!rowsOf(month, 'current', at).some((row) => row.stayId === stayId && row.payer === payer))
        return no('vardtillfallet-ej-i-underlaget', `Vårdtillfället ${stayId} finns inte i kommunens underlag för månaden.`);
      if (objections.some((one) => one.stayId === stayId && one.month === month && ['obesvarad', 'bestridd'].includes(objectionState(one))))
        return no('invandning-finns', 'Det finns redan en invändning mot vårdtillfället som inte är avgjord.');
      const objection: Objection = {
        objectionId,
        region,
        month,
        payer,
        stayId,
        code,
        text,
        at,
        by,
        inTime: at < basis.objectUntil,
        answerDueAt: daysFrom(at, rules.agreement.cycle.answerWithinDays),
        answer: null,
        dispute: null,
        decision: null,
      };
      objections.push(objection);
      return { ok: true, objection: { ...objection } };
    },
    answerObjection: async ({ accepted, rattad = false, text, by, at, ...ref }) =>
      change(ref, ({ answer }) =>
        answer === null
          ? accepted && rattad
            ? no('inte-rattad', 'Inget i vårdtillfället har rättats sedan invändningen kom.')
            : { answer: { accepted, rattad, text, by, at } }
          : no('redan-besvarad', 'Invändningen är redan besvarad.'),
      ),
    disputeObjection: async ({ text, by, at, ...ref }) =>
      change(ref, (one) =>
        objectionState(one) === 'avvisad' ? { dispute: { text, by, at } } : no('inte-avvisad', 'Invändningen är inte avvisad.'),
      ),
    decideObjection: async ({ accepted, text, by, at, ...ref }) =>
      change(ref, (one) =>
        objectionState(one) === 'bestridd'
          ? { decision: { accepted, text, by, at } }
          : no('redan-avgjord', 'Invändningen väntar inte på beslut.'),
      ),
    objections: async ({ region, month, payer, stayId, state, limit }) =>
      objections
        .filter((one) => one.region === region && (month === undefined || one.month === month))
        .filter((one) => (payer === undefined || one.payer === payer) && (stayId === undefined || one.stayId === stayId))
        .filter((one) => state === undefined || objectionState(one) === state)
        .slice(0, limitOf(limit))
        .map((one) => ({ ...one })),

    async holdInvoice({ held, text, by, at, ...ref }) {
      const state = { ...kommunState(ref), held: held ? { text, by, at } : null };
      states.set(keyOf(ref), state);
      return state;
    },
    async approveInvoice({ by, at, ...ref }) {
      const state = { ...kommunState(ref), approved: { by, at } };
      states.set(keyOf(ref), state);
      return state;
    },
    kommunState: async (ref) => kommunState(ref),
    async settle({ region, month, payer }, at) {
      const rules = rulesOf(month)!;
      const { frozenAt } = cycleOf(month);
      const state = kommunState({ region, month, payer });
      const own = objections.filter((one) => one.month === month && one.payer === payer);
      const overdue = own.filter((one) => one.answer === null && one.answerDueAt <= at);
      for (const one of overdue)
        one.answer = { accepted: true, rattad: false, text: 'Obesvarad i tid: räknas som godtagen.', at: one.answerDueAt, by: null };
      const issued = invoices.filter((one) => one.month === month && one.payer === payer);
      const issuedOre = issued.reduce((sum, one) => sum + one.amountOre, 0);
      const contested = own.filter((one) => isContested(one, rules.agreement.cycle, at, frozenAt)).map(({ stayId }) => stayId);
      const rows = currentRows(month, EVERYTHING_DUE);
      const whole = sumOf(rows, payer, rules, month);
      const without = sumOf(
        rows.filter(({ stayId }) => !contested.includes(stayId)),
        payer,
        rules,
        month,
      );
      const sum = (without.amountOre ?? 0) < (whole.amountOre ?? 0) ? without : whole;
      const owedOre = frozenAt === null ? null : (sum.amountOre ?? 0);
      const difference = (owedOre ?? 0) - issuedOre;
      const waitsFor =
        difference === 0
          ? null
          : state.held !== null
            ? 'release'
            : rules.agreement.cycle.invoicing === 'approved' && !state.approved
              ? 'approval'
              : null;
      if (frozenAt !== null && difference !== 0 && waitsFor === null) {
        const n = issued.length + 1;
        invoices.push({
          region,
          month,
          payer,
          number: `${region}-${month}-${payer}-${n}`,
          n,
          kind: n === 1 ? 'faktura' : difference < 0 ? 'kreditfaktura' : 'debetfaktura',
          amountOre: difference,
          totalOre: owedOre ?? 0,
          refersTo: issued[0]?.number ?? null,
          issuedAt: at,
          dueDate: addDays(localDateOf(at), rules.agreement.cycle.paymentDays),
          sum,
          contested,
          changed: n === 1 ? [] : own.filter(isUpheld).map(({ stayId }) => stayId),
        });
      }
      const all = invoices.filter((one) => one.month === month && one.payer === payer);
      return {
        region,
        month,
        payer,
        frozenAt,
        owedOre,
        issuedOre: all.reduce((total, one) => total + one.amountOre, 0),
        invoices: all,
        acceptedByDefault: overdue.map(({ objectionId }) => objectionId),
        objections: own,
        waitsFor,
        nextAt:
          own
            .map((one) => (one.answer === null ? one.answerDueAt : disputeUntil(one, rules.agreement.cycle)))
            .find((one) => one !== null) ?? null,
      };
    },
    invoices: async ({ month, payer }) => invoices.filter((one) => one.month === month && (payer === undefined || one.payer === payer)),
    changedMonths: async () => [],

    async saveDocument({ bytes, at, ...ref }) {
      const note: DocumentNote = { ...ref, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, at };
      documents.set(`${keyOf(ref)}/${ref.n}/${ref.kind}`, { note, bytes });
      return note;
    },
    readDocument: async (ref: DocumentRef) => documents.get(`${keyOf(ref)}/${ref.n}/${ref.kind}`),
    documents: async ({ month, payer }) =>
      [...documents.values()]
        .map(({ note }) => note)
        .filter((note) => note.month === month && (payer === undefined || note.payer === payer)),
  };

  const counted = Object.fromEntries(
    Object.entries(ledger).map(([name, method]) => [
      name,
      (...args: unknown[]) => {
        calls[name] = (calls[name] ?? 0) + 1;
        return (method as (...args: unknown[]) => unknown)(...args);
      },
    ]),
  ) as unknown as typeof ledger;
  return {
    ...counted,
    region: REGION,
    episodes,
    stored,
    calls,
    gateway: (now) => ({
      object: (objection) => ledger.addObjection({ ...objection, at: now() }),
      answer: (answer) => ledger.answerObjection({ ...answer, at: now() }),
      dispute: (dispute) => ledger.disputeObjection({ ...dispute, at: now() }),
      decide: (decision) => ledger.decideObjection({ ...decision, at: now() }),
      hold: (hold) => ledger.holdInvoice({ ...hold, at: now() }),
      approve: (approval) => ledger.approveInvoice({ ...approval, at: now() }),
    }),
  };
}

/** A somatic stay in which everything was done in time: ready at noon of the day, home that many whole days and an hour later. */
export function plainStay(stayId: string, payer: string | null, readyDate: string, days: number, changes: Partial<Episode> = {}): Episode {
  const readyAt = Date.parse(`${readyDate}T11:00:00Z`);
  const dischargedAt = readyAt + days * DAY + HOUR;
  return {
    stayId,
    payer,
    careForm: 'somatisk',
    admittedAt: readyAt - 3 * DAY,
    behovBedomtAt: readyAt - 3 * DAY + HOUR,
    inskrivningsmeddelandeAt: readyAt - 3 * DAY + 2 * HOUR,
    vardtidAt: readyAt - 3 * DAY + 2 * HOUR,
    utskrivningsmeddelandeAt: readyAt,
    svplRequired: true,
    svplKallelseAt: readyAt + 30 * MINUTE,
    vardplanAt: null,
    kallelseMottagenAt: null,
    intervals: [{ from: readyAt, until: dischargedAt }],
    blocked: [],
    dischargedAt,
    deceased: false,
    excluded: null,
    outOfSight: false,
    ...changes,
  };
}
