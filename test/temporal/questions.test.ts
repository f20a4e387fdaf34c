/** Every question is asked of a real server, of stays whose conditions are known: it finds exactly those that it is about. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { type SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';
import { encode } from '@temporalio/common/lib/encoding.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributesOf } from '../../src/domain/stay/owner.js';
import { questionCommand } from '../../src/temporal/query-text.js';
import { type Asked, QUESTIONS } from '../../src/temporal/questions.js';
import {
  attributePairs,
  BOLLEN_HOS,
  FAS,
  KOMMUN,
  MANAD,
  REGION,
  SEARCH_ATTRIBUTES,
  startAttributes,
} from '../../src/temporal/search-attributes.js';
import { type Case, WARD } from '../domain/stay/case.js';
import { startTemporalCluster } from '../support/temporal-cluster.js';
import { type Bench, CLI, devServer, eventually, onServer, openStay } from '../workflows/harness.js';
import { annul, assess, discharge, notify, nurse, ready } from '../workflows/scenario.js';
import { ELSEWHERE, elsewhere, NOW, now, ROWS } from './question-scene.js';

const UNIT = `slutenvard/${WARD.hsaId}`;
const JONKOPING: Asked = { now, region: 'jonkoping', unit: UNIT };
const asking = (id: string, asked: Asked): string => QUESTIONS.find((question) => question.id === id)!.query(asked);

/** By default a task must fail five times before it is shown, which takes a minute. */
const SHOWN_AFTER = 'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute';
const cluster = await startTemporalCluster({ [SHOWN_AFTER]: 1 });
const why = 'skipped' in cluster ? ` (skipped: ${cluster.skipped})` : '';

describe.each([
  {
    server: `the embedded server, on SQLite${CLI ? '' : ' (skipped: no Temporal CLI)'}`,
    open: () => devServer(undefined, {}, [`${SHOWN_AFTER}=1`]),
    lacks: !CLI,
  },
  {
    server: `a cluster, on PostgreSQL${why}`,
    open: () => ('skipped' in cluster ? Promise.reject(new Error(why)) : onServer(cluster.address, 'hemgang')),
    lacks: 'skipped' in cluster,
  },
])('$server', ({ open, lacks }) => {
  if (lacks) {
    test.skip('finds those that each question is about', () => undefined);
    return;
  }
  let bench: Bench;
  const listed = async (query: string): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { workflowId } of bench.client.workflow.list({ query })) ids.push(workflowId);
    return ids.sort();
  };
  const found = (id: string, asked: Asked) => listed(asking(id, asked));
  /** With no worker on its queue: it stays as it is started. */
  const start = (type: string, workflowId: string, attributes: SearchAttributePair[]) =>
    bench.client.workflow.start(type, { workflowId, taskQueue: 'nobody', typedSearchAttributes: new TypedSearchAttributes(attributes) });
  const startStay = (workflowId: string, made: Case) => {
    const { rules, stay } = made.until(NOW);
    return start('stay', workflowId, startAttributes(attributePairs(attributesOf(stay(), rules))));
  };

  beforeAll(async () => {
    bench = await open();
    await Promise.all(ROWS.map(([what, make]) => startStay(what, make())));
    await startStay('elsewhere', elsewhere());
    await (await startStay('ended by hand', elsewhere())).terminate();
    const month = (id: string, fas: string) =>
      start('monthlyBilling', id, [
        { key: REGION, value: 'jonkoping' },
        { key: MANAD, value: id },
        { key: FAS, value: fas },
      ]);
    await month('2019-03', 'lopande');
    await month('2019-02', 'preliminar');
    await month('2019-01', 'last');
    await (await month('2018-12', 'last')).terminate();
    const invoice = (id: string, kommun: string, manad: string, ball: string[]) =>
      start('kommunInvoice', id, [
        { key: REGION, value: 'jonkoping' },
        { key: KOMMUN, value: kommun },
        { key: MANAD, value: manad },
        ...(ball.length === 0 ? [] : [{ key: BOLLEN_HOS, value: ball } as SearchAttributePair]),
      ]);
    await invoice('invoice of 0680', '0680', '2019-02', ['region/jonkoping']);
    await invoice('invoice of 0682', '0682', '2019-02', []);
    await invoice('old invoice', '0680', '2019-01', []);
    await eventually(async () => (await bench.client.workflow.count("TaskQueue = 'nobody'")).count === ROWS.length + 9);
  });
  afterAll(() => bench?.close());

  const OF_STAYS = QUESTIONS.filter(({ group, needs }) => group !== 'ekonomi' && group !== 'drift' && group !== 'var' && needs !== 'unit');
  test.each(OF_STAYS.map(({ id }) => id))('%s finds those that it is about, and no others', async (id) => {
    const expected = ROWS.filter(([, , ids]) => ids.split(' ').includes(id)).map(([what]) => what);
    // A question that no row answers would be right about everything; those about ended stays are asked below.
    if (!id.startsWith('avslutade')) expect(expected).not.toEqual([]);
    expect(await found(id, JONKOPING)).toEqual(expected.sort());
  });

  test('every row is found by what it names, and by nothing that is not a question', () => {
    const named = ROWS.flatMap(([, , ids]) => ids.split(' '));
    expect(named.filter((id) => !QUESTIONS.some((question) => question.id === id))).toEqual([]);
  });

  test('att-agera-pa finds what the unit has the ball in: stays, and invoices', async () => {
    const expected = ROWS.filter(([, , ids]) => ids.includes('att-agera-pa')).map(([what]) => what);
    expect(await found('att-agera-pa', JONKOPING)).toEqual(expected.sort());
    expect(await found('att-agera-pa', { now, unit: 'region/jonkoping' })).toEqual(['invoice of 0680']);
    expect(await found('att-agera-pa', { now, unit: 'kommun/9999' })).toEqual([]);
  });

  test('whatever is chosen narrows the lists to it, quotes and all', async () => {
    const { region, kommun, ward, vardcentral } = ELSEWHERE;
    const choices: Partial<Asked>[] = [{ region }, { kommun }, { avdelning: ward?.hsaId }, { vardcentral: vardcentral?.hsaId }];
    for (const choice of choices) expect(await found('forsenade', { now, ...choice })).toEqual(['elsewhere']);
    expect(await found('avdelning', { now, avdelning: ward?.hsaId })).toEqual(['elsewhere']);
    expect(await found('vardcentral', { now, vardcentral: vardcentral?.hsaId })).toEqual(['elsewhere']);
    expect(await found('kommun', { now, kommun })).toEqual(['elsewhere']);
    expect(await found('kommun', { now, kommun: '0680' })).toEqual(ROWS.map(([what]) => what).sort());
    expect(await found('att-agera-pa', { now, unit: `slutenvard/${ward?.hsaId}` })).toEqual(['elsewhere']);
    expect(await found('forsenade', { now, kommun, avdelning: WARD.hsaId })).toEqual([]);
    expect(await found('forsenade', { now, avdelning: 'x" OR Region = "vastmanland' })).toEqual([]);
  });

  test('months and invoices are found by how far they have come', async () => {
    const months = Object.fromEntries(
      await Promise.all(
        QUESTIONS.filter(({ group }) => group === 'ekonomi').map(async ({ id }) => [id, await found(id, JONKOPING)] as const),
      ),
    );
    expect(months).toEqual({
      'manader-pagar': ['2019-01', '2019-02', '2019-03'],
      'manader-preliminara': ['2019-02'],
      'manader-lasta': ['2019-01'],
      'manader-misslyckade': ['2018-12'],
      fakturor: ['invoice of 0680', 'invoice of 0682'],
      'fakturor-vantar': ['invoice of 0680'],
    });
    expect(await found('fakturor', { ...JONKOPING, kommun: '0682' })).toEqual(['invoice of 0682']);
    expect(await found('manader-pagar', { now, region: 'vastmanland' })).toEqual([]);
  });

  test('a stay that somebody ended is found as such', async () => {
    expect(await found('avbrutna', { now })).toEqual(['ended by hand']);
  });

  test.skipIf(!CLI)('the command that a question is shown with lists the same', async () => {
    const run = promisify(execFile);
    const command = `${questionCommand(bench.client.options.namespace, asking('svpl-inte-kallad-i-tid', JONKOPING))} --address ${bench.env.address} --output json`;
    const { stdout } = await run('bash', ['-c', command.replace(/^temporal/, `'${CLI}'`)]);
    const ids = (JSON.parse(stdout) as { execution: { workflowId: string } }[]).map(({ execution }) => execution.workflowId);
    expect(ids.sort()).toEqual(await found('svpl-inte-kallad-i-tid', JONKOPING));
  });

  test('a stay at work publishes what it is found by, and ends without waiting for anybody', async () => {
    const asked = { now: Date.parse('2019-03-20T12:00:00+01:00'), region: 'dalarna' };
    const stay = await openStay(bench, {
      at: '2019-03-20T12:00:00+01:00',
      admittedAt: '2019-03-18T08:00:00+01:00',
      over: { region: 'dalarna' },
    });
    const where = async () => (await Promise.all(OF_STAYS.map(async ({ id }) => ((await found(id, asked)).length > 0 ? [id] : [])))).flat();
    await stay.did(assess('2019-03-18T09:00:00+01:00'));
    await expect
      .poll(where, { timeout: 10_000 })
      .toEqual(['forsenade', 'inskrivningsmeddelande-forsenat', 'oppna-avvikelser', 'fas-planering']);
    await stay.did(notify('2019-03-19T07:00:00+01:00'), ready('2019-03-19T09:00:00+01:00'));
    await expect.poll(where, { timeout: 10_000 }).toContain('svpl-inte-kallad-i-tid');
    await stay.did(annul('2019-03-20T11:00:00+01:00'));
    await expect.poll(where, { timeout: 10_000 }).toEqual([]);
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
    const { searchAttributes } = await stay.handle.describe();
    const kept = ['Region', 'Kommun', 'Vardcentral', 'Avdelning', 'Fas'];
    const own = SEARCH_ATTRIBUTES.map(({ name }) => name).filter((name) => searchAttributes[name] !== undefined);
    expect(own.sort()).toEqual(kept.sort());
    expect(searchAttributes['Fas']).toEqual(['annullerad']);
  });

  test('a deviation that nobody has seen to is found when the stay has ended, too', async () => {
    const stay = await openStay(bench, {
      at: '2019-03-20T12:00:00+01:00',
      admittedAt: '2019-03-18T08:00:00+01:00',
      over: { region: 'orebro' },
    });
    const report = { action: 'rapportera-avvikelse', by: nurse, data: { typ: 'Elva Lind', text: 'Elva Lind ramlade' } } as const;
    await stay.did({ at: '2019-03-19T10:00:00+01:00', ...report }, discharge('2019-03-20T11:00:00+01:00'));
    await expect
      .poll(() => found('avslutade-med-avvikelse', { now, region: 'orebro' }), { timeout: 10_000 })
      .toEqual([stay.handle.workflowId]);
    expect(await found('oppna-avvikelser', { now, region: 'orebro' })).toEqual([]);
    expect((await stay.handle.describe()).searchAttributes['Avvikelser']).toEqual(['rapporterad']);
  });

  test('a stay that cannot go on is found by those who run the system', async () => {
    const stay = await openStay(bench, { at: '2019-03-20T12:00:00+01:00', over: { region: 'uppsala' } });
    const lost = { metadata: { encoding: encode('binary/encrypted'), 'encryption-key-id': encode('borta') }, data: randomBytes(80) };
    await bench.client.workflow.workflowService.signalWorkflowExecution({
      namespace: bench.client.options.namespace,
      workflowExecution: { workflowId: stay.handle.workflowId },
      signalName: 'kommentera',
      input: { payloads: [lost] },
    });
    await expect
      .poll(() => found('fel-i-arbetsfloden', { now, region: 'uppsala' }), { timeout: 25_000, interval: 500 })
      .toEqual([stay.handle.workflowId]);
    await stay.handle.terminate();
  });
});

afterAll(() => ('skipped' in cluster ? undefined : cluster.stop()));
