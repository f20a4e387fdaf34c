/** A trace goes from whoever sends an action to the ledger; with traces and without, a stay does the same. */
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { inSpan } from '../../src/telemetry/spans.js';
import { createClient } from '../../src/temporal/client.js';
import { dataConverter, FAILURE_CONVERTER_PATH, PAYLOAD_CONVERTER_PATH } from '../../src/temporal/data-converter.js';
import { clientTracing } from '../../src/temporal/tracing.js';
import { ROOT } from '../support/sources.js';
import { type Collected, collectTraces } from '../telemetry/collected.js';
import { type Bench, eventually, KEYS, openStay, TEST_SERVER, type TestedStay, timeSkipping } from './harness.js';
import { answerKnown, assess, call, initiate, nameContact, notify } from './scenario.js';

const march = (day: number, time: string) => `2019-03-${String(day).padStart(2, '0')}T${time}:00+01:00`;

/** As it was before there were traces: without the interceptors. */
const withoutTraces = () =>
  bundleWorkflowCode({
    workflowsPath: `${ROOT}/workflows/index.ts`,
    payloadConverterPath: PAYLOAD_CONVERTER_PATH,
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger: new DefaultLogger('ERROR'),
  });

/** What is told of has happened already: no time need pass. */
const OPENED = { at: march(4, '10:00'), admittedAt: march(4, '08:00') };

const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;
const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

describe.skipIf(!TEST_SERVER)('a stay', () => {
  let collected: Collected;
  let bench: Bench;
  beforeAll(async () => {
    collected = collectTraces();
    bench = await timeSkipping(undefined, {}, { tracing: collected.tracing });
    bench.client = createClient(bench.env.connection as never, bench.env.namespace ?? 'default', KEYS, await clientTracing());
  });
  afterAll(async () => {
    await bench.close();
    await collected.tracing.stop();
  });

  const story = async (stay: TestedStay) => {
    for (const act of [
      assess(march(4, '09:00')),
      notify(march(4, '09:10')),
      answerKnown(march(4, '09:20')),
      nameContact(march(4, '09:30')),
    ]) {
      await stay.until(act.at);
      await stay.did(act);
    }
  };
  const settled = async (stay: TestedStay, events: number) => {
    await eventually(() => stay.events().length >= events && bench.world.busy === 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
  };

  it('is traced from an action to the ledger and to those who are told', async () => {
    const stay = await openStay(bench, OPENED);
    await story(stay);
    await inSpan('door', {}, () => stay.did(initiate(march(4, '09:50'))));
    await settled(stay, 6);
    const spans = (await collected.spans()).filter(({ attributes }) => attributes['hemgang.stay_id'] === stay.stayId);
    const door = (await collected.spans()).find(({ name }) => name === 'door');
    const traceId = door?.spanContext().traceId;
    const ours = spans.filter((span) => span.spanContext().traceId === traceId);
    const named = (name: string) => ours.find((span) => span.name === name);
    const sent = named('StartWorkflowUpdate:initiera-svpl');
    const handled = named('HandleUpdate:initiera-svpl');
    const recorded = named('RunActivity:record');
    expect(parentOf(sent)).toBe(idOf(door));
    expect(parentOf(handled)).toBe(idOf(sent));
    expect(handled?.attributes).toMatchObject({
      'hemgang.action': 'initiera-svpl',
      'hemgang.accepted': true,
      'hemgang.region': 'jonkoping',
    });
    expect(parentOf(recorded)).toBe(idOf(handled));
    expect(parentOf(named('RunActivity:notify'))).toBe(idOf(handled));
    // What was sent without a trace makes none but of its activities.
    expect(spans.filter(({ name }) => name.startsWith('HandleUpdate:'))).toHaveLength(1);
  });

  it('whose actions are recorded together is in the trace of the first, with links to the others', async () => {
    const stay = await openStay(bench, OPENED);
    let hold: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      hold = resolve;
    });
    bench.world.beforeRecord = () => held;
    await stay.did(assess(march(4, '09:00')));
    const traces: (string | undefined)[] = [];
    for (const act of [notify(march(4, '09:10')), answerKnown(march(4, '09:20')), nameContact(march(4, '09:25'))])
      await inSpan('door', {}, async (span) => {
        traces.push(span.spanContext().traceId);
        await stay.did(act);
      });
    hold();
    bench.world.beforeRecord = () => undefined;
    await settled(stay, 5);
    const batch = (await collected.spans()).find(
      ({ name, attributes, links }) => name === 'RunActivity:record' && attributes['hemgang.stay_id'] === stay.stayId && links.length > 0,
    );
    expect([batch?.spanContext().traceId, ...(batch?.links ?? []).map(({ context }) => context.traceId)]).toEqual(traces);
  });

  it('replays with traces and without, whichever its history was made with; so does one from before there were any', async () => {
    const before = await withoutTraces();
    const on = await openStay(bench, OPENED);
    await inSpan('door', {}, () => story(on));
    await inSpan('door', {}, () => on.did(initiate(march(4, '09:40')), call(march(4, '09:50'))));
    await settled(on, 7);
    const off = await openStay(bench, OPENED);
    await story(off);
    await settled(off, 5);
    // A worker of before.
    await bench.stopWorker();
    await bench.startWorker({ workflowBundle: before, tracing: undefined });
    const old = await openStay(bench, OPENED);
    await story(old);
    await inSpan('door', {}, () => old.did(initiate(march(4, '09:40'))));
    await settled(old, 6);
    for (const { handle } of [on, off, old]) {
      const history = await handle.fetchHistory();
      expect(JSON.stringify(history).length).toBeGreaterThan(1_000);
      for (const workflowBundle of [before, { codePath: inject('bundlePath') }])
        await expect(
          Worker.runReplayHistory({ workflowBundle, dataConverter: dataConverter(KEYS) }, history, handle.workflowId),
        ).resolves.toBeUndefined();
    }
  });
});
