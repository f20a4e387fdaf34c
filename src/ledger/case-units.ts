/** Whose open case a stay is: the units on whose lists it stands. */
import type { UnitRef } from '../domain/ids.js';
import type { Stay } from '../domain/stay/state.js';

/** None once the stay has ended. */
export function caseUnitsOf(stay: Stay): UnitRef[] {
  if (stay.ended !== null) return [];
  const { region, ward, vardcentral, kommun } = stay.admission;
  return [
    { party: 'slutenvard', unit: ward.hsaId },
    { party: 'vardcentral', unit: vardcentral.hsaId },
    { party: 'kommun', unit: kommun },
    { party: 'region', unit: region },
  ];
}
