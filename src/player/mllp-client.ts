/** A sender of HL7 messages over MLLP: some connections, one message under way on each, tried again until it is answered for. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { FrameReader, framed } from '../doors/hl7/mllp.js';
import { type Hl7Answer, readAnswer } from './hl7-answer.js';

export interface MllpClientOptions {
  host: string;
  port: number;
  /** PEM. `ca`: who has signed the server's certificate; `cert` and `key`: our own. */
  tls?: { ca?: string | undefined; cert?: string | undefined; key?: string | undefined } | undefined;
  /** Connections at a time; default 4. */
  connections?: number | undefined;
  /** How long a message that is not answered for is tried; default half an hour. */
  patienceMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Told when the receiver stops accepting, and when it does again. */
  onOutage?: ((away: boolean, reason: string) => void) | undefined;
}

export interface MllpClient {
  /** `mllp://127.0.0.1:2575` */
  url: string;
  /** The answer, AA or AE; AR, and no answer at all, are tried again. */
  send(message: Uint8Array): Promise<Hl7Answer>;
  close(): void;
}

/** The receiver did not accept or refuse a message within the patience. */
export class ReceiverUnreachable extends Error {
  override readonly name = 'ReceiverUnreachable';
}

const CONNECTIONS = 4;
const PATIENCE_MS = 30 * 60_000;
const ANSWER_WITHIN_MS = 60_000;
const CONNECT_WITHIN_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const MOST_ANSWER = 1024 * 1024;

export function mllpClient(options: MllpClientOptions): MllpClient {
  const { host, port, tls, connections = CONNECTIONS, patienceMs = PATIENCE_MS, signal, onOutage } = options;
  const url = `${tls === undefined ? 'mllp' : 'mllps'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const idle: Socket[] = [];
  const open = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let free = connections;
  let away = false;
  const tell = (now: boolean, reason: string) => {
    if (now !== away) onOutage?.(now, reason);
    away = now;
  };
  const once = async (message: Uint8Array): Promise<Hl7Answer> => {
    const socket = idle.pop() ?? (await connected(options));
    if (!open.has(socket)) socket.once('close', () => open.delete(socket));
    open.add(socket);
    try {
      const answer = readAnswer(await exchange(socket, message));
      idle.push(socket);
      return answer;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };
  const insist = async (message: Uint8Array): Promise<Hl7Answer> => {
    const until = Date.now() + patienceMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      signal?.throwIfAborted();
      const answer = await once(message).catch((error: Error & { code?: string }) => ({
        code: 'none' as const,
        text: error.code ?? error.message,
      }));
      if (answer.code === 'AA' || answer.code === 'AE') {
        tell(false, '');
        return answer;
      }
      const reason = answer.code === 'AR' ? `AR ${answer.text}`.trim() : answer.text;
      tell(true, reason);
      if (Date.now() >= until) throw new ReceiverUnreachable(`${url} does not accept messages (${reason})`);
      await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
    }
  };
  return {
    url,
    async send(message) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await insist(message);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}

function connected({ host, port, tls }: MllpClientOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tls === undefined ? connect({ host, port }) : connectTls({ host, port, ...given(tls) });
    const failed = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(CONNECT_WITHIN_MS, () => failed(new Error('no connection in time')));
    socket.once('error', failed);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.off('error', failed).setTimeout(0);
      // What breaks while nothing is under way is met by whoever uses it next.
      socket.on('error', () => socket.destroy());
      resolve(socket.setNoDelay(true));
    });
  });
}

const given = (tls: NonNullable<MllpClientOptions['tls']>) =>
  Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));

/** Sends a message and waits for its answer. */
function exchange(socket: Socket, message: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) return reject(new Error('the connection was closed'));
    const reader = new FrameReader(MOST_ANSWER);
    const timer = setTimeout(() => done(() => reject(new Error('no answer in time'))), ANSWER_WITHIN_MS);
    const onData = (chunk: Buffer) => {
      const [found] = reader.push(chunk);
      if (found === undefined) return;
      done(() => ('frame' in found ? resolve(found.frame) : reject(new Error('not an answer'))));
    };
    const onClose = () => done(() => reject(new Error('the connection was closed')));
    const done = (end: () => void) => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose);
      end();
    };
    socket.on('data', onData).on('close', onClose);
    socket.write(framed(message));
  });
}
