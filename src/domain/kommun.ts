/** Which codes are a kommun's. */

/** The counties' codes: the first two digits of every kommunkod. A kommun outside the region's agreement is admitted; it pays by the law. */
const COUNTIES = new Set([
  '01',
  '03',
  '04',
  '05',
  '06',
  '07',
  '08',
  '09',
  '10',
  '12',
  '13',
  '14',
  '17',
  '18',
  '19',
  '20',
  '21',
  '22',
  '23',
  '24',
  '25',
]);
/** Four digits that can be a kommun's code: of a county that there is, and not the county itself. @source SCB, Län och kommuner */
export const isKommunkod = (code: string): boolean => COUNTIES.has(code.slice(0, 2)) && !code.endsWith('00');
