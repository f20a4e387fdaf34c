/** HL7 as others send it: Python's `hl7` and HAPI speak to the MLLP server over a ledger of its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hl7Receiver } from '../../src/doors/hl7/receive.js';
import { type MllpServer, startMllpServer } from '../../src/doors/hl7/server.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { buildSender, sendWithHapi } from '../doors/hl7/hapi/sender.js';
import { ADMISSION, message, PID, PV1, shippedMapping } from '../doors/hl7/some-messages.js';
import { missingPrograms, output, without } from '../support/program.js';
import { pythonWith } from '../support/python.js';
import { tempFolder } from '../support/temp-folder.js';

const NOW = Date.parse('2019-03-20T12:00:00Z');
const folder = tempFolder('hemgang-hl7-clients-');
const quiet = { warn: () => undefined, error: () => undefined };
let ledger: Ledger;
let server: MllpServer;

beforeAll(async () => {
  ledger = await openLedger({ keys: [{ id: 'k', key: new Uint8Array(32) }] });
  const receive = hl7Receiver({
    ledger,
    mapping: shippedMapping(),
    now: () => NOW,
    reachable: async () => true,
    accepted: () => undefined,
    log: quiet,
  });
  server = await startMllpServer({ host: '127.0.0.1', port: 0, receive, now: () => NOW, log: quiet });
});
afterAll(async () => {
  await server.close();
  await ledger.close();
});

const kept = async (): Promise<string[]> =>
  ((await ledger.listMessages({ limit: 1_000 }))?.items ?? []).map(({ messageId, state, ack }) => `${messageId} ${ack} ${state}`);

/** An admission, or one whose personnummer is none, in a version of the standard. */
const admission = (id: string, version: string, pid = PID): Uint8Array =>
  message(
    `MSH|^~\\&|EXEMPEL-PAS|RYHOV|HEMGANG|JKPG|20190305120100||ADT^A01|${id}|P|${version}||||||UNICODE UTF-8`,
    ADMISSION[1] as string,
    pid,
    PV1({ 19: id, 44: '20190214202400' }),
    'PD1|||Vårdcentralen Näcken^^VC642',
  );

const python = pythonWith('hl7==0.4.5');
describe.skipIf('skipped' in python)(`mllp_send of Python's hl7${'skipped' in python ? ` (skipped: ${python.skipped})` : ''}`, () => {
  test('sends a file of messages, and each is answered and kept', async () => {
    if ('skipped' in python) return;
    const file = join(folder, 'python.hl7');
    const bytes = ['P1', 'P2', 'P3'].map((id) => Buffer.from(admission(id, '2.4')));
    writeFileSync(file, Buffer.concat([...bytes, Buffer.from(admission('P4', '2.4', PID.replace('192208119806', '192208119807')))]));
    const said = await output(python.python, [
      '-c',
      'from hl7.client import mllp_send; mllp_send()',
      '--loose',
      '-f',
      file,
      '-p',
      String(server.port),
      '127.0.0.1',
    ]);
    expect(said.match(/MSA\|A[AER]\|P\d/g)).toEqual(['MSA|AA|P1', 'MSA|AA|P2', 'MSA|AA|P3', 'MSA|AE|P4']);
    expect((await kept()).filter((line) => line.startsWith('P'))).toEqual([
      'P1 AA mottagen',
      'P2 AA mottagen',
      'P3 AA mottagen',
      'P4 AE avvisad',
    ]);
  });
});

const missing = missingPrograms('mvn', 'java', 'javac');
describe.skipIf(missing.length > 0)(`HAPI${without(missing)}`, () => {
  beforeAll(() => buildSender(), 600_000);

  test('sends 2.3, 2.4 and 2.5 over one connection, and understands what it is answered', async () => {
    const wrong = PID.replace('192208119806', '192208119807');
    const files = [
      ['H1', admission('H1', '2.3')],
      ['H2', admission('H2', '2.4')],
      ['H3', admission('H3', '2.5')],
      ['H4', admission('H4', '2.4', wrong)],
      ['H5', admission('H5', '2.5', wrong)],
    ].map(([id, bytes]) => {
      const file = join(folder, `${id}.hl7`);
      writeFileSync(file, bytes as Uint8Array);
      return file;
    });
    expect(await sendWithHapi(server.port, files)).toEqual([
      'AA H1 ACK 2.3',
      'AA H2 ACK 2.4',
      'AA H3 ACK 2.5',
      'AE H4 ACK 2.4 PID-3',
      'AE H5 ACK 2.5 PID-3',
    ]);
    expect((await kept()).filter((line) => line.startsWith('H'))).toEqual([
      'H1 AA mottagen',
      'H2 AA mottagen',
      'H3 AA mottagen',
      'H4 AE avvisad',
      'H5 AE avvisad',
    ]);
  });
});
