/** Erasing by command, with the embedded ledger and an embedded Temporal of its own: what is due, what is decided, and what came back. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { register } from 'tsx/cjs/api';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type EraseOptions, run } from '../../src/cli/erase.js';
import { lockDataDir } from '../../src/data-dir.js';
import { openLedger } from '../../src/ledger/ledger.js';
import { findTool } from '../../src/temporal/tools.js';
import { billedStory } from '../ledger/billing-sample.js';
import { numbered, rules, t } from '../ledger/sample.js';
import { freePorts } from '../support/free-port.js';
import { tempFolder } from '../support/temp-folder.js';

// The SDK loads the converters with `require`, which knows TypeScript only when told so.
register();

const dataDir = join(tempFolder('erase'), 'data');
const NAME = 'Test Testsson';

beforeAll(async () => {
  const [temporal = 0, ui = 0] = await freePorts(2);
  vi.stubEnv('DATA_DIR', dataDir);
  vi.stubEnv('TEMPORAL_PORT', String(temporal));
  vi.stubEnv('TEMPORAL_UI_PORT', String(ui));
  vi.stubEnv('CLOCK_START', '2029-08-01T00:00:00Z');
  const ledger = await openLedger({ dataDir });
  for (const stayId of ['gammal', 'oppen', 'annan']) {
    const events = billedStory({ stayId });
    const end = { type: 'ended' as const, at: t('2019-03-22T12:00:00Z'), reason: 'avslutad' as const };
    await ledger.record({ stayId, region: 'jonkoping', rules: rules(), events: numbered(stayId === 'oppen' ? events : [...events, end]) });
  }
  await ledger.close();
}, 180_000);
afterAll(() => vi.unstubAllEnvs());

async function erase(options: EraseOptions) {
  const told = { out: '', err: '' };
  const io = { stdout: { write: (text: string) => (told.out += text) }, stderr: { write: (text: string) => (told.err += text) } };
  return { code: await run({ settleMs: 0, by: 'prov', ...options }, io), ...told };
}
const names = async () => {
  const ledger = await openLedger({ dataDir });
  const found = await Promise.all(['gammal', 'annan', 'oppen'].map(async (id) => (await ledger.readStay(id))?.stay.admission.patient.name));
  await ledger.close();
  return found;
};

describe('hemgang erase', () => {
  test.each([
    ['give one of --stay', {}],
    ['give one of --stay', { due: true, list: true }],
    ['--decision', { stay: 'gammal' }],
    ['--decision', { stay: 'gammal', decision: '  ' }],
    ['give --stay ID', { due: true, decision: 'x' }],
    ['--dry-run', { list: true, dryRun: true }],
    ['names no patient', { stay: 'gammal', decision: 'om 18900101-9802' }],
    ['at most 200 characters', { due: true, by: 'x'.repeat(201) }],
  ] satisfies [string, EraseOptions][])('wrong use is told: %s', async (text, options) => {
    expect(await erase(options)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(text) });
  });

  test('says who has the embedded parts while the service runs', async () => {
    const lock = lockDataDir(dataDir);
    if ('error' in lock) throw new Error(lock.error);
    expect(await erase({ due: true })).toMatchObject({ code: 1, err: expect.stringContaining(`is in use by process ${process.pid}`) });
    lock.release();
  });

  test('a file that is no list of erased stays is told apart by its line', async () => {
    const file = join(dataDir, 'fel.jsonl');
    writeFileSync(file, '{"stayId":"x","ground":"beslut","by":"y"}\n');
    expect(await erase({ again: file })).toMatchObject({ code: 1, err: expect.stringContaining(`${file}:1: is no line of`) });
    expect(await erase({ again: `${file}.borta` })).toMatchObject({ code: 1, err: expect.stringContaining('ENOENT') });
  });

  test('never: nothing is due', async () => {
    vi.stubEnv('RETENTION_YEARS', 'never');
    expect(await erase({ due: true })).toMatchObject({ code: 2, err: expect.stringContaining('RETENTION_YEARS') });
    vi.stubEnv('RETENTION_YEARS', '10');
  });

  test('a dry run erases nothing', async () => {
    expect(await erase({ due: true, dryRun: true })).toEqual({
      code: 0,
      out: 'annan: would be erased\ngammal: would be erased\n',
      err: '',
    });
    expect(await erase({ stay: 'oppen', decision: 'IVO 1', dryRun: true })).toMatchObject({
      code: 1,
      err: expect.stringContaining('not-ended'),
    });
    expect(await names()).toEqual([NAME, NAME, NAME]);
  }, 180_000);

  test.skipIf(findTool('temporalCli') === undefined)(
    'erases what is due, lists it, and erases it again',
    async () => {
      expect(await erase({ stay: 'gammal', decision: 'IVO 1' })).toMatchObject({ code: 0, out: 'gammal: erased\n' });
      const ledger = await openLedger({ dataDir });
      await ledger.beginErasure(
        { stayId: 'annan', ground: 'gallringsfrist', by: 'begun', now: t('2029-08-01T00:00:00Z'), retentionYears: 10 },
        0,
      );
      await ledger.close();
      expect(await erase({ due: true, dryRun: true })).toMatchObject({ code: 0, out: 'annan: would be erased\n' });
      expect(await erase({ due: true })).toMatchObject({ code: 0, out: 'annan: erased\n' });
      expect(await names()).toEqual([undefined, undefined, NAME]);
      const { code, out } = await erase({ list: true });
      expect(code).toBe(0);
      const lines = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines).toMatchObject([
        { stayId: 'annan', region: 'jonkoping', ground: 'gallringsfrist', by: 'begun' },
        { stayId: 'gammal', ground: 'beslut', decision: 'IVO 1', lastEntryAt: '2019-03-22T12:00:00Z' },
      ]);
      const file = join(dataDir, 'erasures.jsonl');
      writeFileSync(file, out);
      expect(await erase({ again: file })).toMatchObject({ code: 0, out: 'annan: erased\ngammal: erased\n' });
      expect(await erase({ stay: 'gammal', decision: 'IVO 1' })).toMatchObject({ code: 0, out: 'gammal: erased before\n' });
      expect(existsSync(join(dataDir, 'service.lock'))).toBe(false);
    },
    300_000,
  );
});
