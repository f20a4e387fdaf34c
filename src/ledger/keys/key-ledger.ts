/** What the ledger does for keys: which rows need which, what is sealed anew under the newest, and since when each has been known. */
import type { LedgerContext } from '../ledger.js';
import { type KeyUse, keyUse, missingKeys } from './key-use.js';
import { giveKeyUp, type KnownKey, knownKeys, noteKeys } from './known-keys.js';
import { type MessageReader, reseal } from './reseal.js';

export interface KeyLedger {
  /** How many rows need each key. */
  keyUse(): Promise<KeyUse[]>;
  /** Keys that rows need and that are neither known here nor given up for lost. */
  missingKeys(): Promise<KeyUse[]>;
  /** Seals some rows anew under the newest key; answers how many. */
  reseal(reader: MessageReader): Promise<number>;
  /** Remembers, in real time, which keys there are and which is written with. */
  noteKeys(realNow: number): Promise<void>;
  knownKeys(): Promise<KnownKey[]>;
  /** A key is lost for good, and with it what needs it. */
  giveKeyUp(keyId: string, realNow: number): Promise<void>;
}

export function keysOver(context: LedgerContext): KeyLedger {
  return {
    keyUse: () => keyUse(context),
    missingKeys: () => missingKeys(context),
    reseal: (reader) => reseal(context, reader),
    noteKeys: (realNow) => noteKeys(context, realNow),
    knownKeys: () => knownKeys(context),
    giveKeyUp: (keyId, realNow) => giveKeyUp(context, keyId, realNow),
  };
}
