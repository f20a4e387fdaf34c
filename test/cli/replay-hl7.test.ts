/** `hemgang replay FILE.hl7`: a hospital's recorded messages, played over MLLP into a service that hears them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from '../../src/cli/replay.js';
import { type MllpServer, startMllpServer } from '../../src/doors/hl7/server.js';
import { adt, hospital } from '../doors/hl7/hospital.js';
import { PID } from '../doors/hl7/some-messages.js';
import { tempFolder } from '../support/temp-folder.js';

const NOW = Date.parse('2019-03-20T12:00:00Z');
const dir = tempFolder('hemgang-replay-hl7-');
let heard: ReturnType<typeof hospital>;
let app: FastifyInstance;
let mllp: MllpServer;

beforeEach(async () => {
  heard = hospital(NOW);
  app = await heard.service.app();
  mllp = await startMllpServer({ host: '127.0.0.1', port: 0, receive: heard.receive, now: () => NOW, log: { warn: () => undefined } });
  vi.stubEnv('HEMGANG_URL', await app.listen({ port: 0, host: '127.0.0.1' }));
  vi.stubEnv('HEMGANG_MLLP', `127.0.0.1:${mllp.port}`);
  vi.stubEnv('DATA_DIR', dir);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await mllp.close();
  await app.close();
});

let files = 0;
function fileOf(messages: Uint8Array[], separator = '\r'): string {
  const file = join(dir, `${++files}.hl7`);
  writeFileSync(file, messages.map((bytes) => new TextDecoder().decode(bytes).replaceAll('\r', separator)).join(separator));
  return file;
}
async function replay(file: string): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const io = { stdout: { write: (text: string) => (said.out += text) }, stderr: { write: (text: string) => (said.err += text) } };
  return { code: await run({ file, noWait: true }, io), ...said };
}

const DAY = [adt('A01', 'M1', '04 08:00'), adt('A02', 'M2', '05 09:00', { pv1: { 3: 'KIR^1^1^RYHOV' } }), adt('A03', 'M3', '06 10:00')];

describe('hemgang replay FILE.hl7', () => {
  test.each(['\r', '\n', '\r\n'])('sends every message, whatever ends the lines (%j), and the stay is what they say', async (separator) => {
    const { code, out } = await replay(fileOf(DAY, separator));
    expect([code, out.split('\n')[0]]).toEqual([0, 'accepted 3, refused 0, failed 0']);
    await heard.settle();
    expect(heard.states()).toEqual({ M1: 'tillampad', M2: 'tillampad', M3: 'tillampad' });
    expect(heard.outcome('0642-14')).toMatchObject({
      phase: 'avslutad',
      discharge: { at: Date.parse('2019-03-06T09:00:00Z'), till: 'hem' },
    });
  });

  test('played again, everything is accepted and nothing happens twice', async () => {
    const file = fileOf(DAY);
    await replay(file);
    expect((await replay(file)).out).toContain('accepted 3, refused 0, failed 0');
    expect(heard.store.messages).toHaveLength(3);
  });

  test('what is not understood has failed, is told in the words of its answer, and holds nothing up', async () => {
    const wrong = adt('A08', 'M4', '05 08:00', { pid: PID.replace('192208119806', '192208119807') });
    const { code, out } = await replay(fileOf([DAY[0] as Uint8Array, wrong, ...DAY.slice(1)]));
    expect(code).toBe(1);
    expect(out).toContain('accepted 3, refused 0, failed 1');
    expect(out).toMatch(/failed: line 2, 0642-14 A08: AE — .*PID/);
    expect(out).not.toContain('192208119807');
    expect(heard.store.messages.map(({ messageId }) => messageId).sort()).toEqual(['M1', 'M2', 'M3']);
  });

  test('while Temporal is away it tries on', async () => {
    heard.service.away = true;
    setTimeout(() => {
      heard.service.away = false;
    }, 400);
    const { code, out, err } = await replay(fileOf(DAY));
    expect([code, out.split('\n')[0]]).toEqual([0, 'accepted 3, refused 0, failed 0']);
    expect(err).toContain('does not accept messages (AR');
    expect(err).toContain('accepts again');
  });

  test('a file without messages is refused', async () => {
    const file = join(dir, 'none.hl7');
    writeFileSync(file, 'PID|1||x\r');
    expect(await replay(file)).toEqual({ code: 1, out: '', err: `${file}: no HL7 message: none begins with MSH\n` });
  });
});
