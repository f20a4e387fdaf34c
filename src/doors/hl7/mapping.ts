/** Reads the mapping file of the sending hospitals, or says everything that is wrong with it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileProblem, readYaml } from '../../agreements/yaml-file.js';
import { type Hl7Mapping, mappingFileSchema, type SenderMapping } from './mapping-schema.js';

export type { Hl7Mapping, SenderMapping } from './mapping-schema.js';

type Path = (string | number)[];
type Wrong = { path: Path; reason: string };

type Loaded = { mapping: Hl7Mapping } | { problems: FileProblem[] };

/** The mapping in this file, whose senders are all of these regions; without one, that which comes with the program, of its own. */
export function loadHl7Mapping(file?: string, regions?: readonly string[]): Loaded {
  return file === undefined ? readFile(shippedHl7MappingFile()) : readFile(file, regions);
}

function readFile(file: string, regions?: readonly string[]): Loaded {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { problems: [{ file, line: 1, field: '', reason: isMissing ? 'filen finns inte' : 'filen kan inte läsas som UTF-8' }] };
  }
  return readHl7Mapping(file, text, regions);
}

/** The mapping from the text of its file. `file` is used in what is said about errors only. */
export function readHl7Mapping(file: string, text: string, regions?: readonly string[]): Loaded {
  const read = readYaml(file, text, mappingFileSchema);
  if ('problems' in read) return read;
  const { senders } = read.value;
  const problems = [
    ...twice(senders.map(({ name }) => name)).map((index) => at(index, ['name'], 'avsändaren finns redan')),
    ...twice(senders.map(({ application, facility }) => `${application}\n${facility}`)).map((index) =>
      at(index, ['application'], 'en tidigare avsändare har samma application och facility'),
    ),
    ...senders.flatMap(({ region }, index) =>
      regions?.includes(region) === false ? [at(index, ['region'], 'regionen har ingen överenskommelse')] : [],
    ),
    ...senders.flatMap((sender, index) => wrongIn(sender).map(({ path, reason }) => at(index, path, reason))),
  ].map(({ path, reason }) => read.problemAt(path, reason));
  return problems.length > 0 ? { problems: problems.sort((a, b) => a.line - b.line) } : { mapping: read.value };
}

/** The mapping that comes with the program: `hl7/mapping.yaml` in the nearest folder above this file that holds one. */
export function shippedHl7MappingFile(): string {
  const name = join('hl7', 'mapping.yaml');
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, name))) {
    const above = dirname(folder);
    if (above === folder) return name;
    folder = above;
  }
  return join(folder, name);
}

const at = (index: number, path: Path, reason: string): Wrong => ({ path: ['senders', index, ...path], reason });

/** Codes given twice, units under two names, and codes that lead nowhere. */
function wrongIn(sender: SenderMapping): Wrong[] {
  const { wards, vardcentraler, kommun, legalForm, dischargedTo, identifiers } = sender;
  const units = [...wards.map((unit, index) => ({ unit, path: ['wards', index] })), ...listed(vardcentraler.units)];
  const known = vardcentraler.units.flatMap(({ hsaId, codes }) => [hsaId, ...(codes ?? [])]);
  return [
    ...codesTwice(
      ['wards'],
      wards.map(({ codes }) => codes),
    ),
    ...codesTwice(
      ['vardcentraler', 'units'],
      vardcentraler.units.map(({ codes }) => codes ?? []),
    ),
    ...codesTwice(
      ['legalForm', 'codes'],
      (legalForm?.codes ?? []).map(({ codes }) => codes),
    ),
    ...codesTwice(
      ['dischargedTo', 'codes'],
      dischargedTo.codes.map(({ codes }) => codes),
    ),
    ...twice(kommun.codes.map(({ code }) => code)).map((index) => ({
      path: ['kommun', 'codes', index, 'code'],
      reason: 'koden finns redan',
    })),
    ...units.flatMap(({ unit, path }, index) =>
      units.slice(0, index).some((earlier) => earlier.unit.hsaId === unit.hsaId && earlier.unit.name !== unit.name)
        ? [{ path: [...path, 'name'], reason: 'HSA-id:t har ett annat namn längre upp' }]
        : [],
    ),
    ...twice(wards.map(({ hsaId }) => hsaId)).map((index) => ({
      path: ['wards', index, 'hsaId'],
      reason: 'avdelningen finns redan; skriv alla dess koder i codes',
    })),
    ...twice(vardcentraler.units.map(({ hsaId }) => hsaId)).map((index) => ({
      path: ['vardcentraler', 'units', index, 'hsaId'],
      reason: 'vårdcentralen finns redan; skriv alla dess koder i codes',
    })),
    ...(vardcentraler.default !== undefined && !known.includes(vardcentraler.default)
      ? [{ path: ['vardcentraler', 'default'], reason: 'är ingen kod i units' }]
      : []),
    ...(identifiers.personnummer.length + identifiers.samordningsnummer.length + identifiers.reservnummer.length === 0
      ? [{ path: ['identifiers'], reason: 'säger inte hur någon identitet känns igen' }]
      : []),
  ];
}

const listed = (units: SenderMapping['vardcentraler']['units']) =>
  units.map((unit, index) => ({ unit, path: ['vardcentraler', 'units', index] }));

/** Where a value stands that stood before. */
const twice = (values: readonly string[]): number[] => {
  const first = new Map<string, number>();
  values.forEach((value, index) => {
    if (!first.has(value)) first.set(value, index);
  });
  return values.flatMap((value, index) => (first.get(value) === index ? [] : [index]));
};

function codesTwice(path: Path, entries: readonly (readonly string[])[]): Wrong[] {
  const flat = entries.flatMap((codes, entry) => codes.map((code, place) => ({ code, path: [...path, entry, 'codes', place] })));
  return twice(flat.map(({ code }) => code)).map((index) => ({ path: flat[index]?.path ?? path, reason: 'koden finns redan' }));
}
