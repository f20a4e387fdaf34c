/** What a process owner sees of a stay in the Temporal UI: search attributes, headline and current details. No identity. */
import type { ProcessRules } from '../agreement.js';
import { HOUR, type Instant, type LocalDate, localDateOf, toSwedish } from '../calendar.js';
import { ACTIONS, isActionName } from './actions.js';
import { ballOf, openDeadlines } from './deadlines.js';
import { factsOf, presentKommun } from './facts.js';
import { kommunUnits, phaseOf, svplToBeHeld } from './parties.js';
import type { Deviation, Stay } from './state.js';
import { DEADLINE_NAMES, PHASE_NAMES, partyName } from './words.js';

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

/** One line for the head of the stay: where, whose, which phase's agreement. It is static, so it says nothing that changes. */
export function headlineOf(stay: Stay, rules: ProcessRules): string {
  const { admission } = stay;
  return `${stay.stayId} · ${admission.ward.name} · kommun ${kommunName(admission.kommun, rules)} · ${admission.vardcentral.name} · inskriven ${toSwedish(admission.admittedAt)}`;
}

const kommunName = (code: string, rules: ProcessRules): string => {
  const name = rules.kommuner.find((k) => k.code === code)?.name;
  return name ? `${name} (${code})` : code;
};

/** The checklist that a process owner reads: phase, what is open and whose, what has been done, deviations. Markdown, in Swedish. */
export function currentDetailsOf(stay: Stay, rules: ProcessRules, now: Instant): string {
  const f = factsOf(stay);
  const open = openDeadlines(stay, rules);
  const deviations = stay.deviations.filter((d) => d.status === 'oppen');
  const done = (label: string, at: Instant | undefined | null, due = true): string[] =>
    at ? [`- ☑ ${label} ${toSwedish(at)}`] : due ? [`- ☐ ${label}`] : [];
  const ready = f.ready.at(-1);
  return [
    `**${PHASE_NAMES[phaseOf(stay)]}** · ${f.ward.name} · ${kommunUnits(f)
      .map((k) => kommunName(k, rules))
      .join(', ')} · ${f.vardcentral.name}`,
    '',
    '**Frister**',
    '',
    ...(open.length
      ? open.map(
          (d) =>
            `- ${d.dueAt <= now ? '⚠ försenad' : timeLeft(d.dueAt - now)}: ${DEADLINE_NAMES[d.id]} – ${partyName(d.owner)}, senast ${toSwedish(d.dueAt)}`,
        )
      : ['- Inga öppna frister']),
    '',
    '**Gjort**',
    '',
    ...done('Inskrivningsmeddelande', f.inskrivning?.at),
    ...done('Vårdtid bedömd', f.estimates[0]?.madeAt),
    ...done('Fast vårdkontakt', f.fastVardkontakt?.at),
    ...done('SVPL initierad', f.initiated?.at, svplToBeHeld(f)),
    ...done('Kallelse till SVPL', f.calls[0]?.at, svplToBeHeld(f)),
    ...done('Utskrivningsklar', ready && ready.until === null ? ready.at : f.discharge ? ready?.at : undefined),
    ...done('Utskrivningsmeddelande', f.utskrivningsmeddelanden.find((m) => m.withdrawnAt === null)?.at),
    ...done('Utskriven', f.discharge?.at),
    ...done('SVPL genomförd', f.held.at(-1)?.at, svplToBeHeld(f)),
    ...done('SIP upprättad', f.sip?.at, svplToBeHeld(f)),
    ...done('Uppföljning', f.followUps.at(-1)?.at, svplToBeHeld(f)),
    ...(deviations.length
      ? [
          '',
          '**Avvikelser**',
          '',
          ...deviations.map((d) => `- ${name(d.type)} (${toSwedish(d.at)})${d.owner ? ` – ${partyName(d.owner)}` : ''}`),
        ]
      : []),
    ...(stay.failedDeliveries.length
      ? [
          '',
          '**Ej levererade meddelanden**',
          '',
          ...stay.failedDeliveries.slice(-5).map((d) => `- till ${partyName(d.unit)} ${toSwedish(d.at)}`),
        ]
      : []),
    '',
    `Senast: ${latest(stay)}`,
  ].join('\n');
}

/** What somebody reported is free text, and stays out of lists that are not encrypted. */
const publicType = ({ id, type }: Pick<Deviation, 'id' | 'type'>): string =>
  (Object.hasOwn(DEADLINE_NAMES, type) && id.startsWith(`${type}:`)) || type === 'checklista' || type === 'franvaro' ? type : 'rapporterad';
const name = (type: string): string =>
  Object.hasOwn(DEADLINE_NAMES, type) ? DEADLINE_NAMES[type as keyof typeof DEADLINE_NAMES] : type.slice(0, 100);

function timeLeft(ms: number): string {
  const hours = Math.floor(ms / HOUR);
  return hours >= 48 ? `${Math.floor(hours / 24)} dygn kvar` : `${hours} h kvar`;
}

function latest(stay: Stay): string {
  const entry = stay.log.at(-1);
  if (!entry) return `inskriven ${toSwedish(stay.admission.admittedAt)}`;
  return `${isActionName(entry.action) ? ACTIONS[entry.action].titel : entry.action} ${toSwedish(entry.countsFrom)}, ${partyName(entry.by)}`;
}
