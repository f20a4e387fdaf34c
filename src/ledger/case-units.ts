/** Whose open case a stay is: the units on whose lists it stands. */
import type { UnitRef } from '../domain/ids.js';
import { factsOf } from '../domain/stay/facts.js';
import { closedAt, kommunRefs, rejectionBy, vardcentralUnit, wardUnit } from '../domain/stay/parties.js';
import type { Stay } from '../domain/stay/state.js';

/**
 * The present ward and the region from the admission, vårdcentral and kommun from the message to them; a kommun not while
 * it rejects the stay, and no party when it has closed its case. None once the stay has ended.
 *
 * @source domain.md §2, and §3 Closing
 */
export function caseUnitsOf(stay: Stay): UnitRef[] {
  if (stay.ended !== null) return [];
  const f = factsOf(stay);
  const told = [
    wardUnit(f),
    ...(f.inskrivningVardcentral === null ? [] : [vardcentralUnit(f)]),
    ...(f.inskrivning === null ? [] : kommunRefs(f).filter(({ unit }) => rejectionBy(f, unit) === undefined)),
  ];
  return [...told.filter((unit) => closedAt(stay, unit) === null), { party: 'region', unit: stay.admission.region }];
}
