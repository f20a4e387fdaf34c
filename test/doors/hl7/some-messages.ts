/** Messages in the manner of systems that send them, and what is needed to read them. Nobody in them exists. */

import { type Hl7Mapping, loadHl7Mapping } from '../../../src/doors/hl7/mapping.js';
import type { Hl7Error, Hl7Message } from '../../../src/doors/hl7/message.js';
import { parseHl7 } from '../../../src/doors/hl7/parse.js';
import { type Translated, translate } from '../../../src/doors/hl7/translate.js';
import type { HospitalMessage } from '../../../src/doors/hospital/message.js';

/** Segments as one message. */
export const message = (...segments: string[]): Uint8Array => Buffer.from(`${segments.join('\r')}\r`);

export const MSH = (trigger: string, { id = 'M1', version = '2.5', charset = '' } = {}): string =>
  `MSH|^~\\&|EXEMPEL-PAS|RYHOV|HEMGANG|JKPG|20190305120100||ADT^${trigger}|${id}|P|${version}||||||${charset}`;
export const PID =
  'PID|1||192208119806^^^&1.2.752.129.2.1.3.1&ISO^NNSWE||Ekvall^Märta^^^^^L||19220811|F|||Provgatan 49^^Mullsjö^^56500^SWE^H^^0642';
export const PD1 = 'PD1|||Vårdcentralen Näcken^^VC642';
/** PV1 with these fields, beside class, ward and visit number. */
export const PV1 = (fields: Record<number, string> = {}): string => {
  const all: Record<number, string> = { 1: '1', 2: 'I', 3: 'MED^12^1^RYHOV', 19: '0642-14', ...fields };
  return `PV1|${Array.from({ length: Math.max(...Object.keys(all).map(Number)) }, (_, i) => all[i + 1] ?? '').join('|')}`;
};
export const ADMISSION = [MSH('A01'), 'EVN|A01|20190214203000||||20190214202400', PID, PD1, PV1({ 44: '20190214202400' })];

export function parsed(bytes: Uint8Array): Hl7Message {
  const read = parseHl7(bytes);
  if ('error' in read) throw new Error(JSON.stringify(read.error));
  return read.message;
}

export function shippedMapping(): Hl7Mapping {
  const read = loadHl7Mapping();
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.mapping;
}

const MAPPING = shippedMapping();

export const translated = (segments: readonly string[], mapping: Hl7Mapping = MAPPING): Translated =>
  translate(parsed(message(...segments)), mapping);

export function told(segments: readonly string[], mapping: Hl7Mapping = MAPPING): HospitalMessage {
  const said = translated(segments, mapping);
  if (said.kind !== 'event') throw new Error(JSON.stringify(said));
  return said.message;
}

/** `PID-3.1 102`, in order. */
export function wrongPlaces(said: Translated): string[] {
  if (said.kind !== 'error') throw new Error(`not an error but ${said.kind}`);
  return said.errors.map(placeOf);
}

export const placeOf = ({ segment, sequence, field, component, code }: Hl7Error): string =>
  `${segment}${sequence === 1 ? '' : `(${sequence})`}${field === undefined ? '' : `-${field}`}${component === undefined ? '' : `.${component}`} ${code}`;
