/** Everything that can be wrong before anything starts: one line each, naming the variable. */
import { type Agreements, loadAgreements } from '../agreements/load.js';
import { problemText } from '../agreements/yaml-file.js';
import { type Clock, openClock } from '../clock.js';
import { type Config, type Role, roleErrors } from '../config.js';
import { lockDataDir } from '../data-dir.js';
import type { FhirSettings } from '../doors/fhir/settings.js';
import { freePorts, portErrors } from '../ports.js';
import type { PayloadKey } from '../temporal/codec.js';
import { loadKeys } from '../temporal/keys.js';
import { readFhirSettings } from './fhir-settings.js';
import { type MllpFiles, readMllpFiles } from './start-mllp.js';
import { type LoadedRouting, readRoutingOf } from './start-notices.js';

export interface Ready {
  /** With ports chosen where any free one will do. */
  config: Config;
  roles: Role[];
  agreements: Agreements;
  /** What the role mllp needs; undefined without that role. */
  mllpFiles: MllpFiles | undefined;
  /** What is agreed with those who send FHIR. */
  fhir: FhirSettings;
  /** The routing of notices, with its secrets for the role worker. */
  routing: LoadedRouting;
  keys: PayloadKey[];
  /** Opens the clock: on a fast one, as late as possible. */
  openClock(): Clock;
  /** Gives DATA_DIR back. */
  release(): void;
}

/** Takes DATA_DIR and answers what is needed to start these roles; or says everything that stands in the way. */
export async function preflight(
  given: Config,
  roles: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ready | { errors: string[] }> {
  const wrongRoles = roleErrors(given, roles);
  if (wrongRoles.length > 0) return { errors: wrongRoles };
  const config = await withPorts(given);
  const loaded = loadAgreements(config.agreementsDir);
  const mllpFiles = roles.includes('mllp') ? readMllpFiles(config, loaded.ok ? regionsOf(loaded) : undefined) : undefined;
  const wrongFiles = mllpFiles !== undefined && 'errors' in mllpFiles ? mllpFiles.errors : [];
  const fhir = readFhirSettings(config, loaded.ok ? regionsOf(loaded) : undefined);
  const routing = readRoutingOf(config, loaded.ok ? loaded.agreements : [], roles.includes('worker'), env);
  const wrongRouting = 'problems' in routing ? routing.problems.map((problem) => `ROUTING_FILE: ${problemText(problem)}`) : [];
  const errors = [
    ...(await portErrors(config, roles as Role[])),
    ...(loaded.ok ? [] : loaded.problems.map(problemText)),
    ...wrongFiles,
    // The same file: said once.
    ...('errors' in fhir && wrongFiles.length === 0 ? fhir.errors : []),
    ...wrongRouting,
  ];
  if (!loaded.ok || 'problems' in routing || 'errors' in fhir || (mllpFiles !== undefined && 'errors' in mllpFiles) || errors.length > 0)
    return { errors };
  const needsFolder = config.temporal.embedded || config.databaseUrl === undefined;
  const lock = needsFolder ? lockDataDir(config.dataDir) : { release: () => undefined };
  if ('error' in lock) return { errors: [lock.error] };
  try {
    const { agreements, vardpriser, parties } = loaded;
    return {
      config,
      roles: roles as Role[],
      agreements: { agreements, vardpriser, parties },
      mllpFiles,
      fhir,
      routing,
      keys: loadKeys(config),
      openClock: checkedClock(config),
      release: lock.release,
    };
  } catch (error) {
    lock.release();
    return { errors: [(error as Error).message] };
  }
}

/** The regions that there are agreements for. */
export const regionsOf = ({ agreements }: Pick<Agreements, 'agreements'>): string[] =>
  agreements.flatMap(({ region }) => (region === null ? [] : [region]));

/** A remembered clock is opened at once, to hear whether it fits; a new one starts when it is first asked for. */
function checkedClock(config: Config): () => Clock {
  let clock: Clock | undefined;
  if (config.clock.scale === undefined || config.clock.scale === 1) clock = openClock(config);
  return () => (clock ??= openClock(config));
}

/** Port 0 means any free one; the parts must know each other's. */
async function withPorts(config: Config): Promise<Config> {
  const { codec, temporal } = config;
  const [codecPort = 0, port = 0, uiPort = 0] = await freePorts(3);
  return {
    ...config,
    codec: { ...codec, port: codec.port || codecPort },
    temporal: temporal.embedded ? { ...temporal, port: temporal.port || port, uiPort: temporal.uiPort || uiPort } : temporal,
  };
}
