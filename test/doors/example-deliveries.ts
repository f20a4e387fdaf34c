/** What became of some notices, for the examples of the documentation. */
import type { DeliveryDesk } from '../../src/doors/delivery-desk.js';
import type { DeliveryRow } from '../../src/ledger/deliveries/delivery-ledger.js';

const at = Date.parse('2019-03-01T12:00:00+01:00');
const failed: DeliveryRow = {
  id: 17,
  noticeId: 'vtf-2019-0312~3~skicka-inskrivningsmeddelande~0680',
  type: 'skicka-inskrivningsmeddelande',
  region: 'jonkoping',
  party: 'kommun',
  unit: '0680',
  stayId: 'vtf-2019-0312',
  channel: 'webhook:jonkoping-vard',
  status: 'failed',
  at,
  attempts: 31,
  error: 'gavs upp: svarade 500',
  history: [{ at, error: 'svarade 500' }],
};

export const exampleDeliveries: DeliveryDesk = {
  ofStay: async () => [{ ...failed, id: 16, channel: 'inkorg', status: 'delivered', attempts: 1, error: null, history: [] }, failed],
  list: async () => ({ items: [failed], next: null }),
  retry: async (id) => (id === failed.id ? 'queued' : id === 18 ? 'not-failed' : 'no-such-delivery'),
  endpoints: async () => [
    {
      endpoint: failed.channel,
      host: 'vard.jonkoping.example',
      state: 'backing-off',
      failures: 4,
      waiting: 12,
      downSince: at,
      retryAt: at + 40_000,
      lastSuccessAt: at - 3_600_000,
      lastFailureAt: at,
      lastError: 'svarade 500',
    },
  ],
  enable: async (endpoint) => endpoint === failed.channel,
};
