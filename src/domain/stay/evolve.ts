/** `(stay, event) → stay`: how each event changes a stay. Nothing here decides anything. */
import type { Instant } from '../calendar.js';
import { byteLength } from './byte-length.js';
import type { Admission, Deviation, LogEntry, Stay, StayEvent } from './state.js';

/** How many verdicts a stay remembers. @source contract.md, POST …/actions/{action} */
export const VERDICTS_KEPT = 1000;
const REFUSALS_KEPT = 100;
const COMMENTS_KEPT = 200;
const FAILED_DELIVERIES_KEPT = 100;

/** The first event of every stay. */
export function admit(admission: Admission, at: Instant): StayEvent {
  return { type: 'admitted', at, admission };
}

export function initialStay(stayId: string, admission: Admission): Stay {
  return {
    stayId,
    admission,
    log: [],
    refused: [],
    verdicts: [],
    deviations: [],
    reminded: {},
    closedBySystem: [],
    failedDeliveries: [],
    ended: null,
    seq: 0,
    trimmed: 0,
    size: 0,
  };
}

/** Applies an event and numbers it: its number is the result's `seq`. A stay begins as `evolve(initialStay(…), admit(…))`. */
export function evolve(before: Stay, event: StayEvent): Stay {
  // Who decides, who judges and who keeps apply the same event to the same stay: what follows from it is derived once.
  const known = applied.get(event);
  if (known?.before === before) return known.after;
  const after = apply(before, event);
  applied.set(event, { before, after });
  return after;
}

const applied = new WeakMap<StayEvent, { before: Stay; after: Stay }>();

function apply(before: Stay, event: StayEvent): Stay {
  const stay = { ...before, seq: before.seq + 1 };
  switch (event.type) {
    case 'admitted':
      return { ...stay, admission: event.admission };
    case 'accepted':
      return { ...withEntry(stay, event.entry), verdicts: remember(stay, event.entry.id, { hash: event.hash, code: null }) };
    case 'refused': {
      const { refusal } = event;
      const verdicts =
        refusal.id !== undefined && event.hash !== undefined
          ? remember(stay, refusal.id, { hash: event.hash, code: refusal.code, need: refusal.need })
          : stay.verdicts;
      return { ...stay, verdicts, refused: event.via === 'signal' ? [...stay.refused, refusal].slice(-REFUSALS_KEPT) : stay.refused };
    }
    case 'reminded':
      return { ...stay, reminded: { ...stay.reminded, [event.deadline]: event.reminderAt } };
    case 'breached':
      return {
        ...stay,
        deviations: upsert(stay.deviations, { id: event.deadline, type: event.id, at: event.dueAt, status: 'oppen', owner: event.owner }),
      };
    case 'deviation-noted':
      return { ...stay, deviations: upsert(stay.deviations, event.deviation) };
    case 'deviation-closed':
      return {
        ...stay,
        deviations: stay.deviations.map((d) => (d.id === event.deviation ? { ...d, status: event.status, closedAt: event.at } : d)),
      };
    case 'closed-by-system':
      return { ...stay, closedBySystem: [...stay.closedBySystem, { unit: event.unit, at: event.at }] };
    case 'delivery-failed': {
      const failed: Stay['failedDeliveries'][number] = {
        noticeId: event.noticeId,
        unit: event.unit,
        at: event.at,
        reason: event.reason,
        ...(event.channel === undefined ? {} : { channel: event.channel }),
      };
      return { ...stay, failedDeliveries: [...stay.failedDeliveries, failed].slice(-FAILED_DELIVERIES_KEPT) };
    }
    case 'reopened':
      return { ...stay, ended: null };
    case 'ended':
      return { ...stay, ended: { at: event.at, reason: event.reason } };
  }
}

function remember(stay: Stay, id: string, verdict: Stay['verdicts'][number][1]): Stay['verdicts'] {
  const verdicts: Stay['verdicts'] = [...stay.verdicts, [id, verdict]];
  return verdicts.length > VERDICTS_KEPT ? verdicts.slice(-VERDICTS_KEPT) : verdicts;
}

function upsert(deviations: Deviation[], deviation: Deviation): Deviation[] {
  return deviations.some((d) => d.id === deviation.id)
    ? deviations.map((d) => (d.id === deviation.id ? deviation : d))
    : [...deviations, deviation];
}

function withEntry(stay: Stay, entry: LogEntry): Stay {
  let log = [...stay.log];
  if (entry.action === 'ratta-uppgift') log = corrected(log, entry);
  if (entry.action === 'angra-utskrivning') stay = { ...stay, closedBySystem: [] };
  // In order of the time that counts; what came first stands first where the time is the same.
  const place = log.findLastIndex((e) => e.countsFrom <= entry.countsFrom) + 1;
  log.splice(place, 0, entry);
  let { trimmed } = stay;
  let size = stay.size + sizeOf(entry);
  if (entry.action === 'kommentera' && log.filter((e) => e.action === 'kommentera').length > COMMENTS_KEPT) {
    const [gone] = log.splice(
      log.findIndex((e) => e.action === 'kommentera'),
      1,
    );
    if (gone) size -= sizeOf(gone);
    trimmed++;
  }
  return { ...stay, log, trimmed, size };
}

/** What an entry adds to a stay; a correction keeps what was as well. */
const sizeOf = (entry: LogEntry): number => byteLength(JSON.stringify(entry)) * (entry.action === 'ratta-uppgift' ? 2 : 1);

/** Puts a correction in place of what it corrects, and keeps what was. @source domain.md §3 `ratta-uppgift` */
function corrected(log: LogEntry[], by: LogEntry): LogEntry[] {
  const data = by.data as { actionId: string; corrected: { at: Instant; countsFrom: Instant; data: LogEntry['data'] } };
  return log
    .map((e) => {
      if (e.id !== data.actionId) return e;
      const was = { at: e.at, countsFrom: e.countsFrom, data: e.data };
      return { ...e, ...data.corrected, corrections: [...(e.corrections ?? []), { byAction: by.id, at: by.at, was }] };
    })
    .sort((a, b) => a.countsFrom - b.countsFrom);
}
