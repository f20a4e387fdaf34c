/** A stay hears of what could not be delivered, tells the region once, and nothing that is no such word stops it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stayDeliveries } from '../../src/temporal/stay-deliveries.js';
import { type Bench, eventually, openStay, TEST_SERVER, timeSkipping } from './harness.js';
import { annul, assess, comment } from './scenario.js';

const AT = '2019-03-04T08:00:00+01:00';
const KOMMUN = { party: 'kommun', unit: '0680' } as const;
const REGION = { party: 'region', unit: 'jonkoping' } as const;

describe.skipIf(!TEST_SERVER)('a delivery that failed', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await timeSkipping();
  });
  afterAll(() => bench.close());

  const failure = (stayId: string, over = {}) => ({
    stayId,
    noticeId: `${stayId}~2~skriv-ut~0680`,
    channel: 'webhook:ett',
    to: KOMMUN,
    region: 'jonkoping',
    reference: null,
    reason: 'svarade 410',
    ...over,
  });
  const toldRegion = (stayId: string) => bench.world.notices.filter((notice) => notice.stayId === stayId && notice.to.party === 'region');

  it('is told to the stay once, however often it is said, and to the region by the stay', async () => {
    const stay = await openStay(bench, { at: '2019-03-04T11:00:00+01:00', admittedAt: AT });
    const stays = stayDeliveries(bench.client);
    for (let i = 0; i < 3; i++) expect(await stays.deliveryFailed(failure(stay.stayId))).toBe('told');
    expect(await stays.deliveryFailed(failure(stay.stayId, { channel: 'epost:larm@kommun.example' }))).toBe('told');
    await stay.did(assess('2019-03-04T09:00:00+01:00'));
    await eventually(() => toldRegion(stay.stayId).length === 2);
    await eventually(() => stay.events().filter(({ type }) => type === 'accepted').length === 1);
    expect(stay.events().filter(({ type }) => type === 'delivery-failed')).toMatchObject([
      { noticeId: `${stay.stayId}~2~skriv-ut~0680`, unit: KOMMUN, channel: 'webhook:ett', reason: 'svarade 410' },
      { channel: 'epost:larm@kommun.example' },
    ]);
    expect(toldRegion(stay.stayId).map(({ type }) => type)).toEqual(['leverans-misslyckad', 'leverans-misslyckad']);
    await stay.did(annul('2019-03-04T10:00:00+01:00'));
  });

  it('of a notice to the region is kept on the stay, and leads to no notice', async () => {
    const stay = await openStay(bench, { at: '2019-03-04T11:00:00+01:00', admittedAt: AT });
    await stayDeliveries(bench.client).deliveryFailed(failure(stay.stayId, { to: REGION }));
    await eventually(() => stay.events().some(({ type }) => type === 'delivery-failed'));
    await stay.did(comment('2019-03-04T09:00:00+01:00'));
    expect(toldRegion(stay.stayId)).toEqual([]);
    await stay.did(annul('2019-03-04T10:00:00+01:00'));
  });

  it('has nobody to hear it where the stay has ended, or never was', async () => {
    const stay = await openStay(bench, { at: '2019-03-04T11:00:00+01:00', admittedAt: AT });
    await stay.did(annul('2019-03-04T08:30:00+01:00'));
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
    const stays = stayDeliveries(bench.client);
    expect(await stays.deliveryFailed(failure(stay.stayId))).toBe('ended');
    expect(await stays.deliveryFailed(failure('har-aldrig-funnits'))).toBe('ended');
  });

  it('said in any other shape is not heard', async () => {
    const stay = await openStay(bench, { at: '2019-03-04T11:00:00+01:00', admittedAt: AT });
    const { noticeId, channel, reason } = failure(stay.stayId);
    const odd = [
      undefined,
      null,
      'hej',
      7,
      [],
      {},
      { noticeId, channel, reason },
      { noticeId, channel, reason, unit: 'kommun/0680' },
      { noticeId, channel, reason, unit: { party: 'okand', unit: 'x' } },
      { noticeId: 7, channel, reason, unit: KOMMUN },
      { noticeId: 'x'.repeat(5_000), channel, reason, unit: KOMMUN },
    ];
    for (const said of odd) await stay.signal('leverans', said);
    await stay.did(assess('2019-03-04T09:00:00+01:00'));
    await eventually(() => stay.events().length === 2);
    expect(stay.events().map(({ type }) => type)).toEqual(['admitted', 'accepted']);
    await stay.did(annul('2019-03-04T10:00:00+01:00'));
  });
});
