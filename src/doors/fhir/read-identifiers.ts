/** Who and what is meant, by identifiers: the stay, a person's number, a unit's HSA-id. */
import { STAY_ID } from '../../domain/ids.js';
import type { Named } from '../../domain/stay/state.js';
import { holdsPersonnummer, isPersonnummer } from '../identity-numbers.js';
import { each } from './check.js';
import { error, type Issue, information } from './outcome.js';
import type { Resolver } from './references.js';
import { type Encounter, FHIR_ID, type Identifier, type Reference } from './schemas.js';
import type { FhirSettings } from './settings.js';
import { HSA_SYSTEMS, PERSONNUMMER_SYSTEMS } from './systems.js';

/** Identifiers in use, with their places. */
const inUse = (list: readonly Identifier[] | undefined): [Identifier, number][] =>
  each(list).filter(([{ use, value }]) => use !== 'old' && value !== undefined);

/** The stay's id, or undefined with the issue said. MedCom names the stay by the episode of care that it is part of. */
export function readStayId(encounter: Encounter, path: string, { staySystems }: FhirSettings, issues: Issue[]): string | undefined {
  const own = inUse(encounter.identifier).map(([identifier, n]) => ({ identifier, path: `${path}.identifier[${n}]` }));
  const episodes = each(encounter.episodeOfCare).flatMap(([{ identifier }, n]) =>
    identifier?.value === undefined ? [] : [{ identifier, path: `${path}.episodeOfCare[${n}].identifier` }],
  );
  const named = [...own, ...episodes].filter(({ identifier }) => staySystems.includes(identifier.system ?? ''));
  const candidates = named.length > 0 ? named : own.length > 0 ? own : episodes;
  const [found, second] = candidates;
  if (found === undefined) {
    issues.push(error('required', `${path}.identifier`, `the stay's id is required, in system ${staySystems[0]}`));
    return undefined;
  }
  if (second !== undefined && second.identifier.value !== found.identifier.value) {
    issues.push(
      error('invariant', `${path}.identifier`, `which of these is the stay's id cannot be told: say so by system ${staySystems[0]}`),
    );
    return undefined;
  }
  const stayId = found.identifier.value as string;
  const wrong = wrongStayId(stayId);
  if (wrong === undefined) return stayId;
  issues.push(error('value', `${found.path}.value`, wrong));
  return undefined;
}

/** Why a text is no stay's id as FHIR can name it; undefined when it is one. */
export function wrongStayId(text: string): string | undefined {
  if (!STAY_ID.test(text) || !FHIR_ID.test(text)) return "a stay's id is 1–64 of A–Z a–z 0–9 . - here, where it is the resource's id too";
  return holdsPersonnummer(text) ? "a stay's id must never be a personnummer" : undefined;
}

export type PersonNumbers = { personnummer?: string; reservnummer?: string };

/** A person's number among identifiers, or undefined with the issue said; `path` is that of the list, or of the one identifier. */
export function readNumbers(
  list: readonly Identifier[] | undefined,
  path: string,
  { reserveSystems }: FhirSettings,
  issues: Issue[],
): PersonNumbers | undefined {
  const all = inUse(list);
  const placeOf = (n: number): string => (path.endsWith('.identifier') && Array.isArray(list) && list.length > 0 ? `${path}[${n}]` : path);
  const personal = all.find(([{ system = '' }]) => PERSONNUMMER_SYSTEMS.includes(system));
  if (personal !== undefined) {
    const number = (personal[0].value as string).replaceAll(' ', '');
    if (isPersonnummer(number)) return { personnummer: number };
    issues.push(error('value', `${placeOf(personal[1])}.value`, 'not a personnummer: its form, its date or its check digit is wrong'));
    return undefined;
  }
  const reserve = all.find(([{ system = '' }]) => reserveSystems.includes(system));
  if (reserve !== undefined) {
    const number = reserve[0].value as string;
    if (number.length >= 4 && number.length <= 20) return { reservnummer: number };
    issues.push(error('value', `${placeOf(reserve[1])}.value`, 'a reserve number has 4–20 characters'));
    return undefined;
  }
  issues.push(
    error('required', path, `a personnummer (${PERSONNUMMER_SYSTEMS[0]}) or a reserve number (${reserveSystems.join(', ')}) is required`),
  );
  return undefined;
}

interface UnitReading {
  resolver: Resolver;
  issues: Issue[];
  /** A code of the hospital's own as a unit; undefined when it is none. */
  known?: ((code: string) => Named | undefined) | undefined;
}

export interface ReadUnit extends Named {
  /** Every identifier's value: codes that more may be known of. */
  codes: string[];
  path: string;
}

/** A ward, clinic or vårdcentral with its HSA-id and name, or undefined with the issue said. */
export function readUnit(
  reference: Reference,
  type: 'Organization' | 'Location',
  path: string,
  { resolver, issues, known }: UnitReading,
): ReadUnit | undefined {
  const before = issues.length;
  const found = resolver.resolve(reference, type, path, issues);
  if (issues.slice(before).some(({ severity }) => severity === 'error')) return undefined;
  const list = found === undefined ? (reference.identifier === undefined ? [] : [reference.identifier]) : found.resource.identifier;
  const at = `${found?.path ?? path}.identifier`;
  const all = inUse(list);
  const codes = all.map(([{ value }]) => value as string);
  const hsa = all.find(([{ system = '' }]) => HSA_SYSTEMS.includes(system));
  const mapped = codes.map((code) => known?.(code)).find((unit) => unit !== undefined);
  if (hsa === undefined && mapped !== undefined) return { ...mapped, codes, path: at };
  if (hsa === undefined) {
    issues.push(error('required', at, `an HSA-id (${HSA_SYSTEMS[0]}) is required`));
    return undefined;
  }
  const hsaId = (hsa[0].value as string).trim();
  const name = found?.resource.name ?? reference.display ?? mapped?.name;
  if (name === undefined) issues.push(information(at, 'the unit has no name here: its HSA-id is shown instead'));
  if (hsaId.length > 200) {
    issues.push(error('value', at, 'an HSA-id has at most 200 characters'));
    return undefined;
  }
  return { hsaId, name: (name ?? hsaId).trim().slice(0, 200), codes, path: at };
}
