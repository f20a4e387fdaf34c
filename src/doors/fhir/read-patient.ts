/** The patient that an Encounter is about: identity, name, address, kommun, vårdcentral, whether alive. */
import { KOMMUNKOD } from '../../domain/ids.js';
import { isKommunkod } from '../../domain/kommun.js';
import type { Named, Patient as StayPatient } from '../../domain/stay/state.js';
import { each } from './check.js';
import { extensionsOf, toldBy } from './extensions.js';
import { error, type Issue, warning } from './outcome.js';
import { type PersonNumbers, readNumbers, readUnit } from './read-identifiers.js';
import type { Resolver } from './references.js';
import type { Encounter, Patient } from './schemas.js';
import type { FhirSettings } from './settings.js';
import { EXTENSION } from './systems.js';

export interface Reading {
  encounter: Encounter;
  /** FHIRPath of the Encounter. */
  path: string;
  resolver: Resolver;
  settings: FhirSettings;
  issues: Issue[];
}

export interface Subject {
  patient: StayPatient | undefined;
  kommun: string | undefined;
  placerandeKommun: string | undefined;
  vardcentral: Named | undefined;
  deceased: boolean;
  /** Where each of these stands, or was looked for. */
  path: string;
}

export function readSubject(reading: Reading): Subject {
  const { encounter, path, resolver, settings, issues } = reading;
  const { subject } = encounter;
  const before = issues.length;
  const at = `${path}.subject`;
  const found = subject === undefined ? undefined : resolver.resolve(subject, 'Patient', at, issues);
  const isLost = issues.slice(before).some(({ severity, code }) => severity === 'error' && (code === 'not-found' || code === 'structure'));
  let numbers: PersonNumbers | undefined;
  if (subject === undefined) issues.push(error('required', at, 'who the patient is, is required'));
  else if (found !== undefined) numbers = readNumbers(found.resource.identifier, `${found.path}.identifier`, settings, issues);
  else if (!isLost) numbers = readNumbers(subject.identifier && [subject.identifier], `${at}.identifier`, { ...settings }, issues);
  const patient = found?.resource;
  const place = found?.path ?? at;
  return {
    patient: numbers && { ...numbers, ...(patient === undefined ? nameOf(subject?.display) : detailsOf(patient)) },
    kommun: readKommun(reading, patient, place),
    placerandeKommun: readCode(reading, EXTENSION.placerandeKommun, [[encounter, path]]),
    vardcentral: readVardcentral(reading, patient, place),
    deceased: patient !== undefined && (patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined),
    path: place,
  };
}

const nameOf = (name: string | undefined): { name?: string } => (name === undefined ? {} : { name: name.trim().slice(0, 200) });

/** HL7's codes of confidentiality that ask for more than the usual care. */
const RESTRICTED = ['R', 'V'];

function detailsOf(patient: Patient): StayPatient {
  const [name] = each(patient.name)
    .map(([one]) => one)
    .filter(({ use }) => use !== 'old')
    .sort((a, b) => Number(b.use === 'official') - Number(a.use === 'official'));
  const full = name?.text ?? [...each(name?.given).map(([given]) => given), name?.family].filter(Boolean).join(' ');
  const [address] = each(patient.address)
    .map(([one]) => one)
    .filter(({ use, period }) => use !== 'old' && period?.end === undefined)
    .sort((a, b) => Number(b.use === 'home') - Number(a.use === 'home'));
  const lines =
    address?.text ??
    [...each(address?.line).map(([line]) => line), [address?.postalCode, address?.city].filter(Boolean).join(' ')]
      .filter(Boolean)
      .join(', ');
  const [marked] = extensionsOf(patient, EXTENSION.skyddad);
  const restricted = each(patient.meta?.security).some(([{ code = '' }]) => RESTRICTED.includes(code));
  const skyddad = restricted || marked?.[0].valueBoolean === true;
  return {
    ...nameOf(full === '' ? undefined : full),
    ...(lines === '' ? {} : { folkbokforingsadress: lines.slice(0, 4_000) }),
    ...(skyddad ? { skyddad } : {}),
  };
}

/** By our extension on the Patient, its address or the Encounter; else by the address. */
function readKommun(reading: Reading, patient: Patient | undefined, place: string): string | undefined {
  const { encounter, path, settings, issues } = reading;
  const addresses = each(patient?.address).filter(([{ use }]) => use !== 'old');
  const told = readCode(reading, EXTENSION.kommun, [
    [patient, place],
    ...addresses.map(([address, n]) => [address, `${place}.address[${n}]`] as const),
    [encounter, path],
  ]);
  if (told !== undefined) return told;
  for (const [address] of addresses) {
    const { district = '' } = address;
    const found = KOMMUNKOD.test(district) && isKommunkod(district) ? district : settings.codes.kommun?.(address);
    if (found !== undefined) return found;
  }
  // What was there and wrong has been said.
  if (!issues.some(({ diagnostics }) => diagnostics === NO_KOMMUN))
    issues.push(
      error(
        'required',
        `${place}.extension('${EXTENSION.kommun}')`,
        'the kommun of folkbokföring is required: by this extension, or by address.district',
      ),
    );
  return undefined;
}

const NO_KOMMUN = 'no such kommunkod';

/** A kommunkod of an extension, on the first of these that has it. */
function readCode(
  { issues }: Reading,
  url: string,
  places: readonly (readonly [Parameters<typeof toldBy>[0], string])[],
): string | undefined {
  for (const [element, at] of places) {
    const told = toldBy(element, url, at);
    if (told === undefined) continue;
    if (told.value !== undefined && KOMMUNKOD.test(told.value) && isKommunkod(told.value)) return told.value;
    issues.push(error('value', told.path, NO_KOMMUN));
    return undefined;
  }
  return undefined;
}

/** By our extension on the Encounter, else the Patient's general practitioner that is an Organization. */
function readVardcentral(
  { encounter, path, resolver, settings, issues }: Reading,
  patient: Patient | undefined,
  place: string,
): Named | undefined {
  const reader = { resolver, issues, known: settings.codes.vardcentral };
  const read = (reference: Parameters<typeof readUnit>[0], at: string): Named | undefined => {
    const unit = readUnit(reference, 'Organization', at, reader);
    return unit && { hsaId: unit.hsaId, name: unit.name };
  };
  const [extension] = extensionsOf(encounter, EXTENSION.vardcentral);
  if (extension !== undefined) {
    const at = `${path}.extension[${extension[1]}]`;
    const { valueReference, valueIdentifier } = extension[0];
    if (valueReference !== undefined) return read(valueReference, `${at}.valueReference`);
    if (valueIdentifier !== undefined) return read({ identifier: valueIdentifier }, `${at}.valueIdentifier`);
    issues.push(error('value', at, 'must hold a valueReference or a valueIdentifier'));
    return undefined;
  }
  const practices = each(patient?.generalPractitioner).filter(([{ type, reference }]) => !isPerson(type) && !isPerson(reference));
  const [first] = practices;
  if (first !== undefined) return read(first[0], `${place}.generalPractitioner[${first[1]}]`);
  if (each(patient?.generalPractitioner).length > 0)
    issues.push(warning('value', `${place}.generalPractitioner`, 'a person, where the vårdcentral (an Organization) is asked for'));
  issues.push(
    error(
      'required',
      `${place}.generalPractitioner`,
      `the vårdcentral is required: here, or by the Encounter's extension ${EXTENSION.vardcentral}`,
    ),
  );
  return undefined;
}

const isPerson = (text: string | undefined): boolean => /^(Practitioner|PractitionerRole)(\/|$)/.test(text ?? '');
