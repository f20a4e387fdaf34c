/** The MLLP server over real sockets: whatever is sent, and however it is cut, each message has its answer, and AA only what is kept. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FrameReader, framed } from '../../../src/doors/hl7/mllp.js';
import { hl7Receiver, type Receive } from '../../../src/doors/hl7/receive.js';
import { type MllpOptions, type MllpServer, startMllpServer } from '../../../src/doors/hl7/server.js';
import { missingPrograms, without } from '../../support/program.js';
import { tempFolder } from '../../support/temp-folder.js';
import { hospital } from './hospital.js';
import { ADMISSION, MSH, message, PD1, PID, PV1, shippedMapping } from './some-messages.js';

const NOW = Date.parse('2019-03-05T12:00:00Z');
const servers: MllpServer[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await server.close();
});

const quiet = { warn: () => undefined };
async function serve(receive: Receive, options: Partial<MllpOptions> = {}): Promise<MllpServer> {
  const server = await startMllpServer({ host: '127.0.0.1', port: 0, receive, now: () => NOW, log: quiet, ...options });
  servers.push(server);
  return server;
}

/** A sender: writes bytes as it likes, and reads the answers one by one; undefined once the connection is closed. */
function senderOn(socket: Socket) {
  sockets.push(socket);
  const reader = new FrameReader(1_000_000);
  const come: (Uint8Array | undefined)[] = [];
  const waiting: ((answer: Uint8Array | undefined) => void)[] = [];
  const put = (answer: Uint8Array | undefined) => (waiting.shift() ?? ((one) => come.push(one)))(answer);
  socket.on('data', (chunk) => {
    for (const found of reader.push(chunk)) if ('frame' in found) put(found.frame);
  });
  let isOver = false;
  const over = () => {
    if (!isOver) put(undefined);
    isOver = true;
  };
  socket.on('error', over).on('end', over).on('close', over);
  return {
    socket,
    answer: () =>
      new Promise<string | undefined>((resolve) => {
        const said = (bytes: Uint8Array | undefined) => resolve(bytes && new TextDecoder().decode(bytes));
        if (come.length > 0) said(come.shift());
        else waiting.push(said);
      }),
  };
}
async function sender(port: number) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  socket.setNoDelay(true);
  return senderOn(socket);
}

const verdictOf = (ack: string | undefined): string =>
  /\rMSA\|(A[AER])\|([^|\r]*)/
    .exec(ack ?? '')
    ?.slice(1)
    .join(' ') ?? String(ack);
const of = (id: string, trigger = 'A01') => framed(message(MSH(trigger, { id }), ...ADMISSION.slice(1)));

describe('messages on a connection', () => {
  const start = async (options: Partial<MllpOptions> = {}) => {
    const { receive, store } = hospital(NOW);
    return { store, ...(await sender((await serve(receive, options)).port)) };
  };

  test('byte by byte', async () => {
    const { socket, answer, store } = await start();
    for (const byte of of('M1')) socket.write(Uint8Array.of(byte));
    expect(verdictOf(await answer())).toBe('AA M1');
    expect(store.messages.map(({ messageId }) => messageId)).toEqual(['M1']);
  });

  test('cut anywhere, several at once, with rubbish between: each answered, in order', async () => {
    const { receive, store } = hospital(NOW);
    const { port } = await serve(receive);
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom('', '\r\n', 'x y'),
        async (cuts, between) => {
          const ids = Array.from({ length: 4 }, () => `C${n++}`);
          const whole = Buffer.concat(ids.flatMap((id) => [of(id), Buffer.from(between)]));
          const { socket, answer } = await sender(port);
          for (let at = 0, i = 0; at < whole.length; i++) {
            const end = at + (cuts[i % cuts.length] ?? 1);
            socket.write(whole.subarray(at, end));
            at = end;
          }
          const answers: string[] = [];
          for (const _ of ids) answers.push(verdictOf(await answer()));
          expect(answers).toEqual(ids.map((id) => `AA ${id}`));
          socket.destroy();
        },
      ),
      { numRuns: 12 },
    );
    expect(store.messages).toHaveLength(n);
  });

  test('the slow one first: answers come in the order of the messages', async () => {
    const pauses = [60, 5, 30, 0];
    const receive: Receive = async (bytes) => {
      const id = /\|(Q\d)\|/.exec(new TextDecoder().decode(bytes))?.[1] ?? '';
      await new Promise((resolve) => setTimeout(resolve, pauses[Number(id.slice(1))]));
      return { code: 'AA', ack: new TextEncoder().encode(`MSH|^~\\&|\rMSA|AA|${id}\r`), trigger: 'A01' };
    };
    const { socket, answer } = await sender((await serve(receive)).port);
    socket.write(Buffer.concat(['Q0', 'Q1', 'Q2', 'Q3'].map((id) => of(id))));
    for (const id of ['Q0', 'Q1', 'Q2', 'Q3']) expect(verdictOf(await answer())).toBe(`AA ${id}`);
  });

  test('one that is too large is refused, and the next is heard', async () => {
    const { socket, answer } = await start({ maxBytes: 2_000 });
    socket.write(framed(new Uint8Array(5_000).fill(65)));
    socket.write(of('M2'));
    expect(await answer()).toMatch(/\rMSA\|AE\|.*larger than 2000 bytes/s);
    expect(verdictOf(await answer())).toBe('AA M2');
  });

  test('a frame whose end was lost is told, and the one after it is heard', async () => {
    const { socket, answer, store } = await start();
    socket.write(of('M1').subarray(0, 100));
    socket.write(of('M2'));
    expect(await answer()).toMatch(/\rMSA\|AE\|/);
    expect(verdictOf(await answer())).toBe('AA M2');
    expect(store.messages.map(({ messageId }) => messageId)).toEqual(['M2']);
  });

  test('a sender that has said all still gets its answers, and then the end', async () => {
    const { socket, answer } = await start();
    socket.end(Buffer.concat([of('M1'), of('M2')]));
    expect([verdictOf(await answer()), verdictOf(await answer()), await answer()]).toEqual(['AA M1', 'AA M2', undefined]);
  });

  test('a sender that breaks off in the middle of a message has sent nothing', async () => {
    const { socket, answer, store } = await start();
    socket.write(of('M1'));
    expect(verdictOf(await answer())).toBe('AA M1');
    socket.write(of('M2').subarray(0, 150));
    socket.destroy();
    expect(await answer()).toBeUndefined();
    expect(store.messages.map(({ messageId }) => messageId)).toEqual(['M1']);
  });

  test('a message that never comes to its end, a sender that is silent, and one that speaks something else are let go', async () => {
    const slow = await start({ messageMs: 80 });
    slow.socket.write(of('M1').subarray(0, 20));
    expect(await slow.answer()).toBeUndefined();
    const silent = await start({ idleMs: 80 });
    expect(await silent.answer()).toBeUndefined();
    const browser = await start();
    browser.socket.write(`GET / HTTP/1.1\r\n${'x'.repeat(70_000)}`);
    expect(await browser.answer()).toBeUndefined();
  });

  test('one connection too many is closed; when another has gone there is room again', async () => {
    const { receive } = hospital(NOW);
    const { port } = await serve(receive, { maxConnections: 1 });
    const first = await sender(port);
    expect(await (await sender(port)).answer()).toBeUndefined();
    first.socket.destroy();
    await once(first.socket, 'close');
    await expect
      .poll(async () => {
        const next = await sender(port);
        next.socket.write(of('M1'));
        return verdictOf(await next.answer());
      })
      .toBe('AA M1');
  });

  test('closing answers what has been read, and takes nothing more', async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const { receive, store } = hospital(NOW);
    const server = await serve(async (bytes, peer) => {
      await held;
      return receive(bytes, peer);
    });
    const { socket, answer } = await sender(server.port);
    socket.write(of('M1'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const closed = server.close();
    socket.write(of('M2'));
    letGo();
    expect([verdictOf(await answer()), await answer()]).toEqual(['AA M1', undefined]);
    await closed;
    expect(store.messages.map(({ messageId }) => messageId)).toEqual(['M1']);
    await expect(sender(server.port)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('AA', () => {
  const receiverOver = (keepMessages: () => Promise<never>, isReachable = true) =>
    hl7Receiver({
      ledger: { keepMessages, keepRefused: async () => undefined } as never,
      mapping: shippedMapping(),
      now: () => NOW,
      reachable: async () => isReachable,
      accepted: () => undefined,
      log: { warn: () => undefined, error: () => undefined },
    });

  test('is not said while the ledger or Temporal is away: AR, and nothing is kept', async () => {
    let asked = 0;
    const broken = receiverOver(async () => {
      asked++;
      throw new Error('the ledger is away');
    });
    expect((await broken(message(...ADMISSION))).code).toBe('AR');
    expect(asked).toBe(1);
    expect((await receiverOver(async () => Promise.reject(new Error('must not be asked')), false)(message(...ADMISSION))).code).toBe('AR');
  });

  test('is said of nothing that is not kept, however messages are spoiled and whatever breaks', async () => {
    const whole = Buffer.from(message(...ADMISSION));
    const spoil = fc.record({
      at: fc.nat(whole.length - 1),
      remove: fc.nat(40),
      put: fc.uint8Array({ maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(spoil, { maxLength: 4 }), fc.array(fc.boolean(), { maxLength: 6 }), async (spoils, breaks) => {
        let n = 0;
        const { receive, store } = hospital(NOW, () => breaks[n++] ?? false);
        const bytes = spoils.reduce(
          (before, { at, remove, put }) => Buffer.concat([before.subarray(0, at), put, before.subarray(at + remove)]),
          whole,
        );
        const { code, ack } = await receive(bytes);
        expect(['AA', 'AE', 'AR']).toContain(code);
        expect(new TextDecoder('latin1').decode(ack)).toContain(
          `MSA|${code}`.replaceAll('|', new TextDecoder('latin1').decode(ack)[3] ?? '|'),
        );
        if (code === 'AA') expect(store.messages).toHaveLength(1);
      }),
      { numRuns: 400 },
    );
  });
});

const missing = missingPrograms('openssl');
describe.skipIf(missing.length > 0)(`TLS${without(missing)}`, () => {
  const dir = tempFolder('hemgang-mllp-');
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: dir, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  const read = (name: string) => readFileSync(join(dir, name), 'utf8');
  /** A certificate `name.pem` with its key, signed by an authority of ours. */
  const issue = (name: string, ca: string, commonName: string) => {
    openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${commonName}`,
    );
    writeFileSync(join(dir, `${name}.ext`), 'subjectAltName=IP:127.0.0.1\n');
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${ca}.pem`,
      '-CAkey',
      `${ca}.key`,
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  };
  beforeAll(() => {
    for (const ca of ['ca', 'other'])
      openssl(
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        `${ca}.key`,
        '-out',
        `${ca}.pem`,
        '-days',
        '2',
        '-subj',
        `/CN=${ca}`,
      );
    issue('server', 'ca', '127.0.0.1');
    issue('hospital', 'ca', 'journal.example');
    issue('stranger', 'other', 'journal.example');
  });

  const start = async (certificates?: string[]) => {
    const { store, receive } = hospital(NOW);
    const mapping = shippedMapping();
    const bound = hl7Receiver({
      ledger: store.ledger as never,
      mapping: { ...mapping, senders: mapping.senders.map((one) => ({ ...one, ...(certificates && { certificates }) })) },
      now: () => NOW,
      reachable: async () => true,
      accepted: () => undefined,
      log: { warn: () => undefined, error: () => undefined },
    });
    const tls = { cert: read('server.pem'), key: read('server.key'), clientCa: read('ca.pem') };
    const { port, url } = await serve(certificates === undefined ? receive : bound, { tls });
    return { port, url, store };
  };
  const said = async (port: number, options: ConnectionOptions): Promise<string> => {
    const socket = tlsConnect({ port, host: '127.0.0.1', ca: read('ca.pem'), ...options });
    const { answer } = senderOn(socket);
    socket.write(of('M1'));
    return verdictOf(await answer());
  };
  const as = (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });

  test('who has a certificate that is trusted is heard; who has another, or none, is not', async () => {
    const { port, url, store } = await start();
    expect(url).toBe(`mllps://127.0.0.1:${port}`);
    expect(await said(port, as('stranger'))).toBe('undefined');
    expect(await said(port, {})).toBe('undefined');
    expect(store.messages).toEqual([]);
    expect(await said(port, as('hospital'))).toBe('AA M1');
    const plain = await sender(port);
    plain.socket.write(of('M2'));
    expect(await plain.answer()).toBeUndefined();
  });

  test('a certificate speaks for the senders that the mapping names it for', async () => {
    const others = await start(['other.example']);
    expect(await said(others.port, as('hospital'))).toBe('AE M1');
    expect(others.store.messages).toEqual([]);
    expect(await said((await start(['journal.example'])).port, as('hospital'))).toBe('AA M1');
  });
});

test('a sender is not told what stood in a field that it got wrong', async () => {
  const { receive } = hospital(NOW);
  const { ack } = await receive(
    message(MSH('A01'), 'EVN|A01|20190214203000', PID.replace('192208119806', '192208119807'), PD1, PV1({ 44: '20190214202400' })),
  );
  expect(new TextDecoder().decode(ack)).toMatch(/\rMSA\|AE\|M1/);
  expect(new TextDecoder().decode(ack)).not.toContain('192208119807');
});
