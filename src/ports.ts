/** Checks the ports before anything starts, so that a taken one is one line that names its variable. */
import { createServer } from 'node:net';
import type { Address, Config, Role } from './config.js';

interface Wanted extends Address {
  variable: string;
}

/** One line for every port that these roles need and cannot have. Port 0 means any free one, and is not checked. */
export async function portErrors(config: Config, roles: readonly Role[]): Promise<string[]> {
  const wanted = wantedPorts(config, roles).filter(({ port }) => port !== 0);
  const twice = wanted.flatMap((one, index) => {
    const other = wanted.slice(0, index).find(({ port }) => port === one.port);
    return other ? [`${one.variable}: ${one.port} is also ${other.variable}`] : [];
  });
  if (twice.length > 0) return twice;
  const answers = await Promise.all(wanted.map(async (one) => ({ one, code: await refusal(one) })));
  return answers.flatMap(({ one: { variable, host, port }, code }) => {
    if (code === undefined) return [];
    if (code === 'EADDRINUSE') return [`${variable}: port ${port} on ${host} is taken by another program`];
    if (code === 'EACCES') return [`${variable}: port ${port} may not be used by this user`];
    return [`${variable.replace('_PORT', '_HOST')}: ${host} is no address of this machine (${code})`];
  });
}

/** The ports that these roles listen on, each with its variable. */
export function wantedPorts(config: Config, roles: readonly Role[]): Wanted[] {
  const wanted: Wanted[] = [];
  if (roles.includes('api')) wanted.push({ variable: 'HTTP_PORT', ...config.http });
  if (roles.includes('mllp')) wanted.push({ variable: 'MLLP_PORT', ...config.mllp });
  if (roles.includes('codec')) wanted.push({ variable: 'CODEC_PORT', ...config.codec });
  if (config.metrics !== undefined) wanted.push({ variable: 'METRICS_PORT', ...config.metrics });
  if (config.temporal.embedded) {
    wanted.push({ variable: 'TEMPORAL_PORT', host: '127.0.0.1', port: config.temporal.port });
    wanted.push({ variable: 'TEMPORAL_UI_PORT', host: '127.0.0.1', port: config.temporal.uiPort });
  }
  return wanted;
}

/** Why a port cannot be listened on; undefined when it can. */
function refusal({ host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** Several different free TCP ports on loopback, all held while they are chosen. Take them soon. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
