/** On a real server: every run of a stay's workflow is gone, its kommun's month too, and nothing of anybody else's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/domain/ids.js';
import { eraseDue } from '../../src/erasure/daily.js';
import { type EraserDeps, eraseStays } from '../../src/erasure/erase-stays.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { eraseHistories } from '../../src/temporal/erase-histories.js';
import { createStayGateway } from '../../src/temporal/stay-client.js';
import { invoiceWorkflowId, stayWorkflowId } from '../../src/temporal/workflow-ids.js';
import { type Bench, CLI, devServer, eventually, KEYS, newWorld, openStay, type TestedStay } from '../workflows/harness.js';
import { annul, comment, discharge, nurse, rulesOf, t } from '../workflows/scenario.js';

const AT = '2019-03-04T08:00:00+01:00';
const TEN = '2019-03-04T10:00:00+01:00';
const OUT = t('2040-01-01T12:00:00Z');

describe.skipIf(!CLI)('on a real server', () => {
  let bench: Bench;
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger({ keys: KEYS });
    bench = await devServer(newWorld(), { record: (batch) => ledger.record(batch) }, ['limit.historyCount.suggestContinueAsNew=60']);
  });
  afterAll(async () => {
    await bench.close();
    await ledger.close();
  });

  const clock = () => ({ start: t(TEN), realStart: Date.now(), scale: 1 });
  const gateway = () => createStayGateway({ client: bench.client, clock: clock(), taskQueue: bench.taskQueue });
  const runs = async (workflowId: string) => {
    const found: string[] = [];
    for await (const { runId } of bench.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) found.push(runId);
    return found;
  };
  const deps = (over: Partial<EraserDeps> = {}): EraserDeps => ({
    ledger,
    eraseHistories: (ids) => eraseHistories({ client: bench.client }, ids),
    now: () => OUT,
    retentionYears: 10,
    settleMs: 50,
    ...over,
  });
  const due = (stayId: string) => ({ stayId, ground: 'gallringsfrist' as const, by: 'prov' });
  const ended = async (stay: TestedStay) => {
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
    await eventually(async () => (await ledger.findStay(stay.stayId))?.ended === true);
  };
  /** Ended, corrected afterwards, and long enough for several runs in between. */
  const longStay = async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    for (let n = 0; n < 40; n++) await stay.did(comment(TEN));
    await eventually(async () => (await runs(stay.handle.workflowId)).length >= 2);
    await stay.did(discharge(TEN));
    await ended(stay);
    const correction = (await ledger.readStay(stay.stayId))?.stay.log.findLast(({ action }) => action === 'skriv-ut')?.id ?? '';
    expect(await correct(stay, 'rattelse-1', { actionId: correction, data: { till: 'avliden' } })).toMatchObject({ accepted: true });
    await ended(stay);
    return stay;
  };
  const correct = async (stay: TestedStay, id: string, data: JsonObject) => {
    const stored = await ledger.readStay(stay.stayId);
    if (stored === undefined) throw new Error('nothing is recorded');
    const envelope = { id, by: nurse, data: { skal: 'fel', ...data }, imported: true };
    return gateway().reopen(stored.stay, rulesOf('jonkoping-2018', t(AT)), 'ratta-uppgift', envelope as never);
  };

  test('a stay of several runs is erased, and another one is as it was', async () => {
    const stay = await longStay();
    const other = await openStay(bench, { at: TEN, admittedAt: AT });
    await other.did(comment(TEN));
    const before = await runs(stay.handle.workflowId);
    expect(before.length).toBeGreaterThanOrEqual(3);
    expect(await eraseStays(deps(), [due(stay.stayId), due(other.stayId), due('ingen')])).toEqual([
      { stayId: other.stayId, outcome: 'refused', code: 'not-ended', need: 'the stay has not ended' },
      { stayId: 'ingen', outcome: 'refused', code: 'unknown-stay', need: 'there is no stay ingen' },
      { stayId: stay.stayId, outcome: 'erased' },
    ]);
    expect(await runs(stay.handle.workflowId)).toEqual([]);
    for (const runId of [undefined, ...before]) {
      const handle = bench.client.workflow.getHandle(stay.handle.workflowId, runId);
      await expect(handle.describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
      await expect(handle.fetchHistory()).rejects.toThrow(/not found/i);
    }
    expect((await ledger.readStay(stay.stayId))?.stay.admission.patient).toEqual({});
    expect((await other.view()).log).toHaveLength(1);
    expect(await gateway().act('jonkoping', stay.stayId, 'kommentera', { id: 'k', by: nurse, data: { text: 'x' } })).toBe('unknown');
    expect(await eraseStays(deps(), [due(stay.stayId)])).toEqual([{ stayId: stay.stayId, outcome: 'already' }]);
    expect(await eraseStays(deps(), [due(stay.stayId)], { again: true })).toEqual([{ stayId: stay.stayId, outcome: 'erased' }]);
    await other.did(annul(TEN));
  }, 120_000);

  test('one that is taken up again in that very moment goes on, and is erased another day', async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    await stay.did(discharge(TEN));
    await ended(stay);
    const discharged = (await ledger.readStay(stay.stayId))?.stay.log.at(-1)?.id ?? '';
    const erasing = eraseStays(deps({ settleMs: 1_500 }), [due(stay.stayId)]);
    await eventually(async () => (await ledger.erasureOf(stay.stayId)) !== undefined);
    expect(await correct(stay, 'rattelse-2', { actionId: discharged, data: { till: 'avliden' } })).toMatchObject({ accepted: true });
    expect(await erasing).toEqual([{ stayId: stay.stayId, outcome: 'taken-up' }]);
    await ended(stay);
    await eventually(async () => (await ledger.readStay(stay.stayId))?.stay.log.length === 2);
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    expect(await eraseDue({ ...deps(), ledger, log, breathMs: 1 })).toBeGreaterThanOrEqual(1);
    expect((await ledger.erasureOf(stay.stayId))?.completedAt).not.toBeNull();
    expect(await runs(stay.handle.workflowId)).toEqual([]);
  }, 120_000);

  test('Temporal that is away leaves it begun; then it is gone on with', async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    await stay.did(annul(TEN));
    await ended(stay);
    const away = deps({ eraseHistories: () => Promise.reject(new Error('away')) });
    expect(await eraseStays(away, [due(stay.stayId)])).toMatchObject([{ stayId: stay.stayId, outcome: 'left', need: 'away' }]);
    expect((await ledger.readStay(stay.stayId))?.stay.admission.patient.name).toBe('Test Testsson');
    expect(await runs(stay.handle.workflowId)).toHaveLength(1);
    expect(await eraseStays(deps(), [due(stay.stayId)])).toEqual([{ stayId: stay.stayId, outcome: 'erased' }]);
    expect(await runs(stay.handle.workflowId)).toEqual([]);
  }, 60_000);

  test('a workflow that runs keeps its history, and that of those it is asked of together with; one that never was is gone', async () => {
    const open = await openStay(bench, { at: TEN, admittedAt: AT });
    const closed = await openStay(bench, { at: TEN, admittedAt: AT });
    await closed.did(annul(TEN));
    await ended(closed);
    const ids = [closed.handle.workflowId, open.handle.workflowId];
    expect(await eraseHistories({ client: bench.client }, ids)).toBe('running');
    expect(await runs(closed.handle.workflowId)).toHaveLength(1);
    expect(
      await eraseHistories({ client: bench.client }, [invoiceWorkflowId('jonkoping', '2019-03', '0680'), stayWorkflowId('x', 'y')]),
    ).toBe('gone');
    await open.did(annul(TEN));
    await ended(open);
    expect(await eraseHistories({ client: bench.client }, ids)).toBe('gone');
  }, 60_000);
});
