/** The role mllp: listens to the hospitals' systems, keeps what they say, and brings the stays to it. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { problemText } from '../agreements/yaml-file.js';
import type { Config } from '../config.js';
import type { StayGateway } from '../doors/gateway.js';
import { hl7Applier } from '../doors/hl7/applier.js';
import { type Hl7Mapping, loadHl7Mapping } from '../doors/hl7/mapping.js';
import { reachableBy } from '../doors/hl7/reachable.js';
import { hl7Receiver } from '../doors/hl7/receive.js';
import { type MllpServer, type MllpTls, startMllpServer } from '../doors/hl7/server.js';
import { hospitalDesk } from '../doors/hospital/desk.js';
import type { DoorClock, Submit } from '../doors/submit.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import { countedReceive } from '../telemetry/metrics-doors.js';
import { tracedApplying, tracedReceive } from '../telemetry/traced-hl7.js';

/** What the role needs beside the service's own parts, read and checked before anything starts. */
export interface MllpFiles {
  mapping: Hl7Mapping;
  tls: MllpTls | undefined;
}

/** Reads the mapping, whose senders must be of these regions, and the certificates; or a line for each thing that is wrong with them. */
export function readMllpFiles(
  { hl7MappingFile, mllpTls }: Pick<Config, 'hl7MappingFile' | 'mllpTls'>,
  regions: readonly string[] | undefined,
): MllpFiles | { errors: string[] } {
  const loaded = loadHl7Mapping(hl7MappingFile, regions);
  const errors = 'problems' in loaded ? loaded.problems.map((problem) => `HL7_MAPPING_FILE: ${problemText(problem)}`) : [];
  let tls: MllpTls | undefined;
  try {
    tls = mllpTls && {
      cert: readFileSync(mllpTls.certFile, 'utf8'),
      key: readFileSync(mllpTls.keyFile, 'utf8'),
      clientCa: mllpTls.clientCaFile === undefined ? undefined : readFileSync(mllpTls.clientCaFile, 'utf8'),
    };
    if (tls !== undefined)
      createSecureContext({ cert: tls.cert, key: tls.key, ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa }) });
  } catch (error) {
    errors.push(`MLLP_TLS_CERT_PATH: the certificate, its key or the clients' CA cannot be used (${(error as Error).message})`);
  }
  return 'problems' in loaded || errors.length > 0 ? { errors } : { mapping: loaded.mapping, tls };
}

export interface MllpParts extends MllpFiles {
  config: Pick<Config, 'mllp'>;
  ledger: Ledger;
  gateway: Pick<StayGateway, 'ping'>;
  submit: Pick<Submit, 'admit' | 'act'>;
  clock: DoorClock;
  log: Log;
  metrics: Metrics;
}

/** Listens. `close` answers what has been read, and lets what is being applied be applied; the rest is taken up at the next start. */
export async function startMllp({ config, mapping, tls, ledger, gateway, submit, clock, log, metrics }: MllpParts): Promise<MllpServer> {
  const { now, scale } = clock;
  const reachable = reachableBy(gateway.ping);
  const desk = hospitalDesk({ submit, ledger, now, door: 'hl7' });
  const { remember, around } = tracedApplying();
  const applier = hl7Applier({ ledger, desk, now, scale, reachable, log, around });
  const accepted = (stayIds: string[]) => {
    remember(stayIds);
    applier.wake(stayIds);
  };
  const receive = tracedReceive(countedReceive(hl7Receiver({ ledger, mapping, now, reachable, accepted, log }), metrics));
  const server = await startMllpServer({ ...config.mllp, tls, receive, now, log });
  metrics.onScrape(() => metrics.set('hemgang_hl7_connections', [[{}, server.connections()]]));
  applier.start();
  return {
    ...server,
    async close() {
      await server.close();
      await applier.stop();
    },
  };
}
