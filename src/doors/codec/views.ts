/** Decoded payloads as a caller may see them: read, told whose they are, and hidden where they are not theirs to see. */
import type { Payload } from '@temporalio/common';
import { encode as bytesOf, decode as textOf } from '@temporalio/common/lib/encoding.js';
import type { Json } from '../../domain/ids.js';
import { ENCRYPTED } from '../../temporal/codec.js';
import type { CodecSight } from './may-decode.js';
import { HIDDEN, shownAttribute, shownOf } from './shown.js';
import { type ToldOf, toldOf } from './told-of.js';

/** In place of what another region's patients, or a lost key, keep from being shown. */
export const FOREIGN = '«annan region»';
export const KEYLESS = '«nyckeln saknas»';

/** What became of a payload, for whoever counts them. */
export const FATES = ['whole', 'owner', 'foreign', 'keyless'] as const;
export type Fate = (typeof FATES)[number];

export interface Decoded extends ToldOf {
  payload: Payload;
  /** Undefined where it is no JSON. */
  value: Json | undefined;
}

const metadataOf = ({ metadata }: Payload, name: string): string => {
  const value = metadata?.[name];
  return value instanceof Uint8Array ? textOf(value) : '';
};
const encodingOf = (payload: Payload): string => metadataOf(payload, 'encoding');

/** As Temporal marks search attributes, which pages may have decoded with the rest. */
const ATTRIBUTES: readonly string[] = ['Bool', 'Datetime', 'Double', 'Int', 'Keyword', 'KeywordList', 'Text'];

/** What a payload that the codec has been at says. One whose key is not known is still sealed. */
export function readDecoded(payload: Payload): Decoded {
  const value = jsonOf(payload);
  return { payload, value, ...(value === undefined ? { stayIds: new Set<string>(), regions: new Set<string>() } : toldOf(value)) };
}

function jsonOf(payload: Payload): Json | undefined {
  if (encodingOf(payload) !== 'json/plain') return undefined;
  try {
    return JSON.parse(textOf(payload.data ?? new Uint8Array())) as Json;
  } catch {
    return undefined;
  }
}

/** The payload for a caller of that sight and region. `regionOf`: the region of a stay that the ledger knows. */
export function viewFor(
  decoded: Decoded,
  { sight, region, regionOf }: { sight: CodecSight; region: string; regionOf: ReadonlyMap<string, string> },
): { payload: Payload; fate: Fate } {
  const { payload, value, stayIds, regions } = decoded;
  const named = [...regions, ...[...stayIds].flatMap((stayId) => regionOf.get(stayId) ?? [])];
  if (named.some((one) => one !== region)) return { payload: json(FOREIGN), fate: 'foreign' };
  const encoding = encodingOf(payload);
  if (encoding === ENCRYPTED) return { payload: sight === 'whole' ? payload : json(KEYLESS), fate: 'keyless' };
  if (sight === 'whole') return { payload, fate: 'whole' };
  // Nothing is in these.
  if ((payload.data ?? []).length === 0 && ['binary/null', 'binary/unreadable'].includes(encoding))
    return { payload: { metadata: { encoding: bytesOf(encoding) }, data: new Uint8Array() }, fate: 'owner' };
  const type = metadataOf(payload, 'type');
  if (value !== undefined && ATTRIBUTES.includes(type))
    return {
      payload: { ...json(shownAttribute(value)), metadata: { encoding: bytesOf('json/plain'), type: bytesOf(type) } },
      fate: 'owner',
    };
  return { payload: json(value === undefined ? HIDDEN : shownOf(value)), fate: 'owner' };
}

/** With no more metadata than that: what a sender has put there is theirs. */
const json = (value: Json): Payload => ({ metadata: { encoding: bytesOf('json/plain') }, data: bytesOf(JSON.stringify(value)) });
