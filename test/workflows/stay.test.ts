/** The stay's loop: messages in, effects out, and nothing that anybody sends stops it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACTION_NAMES } from '../../src/domain/stay/actions.js';
import { type Bench, eventually, openStay, TEST_SERVER, timeSkipping } from './harness.js';
import { annul, answerKnown, assess, assessWithoutSvpl, comment, discharge, doctor, notify, nurse, ready, WARD } from './scenario.js';

const AT = '2019-03-04T08:00:00+01:00';
const hour = (h: number, m = 0) => `2019-03-04T${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}:00+01:00`;

describe.skipIf(!TEST_SERVER)('a stay', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await timeSkipping();
  });
  afterAll(() => bench.close());
  beforeEach(() => {
    bench.world.beforeRecord = () => undefined;
    bench.world.beforeNotify = () => undefined;
  });

  it('answers an accepted action with phase and deadlines, and records it', async () => {
    const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
    const answer = await stay.do(assess(hour(9)), { id: 'a-1' });
    expect(answer).toMatchObject({ accepted: true, stayId: stay.stayId, action: 'bedom-behov', id: 'a-1', phase: 'planering' });
    expect(answer.accepted && answer.deadlines.map(({ id }) => id)).toContain('inskrivningsmeddelande');
    await eventually(() => stay.events().length === 2);
    expect(stay.events().map(({ type }) => type)).toEqual(['admitted', 'accepted']);
    await stay.did(annul(hour(10)));
  });

  it('answers a refused action with a code and a Swedish sentence, and changes nothing', async () => {
    const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
    const before = await stay.view();
    expect(await stay.do(ready(hour(9)))).toMatchObject({
      accepted: false,
      code: expect.any(String),
      need: expect.stringMatching(/[.)]$/),
    });
    expect((await stay.view()).log).toEqual(before.log);
    await stay.did(annul(hour(10)));
  });

  it('gives the first verdict again for the same id, and applies it once', async () => {
    const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
    const first = await stay.do(assess(hour(9)), { id: 'samma' });
    const again = await stay.do(assess(hour(9)), { id: 'samma' });
    expect(again).toEqual(first);
    expect(await stay.do(assess(hour(9), { nyttBehov: false }), { id: 'samma' })).toMatchObject({ accepted: false, code: 'id-anvant' });
    expect((await stay.view()).log).toHaveLength(1);
    await stay.did(annul(hour(10)));
  });

  it('takes the same action as a signal', async () => {
    const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
    const { at, by, data, action } = assess(hour(9));
    await stay.signal(action, { id: 's-1', at, by, data });
    await eventually(async () => (await stay.view()).phase === 'planering');
    await stay.did(annul(hour(10)));
  });

  it('keeps a refused signal on the stay and records it', async () => {
    const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
    const { at, by, data, action } = notify(hour(9));
    await stay.signal(action, { id: 's-2', at, by, data });
    await eventually(async () => (await stay.view()).refused.length === 1);
    expect((await stay.view()).refused).toMatchObject([{ action: 'skicka-inskrivningsmeddelande', code: 'behov-ej-bedomt' }]);
    await eventually(() => stay.events().some(({ type }) => type === 'refused'));
    await stay.did(annul(hour(10)));
  });

  it('tells units through notify, everything of a turn together', async () => {
    const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
    await stay.did(assess(hour(9)), notify(hour(9)));
    await eventually(() =>
      bench.world.notices.some((notice) => notice.stayId === stay.stayId && notice.type === 'skicka-inskrivningsmeddelande'),
    );
    await stay.did(annul(hour(10)));
  });

  it('ends when it is over and everything has left it', async () => {
    const stay = await openStay(bench, { at: hour(12), admittedAt: AT });
    await stay.did(discharge(hour(11)));
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
    expect(stay.events().at(-1)).toMatchObject({ type: 'ended', reason: 'utskriven-utan-behov' });
  });

  describe('while the ledger is down', () => {
    it('answers actions all the same, keeps its timers, and records everything when the ledger is back', async () => {
      bench.world.beforeRecord = () => {
        throw new Error('no connection');
      };
      const stay = await openStay(bench, { at: '2019-03-05T07:00:00+01:00', admittedAt: AT, only: ['svar-inskrivning'] });
      await stay.did(assess(hour(9)), notify(hour(9)));
      expect(stay.events()).toEqual([]);
      // For hours, in which the deadline for the kommun's answer passes.
      await stay.until('2019-03-05T12:00:00+01:00');
      expect((await stay.view()).deviations).toMatchObject([{ type: 'svar-inskrivning', status: 'oppen' }]);
      await stay.did(answerKnown('2019-03-05T11:00:00+01:00'));
      expect((await stay.view()).deviations).toMatchObject([{ type: 'svar-inskrivning', status: 'avslutad' }]);
      // Hundreds of attempts leave no trace in the history.
      expect((await stay.handle.describe()).historyLength).toBeLessThan(150);
      bench.world.beforeRecord = () => undefined;
      await stay.until('2019-03-05T12:10:00+01:00');
      await eventually(() => stay.events().some((event) => event.type === 'accepted' && event.entry.action === 'svara-inskrivning'));
      await stay.did(annul('2019-03-05T12:00:00+01:00'));
      await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
    });

    it('records at once afterwards', async () => {
      const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
      await stay.did(assess(hour(9)));
      await eventually(() => stay.events().length === 2);
      await stay.did(annul(hour(10)));
    });
  });

  it('tells the region when a unit could not be told for days, and goes on', async () => {
    const stay = await openStay(bench, { at: hour(10), admittedAt: AT, only: ['svar-inskrivning'] });
    let tried = 0;
    bench.world.beforeNotify = ({ to, stayId }) => {
      if (stayId !== stay.stayId || to.party !== 'kommun') return;
      tried++;
      throw new Error('the receiver is gone');
    };
    await stay.did(assess(hour(9)), notify(hour(9)));
    // Once within the workflow task, then by the server.
    await eventually(() => tried >= 2);
    await stay.until('2019-03-08T12:00:00+01:00');
    await eventually(() => stay.events().some(({ type }) => type === 'delivery-failed'));
    await eventually(() =>
      bench.world.notices.some(({ to, stayId }) => stayId === stay.stayId && to.party === 'region' && to.unit === 'jonkoping'),
    );
    expect(await stay.do(comment(hour(9)))).toMatchObject({ accepted: true });
    await stay.handle.terminate();
  });

  describe('sent what is no action', () => {
    const nested = () => {
      let deep: unknown = 1;
      for (let i = 0; i < 1_000; i++) deep = [deep];
      return deep;
    };
    const rows: [string, unknown[]][] = [
      ['nothing', []],
      ['null', [null]],
      ['undefined', [undefined]],
      ['a string', ['hej']],
      ['a number', [1]],
      ['a list', [[1, 2]]],
      ['an empty object', [{}]],
      ['two arguments', [{}, {}]],
      ['a forged prototype', [JSON.parse('{"__proto__": {"id": "x"}, "constructor": 1}')]],
      ['an id that is an object', [{ id: {}, by: nurse, data: {} }]],
      ['data that are none', [{ id: '1', by: nurse, data: 'många' }]],
      ['somebody who is nobody', [{ id: '1', by: 'jag', data: {} }]],
      ['a forged stamp', [{ stamp: 1, id: '1', data: { dagar: 'många' } }]],
      ['a time that is none', [{ id: '1', at: 'i går', by: doctor, data: {} }]],
      ['a list 1 000 deep', [nested()]],
      ['an object with 5 000 fields', [Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}`, i]))]],
      ['a text of a megabyte', [{ id: '1', by: nurse, data: { text: 'å'.repeat(500_000) } }]],
      ['raw bytes', [new Uint8Array([1, 2, 3])]],
    ];
    it.each(rows)('refuses %s, as update and as signal, and lives on', async (_what, args) => {
      const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
      expect(await stay.send('kommentera', ...args)).toMatchObject({ accepted: false, code: expect.any(String), need: expect.any(String) });
      await stay.signal('kommentera', ...args);
      await eventually(async () => (await stay.view()).refused.length === 1);
      expect(await stay.do(assess(hour(9)))).toMatchObject({ accepted: true });
      await stay.did(annul(hour(10)));
    });

    it.each(['okand', '__proto__', 'constructor', 'toString', '__temporal_x', 'å'])('lives on after a message called %s', async (name) => {
      const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
      await stay.signal(name, {});
      await expect(bench.client.withDeadline(Date.now() + 5_000, () => stay.send(name, {}))).rejects.toThrow();
      expect(await stay.do(assess(hour(9)))).toMatchObject({ accepted: true });
      await stay.did(annul(hour(10)));
    });
  });

  it.each([[[]], [[null]], [['hej']], [[{ stayId: 'x' }]], [[{ stayId: 'x', clock: { start: 0, realStart: 0, scale: 1 } }]]])(
    'started by hand with %j it fails, and does not hang',
    async (args) => {
      const started = bench.client.workflow.execute('stay', {
        workflowId: `by-hand-${Math.random()}`,
        taskQueue: bench.taskQueue,
        args: args as unknown[],
      });
      await expect(started).rejects.toMatchObject({ cause: { type: 'ogiltig-start' } });
    },
  );

  it('cannot be cancelled: a mistake is annulled', async () => {
    const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
    await stay.handle.cancel();
    expect(await stay.do(assessWithoutSvpl(hour(9)))).toMatchObject({ accepted: true });
    await eventually(() => stay.events().length === 2);
    await stay.did(annul(hour(10)));
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
  });

  it('shows itself in the Temporal UI: attributes, summary and details, without anybody’s identity', async () => {
    const stay = await openStay(bench, { at: hour(10), admittedAt: AT });
    await stay.did(assess(hour(9)));
    const { searchAttributes } = await stay.handle.describe();
    expect(searchAttributes).toMatchObject({
      Region: ['jonkoping'],
      Kommun: ['0680'],
      Avdelning: [WARD],
      Fas: ['planering'],
      Frist: [expect.any(String)],
      FristTid: [expect.any(Date)],
    });
    const metadata = await stay.handle.query<{
      currentDetails: string;
      definition: Record<'signalDefinitions' | 'updateDefinitions' | 'queryDefinitions', { name: string; description: string }[]>;
    }>('__temporal_workflow_metadata');
    expect(JSON.stringify([searchAttributes, metadata])).not.toContain('0101980');
    expect(metadata.currentDetails).toContain('Planering sedan');
    const { signalDefinitions, updateDefinitions, queryDefinitions } = metadata.definition;
    const all = [...signalDefinitions, ...updateDefinitions, ...queryDefinitions].filter(({ name }) => !name.startsWith('__'));
    expect(all.length).toBeGreaterThan(2 * ACTION_NAMES.length);
    for (const { name, description } of all) expect([name, description]).toEqual([name, expect.stringMatching(/[a-zåäö].*\.$/)]);
    await stay.did(annul(hour(10)));
  });
});
