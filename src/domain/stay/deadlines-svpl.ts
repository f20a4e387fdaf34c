/** The deadlines of the samordnade vårdplanering: staffing, call, vårdplan, meeting, SIP, follow-up. */
import type { DeadlineId } from '../agreement.js';
import { endOfDay, localDateOf } from '../calendar.js';
import { byExpectedDischarge, draft, dropped, dueAfter, type Find, first, inForce, met, placeOf, soonest } from './deadline-parts.js';
import { type Facts, isSameSide } from './facts.js';
import { last } from './lists.js';
import { reachedUnitAt, svplCalledFor, unitsOf, vardcentralUnit, wardUnit } from './parties.js';

/** The professions called to the SVPL, inside the system: of the call, or before it those the hospital wants contact with. */
export function calledProfessions(f: Facts): { part: string; profession: string }[] {
  const called = last(f.calls)?.kallade.filter((k) => k.iSystemet) ?? f.initiated?.kontaktOnskasMed ?? [];
  return called.filter((k) => k.part !== 'annan');
}

export const SVPL_DEADLINES = {
  /** @source J Steg 3 "Bemanna utan dröjsmål" */
  bemanning: (f, rule) => {
    const initiated = f.initiated;
    if (!initiated) return [];
    return [vardcentralUnit(f), ...unitsOf(f, 'kommun')].map((unit) => {
      const start = reachedUnitAt(f, unit, initiated.at);
      const staffed = f.staffing.find((s) => s.unit === unit.unit && s.party === unit.party && s.at >= initiated.at);
      return draft(
        'bemanning',
        `${initiated.id}:${unit.unit}`,
        unit,
        start,
        dueAfter(start, rule),
        soonest(met(staffed), dropped(f.declined)),
      );
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
        return draft(
          'svpl-kallelse',
          interval.id,
          mustInitiate ? wardUnit(f) : vardcentralUnit(f),
          interval.at,
          due,
          soonest(met(f.calls[0]), met(postponed), met(declined), met(withdrawn)),
        );
      });
  },
  /** @source J Steg 3 "Kvittera kallelse utan dröjsmål" */
  kvittering: (f, rule) =>
    f.calls.flatMap((call, i) => {
      const parties = [...new Set(call.kallade.filter((k) => k.iSystemet && k.part !== 'vardcentral').map((k) => k.part))];
      return parties
        .flatMap((party) => unitsOf(f, party))
        .map((unit) => {
          const start = reachedUnitAt(f, unit, call.at);
          const answered = f.acknowledgements.find((a) => isSameSide(a, unit) && a.at >= call.at);
          const ending = soonest(met(answered), dropped(f.calls[i + 1]), dropped(f.declined), dropped(first(f.held, call.at)));
          return draft('kvittering', `${call.id}:${placeOf(unit)}`, unit, start, dueAfter(start, rule), ending);
        });
    }),
  /** @source J Link vårdplan */
  'vardplan-signerad': (f, rule) => {
    const initiated = f.initiated;
    if (!initiated || !svplCalledFor(f)) return [];
    const called = calledProfessions(f);
    return [...new Set(called.map((k) => k.part))].flatMap((party) =>
      unitsOf(f, party).map((unit) => {
        const signatures = called
          .filter((k) => k.part === party)
          .map((k) => f.vardplan.find((p) => p.party === party && p.profession === k.profession)?.signedAt ?? null);
        const all = signatures.every((s) => s !== null) ? { at: Math.max(...signatures.map((s) => s ?? 0)) } : null;
        const start = reachedUnitAt(f, unit, initiated.at);
        return draft(
          'vardplan-signerad',
          `${initiated.id}:${placeOf(unit)}`,
          unit,
          start,
          byExpectedDischarge(f, start, rule),
          soonest(met(all), dropped(f.declined)),
        );
      }),
    );
  },
  /** @source J Steg 3 "mötet sker inom 3 dagar" @interpretation "bör": the day called or postponed to, where later, is noted and no breach */
  'svpl-mote': (f, rule) => {
    const discharge = f.discharge;
    if (!discharge || !svplCalledFor(f) || f.held.some((h) => h.at <= discharge.at) || (f.declined && f.declined.at <= discharge.at))
      return [];
    const base = dueAfter(discharge.at, rule);
    const moved = [
      ...f.calls.map((c) => ({ madeAt: c.at, due: Math.max(base, endOfDay(localDateOf(c.tid))) })),
      ...f.postponements.map((p) => ({ madeAt: p.at, due: Math.max(base, endOfDay(p.datum)) })),
    ].sort((a, b) => a.madeAt - b.madeAt);
    return [
      draft(
        'svpl-mote',
        discharge.id,
        vardcentralUnit(f),
        discharge.at,
        inForce(base, moved),
        soonest(met(f.held[0]), met(f.declines.find((d) => d.at >= discharge.at))),
      ),
    ];
  },
  /** @source J Steg 5 "Berörd part återkommer till vårdsamordnaren inom avtalad tid" */
  'beslut-sip': (f) => {
    const { sip } = f;
    if (!sip) return [];
    return sip.waiting.map((w, i) => {
      // Those outside the system answer through the vårdsamordnare.
      const owner = unitsOf(f, w.part)[0] ?? vardcentralUnit(f);
      return draft(
        'beslut-sip',
        `${sip.id}:${i}`,
        owner,
        sip.at,
        endOfDay(w.senast),
        met(w.decidedAt === null ? null : { at: w.decidedAt }),
      );
    });
  },
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
      return draft(
        'uppfoljning',
        anchor.id,
        vardcentralUnit(f),
        start,
        dueAfter(start, rule),
        soonest(met(done), dropped(anchors[i + 1]), dropped(declined)),
      );
    });
  },
} satisfies Partial<Record<DeadlineId, Find>>;
