/** Patient identity is taken out of what is stored about a stay, sealed, and put back when the stay is read. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { canonical } from '../domain/canonical.js';
import type { Json } from '../domain/ids.js';

/** 32 bytes for AES-256-GCM; the same keys as the payloads'. */
export interface LedgerKey {
  id: string;
  key: Uint8Array;
}

/** Sealed bytes: 12 of nonce, 16 of tag, ciphertext. Without a key they are plain, and `keyId` is null. */
export interface Sealed {
  keyId: string | null;
  bytes: Buffer;
}

/** A stay's identities by their marks. Marks are random: one whose identity was destroyed never points at another. */
export type Identities = Map<string, Json>;

/** What stands in stored JSON where an identity was: `{"$identitet": mark}`. */
const MARK = '$identitet';
/** Fields whose whole value identifies somebody: the patient, and the text about those close to the patient. */
const FIELDS = new Set(['patient', 'narstaende']);

const NONCE = 12;
const TAG = 16;

/** Seals text under the newest key, bound to the stay it belongs to. */
export function seal(text: string, stayId: string, keys: readonly LedgerKey[]): Sealed {
  const newest = keys[0];
  if (newest === undefined) return { keyId: null, bytes: Buffer.from(text, 'utf8') };
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', newest.key, nonce).setAAD(Buffer.from(`${newest.id} ${stayId}`, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { keyId: newest.id, bytes: Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]) };
}

/** The text that was sealed; undefined when its key is no longer known. Throws when the bytes were tampered with. */
export function open(sealed: Sealed, stayId: string, keys: readonly LedgerKey[]): string | undefined {
  if (sealed.keyId === null) return sealed.bytes.toString('utf8');
  const key = keys.find((k) => k.id === sealed.keyId);
  if (key === undefined) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key.key, sealed.bytes.subarray(0, NONCE))
    .setAAD(Buffer.from(`${key.id} ${stayId}`, 'utf8'))
    .setAuthTag(sealed.bytes.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(sealed.bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
}

/**
 * Takes every identity out of a value, and adds those that are new to the stay's `identities`.
 * A value that looks like one of our marks is a stranger's: it is taken out as well, so that it cannot point at anything.
 */
export function takeOut<T>(value: T, identities: Identities): T {
  const known = new Map([...identities].map(([mark, identity]) => [canonical(identity), mark]));
  const place = (identity: Json): Json => {
    const text = canonical(identity);
    const mark = known.get(text) ?? randomUUID();
    known.set(text, mark);
    identities.set(mark, identity);
    return { [MARK]: mark };
  };
  const walk = (part: Json): Json => {
    if (part === null || typeof part !== 'object') return part;
    if (Array.isArray(part)) return part.map(walk);
    if (Object.hasOwn(part, MARK)) return place(part);
    return mapFields(part, (name, field) => (FIELDS.has(name) ? place(field) : walk(field)));
  };
  return walk(value as Json) as T;
}

/**
 * Puts the identities back where they were taken out. Without them (the row or its key destroyed) a patient is `{}`
 * and other fields are gone: the stay is anonymous.
 */
export function putBack<T>(value: T, identities: Identities | undefined): T {
  const walk = (part: Json): Json | undefined => {
    if (part === null || typeof part !== 'object') return part;
    if (Array.isArray(part)) return part.map((item) => walk(item) ?? null);
    if (Object.hasOwn(part, MARK)) return identities?.get(String(part[MARK]));
    return mapFields(part, (name, field) => {
      const back = walk(field);
      return back === undefined && name === 'patient' ? {} : back;
    });
  };
  return walk(value as Json) as T;
}

function mapFields(object: { [key: string]: Json }, change: (name: string, field: Json) => Json | undefined): { [key: string]: Json } {
  // fromEntries makes own properties of every name, `__proto__` too.
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, field]) => {
      const changed = field === undefined ? undefined : change(name, field);
      return changed === undefined ? [] : [[name, changed]];
    }),
  );
}

/**
 * A digest of something that holds identity, as `keyId:hex`; keyed, so that nobody can find the personnummer by trying them all.
 * Give `like` to digest under the key that an earlier digest used; undefined when that key is gone.
 */
export function digestOf(value: unknown, keys: readonly LedgerKey[], like?: string): string | undefined {
  const keyId = like === undefined ? (keys[0]?.id ?? '') : like.slice(0, like.lastIndexOf(':'));
  const text = canonical(value);
  if (keyId === '') return `:${createHash('sha256').update(text).digest('hex')}`;
  const key = keys.find((k) => k.id === keyId);
  return key && `${keyId}:${createHmac('sha256', key.key).update(text).digest('hex')}`;
}
