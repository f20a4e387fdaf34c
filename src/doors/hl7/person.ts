/** Name and address of a patient as people write them: PID-5 and PID-11. */
import { type Hl7Message, partAt, repetitionsOf, type Segment } from './message.js';

const LONGEST_NAME = 200;
const LONGEST_ADDRESS = 4000;
const MOST_REPETITIONS = 50;
/** Of names the legal one, of addresses the legal, home or permanent one. Empty: no type is told. */
const NAMES = ['L', 'D', ''];
const ADDRESSES = ['L', 'H', 'P', ''];

/** `Märta Ekvall`; undefined where none is told, `too-long` where it is none. */
export function nameOf(message: Hl7Message, pid: Segment | undefined): string | undefined | 'too-long' {
  const raw = chosen(message, pid?.fields[5], NAMES);
  if (raw === undefined) return undefined;
  const name = joined([partAt(message, raw, 2), partAt(message, raw, 3), partAt(message, raw, 1)], ' ');
  return name !== undefined && name.length > LONGEST_NAME ? 'too-long' : name;
}

/** `Provgatan 49, 565 00 Mullsjö` */
export function addressOf(message: Hl7Message, pid: Segment | undefined): string | undefined | 'too-long' {
  const raw = chosen(message, pid?.fields[11], ADDRESSES);
  if (raw === undefined) return undefined;
  const postnummer = partAt(message, raw, 5)?.replace(/^(\d{3})\s?(\d{2})$/, '$1 $2');
  const place = joined([postnummer, partAt(message, raw, 3)], ' ');
  const address = joined([partAt(message, raw, 1), partAt(message, raw, 2), place], ', ');
  return address !== undefined && address.length > LONGEST_ADDRESS ? 'too-long' : address;
}

/** The repetition of the type that goes first (component 7 of both XPN and XAD). */
function chosen(message: Hl7Message, raw: string | undefined, types: readonly string[]): string | undefined {
  const repetitions = repetitionsOf(message, raw).slice(0, MOST_REPETITIONS);
  const typeOf = (one: string): string => partAt(message, one, 7) ?? '';
  return types.flatMap((type) => repetitions.filter((one) => typeOf(one) === type))[0];
}

const joined = (parts: readonly (string | null | undefined)[], between: string): string | undefined =>
  parts
    .map((part) => part?.replace(/\s+/g, ' '))
    .filter((part) => part)
    .join(between) || undefined;
