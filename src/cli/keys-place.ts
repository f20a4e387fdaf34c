/** Where a configuration's keys come from: a file that the program may write, or a list that somebody else keeps. */
import type { Config } from '../config.js';
import { payloadKeysFile } from '../temporal/keys.js';

/** `own`: beside the embedded parts. `file`: named by PAYLOAD_KEYS_FILE. `list`: in PAYLOAD_KEYS itself. */
export type KeysPlace = { kind: 'own' | 'file'; file: string } | { kind: 'list' };

export function keysPlaceOf(config: Pick<Config, 'payloadKeys' | 'dataDir'>, env: NodeJS.ProcessEnv = process.env): KeysPlace {
  if (config.payloadKeys === undefined) return { kind: 'own', file: payloadKeysFile(config.dataDir) };
  const file = env['PAYLOAD_KEYS_FILE']?.trim();
  return file ? { kind: 'file', file } : { kind: 'list' };
}

/** The variable that an operator knows the keys by. */
export const keysName = (place: KeysPlace): string =>
  place.kind === 'own' ? `DATA_DIR: ${place.file}` : place.kind === 'file' ? 'PAYLOAD_KEYS_FILE:' : 'PAYLOAD_KEYS:';
