/** The steps of a stay's proof: what was done, sent to whom, when it happened and when it was registered. No clinical text, no identity. */
import type { ProcessRules } from '../agreement.js';
import type { ProofStep } from '../billing/proof.js';
import type { Instant } from '../calendar.js';
import type { Actor, UnitRef } from '../ids.js';
import { ACTIONS, type ActionName, isActionName, isMessage } from './actions.js';
import { effectiveAt } from './effective.js';
import { admit, evolve, initialStay } from './evolve.js';
import { factsOf } from './facts.js';
import { noticesOf } from './notices.js';
import { payerOf } from './parties.js';
import type { LogEntry, Stay, StayEvent } from './state.js';

/** What bears on payment: the messages, the assessments, the times, and what changes who pays or whether. */
const EVIDENCE: readonly ActionName[] = [
  'bedom-behov',
  'skicka-inskrivningsmeddelande',
  'svara-inskrivning',
  'ratta-kommun',
  'utse-fast-vardkontakt',
  'bedom-vardtid',
  'initiera-svpl',
  'avsta-svpl',
  'skjut-upp-svpl',
  'kalla-till-svpl',
  'kvittera-kallelse',
  'signera-vardplan',
  'godkann-vardplan',
  'meddela-utskrivningsklar',
  'aterkalla-utskrivningsklar',
  'skicka-utskrivningsmeddelande',
  'meddela-hemkomst',
  'meddela-oppenvard',
  'skriv-ut',
  'hall-svpl',
  'flytta',
  'andra-uppgifter',
  'angra-utskrivning',
  'ratta-uppgift',
  'anmal-dodsfall',
  'annullera',
];

/** The steps in order of the time that counts. */
export function stepsOf(stay: Stay, rules: ProcessRules): ProofStep[] {
  const sent = deliveries(stay, rules);
  return stay.log
    .filter(({ action }) => (EVIDENCE as readonly string[]).includes(action))
    .map((entry): ProofStep => {
      const reachedPayerAt = sent.reachedPayer.get(entry.id);
      return {
        actionId: entry.id,
        action: entry.action,
        title: isActionName(entry.action) ? ACTIONS[entry.action].titel : entry.action,
        by: whoOnly(entry.by),
        to: sent.to.get(entry.id) ?? [],
        at: happenedAt(entry),
        registeredAt: entry.receivedAt,
        countsFrom: entry.countsFrom,
        late: isLate(entry),
        ...(reachedPayerAt === undefined ? {} : { reachedPayerAt }),
        imported: entry.imported === true,
        corrected: (entry.corrections ?? []).map(({ at, was }) => ({
          at,
          wasAt: happenedAt({ ...entry, ...was }),
          wasCountsFrom: was.countsFrom,
        })),
      };
    })
    .sort((a, b) => a.countsFrom - b.countsFrom);
}

/** When it happened, as told. */
export function happenedAt({ action, data, at }: Pick<LogEntry, 'action' | 'data' | 'at'>): Instant {
  return isActionName(action) ? effectiveAt(action, data, at) : at;
}

/** A message registered so late that it counts from its receipt. @source domain.md §3, Envelope */
export function isLate(entry: LogEntry): boolean {
  return isMessage(entry.action) && entry.imported !== true && entry.countsFrom === entry.receivedAt && entry.at < entry.receivedAt;
}

/** A person's name is nobody's evidence: the party, the unit and the role are. */
const whoOnly = ({ party, unit, role }: Actor): ProofStep['by'] => ({ party, unit, ...(role === undefined ? {} : { role }) });

interface Deliveries {
  /** Action id → whom it was sent to when it was accepted. */
  to: Map<string, UnitRef[]>;
  /** Action id → when the present payer was sent it, where that was later than the others were. */
  reachedPayer: Map<string, Instant>;
}

/**
 * Plays the log again in the order in which it was received, each action as it was then, and asks who was told: a kommun that had rejected the
 * stay, or was not yet a party, was not.
 */
function deliveries(stay: Stay, rules: ProcessRules): Deliveries {
  const payer = payerOf(factsOf(stay));
  const to = new Map<string, UnitRef[]>();
  const reachedPayer = new Map<string, Instant>();
  let now = evolve(initialStay(stay.stayId, stay.admission), admit(stay.admission, stay.admission.admittedAt));
  for (const entry of asReceived(stay)) {
    const event: StayEvent = { type: 'accepted', at: entry.receivedAt, entry, hash: '' };
    const before = now;
    now = evolve(before, event);
    const own: UnitRef[] = [];
    for (const notice of noticesOf(event, now.seq, before, now, rules)) {
      if (!own.some(({ party, unit }) => party === notice.to.party && unit === notice.to.unit)) own.push(notice.to);
      if (notice.to.party !== 'kommun' || notice.to.unit !== payer) continue;
      // Only what puts the kommun right sends again what others were sent before.
      const again = notice.type === entry.action ? undefined : now.log.findLast(({ action }) => action === notice.type);
      if (again !== undefined && !reachedPayer.has(again.id)) reachedPayer.set(again.id, notice.occurredAt);
    }
    to.set(entry.id, own);
  }
  return { to, reachedPayer };
}

/** The log as it came: in order of receipt, with what was told at first where it was corrected later. */
function asReceived(stay: Stay): LogEntry[] {
  // The verdicts are kept in order of receipt; where they are forgotten the clock decides.
  const place = new Map(stay.verdicts.map(([id], index) => [id, index]));
  return [...stay.log]
    .sort((a, b) => a.receivedAt - b.receivedAt || (place.get(a.id) ?? -1) - (place.get(b.id) ?? -1))
    .map(({ corrections, ...entry }) => ({ ...entry, ...corrections?.[0]?.was }));
}
