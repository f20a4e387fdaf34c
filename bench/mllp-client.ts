/** A sender of HL7 messages for measuring: some connections, each with one message under way, as hospitals' systems do it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { FrameReader, framed } from '../src/doors/hl7/mllp.js';

export interface SentAll {
  seconds: number;
  /** How many answers there were of each code: AA, AE, AR. */
  codes: Record<string, number>;
  /** From sending to the answer, in ms. */
  latencies: number[];
}

const MOST_BYTES = 1024 * 1024;

/** Sends the messages in order, spread over the connections; AR is sent again after a moment. */
export async function sendAll(port: number, messages: readonly Uint8Array[], connections: number): Promise<SentAll> {
  const codes: Record<string, number> = {};
  const latencies: number[] = [];
  let next = 0;
  const from = performance.now();
  const lane = async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    const answers = answersOf(socket);
    for (let n = next++; n < messages.length; n = next++) {
      for (;;) {
        const sent = performance.now();
        socket.write(framed(messages[n] as Uint8Array));
        const code = codeOf(await answers());
        codes[code] = (codes[code] ?? 0) + 1;
        latencies.push(performance.now() - sent);
        if (code !== 'AR') break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    socket.end();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return { seconds: (performance.now() - from) / 1_000, codes, latencies };
}

/** The next answer on the socket, whenever it comes. Throws when the socket closes first. */
function answersOf(socket: Socket): () => Promise<Uint8Array> {
  const reader = new FrameReader(MOST_BYTES);
  const waiting: { resolve: (frame: Uint8Array) => void; reject: (error: Error) => void }[] = [];
  const come: Uint8Array[] = [];
  socket.on('data', (chunk) => {
    for (const found of reader.push(chunk)) {
      if (!('frame' in found)) continue;
      const first = waiting.shift();
      if (first === undefined) come.push(found.frame);
      else first.resolve(found.frame);
    }
  });
  const closed = (error?: Error) => {
    for (const { reject } of waiting.splice(0)) reject(error ?? new Error('the connection was closed'));
  };
  socket.on('error', closed);
  socket.on('close', () => closed());
  return () =>
    new Promise((resolve, reject) => {
      const first = come.shift();
      if (first === undefined) waiting.push({ resolve, reject });
      else resolve(first);
    });
}

function codeOf(answer: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(answer);
  return /\rMSA\|(A[AER])\|/.exec(text)?.[1] ?? 'none';
}
