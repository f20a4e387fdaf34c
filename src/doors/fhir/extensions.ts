/** Values of extensions, in whichever of FHIR's types a sender found natural. */
import { each } from './check.js';
import type { Extended, Extension } from './schemas.js';

/** Every extension of that name, with its place in the list. */
export const extensionsOf = (element: Extended | undefined, ...urls: readonly string[]): [Extension, number][] =>
  each(element?.extension).filter(([{ url }]) => urls.includes(url));

/** The text of an extension: a code, a string, a coding's code or an identifier's value. */
function textOf({ valueCode, valueString, valueUri, valueCoding, valueIdentifier, valueCodeableConcept }: Extension): string | undefined {
  const [concept] = each(valueCodeableConcept?.coding);
  return valueCode ?? valueString ?? valueUri ?? valueCoding?.code ?? valueIdentifier?.value ?? concept?.[0].code;
}

/** The text of the first extension of that name, and where it stands; undefined when there is none. */
export function toldBy(element: Extended | undefined, url: string, path: string): { value: string | undefined; path: string } | undefined {
  const [found] = extensionsOf(element, url);
  return found && { value: textOf(found[0]), path: `${path}.extension[${found[1]}]` };
}
