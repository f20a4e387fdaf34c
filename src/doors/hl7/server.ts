/** The MLLP server: many senders side by side, plain on loopback, with client certificates beyond it. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { type ConnectionDeps, type OpenConnection, serveConnection } from './connection.js';
import type { Peer } from './receive.js';

export interface MllpTls {
  /** PEM. */
  cert: string;
  key: string;
  /** Whose client certificates are trusted; given, one is demanded. */
  clientCa?: string | undefined;
}

export interface MllpOptions extends ConnectionDeps {
  host: string;
  /** 0: any free one. */
  port: number;
  tls?: MllpTls | undefined;
  /** Connections at a time; the next is closed at once. Default 200. */
  maxConnections?: number | undefined;
}

export interface MllpServer {
  /** `mllp://127.0.0.1:2575`, or `mllps://…` */
  url: string;
  port: number;
  /** How many are open. */
  connections(): number;
  /** No new connections and no new messages; what has been read is answered first. */
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 200;
const HANDSHAKE_MS = 10_000;

/** Starts the server. Throws when the address cannot be had or the certificate is none. */
export async function startMllpServer(options: MllpOptions): Promise<MllpServer> {
  const { host, port, tls, maxConnections = MAX_CONNECTIONS } = options;
  const open = new Map<Socket, OpenConnection>();
  let isClosing = false;
  const serve = (socket: Socket, peer: Peer | undefined) => {
    if (isClosing) return socket.destroy();
    open.set(
      socket,
      serveConnection(socket, peer, options, () => open.delete(socket)),
    );
  };
  const server = tls === undefined ? plainServer(serve) : tlsServer(tls, serve, options.log);
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', (error) => options.log.warn({ err: error }, 'MLLP: the server'));
      resolve();
    });
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `${tls === undefined ? 'mllp' : 'mllps'}://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    port: actual,
    connections: () => open.size,
    async close() {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of open.values()) connection.end();
      await closed;
    },
  };
}

const plainServer = (serve: (socket: Socket, peer: undefined) => void): Server =>
  createServer({ allowHalfOpen: true }, (socket) => serve(socket, undefined));

function tlsServer(
  { cert, key, clientCa }: MllpTls,
  serve: (socket: Socket, peer: Peer | undefined) => void,
  log: MllpOptions['log'],
): Server {
  const server = createTlsServer(
    {
      cert,
      key,
      allowHalfOpen: true,
      handshakeTimeout: HANDSHAKE_MS,
      minVersion: 'TLSv1.2',
      ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
    },
    (socket) => serve(socket, clientCa === undefined ? undefined : peerOf(socket)),
  );
  server.on('tlsClientError', (error, socket) => {
    log.warn({ from: socket.remoteAddress ?? '?', reason: error.message }, 'MLLP: a connection without a trusted certificate');
  });
  return server;
}

function peerOf(socket: TLSSocket): Peer {
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  const name = (subject as { CN?: string | string[] } | undefined)?.CN;
  return { commonName: typeof name === 'string' ? name : name?.[0], fingerprint: fingerprint256 ?? '' };
}
