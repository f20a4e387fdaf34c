/** One sender's connection: its messages answered in the order in which they came, several of them at work at a time. */
import type { Socket } from 'node:net';
import type { Instant } from '../../domain/calendar.js';
import { type Framed, FrameReader, framed } from './mllp.js';
import { type Peer, type Receive, refusalOf } from './receive.js';

export interface ConnectionLimits {
  /** Of one message, in bytes; default 1 MiB. */
  maxBytes?: number | undefined;
  /** How long a connection may be silent between messages; default ten minutes. */
  idleMs?: number | undefined;
  /** How long a message may take to come to its end, and an answer to be taken; default a minute. */
  messageMs?: number | undefined;
  /** Messages at work at a time; the next are not read before. Default 32. */
  atWork?: number | undefined;
}

export interface ConnectionDeps extends ConnectionLimits {
  receive: Receive;
  now(): Instant;
  log: { warn(about: object, text: string): void };
}

export interface OpenConnection {
  /** Reads no more, answers what has been read, and closes. */
  end(): void;
}

const MAX_BYTES = 1024 * 1024;
const IDLE_MS = 10 * 60_000;
const MESSAGE_MS = 60_000;
const AT_WORK = 32;
/** Bytes outside frames after which whoever has connected does not speak MLLP. */
const MOST_SKIPPED = 64 * 1024;

/** Serves a connection until either side ends it. `closed` is called once. */
export function serveConnection(socket: Socket, peer: Peer | undefined, deps: ConnectionDeps, closed: () => void): OpenConnection {
  const { receive, now, log, maxBytes = MAX_BYTES, idleMs = IDLE_MS, messageMs = MESSAGE_MS, atWork = AT_WORK } = deps;
  const reader = new FrameReader(maxBytes);
  /** Answers in order: each is written when those before it are. */
  let last: Promise<void> = Promise.resolve();
  let working = 0;
  let isEnding = false;
  const from = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`;

  const answerTo = async (found: Framed): Promise<Uint8Array | undefined> => {
    if ('frame' in found) return (await receive(found.frame, peer)).ack;
    log.warn({ from, problem: found.problem }, 'MLLP: a frame was passed over');
    // The end of a frame was lost: its sender waits for an answer that no other message may get.
    return refusalOf(found.problem === 'too-large' ? `larger than ${maxBytes} bytes` : 'the frame had no end', now());
  };
  const take = (found: Framed) => {
    working += 1;
    // At work at once; written in turn.
    const answer = answerTo(found);
    answer.catch(() => undefined);
    last = last
      .then(async () => write(socket, await answer))
      .catch(() => {
        socket.destroy();
      })
      .finally(() => {
        working -= 1;
        if (working < atWork && !isEnding) socket.resume();
      });
  };
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    socket.pause();
    // Nobody is waited for who does not take the answers.
    const patience = setTimeout(() => socket.destroy(), messageMs);
    patience.unref();
    void last.then(() => {
      if (!socket.destroyed) socket.end(() => socket.destroy());
      clearTimeout(patience);
    });
  };

  // A message that never ends is not kept alive by a byte now and then.
  let unfinishedTimer: NodeJS.Timeout | undefined;
  const watchUnfinished = (hadFrames: boolean) => {
    if (!reader.unfinished || hadFrames) {
      clearTimeout(unfinishedTimer);
      unfinishedTimer = undefined;
    }
    if (reader.unfinished && unfinishedTimer === undefined) {
      unfinishedTimer = setTimeout(() => {
        // While its messages are at work, nothing of it is read.
        if (working >= atWork) return unfinishedTimer?.refresh();
        log.warn({ from }, 'MLLP: a message did not come to its end in time');
        socket.destroy();
      }, messageMs);
      unfinishedTimer.unref();
    }
  };

  socket.setNoDelay(true).setKeepAlive(true, 60_000);
  socket.setTimeout(idleMs, () => {
    if (working === 0) socket.destroy();
  });
  socket.on('data', (chunk: Buffer) => {
    const found = reader.push(chunk);
    for (const one of found) take(one);
    watchUnfinished(found.length > 0);
    if (reader.skipped > MOST_SKIPPED) {
      log.warn({ from }, 'MLLP: bytes that are no frames; the connection is closed');
      socket.destroy();
    } else if (working >= atWork) socket.pause();
  });
  // The sender has said all: it still gets its answers.
  socket.on('end', end);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    isEnding = true;
    clearTimeout(unfinishedTimer);
    closed();
  });
  return { end };
}

/** Writes a framed answer, and waits while the other side does not take it. */
async function write(socket: Socket, answer: Uint8Array | undefined): Promise<void> {
  if (answer === undefined || socket.destroyed || !socket.writable) return;
  if (socket.write(framed(answer))) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });
}
