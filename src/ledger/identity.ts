/** Who the patient is and what people wrote are taken out of what is stored about a stay, sealed, and put back when the stay is read. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { canonical } from '../domain/canonical.js';
import type { Json, JsonObject } from '../domain/ids.js';
import { replaceSensitive, type Sensitive } from '../domain/stay/sensitive.js';

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

/** What belongs to no stay, sealed where it stands: in a jsonb column. */
export interface SealedJson {
  forseglat: { nyckel: string | null; data: string };
}

/** `name`: where it stands, so that it opens nowhere else. */
export function sealJson(value: unknown, name: string, keys: readonly LedgerKey[]): SealedJson {
  const { keyId, bytes } = seal(JSON.stringify(value), name, keys);
  return { forseglat: { nyckel: keyId, data: bytes.toString('base64') } };
}

/** Undefined when its key is no longer known. */
export function openJson<T>({ forseglat: { nyckel, data } }: SealedJson, name: string, keys: readonly LedgerKey[]): T | undefined {
  const text = open({ keyId: nyckel, bytes: Buffer.from(data, 'base64') }, name, keys);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** A stay's identities and texts by their marks. Marks are random: one whose identity was destroyed never points at another. */
export type Identities = Map<string, Json>;

/** What stands in stored JSON where something was taken out: `{"$identitet": mark}`, `{"$text": mark}`. */
const MARKS: Record<Sensitive, string> = { identitet: '$identitet', text: '$text' };
/** What is read in place of a text that was destroyed. */
export const ERASED = '«gallrat»';

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
 * Takes every identity and every text out of a value, and adds those that are new to the stay's `identities`. The fingerprint of a message
 * that held any is taken out too: who knows the rest of the message could find a personnummer by trying them all.
 * A value that looks like one of our marks is a stranger's: it is taken out as well, so that it cannot point at anything.
 */
export function takeOut<T>(value: T, identities: Identities): T {
  const known = new Map([...identities].map(([mark, identity]) => [canonical(identity), mark]));
  let found = 0;
  const place = (kind: Sensitive, part: Json): Json => {
    found++;
    const text = canonical(part);
    const mark = known.get(text) ?? randomBytes(9).toString('base64url');
    known.set(text, mark);
    identities.set(mark, part);
    return { [MARKS[kind]]: mark };
  };
  const taken = replaceSensitive(value, place) as unknown as Json;
  if (!isObject(taken)) return taken as T;
  // A refusal's event does not hold what was refused.
  if (typeof taken.hash === 'string' && (found > 0 || taken.type === 'refused')) return { ...taken, hash: place('text', taken.hash) } as T;
  if (!Array.isArray(taken.verdicts)) return taken as T;
  const hidden = (part: Json): Json =>
    isObject(part) && typeof part.hash === 'string' && known.has(canonical(part.hash)) ? { ...part, hash: place('text', part.hash) } : part;
  return { ...taken, verdicts: taken.verdicts.map((remembered) => (Array.isArray(remembered) ? remembered.map(hidden) : remembered)) } as T;
}

/**
 * Puts back what was taken out where it stood. Without it (the row or its key destroyed) a patient is `{}`, a text reads `«gallrat»`, and
 * what else said who somebody is, is gone: the stay is anonymous.
 */
export function putBack<T>(value: T, identities: Identities | undefined): T {
  const walk = (part: Json): Json | undefined => {
    if (part === null || typeof part !== 'object') return part;
    if (Array.isArray(part)) return part.map((item) => walk(item) ?? null);
    if (Object.hasOwn(part, MARKS.text)) return identities?.get(String(part[MARKS.text])) ?? ERASED;
    if (Object.hasOwn(part, MARKS.identitet)) return identities?.get(String(part[MARKS.identitet]));
    return mapFields(part, (name, field) => {
      const back = walk(field);
      return back === undefined && name === 'patient' ? {} : back;
    });
  };
  return walk(value as Json) as T;
}

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

function mapFields(object: JsonObject, change: (name: string, field: Json) => Json | undefined): JsonObject {
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
