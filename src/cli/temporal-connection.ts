/** How this configuration connects to Temporal, for clients and workers alike. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from '@temporalio/client';
import type { Config, TemporalTls } from '../config.js';

export interface TemporalAddress {
  address: string;
  tls?: NonNullable<Exclude<ConnectionOptions['tls'], boolean>>;
  apiKey?: string;
}

/** `embeddedAddress`: where the embedded server listens, when there is one. */
export function temporalAddress({ temporal }: Pick<Config, 'temporal'>, embeddedAddress?: string): TemporalAddress {
  if (temporal.embedded) return { address: embeddedAddress ?? `127.0.0.1:${temporal.port}` };
  return {
    address: temporal.address,
    ...(temporal.tls === undefined ? {} : { tls: tlsOf(temporal.tls) }),
    ...(temporal.apiKey === undefined ? {} : { apiKey: temporal.apiKey }),
  };
}

function tlsOf({ serverName, serverCaFile, clientCertFile, clientKeyFile }: TemporalTls): NonNullable<TemporalAddress['tls']> {
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(serverCaFile === undefined ? {} : { serverRootCACertificate: readFileSync(serverCaFile) }),
    ...(clientCertFile === undefined || clientKeyFile === undefined
      ? {}
      : { clientCertPair: { crt: readFileSync(clientCertFile), key: readFileSync(clientKeyFile) } }),
  };
}
