/** The listener of a process for those who watch it: metrics, liveness, readiness. No token is asked for, since nothing here is about a patient. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Address } from '../config.js';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';

export interface MetricsServer {
  /** `http://127.0.0.1:9464` */
  url: string;
  close(): Promise<void>;
}

export interface MetricsServerOptions extends Address {
  metrics: Pick<Metrics, 'text' | 'contentType'>;
  health: Pick<Health, 'missing'>;
  /** False until all parts have been started. */
  isStarted(): boolean;
}

type Answer = { status: number; type: string; body: string };
const json = (status: number, body: object): Answer => ({ status, type: 'application/json', body: JSON.stringify(body) });

/** Listens. Throws when the address cannot be had. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port } = options;
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    void answer(options, request).then((found) => send(response, request, found));
  });
  server.maxConnections = 100;
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve());
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer({ metrics, health, isStarted }: MetricsServerOptions, { method, url }: IncomingMessage): Promise<Answer> {
  const path = (url ?? '').split('?', 1)[0];
  const isKnown = path === '/metrics' || path === '/healthz' || path === '/readyz';
  if (!isKnown) return json(404, { status: 'not-found' });
  if (method !== 'GET' && method !== 'HEAD') return json(405, { status: 'method-not-allowed' });
  try {
    if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.text() };
    if (path === '/healthz') return json(200, { status: 'ok' });
    if (!isStarted()) return json(503, { status: 'starting' });
    const missing = await health.missing();
    return missing.length === 0 ? json(200, { status: 'ready' }) : json(503, { status: 'not-ready', missing });
  } catch {
    return json(500, { status: 'failed' });
  }
}

function send(response: ServerResponse, { method }: IncomingMessage, { status, type, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, 'cache-control': 'no-store' });
  response.end(method === 'HEAD' ? undefined : bytes);
}
