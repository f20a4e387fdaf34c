/** The hospitals' own codes, from the mapping file that HL7 has: what a code means, where it means the same to all who send. */
import { canonical } from '../../domain/canonical.js';
import type { JsonObject } from '../../domain/ids.js';
import { isKommunkod } from '../../domain/kommun.js';
import type { Hl7Mapping, SenderMapping } from '../hl7/mapping-schema.js';
import type { CodeBook } from './settings.js';

/** An Encounter does not say by which of the mapping's senders it was written: a code that two of them read differently is nobody's. */
export function codeBookOf({ senders }: Hl7Mapping): CodeBook {
  const agreed = <T>(read: (sender: SenderMapping) => T | undefined): T | undefined => {
    const [first, ...others] = senders.flatMap((sender) => read(sender) ?? []);
    const content = (value: T | undefined) => canonical({ value } as unknown as JsonObject);
    return first !== undefined && others.every((other) => content(other) === content(first)) ? first : undefined;
  };
  return {
    ward: (code) =>
      agreed(({ wards }) => {
        const found = wards.find(({ hsaId, codes }) => hsaId === code || codes.includes(code));
        return found && { hsaId: found.hsaId, name: found.name, careForm: found.careForm };
      }),
    vardcentral: (code) =>
      agreed(({ vardcentraler: { units } }) => {
        const found = units.find(({ hsaId, codes }) => hsaId === code || codes?.includes(code) === true);
        return found && { hsaId: found.hsaId, name: found.name };
      }),
    disposition: (code) => agreed(({ dischargedTo: { codes } }) => codes.find((entry) => entry.codes.includes(code))?.till),
    kommun: ({ district, postalCode }) =>
      agreed(({ kommun: { codes } }) => [district, postalCode].map((code) => kommunOf(code, codes)).find(Boolean)),
  };
}

/** Listed, or län, kommun and församling in one, as the population register has it. */
function kommunOf(code: string | undefined, listed: SenderMapping['kommun']['codes']): string | undefined {
  if (code === undefined) return undefined;
  const found = listed.find((entry) => entry.code === code)?.kommun;
  const first = /^\d{6}$/.test(code) ? code.slice(0, 4) : '';
  return found ?? (isKommunkod(first) ? first : undefined);
}
