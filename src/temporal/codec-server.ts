/** Decodes payloads for the Temporal UI and CLI, on this machine only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { type PayloadKey, payloadCodec, UnknownPayloadKey } from './codec.js';

export interface CodecServerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  keys: readonly PayloadKey[];
  /** Exact origins of the Temporal UI, such as `http://localhost:8233`. */
  uiOrigins: readonly string[];
}

export interface CodecServer {
  /** `http://127.0.0.1:8081` */
  url: string;
  close(): Promise<void>;
}

interface JsonPayload {
  metadata?: Record<string, string>;
  data?: string;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const MAX_BODY_BYTES = 32 * 1024 * 1024;

const fromJson = ({ metadata, data }: JsonPayload): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(String(value), 'base64')])),
  data: Buffer.from(data ?? '', 'base64'),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const toJson = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
  data: base64(data ?? new Uint8Array()),
});

/** Decodes one by one, so that a payload whose key is gone hides only itself. */
const decodeEach = async (codec: PayloadCodec, payloads: Payload[]): Promise<Payload[]> =>
  (
    await Promise.all(
      payloads.map((payload) =>
        codec.decode([payload]).catch((error: unknown) => {
          if (error instanceof UnknownPayloadKey) return [payload];
          throw error;
        }),
      ),
    )
  ).flat();

const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
};

const payloadsOf = (body: Buffer): JsonPayload[] | undefined => {
  try {
    // Protobuf's JSON leaves an empty list out: a query without arguments comes as `{}`.
    const { payloads = [] } = JSON.parse(body.toString('utf8')) as { payloads?: unknown };
    if (!Array.isArray(payloads)) return undefined;
    return payloads.every((payload) => typeof payload === 'object' && payload !== null) ? (payloads as JsonPayload[]) : undefined;
  } catch {
    return undefined;
  }
};

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
};

/** A name in `Host` that is not this machine's is a page elsewhere that has been pointed here. */
const isLocalHost = (host: string | undefined): boolean => LOOPBACK.has((host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));

/**
 * Starts the codec server: `POST /decode`, `POST /encode`, `GET /healthz`. Refuses any host but loopback, since it decrypts for whoever asks,
 * and any browser page but the UI's own.
 */
export async function startCodecServer({ host, port, keys, uiOrigins }: CodecServerOptions): Promise<CodecServer> {
  if (!LOOPBACK.has(host)) throw new Error(`The codec server decrypts for whoever reaches it and listens on loopback only, not on ${host}`);
  const codec = payloadCodec(keys);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { origin } = request.headers;
    if (!isLocalHost(request.headers.host)) return answer(response, 403, { error: 'unknown host' });
    if (origin !== undefined && !uiOrigins.includes(origin)) return answer(response, 403, { error: 'unknown origin' });
    if (origin !== undefined) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
      response.setHeader('access-control-allow-headers', 'content-type, x-namespace, authorization, authorization-extras');
      response.setHeader('access-control-allow-credentials', 'true');
      response.setHeader('vary', 'origin');
    }
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (pathname === '/healthz') return answer(response, 200, { status: 'ok' });
    if (pathname !== '/decode' && pathname !== '/encode') return answer(response, 404, { error: 'no such route' });
    if (request.method !== 'POST') return answer(response, 405, { error: 'POST only' });
    const body = await bodyOf(request);
    if (!body) return answer(response, 413, { error: 'too large' });
    const payloads = payloadsOf(body)?.map(fromJson);
    if (!payloads) return answer(response, 400, { error: 'expected {"payloads": […]}' });
    const done = pathname === '/decode' ? await decodeEach(codec, payloads) : await codec.encode(payloads);
    answer(response, 200, { payloads: done.map(toJson) });
  };

  const server: Server = createServer((request, response) => {
    handle(request, response).catch(() => (response.headersSent ? response.destroy() : answer(response, 500, { error: 'failed' })));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
