/** What a hospital's codes mean: its wards, vårdcentraler, kommuner, legal forms, and where patients go. */
import { isKommunkod } from '../../domain/kommun.js';
import type { Named } from '../../domain/stay/state.js';
import type { DischargedTo, StayDetails } from '../hospital/message.js';
import type { SenderMapping } from './mapping-schema.js';
import { componentsOf, repetitionsOf, subcomponentsOf, textOf, valueAt } from './message.js';
import { type Found, find, findFirst, type Path } from './path.js';
import { atFound, atPath, inField, type Reading, segment, shown, wrong } from './reading.js';

export type Ward = SenderMapping['wards'][number];

/** The ward in PV1-3. It must be told, and be one of the mapping's. */
export function wardOf(reading: Reading): Ward | undefined {
  const { message, sender } = reading;
  const pv1 = segment(reading, 'PV1');
  const raw = repetitionsOf(message, pv1?.fields[3])[0] ?? '';
  const parts = componentsOf(message, raw)
    .slice(0, 20)
    .map((component) => subcomponentsOf(message, component).map((part) => textOf(message, part) ?? ''));
  const first = parts.flat().find((part) => part !== '');
  if (first === undefined) return wrong(reading, inField(pv1 ?? 'PV1', 3), '101', 'the ward is missing');
  const placed = sender.wards.find(({ codes }) => codes.some((code) => code.includes('^') && standsInPlace(code, parts)));
  if (placed !== undefined) return placed;
  for (const part of parts.flat()) {
    const ward = sender.wards.find(({ codes, hsaId }) => part !== '' && (codes.includes(part) || hsaId === part));
    if (ward !== undefined) return ward;
  }
  return wrong(reading, inField(pv1 ?? 'PV1', 3), '103', `a ward that the mapping does not list${shown(first)}`);
}

/** `MED^^^RYHOV`: each component that is not empty stands in its own place. */
const standsInPlace = (code: string, parts: readonly string[][]): boolean =>
  code.split('^').every((part, index) => part === '' || parts[index]?.includes(part) === true);

/** The unit where the patient is listed; undefined where nothing is told. `required`: an admission must have one. */
export function vardcentralOf(reading: Reading, required: boolean): Named | undefined {
  const { at, units, default: other } = reading.sender.vardcentraler;
  const known = (code: string): Named | undefined => {
    const unit = units.find(({ hsaId, codes }) => hsaId === code || codes?.includes(code) === true);
    return unit && { hsaId: unit.hsaId, name: unit.name };
  };
  const fallback = other === undefined ? undefined : known(other);
  return coded(reading, at, known, fallback, required, 'vårdcentral');
}

/** The kommun of folkbokföring. */
export function kommunOf(reading: Reading, required: boolean): string | undefined {
  const { at, default: other } = reading.sender.kommun;
  return coded(reading, at, kommunIn(reading.sender), other, required, 'kommun');
}

/** The kommun that has placed the patient in another; told by an admission only. */
export function placerandeKommunOf(reading: Reading): string | undefined {
  const paths = reading.sender.placerandeKommun?.at ?? [];
  return coded(reading, paths, kommunIn(reading.sender), undefined, false, 'kommun');
}

const kommunIn =
  ({ kommun: { codes } }: SenderMapping) =>
  (code: string): string | undefined => {
    const listed = codes.find((entry) => entry.code === code)?.kommun;
    if (listed !== undefined) return listed;
    // Län, kommun and församling in one, as the population register has it.
    const kommun = /^\d{4}(\d{2})?$/.test(code) ? code.slice(0, 4) : '';
    return isKommunkod(kommun) ? kommun : undefined;
  };

/** HSL, LPT or LRV; an admission that does not tell has the sender's default, and so has who says that there is none. */
export function legalFormOf(reading: Reading, required: boolean): StayDetails['legalForm'] {
  const { at, codes, default: usual } = reading.sender.legalForm ?? { at: [], codes: [], default: 'HSL' };
  const found = findFirst(reading.message, at);
  if (found === undefined) return required ? usual : undefined;
  if (found.value === null || found.value === undefined) return usual;
  const code = found.value;
  const listed = codes.find((entry) => entry.codes.includes(code))?.legalForm;
  return listed ?? wrong(reading, atFound(found), '103', `a legal form that the mapping does not list${shown(code)}`);
}

/** PV1-36 by the mapping; where nothing is said, PID-30 tells who has died. */
export function dischargedTo(reading: Reading): DischargedTo | undefined {
  const { at, codes, default: usual } = reading.sender.dischargedTo;
  const found = findFirst(reading.message, at);
  if (found?.value !== undefined && found.value !== null) {
    const code = found.value;
    const listed = codes.find((entry) => entry.codes.includes(code))?.till;
    return listed ?? wrong(reading, atFound(found), '103', `a discharge disposition that the mapping does not list${shown(code)}`);
  }
  if (valueAt(reading.message, segment(reading, 'PID'), 30) === 'Y') return 'avliden';
  return usual ?? wrong(reading, atPath(at[0] as Path), '101', 'where the patient was discharged to is missing');
}

/** Whether the patient's identity is protected; undefined where nothing is told. */
export function protectedOf(reading: Reading): boolean | undefined {
  const { at, values } = reading.sender.protected;
  const found = at.flatMap((path) => find(reading.message, path));
  if (found.length === 0) return undefined;
  return found.some(({ value }) => typeof value === 'string' && values.includes(value));
}

/** The first code at these paths that means something. */
function coded<T>(
  reading: Reading,
  paths: readonly Path[],
  meaning: (code: string) => T | undefined,
  fallback: T | undefined,
  required: boolean,
  what: string,
): T | undefined {
  const found = paths.flatMap((path) => find(reading.message, path)).slice(0, 200);
  const texts = found.filter((one): one is Found & { value: string } => typeof one.value === 'string');
  for (const { value } of texts) {
    const meant = meaning(value);
    if (meant !== undefined) return meant;
  }
  if (texts.length === 0 && !required) return found.length > 0 ? fallback : undefined;
  if (fallback !== undefined) return fallback;
  const [first] = texts;
  if (first !== undefined) {
    // What stands in PID is the patient's.
    const code = first.segment === 'PID' ? '' : shown(first.value);
    return wrong(reading, atFound(first), '103', `a ${what} that the mapping does not list${code}`);
  }
  return wrong(reading, atPath(paths[0] as Path), '101', `the patient's ${what} is missing`);
}
