/** What a process owner sees of a stay in the Temporal UI: search attributes and headline. No identity. */
import type { ProcessRules } from '../agreement.js';
import { type Instant, type LocalDate, localDateOf, toSwedish } from '../calendar.js';
import { ballOf, openDeadlines } from './deadlines.js';
import { factsOf, presentKommun } from './facts.js';
import { kommunName, oneLine } from './owner-names.js';
import { phaseOf } from './parties.js';
import type { Deviation, Stay } from './state.js';
import { DEADLINE_NAMES } from './words.js';

export interface OwnerAttributes {
  region: string;
  kommun: string;
  vardcentral: string;
  avdelning: string;
  fas: string;
  frist: string | null;
  fristTid: Instant | null;
  frister: string[];
  utskrivningsklarSedan: Instant | null;
  bollenHos: string[];
  avvikelser: string[];
}

/** @source contract.md, Temporal, Search attributes; PDL 2:8 */
export function attributesOf(stay: Stay, rules: ProcessRules): OwnerAttributes {
  const f = factsOf(stay);
  const open = openDeadlines(stay, rules);
  const next = open[0];
  const ready = f.ready.at(-1);
  return {
    region: stay.admission.region,
    kommun: presentKommun(f).kommun,
    vardcentral: f.vardcentral.hsaId,
    avdelning: f.ward.hsaId,
    fas: phaseOf(stay),
    frist: next?.id ?? null,
    fristTid: next?.dueAt ?? null,
    frister: [...new Set([...open.map(({ id }) => id).sort(), ...open.map(({ dueAt }) => dueDay(dueAt))])],
    // A notice that came in only after the discharge opens an interval, but nobody is waiting in it; nor in a stay that has ended.
    utskrivningsklarSedan: ready && ready.until === null && !f.discharge && !stay.ended ? ready.at : null,
    bollenHos: stay.ended ? [] : ballOf(stay, rules).map((b) => `${b.party}/${b.unit}`),
    avvikelser: [...new Set(stay.deviations.filter((d) => d.status === 'oppen').map(publicType))].sort(),
  };
}

/** The day that a due time belongs to: midnight is the end of the day before. */
export const dueDay = (dueAt: Instant): LocalDate => localDateOf(dueAt - 1);

/** One line for the head of the stay as it was admitted: when, to which ward, whose. It is static, so it says nothing that changes. */
export function headlineOf(stay: Stay, rules: ProcessRules): string {
  const { admittedAt, ward, kommun, vardcentral } = stay.admission;
  return [stay.stayId, `inskriven ${toSwedish(admittedAt)}`, oneLine(ward.name), kommunName(kommun, rules), oneLine(vardcentral.name)].join(
    ' · ',
  );
}

/** What somebody reported is free text, and stays out of lists that are not encrypted. */
export const publicType = ({ id, type }: Pick<Deviation, 'id' | 'type'>): string =>
  (Object.hasOwn(DEADLINE_NAMES, type) && id.startsWith(`${type}:`)) || type === 'checklista' || type === 'franvaro' ? type : 'rapporterad';
