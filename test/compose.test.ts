/** The compose file: what it says to the service is what the service understands, and a compose client accepts it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROLES, readConfig, roleErrors, VARIABLE_NAMES } from '../src/config.js';
import { ROOT } from './support/sources.js';

interface Service {
  image: string;
  command?: string[];
  environment: Record<string, string>;
  ports?: string[];
  network_mode?: string;
  healthcheck?: object;
}

const SECRETS = {
  POSTGRES_PASSWORD: 'hemligt',
  PAYLOAD_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
  OIDC_ISSUER: 'https://idp.example',
};
const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
/** As compose does it: `${NAME:-default}` and `${NAME:?why}`. */
const filled = text.replace(
  /\$\{(\w+):([-?])([^}]*)\}/g,
  (_, name: string, kind: string, rest: string) => (SECRETS as Record<string, string>)[name] ?? (kind === '-' ? rest : ''),
);
const { services } = parse(filled, { merge: true }) as { services: Record<string, Service> };
const ours = Object.entries(services).filter(([, { image }]) => image.startsWith('hemgang:'));

test('there is a service for each role, and one that migrates', () => {
  const roles = ours.flatMap(([, { command = [] }]) => (command[0] === 'serve' ? command.slice(2) : []));
  expect(roles.sort()).toEqual([...ROLES].sort());
  expect(ours.map(([name]) => name)).toContain('migrate');
});

describe.each(ours)('the service %s', (_, { command = [], environment, network_mode }) => {
  const read = readConfig(environment);

  test('is told only what it knows', () =>
    expect(Object.keys(environment).filter((name) => !(VARIABLE_NAMES as string[]).includes(name))).toEqual([]));
  test('can start with what it is told', () => {
    expect(read.ok ? [] : read.errors).toEqual([]);
    if (read.ok && command[0] === 'serve') expect(roleErrors(read.config, command.slice(2))).toEqual([]);
  });
  test('reaches what it needs where it stands', () => {
    const local = network_mode === 'host';
    expect(environment['TEMPORAL_ADDRESS']).toBe(local ? '127.0.0.1:7233' : 'temporal:7233');
    expect(new URL(environment['DATABASE_URL'] ?? '').hostname).toBe(local ? '127.0.0.1' : 'postgres');
  });
});

test('everything that is published is published to this machine only', () => {
  const ports = Object.values(services).flatMap((service) => service.ports ?? []);
  expect(ports.length).toBeGreaterThan(2);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

test('every image is pinned', () => {
  const images = [
    ...Object.values(services).map(({ image }) => image),
    ...readFileSync(join(ROOT, 'Dockerfile'), 'utf8').matchAll(/^FROM (\S+)/gm),
  ].map((image) => (typeof image === 'string' ? image : image[1]));
  expect(images.filter((image) => !/:\d+\.\d+(\.\d+)?(-[a-z]+)*$/.test(image ?? ''))).toEqual([]);
});

test('what the image is made of is not kept from its build', () => {
  const lines = (name: string) => readFileSync(join(ROOT, name), 'utf8').split('\n');
  const sources = lines('Dockerfile').flatMap((line) => (/^COPY (?!--from)/.test(line) ? line.split(' ').slice(1, -1) : []));
  const sent = lines('.dockerignore').flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  expect(sources).toContain('routing');
  expect(sources.filter((source) => source !== '.' && !sent.includes(source))).toEqual([]);
});

test('secrets have no default', () => {
  for (const name of Object.keys(SECRETS)) expect(text).toContain(`\${${name}:?`);
  expect(text).not.toMatch(/\$\{(?:POSTGRES_PASSWORD|PAYLOAD_KEYS|OIDC_ISSUER)(?::-|\})/);
});

test('a compose client accepts it', ({ skip }) => {
  const client = [['docker', 'compose'], ['docker-compose']].find(
    ([program = '', ...args]) => spawnSync(program, [...args, 'version']).status === 0,
  );
  if (!client) return skip('no docker compose on this machine');
  const [program = '', ...args] = client;
  const run = (env: NodeJS.ProcessEnv) =>
    spawnSync(program, [...args, '-f', 'docker-compose.yml', 'config', '--quiet'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    });
  const good = run(SECRETS);
  expect({ status: good.status, stderr: good.status === 0 ? '' : good.stderr }).toEqual({ status: 0, stderr: '' });
  expect(run({}).status).not.toBe(0);
});

test('a linter of compose files has nothing against it', () => {
  const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/dclint'), ['--max-warnings', '0', 'docker-compose.yml'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, found: status === 0 ? '' : stdout }).toEqual({ status: 0, found: '' });
});
