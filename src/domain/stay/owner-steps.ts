/** The steps of a discharge as a checklist: what is done and when, what is owed now, what is not due yet, what never came. */
import type { DeadlineId, ProcessRules } from '../agreement.js';
import type { Instant } from '../calendar.js';
import { openDeadlines } from './deadlines.js';
import { type Facts, factsOf } from './facts.js';
import { closedAt, inScope, isOutside, kommunRefs, rejectionBy, svplToBeHeld, vardcentralUnit, wardUnit } from './parties.js';
import type { Stay } from './state.js';

export interface Checklist {
  done: { label: string; at: Instant }[];
  /** Owed now: a deadline runs for it. */
  now: string[];
  /** Still to come, without a deadline so far. */
  later: string[];
  /** Came never, and cannot come any more. */
  never: string[];
}

interface Step {
  label: string;
  at: Instant | undefined;
  /** The deadline that runs until it is done. */
  deadline?: DeadlineId;
  /** Can be done before the discharge only. */
  before?: true;
}

export function checklistOf(stay: Stay, rules: ProcessRules): Checklist {
  const f = factsOf(stay);
  const running = new Set(openDeadlines(stay, rules).map(({ id }) => id));
  const isOver = stay.ended !== null || f.annulled !== null || f.death !== null;
  const list: Checklist = { done: [], now: [], later: [], never: [] };
  for (const { label, at, deadline, before } of stepsOf(stay, f)) {
    if (at !== undefined) list.done.push({ label, at });
    else if (deadline !== undefined && running.has(deadline)) list.now.push(label);
    else if (isOver || isOutside(f) || (before && f.discharge)) list.never.push(label);
    else list.later.push(label);
  }
  // A stay outside the target group, without need or annulled has no use for a list of what it lacks.
  if (f.annulled || (!inScope(f) && (isOver || isOutside(f)))) list.never = [];
  list.done.sort((a, b) => a.at - b.at);
  return list;
}

function stepsOf(stay: Stay, f: Facts): Step[] {
  const ready = f.ready.at(-1);
  const isReady = ready !== undefined && (ready.until === null || ready.endedBy === 'utskriven');
  return [
    { label: 'Behov bedömt', at: f.assessments.at(-1)?.at, before: true },
    {
      label: 'Inskrivningsmeddelande',
      at: (f.inskrivning ?? f.inskrivningVardcentral)?.at,
      deadline: 'inskrivningsmeddelande',
      before: true,
    },
    { label: 'Vårdtid bedömd', at: f.estimates[0]?.madeAt, deadline: 'vardtidsbedomning', before: true },
    ...answers(f),
    { label: 'Fast vårdkontakt utsedd', at: f.fastVardkontakt?.at, deadline: 'fast-vardkontakt', before: true },
    ...(f.declined === null ? [] : [{ label: 'SVPL behövs inte', at: f.declined.at }]),
    ...(svplToBeHeld(f) ? planning(f) : []),
    { label: 'Utskrivningsklar', at: isReady ? ready.at : undefined, before: true },
    {
      label: 'Utskrivningsmeddelande',
      at: f.utskrivningsmeddelanden.findLast((m) => m.withdrawnAt === null)?.at,
      before: true,
    },
    { label: f.death && f.discharge?.till === 'avliden' ? 'Avliden' : 'Utskriven', at: f.discharge?.at, deadline: 'utskrivning' },
    ...(inScope(f) ? [{ label: 'Information överförd', at: f.overforing?.at, deadline: 'informationsoverforing' as const }] : []),
    ...(svplToBeHeld(f) ? followUp(f) : []),
    ...(inScope(f) ? closings(stay, f) : []),
  ];
}

function answers(f: Facts): Step[] {
  return kommunRefs(f).map(({ unit }, _, all) => {
    const answer = f.answers.findLast((a) => a.party === 'kommun' && a.unit === unit);
    const label = rejectionBy(f, unit) ? 'Svar från kommunen: avvisad, ska rättas' : 'Svar från kommunen';
    return { label: all.length > 1 ? `${label} (${unit})` : label, at: answer?.at, deadline: 'svar-inskrivning', before: true };
  });
}

const planning = (f: Facts): Step[] => [
  { label: 'SVPL initierad', at: f.initiated?.at, before: true },
  { label: 'Bemannad', at: f.staffing.at(-1)?.at, deadline: 'bemanning', before: true },
  { label: 'Kallelse till SVPL', at: f.calls[0]?.at, deadline: 'svpl-kallelse' },
  { label: 'Vårdplanen godkänd', at: f.vardplanApproved?.at, deadline: 'vardplan-signerad', before: true },
];

const followUp = (f: Facts): Step[] => [
  { label: 'SVPL genomförd', at: f.held.at(-1)?.at, deadline: 'svpl-mote' },
  { label: 'SIP upprättad', at: f.sip?.at },
  { label: 'SIP signerad', at: f.sip?.signedAt ?? undefined, deadline: 'beslut-sip' },
  { label: 'Uppföljning', at: f.followUps.at(-1)?.at, deadline: 'uppfoljning' },
];

/** Each party closes its own; one line when all have, and one for each that has before. */
function closings(stay: Stay, f: Facts): Step[] {
  const units = [wardUnit(f), vardcentralUnit(f), ...kommunRefs(f)];
  const closed = units.map((unit) => closedAt(stay, unit));
  const open = closed.filter((at) => at === null).length;
  if (open === 0) return [{ label: 'Ärendet avslutat av alla', at: Math.max(...closed.map((at) => at ?? 0)) }];
  return [{ label: `Ärendet avslutat av alla (${units.length - open} av ${units.length})`, at: undefined }];
}
