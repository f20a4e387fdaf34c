/** Who is told what: `event → notices`, a pure function. No clinical text and no identity beyond the stay's id. */
import type { DeadlineId, ProcessRules } from '../agreement.js';
import { type Instant, toSwedish, toSwedishDue } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import { ACTIONS, type ActionName, isActionName } from './actions.js';
import { type Facts, factsOf } from './facts.js';
import { inScope, kommunRefs, kommunUnits, rejectionBy, unitsOf, vardcentralUnit, wardUnit } from './parties.js';
import type { DataOf } from './schemas.js';
import type { LogEntry, Notice, Stay, StayEvent } from './state.js';
import { DEADLINE_NAMES, partyName } from './words.js';

/** The notices that an event gives, at most one of a type to a unit; never to the unit that acted. @source domain.md §3 Notices */
export function noticesOf(event: StayEvent, seq: number, before: Stay | null, after: Stay, rules: ProcessRules): Notice[] {
  const make = (to: UnitRef, type: string, occurredAt: Instant, text: string, deadline?: Notice['deadline']): Notice => ({
    noticeId: `${after.stayId}~${seq}~${type}~${to.unit}`,
    to,
    type,
    stayId: after.stayId,
    occurredAt,
    text,
    ...(deadline ? { deadline } : {}),
  });
  const f = factsOf(after);
  switch (event.type) {
    case 'accepted':
      return ofAction(event.entry, before, after, make);
    case 'refused': {
      const { by, action, code, need, at } = event.refusal;
      return event.via === 'signal' && by ? [make(by, `avvisad:${action}`, at, `Åtgärden togs inte emot: ${need} (${code})`)] : [];
    }
    case 'reminded': {
      const deadline = { id: event.id, dueAt: event.dueAt };
      // A kommun about to be billed individually is told, and so is the region.
      const also: UnitRef[] =
        event.id === 'individuell-berakning' || event.id === 'betalningsansvar' ? [{ party: 'region', unit: rules.region }] : [];
      return reachable(f, [event.owner, ...also]).map((to) =>
        make(
          to,
          `paminnelse:${event.id}`,
          event.at,
          `Påminnelse: ${DEADLINE_NAMES[event.id]} senast ${toSwedishDue(event.dueAt)} – ${partyName(event.owner)}.`,
          deadline,
        ),
      );
    }
    case 'breached': {
      const deadline = { id: event.id, dueAt: event.dueAt };
      return reachable(f, unique([event.owner, wardUnit(f)])).map((to) =>
        make(
          to,
          `forsenad:${event.id}`,
          event.dueAt,
          `Försenad: ${DEADLINE_NAMES[event.id]} skulle ha varit klar ${toSwedishDue(event.dueAt)} – ${partyName(event.owner)}.`,
          deadline,
        ),
      );
    }
    case 'delivery-failed':
      return [
        make(
          { party: 'region', unit: rules.region },
          'leverans-misslyckad',
          event.at,
          `Ett meddelande kunde inte levereras till ${partyName(event.unit)}.`,
        ),
      ];
    case 'closed-by-system':
      return [make(event.unit, 'avsluta-arende', event.at, 'Systemet har avslutat ärendet, eftersom det inte avslutats inom 30 dagar.')];
    case 'deviation-closed':
      return event.status === 'sen-registrering' ? withdrawn(event, f, before, make) : [];
    case 'admitted':
    case 'deviation-noted':
    case 'reopened':
    case 'ended':
      return [];
  }
}

/**
 * A missed deadline that turns out to have been kept is taken back before those who were told that it was missed.
 *
 * @source domain.md §3 Notices: "corrections and undo → all who got what they change"
 */
function withdrawn(event: Extract<StayEvent, { type: 'deviation-closed' }>, f: Facts, before: Stay | null, make: Make): Notice[] {
  const deviation = before?.deviations.find(({ id }) => id === event.deviation);
  if (!deviation?.owner || !(deviation.type in DEADLINE_NAMES)) return [];
  const name = DEADLINE_NAMES[deviation.type as DeadlineId];
  const text = `Inte försenad: ${name} skulle ha varit klar ${toSwedishDue(deviation.at)} och var det, men registrerades i efterhand – ${partyName(deviation.owner)}.`;
  return reachable(f, unique([deviation.owner, wardUnit(f)])).map((to) =>
    make(to, `sen-registrering:${deviation.type}`, event.at, text, { id: deviation.type as DeadlineId, dueAt: deviation.at }),
  );
}

/** The number of the event that a notice tells of. */
export const eventSeqOf = ({ noticeId }: Notice): number => Number(noticeId.split('~')[1]);

type Make = (to: UnitRef, type: string, occurredAt: Instant, text: string, deadline?: Notice['deadline']) => Notice;
const unique = (refs: UnitRef[]): UnitRef[] => refs.filter((r, i) => refs.findIndex((s) => s.party === r.party && s.unit === r.unit) === i);

/** Notices to a kommun that has rejected the stay are held back until it is corrected or overruled. */
const reachable = (f: Facts, refs: UnitRef[]): UnitRef[] => unique(refs).filter((r) => r.party !== 'kommun' || !rejectionBy(f, r.unit));

function ofAction(entry: LogEntry, before: Stay | null, after: Stay, make: Make): Notice[] {
  const f = factsOf(after);
  if (entry.action === 'ratta-kommun')
    return [...newKommun(entry, before, after, make), ...tell(entry, [vardcentralUnit(f)], entry.action, make)];
  const told = reachable(f, recipientsOf(entry, after)).filter((r) => !(r.party === entry.by.party && r.unit === entry.by.unit));
  return tell(entry, told, entry.action, make);
}

function tell(entry: LogEntry, to: UnitRef[], type: string, make: Make): Notice[] {
  return to.map((ref) => make(ref, type, entry.countsFrom, textOf(entry)));
}

/** A kommun that takes over gets all that still stands; one that is overruled gets what was held back from it. @source domain.md §3 `ratta-kommun` */
function newKommun(entry: LogEntry, before: Stay | null, after: Stay, make: Make): Notice[] {
  const f = factsOf(after);
  // Nobody can be notified any more.
  if (f.discharge) return [];
  const known = before ? kommunUnits(factsOf(before)) : [];
  return kommunRefs(f).flatMap((ref) => {
    const rejected = before && known.includes(ref.unit) ? rejectionBy(factsOf(before), ref.unit) : undefined;
    if (known.includes(ref.unit) && !rejected) return [];
    const missed = after.log.filter(
      (e) =>
        (rejected ? e.countsFrom > rejected.at : stillStands(e, f)) &&
        recipientsOf(e, after).some((r) => r.party === 'kommun' && r.unit === ref.unit),
    );
    // One of a type: the latest is what stands.
    const latest = missed.filter((e, i) => !missed.slice(i + 1).some((later) => later.action === e.action));
    const overruled = rejected ? [make(ref, entry.action, entry.countsFrom, 'Avvisningen har prövats: ärendet hör till kommunen.')] : [];
    return [
      ...overruled,
      ...latest.map((e) => make(ref, e.action, entry.countsFrom, `${textOf(e)} Ursprungligen sänt ${toSwedish(e.countsFrom)}.`)),
    ];
  });
}

const STANDING: readonly ActionName[] = [
  'skicka-inskrivningsmeddelande',
  'bedom-vardtid',
  'initiera-svpl',
  'avsta-svpl',
  'skjut-upp-svpl',
  'kalla-till-svpl',
  'meddela-utskrivningsklar',
  'skicka-utskrivningsmeddelande',
];

function stillStands(e: LogEntry, f: Facts): boolean {
  if (e.action === 'meddela-utskrivningsklar') return f.ready.some((i) => i.id === e.id && i.until === null);
  if (e.action === 'skicka-utskrivningsmeddelande') return f.utskrivningsmeddelanden.some((m) => m.id === e.id && m.withdrawnAt === null);
  if (e.action === 'avsta-svpl') return f.declined?.id === e.id;
  return (STANDING as readonly string[]).includes(e.action);
}

/** Whom an accepted action is told to. The kommun is told nothing before its inskrivningsmeddelande, and nothing outside the agreement. */
function recipientsOf(entry: LogEntry, stay: Stay): UnitRef[] {
  const f = factsOf(stay);
  const data = <A extends ActionName>(_action: A) => entry.data as DataOf<A>;
  const ward = [wardUnit(f)];
  const vardcentral = [vardcentralUnit(f)];
  const kommuner = f.inskrivning && inScope(f) ? kommunRefs(f) : [];
  const informed = f.inskrivningVardcentral ? [...vardcentral, ...kommuner] : [];
  if (!isActionName(entry.action)) return [];
  switch (entry.action) {
    case 'skicka-inskrivningsmeddelande':
    case 'bedom-vardtid':
    case 'meddela-utskrivningsklar':
    case 'aterkalla-utskrivningsklar':
    case 'skicka-utskrivningsmeddelande':
    case 'skriv-ut':
    case 'overfor-information':
      return informed;
    case 'initiera-svpl':
      return [...vardcentral, ...kommuner];
    case 'svara-inskrivning':
    case 'meddela-hemkomst':
    case 'meddela-oppenvard':
      return [...ward, ...vardcentral, ...kommuner];
    case 'foresla-tid':
    case 'utse-fast-vardkontakt':
    case 'hall-svpl':
      return [...ward, ...kommuner];
    case 'kalla-till-svpl':
      return data(entry.action)
        .kallade.filter((k) => k.iSystemet)
        .flatMap((k) => unitsOf(f, k.part));
    case 'papeka-saknad-profession':
    case 'lamna-beslut':
      return vardcentral;
    case 'delge-sip':
      return data(entry.action).till.includes('handlaggare') ? kommuner : [];
    case 'folj-upp':
      return data(entry.action).resultat === 'avslutad' ? [] : kommuner;
    case 'flytta':
      return [{ party: 'slutenvard', unit: data(entry.action).avdelning.hsaId }, ...informed];
    case 'avsta-svpl':
    case 'skjut-upp-svpl':
    case 'kommentera':
    case 'rapportera-avvikelse':
    case 'permission':
    case 'andra-uppgifter':
    case 'angra-utskrivning':
    case 'anmal-dodsfall':
    case 'annullera':
      return [...ward, ...informed];
    case 'ratta-uppgift': {
      const { actionId } = data(entry.action);
      const corrected = stay.log.find((e) => e.id === actionId);
      return corrected ? [...ward, ...recipientsOf(corrected, stay)] : ward;
    }
    case 'bedom-behov':
    case 'ratta-kommun':
    case 'avboka-besok':
    case 'bemanna':
    case 'kvittera-kallelse':
    case 'skriv-vardplan':
    case 'signera-vardplan':
    case 'godkann-vardplan':
    case 'skriv-ut-vardplan':
    case 'kryssa-checklista':
    case 'uppratta-sip':
    case 'signera-sip':
    case 'folj-upp-del':
    case 'avsluta-arende':
      return [];
  }
}

/** What the notice says: the event in words, with the dates that the receiver plans by. */
function textOf(entry: LogEntry): string {
  const title = isActionName(entry.action) ? ACTIONS[entry.action].titel : entry.action;
  const { beraknadUtskrivning, datum, svar } = entry.data;
  const more = [
    ...(beraknadUtskrivning === undefined ? [] : [`Beräknad utskrivning ${beraknadUtskrivning}.`]),
    ...(datum === undefined ? [] : [`Ny dag ${datum}.`]),
    ...(svar === undefined || entry.action !== 'svara-inskrivning' ? [] : [`Svar: ${svar}.`]),
  ];
  return [`${title} – ${partyName(entry.by)}.`, ...more].join(' ');
}
