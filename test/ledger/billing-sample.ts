/** Months made by hand: stays of a given number of days, and those who speak about them. */
import { type Agreements, loadAgreements } from '../../src/agreements/load.js';
import type { Agreement } from '../../src/domain/agreement.js';
import { addDays, DAY, HOUR, localDateOf, startOfDay } from '../../src/domain/calendar.js';
import type { Actor, JsonObject } from '../../src/domain/ids.js';
import type { StayEvent } from '../../src/domain/stay/state.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { accepted, admitted, doctor, numbered, rules, t } from './sample.js';

export const region = 'jonkoping';
export const month = '2019-03';
export const march = { region, month };

export function shippedRules(): Agreements {
  const loaded = loadAgreements();
  if (!loaded.ok) throw new Error('the shipped agreements cannot be read');
  return loaded;
}

/** The shipped agreements with one of them changed. */
export function rulesWith(id: string, change: (agreement: Agreement) => Agreement): Agreements {
  const shipped = shippedRules();
  return { ...shipped, agreements: shipped.agreements.map((agreement) => (agreement.id === id ? change(agreement) : agreement)) };
}

/** The agreement's cycle for March 2019. */
export const PRELIMINARY = t('2019-04-01T03:00:00Z');
export const FREEZE = t('2019-04-13T03:00:00Z');

export const kommun = (unit = '0680'): Actor => ({ party: 'kommun', unit, role: 'ekonom' });
export const economist: Actor = { party: 'region', unit: region, role: 'ekonom' };
export const reko: Actor = { party: 'tolkningsinstans', unit: 'reko', role: 'ledamot' };

export interface BilledStay {
  stayId: string;
  kommun?: string;
  /** Local date of the discharge. */
  discharged?: string;
  /** Whole days from the notice of utskrivningsklar to the discharge. */
  days?: number;
  /** The kommun was looked up and found right, which can be corrected. */
  kommunFound?: boolean;
  /** An SVPL is initiated, so that a call is demanded. */
  svpl?: boolean;
  /** Hours from the notice to the call; none: never called. */
  calledAfterHours?: number;
}

/** The events of a stay that its kommun pays for: at noon home again, so many days after the notice. */
export function billedStory({
  kommun: code = '0680',
  discharged = '2019-03-20',
  days = 3,
  kommunFound,
  svpl,
  calledAfterHours,
}: BilledStay): StayEvent[] {
  const homeAt = startOfDay(discharged) + 12 * HOUR;
  const readyAt = homeAt - days * DAY - HOUR;
  const admittedAt = startOfDay(addDays(localDateOf(readyAt), -3)) + 8 * HOUR;
  const iso = (at: number) => new Date(at).toISOString();
  const called = calledAfterHours === undefined ? [] : [callEvent(readyAt + calledAfterHours * HOUR)];
  const events = [
    admitted({ kommun: code, admittedAt }),
    accepted(
      'bedom-behov',
      iso(admittedAt + HOUR),
      { harInsatser: true, nyttBehov: svpl === true, endastRegionensOppenvard: false },
      doctor,
    ),
    accepted('skicka-inskrivningsmeddelande', iso(admittedAt + 2 * HOUR), {
      samtycke: 'ja',
      beraknadUtskrivning: discharged,
      inskrivningsorsak: 'Fall',
    }),
    ...(kommunFound === true ? [accepted('ratta-kommun', iso(admittedAt + 2.5 * HOUR), { kommun: code })] : []),
    ...(svpl === true
      ? [
          accepted('initiera-svpl', iso(admittedAt + 3 * HOUR), {
            samtycke: 'ja',
            kontaktOnskasMed: [],
            adl: 'x',
            kommunikation: 'x',
            hjalpmedel: [],
          }),
        ]
      : []),
    accepted('meddela-utskrivningsklar', iso(readyAt), { bedomd: iso(readyAt) }, doctor),
    accepted('skicka-utskrivningsmeddelande', iso(readyAt + HOUR / 2), { utskrivning: iso(homeAt) }),
    accepted('skriv-ut', iso(homeAt), { tidpunkt: iso(homeAt), till: 'hem' }),
    ...called,
  ];
  return events;
}

export function callEvent(at: number): StayEvent {
  const vardsamordnare: Actor = { party: 'vardcentral', unit: 'SE2321000057-VC1', role: 'vardsamordnare' };
  const data = { typ: 'svpl', tid: new Date(at + DAY).toISOString(), plats: 'bostad', kallade: [] };
  return accepted('kalla-till-svpl', new Date(at).toISOString(), data, vardsamordnare);
}

/** Records whole stays. */
export async function recordStays(ledger: Ledger, stays: readonly BilledStay[]): Promise<void> {
  const planned = rules();
  for (const stay of stays) {
    await ledger.record({ stayId: stay.stayId, region, rules: planned, events: numbered(billedStory(stay)) });
  }
}

/** Records one more event of a stay, such as a correction. */
export async function recordMore(ledger: Ledger, stayId: string, ...events: StayEvent[]): Promise<void> {
  const stored = await ledger.readStay(stayId);
  if (stored === undefined) throw new Error(`nothing is recorded of ${stayId}`);
  await ledger.record({ stayId, region, events: numbered(events, stored.stay.seq + 1) });
}

/** The discharge is put right: another day, at noon. */
export function correctedDischarge(stay: BilledStay, discharged: string, at: number): StayEvent {
  const homeAt = startOfDay(discharged) + 12 * HOUR;
  return corrected(stay, 'skriv-ut', { tidpunkt: new Date(homeAt).toISOString(), till: 'hem' }, at, homeAt);
}

/** The kommun is put right, as if it had been another all along. */
export function correctedKommun(stay: BilledStay, code: string, at: number): StayEvent {
  return corrected(stay, 'ratta-kommun', { kommun: code }, at);
}

/** Counts from `countsFrom`, or from when it did before. */
function corrected(stay: BilledStay, action: string, data: JsonObject, at: number, countsFrom?: number): StayEvent {
  const entry = billedStory(stay).flatMap((event) => (event.type === 'accepted' && event.entry.action === action ? [event.entry] : []))[0];
  if (entry === undefined) throw new Error(`the stay has no ${action}`);
  const becomes = { at: countsFrom ?? entry.at, countsFrom: countsFrom ?? entry.countsFrom, data };
  return accepted('ratta-uppgift', new Date(at).toISOString(), { actionId: entry.id, data, skal: 'fel', corrected: becomes });
}

let last = 0;
/** An objection to a stay, with an id of its own. */
export const objectionTo = (stayId: string, at: number, over: Partial<Parameters<Ledger['addObjection']>[0]> = {}) => ({
  ...march,
  payer: '0680',
  objectionId: `inv-${++last}`,
  stayId,
  code: 'annat' as const,
  text: 'Vi ser det annorlunda.',
  by: kommun(),
  at,
  ...over,
});
