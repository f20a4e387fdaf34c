/** Whose stay it is: the units that take part, what each has been sent, and what the facts mean for them. */
import type { Instant } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import { type Facts, factsOf, isSameSide, presentKommun } from './facts.js';
import { last } from './lists.js';
import type { Stay } from './state.js';

/** The kommun of folkbokföring and, where there is one, the kommun that placed the patient. @source domain.md §2 */
export function kommunUnits(f: Facts): string[] {
  const now = presentKommun(f);
  return now.placerande && now.placerande !== now.kommun ? [now.kommun, now.placerande] : [now.kommun];
}

/** The kommun that pays: the one of folkbokföring, or the one that placed the patient elsewhere. @source J Ekonomisk reglering; LUS 5:2 */
export function payerOf(f: Facts): string {
  const now = presentKommun(f);
  return now.placerande ?? now.kommun;
}

/** Since when a kommun has been a party without a break; undefined when it is none now. */
export function sinceOf(f: Facts, kommun: string): Instant | undefined {
  let since: Instant | undefined;
  for (const period of f.kommuner) {
    const there = period.kommun === kommun || period.placerande === kommun;
    since = there ? (since ?? period.from) : undefined;
  }
  return since;
}

/** When something sent at `at` reached a kommun: then, or when the kommun became a party later and was sent all that stood. */
export function reachedAt(f: Facts, kommun: string, at: Instant): Instant {
  return Math.max(at, sinceOf(f, kommun) ?? at);
}

/** The same for any unit of the stay: a vårdcentral that takes over has had it since then. A ward takes over all there is. */
export function reachedUnitAt(f: Facts, unit: UnitRef, at: Instant): Instant {
  if (unit.party === 'kommun') return reachedAt(f, unit.unit, at);
  return unit.party === 'vardcentral' ? Math.max(at, f.vardcentralSince) : at;
}

/** The kommun's standing rejection, if it has not been answered anew, corrected or overruled. @source J Steg 1 */
export function rejectionBy(f: Facts, kommun: string): { id: string; at: Instant } | undefined {
  const answer = last(f.answers.filter((a) => a.party === 'kommun' && a.unit === kommun));
  if (answer?.svar !== 'avvisad') return undefined;
  return f.kommunCorrections.some((c) => c.at >= answer.at) ? undefined : answer;
}

export const wardUnit = (f: Facts): UnitRef => ({ party: 'slutenvard', unit: f.ward.hsaId });
export const vardcentralUnit = (f: Facts): UnitRef => ({ party: 'vardcentral', unit: f.vardcentral.hsaId });
export const kommunRefs = (f: Facts): UnitRef[] => kommunUnits(f).map((unit) => ({ party: 'kommun', unit }));

/** The units of a party of this stay; none for those outside the system. */
export function unitsOf(f: Facts, party: string): UnitRef[] {
  if (party === 'slutenvard') return [wardUnit(f)];
  if (party === 'vardcentral') return [vardcentralUnit(f)];
  return party === 'kommun' ? kommunRefs(f) : [];
}

/** All units that take part: ward, vårdcentral, kommun(er). */
export const allUnits = (f: Facts): UnitRef[] => [wardUnit(f), vardcentralUnit(f), ...kommunRefs(f)];

/** In the target group: `(harInsatser or nyttBehov) and not endastRegionensOppenvard`, by the latest assessment. @source J Överenskommelsens omfattning, Avgränsningar */
export const inScope = (f: Facts): boolean => last(f.assessments)?.inScope === true;

/** Assessed, and found outside the target group. */
export const isOutside = (f: Facts): boolean => last(f.assessments)?.inScope === false;

/** Whether an SVPL is to be held: HSL, initiated or a new need, and no standing `avsta-svpl`. @source J Steg 3; domain.md §3 */
export const svplToBeHeld = (f: Facts): boolean => svplCalledFor(f) && f.declined === null;

/** The same, before anybody declined it. */
export const svplCalledFor = (f: Facts): boolean =>
  f.legalForm === 'HSL' && (f.initiated !== null || last(f.assessments)?.nyttBehov === true);

/** A follow-up that leads to a new meeting has come, and the meeting has not been held: back in step 3. @source J Steg 6 */
export function newMeetingPending(f: Facts): boolean {
  const followUp = last(f.followUps);
  return followUp?.resultat === 'nytt-mote' && !f.held.some((h) => h.at > followUp.at);
}

export const PHASES = [
  'annullerad',
  'avslutad',
  'utanfor',
  'uppfoljning',
  'utskriven',
  'utskrivningsklar',
  'planering',
  'inskriven',
] as const;
export type Phase = (typeof PHASES)[number];

/** The phase of a stay, derived from its facts; the first that holds. @source domain.md §3 Phase */
export function phaseOf(stay: Stay): Phase {
  const f = factsOf(stay);
  if (f.annulled) return 'annullerad';
  if (stay.ended) return 'avslutad';
  if (isOutside(f)) return 'utanfor';
  if (f.discharge && f.held.length > 0) return 'uppfoljning';
  if (f.discharge) return 'utskriven';
  if (last(f.ready)?.until === null) return 'utskrivningsklar';
  return inScope(f) ? 'planering' : 'inskriven';
}

/**
 * When a party may close its case; null while it may not. Never before discharge.
 *
 * @source J Avsluta ärenden i Cosmic Link
 */
export function mayCloseFrom(f: Facts, party: string): Instant | null {
  if (!f.discharge) return null;
  const discharged = f.discharge.at;
  if (!svplToBeHeld(f)) return Math.max(discharged, f.declined?.at ?? discharged);
  if (party === 'slutenvard') return discharged;
  const held = last(f.held);
  if (!held || newMeetingPending(f)) return null;
  if (party === 'vardcentral') return Math.max(discharged, held.at);
  const done = last(f.followUps.filter((u) => u.at >= held.at));
  return done?.resultat === 'avslutad' ? Math.max(discharged, done.at) : null;
}

/** Whether a party has closed its case, itself or by the system. */
export function closedAt(stay: Stay, unit: UnitRef): Instant | null {
  const own = factsOf(stay).closed.find((c) => isSameSide(c, unit));
  return own?.at ?? stay.closedBySystem.find((c) => isSameSide(c.unit, unit))?.at ?? null;
}
