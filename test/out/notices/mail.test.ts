import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { mailOf, mailSender } from '../../../src/out/notices/mail.js';
import { typeInWords } from '../../../src/out/notices/type-words.js';
import { notice } from './samples.js';

const PUBLIC = 'https://hemgang.example';
const FROM = 'Hemgång <hemgang@region.example>';
const ADDRESS = { kind: 'epost', channel: 'epost:larm@kommun.example', address: 'larm@kommun.example' } as const;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A mail server on this machine; what it took is kept. */
async function server(options: SMTPServerOptions = {}) {
  const mails: string[] = [];
  const connections = { count: 0 };
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onConnect: (_session, done) => {
      connections.count++;
      done();
    },
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString());
        done();
      });
    },
    ...options,
  });
  smtp.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    smtp.listen(0, '127.0.0.1', () => resolve());
  });
  let now = 1_000_000;
  const url = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}?ignoreTLS=true`;
  const sender = mailSender({ smtpUrl: url, from: FROM, publicUrl: PUBLIC, now: () => now });
  closers.push(() => {
    sender.close();
    smtp.close();
  });
  const later = (ms: number) => {
    now += ms;
  };
  return { mails, connections, sender, later, smtp };
}

const refusal = (code: number) => Object.assign(new Error('nej'), { responseCode: code });

describe('a mail', () => {
  test('holds what kind it is, the id of the stay and where to read, and nothing else of the patient', () => {
    const told = {
      ...notice({ deadline: { id: 'svpl-kallelse', dueAt: Date.parse('2019-03-08T23:00:00Z') } }),
      text: 'Anna Exempel, 189001019802',
    };
    const { subject, text } = mailOf([told], PUBLIC, FROM);
    expect(subject).toBe('Utskrivningsklar – vårdtillfälle vtf-1');
    expect(text.split('-- \n')[0]).toBe('Utskrivningsklar – vårdtillfälle vtf-1\nTill: 0680\nhttps://hemgang.example/v1/stays/vtf-1\n\n');
    expect(text).not.toMatch(/Anna|1890|2019/);
  });

  test('gathers what came close together', () => {
    const { subject, text } = mailOf(
      [notice(), notice({ noticeId: 'vtf-2~1~skriv-ut~0680', stayId: 'vtf-2', type: 'skriv-ut' })],
      PUBLIC,
      FROM,
    );
    expect(subject).toBe('2 meddelanden om vårdtillfällen');
    expect(text).toContain('/v1/stays/vtf-1');
    expect(text).toContain('/v1/stays/vtf-2');
  });

  test('has the same id whenever it is made, and another for other notices', () => {
    const id = (...args: Parameters<typeof notice>) => mailOf([notice(...args)], PUBLIC, FROM).messageId;
    expect(id()).toBe(id({ answered: 4, batch: 'x' }));
    expect(id()).not.toBe(id({ noticeId: 'another' }));
    expect(id()).toMatch(/^<[0-9a-f]{40}@region\.example>$/);
  });

  test('names every kind in plain words', () => {
    expect(typeInWords('paminnelse:ratta-kommun')).toBe('Påminnelse: Rätta kommunen');
    expect(typeInWords('ratta-kommun')).toBe('Kommun rättad');
    expect(typeInWords('forsenad:svpl-kallelse')).toBe('Försenad: Kallelse till SVPL');
    expect(typeInWords('avvisad:skriv-ut')).toMatch(/^Åtgärden togs inte emot: /);
    expect(typeInWords('underlag-last')).toBe('Ett underlag är låst');
  });
});

describe('the mail server', () => {
  test('takes it', async () => {
    const { mails, sender } = await server();
    expect(await sender.send(ADDRESS, [notice()], 1_000)).toEqual({ outcome: 'delivered' });
    expect(mails[0]).toMatch(/^Auto-Submitted: auto-generated$/im);
    expect(mails[0]).toMatch(/^Message-ID: <[0-9a-f]{40}@region\.example>\r?$/m);
    expect(mails[0]).toMatch(/^To: larm@kommun\.example\r?$/m);
  });

  test.each([
    [450, { outcome: 'retry', reason: 'e-postservern svarade 450', answered: true }],
    [550, { outcome: 'refused', reason: 'e-postservern svarade 550' }],
  ])('says %i of the recipient', async (code, expected) => {
    const { sender } = await server({ onRcptTo: (_address, _session, done) => done(refusal(code)) });
    expect(await sender.send(ADDRESS, [notice()], 1_000)).toEqual(expected);
  });

  test.each([
    [451, 'retry'],
    [554, 'refused'],
  ])('says %i of the whole', async (code, outcome) => {
    const { sender } = await server({
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () => done(refusal(code)));
      },
    });
    expect((await sender.send(ADDRESS, [notice()], 1_000)).outcome).toBe(outcome);
  });

  test('refuses to speak with us: that is no fault of the notice', async () => {
    const { sender } = await server({ onConnect: (_session, done) => done(refusal(554)) });
    expect(await sender.send(ADDRESS, [notice()], 1_000)).toMatchObject({ outcome: 'retry', answered: false });
  });

  test('hangs up, says nothing, or is not there: one address finds out for all', async () => {
    const dropped = await server({ onRcptTo: (_address, session) => void (session as never as { connection?: unknown }) });
    const from = performance.now();
    const other = { ...ADDRESS, address: 'jour@kommun.example', channel: 'epost:jour@kommun.example' };
    expect(await dropped.sender.send(ADDRESS, [notice()], 300)).toMatchObject({ outcome: 'retry', answered: false });
    expect(performance.now() - from).toBeLessThan(2_000);
    expect(await dropped.sender.send(other, [notice()], 300)).toMatchObject({ outcome: 'retry', answered: false });
    expect(dropped.connections.count).toBe(1);
    dropped.later(60_000);
    await dropped.sender.send(other, [notice()], 300);
    expect(dropped.connections.count).toBe(2);
  });

  test('cuts the line in the middle of a mail', async () => {
    const { sender, smtp } = await server({
      onData: (stream) => {
        stream.resume();
        for (const connection of (smtp as never as { connections: Set<{ _socket: { destroy(): void } }> }).connections)
          connection._socket.destroy();
      },
    });
    expect(await sender.send(ADDRESS, [notice()], 1_000)).toMatchObject({ outcome: 'retry', answered: false });
  });
});
