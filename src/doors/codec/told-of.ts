/** Which stays and regions a decoded value tells of, as far as it says so itself: for the log of accesses, and to keep regions apart. */
import { type Json, STAY_ID } from '../../domain/ids.js';
import { regionOfSystem } from '../../domain/stay/relation.js';

export interface ToldOf {
  stayIds: Set<string>;
  /** Named in so many words. */
  regions: Set<string>;
}

const REGION = /^[a-z][a-z-]{1,39}$/;
const MAX_DEPTH = 24;
/** More than this is read of no value: a month's stays, or a message made to keep the server busy. */
const MAX_PARTS = 200_000;
const MAX_STAYS = 5_000;

export function toldOf(value: Json): ToldOf {
  const told: ToldOf = { stayIds: new Set(), regions: new Set() };
  let parts = 0;
  const stay = (id: unknown) => {
    if (typeof id === 'string' && STAY_ID.test(id) && told.stayIds.size < MAX_STAYS) told.stayIds.add(id);
  };
  const region = (id: unknown) => {
    if (typeof id === 'string' && REGION.test(id)) told.regions.add(id);
  };
  const walk = (part: Json, depth: number): void => {
    if (typeof part !== 'object' || part === null || depth > MAX_DEPTH || ++parts > MAX_PARTS) return;
    if (Array.isArray(part)) {
      for (const item of part) walk(item, depth + 1);
      return;
    }
    stay(part['stayId']);
    region(part['region']);
    if (typeof part['noticeId'] === 'string') stay(part['noticeId'].split('~', 1)[0]);
    // A region's people and systems act in its own stays alone.
    if (part['party'] === 'region' || part['party'] === 'system') region(regionOfSystem(String(part['unit'])));
    if (typeof part['currentDetails'] === 'string') sentence(part['currentDetails'].slice(0, 300));
    for (const item of Object.values(part)) walk(item, depth + 1);
  };
  /** The heads and lines of the timeline that say whose they are. */
  const sentence = (text: string): void => {
    stay(/^(?:\*\*)?([A-Za-z0-9._\\-]{1,80})(?:\*\*)? · /.exec(text)?.[1]?.replaceAll('\\', ''));
    region(/, region ([a-z-]+)(?:\n|$)/.exec(text)?.[1]);
    const [kind, where, id] = /^(stay|billing|invoice)\/([a-z-]+)\/([A-Za-z0-9._-]+)/.exec(text)?.slice(1) ?? [];
    region(where);
    if (kind === 'stay') stay(id);
  };
  if (typeof value === 'string') sentence(value.slice(0, 1_000));
  else walk(value, 0);
  return told;
}
