/** A hospital that speaks HL7 and a service that hears it, in memory: what arrives, in which order, and what goes wrong on the way. */
import { factsOf } from '../../../src/domain/stay/facts.js';
import { phaseOf } from '../../../src/domain/stay/parties.js';
import { TemporalUnavailable } from '../../../src/doors/gateway.js';
import { hl7Applier } from '../../../src/doors/hl7/applier.js';
import { hl7Receiver } from '../../../src/doors/hl7/receive.js';
import { hospitalDesk } from '../../../src/doors/hospital/desk.js';
import type { SubmitDeps } from '../../../src/doors/submit.js';
import { memoryMessages } from '../memory-messages.js';
import { memoryService } from '../memory-service.js';
import { message, PD1, PID, PV1, shippedMapping } from './some-messages.js';

export const t = (text: string): number => Date.parse(text);

/** Asked before each thing that can go wrong; true: it does. */
export type Fails = () => boolean;

/** The whole way in, from bytes to stays. `fails` breaks calls of the ledger, of Temporal and between them. */
export function hospital(now: number, fails: Fails = () => false) {
  const service = memoryService(now);
  const deps = service.deps();
  const submitLedger = deps.ledger as unknown as SubmitDeps['ledger'];
  const store = memoryMessages({
    exists: (stayId) => service.stays.has(stayId),
    ended: (stayId) => service.stays.get(stayId)?.stay.ended != null,
  });
  const whole = { ...submitLedger, ...store.ledger };
  // Half of what goes wrong does so before it is done, half after: nobody can tell which.
  const ledger = brittle(whole, fails);
  const submit = brittle(deps.submit, fails);
  const logged: string[] = [];
  const log = { warn: (_: object, text: string) => void logged.push(text), error: (_: object, text: string) => void logged.push(text) };
  const clock = () => service.now;
  const reachable = async () => !service.away;
  const desks = () => hospitalDesk({ submit, ledger: ledger as never, now: clock, door: 'hl7', patienceMs: 0 });
  const appliers = () => hl7Applier({ ledger: ledger as never, desk: desks(), now: clock, reachable, log });
  let applier = appliers();
  return {
    service,
    store,
    logged,
    receive: hl7Receiver({ ledger: ledger as never, mapping: shippedMapping(), now: clock, reachable, accepted: () => undefined, log }),
    /** Looks until nothing is left to be tried now; each time as a service that has just started. */
    async settle() {
      for (let round = 0; round < 200; round++) {
        applier = appliers();
        store.restart();
        await applier.look().catch(() => undefined);
        const open = store.messages.filter(({ state }) => state === 'mottagen');
        if (open.length === 0 && (await whole.dueStays(service.now, 1)).length === 0) return;
      }
      throw new Error('it does not come to rest');
    },
    look: () => appliers().look(),
    states: () => Object.fromEntries(store.messages.map(({ messageId, state }) => [messageId, state])),
    /** The stay without how it was told. */
    outcome(stayId: string) {
      const kept = service.stays.get(stayId);
      if (kept === undefined) return undefined;
      const facts = factsOf(kept.stay);
      return {
        phase: phaseOf(kept.stay),
        ended: kept.stay.ended !== null,
        ward: facts.ward.hsaId,
        careForm: facts.careForm,
        wards: facts.wards.filter(({ ward }, index, all) => index === 0 || all[index - 1]?.ward.hsaId !== ward.hsaId),
        leave: facts.leave.filter(({ from, until }) => until === null || until > from),
        patient: facts.patient,
        discharge: facts.discharge && { at: facts.discharge.at, till: facts.discharge.till },
        annulled: facts.annulled !== null,
      };
    },
  };
}

function brittle<T extends object>(whole: T, fails: Fails): T {
  return new Proxy(whole, {
    get(target, name) {
      const original = target[name as keyof T];
      if (typeof original !== 'function') return original;
      return async (...args: unknown[]) => {
        if (fails()) throw new TemporalUnavailable();
        const answer = await original.apply(target, args);
        if (fails()) throw new TemporalUnavailable();
        return answer;
      };
    },
  });
}

/** One message; `at`: when it happened, `on`: when it was registered. Local time of March 2019, `05 12:00`. */
export function adt(
  trigger: string,
  id: string,
  on: string,
  more: { at?: string; pid?: string; pv1?: Record<number, string>; extra?: string[] } = {},
): Uint8Array {
  const time = (text: string) => `201903${text.replace(/[ :]/g, '')}00`;
  const { at = on, pid = PID, pv1 = {}, extra = [] } = more;
  return message(
    `MSH|^~\\&|EXEMPEL-PAS|RYHOV|HEMGANG|JKPG|${time(on)}||ADT^${trigger}|${id}|P|2.5||||||UNICODE UTF-8`,
    `EVN|${trigger}|${time(on)}||||${time(at)}`,
    pid,
    PD1,
    PV1({ ...timesOf(trigger, time(at)), ...pv1 }),
    ...extra,
  );
}

function timesOf(trigger: string, at: string): Record<number, string> {
  if (trigger === 'A01') return { 44: at };
  return trigger === 'A03' ? { 36: '01', 45: at } : {};
}
