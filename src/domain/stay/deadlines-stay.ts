/** The deadlines of the stay itself: admission, planning, discharge, closing. */
import type { DeadlineId } from '../agreement.js';
import { HOUR, type Instant } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import { byExpectedDischarge, draft, dueAfter, type Find, first, inForce, met, placeOf, soonest } from './deadline-parts.js';
import type { Facts } from './facts.js';
import { last } from './lists.js';
import { allUnits, closedAt, kommunUnits, mayCloseFrom, reachedUnitAt, sinceOf, unitsOf, vardcentralUnit, wardUnit } from './parties.js';
import { paymentDeadlines } from './payment-deadlines.js';

/** The first assessment in scope since the patient was last found outside. */
function needOf(f: Facts) {
  const outside = f.assessments.findLastIndex((a) => !a.inScope);
  return f.assessments[outside + 1] ?? f.assessments.find((a) => a.inScope);
}

export const STAY_DEADLINES = {
  /** @source LUS 2:3; J Steg 1 "Om behov uppstår senare under vårdtillfället skickas inskrivningsmeddelandet när detta är aktuellt" */
  inskrivningsmeddelande: (f, rule, _r, stay) => {
    const need = needOf(f);
    if (!need) return [];
    const inTime = dueAfter(stay.admission.admittedAt, rule);
    return [
      draft(
        'inskrivningsmeddelande',
        need.id,
        wardUnit(f),
        need.at,
        need.at <= inTime ? inTime : dueAfter(need.at, rule),
        met(f.inskrivning),
      ),
    ];
  },
  /** @source J Steg 2 "senast vid första rondtillfället" @interpretation the first round is within 24 hours of admission */
  vardtidsbedomning: (f, rule, _r, stay) => {
    const need = needOf(f);
    if (!need) return [];
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
        const start = reachedUnitAt(f, unit, sent.at);
        return draft(
          'svar-inskrivning',
          `${sent.id}:${unit.unit}`,
          unit,
          start,
          dueAfter(start, rule),
          met(f.answers.find((a) => a.party === party && a.unit === unit.unit)),
        );
      }),
    );
  },
  /** @source J Steg 1 "om inte, avvisa ärendet" */
  'ratta-kommun': (f, rule) =>
    f.answers
      .filter((a) => a.party === 'kommun' && a.svar === 'avvisad')
      .map((a) => {
        const anew = f.answers.find((b) => b.at > a.at && b.unit === a.unit && b.svar !== 'avvisad');
        return draft(
          'ratta-kommun',
          a.id,
          wardUnit(f),
          a.at,
          dueAfter(a.at, rule),
          soonest(met(first(f.kommunCorrections, a.at)), met(anew)),
        );
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
  /** @source J Steg 4 "ska kunna lämna sjukhuset inom 24 timmar" */
  utskrivning: (f, rule) => {
    // Sent again while it stands, it moves the time; withdrawn, the next one is a deadline of its own.
    const isFirst = (m: (typeof f.utskrivningsmeddelanden)[number], i: number) =>
      f.utskrivningsmeddelanden[i - 1]?.withdrawnAt !== m.withdrawnAt;
    return f.utskrivningsmeddelanden.filter(isFirst).map((start) => {
      const again = f.utskrivningsmeddelanden.filter((m) => m.withdrawnAt === start.withdrawnAt && m.at > start.at);
      const moved = again.map((m) => ({ madeAt: m.at, due: dueAfter(m.at, rule) }));
      const due = inForce(dueAfter(start.at, rule), moved);
      const ownerBefore = (at: Instant): UnitRef => {
        const answer = last(f.hemkomst.filter((h) => kommunUnits(f).includes(h.unit) && h.at < at));
        return answer && !answer.kanTaEmot ? { party: 'kommun', unit: answer.unit } : wardUnit(f);
      };
      const withdrawn = start.withdrawnAt === null ? null : { at: start.withdrawnAt };
      const now = draft(
        'utskrivning',
        start.id,
        ownerBefore(Number.POSITIVE_INFINITY),
        start.at,
        due,
        soonest(met(f.discharge), met(withdrawn)),
      );
      return { ...now, ownerAtDue: ownerBefore(due) };
    });
  },
  'individuell-berakning': (f, _rule, rules) => paymentDeadlines(f, rules, 'individuell-berakning'),
  betalningsansvar: (f, _rule, rules) => paymentDeadlines(f, rules, 'betalningsansvar'),
  /** @source LUS 3:2 */
  informationsoverforing: (f, rule) =>
    f.discharge
      ? [draft('informationsoverforing', f.discharge.id, wardUnit(f), f.discharge.at, dueAfter(f.discharge.at, rule), met(f.overforing))]
      : [],
  /** @source J Avsluta ärenden i Cosmic Link */
  'avsluta-arende': (f, rule, _r, stay) =>
    allUnits(f).flatMap((unit) => {
      const from = mayCloseFrom(f, unit.party);
      if (from === null) return [];
      const closed = closedAt(stay, unit);
      const since = unit.party === 'kommun' ? (sinceOf(f, unit.unit) ?? from) : from;
      const start = Math.max(from, since);
      return [
        {
          ...draft(
            'avsluta-arende',
            `${f.discharge?.id}:${placeOf(unit)}`,
            unit,
            start,
            dueAfter(start, rule),
            met(closed === null ? null : { at: closed }),
          ),
          soft: true as const,
        },
      ];
    }),
} satisfies Partial<Record<DeadlineId, Find>>;
