/** `hemgang doctor`: what is configured, reachable and missing, each on a line of its own. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { type Agreements, loadAgreements } from '../agreements/load.js';
import { problemText } from '../agreements/yaml-file.js';
import { type Config, defaultOf, ROLES, readConfig, SECRET_VARIABLES, VARIABLE_NAMES } from '../config.js';
import { dataDirOwner } from '../data-dir.js';
import { loadHl7Mapping } from '../doors/hl7/mapping.js';
import { partiesOf } from '../out/documents/invoice/lacks.js';
import { portErrors, wantedPorts } from '../ports.js';
import { findTool } from '../temporal/tools.js';
import { examineNamespace } from './doctor-namespace.js';
import { type CommandIo, EXIT } from './io.js';
import { regionsOf } from './preflight.js';
import { readRoutingOf } from './start-notices.js';

export interface DoctorOptions {
  env: NodeJS.ProcessEnv;
}

interface Finding {
  /** `note`: nothing that keeps the service from starting. */
  level: 'ok' | 'note' | 'bad';
  what: string;
}

const ANSWERS_WITHIN_MS = 3_000;
const MARKS = { ok: 'ok  ', note: 'note', bad: 'BAD ' } as const;

/** Prints everything to stdout. Answers 0 when the service could start here, 1 when it could not. */
export async function run({ env }: DoctorOptions, io: CommandIo): Promise<number> {
  io.stdout.write('Configuration (in brackets: not set)\n');
  for (const line of settings(env)) io.stdout.write(`  ${line}\n`);

  const read = readConfig(env);
  const findings = read.ok ? [...read.config.notices.map(note), ...(await examine(read.config, env))] : read.errors.map(bad);
  io.stdout.write('\nFindings\n');
  for (const { level, what } of findings) io.stdout.write(`  ${MARKS[level]}  ${what}\n`);
  const wrong = findings.filter(({ level }) => level === 'bad').length;
  io.stdout.write(wrong === 0 ? '\nThe service can start here.\n' : `\n${wrong} to put right before the service can start here.\n`);
  return wrong === 0 ? EXIT.done : EXIT.failed;
}

/** Every variable: what it is set to, secrets masked; or what it means unset. */
function settings(env: NodeJS.ProcessEnv): string[] {
  const width = Math.max(...VARIABLE_NAMES.map((name) => name.length));
  return VARIABLE_NAMES.map((name) => {
    const value = env[name]?.trim();
    const shown = value ? (SECRET_VARIABLES.has(name) ? masked(value) : value) : `(${defaultOf(name) ?? 'unset'})`;
    return `${name.padEnd(width)}  ${shown}`;
  });
}

/** Of an address with a password, what is not secret is shown: it says which server is meant. */
function masked(value: string): string {
  if (!URL.canParse(value)) return '(set, not shown)';
  const url = new URL(value);
  if (url.host === '') return '(set, not shown)';
  return `${url.protocol}//${url.username ? '…@' : ''}${url.host}${url.pathname}`;
}

async function examine(config: Config, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return [
    ...dataDir(config),
    ...(await ports(config)),
    ...(await temporal(config, env)),
    testServer(env),
    await ledger(config),
    ...agreements(config),
    ...hl7Mapping(config),
    ...notices(config, env),
  ];
}

function dataDir({ dataDir: folder }: Config): Finding[] {
  const owner = dataDirOwner(folder);
  if (owner !== undefined) return [note(`DATA_DIR: ${folder} is in use by process ${owner}`)];
  let nearest = folder;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
    return [ok(`DATA_DIR: ${folder} ${nearest === folder ? 'can be written to' : 'can be made'}`)];
  } catch {
    return [bad(`DATA_DIR: ${nearest} cannot be written to`)];
  }
}

async function ports(config: Config): Promise<Finding[]> {
  const errors = await portErrors(config, ROLES);
  if (errors.length === 0)
    return [
      ok(
        `ports: ${wantedPorts(config, ROLES)
          .map(({ port }) => port || 'any')
          .join(', ')} are free`,
      ),
    ];
  // When the service is up, its ports are taken by itself.
  const isUp = dataDirOwner(config.dataDir) !== undefined;
  const isWatched = await tellsHowItIs(config);
  return errors.map((error) => (isUp || (isWatched && error.startsWith('METRICS_PORT:')) ? note(error) : bad(error)));
}

/** Whether a process of the service listens at METRICS_PORT already. */
async function tellsHowItIs({ metrics }: Config): Promise<boolean> {
  if (metrics === undefined || metrics.port === 0) return false;
  const host = metrics.host.includes(':') ? `[${metrics.host}]` : metrics.host;
  const answer = await fetch(`http://${host}:${metrics.port}/healthz`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).catch(
    () => undefined,
  );
  return answer?.ok === true;
}

async function temporal(config: Config, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  if (!config.temporal.embedded) {
    const { address } = config.temporal;
    const cut = address.lastIndexOf(':');
    const reached = await answers(address.slice(0, cut).replace(/^\[|\]$/g, ''), Number(address.slice(cut + 1)));
    if (!reached) return [bad(`TEMPORAL_ADDRESS: ${address} does not answer`)];
    return [ok(`TEMPORAL_ADDRESS: ${address} answers`), ...(await examineNamespace(config, ANSWERS_WITHIN_MS))];
  }
  const cli = findTool('temporalCli', env);
  if (cli === undefined)
    return [bad('TEMPORAL_CLI_PATH: no Temporal CLI for the embedded server; run npm run setup, or set TEMPORAL_ADDRESS')];
  const { stdout } = spawnSync(cli, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return [ok(`Temporal: embedded, ${stdout?.trim() || 'of an unknown version'} (${cli})`)];
}

function testServer(env: NodeJS.ProcessEnv): Finding {
  const found = findTool('testServer', env);
  return found === undefined ? note('Temporal test server: none; tests that need it are skipped') : ok(`Temporal test server: ${found}`);
}

async function ledger(config: Config): Promise<Finding> {
  if (config.databaseUrl === undefined) return ok(`ledger: PGlite in ${config.dataDir}`);
  const url = new URL(config.databaseUrl);
  const socket = url.searchParams.get('host');
  if (url.hostname === '' || socket?.startsWith('/')) return note('DATABASE_URL: a socket file; hemgang migrate tells whether it answers');
  const reached = await answers(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || 5432));
  return reached
    ? ok(`DATABASE_URL: ${url.host} answers; hemgang migrate tells whether its schema is up to date`)
    : bad(`DATABASE_URL: ${url.host} does not answer`);
}

function agreements(config: Config): Finding[] {
  const loaded = loadAgreements(config.agreementsDir);
  if (!loaded.ok) return loaded.problems.map((problem) => bad(`AGREEMENTS_DIR: ${problemText(problem)}`));
  return [
    ok(
      `agreements: ${loaded.agreements.map(({ id }) => id).join(', ')}; prices for ${Object.keys(loaded.vardpriser).join(', ') || 'no year'}`,
    ),
    invoices(loaded, config.production),
  ];
}

function hl7Mapping({ hl7MappingFile, agreementsDir }: Config): Finding[] {
  const known = loadAgreements(agreementsDir);
  const loaded = loadHl7Mapping(hl7MappingFile, known.ok ? regionsOf(known) : undefined);
  if ('problems' in loaded) return loaded.problems.map((problem) => bad(`HL7_MAPPING_FILE: ${problemText(problem)}`));
  const senders = loaded.mapping.senders.map(({ name, region }) => `${name} (${region})`).join(', ');
  if (hl7MappingFile === undefined) return [note(`HL7 mapping: the example's, ${senders}; HL7_MAPPING_FILE names a hospital's own`)];
  return [ok(`HL7 mapping: ${senders}`)];
}

/** Where notices go: each receiver by its name alone, and every route that can never match. */
function notices(config: Config, env: NodeJS.ProcessEnv): Finding[] {
  const known = loadAgreements(config.agreementsDir);
  const loaded = readRoutingOf(config, known.ok ? known.agreements : [], true, env);
  if ('problems' in loaded) return loaded.problems.map((problem) => bad(`ROUTING_FILE: ${problemText(problem)}`));
  const channels = [...loaded.routing.endpoints.keys()];
  return [
    ok(`notices: every unit's inbox${channels.length === 0 ? ', and nothing leaves the service' : `, and ${channels.join(', ')}`}`),
    ...loaded.warnings.map((problem) => note(`ROUTING_FILE: ${problemText(problem)}`)),
  ];
}

/** A kommun that cannot be invoiced is no fault of the service: its bases are made all the same. */
function invoices({ agreements: known, parties }: Agreements, production: boolean): Finding {
  const lacking = known.flatMap(({ region, kommuner }) =>
    kommuner.flatMap(({ code }) => {
      const found = partiesOf(parties, region ?? '', code, !production);
      return 'lacks' in found ? [found.lacks[0]] : [];
    }),
  );
  return lacking.length === 0
    ? ok('invoices: every kommun of the agreements can be invoiced')
    : note(`invoices: ${lacking.length} kommuner cannot be invoiced yet; ${lacking[0]}`);
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: ANSWERS_WITHIN_MS });
    const end = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}

const ok = (what: string): Finding => ({ level: 'ok', what });
const note = (what: string): Finding => ({ level: 'note', what });
const bad = (what: string): Finding => ({ level: 'bad', what });
