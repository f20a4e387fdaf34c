/** A whole service without Temporal and database: the real pure core, in memory, behind the interfaces of the doors. */
import { loadAgreements, processRulesOf } from '../../src/agreements/load.js';
import type { ProcessRules } from '../../src/domain/agreement.js';
import { agreementInForce } from '../../src/domain/agreement-in-force.js';
import { type Instant, localDateOf } from '../../src/domain/calendar.js';
import { openDeadlines } from '../../src/domain/stay/deadlines.js';
import { decide } from '../../src/domain/stay/decide.js';
import { admit, evolve, initialStay } from '../../src/domain/stay/evolve.js';
import { noticesOf } from '../../src/domain/stay/notices.js';
import { phaseOf } from '../../src/domain/stay/parties.js';
import type { Admission, Notice, Stay, StayEvent } from '../../src/domain/stay/state.js';
import { answerOf, seenBy, viewOf } from '../../src/domain/stay/view.js';
import { accessLog } from '../../src/doors/access/access-log.js';
import type { InvoiceGateway } from '../../src/doors/billing-gateway.js';
import { type AcceptedAnswer, type Envelope, type RefusedAnswer, type StayGateway, TemporalUnavailable } from '../../src/doors/gateway.js';
import { buildApp } from '../../src/doors/http/app.js';
import type { AppDeps } from '../../src/doors/http/deps.js';
import { monthReader } from '../../src/doors/month-view.js';
import { type SubmitDeps, submitOver } from '../../src/doors/submit.js';
import type { AccessLedger, KeptAccess } from '../../src/ledger/access/access-ledger.js';
import type { PayerRef } from '../../src/ledger/billing/billing-ledger.js';
import type { CaseRow } from '../../src/ledger/list-stays.js';
import type { MessageRow } from '../../src/ledger/messages/list-messages.js';
import { limitOf, pageOf } from '../../src/ledger/page.js';
import { NEVER } from '../../src/ledger/tables.js';
import type { FakeBilling } from './fake-billing-ledger.js';

/** The beginning of what a service tells. */
const METRICS_TEXT = `# HELP hemgang_ledger_up 1: the ledger answered when it was last asked for these figures. 0: it did not, and they are absent.
# TYPE hemgang_ledger_up gauge
hemgang_ledger_up 1
`;

interface Kept {
  stay: Stay;
  rules: ProcessRules;
  region: string;
  running: boolean;
}

export interface MemoryService {
  now: Instant;
  /** Temporal is away: everything that asks it is unavailable. */
  away: boolean;
  stays: Map<string, Kept>;
  inbox: (Notice & { acknowledgedAt?: Instant })[];
  feeds: Map<string, Instant | null>;
  /** What hospitals' systems have sent, as it is listed. */
  hospitalMessages: MessageRow[];
  /** Actions that the gateway has been given, repeated ones too. */
  acts: string[];
  /** What was noted of who looked at which stays. */
  accesses: KeptAccess[];
  /** The log of accesses cannot be written. */
  unlogged: boolean;
  deps(overrides?: Partial<AppDeps> & { scale?: number }): AppDeps;
  app(overrides?: Partial<AppDeps> & { scale?: number }): ReturnType<typeof buildApp>;
}

const nothing = async () => [];
/** A ledger without months. */
const NO_MONTHS = {
  monthSums: async () => undefined,
  currentSums: async () => undefined,
  monthStays: async () => ({ items: [], next: null }),
  monthStay: async () => undefined,
  readyStays: nothing,
  listMonths: nothing,
  readStayAt: async () => undefined,
  sentBases: nothing,
  objections: nothing,
  kommunState: async (ref: PayerRef) => ({ ...ref, held: null, approved: null }),
  invoices: nothing,
  documents: nothing,
} satisfies Partial<AppDeps['ledger']>;

/** Nothing leaves this service. */
const NO_DELIVERIES: AppDeps['deliveries'] = {
  ofStay: nothing,
  list: async () => ({ items: [], next: null }),
  retry: async () => 'no-such-delivery',
  endpoints: nothing,
  enable: async () => false,
};

let agreements: Extract<ReturnType<typeof loadAgreements>, { ok: true }> | undefined;

/** Read once: nothing changes them. */
function shipped() {
  const loaded = agreements ?? loadAgreements();
  if (!loaded.ok) throw new Error('the shipped agreements do not load');
  agreements = loaded;
  return loaded;
}

/** `billing`: the ledger of the months; without one there are none. */
export function memoryService(now: Instant, billing?: FakeBilling): MemoryService {
  const loaded = shipped();
  const keys = new Map<string, { digest: string; answer?: unknown }>();
  const admissions = new Map<string, { region: string; content: string }>();

  const apply = (kept: Kept, events: StayEvent[]) => {
    for (const event of events) {
      const before = kept.stay;
      kept.stay = evolve(before, event);
      service.inbox.push(...noticesOf(event, kept.stay.seq, before, kept.stay, kept.rules));
    }
    if (kept.stay.ended !== null) kept.running = false;
  };
  const judge = (kept: Kept, action: string, envelope: Envelope): AcceptedAnswer | RefusedAnswer => {
    const verdict = decide(kept.stay, kept.rules, { action, envelope }, service.now, { via: 'update' });
    apply(kept, verdict.events);
    return verdict.accepted ? answerOf(kept.stay, kept.rules, service.now, action, envelope.id, verdict.warnings) : verdict;
  };
  const reached = () => {
    if (service.away) throw new TemporalUnavailable();
  };

  const gateway: StayGateway = {
    async admit(stayId: string, admission: Admission, rules: ProcessRules) {
      reached();
      if (service.stays.has(stayId)) return 'exists';
      const kept = { stay: initialStay(stayId, admission), rules, region: admission.region, running: true };
      service.stays.set(stayId, kept);
      apply(kept, [admit(admission, admission.admittedAt)]);
      return 'started';
    },
    async act(_region, stayId, action, envelope) {
      reached();
      service.acts.push(envelope.id);
      const kept = service.stays.get(stayId);
      if (kept === undefined) return 'unknown';
      return kept.running ? judge(kept, action, envelope) : 'ended';
    },
    async view(_region, stayId) {
      reached();
      const kept = service.stays.get(stayId);
      return kept?.running ? viewOf(kept.stay, kept.rules, service.now) : undefined;
    },
    async see(_region, stayId, viewer) {
      reached();
      const kept = service.stays.get(stayId);
      return kept?.running ? seenBy(kept.stay, kept.rules, service.now, viewer) : undefined;
    },
    async reopen(stay, rules, action, envelope) {
      reached();
      const kept = { stay, rules, region: stay.admission.region, running: true };
      service.stays.set(stay.stayId, kept);
      return judge(kept, action, envelope);
    },
    async ping() {
      reached();
    },
  };

  const absent = () => Promise.reject(new TemporalUnavailable());
  const nobody: InvoiceGateway = { object: absent, answer: absent, dispute: absent, decide: absent, hold: absent, approve: absent };

  const rows = (): CaseRow[] =>
    [...service.stays.values()].map(({ stay, rules, region }) => {
      const [soonest] = openDeadlines(stay, rules);
      const deadline = soonest === undefined ? null : { id: soonest.id, owner: soonest.owner, dueAt: soonest.dueAt };
      const { kommun, vardcentral, ward, admittedAt } = stay.admission;
      return {
        stayId: stay.stayId,
        region,
        phase: phaseOf(stay),
        kommun,
        vardcentral: vardcentral.hsaId,
        ward: ward.hsaId,
        admittedAt,
        dischargedAt: null,
        endedAt: stay.ended?.at ?? null,
        deadline,
        overdue: (deadline?.dueAt ?? NEVER) <= service.now,
      };
    });

  const ledger: Omit<AppDeps['ledger'], keyof typeof NO_MONTHS> & SubmitDeps['ledger'] = {
    async claimStay(stayId, admission) {
      const content = JSON.stringify(admission);
      const known = admissions.get(stayId);
      if (known === undefined) admissions.set(stayId, { region: admission.region, content });
      return {
        outcome: known === undefined ? 'new' : known.content === content ? 'same' : 'other',
        region: known?.region ?? admission.region,
      };
    },
    async findStay(stayId) {
      const claim = admissions.get(stayId);
      const kept = service.stays.get(stayId);
      return (
        claim && {
          region: claim.region,
          phase: kept ? phaseOf(kept.stay) : null,
          ended: kept?.stay.ended !== undefined && kept.stay.ended !== null,
        }
      );
    },
    async readStay(stayId) {
      const kept = service.stays.get(stayId);
      return kept && { region: kept.region, stay: kept.stay, rules: kept.rules };
    },
    async listAccesses({ stayId, unit, party, region, from = 0, until = Number.POSITIVE_INFINITY, after = '0', limit }) {
      if (!/^\d+$/.test(after)) return undefined;
      const found = service.accesses.filter(
        (row) =>
          (stayId === undefined || row.stayIds.includes(stayId)) &&
          (unit === undefined || row.unit === unit) &&
          (party === undefined || row.party === party) &&
          (region === undefined || row.region === region) &&
          row.at >= from &&
          row.at < until &&
          row.no > Number(after),
      );
      const most = limitOf(limit);
      return pageOf(
        found.slice(0, most + 1),
        most,
        (row) => row,
        ({ no }) => String(no),
      );
    },
    async listStays(query) {
      const byId = query.order === 'stayId';
      const order = (row: CaseRow) => `${byId ? '' : String(row.deadline?.dueAt ?? NEVER).padStart(16, '0')}/${row.stayId}`;
      const { after } = query;
      if (after !== undefined && !(byId ? /^\/.+$/ : /^\d+\/.+$/).test(after)) return undefined;
      const found = rows()
        .filter((row) => query.unit === undefined || [row.ward, row.kommun, row.vardcentral].includes(query.unit))
        .filter((row) => query.phase === undefined || row.phase === query.phase)
        .filter((row) => query.overdue === undefined || row.overdue === query.overdue)
        .filter((row) => after === undefined || order(row) > after)
        .sort((a, b) => (order(a) < order(b) ? -1 : 1));
      const limit = limitOf(query.limit);
      return pageOf(found.slice(0, limit + 1), limit, (row) => row, order);
    },
    async inbox({ unit, after, limit }) {
      const own = service.inbox.filter((notice) => notice.to.unit === unit);
      const from = after === undefined ? 0 : own.findIndex((notice) => notice.noticeId === after) + 1;
      if (after !== undefined && from === 0) return undefined;
      const most = limitOf(limit);
      return pageOf(
        own.slice(from, from + most + 1),
        most,
        (notice) => ({
          reference: null,
          ...notice,
          party: notice.to.party,
          deadline: notice.deadline ?? null,
          acknowledgedAt: notice.acknowledgedAt ?? null,
        }),
        (notice) => notice.noticeId,
      );
    },
    async acknowledge({ unit, noticeId, at }) {
      const found = service.inbox.find((notice) => notice.noticeId === noticeId && notice.to.unit === unit);
      if (found !== undefined) found.acknowledgedAt ??= at;
      return found !== undefined;
    },
    async claimKey({ scope, key, digest }) {
      const known = keys.get(`${scope}${key}`);
      if (known === undefined) keys.set(`${scope}${key}`, { digest });
      if (known === undefined) return { outcome: 'new' };
      return known.digest === digest ? { outcome: 'same', answer: known.answer } : { outcome: 'other' };
    },
    async keepAnswer({ scope, key, answer }) {
      const known = keys.get(`${scope}${key}`);
      if (known !== undefined) known.answer ??= JSON.parse(JSON.stringify(answer));
    },
    async renewFeed({ feedId, watermark }) {
      service.feeds.set(feedId, watermark);
    },
    listMessages: async ({ after }) => (after === undefined ? { items: service.hospitalMessages, next: null } : undefined),
    countMessages: async () => {
      const states = service.hospitalMessages.map(({ state }) => state);
      return Object.fromEntries(states.map((state) => [state, states.filter((other) => other === state).length]));
    },
    readMessage: async (id) => service.hospitalMessages.find((message) => message.id === id),
    async dropMessage({ id, reason, at }) {
      const message = service.hospitalMessages.find((one) => one.id === id && one.state === 'parkerad');
      if (message !== undefined) Object.assign(message, { state: 'avvisad', reason, droppedAt: at });
      return message !== undefined;
    },
    async ping() {},
  };

  const recordAccesses: AccessLedger['recordAccesses'] = async (accesses) => {
    if (service.unlogged) throw new Error('the log of accesses is away');
    for (const access of accesses) {
      const stayIds = access.stayIds.filter((stayId) => admissions.has(stayId));
      for (const region of new Set(stayIds.map((stayId) => admissions.get(stayId)?.region ?? '')))
        service.accesses.push({
          ...access,
          no: service.accesses.length + 1,
          region,
          stayIds: stayIds.filter((stayId) => admissions.get(stayId)?.region === region),
        });
    }
  };

  const service: MemoryService = {
    now,
    away: false,
    stays: new Map(),
    inbox: [],
    hospitalMessages: [],
    feeds: new Map(),
    acts: [],
    accesses: [],
    unlogged: false,
    deps({ scale = 1, ...overrides } = {}) {
      const clock = { now: () => service.now, scale, futureToleranceMs: 60_000, lateToleranceMs: 3_600_000 };
      const rulesFor = (region: string, at: Instant) => {
        const agreement = agreementInForce(loaded.agreements, region, localDateOf(at));
        return agreement && processRulesOf(agreement, at, region);
      };
      const accesses = accessLog({ ledger: { recordAccesses }, clock });
      const interpretedBy = (unit: string) =>
        loaded.agreements.filter(({ tolkningsinstans }) => tolkningsinstans === unit).map(({ id }) => id);
      const submit = submitOver({ ledger, gateway, clock, rulesFor, accesses, interpretedBy, hidingMs: 1 });
      const months = billing ?? NO_MONTHS;
      return {
        submit,
        accesses,
        ledger: { ...months, ...ledger, readStay: billing?.readStay ?? ledger.readStay },
        clock,
        invoices: billing?.gateway(clock.now) ?? nobody,
        agreements: loaded,
        readMonth: billing === undefined ? async () => undefined : monthReader({ ledger: billing, agreements: loaded, clock }),
        documents: { readDocument: async () => 'no-month', readProof: async () => 'no-month' },
        deliveries: NO_DELIVERIES,
        reports: { read: async () => undefined, importFile: async () => undefined },
        temporalLists: { uiUrl: 'http://127.0.0.1:8233', namespace: 'default', count: async () => 3 },
        metrics: {
          timed: () => undefined,
          count: () => undefined,
          contentType: 'text/plain; version=0.0.4; charset=utf-8',
          text: async () => METRICS_TEXT,
        },
        pingTemporal: gateway.ping,
        checkAnswers: true,
        pollMs: 20,
        ...overrides,
      };
    },
    app: (overrides) => buildApp(service.deps(overrides)),
  };
  return service;
}
