/** Keys of a service that starts and runs: none that is needed may be missing, new ones are taken up, older rows are sealed anew. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { hl7MessageReader } from '../doors/hl7/message-reader.js';
import type { KeyUse } from '../ledger/keys/key-use.js';
import { startResealing } from '../ledger/keys/resealing.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Log } from '../telemetry/log.js';
import type { PayloadKey } from '../temporal/codec.js';
import { followKeys } from '../temporal/key-ring.js';
import { wrongUse } from './errors.js';
import { type KeysPlace, keysName, keysPlaceOf } from './keys-place.js';

export interface KeyParts {
  config: Pick<Config, 'payloadKeys' | 'dataDir' | 'databaseUrl'>;
  /** The list that everybody in this process holds. */
  keys: PayloadKey[];
  /** Undefined in a process that has none: it only follows the keys. */
  ledger: Ledger | undefined;
  /** One of its kind sees to the older rows. */
  isWorker: boolean;
  log: Log;
}

/** What a running service tells of its ledger's keys, for whoever cannot open that ledger meanwhile. Ids and counts only. */
export const KEYS_TOLD = 'payload-keys.status.json';

/** Throws in plain words when rows need a key that is not there. Answers how it is stopped. */
export async function startKeys({ config, keys, ledger, isWorker, log }: KeyParts): Promise<() => Promise<void>> {
  const place = keysPlaceOf(config);
  const missing = (await ledger?.missingKeys()) ?? [];
  if (missing.length > 0) throw wrongUse(lacks(place, missing));
  await ledger?.noteKeys(Date.now());
  const tell = async () => {
    if (config.databaseUrl !== undefined || ledger === undefined) return;
    const told = { at: Date.now(), use: await ledger.keyUse(), known: await ledger.knownKeys() };
    const file = join(config.dataDir, KEYS_TOLD);
    writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(told)}\n`, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  };
  const resealing = isWorker && ledger !== undefined ? startResealing({ ledger, reader: hl7MessageReader, log, onRest: tell }) : undefined;
  const onNews = () => {
    log.info({ keyId: keys[0]?.id }, 'keys have changed: payloads and rows are encrypted with this one from now on');
    Promise.resolve(ledger?.noteKeys(Date.now()))
      .then(() => resealing?.wake())
      .catch((error: unknown) => log.error({ err: error }, 'that keys have changed could not be written down'));
  };
  const onTrouble = (trouble: string) => log.error({ reason: trouble }, 'the file of keys cannot be used; those known are kept');
  const ring = place.kind === 'list' ? undefined : followKeys({ file: place.file, keys, onNews, onTrouble });
  return async () => {
    ring?.stop();
    await resealing?.stop();
  };
}

function lacks(place: KeysPlace, missing: readonly KeyUse[]): string {
  const ids = [...new Set(missing.map(({ keyId }) => keyId))];
  const rows = missing.map(({ table, rows: n }) => `${n} of ${table}`).join(', ');
  const [first] = ids;
  return `${keysName(place)} lacks the key ${ids.join(', ')}, which rows of the ledger need (${rows}); put it back, or, if it is lost for good, say so: hemgang keys lost ${first}`;
}
