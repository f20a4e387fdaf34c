/** A kommun's month made up for documents: stays, their proofs, an invoice. Deterministic; nobody in it exists. */
import { loadAgreements } from '../../src/agreements/load.js';
import type { Agreement } from '../../src/domain/agreement.js';
import { cyclePlan } from '../../src/domain/billing/cycle.js';
import type { Episode } from '../../src/domain/billing/episode.js';
import { type Judgement, judge } from '../../src/domain/billing/judge.js';
import { type KommunSum, kommunSum, tallyOf } from '../../src/domain/billing/kommun-month.js';
import type { Objection } from '../../src/domain/billing/objections.js';
import { callDueAt } from '../../src/domain/billing/preconditions.js';
import type { PreconditionProof, ProofStep, StayProof } from '../../src/domain/billing/proof.js';
import { DAY, HOUR, type Instant, instantOf, MINUTE } from '../../src/domain/calendar.js';
import type { Invoice } from '../../src/ledger/billing/billing-ledger.js';
import { type BasisData, type BasisSources, basisDataOf } from '../../src/out/documents/basis-data.js';

const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the shipped agreements do not load');
export const { agreements, vardpriser } = loaded;

export function agreement(id: string): Agreement {
  const found = agreements.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no agreement ${id}`);
  return found;
}

export const WARD = 'SE2321000057-4K2L';
export const VARDCENTRAL = 'SE2321000057-7B3C';
const UNIT_NAMES = { [WARD]: 'Medicin B, Ryhov', [VARDCENTRAL]: 'Rosenlunds vårdcentral', '0680': 'Jönköping', '0604': 'Aneby' };

/** A stay that has all that is needed, discharged `days` days and some hours after the notice. */
export function episode(stayId: string, readyAt: string, days: number, over: Partial<Episode> = {}): Episode {
  const ready = instantOf(readyAt);
  return {
    stayId,
    payer: '0680',
    careForm: 'somatisk',
    admittedAt: ready - 5 * DAY,
    behovBedomtAt: ready - 5 * DAY + 2 * HOUR,
    inskrivningsmeddelandeAt: ready - 5 * DAY + 3 * HOUR,
    vardtidAt: ready - 5 * DAY + 3 * HOUR,
    utskrivningsmeddelandeAt: ready + 10 * MINUTE,
    svplRequired: true,
    svplKallelseAt: ready + 20 * HOUR,
    vardplanAt: null,
    kallelseMottagenAt: null,
    intervals: [{ from: ready, until: null }],
    blocked: [],
    dischargedAt: ready + days * DAY + 3 * HOUR,
    deceased: false,
    excluded: null,
    outOfSight: false,
    ...over,
  };
}

/** A proof of the shape that the core makes, for an episode that has no stay behind it. */
export function proofOf(stay: Episode, judgement: Judgement, rules: Agreement): StayProof {
  const condition = (
    id: PreconditionProof['id'],
    title: string,
    source: string,
    at: Instant | null,
    reason: string,
    dueAt: Instant | null = null,
  ): PreconditionProof => {
    const failed = judgement.reason?.startsWith(reason) ?? false;
    return {
      id,
      title,
      source,
      state: failed ? 'nej' : at === null ? 'behovs-inte' : 'ja',
      reason: failed ? judgement.reason : null,
      at,
      registeredAt: at === null ? null : at + 2 * MINUTE,
      countsFrom: at,
      dueAt,
      text: failed ? 'Det nådde inte kommunen i tid, och då betalar kommunen inte för vårdtillfället.' : 'Nådde kommunen i tid.',
    };
  };
  const step = (action: string, title: string, at: Instant | null, to: ProofStep['to'], late = false): ProofStep[] =>
    at === null
      ? []
      : [
          {
            actionId: `${stay.stayId}-${action}`,
            action,
            title,
            by:
              action === 'kalla-till-svpl'
                ? { party: 'vardcentral', unit: VARDCENTRAL, role: 'vardsamordnare' }
                : { party: 'slutenvard', unit: WARD, role: 'sjukskoterska' },
            to,
            at: late ? at - 3 * HOUR : at,
            registeredAt: at + 2 * MINUTE,
            countsFrom: at,
            late,
            imported: false,
            corrected: [],
          },
        ];
  const kommun = { party: 'kommun', unit: stay.payer ?? '' } as const;
  const both = [kommun, { party: 'vardcentral', unit: VARDCENTRAL } as const];
  const ready = stay.intervals.at(-1)?.from ?? null;
  return {
    stayId: stay.stayId,
    payer: stay.payer ?? '',
    placerandeKommun: null,
    careForm: stay.careForm,
    admittedAt: stay.admittedAt,
    dischargedAt: stay.dischargedAt,
    summary: 'Kommunen betalar för vårdtillfället enligt överenskommelsen.',
    utskrivningsklarAt: ready,
    preconditions: [
      condition(
        'inskrivningsmeddelande',
        'Inskrivningsmeddelande sänt före utskrivningen',
        'LUS 5:2, 2:1; J bilaga 2',
        stay.inskrivningsmeddelandeAt,
        'inskrivningsmeddelande',
      ),
      condition('vardtidsbedomning', 'Vårdtiden bedömd före utskrivningen', 'J bilaga 2', stay.vardtidAt, 'vardtid'),
      condition('utskrivningsklar', 'Utskrivningsklar bedömd och meddelad', 'LUS 5:1', ready, 'utskrivningsklar'),
      condition(
        'utskrivningsmeddelande',
        'Utskrivningsmeddelande sänt före utskrivningen',
        'J bilaga 2',
        stay.utskrivningsmeddelandeAt,
        'utskrivningsmeddelande',
      ),
      condition(
        'svpl-kallelse',
        'Den fasta vårdkontakten har kallat till SVPL inom tre dagar',
        'LUS 5:3, 4:3',
        stay.svplKallelseAt,
        'svpl-kallelse',
        callDueAt(ready ?? undefined, rules.preconditions),
      ),
      condition('oppenvard', 'Regionens öppenvård tillgänglig', 'LUS 5:5', null, 'oppenvard'),
    ],
    days: {
      days: judgement.individual?.days ?? judgement.averageDays,
      text: 'Från beskedet om utskrivningsklar till utskrivningen gick hela dygn som räknas, resten är mindre än ett dygn.',
      withdrawn: [],
      blocked: [],
    },
    outcome: judgement.outcome,
    reason: judgement.reason,
    steps: [
      ...step('bedom-behov', 'Behov bedömt', stay.behovBedomtAt, []),
      ...step('skicka-inskrivningsmeddelande', 'Inskrivningsmeddelande skickat', stay.inskrivningsmeddelandeAt, both),
      ...step('meddela-utskrivningsklar', 'Utskrivningsklar meddelad', ready, both, stay.stayId.endsWith('7')),
      ...step('skicka-utskrivningsmeddelande', 'Utskrivningsmeddelande skickat', stay.utskrivningsmeddelandeAt, both),
      ...step('kalla-till-svpl', 'Kallelse till SVPL', stay.svplKallelseAt, [kommun, { party: 'slutenvard', unit: WARD }]),
      ...step('skriv-ut', 'Utskriven', stay.dischargedAt, []),
    ],
  };
}

export interface Options {
  agreementId?: string;
  month?: string;
  episodes: Episode[];
  state?: BasisSources['state'];
  objections?: Objection[];
  invoice?: Partial<Invoice> | 'first' | null;
  earlier?: Invoice[];
  kommun?: BasisSources['kommun'];
  vardpriser?: BasisSources['vardpriser'];
}

const HASH = '5f2a9d1c0b7e48a3d6f1e2c4b5a697887766554433221100ffeeddccbbaa9988';

export function basis(options: Options): BasisData {
  const rules = agreement(options.agreementId ?? 'jonkoping-2018');
  const month = options.month ?? '2019-03';
  const state = options.state ?? 'fakturerad';
  const kommun = options.kommun ?? { code: '0680', name: 'Jönköping' };
  const prices = options.vardpriser ?? vardpriser;
  const plan = cyclePlan(month, rules.cycle);
  const isFrozen = state === 'last' || state === 'fakturerad';
  const stays = options.episodes.map((one) => {
    const judgement = judge(one, rules, isFrozen ? undefined : plan.preliminaryAt);
    return { episode: one, judgement, proof: proofOf(one, judgement, rules) };
  });
  const sum = kommunSum(
    tallyOf(
      kommun.code,
      stays.map((stay) => stay.judgement),
    ),
    rules,
    { month, vardpriser: prices },
  );
  const first = invoiceOf(sum, month, kommun.code, plan.freezeAt);
  const invoice =
    options.invoice === null || options.invoice === undefined
      ? null
      : options.invoice === 'first'
        ? first
        : { ...first, ...options.invoice };
  return basisDataOf({
    region: {
      id: rules.region ?? 'jonkoping',
      name: 'Region Jönköpings län',
      contact: { name: 'Ekonomienheten, betalningsansvar', phone: '010-555 01 00', email: 'betalningsansvar@region.example' },
    },
    kommun,
    month,
    state,
    madeAt: invoice?.issuedAt ?? (isFrozen ? plan.freezeAt : plan.preliminaryAt),
    frozenAt: isFrozen ? plan.freezeAt : null,
    hash: isFrozen ? HASH : null,
    agreement: rules,
    vardpriser: prices,
    process: rules,
    plan,
    objectUntil: state === 'lopande' ? null : plan.objectUntil,
    sum,
    stays,
    objections: options.objections ?? [],
    invoice,
    earlier: options.earlier ?? [],
    unitNames: UNIT_NAMES,
  });
}

export function invoiceOf(sum: KommunSum, month: string, payer: string, issuedAt: Instant): Invoice {
  return {
    region: 'jonkoping',
    month,
    payer,
    number: `jonkoping-${month}-${payer}-1`,
    n: 1,
    kind: 'faktura',
    amountOre: sum.amountOre ?? 0,
    totalOre: sum.amountOre ?? 0,
    refersTo: null,
    issuedAt,
    dueDate: '2019-05-13',
    sum,
    contested: [],
    changed: [],
  };
}

/** J's example D, kommun Jönköping: 24 stays of 82 days together, one of 10 days, one of 12, and one without a call. */
export function exampleD(): Episode[] {
  const spread = Array.from({ length: 24 }, (_, i) => (i < 10 ? 4 : i < 20 ? 3 : i < 23 ? 4 : 0));
  return [
    ...spread.map((days, i) =>
      episode(`jkp-2019-${String(301 + i)}`, `2019-03-${String(2 + i).padStart(2, '0')}T10:${String(10 + i)}:00+01:00`, days),
    ),
    episode('jkp-2019-351', '2019-03-04T09:15:00+01:00', 10),
    episode('jkp-2019-352', '2019-03-11T13:40:00+01:00', 12),
    episode('jkp-2019-361', '2019-03-14T11:00:00+01:00', 5, { svplKallelseAt: null }),
  ];
}
/** A large kommun's month: 400 stays of every kind. */
export function many(count: number): Episode[] {
  return Array.from({ length: count }, (_, i) => {
    const day = String(1 + (i % 20)).padStart(2, '0');
    const over: Partial<Episode> = i % 17 === 0 ? { svplKallelseAt: null } : i % 23 === 0 ? { utskrivningsmeddelandeAt: null } : {};
    return episode(
      `jkp-2019-${String(1000 + i)}`,
      `2019-03-${day}T0${i % 10}:${String(i % 60).padStart(2, '0')}:00+01:00`,
      (i * 7) % 11,
      over,
    );
  });
}
