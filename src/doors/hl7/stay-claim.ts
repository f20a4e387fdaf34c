/** All that was accepted of a stay as its hospital's claim: its own messages, and the changes of identity that concern it. */
import { parseInstant } from '../../domain/calendar.js';
import type { Patient } from '../../domain/stay/state.js';
import type { Ledger } from '../../ledger/ledger.js';
import { claimOf, type HospitalClaim } from '../hospital/claim.js';
import type { HospitalMessage } from '../hospital/message.js';
import { type Merge, numbersOf, saidOf } from './said.js';

export interface StayMessage {
  id: string;
  /** Something is still to be done with it. */
  isOpen: boolean;
  message: HospitalMessage;
}

export interface StayMessages {
  region: string;
  messages: StayMessage[];
  /** Of another region than the stay: they say nothing of it. */
  strangers: StayMessage[];
  claim: HospitalClaim;
  /** The system that spoke last. */
  source: string;
}

/** A person may have got a new number several times; more than this is a mistake. */
const MOST_MERGES = 10;
const OPEN = new Set(['mottagen', 'vantar', 'parkerad']);

/** Undefined when nothing was told of the stay. */
export async function readStayMessages(
  ledger: Pick<Ledger, 'messagesOfStay' | 'mergesOf' | 'findStay' | 'readStay'>,
  stayId: string,
  regionOf: string | undefined,
): Promise<StayMessages | undefined> {
  const opened = await ledger.messagesOfStay(stayId);
  const told: StayMessage[] = [];
  const merges: Merge[] = [];
  for (const { id, state, said } of opened) {
    const what = saidOf(said);
    if (what.kind === 'merge') merges.push(what.merge);
    else told.push({ id, isOpen: OPEN.has(state), message: what.message });
  }
  // The region whose the stay is; until there is one, that of the admission, else of who spoke first.
  const place = await ledger.findStay(stayId);
  const admitted = told.find(({ message }) => message.event.type === 'admitted');
  const region = place?.region ?? admitted?.message.region ?? told[0]?.message.region ?? regionOf;
  if (region === undefined) return undefined;
  const messages = told.filter(({ message }) => message.region === region);
  const own = messages.map(({ message }) => message);
  const identity = place === undefined ? undefined : (await ledger.readStay(stayId))?.stay.admission.patient;
  const changes = await changesOf(ledger, { stayId, region, messages: own, identity, merges });
  return {
    region,
    messages,
    strangers: told.filter(({ message }) => message.region !== region),
    claim: claimOf(stayId, [...own, ...changes]),
    source: (own.at(-1) ?? changes.at(-1))?.source ?? 'hl7',
  };
}

/** The changes of identity that concern the stay, as messages of its own. One after its discharge does not. */
async function changesOf(
  ledger: Pick<Ledger, 'mergesOf'>,
  about: { stayId: string; region: string; messages: readonly HospitalMessage[]; identity: Patient | undefined; merges: Merge[] },
): Promise<HospitalMessage[]> {
  const { stayId, region, messages, identity } = about;
  const persons = new Set([...numbersOf(identity), ...messages.flatMap(personsOf)]);
  const known = new Map(about.merges.map((merge) => [nameOf(merge), merge]));
  for (let round = 0; round < MOST_MERGES; round++) {
    const before = persons.size;
    for (const { said } of await ledger.mergesOf({ region, persons: [...persons] })) {
      const what = saidOf(said);
      if (what.kind === 'merge' && (what.merge.stayId ?? stayId) === stayId) known.set(nameOf(what.merge), what.merge);
    }
    for (const merge of known.values()) if (concerns(merge, persons)) for (const number of numbersOf(merge.patient)) persons.add(number);
    if (persons.size === before) break;
  }
  const { discharge, admission } = claimOf(stayId, messages);
  const until = discharge?.at ?? Number.POSITIVE_INFINITY;
  const from = parseInstant(admission?.admittedAt ?? '');
  return [...known.values()]
    .filter((merge) => merge.occurredAt < until && concerns(merge, persons))
    .map(({ source, messageId, occurredAt, registeredAt, patient }) => ({
      source,
      messageId,
      stayId,
      region,
      occurredAt: Math.max(occurredAt, from ?? occurredAt),
      registeredAt,
      event: { type: 'changed' },
      details: { patient },
    }));
}

/** It begins with one of these persons, or names the stay itself. */
const concerns = ({ prior, stayId }: Merge, persons: ReadonlySet<string>): boolean =>
  stayId !== undefined || prior.some((number) => persons.has(number));

const nameOf = ({ source, messageId }: Merge): string => JSON.stringify([source, messageId]);

/** Everybody whom a message names as the patient. */
export const personsOf = ({ event, details }: HospitalMessage): string[] => [
  ...numbersOf(details?.patient),
  ...(event.type === 'admitted' ? numbersOf(event.admission.patient as Patient) : []),
];
