/** A real service watched by a real Prometheus: every process answers, the dashboard's questions have answers, an alert rings, and nobody is named. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { exampleOf } from '../../src/doors/http/examples.js';
import { mllpClient } from '../../src/player/mllp-client.js';
import { MSH, message, PID, PV1 } from '../doors/hl7/some-messages.js';
import { freePorts } from '../support/free-port.js';
import { missingPrograms, output, without } from '../support/program.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';
import { questions, readAlerts, readDashboard } from '../telemetry/dashboard.js';
import { CLI } from '../workflows/harness.js';

const missing = [...missingPrograms('prometheus', 'promtool'), ...(CLI ? [] : ['temporal'])];
/** Of Skatteverket's test series; and what else must never be told. */
const NUMBER = '189001019802';
const NAME = 'Planterad';
const TEXT = 'Hemlig anteckning';
const dir = tempFolder('hemgang-prometheus-');

interface Series {
  metric: Record<string, string>;
  value: [number, string];
}

describe.skipIf(missing.length > 0)(`a service that is watched${without(missing)}`, () => {
  let service: ChildProcess;
  let prometheus: ChildProcess;
  let [http, mllp, metrics, watcher] = [0, 0, 0, 0];
  const logged: string[] = [];

  const ask = async <T>(path: string): Promise<T> => {
    const answer = (await (await fetch(`http://127.0.0.1:${watcher}/api/v1/${path}`)).json()) as {
      status: string;
      error?: string;
      data: T;
    };
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  };
  const query = async (expr: string) => (await ask<{ result: Series[] }>(`query?query=${encodeURIComponent(expr)}`)).result;
  const text = async () => (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();

  beforeAll(async () => {
    const [one = 0, two = 0, three = 0, four = 0, ...others] = await freePorts(7);
    [http, mllp, metrics, watcher] = [one, two, three, four];
    service = spawn(process.execPath, [join(ROOT, 'bin/hemgang.js'), 'serve'], {
      // A day passes in some four seconds: what waits for a day rings soon.
      env: {
        ...process.env,
        DATA_DIR: join(dir, 'data'),
        ...{ CLOCK_SCALE: '20000', CLOCK_START: '2019-03-04T08:00:00+01:00', LOG_LEVEL: 'warn' },
        ...{ HTTP_PORT: `${http}`, MLLP_PORT: `${mllp}`, METRICS_PORT: `${metrics}` },
        ...{ CODEC_PORT: `${others[0]}`, TEMPORAL_PORT: `${others[1]}`, TEMPORAL_UI_PORT: `${others[2]}` },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [service.stdout, service.stderr]) stream?.on('data', (chunk) => logged.push(String(chunk)));
    await until(async () => (await fetch(`http://127.0.0.1:${metrics}/readyz`).catch(() => undefined))?.ok === true, 90_000);
    await live();
    prometheus = watch();
    await until(async () => (await query('hemgang_stays_open')).length > 0, 60_000);
  });
  afterAll(async () => {
    prometheus?.kill('SIGKILL');
    if (service?.exitCode === null) {
      service.kill('SIGTERM');
      await new Promise((resolve) => service.once('exit', resolve));
    }
  });

  /** Stays with identity and free text, actions taken and refused, messages that wait, and questions that nobody should ask. */
  async function live(): Promise<void> {
    const send = (method: string, path: string, body: object) =>
      fetch(`http://127.0.0.1:${http}${path}`, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const ward = { hsaId: 'SE2321000057-AVD1', name: `Avdelning ${NAME}` };
    const admittedAt = '2019-03-04T08:00:00+01:00';
    for (const stayId of ['s-1', 's-2']) {
      const admitted = await send('PUT', `/v1/stays/${stayId}`, {
        ...{ region: 'jonkoping', admittedAt, ward, careForm: 'somatisk', legalForm: 'HSL', kommun: '0680' },
        vardcentral: { hsaId: stayId === 's-1' ? 'SE2321000057-VC1' : `${NAME} ${NUMBER.slice(0, 8)}`, name: 'Vårdcentral' },
        patient: { personnummer: NUMBER, name: `${NAME} Patientsson`, folkbokforingsadress: 'Provgatan 1' },
      });
      expect(admitted.status, await admitted.text()).toBe(201);
      const by = { party: 'slutenvard', unit: ward.hsaId, role: 'lakare', name: NAME };
      const act = (action: string, data: object) =>
        send('POST', `/v1/stays/${stayId}/actions/${action}`, {
          id: `${action}-${NAME}`,
          at: '2019-03-04T08:00:00+01:00',
          by,
          data,
          imported: true,
        });
      const assessed = await act('bedom-behov', { harInsatser: true, nyttBehov: false, endastRegionensOppenvard: false });
      expect(assessed.status, await assessed.text()).toBe(200);
      await act('kommentera', { text: TEXT });
      expect((await act('angra-utskrivning', (exampleOf('angra-utskrivning') as { data: object }).data)).status).toBe(409);
    }
    for (let n = 0; n < 20; n++) {
      await send('POST', `/v1/stays/s-1/actions/${NAME}-${n}`, {});
      await send('PUT', `/${NUMBER}/${n}?${NAME}=1`, {});
    }
    const client = mllpClient({ host: '127.0.0.1', port: mllp, patienceMs: 20_000 });
    // A discharge from a stay that nobody has told of.
    const discharge = message(
      MSH('A03'),
      'EVN|A03|20190304080500||||20190304080000',
      PID,
      PV1({ 19: 'ingen-1', 36: '01', 45: '20190304080000' }),
    );
    expect((await client.send(discharge)).code).toBe('AA');
    client.close();
  }

  function watch(): ChildProcess {
    const shipped = parse(readFileSync(join(ROOT, 'ops/prometheus/prometheus.yml'), 'utf8'));
    const config = {
      ...shipped,
      // Nobody is told here.
      alerting: undefined,
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [join(ROOT, 'ops/prometheus/alerts.yml')],
      // One process has all the roles here; each job asks it.
      scrape_configs: shipped.scrape_configs
        .filter(({ job_name }: { job_name: string }) => job_name.startsWith('hemgang-'))
        .map((job: object) => ({ ...job, static_configs: [{ targets: [`127.0.0.1:${metrics}`] }] })),
    };
    const file = join(dir, 'prometheus.yml');
    mkdirSync(join(dir, 'tsdb'), { recursive: true });
    writeFileSync(file, stringify(config));
    const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(dir, 'tsdb')}`, `--web.listen-address=127.0.0.1:${watcher}`];
    return spawn('prometheus', args, { stdio: 'ignore' });
  }

  test('is found: all targets answer, and all rules are taken', async () => {
    const asked = () => ask<{ activeTargets: { labels: { job: string }; health: string; lastError: string }[] }>('targets');
    // Each is asked for the first time within a scrape interval; on a busy machine one may not answer within its second.
    await until(async () => (await asked()).activeTargets.every(({ health }) => health === 'up'), 30_000);
    const { activeTargets } = await asked();
    expect(activeTargets.map(({ labels, health, lastError }) => `${labels.job} ${health} ${lastError}`).sort()).toEqual(
      ['api', 'codec', 'mllp', 'worker'].map((role) => `hemgang-${role} up `),
    );
    const { groups } = await ask<{ groups: { rules: { health: string }[] }[] }>('rules');
    expect(groups.flatMap(({ rules }) => rules)).toHaveLength(readAlerts().length);
  });

  test('tells its own and Temporal’s metrics in one text that promtool accepts', async () => {
    writeFileSync(join(dir, 'metrics.txt'), await text());
    expect(await output('sh', ['-c', `promtool check metrics < '${join(dir, 'metrics.txt')}'`])).toBe('');
  });

  test('is seen as it is: what was done, refused and waits', async () => {
    const value = async (expr: string) => Number((await query(expr))[0]?.value[1]);
    expect(await value('max(sum by (instance, job) (hemgang_stays_open))')).toBe(2);
    expect(await value('max(hemgang_actions_total{action="bedom-behov",outcome="accepted"})')).toBe(2);
    expect(await value('max(sum by (job) (hemgang_door_actions_total{door="http",outcome="refused"}))')).toBeGreaterThanOrEqual(2);
    expect(await value('max(hemgang_hl7_messages_total{trigger="A03",ack="AA"})')).toBe(1);
    expect(await value('max(hemgang_hospital_messages_open{state="parkerad"})')).toBe(1);
    expect(await value('min(hemgang_ledger_up) + min(hemgang_temporal_up) + min(hemgang_worker_running)')).toBe(3);
    expect(await value('max(hemgang_clock_scale)')).toBe(20_000);
    expect(await value('sum(temporal_num_pollers)')).toBeGreaterThan(0);
    await until(
      async () => (await query('hemgang_deadlines_overdue{deadline="inskrivningsmeddelande",unit="SE2321000057-AVD1"}')).length > 0,
      40_000,
    );
  });

  test('rings when a message has been parked for a day', async () => {
    const ringing = async () =>
      (
        await ask<{ alerts: { labels: Record<string, string>; state: string; annotations: Record<string, string> }[] }>('alerts')
      ).alerts.find(({ labels, state }) => labels['alertname'] === 'ParkedMessageOld' && state === 'firing');
    await until(async () => (await ringing()) !== undefined, 60_000);
    const alert = await ringing();
    expect(alert?.labels['region']).toBe('jonkoping');
    expect(alert?.annotations['runbook']).toBe('docs/operations.md#parkedmessageold');
  });

  test('answers every question of the dashboard without an error, and those about itself with something', async () => {
    // Rates are of what has been seen twice.
    let answered = new Set<string>();
    const countAnswered = async () => {
      answered = new Set();
      for (const { title, expr } of questions(readDashboard())) if ((await query(expr)).length > 0) answered.add(title);
      return answered.size > 25;
    };
    await until(countAnswered, 60_000).catch(() => undefined);
    expect(answered.size).toBeGreaterThan(25);
  });

  test('names nobody and tells nothing that anybody wrote; strangers’ words make no new series', async () => {
    const told = await text();
    for (const secret of [NUMBER, NUMBER.slice(0, 8), NAME, TEXT, 's-1', 'Provgatan', '192208119806', 'Ekvall', 'ingen-1'])
      expect(told, secret).not.toContain(secret);
    expect(await query('count(count by (route) (hemgang_http_request_seconds_count))').then(([one]) => Number(one?.value[1]))).toBeLessThan(
      10,
    );
    expect(told.split('\n').length).toBeLessThan(2_000);
  });

  async function until(holds: () => Promise<boolean>, withinMs: number): Promise<void> {
    const end = Date.now() + withinMs;
    while (!(await holds().catch(() => false))) {
      if (Date.now() > end) throw new Error(`it did not come to pass within ${withinMs} ms:\n${logged.join('').slice(-2_000)}`);
      if (service.exitCode !== null) throw new Error(`the service ended:\n${logged.join('').slice(-2_000)}`);
      await sleep(300);
    }
  }
});
