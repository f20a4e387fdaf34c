/** The legal clocks: `(stay, agreement) → deadlines`, a pure function that reads each deadline off the facts. */
import { type DeadlineId, DEADLINE_IDS, type DeadlineRule, type ProcessRules } from '../agreement.js';
import { addDays, addMonths, endOfDay, HOUR, type Instant, localDateOf, startOfDay } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import { type Facts, factsOf } from './facts.js';
import { closedAt, allUnits, inScope, kommunUnits, mayCloseFrom, reachedAt, sinceOf, svplCalledFor, unitsOf, vardcentralUnit, wardUnit } from './parties.js';
import { paymentDeadlines } from './payment-deadlines.js';
import type { Deadline, Stay } from './state.js';

/** A deadline before its reminder is reckoned. */
export type Draft = Omit<Deadline, 'reminderAt'>;
type Ending = { at: Instant; how: 'uppfylld' | 'bortfallen' };
type Find = (f: Facts, rule: DeadlineRule, rules: ProcessRules, stay: Stay) => Draft[];

const memo = new WeakMap<Stay, Deadline[]>();

/** Deadlines whose length no agreement sets: the clocks of payment, and the day agreed in the SIP. @source domain.md §3 Deadlines; LUS 5:4 */
const UNSET: Partial<Record<DeadlineId, DeadlineRule>> = {
  'individuell-berakning': { reminderHoursBefore: 24 },
  betalningsansvar: { reminderHoursBefore: 24 },
  'beslut-sip': {},
};

/** Every deadline that the stay has had, open and ended, by key. @source domain.md §3 Deadlines */
export function deadlinesOf(stay: Stay, rules: ProcessRules): Deadline[] {
  const known = memo.get(stay);
  if (known) return known;
  const f = factsOf(stay);
  const found = f.assessments.some((a) => a.inScope)
    ? DEADLINE_IDS.flatMap((id) => {
        const rule = rules.deadlines[id] ?? UNSET[id];
        return rule ? FIND[id](f, rule, rules, stay).map((draft) => withReminder(limit(draft, f), rule)) : [];
      })
    : [];
  memo.set(stay, found);
  return found;
}

/** The open ones, soonest first. */
export function openDeadlines(stay: Stay, rules: ProcessRules): Deadline[] {
  if (stay.ended) return [];
  return deadlinesOf(stay, rules)
    .filter((d) => !d.ended)
    .sort((a, b) => a.dueAt - b.dueAt || (a.key < b.key ? -1 : 1));
}

/** Who has the ball: the owners of the open deadlines, soonest first, each once. */
export function ballOf(stay: Stay, rules: ProcessRules): UnitRef[] {
  const owners = openDeadlines(stay, rules).map((d) => d.owner);
  return owners.filter((o, i) => owners.findIndex((p) => p.party === o.party && p.unit === o.unit) === i);
}

/** Owed after discharge; every other deadline ends with it. @source domain.md §3 "Owed after it are only" */
const OWED_AFTER_DISCHARGE: readonly DeadlineId[] = ['informationsoverforing', 'svpl-kallelse', 'svpl-mote', 'beslut-sip', 'uppfoljning', 'avsluta-arende'];

const first = <T extends { at: Instant }>(list: T[], after: Instant): T | undefined => list.find((x) => x.at >= after);
const last = <T>(list: T[]): T | undefined => list[list.length - 1];
const met = (event: { at: Instant } | null | undefined): Ending | undefined => (event ? { at: event.at, how: 'uppfylld' } : undefined);
const dropped = (event: { at: Instant } | null | undefined): Ending | undefined => (event ? { at: event.at, how: 'bortfallen' } : undefined);
const soonest = (...endings: (Ending | undefined)[]): Ending | undefined => endings.filter((e) => e !== undefined).sort((a, b) => a.at - b.at)[0];

/** An ordinary deadline: an exact time, or the end of a calendar day, after its start. */
export function dueAfter(start: Instant, rule: DeadlineRule): Instant {
  if (rule.months !== undefined) return endOfDay(addMonths(localDateOf(start), rule.months));
  if (rule.calendarDays !== undefined) return endOfDay(addDays(localDateOf(start), rule.calendarDays));
  return start + (rule.hours ?? 24) * HOUR;
}

/** The due time in force: a change moves it only if it was made before it had passed. A breach is not undone by a later estimate. */
function inForce(due: Instant, changes: { madeAt: Instant; due: Instant }[]): Instant {
  return changes.reduce((now, c) => (c.madeAt < now ? c.due : now), due);
}

/**
 * A due time set by the expected discharge, which re-estimates move.
 *
 * @interpretation never sooner than an hour after the start, as for `vardtidsbedomning`: an estimate that has come true already leaves time to act
 */
function byExpectedDischarge(f: Facts, start: Instant, rule: DeadlineRule): Instant {
  const due = f.estimates.map((e) => {
    const wanted = rule.expectedDischarge === 'start-of-day' && startOfDay(e.date) > start ? startOfDay(e.date) : e.expected;
    return { madeAt: e.madeAt, due: Math.max(wanted, start + HOUR) };
  });
  const known = due.filter((d) => d.madeAt <= start);
  return inForce((last(known) ?? due[0])?.due ?? start + 24 * HOUR, due.slice(Math.max(known.length, 1)));
}

/** Death and annulment end everything, leaving the target group and discharge what is not owed after them. */
function limit(draft: Draft, f: Facts): Draft {
  const stop = (at: Instant | undefined, d: Draft): Draft => (at !== undefined && (!d.ended || d.ended.at > at) ? { ...d, ended: { at, how: 'bortfallen' } } : d);
  let d = draft;
  if (f.discharge && !OWED_AFTER_DISCHARGE.includes(d.id)) d = stop(f.discharge.at, d);
  if (!inScope(f)) d = stop(last(f.assessments)?.at, d);
  return stop(f.annulled?.at, stop(f.death?.at, d));
}

function withReminder(d: Draft, rule: DeadlineRule): Deadline {
  const wanted = rule.reminderHoursBefore !== undefined ? d.dueAt - rule.reminderHoursBefore * HOUR : d.startedAt + Math.floor(((d.dueAt - d.startedAt) * (rule.reminderPercent ?? 75)) / 100);
  return { ...d, reminderAt: Math.min(Math.max(wanted, d.startedAt), Math.max(d.dueAt, d.startedAt)) };
}

const draft = (id: DeadlineId, key: string, owner: UnitRef, startedAt: Instant, dueAt: Instant, ended?: Ending): Draft => ({
  key: `${id}:${key}`, id, owner, startedAt, dueAt, ...(ended ? { ended } : {}),
});

/** The first assessment in scope since the patient was last found outside. */
function needOf(f: Facts) {
  const outside = f.assessments.findLastIndex((a) => !a.inScope);
  return f.assessments[outside + 1] ?? f.assessments.find((a) => a.inScope)!;
}

/** The professions called to the SVPL, inside the system: of the call, or before it those the hospital wants contact with. */
export function calledProfessions(f: Facts): { part: string; profession: string }[] {
  const called = last(f.calls)?.kallade.filter((k) => k.iSystemet) ?? f.initiated?.kontaktOnskasMed ?? [];
  return called.filter((k) => k.part !== 'annan');
}

const FIND: Record<DeadlineId, Find> = {
  /** @source LUS 2:3; J Steg 1 "Om behov uppstår senare under vårdtillfället skickas inskrivningsmeddelandet när detta är aktuellt" */
  inskrivningsmeddelande: (f, rule, _r, stay) => {
    const need = needOf(f);
    const inTime = dueAfter(stay.admission.admittedAt, rule);
    return [draft('inskrivningsmeddelande', need.id, wardUnit(f), need.at, need.at <= inTime ? inTime : dueAfter(need.at, rule), met(f.inskrivning))];
  },
  /** @source J Steg 2 "senast vid första rondtillfället" @interpretation the first round is within 24 hours of admission */
  vardtidsbedomning: (f, rule, _r, stay) => {
    const need = needOf(f);
    const due = Math.max(dueAfter(stay.admission.admittedAt, rule), need.at + HOUR);
    const estimate = f.estimates[0];
    return [draft('vardtidsbedomning', need.id, wardUnit(f), need.at, due, met(estimate && { at: estimate.madeAt }))];
  },
  /** @source J Steg 1, svar från kommunen */
  'svar-inskrivning': (f, rule) => {
    const sent = f.inskrivning;
    if (!sent) return [];
    return (rule.owners ?? ['kommun']).flatMap((party) =>
      unitsOf(f, party).map((unit) => {
        const start = party === 'kommun' ? reachedAt(f, unit.unit, sent.at) : sent.at;
        return draft('svar-inskrivning', `${sent.id}:${unit.unit}`, unit, start, dueAfter(start, rule), met(f.answers.find((a) => a.party === party && a.unit === unit.unit)));
      }),
    );
  },
  /** @source J Steg 1 "om inte, avvisa ärendet" */
  'ratta-kommun': (f, rule) =>
    f.answers
      .filter((a) => a.party === 'kommun' && a.svar === 'avvisad')
      .map((a) => {
        const anew = f.answers.find((b) => b.at > a.at && b.unit === a.unit && b.svar !== 'avvisad');
        return draft('ratta-kommun', a.id, wardUnit(f), a.at, dueAfter(a.at, rule), soonest(met(first(f.kommunCorrections, a.at)), met(anew)));
      }),
  /** @source LUS 2:5; J Sammanfattning av den nya lagen, Fast vårdkontakt */
  'fast-vardkontakt': (f, rule) => {
    const sent = f.inskrivning;
    if (!sent) return [];
    const due = rule.expectedDischarge ? byExpectedDischarge(f, sent.at, rule) : dueAfter(sent.at, rule);
    const named = f.fastVardkontakt;
    // Discharged without a named contact is a breach at once.
    const missed = f.discharge && (!named || named.at >= f.discharge.at) ? Math.min(due, f.discharge.at) : due;
    return [draft('fast-vardkontakt', sent.id, vardcentralUnit(f), sent.at, missed, met(named))];
  },
  /** @source J Steg 3 "Bemanna utan dröjsmål" */
  bemanning: (f, rule) => {
    const initiated = f.initiated;
    if (!initiated) return [];
    return [vardcentralUnit(f), ...unitsOf(f, 'kommun')].map((unit) => {
      const start = unit.party === 'kommun' ? reachedAt(f, unit.unit, initiated.at) : initiated.at;
      const staffed = f.staffing.find((s) => s.unit === unit.unit && s.party === unit.party && s.at >= initiated.at);
      return draft('bemanning', `${initiated.id}:${unit.unit}`, unit, start, dueAfter(start, rule), soonest(met(staffed), dropped(f.declined)));
    });
  },
  /** @source LUS 4:3; J Samordnad individuell plan; V "Inom tre dagar efter utskrivningsklar" */
  'svpl-kallelse': (f, rule, rules) => {
    if (!svplCalledFor(f)) return [];
    return f.ready
      .filter((interval) => !f.declined || f.declined.at > interval.at)
      .map((interval) => {
        const due = dueAfter(interval.at, rule);
        const mustInitiate = !f.initiated && !rules.initierarSvpl.some((p) => p.startsWith('vardcentral'));
        const postponed = rules.postponementCountsAsCall ? f.postponements.find((p) => p.at < due) : undefined;
        const withdrawn = interval.endedBy === 'aterkallad' && interval.until !== null ? { at: interval.until } : undefined;
        const declined = f.declines.find((d) => d.at >= interval.at);
        return draft('svpl-kallelse', interval.id, mustInitiate ? wardUnit(f) : vardcentralUnit(f), interval.at, due, soonest(met(f.calls[0]), met(postponed), met(declined), met(withdrawn)));
      });
  },
  /** @source J Steg 3 "Kvittera kallelse utan dröjsmål" */
  kvittering: (f, rule) =>
    f.calls.flatMap((call, i) => {
      const parties = [...new Set(call.kallade.filter((k) => k.iSystemet && k.part !== 'vardcentral').map((k) => k.part))];
      return parties.flatMap((party) => unitsOf(f, party)).map((unit) => {
        const start = unit.party === 'kommun' ? reachedAt(f, unit.unit, call.at) : call.at;
        const answered = f.acknowledgements.find((a) => a.party === unit.party && a.unit === unit.unit && a.at >= call.at);
        const ending = soonest(met(answered), dropped(f.calls[i + 1]), dropped(f.declined), dropped(first(f.held, call.at)));
        return draft('kvittering', `${call.id}:${unit.unit}`, unit, start, dueAfter(start, rule), ending);
      });
    }),
  /** @source J Link vårdplan */
  'vardplan-signerad': (f, rule) => {
    const initiated = f.initiated;
    if (!initiated || !svplCalledFor(f)) return [];
    const called = calledProfessions(f);
    return [...new Set(called.map((k) => k.part))].flatMap((party) =>
      unitsOf(f, party).map((unit) => {
        const signatures = called.filter((k) => k.part === party).map((k) => f.vardplan.find((p) => p.party === party && p.profession === k.profession)?.signedAt ?? null);
        const all = signatures.every((s) => s !== null) ? { at: Math.max(...signatures.map((s) => s ?? 0)) } : null;
        const start = party === 'kommun' ? reachedAt(f, unit.unit, initiated.at) : initiated.at;
        return draft('vardplan-signerad', `${initiated.id}:${unit.unit}`, unit, start, byExpectedDischarge(f, start, rule), soonest(met(all), dropped(f.declined)));
      }),
    );
  },
  /** @source J Steg 4 "ska kunna lämna sjukhuset inom 24 timmar" */
  utskrivning: (f, rule) => {
    const groups: (typeof f.utskrivningsmeddelanden)[] = [];
    for (const m of f.utskrivningsmeddelanden) {
      const group = last(groups);
      if (group && last(group)!.withdrawnAt === m.withdrawnAt) group.push(m);
      else groups.push([m]);
    }
    return groups.map((group) => {
      const start = group[0]!;
      const due = inForce(dueAfter(start.at, rule), group.slice(1).map((m) => ({ madeAt: m.at, due: dueAfter(m.at, rule) })));
      const answer = last(f.hemkomst.filter((h) => kommunUnits(f).includes(h.unit)));
      const owner: UnitRef = answer && !answer.kanTaEmot ? { party: 'kommun', unit: answer.unit } : wardUnit(f);
      const withdrawn = last(group)!.withdrawnAt;
      return draft('utskrivning', start.id, owner, start.at, due, soonest(met(f.discharge), met(withdrawn === null ? null : { at: withdrawn })));
    });
  },
  'individuell-berakning': (f, _rule, rules) => paymentDeadlines(f, rules, 'individuell-berakning'),
  betalningsansvar: (f, _rule, rules) => paymentDeadlines(f, rules, 'betalningsansvar'),
  /** @source LUS 3:2 */
  informationsoverforing: (f, rule) => (f.discharge ? [draft('informationsoverforing', f.discharge.id, wardUnit(f), f.discharge.at, dueAfter(f.discharge.at, rule), met(f.overforing))] : []),
  /** @source J Steg 3 "mötet sker inom 3 dagar" @interpretation "bör": the day called or postponed to, where later, is noted and no breach */
  'svpl-mote': (f, rule) => {
    const discharge = f.discharge;
    if (!discharge || !svplCalledFor(f) || f.held.some((h) => h.at <= discharge.at) || (f.declined && f.declined.at <= discharge.at)) return [];
    const base = dueAfter(discharge.at, rule);
    const moved = [
      ...f.calls.map((c) => ({ madeAt: c.at, due: Math.max(base, endOfDay(localDateOf(c.tid))) })),
      ...f.postponements.map((p) => ({ madeAt: p.at, due: Math.max(base, endOfDay(p.datum)) })),
    ].sort((a, b) => a.madeAt - b.madeAt);
    return [draft('svpl-mote', discharge.id, vardcentralUnit(f), discharge.at, inForce(base, moved), soonest(met(f.held[0]), met(f.declines.find((d) => d.at >= discharge.at))))];
  },
  /** @source J Steg 5 "Berörd part återkommer till vårdsamordnaren inom avtalad tid" */
  'beslut-sip': (f) =>
    (f.sip?.waiting ?? []).flatMap((w, i) => {
      // Those outside the system answer through the vårdsamordnare.
      const owner = unitsOf(f, w.part)[0] ?? vardcentralUnit(f);
      return [draft('beslut-sip', `${f.sip!.id}:${i}`, owner, f.sip!.at, endOfDay(w.senast), met(w.decidedAt === null ? null : { at: w.decidedAt }))];
    }),
  /** @source J Steg 6 "senast inom 1 månad efter genomförd SVPL" @interpretation from the discharge where that is later */
  uppfoljning: (f, rule) => {
    const discharge = f.discharge;
    if (!discharge || !svplCalledFor(f)) return [];
    const again = f.followUps.filter((u) => u.resultat !== 'avslutad');
    const anchors = [...f.held, ...again].sort((a, b) => a.at - b.at);
    return anchors.map((anchor, i) => {
      const start = Math.max(anchor.at, discharge.at);
      const done = f.followUps.find((u) => u.at >= anchor.at && u.id !== anchor.id);
      const declined = f.declines.find((d) => d.at >= anchor.at);
      return draft('uppfoljning', anchor.id, vardcentralUnit(f), start, dueAfter(start, rule), soonest(met(done), dropped(anchors[i + 1]), dropped(declined)));
    });
  },
  /** @source J Avsluta ärenden i Cosmic Link */
  'avsluta-arende': (f, rule, _r, stay) =>
    allUnits(f).flatMap((unit) => {
      const from = mayCloseFrom(f, unit.party);
      if (from === null) return [];
      const closed = closedAt(stay, unit);
      const since = unit.party === 'kommun' ? (sinceOf(f, unit.unit) ?? from) : from;
      const start = Math.max(from, since);
      return [{ ...draft('avsluta-arende', `${f.discharge!.id}:${unit.unit}`, unit, start, dueAfter(start, rule), met(closed === null ? null : { at: closed })), soft: true as const }];
    }),
};
