/** The environment is checked as a whole, and every error names its variable in one line. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openClock } from '../src/clock.js';
import { defaultOf, ROLES, readConfig, roleErrors, VARIABLE_NAMES } from '../src/config.js';
import { SECRETS } from '../src/config-secrets.js';
import { dataDirOwner, lockDataDir } from '../src/data-dir.js';
import { portErrors } from '../src/ports.js';
import { loadKeys, parsePayloadKeys, payloadKeysText } from '../src/temporal/keys.js';
import { configFrom } from './support/config.js';
import { tempFolder } from './support/temp-folder.js';

const dir = tempFolder('hemgang-config-');

const KEY = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const PRODUCTION = {
  NODE_ENV: 'production',
  TEMPORAL_ADDRESS: 'temporal:7233',
  DATABASE_URL: 'postgres://hemgang:hemligt@db/hemgang',
  PAYLOAD_KEYS: KEY,
  OIDC_ISSUER: 'https://idp.example',
  OIDC_AUDIENCE: 'hemgang',
};

const OIDC = { OIDC_ISSUER: 'https://idp.example', OIDC_AUDIENCE: 'hemgang' };

const errorsOf = (env: NodeJS.ProcessEnv): string[] => {
  const read = readConfig(env);
  return read.ok ? [] : read.errors;
};

describe('what is wrong is one line that names the variable', () => {
  test.each([
    [{ HTTP_PORT: '80x' }, ['HTTP_PORT: "80x" is not a port number']],
    [{ HTTP_PORT: '65536' }, ['HTTP_PORT: "65536" is not a port number']],
    [{ CLOCK_SCALE: '0' }, ['CLOCK_SCALE: "0" is not a number above 0']],
    [{ CLOCK_SCALE: '-2' }, ['CLOCK_SCALE: "-2" is not a number above 0']],
    [{ CLOCK_SCALE: 'fast', LOG_LEVEL: 'loud' }, ['CLOCK_SCALE: "fast" is not', 'LOG_LEVEL: "loud" is none of']],
    [{ CLOCK_START: '2019-03-01' }, ['CLOCK_START: "2019-03-01" is not an instant']],
    [{ TEMPORAL_ADDRESS: 'http://temporal' }, ['TEMPORAL_ADDRESS: "http://temporal" is not HOST:PORT']],
    [{ DATABASE_URL: 'mysql://x:hemligt@db' }, ['DATABASE_URL: its value is not an address']], // a password is not repeated
    [{ PAYLOAD_KEYS: 'a:b' }, ['PAYLOAD_KEYS: its value holds a key of 0 bytes']],
    [{ AGREEMENTS_DIR: '/no/such/folder' }, ['AGREEMENTS_DIR: "/no/such/folder" is not a folder']],
    [{ ROUTING_FILE: '/no/such/file' }, ['ROUTING_FILE: "/no/such/file" is not a file']],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, ['OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317" is not an address']],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'hemligt' }, ['OTEL_EXPORTER_OTLP_HEADERS: its value is not NAME=VALUE']],
    [{ OTEL_TRACES_SAMPLER_ARG: '1.5' }, ['OTEL_TRACES_SAMPLER_ARG: "1.5" is not a number between 0 and 1']],
    [{ OTEL_SERVICE_NAME: 'hem gång' }, ['OTEL_SERVICE_NAME: "hem gång" is not a name']],
    [{ RETENTION_YEARS: '9' }, ['RETENTION_YEARS: "9" is less than 10, the shortest that patientdatalagen 3:17 allows']],
    [{ RETENTION_YEARS: 'ten' }, ['RETENTION_YEARS: "ten" is neither a number of years nor never']],
    [{ AUTH: 'on' }, ['AUTH: "on" can only be off']],
    [{ AUTH: 'off', OIDC_ISSUER: 'https://idp.example', OIDC_AUDIENCE: 'hemgang' }, ['AUTH: is off, and OIDC_ISSUER is set']],
    [{ HTTP_HOST: '0.0.0.0' }, ['HTTP_HOST: 0.0.0.0 is not loopback; without OIDC_ISSUER nobody is asked']],
    [{ OIDC_ISSUER: 'https://idp.example' }, ['OIDC_AUDIENCE: is needed when OIDC_ISSUER is set']],
    [{ OIDC_ISSUER: 'http://idp.example', OIDC_AUDIENCE: 'hemgang' }, ['OIDC_ISSUER: "http://idp.example" is not https']],
    [{ HTTP_HOST: '0.0.0.0', AUTH: 'off' }, ['AUTH: off is for loopback only']],
    [{ CODEC_HOST: '192.0.2.1' }, ['CODEC_HOST: 192.0.2.1 is not loopback']],
    [{ CODEC_URL: 'https://codec.example' }, ['CODEC_URL: https://codec.example is not on this machine']], // a proxy before it is no loopback
    [{ CODEC_URL: 'http://codec.example' }, ['CODEC_URL: "http://codec.example" is not https']],
    [{ ...OIDC, CODEC_HOST: '0.0.0.0' }, ['CODEC_URL: is needed when CODEC_HOST is not loopback']],
    [{ SMTP_URL: 'smtp://mail' }, ['MAIL_FROM: is needed']],
    [{ TEMPORAL_API_KEY: 'hemligt' }, ['TEMPORAL_ADDRESS: is unset, though']],
    [{ HTTP_HOST: '0.0.0.0', HTTP_PORT: 'x' }, ['HTTP_PORT: "x"', 'HTTP_HOST: 0.0.0.0']], // both, not one after the other
  ])('%o', (env, expected) => {
    const errors = errorsOf(env);
    expect(errors).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(errors[index]).toContain(text);
    expect(errors.join('')).not.toMatch(/hemligt|\n/);
  });
});

test('nothing set means everything embedded, on loopback', () => {
  const read = readConfig({ HTTP_PORT: '' });
  if (!read.ok) throw new Error(read.errors.join());
  expect(read.config).toMatchObject({
    http: { host: '127.0.0.1', port: 8080 },
    mllp: { host: '127.0.0.1', port: 2575 },
    codec: { host: '127.0.0.1', port: 8081 },
    metrics: undefined,
    temporal: { embedded: true, namespace: 'default', port: 7233, uiPort: 8233 },
    databaseUrl: undefined,
    hemgangUrl: 'http://127.0.0.1:8080',
    retentionYears: 10,
    logLevel: 'info',
  });
  expect(read.config.notices.join()).toMatch(/Embedded parts.*Authorisation is off/);
});

test('the codec server is reached from elsewhere where callers show who they are', () => {
  const { codec, codecUrl, codecOrigins } = configFrom({
    ...OIDC,
    CODEC_HOST: '0.0.0.0',
    CODEC_PORT: '8081',
    CODEC_URL: 'https://codec.example',
    TEMPORAL_UI_URL: 'https://temporal.example/ui/',
  });
  expect([codec, codecUrl, codecOrigins]).toEqual([{ host: '0.0.0.0', port: 8081 }, 'https://codec.example', ['https://temporal.example']]);
  expect(configFrom({ TEMPORAL_UI_PORT: '8233' }).codecOrigins).toEqual(['http://127.0.0.1:8233', 'http://localhost:8233']);
  expect(configFrom(OIDC).notices.join()).toContain('The embedded Temporal UI logs nobody in');
});

test('traces go nowhere until it is said where; then all of them, with the headers as an address has them', () => {
  expect(configFrom({ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER_ARG: '0.5' }).tracing).toBeUndefined();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20eDp5, x-tenant=a=b',
  };
  expect(configFrom(env).tracing).toEqual({
    endpoint: 'http://collector:4318',
    headers: { Authorization: 'Basic eDp5', 'x-tenant': 'a=b' },
    serviceName: undefined,
    ratio: 1,
  });
});

describe('production', () => {
  test('is content with all that it demands', () => expect(errorsOf(PRODUCTION)).toEqual([]));
  test.each(['TEMPORAL_ADDRESS', 'DATABASE_URL', 'PAYLOAD_KEYS', 'OIDC_ISSUER'])('demands %s', (name) => {
    expect(errorsOf({ ...PRODUCTION, [name]: undefined })).toEqual([`${name}: is unset, and NODE_ENV=production demands it`]);
  });
  test('refuses a clock that is not real', () => {
    expect(errorsOf({ ...PRODUCTION, CLOCK_SCALE: '10' })).toEqual(['CLOCK_SCALE: is 10; with NODE_ENV=production only 1 is allowed']);
  });
  test('uses the namespace hemgang, and TLS for an API key', () => {
    const { temporal } = configFrom({ ...PRODUCTION, TEMPORAL_API_KEY: 'x' });
    expect(temporal).toMatchObject({ namespace: 'hemgang', apiKey: 'x', tls: {} });
  });
});

describe('roles in processes of their own', () => {
  test('all of them need nothing', () => expect(roleErrors(configFrom({}), ROLES)).toEqual([]));
  test('some of them need a Temporal service, a PostgreSQL and keys that they share', () => {
    expect(roleErrors(configFrom({}), ['api']).map((line) => line.split(':')[0])).toEqual([
      'TEMPORAL_ADDRESS',
      'DATABASE_URL',
      'PAYLOAD_KEYS',
    ]);
    expect(roleErrors(configFrom(PRODUCTION), ['api'])).toEqual([]);
  });
  test('a role that does not exist is refused', () =>
    expect(roleErrors(configFrom({}), ['api', 'cook'])).toEqual(['--roles: cook is none of worker, api, mllp, codec']));
});

test('a taken port names its variable, and so do two that are the same', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  expect(await portErrors(configFrom({ TEMPORAL_UI_PORT: String(port) }), ['api'])).toEqual([
    `TEMPORAL_UI_PORT: port ${port} on 127.0.0.1 is taken by another program`,
  ]);
  await new Promise((resolve) => server.close(resolve));
  expect(await portErrors(configFrom({ TEMPORAL_UI_PORT: String(port) }), ['api'])).toEqual([]);
  expect(await portErrors(configFrom({ HTTP_PORT: '9', CODEC_PORT: '9' }), ['api', 'codec'])).toEqual(['CODEC_PORT: 9 is also HTTP_PORT']);
});

describe('the folder of the service', () => {
  test('belongs to one process, and is taken over from one that is gone', () => {
    const folder = join(dir, 'locked');
    mkdirSync(folder);
    writeFileSync(join(folder, 'service.lock'), '999999999 1');
    const lock = lockDataDir(folder);
    if ('error' in lock) throw new Error(lock.error);
    expect(dataDirOwner(folder)).toBe(process.pid);
    expect(lockDataDir(folder)).toEqual({ error: expect.stringContaining(`in use by process ${process.pid}`) });
    lock.release();
    expect(dataDirOwner(folder)).toBeUndefined();
    expect(lockDataDir(folder)).not.toHaveProperty('error');
  });
  test('whose lock names a number that another process has got since is taken over', () => {
    const folder = join(dir, 'reused');
    mkdirSync(folder);
    writeFileSync(join(folder, 'service.lock'), `${process.ppid} 1`);
    expect(lockDataDir(folder)).not.toHaveProperty('error');
  });
  test('that cannot be made is one line', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(lockDataDir(join(dir, 'file', 'below'))).toEqual({ error: expect.stringMatching(/^DATA_DIR: .* cannot be made/) });
  });
});

describe('the clock', () => {
  const clockConfig = (name: string, env: NodeJS.ProcessEnv = {}) => configFrom({ DATA_DIR: join(dir, name), ...env });
  const env = { CLOCK_SCALE: '14400', CLOCK_START: '2019-03-01T00:00:00+01:00' };

  test('runs CLOCK_SCALE times as fast from CLOCK_START, and goes on after a restart as though it had not stopped', () => {
    let real = 1_000_000;
    const clock = openClock(clockConfig('fast', env), () => real);
    const start = Date.parse(env.CLOCK_START);
    expect([clock.now(), clock.start, clock.realStart, clock.scale]).toEqual([start, start, 1_000_000, 14_400]);
    real += 6_000;
    expect(clock.now()).toBe(start + 86_400_000);
    expect(clock.toRealMs(86_400_000)).toBe(6_000);
    expect(openClock(clockConfig('fast'), () => real + 6_000).now()).toBe(start + 2 * 86_400_000);
  });
  test('is real time when nothing is said', () => {
    const clock = openClock(clockConfig('real'), () => 5_000);
    expect([clock.now(), clock.start, clock.scale]).toEqual([5_000, 5_000, 1]);
  });
  test('is not changed under stays that were started on it', () => {
    expect(() => openClock(clockConfig('fast', { CLOCK_SCALE: '2' }))).toThrow(/^CLOCK_SCALE: is 2, but/);
    expect(() => openClock(clockConfig('fast', { CLOCK_START: '2020-01-01T00:00:00Z' }))).toThrow(/^CLOCK_START: is 2020/);
    expect(() => openClock({ ...clockConfig('fast'), production: true })).toThrow(/only 1 is allowed/);
  });
  test('that cannot be read is said, not started anew', () => {
    mkdirSync(join(dir, 'broken'));
    writeFileSync(join(dir, 'broken', 'clock.json'), '{"start":');
    expect(() => openClock(clockConfig('broken'))).toThrow(/^DATA_DIR: .*clock.json is not a clock/);
  });
});

describe('payload keys', () => {
  test('are read newest first, and written the same way', () => {
    const text = `new:${Buffer.alloc(32, 1).toString('base64')},${KEY}`;
    const parsed = parsePayloadKeys(text);
    if ('error' in parsed) throw new Error(parsed.error);
    expect(parsed.keys.map(({ id }) => id)).toEqual(['new', 'k1']);
    expect(payloadKeysText(parsed.keys)).toBe(text);
  });
  test.each([
    ['', 'holds no key'],
    ['k1', 'is no list of ID:BASE64'],
    [`k1:${Buffer.alloc(16).toString('base64')}`, '16 bytes, not 32'],
    [`${KEY},${KEY}`, 'two keys with the id k1'],
  ])('%s is refused', (text, reason) => expect(parsePayloadKeys(text)).toEqual({ error: expect.stringContaining(reason) }));
  test('are made once, for this user alone, and kept', () => {
    const config = configFrom({ DATA_DIR: join(dir, 'keys') });
    const [first] = loadKeys(config);
    expect(first?.key).toHaveLength(32);
    expect(loadKeys(config)).toEqual([first]);
    expect(statSync(join(dir, 'keys', 'payload-keys')).mode & 0o777).toBe(0o600);
  });
  test('that cannot be read are said, not replaced', () => {
    const config = configFrom({ DATA_DIR: join(dir, 'spoiled') });
    mkdirSync(config.dataDir);
    writeFileSync(join(config.dataDir, 'payload-keys'), 'nonsense');
    expect(() => loadKeys(config)).toThrow(/^DATA_DIR: .*payload-keys is no list/);
    expect(readFileSync(join(config.dataDir, 'payload-keys'), 'utf8')).toBe('nonsense');
  });
});

describe('secrets in files', () => {
  const put = (name: string, value: string): string => {
    writeFileSync(join(dir, name), value);
    return join(dir, name);
  };
  const { DATABASE_URL, PAYLOAD_KEYS, ...rest } = PRODUCTION;

  test('mean what they would in the environment, without the line end', () => {
    const read = configFrom({
      ...rest,
      DATABASE_URL_FILE: put('database-url', `${DATABASE_URL}\n`),
      PAYLOAD_KEYS_FILE: put('payload-keys-secret', ` ${PAYLOAD_KEYS}\n`),
      TEMPORAL_API_KEY_FILE: put('api-key', 'hemligt\n'),
    });
    expect(read).toEqual(configFrom({ ...PRODUCTION, TEMPORAL_API_KEY: 'hemligt' }));
  });
  test('every secret can stand in a file', () => {
    for (const name of SECRETS) expect(VARIABLE_NAMES).toContain(`${name}_FILE`);
  });
  test.each(SECRETS)('%s given both ways is refused', (name) => {
    const path = put('both', 'hemligt');
    const errors = errorsOf({ ...PRODUCTION, SMTP_URL: undefined, [name]: 'x', [`${name}_FILE`]: path });
    expect(errors).toContain(`${name}_FILE: is set, and ${name} too; only one of them can be meant`);
  });
  test('a file that cannot be read, or is empty, is one line that names its variable', () => {
    expect(errorsOf({ ...rest, PAYLOAD_KEYS, DATABASE_URL_FILE: '/no/such/file' })).toEqual([
      'DATABASE_URL_FILE: "/no/such/file" is not a file that can be read',
    ]);
    const empty = put('empty', '\n');
    expect(errorsOf({ ...rest, DATABASE_URL, PAYLOAD_KEYS_FILE: empty })).toEqual([`PAYLOAD_KEYS_FILE: "${empty}" is empty`]);
  });
  test('a wrong value is not repeated', () => {
    const errors = errorsOf({ ...rest, PAYLOAD_KEYS, DATABASE_URL_FILE: put('wrong', 'mysql://x:hemligt@db') });
    expect(errors.join()).toMatch(/^DATABASE_URL: its value is not an address/);
    expect(errors.join()).not.toContain('hemligt');
  });
});

test('every variable tells what it means when it is not set', () => {
  expect(VARIABLE_NAMES.length).toBeGreaterThan(30);
  expect([defaultOf('HTTP_PORT'), defaultOf('DATA_DIR'), defaultOf('DATABASE_URL')]).toEqual(['8080', 'data', undefined]);
});

test('the links to the Temporal UI lead to the embedded one, or to where it is said to be', () => {
  expect(configFrom({ TEMPORAL_UI_PORT: '8233' }).temporalUiUrl).toBe('http://127.0.0.1:8233');
  expect(configFrom({ TEMPORAL_UI_PORT: '0' }).temporalUiUrl).toBeUndefined();
  expect(configFrom({ TEMPORAL_ADDRESS: 'temporal:7233' }).temporalUiUrl).toBeUndefined();
  expect(configFrom({ TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_UI_URL: 'https://ui.example' }).temporalUiUrl).toBe('https://ui.example');
});
