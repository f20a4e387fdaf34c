import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PayloadKey, payloadCodec } from '../../src/temporal/codec.js';
import { followKeys, type KeyRing } from '../../src/temporal/key-ring.js';
import { newPayloadKey, payloadKeysText, writeKeysFile } from '../../src/temporal/keys.js';
import { tempFolder } from '../support/temp-folder.js';

const file = join(tempFolder('key-ring'), 'keys');
const [FIRST, SECOND, THIRD] = [newPayloadKey(), newPayloadKey(), newPayloadKey()];
let keys: PayloadKey[];
let told: { news: string[][]; troubles: string[] };
let ring: KeyRing;

beforeEach(() => {
  keys = [FIRST];
  told = { news: [], troubles: [] };
  writeKeysFile(file, keys);
  ring = followKeys({
    file,
    keys,
    everyMs: 3_600_000,
    onNews: (now) => told.news.push(now.map(({ id }) => id)),
    onTrouble: (trouble) => told.troubles.push(trouble),
  });
});
afterEach(() => ring.stop());

const ids = () => keys.map(({ id }) => id);

describe('the keys of a running service', () => {
  test('are those of the file, as soon as it has changed; nothing is told when it has not', () => {
    ring.look();
    expect(told).toEqual({ news: [], troubles: [] });
    writeKeysFile(file, [SECOND, FIRST]);
    ring.look();
    ring.look();
    expect(ids()).toEqual([SECOND.id, FIRST.id]);
    expect(told).toEqual({ news: [[SECOND.id, FIRST.id]], troubles: [] });
  });

  test('are looked for by themselves', async () => {
    ring.stop();
    ring = followKeys({ file, keys, everyMs: 5 });
    writeKeysFile(file, [SECOND, FIRST]);
    await expect.poll(ids).toEqual([SECOND.id, FIRST.id]);
  });

  test('stay known when they are taken out of the file: what was written with them a moment ago is still read', () => {
    writeKeysFile(file, [SECOND]);
    ring.look();
    expect(ids()).toEqual([SECOND.id, FIRST.id]);
  });

  test('are written with in the order of the file: a prepared key is read with before it is written with', async () => {
    const codec = payloadCodec(keys);
    const keyOf = async () => {
      const [payload] = await codec.encode([defaultPayloadConverter.toPayload('hej')]);
      return Buffer.from(payload?.metadata?.['encryption-key-id'] ?? []).toString();
    };
    writeKeysFile(file, [FIRST, SECOND]);
    ring.look();
    expect(await keyOf()).toBe(FIRST.id);
    const [byOther] = await payloadCodec([SECOND]).encode([defaultPayloadConverter.toPayload('från en annan')]);
    expect(defaultPayloadConverter.fromPayload((await codec.decode([byOther as never]))[0] as never)).toBe('från en annan');
    writeKeysFile(file, [SECOND, FIRST]);
    ring.look();
    expect(await keyOf()).toBe(SECOND.id);
  });

  test.each([
    ['is gone', () => rmSync(file), /is gone$/],
    ['holds no key', () => writeFileSync(file, '\n'), /holds no key$/],
    ['holds something else', () => writeFileSync(file, 'not a key'), /is no list of ID:BASE64, newest first \(entry 1\)$/],
    [
      'has another key under a known id',
      () => writeFileSync(file, payloadKeysText([THIRD, { id: FIRST.id, key: SECOND.key }])),
      new RegExp(`has another key under the id ${FIRST.id}$`),
    ],
  ])('are kept as they are when the file %s; it is said once, without the key', (_, spoil, said) => {
    spoil();
    ring.look();
    ring.look();
    expect(ids()).toEqual([FIRST.id]);
    expect(told.news).toEqual([]);
    expect(told.troubles).toEqual([expect.stringMatching(said)]);
    for (const { key } of [FIRST, SECOND]) expect(told.troubles.join()).not.toContain(Buffer.from(key).toString('base64').slice(0, 12));
    // Mended, it is followed again; spoilt again, it is said again.
    writeKeysFile(file, [SECOND, FIRST]);
    ring.look();
    expect(ids()).toEqual([SECOND.id, FIRST.id]);
    rmSync(file);
    ring.look();
    expect(told.troubles).toHaveLength(2);
  });
});
