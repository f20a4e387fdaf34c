/** What is encrypted, what passes, and what becomes unreadable instead of stopping a stay. */
import { randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import { encode } from '@temporalio/common/lib/encoding.js';
import { describe, expect, it } from 'vitest';
import { payloadCodec, UnknownPayloadKey } from '../../src/temporal/codec.js';
import { payloadConverter } from '../../src/temporal/payload-converter.js';

const key = (id: string) => ({ id, key: randomBytes(32) });
const read = async (codec: ReturnType<typeof payloadCodec>, payload: Payload): Promise<unknown> => {
  const [decoded] = await codec.decode([payload]);
  return payloadConverter.fromPayload(decoded!);
};
const sealed = async (codec: ReturnType<typeof payloadCodec>, value: unknown): Promise<Payload> => {
  const [payload] = await codec.encode([payloadConverter.toPayload(value)!]);
  return payload!;
};
const raw = (encoding: string, data: Uint8Array, more: Record<string, string> = {}): Payload => ({
  metadata: { encoding: encode(encoding), ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, encode(value)])) },
  data,
});

describe('payload encryption', () => {
  it('gives back what went in and shows nothing of it on the way', async () => {
    const codec = payloadCodec([key('a')]);
    const value = { patient: { name: 'Märta Åsberg' }, tal: [1, null, true] };
    const payload = await sealed(codec, value);
    expect(Buffer.from(payload.data!).toString('latin1')).not.toContain('rta');
    expect(await read(codec, payload)).toEqual(value);
  });

  it('never encrypts the same value to the same bytes', async () => {
    const codec = payloadCodec([key('a')]);
    const [one, two] = await Promise.all([sealed(codec, 'x'), sealed(codec, 'x')]);
    expect(Buffer.from(one.data!).equals(Buffer.from(two.data!))).toBe(false);
  });

  it('encrypts with the newest key and still reads what the older ones made', async () => {
    const [old, fresh] = [key('2018'), key('2019')];
    const before = await sealed(payloadCodec([old]), 'förr');
    const rotated = payloadCodec([fresh, old]);
    expect(await read(rotated, before)).toBe('förr');
    expect(Buffer.from((await sealed(rotated, 'nu')).metadata!['encryption-key-id']!).toString()).toBe('2019');
  });

  it('lets a payload that is not encrypted pass, since CLI and UI send such', async () => {
    expect(await read(payloadCodec([key('a')]), payloadConverter.toPayload({ id: '1' })!)).toEqual({ id: '1' });
  });

  it('encrypts nothing without keys', async () => {
    expect(await payloadCodec([]).encode([raw('json/plain', encode('1'))])).toEqual([raw('json/plain', encode('1'))]);
  });

  it('refuses a key of another length at once', () => {
    expect(() => payloadCodec([{ id: 'a', key: randomBytes(16) }])).toThrow('not 32 bytes');
  });
});

describe('payloads that somebody made up', () => {
  const known = key('a');
  const codec = payloadCodec([known]);
  const rows: [string, Payload][] = [
    ['garbage under a known key', raw('binary/encrypted', randomBytes(60), { 'encryption-key-id': 'a' })],
    ['too short to hold a tag', raw('binary/encrypted', randomBytes(3), { 'encryption-key-id': 'a' })],
    ['nothing at all under a known key', raw('binary/encrypted', new Uint8Array(), { 'encryption-key-id': 'a' })],
    ['encrypted, but by no key', raw('binary/encrypted', randomBytes(60))],
    ['an encoding nobody knows', raw('binary/foo', encode('x'))],
    ['protobuf', raw('json/protobuf', encode('{}'), { messageType: 'x.Y' })],
    ['JSON that is none', raw('json/plain', encode('{"id":'))],
    ['no metadata', { data: encode('1') }],
    ['no encoding', { metadata: {}, data: encode('1') }],
  ];
  it.each(rows)('%s becomes unreadable and throws nothing', async (_what, payload) => {
    expect(await read(codec, payload)).toEqual({ unreadable: expect.any(String) });
  });

  it('a changed byte is noticed', async () => {
    const payload = await sealed(codec, { utskrivning: 'i dag' });
    const data = Buffer.from(payload.data!);
    data[20]! ^= 1;
    expect(await read(codec, { ...payload, data })).toEqual({ unreadable: 'binary/unreadable' });
  });

  it('a payload moved under another key id is noticed', async () => {
    const both = payloadCodec([known, { ...known, id: 'b' }]);
    const payload = await sealed(both, 1);
    expect(await read(both, { ...payload, metadata: { ...payload.metadata, 'encryption-key-id': encode('b') } })).toEqual({
      unreadable: 'binary/unreadable',
    });
  });

  it('an unknown key stops the reader: it may be a real action whose key is missing', async () => {
    await expect(codec.decode([raw('binary/encrypted', randomBytes(60), { 'encryption-key-id': 'nyckeln-som-saknas' })])).rejects.toThrow(
      UnknownPayloadKey,
    );
  });
});
