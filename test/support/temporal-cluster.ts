/** A real Temporal server on a PostgreSQL of the test's own, as a site runs it; or the reason why there is none. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Connection } from '@temporalio/client';
import { startPostgres } from './postgres.js';

export interface RunningCluster {
  address: string;
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 60_000;

/** `settings`: of the server's dynamic configuration. It has no namespace yet, and stops with `stop()`, or when the test process dies. */
export async function startTemporalCluster(settings: Record<string, number | boolean> = {}): Promise<RunningCluster | { skipped: string }> {
  const server = programOf('TEMPORAL_SERVER_PATH', 'temporal-server');
  const sqlTool = programOf('TEMPORAL_SQL_TOOL_PATH', 'temporal-sql-tool');
  if (server === undefined || sqlTool === undefined)
    return { skipped: 'no temporal-server and temporal-sql-tool on the PATH (or in TEMPORAL_SERVER_PATH and TEMPORAL_SQL_TOOL_PATH)' };
  const postgres = await startPostgres();
  if ('skipped' in postgres) return postgres;
  const dir = mkdtempSync(join(tmpdir(), 'hemgang-temporal-'));
  const { port } = new URL(postgres.url);
  for (const [db, schema] of [
    ['temporal', 'temporal'],
    ['temporal_visibility', 'visibility'],
  ] as const) {
    const tool = (...args: string[]) =>
      execFileSync(
        sqlTool,
        ['--plugin', 'postgres12', '--ep', '127.0.0.1', '-p', port, '-u', 'hemgang', '--pw', 'x', '--db', db, ...args],
        {
          stdio: 'pipe',
        },
      );
    tool('create');
    tool('setup-schema', '-v', '0.0');
    tool('update-schema', '--schema-name', `postgresql/v12/${schema}`);
  }

  const ports = await lowPorts(8);
  writeFileSync(join(dir, 'server.yaml'), JSON.stringify(configurationOf(port, ports, join(dir, 'dynamic.yaml'))));
  writeFileSync(
    join(dir, 'dynamic.yaml'),
    JSON.stringify(Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, [{ value }]]))),
  );
  const output = openSync(join(dir, 'log'), 'a');
  // The guard holds our pipe: when this process is gone, however it went, the server is stopped.
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      '"$@" & p=$!; cat >/dev/null; kill -KILL $p 2>/dev/null; wait $p',
      'guard',
      ...[server, '--config-file', join(dir, 'server.yaml'), '--allow-no-auth', 'start'],
    ],
    { detached: true, stdio: ['pipe', output, output] },
  );
  closeSync(output);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.ref();
    child.stdin?.end();
    await gone;
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  const address = `127.0.0.1:${ports[0]}`;
  if (await Promise.race([serves(address), gone.then(() => false)])) {
    child.unref();
    return { address, stop };
  }
  const tail = readFileSync(join(dir, 'log'), 'utf8').trim().split('\n').at(-1);
  await stop();
  return { skipped: `the Temporal server did not start: ${tail}` };
}

/** YAML, of which JSON is a part. */
function configurationOf(postgresPort: string, ports: readonly number[], dynamicFile: string): object {
  const sql = (databaseName: string) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${postgresPort}`,
      connectProtocol: 'tcp',
      user: 'hemgang',
      password: 'x',
      maxConns: 10,
      maxIdleConns: 10,
      maxConnLifetime: '1h',
    },
  });
  const services = Object.fromEntries(
    ['frontend', 'history', 'matching', 'worker'].map((name, index) => [
      name,
      { rpc: { grpcPort: ports[2 * index], membershipPort: ports[2 * index + 1], bindOnLocalHost: true } },
    ]),
  );
  return {
    log: { stdout: true, level: 'error' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { main: sql('temporal'), visibility: sql('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services,
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `127.0.0.1:${ports[0]}` },
      },
    },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '1m' },
  };
}

async function serves(address: string): Promise<boolean> {
  for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 200))) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2s' });
      try {
        await connection.withDeadline(Date.now() + 2_000, () => connection.workflowService.listNamespaces({}));
        return true;
      } finally {
        await connection.close();
      }
    } catch {
      // Not yet.
    }
  }
  return false;
}

/** Free ones, as the server's membership table can hold them: it is a smallint. */
async function lowPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = 15_000 + Math.floor(Math.random() * 17_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) found.add(port);
  }
  return [...found];
}

function programOf(variable: string, name: string): string | undefined {
  const said = process.env[variable];
  if (said !== undefined) return existsSync(said) ? said : undefined;
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}
