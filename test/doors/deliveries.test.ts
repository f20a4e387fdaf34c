/** What became of the notices: on the stay as far as the caller may see, and for those who see to it that they arrive. */
import { describe, expect, test } from 'vitest';
import type { Caller } from '../../src/doors/access/caller.js';
import { deliveryDesk } from '../../src/doors/delivery-desk.js';
import { withDeliveries } from '../../src/doors/stay-deliveries.js';
import type { DeliveryLedger, DeliveryRow } from '../../src/ledger/deliveries/delivery-ledger.js';
import { routingFrom } from '../out/notices/samples.js';
import { exampleDeliveries } from './example-deliveries.js';
import { memoryService } from './memory-service.js';

const WARD = 'SE2321000057-AVD1';
const row = (id: number, unit: string, over: Partial<DeliveryRow> = {}): DeliveryRow => ({
  id,
  noticeId: `s-1~${id}~skriv-ut~${unit}`,
  type: 'skriv-ut',
  region: 'jonkoping',
  party: 'kommun',
  unit,
  stayId: 's-1',
  channel: 'inkorg',
  status: 'delivered',
  at: 0,
  attempts: 1,
  error: null,
  history: [],
  ...over,
});
const ROWS = [
  row(1, '0680'),
  row(2, '0682', { channel: 'webhook:b', status: 'failed', error: 'svarade 410' }),
  row(3, WARD),
  row(4, 'jonkoping'),
];
const STAY = { stayId: 's-1', region: 'jonkoping', ward: { hsaId: WARD } };
const caller = (party: Caller['party'], unit: string): Caller => ({ party, unit, roles: ['sjukskoterska'], subject: 'x' });

describe('the deliveries of a stay', () => {
  test.each<[string, Caller | undefined, number[]]>([
    ['nobody is asked', undefined, [1, 2, 3, 4]],
    ['the ward that has the patient', caller('slutenvard', WARD), [1, 2, 3, 4]],
    ['the region', caller('region', 'jonkoping'), [1, 2, 3, 4]],
    ['a kommun', caller('kommun', '0680'), [1]],
    ['another ward', caller('slutenvard', 'SE2321000057-AVD2'), []],
    ['another region', caller('region', 'vastmanland'), []],
    ['a party whose unit has the name of the ward', caller('vardcentral', WARD), [3]],
  ])('%s', async (_, who, seen) => {
    const { deliveries } = await withDeliveries(STAY, { ...exampleDeliveries, ofStay: async () => ROWS }, who);
    expect(deliveries.map(({ noticeId }) => Number(noticeId.split('~')[1]))).toEqual(seen);
  });

  test('say the kind of channel, never the address', async () => {
    const rows = [
      row(1, '0680', { channel: 'epost:larm@kommun.example' }),
      row(2, '0680', { channel: 'ingen', status: 'failed', error: 'ingen-vag' }),
    ];
    const { deliveries } = await withDeliveries(STAY, { ...exampleDeliveries, ofStay: async () => rows }, undefined);
    expect(deliveries.map(({ channel }) => channel)).toEqual(['epost', 'ingen']);
    expect(JSON.stringify(deliveries)).not.toContain('@');
    expect(deliveries[1]).toEqual({
      noticeId: 's-1~2~skriv-ut~0680',
      type: 'skriv-ut',
      unit: '0680',
      channel: 'ingen',
      status: 'failed',
      at: '1970-01-01T00:00:00Z',
      attempts: 1,
      error: 'ingen-vag',
    });
  });
});

describe('the desk', () => {
  const routing = routingFrom(`
endpoints:
  jkpg: { webhook: { url: "https://a.example/hemlig-sokvag", secrets: [{ env: SECRET }] } }
  vast: { webhook: { url: "https://b.example/", secrets: [{ env: SECRET }] } }
  alla: { epost: { to: [jour@kommun.example] } }
routes:
  - { region: jonkoping, to: [jkpg] }
  - { region: vastmanland, to: [vast] }
  - { to: [alla] }
`);
  const asked: string[] = [];
  const ledger = {
    endpointStates: async () => [],
    findDelivery: async (id: number) => (id === 1 ? ROWS[0] : undefined),
    retryDelivery: async ({ endpoints }: { endpoints: readonly string[] }) => {
      asked.push(...endpoints);
      return 'queued';
    },
    enableEndpoint: async () => true,
  } as unknown as DeliveryLedger;
  const desk = deliveryDesk({ ledger, routing: { current: () => routing, refresh: () => undefined }, clock: { now: () => 0 } });

  test("shows a region its own receivers and those of all, and of a webhook's address the host alone", async () => {
    expect((await desk.endpoints('jonkoping')).map(({ endpoint, host, state }) => [endpoint, host, state])).toEqual([
      ['webhook:jkpg', 'a.example', 'healthy'],
      ['epost:jour@kommun.example', undefined, 'healthy'],
    ]);
    expect(JSON.stringify(await desk.endpoints())).not.toContain('hemlig');
    expect(await desk.endpoints()).toHaveLength(3);
  });

  test('enables, and sends again, what is of the region', async () => {
    expect(await desk.enable('webhook:jkpg', 'jonkoping')).toBe(true);
    expect(await desk.enable('webhook:vast', 'jonkoping')).toBe(false);
    expect(await desk.enable('webhook:ingen')).toBe(false);
    expect(await desk.retry(1, 'vastmanland')).toBe('no-such-delivery');
    expect(asked).toEqual([]);
    expect(await desk.retry(1, 'jonkoping')).toBe('queued');
    expect(asked).toEqual(['webhook:jkpg', 'webhook:vast', 'epost:jour@kommun.example']);
  });
});

describe('over HTTP', () => {
  const withDesk = (over = {}) => memoryService(0).app({ deliveries: { ...exampleDeliveries, ...over } });

  test.each([
    ['GET', '/v1/deliveries?state=waiting&unit=0680&limit=10', 200],
    ['GET', '/v1/deliveries?state=lost', 422],
    ['POST', '/v1/deliveries/17/retry', 204],
    ['POST', '/v1/deliveries/19/retry', 404],
    ['POST', '/v1/deliveries/x/retry', 404],
    ['GET', '/v1/endpoints', 200],
    ['POST', '/v1/endpoints/webhook%3Ajonkoping-vard/enable', 204],
    ['POST', '/v1/endpoints/webhook%3Aannan/enable', 404],
  ] as const)('%s %s: %i', async (method, url, status) => {
    const app = await withDesk();
    expect((await app.inject({ method, url })).statusCode).toBe(status);
    await app.close();
  });

  test.each([
    ['not-failed', 'leverans-inte-misslyckad'],
    ['no-way', 'ingen-vag'],
  ] as const)('what is %s cannot be sent again: %s', async (retried, code) => {
    const app = await withDesk({ retry: async () => retried });
    const answer = await app.inject({ method: 'POST', url: '/v1/deliveries/17/retry' });
    expect([answer.statusCode, answer.json().code]).toEqual([409, code]);
    await app.close();
  });

  test('a cursor that is none of ours is refused', async () => {
    const app = await withDesk({ list: async () => undefined });
    expect((await app.inject('/v1/deliveries?after=x')).statusCode).toBe(422);
    await app.close();
  });
});
