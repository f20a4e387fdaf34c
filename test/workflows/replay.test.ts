/** A recorded stay replays: the loop makes the same commands of the same history. */
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { dataConverter } from '../../src/temporal/data-converter.js';
import { type Bench, eventually, KEYS, openStay, TEST_SERVER, timeSkipping } from './harness.js';
import {
  acknowledge,
  answerKnown,
  assess,
  call,
  close,
  coordinator,
  discharge,
  dischargeNotice,
  followUp,
  hand,
  handler,
  hold,
  initiate,
  nameContact,
  notify,
  nurse,
  ready,
  staff,
  staffVardcentral,
} from './scenario.js';

const march = (day: number, time: string) => `2019-03-${String(day).padStart(2, '0')}T${time}:00+01:00`;

describe.skipIf(!TEST_SERVER)('a whole stay', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await timeSkipping();
  });
  afterAll(() => bench.close());

  it('lives from admission to the last closing, and its history replays', async () => {
    const stay = await openStay(bench, { at: march(4, '08:00') });
    const story = [
      assess(march(4, '09:00')),
      notify(march(4, '10:00')),
      answerKnown(march(4, '10:30')),
      nameContact(march(4, '10:40')),
      initiate(march(4, '12:00')),
      staffVardcentral(march(4, '12:10')),
      staff(march(4, '12:20')),
      call(march(4, '13:00')),
      acknowledge(march(4, '14:00')),
      ready(march(5, '15:00')),
      dischargeNotice(march(5, '15:10')),
      discharge(march(6, '10:00')),
      hand(march(6, '11:00')),
      hold(march(7, '10:00')),
      followUp(march(20, '10:00')),
      close(nurse)(march(20, '11:00')),
      close(coordinator)(march(20, '11:10')),
      close(handler)(march(20, '11:20')),
    ];
    for (const act of story) {
      await stay.until(act.at);
      await stay.did(act);
    }
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
    expect(stay.events().at(-1)).toMatchObject({ type: 'ended', reason: 'avslutad' });

    const history = await stay.handle.fetchHistory();
    // Timers, notices and all: every action more than this costs is a turn or a timer too many.
    expect(history.events!.length / story.length).toBeLessThanOrEqual(18);
    const replay = { workflowBundle: { codePath: inject('bundlePath') }, dataConverter: dataConverter(KEYS) };
    await expect(Worker.runReplayHistory(replay, history, stay.handle.workflowId)).resolves.toBeUndefined();
  });
});
