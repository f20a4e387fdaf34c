/** The compose file: what it says to the service is what the service understands, nobody is reached who need not be, and a compose client accepts it. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROLES, readConfig, roleErrors, VARIABLE_NAMES } from '../src/config.js';
import { compose, composeText, lasting, makeSecrets, onThisMachine, ours, SAID } from './support/compose.js';
import { ROOT } from './support/sources.js';
import { tempFolder } from './support/temp-folder.js';

const folder = tempFolder('hemgang-compose-');
beforeAll(() => void makeSecrets(folder, '--trial'));

const { services, networks } = compose;
const sharing = (one: string, other: string): string[] =>
  services[one]?.networks.filter((network) => services[other]?.networks.includes(network)) ?? [];

test('there is a service for each role, one that migrates, and one for the operator', () => {
  const roles = ours.flatMap(([, { command = [] }]) => (command[0] === 'serve' ? command.slice(2) : []));
  expect(roles.sort()).toEqual([...ROLES].sort());
  expect(ours.map(([name]) => name)).toEqual(expect.arrayContaining(['migrate', 'tools']));
});

describe.each(ours)('the service %s', (name, service) => {
  const { command = [], environment = {}, healthcheck } = service;
  const read = () =>
    readConfig(Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, onThisMachine(service, value, folder)])));

  test('is told only what doctor knows', () =>
    expect(Object.keys(environment).filter((variable) => !(VARIABLE_NAMES as string[]).includes(variable))).toEqual([]));
  test('can start with what it is told, in production', () => {
    const config = read();
    expect(config.ok ? [] : config.errors).toEqual([]);
    if (!config.ok) return;
    expect(config.config.production).toBe(true);
    if (command[0] === 'serve') expect(roleErrors(config.config, command.slice(2) as string[])).toEqual([]);
  });
  test('shares a network with what it needs, and is asked how it is where it tells it', () => {
    const config = read();
    if (!config.ok) throw new Error(config.errors.join('\n'));
    const { temporal, databaseUrl, metrics } = config.config;
    expect(sharing(name, new URL(databaseUrl ?? '').hostname)).toEqual(['ledger']);
    if (!temporal.embedded && name !== 'migrate' && name !== 'codec')
      expect(sharing(name, temporal.address.split(':')[0] ?? '')).toContain('temporal');
    if (command[0] === 'serve') expect(healthcheck?.test?.join(' ')).toContain(`http://127.0.0.1:${metrics?.port}/readyz`);
  });
});

test('the codec server, its pages and the UI agree on their addresses', () => {
  const { TEMPORAL_CODEC_ENDPOINT: endpoint, TEMPORAL_CORS_ORIGINS: origin } = services['temporal-ui']?.environment ?? {};
  const { CODEC_URL: codec, TEMPORAL_UI_URL: ui } = services['codec']?.environment ?? {};
  expect(endpoint).toBe(codec);
  expect(origin).toBe(ui);
  expect(new URL(codec ?? '').origin).toBe(ui);
  expect(endpoint).toMatch(/^https:/);
});

describe('what can be reached', () => {
  test('from outside: the proxy, and HL7, which asks for certificates; everything else that is published is for this machine', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => ({ name, port })));
    expect(published.filter(({ port }) => !port.startsWith('127.0.0.1:'))).toEqual([
      { name: 'mllp', port: '0.0.0.0:2575:2575' },
      { name: 'proxy', port: '0.0.0.0:80:8080' },
      { name: 'proxy', port: '0.0.0.0:443:8443' },
    ]);
    expect(published.map(({ name }) => name)).toContain('grafana');
    expect(services['mllp']?.environment?.['MLLP_TLS_CLIENT_CA_PATH']).toBeDefined();
  });
  test('PostgreSQL and Temporal stand where nothing outside reaches in or out', () => {
    for (const name of ['postgres', 'temporal', 'prometheus'])
      for (const network of services[name]?.networks ?? ['none'])
        expect(networks[network], `${name} in ${network}`).toEqual({ internal: true });
  });
  test('Temporal, which asks nobody who they are, is shared with its UI, those who work with it and who watches it alone', () => {
    const others = Object.keys(services).filter((name) => name !== 'temporal' && sharing(name, 'temporal').includes('temporal'));
    expect(others.sort()).toEqual(['api', 'mllp', 'temporal-cli', 'temporal-ui', 'tools', 'worker']);
    // Nor does the UI: only the proxy comes to it, which asks.
    expect(sharing('proxy', 'temporal-ui')).toEqual(['site']);
    expect(Object.keys(services).filter((name) => sharing(name, 'login').length > 0)).toEqual(['login', 'proxy']);
  });
  test('networks are those that there are, and each is of use', () => {
    const used = new Set(Object.values(services).flatMap((service) => service.networks));
    expect([...used].sort()).toEqual(Object.keys(networks).sort());
  });
});

describe.each(lasting)('%s, which runs for years,', (_, service) => {
  test('says how it is, and is started again', () => {
    expect(service.healthcheck?.test?.[0]).toBe('CMD');
    expect(service.restart).toBe('unless-stopped');
  });
  test('may do little, fills no disk with its log, and takes no more memory than it is given', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service.logging?.options).toMatchObject({ 'max-size': expect.any(String), 'max-file': expect.any(String) });
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
  });
});

test('nobody waits for a service that is not there, or for one to be well that does not say so', () => {
  for (const [name, { depends_on = [] }] of Object.entries(services))
    for (const [other, condition] of Array.isArray(depends_on)
      ? depends_on.map((one) => [one, 'service_started'])
      : Object.entries(depends_on).map(([one, { condition: how }]) => [one, how])) {
      const needed = services[other ?? ''];
      expect(needed, `${name} waits for ${other}`).toBeDefined();
      if (condition === 'service_healthy') expect(needed?.healthcheck?.test).toBeDefined();
      if (condition === 'service_completed_successfully') expect(needed?.restart).toBe('on-failure');
    }
});

test('every image is pinned', () => {
  const images = [
    ...Object.values(services).map(({ image }) => image),
    ...readFileSync(join(ROOT, 'Dockerfile'), 'utf8').matchAll(/^FROM (\S+)/gm),
  ].map((image) => (typeof image === 'string' ? image : image[1]));
  expect(images.filter((image) => !/:v?\d+\.\d+(\.\d+)?(-[a-z]+)*$/.test(image ?? ''))).toEqual([]);
});

test('what the image is made of is not kept from its build, and no secret comes into it', () => {
  const lines = (name: string) => readFileSync(join(ROOT, name), 'utf8').split('\n');
  const sources = lines('Dockerfile').flatMap((line) => (/^COPY (?!--from)/.test(line) ? line.split(' ').slice(1, -1) : []));
  const [first, ...rest] = lines('.dockerignore');
  const sent = rest.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  expect(first).toBe('*');
  expect(sources).toContain('routing');
  expect(sources.filter((source) => source !== '.' && !sent.includes(source))).toEqual([]);
  expect(sent.filter((name) => /^(secrets|site|backups|ops|\.env)/.test(name))).toEqual([]);
});

test('a compose client accepts it, and demands what has no default', ({ skip }) => {
  const client = [['docker', 'compose'], ['docker-compose']].find(
    ([program = '', ...args]) => spawnSync(program, [...args, 'version']).status === 0,
  );
  if (!client) return skip('no docker compose on this machine');
  const [program = '', ...args] = client;
  const run = (env: NodeJS.ProcessEnv, ...more: string[]) =>
    spawnSync(program, [...args, '-f', 'docker-compose.yml', ...more, 'config', '--quiet'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    });
  const good = run(SAID);
  expect({ status: good.status, stderr: good.status === 0 ? '' : good.stderr }).toEqual({ status: 0, stderr: '' });
  // What the handbook shows of a site's own.
  const [, shown = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')) ?? [];
  expect(shown).toContain('services:');
  writeFileSync(join(folder, 'override.yml'), shown);
  const overridden = run(SAID, '-f', join(folder, 'override.yml'));
  expect({ status: overridden.status, stderr: overridden.stderr }).toEqual({ status: 0, stderr: '' });
  for (const name of Object.keys(SAID)) {
    expect(run({ ...SAID, [name]: '' }).status, name).not.toBe(0);
    expect(composeText).toMatch(new RegExp(`\\$\\{${name}:\\?.{10,}\\}`));
  }
});

test('a linter of compose files has nothing against it', () => {
  const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/dclint'), ['--max-warnings', '0', 'docker-compose.yml'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, found: status === 0 ? '' : stdout }).toEqual({ status: 0, found: '' });
});
