/** What was done on paper is played in afterwards: what it makes be judged anew is told to whoever plays it in. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { monthChanges, stayChanges } from '../../src/cli/judged-anew.js';
import { run } from '../../src/cli/replay.js';
import { HOUR, parseInstant } from '../../src/domain/calendar.js';
import { elapse } from '../../src/domain/stay/elapse.js';
import { evolve } from '../../src/domain/stay/evolve.js';
import { ADMISSION_EXAMPLE } from '../../src/doors/http/examples.js';
import { type MemoryService, memoryService } from '../doors/memory-service.js';
import { tempFolder } from '../support/temp-folder.js';

const ADMITTED = parseInstant('2019-03-01T08:30:00Z') as number;
const dir = tempFolder('hemgang-paper-');
let service: MemoryService;
let app: FastifyInstance;

beforeEach(async () => {
  service = memoryService(ADMITTED);
  app = await service.app();
  vi.stubEnv('HEMGANG_URL', await app.listen({ port: 0, host: '127.0.0.1' }));
  vi.stubEnv('DATA_DIR', dir);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await app.close();
});

/** The service was away for two days: what was due meanwhile has been judged as if nothing had been done. */
async function backAfter(hours: number): Promise<void> {
  const { submit } = service.deps();
  await submit.admit('vtf-exempel-1', ADMISSION_EXAMPLE);
  const kept = service.stays.get('vtf-exempel-1');
  if (kept === undefined) throw new Error('not admitted');
  const nurse = { party: 'slutenvard', unit: ADMISSION_EXAMPLE.ward.hsaId, role: 'sjukskoterska' };
  const data = { harInsatser: true, nyttBehov: true, endastRegionensOppenvard: false };
  expect(await submit.act('vtf-exempel-1', 'bedom-behov', { id: 'b', by: nurse, data })).toMatchObject({ ok: true });
  service.now = ADMITTED + hours * HOUR;
  kept.stay = elapse(kept.stay, kept.rules, service.now).reduce(evolve, kept.stay);
}

async function replay(file: string, options: { judged?: boolean } = {}): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const io = { stdout: { write: (text: string) => (said.out += text) }, stderr: { write: (text: string) => (said.err += text) } };
  return { code: await run({ file, noWait: true, ...options }, io), ...said };
}

describe('hemgang replay of a sheet', () => {
  test('plays it in with its true times, and tells what was judged anew', async () => {
    await backAfter(50);
    const { code, out } = await replay('samples/paper-sheet.csv');
    expect(code).toBe(0);
    expect(out).toContain('accepted 5, refused 0, failed 0');
    expect(out).toContain('judged anew: 2');
    expect(out).toContain(
      'vtf-exempel-1: Inskrivningsmeddelande (slutenvard SE2321000057-AVD1), 2019-03-02 09.30: missed, not made good → kept, registered afterwards',
    );
    const { log } = service.stays.get('vtf-exempel-1')?.stay ?? { log: [] };
    expect(log.find(({ action }) => action === 'skicka-inskrivningsmeddelande')).toMatchObject({
      imported: true,
      countsFrom: parseInstant('2019-03-01T13:30:00Z'),
      receivedAt: service.now,
    });
  });

  test('played again, nothing happens twice and nothing is judged anew', async () => {
    await backAfter(50);
    await replay('samples/paper-sheet.csv');
    const before = service.stays.get('vtf-exempel-1')?.stay.log.length;
    expect((await replay('samples/paper-sheet.csv')).out).toContain('judged anew: 0');
    expect(service.stays.get('vtf-exempel-1')?.stay.log.length).toBe(before);
  });

  test('of a stay that nobody knows, every row is refused and told', async () => {
    const { code, out } = await replay('samples/paper-sheet.csv');
    expect([code, out.match(/no-such-stay/g)?.length]).toEqual([0, 5]);
    expect(out).toContain('1 stays were not there before, or may not be read by this caller');
  });

  test('a sheet with bad rows is refused as a whole, each with its line', async () => {
    const file = join(dir, 'bad.csv');
    writeFileSync(file, 'stayId;action;at;party;unit\nS-1;hoppa;2019-03-01 10:00;kommun;0680\nS-1;kommentera;när;kommun;0680\n');
    expect(await replay(file)).toEqual({
      code: 1,
      out: '',
      err: `${file}:2: action: no such action\n${file}:3: at: not a time such as 2026-11-24 14:30\n`,
    });
  });
});

describe('what is told as judged anew', () => {
  const stay = { stayId: 'S-1', region: 'jonkoping', phase: 'utskriven', episode: { days: 6, missing: ['svpl-kallelse-saknas'] } };

  test('days and what is missing for payment', () => {
    expect(stayChanges(stay, { ...stay, episode: { days: 4, missing: [] } })).toEqual([
      'S-1: days: 6 → 4',
      'S-1: missing for payment: svpl-kallelse-saknas → nothing',
    ]);
    expect(stayChanges(stay, stay)).toEqual([]);
  });

  test("a kommun's sum", () => {
    const month = (amountOre: number) => ({ month: '2019-03', state: 'last', kommuner: [{ payer: '0680', amountOre }] });
    expect(monthChanges('jonkoping', month(780_000), month(0))).toEqual(['jonkoping 2019-03, kommun 0680: 7 800 kr → 0 kr (last)']);
    expect(monthChanges('jonkoping', month(0), month(0))).toEqual([]);
  });
});
