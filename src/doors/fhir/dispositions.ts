/** Where a patient went, by FHIR's codes, ours, or the hospital's own. */
import type { DischargedTo } from '../hospital/message.js';
import { each } from './check.js';
import { error, type Issue, information, warning } from './outcome.js';
import type { Encounter } from './schemas.js';
import type { FhirSettings } from './settings.js';
import { DISPOSITION_SYSTEM, FHIR_DISPOSITION_SYSTEM } from './systems.js';

/** @source FHIR R4, CodeSystem discharge-disposition */
const FHIR_CODES: Record<string, DischargedTo> = {
  home: 'hem',
  'alt-home': 'hem',
  aadvice: 'hem',
  oth: 'hem',
  long: 'sarskilt-boende',
  snf: 'sarskilt-boende',
  'other-hcf': 'annan-klinik',
  hosp: 'annan-klinik',
  psy: 'annan-klinik',
  rehab: 'annan-klinik',
  exp: 'avliden',
};
const OWN: readonly DischargedTo[] = ['hem', 'sarskilt-boende', 'korttids', 'annan-klinik', 'avliden'];

/** What FHIR's reader is told of where the patient went. */
export const FHIR_CODE_OF: Record<DischargedTo, string> = {
  hem: 'home',
  'sarskilt-boende': 'long',
  korttids: 'oth',
  'annan-klinik': 'other-hcf',
  avliden: 'exp',
};

/** Where to, or undefined with the issue said: of a code that nobody knows, nothing is guessed. Nothing told: home. */
export function readDisposition(
  { hospitalization }: Encounter,
  deceased: boolean,
  path: string,
  { codes }: FhirSettings,
  issues: Issue[],
): DischargedTo | undefined {
  if (deceased) return 'avliden';
  const at = `${path}.hospitalization.dischargeDisposition`;
  const all = each(hospitalization?.dischargeDisposition?.coding);
  for (const [{ system, code = '' }, n] of all) {
    const own = codes.disposition?.(code);
    if (own !== undefined) return own;
    if (system === DISPOSITION_SYSTEM && OWN.includes(code as DischargedTo)) return code as DischargedTo;
    if (system !== undefined && system !== FHIR_DISPOSITION_SYSTEM) continue;
    if (!Object.hasOwn(FHIR_CODES, code)) continue;
    if (code === 'oth') issues.push(warning('value', `${at}.coding[${n}]`, 'taken as home: where else is not told by this code'));
    return FHIR_CODES[code];
  }
  if (all.length > 0) {
    issues.push(
      error(
        'code-invalid',
        `${at}.coding`,
        `none of these is known: of ${FHIR_DISPOSITION_SYSTEM} ${Object.keys(FHIR_CODES).join(', ')}; of ${DISPOSITION_SYSTEM} ${OWN.join(', ')}`,
      ),
    );
    return undefined;
  }
  issues.push(information(at, 'not told: taken as home'));
  return 'hem';
}
