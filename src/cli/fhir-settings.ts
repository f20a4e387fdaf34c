/** What is agreed with those who send FHIR: from the environment, and from the hospitals' mapping file where one is named. */
import { problemText } from '../agreements/yaml-file.js';
import type { Config } from '../config.js';
import { codeBookOf } from '../doors/fhir/code-book.js';
import { DEFAULT_SETTINGS, type FhirSettings } from '../doors/fhir/settings.js';
import { loadHl7Mapping } from '../doors/hl7/mapping.js';

/** A line for each thing that is wrong with the mapping file. Without one, HSA-ids and FHIR's own codes are what is understood. */
export function readFhirSettings(
  { hl7MappingFile, fhir }: Pick<Config, 'hl7MappingFile' | 'fhir'>,
  regions: readonly string[] | undefined,
): FhirSettings | { errors: string[] } {
  const settings = { ...DEFAULT_SETTINGS, ...fhir };
  if (hl7MappingFile === undefined) return settings;
  const loaded = loadHl7Mapping(hl7MappingFile, regions);
  if ('problems' in loaded) return { errors: loaded.problems.map((problem) => `HL7_MAPPING_FILE: ${problemText(problem)}`) };
  const [region, ...others] = new Set(loaded.mapping.senders.map((sender) => sender.region));
  return { ...settings, codes: codeBookOf(loaded.mapping), ...(region === undefined || others.length > 0 ? {} : { region }) };
}
