/** The keys that payloads are encrypted with: from the environment, or made once and kept beside the embedded parts. */
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PayloadKey } from './codec.js';

const KEY_BYTES = 32;
const FILE = 'payload-keys';

/** Reads `kid:base64(32 bytes)`, separated by commas or line ends, newest first. The error repeats no key. */
export function parsePayloadKeys(text: string): { keys: PayloadKey[] } | { error: string } {
  const keys: PayloadKey[] = [];
  for (const [index, entry] of text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter(Boolean)
    .entries()) {
    const [, id, base64] = /^([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]+={0,2})$/.exec(entry) ?? [];
    if (id === undefined || base64 === undefined) return { error: `is no list of ID:BASE64, newest first (entry ${index + 1})` };
    const key = new Uint8Array(Buffer.from(base64, 'base64'));
    if (key.length !== KEY_BYTES) return { error: `holds a key of ${key.length} bytes, not ${KEY_BYTES} (${id})` };
    if (keys.some((other) => other.id === id)) return { error: `holds two keys with the id ${id}` };
    keys.push({ id, key });
  }
  return keys.length > 0 ? { keys } : { error: 'holds no key' };
}

/** The same list as text, as `PAYLOAD_KEYS` takes it. */
export function payloadKeysText(keys: readonly PayloadKey[], between = ','): string {
  return keys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join(between);
}

/** A key that nobody has had before. Its id tells when it was made, and nothing of the key. */
export function newPayloadKey(now: Date = new Date()): PayloadKey {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  return { id: `k-${day}-${randomBytes(4).toString('hex')}`, key: new Uint8Array(randomBytes(KEY_BYTES)) };
}

/** Where the keys of the embedded parts are. */
export function payloadKeysFile(dataDir: string): string {
  return join(dataDir, FILE);
}

/**
 * The configured keys, newest first; without any, those in `DATA_DIR/payload-keys` (mode 0600), made at the first start.
 * Throws in plain words when that file cannot be read: without its keys, nothing that was written before can be.
 */
export function loadKeys({ payloadKeys, dataDir }: { payloadKeys: PayloadKey[] | undefined; dataDir: string }): PayloadKey[] {
  if (payloadKeys !== undefined) return payloadKeys;
  const file = payloadKeysFile(dataDir);
  const parsed = parsePayloadKeys(readIfThere(file) ?? makeKeys(dataDir, file));
  if ('error' in parsed) throw new Error(`DATA_DIR: ${file} ${parsed.error}`);
  return parsed.keys;
}

/** The keys in a file; undefined when there is no such file. Throws in plain words when it holds something else. */
export function readKeysFile(file: string): PayloadKey[] | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const parsed = parsePayloadKeys(text);
  if ('error' in parsed) throw new Error(`${file} ${parsed.error}`);
  return parsed.keys;
}

/** Puts these keys in the place of those in the file: whoever reads it, and whenever the machine stops, sees the old ones or the new ones. */
export function writeKeysFile(file: string, keys: readonly PayloadKey[]): void {
  const mine = writeAside(file, keys);
  try {
    renameSync(mine, file);
  } catch (error) {
    rmSync(mine, { force: true });
    throw error;
  }
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Two processes that start at once must end with the same key: the first link wins, and both read what is there. */
function makeKeys(dataDir: string, file: string): string {
  mkdirSync(dataDir, { recursive: true });
  const mine = writeAside(file, [{ id: `local-${randomBytes(4).toString('hex')}`, key: randomBytes(KEY_BYTES) }]);
  try {
    linkSync(mine, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(mine, { force: true });
  }
  return readFileSync(file, 'utf8');
}

/** On the disk, whole, under another name. */
function writeAside(file: string, keys: readonly PayloadKey[]): string {
  const mine = `${file}.${process.pid}`;
  // A file of a killed process of the same number might have another mode.
  rmSync(mine, { force: true });
  const fd = openSync(mine, 'wx', 0o600);
  try {
    writeSync(fd, `${payloadKeysText(keys, '\n')}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  chmodSync(mine, 0o600);
  return mine;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
