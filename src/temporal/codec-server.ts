/** Decodes and encodes payloads for the Temporal UI and CLI: for whoever asks on this machine, or for those who show a token and may. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { isLoopback } from '../config-judge.js';
import type { Caller } from '../doors/access/caller.js';
import { challengeOf } from '../doors/access/challenges.js';
import type { CodecGate, CodecOperation } from '../doors/codec/gate.js';
import type { Fate } from '../doors/codec/views.js';
import { type Outcome, PROBLEMS, type Problem, refuse } from '../doors/problems.js';
import { type PayloadKey, payloadCodec, UnknownPayloadKey } from './codec.js';
import { bodyOf, payloadsIn } from './codec-json.js';

export interface CodecServerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  keys: readonly PayloadKey[];
  /** Exact origins of the Temporal UI, such as `http://localhost:8233`. */
  uiOrigins: readonly string[];
  /** Asks callers who they are; without it, loopback only. */
  gate?: CodecGate | undefined;
  /** Its address as callers know it, when that is not where it listens: behind a proxy. */
  publicUrl?: string | undefined;
  /** Told of each request that has been answered. */
  onAnswer?: ((told: CodecAnswered) => void) | undefined;
}

/** One request: nothing in it is of what was decoded. */
export interface CodecAnswered {
  operation: CodecOperation;
  status: number;
  /** `done`, or why not. */
  code: string;
  /** What became of each payload; when nobody is asked who they are, all are `whole`. */
  fates: readonly Fate[];
  count: number;
  ms: number;
  caller?: Caller | undefined;
}

export interface CodecServer {
  /** `http://127.0.0.1:8081` */
  url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;

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

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
};

interface Answer {
  status: number;
  body: object;
  headers?: Record<string, string>;
}
const refusal = (status: number, code: string, error: string): Answer => ({ status, body: { code, error } });
const BAD_BODY = refusal(400, 'not-payloads', 'expected {"payloads": […]}');
const TOO_LARGE = refusal(413, 'too-large', 'too large');

/** As the API answers the same. */
function problemAnswer({ code, retryAfterSeconds }: Problem): Answer {
  const { status, title } = PROBLEMS[code];
  const challenge = challengeOf(code);
  return {
    ...refusal(status, code, title),
    headers: {
      ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
  };
}

/**
 * Starts the codec server: `POST /decode`, `POST /encode`, `GET /healthz`. Answers no browser page but the UI's own, and to no name but its own:
 * another in `Host` is a page elsewhere that has been pointed here. Without a gate it decrypts for whoever asks, and refuses any host but loopback.
 */
export async function startCodecServer(options: CodecServerOptions): Promise<CodecServer> {
  const { host, port, keys, uiOrigins, gate, publicUrl, onAnswer } = options;
  if (gate === undefined && !isLoopback(host))
    throw new Error(`The codec server decrypts for whoever reaches it and listens on loopback only, not on ${host}`);
  const codec = payloadCodec(keys);
  const isKnownHost = hostsOf(gate === undefined ? undefined : publicUrl);
  const base = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');

  /** What the caller may have done; `fates` is filled in with what was. */
  const work = async (request: IncomingMessage, operation: CodecOperation, told: Partial<CodecAnswered>): Promise<Answer> => {
    const shown = gate === undefined ? undefined : await gate.identify(request.headers.authorization);
    if (shown?.ok === false) return problemAnswer(shown.problem);
    const caller = shown?.value;
    told.caller = caller;
    if (gate !== undefined && caller !== undefined) {
      const admitted = await gate.admit(caller, operation, namespaceOf(request.headers));
      if (!admitted.ok) return problemAnswer(admitted.problem);
    }
    const body = await readBody(request);
    if (body === undefined) return TOO_LARGE;
    const payloads = payloadsIn(body);
    if (payloads === undefined) return BAD_BODY;
    told.count = payloads.length;
    const done = operation === 'decode' ? await decoded(caller, await decodeEach(codec, payloads)) : await encoded(caller, payloads);
    if (!done.ok) return problemAnswer(done.problem);
    told.fates = done.value.fates;
    return { status: 200, body: bodyOf(done.value.payloads) };
  };
  type Done = Outcome<{ payloads: Payload[]; fates: Fate[] }>;
  const whole = (payloads: Payload[]): Done => ({ ok: true, value: { payloads, fates: payloads.map(() => 'whole') } });
  const decoded = async (caller: Caller | undefined, payloads: Payload[]): Promise<Done> => {
    if (gate === undefined) return whole(payloads);
    return caller === undefined ? refuse('no-token') : gate.show(caller, payloads);
  };
  const encoded = async (caller: Caller | undefined, payloads: Payload[]): Promise<Done> => {
    const may = gate === undefined ? undefined : caller === undefined ? refuse('no-token') : await gate.mayEncode(caller, payloads);
    return may?.ok === false ? may : whole(await codec.encode(payloads));
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { origin } = request.headers;
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = base !== '' && pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
    if (path === '/healthz') return answer(response, { status: 200, body: { status: 'ok' } });
    const operation = path === '/decode' ? 'decode' : path === '/encode' ? 'encode' : undefined;
    const startedAt = performance.now();
    const told: Partial<CodecAnswered> = {};
    const tell = (made: Answer): void => {
      const code = (made.body as { code?: string }).code ?? 'done';
      if (operation !== undefined)
        onAnswer?.({ fates: [], count: 0, ...told, operation, status: made.status, code, ms: performance.now() - startedAt });
      answer(response, made);
    };
    if (!isKnownHost(request.headers.host)) return tell(refusal(403, 'unknown-host', 'unknown host'));
    if (origin !== undefined && !uiOrigins.includes(origin)) return tell(refusal(403, 'unknown-origin', 'unknown origin'));
    if (origin !== undefined) allow(response, origin);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (operation === undefined) return tell(refusal(404, 'no-such-route', 'no such route'));
    if (request.method !== 'POST') return tell(refusal(405, 'post-only', 'POST only'));
    tell(await work(request, operation, told).catch(() => refusal(500, 'internal', 'failed')));
  };

  const server: Server = createServer((request, response) => {
    handle(request, response).catch(() =>
      response.headersSent ? response.destroy() : answer(response, refusal(500, 'internal', 'failed')),
    );
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

/** For the page of the UI, its preflight too. */
function allow(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
  response.setHeader('access-control-allow-headers', 'content-type, x-namespace, authorization, authorization-extras');
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-max-age', '600');
  response.setHeader('vary', 'origin');
}

function answer(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}

/** This machine's names, and the public one. The port is the proxy's own business. */
function hostsOf(publicUrl: string | undefined): (host: string | undefined) => boolean {
  const bare = (host: string): string =>
    host
      .replace(/:\d+$/, '')
      .replace(/^\[|\]$/g, '')
      .toLowerCase();
  const known = publicUrl === undefined ? undefined : bare(new URL(publicUrl).host);
  return (host = '') => isLoopback(bare(host)) || bare(host) === known;
}

const namespaceOf = (headers: IncomingHttpHeaders): string | undefined => {
  const given = headers['x-namespace'];
  return Array.isArray(given) ? given.join() : given;
};
