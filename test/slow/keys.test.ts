/** New keys by command: in one step where one process has them, in two where several have; and which key is still needed. */
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RotateOptions, run as rotate } from '../../src/cli/keys-rotate.js';
import { lost, run as statusRun } from '../../src/cli/keys-status.js';
import { startKeys } from '../../src/cli/start-keys.js';
import { lockDataDir } from '../../src/data-dir.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import type { PayloadKey } from '../../src/temporal/codec.js';
import { newPayloadKey, parsePayloadKeys, payloadKeysFile, payloadKeysText, readKeysFile, writeKeysFile } from '../../src/temporal/keys.js';
import { numbered, rules, story } from '../ledger/sample.js';
import { freePorts } from '../support/free-port.js';
import { tempFolder } from '../support/temp-folder.js';

const folder = tempFolder('keys');
let dataDir = '';
let runs = 0;

beforeEach(async () => {
  dataDir = join(folder, String((runs += 1)));
  const [temporal = 0] = await freePorts(1);
  vi.stubEnv('DATA_DIR', dataDir);
  // Nobody answers there.
  vi.stubEnv('TEMPORAL_PORT', String(temporal));
  vi.stubEnv('PAYLOAD_KEYS', '');
  vi.stubEnv('PAYLOAD_KEYS_FILE', '');
});
afterEach(() => vi.unstubAllEnvs());

async function said(command: (io: Parameters<typeof rotate>[1]) => Promise<number>) {
  const told = { out: '', err: '' };
  const io = { stdout: { write: (text: string) => (told.out += text) }, stderr: { write: (text: string) => (told.err += text) } };
  return { code: await command(io), ...told };
}
const rotated = (options: RotateOptions = {}) => said((io) => rotate(options, io));
const status = () => said((io) => statusRun({}, io));
const ids = (keys: readonly PayloadKey[] | undefined) => keys?.map(({ id }) => id);
const ownFile = () => payloadKeysFile(dataDir);

describe('hemgang keys rotate', () => {
  test('beside the embedded parts: the new key is first at once, the old ones stay, and nobody else may read them', async () => {
    const first = await rotated();
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^k-\d{8}-[0-9a-f]{8}\n$/) });
    const second = await rotated();
    const keys = readKeysFile(ownFile());
    expect(ids(keys)?.slice(0, 2)).toEqual([second.out.trim(), first.out.trim()]);
    expect(keys).toHaveLength(3);
    expect(statSync(ownFile()).mode & 0o777).toBe(0o600);
    expect(second.err).toContain('is to be backed up');
    for (const { key } of keys ?? []) expect(second.out + second.err).not.toContain(Buffer.from(key).toString('base64'));
  });

  test('prepares and activates there too, when it is asked to', async () => {
    await rotated();
    const [before] = readKeysFile(ownFile()) ?? [];
    const prepared = (await rotated({ prepare: true })).out.trim();
    expect(ids(readKeysFile(ownFile()))?.slice(0, 2)).toEqual([before?.id, prepared]);
    expect(await rotated({ activate: prepared })).toMatchObject({ code: 0, out: `${prepared}\n` });
    expect(ids(readKeysFile(ownFile()))?.slice(0, 2)).toEqual([prepared, before?.id]);
  });

  test('of a list that somebody else keeps: the whole new list is printed, the new key second, and then first', async () => {
    const [a, b] = [newPayloadKey(), newPayloadKey()];
    vi.stubEnv('PAYLOAD_KEYS', payloadKeysText([a, b]));
    const prepared = await rotated();
    const list = parsePayloadKeys(prepared.out) as { keys: PayloadKey[] };
    const made = list.keys[1]?.id ?? '';
    expect(ids(list.keys)).toEqual([a.id, made, b.id]);
    expect(prepared.err).toContain(`Nobody writes with ${made} yet.`);
    expect(prepared.err).toContain(`hemgang keys rotate --activate ${made}`);
    vi.stubEnv('PAYLOAD_KEYS', prepared.out.trim());
    const activated = await rotated({ activate: made });
    expect(ids((parsePayloadKeys(activated.out) as { keys: PayloadKey[] }).keys)).toEqual([made, a.id, b.id]);
  });

  test('of a file: printed, or written when it is asked to; a running process would take it up', async () => {
    const file = join(folder, `keys-${runs}`);
    const [a] = [newPayloadKey()];
    writeKeysFile(file, [a]);
    vi.stubEnv('PAYLOAD_KEYS_FILE', file);
    await rotated();
    expect(ids(readKeysFile(file))).toEqual([a.id]);
    const written = await rotated({ write: true });
    expect(ids(readKeysFile(file))).toEqual([a.id, written.out.trim()]);
    expect(written.out).not.toContain(':');
    await rotated({ now: true, write: true });
    expect(readKeysFile(file)).toHaveLength(3);
    expect(ids(readKeysFile(file))?.slice(1)).toEqual([a.id, written.out.trim()]);
  });

  test.each<[string, RotateOptions, RegExp]>([
    ['two ways at once', { prepare: true, now: true }, /^--prepare, --activate and --now are told apart/],
    ['a key that is not there', { activate: 'k-0' }, /^--activate: there is no key k-0; known are k-/],
    ['writing what is no file', { write: true }, /^--write: needs PAYLOAD_KEYS_FILE/],
  ])('refuses %s, and changes nothing', async (_, options, why) => {
    const list = payloadKeysText([newPayloadKey()]);
    vi.stubEnv('PAYLOAD_KEYS', list);
    expect(await rotated(options)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(why) });
  });

  test('refuses a file that holds something else: without those keys nothing could be read', async () => {
    await rotated();
    writeFileSync(ownFile(), 'something else');
    expect(await rotated()).toMatchObject({ code: 1, out: '', err: expect.stringContaining('is no list of ID:BASE64') });
    expect(readFileSync(ownFile(), 'utf8')).toBe('something else');
  });
});

// A database is opened up to three times, each with its start-up.
describe('which key is needed', { timeout: 90_000 }, () => {
  const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Parameters<typeof startKeys>[0]['log'];
  const config = () => ({ payloadKeys: undefined, dataDir, databaseUrl: undefined });
  const keys = () => readKeysFile(ownFile()) ?? [];
  const prepared = join(folder, 'prepared');
  // A database made anew takes many seconds: it is made once, and copied.
  beforeAll(async () => {
    mkdirSync(prepared, { recursive: true });
    writeKeysFile(payloadKeysFile(prepared), [newPayloadKey()]);
    const ledger = await openLedger({ dataDir: prepared, keys: readKeysFile(payloadKeysFile(prepared)) });
    await ledger.record({ stayId: 'S-1', region: 'jonkoping', rules: rules(), events: numbered(story()) });
    await ledger.close();
  }, 120_000);
  beforeEach(() => cpSync(prepared, dataDir, { recursive: true }));
  let open: Ledger | undefined;
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });

  test('is told by key: what rows need, and that histories cannot be asked for', async () => {
    const [old] = keys();
    const active = (await rotated()).out.trim();
    const { code, out } = await status();
    expect(code).toBe(0);
    const lines = out.trim().split('\n');
    expect(lines[0]).toMatch(new RegExp(`^${active} +written with; no rows yet$`));
    expect(lines.find((line) => line.startsWith(String(old?.id)))).toMatch(
      /needed by 1 of admissions, 1 of patients, 1 of person_admissions \(sealed anew by a running worker\), and perhaps by histories: Temporal cannot be asked$/,
    );
  });

  test('a service seals everything anew, and tells of it while nobody else can open its ledger', async () => {
    const [old] = keys();
    const active = (await rotated()).out.trim();
    const lock = lockDataDir(dataDir);
    if ('error' in lock) throw new Error(lock.error);
    expect(await status()).toMatchObject({ code: 1, err: expect.stringContaining('has not told of its keys yet') });
    open = await openLedger({ dataDir, keys: keys() });
    const stop = await startKeys({ config: config(), keys: keys(), ledger: open, isWorker: true, log: LOG });
    await expect
      .poll(async () => (await status()).out, { timeout: 10_000 })
      .toMatch(new RegExp(`^${active} +written with since .*; .*1 of patients`));
    const { out, err } = await status();
    expect(out.split('\n').find((line) => line.startsWith(String(old?.id)))).toMatch(
      /; needed perhaps by histories: Temporal cannot be asked$/,
    );
    expect(err).toContain('in use by the running service');
    await stop();
    lock.release();
  });

  test('a service does not start without a key that rows need, and says which; once given up it does, and the rest is unread', async () => {
    const [old] = keys();
    writeKeysFile(ownFile(), [newPayloadKey()]);
    open = await openLedger({ dataDir, keys: keys() });
    const start = () => startKeys({ config: config(), keys: keys(), ledger: open, isWorker: false, log: LOG });
    await expect(start()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(new RegExp(`lacks the key ${old?.id}, .*1 of patients.*hemgang keys lost ${old?.id}$`)),
    });
    await open.close();
    expect((await status()).out).toMatch(new RegExp(`^${old?.id} +MISSING; needed by .*1 of patients`, 'm'));

    const gaveUp = await said((io) => lost({ keyId: String(old?.id) }, io));
    expect(gaveUp).toMatchObject({ code: 0, out: expect.stringMatching(/given up\. Not to be read any more: .*1 of patients/) });
    expect((await status()).out).toMatch(new RegExp(`^${old?.id} +lost; needed by`, 'm'));
    open = await openLedger({ dataDir, keys: keys() });
    await (await start())();
    const stay = await open.readStay('S-1');
    expect(stay?.stay.admission.patient).toEqual({});
    expect(stay?.stay.log.at(-1)).toMatchObject({ action: 'skriv-ut', data: { till: 'hem' } });
  });

  test('only a key that is gone and needed can be given up', async () => {
    const [active] = keys();
    expect(await said((io) => lost({ keyId: String(active?.id) }, io))).toMatchObject({
      code: 2,
      err: expect.stringContaining('is configured'),
    });
    expect(await said((io) => lost({ keyId: 'k-never' }, io))).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing in the ledger needs it'),
    });
  });

  test('a running service takes up a new key, and says so when the file goes wrong', async () => {
    open = await openLedger({ dataDir, keys: keys() });
    const held = keys();
    const lines: string[] = [];
    const log = { ...LOG, info: (_: object, text: string) => lines.push(text), error: (_: object, text: string) => lines.push(text) };
    const stop = await startKeys({ config: config(), keys: held, ledger: open, isWorker: false, log: log as unknown as typeof LOG });
    const active = (await rotated()).out.trim();
    await expect.poll(() => held[0]?.id, { timeout: 10_000 }).toBe(active);
    rmSync(ownFile());
    await expect.poll(() => lines.join(), { timeout: 10_000 }).toContain('the file of keys cannot be used');
    expect(held[0]?.id).toBe(active);
    await stop();
  });
});
