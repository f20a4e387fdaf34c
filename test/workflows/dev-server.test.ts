/** What only a real server shows: lists by search attributes, the CLI, payloads that cannot be decoded, a fast clock, a worker that is gone for a while. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { encode } from '@temporalio/common/lib/encoding.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stay } from '../../src/domain/stay/state.js';
import { startCodecServer } from '../../src/temporal/codec-server.js';
import { ensureSearchAttributes } from '../../src/temporal/ensure-search-attributes.js';
import { ensureSchedules } from '../../src/temporal/schedules.js';
import { createStayGateway } from '../../src/temporal/stay-client.js';
import { type Bench, CLI, devServer, eventually, KEYS, openStay, type TestedStay } from './harness.js';
import { admission, annul, assess, comment, discharge, doctor, notify, nurse, rulesOf, t } from './scenario.js';

const AT = '2019-03-04T08:00:00+01:00';
const NINE = '2019-03-04T09:00:00+01:00';
const TEN = '2019-03-04T10:00:00+01:00';

describe.skipIf(!CLI)('on a real server', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await devServer();
  });
  afterAll(() => bench.close());

  const cli = async (...args: string[]) =>
    (await promisify(execFile)(CLI!, [...args, '--address', bench.env.address, '--output', 'json'])).stdout;
  const listed = async (query: string) => {
    const ids: string[] = [];
    for await (const { workflowId } of bench.client.workflow.list({ query })) ids.push(workflowId);
    return ids;
  };

  it('a stay is found by its phase, its kommun and who has the ball', async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    await stay.did(assess(NINE));
    await eventually(async () =>
      (await listed(`Fas = 'planering' AND Kommun = '0680' AND Region = 'jonkoping' AND FristTid > '2019-03-01T00:00:00Z'`)).includes(
        stay.handle.workflowId,
      ),
    );
    const { searchAttributes } = await stay.handle.describe();
    expect(await listed(`BollenHos = '${String(searchAttributes['BollenHos']?.[0])}'`)).toContain(stay.handle.workflowId);
    await stay.did(annul(TEN));
  });

  it('knows its search attributes already, and says so', async () => {
    expect(await ensureSearchAttributes(bench.env.connection as never, 'default')).toEqual([]);
  });

  it('the CLI acts on a stay by update with the codec server, and by signal without', async () => {
    const codec = await startCodecServer({ host: '127.0.0.1', port: 0, keys: KEYS, uiOrigins: [] });
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    const input = (id: string, act: ReturnType<typeof assess>) => JSON.stringify({ id, at: act.at, by: act.by, data: act.data });
    const answer = await cli(
      'workflow',
      'update',
      'execute',
      '--workflow-id',
      stay.handle.workflowId,
      '--name',
      'bedom-behov',
      '--input',
      input('cli-1', assess(NINE)),
      '--codec-endpoint',
      codec.url,
    );
    await codec.close();
    expect(JSON.parse(answer)).toMatchObject({ result: { accepted: true, phase: 'planering' } });
    await cli(
      'workflow',
      'signal',
      '--workflow-id',
      stay.handle.workflowId,
      '--name',
      'kommentera',
      '--input',
      input('cli-2', comment(NINE)),
    );
    await eventually(async () => (await stay.view()).log.length === 2);
    await stay.did(annul(TEN));
  });

  describe('payloads that nobody can read', () => {
    const raw = (encoding: string, data: Uint8Array, more: Record<string, string> = {}) => ({
      metadata: { encoding: encode(encoding), ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, encode(value)])) },
      data,
    });
    const deep = encode(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    const rows: [string, ReturnType<typeof raw>][] = [
      ['an encoding nobody knows', raw('binary/foo', encode('x'))],
      ['protobuf', raw('json/protobuf', encode('{}'), { messageType: 'x.Y' })],
      ['JSON that is none', raw('json/plain', encode('{"id":'))],
      ['garbage under our key', raw('binary/encrypted', randomBytes(80), { 'encryption-key-id': KEYS[0]!.id })],
      ['encrypted without a key', raw('binary/encrypted', randomBytes(80))],
      ['no metadata at all', { metadata: {} as never, data: encode('x') }],
      ['a list 200 000 deep', raw('json/plain', deep)],
    ];
    it.each(rows)('%s is refused by signal and update, and the stay lives on', async (_what, payload) => {
      const stay = await openStay(bench, { at: TEN, admittedAt: AT });
      const { workflowService } = bench.client.workflow;
      const target = { namespace: 'default', workflowExecution: { workflowId: stay.handle.workflowId } };
      await workflowService.signalWorkflowExecution({ ...target, signalName: 'kommentera', input: { payloads: [payload] } });
      await workflowService.updateWorkflowExecution({
        ...target,
        waitPolicy: { lifecycleStage: 3 },
        request: { meta: { updateId: stay.stayId }, input: { name: 'kommentera', args: { payloads: [payload] } } },
      });
      await eventually(async () => (await stay.view()).refused.length === 1);
      await stay.did(assess(NINE), annul(TEN));
    });
  });

  it('shows each what is theirs to see, and a stranger nothing', async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    await stay.did(assess(NINE));
    const clock = { start: t(TEN), realStart: Date.now(), scale: 1 };
    const gateway = createStayGateway({ client: bench.client, clock, taskQueue: bench.taskQueue });
    const see = (party: 'slutenvard' | 'kommun' | 'region', unit: string, role: string) =>
      gateway.see('jonkoping', stay.stayId, { party, unit, roles: [role] });
    expect(await see('slutenvard', nurse.unit, 'sjukskoterska')).toMatchObject({
      relation: 'part',
      stay: { phase: 'planering', patient: {} },
    });
    expect(await see('kommun', '0680', 'handlaggare')).toEqual({ relation: 'stranger', stay: null });
    const region = await see('region', 'jonkoping', 'processledare');
    expect(region).toMatchObject({ relation: 'region', stay: { phase: 'planering' } });
    expect(region?.stay?.patient).toBeUndefined();
    expect(await gateway.see('-', 'finns-inte', { party: 'kommun', unit: '0680', roles: ['handlaggare'] })).toBeUndefined();
    await stay.did(annul(TEN));
  });

  it('takes an ended stay up again for a correction, and ends it anew', async () => {
    const stay = await openStay(bench, { at: '2019-03-04T12:00:00+01:00', admittedAt: AT });
    await stay.did(discharge('2019-03-04T11:00:00+01:00'));
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
    const gateway = createStayGateway({
      client: bench.client,
      clock: { start: t('2019-03-05T12:00:00+01:00'), realStart: Date.now(), scale: 1 },
      taskQueue: bench.taskQueue,
    });
    expect(await gateway.act('jonkoping', stay.stayId, 'kommentera', { id: 'k', by: nurse, data: { text: 'för sent' } })).toBe('ended');
    expect(await gateway.act('jonkoping', 'finns-inte', 'kommentera', { id: 'k', by: nurse, data: { text: 'x' } })).toBe('unknown');
    expect(await gateway.view('jonkoping', stay.stayId)).toBeUndefined();
    expect(await gateway.admit(stay.stayId, admission(t(AT)), rulesOf('jonkoping-2018', t(AT)))).toBe('exists');

    const { evolve, initialStay } = await import('../../src/domain/stay/evolve.js');
    const ended = stay.events().reduce<Stay>(evolve, initialStay(stay.stayId, admission(t(AT))));
    const correction = {
      id: 'r-1',
      by: nurse,
      data: { actionId: 'skriv-ut-1', data: { tidpunkt: '2019-03-04T10:30:00+01:00', till: 'hem' }, skal: 'fel klockslag' },
    };
    expect(await gateway.reopen(ended, rulesOf('jonkoping-2018', t(AT)), 'ratta-uppgift', correction)).toMatchObject({ accepted: true });
    await eventually(() => stay.events().filter(({ type }) => type === 'ended').length === 2);
    expect(stay.events().map(({ type }) => type)).toEqual(['admitted', 'accepted', 'ended', 'reopened', 'accepted', 'ended']);
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
  });

  it('a message that does not take it up again lets it end as it was', async () => {
    const stay = await openStay(bench, { at: '2019-03-04T12:00:00+01:00', admittedAt: AT });
    await stay.did(discharge('2019-03-04T11:00:00+01:00'));
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
    const gateway = createStayGateway({
      client: bench.client,
      clock: { start: t('2019-03-05T12:00:00+01:00'), realStart: Date.now(), scale: 1 },
      taskQueue: bench.taskQueue,
    });
    const { evolve, initialStay } = await import('../../src/domain/stay/evolve.js');
    const ended = stay.events().reduce<Stay>(evolve, initialStay(stay.stayId, admission(t(AT))));
    expect(
      await gateway.reopen(ended, rulesOf('jonkoping-2018', t(AT)), 'kommentera', { id: 'k', by: nurse, data: { text: 'x' } }),
    ).toMatchObject({ accepted: false, code: 'avslutad' });
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
  });

  it('a ledger that hangs delays one answer by its five seconds, and no more after it', async () => {
    let hanging = true;
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    bench.world.beforeRecord = async ({ stayId }) => {
      while (hanging && stayId === stay.stayId) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await stay.did(assess(NINE));
    const began = Date.now();
    await stay.did(comment(NINE), comment(NINE), comment(NINE));
    expect(Date.now() - began).toBeLessThan(4_000);
    hanging = false;
    await stay.did(annul(TEN));
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED', 20_000);
    bench.world.beforeRecord = () => undefined;
  });

  describe('on a fast clock', () => {
    const HOUR_MS = 1_000;
    const fast = (at: string): Promise<TestedStay> => openStay(bench, { at, admittedAt: AT, scale: 3_600_000 / HOUR_MS });

    it('judges a deadline only when the feeds have been answered past it', async () => {
      let answered = t('2019-03-04T12:00:00+01:00');
      bench.world.settled = (until) => Math.min(until, answered);
      const stay = await fast('2019-03-05T03:00:00+01:00');
      await stay.did(assess(NINE));
      await new Promise((resolve) => setTimeout(resolve, 6 * HOUR_MS));
      expect(stay.events().map(({ type }) => type)).toEqual(['admitted', 'accepted']);
      // A slow line of the feed: it was sent in time, and makes nothing late.
      await stay.did(notify('2019-03-05T07:30:00+01:00'));
      answered = t('2019-03-05T12:00:00+01:00');
      await new Promise((resolve) => setTimeout(resolve, 2 * HOUR_MS));
      expect(stay.events().filter(({ type }) => type === 'breached')).toEqual([]);
      bench.world.settled = (until) => until;
      await eventually(() => stay.events().some((event) => event.type === 'reminded' && event.id === 'svar-inskrivning'), 30_000);
      await stay.handle.terminate();
    }, 60_000);

    it('a timer that fired while no worker ran is judged by its due time', async () => {
      bench.world.settled = (until) => until;
      const stay = await fast('2019-03-05T06:00:00+01:00');
      await stay.did(assess(NINE));
      await bench.stopWorker();
      await new Promise((resolve) => setTimeout(resolve, 4 * HOUR_MS));
      await bench.startWorker();
      await eventually(() => stay.events().some(({ type }) => type === 'breached'), 20_000);
      expect(stay.events().filter(({ type }) => type === 'breached')).toContainEqual(
        expect.objectContaining({ id: 'inskrivningsmeddelande', at: t('2019-03-05T08:00:00+01:00') }),
      );
      await stay.handle.terminate();
    }, 60_000);
  });

  it('continues in a new run when its history grows long, and carries everything along', async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    await stay.did(assess(NINE));
    // Refused updates count too: the server suggests a new run at 1 800 of them.
    const first = (await stay.handle.describe()).runId;
    for (let i = 0; i < 1_900; i += 10) await Promise.all(Array.from({ length: 10 }, () => stay.send('kommentera', {})));
    await eventually(async () => (await stay.handle.describe()).runId !== first, 30_000);
    expect(await stay.do(assess(NINE), { id: 'bedom-behov-1' })).toMatchObject({ accepted: true });
    expect((await stay.view()).log).toHaveLength(1);
    const { memo, searchAttributes } = await stay.handle.describe();
    expect([memo?.['rubrik'], searchAttributes['Fas']]).toEqual([expect.any(String), ['planering']]);
    const page = await stay.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(page.currentDetails).toMatch(new RegExp(`^\\*\\*${stay.stayId}\\*\\* · inskriven .*\\n\\n## Planering sedan `));
    expect(page.currentDetails).toContain('☑ Behov bedömt, 2019-03-');
    // In the lists it is there once: the run before it runs no more.
    const own = `WorkflowId = '${stay.handle.workflowId}'`;
    await eventually(
      async () => (await listed(`${own} AND ExecutionStatus = 'Running' AND Frister = 'inskrivningsmeddelande'`)).length === 1,
    );
    await eventually(async () => (await listed(`${own} AND ExecutionStatus = 'ContinuedAsNew'`)).length === 1);
    await stay.did(annul(TEN));
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
  }, 120_000);

  it('makes a Schedule per region, once', async () => {
    const clock = { start: 0, realStart: 0, scale: 1 };
    await ensureSchedules(bench.client, ['jonkoping', 'vastmanland'], clock, bench.taskQueue);
    await bench.client.schedule.getHandle('billing/jonkoping').pause('prov');
    await ensureSchedules(bench.client, ['jonkoping', 'vastmanland'], clock, bench.taskQueue);
    const { state, spec } = await bench.client.schedule.getHandle('billing/jonkoping').describe();
    expect([state.paused, spec.timezone]).toEqual([true, 'Europe/Stockholm']);
    const { info } = await bench.client.schedule.getHandle('billing/vastmanland').describe();
    expect(info.nextActionTimes[0]?.toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' })).toMatch(/-01 05:00:00$/);
    await ensureSchedules(bench.client, ['dalarna'], { ...clock, scale: 2 }, bench.taskQueue);
    await expect(bench.client.schedule.getHandle('billing/dalarna').describe()).rejects.toThrow();
  });

  it('takes many actions on one stay at once, more than Temporal does', async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    const gateway = createStayGateway({
      client: bench.client,
      clock: { start: t(TEN), realStart: Date.now(), scale: 1 },
      taskQueue: bench.taskQueue,
    });
    const send = (n: number) => gateway.act('jonkoping', stay.stayId, 'kommentera', { id: `${n % 30}`, by: nurse, data: { text: 'x' } });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => send(n)));
    expect(answers.every((answer) => typeof answer === 'object' && answer.accepted)).toBe(true);
    expect((await stay.view()).log).toHaveLength(30);
    await stay.did(annul(TEN));
  });

  it('a stay that no worker can read is unavailable, and no fault of the service', async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    const lost = { metadata: { encoding: encode('binary/encrypted'), 'encryption-key-id': encode('borta') }, data: randomBytes(80) };
    await bench.client.workflow.workflowService.signalWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: stay.handle.workflowId },
      signalName: 'kommentera',
      input: { payloads: [lost] },
    });
    const gateway = createStayGateway({
      client: bench.client,
      clock: { start: t(TEN), realStart: Date.now(), scale: 1 },
      taskQueue: bench.taskQueue,
      timeoutMs: 2_000,
    });
    const comment = { id: 'k', by: nurse, data: { text: 'x' } };
    await expect(gateway.act('jonkoping', stay.stayId, 'kommentera', comment)).rejects.toMatchObject({ name: 'TemporalUnavailable' });
    await expect(gateway.view('jonkoping', stay.stayId)).rejects.toMatchObject({ name: 'TemporalUnavailable' });
    await stay.handle.terminate();
  });

  it('says that Temporal cannot be reached, and when to try again', async () => {
    const { connectLazily, createClient } = await import('../../src/temporal/client.js');
    const lost = createClient(connectLazily({ address: '127.0.0.1:1' }), 'default', KEYS);
    const gateway = createStayGateway({ client: lost, clock: { start: 0, realStart: 0, scale: 1 }, timeoutMs: 1_000 });
    await expect(gateway.act('jonkoping', 'x', 'kommentera', { id: '1', by: doctor, data: { text: 'x' } })).rejects.toMatchObject({
      name: 'TemporalUnavailable',
      retryAfterSeconds: 2,
    });
    await expect(gateway.ping()).rejects.toMatchObject({ name: 'TemporalUnavailable' });
  });
});
