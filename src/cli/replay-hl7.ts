/** `hemgang replay FILE.hl7`: plays recorded HL7 messages over MLLP. */
import { readFileSync } from 'node:fs';
import type { Config } from '../config.js';
import { type Hl7Line, readHl7Feed } from '../player/hl7-feed.js';
import { type MllpClient, mllpClient } from '../player/mllp-client.js';
import { playTo, type Sender } from '../player/play.js';
import { reportErrors, withConfig } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { bytesOf, playing, summaryOf } from './replay.js';

export interface ReplayHl7Options {
  file: string;
  /** Send every message at once, whatever the clock says. */
  noWait?: boolean | undefined;
}

/** Answers 0 when every message was accepted; 1 when one was not understood, the file is bad or nobody answered. */
export async function run({ file, noWait }: ReplayHl7Options, io: CommandIo): Promise<number> {
  const bytes = bytesOf(file);
  if ('errors' in bytes) return reportErrors(io, bytes.errors);
  const read = readHl7Feed(bytes);
  if ('bad' in read) return reportErrors(io, [`${file}: ${read.bad}`]);
  return withConfig(io, async (config) => {
    const played = await playing(config, read.feed, io, { noWait }, async (common, say) => {
      const client = mllpClient({ ...receiverOf(config), signal: common.signal, onOutage: outageOn(config, say) });
      try {
        return await playTo({ ...common, feed: read.feed }, senderOver(client));
      } finally {
        client.close();
      }
    });
    if (played === undefined) return EXIT.failed;
    io.stdout.write(`${summaryOf(played)}\n`);
    return played.failed.length > 0 ? EXIT.failed : EXIT.done;
  });
}

function outageOn({ hemgangMllp: { host, port } }: Config, say: (line: string) => void): (away: boolean, reason: string) => void {
  return (away, reason) => say(away ? `${host}:${port} does not accept messages (${reason}); trying on` : `${host}:${port} accepts again`);
}

/** HEMGANG_MLLP, with the certificates that the environment names. */
function receiverOf({ hemgangMllp: { host, port, tls } }: Config) {
  const read = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path, 'utf8'));
  return { host, port, tls: tls && { ca: read(tls.caFile), cert: read(tls.certFile), key: read(tls.keyFile) } };
}

/** AE is a failure: the message was not understood, and nothing came of it. */
const senderOver = (client: MllpClient): Sender<Hl7Line> => ({
  to: client.url,
  async send({ bytes, number, stayId, trigger }) {
    const { code, text } = await client.send(bytes);
    if (code === 'AA') return { answer: undefined, isFailure: false };
    return { answer: { line: number, stayId, what: trigger, status: 0, code, detail: text }, isFailure: true };
  },
});
