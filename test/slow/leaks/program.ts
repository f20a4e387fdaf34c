/** The real program in a process of its own, with receivers of everything that leaves it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { freePorts } from '../../../src/ports.js';
import { ROOT } from '../../support/sources.js';

export const KEYS = [{ id: 'k1', key: Buffer.alloc(32, 5) }];
/** When it begins, in domain time: after a month in which all has happened. */
export const NOW = '2019-04-05T06:00:00Z';

export interface Running {
  http: string;
  metrics: string;
  mllp: number;
  temporal: string;
  dataDir: string;
  /** What has left it: mails, webhooks, traces; and what it has logged. */
  left: { mails: Buffer; webhooks: Buffer; traces: Buffer; logs: Buffer };
  /** A command of the program, with the same configuration. */
  command(...args: string[]): Promise<number | null>;
  stop(): Promise<void>;
}

export async function startProgram(folder: string, databaseUrl?: string): Promise<Running> {
  const kept = { mails: [] as Buffer[], webhooks: [] as Buffer[], traces: [] as Buffer[], logs: [] as Buffer[] };
  const [webhook, traces] = await Promise.all([collector(kept.webhooks), collector(kept.traces)]);
  const smtp = await mailServer(kept.mails);
  const [http = 0, mllp = 0, codec = 0, temporal = 0, ui = 0, metrics = 0] = await freePorts(6);
  const dataDir = join(folder, 'data');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'routing.yaml'), routing(webhook.url));
  const { PATH = '', HOME = '', TEMPORAL_CLI_PATH } = process.env;
  const env = {
    PATH,
    HOME,
    ...(TEMPORAL_CLI_PATH ? { TEMPORAL_CLI_PATH } : {}),
    TZ: 'UTC',
    DATA_DIR: dataDir,
    HTTP_PORT: String(http),
    MLLP_PORT: String(mllp),
    CODEC_PORT: String(codec),
    TEMPORAL_PORT: String(temporal),
    TEMPORAL_UI_PORT: String(ui),
    METRICS_PORT: String(metrics),
    PAYLOAD_KEYS: KEYS.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(),
    CLOCK_START: NOW,
    LOG_LEVEL: 'trace',
    ROUTING_FILE: join(folder, 'routing.yaml'),
    HOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    SMTP_URL: smtp.url,
    MAIL_FROM: 'hemgang@region.example',
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
  const start = (...args: string[]): ChildProcess => {
    const child = spawn(process.execPath, [join(ROOT, 'bin/hemgang.js'), ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => kept.logs.push(chunk));
    return child;
  };
  const child = start('serve');
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(30_000).then(() => child.kill('SIGKILL'))]);
    for (const server of [webhook.server, traces.server]) server.close();
    smtp.close();
  };
  const url = `http://127.0.0.1:${http}`;
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 480) {
      await stop();
      throw new Error(`the program did not start: ${Buffer.concat(kept.logs).toString().slice(-2_000)}`);
    }
    if ((await fetch(`${url}/readyz`).catch(() => undefined))?.ok) break;
    await sleep(250);
  }
  return {
    http: url,
    metrics: `http://127.0.0.1:${metrics}`,
    mllp,
    temporal: `127.0.0.1:${temporal}`,
    dataDir,
    get left() {
      const { mails, webhooks, traces: spans, logs } = kept;
      return { mails: Buffer.concat(mails), webhooks: Buffer.concat(webhooks), traces: Buffer.concat(spans), logs: Buffer.concat(logs) };
    },
    async command(...args) {
      const [code] = await once(start(...args), 'close');
      return code as number | null;
    },
    stop,
  };
}

const routing = (hook: string): string => `endpoints:
  hook: { webhook: { url: "${hook}", secrets: [{ env: HOOK_SECRET }] } }
  post: { epost: { to: [larm@kommun.example] } }
defaults: { "*": [inkorg, hook, post] }
mail: { gatherSeconds: 1 }
`;

/** Takes whatever is sent to it, headers too. */
async function collector(kept: Buffer[]): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    kept.push(Buffer.from(`${request.url}\n${JSON.stringify(request.headers)}\n`));
    for await (const part of request) kept.push(part as Buffer);
    kept.push(Buffer.from('\n'));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function mailServer(kept: Buffer[]): Promise<{ url: string; close: () => void }> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      stream.on('data', (part: Buffer) => kept.push(part));
      stream.on('end', () => done());
    },
  });
  smtp.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    smtp.listen(0, '127.0.0.1', () => resolve());
  });
  return {
    url: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}?ignoreTLS=true`,
    close: () => smtp.close(() => undefined),
  };
}
