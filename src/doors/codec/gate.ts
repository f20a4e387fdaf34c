/** The codec server's door: who asks, what they may see, and that it is in the log of accesses before anything leaves. */
import type { Payload } from '@temporalio/common';
import { regionOfSystem } from '../../domain/stay/relation.js';
import type { AccessLedger } from '../../ledger/access/access-ledger.js';
import { AccessesUnavailable, type AccessLog } from '../access/access-log.js';
import type { Auth } from '../access/auth.js';
import type { Caller } from '../access/caller.js';
import { type Outcome, type Problem, refuse } from '../problems.js';
import { codecRightOf } from './may-decode.js';
import { type Decoded, type Fate, readDecoded, viewFor } from './views.js';

export interface GateDeps {
  auth: Auth;
  accesses: AccessLog;
  ledger: Pick<AccessLedger, 'regionsOf'>;
  /** Temporal's: payloads of others are none of ours. */
  namespace: string;
  /** That the service is for: a region that has its people at the same issuer, and no stays here, is nobody. */
  regions: readonly string[];
}

export interface Shown {
  payloads: Payload[];
  fates: Fate[];
}

export interface CodecGate {
  identify: Auth['identify'];
  /** Before the body is read: whether the request is of our namespace. */
  admit(caller: Caller, operation: CodecOperation, namespace: string | undefined): Promise<Outcome<void>>;
  /** Payloads that the codec has decoded, as the caller may see them. */
  show(caller: Caller, payloads: readonly Payload[]): Promise<Outcome<Shown>>;
  /** Whether the caller may have these payloads encoded, which are as they were sent. */
  mayEncode(caller: Caller, payloads: readonly Payload[]): Promise<Outcome<void>>;
}

export type CodecOperation = 'decode' | 'encode';

const RETRY_AFTER_S = 2;
const unavailable = (code: Problem['code']): { ok: false; problem: Problem } => ({
  ok: false,
  problem: { code, retryAfterSeconds: RETRY_AFTER_S },
});

export function codecGate({ auth, accesses, ledger, namespace, regions }: GateDeps): CodecGate {
  const regionsOf = remembered(ledger);
  const rightOf = (caller: Caller) => {
    const right = codecRightOf(caller);
    return right !== undefined && regions.includes(right.region) ? right : undefined;
  };
  const note = async (
    caller: Caller,
    operation: CodecOperation,
    outcome: 'seen' | 'done' | 'forbidden' | 'hidden',
    stayIds: readonly string[],
  ) => accesses.note(caller, `codec.${operation}`, outcome, stayIds, regionToTell(caller));

  /** What cannot be looked up or logged is not shown. */
  const orUnavailable = async <T>(judge: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    try {
      return await judge();
    } catch (error) {
      return unavailable(error instanceof AccessesUnavailable ? 'accesses-unavailable' : 'ledger-unavailable');
    }
  };
  const forbidden = async (caller: Caller, operation: CodecOperation, stayIds: readonly string[]) => {
    await note(caller, operation, 'forbidden', stayIds);
    return refuse('not-allowed');
  };

  return {
    identify: (authorization) => auth.identify(authorization),

    admit: (caller, operation, asked) =>
      orUnavailable(async () =>
        asked === undefined || asked === namespace ? { ok: true, value: undefined } : forbidden(caller, operation, []),
      ),

    show: (caller, payloads) =>
      orUnavailable(async () => {
        const decoded = payloads.map(readDecoded);
        const right = rightOf(caller);
        const sight = right?.decode;
        if (right === undefined || sight === undefined) return forbidden(caller, 'decode', staysIn(decoded));
        const regionOf = await regionsOf(staysIn(decoded));
        const views = decoded.map((one) => ({ ...viewFor(one, { sight, region: right.region, regionOf }), stayIds: one.stayIds }));
        const of = (isForeign: boolean) => views.filter(({ fate }) => (fate === 'foreign') === isForeign);
        const told = await Promise.allSettled([
          of(false).length > 0 ? note(caller, 'decode', 'seen', staysIn(of(false))) : undefined,
          of(true).length > 0 ? note(caller, 'decode', 'hidden', staysIn(of(true))) : undefined,
        ]);
        for (const one of told) if (one.status === 'rejected') throw one.reason;
        return { ok: true, value: { payloads: views.map(({ payload }) => payload), fates: views.map(({ fate }) => fate) } };
      }),

    mayEncode: (caller, payloads) =>
      orUnavailable(async () => {
        const given = payloads.map(readDecoded);
        const right = rightOf(caller);
        // A command line that asks a query without arguments has nothing encoded.
        if (right !== undefined && given.length === 0) return { ok: true, value: undefined };
        const stayIds = staysIn(given);
        if (right?.encode !== true) return forbidden(caller, 'encode', stayIds);
        const regionOf = await regionsOf(stayIds);
        const isForeign = given.some((one) => viewFor(one, { sight: 'whole', region: right.region, regionOf }).fate === 'foreign');
        if (isForeign) return forbidden(caller, 'encode', stayIds);
        await note(caller, 'encode', 'done', stayIds);
        return { ok: true, value: undefined };
      }),
  };
}

const staysIn = (told: readonly Pick<Decoded, 'stayIds'>[]): string[] => [...new Set(told.flatMap(({ stayIds }) => [...stayIds]))];

const REMEMBERED = 20_000;

/** A stay is never moved to another region, and a page of the UI asks for the same one a hundred times. */
function remembered(ledger: GateDeps['ledger']): (stayIds: readonly string[]) => Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  return async (stayIds) => {
    const asked = stayIds.filter((stayId) => !known.has(stayId));
    const found = asked.length === 0 ? [] : [...(await ledger.regionsOf(asked))];
    const all = new Map([
      ...stayIds.flatMap((stayId) => (known.has(stayId) ? [[stayId, known.get(stayId) as string] as const] : [])),
      ...found,
    ]);
    if (known.size + found.length > REMEMBERED) known.clear();
    for (const [stayId, region] of found) known.set(stayId, region);
    return all;
  };
}

/** Whose log a row is in that names no stay: the caller's region, where there is one to be told. */
function regionToTell({ party, unit }: Caller): string {
  return party === 'region' || party === 'system' ? regionOfSystem(unit) : NO_REGION;
}
const NO_REGION = '-';
