/** Who a message is about: which of its identifiers is the personnummer, the samordningsnummer or the reserve number. */
import { type Instant, localDateOf } from '../../domain/calendar.js';
import type { Patient } from '../../domain/stay/state.js';
import { isPersonnummer } from '../identity-numbers.js';
import type { IdentifierKind, SenderMapping } from './mapping-schema.js';
import { componentsOf, partAt, repetitionsOf, type Segment, subcomponentsOf, textOf, valueAt } from './message.js';
import type { Path } from './path.js';
import { inField, type Reading, segment, type Where, wrong } from './reading.js';

export type Identity = Pick<Patient, 'personnummer' | 'reservnummer'>;

type Identifier = { kind: IdentifierKind; text: string; where: Where };

/** In the order in which they are taken. A samordningsnummer is kept as a personnummer: it has a date and a check digit as one. */
const KINDS: readonly IdentifierKind[] = ['personnummer', 'samordningsnummer', 'reservnummer'];

/** More repetitions than these are no identifiers. */
const MOST_REPETITIONS = 200;

/** The identity that stands in the fields of the mapping; empty where none of the kinds does. */
export function identityOf(reading: Reading, registered: Instant): Identity {
  const found = reading.sender.identifiers.at.flatMap((path) => identifiersIn(reading, segment(reading, path.segment), path));
  return chosen(reading, found, registered);
}

/** MRG-1: the numbers that the patient had before. */
export function priorNumbers(reading: Reading, registered: Instant, mrg: Segment): string[] {
  const path: Path = { segment: 'MRG', field: 1, repetition: 'all', component: 1, subcomponent: 1 };
  const found = identifiersIn(reading, mrg, path).map((one) => numberOf(reading, one, registered));
  return [...new Set(found.filter((number) => number !== undefined))];
}

function identifiersIn({ message, sender }: Reading, from: Segment | undefined, { field, repetition }: Path): Identifier[] {
  if (from === undefined) return [];
  const raw = repetitionsOf(message, from.fields[field]);
  const repetitions = typeof repetition === 'number' ? raw.slice(repetition - 1, repetition) : raw.slice(0, MOST_REPETITIONS);
  return repetitions.flatMap((one) => {
    const text = partAt(message, one);
    if (typeof text !== 'string') return [];
    const type = partAt(message, one, 5) ?? '';
    const [, , , authority = ''] = componentsOf(message, one);
    const authorities = subcomponentsOf(message, authority).map((part) => textOf(message, part) ?? '');
    const kind = KINDS.find((candidate) => sender.identifiers[candidate].some((selector) => selects(selector, type, authorities)));
    return kind === undefined ? [] : [{ kind, text, where: inField(from, field, 1) }];
  });
}

/** An empty text in a selector asks for a repetition that has no type, or no authority. */
function selects(
  { type, authority }: SenderMapping['identifiers']['personnummer'][number],
  ofType: string,
  authorities: readonly string[],
): boolean {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  return (type === undefined || same(type, ofType)) && (authority === undefined || authorities.some((one) => same(one, authority)));
}

function chosen(reading: Reading, found: readonly Identifier[], registered: Instant): Identity {
  for (const kind of KINDS) {
    const [first, ...others] = found
      .filter((one) => one.kind === kind)
      .map((one) => ({ ...one, number: numberOf(reading, one, registered) }));
    if (first === undefined) continue;
    if (first.number === undefined || others.some(({ number }) => number === undefined)) return {};
    if (others.some(({ number }) => number !== first.number)) {
      wrong(reading, first.where, '102', `two ${kind} that differ`);
      return {};
    }
    return kind === 'reservnummer' ? { reservnummer: first.number } : { personnummer: first.number };
  }
  return {};
}

function numberOf(reading: Reading, { kind, text, where }: Identifier, registered: Instant): string | undefined {
  if (kind === 'reservnummer')
    return text.length >= 4 && text.length <= 20 ? text : wrong(reading, where, '102', 'a reserve number has 4 to 20 characters');
  const bare = text.replace(/\s/g, '');
  if (!isPersonnummer(bare)) return wrong(reading, where, '102', `not a ${kind}: its date or its check digit is wrong`);
  return withCentury(bare, valueAt(reading.message, segment(reading, 'PID'), 7) ?? '', registered);
}

/** Twelve digits, as every other part of the service writes it. The century is the birth date's; without one, the latest that is not to come. */
function withCentury(text: string, birthDate: string, registered: Instant): string {
  const digits = text.replace(/\D/g, '');
  if (digits.length === 12) return digits;
  if (/^\d{4}/.test(birthDate) && birthDate.slice(2, 4) === digits.slice(0, 2)) return birthDate.slice(0, 2) + digits;
  const year = Number(localDateOf(registered).slice(0, 4));
  const century = Math.floor(year / 100) - (Number(digits.slice(0, 2)) > year % 100 ? 1 : 0) - (text.includes('+') ? 1 : 0);
  return `${century}${digits}`;
}
