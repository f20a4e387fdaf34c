/** A caller and a stay: what the one is to the other, whether it may be known of, and the note of every access. */
import { toIso } from '../../domain/calendar.js';
import { STAY_ID } from '../../domain/ids.js';
import { relationOf, type Viewer } from '../../domain/stay/relation.js';
import { type Sighting, seenBy } from '../../domain/stay/view.js';
import type { AccessOutcome } from '../../ledger/access/access-ledger.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { StoredStay } from '../../ledger/read-stay.js';
import { type StayGateway, TemporalUnavailable } from '../gateway.js';
import type { AccessLog } from './access-log.js';
import type { Caller } from './caller.js';

export interface StayAccessDeps {
  ledger: Pick<Ledger, 'findStay' | 'readStay'>;
  gateway: Pick<StayGateway, 'see'>;
  clock: { now(): number };
  /** Where accesses are noted; needed as soon as there are callers. */
  accesses?: AccessLog | undefined;
  /** The agreements that a tolkningsinstans interprets. */
  interpretedBy?: ((tolkningsinstans: string) => readonly string[]) | undefined;
  /** To hide whether a stay exists, "no such stay" is answered after a whole number of these milliseconds; default 150. */
  hidingMs?: number | undefined;
}

export interface StayAccess {
  /** Region of the stay, once it has been admitted. */
  regionOf(stayId: string): Promise<string | undefined>;
  /** What the caller is to the stay and sees of it now; undefined when there is nothing that they may know of. */
  sighting(stayId: string, caller: Caller): Promise<Sighting | undefined>;
  /** Whether the caller may know of the stay. What once may be known stays known, and is not asked again. */
  knows(stayId: string, caller: Caller): Promise<boolean>;
  /** Remembers that the caller knows of it. */
  learn(stayId: string, caller: Caller): void;
  note(caller: Caller, operation: string, outcome: AccessOutcome, stayId: string): Promise<void>;
  /** Notes the attempt, and waits until it cannot be told from the time whether there is such a stay. `since`: of `performance.now()`. */
  hide(caller: Caller, operation: string, stayId: string, since: number): Promise<void>;
}

const REMEMBERED = 50_000;
/** A region that no agreement can have: a stay that is none is looked for just as one that is. */
const NOWHERE = '-';
const HIDING_MS = 150;

export function stayAccess(deps: StayAccessDeps): StayAccess {
  const { ledger, gateway, clock } = deps;
  const regions = bounded<string>();
  const known = bounded<true>();
  const keyOf = (stayId: string, { party, unit }: Caller) => `${stayId}|${party}|${unit}`;

  const regionOf = async (stayId: string): Promise<string | undefined> => {
    const remembered = regions.get(stayId);
    if (remembered !== undefined || !STAY_ID.test(stayId)) return remembered;
    const place = await ledger.findStay(stayId);
    if (place !== undefined) regions.set(stayId, place.region);
    return place?.region;
  };
  const viewerOf = ({ party, unit, roles }: Caller): Viewer => ({
    party,
    unit,
    roles,
    ...(party === 'tolkningsinstans' ? { agreements: deps.interpretedBy?.(unit) ?? [] } : {}),
  });
  const recorded = async (stayId: string, viewer: Viewer) => {
    const stored = await ledger.readStay(stayId);
    if (stored === undefined) return undefined;
    const { relation, stay } = seenBy(stored.stay, stored.rules, clock.now(), viewer);
    return { relation, stay: stay && { ...stay, ...erasedSince(stored) }, ended: stored.stay.ended !== null };
  };
  const notStrange = (seen: Sighting | undefined): Sighting | undefined => (seen?.relation === 'stranger' ? undefined : seen);

  /** The same questions are asked about a stay that there is and one that there is not, and fail alike. */
  const sighting = async (stayId: string, caller: Caller): Promise<Sighting | undefined> => {
    if (!STAY_ID.test(stayId)) return undefined;
    const viewer = viewerOf(caller);
    const region = await regionOf(stayId);
    try {
      const running = await gateway.see(region ?? NOWHERE, stayId, viewer);
      return notStrange(running ?? (await recorded(stayId, viewer)));
    } catch (error) {
      if (!(error instanceof TemporalUnavailable)) throw error;
      // What has ended can be read while Temporal is away, by those who may know of it.
      const stored = await recorded(stayId, viewer);
      if (stored?.ended === true && notStrange(stored) !== undefined) return stored;
      throw error;
    }
  };
  /** The ledger follows within seconds: who has a part there has one. Only when it knows of none is the stay itself asked. */
  const mayKnow = async (stayId: string, caller: Caller): Promise<boolean> => {
    const viewer = viewerOf(caller);
    const stored = STAY_ID.test(stayId) ? await ledger.readStay(stayId) : undefined;
    if (stored !== undefined && relationOf(stored.stay, stored.rules, viewer) !== 'stranger') return true;
    return (await sighting(stayId, caller)) !== undefined;
  };
  const note: StayAccess['note'] = async (caller, operation, outcome, stayId) => {
    if (deps.accesses === undefined) throw new Error('a caller, and no log of accesses');
    await deps.accesses.note(caller, operation, outcome, [stayId]);
  };

  return {
    regionOf,
    sighting: async (stayId, caller) => {
      const seen = await sighting(stayId, caller);
      if (seen !== undefined) known.set(keyOf(stayId, caller), true);
      return seen;
    },
    async knows(stayId, caller) {
      const key = keyOf(stayId, caller);
      if (known.get(key) === true) return true;
      const may = await mayKnow(stayId, caller);
      if (may) known.set(key, true);
      return may;
    },
    learn: (stayId, caller) => known.set(keyOf(stayId, caller), true),
    note,
    async hide(caller, operation, stayId, since) {
      await note(caller, operation, 'hidden', stayId);
      const { hidingMs = HIDING_MS } = deps;
      const passed = performance.now() - since;
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(passed / hidingMs) * hidingMs - passed));
    },
  };
}

/** Whoever sees the stay is told that it is not as it was. */
export function erasedSince({ erasure }: Pick<StoredStay, 'erasure'>): { gallratAt?: string } {
  return erasure?.completedAt == null ? {} : { gallratAt: toIso(erasure.completedAt) };
}

/** Forgets everything when it is full: what is forgotten is asked for again. */
function bounded<T>() {
  const kept = new Map<string, T>();
  return {
    get: (key: string): T | undefined => kept.get(key),
    set(key: string, value: T): void {
      if (kept.size >= REMEMBERED) kept.clear();
      kept.set(key, value);
    },
  };
}
