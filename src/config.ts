/** The environment, parsed once: every variable that the program knows, what it means, and what may not go together. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { file, folder, host, port, text, uris, url } from './config-fields.js';
import { contradictions, hasTls, isLoopback, missingInProduction, noticesOf, tlsFiles } from './config-judge.js';
import { readSecretFiles, SECRETS } from './config-secrets.js';
import type { Instant } from './domain/calendar.js';
import { SHORTEST_RETENTION_YEARS } from './domain/retention.js';
import type { PayloadKey } from './temporal/codec.js';
import { parsePayloadKeys } from './temporal/keys.js';

export const ROLES = ['worker', 'api', 'mllp', 'codec'] as const;
export type Role = (typeof ROLES)[number];

export interface Address {
  host: string;
  port: number;
}

/** Files of a TLS set-up, as paths; all of them optional. */
export interface TemporalTls {
  serverName?: string | undefined;
  serverCaFile?: string | undefined;
  clientCertFile?: string | undefined;
  clientKeyFile?: string | undefined;
}

/** Files of the MLLP server's TLS, as paths. `clientCaFile`: client certificates are demanded. */
export interface MllpTlsFiles {
  certFile: string;
  keyFile: string;
  clientCaFile: string | undefined;
}

/** How traces are made, and to which OpenTelemetry collector they go. @source OpenTelemetry, OTLP Exporter Configuration */
export interface TracingConfig {
  /** The collector's base address; traces go to `/v1/traces` below it. */
  endpoint: string;
  headers: Record<string, string>;
  /** Undefined: `hemgang` and the roles. */
  serviceName: string | undefined;
  /** The part of the traces begun here that are kept, 0 to 1; what a caller has begun is kept as the caller says. */
  ratio: number;
}

export type TemporalConfig =
  | { embedded: true; namespace: string; port: number; uiPort: number }
  | { embedded: false; namespace: string; address: string; tls: TemporalTls | undefined; apiKey: string | undefined };

export interface Config {
  production: boolean;
  /** Absolute. */
  dataDir: string;
  http: Address;
  /** Of one caller, or from one address when nobody is asked who they are. */
  requestsPerMinute: number;
  mllp: Address;
  /** Undefined: not encrypted; on loopback only. */
  mllpTls: MllpTlsFiles | undefined;
  codec: Address;
  /** The codec server's address as browsers and command lines know it; undefined: as it listens, on loopback. */
  codecUrl: string | undefined;
  /** Where each process tells how it is, without asking for a token; undefined: nowhere. */
  metrics: Address | undefined;
  /** The pages of the Temporal UI that may ask the codec server to decode: exact origins, as a browser names them. */
  codecOrigins: string[];
  temporal: TemporalConfig;
  /** Where a browser finds the Temporal UI; undefined: nobody has said, or the embedded one takes any port. */
  temporalUiUrl: string | undefined;
  /** Undefined: PGlite in `dataDir`. */
  databaseUrl: string | undefined;
  /** Undefined: made once and kept in `dataDir`; see `loadKeys`. */
  payloadKeys: PayloadKey[] | undefined;
  /** Who signs the callers' tokens, and what a token must be meant for; undefined: authorisation is off. */
  oidc: { issuer: string; audience: string } | undefined;
  /** Undefined: the shipped ones. */
  agreementsDir: string | undefined;
  routingFile: string | undefined;
  /** The API's address as receivers of notices know it. */
  publicUrl: string;
  hl7MappingFile: string | undefined;
  /** Systems of FHIR identifiers that name a stay, and reserve numbers, the service's own first. */
  fhir: { staySystems: string[]; reserveSystems: string[] };
  mail: { smtpUrl: string; from: string } | undefined;
  /** What the environment asks for; the clock itself is opened by `openClock`, which remembers it. */
  clock: { scale: number | undefined; start: Instant | undefined };
  /** Whom `replay` and `demo` speak to. */
  hemgangUrl: string;
  hemgangToken: string | undefined;
  /** Whom `replay FILE.hl7` speaks to; encrypted when certificates are named. */
  hemgangMllp: Address & { tls: { caFile: string | undefined; certFile: string | undefined; keyFile: string | undefined } | undefined };
  /** Where traces are sent; undefined: none are made. */
  tracing: TracingConfig | undefined;
  /** For how many years a stay is kept after its last entry; null: until somebody decides to erase it. */
  retentionYears: number | null;
  logLevel: (typeof LOG_LEVELS)[number];
  /** What a person should be told at start. */
  notices: string[];
}

export type ConfigResult = { ok: true; config: Config } | { ok: false; errors: string[] };

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every variable of the environment that means something here. An empty one counts as unset. */
const VARIABLES = {
  NODE_ENV: text,
  DATA_DIR: z.string().default('data'),
  HTTP_HOST: host.default('127.0.0.1'),
  HTTP_PORT: port.default(8080),
  HTTP_REQUESTS_PER_MINUTE: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'is not a whole number above 0')
    .transform(Number)
    .default(60_000),
  MLLP_HOST: host.default('127.0.0.1'),
  MLLP_PORT: port.default(2575),
  MLLP_TLS_CERT_PATH: file.optional(),
  MLLP_TLS_KEY_PATH: file.optional(),
  MLLP_TLS_CLIENT_CA_PATH: file.optional(),
  CODEC_HOST: host.default('127.0.0.1'),
  CODEC_PORT: port.default(8081),
  CODEC_URL: url('http:', 'https:')
    .refine(
      (value) => new URL(value).protocol === 'https:' || isLoopback(new URL(value).hostname.replace(/^\[|\]$/g, '')),
      'is not https, which is for loopback only',
    )
    .optional(),
  METRICS_HOST: host.default('127.0.0.1'),
  METRICS_PORT: port.optional(),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/:]+:\d+$|^\[[0-9a-fA-F:]+\]:\d+$/, 'is not HOST:PORT')
    .optional(),
  TEMPORAL_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is not a namespace')
    .optional(),
  TEMPORAL_TLS: z.enum(['true', 'false'], 'is neither true nor false').optional(),
  TEMPORAL_TLS_SERVER_NAME: text,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: file.optional(),
  TEMPORAL_TLS_CLIENT_CERT_PATH: file.optional(),
  TEMPORAL_TLS_CLIENT_KEY_PATH: file.optional(),
  TEMPORAL_API_KEY: text,
  TEMPORAL_PORT: port.default(7233),
  TEMPORAL_UI_PORT: port.default(8233),
  TEMPORAL_UI_URL: url('http:', 'https:').optional(),
  TEMPORAL_CLI_PATH: text,
  TEMPORAL_TEST_SERVER_PATH: text,
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  PAYLOAD_KEYS: z
    .string()
    .transform((value, context) => {
      const parsed = parsePayloadKeys(value);
      if ('keys' in parsed) return parsed.keys;
      context.addIssue({ code: 'custom', message: parsed.error });
      return z.NEVER;
    })
    .optional(),
  OIDC_ISSUER: url('https:', 'http:')
    .refine(
      (value) => new URL(value).protocol === 'https:' || isLoopback(new URL(value).hostname.replace(/^\[|\]$/g, '')),
      'is not https, which is for loopback only',
    )
    .optional(),
  OIDC_AUDIENCE: text,
  AUTH: z.enum(['off'], 'can only be off').optional(),
  AGREEMENTS_DIR: folder.optional(),
  ROUTING_FILE: file.optional(),
  PUBLIC_URL: url('http:', 'https:').optional(),
  HL7_MAPPING_FILE: file.optional(),
  FHIR_STAY_SYSTEMS: uris.default(['urn:hemgang:fhir:stay']),
  FHIR_RESERVE_SYSTEMS: uris.default(['urn:hemgang:fhir:reservnummer']),
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z.string().regex(/@/, 'is not an e-mail address').optional(),
  CLOCK_SCALE: z
    .string()
    .transform(Number)
    .refine((value) => Number.isFinite(value) && value > 0, 'is not a number above 0')
    .optional(),
  CLOCK_START: z.iso
    .datetime({ offset: true, message: 'is not an instant such as 2019-03-01T00:00:00+01:00' })
    .transform(Date.parse)
    .optional(),
  HEMGANG_URL: url('http:', 'https:').optional(),
  HEMGANG_TOKEN: text,
  HEMGANG_MLLP: z
    .string()
    .regex(/^[^\s/:]+:\d+$|^\[[0-9a-fA-F:]+\]:\d+$/, 'is not HOST:PORT')
    .optional(),
  HEMGANG_MLLP_CA_PATH: file.optional(),
  HEMGANG_MLLP_CERT_PATH: file.optional(),
  HEMGANG_MLLP_KEY_PATH: file.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http:', 'https:').optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .transform((value, context) => {
      const headers = headersOf(value);
      if (headers !== undefined) return headers;
      context.addIssue({ code: 'custom', message: 'is not NAME=VALUE, with commas between' });
      return z.NEVER;
    })
    .optional(),
  OTEL_SERVICE_NAME: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'is not a name of letters, digits, . _ and -')
    .optional(),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .transform(Number)
    .refine((value) => value >= 0 && value <= 1, 'is not a number between 0 and 1')
    .default(1),
  RETENTION_YEARS: z
    .string()
    .regex(/^(never|\d{1,3})$/, 'is neither a number of years nor never')
    .transform((value) => (value === 'never' ? null : Number(value)))
    .refine(
      (years) => years === null || years >= SHORTEST_RETENTION_YEARS,
      `is less than ${SHORTEST_RETENTION_YEARS}, the shortest that patientdatalagen 3:17 allows`,
    )
    .default(SHORTEST_RETENTION_YEARS),
  LOG_LEVEL: z.enum(LOG_LEVELS, `is none of ${LOG_LEVELS.join(', ')}`).default('info'),
  // Read by `readSecretFiles`, which says what is wrong with them.
  PAYLOAD_KEYS_FILE: text,
  TEMPORAL_API_KEY_FILE: text,
  HEMGANG_TOKEN_FILE: text,
  DATABASE_URL_FILE: text,
  SMTP_URL_FILE: text,
  OTEL_EXPORTER_OTLP_HEADERS_FILE: text,
};

export type Variable = keyof typeof VARIABLES;
export const VARIABLE_NAMES = Object.keys(VARIABLES) as Variable[];

/** Shown to nobody; each can stand in a file that `…_FILE` names. */
export const SECRET_VARIABLES: ReadonlySet<string> = new Set(SECRETS);

/** What a variable means when it is unset, as text; undefined when it then means nothing. */
export function defaultOf(name: Variable): string | undefined {
  const { data } = VARIABLES[name].safeParse(undefined);
  return data === undefined ? undefined : String(data);
}

const schema = z.object(VARIABLES);
export type Environment = z.infer<typeof schema>;

/** Reads and checks the whole environment. Every error is one line that names its variable; secrets are not repeated. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ConfigResult {
  const said = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, env[name]?.trim() || undefined]));
  const secrets = readSecretFiles(said);
  const given: Partial<Record<Variable, string>> = { ...said, ...secrets.values };
  const parsed = schema.safeParse(given);
  const wrong = parsed.error?.issues.map(({ path: [name], message }) => ({ name: name as Variable, message })) ?? [];
  // The rest is judged as if what is wrong had not been said, so that everything comes out at once.
  const values = parsed.data ?? schema.parse({ ...given, ...Object.fromEntries(wrong.map(({ name }) => [name, undefined])) });
  const unread = secrets.errors.map(({ secret }) => secret);
  const errors = [
    ...secrets.errors.map(({ error }) => error),
    ...wrong.map(({ name, message }) => `${name}: ${SECRET_VARIABLES.has(name) ? 'its value' : JSON.stringify(given[name])} ${message}`),
    ...[...contradictions(values), ...missingInProduction(values)].filter(
      (error) => ![...wrong.map(({ name }) => name), ...unread].some((name) => error.startsWith(`${name}:`)),
    ),
  ];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, config: configOf(values) };
}

/**
 * What stands in the way of running only these roles, one line each. Without a Temporal service and a PostgreSQL of
 * their own, all roles share one process: the embedded parts cannot be reached by another.
 */
export function roleErrors(config: Config, roles: readonly string[]): string[] {
  const unknown = roles.filter((role) => !(ROLES as readonly string[]).includes(role));
  if (unknown.length > 0) return unknown.map((role) => `--roles: ${role} is none of ${ROLES.join(', ')}`);
  if (roles.length === 0) return ['--roles: at least one is needed'];
  if (ROLES.every((role) => roles.includes(role))) return [];
  const missing = [];
  if (config.temporal.embedded)
    missing.push('TEMPORAL_ADDRESS: is needed to run roles in processes of their own; the embedded Temporal server belongs to one process');
  if (config.databaseUrl === undefined)
    missing.push('DATABASE_URL: is needed to run roles in processes of their own; the embedded ledger belongs to one process');
  if (config.payloadKeys === undefined)
    missing.push('PAYLOAD_KEYS: is needed to run roles in processes of their own; they must all have the same keys');
  return missing;
}

function configOf(env: Environment): Config {
  const embedded = env.TEMPORAL_ADDRESS === undefined;
  const namespace = env.TEMPORAL_NAMESPACE ?? (embedded ? 'default' : 'hemgang');
  return {
    production: env.NODE_ENV === 'production',
    dataDir: resolve(env.DATA_DIR),
    http: { host: env.HTTP_HOST, port: env.HTTP_PORT },
    requestsPerMinute: env.HTTP_REQUESTS_PER_MINUTE,
    mllp: { host: env.MLLP_HOST, port: env.MLLP_PORT },
    mllpTls: mllpTlsOf(env),
    codec: { host: env.CODEC_HOST, port: env.CODEC_PORT },
    metrics: env.METRICS_PORT === undefined ? undefined : { host: env.METRICS_HOST, port: env.METRICS_PORT },
    codecUrl: env.CODEC_URL,
    codecOrigins: uiOrigins(env.TEMPORAL_UI_URL ?? `http://127.0.0.1:${env.TEMPORAL_UI_PORT}`),
    temporal:
      env.TEMPORAL_ADDRESS === undefined
        ? { embedded: true, namespace, port: env.TEMPORAL_PORT, uiPort: env.TEMPORAL_UI_PORT }
        : { embedded: false, namespace, address: env.TEMPORAL_ADDRESS, tls: tlsOf(env), apiKey: env.TEMPORAL_API_KEY },
    temporalUiUrl: env.TEMPORAL_UI_URL ?? (embedded && env.TEMPORAL_UI_PORT !== 0 ? `http://127.0.0.1:${env.TEMPORAL_UI_PORT}` : undefined),
    databaseUrl: env.DATABASE_URL,
    payloadKeys: env.PAYLOAD_KEYS,
    oidc:
      env.OIDC_ISSUER === undefined || env.OIDC_AUDIENCE === undefined
        ? undefined
        : { issuer: env.OIDC_ISSUER, audience: env.OIDC_AUDIENCE },
    agreementsDir: env.AGREEMENTS_DIR === undefined ? undefined : resolve(env.AGREEMENTS_DIR),
    routingFile: env.ROUTING_FILE === undefined ? undefined : resolve(env.ROUTING_FILE),
    fhir: { staySystems: env.FHIR_STAY_SYSTEMS, reserveSystems: env.FHIR_RESERVE_SYSTEMS },
    hl7MappingFile: env.HL7_MAPPING_FILE === undefined ? undefined : resolve(env.HL7_MAPPING_FILE),
    mail: env.SMTP_URL === undefined || env.MAIL_FROM === undefined ? undefined : { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM },
    clock: { scale: env.CLOCK_SCALE, start: env.CLOCK_START },
    publicUrl: env.PUBLIC_URL ?? `http://${env.HTTP_HOST.includes(':') ? `[${env.HTTP_HOST}]` : env.HTTP_HOST}:${env.HTTP_PORT}`,
    hemgangUrl: env.HEMGANG_URL ?? `http://${env.HTTP_HOST.includes(':') ? `[${env.HTTP_HOST}]` : env.HTTP_HOST}:${env.HTTP_PORT}`,
    hemgangToken: env.HEMGANG_TOKEN,
    hemgangMllp: hemgangMllpOf(env),
    tracing: tracingOf(env),
    retentionYears: env.RETENTION_YEARS,
    logLevel: env.LOG_LEVEL,
    notices: noticesOf(env),
  };
}

/** The UI's origin as a browser names it. On this machine it may be opened by either name. */
export function uiOrigins(uiUrl: string): string[] {
  const { origin, hostname } = new URL(uiUrl);
  const names = ['127.0.0.1', 'localhost'];
  return names.includes(hostname) ? names.map((name) => origin.replace(hostname, name)) : [origin];
}

function tracingOf(env: Environment): TracingConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = {} } = env;
  if (endpoint === undefined) return undefined;
  return { endpoint, headers, serviceName: env.OTEL_SERVICE_NAME, ratio: env.OTEL_TRACES_SAMPLER_ARG };
}

/** Values are written as in an address. @source W3C Baggage, which OTLP borrows */
function headersOf(value: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const pair of value.split(',')) {
    const [, name, text] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*([^,;]+?)\s*$/.exec(pair) ?? [];
    if (name === undefined || text === undefined) return undefined;
    try {
      headers[name] = decodeURIComponent(text);
    } catch {
      return undefined;
    }
  }
  return headers;
}

function hemgangMllpOf(env: Environment): Config['hemgangMllp'] {
  const { HEMGANG_MLLP_CA_PATH: caFile, HEMGANG_MLLP_CERT_PATH: certFile, HEMGANG_MLLP_KEY_PATH: keyFile } = env;
  const tls = caFile === undefined && certFile === undefined ? undefined : { caFile, certFile, keyFile };
  const { HEMGANG_MLLP: address } = env;
  if (address === undefined) return { host: env.MLLP_HOST, port: env.MLLP_PORT, tls };
  const cut = address.lastIndexOf(':');
  return { host: address.slice(0, cut).replace(/^\[|\]$/g, ''), port: Number(address.slice(cut + 1)), tls };
}

function mllpTlsOf(env: Environment): MllpTlsFiles | undefined {
  const { MLLP_TLS_CERT_PATH: certFile, MLLP_TLS_KEY_PATH: keyFile, MLLP_TLS_CLIENT_CA_PATH: clientCaFile } = env;
  return certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile, clientCaFile };
}

/** An API key goes over TLS unless that is said to be off. */
function tlsOf(env: Environment): TemporalTls | undefined {
  if (env.TEMPORAL_TLS === 'false' || !(hasTls(env) || env.TEMPORAL_API_KEY !== undefined)) return undefined;
  const [serverName, serverCaFile, clientCertFile, clientKeyFile] = tlsFiles(env);
  return { serverName, serverCaFile, clientCertFile, clientKeyFile };
}
