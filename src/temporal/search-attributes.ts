/** What a stay shows in lists of the Temporal UI: states, units and times, nothing about the patient (PDL 2:8). */
import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  SearchAttributeType,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import type { OwnerAttributes } from '../domain/stay/owner.js';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const keywordList = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD_LIST);
const datetime = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.DATETIME);

export const REGION = keyword('Region');
export const KOMMUN = keyword('Kommun');
export const VARDCENTRAL = keyword('Vardcentral');
export const AVDELNING = keyword('Avdelning');
export const FAS = keyword('Fas');
export const FRIST = keyword('Frist');
export const FRIST_TID = datetime('FristTid');
/** All open deadlines: their ids, and the local days on which they fall due. */
export const FRISTER = keywordList('Frister');
export const UTSKRIVNINGSKLAR_SEDAN = datetime('UtskrivningsklarSedan');
export const BOLLEN_HOS = keywordList('BollenHos');
export const AVVIKELSER = keywordList('Avvikelser');
export const MANAD = keyword('Manad');

/** All of them: what a server must know before the first stay starts. */
export const SEARCH_ATTRIBUTES = [
  REGION,
  KOMMUN,
  VARDCENTRAL,
  AVDELNING,
  FAS,
  FRIST,
  FRIST_TID,
  FRISTER,
  UTSKRIVNINGSKLAR_SEDAN,
  BOLLEN_HOS,
  AVVIKELSER,
  MANAD,
];

// The server fails a workflow task whose values are too long: what somebody else wrote is trimmed.
const MAX_VALUE = 200;
const MAX_LIST = 40;
/** Some visibility stores choke on control characters, and none can be asked for a value with a double quote or a backslash in it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const NOT_ASKABLE = /[\u0000-\u001f\u007f"\\]/g;
/** A text as it stands in a search attribute, and so as it is asked for. */
export const searchable = (value: string): string => value.replace(NOT_ASKABLE, ' ').slice(0, MAX_VALUE);
/** A unit that somebody named by a patient's number is not shown: no unit's id is only that. */
const PERSONNUMMER = /(?:^|\/)\s*(?:\d{6}|\d{8})[-+ ]?\d{4}\s*$/;
const plain = (value: string): string | null => (PERSONNUMMER.test(value) ? null : searchable(value) || null);
/** Each once, and only so many; null: none. */
export const searchableList = (values: readonly string[]): string[] | null => {
  const kept = [...new Set(values.map(plain).filter((value) => value !== null))].slice(0, MAX_LIST);
  return kept.length ? kept : null;
};
const time = (at: number | null): Date | null => (at === null ? null : new Date(at));

/** The attributes as the server takes them, always in the same order; null: without value. */
export function attributePairs(attributes: OwnerAttributes): SearchAttributeUpdatePair[] {
  return [
    { key: REGION, value: plain(attributes.region) },
    { key: KOMMUN, value: plain(attributes.kommun) },
    { key: VARDCENTRAL, value: plain(attributes.vardcentral) },
    { key: AVDELNING, value: plain(attributes.avdelning) },
    { key: FAS, value: plain(attributes.fas) },
    { key: FRIST, value: attributes.frist === null ? null : plain(attributes.frist) },
    { key: FRIST_TID, value: time(attributes.fristTid) },
    { key: FRISTER, value: searchableList(attributes.frister) },
    { key: UTSKRIVNINGSKLAR_SEDAN, value: time(attributes.utskrivningsklarSedan) },
    { key: BOLLEN_HOS, value: searchableList(attributes.bollenHos) },
    { key: AVVIKELSER, value: searchableList(attributes.avvikelser) },
  ] as SearchAttributeUpdatePair[];
}

/** Those that have a value: what a workflow is started with. */
export function startAttributes(pairs: SearchAttributeUpdatePair[]): SearchAttributePair[] {
  return pairs.filter((pair): pair is SearchAttributePair => pair.value !== null);
}
