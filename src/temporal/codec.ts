/** AES-256-GCM around every payload: encrypted with the newest key, decrypted with whichever it names. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/encoding.js';
import proto from '@temporalio/proto';

/** A key for payloads. Its id is written in clear beside what it encrypts. */
export interface PayloadKey {
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
}

export const ENCRYPTED = 'binary/encrypted';
const UNREADABLE = encode('binary/unreadable');
const IV_BYTES = 12;
const TAG_BYTES = 16;
const PayloadProto = proto.temporal.api.common.v1.Payload;

/** A payload names a key that nobody has given: whoever reads must stop, rather than take it for nonsense and refuse a real action. */
export class UnknownPayloadKey extends Error {
  constructor(readonly keyId: string) {
    super(`Payload encrypted with a key that is not configured: ${keyId}`);
    this.name = 'UnknownPayloadKey';
  }
}

const nameOf = (payload: Payload, field: string): string | undefined => {
  const value = payload.metadata?.[field];
  return value instanceof Uint8Array ? decode(value) : undefined;
};

const seal = (payload: Payload, { id, key }: PayloadKey): Payload => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
  const data = Buffer.concat([iv, cipher.update(PayloadProto.encode(payload).finish()), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding: encode(ENCRYPTED), 'encryption-key-id': encode(id) }, data };
};

const open = (payload: Payload, { id, key }: PayloadKey): Payload => {
  const data = Buffer.from(payload.data ?? []);
  try {
    const tag = data.subarray(data.length - TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(id))
      .setAuthTag(tag);
    return PayloadProto.decode(Buffer.concat([decipher.update(data.subarray(IV_BYTES, data.length - TAG_BYTES)), decipher.final()]));
  } catch {
    // Somebody made it up, or it was broken on the way. The payload converter turns it into something that is refused.
    return { metadata: { encoding: UNREADABLE }, data: new Uint8Array() };
  }
};

/**
 * The codec for these keys, newest first; none at all encrypts nothing. The list is read at each use: it may be a ring that takes up new keys. A payload that is not encrypted passes (the CLI and the UI send such).
 * What fails authentication under a known key, or names none, becomes unreadable; a key id that is not known throws `UnknownPayloadKey`.
 */
export function payloadCodec(keys: readonly PayloadKey[]): PayloadCodec {
  for (const { id, key } of keys) if (key.byteLength !== 32) throw new Error(`Payload key ${id} is not 32 bytes`);

  const decodeOne = (payload: Payload): Payload => {
    if (nameOf(payload, 'encoding') !== ENCRYPTED) return payload;
    const id = nameOf(payload, 'encryption-key-id');
    if (id === undefined) return { metadata: { encoding: UNREADABLE }, data: new Uint8Array() };
    const key = keys.find((known) => known.id === id);
    if (!key) throw new UnknownPayloadKey(id);
    return open(payload, key);
  };
  return {
    async encode(payloads) {
      const [active] = keys;
      return active ? payloads.map((payload) => seal(payload, active)) : payloads;
    },
    decode: async (payloads) => payloads.map(decodeOne),
  };
}
