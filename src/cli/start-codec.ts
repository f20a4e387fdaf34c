/** The codec server as the service starts it: with tokens and the log of accesses where there is an issuer, else for this machine alone. */
import { type Config, uiOrigins } from '../config.js';
import type { Instant } from '../domain/calendar.js';
import { accessLog } from '../doors/access/access-log.js';
import { tokenAuth } from '../doors/access/tokens.js';
import { codecGate } from '../doors/codec/gate.js';
import type { AccessLedger } from '../ledger/access/access-ledger.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import { countedAccesses, countedAuth } from '../telemetry/metrics-doors.js';
import { toldCodec } from '../telemetry/told-codec.js';
import type { PayloadKey } from '../temporal/codec.js';
import { type CodecServer, startCodecServer } from '../temporal/codec-server.js';

export interface CodecParts {
  config: Pick<Config, 'codec' | 'codecUrl' | 'codecOrigins' | 'temporal' | 'oidc'>;
  keys: readonly PayloadKey[];
  /** Of the agreements. */
  regions: readonly string[];
  /** Of the embedded Temporal. */
  embeddedUi: string | undefined;
  log: Log;
  metrics: Metrics;
}

/** `asking`: where accesses are logged; needed where there is an issuer. */
export function startCodec(
  { config, keys, regions, embeddedUi, log, metrics }: CodecParts,
  asking?: { ledger: Pick<AccessLedger, 'recordAccesses' | 'regionsOf'>; clock: { now(): Instant } },
): Promise<CodecServer> {
  const { oidc, temporal } = config;
  if ((oidc === undefined) !== (asking === undefined)) throw new Error('callers are asked who they are exactly where it is logged');
  const onTrouble = (reason: string) => log.warn({ reason }, "the tokens' issuer cannot be asked");
  const gate =
    oidc === undefined || asking === undefined
      ? undefined
      : codecGate({
          auth: countedAuth(tokenAuth({ ...oidc, onTrouble }), metrics),
          accesses: countedAccesses(accessLog(asking), metrics),
          ledger: asking.ledger,
          namespace: temporal.namespace,
          regions,
        });
  return startCodecServer({
    ...config.codec,
    keys,
    uiOrigins: [...new Set([...(embeddedUi === undefined ? [] : uiOrigins(embeddedUi)), ...config.codecOrigins])],
    gate,
    publicUrl: config.codecUrl,
    onAnswer: toldCodec(metrics, log),
  });
}
