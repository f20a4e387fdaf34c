/** What docker-compose.yml mounts: it is there or is made, fits what the services are told, and its own programs accept it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parsePayloadKeys } from '../src/temporal/keys.js';
import { compose, composeText, makeSecrets, ours, SAID } from './support/compose.js';
import { missingPrograms, without } from './support/program.js';
import { ROOT } from './support/sources.js';
import { tempFolder } from './support/temp-folder.js';

const { services, secrets, volumes } = compose;
const folder = tempFolder('hemgang-site-');
const secret = (name: string) => readFileSync(join(folder, 'secrets', name), 'utf8');
const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);
const repo = (path: string) => readFileSync(join(ROOT, path), 'utf8');
beforeAll(() => {
  writeFileSync(join(folder, '.env'), `SITE=${SAID.SITE}\n`);
  makeSecrets(folder, '--trial');
});

describe('secrets', () => {
  test('are files of ./secrets: each one that is used is declared, used, and made by a documented command', () => {
    const used = new Set(Object.values(services).flatMap((service) => service.secrets ?? []));
    expect([...used].sort()).toEqual(Object.keys(secrets).sort());
    for (const [name, { file }] of Object.entries(secrets)) {
      expect(file).toBe(`./secrets/${name}`);
      expect(secret(name).trim(), name).not.toBe('');
    }
    expect(repo('docs/operations.md')).toContain('ops/make-secrets.sh');
  });

  test('are in no variable: what is named so is the path of a file', () => {
    const wrong = Object.entries(services).flatMap(([name, { environment = {} }]) =>
      Object.entries(environment)
        .filter(([variable]) => /PASS|PWD|SECRET|KEY|TOKEN(?!S)|DATABASE_URL|SMTP_URL/.test(variable))
        .filter(([, value]) => value !== '' && value !== 'true' && !/^\/run\/(secrets|hemgang-keys)\/[\w-]+$/.test(value))
        .map(([variable]) => `${name} ${variable}`),
    );
    expect(wrong).toEqual([]);
    const variables = new Set([...composeText.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    expect([...variables].filter((name = '') => /PASS|SECRET|KEY/.test(name))).toEqual([]);
  });

  test('fit each other, and nobody else on the machine comes to them', () => {
    expect(secret('database_url')).toBe(`postgres://hemgang:${secret('hemgang_db_password')}@postgres:5432/hemgang`);
    // The login demands exactly that many bytes, and no line end after them.
    expect(secret('cookie_secret')).toMatch(/^[0-9a-f]{32}$/);
    const keys = parsePayloadKeys(secret('keys/payload-keys'));
    expect('keys' in keys && keys.keys).toHaveLength(1);
    expect([mode('secrets'), mode('secrets/keys'), mode('secrets/keys/payload-keys'), mode('backups')]).toEqual([
      '700',
      '700',
      '600',
      '700',
    ]);
    // Whatever user a container has: it sees only those that are mounted.
    for (const name of Object.keys(secrets)) expect(mode(`secrets/${name}`), name).toBe('444');
  });

  test('are made once: another run changes none of them', () => {
    const before = Object.keys(secrets).map(secret);
    const keys = secret('keys/payload-keys');
    expect(makeSecrets(folder)).toBe('');
    expect(Object.keys(secrets).map(secret)).toEqual(before);
    expect(secret('keys/payload-keys')).toBe(keys);
  });

  test('that must come from elsewhere are named, and the command fails until they are there', () => {
    const bare = join(folder, 'bare');
    mkdirSync(bare);
    const { status, stderr } = spawnSync(join(ROOT, 'ops/make-secrets.sh'), [], {
      env: { ...process.env, HEMGANG_FOLDER: bare },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect([...stderr.matchAll(/^MISSING secrets\/(\w+)$/gm)].map(([, name]) => name)).toEqual([
      'oidc_client_secret',
      'tls_certificate',
      'tls_key',
      'mllp_certificate',
      'mllp_key',
      'mllp_client_ca',
    ]);
    expect(existsSync(join(bare, 'secrets/oidc_client_secret'))).toBe(false);
  });

  test('are never committed', () => {
    const ignored = repo('.gitignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['secrets/', 'backups/', 'site/', '.env', 'docker-compose.override.yml']));
  });
});

describe('variables and mounts', () => {
  test('what the compose file asks for stands in ops/site.env, and nothing else', () => {
    const asked = new Set([...composeText.matchAll(/(?<!\$)\$\{(\w+):/g)].map(([, name = '']) => name));
    const said = [...repo('ops/site.env').matchAll(/^(\w+)=/gm)].map(([, name = '']) => name);
    expect([...asked].sort()).toEqual(said.sort());
  });

  test('what is mounted is in the repository, is made by the command, or is a declared volume; each volume is used', () => {
    const mounted = Object.values(services).flatMap((service) => service.volumes ?? []);
    for (const mount of mounted) {
      const [from = ''] = mount.split(':');
      if (!from.startsWith('./')) expect(Object.keys(volumes)).toContain(from);
      else expect(existsSync(join(/^\.\/(secrets|site|backups)/.test(from) ? folder : ROOT, from)), from).toBe(true);
    }
    expect(Object.keys(volumes).filter((name) => !mounted.some((mount) => mount.startsWith(`${name}:`)))).toEqual([]);
  });

  test('the list of keys is mounted as a folder, so that a list put in its place is seen; only the operator’s tool may write it', () => {
    for (const [name, { volumes: mounts = [], environment = {} }] of ours) {
      const mount = mounts.find((one) => one.startsWith('./secrets/keys:'));
      expect(mount, name).toBe(`./secrets/keys:/run/hemgang-keys${name === 'tools' ? '' : ':ro'}`);
      expect(environment['PAYLOAD_KEYS_FILE']).toBe('/run/hemgang-keys/payload-keys');
    }
  });
});

describe('Prometheus', () => {
  const config = parse(repo('ops/prometheus/prometheus.yml'));
  const targets: string[] = config.scrape_configs.flatMap(({ static_configs }: { static_configs: { targets: string[] }[] }) =>
    static_configs.flatMap((one) => one.targets),
  );
  test('asks every process that tells how it is, and the Temporal server, each where it tells it', () => {
    const told = ours.flatMap(([name, { command = [], environment = {} }]) =>
      command[0] === 'serve' ? [`${name}:${environment['METRICS_PORT']}`] : [],
    );
    const temporal = `temporal:${services['temporal']?.environment?.['PROMETHEUS_ENDPOINT']?.split(':')[1]}`;
    expect(targets.sort()).toEqual([...told, temporal, 'localhost:9090', 'alertmanager:9093'].sort());
    for (const target of [...told, temporal, 'alertmanager'])
      expect(services[target.split(':')[0] ?? '']?.networks, target).toContain('watch');
  });
  test('and those that ring, and Grafana, are where it looks for them and it is looked for', () => {
    expect(config.alerting.alertmanagers[0].static_configs[0].targets).toEqual(['alertmanager:9093']);
    const [source] = parse(repo('ops/grafana/provisioning/datasources/prometheus.yml')).datasources;
    expect(source.url).toBe('http://prometheus:9090');
    expect(services['grafana']?.networks).toContain('watch');
    const mounts = services['grafana']?.volumes ?? [];
    expect(mounts).toContain('./ops/grafana/provisioning:/etc/grafana/provisioning:ro');
    const { path } = parse(repo('ops/grafana/provisioning/dashboards/hemgang.yml')).providers[0].options;
    expect(mounts).toContain(`./ops/grafana/dashboards:${path}:ro`);
    expect(services['grafana']?.environment?.['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(`${path}/hemgang.json`);
  });
  const amtool = missingPrograms('amtool');
  test.skipIf(amtool.length > 0)(`Alertmanager accepts its file${without(amtool)}`, () => {
    const { status, stderr } = spawnSync('amtool', ['check-config', join(ROOT, 'ops/alertmanager/alertmanager.yml')], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('the proxy', () => {
  const conf = repo('ops/proxy/nginx.conf');
  const upstreams = [...conf.matchAll(/map "" \$\w+ \{ default ([\w-]+):(\d+); \}/g)].map(([, name = '', port = '']) => ({ name, port }));

  test('leads to services that share a network with it, at the ports where they listen', () => {
    expect(upstreams.map(({ name }) => name).sort()).toEqual(['api', 'codec', 'login', 'temporal-ui']);
    const listens: Record<string, string | undefined> = {
      api: services['api']?.environment?.['HTTP_PORT'],
      codec: services['codec']?.environment?.['CODEC_PORT'],
      login: services['login']?.environment?.['OAUTH2_PROXY_HTTP_ADDRESS']?.split(':')[1],
      'temporal-ui': '8080',
    };
    for (const { name, port } of upstreams) {
      expect(port, name).toBe(listens[name]);
      expect(
        services[name]?.networks.some((network) => services['proxy']?.networks.includes(network)),
        name,
      ).toBe(true);
    }
  });
  test('listens where it is published and asked how it is', () => {
    for (const port of services['proxy']?.ports ?? []) expect(conf).toMatch(new RegExp(`listen ${port.split(':').at(-1)}\\b`));
    const asked = new URL(services['proxy']?.healthcheck?.test?.at(-1) ?? '');
    expect(conf).toContain(`listen ${asked.host};`);
    expect(conf).toContain(`location = ${asked.pathname} `);
  });
  test('writes no address into its log', () => {
    expect(/log_format site [^;]+;/.exec(conf)?.[0]).not.toMatch(/\$(request|request_uri|uri|args|query_string|http_referer)\b/);
    expect(conf.match(/error_log \S+ (\w+);/)?.[1]).toBe('crit');
  });
  const nginx = missingPrograms('nginx');
  test.skipIf(nginx.length > 0)(`nginx accepts its file${without(nginx)}`, () => {
    const file = join(folder, 'nginx.conf');
    writeFileSync(
      file,
      conf
        .replaceAll('/tmp/', `${folder}/`)
        .replace('/dev/stdout', `${folder}/access.log`)
        .replaceAll('/run/secrets/', `${join(folder, 'secrets')}/`),
    );
    const { status, stderr } = spawnSync('nginx', ['-t', '-q', '-c', file, '-e', join(folder, 'error.log')], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
